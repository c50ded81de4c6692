//! What an import would change, worked out in memory before anything is written: so that a dry run tells what the run would, all bad
//! rows are told at once, and a file with a bad row changes nothing.
//!
//! A row is known by its name; else by an alias that is the present name of something, which it renames; else it is new. When all rows
//! have been taken, no two things of a kind (of a district, for schools) may share a name or an alias.

use std::collections::{HashMap, HashSet};

use super::ReferenceKind;
use super::check::{self, Checked, Problems};
use super::held::{Aliases, Held, Thing, Values};
use super::import::Imported;
use super::source::{ReferenceSource, Row};
use crate::error::Problem;
use crate::types::fold::fold;

/// What an import would change.
pub(super) struct Plan<'s> {
    pub(super) kinds: [Vec<Slot<'s>>; 4],
    pub(super) counts: [Imported; 4],
    pub(super) problems: Problems,
}

/// A thing as it would be.
pub(super) struct Slot<'s> {
    /// Its number; none while it is new.
    pub(super) id: Option<i64>,
    /// Which of the districts' slots a school belongs to; else 0.
    pub(super) district: usize,
    pub(super) values: Values,
    /// Whether it is new or was otherwise.
    pub(super) changed: bool,
    /// Whether it had another name.
    pub(super) renamed: bool,
    /// The row that it was given in.
    row: Option<&'s Row>,
    /// Whether that row is refused for the names it would share.
    rejected: bool,
    pub(super) removed: bool,
}

/// Works out what these sources would change.
pub(super) fn plan<'s>(held: Held, sources: &'s [ReferenceSource], replace: bool) -> Plan<'s> {
    let mut plan = Plan { kinds: slots(held), counts: Default::default(), problems: Problems::default() };
    for kind in ReferenceKind::ALL {
        for (_, row, problem) in sources.iter().flat_map(|source| &source.problems).filter(|(other, ..)| other == kind) {
            plan.counts[kind.at()].rejected += 1;
            plan.problems.note(*kind, row, row.whereabouts(), problem.clone());
        }
        let rows = sources.iter().flat_map(|source| &source.rows).filter(|(other, _)| other == kind).map(|(_, row)| row);
        plan.take(*kind, rows);
        if replace {
            plan.remove_the_rest(*kind);
        }
        plan.refuse_shared_names(*kind);
        plan.count(*kind);
    }
    plan
}

fn slots<'s>(held: Held) -> [Vec<Slot<'s>>; 4] {
    let districts: HashMap<i64, usize> =
        held.of(ReferenceKind::Districts).iter().enumerate().map(|(at, district)| (district.id, at)).collect();
    let slot = |thing: Thing| Slot {
        id: Some(thing.id),
        district: districts.get(&thing.district).copied().unwrap_or_default(),
        values: thing.values,
        changed: false,
        renamed: false,
        row: None,
        rejected: false,
        removed: false,
    };
    held.into_kinds().map(|things| things.into_iter().map(slot).collect())
}

/// A name among its likes: the district it counts in, and its folded form.
type Name = (usize, String);

/// Who has a name, and whether a row gives it: then no other row can rename who has it.
struct Known {
    at: usize,
    given: bool,
}

