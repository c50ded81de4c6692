//! Drafts from Python: whatever the core reads as a draft (`NewEvent`, `TenantEdit`, …) is read from a dict by its own description, so that
//! a new field of a draft needs nothing here. What can't be read is refused by its place: `districts[0].schools[1].level`.
//!
//! None stands for a field left out where the field can't be empty, and clears it in an edit. `UNSET` is as if the field weren't there.

use std::fmt;

use polaris_core as core;
use polaris_core::types::{EventRef, LocalTime, TimeZone};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDate, PyDict, PyFloat, PyInt, PyIterator, PyList, PyString};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use crate::args::{self, Entry, wrong};
use crate::errors::bad;
use crate::fork::detached;
use crate::unset::is_unset;

/// Reads a draft from the arguments by name.
pub(crate) fn read<T: DeserializeOwned>(given: &Bound<'_, PyDict>, clock: &Clock<'_>) -> PyResult<T> {
    let py = given.py();
    T::deserialize(Value { value: given.as_any(), place: "", name: "", clock, may_be_none: false })
        .map_err(|failure| failure.at(py, "draft"))
}

/// Reads a draft that is one argument, a dict.
pub(crate) fn read_one<T: DeserializeOwned>(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<T> {
    args::items(argument, value)?;
    // The core names places in it without the argument.
    let reader = Value { value, place: "", name: argument, clock: &Clock::NONE, may_be_none: false };
    T::deserialize(reader).map_err(|failure| failure.at(value.py(), argument))
}

/// An argument or field that doesn't exist.
pub(crate) fn unknown(py: Python<'_>, place: &str) -> PyErr {
    bad(py, place, "there is no such argument")
}

/// Whose clocks tell what a local time means.
pub(crate) struct Clock<'a> {
    tenant: Option<&'a core::TenantHandle>,
    zone: Zone,
}

/// The zone of a time.
pub(crate) enum Zone {
    Tenants,
    /// That of an event, which may be another.
    Events(EventRef),
    Given(TimeZone),
}

impl<'a> Clock<'a> {
    pub(crate) const NONE: Self = Self { tenant: None, zone: Zone::Tenants };

    pub(crate) fn of(tenant: &'a core::TenantHandle, zone: Zone) -> Self {
        Self { tenant: Some(tenant), zone }
    }

    /// A local time, where clocks show it twice the later one. Where it can't be told, the operation that gets the text says why.
    pub(crate) fn later(&self, py: Python<'_>, text: &str) -> String {
        let moment = self.zone(py).zip(text.parse().ok()).and_then(|(zone, local)| LocalTime::from_local_later(local, zone).ok());
        moment.map_or_else(|| text.to_owned(), |moment| moment.to_rfc3339())
    }

    fn zone(&self, py: Python<'_>) -> Option<TimeZone> {
        let tenant = self.tenant?;
        match &self.zone {
            Zone::Given(zone) => Some(*zone),
            Zone::Tenants => detached(py, || tenant.settings()).ok().map(|settings| settings.time_zone),
            Zone::Events(event) => detached(py, || tenant.events().get(event.clone())).ok().map(|event| event.starts_at.zone),
        }
    }
}

/// What a field of text takes beside text, by its name: the same name means the same everywhere.
fn as_text(name: &str, place: &str, value: &Bound<'_, PyAny>, clock: &Clock<'_>) -> PyResult<String> {
    match name {
        "starts_at" | "ends_at" | "attempted_at" => args::moment(place, value, clock),
        "registration_deadline" => args::moment_or_date(place, value, clock),
        "noted_on" => args::day(place, value),
        "link" => args::secret_text(place, value),
        _ => args::text(place, value),
    }
}

/// One value, and where it stands.
struct Value<'a, 'py> {
    value: &'a Bound<'py, PyAny>,
    /// The way to it, for messages.
    place: &'a str,
    /// The field it is for.
    name: &'a str,
    clock: &'a Clock<'a>,
    /// Whether None stands for an empty value: in fields, not in lists.
    may_be_none: bool,
}

/// Why a draft can't be read.
#[derive(Debug)]
enum Failure {
    /// Said in full.
    Python(PyErr),
    /// Said by the draft's own description, which doesn't know the place.
    Unplaced(String),
    UnknownField,
}

impl Failure {
    fn at(self, py: Python<'_>, place: &str) -> PyErr {
        match self {
            Self::Python(error) => error,
            Self::Unplaced(message) => bad(py, place, message),
            Self::UnknownField => unknown(py, place),
        }
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Failure {}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Unplaced(message.to_string())
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::UnknownField
    }
}

impl<'py> Value<'_, 'py> {
    fn empty(&self) -> bool {
        self.may_be_none && self.value.is_none()
    }

    fn wrong(&self, wanted: &str) -> Failure {
        wrong(self.place, wanted, self.value).into()
    }

    fn whole(&self) -> PyResult<i64> {
        args::whole(self.place, self.value)
    }

    fn at_least_0<T: TryFrom<i64>>(&self) -> PyResult<T> {
        T::try_from(self.whole()?).map_err(|_| bad(self.value.py(), self.place, "is too large, or below 0"))
    }

    fn entries(&self) -> PyResult<Vec<Entry<'py>>> {
        if let Ok(dict) = self.value.cast_exact::<PyDict>() {
            return Ok(dict.iter().collect());
        }
        args::items(self.place, self.value)
    }
}

