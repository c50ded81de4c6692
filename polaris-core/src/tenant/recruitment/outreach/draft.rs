//! What a caller says of outreach, and the functions that check it.

use chrono::{DateTime, Utc};

use crate::accounts::administration::edited;
use crate::error::{Problem, Problems};
use crate::tenant::volunteers::silent;
use crate::types::text::{self, NOTES_MAX};
use crate::types::{LocalTime, OutreachMethod, OutreachOutcome, Patch, TimeZone, VolunteerId};

/// That somebody was asked to come to an event.
#[derive(Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewOutreach {
    /// The volunteer's number; required.
    pub volunteer_id: Option<i64>,
    /// `email`, `phone`, `text` or `in_person`; required.
    pub method: String,
    /// `pending` (the default), `no_response`, `interested`, `declined` or `confirmed`. Confirmed puts them on the event's roster; declined
    /// marks one who is invited as declined there.
    pub outcome: Option<String>,
    /// What else to know of it, at most 5,000 characters.
    pub notes: Option<String>,
    /// When they were asked, by the clocks of the tenant's zone or with an offset (RFC 3339); now when left out, and never in the future.
    pub attempted_at: Option<String>,
    /// Confirm even where the event is full.
    pub over_capacity: bool,
}

/// What to change of outreach. What is left out stays; whatever is changed counts as follow-up.
#[derive(Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutreachEdit {
    /// Another method.
    pub method: Patch<String>,
    /// What came of it. Another one than before does to the event's roster what it does when logged.
    pub outcome: Patch<String>,
    /// What else to know of it, or nothing.
    pub notes: Patch<String>,
    /// Another time at which they were asked.
    pub attempted_at: Patch<String>,
    /// Confirm even where the event is full.
    pub over_capacity: bool,
}

silent!(NewOutreach, OutreachEdit);

pub(super) struct CheckedOutreach {
    pub(super) volunteer: VolunteerId,
    pub(super) method: OutreachMethod,
    pub(super) outcome: OutreachOutcome,
    pub(super) notes: Option<String>,
    pub(super) attempted_at: DateTime<Utc>,
}

/// Checks a draft; every broken field is noted.
pub(super) fn check(draft: &NewOutreach, problems: &mut Problems, zone: TimeZone, now: DateTime<Utc>) -> Option<CheckedOutreach> {
    let volunteer = problems.take("volunteer_id", draft.volunteer_id.map(VolunteerId::new).ok_or_else(Problem::required));
    let method = problems.take("method", method(&draft.method));
    let outcome = match given(draft.outcome.as_deref()) {
        None => Some(OutreachOutcome::Pending),
        Some(word) => problems.take("outcome", OutreachOutcome::parse(word)),
    };
    let notes = problems.take("notes", text::paragraphs(draft.notes.as_deref().unwrap_or_default(), NOTES_MAX));
    let attempted_at = match given(draft.attempted_at.as_deref()) {
        None => Some(now),
        Some(text) => problems.take("attempted_at", past(text, zone, now)),
    };
    Some(CheckedOutreach { volunteer: volunteer?, method: method?, outcome: outcome?, notes: notes?, attempted_at: attempted_at? })
}

pub(super) struct CheckedEdit {
    pub(super) method: Patch<OutreachMethod>,
    pub(super) outcome: Patch<OutreachOutcome>,
    pub(super) notes: Patch<String>,
    pub(super) attempted_at: Patch<DateTime<Utc>>,
}

/// Checks an edit; every broken field is noted.
pub(super) fn check_edit(edit: &OutreachEdit, problems: &mut Problems, zone: TimeZone, now: DateTime<Utc>) -> Option<CheckedEdit> {
    let method = edited(problems, "method", &edit.method, method);
    let outcome = edited(problems, "outcome", &edit.outcome, OutreachOutcome::parse);
    let notes = match &edit.notes {
        Patch::Keep => Some(Patch::Keep),
        Patch::Clear => Some(Patch::Clear),
        Patch::Set(notes) => problems.take("notes", text::paragraphs(notes, NOTES_MAX)).map(Patch::from),
    };
    let attempted_at = edited(problems, "attempted_at", &edit.attempted_at, |text| past(text, zone, now));
    Some(CheckedEdit { method: method?, outcome: outcome?, notes: notes?, attempted_at: attempted_at? })
}

fn method(word: &str) -> Result<OutreachMethod, Problem> {
    if word.trim().is_empty() { Err(Problem::required()) } else { OutreachMethod::parse(word) }
}

/// A moment that has come.
fn past(text: &str, zone: TimeZone, now: DateTime<Utc>) -> Result<DateTime<Utc>, Problem> {
    let moment = LocalTime::parse(text, zone)?.instant;
    if moment > now { Err(Problem::new("IN_FUTURE", "must not be in the future: it is when they were asked")) } else { Ok(moment) }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}
