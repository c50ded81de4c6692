//! Where work that may wait is done: a bounded set of blocking threads, of which nobody gets more than a share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use polaris_core::{Error, Patience, Result, Unavailable};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Threads that writes, cold opens and long reads may take at once. More would only wait for the disk together.
const AT_ONCE: usize = 64;

/// Of these, how many one tenant may take, and the platform: a stuck file leaves the others served.
const SHARE: usize = AT_ONCE / 4;

/// Health checks have places of their own: that the others are all taken doesn't make the server unready.
const HEALTH_CHECKS: usize = 2;

/// How long work waits for a place before it is refused.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Whose file the work is on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose<'a> {
    /// The registry.
    Platform,
    /// This tenant's. Whether there is one need not be known yet.
    Tenant(&'a str),
    /// Nobody's in particular: a look at whether the server is well.
    Health,
}

/// The shares of tenants, by slug.
type Shares = Arc<Mutex<HashMap<String, Arc<Semaphore>>>>;

/// Runs blocking work beside the threads that serve.
#[derive(Clone)]
pub(crate) struct Blocking {
    places: Arc<Semaphore>,
    platform: Arc<Semaphore>,
    health: Arc<Semaphore>,
    /// Of the tenants that are worked on or waited for right now.
    tenants: Shares,
    longest_wait: Duration,
}

impl Blocking {
    pub(crate) fn new() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            platform: Arc::new(Semaphore::new(SHARE)),
            health: Arc::new(Semaphore::new(HEALTH_CHECKS)),
            tenants: Arc::default(),
            longest_wait: LONGEST_WAIT,
        }
    }

    /// Runs work that may wait.
    pub(crate) async fn run<T: Send + 'static>(&self, whose: Whose<'_>, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let place = timeout(self.longest_wait, self.place(whose)).await;
        let place = place.map_err(|_| Error::Unavailable(Unavailable::Overloaded))??;
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
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        whose: Whose<'_>,
        work: impl Fn(Patience) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match work(Patience::Never) {
            // Boxed: it is large, and would otherwise make every request larger that never comes here.
            Err(Error::Unavailable(Unavailable::WouldWait)) => Box::pin(self.run(whose, move || work(Patience::Wait))).await,
            done => done,
        }
    }

    /// A place, once there is one: in the share first, so that who waits for a share keeps no place from the others.
    async fn place(&self, whose: Whose<'_>) -> Result<Place> {
        let take = |places: Arc<Semaphore>| async { places.acquire_owned().await.map_err(|_| Error::Internal) };
        let share = match whose {
            Whose::Health => return Ok(Place { _share: Share::of(take(Arc::clone(&self.health)).await?), _place: None }),
            Whose::Platform => Share::of(take(Arc::clone(&self.platform)).await?),
            Whose::Tenant(slug) => {
                let mut share = self.share(slug);
                share.taken = Some(take(Arc::clone(&share.places)).await?);
                share
            }
        };
        Ok(Place { _share: share, _place: Some(take(Arc::clone(&self.places)).await?) })
    }

    fn share(&self, slug: &str) -> Share {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let places = tenants.entry(slug.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(SHARE)));
        Share { taken: None, places: Arc::clone(places), listed: Some((slug.to_owned(), Arc::clone(&self.tenants))) }
    }
}

/// A thread that may be taken; given back when dropped.
struct Place {
    _share: Share,
    _place: Option<OwnedSemaphorePermit>,
}

/// Part of a share, taken or waited for. The last of a tenant takes the tenant off the list: anybody can think up slugs.
struct Share {
    taken: Option<OwnedSemaphorePermit>,
    places: Arc<Semaphore>,
    listed: Option<(String, Shares)>,
}

impl Share {
    fn of(permit: OwnedSemaphorePermit) -> Self {
        let places = Arc::clone(permit.semaphore());
        Self { taken: Some(permit), places, listed: None }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some((slug, tenants)) = self.listed.take() else { return };
        let mut tenants = tenants.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.taken.take());
        // The list has it and so have we; whoever else wants it has to get it from the list, whose lock we hold.
        if Arc::strong_count(&self.places) == 2 {
            tenants.remove(&slug);
        }
    }
}

#[cfg(test)]
mod tests;
