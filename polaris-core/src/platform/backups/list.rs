//! Listing backups.

use std::path::{Path, PathBuf};

use super::{Backup, BackupProblem, BackupRef, BackupState, Backups};
use crate::error::Result;
use crate::operations::{BACKUPS_GET, BACKUPS_LIST};
use crate::page::{Page, PageRequest};
use crate::store::backup::{self, Manifest};

impl Backups<'_> {
    /// The backups in the default place, newest first, a page at a time; those being made or cut off too.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden); [`Error::Conflict`](crate::Error::Conflict) for an engine in memory.
    pub fn list(&self, page: PageRequest) -> Result<Page<Backup>> {
        self.platform.authorize(&BACKUPS_LIST)?;
        Ok(self.page_of(&self.directory()?.backups(), page))
    }

    /// The backups in another place.
    ///
    /// # Errors
    ///
    /// As [`Self::list`].
    pub fn list_in(&self, place: &Path, page: PageRequest) -> Result<Page<Backup>> {
        self.platform.authorize(&BACKUPS_LIST)?;
        Ok(self.page_of(place, page))
    }

    /// One backup, as its manifest tells.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`](crate::Error::NotFound); [`Error::Forbidden`](crate::Error::Forbidden); [`Error::Conflict`](crate::Error::Conflict) for an engine in memory.
    pub fn get(&self, which: &BackupRef) -> Result<Backup> {
        self.platform.authorize(&BACKUPS_GET)?;
        let folder = self.folder(which)?;
        let manifest = backup::open(&folder).map(|(_, manifest)| manifest);
        Ok(told(folder, manifest))
    }

    fn page_of(&self, place: &Path, page: PageRequest) -> Page<Backup> {
        page.cut(self.list_of(place))
    }

    /// All of a place, newest first.
    pub(super) fn list_of(&self, place: &Path) -> Vec<Backup> {
        backup::all_in(place).into_iter().rev().map(|(folder, manifest)| told(folder, manifest)).collect()
    }
}

fn told(folder: PathBuf, manifest: Result<Manifest, BackupProblem>) -> Backup {
    match manifest {
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
    }
}
