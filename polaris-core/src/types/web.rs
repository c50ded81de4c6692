//! What the web calls things: origins, addresses of pictures, colours.
//!
//! ```
//! use polaris_core::types::web;
//!
//! assert_eq!(web::origin("HTTPS://Www.KCKPS.org:443").unwrap(), "https://www.kckps.org");
//! assert_eq!(web::origin("https://kckps.org/events").unwrap_err().code, "BAD_ORIGIN");
//! assert_eq!(web::colour("#00A0FF").unwrap(), "#00a0ff");
//! assert_eq!(web::https_url("http://kckps.org/logo.svg").unwrap_err().code, "BAD_URL");
//! ```

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::error::Problem;

/// The most bytes of an address.
pub const URL_MAX: usize = 500;
/// The most bytes of a host's name (RFC 1035, 2.3.4).
const HOST_MAX: usize = 253;

/// A web origin as browsers write it (RFC 6454, 6.2; WHATWG Fetch): `scheme://host` or `scheme://host:port` in lower case, `http` or
/// `https`, without the scheme's own port.
///
/// # Errors
///
/// `BAD_ORIGIN`, saying which part is wrong.
pub fn origin(input: &str) -> Result<String, Problem> {
    let bad = |message: &str| Problem::new("BAD_ORIGIN", message);
    let text = input.trim();
    if matches!(text, "*" | "null") {
        return Err(bad("must be an origin; leave the list empty to allow any"));
    }
    if !text.is_ascii() {
        return Err(bad("must be plain ASCII: write an international name in its `xn--` form"));
    }
    let lower = text.to_ascii_lowercase();
    let (scheme, rest) = lower.split_once("://").ok_or_else(|| bad("must begin with `https://` or `http://`"))?;
    let own_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return Err(bad("must begin with `https://` or `http://`")),
    };
    if rest.contains(['/', '?', '#', '@', '\\']) {
        return Err(bad("must be scheme, host and port alone, without a path or a slash at the end"));
    }
    let (host, port) = split_port(rest).ok_or_else(|| bad("has a port that is no number from 1 to 65535"))?;
    let host = checked_host(host).ok_or_else(|| bad("has a host that is no name or address"))?;
    Ok(match port {
        Some(port) if port != own_port => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    })
}

/// The address of something that is fetched over TLS: `https://host[:port][/path][?query]`, at most 500 ASCII characters, without a name
/// and password, spaces or quotes.
///
/// # Errors
///
/// `BAD_URL`, saying what is wrong; `TOO_LONG`.
pub fn https_url(input: &str) -> Result<String, Problem> {
    let bad = |message: &str| Problem::new("BAD_URL", message);
    let text = input.trim();
    if text.len() > URL_MAX {
        return Err(Problem::new("TOO_LONG", format!("may have at most {URL_MAX} characters; this has {}", text.chars().count())));
    }
    let begins = text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    let rest = if begins { text.get(8..) } else { None }.ok_or_else(|| bad("must begin with `https://`"))?;
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'\\' | b'`' | b'{' | b'}' | b'|' | b'^'))
    {
        return Err(bad("must be plain ASCII without spaces, quotes or brackets: percent-encode them"));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    if authority.contains('@') {
        return Err(bad("must not hold a name or password"));
    }
    let (host, port) = split_port(authority).ok_or_else(|| bad("has a port that is no number from 1 to 65535"))?;
    let host = checked_host(&host.to_ascii_lowercase()).ok_or_else(|| bad("has a host that is no name or address"))?;
    let port = port.filter(|port| *port != 443).map(|port| format!(":{port}")).unwrap_or_default();
    Ok(format!("https://{host}{port}{tail}"))
}

/// A colour as `#rrggbb`, in lower case.
///
/// # Errors
///
/// `BAD_COLOUR`.
pub fn colour(input: &str) -> Result<String, Problem> {
    let text = input.trim();
    match text.strip_prefix('#') {
        Some(digits) if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => Ok(text.to_ascii_lowercase()),
        _ => Err(Problem::new("BAD_COLOUR", "must be a colour such as `#1a73e8`: a # and six hexadecimal digits")),
    }
}

/// Host and port; `None` for a port that is none.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let after_bracket = authority.rfind(']').map_or(0, |at| at + 1);
    match authority.get(after_bracket..)?.rfind(':') {
        None => Some((authority, None)),
        Some(at) => {
            let (host, port) = authority.split_at(after_bracket + at);
            let digits = &port[1..];
            let number = digits.parse::<u16>().ok().filter(|port| *port > 0 && digits.bytes().all(|byte| byte.is_ascii_digit()))?;
            Some((host, Some(number)))
        }
    }
}