macro_rules! whole_numbers {
    ($($deserialize:ident $visit:ident $read:ident;)*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            visitor.$visit(self.$read()?)
        })*
    };
}

impl<'de> de::Deserializer<'de> for Value<'_, '_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let value = self.value;
        match value {
            _ if value.is_none() => visitor.visit_unit(),
            _ if value.is_instance_of::<PyBool>() => self.deserialize_bool(visitor),
            _ if value.is_instance_of::<PyInt>() => visitor.visit_i64(self.whole()?),
            _ if value.is_instance_of::<PyFloat>() => visitor.visit_f64(value.extract()?),
            _ if value.is_instance_of::<PyString>() || value.is_instance_of::<PyDate>() => self.deserialize_string(visitor),
            _ if args::is_mapping(value) => self.deserialize_map(visitor),
            _ => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_bool(args::flag(self.place, self.value)?)
    }

    whole_numbers! {
        deserialize_i8 visit_i64 whole;
        deserialize_i16 visit_i64 whole;
        deserialize_i32 visit_i64 whole;
        deserialize_i64 visit_i64 whole;
        deserialize_u8 visit_u8 at_least_0;
        deserialize_u16 visit_u16 at_least_0;
        deserialize_u32 visit_u32 at_least_0;
        deserialize_u64 visit_u64 at_least_0;
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.empty() {
            return visitor.visit_string(String::new());
        }
        visitor.visit_string(as_text(self.name, self.place, self.value, self.clock)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.value.is_none() { visitor.visit_none() } else { visitor.visit_some(Self { may_be_none: false, ..self }) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let items = if self.empty() {
            PyList::empty(self.value.py()).try_iter()?
        } else if self.value.is_instance_of::<PyString>() || args::is_mapping(self.value) {
            return Err(self.wrong("a list"));
        } else {
            self.value.try_iter().map_err(|_| self.wrong("a list")).map_err(|failure| failure.at(self.value.py(), self.place))?
        };
        visitor.visit_seq(Items { items, of: &self, at: 0 })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let entries = if self.empty() { Vec::new() } else { self.entries()? };
        visitor.visit_map(Entries { entries: entries.into_iter(), of: &self, value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        let word = args::text(self.place, self.value)?;
        let word: StrDeserializer<'_, Failure> = word.as_str().into_deserializer();
        visitor.visit_enum(word).map_err(|failure| Failure::Python(failure.at(self.value.py(), self.place)))
    }

    serde::forward_to_deserialize_any! {
        f32 f64 i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// The items of a list.
struct Items<'a, 'v, 'py> {
    items: Bound<'py, PyIterator>,
    of: &'a Value<'v, 'py>,
    at: usize,
}

impl<'de> SeqAccess<'de> for Items<'_, '_, '_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        let (of, py) = (self.of, self.of.value.py());
        let Some(item) = self.items.next() else { return Ok(None) };
        if self.at == args::LONGEST_LIST {
            return Err(args::too_many(py, of.place).into());
        }
        let item = item.map_err(|error| args::caused(py, of.place, "can't be read as a list", error))?;
        let place = format!("{}[{}]", of.place, self.at);
        self.at += 1;
        let item = Value { value: &item, place: &place, name: of.name, clock: of.clock, may_be_none: false };
        seed.deserialize(item).map(Some).map_err(|failure| failure.at(py, &place).into())
    }
}

/// The fields of a draft, or the entries of a dict.
struct Entries<'a, 'v, 'py> {
    entries: std::vec::IntoIter<(Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    of: &'a Value<'v, 'py>,
    value: Option<(String, Bound<'py, PyAny>)>,
}

impl Entries<'_, '_, '_> {
    fn place(&self, key: &str) -> String {
        if self.of.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.of.place) }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_, '_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        let py = self.of.value.py();
        let Some((key, value)) = self.entries.find(|(_, value)| !is_unset(value)) else { return Ok(None) };
        let key = match args::text(if self.of.place.is_empty() { self.of.name } else { self.of.place }, &key) {
            // No argument's name is anything but text.
            Err(_) if self.of.name.is_empty() => return Err(unknown(py, &key.to_string()).into()),
            read => read?,
        };
        let place = self.place(&key);
        let read = seed.deserialize(key.as_str().into_deserializer()).map_err(|failure: Failure| match failure {
            Failure::UnknownField if !self.of.name.is_empty() => bad(py, &place, "there is no such field"),
            other => other.at(py, &place),
        })?;
        self.value = Some((key, value));
        Ok(Some(read))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        let py = self.of.value.py();
        let Some((key, value)) = self.value.take() else { return Err(Failure::Unplaced("has a value without a name".to_owned())) };
        let place = self.place(&key);
        let value = Value { value: &value, place: &place, name: &key, clock: self.of.clock, may_be_none: true };
        seed.deserialize(value).map_err(|failure| failure.at(py, &place).into())
    }
}
