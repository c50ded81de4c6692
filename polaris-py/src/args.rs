//! Reading arguments. What can't be read is a `BadRequest` that names the argument; what can be read but breaks a rule is the core's
//! to refuse, so numbers too large for the core are handed on as the largest it takes.

use std::path::PathBuf;
use std::time::Duration;

use chrono::NaiveDate;
use polaris_core as core;
use polaris_core::Caller;
use polaris_core::error::Problem;
use polaris_core::types::{EventId, EventRef, VolunteerId, VolunteerRef, parse_date};
use pyo3::exceptions::{PyException, PyOverflowError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDate, PyDateTime, PyDict, PyFloat, PyInt, PyString, PyType, PyTzInfo};

use crate::actor::{self, Actor, Context};
use crate::draft::Clock;
use crate::errors::bad;
use crate::secret;

/// An argument that may be left out; `None` when it was, or was `None`.
pub(crate) type Optional<'py> = Option<Bound<'py, PyAny>>;

/// A key and its value.
pub(crate) type Entry<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// A list given by a caller is read to this length at most; every list of the core's is far shorter.
pub(crate) const LONGEST_LIST: usize = 100_000;

/// Refuses a value of a wrong type.
pub(crate) fn wrong(argument: &str, wanted: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let given = value.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    bad(value.py(), argument, format!("must be {wanted}, not {given}"))
}

/// An argument with a problem that the core found.
pub(crate) fn refused(py: Python<'_>, argument: &str, problem: Problem) -> PyErr {
    bad(py, argument, problem.message)
}

/// Refuses a list that is longer than any can be.
pub(crate) fn too_many(py: Python<'_>, argument: &str) -> PyErr {
    bad(py, argument, format!("may have at most {LONGEST_LIST} items"))
}

/// Text.
pub(crate) fn text(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = value.cast::<PyString>().map_err(|_| wrong(argument, "text (str)", value))?;
    let unreadable = |_| bad(value.py(), argument, "holds half of a surrogate pair, which is no character");
    Ok(text.to_cow().map_err(unreadable)?.into_owned())
}

/// A secret, as text or as it was given out.
pub(crate) fn secret_text(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    secret::revealed(value).map_or_else(|| text(argument, value), Ok)
}

/// Text, or nothing.
pub(crate) fn optional_text(argument: &str, value: &Optional<'_>) -> PyResult<Option<String>> {
    value.as_ref().map(|value| text(argument, value)).transpose()
}

/// What a file holds: bytes, or text.
pub(crate) fn content(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if value.is_instance_of::<PyString>() {
        return text(argument, value).map(String::into_bytes);
    }
    let bytes = value.cast::<PyBytes>().map_err(|_| wrong(argument, "bytes or text (str)", value))?;
    Ok(bytes.as_bytes().to_owned())
}

/// A path.
pub(crate) fn path(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    let path: PathBuf = value.extract().map_err(|error| instead(value, error, || wrong(argument, "a path (str or os.PathLike)", value)))?;
    // The system would take it for the path's end.
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(bad(value.py(), argument, "holds a NUL character, which no path can"));
    }
    Ok(path)
}

/// A whole number.
pub(crate) fn whole(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = value.py();
    if value.is_instance_of::<PyBool>() {
        return Err(wrong(argument, "a whole number (int)", value));
    }
    match value.extract() {
        Ok(number) => Ok(number),
        Err(error) if error.is_instance_of::<PyOverflowError>(py) => Ok(if value.lt(0).unwrap_or(false) { i64::MIN } else { i64::MAX }),
        Err(error) if error.is_instance_of::<PyException>(py) => Err(wrong(argument, "a whole number (int)", value)),
        Err(error) => Err(error),
    }
}

