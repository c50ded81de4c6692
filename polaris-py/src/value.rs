//! What all values have in common: a `repr` that shows the fields that matter, and pickling.

use pyo3::PyClass;
use pyo3::exceptions::PyTypeError;

use pyo3::prelude::*;
use pyo3::types::PyDateTime;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Gives a class `__repr__` with these fields and `__reduce__`, and what else stands in the braces.
macro_rules! value {
    ($name:ident[$($shown:ident),*] $({ $($more:tt)* })?) => {
        #[pyo3::pymethods]
        impl $name {
            fn __repr__(slf: &pyo3::Bound<'_, Self>) -> pyo3::PyResult<String> {
                $crate::value::repr(slf.as_any(), &[$(stringify!($shown)),*])
            }

            fn __reduce__<'py>(slf: &pyo3::Bound<'py, Self>) -> pyo3::PyResult<$crate::value::Reduced<'py>> {
                $crate::value::reduce(slf.py(), stringify!($name), slf.get())
            }

            $($($more)*)?
        }
    };
}
pub(crate) use value;

/// `Name(field=…, …)`. Moments are shown as text, for they are long otherwise.
pub(crate) fn repr(object: &Bound<'_, PyAny>, fields: &[&str]) -> PyResult<String> {
    let mut text = object.get_type().name()?.to_string();
    for (at, field) in fields.iter().enumerate() {
        let value = object.getattr(*field)?;
        let value = if value.is_instance_of::<PyDateTime>() { value.call_method0("isoformat")? } else { value };
        text.push_str(if at == 0 { "(" } else { ", " });
        text.push_str(field);
        text.push('=');
        text.push_str(&value.repr()?.to_string_lossy());
    }
    text.push(')');
    Ok(text)
}

/// What pickle wants: a function and its arguments.
pub(crate) type Reduced<'py> = (Bound<'py, PyAny>, (&'static str, String));

pub(crate) fn reduce<'py>(py: Python<'py>, class: &'static str, value: &impl Serialize) -> PyResult<Reduced<'py>> {
    let text = serde_json::to_string(value).map_err(|error| PyTypeError::new_err(format!("cannot pickle {class}: {error}")))?;
    Ok((py.import("polaris._polaris")?.getattr("_unpickle")?, (class, text)))
}

/// Pickling something that holds a secret is refused: pickles are kept in caches and queues.
pub(crate) fn refuse_to_reduce(class: &str) -> PyErr {
    PyTypeError::new_err(format!("cannot pickle {class}: it holds a secret; take what `reveal()` gives if that is meant to be kept"))
}

/// The value that was pickled.
#[pyfunction]
#[pyo3(name = "_unpickle")]
pub(crate) fn unpickle<'py>(py: Python<'py>, name: &str, text: &str) -> PyResult<Bound<'py, PyAny>> {
    fn read<'py, T>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>>
    where
        T: DeserializeOwned + IntoPyObject<'py, Output = Bound<'py, T>, Error = PyErr> + PyClass,
    {
        let value: T = serde_json::from_str(text)
            .map_err(|_| crate::errors::bad(py, "pickle", "was made by a version of Polaris that this one doesn't understand"))?;
        Ok(value.into_pyobject(py)?.into_any())
    }
    macro_rules! one_of {
        ($($known:ident: $class:path),* $(,)?) => {
            match name {
                $(stringify!($known) => read::<$class>(py, text),)*
                _ => Err(crate::errors::bad(py, "pickle", "is not of a class that Polaris knows")),
            }
        };
    }
    one_of! {
        Actor: crate::actor::Actor,
        Added: crate::platform::reference::Added,
        ApiKeyState: crate::platform::tenants::ApiKeyState,
        Context: crate::actor::Context,
        Copied: crate::platform::tenants::Copied,
        Event: crate::tenant::event::Event,
        FieldError: crate::errors::FieldError,
        Finding: crate::platform::doctor::Finding,
        Operation: crate::operations::Operation,
        PublicEvent: crate::tenant::public_events::PublicEvent,
        Report: crate::platform::doctor::Report,
        School: crate::tenant::event::School,
        Tenant: crate::platform::tenants::Tenant,
        TenantDetails: crate::platform::tenants::TenantDetails,
    }
}
