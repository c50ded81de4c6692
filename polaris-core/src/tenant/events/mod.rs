//! Events: created as drafts, edited, taken through their life, duplicated, shown and listed.
//!
//! | file | holds |
//! |---|---|
//! | `draft`, `check` | what callers say of an event, and the one function that checks it |
//! | `create`, `edit`, `cancel`, `duplicate` | the verbs that have a draft |
//! | `steps` | the other steps of the life cycle, whose table is [`EventStep`](crate::types::EventStep) |
//! | `notices` | who is told of a change, and how |
//!
//! ```
//! # use polaris_core::{Actor, NewEvent, NewTenant, Polaris};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! let draft = kckps.events().create(NewEvent {
//!     title: "Career Day".into(),
//!     starts_at: "2027-03-04T09:00".into(),
//!     location: "Main gym".into(),
//!     ..NewEvent::default()
//! })?;
//! let event = kckps.events().publish(draft.id)?;
//! assert_eq!(event.status.as_str(), "published");
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod cancel;
mod check;
mod create;
mod draft;
mod duplicate;
mod edit;
pub(crate) mod list;
mod notices;
mod row;
mod steps;

use chrono::{DateTime, TimeDelta, Utc};

pub use cancel::NewCancellation;
pub use draft::{EventEdit, NewEvent};
pub use duplicate::NewDuplicate;
pub use list::EventFilter;
pub use notices::{ChangedEvent, Notices};
pub(crate) use row::{COLUMNS, event};

use super::handle::TenantHandle;
use crate::auth::may;
use crate::error::{Error, Result};
use crate::operations::{EVENTS_GET, Permission};
use crate::store::{Transaction, params};
use crate::types::{CancelReason, EventFormat, EventId, EventRef, EventSlug, EventStatus, EventType, LocalTime, SchoolId};

/// What an event without an end is taken to last.
pub(crate) const ASSUMED_LENGTH: TimeDelta = TimeDelta::minutes(60);
/// No event lasts as long as this, whatever clocks do meanwhile: what overlaps a moment began after this much before it.
pub(crate) const LONGER_THAN_ANY: TimeDelta = TimeDelta::days(15);

/// One event of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Event {
    /// Its number in this tenant; never used again.
    pub id: EventId,
    /// Its name in addresses, unique in the tenant; stays from the first time it is confirmed or published.
    pub slug: EventSlug,
    /// What it is called.
    pub title: String,
    /// What it is about, in plain text.
    pub description: Option<String>,
    /// What kind of event it is.
    pub event_type: Option<EventType>,
    /// In person or virtual.
    pub format: EventFormat,
    /// Where it stands in its life cycle.
    pub status: EventStatus,
    /// When it begins: local time, zone and instant.
    pub starts_at: LocalTime,
    /// When it ends, if that is known.
    pub ends_at: Option<LocalTime>,
    /// Until when people may sign up; the start if nothing else was said.
    pub registration_deadline: Option<LocalTime>,
    /// Where it is.
    pub location: String,
    /// At which of the tenant's schools.
    pub school: Option<School>,
    /// How many volunteers are wanted; 0: no number was stated.
    pub volunteers_needed: u32,
    /// How many are confirmed or have attended.
    pub volunteers_registered: u32,
    /// Skills asked for, by name.
    pub wanted_skills: Vec<String>,
    /// What else people should know.
    pub additional_info: Option<String>,
    /// When it was completed (UTC), if it was.
    pub completed_at: Option<DateTime<Utc>>,
    /// When it was cancelled (UTC), if it was.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Why it was cancelled, if that was said.
    pub cancel_reason: Option<CancelReason>,
    /// What was noted with that; nothing for those who don't manage events.
    pub cancel_note: Option<String>,
    /// Rises with every change; give it back when editing.
    pub version: u32,
    /// When it was created (UTC).
    pub created_at: DateTime<Utc>,
    /// When it was last changed (UTC).
    pub updated_at: DateTime<Utc>,
}

/// A school of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct School {
    /// Its number in this tenant.
    pub id: SchoolId,
    /// Its name.
    pub name: String,
}

impl Event {
    /// Minutes from start to end; `None` without an end.
    #[must_use]
    pub fn duration_minutes(&self) -> Option<i64> {
        self.ends_at.map(|end| (end.instant - self.starts_at.instant).num_minutes())
    }

    /// Places left, never below 0; `None` where no number of volunteers was stated.
    #[must_use]
    pub fn slots_available(&self) -> Option<u32> {
        (self.volunteers_needed > 0).then(|| self.volunteers_needed.saturating_sub(self.volunteers_registered))
    }

    /// The last instant at which people may sign up: the deadline, or else the start.
    #[must_use]
    pub fn sign_up_ends(&self) -> DateTime<Utc> {
        self.registration_deadline.map_or(self.starts_at.instant, |deadline| deadline.instant)
    }

    /// Whether people may sign up at this instant: published or confirmed, neither begun nor past its deadline. A full event still
    /// takes people, onto its waitlist.
    #[must_use]
    pub fn sign_up_open(&self, now: DateTime<Utc>) -> bool {
        matches!(self.status, EventStatus::Published | EventStatus::Confirmed) && now < self.starts_at.instant && now <= self.sign_up_ends()
    }
}

/// The events of a tenant; see [`TenantHandle::events`].
pub struct Events<'a> {
    handle: &'a TenantHandle,
}

impl<'a> Events<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }

    /// One event, by number or slug.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`]; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn get(&self, event: impl Into<EventRef>) -> Result<Event> {
        let reference = event.into();
        let event = self.handle.read(&EVENTS_GET, |reading| find(reading.transaction, &reference)?.ok_or(Error::EventNotFound))?;
        Ok(self.shown(event))
    }

    /// What was noted with a cancellation, such as who is ill, stays with those who manage events.
    fn shown(&self, event: Event) -> Event {
        let cancel_note = event.cancel_note.filter(|_| may(self.handle.actor(), Permission::ManageEvents));
        Event { cancel_note, ..event }
    }
}

/// The event that a number or a slug names.
pub(crate) fn find(transaction: &Transaction<'_>, reference: &EventRef) -> Result<Option<Event>> {
    match reference {
        EventRef::Id(id) => transaction.first(row::BY_ID, params![id], event),
        EventRef::Slug(slug) => transaction.first(row::BY_SLUG, params![slug], event),
    }
}