/// A host in lower case as it is written in origins; `None` if it is none.
fn checked_host(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[') {
        return Some(format!("[{}]", address.strip_suffix(']')?.parse::<Ipv6Addr>().ok()?));
    }
    let labels: Vec<_> = host.split('.').collect();
    if labels.last().is_some_and(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit())) {
        // Whatever ends in a number is an address to a browser.
        return host.parse::<Ipv4Addr>().ok().map(|address| address.to_string());
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (host.len() <= HOST_MAX && labels.iter().copied().all(is_label)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn origins_are_kept_as_browsers_send_them() {
        for (given, kept) in [
            ("https://kckps.org", "https://kckps.org"),
            (" HTTPS://KCKPS.org:443 ", "https://kckps.org"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://kckps.org:80", "http://kckps.org"),
            ("https://kckps.org:80", "https://kckps.org:80"),
            ("http://192.0.2.7:3000", "http://192.0.2.7:3000"),
            ("http://[2001:DB8:0::7]:3000", "http://[2001:db8::7]:3000"),
            ("http://[::1]", "http://[::1]"),
            ("https://xn--schn-7qa.example", "https://xn--schn-7qa.example"),
        ] {
            assert_eq!(origin(given).unwrap(), kept, "{given}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for bad in [
            "",
            "*",
            "null",
            "kckps.org",
            "//kckps.org",
            "https://",
            "https:///",
            "https://kckps.org/",
            "https://kckps.org/events",
            "https://kckps.org?x",
            "https://kckps.org#x",
            "https://user@kckps.org",
            "https://user:secret@kckps.org",
            "https://kckps.org:",
            "https://kckps.org:0",
            "https://kckps.org:65536",
            "https://kckps.org:+80",
            "https://kckps.org:80:80",
            "https://*.kckps.org",
            "https://kck ps.org",
            "https://kckps..org",
            "https://-kckps.org",
            "https://192.0.2",
            "https://192.0.2.256",
            "https://[::1",
            "https://[::1]x",
            "https://[::g]",
            "https://schön.example",
            "ftp://kckps.org",
            "file://kckps",
            "javascript://kckps.org",
            "https://kckps.org\r\nSet-Cookie: x",
            &format!("https://{}.org", "x".repeat(64)),
            &format!("https://{}org", "x.".repeat(200)),
        ] {
            assert_eq!(origin(bad).unwrap_err().code, "BAD_ORIGIN", "{bad:?}");
        }
    }

    #[test]
    fn addresses_of_pictures_need_tls_and_hold_nothing_that_breaks_out_of_a_page() {
        for (given, kept) in [
            ("https://kckps.org/logo.svg", "https://kckps.org/logo.svg"),
            (" HTTPS://CDN.kckps.org:443/Logo.SVG?v=2 ", "https://cdn.kckps.org/Logo.SVG?v=2"),
            ("https://kckps.org:8443", "https://kckps.org:8443"),
            ("https://kckps.org?x", "https://kckps.org?x"),
        ] {
            assert_eq!(https_url(given).unwrap(), kept, "{given}");
        }
        for bad in [
            "",
            "https://",
            "https:///x",
            "http://kckps.org/logo.svg",
            "//kckps.org/logo.svg",
            "data:image/png;base64,AAAA",
            "javascript:alert(1)",
            "https://user:secret@kckps.org/x",
            "https://kckps.org/a b",
            "https://kckps.org/\"onerror=x",
            "https://kckps.org/'x",
            "https://kckps.org/<svg>",
            "https://kckps.org/\u{202e}x",
            "https://kckps.org:x/",
            "https://é.org/",
            "hétps://kckps.org",
        ] {
            assert_eq!(https_url(bad).unwrap_err().code, "BAD_URL", "{bad:?}");
        }
        assert_eq!(https_url(&format!("https://kckps.org/{}", "x".repeat(500))).unwrap_err().code, "TOO_LONG");
    }

    #[test]
    fn colours_are_a_hash_and_six_digits() {
        assert_eq!(colour(" #ABCDEF ").unwrap(), "#abcdef");
        for bad in ["", "#abc", "abcdef", "#abcdeg", "red", "#abcdef00", "#ab\u{0301}cdef", "#é1234"] {
            assert_eq!(colour(bad).unwrap_err().code, "BAD_COLOUR", "{bad:?}");
        }
    }
}
