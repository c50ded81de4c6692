//! From the core's errors to the exceptions of `polaris.errors`. All of it goes through [`exception`].

use polaris_core as core;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use serde::{Deserialize, Serialize};

use crate::fork::detached;
use crate::value::value;

/// One broken field or argument.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct FieldError {
    /// Its name, as in the call.
    field: String,
    /// A stable code, for example `REQUIRED` or `TOO_LONG`.
    code: String,
    /// What is wrong and how to mend it, for a person.
    message: String,
}

value!(FieldError[field, code, message]);

/// The exception for an error of the core. Which class a code has stands in `polaris/errors.py`.
pub(crate) fn exception(py: Python<'_>, error: &core::Error) -> PyErr {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let field = |field: &str, code: &str, message: &str| FieldError { field: field.into(), code: code.into(), message: message.into() };
    let fields: Vec<_> = match error {
        core::Error::BadRequest { field: name, message } => vec![field(name, error.code(), message)],
        other => other.fields().iter().map(|broken| field(&broken.field, broken.code, &broken.message)).collect(),
    };
    let made = MAKE.import(py, "polaris.errors", "_of").and_then(|make| make.call1((error.code(), error.to_string(), fields)));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(failure) => failure,
    }
}

/// Does work of the core, while other threads of Python run.
pub(crate) fn run<T: Send>(py: Python<'_>, work: impl FnOnce() -> core::Result<T> + Send) -> PyResult<T> {
    detached(py, work).map_err(|error| exception(py, &error))
}

/// An argument that can't be read as what it should be.
pub(crate) fn bad(py: Python<'_>, argument: &str, message: impl Into<String>) -> PyErr {
    exception(py, &core::Error::bad_request(argument, message))
}
