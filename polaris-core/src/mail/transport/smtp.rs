//! A mail server (RFC 5321): one connection, over which a round's mails go one after the other.
//!
//! Every step has its time, so that a server that hangs holds nobody up for long. One that gives no answer before a mail is begun is down for
//! the round. Where it hangs or hangs up within a mail, that may be the mail's fault: this one is tried again later, and at the second such
//! mail of a round the server is down. What a server says when it refuses is not repeated anywhere, since it names the recipient; its code is.

use std::error::Error as _;
use std::io;
use std::time::{Duration, Instant};

use lettre::address::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};

use super::Refusal;
use crate::error::{Error, Result};
use crate::mail::config::{SmtpConfig, SmtpLogin, SmtpSecurity};
use crate::mail::mime::Outgoing;

/// A connection idle for so long is asked whether it is still there before it is used.
const FRESH: Duration = Duration::from_secs(5);
/// Mails over one connection, at most; many servers allow no more than 100.
const MOST_A_CONNECTION: u32 = 50;
/// The server has taken all of a mail and puts it where it is safe: that may take longer than other steps (RFC 5321, 4.5.3.2.6).
const LONGER_AT_THE_END: u32 = 4;

/// At so many mails of a round it may hang or hang up: then it is not the mails.
const MOST_STALLS: u32 = 2;
/// How long one that nothing more is wanted of is waited for.
const PARTING: Duration = Duration::from_secs(2);

/// A mail server.
pub(crate) struct Smtp {
    host: String,
    port: u16,
    hello: ClientId,
    #[cfg_attr(not(feature = "tls"), allow(dead_code, reason = "without TLS there is but one"))]
    security: Security,
    login: Option<SmtpLogin>,
    timeout: Duration,
    connection: Option<Open>,
    /// Why it can't be used in this round.
    down: Option<String>,
    /// At how many mails of this round it hung or hung up.
    stalls: u32,
}

struct Open {
    connection: SmtpConnection,
    mails: u32,
    used: Instant,
}

/// How the connection is secured.
pub(crate) enum Security {
    Plain,
    #[cfg(feature = "tls")]
    StartTls(lettre::transport::smtp::client::TlsParameters),
    #[cfg(feature = "tls")]
    Tls(lettre::transport::smtp::client::TlsParameters),
}

impl Security {
    #[cfg(not(feature = "tls"))]
    pub(crate) fn of(smtp: &SmtpConfig) -> Result<Self> {
        match smtp.security {
            SmtpSecurity::None => Ok(Self::Plain),
            SmtpSecurity::StartTls | SmtpSecurity::Tls => Err(Error::bad_request(
                "smtp_security",
                "needs a build with TLS, which this is not: build Polaris with `--features tls`, or send through a mail server on this \
                 machine that secures the rest of the way (smtp_security = \"none\")",
            )),
        }
    }

    #[cfg(feature = "tls")]
    pub(crate) fn of(smtp: &SmtpConfig) -> Result<Self> {
        use lettre::transport::smtp::client::{Certificate, TlsParameters};
        if smtp.security == SmtpSecurity::None {
            return Ok(Self::Plain);
        }
        let mut parameters = TlsParameters::builder(smtp.host.clone());
        if let Some(file) = &smtp.ca_file {
            let refuse = |why: String| Error::bad_request("smtp_ca_file", why);
            let pem = std::fs::read(file).map_err(|error| refuse(format!("can't be read: {}", error.kind())))?;
            let certificate = Certificate::from_pem(&pem).map_err(|_| refuse("holds no certificates as PEM".to_owned()))?;
            parameters = parameters.add_root_certificate(certificate);
        }
        let parameters =
            parameters.build().map_err(|_| Error::bad_request("smtp_ca_file", "holds certificates that can't be used".to_owned()))?;
        Ok(if smtp.security == SmtpSecurity::Tls { Self::Tls(parameters) } else { Self::StartTls(parameters) })
    }
}

impl Smtp {
    pub(super) fn new(config: &SmtpConfig, from: &str) -> Result<Self> {
        let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        Ok(Self {
            host: config.host.clone(),
            port: config.port(),
            hello: ClientId::Domain(domain.to_owned()),
            security: Security::of(config)?,
            login: config.login.clone(),
            timeout: config.timeout,
            connection: None,
            down: None,
            stalls: 0,
        })
    }

