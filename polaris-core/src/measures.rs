//! What is measured of an installation, for those who watch it.

use crate::error::Result;
use crate::mail::state::MailStatus;
use crate::polaris::Polaris;
use crate::store::directory::log_bytes;
use crate::store::params;
use crate::types::Slug;

/// How an installation is, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measures {
    /// The tenants there are, active or not, by slug.
    pub tenants: Vec<Slug>,
    /// How many of them this process has open.
    pub open_tenants: usize,
    /// Bytes in the registry's write-ahead log.
    pub registry_log: u64,
    /// Bytes in the write-ahead logs of those tenants that have one.
    pub tenant_logs: Vec<(Slug, u64)>,
    /// How delivering mails goes.
    pub mail: MailStatus,
}

impl Polaris {
    /// Measures; one read of the registry, and a look at the length of each tenant's log.
    ///
    /// ```
    /// # use polaris_core::{Actor, Config, NewTenant, Polaris};
    /// # let place = tempfile::tempdir()?;
    /// # let polaris = Polaris::init(Config::at(place.path().join("data")))?;
    /// polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
    /// assert_eq!(polaris.measure()?.tenants[0].as_str(), "kckps");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable) when the registry can't be read.
    pub fn measure(&self) -> Result<Measures> {
        let engine = self.engine()?;
        let sql = "SELECT slug FROM tenants WHERE state IN ('active', 'inactive') ORDER BY slug";
        let tenants: Vec<Slug> = engine.registry.read(|registry| registry.all(sql, params![], |row| row.get("slug")))?;
        let directory = engine.directory.as_ref();
        let tenant_logs = tenants.iter().filter_map(|slug| Some((slug.clone(), log_bytes(&directory?.tenant(slug))?))).collect();
        Ok(Measures {
            open_tenants: self.open_tenants()?,
            registry_log: directory.and_then(|directory| log_bytes(&directory.registry())).unwrap_or_default(),
            tenant_logs,
            mail: self.mail_status()?,
            tenants,
        })
    }
}
