//! Moments as Python knows them: aware `datetime`s, in the event's zone or in UTC.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use polaris_core::types::{LocalTime, TimeZone};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDateTime, PyDelta, PyDict, PyTzInfo};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::shown_as;

/// A moment in a zone.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Moment(pub(crate) LocalTime);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.0.local, self.0.zone.name(), self.0.instant).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (local, zone, instant) = <(NaiveDateTime, String, DateTime<Utc>)>::deserialize(deserializer)?;
        let zone = TimeZone::parse(&zone).map_err(|problem| serde::de::Error::custom(problem.message))?;
        Ok(Self(LocalTime { local, zone, instant }))
    }
}

impl<'py> IntoPyObject<'py> for Moment {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;

    /// Python's zone data need not be the core's. The clock's digits and the instant are both kept whatever they say: where they don't
    /// agree on this moment, it gets a fixed offset instead of the zone.
    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let LocalTime { local, zone, instant } = self.0;
        let offset = i32::try_from((local - instant.naive_utc()).num_seconds()).unwrap_or_default();
        let offset = PyDelta::new(py, 0, offset, 0, true)?;
        if let Ok(zone) = zone_info(py, zone.name()) {
            for fold in [false, true] {
                let moment = with_zone(py, local, &zone, fold)?;
                if moment.call_method0("utcoffset")?.eq(&offset)? {
                    return Ok(moment);
                }
            }
        }
        with_zone(py, local, &PyTzInfo::fixed_offset(py, offset)?, false)
    }
}

/// An instant, given as a `datetime` in UTC.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Instant(pub(crate) DateTime<Utc>);

impl<'py> IntoPyObject<'py> for Instant {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        with_zone(py, self.0.naive_utc(), &*PyTzInfo::utc(py)?, false)
    }
}

shown_as! {
    DateTime<Utc>: Instant = Instant;
    LocalTime: Moment = Moment;
}

fn zone_info<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyTzInfo>> {
    static ZONE_INFO: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    // Python's own cache of them costs more than making the datetime. There are some hundred names, all the core's.
    static KNOWN: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let known = KNOWN.get_or_init(py, || PyDict::new(py).unbind()).bind(py);
    if let Some(zone) = known.get_item(name)? {
        return Ok(zone.cast_into()?);
    }
    // Imported by the first who asks: loading it takes longer than all of Polaris.
    let zone = ZONE_INFO.import(py, "zoneinfo", "ZoneInfo")?.call1((name,))?;
    known.set_item(name, &zone)?;
    Ok(zone.cast_into()?)
}

fn with_zone<'py>(py: Python<'py>, local: NaiveDateTime, zone: &Bound<'py, PyTzInfo>, fold: bool) -> PyResult<Bound<'py, PyDateTime>> {
    // All of these are in range by what they are: a month, a day, an hour…
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let (date, time) = (local.date(), local.time());
    PyDateTime::new_with_fold(
        py,
        date.year(),
        small(date.month()),
        small(date.day()),
        small(time.hour()),
        small(time.minute()),
        small(time.second()),
        time.nanosecond() % 1_000_000_000 / 1_000,
        Some(zone),
        fold,
    )
}
