//! What of a tenant's copy has to change for it to be up to date, and the change.
//!
//! A copy is known by the key of what it is a copy of; one that has none (the tenant's own, or from before there were keys) or whose
//! original is gone, by its name. What the reference data don't have any more is removed, unless the tenant uses it.

use std::collections::{HashMap, HashSet};

use super::ReferenceKind;
use super::held::{self, Held, Side, Thing, Values};
use super::sync::{Brought, Changes};
use crate::error::Result;
use crate::store::{Transaction, params};

/// What is copied into tenants.
const COPIED: [ReferenceKind; 3] = [ReferenceKind::Schools, ReferenceKind::Skills, ReferenceKind::CareerTypes];

/// Columns that refer to a copied thing: while one does, it is used. A test holds them against the schema.
pub(crate) const USES: &[(ReferenceKind, &str, &str)] = &[
    (ReferenceKind::Schools, "events", "school_id"),
    (ReferenceKind::Skills, "event_skills", "skill_id"),
    (ReferenceKind::Skills, "volunteer_skills", "skill_id"),
    (ReferenceKind::CareerTypes, "volunteers", "career_type_id"),
];

/// What has to change in a tenant.
pub(super) struct TenantPlan<'h> {
    parts: Vec<Part<'h>>,
    pub(super) changes: Changes,
}

