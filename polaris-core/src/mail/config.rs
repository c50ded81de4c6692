//! How mails leave an installation: through a mail server, as files in a folder, or not at all (M2).

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::types::EmailAddress;

/// Who mails come from in a folder of files when nobody said: no address that anybody has (RFC 2606).
const NOBODY: &str = "polaris@polaris.invalid";

/// How mails are sent. They are one operator's mails, whichever tenant they are of: the tenant's name stands before the address.
///
/// ```
/// use polaris_core::{Config, MailConfig, MailTransport, SmtpConfig};
///
/// let mail = MailConfig {
///     transport: MailTransport::Smtp(SmtpConfig::at("localhost")),
///     from: Some("events@example.org".into()),
///     allow: vec!["@example.org".into()],
///     ..MailConfig::default()
/// };
/// let config = Config { mail, ..Config::at("./data") };
/// assert!(config.mail.check().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailConfig {
    /// What carries them.
    pub transport: MailTransport,
    /// The address they come from; needed for a mail server.
    pub from: Option<String>,
    /// Who may get mails: addresses, and domains written `@example.org`. Mails to others are held, visibly. Empty: everyone.
    pub allow: Vec<String>,
}

/// What carries mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTransport {
    /// Each becomes a file `….eml` in this folder, which mail programs can open; without one, in `mail` in the data directory. An engine in
    /// memory has no such place, and sends nothing unless it is told a folder.
    Folder(Option<PathBuf>),
    /// A mail server.
    Smtp(SmtpConfig),
    /// Nothing: all mails wait.
    None,
}

/// A mail server (RFC 5321), which takes mails on for whomever they are to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    /// Its name or address.
    pub host: String,
    /// Its port; without one the usual of its security: 25, 587 or 465.
    pub port: Option<u16>,
    /// How the connection is kept from being read.
    pub security: SmtpSecurity,
    /// Whom to log in as, if at all.
    pub login: Option<SmtpLogin>,
    /// A file of certificates (PEM) that vouch for the server, besides the usual ones.
    pub ca_file: Option<PathBuf>,
    /// How long connecting and each step of sending may take, at most a minute: a mail is its sender's for twenty.
    pub timeout: Duration,
}

/// How a connection to a mail server is kept from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SmtpSecurity {
    /// Not at all; for a server on this machine or in a network that is trusted.
    None,
    /// It begins plainly and is then secured (RFC 3207); a server that can't is not used.
    StartTls,
    /// It is secured from the beginning (RFC 8314).
    Tls,
}

impl SmtpSecurity {
    /// The name in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
        }
    }
}

/// Whom to log in as at a mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpLogin {
    /// The name.
    pub user: String,
    /// The password. Never shown.
    pub password: String,
}

impl fmt::Debug for SmtpLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmtpLogin(…)")
    }
}

impl Default for MailConfig {
    fn default() -> Self {
        Self { transport: MailTransport::Folder(None), from: None, allow: Vec::new() }
    }
}

impl SmtpConfig {
    /// A server without security or log-in, as on this machine.
    #[must_use]
    pub fn at(host: impl Into<String>) -> Self {
        Self { host: host.into(), port: None, security: SmtpSecurity::None, login: None, ca_file: None, timeout: Duration::from_secs(30) }
    }