    pub(super) fn begin_round(&mut self) {
        self.down = None;
        self.stalls = 0;
    }

    pub(super) fn down(&self) -> Option<&str> {
        self.down.as_deref()
    }

    pub(super) fn hang_up(&mut self) {
        if let Some(mut open) = self.connection.take() {
            let _ = open.connection.set_timeout(Some(PARTING));
            let _ = open.connection.quit();
        }
    }

    /// That there is a connection; one attempt a round.
    pub(super) fn ready(&mut self) -> Result<(), String> {
        if let Some(why) = &self.down {
            return Err(why.clone());
        }
        if self.connection.as_ref().is_some_and(|open| open.mails >= MOST_A_CONNECTION) {
            self.hang_up();
        }
        if let Some(open) = &mut self.connection {
            let asked = if open.used.elapsed() < FRESH { Ok(()) } else { open.connection.command(Noop).map(|_| ()) };
            match asked {
                Ok(()) => return Ok(()),
                Err(error) => {
                    self.connection = None;
                    if is_late(&error) {
                        let why = told(HANGS, &error);
                        self.down = Some(why.clone());
                        return Err(why);
                    }
                }
            }
        }
        match self.connect() {
            Ok(connection) => {
                self.connection = Some(Open { connection, mails: 0, used: Instant::now() });
                Ok(())
            }
            Err(why) => {
                self.down = Some(why.clone());
                Err(why)
            }
        }
    }

    fn connect(&self) -> Result<SmtpConnection, String> {
        #[cfg(feature = "tls")]
        let from_the_start = if let Security::Tls(parameters) = &self.security { Some(parameters) } else { None };
        #[cfg(not(feature = "tls"))]
        let from_the_start = None;
        let server = (self.host.as_str(), self.port);
        #[cfg_attr(not(feature = "tls"), allow(unused_mut, reason = "only securing it changes it"))]
        let mut connection = SmtpConnection::connect(server, Some(self.timeout), &self.hello, from_the_start, None)
            .map_err(|error| told("the mail server can't be reached", &error))?;
        #[cfg(feature = "tls")]
        if let Security::StartTls(parameters) = &self.security {
            if !connection.can_starttls() {
                part(connection);
                return Err("the mail server doesn't offer STARTTLS, and without it nothing is sent".to_owned());
            }
            connection
                .starttls(parameters, &self.hello)
                .map_err(|error| told("the connection to the mail server can't be secured", &error))?;
        }
        if let Some(login) = &self.login {
            let credentials = Credentials::new(login.user.clone(), login.password.clone());
            if let Err(error) = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials) {
                part(connection);
                let what =
                    if error.status().is_some() { "the mail server refuses the log-in" } else { "logging in at the mail server fails" };
                return Err(told(what, &error));
            }
        }
        Ok(connection)
    }

    pub(super) fn send(&mut self, mail: &Outgoing) -> Result<(), Refusal> {
        self.ready().map_err(Refusal::Down)?;
        let used_before = self.connection.as_ref().is_some_and(|open| open.mails > 0);
        match self.hand_over(mail) {
            // Many servers end a connection that they have had enough of. Nothing of this mail was taken.
            Err(Step { named: Named::Sender, lost: true, late: false, .. }) if used_before => {
                self.connection = None;
                self.ready().map_err(Refusal::Down)?;
                self.hand_over(mail).map_err(|step| self.refused(step))
            }
            Err(step) => Err(self.refused(step)),
            Ok(()) => Ok(()),
        }
    }

    fn hand_over(&mut self, mail: &Outgoing) -> Result<(), Step> {
        let Some(open) = &mut self.connection else { return Err(Step::new(Named::Sender, None)) };
        let at = |named: Named| move |error: SmtpError| Step::new(named, Some(error));
        let mut options = Vec::new();
        if !mail.bytes.is_ascii() && open.connection.server_info().supports_feature(Extension::EightBitMime) {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let from: Option<Address> = Some(mail.from.clone());
        open.connection.command(Mail::new(from, options)).map_err(at(Named::Sender))?;
        open.connection.command(Rcpt::new(mail.to.clone(), Vec::new())).map_err(at(Named::Recipient))?;
        open.connection.command(Data).map_err(at(Named::Mail))?;
        let _ = open.connection.set_timeout(Some(self.timeout * LONGER_AT_THE_END));
        let taken = open.connection.message(&mail.bytes).map(|_| ()).map_err(at(Named::Mail));
        let _ = open.connection.set_timeout(Some(self.timeout));
        open.mails += 1;
        open.used = Instant::now();
        taken
    }

    /// What the refusal means, and for the connection.
    fn refused(&mut self, step: Step) -> Refusal {
        let Step { named, code, lost, why, .. } = step;
        if code.is_none() {
            self.connection = None;
            self.stalls += 1;
            if self.stalls >= MOST_STALLS {
                self.down = Some(why.clone());
            }
            return Refusal::Stalled(why);
        }
        let reset = if lost { None } else { self.connection.as_mut().map(|open| open.connection.command(Rset)) };
        if !matches!(reset, Some(Ok(_))) {
            self.connection = None;
        }
        if let Some(Err(error)) = reset.filter(|reset| reset.as_ref().is_err_and(is_late)) {
            self.down = Some(told(HANGS, &error));
        }
        match (named, code) {
            // Log-in demanded, or the sender refused: so it would be for every mail.
            (Named::Sender, Some(500..)) | (Named::Recipient, Some(530 | 535 | 538)) => {
                self.down = Some(why.clone());
                Refusal::Down(why)
            }
            // The server is closing, for everybody.
            (_, Some(421)) => {
                self.down = Some(why.clone());
                Refusal::Down(why)
            }
            // A full mailbox may be emptied (RFC 5321, 4.5.3.1.10).
            (Named::Recipient, Some(552)) => Refusal::Later(why),
            (Named::Recipient | Named::Mail, Some(500..)) => Refusal::ForGood(why),
            _ => Refusal::Later(why),
        }
    }
}

