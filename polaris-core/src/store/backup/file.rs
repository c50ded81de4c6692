//! One file of a backup: copied in, examined, copied out, and made ready to be served again.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

use super::BackupProblem;
use super::manifest::{Held, Whose};
use crate::error::{Error, Result};
use crate::store::Transaction;
use crate::store::connection::{self, Location, Purpose};
use crate::store::database::wal_of;
use crate::store::directory::{DataDirectory, new_file, sync_directory};
use crate::store::error::StoreError;
use crate::store::inspect;
use crate::store::schema::{self, Kind};
use crate::store::snapshot;
use crate::store::template::{self, HalfMade, io_error};
use crate::types::key_hash::hex;

const CHUNK: usize = 1 << 20;

/// What a file in a backup is, as it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) schema_version: u32,
    pub(crate) whose: Option<Whose>,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// Copies a database in use into a backup, and looks at the copy: whose it is, and whether SQLite finds it sound at a glance.
pub(crate) fn copy_in(source: &Location, kind: Kind, path: &Path) -> Result<Found> {
    let unfinished = HalfMade::at(path.to_owned());
    snapshot::copy(source, kind, &unfinished, &mut |_, _| {})?;
    let copy = open_to_read(path, kind)?;
    if let Some(line) = inspect::lines(&copy, "PRAGMA quick_check(1)")?.into_iter().find(|line| line != "ok") {
        return Err(StoreError::Damaged(line).into());
    }
    let (_, schema_version) = connection::identity(&copy)?;
    let whose = if kind == Kind::Tenant { whose(&copy)? } else { None };
    drop(copy);
    let (bytes, sha256) = digest(path, &mut io::sink()).map_err(|error| io_error(&error, path))?;
    unfinished.finish();
    Ok(Found { schema_version, whose, bytes, sha256 })
}

/// Looks into a file of a backup, whatever its schema version.
pub(crate) fn inside<T>(path: &Path, kind: Kind, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
    let connection = open_to_read(path, kind)?;
    connection::control(&connection, "BEGIN")?;
    work(&Transaction::reading(&connection))
}

fn open_to_read(path: &Path, kind: Kind) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let path = std::path::absolute(path).map_err(|error| StoreError::CantOpen(error.to_string()))?;
    let connection = Connection::open_with_flags(path, flags)?;
    connection::guard(&connection, Purpose::Maintain)?;
    let (application, version) = connection::identity(&connection)?;
    if application != kind.application_id() || version == 0 {
        return Err(StoreError::Damaged(format!("not a {kind:?} database of Polaris (application id {application:#x})")));
    }
    Ok(connection)
}

fn whose(connection: &Connection) -> Result<Option<Whose>, StoreError> {
    let row = inspect::tenant_row(connection)?;
    Ok(row.map(|row| Whose { uuid: row.uuid, slug: row.slug, state: row.state }))
}

/// Checks a file, in a backup or copied out of it, against what the manifest says of it.
pub(crate) fn examine(path: &Path, held: &Held) -> Vec<BackupProblem> {
    let problem = |code, message: String| BackupProblem::new(&held.file, code, message);
    if let Err(found) = is_plain(path, &held.file) {
        return vec![found];
    }
    match digest(path, &mut io::sink()) {
        Ok((bytes, sha256)) if bytes == held.bytes && sha256 == held.sha256 => {}
        Ok((bytes, _)) if bytes != held.bytes => {
            return vec![problem("DAMAGED", format!("has {bytes} bytes, and had {} when it was written", held.bytes))];
        }
        Ok(_) => return vec![problem("DAMAGED", "is not as it was written: its check sum is another".to_owned())],
        Err(error) => return vec![problem("UNREADABLE", error.to_string())],
    }
    look_inside(path, held)
}

fn is_plain(path: &Path, name: &str) -> Result<(), BackupProblem> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(BackupProblem::new(name, "MISSING", "is not there")),
        Err(error) => Err(BackupProblem::new(name, "UNREADABLE", error.to_string())),
        Ok(meta) if !meta.is_file() => Err(BackupProblem::new(name, "NOT_OURS", "is a symbolic link or no file, which no backup holds")),
        Ok(_) => {
            // SQLite would take it for changes that are to be undone.
            let stray = ["-wal", "-shm", "-journal"].iter().find(|suffix| {
                let mut beside = path.as_os_str().to_owned();
                beside.push(suffix);
                fs::symlink_metadata(Path::new(&beside)).is_ok()
            });
            match stray {
                Some(suffix) => Err(BackupProblem::new(
                    name,
                    "UNEXPECTED",
                    format!("has a log or journal ({suffix}) beside it, which no backup has: move that away"),
                )),
                None => Ok(()),
            }
        }
    }
}

