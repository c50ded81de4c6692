//! How many passwords are hashed at once: each takes a core and 19 MiB, and reads must keep their pace beside them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::error::{Error, Result, Unavailable};

/// No more at once than this, however many cores there are: memory and caches are shared.
const MOST: usize = 4;

/// Lets in a few at a time.
pub(crate) struct Gate {
    free: Mutex<usize>,
    freed: Condvar,
}

/// A place inside, given back when dropped.
pub(crate) struct Place<'a>(&'a Gate);

/// How many passwords one process hashes at once: half as many as there are cores, since the other half is left to those who read.
#[must_use]
pub fn hashed_at_once() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (cores / 2).clamp(1, MOST)
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self { free: Mutex::new(hashed_at_once()), freed: Condvar::new() }
    }

    fn free(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place until the deadline.
    pub(crate) fn enter(&self, until: Instant) -> Result<Place<'_>> {
        let mut free = self.free();
        while *free == 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Unavailable(Unavailable::Overloaded));
            }
            free = self.freed.wait_timeout(free, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        *free -= 1;
        Ok(Place(self))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.0.free() += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_so_many_are_inside_and_who_waits_too_long_is_sent_away() {
        let gate = Gate { free: Mutex::new(1), freed: Condvar::new() };
        let inside = gate.enter(Instant::now()).unwrap();
        let turned_away = gate.enter(Instant::now() + Duration::from_millis(5)).err().unwrap();
        assert!(matches!(turned_away, Error::Unavailable(Unavailable::Overloaded)));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| gate.enter(Instant::now() + Duration::from_secs(10)).map(drop));
            drop(inside);
            waiting.join().unwrap().unwrap();
        });
        assert_eq!(*gate.free(), 1);
    }
}
