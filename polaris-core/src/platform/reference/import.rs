//! Importing reference data into the registry, all or nothing.

use serde_json::json;

use super::held::{self, Held, Side};
use super::plan::{self, Plan};
use super::{Reference, ReferenceData, ReferenceKind, ReferenceSource};
use crate::audit::Entry;
use crate::clock::random;
use crate::error::{FieldError, Result};
use crate::operations::REFERENCE_IMPORT;
use crate::store::Transaction;
use crate::types::key_hash::hex;

/// What is to be imported, and how.
#[derive(Debug, Clone, Default)]
pub struct ReferenceImport {
    /// Files and documents; taken together, whatever their order.
    pub sources: Vec<ReferenceSource>,
    /// Tell what would be done, and do nothing.
    pub dry_run: bool,
    /// Remove what the sources don't have, of the kinds they have; of schools, in the districts they have schools of. Tenants keep their
    /// copies until they are synced, and those that they use beyond that.
    pub replace: bool,
}

impl ReferenceImport {
    /// An import of these sources.
    pub fn of(sources: impl IntoIterator<Item = ReferenceSource>) -> Self {
        Self { sources: sources.into_iter().collect(), ..Self::default() }
    }
}

impl From<ReferenceData> for ReferenceImport {
    fn from(data: ReferenceData) -> Self {
        Self::of([data.into()])
    }
}

/// What an import did with the rows of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Imported {
    /// New ones.
    pub created: u32,
    /// Known ones that were changed.
    pub updated: u32,
    /// Known ones that said nothing new.
    pub unchanged: u32,
    /// Removed, because the sources replace what there was.
    pub removed: u32,
    /// Bad ones. Only a dry run tells of them so: an import with bad rows fails.
    pub rejected: u32,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Whether nothing was done.
    pub dry_run: bool,
    /// Districts.
    pub districts: Imported,
    /// Schools.
    pub schools: Imported,
    /// Skills.
    pub skills: Imported,
    /// Career types.
    pub career_types: Imported,
    /// What is wrong with the rejected rows, each with its place; of a dry run alone, since an import with bad rows fails with them.
    pub problems: Vec<FieldError>,
}

impl Reference<'_> {
    /// Imports reference data: what is known (by name) is updated by what is given, the rest is added. All or nothing. Tenants that
    /// exist are not changed; see [`Reference::sync`].
    ///
    /// Importing the same again changes nothing. A row with an alias that is the present name of something renames that.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`](crate::Error::Validation) naming each bad row by its place (`line 12, level`;
    /// `districts[0].schools[3].level`), the first 1,000; a dry run reports them instead. [`Error::Forbidden`](crate::Error::Forbidden).
    pub fn import(&self, import: &ReferenceImport) -> Result<ImportReport> {
        self.platform.authorize(&REFERENCE_IMPORT)?;
        if import.dry_run {
            let held = self.platform.read(&REFERENCE_IMPORT, Held::read)?;
            return Ok(report(plan::plan(held, &import.sources, import.replace), true));
        }
        let keys = || hex(&random::<8>(self.platform.polaris.randomness()));
        self.platform.write(&REFERENCE_IMPORT, |registry| {
            let plan = plan::plan(Held::read(registry)?, &import.sources, import.replace);
            if !plan.problems.is_empty() {
                return Err(plan.problems.finish().err().unwrap_or(crate::Error::Internal));
            }
            carry_out(registry, &plan, keys)?;
            let report = report(plan, false);
            let details = json!({
                "districts": report.districts, "schools": report.schools, "skills": report.skills, "career_types": report.career_types,
                "replace": import.replace,
            });
            Ok((report, Entry::of("reference", "registry", details)))
        })
    }
}

fn report(plan: Plan<'_>, dry_run: bool) -> ImportReport {
    let [districts, schools, skills, career_types] = plan.counts;
    ImportReport { dry_run, districts, schools, skills, career_types, problems: plan.problems.told() }
}

/// Writes what was planned.
fn carry_out(registry: &Transaction<'_>, plan: &Plan<'_>, key: impl Fn() -> String) -> Result<()> {
    let mut districts: Vec<i64> = Vec::new();
    for kind in ReferenceKind::ALL.iter().copied() {
        let slots = &plan.kinds[kind.at()];
        for id in slots.iter().filter(|slot| slot.removed).filter_map(|slot| slot.id) {
            held::remove(registry, kind, id)?;
        }
        let changed = || slots.iter().filter(|slot| !slot.removed && slot.changed);
        held::free_names(registry, kind, changed().filter(|slot| slot.renamed).filter_map(|slot| slot.id))?;
        held::clear_aliases(registry, kind, changed().filter_map(|slot| slot.id))?;
        let mut ids = Vec::with_capacity(slots.len());
        for slot in slots {
            let id = match slot.id {
                // Nothing stands there any more; no school does either.
                Some(id) if slot.removed => id,
                Some(id) => {
                    if slot.changed {
                        held::update(registry, kind, id, &slot.values)?;
                    }
                    id
                }
                None => {
                    let district = districts.get(slot.district).copied().unwrap_or_default();
                    held::insert(registry, kind, Side::Registry, &key(), district, &slot.values)?
                }
            };
            ids.push(id);
        }
        for (slot, id) in slots.iter().zip(&ids).filter(|(slot, _)| !slot.removed && slot.changed) {
            held::write_aliases(registry, kind, *id, &slot.values)?;
        }
        if kind == ReferenceKind::Districts {
            districts = ids;
        }
    }
    Ok(())
}
