//! E3: the life cycle. The table of steps is [`EventStatus::next`].

use serde_json::json;

use super::{Event, Events, find, row};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::operations::EVENTS_PUBLISH;
use crate::store::params;
use crate::types::{EventRef, EventStatus};

impl Events<'_> {
    /// Publishes an event, named by number or slug: from now on the public sees it, and its slug stays (FR-SELFSERV-206).
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`]; [`Error::InvalidTransition`] unless it is a draft or confirmed.
    pub fn publish(&self, event: impl Into<EventRef>) -> Result<Event> {
        let reference = event.into();
        self.handle.write(&EVENTS_PUBLISH, |writing| {
            let transaction = writing.transaction;
            let Event { id, status: from, .. } = find(transaction, &reference)?.ok_or(Error::EventNotFound)?;
            step(from, EventStatus::Published)?;
            transaction.execute(
                "UPDATE events SET status = ?2, slug_frozen = 1, version = version + 1, updated_at = ?3 WHERE id = ?1",
                params![id, EventStatus::Published, writing.now],
            )?;
            writing.public_changed()?;
            let after = transaction.first(row::BY_ID, params![id], row::event)?.ok_or(Error::EventNotFound)?;
            let details = json!({ "from": from, "to": after.status });
            Ok((after, Entry::of("event", id, details)))
        })
    }
}

/// Whether the life cycle allows this step.
fn step(from: EventStatus, to: EventStatus) -> Result<()> {
    if from.can_become(to) {
        return Ok(());
    }
    let allowed: Vec<_> = from.next().iter().map(|status| status.as_str()).collect();
    let reason = if allowed.is_empty() { format!("{from} is final") } else { format!("from {from} it can become {}", allowed.join(", ")) };
    Err(Error::InvalidTransition { what: "an event", from: from.as_str(), to: to.as_str(), reason })
}
