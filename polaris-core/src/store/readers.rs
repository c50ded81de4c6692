//! The reading connections of one database: a few, opened on demand by whoever borrows.
//!
//! The pool hands out *places*, not connections: a place may be empty, and then the borrower opens the connection itself. So a
//! missing file is a typed error at once (not a time-out), and a slow open holds up nobody else's.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use rusqlite::Connection;
use scheduled_thread_pool::ScheduledThreadPool;

use super::error::StoreError;

/// A connection, or room for one. In a forked child an inherited connection is leaked instead of closed: closing it would drop the
/// parent's locks.
#[derive(Default)]
pub(super) struct Place {
    connection: Option<Connection>,
    process: u32,
}

impl Place {
    /// The connection, opened first if there is none.
    pub(super) fn connection(&mut self, open: impl FnOnce() -> Result<Connection, StoreError>) -> Result<&Connection, StoreError> {
        if self.connection.is_none() {
            self.connection = Some(open()?);
            self.process = std::process::id();
        }
        self.connection.as_ref().ok_or_else(|| StoreError::Driver("a place lost its connection".to_owned()))
    }

    pub(super) fn is_open(&self) -> bool {
        self.connection.is_some()
    }

    /// Whether a transaction is open that nobody will end.
    pub(super) fn is_stuck(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| !connection.is_autocommit())
    }

    /// Closes the connection; the next borrower opens a new one.
    pub(super) fn clear(&mut self) {
        self.connection = None;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && self.process != std::process::id()
        {
            std::mem::forget(connection);
        }
    }
}

/// Hands out empty places.
pub(super) struct Places;

#[derive(Debug, thiserror::Error)]
#[error("a place can always be made")]
pub(super) struct Never;

impl r2d2::ManageConnection for Places {
    type Connection = Place;
    type Error = Never;

    fn connect(&self) -> Result<Place, Never> {
        Ok(Place::default())
    }

    fn is_valid(&self, _: &mut Place) -> Result<(), Never> {
        Ok(())
    }

    fn has_broken(&self, _: &mut Place) -> bool {
        false
    }
}

/// One thread makes the places of all pools of the process; the pools' own default is three threads each. Threads do not survive a
/// fork, so a child finds its parent's maker and puts its own behind it.
struct PlaceMaker {
    process: u32,
    threads: Arc<ScheduledThreadPool>,
    child: OnceLock<Box<PlaceMaker>>,
}

static FIRST_MAKER: OnceLock<PlaceMaker> = OnceLock::new();

impl PlaceMaker {
    fn new() -> Self {
        let threads = ScheduledThreadPool::builder().num_threads(1).thread_name_pattern("polaris-places").build();
        Self { process: std::process::id(), threads: Arc::new(threads), child: OnceLock::new() }
    }

    fn of_this_process() -> Arc<ScheduledThreadPool> {
        let mut maker = FIRST_MAKER.get_or_init(Self::new);
        while maker.process != std::process::id() {
            maker = maker.child.get_or_init(|| Box::new(Self::new()));
        }
        Arc::clone(&maker.threads)
    }
}

/// The readers of one database.
pub(super) struct Readers {
    pool: r2d2::Pool<Places>,
}

pub(super) type Lease = r2d2::PooledConnection<Places>;

impl Readers {
    pub(super) fn new(at_most: u32) -> Self {
        let pool = r2d2::Pool::builder()
            .max_size(at_most)
            .min_idle(Some(0))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_on_check_out(false)
            .thread_pool(PlaceMaker::of_this_process())
            .build_unchecked(Places);
        Self { pool }
    }

    /// Borrows a place, waiting for one until the deadline.
    pub(super) fn borrow(&self, until: Instant) -> Result<Lease, StoreError> {
        self.pool.get_timeout(until.saturating_duration_since(Instant::now())).map_err(|_| StoreError::Busy)
    }

    /// Borrows a place that holds an open connection, if one is free right now.
    pub(super) fn try_borrow_open(&self) -> Option<Lease> {
        self.pool.try_get().filter(|place| place.is_open())
    }

    /// Closes the connections that nobody borrows.
    pub(super) fn close_idle(&self) {
        let mut idle: Vec<_> = std::iter::from_fn(|| self.pool.try_get()).collect();
        idle.iter_mut().for_each(|place| place.clear());
    }

    /// How many connections are open or being opened.
    #[cfg(test)]
    pub(super) fn count(&self) -> u32 {
        self.pool.state().connections
    }
}
