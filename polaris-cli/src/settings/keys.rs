//! The one table of settings: parsing, `polaris config show` and the help all read it.

use std::path::PathBuf;

use polaris_core::types::EmailAddress;
use polaris_core::{Durability, MailConfig, SmtpSecurity};
use polaris_http::Network;
use serde_json::{Value, json};

use super::Settings;
use super::mail::Carrier;

/// One setting. In the environment it is `POLARIS_` and its name in capitals; as a flag it has `-` for `_`.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// How a file writes it.
    pub(crate) form: Form,
    /// What it may be, to follow "must be".
    pub(crate) accepted: &'static str,
    pub(crate) about: &'static str,
    /// Takes a value from its text; `None` if it isn't accepted.
    pub(super) set: fn(&mut Settings, &str) -> Option<()>,
    pub(super) show: fn(&Settings) -> Value,
}

/// The type of a value in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Text that names a place: relative to the file it stands in.
    Path,
    Text,
    Number,
    Switch,
    /// Text that nobody is shown, and that no file of settings holds: those are read by more people than it is for.
    Secret,
}

/// No limit that anybody would notice.
const MOST_REQUESTS: u32 = 1_000_000_000;
const REQUESTS: &str = "a whole number from 1 to 1000000000";

pub(crate) static KEYS: [Key; 29] = [
    Key {
        name: "data",
        form: Form::Path,
        accepted: "the path of a directory",
        about: "the data directory",
        set: |settings, text| set(&mut settings.data, (!text.is_empty() && !text.contains('\0')).then(|| PathBuf::from(text))),
        show: |settings| json!(settings.data.display().to_string()),
    },
    Key {
        name: "listen",
        form: Form::Text,
        accepted: "an IP address and a port, such as 127.0.0.1:8080",
        about: "where `serve` and `demo` listen",
        set: |settings, text| set(&mut settings.listen, text.parse().ok()),
        show: |settings| json!(settings.listen),
    },
    Key {
        name: "public_url",
        form: Form::Text,
        accepted: "an address such as https://events.example.org, without ? or #",
        about: "what the public's browsers call this server; sign-up links begin with it",
        set: |settings, text| set(&mut settings.public_url, address(text).map(Some)),
        show: |settings| json!(settings.public_url),
    },
    Key {
        name: "trusted_proxies",
        form: Form::Text,
        accepted: "addresses or networks with commas between, such as 127.0.0.1,10.0.0.0/8",
        about: "proxies that are believed about whom they connect for",
        set: |settings, text| set(&mut settings.trusted_proxies, networks(text)),
        show: |settings| json!(settings.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
    },
    Key {
        name: "durability",
        form: Form::Text,
        accepted: "full or normal",
        about: "full: what is acknowledged survives a power cut; normal: a crash of the program only",
        set: |settings, text| set(&mut settings.durability, durability(text)),
        show: |settings| json!(if settings.durability == Durability::Full { "full" } else { "normal" }),
    },
    Key {
        name: "readers",
        form: Form::Number,
        accepted: "a whole number from 1 to 8",
        about: "reading connections of one tenant at most",
        set: |settings, text| set(&mut settings.readers, number(text, 1, 8)),
        show: |settings| json!(settings.readers),
    },
    Key {
        name: "open_tenants",
        form: Form::Number,
        accepted: "a whole number from 1 to 100000",
        about: "tenants open at once at most; fewer where the descriptor limit demands it",
        set: |settings, text| set(&mut settings.open_tenants, number(text, 1, 100_000)),
        show: |settings| json!(settings.open_tenants),
    },
    Key {
        name: "deadline_ms",
        form: Form::Number,
        accepted: "a whole number of milliseconds from 100 to 600000",
        about: "how long one operation may take, waiting included",
        set: |settings, text| set(&mut settings.deadline_ms, number(text, 100, 600_000)),
        show: |settings| json!(settings.deadline_ms),
    },
    Key {
        name: "migrate_on_open",
        form: Form::Switch,
        accepted: "true or false",
        about: "whether a database of an older version is migrated when opened, or refused",
        set: |settings, text| set(&mut settings.migrate_on_open, text.parse().ok()),
        show: |settings| json!(settings.migrate_on_open),
    },
    Key {
        name: "log_requests",
        form: Form::Switch,
        accepted: "true or false",
        about: "whether `serve` and `demo` write a line per request to stdout",
        set: |settings, text| set(&mut settings.log_requests, text.parse().ok()),
        show: |settings| json!(settings.log_requests),
    },
    Key {
        name: "max_connections",
        form: Form::Number,
        accepted: "a whole number from 1 to 100000",
        about: "connections `serve` and `demo` hold at once at most; fewer where the descriptor limit demands it",
        set: |settings, text| set(&mut settings.max_connections, number(text, 1, 100_000)),
        show: |settings| json!(settings.max_connections),
    },
    Key {
        name: "header_ms",
        form: Form::Number,
        accepted: "a whole number of milliseconds from 100 to 600000",
        about: "how long a client may take to send the head of a request",
        set: |settings, text| set(&mut settings.header_ms, number(text, 100, 600_000)),
        show: |settings| json!(settings.header_ms),
    },
    Key {
        name: "metrics_token_file",
        form: Form::Path,
        accepted: "the path of a file",
        about: "a file that holds the token for reading /metrics, and nothing else; without one there is none",
        set: |settings, text| set(&mut settings.metrics_token_file, path(text).map(Some)),
        show: |settings| json!(settings.metrics_token_file.as_ref().map(|path| path.display().to_string())),
    },
    Key {
        name: "api_per_minute",
        form: Form::Number,
        accepted: REQUESTS,
        about: "requests one API key may make in a minute",
        set: |settings, text| set(&mut settings.api.per_minute, number(text, 1, MOST_REQUESTS)),
        show: |settings| json!(settings.api.per_minute),
    },
    Key {
        name: "api_per_hour",
        form: Form::Number,
        accepted: REQUESTS,
        about: "requests one API key may make in an hour",
        set: |settings, text| set(&mut settings.api.per_hour, number(text, 1, MOST_REQUESTS)),
        show: |settings| json!(settings.api.per_hour),
    },
    Key {
        name: "api_per_day",
        form: Form::Number,
        accepted: REQUESTS,
        about: "requests one API key may make in a day",
        set: |settings, text| set(&mut settings.api.per_day, number(text, 1, MOST_REQUESTS)),
        show: |settings| json!(settings.api.per_day),
    },
    Key {
        name: "signups_per_address",
        form: Form::Number,
        accepted: REQUESTS,
        about: "sign-ups that may come from one address in ten minutes, good or bad",
        set: |settings, text| set(&mut settings.signups.submissions, number(text, 1, MOST_REQUESTS)),
        show: |settings| json!(settings.signups.submissions),
    },
    Key {
        name: "mail_transport",
        form: Form::Text,
        accepted: "folder, smtp or none",
        about: "folder: mails become files; smtp: they go to a mail server; none: all of them wait",
        set: |settings, text| set(&mut settings.mail.transport, Carrier::named(text)),
        show: |settings| json!(settings.mail.transport.as_str()),
    },
    Key {
        name: "mail_folder",
        form: Form::Path,
        accepted: "the path of a directory",
        about: "where mails become files; left out, `mail` in the data directory",
        set: |settings, text| set(&mut settings.mail.folder, path(text).map(Some)),
        show: |settings| json!(settings.mail.folder.as_ref().map(|path| path.display().to_string())),
    },
    Key {
        name: "mail_from",
        form: Form::Text,
        accepted: "an e-mail address",
        about: "the address that mails come from; needed for a mail server",
        set: |settings, text| set(&mut settings.mail.from, EmailAddress::parse(text).ok().map(|address| Some(address.to_string()))),
        show: |settings| json!(settings.mail.from),
    },
    Key {
        name: "mail_allow",
        form: Form::Text,
        accepted: "addresses and domains with commas between, such as pat@example.org,@example.org",
        about: "who may get mails, for trials; mails to others are held; blank: everyone",
        set: |settings, text| set(&mut settings.mail.allow, recipients(text)),
        show: |settings| json!(settings.mail.allow.join(",")),
    },
    Key {
        name: "smtp_host",
        form: Form::Text,
        accepted: "the name or address of a mail server, such as mail.example.org",
        about: "the mail server that mails go to",
        set: |settings, text| set(&mut settings.mail.host, host(text).map(Some)),
        show: |settings| json!(settings.mail.host),
    },
    Key {
        name: "smtp_port",
        form: Form::Number,
        accepted: "a whole number from 1 to 65535",
        about: "its port; left out, 25, 587 or 465, as goes with smtp_security",
        set: |settings, text| set(&mut settings.mail.port, text.parse().ok().filter(|port: &u16| *port > 0).map(Some)),
        show: |settings| json!(settings.mail.port),
    },
    Key {
        name: "smtp_security",
        form: Form::Text,
        accepted: "none, starttls or tls",
        about: "how the way to it is secured; starttls and tls need a build with `--features tls`",
        set: |settings, text| set(&mut settings.mail.security, security(text)),
        show: |settings| json!(settings.mail.security.as_str()),
    },
    Key {
        name: "smtp_user",
        form: Form::Text,
        accepted: "a name",
        about: "whom to log in as at the mail server; left out, nobody logs in",
        set: |settings, text| set(&mut settings.mail.user, line(text).map(Some)),
        show: |settings| json!(settings.mail.user),
    },
    Key {
        name: "smtp_password_file",
        form: Form::Path,
        accepted: "the path of a file",
        about: "a file that holds the password for it, and nothing else",
        set: |settings, text| set(&mut settings.mail.password_file, path(text).map(Some)),
        show: |settings| json!(settings.mail.password_file.as_ref().map(|path| path.display().to_string())),
    },
    Key {
        name: "smtp_password",
        form: Form::Secret,
        accepted: "a password, in one line",
        about: "the password itself; in the environment alone, and never shown",
        set: |settings, text| set(&mut settings.mail.password, line(text).map(Some)),
        show: |settings| json!(settings.mail.password.as_ref().map(|_| "(hidden)")),
    },
    Key {
        name: "smtp_ca_file",
        form: Form::Path,
        accepted: "the path of a file",
        about: "certificates (PEM) that vouch for the mail server, besides the usual ones",
        set: |settings, text| set(&mut settings.mail.ca_file, path(text).map(Some)),
        show: |settings| json!(settings.mail.ca_file.as_ref().map(|path| path.display().to_string())),
    },
    Key {
        name: "smtp_timeout_ms",
        form: Form::Number,
        accepted: "a whole number of milliseconds from 100 to 60000",
        about: "how long connecting to the mail server and each step of sending may take",
        set: |settings, text| set(&mut settings.mail.timeout_ms, number(text, 100, 60_000)),
        show: |settings| json!(settings.mail.timeout_ms),
    },
];

/// The setting of this name.
pub(crate) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// All names, for messages.
pub(super) fn names() -> String {
    KEYS.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")
}

/// The table as text, for help.
pub(crate) fn help() -> String {
    let mut text = String::from("settings (in polaris.toml, or in the environment as POLARIS_ and the name in capitals):\n");
    for key in &KEYS {
        text.push_str(&format!("  {:<19} {}; {}\n", key.name, key.about, key.accepted));
    }
    text
}

fn set<T>(place: &mut T, value: Option<T>) -> Option<()> {
    *place = value?;
    Some(())
}

fn number(text: &str, least: u32, most: u32) -> Option<u32> {
    text.parse().ok().filter(|number| (least..=most).contains(number))
}

fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty() && !text.contains('\0')).then(|| PathBuf::from(text))
}

