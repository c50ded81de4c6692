//! P10: backups of the registry and of tenants, made while everything runs; listed, checked, put back, removed.
//!
//! ```
//! # use polaris_core::{Actor, BackupRef, Config, NewBackup, Polaris};
//! # let place = tempfile::tempdir()?;
//! # let data = place.path().join("data");
//! let polaris = Polaris::init(Config::at(&data))?;
//! let platform = polaris.platform(Actor::System)?;
//! let backup = platform.backups().create(&NewBackup::default())?; // all tenants, into `backups` of the data directory
//! assert!(platform.backups().verify(&BackupRef::named(&backup.name))?.is_sound());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The registry is copied first, so that it never tells of more than the tenants' files hold. A backup holds everything that was
//! acknowledged before it began; what is written meanwhile may be in it or not, each file by itself consistent.

mod create;
mod list;
mod prune;
mod renew;
mod restore;
mod restore_all;
mod said;
mod verify;

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::audit::{self, Break};
use crate::error::{Error, Result};
use crate::platform::Platform;
use crate::store::backup::Head;
use crate::store::directory::DataDirectory;
use crate::store::{Transaction, backup, params};
use crate::types::Slug;

pub use crate::store::backup::BackupProblem;
pub use prune::Pruned;
pub use restore::{NewRestore, Restored};
pub use restore_all::{RestoredDirectory, RestoredTenant};
pub use verify::{Verification, VerifiedFile};

/// Backups; see [`Platform::backups`].
pub struct Backups<'a> {
    pub(super) platform: &'a Platform,
}

/// A backup to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewBackup {
    /// These tenants, by slug; all of them when empty. The registry is always in it.
    pub tenants: Vec<String>,
    /// The directory in which its folder is made; `backups/` in the data directory when left out. No reader of JSON can name one.
    #[serde(skip)]
    pub into: Option<PathBuf>,
}

/// Which backup is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackupRef {
    /// The one of this name in the default place, such as `20261121T064500Z`.
    Named(String),
    /// The one in this folder.
    Folder(PathBuf),
    /// The newest finished one in the default place.
    Latest,
}

impl BackupRef {
    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::Named(name.to_owned())
    }
}

/// A backup, as its folder and its manifest tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its name, the time it began (UTC): `20261121T064500Z`.
    pub name: String,
    /// Where it lies.
    pub folder: PathBuf,
    /// What can be said of it.
    pub state: BackupState,
    /// When it began and ended (UTC); `None` where no manifest tells.
    pub times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The tenants in it, by slug.
    pub tenants: Vec<Slug>,
    /// Tenants that were asked for and are not in it, with the error's code.
    pub left_out: Vec<(Slug, String)>,
    /// Bytes of its databases.
    pub bytes: u64,
}

/// What can be said of a backup without reading all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BackupState {
    /// It has been finished.
    Finished,
    /// It is being made, or its making was cut off.
    Unfinished,
    /// Its manifest can't be used, for the reason given.
    Unusable(BackupProblem),
}

impl BackupState {
    /// The state's name.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Unfinished => "unfinished",
            Self::Unusable(_) => "unusable",
        }
    }
}

impl Backup {
    fn of(folder: PathBuf, manifest: &backup::Manifest) -> Self {
        let tenants = manifest.files.iter().filter_map(|held| held.tenant.as_ref());
        Self {
            name: manifest.name.clone(),
            folder,
            state: BackupState::Finished,
            times: Some((manifest.began_at, manifest.finished_at)),
            tenants: tenants.map(|whose| Slug::stored(whose.slug.clone())).collect(),
            left_out: manifest.left_out.iter().map(|left| (Slug::stored(left.slug.clone()), left.code.clone())).collect(),
            bytes: manifest.files.iter().map(|held| held.bytes).sum(),
        }
    }
}

impl Backups<'_> {
    /// The directory of data, which an engine in memory hasn't.
    fn directory(&self) -> Result<&DataDirectory> {
        let none = || Error::Conflict("this engine is in memory: there are no files to back up or restore".to_owned());
        self.platform.engine.directory.as_ref().ok_or_else(none)
    }

    /// The folder of a backup.
    fn folder(&self, which: &BackupRef) -> Result<PathBuf> {
        let backups = self.directory()?.backups();
        let folder = match which {
            // Nothing that is a name leads elsewhere.
            BackupRef::Named(name) => backup::is_name(name).then(|| backups.join(name)),
            BackupRef::Folder(folder) => Some(folder.clone()),
            BackupRef::Latest => {
                let mut all = self.list_of(&backups).into_iter();
                all.find(|backup| backup.state == BackupState::Finished).map(|backup| backup.folder)
            }
        };
        folder.filter(|folder| folder.exists()).ok_or(Error::NotFound("backup"))
    }
}

/// Where the audit log of a file ends, if it has begun.
fn head(file: &Transaction<'_>, epoch: i64) -> Result<Option<Head>> {
    file.first("SELECT id, hash FROM audit_entries ORDER BY id DESC LIMIT 1", params![], |row| {
        Ok(Head { epoch, entry: row.get("id")?, hash: row.get("hash")? })
    })
}

/// The epoch of a tenant's audit log; before it had one, it was the first.
fn epoch(file: &Transaction<'_>, schema_version: u32) -> Result<i64> {
    if schema_version < 2 {
        return Ok(1);
    }
    Ok(file.first("SELECT audit_epoch FROM tenant", params![], |row| row.get("audit_epoch"))?.unwrap_or(1))
}

/// What is wrong with the audit log of a file, if anything is.
fn tampered(file: &Transaction<'_>, held: &backup::Held) -> Result<Option<BackupProblem>> {
    if let Some(Break { id, kind }) = audit::first_break(file)? {
        let message = format!("its audit log was tampered with: entry {id} {}", kind.explained());
        return Ok(Some(BackupProblem::new(&held.file, "TAMPERED", message)));
    }
    let epoch = if held.tenant.is_some() { epoch(file, held.schema_version)? } else { 1 };
    if head(file, epoch)? == held.audit {
        return Ok(None);
    }
    Ok(Some(BackupProblem::new(&held.file, "TAMPERED", "its audit log ends elsewhere than the manifest says")))
}
