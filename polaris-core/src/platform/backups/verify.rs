//! Checking a backup.

use std::path::Path;

use super::{BackupProblem, BackupRef, Backups, tampered};
use crate::error::Result;
use crate::operations::BACKUPS_VERIFY;
use crate::platform::Progress;
use crate::polaris::Polaris;
use crate::store::backup::{self, Held, Manifest};
use crate::store::schema::Kind;
use crate::store::{Transaction, params};
use crate::types::Slug;

/// What a check of a backup found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The backup's name.
    pub name: String,
    /// Its databases, the registry first; empty where the manifest can't be used.
    pub files: Vec<VerifiedFile>,
    /// All that is wrong; empty when all is well.
    pub problems: Vec<BackupProblem>,
}

impl Verification {
    /// Whether nothing is wrong with it.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// One database of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedFile {
    /// Its name in the folder.
    pub file: String,
    /// The tenant's slug; `None` for the registry.
    pub tenant: Option<Slug>,
    /// Its bytes.
    pub bytes: u64,
    /// The schema version it has. An older one is migrated when it is restored.
    pub schema_version: u32,
    /// Whether nothing is wrong with it.
    pub sound: bool,
}

impl Backups<'_> {
    /// Reads a backup whole and checks it: manifest, check sums, whose each file is, SQLite's integrity check, foreign keys, audit logs.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`](crate::Error::NotFound), [`Error::Forbidden`](crate::Error::Forbidden). What is wrong with the backup is in
    /// the answer.
    pub fn verify(&self, which: &BackupRef) -> Result<Verification> {
        self.verify_with(which, &mut |_, _| {})
    }

    /// As [`Self::verify`], telling how many files are done.
    ///
    /// # Errors
    ///
    /// As [`Self::verify`].
    pub fn verify_with(&self, which: &BackupRef, progress: Progress<'_>) -> Result<Verification> {
        self.platform.authorize(&BACKUPS_VERIFY)?;
        let folder = self.folder(which)?;
        let mut found = Polaris::verify_backup(&folder, progress);
        if let Ok((_, manifest)) = backup::open(&folder)
            && let Some(problem) = self.not_as_noted(&manifest)?
        {
            found.problems.insert(0, problem);
        }
        Ok(found)
    }

    /// Whether the operator's log has no note of this backup, or of another manifest. Check sums only tell of chance: whoever can write a
    /// backup's folder can make them fit.
    pub(super) fn not_as_noted(&self, manifest: &Manifest) -> Result<Option<BackupProblem>> {
        let noted = self.platform.engine.registry.read(|registry| noted(registry, &manifest.name))?;
        if noted.contains(&manifest.digest()) {
            return Ok(None);
        }
        let (code, message) = if noted.is_empty() {
            ("UNKNOWN", "the operator's audit log knows no such backup: the registry is older than it, or somebody made it up")
        } else {
            ("EDITED", "is another than the operator's audit log noted when this backup was made")
        };
        Ok(Some(BackupProblem::new("manifest.json", code, message)))
    }
}

impl Polaris {
    /// Checks the backup in a folder, whatever there is of the data directory it was made of; as
    /// [`Backups::verify`](super::Backups::verify), for whoever may read the folder.
    #[must_use]
    pub fn verify_backup(folder: &Path, progress: Progress<'_>) -> Verification {
        let named = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (folder, manifest) = match backup::open(folder) {
            Ok(opened) => opened,
            Err(problem) => return Verification { name: named, files: Vec::new(), problems: vec![problem] },
        };
        let (mut files, mut problems) = (Vec::new(), Vec::new());
        for (at, held) in manifest.files.iter().enumerate() {
            let found = check(&folder.join(&held.file), held);
            files.push(VerifiedFile {
                file: held.file.clone(),
                tenant: held.tenant.as_ref().map(|whose| Slug::stored(whose.slug.clone())),
                bytes: held.bytes,
                schema_version: held.schema_version,
                sound: found.is_empty(),
            });
            problems.extend(found);
            progress(at + 1, manifest.files.len());
        }
        Verification { name: manifest.name, files, problems }
    }
}

/// All that is wrong with one file.
pub(super) fn check(path: &Path, held: &Held) -> Vec<BackupProblem> {
    let mut found = backup::examine(path, held);
    let kind = if held.tenant.is_some() { Kind::Tenant } else { Kind::Registry };
    if held.schema_version > kind.version() {
        let message =
            format!("has schema version {}, and this program knows up to {}: use a newer Polaris", held.schema_version, kind.version());
        found.push(BackupProblem::new(&held.file, "SCHEMA_TOO_NEW", message));
    } else if found.is_empty() {
        match backup::inside(path, kind, |file| tampered(file, held)) {
            Ok(tampered) => found.extend(tampered),
            Err(error) => found.push(BackupProblem::new(&held.file, "DAMAGED", error.to_string())),
        }
    }
    found
}

/// The digests of manifests that the operator's log has for backups of this name: as they were made, and the one that the whole
/// installation was restored from, which was not yet noted in its own copy of the log.
fn noted(registry: &Transaction<'_>, name: &str) -> Result<Vec<String>> {
    let sql = "SELECT details FROM audit_entries WHERE resource_kind = 'backup' AND resource_id = ?1 AND action = 'backup.create'";
    let mut details = registry.all(sql, params![name], |row| row.get::<String>("details"))?;
    let sql = "SELECT details FROM audit_entries WHERE resource_kind = 'data_directory' AND action = 'backup.restore'";
    details.extend(registry.all(sql, params![], |row| row.get::<String>("details"))?);
    let parsed = details.into_iter().filter_map(|details| serde_json::from_str::<serde_json::Value>(&details).ok());
    let parsed = parsed.filter(|details| details["backup"].as_str().is_none_or(|backup| backup == name));
    Ok(parsed.filter_map(|details| details["manifest"].as_str().map(str::to_owned)).collect())
}
