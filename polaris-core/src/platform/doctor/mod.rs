//! P9: doctor checks every file of the data directory and says how to mend what it finds; it mends by itself what is safe.
//!
//! ```
//! # use polaris_core::{Actor, Polaris};
//! let polaris = Polaris::in_memory()?;
//! let report = polaris.platform(Actor::System)?.doctor().check()?;
//! assert!(report.findings.is_empty());
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod check;
mod histories;
mod mend;
mod search;
mod trash;

use crate::error::Result;
use crate::operations::{DOCTOR_CHECK, DOCTOR_MEND};
use crate::platform::{Platform, Progress};
use crate::store::{backup, inspect, sqlite_version};

/// Checks and mends; see [`Platform::doctor`].
pub struct Doctor<'a> {
    pub(super) platform: &'a Platform,
}

/// What doctor found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Tenants whose files were checked.
    pub tenants: usize,
    /// What is wrong, worst first; empty when all is well.
    pub findings: Vec<Finding>,
    /// What lies in the data directory beside what is served: backups, and copies from before migrations.
    pub kept: Kept,
    /// The version of the bundled SQLite.
    pub sqlite_version: &'static str,
    /// The options it was compiled with. Nothing's safety rests on them.
    pub sqlite_options: Vec<String>,
}

/// Files and bytes that are kept beside what is served, until they are pruned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Files of backups, and their bytes.
    pub backups: (usize, u64),
    /// Copies of files from before they were migrated, and their bytes.
    pub snapshots: (usize, u64),
    /// Files in the trash that restores have replaced, and their bytes.
    pub replaced: (usize, u64),
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The file or tenant it is about.
    pub subject: String,
    /// What is wrong.
    pub problem: String,
    /// How to mend it.
    pub remedy: String,
    /// Whether `mend` does it.
    pub mendable: bool,
    pub(super) mending: Option<Mending>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Data is damaged, missing or in danger.
    Error,
    /// Something is left over or not as it should be; nothing is in danger.
    Warning,
}

impl Severity {
    /// The severity's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What mending does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mending {
    RemoveLeftover(std::path::PathBuf),
    RemoveUnfinishedBackup(std::path::PathBuf),
    OpenToOwner(std::path::PathBuf),
    ForgetCreation { uuid: String, slug: String },
    FinishPurge { uuid: String, slug: String },
    FinishDeletion { uuid: String, slug: String, trashed_as: String },
    CloseToOthers(std::path::PathBuf),
    FillReserve,
    SettleSupport,
    IndexAnew { uuid: String, slug: String },
    HistoriesAnew { uuid: String, slug: String },
    CopyToRegistry { uuid: String, column: &'static str, value: Option<String> },
}

impl Doctor<'_> {
    /// Checks everything; changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden). What is wrong with files is a finding, not an error.
    pub fn check(&self) -> Result<Report> {
        self.check_with(&mut |_, _| {})
    }

    /// As [`Self::check`], telling how far it is.
    ///
    /// # Errors
    ///
    /// As [`Self::check`].
    pub fn check_with(&self, progress: Progress<'_>) -> Result<Report> {
        self.platform.authorize(&DOCTOR_CHECK)?;
        let (tenants, mut findings) = check::everything(self.platform, progress)?;
        findings.sort_by(|a, b| (a.severity, &a.subject).cmp(&(b.severity, &b.subject)));
        let kept = self.platform.engine.directory.as_ref().map_or_else(Kept::default, |directory| Kept {
            backups: backup::stored(&directory.backups()),
            snapshots: backup::stored(&directory.snapshots()),
            replaced: backup::sizes(&directory.replaced()),
        });
        Ok(Report { tenants, findings, kept, sqlite_version: sqlite_version().0, sqlite_options: inspect::compile_options()? })
    }

    /// Checks, mends what is safe to mend, and checks again. Gives what was mended and what remains.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden), and [`Error::Conflict`](crate::Error::Conflict) while a tenant is being created.
    pub fn mend(&self) -> Result<(Vec<Finding>, Report)> {
        self.mend_with(&mut |_, _| {})
    }

    /// As [`Self::mend`], telling how far it is.
    ///
    /// # Errors
    ///
    /// As [`Self::mend`].
    pub fn mend_with(&self, progress: Progress<'_>) -> Result<(Vec<Finding>, Report)> {
        self.platform.authorize(&DOCTOR_MEND)?;
        let before = self.check_with(progress)?;
        let mended = mend::all(self.platform, before.findings)?;
        Ok((mended, self.check_with(progress)?))
    }
}
