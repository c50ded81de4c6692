//! Whom a row means.
//!
//! With an e-mail address, the volunteer who has it; else, as for a row without one, the volunteer without an address who agrees in name,
//! organization and phone number, where blank agrees with blank. A row that means somebody an earlier row dealt with is skipped, also where
//! that row found nothing to change: otherwise importing a file again would do what importing it once did not.
//!
//! Of several who agree (twins), a row means one who has all that it says already; else the only one who is active; else it is rejected, since
//! to choose would be to guess. What makes importing it again change nothing:
//!
//! - Only the one active of several twins is ever changed, and an import deactivates nobody: who that is stays the same.
//! - A row that says nothing new of some claims each of them: no later row changes them, and so it says nothing new the next time.
//! - Whom a row has changed is not compared with later rows, of which a dry run could not know it.
//! - The address of a row that is rejected is nobody's in this file: else the row would mean them the next time.

use std::collections::{HashMap, HashSet};

use super::known::Known;
use super::row::CheckedRow;
use crate::error::Result;
use crate::store::{Transaction, params};
use crate::tenant::volunteers::{Volunteer, row, skill_cells};
use crate::types::fold::fold;
use crate::types::{EmailAddress, PhoneNumber, VolunteerId};

/// Whom a row means.
pub(super) enum Meant {
    /// One who is stored.
    Stored(Box<Volunteer>),
    /// Nobody who is known.
    Nobody,
    /// Somebody whom this earlier row dealt with.
    Dealt { row: u32, volunteer: Option<VolunteerId> },
    /// One of these, and nothing tells which.
    Several(Vec<VolunteerId>),
    /// Whoever is to have the address that this earlier row names, which was rejected since it means several.
    AsUnclear(u32),
}

/// Name, organization and phone number, as they are compared.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Likeness {
    first: String,
    last: String,
    organization: String,
    digits: String,
}

impl Likeness {
    fn of(row: &CheckedRow) -> Self {
        Self::new(&row.first_name, &row.last_name, row.organization.as_deref(), row.phone.as_ref())
    }

    fn new(first: &str, last: &str, organization: Option<&str>, phone: Option<&PhoneNumber>) -> Self {
        Self {
            first: fold(first),
            last: fold(last),
            organization: organization.map(fold).unwrap_or_default(),
            digits: phone.map(PhoneNumber::digits).unwrap_or_default(),
        }
    }
}

/// What earlier rows dealt with. The database knows it too where it is written; a dry run writes nothing, and both must tell the same.
#[derive(Default)]
pub(super) struct Dealt {
    by_email: HashMap<String, (u32, Option<VolunteerId>)>,
    /// New volunteers without an address.
    by_likeness: HashMap<Likeness, u32>,
    /// Those whom a row meant.
    by_id: HashMap<VolunteerId, u32>,
    /// Those of whom a row said nothing new, each with the first such row.
    claimed: HashMap<VolunteerId, u32>,
    /// Those who had no address and have one now: nobody without one is them.
    addressed: HashSet<VolunteerId>,
    /// Addresses of rows that mean several.
    unclear: HashMap<String, u32>,
}

impl Dealt {
    /// Whom a row means. What it claims is noted.
    pub(super) fn meant(&mut self, transaction: &Transaction<'_>, known: &mut Known<'_>, row: &CheckedRow, number: u32) -> Result<Meant> {
        if let Some(email) = &row.email {
            let folded = email.folded();
            if let Some((row, volunteer)) = self.by_email.get(&folded) {
                return Ok(Meant::Dealt { row: *row, volunteer: *volunteer });
            }
            if let Some(row) = self.unclear.get(&folded) {
                return Ok(Meant::AsUnclear(*row));
            }
            if let Some(found) = transaction.first(row::BY_EMAIL, params![folded], row::volunteer)? {
                return Ok(Meant::Stored(Box::new(found)));
            }
        }
        let likeness = Likeness::of(row);
        if let Some(earlier) = self.by_likeness.get(&likeness) {
            return Ok(Meant::Dealt { row: *earlier, volunteer: None });
        }
        let mut alike = alike(transaction, &likeness)?;
        alike.retain(|volunteer| !self.addressed.contains(&volunteer.id));
        if alike.len() > 1 {
            return self.one_of(alike, known, row, number);
        }
        Ok(match alike.pop() {
            Some(only) => self.unless_dealt_with(only),
            None => Meant::Nobody,
        })
    }