impl<'s> Plan<'s> {
    fn slots(&mut self, kind: ReferenceKind) -> &mut Vec<Slot<'s>> {
        &mut self.kinds[kind.at()]
    }

    fn reject(&mut self, kind: ReferenceKind, row: &Row, column: &str, problem: Problem) {
        self.counts[kind.at()].rejected += 1;
        self.problems.note(kind, row, row.place(column), problem);
    }

    /// Takes the rows of a kind: one after the other, so that of hundreds of thousands no more is held than what becomes of them.
    fn take(&mut self, kind: ReferenceKind, rows: impl Iterator<Item = &'s Row> + Clone) {
        let districts = if kind == ReferenceKind::Schools { self.districts() } else { HashMap::new() };
        let mut names: HashMap<Name, Known> = (self.slots(kind).iter().enumerate())
            .map(|(at, slot)| ((slot.district, slot.values.folded()), Known { at, given: false }))
            .collect();
        for (district, folded) in rows.clone().filter_map(|row| check::known_by(row, kind)) {
            let district = district.map_or(Some(0), |district| districts.get(&district).copied());
            if let Some(known) = district.and_then(|district| names.get_mut(&(district, folded))) {
                known.given = true;
            }
        }
        for row in rows {
            let Some(checked) = check::check(row, kind, &mut self.problems) else {
                self.counts[kind.at()].rejected += 1;
                continue;
            };
            let district = match &checked.district {
                None => 0,
                Some(name) => match districts.get(&fold(name)) {
                    Some(district) => *district,
                    // What is wrong with it is told of the district.
                    None if row.stands_under_its_district() && !self.problems.is_empty() => {
                        self.counts[kind.at()].rejected += 1;
                        continue;
                    }
                    None => {
                        let problem = Problem::new("UNKNOWN_DISTRICT", "is no district here: import it first, or along with its schools");
                        self.reject(kind, row, "district", problem);
                        continue;
                    }
                },
            };
            let name = (district, checked.folded.clone());
            let renamed = || {
                let mut present: Vec<usize> = (checked.aliases.iter().flat_map(Aliases::iter))
                    .filter_map(|(folded, _)| names.get(&(district, folded.to_owned())))
                    .filter(|known| !known.given)
                    .map(|known| known.at)
                    .collect();
                present.sort_unstable();
                present.dedup();
                // The name of two things renames neither, and is refused as shared.
                (present.len() == 1).then(|| present[0])
            };
            let at = names.get(&name).map(|known| known.at).or_else(renamed);
            if let Some(earlier) = at.and_then(|at| self.slots(kind)[at].row) {
                let message = format!("names the same {} as {}", kind.one(), earlier.whereabouts());
                self.reject(kind, row, "name", Problem::new("DUPLICATE", message));
                continue;
            }
            if kind == ReferenceKind::Schools && at.is_none() && checked.level.is_none() {
                self.reject(kind, row, "level", Problem::required());
                continue;
            }
            let slots = self.slots(kind);
            let at = at.unwrap_or_else(|| {
                slots.push(Slot {
                    id: None,
                    district,
                    values: Values::default(),
                    changed: true,
                    renamed: false,
                    row: None,
                    rejected: false,
                    removed: false,
                });
                slots.len() - 1
            });
            slots[at].row = Some(row);
            slots[at].apply(checked);
            names.insert(name, Known { at, given: true });
        }
    }

    /// The slots of districts by their folded names and aliases, as they will be. A name goes before an alias.
    fn districts(&self) -> HashMap<String, usize> {
        let there = || self.kinds[ReferenceKind::Districts.at()].iter().enumerate().filter(|(_, slot)| !slot.removed);
        let aliases = there().flat_map(|(at, slot)| slot.values.aliases.iter().map(move |(folded, _)| (folded.to_owned(), at)));
        aliases.chain(there().map(|(at, slot)| (slot.values.folded(), at))).collect()
    }

    /// Removes what no row has given, of a kind of which there are rows; of schools, those of districts of which there are rows.
    fn remove_the_rest(&mut self, kind: ReferenceKind) {
        let removed: HashSet<usize> = self.kinds[0].iter().enumerate().filter(|(_, district)| district.removed).map(|(at, _)| at).collect();
        let slots = self.slots(kind);
        let given: HashSet<usize> = slots.iter().filter(|slot| slot.row.is_some()).map(|slot| slot.district).collect();
        for slot in slots.iter_mut().filter(|slot| slot.row.is_none()) {
            slot.removed = given.contains(&slot.district) || (kind == ReferenceKind::Schools && removed.contains(&slot.district));
        }
    }

    /// Refuses rows after which two things would go by the same name.
    fn refuse_shared_names(&mut self, kind: ReferenceKind) {
        let mut owners: HashMap<Name, usize> = HashMap::new();
        let mut clashes = Vec::new();
        let slots = &self.kinds[kind.at()];
        let there = || slots.iter().enumerate().filter(|(_, slot)| !slot.removed);
        for (at, slot) in there() {
            owners.insert((slot.district, slot.values.folded()), at);
        }
        for (at, slot) in there() {
            for (folded, alias) in slot.values.aliases.iter() {
                let owner = *owners.entry((slot.district, folded.to_owned())).or_insert(at);
                if owner == at {
                    continue;
                }
                // It is told of the row that brought it about: of two rows, of the one with the alias.
                let (row, column, other) = match (slot.row, slots[owner].row) {
                    (Some(row), _) => (row, "aliases", &slots[owner]),
                    (None, Some(row)) if slots[owner].values.folded() == folded => (row, "name", slot),
                    (None, Some(row)) => (row, "aliases", slot),
                    (None, None) => continue,
                };
                let message = format!("“{alias}” is what another {} goes by: {}", kind.one(), other.values.name);
                let rejected = if slot.row.is_some() { at } else { owner };
                clashes.push((rejected, row, column, Problem::new("TAKEN", message)));
            }
        }
        for (at, row, column, problem) in clashes {
            if !std::mem::replace(&mut self.slots(kind)[at].rejected, true) {
                self.counts[kind.at()].rejected += 1;
            }
            self.problems.note(kind, row, row.place(column), problem);
        }
    }

    fn count(&mut self, kind: ReferenceKind) {
        let counts = &mut self.counts[kind.at()];
        for slot in &self.kinds[kind.at()] {
            let count = match (slot.removed, slot.row, slot.id) {
                (true, ..) => &mut counts.removed,
                (false, None, _) => continue,
                (false, Some(_), _) if slot.rejected => continue,
                (false, Some(_), None) => &mut counts.created,
                (false, Some(_), Some(_)) if slot.changed => &mut counts.updated,
                (false, Some(_), Some(_)) => &mut counts.unchanged,
            };
            *count += 1;
        }
    }
}

impl Slot<'_> {
    /// Takes over what a row gives; what it leaves out stays. A name given as an alias no longer is one.
    fn apply(&mut self, checked: Checked) {
        let Checked { name, folded, aliases, level, city, state, postal_code, keywords, district: _ } = checked;
        let values = &mut self.values;
        self.renamed = values.folded() != folded;
        self.changed |= replace(&mut values.name, name);
        self.changed |= match aliases {
            Some(aliases) => replace(&mut values.aliases, aliases),
            None => values.aliases.remove(&folded),
        };
        for (held, given) in
            [(&mut values.level, level), (&mut values.city, city), (&mut values.state, state), (&mut values.postal_code, postal_code)]
        {
            self.changed |= given.is_some() && replace(held, given);
        }
        self.changed |= keywords.is_some_and(|keywords| replace(&mut values.keywords, keywords));
    }
}

/// Puts something in its place, and tells whether that makes a difference.
fn replace<T: PartialEq>(held: &mut T, given: T) -> bool {
    let differs = *held != given;
    *held = given;
    differs
}
