//! The events of a tenant.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::types::{EventOrder, EventStatus, EventType, LocalTime};
use polaris_core::{EventFilter, NewEvent};
use pyo3::prelude::*;

use super::event::Event;
use crate::args::{self, Given, Unknown};
use crate::errors::run;
use crate::fork::detached;
use crate::page::Page;

/// The events of a tenant.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Events(pub(super) Arc<core::TenantHandle>);

impl Events {
    /// A local time of the tenant's, where clocks show it twice the later one. Where it can't be told, the operation that gets the text
    /// says why.
    fn later(&self, py: Python<'_>, text: &str) -> String {
        let settings = detached(py, || self.0.settings());
        let moment =
            settings.ok().zip(text.parse().ok()).and_then(|(settings, local)| LocalTime::from_local_later(local, settings.time_zone).ok());
        moment.map_or_else(|| text.to_owned(), |moment| moment.to_rfc3339())
    }
}

#[pymethods]
impl Events {
    /// Creates an event as a draft. A time without an offset, as text or datetime, is in the tenant's zone (where clocks show it twice the
    /// earlier one; with fold=1 the later); a registration_deadline
    /// that is a bare date means the end of that day.
    #[pyo3(
        signature = (
            *, title = None, starts_at = None, location = None, ends_at = None, description = None, event_type = None, format = None,
            school = None, volunteers_needed = None, wanted_skills = None, registration_deadline = None, additional_info = None, **unknown
        ),
        text_signature = "($self, *, title, starts_at, location, ends_at=None, description=None, event_type=None, format=None, \
            school=None, volunteers_needed=None, wanted_skills=None, registration_deadline=None, additional_info=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "each is an argument in Python")]
    fn create(
        &self,
        py: Python<'_>,
        title: Given<'_>,
        starts_at: Given<'_>,
        location: Given<'_>,
        ends_at: Given<'_>,
        description: Given<'_>,
        event_type: Given<'_>,
        format: Given<'_>,
        school: Given<'_>,
        volunteers_needed: Given<'_>,
        wanted_skills: Given<'_>,
        registration_deadline: Given<'_>,
        additional_info: Given<'_>,
        unknown: Option<Unknown<'_>>,
    ) -> PyResult<Event> {
        args::none_unknown(py, &unknown)?;
        let later = |text: &str| self.later(py, text);
        let draft = NewEvent {
            title: args::required_text("title", &title)?,
            starts_at: args::optional_moment("starts_at", &starts_at, &later)?.unwrap_or_default(),
            ends_at: args::optional_moment("ends_at", &ends_at, &later)?,
            location: args::required_text("location", &location)?,
            description: args::optional_text("description", &description)?,
            event_type: args::optional_text("event_type", &event_type)?,
            format: args::optional_text("format", &format)?,
            school: args::optional_text("school", &school)?,
            volunteers_needed: volunteers_needed.map(|number| args::whole("volunteers_needed", &number)).transpose()?,
            wanted_skills: args::texts("wanted_skills", &wanted_skills)?,
            registration_deadline: registration_deadline
                .map(|deadline| args::moment_or_date("registration_deadline", &deadline, &later))
                .transpose()?,
            additional_info: args::optional_text("additional_info", &additional_info)?,
        };
        run(py, || self.0.events().create(draft)).map(Event::of)
    }

    /// Publishes an event, by number: from now on the public sees it.
    fn publish(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<Event> {
        let event = args::event_id(event)?;
        run(py, || self.0.events().publish(event)).map(Event::of)
    }

    /// One event, by number or slug.
    fn get(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<Event> {
        let event = args::event_ref(event)?;
        run(py, || self.0.events().get(event)).map(Event::of)
    }

    /// Events, a page at a time. Dates are local to the tenant and inclusive; the order is start, title, status or created, with a "-"
    /// before it for descending.
    #[pyo3(
        signature = (
            *, statuses = None, event_type = None, from_date = None, to_date = None, order = None, page = None, per_page = None, **unknown
        ),
        text_signature = "($self, *, statuses=None, event_type=None, from_date=None, to_date=None, order='start', page=1, per_page=20)"
    )]
    #[allow(clippy::too_many_arguments, reason = "each is an argument in Python")]
    fn list(
        &self,
        py: Python<'_>,
        statuses: Given<'_>,
        event_type: Given<'_>,
        from_date: Given<'_>,
        to_date: Given<'_>,
        order: Given<'_>,
        page: Given<'_>,
        per_page: Given<'_>,
        unknown: Option<Unknown<'_>>,
    ) -> PyResult<Page> {
        args::none_unknown(py, &unknown)?;
        let filter = filter(&statuses, &event_type, &from_date, &to_date)?;
        let order = args::word("order", &order, EventOrder::parse)?.unwrap_or_default();
        let page = args::page(py, &page, &per_page)?;
        Page::of(py, run(py, || self.0.events().list(&filter, order, page))?, Event::of)
    }
}

pub(super) fn filter(statuses: &Given<'_>, event_type: &Given<'_>, from_date: &Given<'_>, to_date: &Given<'_>) -> PyResult<EventFilter> {
    Ok(EventFilter {
        statuses: args::words("statuses", statuses, EventStatus::parse)?,
        event_type: args::word("event_type", event_type, EventType::parse)?,
        from_date: args::date("from_date", from_date)?,
        to_date: args::date("to_date", to_date)?,
    })
}
