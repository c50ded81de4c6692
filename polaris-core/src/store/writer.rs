//! The one writing connection of a database, and commits shared by those who wait for it.
//!
//! A commit that survives a power cut costs a trip to the disk. When several threads want to write, each runs its change in a
//! savepoint of one transaction, in turn and on its own thread, and the last of them commits for all. Nobody is answered before
//! that commit, and if it fails, all of them failed. A change that returns an error, panics or runs out of time takes only its own
//! savepoint with it. Where SQLite gives up the whole transaction (a full disk, a statement stopped by its deadline) the others
//! simply run again: a change has no effect but its transaction.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connection::{Deadline, control};
use super::error::StoreError;
use super::readers::Place;
use super::transaction::Transaction;
use crate::error::{Error, Result};

/// No batch is larger or older than this, so that the first in it is not kept waiting for the sake of the last.
const MOST_IN_A_BATCH: usize = 64;
const OLDEST_BATCH: Duration = Duration::from_millis(25);

/// The writing connection, and the queue of those who want it.
pub(super) struct Writer {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The connection, while nobody has it.
    resting: Place,
    held: bool,
    queue: VecDeque<Arc<Ticket>>,
}

/// A place in the queue. Whoever is done with the connection puts it here and wakes the owner.
#[derive(Default)]
struct Ticket {
    granted: Mutex<Option<Turn>>,
    woken: Condvar,
}

/// The right to use the connection, and the transaction that may be open on it.
#[derive(Default)]
struct Turn {
    place: Place,
    batch: Option<OpenBatch>,
}

struct OpenBatch {
    began: Instant,
    members: usize,
    end: Arc<BatchEnd>,
}

/// How a batch ended, for those who wait for it.
#[derive(Default)]
struct BatchEnd {
    known: Mutex<Option<Ending>>,
    told: Condvar,
}

#[derive(Clone)]
enum Ending {
    Committed,
    Failed(StoreError),
    /// SQLite gave up the transaction because of another member: run again.
    RunAgain,
}

