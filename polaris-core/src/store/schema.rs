//! The schemas and their versions: `user_version` is the number of migrations a file has had.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use super::connection::{self, Location};
use super::error::StoreError;
use crate::error::{Error, Result};

/// The two kinds of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `polaris.db`, the operator's own.
    Registry,
    /// `polaris_{slug}.db`, one per tenant.
    Tenant,
}

const REGISTRY: &[M<'static>] = &[M::up(include_str!("../../../migrations/sqlite/registry/0001_operator.sql"))];
const TENANT: &[M<'static>] = &[M::up(include_str!("../../../migrations/sqlite/tenant/0001_tenant.sql"))];

impl Kind {
    /// SQLite's `application_id`: says which of our files this is, whatever its name.
    pub(crate) fn application_id(self) -> i64 {
        match self {
            Self::Registry => 0x504C_5247,
            Self::Tenant => 0x504C_544E,
        }
    }

    fn steps(self) -> &'static [M<'static>] {
        match self {
            Self::Registry => REGISTRY,
            Self::Tenant => TENANT,
        }
    }

    /// The schema version this program works with.
    pub(crate) fn version(self) -> u32 {
        u32::try_from(self.steps().len()).unwrap_or(u32::MAX)
    }

    /// A digest of the migrations, so that a template made from others is noticed.
    pub(crate) fn fingerprint(self) -> String {
        use sha2::{Digest, Sha256};
        let text: &[&str] = match self {
            Self::Registry => &[include_str!("../../../migrations/sqlite/registry/0001_operator.sql")],
            Self::Tenant => &[include_str!("../../../migrations/sqlite/tenant/0001_tenant.sql")],
        };
        let mut digest = Sha256::new();
        for step in text {
            digest.update(step.len().to_le_bytes());
            digest.update(step.as_bytes());
        }
        digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Brings a database (an empty one too) to the current version; one transaction a step.
pub(super) fn migrate(connection: &mut Connection, kind: Kind) -> Result<(), StoreError> {
    connection.pragma_update(None, "application_id", kind.application_id())?;
    Migrations::from_slice(kind.steps()).to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => StoreError::from(err),
        other => StoreError::Driver(other.to_string()),
    })
}

/// Migrates an older file to this program's version, where that is allowed.
pub(super) fn upgrade(location: &Location, kind: Kind, found: u32, may_migrate: bool) -> Result<()> {
    let known = kind.version();
    if !may_migrate {
        return Err(Error::SchemaOutdated { found, needed: known });
    }
    let mut connection = connection::open(location, kind, connection::Purpose::Maintain)?;
    migrate(&mut connection, kind)?;
    if kind == Kind::Tenant {
        connection.execute("UPDATE tenant SET schema_version = ?1", [known]).map_err(StoreError::from)?;
    }
    Ok(())
}
