//! Keeps forks and calls apart: `os.fork` waits for the calls under way to end, each of which has its deadline, and calls begun meanwhile
//! wait for the fork. Why: see [`polaris_core::fork`]. Without it, 20 forks of 60 hung with three threads at work in the parent.

use std::cell::RefCell;

use polaris_core::fork::{self, Holding};
use pyo3::prelude::*;

thread_local! {
    static HELD: RefCell<Option<Holding>> = const { RefCell::new(None) };
}

/// Does work of the core with the interpreter let go of, and no fork meanwhile. Nothing that is done so may come back to Python.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> T {
    py.detach(|| held(work))
}

/// Does work of the core with no fork meanwhile, where the interpreter was let go of already.
pub(crate) fn held<T>(work: impl FnOnce() -> T) -> T {
    let _passing = fork::enter();
    work()
}

/// Has Python call us round every fork.
pub(crate) fn watch(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let hooks = pyo3::types::PyDict::new(py);
    hooks.set_item("before", wrap_pyfunction!(before, module)?)?;
    hooks.set_item("after_in_parent", wrap_pyfunction!(after, module)?)?;
    hooks.set_item("after_in_child", wrap_pyfunction!(after, module)?)?;
    py.import("os")?.getattr("register_at_fork")?.call((), Some(&hooks))?;
    Ok(())
}

#[pyfunction]
fn before(py: Python<'_>) {
    // The calls that are waited for don't need the interpreter to end; other threads of Python may.
    py.detach(|| HELD.set(Some(fork::hold())));
}

#[pyfunction]
fn after() {
    drop(HELD.take());
}
