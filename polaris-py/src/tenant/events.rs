//! The events of a tenant.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::EventFilter;
use polaris_core::types::{EventOrder, EventStatus, EventType};
use pyo3::prelude::*;

use super::event::Event;
use crate::args;
use crate::draft::Clock;
use crate::errors::run;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::value::Of;

/// The events of a tenant.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Events(pub(super) Arc<core::TenantHandle>);

impl Events {
    fn filtered(given: &mut Given<'_>) -> PyResult<(EventFilter, EventOrder)> {
        let filter = EventFilter {
            q: given.text("q")?,
            statuses: given.words("statuses", EventStatus::parse)?,
            school: given.text("school")?,
            needs_volunteers: given.flag("needs_volunteers")?,
            ..filter(given)?
        };
        Ok((filter, given.word("order", EventOrder::parse)?.unwrap_or_default()))
    }

    fn listing(&self, given: &mut Given<'_>) -> PyResult<Listing> {
        let ((filter, order), tenant) = (Self::filtered(given)?, Arc::clone(&self.0));
        Ok(Listing::of::<_, Event>(move |page| tenant.events().list(&filter, order, page)))
    }
}

#[pymethods]
impl Events {
    /// Creates an event as a draft. A time without an offset, as text or datetime, is in the tenant's zone (where clocks show it twice the
    /// earlier one; with fold=1 the later); a registration_deadline that is a bare date means the end of that day.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, title, starts_at, location, ends_at=None, time_zone=None, description=None, event_type=None, \
            format=None, school=None, volunteers_needed=None, wanted_skills=None, registration_deadline=None, additional_info=None)"
    )]
    fn create(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Event> {
        let draft: core::NewEvent = Given::new(py, given).draft_by(&Clock(Some(&self.0)))?;
        run(py, || self.0.events().create(draft)).map(Event::from)
    }

    /// Publishes an event, by number: from now on the public sees it.
    fn publish(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<Event> {
        let event = args::event_id(event)?;
        run(py, || self.0.events().publish(event)).map(Event::from)
    }

    /// One event, by number or slug.
    fn get(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<Event> {
        let event = args::event_ref(event)?;
        run(py, || self.0.events().get(event)).map(Event::from)
    }

    /// Events, a page at a time. q: words that title, description or location hold, whole or their beginning, whatever their case and
    /// accents; school: its name or alias; needs_volunteers: True for those that have yet to begin and still need some, False for all
    /// others. Dates are local to the tenant and inclusive; the order is start, title, status or created, with a "-" before it for
    /// descending.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, q=None, statuses=None, event_type=None, school=None, from_date=None, to_date=None, \
            needs_volunteers=None, order='start', page=1, per_page=20)"
    )]
    fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |given| self.listing(given))
    }

    /// As list, one after the other.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, q=None, statuses=None, event_type=None, school=None, from_date=None, to_date=None, \
            needs_volunteers=None, order='start', per_page=100)"
    )]
    fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |given| self.listing(given))
    }

    /// As list, all of them as they were at one moment.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, q=None, statuses=None, event_type=None, school=None, from_date=None, to_date=None, \
            needs_volunteers=None, order='start')"
    )]
    fn list_all(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Vec<Event>> {
        let mut given = Given::new(py, given);
        let (filter, order) = Self::filtered(&mut given)?;
        given.none_left()?;
        run(py, || self.0.events().list_all(&filter, order)).map(Of::of)
    }
}

/// What all lists of events can be narrowed by.
pub(super) fn filter(given: &mut Given<'_>) -> PyResult<EventFilter> {
    Ok(EventFilter {
        event_type: given.word("event_type", EventType::parse)?,
        from_date: given.date("from_date")?,
        to_date: given.date("to_date")?,
        ..EventFilter::default()
    })
}
