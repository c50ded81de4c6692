//! E4: cancelling an event (FR-SELFSERV-203).

use serde_json::json;

use super::notices::{Notice, tell};
use super::steps::{self, reread};
use super::{ChangedEvent, Events, find};
use crate::audit::Entry;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::EVENTS_CANCEL;
use crate::store::params;
use crate::types::text::{self, NOTES_MAX};
use crate::types::{CancelReason, EventRef, EventStatus, EventStep, MailKind};

/// Why an event is cancelled; nothing of it need be said.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewCancellation {
    /// `weather`, `presenter_cancelled`, `teacher_cancelled`, `school_conflict`, `technical_issues`, `low_enrollment`, `scheduling_error`
    /// or `other`. Whoever is told of the cancellation is told the reason too.
    pub reason: Option<String>,
    /// A note for those who manage events, at most 5,000 characters; with `other` at least 10.
    pub note: Option<String>,
}

/// The fewest characters of a note that stands for a reason.
const NOTE_MIN: usize = 10;

impl Events<'_> {
    /// Cancels an event, named by number or slug. Everyone invited, confirmed or waitlisted is told; who had a calendar invite gets its
    /// cancellation. Final.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`]; [`Error::EventNotFound`]; [`Error::InvalidTransition`] where it is completed or cancelled already;
    /// [`Error::Forbidden`], [`Error::FeatureDisabled`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn cancel(&self, event: impl Into<EventRef>, cancellation: NewCancellation) -> Result<ChangedEvent> {
        let reference = event.into();
        self.handle.write(&EVENTS_CANCEL, |writing| {
            let (reason, note) = check(&cancellation)?;
            let transaction = writing.transaction;
            let before = find(transaction, &reference)?.ok_or(Error::EventNotFound)?;
            steps::check(EventStep::Cancel, &before, writing.now)?;
            transaction.execute(
                "UPDATE events SET status = ?2, cancelled_at = ?3, cancel_reason = ?4, cancel_note = ?5,
                                   invite_sequence = invite_sequence + 1, version = version + 1, updated_at = ?3
                 WHERE id = ?1",
                params![before.id, EventStatus::Cancelled, writing.now, reason, note],
            )?;
            if before.status != EventStatus::Draft {
                writing.public_changed()?;
            }
            let event = reread(transaction, before.id)?;
            let more = reason.map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
            let notice = Notice { kind: MailKind::EventCancelled, event: &event, more, method: "cancel", invited_too: true };
            let notices = tell(writing, &notice)?;
            let details = json!({ "from": before.status, "to": event.status, "reason": reason, "told": notices.told });
            Ok((ChangedEvent { event, notices }, Entry::of("event", before.id, details)))
        })
    }
}

/// The reason and the note, if they are good.
fn check(cancellation: &NewCancellation) -> Result<(Option<CancelReason>, Option<String>)> {
    let mut problems = Problems::default();
    let reason = match cancellation.reason.as_deref().filter(|reason| !reason.trim().is_empty()) {
        Some(reason) => problems.take("reason", CancelReason::parse(reason)),
        None => None,
    };
    let note = text::paragraphs(cancellation.note.as_deref().unwrap_or_default(), NOTES_MAX);
    let note = problems.take(
        "note",
        note.and_then(|note| match note.as_ref().map_or(0, |note| note.chars().count()) {
            length if reason == Some(CancelReason::Other) && length < NOTE_MIN => Err(too_short(length)),
            _ => Ok(note),
        }),
    );
    problems.finish()?;
    Ok((reason, note.flatten()))
}

fn too_short(length: usize) -> Problem {
    let message = format!("with the reason `other` a note of at least {NOTE_MIN} characters must say why");
    Problem::new(if length == 0 { "REQUIRED" } else { "TOO_SHORT" }, message)
}
