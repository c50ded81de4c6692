//! The schemas and their versions: `user_version` is the number of migrations a file has had.

use std::sync::LazyLock;

use rusqlite::Connection;
use rusqlite_migration::{HookError, M, Migrations};

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

// A step that has been released is never edited: files have had it.
const REGISTRY: &[&str] = &[
    include_str!("../../../migrations/sqlite/registry/0001_operator.sql"),
    include_str!("../../../migrations/sqlite/registry/0002_people.sql"),
];
const TENANT: &[&str] =
    &[include_str!("../../../migrations/sqlite/tenant/0001_tenant.sql"), include_str!("../../../migrations/sqlite/tenant/0002_people.sql")];

impl Kind {
    /// SQLite's `application_id`: says which of our files this is, whatever its name.
    pub(crate) fn application_id(self) -> i64 {
        match self {
            Self::Registry => 0x504C_5247,
            Self::Tenant => 0x504C_544E,
        }
    }

    /// The migrations, oldest first.
    pub(super) fn steps(self) -> &'static [&'static str] {
        match self {
            Self::Registry => REGISTRY,
            Self::Tenant => TENANT,
        }
    }

    /// The schema version this program works with.
    pub(crate) fn version(self) -> u32 {
        u32::try_from(self.steps().len()).unwrap_or(u32::MAX)
    }

    /// A digest of the migrations, so that a file made from others is noticed.
    pub(crate) fn fingerprint(self) -> &'static str {
        static REGISTRY_PRINT: LazyLock<String> = LazyLock::new(|| digest(Kind::Registry.steps()));
        static TENANT_PRINT: LazyLock<String> = LazyLock::new(|| digest(Kind::Tenant.steps()));
        match self {
            Self::Registry => &REGISTRY_PRINT,
            Self::Tenant => &TENANT_PRINT,
        }
    }
}

fn digest(steps: &[&str]) -> String {
    use sha2::{Digest, Sha256};
    let mut digest = Sha256::new();
    for step in steps {
        digest.update(step.len().to_le_bytes());
        digest.update(step.as_bytes());
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Brings a database (an empty one too) to the current version.
pub(super) fn migrate(connection: &mut Connection, kind: Kind) -> Result<(), StoreError> {
    migrate_by(connection, kind, kind.steps())
}

/// Runs the steps that the file hasn't had, all in one transaction, together with both notes of the version: `user_version` and, in a
/// tenant's file, its own row. Whatever fails or is cut off leaves the version before, whole.
fn migrate_by(connection: &mut Connection, kind: Kind, steps: &[&'static str]) -> Result<(), StoreError> {
    connection.pragma_update(None, "application_id", kind.application_id())?;
    let (found, known) = (connection::identity(connection)?.1, u32::try_from(steps.len()).unwrap_or(u32::MAX));
    let noted = move |transaction: &rusqlite::Transaction<'_>| {
        if transaction.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))? != found {
            // It was looked at before this transaction began. A step must not run twice.
            return Err(HookError::Hook("another process has migrated the file meanwhile".to_owned()));
        }
        if kind == Kind::Tenant {
            transaction.execute("UPDATE tenant SET schema_version = ?1", [known])?;
        }
        Ok(())
    };
    let steps: Vec<_> = steps.iter().map(|step| M::up_with_hook(step, noted)).collect();
    Migrations::new(steps).to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => StoreError::from(err),
        other => StoreError::Driver(other.to_string()),
    })
}

/// Migrates an older file to this program's version, where that is allowed.
pub(super) fn upgrade(location: &Location, kind: Kind, found: u32, may_migrate: bool) -> Result<()> {
    if !may_migrate {
        return Err(Error::SchemaOutdated { found, needed: kind.version() });
    }
    Ok(upgrade_by(location, kind, kind.steps())?)
}

pub(super) fn upgrade_by(location: &Location, kind: Kind, steps: &[&'static str]) -> Result<(), StoreError> {
    let mut connection = connection::open(location, kind, connection::Purpose::Maintain)?;
    match migrate_by(&mut connection, kind, steps) {
        // Another process was quicker: then it is done, whatever came of our own attempt.
        Err(_) if connection::identity(&connection)?.1 as usize == steps.len() => Ok(()),
        done => done,
    }
}
