//! The one writing connection of a database, and commits shared by those who wait for it.
//!
//! A commit that survives a power cut costs a trip to the disk. When several threads want to write, each runs its change in one
//! transaction, in turn and on its own thread, and the last of them commits for all. Nobody is answered before that commit, and if
//! it fails, all of them failed.
//!
//! A change that returns an error, panics or runs out of time touches only itself. Nearly all that fail have not written anything
//! by then, and there is nothing to undo. Where one has, the whole transaction is rolled back and the others simply run again, in
//! the order they were in and before anybody else, as where SQLite itself gives it up (a full disk, a statement stopped by its
//! deadline): a change has no effect but its transaction.
//! For a while after that each change gets a savepoint, so that one who fails over and over costs the others nothing. Always having
//! one would make every write dearer by a tenth: SQLite keeps a copy of each page that is written inside it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Thread};
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
/// How many changes get a savepoint after one had to be undone.
const CAREFUL_FOR: usize = 1_000;

/// The writing connection, and the queue of those who want it.
pub(super) struct Writer {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The turn, while nobody has it.
    resting: Turn,
    held: bool,
    queue: VecDeque<Arc<Ticket>>,
}

/// A place in the queue. Whoever is done with the connection puts it here and wakes the owner.
struct Ticket {
    owner: Thread,
    granted: Mutex<Option<Turn>>,
}

impl Ticket {
    fn new() -> Arc<Self> {
        Arc::new(Self { owner: thread::current(), granted: Mutex::new(None) })
    }
}

impl State {
    /// Puts the turn into the hands of the next in the queue, or gives it back when nobody waits.
    #[allow(clippy::result_large_err, reason = "what is given back is moved, not lost")]
    fn grant(&mut self, mut turn: Turn) -> Result<Wakes, Turn> {
        let mut wakes = Wakes::default();
        if let Some(undone) = turn.undone.take() {
            // They are in the queue before they are told to look for their turn there.
            undone.members.iter().rev().for_each(|member| self.queue.push_front(Arc::clone(member)));
            wakes = undone.end(Ending::RunAgain);
        }
        let Some(next) = self.queue.pop_front() else { return Err(turn) };
        *lock(&next.granted) = Some(turn);
        wakes.0.push(next);
        Ok(wakes)
    }
}

/// Those to be woken. Done when this is dropped, so that it happens whatever else does; best after all locks are free.
#[derive(Default)]
struct Wakes(Vec<Arc<Ticket>>);

impl Drop for Wakes {
    fn drop(&mut self) {
        self.0.iter().for_each(|ticket| ticket.owner.unpark());
    }
}

/// The right to use the connection, and the transaction that may be open on it.
struct Turn {
    place: Place,
    /// Until which age a batch takes in more.
    oldest: Duration,
    batch: Option<OpenBatch>,
    /// The members of a batch that was rolled back because of somebody else.
    undone: Option<OpenBatch>,
    /// How many changes more get a savepoint.
    careful: usize,
}

impl Default for Turn {
    fn default() -> Self {
        Self { place: Place::default(), oldest: OLDEST_BATCH, batch: None, undone: None, careful: 0 }
    }
}

struct OpenBatch {
    began: Instant,
    /// Those whose changes are in it, in order; they wait for its end. Should they have to run again, these are their places.
    members: Vec<Arc<Ticket>>,
    end: Arc<BatchEnd>,
}

/// How a batch ended, for those who wait for it.
#[derive(Default)]
struct BatchEnd(OnceLock<Ending>);

#[derive(Clone)]
enum Ending {
    Committed,
    Failed(StoreError),
    /// The transaction was rolled back because of another: run again, on the turn that one's ticket will get.
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

