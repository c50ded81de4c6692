//! What a district's website sees.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::PublicStatus;
use polaris_core::error::Problem;
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::events::filter;
use crate::args::{self, Given, Unknown};
use crate::errors::run;
use crate::page::Page;
use crate::value::value;

/// A tenant's public face, entered with a valid key. Obtain one for each request.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct PublicApi(pub(crate) Arc<core::PublicApi>);

#[pymethods]
impl PublicApi {
    /// Events of one status ("published" or "completed"), by start. Dates are local to the tenant and inclusive.
    #[pyo3(
        signature = (*, status = None, event_type = None, from_date = None, to_date = None, page = None, per_page = None, **unknown),
        text_signature = "($self, *, status='published', event_type=None, from_date=None, to_date=None, page=1, per_page=20)"
    )]
    #[allow(clippy::too_many_arguments, reason = "each is an argument in Python")]
    fn list(
        &self,
        py: Python<'_>,
        status: Given<'_>,
        event_type: Given<'_>,
        from_date: Given<'_>,
        to_date: Given<'_>,
        page: Given<'_>,
        per_page: Given<'_>,
        unknown: Option<Unknown<'_>>,
    ) -> PyResult<Page> {
        args::none_unknown(py, &unknown)?;
        let status = args::word("status", &status, public_status)?.unwrap_or(PublicStatus::Published);
        let filter = filter(&None, &event_type, &from_date, &to_date)?;
        let page = args::page(py, &page, &per_page)?;
        Page::of(py, run(py, || self.0.list(&status, &filter, page))?.value, PublicEvent::of)
    }

    /// Published events that have not begun, by start.
    #[pyo3(
        signature = (*, event_type = None, page = None, per_page = None, **unknown),
        text_signature = "($self, *, event_type=None, page=1, per_page=20)"
    )]
    fn upcoming(
        &self,
        py: Python<'_>,
        event_type: Given<'_>,
        page: Given<'_>,
        per_page: Given<'_>,
        unknown: Option<Unknown<'_>>,
    ) -> PyResult<Page> {
        args::none_unknown(py, &unknown)?;
        let filter = filter(&None, &event_type, &None, &None)?;
        let page = args::page(py, &page, &per_page)?;
        Page::of(py, run(py, || self.0.upcoming(&filter, page))?.value, PublicEvent::of)
    }

    /// One published or completed event, by number or slug.
    fn get(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<PublicEvent> {
        let event = args::event_ref(event)?;
        run(py, || self.0.get(&event)).map(|found| PublicEvent::of(found.value))
    }
}

fn public_status(name: &str) -> Result<PublicStatus, Problem> {
    match name {
        "published" => Ok(PublicStatus::Published),
        "completed" => Ok(PublicStatus::Completed),
        _ => Err(Problem::new("UNKNOWN_VALUE", "must be one of published, completed")),
    }
}

/// An event as the public sees it.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct PublicEvent {
    /// The event.
    event: Event,
    /// The district it belongs to.
    district: Option<String>,
    /// Whether people may sign up at the moment of asking.
    sign_up_open: bool,
}

value!(PublicEvent[event, district, sign_up_open]);

impl PublicEvent {
    fn of(seen: core::PublicEvent) -> Self {
        Self { event: Event::of(seen.event), district: seen.district, sign_up_open: seen.sign_up_open }
    }
}
