//! What a caller says of a place on a roster, and the functions that check it.

use crate::error::{Problem, Problems};
use crate::types::text::{self, NOTES_MAX};
use crate::types::{ParticipationStatus, ParticipationType, Patch, VolunteerId};

/// A new place on a roster.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewParticipation {
    /// The volunteer's number; required.
    pub volunteer_id: Option<i64>,
    /// `invited` (the default) or `confirmed`.
    pub status: Option<String>,
    /// `volunteer` (the default), `speaker`, `mentor`, `facilitator` or `organizer`.
    pub participation_type: Option<String>,
    /// What to know of it, at most 5,000 characters.
    pub notes: Option<String>,
    /// Confirm even where the event is full.
    pub over_capacity: bool,
}

/// What to change of a place on a roster. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParticipationEdit {
    /// The next status; which may follow which is in [`ParticipationStatus::next`].
    pub status: Patch<String>,
    /// As what they take part.
    pub participation_type: Patch<String>,
    /// What to know of it, or nothing.
    pub notes: Patch<String>,
    /// Minutes they attended, 0 to 20,160 (14 days); cleared, the event's length again.
    pub minutes: Patch<i64>,
    /// Confirm even where the event is full.
    pub over_capacity: bool,
}

/// Two weeks, which no event is longer than.
const MOST_MINUTES: u32 = 14 * 24 * 60;

pub(super) struct CheckedParticipation {
    pub(super) volunteer: VolunteerId,
    pub(super) status: ParticipationStatus,
    pub(super) participation_type: ParticipationType,
    pub(super) notes: Option<String>,
}

/// Checks a draft; every broken field is noted.
pub(super) fn check(draft: &NewParticipation, problems: &mut Problems) -> Option<CheckedParticipation> {
    let volunteer = problems.take("volunteer_id", draft.volunteer_id.map(VolunteerId::new).ok_or_else(Problem::required));
    let status = problems.take("status", first_status(draft.status.as_deref()));
    let participation_type = match given(draft.participation_type.as_deref()) {
        None => Some(ParticipationType::Volunteer),
        Some(word) => problems.take("participation_type", ParticipationType::parse(word)),
    };
    let notes = problems.take("notes", text::paragraphs(draft.notes.as_deref().unwrap_or_default(), NOTES_MAX));
    Some(CheckedParticipation { volunteer: volunteer?, status: status?, participation_type: participation_type?, notes: notes? })
}

fn first_status(word: Option<&str>) -> Result<ParticipationStatus, Problem> {
    match given(word).map(str::trim) {
        None | Some("invited") => Ok(ParticipationStatus::Invited),
        Some("confirmed") => Ok(ParticipationStatus::Confirmed),
        Some(_) => Err(Problem::new("UNKNOWN_VALUE", "must be invited or confirmed: whatever follows comes after")),
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

pub(super) struct CheckedEdit {
    pub(super) status: Option<ParticipationStatus>,
    pub(super) participation_type: Option<ParticipationType>,
    pub(super) notes: Patch<String>,
    pub(super) minutes: Patch<u32>,
}

/// Checks an edit; every broken field is noted.
pub(super) fn check_edit(edit: &ParticipationEdit, problems: &mut Problems) -> Option<CheckedEdit> {
    /// What always has a value can't be cleared.
    fn word<T>(problems: &mut Problems, field: &str, patch: &Patch<String>, read: fn(&str) -> Result<T, Problem>) -> Option<Option<T>> {
        match patch {
            Patch::Keep => Some(None),
            Patch::Clear => problems.take(field, Err(Problem::required())),
            Patch::Set(word) => problems.take(field, read(word)).map(Some),
        }
    }
    let status = word(problems, "status", &edit.status, ParticipationStatus::parse);
    let participation_type = word(problems, "participation_type", &edit.participation_type, ParticipationType::parse);
    let notes = match &edit.notes {
        Patch::Keep => Some(Patch::Keep),
        Patch::Clear => Some(Patch::Clear),
        Patch::Set(notes) => problems.take("notes", text::paragraphs(notes, NOTES_MAX)).map(Patch::from),
    };
    let minutes = match edit.minutes {
        Patch::Keep => Some(Patch::Keep),
        Patch::Clear => Some(Patch::Clear),
        Patch::Set(minutes) => problems.take("minutes", check_minutes(minutes)).map(Patch::Set),
    };
    Some(CheckedEdit { status: status?, participation_type: participation_type?, notes: notes?, minutes: minutes? })
}

fn check_minutes(minutes: i64) -> Result<u32, Problem> {
    u32::try_from(minutes)
        .ok()
        .filter(|minutes| *minutes <= MOST_MINUTES)
        .ok_or_else(|| Problem::new("OUT_OF_RANGE", format!("must be a whole number of minutes from 0 to {MOST_MINUTES} (14 days)")))
}
