//! What a district's website sees: published and completed events, no people (FR-API-101…103).
//!
//! ```
//! # use polaris_core::{Actor, Context, EventFilter, NewEvent, NewTenant, PageRequest, Patience, Polaris, PublicStatus};
//! # let polaris = Polaris::in_memory()?;
//! let created = polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! let draft = kckps.events().create(NewEvent {
//!     title: "Career Day".into(),
//!     starts_at: "2027-03-04T09:00".into(),
//!     location: "Main gym".into(),
//!     ..NewEvent::default()
//! })?;
//! kckps.events().publish(draft.id)?;
//!
//! let website = polaris.public_api("kckps", Some(created.api_key.reveal()), Context::default(), Patience::Wait)?;
//! let events = website.list(&PublicStatus::Published, &EventFilter::default(), PageRequest::default())?;
//! assert_eq!(events.value.items[0].event.title, "Career Day");
//! assert_eq!(events.revision, website.revision()); // as long as it is, the answer is
//! # Ok::<(), polaris_core::Error>(())
//! ```

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::events::list::{check_range, select};
use super::events::{Event, EventFilter, find};
use super::file::Standing;
use super::handle::TenantHandle;
use super::settings::Settings;
use crate::auth::Patience;
use crate::error::{Error, Result};
use crate::limits::Quota;
use crate::operations::{Operation, PUBLIC_EVENTS_GET, PUBLIC_EVENTS_LIST, PUBLIC_EVENTS_UPCOMING};
use crate::page::{Page, PageRequest};
use crate::store::params;
use crate::types::{ApiKeyId, EventId, EventOrder, EventRef, EventSlug, EventStatus};

/// A tenant's public face, entered with a valid key; see [`Polaris::public_api`](crate::Polaris::public_api).
#[derive(Clone)]
pub struct PublicApi {
    pub(super) handle: TenantHandle,
    pub(super) settings: Arc<Settings>,
    pub(super) revision: Revision,
    pub(super) now: DateTime<Utc>,
    pub(super) quota: Quota,
    /// The key, as long as its use is still to be written down.
    pub(super) unnoted: Option<ApiKeyId>,
}

/// What a tenant's public answers depend on besides the time: they are the same as long as this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// Rises with every change of what the public sees.
    pub public: i64,
    /// Rises with every change of the settings.
    pub settings: i64,
}

impl From<&Standing> for Revision {
    fn from(standing: &Standing) -> Self {
        Self { public: standing.public_rev, settings: standing.settings_rev }
    }
}

/// Which public events are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PublicStatus {
    /// Published, past ones included.
    Published,
    /// Completed.
    Completed,
}

/// An event as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicEvent {
    /// The event.
    pub event: Event,
    /// The district it belongs to.
    pub district: Option<String>,
    /// Whether people may sign up at the moment of asking.
    pub sign_up_open: bool,
}

/// An answer that stays true until an instant, unless the tenant's revision changes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lasting<T> {
    /// The answer.
    pub value: T,
    /// The revision it was read at.
    pub revision: Revision,
    /// The next instant at which it changes by itself (a start or a deadline passes); `None` if never.
    pub until: Option<DateTime<Utc>>,
}

impl<T> Lasting<T> {
    /// The same answer, converted.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Lasting<U> {
        Lasting { value: convert(self.value), revision: self.revision, until: self.until }
    }
}

impl PublicApi {
    /// The tenant's revision at entry: what was rendered at the same revision is still true.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The tenant's settings at entry.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the key has left, this request counted.
    #[must_use]
    pub fn quota(&self) -> Quota {
        self.quota
    }

    /// The same face with another patience for what comes next: it was counted when it was entered, and is not again.
    #[must_use]
    pub fn with_patience(&self, patience: Patience) -> Self {
        let Self { handle, settings, revision, now, quota, unnoted } = self;
        let (handle, settings) = (handle.with_patience(patience), Arc::clone(settings));
        Self { handle, settings, revision: *revision, now: *now, quota: *quota, unnoted: *unnoted }
    }

    /// The instant of entry.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The tenant behind this face.
    #[must_use]
    pub fn handle(&self) -> &TenantHandle {
        &self.handle
    }