    /// Runs `change` in an immediate transaction, with others or alone, and returns once it is durably committed. Alone means: not in one
    /// that others are waiting for already.
    pub(super) fn write<T>(
        &self,
        until: Instant,
        alone: bool,
        open: &dyn Fn() -> Result<Connection, StoreError>,
        mut change: impl FnMut(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut until = until;
        let mut place_kept = None;
        loop {
            let _deadline = Deadline::set(until);
            let mut turn = match place_kept.take() {
                Some(ticket) => self.wait_for_turn(&ticket, until)?,
                None => self.take_turn(until)?,
            };
            if alone {
                drop(turn.commit());
            }
            let ran = match turn.begin(until, open) {
                Ok(()) => turn.run(&mut change),
                Err(error) => Ran::Dropped(Err(error.into())),
            };
            match ran {
                Ran::Kept(value) => {
                    let ran = Instant::now();
                    let ticket = turn.batch.as_ref().and_then(|batch| batch.members.last().cloned());
                    match self.pass_on(turn) {
                        Ending::Committed => return Ok(value),
                        Ending::Failed(error) => return Err(error.into()),
                        Ending::RunAgain => {
                            // The time another member took is not this one's to lose.
                            until += ran.elapsed();
                            place_kept = ticket;
                        }
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
        drop(turn.commit());
        if turn.place.is_open()
            && let Ok(connection) = turn.place.connection(|| Err(StoreError::Busy))
        {
            work(connection);
        }
        self.pass_on_without_me(turn);
        Ok(())
    }

    /// Closes the connection, if nobody has the turn.
    pub(super) fn close_idle(&self) {
        let place = {
            let mut state = lock(&self.state);
            if state.held { Place::default() } else { std::mem::take(&mut state.resting.place) }
        };
        // Closing may move the log into the file, so it happens outside the lock.
        drop(place);
    }

    fn take_turn(&self, until: Instant) -> Result<Turn> {
        let ticket = {
            let mut state = lock(&self.state);
            if !state.held && state.queue.is_empty() {
                state.held = true;
                return Ok(std::mem::take(&mut state.resting));
            }
            let ticket = Ticket::new();
            state.queue.push_back(Arc::clone(&ticket));
            ticket
        };
        self.wait_for_turn(&ticket, until)
    }

    /// Waits for the turn of a ticket that is in the queue.
    fn wait_for_turn(&self, ticket: &Arc<Ticket>, until: Instant) -> Result<Turn> {
        loop {
            if let Some(turn) = lock(&ticket.granted).take() {
                return Ok(turn);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return self.give_up(ticket);
            }
            thread::park_timeout(left);
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
        let members = turn.commit();
        self.release(turn);
        drop(members);
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
        let members = turn.commit();
        self.release(turn);
        drop(members);
    }

    /// Gives the turn to the next in the queue, or gives it back when nobody waits.
    fn hand_over(&self, turn: Turn) -> Option<Turn> {
        let granted = lock(&self.state).grant(turn);
        granted.map(drop).err()
    }

    fn release(&self, turn: Turn) {
        let mut state = lock(&self.state);
        match state.grant(turn) {
            Ok(wakes) => {
                drop(state);
                drop(wakes);
            }
            Err(turn) => {
                state.resting = turn;
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
        self.batch = Some(OpenBatch { began: Instant::now(), members: Vec::new(), end: Arc::default() });
        Ok(())
    }

    /// Runs one change in the open transaction. If it fails, nothing of it stays there.
    fn run<T>(&mut self, change: &mut impl FnMut(&Transaction<'_>) -> Result<T>) -> Ran<T> {
        let (Ok(connection), Some(batch)) = (self.place.connection(|| Err(StoreError::Busy)), self.batch.as_mut()) else {
            return Ran::Dropped(Err(Error::Internal));
        };
        let careful = self.careful > 0;
        self.careful = self.careful.saturating_sub(1);
        if careful && let Err(error) = control(connection, "SAVEPOINT change") {
            return Ran::Dropped(Err(error.into()));
        }
        let before = connection.total_changes();
        let transaction = if batch.members.is_empty() { Transaction::first_to_change(connection) } else { Transaction::new(connection) };
        let outcome = catch_unwind(AssertUnwindSafe(|| change(&transaction)));
        let kept = matches!(outcome, Ok(Ok(_)));
        if connection.is_autocommit() {
            // SQLite has rolled everything back already.
            self.undone = self.batch.take();
        } else if careful {
            let closed = if kept { Ok(()) } else { control(connection, "ROLLBACK TO change") };
            if let Err(error) = closed.and_then(|()| control(connection, "RELEASE change")) {
                self.abandon(&error);
                return Ran::Dropped(Err(error.into()));
            }
        } else if !kept && connection.total_changes() != before {
            // Rows alone are counted, but changes do nothing else: tables are made by migrations.
            self.undo_all();
        }
        match (outcome, self.batch.as_mut()) {
            (Ok(Ok(value)), Some(batch)) => {
                batch.members.push(Ticket::new());
                Ran::Kept(value)
            }
            (Ok(Ok(_)), None) => Ran::Dropped(Err(StoreError::Driver("a change ended the transaction".to_owned()).into())),
            (Ok(Err(error)), _) => Ran::Dropped(Err(error)),
            (Err(payload), _) => Ran::Panicked(payload),
        }
    }

    /// Rolls back what a failed change has written, and with it what others have: these run again, with savepoints.
    fn undo_all(&mut self) {
        self.careful = CAREFUL_FOR;
        if let Ok(connection) = self.place.connection(|| Err(StoreError::Busy))
            && control(connection, "ROLLBACK").is_err()
        {
            // Closing it rolls back too.
            self.place.clear();
        }
        self.undone = self.batch.take();
    }

    fn may_grow(&self) -> bool {
        self.batch.as_ref().is_some_and(|batch| batch.members.len() < MOST_IN_A_BATCH && batch.began.elapsed() < self.oldest)
    }

    /// Ends the open batch, if there is one. Its members are told how; they wake when what is returned is dropped.
    fn commit(&mut self) -> Wakes {
        let Some(batch) = self.batch.take() else { return Wakes::default() };
        let Ok(connection) = self.place.connection(|| Err(StoreError::Busy)) else {
            return batch.end(Ending::Failed(StoreError::Busy));
        };
        // The commit belongs to all members, so no single one's deadline may stop it.
        let word = if batch.members.is_empty() { "ROLLBACK" } else { "COMMIT" };
        match control(connection, word) {
            Ok(()) => batch.end(Ending::Committed),
            Err(error) => {
                self.batch = Some(batch);
                self.abandon(&error);
                Wakes::default()
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
            drop(batch.end(Ending::Failed(error.clone())));
        }
    }
}

impl OpenBatch {
    /// Says how it ended, and who should be woken to hear it.
    fn end(self, ending: Ending) -> Wakes {
        // It ends once: whoever ends it has it.
        let _ = self.end.0.set(ending);
        Wakes(self.members)
    }
}

impl BatchEnd {
    /// Waits without a deadline: whoever holds the connection always ends the batch, within the bounds of its own deadline.
    fn wait(&self) -> Ending {
        loop {
            match self.0.get() {
                Some(ending) => return ending.clone(),
                None => thread::park(),
            }
        }
    }
}

#[cfg(test)]
mod tests;
