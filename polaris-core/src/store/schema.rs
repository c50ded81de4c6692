//! The schemas and their versions: `user_version` is the number of migrations a file has had.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite_migration::{HookError, M, Migrations};

use super::connection::{self, Deadline, Location};
use super::dialect;
use super::error::StoreError;
use super::snapshot;
use super::subject::{self, Subject};
use super::transaction::Transaction;
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
    include_str!("../../../migrations/sqlite/registry/0003_reference.sql"),
];
const TENANT: &[&str] = &[
    include_str!("../../../migrations/sqlite/tenant/0001_tenant.sql"),
    include_str!("../../../migrations/sqlite/tenant/0002_people.sql"),
    include_str!("../../../migrations/sqlite/tenant/0003_reference.sql"),
    include_str!("../../../migrations/sqlite/tenant/0004_events.sql"),
    include_str!("../../../migrations/sqlite/tenant/0005_volunteers.sql"),
    include_str!("../../../migrations/sqlite/tenant/0006_imports.sql"),
    include_str!("../../../migrations/sqlite/tenant/0007_recruitment.sql"),
    include_str!("../../../migrations/sqlite/tenant/0008_mail.sql"),
];

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

/// What is written into a file in the transaction that migrates it, last.
pub(crate) type Finish = Arc<dyn Fn(&Transaction<'_>) -> Result<()> + Send + Sync>;

/// Brings a database (an empty one too) to the current version.
pub(super) fn migrate(connection: &mut Connection, kind: Kind) -> Result<(), StoreError> {
    migrate_by(connection, kind, kind.steps(), None)
}

/// Runs the steps that the file hasn't had, all in one transaction, together with both notes of the version: `user_version` and, in a
/// tenant's file, its own row. Whatever fails or is cut off leaves the version before, whole.
fn migrate_by(connection: &mut Connection, kind: Kind, steps: &[&'static str], finish: Option<Finish>) -> Result<(), StoreError> {
    dialect::teach(connection)?;
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
    let last = move |transaction: &rusqlite::Transaction<'_>| {
        noted(transaction)?;
        match &finish {
            Some(finish) => finish(&Transaction::new(transaction)).map_err(|error| HookError::Hook(error.to_string())),
            None => Ok(()),
        }
    };
    let mut migrations: Vec<_> = steps.iter().map(|step| M::up_with_hook(step, noted)).collect();
    if let (Some(at), Some(step)) = (migrations.last_mut(), steps.last()) {
        *at = M::up_with_hook(step, last);
    }
    Migrations::new(migrations).to_latest(connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => StoreError::from(err),
        other => StoreError::Driver(other.to_string()),
    })
}

/// Migrates an older file to this program's version, where that is allowed. What it was before is kept beside it.
pub(super) fn upgrade(location: &Location, kind: Kind, found: u32, may_migrate: bool) -> Result<()> {
    if !may_migrate {
        return Err(Error::SchemaOutdated { found, needed: kind.version() });
    }
    let kept = snapshot::before_migration(location, kind, found)?;
    upgrade_by(location, kind, kind.steps()).inspect_err(|_| forget(kept.as_deref()))?;
    tracing::info!(database = %Subject::name(), from = found, to = kind.version(), "migrated on opening");
    Ok(())
}

pub(super) fn upgrade_by(location: &Location, kind: Kind, steps: &[&'static str]) -> Result<(), StoreError> {
    upgrade_with(location, kind, steps, None)
}

fn upgrade_with(location: &Location, kind: Kind, steps: &[&'static str], finish: Option<Finish>) -> Result<(), StoreError> {
    let mut connection = connection::open(location, kind, connection::Purpose::Maintain)?;
    match migrate_by(&mut connection, kind, steps, finish) {
        // Another process was quicker: then it is done, whatever came of our own attempt.
        Err(_) if connection::identity(&connection)?.1 as usize == steps.len() => Ok(()),
        done => done,
    }
}

/// The schema version of a file, with no more than it takes to read it; an error if it is no file of this kind.
pub(crate) fn version_of(location: &Location, kind: Kind) -> Result<u32, StoreError> {
    let connection = connection::glance(location)?;
    let (application, version) = connection::identity(&connection)?;
    if application != kind.application_id() || version == 0 {
        return Err(StoreError::Damaged(format!("not a {kind:?} database of Polaris (application id {application:#x})")));
    }
    Ok(version)
}

/// How long one migration may take, its copy and the waiting included.
const LONGEST_MIGRATION: Duration = Duration::from_mins(15);

/// Migrates a file of this older version when told to, with a deadline of its own. `finish` runs last in the transaction and may still
/// refuse. Gives where the copy lies that was made first.
pub(crate) fn migrate_file(location: &Location, kind: Kind, found: u32, finish: &Finish) -> Result<Option<PathBuf>> {
    let _subject = Subject::set(&subject::name_of(location));
    let _deadline = Deadline::set(Instant::now() + LONGEST_MIGRATION);
    let kept = snapshot::before_migration(location, kind, found)?;
    let refused = Arc::new(Mutex::new(None));
    let noting = {
        let (refused, finish) = (Arc::clone(&refused), Arc::clone(finish));
        Arc::new(move |transaction: &Transaction<'_>| {
            finish(transaction).inspect_err(|error| *refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone()))
        })
    };
    let migrated = upgrade_with(location, kind, kind.steps(), Some(noting));
    if migrated.is_err() {
        forget(kept.as_deref());
    }
    match refused.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(error) if migrated.is_err() => Err(error),
        _ => Ok(migrated.map(|()| kept)?),
    }
}

/// Removes a copy of a file that has not been migrated after all: it is as it was.
fn forget(kept: Option<&Path>) {
    if let Some(Err(error)) = kept.map(std::fs::remove_file) {
        tracing::debug!(%error, "a copy from before a migration that failed stays behind");
    }
}

/// Looks into a file whatever its schema version, in one read transaction.
pub(crate) fn look<T>(location: &Location, kind: Kind, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
    let connection = connection::open(location, kind, connection::Purpose::Maintain)?;
    connection::control(&connection, "BEGIN")?;
    work(&Transaction::reading(&connection))
}