    /// Whether this operation is allowed here, from what entry has just read.
    ///
    /// # Errors
    ///
    /// [`Error::FeatureDisabled`].
    pub fn authorize(&self, operation: &'static Operation) -> Result<()> {
        match operation.feature {
            Some(feature) if !self.settings.has(feature) => Err(Error::FeatureDisabled(feature)),
            _ => Ok(()),
        }
    }

    /// Events of one status, by start. Dates in the filter are local to the tenant; its statuses are not looked at.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] when `from_date` is after `to_date`; [`Error::FeatureDisabled`].
    pub fn list(&self, status: &PublicStatus, filter: &EventFilter, page: PageRequest) -> Result<Lasting<Page<PublicEvent>>> {
        let status = match status {
            PublicStatus::Published => EventStatus::Published,
            PublicStatus::Completed => EventStatus::Completed,
        };
        check_range(filter.from_date, filter.to_date)?;
        self.page(&PUBLIC_EVENTS_LIST, &EventFilter { statuses: vec![status], ..filter.clone() }, false, page)
    }

    /// Published events that have not begun, by start.
    ///
    /// # Errors
    ///
    /// [`Error::FeatureDisabled`].
    pub fn upcoming(&self, filter: &EventFilter, page: PageRequest) -> Result<Lasting<Page<PublicEvent>>> {
        self.page(&PUBLIC_EVENTS_UPCOMING, &EventFilter { statuses: vec![EventStatus::Published], ..filter.clone() }, true, page)
    }

    /// One published or completed event, by number or slug.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`], also for a draft; [`Error::FeatureDisabled`].
    pub fn get(&self, event: &EventRef) -> Result<Lasting<PublicEvent>> {
        self.handle.read(&PUBLIC_EVENTS_GET, |reading| {
            let event = find(reading.transaction, event)?
                .filter(|event| matches!(event.status, EventStatus::Published | EventStatus::Completed))
                .ok_or(Error::EventNotFound)?;
            let until = next_change(std::slice::from_ref(&event), reading.now);
            let value = seen(event, &reading.settings, reading.now);
            Ok(Lasting { value, revision: Revision::from(&reading.standing), until })
        })
    }

    fn page(
        &self,
        operation: &'static Operation,
        filter: &EventFilter,
        upcoming: bool,
        page: PageRequest,
    ) -> Result<Lasting<Page<PublicEvent>>> {
        self.handle.read(operation, |reading| {
            let found = select(reading, filter, upcoming, EventOrder::default(), page)?;
            let mut until = next_change(&found.items, reading.now);
            if upcoming && found.page > 1 {
                // An event of an earlier page may begin first and move this one.
                let first = select(reading, filter, true, EventOrder::default(), PageRequest::default())?;
                until = until.into_iter().chain(next_change(&first.items, reading.now)).min();
            }
            let value = found.map(|event| seen(event, &reading.settings, reading.now));
            Ok(Lasting { value, revision: Revision::from(&reading.standing), until })
        })
    }
}

impl TenantHandle {
    /// The slug of an event that the public may have heard of by its number, for the sign-up addresses of the earlier application: one
    /// that was confirmed or published at some time, and is no draft. Whether anybody may sign up is the page's to say.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`]; [`Error::FeatureDisabled`]; [`Error::TenantInactive`].
    pub fn sign_up_slug(&self, event: EventId) -> Result<EventSlug> {
        self.read(&PUBLIC_EVENTS_GET, |reading| {
            let sql = "SELECT slug FROM events WHERE id = ?1 AND slug_frozen = 1 AND status <> 'draft'";
            reading.transaction.first(sql, params![event], |row| row.get("slug"))?.ok_or(Error::EventNotFound)
        })
    }
}

fn seen(event: Event, settings: &Settings, now: DateTime<Utc>) -> PublicEvent {
    PublicEvent { sign_up_open: event.sign_up_open(now), district: settings.district.clone(), event }
}

/// When the first of these events begins or stops taking people.
pub(super) fn next_change(events: &[Event], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    events.iter().flat_map(|event| [event.starts_at.instant, event.sign_up_ends()]).filter(|instant| *instant >= now).min()
}
