//! One open database file: a few readers, one writer.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connection::{self, Deadline, Durability, Location, Purpose};
use super::error::StoreError;
use super::readers::{Lease, Readers};
use super::schema::{self, Kind};
use super::subject::{self, Subject};
use super::transaction::Transaction;
use super::writer::Writer;
use crate::error::{Error, Result, Unavailable};

/// How databases are opened and used; the same for all of one engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    pub(crate) durability: Durability,
    /// Reading connections of one database, at most.
    pub(crate) readers: u32,
    /// How long one operation may take, waiting included.
    pub(crate) deadline: Duration,
    /// Whether an older schema is migrated on opening, or refused.
    pub(crate) migrate_on_open: bool,
}

/// What of a read sees one state.
#[derive(Clone, Copy)]
enum Span {
    /// All its statements.
    Whole,
    /// Each statement by itself.
    Statement,
}

/// How long bookkeeping beside a read may keep it waiting.
const SOON: Duration = Duration::from_millis(250);

/// One open database. Everything that reads or writes tenant data or the registry goes through [`Self::read`] or [`Self::write`].
pub(crate) struct Database {
    location: Location,
    kind: Kind,
    options: Options,
    readers: Readers,
    writer: Writer,
    process: u32,
    /// Under which it is logged.
    name: Arc<str>,
    /// The length of the log when it was last moved into the file, and the writes of this process since.
    log_then: AtomicU64,
    writes_since: AtomicU64,
    /// Whether connections are closed after each use.
    retired: AtomicBool,
    /// The writes of this process that were committed.
    commits: AtomicU64,
}

impl Database {
    /// Opens an existing database, checks what kind it is, and brings an older schema up to date where that is allowed.
    pub(crate) fn open(location: Location, kind: Kind, options: Options) -> Result<Self> {
        let name = subject::name_of(&location);
        let database = Self {
            readers: Readers::new(options.readers),
            writer: Writer::new(),
            process: std::process::id(),
            name,
            log_then: AtomicU64::new(0),
            writes_since: AtomicU64::new(0),
            retired: AtomicBool::new(false),
            commits: AtomicU64::new(0),
            location,
            kind,
            options,
        };
        let _subject = Subject::set(&database.name);
        let _deadline = Deadline::set(database.until());
        match database.open_first_reader() {
            Err(StoreError::OtherSchema { found, known }) if found < known => {
                schema::upgrade(&database.location, kind, found, options.migrate_on_open)?;
                database.open_first_reader()?;
            }
            other => other?,
        }
        Ok(database)
    }

    fn open_first_reader(&self) -> Result<(), StoreError> {
        let mut place = self.readers.borrow(self.until())?;
        place.connection(|| self.connect(Purpose::Read)).map(|_| ())
    }

    fn connect(&self, purpose: Purpose) -> Result<Connection, StoreError> {
        connection::open(&self.location, self.kind, purpose).map_err(|error| match (&error, self.path()) {
            // SQLite can't make its log and shared memory beside the file; it says no more than that it can't open.
            (StoreError::CantOpen(text), Some(path)) if path.exists() && is_read_only(path) => StoreError::ReadOnly(text.clone()),
            _ => error,
        })
    }

    fn until(&self) -> Instant {
        Instant::now() + self.options.deadline
    }

    /// SQLite connections and locks do not survive a fork.
    fn check_process(&self) -> Result<()> {
        if self.process == std::process::id() { Ok(()) } else { Err(Error::Unavailable(Unavailable::Forked)) }
    }

