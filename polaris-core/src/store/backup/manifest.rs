//! What a backup says of itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::BackupProblem;
use crate::types::Slug;
use crate::types::key_hash::hex;

/// The form of manifest that this program writes.
pub(crate) const FORMAT: u32 = 1;

/// The manifest of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    /// The name of its folder.
    pub(crate) name: String,
    /// The version of the program that made it.
    pub(crate) polaris: String,
    /// Which installation it is of.
    pub(crate) operator: String,
    pub(crate) began_at: DateTime<Utc>,
    pub(crate) finished_at: DateTime<Utc>,
    /// The registry, then tenants by slug.
    pub(crate) files: Vec<Held>,
    /// Tenants that were asked for and could not be copied.
    pub(crate) left_out: Vec<LeftOut>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Held {
    pub(crate) file: String,
    /// Whose it is; the registry is nobody's.
    pub(crate) tenant: Option<Whose>,
    pub(crate) schema_version: u32,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// Where its audit log ends.
    pub(crate) audit: Option<Head>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whose {
    pub(crate) uuid: String,
    pub(crate) slug: String,
    pub(crate) state: String,
}

/// The last entry of an audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) epoch: i64,
    pub(crate) entry: i64,
    pub(crate) hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeftOut {
    pub(crate) slug: String,
    pub(crate) uuid: String,
    pub(crate) code: String,
}

/// The manifest as it is written, with a digest that tells whether somebody has edited it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    manifest: Manifest,
    sha256: String,
}

/// As much as any form of manifest has.
#[derive(Deserialize)]
struct Glance {
    manifest: Form,
}

#[derive(Deserialize)]
struct Form {
    format: u32,
}

pub(crate) fn registry_file() -> String {
    "polaris.db".to_owned()
}

pub(crate) fn tenant_file(slug: &Slug) -> String {
    format!("polaris_{slug}.db")
}

impl Manifest {
    /// A digest over all it says.
    pub(crate) fn digest(&self) -> String {
        hex(&Sha256::digest(serde_json::to_string(self).unwrap_or_default()))
    }

    pub(super) fn to_text(&self) -> String {
        let written = Written { manifest: self.clone(), sha256: self.digest() };
        serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
    }

    /// Reads a manifest and checks that it is as it was written and names no file that a backup wouldn't have.
    pub(super) fn from_text(text: &str, folder: &str) -> Result<Self, BackupProblem> {
        let problem = |code, message: &str| BackupProblem::new("manifest.json", code, message);
        if let Ok(glance) = serde_json::from_str::<Glance>(text)
            && glance.manifest.format > FORMAT
        {
            return Err(problem("SCHEMA_TOO_NEW", "was written by a newer Polaris: use that one"));
        }
        let written: Written =
            serde_json::from_str(text).map_err(|error| problem("EDITED", &format!("is not a manifest as Polaris writes it ({error})")))?;
        if written.manifest.digest() != written.sha256 {
            return Err(problem("EDITED", "was edited after it was written: its own check sum is another"));
        }
        written.manifest.check(folder)?;
        Ok(written.manifest)
    }

    fn check(&self, folder: &str) -> Result<(), BackupProblem> {
        let problem = |message: String| BackupProblem::new("manifest.json", "EDITED", message);
        if !super::is_name(&self.name) {
            return Err(problem("gives the backup a name that none has".to_owned()));
        }
        // A folder may have been given another name, which is the operator's to choose, but not that of another backup.
        if super::is_name(folder) && folder != self.name {
            return Err(problem(format!("is that of the backup {}", self.name)));
        }
        let mut before: Option<&str> = None;
        for (at, held) in self.files.iter().enumerate() {
            let expected = match (&held.tenant, at) {
                (None, 0) => registry_file(),
                (Some(whose), 1..) => {
                    let slug = Slug::parse(&whose.slug).map_err(|_| problem("names a tenant whose slug can't be".to_owned()))?;
                    if uuid::Uuid::parse_str(&whose.uuid).is_err() || before.is_some_and(|before| before >= whose.slug.as_str()) {
                        return Err(problem("names tenants in a way that Polaris doesn't".to_owned()));
                    }
                    before = Some(&whose.slug);
                    tenant_file(&slug)
                }
                _ => return Err(problem("does not begin with the registry, or has a second one".to_owned())),
            };
            if held.file != expected {
                return Err(problem("names a file that no backup has".to_owned()));
            }
        }
        if self.files.is_empty() {
            return Err(problem("names no file".to_owned()));
        }
        Ok(())
    }

    /// The tenant of this slug.
    pub(crate) fn tenant(&self, slug: &str) -> Option<&Held> {
        self.files.iter().find(|held| held.tenant.as_ref().is_some_and(|whose| whose.slug == slug))
    }
}