/// What became of one change within its turn.
enum Ran<T> {
    Kept(T),
    Dropped(Result<T>),
    Panicked(Box<dyn std::any::Any + Send>),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What the lock guards is put right before anything that could panic, so a poisoned one is as good as another.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Writer {
    pub(super) fn new() -> Self {
        Self { state: Mutex::new(State::default()) }
    }

    /// Runs `change` in an immediate transaction, alone or with others, and returns once it is durably committed.
    pub(super) fn write<T>(
        &self,
        until: Instant,
        open: &dyn Fn() -> Result<Connection, StoreError>,
        mut change: impl FnMut(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut until = until;
        loop {
            let _deadline = Deadline::set(until);
            let mut turn = self.take_turn(until)?;
            let ran = match turn.begin(until, open) {
                Ok(()) => turn.run(&mut change),
                Err(error) => Ran::Dropped(Err(error.into())),
            };
            match ran {
                Ran::Kept(value) => {
                    let ran = Instant::now();
                    match self.pass_on(turn) {
                        Ending::Committed => return Ok(value),
                        Ending::Failed(error) => return Err(error.into()),
                        // The time another member took is not this one's to lose.
                        Ending::RunAgain => until += ran.elapsed(),
                    }
                }
                Ran::Dropped(result) => {
                    self.pass_on_without_me(turn);
                    return result;
                }
                Ran::Panicked(payload) => {
                    self.pass_on_without_me(turn);
                    resume_unwind(payload);
                }
            }
        }
    }

    /// Runs `work` on the bare connection with nobody else's transaction open, for checkpoints before closing.
    pub(super) fn alone(&self, until: Instant, work: impl FnOnce(&Connection)) -> Result<()> {
        let mut turn = self.take_turn(until)?;
        turn.commit();
        if turn.place.is_open()
            && let Ok(connection) = turn.place.connection(|| Err(StoreError::Busy))
        {
            work(connection);
        }
        self.pass_on_without_me(turn);
        Ok(())
    }

    fn take_turn(&self, until: Instant) -> Result<Turn> {
        let ticket = {
            let mut state = lock(&self.state);
            if !state.held && state.queue.is_empty() {
                state.held = true;
                return Ok(Turn { place: std::mem::take(&mut state.resting), batch: None });
            }
            let ticket = Arc::new(Ticket::default());
            state.queue.push_back(Arc::clone(&ticket));
            ticket
        };
        let mut granted = lock(&ticket.granted);
        loop {
            if let Some(turn) = granted.take() {
                return Ok(turn);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(granted);
                return self.give_up(&ticket);
            }
            granted = ticket.woken.wait_timeout(granted, left).map_or_else(|poisoned| poisoned.into_inner().0, |(guard, _)| guard);
        }
    }

    /// Leaves the queue. A turn granted in this very moment is taken after all, since it may carry others' changes.
    fn give_up(&self, ticket: &Arc<Ticket>) -> Result<Turn> {
        let mut state = lock(&self.state);
        state.queue.retain(|other| !Arc::ptr_eq(other, ticket));
        lock(&ticket.granted).take().ok_or_else(|| StoreError::Busy.into())
    }

    /// Lets the next in the queue join the open batch, or commits it. Returns how the batch ended.
    fn pass_on(&self, mut turn: Turn) -> Ending {
        let Some(end) = turn.batch.as_ref().map(|batch| Arc::clone(&batch.end)) else {
            return Ending::Failed(StoreError::Driver("a change without a transaction".to_owned()));
        };
        if turn.may_grow() {
            match self.hand_over(turn) {
                None => return end.wait(),
                Some(back) => turn = back,
            }
        }
        turn.commit();
        self.release(turn);
        end.wait()
    }

    /// As [`Self::pass_on`], when one's own change is not part of the batch.
    fn pass_on_without_me(&self, mut turn: Turn) {
        if turn.may_grow() {
            match self.hand_over(turn) {
                None => return,
                Some(back) => turn = back,
            }
        }
        turn.commit();
        self.release(turn);
    }

    /// Gives the turn to the next in the queue, or gives it back when nobody waits.
    fn hand_over(&self, turn: Turn) -> Option<Turn> {
        let mut state = lock(&self.state);
        match state.queue.pop_front() {
            None => Some(turn),
            Some(next) => {
                *lock(&next.granted) = Some(turn);
                next.woken.notify_one();
                None
            }
        }
    }

    fn release(&self, turn: Turn) {
        let mut state = lock(&self.state);
        match state.queue.pop_front() {
            Some(next) => {
                *lock(&next.granted) = Some(turn);
                next.woken.notify_one();
            }
            None => {
                state.resting = turn.place;
                state.held = false;
            }
        }
    }
}

impl Turn {
    /// Opens the connection and the transaction where they aren't yet.
    fn begin(&mut self, until: Instant, open: &dyn Fn() -> Result<Connection, StoreError>) -> Result<(), StoreError> {
        if Instant::now() >= until {
            return Err(StoreError::Busy);
        }
        if self.batch.is_some() {
            return Ok(());
        }
        let connection = self.place.connection(open)?;
        if let Err(error) = control(connection, "BEGIN IMMEDIATE") {
            if error.spoils_connection() || !connection.is_autocommit() {
                self.place.clear();
            }
            return Err(error);
        }
        self.batch = Some(OpenBatch { began: Instant::now(), members: 0, end: Arc::default() });
        Ok(())
    }

    /// Runs one change in a savepoint.
    fn run<T>(&mut self, change: &mut impl FnMut(&Transaction<'_>) -> Result<T>) -> Ran<T> {
        let (Ok(connection), Some(batch)) = (self.place.connection(|| Err(StoreError::Busy)), self.batch.as_mut()) else {
            return Ran::Dropped(Err(Error::Internal));
        };
        if let Err(error) = control(connection, "SAVEPOINT change") {
            return Ran::Dropped(Err(error.into()));
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| change(&Transaction::new(connection))));
        if connection.is_autocommit() {
            // SQLite has rolled everything back already.
            if let Some(batch) = self.batch.take() {
                batch.end.tell(Ending::RunAgain);
            }
        } else {
            let kept = matches!(outcome, Ok(Ok(_)));
            let closed = if kept { Ok(()) } else { control(connection, "ROLLBACK TO change") };
            if let Err(error) = closed.and_then(|()| control(connection, "RELEASE change")) {
                self.abandon(&error);
                return Ran::Dropped(Err(error.into()));
            }
            batch.members += usize::from(kept);
        }
        match outcome {
            Ok(Ok(value)) if self.batch.is_some() => Ran::Kept(value),
            Ok(Ok(_)) => Ran::Dropped(Err(StoreError::Driver("a change ended the transaction".to_owned()).into())),
            Ok(Err(error)) => Ran::Dropped(Err(error)),
            Err(payload) => Ran::Panicked(payload),
        }
    }

    fn may_grow(&self) -> bool {
        self.batch.as_ref().is_some_and(|batch| batch.members < MOST_IN_A_BATCH && batch.began.elapsed() < OLDEST_BATCH)
    }

    /// Ends the open batch, if there is one, and tells its members how.
    fn commit(&mut self) {
        let Some(batch) = self.batch.take() else { return };
        let Ok(connection) = self.place.connection(|| Err(StoreError::Busy)) else {
            return batch.end.tell(Ending::Failed(StoreError::Busy));
        };
        // The commit belongs to all members, so no single one's deadline may stop it.
        let word = if batch.members == 0 { "ROLLBACK" } else { "COMMIT" };
        match control(connection, word) {
            Ok(()) => batch.end.tell(Ending::Committed),
            Err(error) => {
                self.batch = Some(batch);
                self.abandon(&error);
            }
        }
    }

    /// Rolls the transaction back; all its members failed.
    fn abandon(&mut self, error: &StoreError) {
        if let Ok(connection) = self.place.connection(|| Err(StoreError::Busy))
            && !connection.is_autocommit()
            && control(connection, "ROLLBACK").is_err()
        {
            self.place.clear();
        }
        if error.spoils_connection() {
            self.place.clear();
        }
        if let Some(batch) = self.batch.take() {
            batch.end.tell(Ending::Failed(error.clone()));
        }
    }
}

impl BatchEnd {
    fn tell(&self, ending: Ending) {
        *lock(&self.known) = Some(ending);
        self.told.notify_all();
    }

    /// Waits without a deadline: whoever holds the connection always ends the batch, within the bounds of its own deadline.
    fn wait(&self) -> Ending {
        let mut known = lock(&self.known);
        loop {
            if let Some(ending) = known.as_ref() {
                return ending.clone();
            }
            known = self.told.wait(known).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests;
