//! The calendar: events that overlap a range of time, and the feeds that calendar programs read (E6, FR-SELFSERV-204).
//!
//! ```
//! # use polaris_core::{Actor, CalendarQuery, NewEvent, NewTenant, Polaris};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! kckps.events().create(NewEvent {
//!     title: "Career Day".into(),
//!     starts_at: "2027-03-04T09:00".into(),
//!     location: "Main gym".into(),
//!     ..NewEvent::default()
//! })?;
//! let march = CalendarQuery { date: Some("2027-03-01".into()), ..CalendarQuery::default() };
//! let item = &kckps.calendar().get(&march)?.items[0];
//! assert_eq!((item.colour(), item.ends_at.to_rfc3339()), ("#6c757d", "2027-03-04T10:00:00-06:00".to_owned()));
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod feeds;
mod file;
mod public;
mod query;
mod range;

pub(crate) use feeds::end_feeds;
pub use feeds::{CalendarFeed, CreatedFeed, NewCalendarFeed};
pub use file::CalendarFile;
pub use public::PublicCalendar;
pub use query::CalendarQuery;
pub use range::{Agenda, CalendarItem, CalendarSource};

use super::handle::TenantHandle;

/// The calendar of a tenant; see [`TenantHandle::calendar`].
pub struct Calendar<'a> {
    handle: &'a TenantHandle,
}

impl<'a> Calendar<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }

    /// The secret addresses at which calendar programs read it: create, list, revoke.
    #[must_use]
    pub fn feeds(&self) -> feeds::Feeds<'a> {
        feeds::Feeds { handle: self.handle }
    }
}
