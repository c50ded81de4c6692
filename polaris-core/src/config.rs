//! How an engine is set up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::limits::{RateLimits, SignupLimits};
use crate::mail::config::MailConfig;
pub use crate::store::connection::Durability;
use crate::store::database::Options;

/// Where the data is and how it is used. Every value but the place has a sensible default.
///
/// ```
/// use polaris_core::{Config, Durability};
///
/// let config = Config { durability: Durability::Normal, ..Config::at("./data") };
/// assert_eq!(config.readers, 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The data directory.
    pub data: PathBuf,
    /// How long an acknowledged write must last; `Full` unless said otherwise.
    pub durability: Durability,
    /// Reading connections of one tenant at most, 1 to 8; more than 3 bring nothing on one file.
    pub readers: u32,
    /// Tenants open at once, at most. Fewer are used where the descriptor limit demands it.
    pub open_tenants: u32,
    /// How long one operation may take, waiting included.
    pub deadline: Duration,
    /// How long a refused log-in takes at least: an account that is unknown, new or brought over must not be told by its pace.
    pub log_in_least: Duration,
    /// How often one API key may ask.
    pub rate_limits: RateLimits,
    /// How often people may sign up from one address.
    pub signup_limits: SignupLimits,
    /// The address under which the public reaches this installation, such as `https://events.example.org`, without a slash at its end; links
    /// in mails begin with it. Without one mails hold no links: users are invited with a link to hand over, nobody is asked to come by mail,
    /// and no mail is sent for a forgotten password.
    pub public_url: Option<String>,
    /// How mails are sent.
    pub mail: MailConfig,
    /// Whether a database of an older schema is migrated when opened (`true`), or refused.
    pub migrate_on_open: bool,
}

impl Config {
    /// The defaults for a data directory.
    #[must_use]
    pub fn at(data: impl AsRef<Path>) -> Self {
        Self {
            data: data.as_ref().to_owned(),
            durability: Durability::Full,
            readers: 2,
            open_tenants: 256,
            deadline: Duration::from_secs(10),
            log_in_least: Duration::from_millis(300),
            rate_limits: RateLimits::default(),
            signup_limits: SignupLimits::default(),
            public_url: None,
            mail: MailConfig::default(),
            migrate_on_open: true,
        }
    }

    /// Where this installation is reached, for links in mails, without a slash at its end.
    pub(crate) fn public_address(&self) -> Option<&str> {
        self.public_url.as_deref().map(|url| url.trim_end_matches('/')).filter(|url| !url.is_empty())
    }

    pub(crate) fn options(&self) -> Options {
        Options {
            durability: self.durability,
            readers: self.readers.clamp(1, 8),
            deadline: self.deadline,
            migrate_on_open: self.migrate_on_open,
        }
    }
}
