//! The folder of a backup: begun, finished, found again, removed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rustix::fs::OFlags;

use super::BackupProblem;
use super::manifest::Manifest;
use crate::error::{Error, Result, Unavailable};
use crate::store::database::wal_of;
use crate::store::directory::{DataDirectory, files_in, folders_in, make_directory, name_of, new_file, sync_directory};
use crate::store::template::io_error;

const MANIFEST: &str = "manifest.json";
/// The manifest of a thousand tenants has some 400 KiB.
const LONGEST_MANIFEST: u64 = 64 << 20;
/// Left free on the disk that a backup is made on.
const SPARE: u64 = 64 << 20;

/// Whether a folder can be a backup of ours: `YYYYMMDDTHHMMSSZ`, with `-2` and so on for further ones of that second.
pub(crate) fn is_name(name: &str) -> bool {
    let (date, more) = name.split_once('-').map_or((name, None), |(date, more)| (date, Some(more)));
    let shaped = date.len() == 16
        && date.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        });
    shaped
        && more.is_none_or(|more| matches!(more.len(), 1..=4) && !more.starts_with('0') && more.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A backup being made. Dropped unfinished it is removed.
pub(crate) struct Making {
    path: PathBuf,
    /// Tells others that it is under way; the kernel lets go of it when the process dies.
    _lock: File,
    finished: bool,
}

/// Makes a place for backups, if it isn't there, and looks whether it can be written into.
pub(crate) fn can_hold(place: &Path) -> io::Result<()> {
    make_directory(place)?;
    Ok(rustix::fs::access(place, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK)?)
}

impl Making {
    /// Begins a backup in this place: a new folder, named after the time, for its owner alone.
    pub(crate) fn begin(place: &Path, now: DateTime<Utc>) -> Result<Self> {
        make_directory(place).map_err(|error| io_error(&error, place))?;
        let place = place.canonicalize().map_err(|error| io_error(&error, place))?;
        let date = now.format("%Y%m%dT%H%M%SZ").to_string();
        for count in 1..10_000_u32 {
            let path = place.join(if count == 1 { date.clone() } else { format!("{date}-{count}") });
            match fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {
                    let locked = File::open(&path).and_then(|lock| lock.lock().map(|()| lock));
                    let lock = locked.map_err(|error| io_error(&error, &path))?;
                    // Taken for a leftover in the moment before it was locked.
                    if path.exists() {
                        return Ok(Self { path, _lock: lock, finished: false });
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(io_error(&error, &path)),
            }
        }
        Err(Error::Conflict("too many backups were begun in this second".to_owned()))
    }

    /// Refuses when the disk has no room for so many bytes.
    pub(crate) fn needs(&self, bytes: u64) -> Result<()> {
        let stat = rustix::fs::statvfs(&self.path).map_err(|error| io_error(&error.into(), &self.path))?;
        if stat.f_bavail.saturating_mul(stat.f_frsize) < bytes.saturating_add(SPARE) {
            return Err(Error::Unavailable(Unavailable::DiskFull));
        }
        Ok(())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Takes a file out again.
    pub(crate) fn drop_file(&self, name: &str) {
        let _ = fs::remove_file(self.path.join(name));
    }

    pub(crate) fn name(&self) -> String {
        name_of(&self.path)
    }

    /// Writes the manifest, which makes it a backup; durably.
    pub(crate) fn finish(mut self, manifest: &Manifest) -> Result<PathBuf> {
        let fail = |error: io::Error| io_error(&error, &self.path);
        let half = self.path.join(".manifest.json");
        let mut file = new_file(&half).map_err(fail)?;
        file.write_all(manifest.to_text().as_bytes()).and_then(|()| file.sync_all()).map_err(fail)?;
        sync_directory(&self.path).map_err(fail)?;
        fs::rename(&half, self.path.join(MANIFEST)).and_then(|()| sync_directory(&self.path)).map_err(fail)?;
        if let Some(place) = self.path.parent() {
            sync_directory(place).map_err(fail)?;
        }
        self.finished = true;
        Ok(self.path.clone())
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        if !self.finished
            && let Err(error) = remove_files(&self.path)
        {
            tracing::warn!(%error, "an unfinished backup stays behind; doctor removes it");
        }
    }
}

/// Opens a finished backup: its folder, and what its manifest says.
pub(crate) fn open(folder: &Path) -> Result<(PathBuf, Manifest), BackupProblem> {
    let name = name_of(folder);
    let problem = |code, message: &str| BackupProblem::new("", code, message);
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|meta| meta.is_dir());
    let folder = folder.canonicalize().ok().filter(|_| is_folder).ok_or_else(|| problem("NOT_A_BACKUP", "is no folder"))?;
    let path = folder.join(MANIFEST);
    match fs::symlink_metadata(&path) {
        Err(_) if is_under_way(&folder) => return Err(problem("UNFINISHED", "is being made right now: wait until it is done")),
        Err(_) if is_begun(&folder) => return Err(problem("UNFINISHED", "has no manifest: its making was cut off")),
        Err(_) => return Err(problem("NOT_A_BACKUP", "has no manifest: name the folder that `polaris backup create` made")),
        Ok(meta) if !meta.is_file() || meta.len() > LONGEST_MANIFEST => {
            return Err(BackupProblem::new(MANIFEST, "NOT_A_BACKUP", "is no plain file that Polaris wrote"));
        }
        Ok(_) => {}
    }
    let mut text = String::new();
    let opened = OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(&path);
    opened
        .and_then(|mut file| file.read_to_string(&mut text))
        .map_err(|error| BackupProblem::new(MANIFEST, "UNREADABLE", error.to_string()))?;
    let manifest = Manifest::from_text(&text, &name)?;
    Ok((folder, manifest))
}

/// Whether somebody is making this backup at this moment.
fn is_under_way(folder: &Path) -> bool {
    File::open(folder).is_ok_and(|file| matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
}

/// The backups in a place, oldest first, each with what it says or why it can't be used.
#[allow(clippy::type_complexity, reason = "one row for each folder")]
pub(crate) fn all_in(place: &Path) -> Vec<(PathBuf, Result<Manifest, BackupProblem>)> {
    let mut folders = folders_in(place);
    folders.retain(|folder| is_name(&name_of(folder)));
    // By date; those of one second by number.
    folders.sort_by_key(|folder| {
        let name = name_of(folder);
        (name.split('-').next().unwrap_or_default().to_owned(), name.len(), name)
    });
    folders.into_iter().map(|folder| (folder.clone(), open(&folder).map(|(_, manifest)| manifest))).collect()
}

/// The backups in a place whose making was cut off.
pub(crate) fn cut_off(place: &Path) -> Vec<PathBuf> {
    let mut folders = folders_in(place);
    folders.retain(|folder| is_begun(folder) && !folder.join(MANIFEST).exists() && !is_under_way(folder));
    folders.sort();
    folders
}

/// How many files lie below a directory of ours, and their bytes.
pub(crate) fn stored(place: &Path) -> (usize, u64) {
    let files = folders_in(place).into_iter().flat_map(|folder| files_in(&folder)).chain(files_in(place));
    sizes(&files.collect::<Vec<_>>())
}

/// How many files these are, and their bytes.
pub(crate) fn sizes(files: &[PathBuf]) -> (usize, u64) {
    (files.len(), files.iter().map(|file| fs::symlink_metadata(file).map_or(0, |meta| meta.size())).sum())
}

/// Removes a finished backup: the manifest first, so that what is left after a crash is recognised. What isn't ours stays, and so does
/// the folder then.
pub(crate) fn remove(folder: &Path) -> Result<()> {
    let fail = |error: io::Error| io_error(&error, folder);
    fs::remove_file(folder.join(MANIFEST)).and_then(|()| sync_directory(folder)).map_err(fail)?;
    remove_files(folder).map_err(fail)
}

/// Removes a backup whose making was cut off; false where it has been finished or removed since, or is being made.
pub(crate) fn remove_unfinished(folder: &Path) -> io::Result<bool> {
    let Ok(lock) = File::open(folder) else { return Ok(false) };
    if lock.try_lock().is_err() || folder.join(MANIFEST).exists() {
        return Ok(false);
    }
    remove_files(folder).map(|()| true)
}

fn remove_files(folder: &Path) -> io::Result<()> {
    for path in files_in(folder).into_iter().filter(|path| is_ours(path)) {
        fs::remove_file(path)?;
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        done => done,
    }
}

/// Whether a folder without a manifest is a backup that was begun. Where nothing of one is left lies what somebody else has put there.
fn is_begun(folder: &Path) -> bool {
    let files = files_in(folder);
    is_name(&name_of(folder)) && (files.is_empty() || files.iter().any(|path| is_ours(path)))
}

/// Whether a file is one that making a backup leaves in its folder.
fn is_ours(path: &Path) -> bool {
    let name = name_of(path);
    name == ".manifest.json" || name == "polaris.db" || (name.starts_with("polaris_") && name.ends_with(".db"))
}

/// Removes all but the newest copies from before migrations and of files replaced by restores, so many of each file. Gives how many, and
/// their bytes.
pub(crate) fn prune_copies(directory: &DataDirectory, keep: usize) -> Result<(usize, u64)> {
    // `polaris_kckps.v1.20261121T064500123456Z.db`, `replaced_kckps.20261121T064500123Z.db`: versions and times sort by name.
    let mut files = files_in(&directory.snapshots());
    files.retain(|path| name_of(path).starts_with("polaris") && path.extension().is_some_and(|extension| extension == "db"));
    files.extend(directory.replaced());
    files.sort_by_key(|path| std::cmp::Reverse(path.file_stem().map(ToOwned::to_owned)));
    let (mut removed, mut bytes) = (0, 0);
    let mut kept: Vec<String> = Vec::new();
    for path in files {
        let of = name_of(&path).split('.').next().unwrap_or_default().to_owned();
        if kept.iter().filter(|other| **other == of).count() < keep {
            kept.push(of);
            continue;
        }
        bytes += fs::symlink_metadata(&path).map_or(0, |meta| meta.size());
        // The log of a damaged file was set aside with it.
        let _ = fs::remove_file(wal_of(&path));
        fs::remove_file(&path).map_err(|error| io_error(&error, &path))?;
        removed += 1;
    }
    Ok((removed, bytes))
}
