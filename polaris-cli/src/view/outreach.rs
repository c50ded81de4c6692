use polaris_core::types::{OutreachMethod, OutreachOutcome, instant_text};
use polaris_core::{LoggedOutreach, NoteAuthor, OutreachAttempt, OutreachEntry};
use serde::Serialize;

use super::roster::{EventBriefView, PlacedView};

/// One time that a volunteer was asked to come to an event.
#[derive(Serialize)]
struct OutreachAttemptView {
    id: i64,
    event_id: i64,
    volunteer_id: i64,
    method: OutreachMethod,
    outcome: OutreachOutcome,
    notes: Option<String>,
    attempted_at: String,
    followed_up_at: Option<String>,
    mail_id: Option<i64>,
    author: NoteAuthor,
    version: u32,
    created_at: String,
    updated_at: String,
}

impl From<&OutreachAttempt> for OutreachAttemptView {
    fn from(attempt: &OutreachAttempt) -> Self {
        Self {
            id: attempt.id.get(),
            event_id: attempt.event_id.get(),
            volunteer_id: attempt.volunteer_id.get(),
            method: attempt.method,
            outcome: attempt.outcome,
            notes: attempt.notes.clone(),
            attempted_at: instant_text(attempt.attempted_at),
            followed_up_at: attempt.followed_up_at.map(instant_text),
            mail_id: attempt.mail_id.map(|id| id.get()),
            author: attempt.author.clone(),
            version: attempt.version,
            created_at: instant_text(attempt.created_at),
            updated_at: instant_text(attempt.updated_at),
        }
    }
}

/// The same with whom and to what.
#[derive(Serialize)]
pub(crate) struct OutreachEntryView {
    outreach: OutreachAttemptView,
    event: EventBriefView,
    first_name: String,
    last_name: String,
}

impl From<&OutreachEntry> for OutreachEntryView {
    fn from(entry: &OutreachEntry) -> Self {
        Self {
            outreach: (&entry.outreach).into(),
            event: (&entry.event).into(),
            first_name: entry.first_name.clone(),
            last_name: entry.last_name.clone(),
        }
    }
}

/// Outreach that was logged or followed up.
#[derive(Serialize)]
pub(crate) struct LoggedOutreachView {
    outreach: OutreachAttemptView,
    placed: Option<PlacedView>,
}

impl From<&LoggedOutreach> for LoggedOutreachView {
    fn from(logged: &LoggedOutreach) -> Self {
        Self { outreach: (&logged.outreach).into(), placed: logged.placed.as_ref().map(PlacedView::from) }
    }
}
