//! P8: tenants' databases brought to the schema of this program, many at a time.
//!
//! Each file is migrated in one transaction, after a copy of it was put into `snapshots/`. What fails is told and left as it was, the
//! others go on, and another run does what is left.
//!
//! ```
//! # use polaris_core::{Actor, NewMigration, NewTenant, Polaris};
//! let polaris = Polaris::in_memory()?;
//! let platform = polaris.platform(Actor::System)?;
//! platform.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let report = platform.tenants().migrate(&NewMigration { all: true, ..NewMigration::default() })?;
//! assert_eq!(report.tenants[0].outcome.as_str(), "up_to_date");
//! # Ok::<(), polaris_core::Error>(())
//! ```

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use serde_json::json;

use super::Tenants;
use crate::audit::Entry;
use crate::config::Config;
use crate::engine::Engine;
use crate::error::{Error, Problem, Problems, Result, Unavailable};
use crate::operations::TENANTS_MIGRATE;
use crate::platform::{Platform, Progress};
use crate::polaris::Polaris;
use crate::store::connection::Location;
use crate::store::directory::DataDirectory;
use crate::store::schema::{self, Finish, Kind};
use crate::store::{Transaction, mould, params};
use crate::types::{Slug, TenantId};

/// More threads than this bring nothing on one disk.
const MOST_JOBS: usize = 16;

/// Which tenants are to be migrated: all, or those named.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewMigration {
    /// All tenants but those in the trash; deactivated ones too.
    pub all: bool,
    /// These, by slug.
    pub tenants: Vec<String>,
    /// Only tell what would be done.
    pub dry_run: bool,
    /// How many at a time, 1 to 16; as many as there are processors when left out.
    pub jobs: Option<usize>,
}

/// What became of each tenant, by slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationReport {
    /// The schema version of this program.
    pub target: u32,
    /// Whether nothing was to be changed.
    pub dry_run: bool,
    /// One for each tenant asked for.
    pub tenants: Vec<Migration>,
}

impl MigrationReport {
    /// How many ended like this.
    #[must_use]
    pub fn count(&self, outcome: &str) -> usize {
        self.tenants.iter().filter(|tenant| tenant.outcome.as_str() == outcome).count()
    }
}

/// What became of one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The tenant's slug.
    pub slug: Slug,
    /// The schema version its file had; `None` where it couldn't be read.
    pub from: Option<u32>,
    /// What was done.
    pub outcome: MigrationOutcome,
}

/// What was done with one database.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MigrationOutcome {
    /// It had this program's version already.
    UpToDate,
    /// It has it now.
    Migrated,
    /// It would be migrated, were this no dry run.
    Pending,
    /// It is as it was.
    Failed {
        /// The error's code.
        code: &'static str,
        /// What is wrong, for a person.
        message: String,
    },
}

impl MigrationOutcome {
    /// The outcome's name.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::UpToDate => "up_to_date",
            Self::Migrated => "migrated",
            Self::Pending => "pending",
            Self::Failed { .. } => "failed",
        }
    }
}

/// A tenant as the registry of any version knows it.
struct Registered {
    id: TenantId,
    slug: Slug,
    /// The registry's copy of its file's version.
    noted: u32,
}

/// SQL that the first schema of the registry understood already.
const REGISTERED: &str = "SELECT uuid, slug, schema_version FROM tenants WHERE state IN ('active', 'inactive') ORDER BY slug";

fn registered(registry: &Transaction<'_>, wanted: &NewMigration) -> Result<Vec<Registered>> {
    if wanted.all != wanted.tenants.is_empty() {
        return Err(Error::invalid("tenants", Problem::new("REQUIRED", "name the tenants to migrate, or ask for all of them")));
    }
    if wanted.jobs.is_some_and(|jobs| !(1..=MOST_JOBS).contains(&jobs)) {
        return Err(Error::invalid("jobs", Problem::new("OUT_OF_RANGE", format!("must be 1 to {MOST_JOBS}"))));
    }
    let mut found = registry.all(REGISTERED, params![], |row| {
        Ok(Registered { id: row.get("uuid")?, slug: row.get("slug")?, noted: row.get("schema_version")? })
    })?;
    if !wanted.all {
        let mut problems = Problems::default();
        for (at, slug) in wanted.tenants.iter().enumerate() {
            if !found.iter().any(|tenant| tenant.slug.as_str() == slug) {
                problems.note(&format!("tenants[{at}]"), Problem::new("UNKNOWN_VALUE", "there is no such tenant"));
            }
        }
        problems.finish()?;
        found.retain(|tenant| wanted.tenants.iter().any(|slug| tenant.slug.as_str() == slug));
    }
    Ok(found)
}