    /// Runs `work` in one read transaction: all its statements see the same state.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.read_within(self.options.deadline, work)
    }

    /// As [`Self::read`], for work that takes longer than other.
    pub(crate) fn read_within<T>(&self, limit: Duration, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.check_process()?;
        let _subject = Subject::set(&self.name);
        let lease = self.readers.borrow(self.until())?;
        self.read_with(lease, Instant::now() + limit, Span::Whole, work)
    }

    /// As [`Self::read`], if an open reader is free right now; for threads that must not wait. `None`: nothing was done.
    pub(crate) fn try_read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Option<Result<T>> {
        self.try_read_over(Span::Whole, work)
    }

    /// As [`Self::try_read`], for work that runs one statement and no other: to SQLite it is a transaction of its own, and to begin and end
    /// one around it takes as long again.
    pub(crate) fn try_read_once<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Option<Result<T>> {
        self.try_read_over(Span::Statement, work)
    }

    fn try_read_over<T>(&self, span: Span, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Option<Result<T>> {
        if let Err(error) = self.check_process() {
            return Some(Err(error));
        }
        let _subject = Subject::set(&self.name);
        let lease = self.readers.try_borrow_open()?;
        Some(self.read_with(lease, self.until(), span, work))
    }

    fn read_with<T>(&self, mut place: Lease, until: Instant, span: Span, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let _deadline = Deadline::set(until);
        let result = (|| {
            let connection = place.connection(|| self.connect(Purpose::Read))?;
            let open = match span {
                Span::Whole => Some(OpenRead::begin(connection)?),
                Span::Statement => None,
            };
            let result = work(&Transaction::reading(connection));
            drop(open);
            result
        })();
        if place.is_stuck() || self.is_retired() || matches!(result, Err(Error::Unavailable(Unavailable::Damaged | Unavailable::ReadOnly)))
        {
            place.clear();
        }
        result
    }

    /// Runs `change` in an immediate transaction and returns once it is durably committed. The change may be run more than once, so
    /// it has no effect but its transaction.
    pub(crate) fn write<T>(&self, change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write_until(self.until(), false, change)
    }

    /// As [`Self::write`], for a change that takes longer than others: in a transaction of its own, so that nobody who is done waits for it
    /// to be committed too. Whoever comes after it waits as long as they may.
    pub(crate) fn write_within<T>(&self, limit: Duration, change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write_until(Instant::now() + limit, true, change)
    }

    /// As [`Self::write`], for bookkeeping that nobody should have to wait for: gives up after a quarter of a second.
    pub(crate) fn write_soon<T>(&self, change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write_until(self.until().min(Instant::now() + SOON), false, change)
    }

    fn write_until<T>(&self, until: Instant, alone: bool, change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.check_process()?;
        let _subject = Subject::set(&self.name);
        self.writes_since.fetch_add(1, Ordering::Relaxed);
        let result = self.writer.write(until, alone, &|| self.connect(Purpose::Write(self.options.durability)), change);
        if result.is_ok() {
            self.commits.fetch_add(1, Ordering::Relaxed);
        }
        if self.is_retired() {
            self.writer.close_idle();
        }
        result
    }

    /// Keeps no connection open beyond its use, from now on or no longer: so that the file can be moved away though somebody holds on to
    /// this. What is open and idle is closed at once.
    pub(crate) fn retire(&self, retired: bool) {
        self.retired.store(retired, Ordering::Relaxed);
        if retired && self.check_process().is_ok() {
            self.readers.close_idle();
            self.writer.close_idle();
        }
    }

    pub(crate) fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Relaxed)
    }

    /// How many writes of this process were committed.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Whether this was opened here, not before a fork.
    pub(crate) fn is_of_this_process(&self) -> bool {
        self.process == std::process::id()
    }

    /// Moves what it can from the write-ahead log into the file, without making anybody wait.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        let _subject = Subject::set(&self.name);
        let (_, length) = self.sizes();
        self.writes_since.store(0, Ordering::Relaxed);
        let connection = self.connect(Purpose::Maintain)?;
        let _deadline = Deadline::set(self.until());
        let all = connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok(row.get::<_, i64>("log")? == row.get::<_, i64>("checkpointed")?))
            .map_err(StoreError::from)?;
        // What a reader has kept there is still to be moved.
        self.log_then.store(if all { length } else { 0 }, Ordering::Relaxed);
        Ok(())
    }

    /// The length of the log when it was last moved into the file, and how many writes of this process have come since.
    pub(super) fn since_checkpoint(&self) -> (u64, u64) {
        (self.log_then.load(Ordering::Relaxed), self.writes_since.load(Ordering::Relaxed))
    }

    /// Empties the write-ahead log before the last handle goes, so that the file is whole by itself.
    pub(crate) fn settle(&self) {
        if self.process == std::process::id() && matches!(self.location, Location::File(_)) {
            let until = Instant::now() + Duration::from_millis(200);
            let done = self.writer.alone(until, |connection| {
                let _deadline = Deadline::set(until);
                let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            });
            if let Err(error) = done {
                tracing::debug!(%error, "closed without emptying the log; the next opening does it");
            }
        }
    }

    /// The path of the file, if it is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.location {
            Location::File(path) => Some(path),
            Location::Memory(_) => None,
        }
    }

    /// Bytes of the file and of its write-ahead log, from the directory entry alone.
    pub(crate) fn sizes(&self) -> (u64, u64) {
        self.location.sizes()
    }

    #[cfg(test)]
    pub(crate) fn open_readers(&self) -> u32 {
        self.readers.count()
    }
}

impl Location {
    /// Bytes of the file and of its write-ahead log, from the directory entry alone; 0 in memory.
    pub(crate) fn sizes(&self) -> (u64, u64) {
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |meta| meta.len());
        match self {
            Self::File(path) => (size(path), size(&wal_of(path))),
            Self::Memory(_) => (0, 0),
        }
    }
}

/// Whether the directory of a file can't be written.
fn is_read_only(path: &Path) -> bool {
    path.parent().is_some_and(|directory| rustix::fs::access(directory, rustix::fs::Access::WRITE_OK).is_err())
}

/// `…-wal` beside a database file.
pub(crate) fn wal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// An open read transaction, ended when dropped (after a panic too).
struct OpenRead<'a>(&'a Connection);

impl<'a> OpenRead<'a> {
    fn begin(connection: &'a Connection) -> Result<Self, StoreError> {
        connection::control(connection, "BEGIN")?;
        Ok(Self(connection))
    }
}

impl Drop for OpenRead<'_> {
    fn drop(&mut self) {
        // A read has nothing to lose. Where SQLite has ended the transaction itself, there is nothing to end.
        if !self.0.is_autocommit() {
            let _ = connection::control(self.0, "COMMIT");
        }
    }
}
