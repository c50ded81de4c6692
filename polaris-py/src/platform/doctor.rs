//! Doctor checks the data directory, and mends what is safe.

use std::sync::Arc;

use polaris_core as core;
use pyo3::prelude::*;

use crate::given::{Given, Keywords};
use crate::progress::{Told, run_telling};
use crate::value::{Of, value};

/// Checks and mends the data directory.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Doctor(pub(super) Arc<core::Platform>);

#[pymethods]
impl Doctor {
    /// Checks everything; changes nothing. progress is called with how many files are done, of how many.
    #[pyo3(signature = (**given), text_signature = "($self, *, progress=None)")]
    fn check(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Report> {
        let (progress, platform) = (progress(py, given)?, Arc::clone(&self.0));
        run_telling(py, progress, move |tell| platform.doctor().check_with(tell)).map(Report::from)
    }

    /// Checks, mends what is safe to mend, and checks again. Gives what was mended, and what remains. progress is called with how many
    /// files are done, of how many, for one check after the other.
    #[pyo3(signature = (**given), text_signature = "($self, *, progress=None)")]
    fn mend(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<(Vec<Finding>, Report)> {
        let (progress, platform) = (progress(py, given)?, Arc::clone(&self.0));
        let (mended, report) = run_telling(py, progress, move |tell| platform.doctor().mend_with(tell))?;
        Ok((mended.into_iter().map(Finding::from).collect(), report.into()))
    }
}

fn progress(py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Option<Told>> {
    let mut given = Given::new(py, given);
    let progress = given.progress()?;
    given.none_left()?;
    Ok(progress)
}

value! {
    /// What doctor found.
    Report from core::Report [tenants, findings, sqlite_version] {
        /// Tenants whose files were checked.
        tenants: usize,
        /// What is wrong, worst first; empty when all is well.
        findings: Vec<Finding>,
        /// What lies in the data directory beside what is served.
        kept: Kept,
        /// The version of the bundled SQLite.
        sqlite_version: String,
        /// The options it was compiled with.
        sqlite_options: Vec<String>,
    }
}

value! {
    /// What lies in the data directory beside what is served: numbers of files, and their bytes.
    Kept from core::Kept [backups, snapshots, replaced] {
        /// Files of backups.
        backups: (usize, u64),
        /// Copies of files from before they were migrated.
        snapshots: (usize, u64),
        /// Files in the trash that restores have replaced.
        replaced: (usize, u64),
    }
}

value! {
    /// One thing that is wrong.
    Finding [severity, subject, problem, remedy, mendable] {
        /// `error` or `warning`.
        severity: String,
        /// The file or tenant it is about.
        subject: String,
        /// What is wrong.
        problem: String,
        /// How to mend it.
        remedy: String,
        /// Whether `mend` does it.
        mendable: bool,
    }
}

impl From<core::Finding> for Finding {
    fn from(finding: core::Finding) -> Self {
        Self {
            severity: finding.severity.as_str().to_owned(),
            subject: finding.subject,
            problem: finding.problem,
            remedy: finding.remedy,
            mendable: finding.mendable,
        }
    }
}

impl Of<core::Finding> for Finding {
    fn of(finding: core::Finding) -> Self {
        finding.into()
    }
}
