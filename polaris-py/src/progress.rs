//! Long work that tells how far it is.
//!
//! What is called is Python's, and may wait for a lock that a thread about to fork holds; a fork in turn waits for work of the core that is
//! under way. So the work goes on in a thread of its own, and the thread that asked for it calls back between two messages, while no work
//! of its own is under way.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use polaris_core as core;
use polaris_core::platform::Progress;
use pyo3::prelude::*;

use crate::args::wrong;
use crate::errors::{exception, run};
use crate::fork::held;
use crate::given::Given;

/// What to call with how much is done and how much there is.
pub(crate) struct Told(Py<PyAny>);

impl Given<'_> {
    /// `progress`, if it is given.
    pub(crate) fn progress(&mut self) -> PyResult<Option<Told>> {
        let Some(call) = self.take("progress")? else { return Ok(None) };
        if call.is_callable() { Ok(Some(Told(call.unbind()))) } else { Err(wrong("progress", "something to call with two numbers", &call)) }
    }
}

enum Message<T> {
    Done(usize, usize),
    /// Sent while the work still counts as under way, so that a fork finds either none of it or all.
    Ended(core::Result<T>),
}

/// Does work of the core while other threads of Python run, and calls `progress` as it goes on. What that raises is raised once the work
/// has ended; it isn't called again.
pub(crate) fn run_telling<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<Told>,
    work: impl FnOnce(Progress<'_>) -> core::Result<T> + Send + 'static,
) -> PyResult<T> {
    if progress.is_none() {
        return run(py, || work(&mut |_, _| {}));
    }
    run_breakable(py, progress, move |tell| {
        work(&mut |done, total| {
            let _ = tell(done, total);
        })
    })
}

/// The same of work that can be broken off: what `progress` raises breaks it off and is raised, also where the work was done by then. Without
/// `progress`, Ctrl-C does.
pub(crate) fn run_breakable<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<Told>,
    work: impl FnOnce(&mut dyn FnMut(usize, usize) -> ControlFlow<()>) -> core::Result<T> + Send + 'static,
) -> PyResult<T> {
    let broken = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&broken);
    let (tell, mut told) = mpsc::channel();
    let work = move || {
        held(|| {
            let ended = work(&mut |done, total| {
                drop(tell.send(Message::Done(done, total)));
                if seen.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            drop(tell.send(Message::Ended(ended)));
        });
    };
    if thread::Builder::new().name("polaris-work".to_owned()).spawn(work).is_err() {
        return Err(exception(py, &core::Error::Unavailable(core::Unavailable::Overloaded)));
    }
    let mut raised = None;
    loop {
        let waited_for = &mut told;
        let message = py.detach(move || waited_for.recv());
        match message {
            Ok(Message::Done(done, total)) if raised.is_none() => {
                raised = match &progress {
                    Some(Told(call)) => call.call1(py, (done, total)).err(),
                    None => py.check_signals().err(),
                };
                broken.store(raised.is_some(), Ordering::Relaxed);
            }
            Ok(Message::Done(..)) => {}
            Ok(Message::Ended(ended)) => {
                return match (raised, ended) {
                    // It ended so because that was raised.
                    (Some(raised), Err(core::Error::Cancelled)) => Err(raised),
                    (raised, ended) => {
                        let value = ended.map_err(|error| exception(py, &error))?;
                        raised.map_or(Ok(value), Err)
                    }
                };
            }
            Err(mpsc::RecvError) => return Err(exception(py, &core::Error::Internal)),
        }
    }
}
