//! Bringing the reference data to tenants that exist.

use serde_json::{Value, json};

use super::Reference;
use super::held::Held;
use super::tenant_plan;
use crate::audit::{self, Entry, Outcome};
use crate::engine::new_uuid;
use crate::error::{Problem, Problems, Result};
use crate::operations::REFERENCE_SYNC;
use crate::store::{Transaction, params};
use crate::types::Slug;

/// Which tenants get the reference data, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReferenceSync {
    /// The slugs of the tenants; all active ones when left out.
    pub tenants: Option<Vec<String>>,
    /// Tell what would be done, and do nothing.
    pub dry_run: bool,
}

/// What a sync did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// Whether nothing was done.
    pub dry_run: bool,
    /// Each tenant, in the order of their slugs.
    pub tenants: Vec<TenantSync>,
    /// Deactivated tenants, which a sync of all leaves as they are.
    pub skipped: Vec<Slug>,
}

impl SyncReport {
    /// Whether every tenant is up to date now.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.tenants.iter().all(|tenant| tenant.outcome.is_ok())
    }
}

/// What a sync did with one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSync {
    /// The tenant.
    pub tenant: Slug,
    /// What was changed, or why nothing was.
    pub outcome: std::result::Result<Changes, SyncFailure>,
}

/// Why a tenant was not brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncFailure {
    /// The error's code, such as `TENANT_INACTIVE`.
    pub code: &'static str,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// What was changed in a tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Changes {
    /// Whether the reference data know the tenant's district; `None` when it has none, and then gets all schools. The schools of a tenant
    /// whose district is not known are left as they are.
    pub district_known: Option<bool>,
    /// Schools.
    pub schools: Brought,
    /// Skills.
    pub skills: Brought,
    /// Career types.
    pub career_types: Brought,
}

/// What was done with the things of one kind in a tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Brought {
    /// New ones.
    pub added: u32,
    /// Those that were otherwise; also the tenant's own of the same name, which are the reference data's from then on.
    pub changed: u32,
    /// Those that were up to date.
    pub unchanged: u32,
    /// Those that the reference data don't have any more and the tenant does not use.
    pub removed: u32,
    /// Those that the reference data don't have any more: kept, because the tenant uses them.
    pub used: u32,
    /// The tenant's own: kept.
    pub own: u32,
    /// Those that kept their former name, because something of the tenant's own has the new one.
    pub clashing: u32,
}

impl Reference<'_> {
    /// Brings the reference data to tenants: adds what is new, changes what was changed, removes what is gone and not used. What a tenant
    /// uses or made itself stays. Each tenant in one transaction; one that fails doesn't stop the others.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`](crate::Error::Validation) naming tenants that don't exist, before anything is done; [`Error::Forbidden`](crate::Error::Forbidden); [`Error::Unavailable`](crate::Error::Unavailable) for the
    /// registry. What goes wrong with a tenant is in the report.
    pub fn sync(&self, sync: &ReferenceSync) -> Result<SyncReport> {
        self.sync_with(sync, |_, _| {})
    }

    /// As [`Reference::sync`], telling after each tenant how many are done and how many there are.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn sync_with(&self, sync: &ReferenceSync, mut progress: impl FnMut(usize, usize)) -> Result<SyncReport> {
        let platform = self.platform;
        let (held, tenants, skipped) = platform.read(&REFERENCE_SYNC, |registry| {
            let known =
                registry.all("SELECT slug, state FROM tenants WHERE state IN ('active', 'inactive') ORDER BY slug", params![], |row| {
                    Ok((row.get::<Slug>("slug")?, row.get::<String>("state")? == "active"))
                })?;
            let (tenants, skipped) = choose(known, sync.tenants.as_deref())?;
            Ok((Held::read(registry)?, tenants, skipped))
        })?;
        // Both logs name the run by this.
        let run = new_uuid(platform.polaris.randomness()).to_string();
        if !sync.dry_run {
            self.note(&run, Outcome::Pending, json!({ "tenants": tenants.len() }))?;
        }
        let mut report = SyncReport { dry_run: sync.dry_run, tenants: Vec::new(), skipped };
        for (at, tenant) in tenants.iter().enumerate() {
            progress(at, tenants.len());
            let outcome = self.sync_one(tenant, &held, sync.dry_run, &run).map_err(|error| {
                tracing::warn!(%error, %tenant, "the reference data were not brought to a tenant");
                SyncFailure { code: error.code(), message: error.to_string() }
            });
            report.tenants.push(TenantSync { tenant: tenant.clone(), outcome });
        }
        progress(tenants.len(), tenants.len());
        if !sync.dry_run {
            let failed: Vec<&Slug> = report.tenants.iter().filter(|done| done.outcome.is_err()).map(|done| &done.tenant).collect();
            self.note(&run, Outcome::Done, json!({ "tenants": tenants.len(), "failed": failed, "skipped": report.skipped }))?;
        }
        Ok(report)
    }

    /// Beginning and end of a run, in the operator's log.
    fn note(&self, run: &str, outcome: Outcome, details: Value) -> Result<()> {
        let platform = self.platform;
        let entry = Entry::of("reference_sync", run, details).with_outcome(outcome);
        let now = platform.now();
        platform.engine.registry.write(|registry| platform.append(registry, "reference.sync", &entry, now))
    }

    fn sync_one(&self, slug: &Slug, held: &Held, dry_run: bool, run: &str) -> Result<Changes> {
        let platform = self.platform;
        let file = platform.engine.open_tenant(slug.as_str())?;
        let plan = |transaction: &Transaction<'_>| {
            let standing = file.standing(transaction)?;
            let settings = file.settings(transaction, &standing)?;
            tenant_plan::plan(transaction, held, settings.district.as_deref())
        };
        let (changes, nothing_to_do) = file.database.read(|transaction| {
            let plan = plan(transaction)?;
            Ok((plan.changes, plan.is_empty()))
        })?;
        if dry_run || nothing_to_do {
            return Ok(changes);
        }
        let now = platform.now();
        file.database.write(|transaction| {
            let plan = plan(transaction)?;
            plan.carry_out(transaction)?;
            let entry = Entry::of("reference_sync", run, json!(plan.changes));
            audit::append(transaction, &platform.caller, "reference.sync", &entry, now, platform.polaris.randomness())?;
            Ok(plan.changes)
        })
    }
}

/// The tenants that are wanted, and those that are left out for being deactivated. Who is named and deactivated is tried, and fails.
fn choose(known: Vec<(Slug, bool)>, wanted: Option<&[String]>) -> Result<(Vec<Slug>, Vec<Slug>)> {
    let Some(wanted) = wanted else {
        let (active, inactive): (Vec<_>, Vec<_>) = known.into_iter().partition(|(_, active)| *active);
        let slugs = |tenants: Vec<(Slug, bool)>| tenants.into_iter().map(|(slug, _)| slug).collect();
        return Ok((slugs(active), slugs(inactive)));
    };
    let mut problems = Problems::default();
    if wanted.is_empty() {
        problems.note("tenants", Problem::new("REQUIRED", "names no tenant: leave it out for all"));
    }
    for (at, slug) in wanted.iter().enumerate() {
        if !known.iter().any(|(other, _)| other.as_str() == slug) {
            problems.note(&format!("tenants[{at}]"), Problem::new("UNKNOWN_VALUE", "there is no such tenant"));
        }
    }
    problems.finish()?;
    Ok((known.into_iter().map(|(slug, _)| slug).filter(|slug| wanted.iter().any(|other| other == slug.as_str())).collect(), Vec::new()))
}
