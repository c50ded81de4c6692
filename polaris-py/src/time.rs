//! Moments as Python knows them: aware `datetime`s, by the clocks of the event's or the tenant's zone, or in UTC.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};
use polaris_core as core;
use polaris_core::types::{LocalTime, TimeZone};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDate, PyDateTime, PyDelta, PyDict, PyTzInfo};
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

/// A day, local to the tenant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Day(NaiveDate);

impl<'py> IntoPyObject<'py> for Day {
    type Target = PyDate;
    type Output = Bound<'py, PyDate>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let small = |number: u32| u8::try_from(number).unwrap_or_default();
        PyDate::new(py, self.0.year(), small(self.0.month()), small(self.0.day()))
    }
}

/// An instant, by the clock of a tenant's zone where it is known, else in UTC. The offset is a fixed one, not the zone's: what two such
/// moments are apart, and which is earlier, is right across changes of clocks too.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Instant {
    at: DateTime<Utc>,
    #[serde(with = "zone_name")]
    zone: Option<TimeZone>,
}

impl PartialEq for Instant {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Instant {}

impl Hash for Instant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.at.hash(state);
    }
}

impl<'py> IntoPyObject<'py> for Instant {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let utc = self.at.naive_utc();
        let Some(zone) = self.zone else { return with_zone(py, utc, &*PyTzInfo::utc(py)?, false) };
        let moment = LocalTime::from_instant(self.at, zone);
        let ahead = moment.local - moment.instant.naive_utc();
        let offset = PyDelta::new(py, 0, i32::try_from(ahead.num_seconds()).unwrap_or_default(), 0, true)?;
        with_zone(py, utc.checked_add_signed(ahead).unwrap_or(utc), &PyTzInfo::fixed_offset(py, offset)?, false)
    }
}

shown_as! {
    NaiveDate: Day = Day;
    DateTime<Utc>: Instant = |at| Instant { at, zone: None };
    LocalTime: Moment = Moment;
}

/// Zones by name, in pickles.
mod zone_name {
    use polaris_core::types::TimeZone;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(zone: &Option<TimeZone>, serializer: S) -> Result<S::Ok, S::Error> {
        zone.map(TimeZone::name).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TimeZone>, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?;
        name.map(|name| TimeZone::parse(&name).map_err(|problem| serde::de::Error::custom(problem.message))).transpose()
    }
}

/// What the core gives of a tenant is shown by the tenant's clocks, what it gives of the platform in UTC.
pub(crate) trait Clocks {
    fn zone(&self) -> Option<TimeZone>;
}

impl Clocks for core::TenantHandle {
    /// What was done is done, so that it can't fail on this: UTC is right as well.
    fn zone(&self) -> Option<TimeZone> {
        self.time_zone().ok()
    }
}

impl Clocks for core::Platform {
    fn zone(&self) -> Option<TimeZone> {
        None
    }
}

/// What holds instants, or might.
pub(crate) trait Local: Sized {
    /// Has them shown by the clocks of a zone.
    fn show_in(&mut self, _: TimeZone) {}

    fn by_clocks(mut self, zone: Option<TimeZone>) -> Self {
        zone.into_iter().for_each(|zone| self.show_in(zone));
        self
    }
}

impl Local for Instant {
    fn show_in(&mut self, zone: TimeZone) {
        self.zone = Some(zone);
    }
}

impl<T: Local> Local for Option<T> {
    fn show_in(&mut self, zone: TimeZone) {
        self.iter_mut().for_each(|value| value.show_in(zone));
    }
}

impl<T: Local> Local for Vec<T> {
    fn show_in(&mut self, zone: TimeZone) {
        self.iter_mut().for_each(|value| value.show_in(zone));
    }
}

impl<K, V: Local> Local for BTreeMap<K, V> {
    fn show_in(&mut self, zone: TimeZone) {
        self.values_mut().for_each(|value| value.show_in(zone));
    }
}

impl<A: Local, B: Local> Local for (A, B) {
    fn show_in(&mut self, zone: TimeZone) {
        self.0.show_in(zone);
        self.1.show_in(zone);
    }
}

macro_rules! timeless {
    ($($type:ty)*) => {
        $(impl $crate::time::Local for $type {})*
    };
}
pub(crate) use timeless;

timeless! { bool u8 u32 u64 i64 usize String &'static str PathBuf Moment Day }

macro_rules! shows_local {
    ($name:ident { $($field:ident)* }) => {
        impl $crate::time::Local for $name {
            fn show_in(&mut self, zone: polaris_core::types::TimeZone) {
                $($crate::time::Local::show_in(&mut self.$field, zone);)*
            }
        }
    };
}
pub(crate) use shows_local;

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
