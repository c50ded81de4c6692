//! Removing old backups.

use serde_json::json;

use super::{BackupState, Backups};
use crate::audit::Entry;
use crate::error::{Error, Problem, Result};
use crate::operations::BACKUPS_PRUNE;
use crate::store::backup;

/// What was removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Backups, by name, newest first.
    pub backups: Vec<String>,
    /// How many copies of files from before migrations, and files that restores had replaced.
    pub copies: usize,
    /// The bytes of all of it.
    pub bytes: u64,
}

impl Backups<'_> {
    /// Removes all but the newest finished backups in the default place, and all but as many copies of each file from before
    /// migrations or restores. Backups elsewhere, unfinished and unusable ones are let be.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] when nothing would be kept; [`Error::Forbidden`]; [`Error::Unavailable`] when something can't be removed.
    pub fn prune(&self, keep: usize) -> Result<Pruned> {
        let platform = self.platform;
        platform.authorize(&BACKUPS_PRUNE)?;
        if keep == 0 {
            return Err(Error::invalid("keep", Problem::new("OUT_OF_RANGE", "must be at least 1: the newest backup is always kept")));
        }
        let directory = self.directory()?;
        let finished = self.list_of(&directory.backups()).into_iter().filter(|backup| backup.state == BackupState::Finished);
        let old: Vec<_> = finished.skip(keep).collect();
        let names: Vec<_> = old.iter().map(|backup| backup.name.clone()).collect();
        // Noted before anything is gone.
        platform.write(&BACKUPS_PRUNE, |_| Ok(((), Entry::of("backups", "backups", json!({ "keep": keep, "removed": names })))))?;
        let mut pruned = Pruned::default();
        for backup in old {
            backup::remove(&backup.folder)?;
            pruned.bytes += backup.bytes;
            pruned.backups.push(backup.name);
        }
        let (copies, bytes) = backup::prune_copies(directory, keep)?;
        Ok(Pruned { copies, bytes: pruned.bytes + bytes, ..pruned })
    }
}
