//! The shapes of volunteers, of what is noted of them, and of merging them.

use poem_openapi::Object;
use polaris_core::types::NoteOutcome;
use polaris_core::{
    MergePlan, MergedField, MergedParticipation, NoteAuthor, SavedVolunteer, Volunteer, VolunteerDetails, VolunteerNote,
    VolunteerSuggestion, VolunteerTotals,
};
use serde::Serialize;

use super::wire_outreach::OutreachEntryBody;
use super::wire_rosters::{EventBriefBody, HistoryEntryBody};
use crate::public_api::utc;

/// A new volunteer. Blank texts count as left out.
#[derive(Debug, Object)]
#[oai(rename = "NewVolunteer")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewVolunteerBody {
    /// Their first name.
    #[oai(validator(min_length = 1, max_length = 100))]
    first_name: String,
    /// Their last name.
    #[oai(validator(min_length = 1, max_length = 100))]
    last_name: String,
    /// Their e-mail address, unique in the tenant whatever its case.
    #[oai(validator(max_length = 254))]
    email: Option<String>,
    /// Their phone number as they write it, with 4 to 25 digits.
    #[oai(validator(max_length = 40))]
    phone: Option<String>,
    /// Where they work or whom they come from.
    #[oai(validator(max_length = 150))]
    organization: Option<String>,
    /// What they are there.
    #[oai(validator(max_length = 255))]
    title: Option<String>,
    /// One of the tenant's career types, by name or alias.
    #[oai(validator(max_length = 100))]
    career_type: Option<String>,
    /// Skills by name or alias; unknown ones are added as the tenant's own.
    #[oai(default, validator(max_items = 50))]
    skills: Vec<String>,
    /// The city they live in.
    #[oai(validator(max_length = 100))]
    city: Option<String>,
    /// Its state; two letters are written in capitals.
    #[oai(validator(max_length = 100))]
    state: Option<String>,
    /// Its postal code: at most 12 letters, digits, spaces and hyphens.
    postal_code: Option<String>,
    /// What else to know of them.
    #[oai(validator(max_length = 5_000))]
    notes: Option<String>,
    /// Whether they want no mails that ask them to take part.
    email_opt_out: Option<bool>,
    /// Whether they are not to be asked at all, on any way.
    do_not_contact: Option<bool>,
}

/// What to change of a volunteer: what is left out stays, null clears.
#[derive(Debug, Object)]
#[oai(rename = "VolunteerEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct VolunteerEditBody {
    /// Another first name. Can't be cleared.
    #[oai(validator(max_length = 100))]
    first_name: Option<String>,
    /// Another last name. Can't be cleared.
    #[oai(validator(max_length = 100))]
    last_name: Option<String>,
    /// Another e-mail address, or none.
    #[oai(validator(max_length = 254))]
    email: Option<String>,
    /// Another phone number, or none.
    #[oai(validator(max_length = 40))]
    phone: Option<String>,
    /// Another organization, or none.
    #[oai(validator(max_length = 150))]
    organization: Option<String>,
    /// Another title, or none.
    #[oai(validator(max_length = 255))]
    title: Option<String>,
    /// Another career type, by name or alias, or none.
    #[oai(validator(max_length = 100))]
    career_type: Option<String>,
    /// All their skills from now on, by name or alias.
    #[oai(validator(max_items = 50))]
    skills: Option<Vec<String>>,
    /// Another city, or none.
    #[oai(validator(max_length = 100))]
    city: Option<String>,
    /// Another state, or none.
    #[oai(validator(max_length = 100))]
    state: Option<String>,
    /// Another postal code, or none.
    postal_code: Option<String>,
    /// Other notes, or none.
    #[oai(validator(max_length = 5_000))]
    notes: Option<String>,
    /// Whether they want no mails that ask them to take part. Can't be cleared.
    email_opt_out: Option<bool>,
    /// Whether they are not to be asked at all. Can't be cleared.
    do_not_contact: Option<bool>,
}

/// A volunteer.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Volunteer")]
pub(crate) struct VolunteerBody {
    /// Their number.
    id: i64,
    /// Their first name.
    first_name: String,
    /// Their last name.
    last_name: String,
    /// Their e-mail address.
    email: Option<String>,
    /// Their phone number, as it was typed.
    phone: Option<String>,
    /// Where they work or whom they come from.
    organization: Option<String>,
    /// What they are there.
    title: Option<String>,
    /// What kind of work they do.
    career_type: Option<String>,
    /// What they can, by name.
    skills: Vec<String>,
    /// The city they live in.
    city: Option<String>,
    /// Its state.
    state: Option<String>,
    /// Its postal code.
    postal_code: Option<String>,
    /// What else to know of them.
    notes: Option<String>,
    /// Whether they are asked to take part at all.
    active: bool,
    /// Whether they want no mails that ask them to take part.
    email_opt_out: bool,
    /// Whether they are not to be asked at all.
    do_not_contact: bool,
    /// Rises with every change.
    version: u32,
    /// When they were added (UTC).
    created_at: String,
    /// When they were last changed (UTC).
    updated_at: String,
}

