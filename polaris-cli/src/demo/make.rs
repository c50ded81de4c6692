//! Making the demo, all or nothing.
//!
//! Everything is made in `{place}.unfinished` and renamed to `{place}` when it is complete. Whoever makes it holds a lock on that
//! directory, which the kernel lets go of when the process dies: what an unlocked one holds was left by a kill, and is removed.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::Utc;
use polaris_core::types::{EventStatus, LocalTime};
use polaris_core::{Error, Polaris, Result};

use super::district::{self, District};
use super::is_data_directory;
use super::keys::{self, Keys};
use crate::app::actor;
use crate::settings::Settings;

/// Makes the demo, telling how many of its tenants and events are made; false if somebody else has made it meanwhile.
pub(super) fn make(settings: &Settings, progress: &mut dyn FnMut(usize, usize)) -> Result<bool> {
    let place = settings.data.as_path();
    check_free(place)?;
    let target = place.canonicalize().unwrap_or_else(|_| place.to_owned());
    let unfinished = beside(&target)?;
    let lock = lock(&unfinished)?;
    if is_data_directory(&target) {
        let _ = fs::remove_dir(&unfinished);
        return Ok(false);
    }
    clear(&unfinished)?;
    if let Err(error) = fill(&settings.at(unfinished.clone()), progress) {
        // As tidy as can be; what stays is removed by the next attempt.
        let _ = clear(&unfinished).and_then(|()| fs::remove_dir(&unfinished).map_err(|_| Error::Internal));
        return Err(error);
    }
    wait_until_closed(&unfinished);
    fs::rename(&unfinished, &target)
        .and_then(|()| File::open(parent(&target))?.sync_all())
        .map_err(|error| refuse(format!("{} can't be renamed to {}: {error}", unfinished.display(), place.display())))?;
    drop(lock);
    Ok(true)
}

fn refuse(message: String) -> Error {
    Error::DataDirectory(message)
}

/// Only an empty directory, or none, becomes a demo.
fn check_free(place: &Path) -> Result<()> {
    let shown = place.display();
    match fs::read_dir(place).map(|mut entries| entries.next().is_none()) {
        Ok(empty) if empty || is_data_directory(place) => Ok(()),
        Ok(_) => Err(refuse(format!("{shown} is not empty and not a demo: remove it, or choose another directory with --data"))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(refuse(format!("{shown} can't be used for the demo: {error}"))),
    }
}

fn parent(place: &Path) -> &Path {
    place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The place beside it where it is made.
fn beside(place: &Path) -> Result<PathBuf> {
    let name = place.file_name().ok_or_else(|| refuse(format!("{} has no name: give the demo a directory of its own", place.display())))?;
    let mut name = name.to_owned();
    name.push(".unfinished");
    Ok(place.with_file_name(name))
}

/// The directory to make it in, made if it isn't there, with nobody else at work in it.
fn lock(unfinished: &Path) -> Result<File> {
    let failed = |error: io::Error| refuse(format!("{} can't be made: {error}", unfinished.display()));
    loop {
        DirBuilder::new().recursive(true).mode(0o700).create(unfinished).map_err(failed)?;
        let directory = match File::open(unfinished) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            opened => opened.map_err(failed)?,
        };
        match directory.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(Error::Conflict(
                    "another `polaris demo` is making this demo right now: wait until it is ready, or stop it".to_owned(),
                ));
            }
            Err(fs::TryLockError::Error(error)) => return Err(failed(error)),
        }
        // Whoever held the lock before may have finished and renamed what was just locked.
        let locked = directory.metadata().map_err(failed)?;
        if fs::metadata(unfinished).is_ok_and(|there| (there.dev(), there.ino()) == (locked.dev(), locked.ino())) {
            return Ok(directory);
        }
    }
}

/// Removes what a kill left; refuses to touch what isn't ours.
fn clear(unfinished: &Path) -> Result<()> {
    let shown = unfinished.display();
    let failed = |error: io::Error| refuse(format!("{shown} is left from an earlier attempt and can't be removed: {error}"));
    let entries: Vec<_> = fs::read_dir(unfinished).and_then(Iterator::collect::<io::Result<_>>).map_err(failed)?;
    if let Some(other) = entries.iter().find(|entry| !is_ours(&entry.file_name().to_string_lossy())) {
        let other = other.file_name();
        return Err(refuse(format!("{shown} is needed for a moment, but holds {}: move it away first", other.display())));
    }
    for entry in entries {
        let is_directory = entry.file_type().map_err(failed)?.is_dir();
        if is_directory { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }.map_err(failed)?;
    }
    Ok(())
}

fn is_ours(name: &str) -> bool {
    let begins = ["polaris.db", "polaris_", "demo-keys.json", ".unfinished-"].iter().any(|start| name.starts_with(start));
    begins || ["templates", "trash", "reserve", "serve.lock", "create.lock"].contains(&name)
}

/// Reference data, tenants, keys, events.
fn fill(settings: &Settings, progress: &mut dyn FnMut(usize, usize)) -> Result<()> {
    let districts = district::all()?;
    let all = districts.iter().map(|district| 1 + district.events.len()).sum();
    let mut done = 0;
    let mut made = || {
        done += 1;
        progress(done, all);
    };
    let polaris = Polaris::init(settings.engine())?;
    let platform = polaris.platform(actor())?;
    platform.reference().import(&district::reference()?)?;
    let mut keys = Keys::new();
    for district in &districts {
        let created = platform.tenants().create(district.tenant())?;
        keys.insert(district.slug.clone(), created.api_key.reveal().to_owned());
        made();
        add_events(&polaris, district, &mut made)?;
    }
    keys::write(&settings.data, &keys).map_err(|error| refuse(format!("the demo's keys can't be written: {error}")))
}

fn add_events(polaris: &Polaris, district: &District, made: &mut impl FnMut()) -> Result<()> {
    let tenant = polaris.tenant(&district.slug, actor())?;
    let today = LocalTime::from_instant(Utc::now(), tenant.settings()?.time_zone).local.date();
    for event in &district.events {
        let created = tenant.events().create(event.draft(today)?)?;
        if event.status == EventStatus::Published {
            tenant.events().publish(created.id)?;
        }
        made();
    }
    Ok(())
}

/// The engine's background thread may hold the files a moment longer than we do. They are complete anyhow; closed, their logs are gone
/// and the new name finds nothing to recover.
fn wait_until_closed(unfinished: &Path) {
    let is_log = |entry: io::Result<fs::DirEntry>| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().ends_with(".db-wal"));
    let patience = Instant::now() + Duration::from_secs(2);
    while fs::read_dir(unfinished).is_ok_and(|mut entries| entries.any(is_log)) && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(10));
    }
}
