//! The making of files: written whole under an unfinished name, synced, and only then given their own.
//!
//! Nobody else knows of an unfinished file, and a crash leaves something that is recognised by its name.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;

use super::connection::Location;
use super::database::wal_of;
use super::directory::{DataDirectory, new_file, sync_directory};
use super::error::StoreError;
use super::mould::Mould;
use super::schema::{self, Kind};
use super::transaction::Transaction;
use crate::error::{Error, Result};

/// What an I/O failure of making a file means to the caller; the path goes to the log alone.
pub(crate) fn io_error(error: &io::Error, path: &Path) -> Error {
    let path = path.display().to_string();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full(path).into(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly(path).into(),
        _ if error.raw_os_error().is_some_and(means_no_descriptors) => StoreError::NoDescriptors(path).into(),
        _ => StoreError::Driver(format!("{path}: {error}")).into(),
    }
}

fn means_no_descriptors(code: i32) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE].iter().any(|errno| errno.raw_os_error() == code)
}

/// Removes a half-made file when dropped, unless it was finished.
pub(crate) struct HalfMade {
    path: PathBuf,
    finished: bool,
}

impl HalfMade {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path, finished: false }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for HalfMade {
    fn drop(&mut self) {
        if !self.finished {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                let mut name = self.path.as_os_str().to_owned();
                name.push(suffix);
                let _ = fs::remove_file(PathBuf::from(name));
            }
        }
    }
}

/// Makes a database with the current schema under an unfinished name, filled and synced.
pub(super) fn make_filled(unfinished: &HalfMade, kind: Kind, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<()> {
    let mould = Mould::empty(kind)?;
    mould.add(fill)?;
    write(unfinished, &mould.to_serve()?)?;
    sync_file(&unfinished.path)
}

/// Writes a new file under an unfinished name.
pub(super) fn write(unfinished: &HalfMade, bytes: &[u8]) -> Result<()> {
    new_file(&unfinished.path).and_then(|mut file| file.write_all(bytes)).map_err(|error| io_error(&error, &unfinished.path))
}

/// Makes a closed file durable. Never called on a file that SQLite has open in this process.
fn sync_file(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| io_error(&error, path))
}

/// Renames a finished file, unless the name is taken.
pub(crate) fn give_name(unfinished: HalfMade, name: &Path, taken: &str) -> Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, &unfinished.path, CWD, name, RenameFlags::NOREPLACE).map_err(|error| {
        if error == rustix::io::Errno::EXIST { Error::Conflict(taken.to_owned()) } else { io_error(&error.into(), name) }
    })?;
    unfinished.finish();
    Ok(())
}

/// Makes a tenant's file of these bytes. Fails with a conflict when a file of that name exists.
pub(crate) fn make_tenant(directory: &DataDirectory, name: &Path, bytes: &[u8]) -> Result<()> {
    let unfinished = HalfMade::at(directory.unfinished());
    write(&unfinished, bytes)?;
    sync_file(&unfinished.path)?;
    let taken = "a file for a tenant of this slug already lies in the data directory; run `polaris doctor`";
    if wal_of(name).exists() {
        // The log of a file that is gone: SQLite would take what is in it for the new one's.
        return Err(Error::Conflict(taken.to_owned()));
    }
    give_name(unfinished, name, taken)?;
    sync_directory(directory.root()).map_err(|error| {
        let _ = fs::remove_file(name);
        io_error(&error, name)
    })
}

/// Makes and fills a database in memory. The connection returned keeps it alive.
pub(crate) fn make_in_memory(location: &Location, kind: Kind, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<KeepAlive> {
    let mut connection = location.connect(OpenFlags::empty())?;
    schema::migrate(&mut connection, kind)?;
    connection.execute_batch("BEGIN").map_err(StoreError::from)?;
    fill(&Transaction::new(&connection))?;
    connection.execute_batch("COMMIT").map_err(StoreError::from)?;
    Ok(KeepAlive(std::sync::Mutex::new(connection)))
}

/// Holds a database in memory; it is gone when dropped.
pub(crate) struct KeepAlive(#[allow(dead_code, reason = "held, never used")] std::sync::Mutex<rusqlite::Connection>);
