//! What a district's website sees.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::error::Problem;
use polaris_core::{EventFilter, PublicStatus};
use pyo3::prelude::*;

use super::api_keys::Quota;
use super::event::Event;
use super::events::filter;
use crate::args;
use crate::errors::run;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::time::Local as _;
use crate::value::value;

/// A tenant's public face, entered with a valid key. Obtain one for each request.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct PublicApi(pub(crate) Arc<core::PublicApi>);

impl PublicApi {
    fn listing(&self, given: &mut Given<'_>) -> PyResult<Listing> {
        let status = given.word("status", public_status)?.unwrap_or(PublicStatus::Published);
        let (api, filter) = (Arc::clone(&self.0), filter(given)?);
        Ok(Listing::of::<_, PublicEvent>(move |page| api.list(&status, &filter, page).map(|found| found.value)))
    }
}

#[pymethods]
impl PublicApi {
    /// What the key has left, this entry counted: a website is told of it in X-RateLimit-Limit, -Remaining and -Reset.
    #[getter]
    fn quota(&self) -> Quota {
        Quota::from(self.0.quota()).by_clocks(Some(self.0.settings().time_zone))
    }

    /// Events of one status ("published" or "completed"), by start. Dates are local to the tenant and inclusive.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, status='published', event_type=None, from_date=None, to_date=None, page=1, per_page=20)"
    )]
    fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |given| self.listing(given))
    }

    /// As list, one after the other.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, status='published', event_type=None, from_date=None, to_date=None, per_page=100)"
    )]
    fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |given| self.listing(given))
    }

    /// Published events that have not begun, by start.
    #[pyo3(signature = (**given), text_signature = "($self, *, event_type=None, page=1, per_page=20)")]
    fn upcoming(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |given| {
            let filter = EventFilter { event_type: given.word("event_type", core::types::EventType::parse)?, ..EventFilter::default() };
            let api = Arc::clone(&self.0);
            Ok(Listing::of::<_, PublicEvent>(move |page| api.upcoming(&filter, page).map(|found| found.value)))
        })
    }

    /// One published or completed event, by number or slug.
    fn get(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<PublicEvent> {
        let event = args::event_ref(event)?;
        run(py, || self.0.get(&event)).map(|found| found.value.into())
    }
}

fn public_status(name: &str) -> Result<PublicStatus, Problem> {
    match name {
        "published" => Ok(PublicStatus::Published),
        "completed" => Ok(PublicStatus::Completed),
        _ => Err(Problem::new("UNKNOWN_VALUE", "must be one of published, completed")),
    }
}

value! {
    /// An event as the public sees it.
    PublicEvent from core::PublicEvent [event, district, sign_up_open] {
        /// The event.
        event: Event,
        /// The district it belongs to.
        district: Option<String>,
        /// Whether people may sign up at the moment of asking.
        sign_up_open: bool,
    }
}