    /// Which of several who are alike a row means.
    fn one_of(&mut self, alike: Vec<Volunteer>, known: &mut Known<'_>, row: &CheckedRow, number: u32) -> Result<Meant> {
        let mut same = Vec::new();
        for (at, volunteer) in alike.iter().enumerate() {
            // Of somebody whom an earlier row meant without a claim it may have changed all.
            if self.by_id.contains_key(&volunteer.id) && !self.claimed.contains_key(&volunteer.id) {
                continue;
            }
            match news(known, row, volunteer)? {
                News::Some => {}
                news => same.push((news, at)),
            }
        }
        if same.is_empty() {
            let mut active = alike.iter().enumerate().filter(|(_, volunteer)| volunteer.active).map(|(at, _)| at);
            return Ok(match (active.next(), active.next()) {
                (Some(only), None) => alike.into_iter().nth(only).map_or(Meant::Nobody, |only| self.unless_dealt_with(only)),
                _ => {
                    if let Some(email) = &row.email {
                        self.unclear.insert(email.folded(), number);
                    }
                    Meant::Several(alike.iter().map(|volunteer| volunteer.id).collect())
                }
            });
        }
        for (_, at) in &same {
            self.claimed.entry(alike[*at].id).or_insert(number);
        }
        // Who is just what the row says first: so each row of an export is found to be of the one it came from.
        same.sort_unstable();
        let free = same.iter().map(|(_, at)| *at).find(|at| !self.by_id.contains_key(&alike[*at].id));
        let at = free.unwrap_or(same[0].1);
        Ok(alike.into_iter().nth(at).map_or(Meant::Nobody, |one| match self.by_id.get(&one.id) {
            Some(row) => Meant::Dealt { row: *row, volunteer: Some(one.id) },
            None => Meant::Stored(Box::new(one)),
        }))
    }

    fn unless_dealt_with(&self, volunteer: Volunteer) -> Meant {
        match self.by_id.get(&volunteer.id).or_else(|| self.claimed.get(&volunteer.id)) {
            Some(row) => Meant::Dealt { row: *row, volunteer: Some(volunteer.id) },
            None => Meant::Stored(Box::new(volunteer)),
        }
    }

    /// Notes that a row dealt with a stored volunteer.
    pub(super) fn dealt_with(&mut self, volunteer: &Volunteer, row: u32, checked: &CheckedRow) {
        self.by_id.insert(volunteer.id, row);
        if let Some(email) = volunteer.email.as_ref().or(checked.email.as_ref()) {
            self.by_email.insert(email.folded(), (row, Some(volunteer.id)));
        }
        if volunteer.email.is_none() && checked.email.is_some() {
            self.addressed.insert(volunteer.id);
        }
    }

    /// Notes that a row was skipped. The address it names is that person's from here on: were a later row to make somebody else of it, the same
    /// file would find them by it the next time.
    pub(super) fn skipped(&mut self, checked: &CheckedRow, row: u32, volunteer: Option<VolunteerId>) {
        if let Some(email) = &checked.email {
            self.by_email.entry(email.folded()).or_insert((row, volunteer));
        }
    }

    /// Notes that a row made a volunteer.
    pub(super) fn made(&mut self, row: u32, checked: &CheckedRow) {
        match &checked.email {
            Some(email) => drop(self.by_email.insert(email.folded(), (row, None))),
            None => drop(self.by_likeness.insert(Likeness::of(checked), row)),
        }
    }
}

/// The volunteers without an address who agree in name, organization and phone number; those who are active first.
fn alike(transaction: &Transaction<'_>, likeness: &Likeness) -> Result<Vec<Volunteer>> {
    let folded_name = row::folded_name(&likeness.first, &likeness.last);
    let mut found = transaction.all(row::BY_LIKENESS, params![folded_name, likeness.organization, likeness.digits], row::volunteer)?;
    // "Ann Lee, Kim" and "Ann, Lee Kim" are sorted alike and are not.
    found.retain(|volunteer| fold(&volunteer.first_name) == likeness.first);
    Ok(found)
}