/// A number that names something, such as a user. One that doesn't fit would name another.
pub(crate) fn number(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<i64> {
    match whole(argument, value)? {
        i64::MIN | i64::MAX => Err(wrong(argument, "a whole number of at most 64 bits", value)),
        number => Ok(number),
    }
}

/// A yes or no.
pub(crate) fn flag(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(value.cast::<PyBool>().map_err(|_| wrong(argument, "True or False", value))?.is_true())
}

/// A time in seconds.
pub(crate) fn seconds(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<Duration> {
    let number = value.is_instance_of::<PyFloat>() || (value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>());
    if !number {
        return Err(wrong(argument, "a number of seconds (float)", value));
    }
    let duration = value.extract().ok().filter(|seconds| (0.001..=86_400.0).contains(seconds)).map(Duration::from_secs_f64);
    duration.ok_or_else(|| bad(value.py(), argument, "must be a number of seconds from 0.001 to 86,400"))
}

/// Several of something, from any list, tuple, set or other iterable but text.
pub(crate) fn several<'py, T>(
    argument: &str,
    value: &Bound<'py, PyAny>,
    mut read: impl FnMut(usize, &Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    if value.is_instance_of::<PyString>() {
        return Err(wrong(argument, "a list", value));
    }
    let items = value.try_iter().map_err(|_| wrong(argument, "a list", value))?;
    let mut read_items = Vec::new();
    for (at, item) in items.enumerate() {
        if at == LONGEST_LIST {
            return Err(too_many(value.py(), argument));
        }
        let item = item.map_err(|error| caused(value.py(), argument, "can't be read as a list", error))?;
        read_items.push(read(at, &item)?);
    }
    Ok(read_items)
}

/// Whether this is a dict or another mapping. What fails on being asked is none; a cast would print the failure.
pub(crate) fn is_mapping(value: &Bound<'_, PyAny>) -> bool {
    static MAPPING: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let mapping = MAPPING.import(value.py(), "collections.abc", "Mapping");
    value.is_instance_of::<PyDict>() || mapping.is_ok_and(|mapping| value.is_instance(mapping).unwrap_or(false))
}

/// A mapping's items, in its order.
pub(crate) fn items<'py>(argument: &str, value: &Bound<'py, PyAny>) -> PyResult<Vec<Entry<'py>>> {
    if !is_mapping(value) {
        return Err(wrong(argument, "a dict", value));
    }
    let read = || value.call_method0("items")?.try_iter()?.take(LONGEST_LIST).map(|item| item?.extract()).collect::<PyResult<Vec<_>>>();
    let items = read().map_err(|error| caused(value.py(), argument, "can't be read as a dict", error))?;
    if items.len() == LONGEST_LIST { Err(too_many(value.py(), argument)) } else { Ok(items) }
}

/// Words of one of the core's lists: one as text, or several.
pub(crate) fn words<T>(argument: &str, value: &Bound<'_, PyAny>, parse: impl Fn(&str) -> Result<T, Problem>) -> PyResult<Vec<T>> {
    if value.is_instance_of::<PyString>() {
        return Ok(vec![word(argument, value, parse)?]);
    }
    several(argument, value, |at, item| word(&format!("{argument}[{at}]"), item, &parse))
}

/// One word of one of the core's lists.
pub(crate) fn word<T>(argument: &str, value: &Bound<'_, PyAny>, parse: impl FnOnce(&str) -> Result<T, Problem>) -> PyResult<T> {
    parse(&text(argument, value)?).map_err(|problem| refused(value.py(), argument, problem))
}

/// A moment: text, which is handed on, or a `datetime`; one without an offset means the tenant's zone.
pub(crate) fn moment(argument: &str, value: &Bound<'_, PyAny>, clock: &Clock<'_>) -> PyResult<String> {
    if value.is_instance_of::<PyString>() {
        return text(argument, value);
    }
    if !value.is_instance_of::<PyDateTime>() {
        return Err(wrong(argument, "a datetime or text such as 2027-03-04T09:00", value));
    }
    datetime_text(value, clock).map_err(|error| caused(value.py(), argument, "is a datetime whose time zone doesn't work", error))
}

/// As [`moment`], where a bare date has a meaning too.
pub(crate) fn moment_or_date(argument: &str, value: &Bound<'_, PyAny>, clock: &Clock<'_>) -> PyResult<String> {
    if is_date(value) { date_text(value) } else { moment(argument, value, clock) }
}

