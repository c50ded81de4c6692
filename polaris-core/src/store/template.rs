//! Ready-made databases: an empty file with the current schema, copied for each new tenant.
//!
//! Running the schema takes several milliseconds, copying half a megabyte a fraction of one. A template is never open: it is made
//! under another name and renamed when finished, and its name carries a digest of the migrations it was made with.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;

use super::connection::{self, Location};
use super::database::wal_of;
use super::directory::{DataDirectory, new_file, sync_directory};
use super::error::StoreError;
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
pub(super) struct HalfMade {
    path: PathBuf,
    finished: bool,
}

impl HalfMade {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path, finished: false }
    }

    pub(super) fn finish(mut self) {
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

/// Makes a database with the current schema under an unfinished name, filled, closed and synced.
pub(super) fn make_filled(unfinished: &HalfMade, kind: Kind, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<()> {
    let path = &unfinished.path;
    new_file(path).map_err(|error| io_error(&error, path))?;
    {
        let mut connection = connection::open_private(&Location::File(path.clone()), OpenFlags::empty())?;
        schema::migrate(&mut connection, kind)?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0)).map_err(StoreError::from)?;
        filled(&connection, fill)?;
    }
    sync_file(path)
}

fn filled(connection: &rusqlite::Connection, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<()> {
    connection.execute_batch("BEGIN").map_err(StoreError::from)?;
    fill(&Transaction::new(connection))?;
    connection.execute_batch("COMMIT").map_err(StoreError::from)?;
    // Closing does this too, but says nothing when the disk is full: the file would then go without what is still in its log.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(StoreError::from)?;
    Ok(())
}

/// Makes a closed file durable. Never called on a file that SQLite has open in this process.
fn sync_file(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| io_error(&error, path))
}

/// Renames a finished file, unless the name is taken.
pub(super) fn give_name(unfinished: HalfMade, name: &Path, taken: &str) -> Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, &unfinished.path, CWD, name, RenameFlags::NOREPLACE).map_err(|error| {
        if error == rustix::io::Errno::EXIST { Error::Conflict(taken.to_owned()) } else { io_error(&error.into(), name) }
    })?;
    unfinished.finish();
    Ok(())
}

/// The template for tenants, made first if there is none for this schema.
pub(super) fn tenant_template(directory: &DataDirectory) -> Result<PathBuf> {
    let path = directory.template(Kind::Tenant);
    if !path.exists() {
        let unfinished = HalfMade::at(directory.unfinished());
        make_filled(&unfinished, Kind::Tenant, |_| Ok(()))?;
        directory.make_templates().map_err(|error| io_error(&error, &path))?;
        fs::rename(&unfinished.path, &path).map_err(|error| io_error(&error, &path))?;
        unfinished.finish();
        directory.remove_other_templates(&path);
    }
    Ok(path)
}

/// Makes a tenant's file: copied from the template, filled, synced, and only then given its name. Fails with a conflict when a file
/// of that name exists.
pub(crate) fn make_tenant(directory: &DataDirectory, name: &Path, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<()> {
    let template = tenant_template(directory)?;
    let unfinished = HalfMade::at(directory.unfinished());
    let path = &unfinished.path;
    let fail = |error: io::Error| io_error(&error, path);
    let mut copy = new_file(path).map_err(fail)?;
    io::copy(&mut File::open(&template).map_err(fail)?, &mut copy).map_err(fail)?;
    // Closed before SQLite opens it, and synced through a descriptor of its own after SQLite has closed it.
    drop(copy);
    filled(&connection::open_private(&Location::File(path.clone()), OpenFlags::empty())?, fill)?;
    sync_file(path)?;
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
    filled(&connection, fill)?;
    Ok(KeepAlive(std::sync::Mutex::new(connection)))
}

/// Holds a database in memory; it is gone when dropped.
pub(crate) struct KeepAlive(#[allow(dead_code, reason = "held, never used")] std::sync::Mutex<rusqlite::Connection>);
