//! Where work that may wait is done: a bounded set of blocking threads.

use std::sync::Arc;
use std::time::Duration;

use polaris_core::{Error, Patience, Result, Unavailable};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Threads that writes, cold opens and long reads may take at once. More would only wait for the disk together.
const AT_ONCE: usize = 32;

/// How long work waits for one of them before it is refused.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Runs blocking work beside the threads that serve.
#[derive(Clone)]
pub(crate) struct Blocking {
    places: Arc<Semaphore>,
}

impl Blocking {
    pub(crate) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Runs work that may wait.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let place = timeout(LONGEST_WAIT, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.map_err(|_| Error::Unavailable(Unavailable::Overloaded))?.map_err(|_| Error::Internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        match done.await {
            Ok(result) => result,
            Err(failure) if failure.is_panic() => std::panic::resume_unwind(failure.into_panic()),
            Err(_) => Err(Error::Unavailable(Unavailable::Overloaded)),
        }
    }

    /// Tries a short indexed read right here, where a hop to another thread would cost more than the read; only if it would have to
    /// wait does it hop.
    pub(crate) async fn read<T: Send + 'static>(&self, work: impl Fn(Patience) -> Result<T> + Send + 'static) -> Result<T> {
        match work(Patience::Never) {
            Err(Error::Unavailable(Unavailable::WouldWait)) => self.run(move || work(Patience::Wait)).await,
            done => done,
        }
    }
}
