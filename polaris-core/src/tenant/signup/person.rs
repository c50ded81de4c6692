//! S2: whose sign-up it is. Somebody with this e-mail address is known, or is added with all that was given; of a known one only blanks are
//! filled, since anybody can sign up with anybody's address: what differs stands in the notes of the place on the roster.

use super::draft::CheckedSignup;
use crate::error::Result;
use crate::store::{Transaction, params};
use crate::tenant::handle::Writing;
use crate::tenant::volunteers::{Volunteer, blank, row};
use crate::types::fold::fold;
use crate::types::{EmailAddress, PhoneNumber};

/// Somebody who signs up.
pub(super) struct Person {
    pub(super) volunteer: Volunteer,
    /// What became of their record, for the audit log.
    pub(super) outcome: &'static str,
    differs: Vec<String>,
}

/// What became of the record of somebody who was deactivated.
pub(super) const REACTIVATED: &str = "reactivated";

/// Finds or adds who has the e-mail address.
pub(super) fn find_or_add(writing: &Writing<'_>, draft: &CheckedSignup) -> Result<Person> {
    let (transaction, now) = (writing.transaction, writing.now);
    let Some(before) = find(transaction, &draft.email)? else {
        let mut volunteer = Volunteer {
            first_name: draft.first_name.clone(),
            last_name: draft.last_name.clone(),
            email: Some(draft.email.clone()),
            phone: draft.phone.clone(),
            organization: draft.organization.clone(),
            ..blank(now)
        };
        volunteer.id = row::insert(transaction, &volunteer, &[])?;
        return Ok(Person { volunteer, outcome: "created", differs: Vec::new() });
    };
    let mut after = before.clone();
    let mut differs = Vec::new();
    let name = |first: &str, last: &str| fold(&format!("{first} {last}"));
    if name(&before.first_name, &before.last_name) != name(&draft.first_name, &draft.last_name) {
        differs.push(format!("name: {} {}", draft.first_name, draft.last_name));
    }
    match (&before.phone, &draft.phone) {
        (None, Some(_)) => after.phone.clone_from(&draft.phone),
        (Some(own), Some(given)) if PhoneNumber::digits(own) != PhoneNumber::digits(given) => {
            differs.push(format!("phone: {}", given.as_str()));
        }
        _ => {}
    }
    match (&before.organization, &draft.organization) {
        (None, Some(_)) => after.organization.clone_from(&draft.organization),
        (Some(own), Some(given)) if fold(own) != fold(given) => differs.push(format!("organization: {given}")),
        _ => {}
    }
    after.active = true;
    let outcome = match (before.active, after == before) {
        (false, _) => REACTIVATED,
        (true, true) => "unchanged",
        (true, false) => "filled",
    };
    if outcome != "unchanged" {
        after.updated_at = now;
        row::update(transaction, &after, None)?;
    }
    Ok(Person { volunteer: after, outcome, differs })
}

/// Whoever has this address, or had it before their record was merged into another.
fn find(transaction: &Transaction<'_>, email: &EmailAddress) -> Result<Option<Volunteer>> {
    let folded = email.folded();
    if let Some(volunteer) = transaction.first(row::BY_EMAIL, params![folded], row::volunteer)? {
        return Ok(Some(volunteer));
    }
    let merged = "SELECT volunteer_id FROM volunteer_merges WHERE folded_email = ?1 ORDER BY merged_at DESC, merged_id DESC LIMIT 1";
    let led = transaction.first(merged, params![folded], |row| row.get("volunteer_id"))?;
    led.map(|id| row::stored(transaction, id)).transpose()
}

impl Person {
    /// What the notes of their place should hold: what they said, and what of them differs from what is known.
    pub(super) fn notes(&self, draft: &CheckedSignup) -> Vec<String> {
        let differs =
            (!self.differs.is_empty()).then(|| format!("Given at sign-up, and different from the record: {}", self.differs.join("; ")));
        draft.notes.iter().cloned().chain(differs).collect()
    }
}
