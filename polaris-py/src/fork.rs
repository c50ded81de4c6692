//! Keeps forks and calls apart.
//!
//! A fork copies the locks of every other thread as they are at that instant. SQLite has some of its own for the whole process (its
//! memory statistics, its list of open files): a child forked while another thread was inside SQLite hangs as soon as it opens a
//! database. With three threads at work in the parent, that was 20 forks of 60. So `os.fork` waits for the calls under way to end, each
//! of which has its deadline, and calls begun meanwhile wait for the fork.

use std::cell::RefCell;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use pyo3::prelude::*;

/// Calls share it, a fork has it alone. The thread that forks is the one that lives on in the child, so the child can open it again.
static GATE: RwLock<()> = RwLock::new(());

thread_local! {
    static HELD: RefCell<Option<RwLockWriteGuard<'static, ()>>> = const { RefCell::new(None) };
}

/// Does work of the core with the interpreter let go of, and no fork meanwhile. Nothing that is done so may come back to Python.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> T {
    py.detach(|| {
        let _shared = GATE.read().unwrap_or_else(PoisonError::into_inner);
        work()
    })
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
    py.detach(|| HELD.set(Some(GATE.write().unwrap_or_else(PoisonError::into_inner))));
}

#[pyfunction]
fn after() {
    drop(HELD.take());
}
