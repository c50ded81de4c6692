//! Doctor checks the data directory, and mends what is safe.

use std::sync::Arc;

use polaris_core as core;
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};

use crate::errors::run;
use crate::value::value;

/// Checks and mends the data directory.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Doctor(pub(super) Arc<core::Platform>);

#[pymethods]
impl Doctor {
    /// Checks everything; changes nothing.
    fn check(&self, py: Python<'_>) -> PyResult<Report> {
        run(py, || self.0.doctor().check()).map(Report::of)
    }

    /// Checks, mends what is safe to mend, and checks again. Gives what was mended, and what remains.
    fn mend(&self, py: Python<'_>) -> PyResult<(Vec<Finding>, Report)> {
        let (mended, report) = run(py, || self.0.doctor().mend())?;
        Ok((mended.into_iter().map(Finding::of).collect(), Report::of(report)))
    }
}

/// What doctor found.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Report {
    /// Tenants whose files were checked.
    tenants: usize,
    /// What is wrong, worst first; empty when all is well.
    findings: Vec<Finding>,
    /// The version of the bundled SQLite.
    sqlite_version: String,
    /// The options it was compiled with.
    sqlite_options: Vec<String>,
}

value!(Report[tenants, findings, sqlite_version]);

impl Report {
    fn of(report: core::Report) -> Self {
        Self {
            tenants: report.tenants,
            findings: report.findings.into_iter().map(Finding::of).collect(),
            sqlite_version: report.sqlite_version.to_owned(),
            sqlite_options: report.sqlite_options,
        }
    }
}

/// One thing that is wrong.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Finding {
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

value!(Finding[severity, subject, problem, remedy, mendable]);

impl Finding {
    fn of(finding: core::Finding) -> Self {
        Self {
            severity: finding.severity.as_str().to_owned(),
            subject: finding.subject,
            problem: finding.problem,
            remedy: finding.remedy,
            mendable: finding.mendable,
        }
    }
}