impl Tenants<'_> {
    /// Migrates databases of an older schema, each with a copy made first, and tells of each what was done.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] when neither all nor any tenants are named, or one that doesn't exist; [`Error::Forbidden`]. What is wrong
    /// with single tenants is told in the report.
    pub fn migrate(&self, wanted: &NewMigration) -> Result<MigrationReport> {
        self.migrate_with(wanted, &mut |_, _| {})
    }

    /// As [`Self::migrate`], telling how far it is.
    ///
    /// # Errors
    ///
    /// As [`Self::migrate`].
    pub fn migrate_with(&self, wanted: &NewMigration, progress: Progress<'_>) -> Result<MigrationReport> {
        let platform = self.platform;
        let tenants = platform.read(&TENANTS_MIGRATE, |registry| registered(registry, wanted))?;
        let report = run(wanted, &tenants, progress, |tenant| {
            let location = platform.engine.location(tenant.id, &tenant.slug)?;
            let from = schema::version_of(&location, Kind::Tenant)?;
            match advance(from, wanted.dry_run) {
                Ok(MigrationOutcome::Migrated) => {
                    Ok((Some(from), settle(platform, tenant, from, migrate_one(platform, tenant, &location, from))))
                }
                Ok(outcome) => {
                    if outcome == MigrationOutcome::UpToDate && tenant.noted != from && !wanted.dry_run {
                        note(&platform.engine, tenant.id, from)?;
                    }
                    Ok((Some(from), Ok(outcome)))
                }
                Err(error) => Ok((Some(from), Err(error))),
            }
        });
        if report.count("migrated") > 0 {
            platform.engine.refresh_images();
        }
        Ok(report)
    }
}

impl Polaris {
    /// What [`migrate`](Tenants::migrate) would find in a data directory whose registry is of an older schema, so that no engine can be
    /// opened on it without changing it. Changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::DataDirectory`], [`Error::SchemaTooNew`], [`Error::Validation`] as for [`migrate`](Tenants::migrate).
    pub fn preview_migration(config: &Config, wanted: &NewMigration) -> Result<MigrationReport> {
        let directory = DataDirectory::open(&config.data)?;
        let wanted = NewMigration { dry_run: true, ..wanted.clone() };
        let tenants = schema::look(&Location::File(directory.registry()), Kind::Registry, |registry| registered(registry, &wanted))?;
        Ok(run(&wanted, &tenants, &mut |_, _| {}, |tenant| {
            let from = schema::version_of(&Location::File(directory.tenant(&tenant.slug)), Kind::Tenant)?;
            Ok((Some(from), advance(from, true)))
        }))
    }

    /// Brings the registry of a data directory to this program's schema, with a copy made first; with `dry_run` it only looks. Needed
    /// where migrating on opening is not allowed. Gives the version it had, and the one this program works with.
    ///
    /// # Errors
    ///
    /// [`Error::DataDirectory`], [`Error::SchemaTooNew`], [`Error::Unavailable`].
    pub fn migrate_registry(config: &Config, dry_run: bool) -> Result<(u32, u32)> {
        let directory = DataDirectory::open(&config.data)?;
        let location = Location::File(directory.registry());
        let from = schema::version_of(&location, Kind::Registry).map_err(|error| match Error::from(error) {
            // The same words as for whoever opens it.
            Error::Unavailable(Unavailable::Damaged) => Error::DataDirectory(format!(
                "{} can't be used as a registry: it is damaged or another program's; restore it from a backup and keep this one aside",
                directory.registry().display()
            )),
            other => other,
        })?;
        let known = Kind::Registry.version();
        if from > known {
            return Err(Error::SchemaTooNew { found: from, known });
        }
        if from < known && !dry_run {
            let nothing: Finish = Arc::new(|_| Ok(()));
            schema::migrate_file(&location, Kind::Registry, from, &nothing)?;
        }
        Ok((from, known))
    }
}

