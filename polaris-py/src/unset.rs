//! The value of an argument that is left out, for programs that build edits.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// The class of UNSET: an argument that is UNSET is left out, which in an edit keeps the field as it is; None clears it.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Unset;

#[pymethods]
impl Unset {
    fn __repr__(&self) -> &'static str {
        "UNSET"
    }

    fn __bool__(&self) -> bool {
        false
    }

    /// By its name: there is one.
    fn __reduce__(&self) -> &'static str {
        "UNSET"
    }
}

/// The one value of its class.
pub(crate) fn unset(py: Python<'_>) -> PyResult<Bound<'_, Unset>> {
    static ONE: PyOnceLock<Py<Unset>> = PyOnceLock::new();
    Ok(ONE.get_or_try_init(py, || Py::new(py, Unset))?.bind(py).clone())
}

pub(crate) fn is_unset(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<Unset>()
}
