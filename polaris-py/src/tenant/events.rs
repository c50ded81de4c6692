//! The events of a tenant.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::EventFilter;
use polaris_core::types::{EventOrder, EventStatus, EventType};
use pyo3::prelude::*;

use super::event::{ChangedEvent, Event};
use crate::args;
use crate::errors::run;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::value::Of;

/// The events of a tenant. An event is named by number or slug.
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
    /// Creates an event as a draft. A time without an offset, as text or datetime, is in time_zone or else the tenant's zone (where clocks
    /// show it twice the earlier one; with fold=1 the later); a registration_deadline that is a bare date means the end of that day.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, title, starts_at, location, ends_at=None, time_zone=None, description=None, event_type=None, \
            format=None, school=None, volunteers_needed=None, wanted_skills=None, registration_deadline=None, additional_info=None)"
    )]
    fn create(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Event> {
        let given = Given::new(py, given);
        let clock = given.clock(&self.0, None)?;
        let draft: core::NewEvent = given.draft_by(&clock)?;
        run(py, || self.0.events().create(draft)).map(Event::from)
    }

    /// Changes what is given and keeps the rest, until the event is completed or cancelled; None clears all but title, start and location.
    /// With the version that was read, only if it is still the present one. Times without an offset are in the event's own zone, or in
    /// time_zone if that is given. Where start, end, location, school or format change, those who are confirmed or waitlisted are told,
    /// unless notify=False.
    #[pyo3(
        signature = (event, **given),
        text_signature = "($self, event, *, version=None, title=..., starts_at=..., ends_at=..., time_zone=..., location=..., \
            description=..., event_type=..., format=..., school=..., volunteers_needed=..., wanted_skills=..., \
            registration_deadline=..., additional_info=..., notify=True)"
    )]
    fn edit(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<ChangedEvent> {
        let (event, mut given) = (args::event_ref(event)?, Given::new(py, given));
        let version = given.version()?;
        let clock = given.clock(&self.0, Some(&event))?;
        let edit: core::EventEdit = given.draft_by(&clock)?;
        run(py, || self.0.events().edit(event, edit, version)).map(ChangedEvent::from)
    }

    /// Confirms a draft: it takes place, and its slug stays.
    fn confirm(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<Event> {
        let event = args::event_ref(event)?;
        run(py, || self.0.events().confirm(event)).map(Event::from)
    }

    /// Makes a confirmed event a draft again.
    fn return_to_draft(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<Event> {
        let event = args::event_ref(event)?;
        run(py, || self.0.events().return_to_draft(event)).map(Event::from)
    }

    /// Publishes a draft or a confirmed event: from now on the public sees it.
    fn publish(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<Event> {
        let event = args::event_ref(event)?;
        run(py, || self.0.events().publish(event)).map(Event::from)
    }

    /// Takes a published event off the public list. It stays confirmed: it takes place, and whoever has its address may sign up.
    fn unpublish(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<Event> {
        let event = args::event_ref(event)?;
        run(py, || self.0.events().unpublish(event)).map(Event::from)
    }

    /// Completes a confirmed or published event that has begun: it has taken place. Final.
    fn complete(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<Event> {
        let event = args::event_ref(event)?;
        run(py, || self.0.events().complete(event)).map(Event::from)
    }

    /// Cancels an event, for good. Everyone invited, confirmed or waitlisted is told, with the reason; the note is for those who manage
    /// events, and with the reason "other" it has at least 10 characters.
    #[pyo3(signature = (event, **given), text_signature = "($self, event, *, reason=None, note=None)")]
    fn cancel(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<ChangedEvent> {
        let event = args::event_ref(event)?;
        let cancellation: core::NewCancellation = Given::new(py, given).draft()?;
        run(py, || self.0.events().cancel(event, cancellation)).map(ChangedEvent::from)
    }

    /// Copies an event in whatever status to a new date, as a draft with nobody on its roster. A bare date keeps the time of day; a time
    /// without an offset is in the event's own zone. End and registration deadline keep their distance from the start.
    #[pyo3(signature = (event, **given), text_signature = "($self, event, *, starts_at)")]
    fn duplicate(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Event> {
        let (event, mut given) = (args::event_ref(event)?, Given::new(py, given));
        let clock = given.clock(&self.0, Some(&event))?;
        let starts_at = given.take("starts_at")?.map(|value| args::moment_or_date("starts_at", &value, &clock)).transpose()?;
        given.none_left()?;
        let copy = core::NewDuplicate { starts_at: starts_at.unwrap_or_default() };
        run(py, || self.0.events().duplicate(event, copy)).map(Event::from)
    }

    /// One event.
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