/// The same for one kind.
struct Part<'h> {
    kind: ReferenceKind,
    counts: Brought,
    added: Vec<&'h Thing>,
    changed: Vec<(Thing, &'h Thing)>,
    /// Copies that are as they should be, and only don't have their key yet.
    linked: Vec<(i64, &'h Thing)>,
    removed: Vec<i64>,
}

/// Works out what has to change in a tenant of this district.
pub(super) fn plan<'h>(file: &Transaction<'_>, held: &'h Held, district: Option<&str>) -> Result<TenantPlan<'h>> {
    let number = district.map(|name| held.district(name));
    let mut plan =
        TenantPlan { parts: Vec::new(), changes: Changes { district_known: number.map(|number| number.is_some()), ..Changes::default() } };
    for kind in COPIED {
        let of_the_district = |thing: &&Thing| match number {
            Some(number) if kind == ReferenceKind::Schools => Some(thing.district) == number,
            _ => true,
        };
        let wanted: Vec<&Thing> = held.of(kind).iter().filter(of_the_district).collect();
        // A district that is not known, or a registry without anything of the kind, is no reason to take what a tenant has.
        let unknown = kind == ReferenceKind::Schools && number == Some(None);
        if unknown || held.of(kind).is_empty() {
            continue;
        }
        let part = part(kind, wanted, held::all(file, kind, Side::Tenant)?, &used(file, kind)?);
        match kind {
            ReferenceKind::Schools => plan.changes.schools = part.counts,
            ReferenceKind::Skills => plan.changes.skills = part.counts,
            _ => plan.changes.career_types = part.counts,
        }
        plan.parts.push(part);
    }
    Ok(plan)
}

/// The numbers of what is used.
fn used(file: &Transaction<'_>, kind: ReferenceKind) -> Result<HashSet<i64>> {
    let mut used = HashSet::new();
    for (_, table, column) in USES.iter().filter(|(other, ..)| *other == kind) {
        let sql = format!("SELECT DISTINCT {column} AS id FROM {table} WHERE {column} IS NOT NULL");
        used.extend(file.all(&sql, params![], |row| row.get::<i64>("id"))?);
    }
    Ok(used)
}

fn part<'h>(kind: ReferenceKind, wanted: Vec<&'h Thing>, copies: Vec<Thing>, used: &HashSet<i64>) -> Part<'h> {
    let mut part =
        Part { kind, counts: Brought::default(), added: Vec::new(), changed: Vec::new(), linked: Vec::new(), removed: Vec::new() };
    let keys: HashSet<&str> = wanted.iter().filter_map(|thing| thing.key.as_deref()).collect();
    let mut by_key: HashMap<String, Thing> = HashMap::new();
    let mut others: Vec<Thing> = Vec::new();
    for copy in copies {
        match &copy.key {
            Some(key) if keys.contains(key.as_str()) => drop(by_key.insert(key.clone(), copy)),
            _ => others.push(copy),
        }
    }
    // Backwards, so that of several with one name the oldest is found.
    let by_name: HashMap<String, usize> = others.iter().enumerate().rev().map(|(at, copy)| (copy.values.folded(), at)).collect();
    let mut taken: HashSet<usize> = HashSet::new();
    // Those with a copy of their own come first: a name belongs to who had it.
    let (with_copy, without): (Vec<_>, Vec<_>) =
        wanted.into_iter().partition(|thing| thing.key.as_ref().is_some_and(|key| by_key.contains_key(key)));
    let mut pairs: Vec<(Thing, &Thing)> = Vec::new();
    for thing in with_copy {
        pairs.extend(thing.key.as_ref().and_then(|key| by_key.remove(key)).map(|copy| (copy, thing)));
    }
    for thing in without {
        match by_name.get(&thing.values.folded()).filter(|at| taken.insert(**at)) {
            Some(at) => pairs.push((others[*at].clone(), thing)),
            None => part.added.push(thing),
        }
    }
    // What stays beside the reference data: the tenant's own, and what it uses.
    let mut staying: HashSet<String> = HashSet::new();
    for copy in others.iter().enumerate().filter(|(at, _)| !taken.contains(at)).map(|(_, copy)| copy) {
        match &copy.key {
            None => part.counts.own += 1,
            Some(_) if used.contains(&copy.id) => part.counts.used += 1,
            Some(_) => {
                part.removed.push(copy.id);
                continue;
            }
        }
        staying.insert(copy.values.folded());
    }
    // A name that stays with something of the tenant's can't be given to another; who keeps its former name for that, stays under it too.
    let unique = kind != ReferenceKind::Schools;
    loop {
        let clashes = |copy: &Values, thing: &Values| unique && copy.folded() != thing.folded() && staying.contains(&thing.folded());
        let Some(at) = pairs.iter().position(|(copy, thing)| clashes(&copy.values, &thing.values)) else { break };
        staying.insert(pairs.swap_remove(at).0.values.folded());
        part.counts.clashing += 1;
    }
    let wished = part.added.len();
    part.added.retain(|thing| !(unique && staying.contains(&thing.values.folded())));
    part.counts.clashing += count(wished - part.added.len());
    for (copy, thing) in pairs {
        if copy.values != thing.values {
            part.counts.changed += 1;
            part.changed.push((copy, thing));
        } else {
            part.counts.unchanged += 1;
            if copy.key != thing.key {
                part.linked.push((copy.id, thing));
            }
        }
    }
    part.counts.added = count(part.added.len());
    part.counts.removed = count(part.removed.len());
    part
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl TenantPlan<'_> {
    /// Whether nothing has to be written.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.added.is_empty() && part.changed.is_empty() && part.linked.is_empty() && part.removed.is_empty())
    }

    /// Writes what was planned.
    pub(super) fn carry_out(&self, file: &Transaction<'_>) -> Result<()> {
        self.parts.iter().try_for_each(|part| part.carry_out(file))?;
        // Events show the name of their school.
        if self.parts.iter().any(|part| part.kind == ReferenceKind::Schools && !part.changed.is_empty()) {
            file.execute("UPDATE tenant SET public_rev = public_rev + 1", params![])?;
        }
        Ok(())
    }
}

impl Part<'_> {
    fn carry_out(&self, file: &Transaction<'_>) -> Result<()> {
        let Self { kind, added, changed, linked, removed, .. } = self;
        for id in removed {
            held::remove(file, *kind, *id)?;
        }
        held::free_names(file, *kind, changed.iter().map(|(copy, _)| copy.id))?;
        held::clear_aliases(file, *kind, changed.iter().map(|(copy, _)| copy.id))?;
        let mut written: Vec<(i64, &Values)> = Vec::new();
        for (copy, thing) in changed {
            held::update(file, *kind, copy.id, &thing.values)?;
            written.push((copy.id, &thing.values));
        }
        for thing in added {
            let key = thing.key.as_deref().unwrap_or_default();
            written.push((held::insert(file, *kind, Side::Tenant, key, 0, &thing.values)?, &thing.values));
        }
        for (id, values) in written {
            held::write_aliases(file, *kind, id, values)?;
        }
        let changed = changed.iter().filter(|(copy, thing)| copy.key != thing.key).map(|(copy, thing)| (copy.id, *thing));
        for (id, thing) in linked.iter().copied().chain(changed) {
            held::link(file, *kind, id, thing.key.as_deref())?;
        }
        Ok(())
    }
}
