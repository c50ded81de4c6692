//! What every change of a roster keeps, in its own transaction.

use chrono::{DateTime, Utc};

use crate::error::{Error, Result};
use crate::store::{Transaction, params};
use crate::tenant::events::ASSUMED_LENGTH;
use crate::types::{EventId, EventRef, EventStatus, ParticipationStatus};

/// An event, as far as its roster needs to know.
pub(crate) struct Occasion {
    pub(crate) id: EventId,
    pub(crate) status: EventStatus,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: Option<DateTime<Utc>>,
    needed: u32,
    registered: u32,
}

impl Occasion {
    /// The event that a number or a slug names.
    pub(crate) fn find(transaction: &Transaction<'_>, event: &EventRef) -> Result<Self> {
        const COLUMNS: &str = "SELECT id, status, starts_at, ends_at, volunteers_needed, volunteers_registered FROM events";
        let read = |row: &crate::store::Row<'_, '_>| {
            Ok(Self {
                id: row.get("id")?,
                status: row.get("status")?,
                starts_at: row.get("starts_at")?,
                ends_at: row.get("ends_at")?,
                needed: row.get("volunteers_needed")?,
                registered: row.get("volunteers_registered")?,
            })
        };
        let found = match event {
            EventRef::Id(id) => transaction.first(&format!("{COLUMNS} WHERE id = ?1"), params![id], read)?,
            EventRef::Slug(slug) => transaction.first(&format!("{COLUMNS} WHERE slug = ?1"), params![slug], read)?,
        };
        found.ok_or(Error::EventNotFound)
    }

    /// When it ends, as far as is known.
    pub(super) fn end(&self) -> DateTime<Utc> {
        end(self.starts_at, self.ends_at)
    }

    /// Its length.
    pub(super) fn minutes(&self) -> u32 {
        u32::try_from((self.end() - self.starts_at).num_minutes()).unwrap_or_default()
    }

    /// Nobody comes onto the roster of what is over or off.
    pub(crate) fn refuse_over(&self) -> Result<()> {
        match self.status {
            EventStatus::Completed | EventStatus::Cancelled => {
                Err(Error::Conflict(format!("this event is {}: nobody can be put on its roster any more", self.status)))
            }
            _ => Ok(()),
        }
    }

    /// Nothing changes on the roster of a cancelled event.
    pub(super) fn refuse_cancelled(&self) -> Result<()> {
        match self.status {
            EventStatus::Cancelled => Err(Error::Conflict("this event is cancelled: its roster stays as it is".to_owned())),
            _ => Ok(()),
        }
    }

    /// Whether one may become so on this event's roster now.
    pub(super) fn allow(&self, from: ParticipationStatus, to: ParticipationStatus, now: DateTime<Utc>, over_capacity: bool) -> Result<()> {
        let refuse =
            |reason: String| Err(Error::InvalidTransition { what: "a place on a roster", from: from.as_str(), to: to.as_str(), reason });
        if self.status == EventStatus::Cancelled {
            return refuse("the event is cancelled, and its roster stays as it is".to_owned());
        }
        if !from.can_become(to) {
            let allowed: Vec<_> = from.next().iter().map(|status| status.as_str()).collect();
            return refuse(format!("from {from} it can become {}", allowed.join(", ")));
        }
        if to.is_attendance() && now < self.starts_at {
            return refuse("who attended is known from the event's start on".to_owned());
        }
        if to == ParticipationStatus::Confirmed && !from.takes_a_place() { self.refuse_full(over_capacity) } else { Ok(()) }
    }

    /// Confirming one more where as many are confirmed as are wanted has to be said.
    pub(super) fn refuse_full(&self, over_capacity: bool) -> Result<()> {
        let (needed, registered) = (self.needed, self.registered);
        if needed > 0 && registered >= needed && !over_capacity { Err(Error::EventFull { needed, registered }) } else { Ok(()) }
    }
}

/// The number of the event that a number or a slug names.
pub(crate) fn event_id(transaction: &Transaction<'_>, event: &EventRef) -> Result<EventId> {
    Ok(Occasion::find(transaction, event)?.id)
}

/// When something ends that begins here: 60 minutes later where nothing is known.
pub(crate) fn end(starts_at: DateTime<Utc>, ends_at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    ends_at.unwrap_or(starts_at + ASSUMED_LENGTH)
}

/// Counts anew who takes a place at an event. Whoever calls this tells the public.
pub(crate) fn count_registered(transaction: &Transaction<'_>, event: EventId) -> Result<()> {
    transaction.execute(
        "UPDATE events SET volunteers_registered =
             (SELECT count(*) FROM participations WHERE event_id = ?1 AND status IN ('confirmed', 'attended'))
         WHERE id = ?1",
        params![event],
    )?;
    Ok(())
}

/// Which of two statuses says more of one who stands on a roster twice: what was seen, then what was promised, then what was asked.
pub(crate) fn rank(status: ParticipationStatus) -> u8 {
    match status {
        ParticipationStatus::Attended => 5,
        ParticipationStatus::NoShow => 4,
        ParticipationStatus::Confirmed => 3,
        ParticipationStatus::Waitlisted => 2,
        ParticipationStatus::Invited => 1,
        ParticipationStatus::Declined => 0,
    }
}
