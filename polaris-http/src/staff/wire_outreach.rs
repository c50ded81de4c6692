//! The shapes of outreach.

use poem_openapi::Object;
use polaris_core::{LoggedOutreach, OutreachAttempt, OutreachEntry};
use serde::Serialize;

use super::wire_rosters::{EventBriefBody, PlacedBody};
use super::wire_volunteers::NoteAuthorBody;
use crate::public_api::utc;

/// That a volunteer was asked to come to an event.
#[derive(Debug, Object)]
#[oai(rename = "NewOutreach")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewOutreachBody {
    /// The volunteer's number.
    volunteer_id: i64,
    /// `email`, `phone`, `text` or `in_person`.
    method: String,
    /// `pending` (the default), `no_response`, `interested`, `declined` (marks one who is invited as declined) or `confirmed` (puts them on
    /// the event's roster).
    outcome: Option<String>,
    /// What else to know of it.
    #[oai(validator(max_length = 5_000))]
    notes: Option<String>,
    /// When they were asked, by the clocks of the tenant's zone or with an offset (RFC 3339); now when left out, and never in the future.
    attempted_at: Option<String>,
    /// Confirm even where the event is full.
    #[oai(default)]
    over_capacity: bool,
}

/// What to change of outreach: what is left out stays, null clears. Whatever is changed counts as follow-up.
#[derive(Debug, Object)]
#[oai(rename = "OutreachEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct OutreachEditBody {
    /// Another method. Can't be cleared.
    method: Option<String>,
    /// What came of it; another than before does to the event's roster what it does when logged. Can't be cleared.
    outcome: Option<String>,
    /// What else to know of it, or nothing.
    #[oai(validator(max_length = 5_000))]
    notes: Option<String>,
    /// Another time at which they were asked. Can't be cleared.
    attempted_at: Option<String>,
    /// Confirm even where the event is full.
    #[oai(default)]
    over_capacity: bool,
}

/// One time that a volunteer was asked to come to an event.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "OutreachAttempt")]
pub(crate) struct OutreachAttemptBody {
    /// Its number.
    id: i64,
    /// To which event.
    event_id: i64,
    /// Who was asked.
    volunteer_id: i64,
    /// `email`, `phone`, `text` or `in_person`.
    method: String,
    /// `pending`, `no_response`, `interested`, `declined` or `confirmed`.
    outcome: String,
    /// What else to know of it.
    notes: Option<String>,
    /// When they were asked (UTC).
    attempted_at: String,
    /// When it was last followed up (UTC): changed after it was logged.
    followed_up_at: Option<String>,
    /// The mail by which they were asked, if Polaris wrote it.
    mail_id: Option<i64>,
    /// Who logged it.
    author: NoteAuthorBody,
    /// Rises with every change.
    version: u32,
    /// When it was logged (UTC).
    created_at: String,
    /// When it was last changed (UTC).
    updated_at: String,
}

impl From<&OutreachAttempt> for OutreachAttemptBody {
    fn from(attempt: &OutreachAttempt) -> Self {
        Self {
            id: attempt.id.get(),
            event_id: attempt.event_id.get(),
            volunteer_id: attempt.volunteer_id.get(),
            method: attempt.method.as_str().to_owned(),
            outcome: attempt.outcome.as_str().to_owned(),
            notes: attempt.notes.clone(),
            attempted_at: utc(attempt.attempted_at),
            followed_up_at: attempt.followed_up_at.map(utc),
            mail_id: attempt.mail_id.map(|id| id.get()),
            author: NoteAuthorBody::from(&attempt.author),
            version: attempt.version,
            created_at: utc(attempt.created_at),
            updated_at: utc(attempt.updated_at),
        }
    }
}

/// One time that a volunteer was asked, with whom and to what.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "OutreachEntry")]
pub(crate) struct OutreachEntryBody {
    /// How they were asked, and what came of it.
    outreach: OutreachAttemptBody,
    /// To which event.
    event: EventBriefBody,
    /// The volunteer's first name.
    first_name: String,
    /// The volunteer's last name.
    last_name: String,
}

impl From<&OutreachEntry> for OutreachEntryBody {
    fn from(entry: &OutreachEntry) -> Self {
        Self {
            outreach: OutreachAttemptBody::from(&entry.outreach),
            event: EventBriefBody::from(&entry.event),
            first_name: entry.first_name.clone(),
            last_name: entry.last_name.clone(),
        }
    }
}

/// Outreach that was logged or followed up.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "LoggedOutreach")]
pub(crate) struct LoggedOutreachBody {
    /// The outreach.
    outreach: OutreachAttemptBody,
    /// The place on the event's roster that this gave or changed, if it did.
    placed: Option<PlacedBody>,
}

impl From<&LoggedOutreach> for LoggedOutreachBody {
    fn from(logged: &LoggedOutreach) -> Self {
        Self { outreach: OutreachAttemptBody::from(&logged.outreach), placed: logged.placed.as_ref().map(PlacedBody::from) }
    }
}
