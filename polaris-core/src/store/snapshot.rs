//! Copies of databases that are in use, through SQLite's backup API.
//!
//! All pages are copied within one read transaction, some at a time: a consistent state, however many write meanwhile, which have to
//! wait for nothing but the processor and the disk. A finished copy is in rollback mode, so that it is one file that can be read from
//! where nothing can be written.

use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::Utc;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::connection::{self, Location, Purpose};
use super::directory::{self, DataDirectory, new_file, sync_directory};
use super::error::StoreError;
use super::schema::Kind;
use super::template::{self, HalfMade, io_error};
use crate::error::Result;

/// Pages copied before others get the processor and progress is told: 4 MiB.
const PAGES_AT_ONCE: i32 = 1_024;

/// Called with how many bytes are copied and how many there are.
pub(super) type Copied<'p> = &'p mut dyn FnMut(u64, u64);

/// Copies a database, whatever its schema version, into a new file under an unfinished name, and syncs that.
pub(super) fn copy(location: &Location, kind: Kind, unfinished: &HalfMade, copied: Copied<'_>) -> Result<()> {
    let source = connection::open(location, kind, Purpose::Maintain)?;
    copy_of(&source, unfinished, None, copied).map(|_| ())
}

/// Copies what a connection sees, unless its file has another version than this by then. Tells whether it did.
fn copy_of(source: &Connection, unfinished: &HalfMade, only: Option<u32>, copied: Copied<'_>) -> Result<bool> {
    connection::control(source, "BEGIN")?;
    // The first look is what the transaction goes on seeing.
    let (_, version) = connection::identity(source)?;
    if only.is_some_and(|only| only != version) {
        return Ok(false);
    }
    let path = unfinished.path();
    new_file(path).map_err(|error| io_error(&error, path))?;
    copy_pages(source, path, copied)?;
    connection::control(source, "COMMIT")?;
    settle(path).map_err(|error| io_error(&error, path))?;
    Ok(true)
}

fn copy_pages(source: &Connection, path: &Path, copied: Copied<'_>) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut target = Connection::open_with_flags(path, flags)?;
    // Half a copy is of no use to anybody, and a whole one is synced once.
    target.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE")?;
    let page: u64 = source.pragma_query_value(None, "page_size", |row| row.get::<_, u32>(0)).map(u64::from)?;
    let backup = Backup::new(source, &mut target)?;
    loop {
        let step = backup.step(PAGES_AT_ONCE)?;
        let progress = backup.progress();
        let total = u64::try_from(progress.pagecount).unwrap_or_default();
        copied((total - u64::try_from(progress.remaining).unwrap_or_default().min(total)) * page, total * page);
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => std::thread::yield_now(),
            // Nobody else has the target, and the source's transaction has begun: a moment at most.
            _ => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// Notes rollback mode in the header of a closed copy (SQLite's file format, 1.3.3), and makes it durable.
fn settle(path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).open(path)?;
    file.seek(SeekFrom::Start(18))?;
    file.write_all(&[1, 1])?;
    file.sync_all()
}

/// Keeps a file as it is before it is migrated, in `snapshots/` beside it; `None` in memory, and where another process has migrated it
/// meanwhile.
pub(super) fn before_migration(location: &Location, kind: Kind, found: u32) -> Result<Option<PathBuf>> {
    let Location::File(path) = location else { return Ok(None) };
    let directory = DataDirectory::around(path);
    let source = connection::open(location, kind, Purpose::Maintain)?;
    let _making = directory.lock_for_creating()?;
    let unfinished = HalfMade::at(directory.unfinished());
    if !copy_of(&source, &unfinished, Some(found), &mut |_, _| {})? {
        return Ok(None);
    }
    let place = directory.snapshots();
    directory::make_directory(&place).map_err(|error| io_error(&error, &place))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let kept = place.join(format!("{name}.v{found}.{}.db", Utc::now().format("%Y%m%dT%H%M%S%6fZ")));
    template::give_name(unfinished, &kept, "a copy of this file is being made at this very moment: try again")?;
    sync_directory(&place).map_err(|error| io_error(&error, &place))?;
    Ok(Some(kept))
}
