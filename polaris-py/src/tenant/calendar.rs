//! E6: the calendar of a tenant, and the feeds that calendar programs read.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::types::FeedId;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::args;
use crate::errors::{run, run_by};
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::secret::FeedSecret;
use crate::time::{Instant, Moment};
use crate::value::value;

/// The calendar of a tenant.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Calendar(pub(super) Arc<core::TenantHandle>);

#[pymethods]
impl Calendar {
    /// What is in the calendar: this month, or the day, week (from Sunday on) or month that a date is in, or from start up to end, at most
    /// 400 days later. A date means its beginning. All in the tenant's zone, unless time_zone names another.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, view='month', date=None, start=None, end=None, time_zone=None)"
    )]
    fn get(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Agenda> {
        let mut given = Given::new(py, given);
        let clock = given.clock(&self.0, None)?;
        let mut moment = |name| given.take(name)?.map(|value| args::moment_or_date(name, &value, &clock)).transpose();
        let (start, end) = (moment("start")?, moment("end")?);
        let query = core::CalendarQuery {
            view: given.text("view")?,
            date: given.date("date")?.map(|date| date.to_string()),
            start,
            end,
            time_zone: given.text("time_zone")?,
        };
        given.none_left()?;
        run(py, || self.0.calendar().get(&query)).map(Agenda::from)
    }

    /// All events as an iCalendar file, from the beginning of the last school year on. public_url is where this installation is reached,
    /// for links to sign-up pages.
    #[pyo3(signature = (**given), text_signature = "($self, *, public_url=None)")]
    fn export(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<CalendarFile> {
        let public_url = public_url(Given::new(py, given))?;
        run(py, || self.0.calendar().export(public_url.as_deref())).map(CalendarFile::from)
    }

    /// The secret addresses at which calendar programs read all events.
    fn feeds(&self) -> CalendarFeeds {
        CalendarFeeds(Arc::clone(&self.0))
    }
}

/// Where this installation is reached, if that is said.
pub(crate) fn public_url(mut given: Given<'_>) -> PyResult<Option<String>> {
    let public_url = given.text("public_url")?;
    given.none_left()?;
    Ok(public_url)
}

/// The calendar feeds of a tenant.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct CalendarFeeds(Arc<core::TenantHandle>);

impl CalendarFeeds {
    fn listing(&self) -> Listing {
        Listing::by::<_, _, CalendarFeed>(&self.0, |tenant, page| tenant.calendar().feeds().list(page))
    }
}

#[pymethods]
impl CalendarFeeds {
    /// Makes a feed for oneself or, by admins, for another user (by number, e-mail or username), and gives its secret, this once. It shows
    /// what its user may see, and ends when they are deactivated.
    #[pyo3(signature = (**given), text_signature = "($self, *, name=None, user=None)")]
    fn create(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<CreatedFeed> {
        let mut given = Given::new(py, given);
        let named = |user: Bound<'_, PyAny>| match user.is_instance_of::<PyString>() {
            true => args::text("user", &user),
            false => args::number("user", &user).map(|number| number.to_string()),
        };
        let draft = core::NewCalendarFeed { name: given.text("name")?, user: given.take("user")?.map(named).transpose()? };
        given.none_left()?;
        run_by(py, &*self.0, || self.0.calendar().feeds().create(draft))
    }

    /// One's own feeds, the newest first, a page at a time; for admins everybody's.
    #[pyo3(signature = (**given), text_signature = "($self, *, page=1, per_page=20)")]
    fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |_| Ok(self.listing()))
    }

    /// As list, one after the other.
    #[pyo3(signature = (**given), text_signature = "($self, *, per_page=100)")]
    fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |_| Ok(self.listing()))
    }

    /// Ends a feed at once, by number. One's own; admins end anybody's.
    fn revoke(&self, py: Python<'_>, feed: &Bound<'_, PyAny>) -> PyResult<CalendarFeed> {
        let feed = FeedId::new(args::number("feed", feed)?);
        run_by(py, &*self.0, || self.0.calendar().feeds().revoke(feed))
    }
}

value! {
    /// What is in the calendar in a range of time.
    Agenda from core::Agenda [starts_at, ends_at, items] {
        /// The first moment of the range.
        starts_at: Moment,
        /// The first moment after it.
        ends_at: Moment,
        /// What overlaps it, by start; what only touches it doesn't.
        items: Vec<CalendarItem>,
    }
}

value! {
    /// One thing in the calendar. Numbers, no people.
    CalendarItem from core::CalendarItem [id, title, starts_at, status] {
        /// Whose it is: `tenant`, the tenant's own event.
        source: String,
        /// The event's number.
        id: i64,
        /// Its name in addresses.
        slug: String,
        /// What it is called.
        title: String,
        /// When it begins, in the zone that was asked for.
        starts_at: Moment,
        /// When it ends, in the same zone; 60 minutes after its start where nobody said.
        ends_at: Moment,
        /// The zone of the event itself.
        time_zone: String,
        /// `draft`, `confirmed`, `published`, `completed` or `cancelled`.
        status: String,
        /// What kind of event it is.
        event_type: Option<String>,
        /// `in_person` or `virtual`.
        format: String,
        /// Where it is.
        location: String,
        /// The school it is at.
        school: Option<String>,
        /// What it is about: the first 1,000 characters.
        description: Option<String>,
        /// How many volunteers are wanted; 0: no number was stated.
        volunteers_needed: u32,
        /// How many are confirmed or have attended.
        volunteers_registered: u32,
        /// Whether it had ended when it was asked for.
        is_past: bool,
    } {
        /// Its colour, as `#rrggbb`.
        #[getter]
        fn colour(&self) -> &'static str {
            core::types::EventStatus::parse(&self.status).map_or(core::types::HOST_EVENT_COLOUR, core::types::EventStatus::colour)
        }

        /// How many of the volunteers it needs it has, in percent, rounded down; None where no number was stated.
        #[getter]
        fn fill_percent(&self) -> Option<u64> {
            (u64::from(self.volunteers_registered) * 100).checked_div(u64::from(self.volunteers_needed))
        }
    }
}

value! {
    /// An iCalendar file.
    CalendarFile from core::CalendarFile [events] {
        /// The file (RFC 5545), with lines that end in CR LF.
        text: String,
        /// How many events are in it.
        events: usize,
    }
}

value! {
    /// A calendar feed, without its secret.
    CalendarFeed from core::CalendarFeed [id, name, user] {
        /// Its number, to revoke it by.
        id: i64,
        /// What it is for.
        name: String,
        /// The number of the user whose it is.
        user: i64,
        /// Their name.
        user_name: String,
        /// When it was made.
        created_at: Instant,
        /// When it was last read, to the hour.
        last_used_at: Option<Instant>,
    }
}

value! {
    secret
    /// A calendar feed just made.
    CreatedFeed from core::CreatedFeed [feed, secret] {
        /// The feed.
        feed: CalendarFeed,
        /// Its secret. Only its hash is stored: this is the one time it can be shown.
        secret: FeedSecret,
        /// The tenant whose events it shows, by slug.
        tenant: String,
    } {
        /// The path of its address on the server. As secret as the secret itself.
        fn path(&self) -> String {
            format!("/calendar/{}/{}.ics", self.tenant, self.secret.reveal())
        }
    }
}
