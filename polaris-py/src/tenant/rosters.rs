//! The rosters of a tenant's events.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::RosterFilter;
use polaris_core::types::{EventRef, ParticipationStatus, RosterOrder};
use pyo3::prelude::*;

use super::roster::{Participation, Placed, RosterEntry, RosterTotals};
use crate::args;
use crate::errors::{run, run_by};
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};

/// The rosters of a tenant's events. An event is named by number or slug, a volunteer by number or e-mail address.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Rosters(pub(super) Arc<core::TenantHandle>);

impl Rosters {
    fn listing(&self, event: EventRef, given: &mut Given<'_>) -> PyResult<Listing> {
        let filter = RosterFilter { statuses: given.words("statuses", ParticipationStatus::parse)? };
        let order = given.word("order", RosterOrder::parse)?.unwrap_or_default();
        Ok(Listing::by::<_, _, RosterEntry>(&self.0, move |tenant, page| tenant.rosters().list(event.clone(), &filter, order, page)))
    }
}

#[pymethods]
impl Rosters {
    /// An event's roster, a page at a time. The order is name, status or created, with a "-" before it for descending.
    #[pyo3(signature = (event, **given), text_signature = "($self, event, *, statuses=None, order='name', page=1, per_page=20)")]
    fn list(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        let event = args::event_ref(event)?;
        Listing::page(py, given, |given| self.listing(event, given))
    }

    /// As list, one after the other.
    #[pyo3(signature = (event, **given), text_signature = "($self, event, *, statuses=None, order='name', per_page=100)")]
    fn iterate(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        let event = args::event_ref(event)?;
        Listing::items(py, given, |given| self.listing(event, given))
    }

    /// How many stand how on an event's roster, and their hours.
    fn totals(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<RosterTotals> {
        let event = args::event_ref(event)?;
        run_by(py, &*self.0, || self.0.rosters().totals(event))
    }

    /// One volunteer's place on an event's roster.
    fn get(&self, py: Python<'_>, event: &Bound<'_, PyAny>, volunteer: &Bound<'_, PyAny>) -> PyResult<Participation> {
        let (event, volunteer) = (args::event_ref(event)?, args::volunteer_ref(volunteer)?);
        run_by(py, &*self.0, || self.0.rosters().get(event, volunteer))
    }

    /// Puts an active volunteer on an event's roster, once, as invited or confirmed. Confirming on a full event is EventFull unless
    /// over_capacity is True.
    #[pyo3(
        signature = (event, **given),
        text_signature = "($self, event, *, volunteer_id, status=None, participation_type=None, notes=None, over_capacity=False)"
    )]
    fn assign(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Placed> {
        let (event, draft) = (args::event_ref(event)?, Given::new(py, given).draft()?);
        run_by(py, &*self.0, || self.0.rosters().assign(event, &draft))
    }

    /// Changes a place: status (which may follow which is in the documentation; attended and no_show only from the event's start on),
    /// participation_type, notes, minutes of one who attended. With the version that was read, only if it is still the present one.
    #[pyo3(
        signature = (event, volunteer, **given),
        text_signature = "($self, event, volunteer, *, version=None, status=..., participation_type=..., notes=..., minutes=..., \
            over_capacity=False)"
    )]
    fn edit(
        &self,
        py: Python<'_>,
        event: &Bound<'_, PyAny>,
        volunteer: &Bound<'_, PyAny>,
        given: Option<Keywords<'_>>,
    ) -> PyResult<Placed> {
        let (event, volunteer, mut given) = (args::event_ref(event)?, args::volunteer_ref(volunteer)?, Given::new(py, given));
        let version = given.version()?;
        let edit = given.draft()?;
        run_by(py, &*self.0, || self.0.rosters().edit(event, volunteer, &edit, version))
    }

    /// Takes a volunteer off an event's roster. Not while they count as attended.
    #[pyo3(signature = (event, volunteer, **given), text_signature = "($self, event, volunteer, *, version=None)")]
    fn remove(&self, py: Python<'_>, event: &Bound<'_, PyAny>, volunteer: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<()> {
        let (event, volunteer, mut given) = (args::event_ref(event)?, args::volunteer_ref(volunteer)?, Given::new(py, given));
        let version = given.version()?;
        given.none_left()?;
        run(py, || self.0.rosters().remove(event, volunteer, version))
    }
}
