//! V1: adding a volunteer (FR-SELFSERV-301).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::fields::MOST_SKILLS;
use super::{CareerType, CheckedVolunteer, NewVolunteer, Volunteer, Volunteers, check, row};
use crate::audit::Entry;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::VOLUNTEERS_CREATE;
use crate::store::{Transaction, params};
use crate::tenant::signup::{fill_for, note_promoted};
use crate::tenant::skills::{self, Skill};
use crate::types::fold::fold;
use crate::types::words::words;
use crate::types::{EmailAddress, VolunteerId};

words! {
    /// What became of a volunteer who was to be added.
    VolunteerOutcome, "outcome", exact {
        /// They are new.
        Created = "created",
        /// They were known and deactivated.
        Reactivated = "reactivated",
    }
}

/// A volunteer who was added.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SavedVolunteer {
    /// The volunteer.
    pub volunteer: Volunteer,
    /// Whether they are new, or were known and deactivated.
    pub outcome: VolunteerOutcome,
}

impl Volunteers<'_> {
    /// Adds a volunteer. If a deactivated one has the e-mail address, that one is reactivated, with what is given in place of what was
    /// there; what is left out stays, and skills are added to theirs.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::VolunteerExists`] when an active volunteer has the e-mail address, with
    /// their number; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn create(&self, draft: NewVolunteer) -> Result<SavedVolunteer> {
        self.handle.write(&VOLUNTEERS_CREATE, |writing| {
            let transaction = writing.transaction;
            let mut problems = Problems::default();
            let checked = check(&draft, &mut problems);
            let career = find_career_type(transaction, draft.career_type.as_deref(), &mut problems)?;
            problems.finish()?;
            let checked = checked.ok_or(Error::Internal)?;
            let saved = save(transaction, checked, career, writing.now)?;
            let mut details = json!({ "outcome": saved.outcome });
            if saved.outcome == VolunteerOutcome::Reactivated {
                note_promoted(&mut details, fill_for(writing, saved.volunteer.id)?);
            }
            let entry = Entry::of("volunteer", saved.volunteer.id, details);
            Ok((saved, entry))
        })
    }
}

/// Writes a checked draft: as a new volunteer, or over the deactivated one who has the e-mail address.
fn save(transaction: &Transaction<'_>, draft: CheckedVolunteer, career: Option<CareerType>, now: DateTime<Utc>) -> Result<SavedVolunteer> {
    let held = match &draft.email {
        Some(email) => transaction.first(row::BY_EMAIL, params![email.folded()], row::volunteer)?,
        None => None,
    };
    match held {
        None => {
            let skills = skills::skills(transaction, &draft.skills)?;
            let mut volunteer = blank(now);
            put_over(&mut volunteer, draft, career);
            volunteer.skills = names(&skills);
            volunteer.id = row::insert(transaction, &volunteer, &skills)?;
            Ok(SavedVolunteer { volunteer, outcome: VolunteerOutcome::Created })
        }
        Some(Volunteer { id: volunteer, active: true, .. }) => Err(Error::VolunteerExists { volunteer, active: true }),
        Some(mut volunteer) => {
            let mut wanted = volunteer.skills.clone();
            wanted.extend(draft.skills.iter().cloned());
            let skills = skills::skills(transaction, &wanted)?;
            if skills.len() > MOST_SKILLS.max(volunteer.skills.len()) {
                let message = format!("would be more than {MOST_SKILLS} with those this deactivated volunteer has: give fewer");
                return Err(Error::invalid("skills", Problem::new("TOO_MANY", message)));
            }
            put_over(&mut volunteer, draft, career);
            volunteer.active = true;
            volunteer.updated_at = now;
            row::update(transaction, &volunteer, Some(&skills))?;
            Ok(SavedVolunteer { volunteer: row::stored(transaction, volunteer.id)?, outcome: VolunteerOutcome::Reactivated })
        }
    }
}

/// Nobody yet.
pub(crate) fn blank(now: DateTime<Utc>) -> Volunteer {
    Volunteer {
        id: VolunteerId::new(0),
        first_name: String::new(),
        last_name: String::new(),
        email: None,
        phone: None,
        organization: None,
        title: None,
        career_type: None,
        skills: Vec::new(),
        city: None,
        state: None,
        postal_code: None,
        notes: None,
        active: true,
        email_opt_out: false,
        do_not_contact: false,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Puts what is given over what was there, but for the skills.
fn put_over(volunteer: &mut Volunteer, given: CheckedVolunteer, career: Option<CareerType>) {
    fn put<T>(value: &mut Option<T>, given: Option<T>) {
        if given.is_some() {
            *value = given;
        }
    }
    volunteer.first_name = given.first_name;
    volunteer.last_name = given.last_name;
    put(&mut volunteer.email, given.email);
    put(&mut volunteer.phone, given.phone);
    put(&mut volunteer.organization, given.organization);
    put(&mut volunteer.title, given.title);
    put(&mut volunteer.career_type, career);
    put(&mut volunteer.city, given.city);
    put(&mut volunteer.state, given.state);
    put(&mut volunteer.postal_code, given.postal_code);
    put(&mut volunteer.notes, given.notes);
    volunteer.email_opt_out = given.email_opt_out.unwrap_or(volunteer.email_opt_out);
    volunteer.do_not_contact = given.do_not_contact.unwrap_or(volunteer.do_not_contact);
}

/// The names of skills, as they are shown.
pub(super) fn names(skills: &[Skill]) -> Vec<String> {
    skills.iter().map(|skill| skill.name.clone()).collect()
}

/// The tenant's career type of this name or alias. What is not even a line of text was noted already.
pub(super) fn find_career_type(transaction: &Transaction<'_>, name: Option<&str>, problems: &mut Problems) -> Result<Option<CareerType>> {
    let Some(name) = name.and_then(|name| super::fields::career_type(name).ok().flatten()) else { return Ok(None) };
    let found = skills::career_type(transaction, &fold(&name))?;
    if found.is_none() {
        problems.note(
            "career_type",
            Problem::new("UNKNOWN_VALUE", "is not one of this tenant's career types: leave it out, or use one of them"),
        );
    }
    Ok(found)
}

/// Refuses an e-mail address that another volunteer has.
pub(super) fn refuse_taken(transaction: &Transaction<'_>, email: Option<&EmailAddress>, except: VolunteerId) -> Result<()> {
    let Some(email) = email else { return Ok(()) };
    let sql = "SELECT id, active FROM volunteers WHERE folded_email = ?1 AND id <> ?2";
    match transaction.first(sql, params![email.folded(), except], |row| Ok((row.get("id")?, row.get("active")?)))? {
        Some((volunteer, active)) => Err(Error::VolunteerExists { volunteer, active }),
        None => Ok(()),
    }
}