    /// The port that is used.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            SmtpSecurity::None => 25,
            SmtpSecurity::StartTls => 587,
            SmtpSecurity::Tls => 465,
        })
    }

    fn is_on_this_machine(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl MailConfig {
    /// The address that mails come from.
    #[must_use]
    pub fn from_address(&self) -> &str {
        self.from.as_deref().unwrap_or(NOBODY)
    }

    /// Whether mails may go to this address.
    #[must_use]
    pub fn allows(&self, address: &str) -> bool {
        let address = EmailAddress::fold(address);
        let domain = address.rsplit_once('@').map(|(_, domain)| domain);
        let names = |allowed: &String| {
            let allowed = EmailAddress::fold(allowed);
            allowed == address || (domain.is_some() && allowed.strip_prefix('@') == domain)
        };
        self.allow.is_empty() || self.allow.iter().any(names)
    }

    /// Checks what an engine would be opened with; opening does this too.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming the setting and what to do: an address that is none, a server without an address to send from, security
    /// that this program was built without, a password that would travel readable for others.
    pub fn check(&self) -> Result<()> {
        if let Some(from) = &self.from {
            EmailAddress::parse(from).map_err(|problem| Error::bad_request("mail_from", problem.message))?;
        }
        for allowed in &self.allow {
            let address = if allowed.starts_with('@') { format!("x{allowed}") } else { allowed.clone() };
            let whole = |_| Error::bad_request("mail_allow", "takes addresses such as pat@example.org and domains such as @example.org");
            EmailAddress::parse(&address).map_err(whole)?;
        }
        let MailTransport::Smtp(smtp) = &self.transport else { return Ok(()) };
        if smtp.host.is_empty() || smtp.host.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(Error::bad_request("smtp_host", "is needed to send through a mail server: its name, such as mail.example.org"));
        }
        if self.from.is_none() {
            return Err(Error::bad_request("mail_from", "is needed to send through a mail server: the address that mails come from"));
        }
        if smtp.timeout.is_zero() || smtp.timeout > Duration::from_secs(60) {
            return Err(Error::bad_request("smtp_timeout_ms", "must be a minute at most, and more than nothing"));
        }
        if smtp.security == SmtpSecurity::None && smtp.login.is_some() && !smtp.is_on_this_machine() {
            return Err(Error::bad_request(
                "smtp_security",
                "must be starttls or tls to log in at another machine: the password would travel readable for others",
            ));
        }
        super::transport::check_security(smtp)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn through(smtp: SmtpConfig) -> MailConfig {
        MailConfig { transport: MailTransport::Smtp(smtp), from: Some("events@example.org".into()), ..MailConfig::default() }
    }

    fn refusal(config: &MailConfig) -> String {
        config.check().unwrap_err().to_string()
    }

    #[test]
    fn what_is_left_out_works_as_it_comes() {
        let config = MailConfig::default();
        config.check().unwrap();
        assert!(config.allows("anybody@example.com"));
        assert_eq!(config.from_address(), "polaris@polaris.invalid");
    }

    #[test]
    fn a_list_of_who_may_get_mails_names_addresses_and_domains_in_any_case() {
        let allow = vec!["Pat@Example.org".to_owned(), "@school.example".to_owned()];
        let config = MailConfig { allow, ..MailConfig::default() };
        config.check().unwrap();
        for (address, allowed) in [
            ("pat@example.org", true),
            ("PAT@EXAMPLE.ORG", true),
            ("lee@example.org", false),
            ("anyone@School.example", true),
            ("anyone@sub.school.example", false),
            ("anyone@badschool.example", false),
            ("", false),
        ] {
            assert_eq!(config.allows(address), allowed, "{address}");
        }
        for bad in ["", "@", "example.org", "@localhost", "Pat <pat@example.org>"] {
            let config = MailConfig { allow: vec![bad.to_owned()], ..MailConfig::default() };
            assert!(refusal(&config).starts_with("mail_allow: "), "{bad}");
        }
    }

    #[test]
    fn a_server_needs_a_sender_and_no_password_travels_readable() {
        let config = MailConfig { transport: MailTransport::Smtp(SmtpConfig::at("mail.example.org")), ..MailConfig::default() };
        assert!(refusal(&config).starts_with("mail_from: is needed"));
        assert!(refusal(&through(SmtpConfig::at(""))).starts_with("smtp_host: "));
        let login = Some(SmtpLogin { user: "polaris".into(), password: "secret".into() });
        let there = SmtpConfig { login: login.clone(), ..SmtpConfig::at("mail.example.org") };
        assert!(refusal(&through(there.clone())).starts_with("smtp_security: must be starttls or tls to log in"));
        assert!(!format!("{there:?}").contains("secret"));
        for here in ["localhost", "127.0.0.1", "::1"] {
            through(SmtpConfig { login: login.clone(), ..SmtpConfig::at(here) }).check().unwrap();
        }
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn a_build_without_tls_says_so_at_the_start() {
        let config = through(SmtpConfig { security: SmtpSecurity::StartTls, ..SmtpConfig::at("mail.example.org") });
        assert!(refusal(&config).contains("--features tls"), "{}", refusal(&config));
    }
}
