//! How many passwords are hashed at once: each takes a core and 19 MiB, and reads must keep their pace beside them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use argon2::Block;

use crate::error::{Error, Result, Unavailable};

/// No more at once than this, however many cores there are: memory and caches are shared.
const MOST: usize = 4;

/// Lets in a few at a time.
pub(crate) struct Gate {
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    free: usize,
    waiting: usize,
    /// Memory of those who left, for those who wait: taken anew each time, the system would clear 19 MiB for every hash. Given back when
    /// nobody waits.
    spare: Vec<Vec<Block>>,
}

/// A place inside, given back when dropped.
pub(crate) struct Place<'a> {
    gate: &'a Gate,
    memory: Vec<Block>,
}

/// How many passwords one process hashes at once: half as many as there are cores, since the other half is left to those who read.
#[must_use]
pub fn hashed_at_once() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (cores / 2).clamp(1, MOST)
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self::of(hashed_at_once())
    }

    fn of(free: usize) -> Self {
        Self { state: Mutex::new(State { free, waiting: 0, spare: Vec::new() }), freed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place until the deadline.
    pub(crate) fn enter(&self, until: Instant) -> Result<Place<'_>> {
        let mut state = self.state();
        state.waiting += 1;
        while state.free == 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                state.waiting -= 1;
                return Err(Error::Unavailable(Unavailable::Overloaded));
            }
            state = self.freed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.waiting -= 1;
        state.free -= 1;
        Ok(Place { gate: self, memory: state.spare.pop().unwrap_or_default() })
    }
}

impl Place<'_> {
    /// So many blocks to work in. What is in them is left from others and overwritten.
    pub(super) fn memory(&mut self, blocks: usize) -> &mut [Block] {
        if self.memory.len() < blocks {
            self.memory.resize(blocks, Block::default());
        }
        &mut self.memory[..blocks]
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        let mut state = self.gate.state();
        state.free += 1;
        state.spare.push(memory);
        let unwanted = if state.waiting == 0 { std::mem::take(&mut state.spare) } else { Vec::new() };
        drop(state);
        self.gate.freed.notify_one();
        // Giving it back takes a moment: outside of the lock.
        drop(unwanted);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_so_many_are_inside_and_who_waits_too_long_is_sent_away() {
        let gate = Gate::of(1);
        let inside = gate.enter(Instant::now()).unwrap();
        let turned_away = gate.enter(Instant::now() + Duration::from_millis(5)).err().unwrap();
        assert!(matches!(turned_away, Error::Unavailable(Unavailable::Overloaded)));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| gate.enter(Instant::now() + Duration::from_secs(10)).map(drop));
            drop(inside);
            waiting.join().unwrap().unwrap();
        });
        let state = gate.state();
        assert_eq!((state.free, state.waiting, state.spare.len()), (1, 0, 0), "and nothing is kept for nobody");
    }
}
