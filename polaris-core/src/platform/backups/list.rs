//! Listing backups.

use std::path::Path;

use super::{Backup, BackupState, Backups};
use crate::error::Result;
use crate::operations::BACKUPS_LIST;
use crate::store::backup;

impl Backups<'_> {
    /// The backups in the default place, newest first; those being made or cut off too.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden); [`Error::Conflict`](crate::Error::Conflict) for an engine in memory.
    pub fn list(&self) -> Result<Vec<Backup>> {
        self.platform.authorize(&BACKUPS_LIST)?;
        Ok(self.list_of(&self.directory()?.backups()))
    }

    /// The backups in another place, newest first.
    ///
    /// # Errors
    ///
    /// As [`Self::list`].
    pub fn list_in(&self, place: &Path) -> Result<Vec<Backup>> {
        self.platform.authorize(&BACKUPS_LIST)?;
        Ok(self.list_of(place))
    }

    pub(super) fn list_of(&self, place: &Path) -> Vec<Backup> {
        let mut found: Vec<_> = backup::all_in(place)
            .into_iter()
            .map(|(folder, manifest)| match manifest {
                Ok(manifest) => Backup::of(folder, &manifest),
                Err(problem) => Backup {
                    name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                    state: if problem.code == "UNFINISHED" { BackupState::Unfinished } else { BackupState::Unusable(problem) },
                    bytes: backup::stored(&folder).1,
                    folder,
                    times: None,
                    tenants: Vec::new(),
                    left_out: Vec::new(),
                },
            })
            .collect();
        found.reverse();
        found
    }
}