/// What is to be done with a file of this version.
fn advance(from: u32, dry_run: bool) -> Result<MigrationOutcome> {
    let known = Kind::Tenant.version();
    match from.cmp(&known) {
        std::cmp::Ordering::Equal => Ok(MigrationOutcome::UpToDate),
        std::cmp::Ordering::Less if dry_run => Ok(MigrationOutcome::Pending),
        std::cmp::Ordering::Less => Ok(MigrationOutcome::Migrated),
        std::cmp::Ordering::Greater => Err(Error::SchemaTooNew { found: from, known }),
    }
}

type Done = Result<(Option<u32>, Result<MigrationOutcome>)>;

/// Does `each` for every tenant, several at a time, and gathers what came of it.
fn run(
    wanted: &NewMigration,
    tenants: &[Registered],
    progress: Progress<'_>,
    each: impl Fn(&Registered) -> Done + Sync,
) -> MigrationReport {
    let jobs = wanted.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from).min(MOST_JOBS));
    let next = AtomicUsize::new(0);
    let (done, finished) = mpsc::channel();
    let mut found: Vec<Option<Migration>> = tenants.iter().map(|_| None).collect();
    std::thread::scope(|threads| {
        for _ in 0..jobs.min(tenants.len()) {
            let (done, next, each) = (done.clone(), &next, &each);
            threads.spawn(move || {
                while let Some((at, tenant)) = { Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, tenants.get(at)?))) } {
                    let (from, outcome) = each(tenant).unwrap_or_else(|error| (None, Err(error)));
                    let outcome =
                        outcome.unwrap_or_else(|error| MigrationOutcome::Failed { code: error.code(), message: error.to_string() });
                    if done.send((at, Migration { slug: tenant.slug.clone(), from, outcome })).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        for (count, (at, migration)) in finished.iter().enumerate() {
            if let Some(place) = found.get_mut(at) {
                *place = Some(migration);
            }
            progress(count + 1, tenants.len());
        }
    });
    MigrationReport { target: Kind::Tenant.version(), dry_run: wanted.dry_run, tenants: found.into_iter().flatten().collect() }
}

fn migrate_one(platform: &Platform, tenant: &Registered, location: &Location, from: u32) -> Result<()> {
    let finish: Finish = {
        let (platform, id, slug) = (platform.clone(), tenant.id, tenant.slug.clone());
        Arc::new(move |file| {
            let own =
                file.first("SELECT 1 AS one FROM tenant WHERE uuid = ?1 AND slug = ?2", params![id, slug], |row| row.get::<i64>("one"))?;
            if own.is_none() {
                tracing::error!(tenant = %slug, "the file under this tenant's name is another tenant's: `polaris doctor` tells more");
                return Err(Error::Unavailable(Unavailable::Damaged));
            }
            platform.append(file, action(), &entry(id, from), platform.now())
        })
    };
    schema::migrate_file(location, Kind::Tenant, from, &finish).map(|_| ())
}

fn action() -> &'static str {
    TENANTS_MIGRATE.audit.unwrap_or(TENANTS_MIGRATE.id)
}

fn entry(id: TenantId, from: u32) -> Entry {
    Entry::of("tenant", id.get(), json!({ "from": from, "to": Kind::Tenant.version() }))
}

/// Notes in the registry what has been done. The tenant is migrated whether or not that succeeds; the next run corrects the copy.
fn settle(platform: &Platform, tenant: &Registered, from: u32, migrated: Result<()>) -> Result<MigrationOutcome> {
    migrated?;
    platform.write(&TENANTS_MIGRATE, |registry| {
        registry.execute("UPDATE tenants SET schema_version = ?2 WHERE uuid = ?1", params![tenant.id, Kind::Tenant.version()])?;
        Ok(((), entry(tenant.id, from)))
    })?;
    Ok(MigrationOutcome::Migrated)
}

/// Corrects the registry's copy of a tenant's schema version.
pub(crate) fn note(engine: &Engine, id: TenantId, version: u32) -> Result<()> {
    engine.registry.write_soon(|registry| {
        registry.execute("UPDATE tenants SET schema_version = ?2 WHERE uuid = ?1 AND schema_version <> ?2", params![id, version])
    })?;
    Ok(())
}

impl Engine {
    /// Makes the image of new tenants anew where it was of another schema, so that those of the schema before are gone.
    fn refresh_images(&self) {
        let Some(directory) = &self.directory else { return };
        let made = directory.lock_for_creating().and_then(|_creating| mould::refresh(directory));
        if let Err(error) = made {
            tracing::warn!(%error, "the image for new tenants is made when the next one is created");
        }
    }
}