/// What of a mail a server is told first, then, and last.
#[derive(Debug, Clone, Copy)]
enum Named {
    Sender,
    Recipient,
    Mail,
}

/// The step at which a mail was not taken.
struct Step {
    named: Named,
    code: Option<u16>,
    /// Whether the connection can't be used any more.
    lost: bool,
    /// Whether there was no answer in time.
    late: bool,
    why: String,
}

impl Step {
    fn new(named: Named, error: Option<SmtpError>) -> Self {
        let what = match named {
            Named::Sender => "the mail server refuses the sender",
            Named::Recipient => "the mail server refuses the recipient",
            Named::Mail => "the mail server refuses the mail",
        };
        let code = error.as_ref().and_then(SmtpError::status).map(u16::from);
        let lost = code.is_none() || code == Some(421);
        let late = error.as_ref().is_some_and(is_late);
        let what = match code {
            Some(_) => what,
            None if late => HANGS,
            None => "the connection to the mail server broke off",
        };
        Self { named, code, lost, late, why: error.map_or_else(|| what.to_owned(), |error| told(what, &error)) }
    }
}

const HANGS: &str = "the mail server hangs";

/// Whether a server did not answer in time.
fn is_late(error: &SmtpError) -> bool {
    broken(error).is_some_and(|error| is_timeout(error.kind()))
}

fn is_timeout(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// What the system said of the connection.
fn broken(error: &SmtpError) -> Option<&io::Error> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(error) = inner.downcast_ref::<io::Error>() {
            return Some(error);
        }
        source = inner.source();
    }
    None
}

/// Ends a connection politely.
fn part(mut connection: SmtpConnection) {
    let _ = connection.set_timeout(Some(PARTING));
    connection.abort();
}

/// What happened, with the server's code (RFC 5321, 3463) or the kind of error; never its words.
fn told(what: &str, error: &SmtpError) -> String {
    if let Some(code) = error.status() {
        let words = error.source().map(ToString::to_string).unwrap_or_default();
        let first = words.split_whitespace().next().unwrap_or_default();
        let parts: Vec<&str> = first.split('.').collect();
        let enhanced =
            parts.len() == 3 && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
        let more = if enhanced { format!(" {first}") } else { String::new() };
        return format!("{what} ({}{more})", u16::from(code));
    }
    if let Some(error) = broken(error) {
        return match error.kind() {
            kind if is_timeout(kind) => format!("{what}: it does not answer in time"),
            // rustls's own words, which name certificates and no people.
            io::ErrorKind::InvalidData => format!("{what}: {error}"),
            kind => format!("{what}: {kind}"),
        };
    }
    if error.is_client() { format!("{what}: it offers no way of logging in that is known") } else { what.to_owned() }
}
