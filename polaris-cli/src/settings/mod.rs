//! Settings, weakest source first: defaults, file, environment, flags. What there is to set stands in [`keys::KEYS`] and nowhere else.
//!
//! ```toml
//! # polaris.toml
//! data = "/srv/polaris"
//! listen = "127.0.0.1:8080"
//! public_url = "https://events.example.org"
//! ```
//!
//! A value that is unknown or can't be right stops the program at start with exit code 2, naming the key, where it stands and what is
//! accepted there: a server that quietly runs with a default is found out too late.

mod environment;
mod file;
mod keys;
mod mail;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use polaris_core::{Config, Durability, Error, RateLimits, Result, SignupLimits};
use polaris_http::{MetricsToken, ServerConfig};

use crate::plain::plain;

pub(crate) use keys::{KEYS, Key, help};
pub(crate) use mail::{Carrier, MailSettings};

/// Every setting, with where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<String>,
    pub(crate) trusted_proxies: Vec<polaris_http::Network>,
    pub(crate) durability: Durability,
    pub(crate) readers: u32,
    pub(crate) open_tenants: u32,
    pub(crate) deadline_ms: u32,
    pub(crate) migrate_on_open: bool,
    pub(crate) log_requests: bool,
    pub(crate) max_connections: u32,
    pub(crate) header_ms: u32,
    pub(crate) metrics_token_file: Option<PathBuf>,
    pub(crate) api: RateLimits,
    pub(crate) signups: SignupLimits,
    pub(crate) mail: MailSettings,
    /// In the order of [`KEYS`].
    sources: Vec<Source>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Default,
    File { path: PathBuf, line: usize },
    Environment(String),
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Environment(variable) => write!(f, "environment, {variable}"),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

impl Source {
    /// The kind of source, for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File { .. } => "file",
            Self::Environment(_) => "environment",
            Self::Flag(_) => "flag",
        }
    }
}

/// One value found in a source, not yet checked.
pub(crate) struct Found {
    pub(crate) key: &'static Key,
    pub(crate) text: String,
    pub(crate) source: Source,
}

/// What was said on the command line.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    pub(crate) config: Option<PathBuf>,
    /// Names of keys with their values.
    pub(crate) values: Vec<(&'static str, String)>,
}

impl Settings {
    /// Reads all sources.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming the first key that is unknown or has a bad value.
    pub(crate) fn load(flags: &Flags) -> Result<Self> {
        let (variables, named) = environment::read()?;
        let mut settings = Self::default();
        let mut found = file::read(flags.config.as_deref().or(named.as_deref()))?;
        found.extend(variables);
        for (name, text) in &flags.values {
            if let Some(key) = keys::find(name) {
                found.push(Found { key, text: text.clone(), source: Source::Flag(format!("--{}", name.replace('_', "-"))) });
            }
        }
        found.into_iter().try_for_each(|found| settings.set(found))?;
        settings.mail.settle()?;
        Ok(settings)
    }

    fn set(&mut self, Found { key, text, source }: Found) -> Result<()> {
        if (key.set)(self, &text).is_none() {
            return Err(bad(key, &text, &source));
        }
        if let Some(at) = KEYS.iter().position(|other| other.name == key.name) {
            self.sources[at] = source;
        }
        Ok(())
    }

    /// Every key with its value and source, in the order of the table.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static Key, serde_json::Value, &Source)> {
        KEYS.iter().zip(&self.sources).map(|(key, source)| (key, (key.show)(self), source))
    }

    /// The data directory, if it was given as a flag.
    pub(crate) fn data_flag(&self) -> Option<String> {
        let (_, _, source) = self.all().find(|(key, ..)| key.name == "data")?;
        matches!(source, Source::Flag(_)).then(|| self.data.display().to_string())
    }

    /// The same settings for the directory of a demo. Its people are made up, so its mails become files in it, whatever mail server is set.
    pub(crate) fn at(&self, data: PathBuf) -> Self {
        Self { data, mail: MailSettings::default(), ..self.clone() }
    }

    /// Who may read `/metrics`, read from its file.
    pub(crate) fn metrics(&self) -> Result<Option<MetricsToken>> {
        let Some(file) = &self.metrics_token_file else { return Ok(None) };
        let short = || {
            Error::bad_request(
                "metrics_token_file",
                format!("{} must hold at least 16 letters, digits or signs, without blanks", file.display()),
            )
        };
        let token = mail::secret_in("metrics_token_file", file)?;
        MetricsToken::new(&token).ok_or_else(short).map(Some)
    }

    /// What the engine needs of this.
    pub(crate) fn engine(&self) -> Config {
        Config {
            durability: self.durability,
            readers: self.readers,
            open_tenants: self.open_tenants,
            deadline: std::time::Duration::from_millis(self.deadline_ms.into()),
            migrate_on_open: self.migrate_on_open,
            rate_limits: self.api,
            signup_limits: self.signups,
            public_url: self.public_url.clone(),
            mail: self.mail.engine(),
            ..Config::at(&self.data)
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        let (engine, server) = (Config::at("./polaris-data"), ServerConfig::default());
        Self {
            data: engine.data,
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            public_url: None,
            trusted_proxies: Vec::new(),
            durability: engine.durability,
            readers: engine.readers,
            open_tenants: engine.open_tenants,
            deadline_ms: u32::try_from(engine.deadline.as_millis()).unwrap_or(u32::MAX),
            migrate_on_open: engine.migrate_on_open,
            log_requests: true,
            max_connections: server.max_connections,
            header_ms: u32::try_from(server.header_deadline.as_millis()).unwrap_or(u32::MAX),
            metrics_token_file: None,
            api: engine.rate_limits,
            signups: engine.signup_limits,
            mail: MailSettings::default(),
            sources: vec![Source::Default; KEYS.len()],
        }
    }
}

fn bad(key: &Key, shown: &str, source: &Source) -> Error {
    if key.form == keys::Form::Secret {
        return Error::bad_request(key.name, format!("must be {}; it is not shown here ({source})", key.accepted));
    }
    Error::bad_request(key.name, format!("must be {}, not `{}` ({source})", key.accepted, plain(shown)))
}