fn look_inside(path: &Path, held: &Held) -> Vec<BackupProblem> {
    let kind = if held.tenant.is_some() { Kind::Tenant } else { Kind::Registry };
    let problem = |code, message: String| BackupProblem::new(&held.file, code, message);
    let connection = match open_to_read(path, kind) {
        Ok(connection) => connection,
        Err(StoreError::Damaged(_)) => return vec![problem("NOT_OURS", "is not the database of Polaris that it should be".to_owned())],
        Err(error) => return vec![problem("UNREADABLE", error.to_string())],
    };
    let checked = (|| -> Result<Vec<BackupProblem>, StoreError> {
        let mut found = Vec::new();
        let (_, version) = connection::identity(&connection)?;
        if version != held.schema_version {
            found.push(problem("EDITED", format!("has schema version {version}, and the manifest says {}", held.schema_version)));
        }
        for line in inspect::lines(&connection, "PRAGMA integrity_check(20)")?.into_iter().filter(|line| line != "ok") {
            found.push(problem("DAMAGED", line));
        }
        if found.is_empty() {
            for table in inspect::lines(&connection, "PRAGMA foreign_key_check")? {
                found.push(problem("DAMAGED", format!("rows of {table} point at rows that don't exist")));
            }
        }
        if found.is_empty() && kind == Kind::Tenant && whose(&connection)? != held.tenant {
            found.push(problem("ANOTHERS", "is the database of another tenant than the manifest says".to_owned()));
        }
        Ok(found)
    })();
    checked.unwrap_or_else(|error| vec![problem("DAMAGED", error.to_string())])
}

/// Copies a file of a backup into the data directory under an unfinished name, while its check sum is taken; refuses what isn't as it
/// was written.
pub(crate) fn copy_out(from: &Path, held: &Held, directory: &DataDirectory) -> Result<HalfMade> {
    is_plain(from, &held.file)?;
    let unfinished = HalfMade::at(directory.unfinished());
    let fail = |error: io::Error| io_error(&error, unfinished.path());
    let mut to = new_file(unfinished.path()).map_err(fail)?;
    let (bytes, sha256) = digest(from, &mut to).map_err(fail)?;
    to.sync_all().map_err(fail)?;
    drop(to);
    if bytes != held.bytes || sha256 != held.sha256 {
        return Err(BackupProblem::new(&held.file, "DAMAGED", "is not as it was written: its size or check sum is another").into());
    }
    if let Some(found) = look_inside(unfinished.path(), held).into_iter().next() {
        return Err(found.into());
    }
    let known = if held.tenant.is_some() { Kind::Tenant } else { Kind::Registry }.version();
    if held.schema_version > known {
        return Err(Error::SchemaTooNew { found: held.schema_version, known });
    }
    Ok(unfinished)
}

/// Brings a file that nobody else knows of to this program's schema, and changes it in one transaction.
pub(crate) fn prepare<T>(unfinished: &HalfMade, kind: Kind, change: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
    let location = Location::File(unfinished.path().to_owned());
    schema::upgrade_by(&location, kind, kind.steps())?;
    let connection = connection::open(&location, kind, Purpose::Maintain)?;
    connection::control(&connection, "BEGIN IMMEDIATE")?;
    let changed = change(&Transaction::new(&connection))?;
    connection::control(&connection, "COMMIT")?;
    connection.close().map_err(|(_, error)| StoreError::from(error))?;
    // SQLite has synced what it wrote, and closing took the log away.
    if wal_of(unfinished.path()).exists() {
        return Err(StoreError::Driver("a file that nobody has open kept its log".to_owned()).into());
    }
    Ok(changed)
}

/// Gives a prepared file its name, where there is none. The log of the one that is gone is set aside, or SQLite would take it for this
/// one's.
pub(crate) fn replace_missing(unfinished: HalfMade, place: &Path, aside: &Path) -> Result<()> {
    match fs::rename(wal_of(place), wal_of(aside)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error(&error, place)),
        _ => {}
    }
    template::give_name(unfinished, place, "a file of this name has appeared meanwhile: look at it with `polaris doctor`")?;
    place.parent().map_or(Ok(()), |directory| sync_directory(directory).map_err(|error| io_error(&error, place)))
}

/// The length and SHA-256 of a file of a backup, which is passed on as it is read.
fn digest(path: &Path, to: &mut dyn Write) -> io::Result<(u64, String)> {
    let mut file = OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path)?;
    let mut digest = Sha256::new();
    let mut bytes = 0;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = file.read(&mut chunk)?;
        let Some(part) = chunk.get(..read).filter(|part| !part.is_empty()) else { break };
        digest.update(part);
        to.write_all(part)?;
        bytes += read as u64;
    }
    Ok((bytes, hex(&digest.finalize())))
}
