//! What a request says of who asks: a bearer token, or the cookie of a browser that has logged in.
//!
//! A browser sends the cookie with whatever any page makes it send. So a request that changes something and carries the cookie must also
//! show that it comes from this site itself.

use poem::Request;
use poem::http::{HeaderMap, Method, StatusCode, header};
use polaris_core::operations::Operation;
use polaris_core::{Context, Error};

use crate::ServerConfig;
use crate::error::Failure;
use crate::frame::RequestId;
use crate::proxies::Origin;

/// The cookie's name over TLS, where browsers hold its prefix to mean: set by this host itself, for all of it, over TLS.
const SECURE: &str = "__Host-polaris";
/// And over plain HTTP on the machine itself.
const PLAIN: &str = "polaris";

const ELSEWHERE: Failure = Failure::Http {
    status: StatusCode::FORBIDDEN,
    code: "FORBIDDEN",
    message: "with the session's cookie only pages of this site itself may change anything: the request must show its origin",
};

/// What a request says of who asks.
pub(crate) struct Credentials {
    token: Option<String>,
    pub(super) context: Context,
}

impl Credentials {
    /// Those of a request for this operation. What leaves a word in the audit log is not to be had by a link on somebody else's page,
    /// even where it changes nothing, as exports.
    ///
    /// # Errors
    ///
    /// FORBIDDEN where the cookie comes from elsewhere.
    pub(crate) fn noting(request: &Request, config: &ServerConfig, operation: &Operation) -> Result<Self, Failure> {
        if operation.audit.is_some() && Self::by_cookie(request, config) {
            check_origin(request, config)?;
        }
        Self::of(request, config)
    }

    /// # Errors
    ///
    /// FORBIDDEN where the cookie comes from elsewhere.
    pub(crate) fn of(request: &Request, config: &ServerConfig) -> Result<Self, Failure> {
        let context = RequestId::context(request);
        if let Some(token) = bearer(request.headers()) {
            return Ok(Self { token: Some(token), context });
        }
        let token = cookie(request.headers(), if is_secure(request, config) { SECURE } else { PLAIN });
        if token.is_some() && changes(request.method()) {
            check_origin(request, config)?;
        }
        Ok(Self { token, context })
    }

    /// Whether a request knows its session by the cookie.
    pub(crate) fn by_cookie(request: &Request, config: &ServerConfig) -> bool {
        let name = if is_secure(request, config) { SECURE } else { PLAIN };
        bearer(request.headers()).is_none() && cookie(request.headers(), name).is_some()
    }

    pub(crate) fn token(self) -> polaris_core::Result<(String, Context)> {
        Ok((self.token.ok_or(Error::Unauthenticated)?, self.context))
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The value of a cookie; none where it is given twice with different values, of which one may be somebody else's.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut values = lines.flat_map(|line| line.split(';')).filter_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then(|| value.trim_matches('"'))
    });
    let first = values.next()?;
    values.all(|other| other == first).then(|| first.to_owned())
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether the browser talks TLS: to us as it knows us, or to the proxy in front of us. Only on the machine itself it need not.
pub(crate) fn is_secure(request: &Request, config: &ServerConfig) -> bool {
    if config.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) {
        return true;
    }
    request.data::<Origin>().is_some_and(|origin| origin.https) || !host(request).is_some_and(is_of_this_machine)
}

fn host(request: &Request) -> Option<&str> {
    // In HTTP/2 it is part of the address.
    request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| request.original_uri().authority().map(poem::http::uri::Authority::as_str))
}

fn is_of_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// That a request comes from a page of this site: by what the browser says of both, where it says anything.
pub(crate) fn check_origin(request: &Request, config: &ServerConfig) -> Result<(), Failure> {
    let text = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let (origin, site) = (text("origin"), text("sec-fetch-site"));
    let shown = origin.is_some() || site.is_some();
    let ours = origin.is_none_or(|origin| is_ours(origin, request, config));
    // `none`: the person did it themselves, as by typing the address.
    let near = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    if shown && ours && near { Ok(()) } else { Err(ELSEWHERE) }
}

