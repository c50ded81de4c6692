//! Arguments by name. A method takes them as a dict and says in its text signature which there are, so that each is listed there, in the
//! stubs and where it is read, and nowhere else. An argument that is None or `UNSET` counts as left out, but for those of edits, which
//! None clears.

use std::path::PathBuf;

use chrono::NaiveDate;
use polaris_core as core;
use polaris_core::PageRequest;
use polaris_core::error::Problem;
use polaris_core::types::{EventRef, TimeZone};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::de::DeserializeOwned;

use crate::args;
use crate::draft::{self, Clock, Zone};
use crate::errors::{bad, exception};
use crate::unset::is_unset;

/// The arguments by name that a call was made with.
pub(crate) type Keywords<'py> = Bound<'py, PyDict>;

/// Arguments by name that have not been read yet.
pub(crate) struct Given<'py> {
    py: Python<'py>,
    left: Option<Keywords<'py>>,
}

impl<'py> Given<'py> {
    /// The dict is the call's own: what is read is taken out of it.
    pub(crate) fn new(py: Python<'py>, left: Option<Keywords<'py>>) -> Self {
        Self { py, left }
    }

    /// Takes an argument.
    pub(crate) fn take(&mut self, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(left) = &self.left else { return Ok(None) };
        let Some(value) = left.get_item(name)? else { return Ok(None) };
        left.del_item(name)?;
        Ok(Some(value).filter(|value| !value.is_none() && !is_unset(value)))
    }

    fn read<T>(&mut self, name: &str, read: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<T>) -> PyResult<Option<T>> {
        self.take(name)?.map(|value| read(&value)).transpose()
    }

    pub(crate) fn text(&mut self, name: &str) -> PyResult<Option<String>> {
        self.read(name, |value| args::text(name, value))
    }

    pub(crate) fn flag(&mut self, name: &str) -> PyResult<Option<bool>> {
        self.read(name, |value| args::flag(name, value))
    }

    pub(crate) fn whole(&mut self, name: &str) -> PyResult<Option<i64>> {
        self.read(name, |value| args::whole(name, value))
    }

    /// A whole number of a range.
    pub(crate) fn number(&mut self, name: &str, range: std::ops::RangeInclusive<u32>) -> PyResult<Option<u32>> {
        let py = self.py;
        self.read(name, |value| {
            let number = u32::try_from(args::whole(name, value)?).ok().filter(|number| range.contains(number));
            number.ok_or_else(|| bad(py, name, format!("must be a whole number from {} to {}", range.start(), range.end())))
        })
    }

    /// A word of one of the core's lists.
    pub(crate) fn word<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, Problem>) -> PyResult<Option<T>> {
        self.read(name, |value| args::word(name, value, parse))
    }

    /// Words of one of the core's lists: one as text, or several.
    pub(crate) fn words<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, Problem>) -> PyResult<Vec<T>> {
        Ok(self.read(name, |value| args::words(name, value, parse))?.unwrap_or_default())
    }

    /// Texts: several, or none.
    pub(crate) fn texts(&mut self, name: &str) -> PyResult<Vec<String>> {
        Ok(self.read(name, |value| args::several(name, value, |at, item| args::text(&format!("{name}[{at}]"), item)))?.unwrap_or_default())
    }

    /// A path.
    pub(crate) fn path(&mut self, name: &str) -> PyResult<Option<PathBuf>> {
        self.read(name, |value| args::path(name, value))
    }

    /// A local date.
    pub(crate) fn date(&mut self, name: &str) -> PyResult<Option<NaiveDate>> {
        self.read(name, |value| args::date(name, value))
    }

    /// Which page: `page` and `per_page`.
    pub(crate) fn page(&mut self) -> PyResult<PageRequest> {
        let page = self.whole("page")?.unwrap_or(1);
        self.per_page(page, PageRequest::PER_PAGE)
    }

    /// A page of the size that is asked for.
    pub(crate) fn per_page(&mut self, page: i64, otherwise: u32) -> PyResult<PageRequest> {
        let per_page = self.whole("per_page")?.unwrap_or_else(|| otherwise.into());
        PageRequest::new(page, per_page).map_err(|error| exception(self.py, &error))
    }

    /// The version that an edit is of, if the caller says so.
    pub(crate) fn version(&mut self) -> PyResult<Option<u32>> {
        self.number("version", 0..=u32::MAX)
    }

    /// By whose clocks local times are read: those of the zone that is given beside them, or else of the event that they are of, or else
    /// the tenant's.
    pub(crate) fn clock<'a>(&self, tenant: &'a core::TenantHandle, event: Option<&EventRef>) -> PyResult<Clock<'a>> {
        let said = self.left.as_ref().map(|left| left.get_item("time_zone")).transpose()?.flatten();
        let zone = match said.filter(|said| !is_unset(said)) {
            // One that is no zone is refused with the rest.
            Some(said) => args::word("time_zone", &said, TimeZone::parse).map_or(Zone::Tenants, Zone::Given),
            None => event.map_or(Zone::Tenants, |event| Zone::Events(event.clone())),
        };
        Ok(Clock::of(tenant, zone))
    }

    /// All that is left, as a draft of the core's.
    pub(crate) fn draft<T: DeserializeOwned>(self) -> PyResult<T> {
        self.draft_by(&Clock::NONE)
    }

    /// As [`Self::draft`], where moments may need to be told apart that clocks show twice.
    pub(crate) fn draft_by<T: DeserializeOwned>(self, clock: &Clock<'_>) -> PyResult<T> {
        let left = self.left.unwrap_or_else(|| PyDict::new(self.py));
        draft::read(&left, clock)
    }

    /// Refuses what is left: arguments by unknown names.
    pub(crate) fn none_left(self) -> PyResult<()> {
        match self.left.iter().flat_map(PyDictMethods::keys).next() {
            Some(name) => Err(draft::unknown(self.py, &name.to_string())),
            None => Ok(()),
        }
    }
}