impl From<&Volunteer> for VolunteerBody {
    fn from(volunteer: &Volunteer) -> Self {
        Self {
            id: volunteer.id.get(),
            first_name: volunteer.first_name.clone(),
            last_name: volunteer.last_name.clone(),
            email: volunteer.email.as_ref().map(ToString::to_string),
            phone: volunteer.phone.as_ref().map(ToString::to_string),
            organization: volunteer.organization.clone(),
            title: volunteer.title.clone(),
            career_type: volunteer.career_type.as_ref().map(|career| career.name.clone()),
            skills: volunteer.skills.clone(),
            city: volunteer.city.clone(),
            state: volunteer.state.clone(),
            postal_code: volunteer.postal_code.clone(),
            notes: volunteer.notes.clone(),
            active: volunteer.active,
            email_opt_out: volunteer.email_opt_out,
            do_not_contact: volunteer.do_not_contact,
            version: volunteer.version,
            created_at: utc(volunteer.created_at),
            updated_at: utc(volunteer.updated_at),
        }
    }
}

/// A volunteer who was added.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SavedVolunteer")]
pub(crate) struct SavedVolunteerBody {
    /// The volunteer.
    volunteer: VolunteerBody,
    /// `created`, or `reactivated` where a deactivated one had the e-mail address.
    outcome: String,
}

impl From<&SavedVolunteer> for SavedVolunteerBody {
    fn from(saved: &SavedVolunteer) -> Self {
        Self { volunteer: VolunteerBody::from(&saved.volunteer), outcome: saved.outcome.as_str().to_owned() }
    }
}

/// A volunteer as a whole.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "VolunteerDetails")]
pub(crate) struct VolunteerDetailsBody {
    /// The volunteer.
    volunteer: VolunteerBody,
    /// What they did, in numbers.
    totals: VolunteerTotalsBody,
    /// The latest events they were asked to, at most 20, the last one first.
    participations: Vec<HistoryEntryBody>,
    /// The latest notes, at most 20, the last one first.
    notes: Vec<VolunteerNoteBody>,
    /// The latest times they were asked to an event, at most 20, the last one first. None where recruitment is switched off.
    outreach: Vec<OutreachEntryBody>,
}

impl From<&VolunteerDetails> for VolunteerDetailsBody {
    fn from(details: &VolunteerDetails) -> Self {
        Self {
            volunteer: VolunteerBody::from(&details.volunteer),
            totals: VolunteerTotalsBody::from(details.totals),
            participations: details.participations.iter().map(HistoryEntryBody::from).collect(),
            notes: details.notes.iter().map(VolunteerNoteBody::from).collect(),
            outreach: details.outreach.iter().map(OutreachEntryBody::from).collect(),
        }
    }
}

/// What a volunteer did, in numbers.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "VolunteerTotals")]
pub(crate) struct VolunteerTotalsBody {
    /// On how many rosters they stand, in any status.
    events: u32,
    /// How many events they attended.
    attended: u32,
    /// How often they were confirmed and didn't come.
    no_shows: u32,
    /// Minutes of all they attended.
    minutes: u32,
}

impl From<VolunteerTotals> for VolunteerTotalsBody {
    fn from(VolunteerTotals { events, attended, no_shows, minutes }: VolunteerTotals) -> Self {
        Self { events, attended, no_shows, minutes }
    }
}

/// A volunteer, as far as a list of suggestions shows them.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "VolunteerSuggestion")]
pub(crate) struct VolunteerSuggestionBody {
    /// Their number.
    id: i64,
    /// Their first name.
    first_name: String,
    /// Their last name.
    last_name: String,
    /// Their organization.
    organization: Option<String>,
}

impl From<&VolunteerSuggestion> for VolunteerSuggestionBody {
    fn from(one: &VolunteerSuggestion) -> Self {
        Self {
            id: one.id.get(),
            first_name: one.first_name.clone(),
            last_name: one.last_name.clone(),
            organization: one.organization.clone(),
        }
    }
}

/// A new note.
#[derive(Debug, Object)]
#[oai(rename = "NewNote")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewNoteBody {
    /// What it says.
    #[oai(validator(min_length = 1, max_length = 5_000))]
    text: String,
    /// What came of it: `interested`, `follow_up`, `accepted` or `declined`; left out where nothing did.
    outcome: Option<String>,
    /// The day it is about (`YYYY-MM-DD`); today in the tenant's zone when left out.
    noted_on: Option<String>,
}

/// What to change of a note: what is left out stays, null clears.
#[derive(Debug, Object)]
#[oai(rename = "NoteEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NoteEditBody {
    /// Another text. Can't be cleared.
    #[oai(validator(max_length = 5_000))]
    text: Option<String>,
    /// Another outcome, or none.
    outcome: Option<String>,
    /// Another day (`YYYY-MM-DD`). Can't be cleared.
    noted_on: Option<String>,
}

