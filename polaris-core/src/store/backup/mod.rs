//! Backups: a folder with a copy of each database and a manifest that says what they are.
//!
//! ```text
//! 20261121T064500Z/            when it began (UTC); 0700, its files 0600
//!     polaris.db               the registry, copied first
//!     polaris_{slug}.db        tenants
//!     manifest.json            written last: without it the backup is unfinished
//! ```
//!
//! A finished backup is never written again, and nothing serves its files. So they may be read like any file, which a database that is
//! in use never is.

mod file;
mod folder;
mod manifest;

pub(crate) use file::{copy_in, copy_out, examine, inside, prepare, replace_missing};
pub(crate) use folder::{Making, all_in, can_hold, cut_off, is_name, open, prune_copies, remove, remove_unfinished, sizes, stored};
pub(crate) use manifest::{FORMAT, Head, Held, LeftOut, Manifest, registry_file, tenant_file};

use crate::error::{Error, Problem};

/// What is wrong with a backup or one of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupProblem {
    /// What it is about: `registry`, a tenant's slug, `manifest`, or `backup` for the whole.
    pub subject: String,
    /// A stable code: `NOT_A_BACKUP`, `UNFINISHED`, `EDITED`, `MISSING`, `DAMAGED`, `NOT_OURS`, `ANOTHERS`, `TAMPERED`,
    /// `SCHEMA_TOO_NEW`, `UNEXPECTED`, `UNREADABLE`.
    pub code: &'static str,
    /// What is wrong, for a person; names no path.
    pub message: String,
}

impl BackupProblem {
    /// Of a file by its name in the folder, or of the folder.
    pub(crate) fn new(file: &str, code: &'static str, message: impl Into<String>) -> Self {
        let slug = file.strip_prefix("polaris_").and_then(|name| name.strip_suffix(".db"));
        let subject = match file {
            "polaris.db" => "registry",
            "manifest.json" => "manifest",
            _ => slug.unwrap_or("backup"),
        };
        Self { subject: subject.to_owned(), code, message: message.into() }
    }
}

impl From<BackupProblem> for Error {
    fn from(problem: BackupProblem) -> Self {
        let about = if problem.subject == "backup" { String::new() } else { format!("{}: ", problem.subject) };
        Self::invalid("backup", Problem::new(problem.code, format!("{about}{}", problem.message)))
    }
}
