//! V1: changing a volunteer (FR-SELFSERV-301).

use serde_json::json;

use super::create::{find_career_type, refuse_taken};
use super::draft::{CheckedEdit, check_edit};
use super::{CareerType, Volunteer, VolunteerEdit, Volunteers, fields, find_to_change, refuse_stale, row};
use crate::accounts::administration::{put, put_or_clear};
use crate::audit::Entry;
use crate::error::{Error, Problems, Result};
use crate::operations::VOLUNTEERS_EDIT;
use crate::store::{Transaction, params};
use crate::tenant::signup::{fill_for, note_promoted};
use crate::tenant::skills;
use crate::types::{EmailAddress, Patch, VolunteerRef};

impl Volunteers<'_> {
    /// Changes a volunteer. `version` is the one that was read, if the caller wants to be told that somebody else was faster. Who can be
    /// told now, and could not before, gets the place for which they wait, where one is free.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::VolunteerNotFound`]; [`Error::VolunteerExists`] for an e-mail address that
    /// another volunteer has; [`Error::Conflict`] for a stale version, and for one who was merged into another; [`Error::Forbidden`],
    /// [`Error::FeatureDisabled`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn edit(&self, volunteer: impl Into<VolunteerRef>, edit: VolunteerEdit, version: Option<u32>) -> Result<Volunteer> {
        let named = volunteer.into();
        self.handle.write(&VOLUNTEERS_EDIT, |writing| {
            let transaction = writing.transaction;
            let mut problems = Problems::default();
            let checked = check_edit(&edit, &mut problems);
            let career = match &edit.career_type {
                Patch::Set(name) => find_career_type(transaction, Some(name), &mut problems)?,
                _ => None,
            };
            problems.finish()?;
            let checked = checked.ok_or(Error::Internal)?;
            let before = find_to_change(transaction, &named)?;
            refuse_stale("volunteer", version, before.version)?;
            let held = match &checked.skills {
                Patch::Keep => None,
                Patch::Clear => Some(Vec::new()),
                Patch::Set(names) => Some(skills::skills(transaction, names)?),
            };
            let mut after = checked.over(&before, career);
            after.updated_at = writing.now;
            if !(checked.first_name.is_keep() && checked.last_name.is_keep()) {
                let field = if checked.last_name.is_keep() { "first_name" } else { "last_name" };
                fields::names(&after.first_name, &after.last_name).map_err(|problem| Error::invalid(field, problem))?;
            }
            refuse_taken(transaction, after.email.as_ref(), after.id)?;
            row::update(transaction, &after, held.as_deref())?;
            forget_former(transaction, &before, &after)?;
            let after = row::stored(transaction, before.id)?;
            let fields = changed(&before, &after);
            let mut details = json!({ "fields": fields });
            if fields.contains(&"email") || fields.contains(&"do_not_contact") {
                note_promoted(&mut details, fill_for(writing, before.id)?);
            }
            Ok((after, Entry::of("volunteer", before.id, details)))
        })
    }
}

/// An address that is corrected or cleared is theirs no longer, also where it came from a record that was merged into theirs: no mail goes
/// there, and who signs up with it is somebody else.
fn forget_former(transaction: &Transaction<'_>, before: &Volunteer, after: &Volunteer) -> Result<()> {
    let folded = |volunteer: &Volunteer| volunteer.email.as_ref().map(EmailAddress::folded);
    let former = folded(before);
    if former.is_some() && former != folded(after) {
        let sql = "UPDATE volunteer_merges SET folded_email = NULL WHERE volunteer_id = ?1 AND folded_email = ?2";
        transaction.execute(sql, params![before.id, former])?;
    }
    Ok(())
}

impl CheckedEdit {
    /// The volunteer as they will be, but for skills, version and time.
    fn over(&self, before: &Volunteer, career: Option<CareerType>) -> Volunteer {
        let mut after = before.clone();
        put(&self.first_name, &mut after.first_name);
        put(&self.last_name, &mut after.last_name);
        put_or_clear(&self.email, &mut after.email);
        put_or_clear(&self.phone, &mut after.phone);
        put_or_clear(&self.organization, &mut after.organization);
        put_or_clear(&self.title, &mut after.title);
        if !self.career_type.is_keep() {
            after.career_type = career;
        }
        put_or_clear(&self.city, &mut after.city);
        put_or_clear(&self.state, &mut after.state);
        put_or_clear(&self.postal_code, &mut after.postal_code);
        put_or_clear(&self.notes, &mut after.notes);
        put(&self.email_opt_out, &mut after.email_opt_out);
        put(&self.do_not_contact, &mut after.do_not_contact);
        after
    }
}

/// The names of what was changed. What they are is personal.
pub(super) fn changed(before: &Volunteer, after: &Volunteer) -> Vec<&'static str> {
    let fields = [
        ("first_name", before.first_name != after.first_name),
        ("last_name", before.last_name != after.last_name),
        ("email", before.email != after.email),
        ("phone", before.phone != after.phone),
        ("organization", before.organization != after.organization),
        ("title", before.title != after.title),
        ("career_type", before.career_type != after.career_type),
        ("skills", before.skills != after.skills),
        ("city", before.city != after.city),
        ("state", before.state != after.state),
        ("postal_code", before.postal_code != after.postal_code),
        ("notes", before.notes != after.notes),
        ("active", before.active != after.active),
        ("email_opt_out", before.email_opt_out != after.email_opt_out),
        ("do_not_contact", before.do_not_contact != after.do_not_contact),
    ];
    fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}
