//! E3: the life cycle. The table of steps is [`EventStep`].

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Event, Events, find, row};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::operations::{
    EVENTS_CANCEL, EVENTS_COMPLETE, EVENTS_CONFIRM, EVENTS_PUBLISH, EVENTS_RETURN_TO_DRAFT, EVENTS_UNPUBLISH, Operation,
};
use crate::store::{Transaction, params};
use crate::tenant::signup::{fill, note_promoted};
use crate::types::{EventId, EventRef, EventStatus, EventStep};

impl Events<'_> {
    /// Confirms a draft, named by number or slug: it takes place, and its slug stays (FR-SELFSERV-206).
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`]; [`Error::InvalidTransition`] unless it is a draft; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn confirm(&self, event: impl Into<EventRef>) -> Result<Event> {
        self.take(EventStep::Confirm, &event.into())
    }

    /// Makes a confirmed event a draft again. Its slug stays as it is.
    ///
    /// # Errors
    ///
    /// As [`Self::confirm`], unless it is confirmed.
    pub fn return_to_draft(&self, event: impl Into<EventRef>) -> Result<Event> {
        self.take(EventStep::ReturnToDraft, &event.into())
    }

    /// Publishes an event: from now on the public sees it listed, and its slug stays.
    ///
    /// # Errors
    ///
    /// As [`Self::confirm`], unless it is a draft or confirmed.
    pub fn publish(&self, event: impl Into<EventRef>) -> Result<Event> {
        self.take(EventStep::Publish, &event.into())
    }

    /// Takes a published event off the public list. It stays confirmed: it takes place, and whoever has its address may sign up.
    ///
    /// # Errors
    ///
    /// As [`Self::confirm`], unless it is published.
    pub fn unpublish(&self, event: impl Into<EventRef>) -> Result<Event> {
        self.take(EventStep::Unpublish, &event.into())
    }

    /// Completes an event that has begun: it has taken place. Final.
    ///
    /// # Errors
    ///
    /// As [`Self::confirm`], unless it is confirmed or published, and before its start.
    pub fn complete(&self, event: impl Into<EventRef>) -> Result<Event> {
        self.take(EventStep::Complete, &event.into())
    }

    fn take(&self, step: EventStep, reference: &EventRef) -> Result<Event> {
        self.handle.write(operation(step), |writing| {
            let transaction = writing.transaction;
            let event = find(transaction, reference)?.ok_or(Error::EventNotFound)?;
            check(step, &event, writing.now)?;
            transaction.execute(
                "UPDATE events
                 SET status = ?2, slug_frozen = CASE WHEN ?2 IN ('confirmed', 'published') THEN 1 ELSE slug_frozen END,
                     completed_at = CASE WHEN ?2 = 'completed' THEN ?3 END, version = version + 1, updated_at = ?3
                 WHERE id = ?1",
                params![event.id, step.to(), writing.now],
            )?;
            writing.public_changed()?;
            let mut details = json!({ "from": event.status, "to": step.to() });
            if event.status == EventStatus::Draft {
                // Whatever became free meanwhile.
                note_promoted(&mut details, fill(writing, event.id)?);
            }
            let entry = Entry::of("event", event.id, details);
            Ok((reread(transaction, event.id)?, entry))
        })
    }
}

/// The operation that takes a step.
pub(super) fn operation(step: EventStep) -> &'static Operation {
    match step {
        EventStep::Confirm => &EVENTS_CONFIRM,
        EventStep::ReturnToDraft => &EVENTS_RETURN_TO_DRAFT,
        EventStep::Publish => &EVENTS_PUBLISH,
        EventStep::Unpublish => &EVENTS_UNPUBLISH,
        EventStep::Complete => &EVENTS_COMPLETE,
        EventStep::Cancel => &EVENTS_CANCEL,
    }
}

/// Whether an event can take this step now.
pub(super) fn check(step: EventStep, event: &Event, now: DateTime<Utc>) -> Result<()> {
    let (from, to) = (event.status, step.to());
    let reason = if step.from().contains(&from) {
        if step != EventStep::Complete || now >= event.starts_at.instant {
            return Ok(());
        }
        format!("it begins at {}, and can be completed from then on", event.starts_at.to_rfc3339())
    } else if from.is_final() {
        format!("{from} is final")
    } else if from == to {
        format!("it is {to} already")
    } else if let Some(other) = from.step_to(to) {
        format!("`{}` is for {}; what leads there from {from} is `{}`", step, listed(step.from()), other)
    } else {
        format!("from {from} it can become {}", listed(&from.next()))
    };
    Err(Error::InvalidTransition { what: "an event", from: from.as_str(), to: to.as_str(), reason })
}

fn listed(states: &[EventStatus]) -> String {
    states.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(", ")
}

/// The event as it stands after a change, in the change's own transaction.
pub(super) fn reread(transaction: &Transaction<'_>, id: EventId) -> Result<Event> {
    transaction.first(row::BY_ID, params![id], row::event)?.ok_or(Error::EventNotFound)
}