/// One line, not blank.
fn line(text: &str) -> Option<String> {
    (!text.is_empty() && !text.contains(char::is_control)).then(|| text.to_owned())
}

fn host(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
    (!text.is_empty() && text.bytes().all(plain)).then(|| text.to_owned())
}

fn security(text: &str) -> Option<SmtpSecurity> {
    [SmtpSecurity::None, SmtpSecurity::StartTls, SmtpSecurity::Tls].into_iter().find(|security| security.as_str() == text)
}

/// Addresses and domains with commas between; none in a blank text.
fn recipients(text: &str) -> Option<Vec<String>> {
    let allow: Vec<_> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let config = MailConfig { allow, ..MailConfig::default() };
    config.check().is_ok().then_some(config.allow)
}

/// Networks with commas between; none in a blank text.
fn networks(text: &str) -> Option<Vec<Network>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

fn durability(text: &str) -> Option<Durability> {
    match text {
        "full" => Some(Durability::Full),
        "normal" => Some(Durability::Normal),
        _ => None,
    }
}

/// A web address that paths can be put behind; the slash at its end is dropped.
fn address(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let host = rest.split('/').next()?;
    let plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#@\"'<>\\`{}|^".contains(&byte));
    (plain && host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')).then(|| text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_accepted_as_its_own_setting() {
        let defaults = Settings::default();
        for key in &KEYS {
            let text = match (key.show)(&defaults) {
                Value::Null => continue,
                Value::String(text) => text,
                other => other.to_string(),
            };
            assert_eq!((key.set)(&mut defaults.clone(), &text), Some(()), "{}", key.name);
        }
    }

    #[test]
    fn public_addresses_are_checked_and_lose_their_last_slash() {
        assert_eq!(address("https://events.example.org/").as_deref(), Some("https://events.example.org"));
        assert_eq!(address("http://[::1]:8080/polaris").as_deref(), Some("http://[::1]:8080/polaris"));
        for bad in ["", "events.example.org", "ftp://example.org", "https://", "https:///x", "https://a b", "https://a/?q", "https://u:p@a"]
        {
            assert_eq!(address(bad), None, "{bad}");
        }
    }
}