/// How much a row says of a volunteer that is not stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum News {
    /// Nothing, and it says all that is.
    None,
    /// Nothing, but there is more.
    Less,
    Some,
}

fn news(known: &mut Known<'_>, row: &CheckedRow, volunteer: &Volunteer) -> Result<News> {
    fn of<T: PartialEq>(given: Option<T>, held: Option<T>) -> News {
        match (given, held) {
            (given, held) if given == held => News::None,
            (None, Some(_)) => News::Less,
            (Some(_), _) | (None, None) => News::Some,
        }
    }
    /// What isn't said is no, unless it is known.
    fn flag(given: Option<bool>, held: bool) -> News {
        of(given.filter(|given| *given || held), held.then_some(true))
    }
    let career_type = match &row.career_type {
        Some(name) => known.career_type(name)?.map(|career| career.id),
        None => None,
    };
    let said = [
        if row.email.as_ref().map(EmailAddress::folded) == volunteer.email.as_ref().map(EmailAddress::folded) {
            News::None
        } else {
            News::Some
        },
        of(Some(&row.first_name), Some(&volunteer.first_name)),
        of(Some(&row.last_name), Some(&volunteer.last_name)),
        of(row.phone.as_ref().map(PhoneNumber::as_str), volunteer.phone.as_ref().map(PhoneNumber::as_str)),
        of(row.organization.as_deref(), volunteer.organization.as_deref()),
        of(row.title.as_deref(), volunteer.title.as_deref()),
        of(career_type, volunteer.career_type.as_ref().map(|career| career.id)),
        of(row.city.as_deref(), volunteer.city.as_deref()),
        of(row.state.as_deref(), volunteer.state.as_deref()),
        of(row.postal_code.as_deref(), volunteer.postal_code.as_deref()),
        of(row.notes.as_deref(), volunteer.notes.as_deref()),
        flag(row.email_opt_out, volunteer.email_opt_out),
        flag(row.do_not_contact, volunteer.do_not_contact),
        match (row.active, volunteer.active) {
            // An import deactivates nobody.
            (Some(false), true) => News::Less,
            (said, is) if said.unwrap_or(true) == is => News::None,
            _ => News::Some,
        },
        skills_news(known, row, volunteer)?,
    ];
    Ok(said.into_iter().max().unwrap_or(News::None))
}

fn skills_news(known: &mut Known<'_>, row: &CheckedRow, volunteer: &Volunteer) -> Result<News> {
    let mut canonical = |names: &[String]| names.iter().map(|name| known.canonical(name)).collect::<Result<HashSet<_>>>();
    let held = canonical(&volunteer.skills)?;
    let said = match &row.skills {
        Some(cell) => {
            let names = skill_cells::split(cell).0;
            names.iter().map(|name| known.canonical(name)).collect::<Result<HashSet<_>>>()?
        }
        None => HashSet::new(),
    };
    Ok(match (said == held, said.is_subset(&held)) {
        (true, _) => News::None,
        (false, true) => News::Less,
        (false, false) => News::Some,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::operations::VOLUNTEERS_LIST;
    use crate::{Actor, NewTenant, Polaris};

    #[test]
    fn whoever_has_no_address_is_found_by_name_and_not_among_all_who_have_none() {
        let polaris = Polaris::in_memory().unwrap();
        polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
        let kckps = polaris.tenant("kckps", Actor::System).unwrap();
        let sql = format!("EXPLAIN QUERY PLAN {}", row::BY_LIKENESS);
        let steps = kckps.read(&VOLUNTEERS_LIST, |reading| {
            reading.transaction.all(&sql, params!["lee, ann", "", ""], |row| row.get::<String>("detail"))
        });
        let steps = steps.unwrap().join("; ");
        assert!(steps.contains("volunteers_by_name"), "{steps}");
    }
}
