//! Recruitment: which events need volunteers, who would suit one, and who is left out.

use std::sync::Arc;

use polaris_core as core;
use pyo3::prelude::*;

use super::roster::EventBrief;
use super::volunteer::Volunteer;
use crate::args;
use crate::errors::run_by;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::time::Instant;
use crate::value::{Of, value};

/// Recruitment of a tenant. An event is named by number or slug.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Recruitment(pub(super) Arc<core::TenantHandle>);

impl Recruitment {
    fn candidates_of(&self, event: &Bound<'_, PyAny>) -> PyResult<Listing> {
        let event = args::event_ref(event)?;
        Ok(Listing::by::<_, _, Candidate>(&self.0, move |tenant, page| tenant.recruitment().candidates(event.clone(), page)))
    }

    fn left_out_of(&self, event: &Bound<'_, PyAny>) -> PyResult<Listing> {
        let event = args::event_ref(event)?;
        Ok(Listing::by::<_, _, LeftOut>(&self.0, move |tenant, page| tenant.recruitment().left_out(event.clone(), page)))
    }
}

#[pymethods]
impl Recruitment {
    /// The draft, confirmed and published events that have not begun and need more volunteers, the most urgent first, a page at a time; and
    /// how many there are in all.
    #[pyo3(signature = (**given), text_signature = "($self, *, page=1, per_page=20)")]
    fn dashboard(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Dashboard> {
        let mut given = Given::new(py, given);
        let page = given.page()?;
        given.none_left()?;
        run_by(py, &*self.0, || self.0.recruitment().dashboard(page))
    }

    /// Who may be asked to an event, the best suited first, each with why, a page at a time. Equal scores come in the order of who was last
    /// asked: never, then longest ago; then by last and first name, then by number.
    #[pyo3(signature = (event, **given), text_signature = "($self, event, *, page=1, per_page=20)")]
    fn candidates(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        let listing = self.candidates_of(event)?;
        Listing::page(py, given, |_| Ok(listing))
    }

    /// As candidates, one after the other.
    #[pyo3(signature = (event, **given), text_signature = "($self, event, *, per_page=100)")]
    fn iterate_candidates(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        let listing = self.candidates_of(event)?;
        Listing::items(py, given, |_| Ok(listing))
    }

    /// Who is no candidate for an event, each with every reason, by last and first name, a page at a time.
    #[pyo3(signature = (event, **given), text_signature = "($self, event, *, page=1, per_page=20)")]
    fn left_out(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        let listing = self.left_out_of(event)?;
        Listing::page(py, given, |_| Ok(listing))
    }

    /// As left_out, one after the other.
    #[pyo3(signature = (event, **given), text_signature = "($self, event, *, per_page=100)")]
    fn iterate_left_out(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        let listing = self.left_out_of(event)?;
        Listing::items(py, given, |_| Ok(listing))
    }
}

value! {
    /// The events that need volunteers, and how many there are.
    Dashboard [totals, events] {
        /// Of all of them, not only this page's.
        totals: DashboardTotals,
        /// This page's, by level, then score, then start, then number.
        events: Vec<DashboardEvent>,
        /// Which page this is, from 1.
        page: u32,
        /// Events on a full page.
        per_page: u32,
        /// How many pages there are.
        total_pages: u32,
    }
}

impl From<core::Dashboard> for Dashboard {
    fn from(dashboard: core::Dashboard) -> Self {
        let core::Dashboard { events, totals } = dashboard;
        let (page, per_page, total_pages) = (events.page, events.per_page, events.total_pages());
        Self { totals: totals.into(), events: Of::of(events.items), page, per_page, total_pages }
    }
}

impl Of<core::Dashboard> for Dashboard {
    fn of(dashboard: core::Dashboard) -> Self {
        dashboard.into()
    }
}

value! {
    /// How many events need volunteers, and how many of them.
    DashboardTotals from core::DashboardTotals [events, critical, warning, on_track, open_places] {
        /// Events that need volunteers.
        events: u32,
        /// Those that are critical.
        critical: u32,
        /// Those that are a warning.
        warning: u32,
        /// Those that are on track.
        on_track: u32,
        /// Volunteers still missing at all of them.
        open_places: u32,
    }
}

value! {
    /// An event that needs volunteers.
    DashboardEvent from core::DashboardEvent [event, days, fill_percent, score, level] {
        /// The event.
        event: EventBrief,
        /// What kind of event it is.
        event_type: Option<String>,
        /// How many volunteers it needs.
        volunteers_needed: u32,
        /// How many are confirmed or attended.
        volunteers_registered: u32,
        /// Days from today to its start, by the tenant's calendar.
        days: i64,
        /// How much of the need is covered, in percent, rounded down.
        fill_percent: u32,
        /// How urgent it is: 15 (far off, nearly full) to 150 (today, empty).
        score: u8,
        /// `critical`, `warning` or `on_track`.
        level: String,
    }
}

value! {
    /// Somebody who may be asked to an event. Personal: repr shows no names and no addresses.
    Candidate from core::Candidate [score, parts, attended] {
        /// The volunteer.
        volunteer: Volunteer,
        /// 0 to 100: the parts together.
        score: u8,
        /// The points, part by part.
        parts: ScoreParts,
        /// Why, a line for each part in their order: `attended 3 events (+15)`.
        reasons: Vec<String>,
        /// How many events they attended.
        attended: u32,
        /// When the last of them began (UTC).
        last_attended_at: Option<Instant>,
        /// When they were last asked to an event (UTC), if they ever were.
        last_asked_at: Option<Instant>,
    }
}

value! {
    /// The points of a candidate, part by part.
    ScoreParts from core::ScoreParts [history, recency, skills, proximity, availability] {
        /// For events attended.
        history: u8,
        /// For how long ago the last one was.
        recency: u8,
        /// For skills the event wants.
        skills: u8,
        /// For living near the event's school.
        proximity: u8,
        /// For being free then.
        availability: u8,
    }
}

value! {
    /// Somebody who is no candidate for an event. Personal: repr shows no names.
    LeftOut from core::LeftOut [volunteer_id, reasons, roster_status] {
        /// The volunteer's number.
        volunteer_id: i64,
        /// Their first name.
        first_name: String,
        /// Their last name.
        last_name: String,
        /// All of `inactive`, `do_not_contact`, `unreachable` (neither e-mail nor phone), `on_roster` (and did not decline) that apply.
        reasons: Vec<String>,
        /// How they stand on the event's roster, if they are on it.
        roster_status: Option<String>,
    }
}

value! {
    /// What the parts of a candidate's score count for, together 100.
    Weights from core::Weights [history, recency, skills, proximity, availability] {
        /// Events attended.
        history: u8,
        /// How long ago the last one was.
        recency: u8,
        /// Skills the event wants.
        skills: u8,
        /// How near the event's school they live.
        proximity: u8,
        /// Whether they are free then.
        availability: u8,
    }
}