/// A local date.
pub(crate) fn date(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<NaiveDate> {
    parse_date(&day(argument, value)?).map_err(|problem| refused(value.py(), argument, problem))
}

/// Python's moments are dates as well.
fn is_date(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyDate>() && !value.is_instance_of::<PyDateTime>()
}

/// An aware moment is brought to UTC first, so that no offset is too odd to be written. The methods are those of the base classes,
/// whatever a subclass makes of them.
fn datetime_text(value: &Bound<'_, PyAny>, clock: &Clock<'_>) -> PyResult<String> {
    let py = value.py();
    let class = py.get_type::<PyDateTime>();
    let aware = !class.call_method1("utcoffset", (value,))?.is_none();
    let fold: u8 = class.getattr("fold")?.call_method1("__get__", (value,))?.extract()?;
    let value = if aware { class.call_method1("astimezone", (value, &*PyTzInfo::utc(py)?))? } else { value.clone() };
    let written: String = class.call_method1("isoformat", (value, "T", "seconds"))?.extract()?;
    // A tzinfo that says nothing of an offset is one to Python's `isoformat` as well: nothing is written then.
    Ok(if !aware && fold == 1 { clock.later(py, &written) } else { written })
}

fn date_text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    value.py().get_type::<PyDate>().call_method1("isoformat", (value,))?.extract()
}

/// Another exception for an ordinary one; what is none (an interrupt, an exit) goes on as it is.
pub(crate) fn instead(value: &Bound<'_, PyAny>, error: PyErr, other: impl FnOnce() -> PyErr) -> PyErr {
    if error.is_instance_of::<PyException>(value.py()) { other() } else { error }
}

/// A `BadRequest` with the exception that led to it; what is no ordinary exception (an interrupt, an exit) goes on as it is.
pub(crate) fn caused(py: Python<'_>, argument: &str, message: &str, cause: PyErr) -> PyErr {
    if !cause.is_instance_of::<PyException>(py) {
        return cause;
    }
    let error = bad(py, argument, message);
    error.set_cause(py, Some(cause));
    error
}

/// A local date as text, which is handed on, or as a date.
pub(crate) fn day(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    match value {
        value if value.is_instance_of::<PyString>() => text(argument, value),
        value if is_date(value) => date_text(value),
        _ => Err(wrong(argument, "a date or text such as 2027-03-04", value)),
    }
}

/// A volunteer by number or e-mail address.
pub(crate) fn volunteer_ref(value: &Bound<'_, PyAny>) -> PyResult<VolunteerRef> {
    if value.is_instance_of::<PyString>() {
        return Ok(VolunteerRef::parse(&text("volunteer", value)?));
    }
    Ok(VolunteerId::new(number("volunteer", value)?).into())
}

/// An event by number or slug.
pub(crate) fn event_ref(value: &Bound<'_, PyAny>) -> PyResult<EventRef> {
    if value.is_instance_of::<PyString>() {
        return Ok(EventRef::parse(&text("event", value)?));
    }
    Ok(EventRef::Id(event_id(value)?))
}

/// An event by number.
pub(crate) fn event_id(value: &Bound<'_, PyAny>) -> PyResult<EventId> {
    Ok(EventId::new(whole("event", value)?))
}

/// Who acts, in which request: an actor, or a caller as a session gives it. A context that is given goes before the caller's own.
pub(crate) fn caller(actor: &Bound<'_, PyAny>, context: &Optional<'_>) -> PyResult<Caller> {
    let caller = match actor.cast::<Actor>() {
        Ok(actor) => Caller::from(actor.get().core().clone()),
        Err(_) => actor.cast::<actor::Caller>().map_err(|_| wrong("actor", "a polaris.Actor or polaris.Caller", actor))?.get().to_core(),
    };
    Ok(if context.is_some() { caller.within(request(context)?) } else { caller })
}

/// In which request.
pub(crate) fn request(context: &Optional<'_>) -> PyResult<core::Context> {
    let Some(context) = context else { return Ok(core::Context::default()) };
    Ok(context.cast::<Context>().map_err(|_| wrong("context", "a polaris.Context", context))?.get().to_core())
}
