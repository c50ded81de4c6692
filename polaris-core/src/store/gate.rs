//! The gate before a file is moved, replaced or removed: the proof that nobody has it open.
//!
//! A database renamed away under somebody who has it open goes on taking their writes, and all of them are lost. SQLite leaves its
//! write-ahead log only when nobody else has the file open, in any process, so that is asked for; then the file is held shut until it has
//! been moved. Whoever comes meanwhile waits and finds no file, or the one put in its place.
//!
//! ```text
//! let gate = gate::shut(&path, Kind::Tenant, until)?.ok_or(…)?;    // None: somebody has it open
//! gate.read(|file| …)?;                                            // what is decided on is what is moved
//! gate.move_to(&trash)?;                                           // or exchange_with(&restored)
//! ```

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::fs::{CWD, FlockOperation, RenameFlags, fcntl_lock, renameat_with};

use super::connection::{self, Deadline, Location, Purpose, control};
use super::database::wal_of;
use super::directory::sync_directory;
use super::error::StoreError;
use super::schema::Kind;
use super::template::io_error;
use super::transaction::Transaction;
use crate::error::{Error, Result, Unavailable};

/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_millis(20);

/// A file that nobody else has open, held shut. Dropped without a move it is as it was.
pub(crate) struct Gate {
    path: PathBuf,
    held: Held,
}

enum Held {
    /// In a mode without a log, locked by an exclusive transaction.
    Database(Connection),
    /// Too damaged for SQLite to open: locked as SQLite would.
    Damaged(#[allow(dead_code, reason = "held for its lock")] File),
}

/// Shuts a file once nobody has it open, trying until then; `None` when somebody still has. Whatever this process has open of it must be
/// closed before.
pub(crate) fn shut(path: &Path, kind: Kind, until: Instant) -> Result<Option<Gate>> {
    loop {
        match try_shut(path, kind, until) {
            Ok(held) => return Ok(Some(Gate { path: path.to_owned(), held })),
            Err(StoreError::Busy) if Instant::now() < until => std::thread::sleep(PAUSE),
            Err(StoreError::Busy) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
}

fn try_shut(path: &Path, kind: Kind, until: Instant) -> Result<Held, StoreError> {
    let _deadline = Deadline::set(until);
    let connection = match connection::open(&Location::File(path.to_owned()), kind, Purpose::Maintain) {
        Ok(connection) => connection,
        Err(StoreError::Damaged(_)) => return lock_damaged(path).map(Held::Damaged),
        Err(error) => return Err(error),
    };
    let mode = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).map_err(StoreError::from);
    if mode("PRAGMA journal_mode = DELETE")? != "delete" {
        return Err(StoreError::Busy);
    }
    // Between the two somebody may have come in, and put the log back.
    control(&connection, "BEGIN EXCLUSIVE")?;
    if mode("PRAGMA journal_mode")? != "delete" {
        return Err(StoreError::Busy);
    }
    Ok(Held::Database(connection))
}

/// The lock that whoever has the file open with SQLite holds a part of.
fn lock_damaged(path: &Path) -> Result<File, StoreError> {
    use rustix::io::Errno;
    let file = OpenOptions::new().write(true).open(path).map_err(|error| StoreError::CantOpen(error.to_string()))?;
    fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error {
        Errno::ACCESS | Errno::AGAIN => StoreError::Busy,
        other => StoreError::Driver(other.to_string()),
    })?;
    Ok(file)
}

impl Gate {
    /// Looks into the file that is held.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        match &self.held {
            Held::Database(connection) => work(&Transaction::reading(connection)),
            Held::Damaged(_) => Err(Error::Unavailable(Unavailable::Damaged)),
        }
    }

    /// Gives the file another name, which must be free, on the same disk; durably.
    pub(crate) fn move_to(self, to: &Path) -> Result<()> {
        renameat_with(CWD, &self.path, CWD, to, RenameFlags::NOREPLACE).map_err(|error| io_error(&error.into(), to))?;
        self.move_what_is_beside(to)?;
        self.sync(to)
    }

    /// Puts another closed file in its place and gives this one that one's name, in one step; durably.
    pub(crate) fn exchange_with(self, other: &Path) -> Result<()> {
        // The log of a damaged file would be taken for the other's.
        self.move_what_is_beside(other)?;
        renameat_with(CWD, &self.path, CWD, other, RenameFlags::EXCHANGE).map_err(|error| io_error(&error.into(), other))?;
        self.sync(other)
    }

    /// Beside a file that SQLite has shut lies nothing. A damaged one's log goes with it, for whoever looks into them later.
    fn move_what_is_beside(&self, to: &Path) -> Result<()> {
        if matches!(self.held, Held::Damaged(_)) {
            match std::fs::rename(wal_of(&self.path), wal_of(to)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(io_error(&error, &self.path)),
                _ => {}
            }
            let _ = std::fs::remove_file(beside(&self.path, "-shm"));
        }
        Ok(())
    }

    fn sync(&self, to: &Path) -> Result<()> {
        for path in [to, &self.path] {
            if let Some(directory) = path.parent() {
                sync_directory(directory).map_err(|error| io_error(&error, directory))?;
            }
        }
        Ok(())
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        if let Held::Database(connection) = &self.held {
            // The next to open it puts the log back.
            let _ = control(connection, "ROLLBACK");
        }
    }
}

/// The name of what lies beside a database.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