/// Whether a browser says that a request comes from a page of another site; one that says nothing is believed. For forms that need no
/// session: nothing can be done with them in somebody's name, but visitors of other pages must not be made to send them.
pub(crate) fn is_from_elsewhere(request: &Request, config: &ServerConfig) -> bool {
    let shown = ["origin", "sec-fetch-site"].iter().any(|name| request.headers().contains_key(*name));
    shown && check_origin(request, config).is_err()
}

fn is_ours(origin: &str, request: &Request, config: &ServerConfig) -> bool {
    let same = |url: &str| {
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let end = url.len() - rest.len() + rest.find('/').unwrap_or(rest.len());
        origin.eq_ignore_ascii_case(&url[..end])
    };
    if config.public_url.as_deref().is_some_and(same) {
        return true;
    }
    let scheme = if is_secure(request, config) { "https" } else { "http" };
    host(request).is_some_and(|host| !host.is_empty() && same(&format!("{scheme}://{host}")))
}

/// The header that gives a browser its session.
pub(crate) fn set_cookie(token: &str, secure: bool) -> String {
    if secure {
        format!("{SECURE}={token}; Path=/; HttpOnly; SameSite=Lax; Secure")
    } else {
        format!("{PLAIN}={token}; Path=/; HttpOnly; SameSite=Lax")
    }
}

/// The header that takes it away.
pub(crate) fn clear_cookie(secure: bool) -> String {
    format!("{}; Max-Age=0", set_cookie("", secure))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn asked(headers: &[(&str, &str)]) -> Request {
        headers.iter().fold(Request::builder(), |request, (name, value)| request.header(*name, *value)).finish()
    }

    fn passes(headers: &[(&str, &str)], public_url: Option<&str>) -> bool {
        let config = ServerConfig { public_url: public_url.map(Into::into), ..ServerConfig::default() };
        check_origin(&asked(headers), &config).is_ok()
    }

    #[test]
    fn only_pages_of_this_site_may_use_its_cookie() {
        let local = ("host", "localhost:8080");
        for (headers, expected) in [
            (vec![local], false),
            (vec![local, ("origin", "http://localhost:8080")], true),
            (vec![local, ("origin", "http://localhost:8081")], false),
            (vec![local, ("origin", "https://localhost:8080")], false),
            (vec![local, ("origin", "http://localhost:8080.evil.example")], false),
            (vec![local, ("origin", "null")], false),
            (vec![local, ("origin", "")], false),
            (vec![local, ("sec-fetch-site", "same-origin")], true),
            (vec![local, ("sec-fetch-site", "none")], true),
            (vec![local, ("sec-fetch-site", "same-site")], false),
            (vec![local, ("sec-fetch-site", "cross-site")], false),
            (vec![local, ("sec-fetch-site", "same-origin"), ("origin", "http://evil.example")], false),
            (vec![local, ("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8080")], false),
            (vec![("origin", "http://")], false),
        ] {
            assert_eq!(passes(&headers, None), expected, "{headers:?}");
        }
        let public = Some("https://events.example.org/polaris");
        for (origin, expected) in [
            ("https://events.example.org", true),
            ("http://events.example.org", false),
            ("https://events.example.org.evil.example", false),
            ("https://example.org", false),
        ] {
            assert_eq!(passes(&[("host", "127.0.0.1:8080"), ("origin", origin)], public), expected, "{origin}");
        }
    }

    #[test]
    fn a_cookie_given_twice_is_believed_if_both_are_the_same() {
        let read = |line: &str| cookie(asked(&[("cookie", line)]).headers(), PLAIN);
        assert_eq!(read("a=b; polaris=x; c=d").as_deref(), Some("x"));
        assert_eq!(read("polaris=x; polaris=x").as_deref(), Some("x"));
        assert_eq!(read("polaris=x; polaris=y"), None);
        assert_eq!(read("xpolaris=x; __Host-polaris=y; polaris"), None);
    }

    #[test]
    fn plain_cookies_are_for_the_machine_itself() {
        let secure = |host: &str| is_secure(&asked(&[("host", host)]), &ServerConfig::default());
        for host in ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "LOCALHOST"] {
            assert!(!secure(host), "{host}");
        }
        for host in ["events.example.org", "10.0.0.1:8080", "localhost.example.org", "127.0.0.1.example.org", "[::2]:8080", ""] {
            assert!(secure(host), "{host}");
        }
    }
}
