//! S1: what people see who may sign up: the tenant, its open events, and of each whether it takes them. Never names of people.

use chrono::{DateTime, Utc};

use super::door::Signups;
use super::waitlist::has_place_left;
use crate::error::{Error, Result};
use crate::operations::{SIGNUPS_GET_EVENT, SIGNUPS_LIST_EVENTS};
use crate::page::{Page, PageRequest};
use crate::store::{Transaction, params};
use crate::tenant::events::{COLUMNS, Event, event, find};
use crate::tenant::public_events::{Lasting, Revision, next_change};
use crate::tenant::settings::{Face, Settings};
use crate::types::{EventRef, EventStatus, SignupState};

/// An event, as people see it who may sign up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignupEvent {
    /// The event; without what was noted with a cancellation.
    pub event: Event,
    /// The district it belongs to.
    pub district: Option<String>,
    /// Whether people can sign up at the moment of asking, and if not, why.
    pub state: SignupState,
}

impl SignupEvent {
    pub(super) fn of(transaction: &Transaction<'_>, event: Event, settings: &Settings, now: DateTime<Utc>) -> Result<Self> {
        let state = state_for_next(transaction, &event, settings, now)?;
        Ok(Self { event: Event { cancel_note: None, ..event }, district: settings.district.clone(), state })
    }
}

/// Whether people can sign up for this event now, by its own account; free places are for those who wait, as [`state_for_next`] says.
pub(crate) fn state(event: &Event, settings: &Settings, now: DateTime<Utc>) -> SignupState {
    match event.status {
        EventStatus::Draft => return SignupState::Withdrawn,
        EventStatus::Completed => return SignupState::Completed,
        EventStatus::Cancelled => return SignupState::Cancelled,
        EventStatus::Published | EventStatus::Confirmed => {}
    }
    if now >= event.starts_at.instant {
        SignupState::Begun
    } else if !event.sign_up_open(now) {
        SignupState::DeadlinePassed
    } else if event.slots_available() != Some(0) {
        SignupState::Open
    } else {
        taken(settings)
    }
}

/// What is left where all places are taken.
const fn taken(settings: &Settings) -> SignupState {
    if settings.waitlist { SignupState::Waitlist } else { SignupState::Full }
}

/// What whoever signs up next will find: first those who wait get the places that are free.
pub(super) fn state_for_next(transaction: &Transaction<'_>, event: &Event, settings: &Settings, now: DateTime<Utc>) -> Result<SignupState> {
    match state(event, settings, now) {
        SignupState::Open if !has_place_left(transaction, event.id, event.slots_available())? => Ok(taken(settings)),
        state => Ok(state),
    }
}

/// The event that the public may know of by this number or slug: one that was confirmed or published at some time, and is no draft.
pub(super) fn known(transaction: &Transaction<'_>, reference: &EventRef) -> Result<Event> {
    let found = find(transaction, reference)?.filter(|event| event.status != EventStatus::Draft).ok_or(Error::EventNotFound)?;
    if matches!(found.status, EventStatus::Cancelled) {
        // A draft may be cancelled, too: nobody heard of that one.
        let sql = "SELECT 1 AS one FROM events WHERE id = ?1 AND slug_frozen = 1";
        transaction.first(sql, params![found.id], |row| row.get::<i64>("one"))?.ok_or(Error::EventNotFound)?;
    }
    Ok(found)
}

/// Published, with neither start nor deadline past.
macro_rules! open {
    () => {
        " e.status = 'published' AND e.starts_at > ?1 AND coalesce(e.registration_deadline, e.starts_at) >= ?1"
    };
}

const COUNTED: &str = concat!("SELECT count(*) AS total FROM events e WHERE", open!());

impl Signups {
    /// The tenant itself.
    ///
    /// # Errors
    ///
    /// [`Error::TenantNotFound`], [`Error::Unavailable`].
    pub fn tenant(&self) -> Result<Face> {
        self.answer(self.handle.look(|reading| Ok(Face::of(self.handle.slug(), &reading.settings))))
    }

    /// Published events that people can sign up for, and full ones that would take them, by start.
    ///
    /// # Errors
    ///
    /// [`Error::FeatureDisabled`], [`Error::TenantNotFound`], [`Error::Unavailable`].
    pub fn list(&self, page: PageRequest) -> Result<Lasting<Page<SignupEvent>>> {
        self.answer(self.handle.read(&SIGNUPS_LIST_EVENTS, |reading| {
            let (transaction, now) = (reading.transaction, reading.now);
            let total = transaction.first(COUNTED, params![now], |row| row.get("total"))?.unwrap_or_default();
            let sql = format!(concat!("SELECT {} WHERE", open!(), " ORDER BY e.starts_at, e.id LIMIT ?2 OFFSET ?3"), COLUMNS);
            let found = page.of(transaction.all(&sql, params![now, page.per_page(), page.offset()], event)?, total);
            // An event of an earlier page may leave the list first and move this one.
            let mut until = next_change(&found.items, now);
            if found.page > 1 {
                let first = transaction.all(&sql, params![now, PageRequest::MOST_PER_PAGE, 0_i64], event)?;
                until = until.into_iter().chain(next_change(&first, now)).min();
            }
            let seen = found.items.into_iter().map(|event| SignupEvent::of(transaction, event, &reading.settings, now));
            let value = page.of(seen.collect::<Result<_>>()?, total);
            Ok(Lasting { value, revision: Revision::from(&reading.standing), until })
        }))
    }

    /// One event, by slug or number, also a confirmed one that is on no list, and one that takes nobody any more.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`], also for a draft; [`Error::FeatureDisabled`], [`Error::TenantNotFound`], [`Error::Unavailable`].
    pub fn event(&self, event: impl Into<EventRef>) -> Result<Lasting<SignupEvent>> {
        let reference = event.into();
        self.answer(self.handle.read(&SIGNUPS_GET_EVENT, |reading| {
            let event = known(reading.transaction, &reference)?;
            let until = next_change(std::slice::from_ref(&event), reading.now);
            let value = SignupEvent::of(reading.transaction, event, &reading.settings, reading.now)?;
            Ok(Lasting { value, revision: Revision::from(&reading.standing), until })
        }))
    }
}
