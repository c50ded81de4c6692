//! From the core's errors to the exceptions of `polaris.errors`. All of it goes through [`exception`].

use polaris_core as core;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::fork::{detached, held};
use crate::time::{Clocks, Local};
use crate::value::{Of, shown_as, value};

value! {
    /// One broken field or argument.
    FieldError [field, code, message] {
        /// Its name, as in the call.
        field: String,
        /// A stable code, for example `REQUIRED` or `TOO_LONG`.
        code: String,
        /// What is wrong and how to mend it, for a person.
        message: String,
    }
}

shown_as! {
    core::FieldError: FieldError = |broken| FieldError { field: broken.field, code: broken.code.to_owned(), message: broken.message };
}

/// The exception for an error of the core. Which class a code has stands in `polaris/errors.py`.
pub(crate) fn exception(py: Python<'_>, error: &core::Error) -> PyErr {
    match error {
        // In Python `from` is a word of the language: the argument of this name has an underscore at its end.
        core::Error::BadRequest { field, message } if field == "from" => made(py, &core::Error::bad_request("from_", message.clone())),
        other => made(py, other),
    }
}

fn made(py: Python<'_>, error: &core::Error) -> PyErr {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let field = |field: &str, code: &str, message: &str| FieldError { field: field.into(), code: code.into(), message: message.into() };
    let fields: Vec<_> = match error {
        core::Error::BadRequest { field: name, message } => vec![field(name, error.code(), message)],
        other => other.fields().iter().map(|broken| field(&broken.field, broken.code, &broken.message)).collect(),
    };
    let retry_after = match error {
        core::Error::TooManyAttempts { retry_after } | core::Error::RateLimitExceeded { retry_after, .. } => Some(*retry_after),
        _ => None,
    };
    let volunteer = match error {
        core::Error::VolunteerExists { volunteer, .. } => Some(volunteer.get()),
        _ => None,
    };
    let told = (error.code(), error.to_string(), fields, retry_after, volunteer);
    let made = MAKE.import(py, "polaris.errors", "_of").and_then(|make| make.call1(told));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(failure) => failure,
    }
}

/// Does work of the core, while other threads of Python run.
pub(crate) fn run<T: Send>(py: Python<'_>, work: impl FnOnce() -> core::Result<T> + Send) -> PyResult<T> {
    detached(py, work).map_err(|error| exception(py, &error))
}

/// As [`run`], for a value whose instants are shown by clocks.
pub(crate) fn run_by<T: Send, U: Of<T> + Local>(
    py: Python<'_>,
    clocks: &(impl Clocks + Sync),
    work: impl FnOnce() -> core::Result<T> + Send,
) -> PyResult<U> {
    let (value, zone) = run(py, || Ok((work()?, clocks.zone())))?;
    Ok(U::of(value).by_clocks(zone))
}

/// As [`run`], for what must not be answered sooner than it says. A fork need not wait for that.
pub(crate) fn run_timed<T: Send>(py: Python<'_>, work: impl FnOnce() -> core::Timed<T> + Send) -> PyResult<T> {
    py.detach(|| {
        let timed = held(work);
        timed.wait()
    })
    .map_err(|error| exception(py, &error))
}

/// An argument that can't be read as what it should be.
pub(crate) fn bad(py: Python<'_>, argument: &str, message: impl Into<String>) -> PyErr {
    made(py, &core::Error::bad_request(argument, message))
}