/// A note on a volunteer.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "VolunteerNote")]
pub(crate) struct VolunteerNoteBody {
    /// Its number.
    id: i64,
    /// On whom.
    volunteer_id: i64,
    /// The day it is about, local to the tenant.
    noted_on: String,
    /// What it says.
    text: String,
    /// What came of it: `interested`, `follow_up`, `accepted` or `declined`.
    outcome: Option<String>,
    /// Who wrote it.
    author: NoteAuthorBody,
    /// Rises with every change.
    version: u32,
    /// When it was written (UTC).
    created_at: String,
    /// When it was last changed (UTC).
    updated_at: String,
}

impl From<&VolunteerNote> for VolunteerNoteBody {
    fn from(note: &VolunteerNote) -> Self {
        Self {
            id: note.id.get(),
            volunteer_id: note.volunteer_id.get(),
            noted_on: note.noted_on.to_string(),
            text: note.text.clone(),
            outcome: note.outcome.map(NoteOutcome::as_str).map(str::to_owned),
            author: NoteAuthorBody::from(&note.author),
            version: note.version,
            created_at: utc(note.created_at),
            updated_at: utc(note.updated_at),
        }
    }
}

/// Who wrote a note or logged outreach, as they were called then.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "NoteAuthor")]
pub(crate) struct NoteAuthorBody {
    /// `tenant_user`, `staff` or `system`.
    kind: String,
    /// Their number.
    id: Option<i64>,
    /// Their name.
    name: Option<String>,
}

impl From<&NoteAuthor> for NoteAuthorBody {
    fn from(author: &NoteAuthor) -> Self {
        Self { kind: author.kind.clone(), id: author.id, name: author.name.clone() }
    }
}

/// That something was removed.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Removed")]
pub(crate) struct RemovedBody {
    /// How many things: one.
    pub(crate) removed: u32,
}

/// Which record goes into the one that survives.
#[derive(Debug, Object)]
#[oai(rename = "NewVolunteerMerge")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewVolunteerMergeBody {
    /// The number of the record that goes.
    merged_id: i64,
    /// Its version that was seen; another is a conflict.
    merged_version: Option<u32>,
}

/// What a merge will do, or did.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "VolunteerMerge")]
pub(crate) struct MergePlanBody {
    /// The one who survives, as they will be.
    survivor: VolunteerBody,
    /// The one who goes, as they are.
    merged: VolunteerBody,
    /// What is done with fields in which they differ.
    fields: Vec<MergedFieldBody>,
    /// The events of the one who goes, the last one first.
    participations: Vec<MergedParticipationBody>,
    /// How many notes the survivor gets from the other.
    notes: u32,
}

impl From<&MergePlan> for MergePlanBody {
    fn from(plan: &MergePlan) -> Self {
        Self {
            survivor: VolunteerBody::from(&plan.survivor),
            merged: VolunteerBody::from(&plan.merged),
            fields: plan.fields.iter().map(MergedFieldBody::from).collect(),
            participations: plan.participations.iter().map(MergedParticipationBody::from).collect(),
            notes: plan.notes,
        }
    }
}

/// What a merge does with a field.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "MergedField")]
pub(crate) struct MergedFieldBody {
    /// The field's name.
    field: String,
    /// `kept` (the survivor's differs), `filled` (from the other) or `combined`.
    decision: String,
    /// The other's value where it is not kept, and skills beyond the 50 that anybody has: a note will hold it.
    dropped: Option<String>,
}

impl From<&MergedField> for MergedFieldBody {
    fn from(field: &MergedField) -> Self {
        Self { field: field.field.clone(), decision: field.decision.as_str().to_owned(), dropped: field.dropped.clone() }
    }
}

/// What a merge does with an event on whose roster the other stands.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "MergedParticipation")]
pub(crate) struct MergedParticipationBody {
    /// The event.
    event: EventBriefBody,
    /// How the survivor stands on its roster, if they do.
    survivor: Option<String>,
    /// How the other does.
    merged: String,
    /// How the survivor will.
    result: String,
    /// What is not kept of the place that says less, as text: another type, other minutes, notes for which there is no room. A note will hold it.
    dropped: Option<String>,
    /// Whether the event stands in their calendar twice, by an invite to each address: then a mail to the other's takes that entry out.
    double_entry: bool,
}

impl From<&MergedParticipation> for MergedParticipationBody {
    fn from(both: &MergedParticipation) -> Self {
        Self {
            event: EventBriefBody::from(&both.event),
            survivor: both.survivor.map(|status| status.as_str().to_owned()),
            merged: both.merged.as_str().to_owned(),
            result: both.result.as_str().to_owned(),
            dropped: both.dropped.clone(),
            double_entry: both.double_entry,
        }
    }
}
