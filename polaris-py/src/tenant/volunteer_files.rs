//! V2, V4: volunteers read from files and taken out to them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use polaris_core as core;
use polaris_core::types::VolunteerImportId;
use polaris_core::{ImportField, ImportMapping, RowOutcome, TableFormat, VolunteerExportFormat, VolunteerImport};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::args;
use crate::errors::{bad, exception, run};
use crate::given::{Given, Keywords};
use crate::progress::run_breakable;
use crate::time::Instant;
use crate::value::{shown_as, value};

/// What is called with a file and how it is to be read.
pub(super) struct Asked {
    file: Vec<u8>,
    sheet: Option<String>,
}

/// No path is longer.
const LONGEST_PATH: usize = 4096;

impl Asked {
    /// A file: its path, or what it holds as bytes.
    pub(super) fn read(file: &Bound<'_, PyAny>, given: &mut Given<'_>) -> PyResult<Self> {
        let sheet = given.text("sheet")?;
        if let Ok(bytes) = file.cast::<PyBytes>() {
            return Ok(Self { file: bytes.as_bytes().to_owned(), sheet });
        }
        let wanted = |error| args::instead(file, error, || args::wrong("file", "a path (str or os.PathLike) or bytes", file));
        let path = args::path("file", file).map_err(wanted)?;
        // Whoever gives the text of a file for its path must not find the people in it in a log.
        if path.as_os_str().as_encoded_bytes().contains(&b'\n') || path.as_os_str().len() > LONGEST_PATH {
            return Err(bad(file.py(), "file", "is a text, and no path: give what a file holds as bytes, such as text.encode()"));
        }
        Ok(Self { file: crate::file::read(file.py(), "file", &path)?, sheet })
    }
}

/// What the core calls the body is here the file.
fn of_file(error: core::Error) -> core::Error {
    match error {
        core::Error::BadRequest { field, message } if field == "body" => core::Error::bad_request("file", message),
        other => other,
    }
}

pub(super) fn preview(
    py: Python<'_>,
    tenant: &Arc<core::TenantHandle>,
    file: &Bound<'_, PyAny>,
    given: Option<Keywords<'_>>,
) -> PyResult<ImportPreview> {
    let mut given = Given::new(py, given);
    let asked = Asked::read(file, &mut given)?;
    given.none_left()?;
    let preview = run(py, || tenant.volunteers().preview_import(&asked.file, asked.sheet.as_deref()).map_err(of_file))?;
    Ok(preview.into())
}

pub(super) fn import(
    py: Python<'_>,
    tenant: &Arc<core::TenantHandle>,
    file: &Bound<'_, PyAny>,
    given: Option<Keywords<'_>>,
) -> PyResult<FinishedImport> {
    let mut given = Given::new(py, given);
    let asked = Asked::read(file, &mut given)?;
    let mapping = given.take("mapping")?.map(|mapping| read_mapping(&mapping)).transpose()?;
    let (dry_run, reference) = (given.flag("dry_run")?.unwrap_or(false), given.text("reference")?);
    let progress = given.progress()?;
    given.none_left()?;
    let tenant = Arc::clone(tenant);
    let done = run_breakable(py, progress, move |tell| {
        let import = VolunteerImport {
            file: &asked.file,
            sheet: asked.sheet.as_deref(),
            mapping: mapping.as_ref(),
            dry_run,
            reference: reference.as_deref(),
            // Its caller has it all to themselves.
            limits: None,
        };
        let mut told = |progress: core::ImportProgress| -> ControlFlow<()> { tell(progress.rows as usize, progress.total as usize) };
        tenant.volunteers().import_with(&import, &mut told).map_err(of_file)
    })?;
    Ok(done.into())
}

fn read_mapping(mapping: &Bound<'_, PyAny>) -> PyResult<ImportMapping> {
    let items: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)> = args::items("mapping", mapping)?;
    items
        .iter()
        .map(|(field, column)| {
            let field = args::word("mapping", field, ImportField::parse)?;
            if !column.is_instance_of::<PyString>() {
                return Err(args::wrong(&format!("mapping['{field}']"), "the name of a column (str)", column));
            }
            Ok((field, args::text(&format!("mapping['{field}']"), column)?))
        })
        .collect()
}

/// Volunteers on their way out: an iterator of pieces of a file, as bytes.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct VolunteerExport {
    /// How many volunteers it has.
    #[pyo3(get)]
    rows: u64,
    /// What it is written as.
    #[pyo3(get)]
    format: &'static str,
    /// A name for the file.
    #[pyo3(get)]
    file_name: String,
    /// Taken out while a piece is made.
    pieces: Mutex<Option<core::VolunteerExport>>,
}

impl VolunteerExport {
    pub(super) fn of(export: core::VolunteerExport) -> Self {
        let (rows, file_name) = (export.rows(), export.file_name());
        Self { rows, format: export.format().as_str(), file_name, pieces: Mutex::new(Some(export)) }
    }

    fn swap(&self, export: Option<core::VolunteerExport>) -> Option<core::VolunteerExport> {
        std::mem::replace(&mut *self.pieces.lock().unwrap_or_else(PoisonError::into_inner), export)
    }
}

#[pymethods]
impl VolunteerExport {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let Some(mut export) = self.swap(None) else {
            let busy = "another thread is taking the next piece of this export".to_owned();
            return Err(exception(py, &core::Error::Conflict(busy)));
        };
        let piece = run(py, || export.next_piece());
        self.swap(Some(export));
        Ok(piece?.map(|piece| PyBytes::new(py, &piece)))
    }

    fn __repr__(&self) -> String {
        format!("VolunteerExport(rows={}, file_name='{}')", self.rows, self.file_name)
    }
}

/// What an export is written as.
pub(super) fn format(given: &mut Given<'_>) -> PyResult<VolunteerExportFormat> {
    Ok(given.word("format", VolunteerExportFormat::parse)?.unwrap_or(VolunteerExportFormat::Csv))
}

shown_as! {
    TableFormat: String = |it| it.as_str().to_owned();
    ImportField: String = |it| it.as_str().to_owned();
    RowOutcome: String = |it| it.as_str().to_owned();
    VolunteerImportId: i64 = VolunteerImportId::get;
    ImportMapping: BTreeMap<String, String> = |it| it.into_iter().map(|(field, column)| (field.as_str().to_owned(), column)).collect();
}

value! {
    /// What a file holds, and what its columns are likely to mean.
    ImportPreview from core::ImportPreview [format, sheet, header_row, total_rows] {
        /// `csv` or `xlsx`.
        format: String,
        /// Which sheet is shown; None for CSV.
        sheet: Option<String>,
        /// All sheets of the workbook, hidden ones too.
        sheets: Vec<String>,
        /// The row that names the columns.
        header_row: u32,
        /// The columns, in the order of the file.
        columns: Vec<PreviewColumn>,
        /// What is suggested: the column of each field, to be given to import_ as it is or changed. Without first and last names an import is
        /// refused.
        mapping: BTreeMap<String, String>,
        /// A column that holds first and last names in one: it has to be split before the file can be imported.
        whole_name: Option<String>,
        /// The first rows that are not blank, at most 10.
        rows: Vec<PreviewRow>,
        /// How many rows there are in all, blank ones left out.
        total_rows: u32,
        /// How many blank rows there are.
        blank_rows: u32,
    }
}

value! {
    /// One column of a file.
    PreviewColumn from core::PreviewColumn [name, field] {
        /// Its name: as the file spells it, counted where it is there twice, its letters where it has none.
        name: String,
        /// Its letters in a spreadsheet.
        letters: String,
        /// What it is likely to hold, such as `first_name`.
        field: Option<String>,
    }
}

value! {
    /// One row of a file. Personal: its repr doesn't show the cells.
    PreviewRow from core::PreviewRow [row] {
        /// The row's number in the spreadsheet.
        row: u32,
        /// What its cells hold, one for each column, at most 200 characters of each.
        cells: Vec<String>,
    }
}

value! {
    /// An import that was done or tried.
    FinishedImport [id, dry_run, report] {
        /// Its number in the log; None for a dry run.
        id: Option<i64>,
        /// Whether nothing was changed.
        dry_run: bool,
        /// How long it took, in milliseconds.
        duration_ms: u64,
        /// What became of the rows: the same for a dry run as for an import.
        report: VolunteerImportReport,
    }
}

impl From<core::FinishedImport> for FinishedImport {
    fn from(done: core::FinishedImport) -> Self {
        let core::FinishedImport { id, dry_run, duration, report } = done;
        let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self { id: id.map(VolunteerImportId::get), dry_run, duration_ms, report: report.into() }
    }
}

value! {
    /// What an import did, or would do.
    VolunteerImportReport [format, total_rows, counts] {
        /// `csv` or `xlsx`.
        format: String,
        /// Which sheet was read; None for CSV.
        sheet: Option<String>,
        /// The row that names the columns.
        header_row: u32,
        /// Which column was read as what.
        mapping: BTreeMap<String, String>,
        /// Rows under the header, blank ones left out.
        total_rows: u32,
        /// How many came out how.
        counts: ImportCounts,
        /// Skills that nobody had and that are the tenant's own now.
        skills_added: Vec<String>,
        /// Every row but blank ones, in the order of the file.
        rows: Vec<ImportedRow>,
        /// The rejected rows as the text of a CSV file, with each row's number and what is wrong: mended, it can be imported. None where no
        /// row was rejected.
        rejected_csv: Option<String>,
    }
}

impl From<core::VolunteerImportReport> for VolunteerImportReport {
    fn from(report: core::VolunteerImportReport) -> Self {
        use crate::value::Of;
        let rejected_csv = report.rejected_csv().map(|file| String::from_utf8_lossy(file).into_owned());
        let core::VolunteerImportReport { format, sheet, header_row, mapping, total_rows, counts, skills_added, rows, .. } = report;
        Self {
            format: Of::of(format),
            sheet,
            header_row,
            mapping: Of::of(mapping),
            total_rows,
            counts: counts.into(),
            skills_added,
            rows: Of::of(rows),
            rejected_csv,
        }
    }
}

value! {
    /// How many rows came out how.
    ImportCounts from core::ImportCounts [created, updated, reactivated, unchanged, skipped, rejected] {
        /// New volunteers.
        created: u32,
        /// Known ones that were changed.
        updated: u32,
        /// Deactivated ones that are active again.
        reactivated: u32,
        /// Known ones of whom the file says nothing new.
        unchanged: u32,
        /// Rows that mean a person of an earlier row.
        skipped: u32,
        /// Bad rows.
        rejected: u32,
        /// Blank rows; these are in no other count.
        blank: u32,
        /// Warnings, of all rows together.
        warnings: u32,
    }
}

value! {
    /// What became of one row.
    ImportedRow from core::ImportedRow [row, outcome, volunteer_id] {
        /// The row's number in the spreadsheet.
        row: u32,
        /// `created`, `updated`, `reactivated`, `unchanged`, `skipped` or `rejected`.
        outcome: String,
        /// The volunteer it meant; None where it is a new one.
        volunteer_id: Option<i64>,
        /// The earlier row that meant the same person, where it was skipped.
        same_as: Option<u32>,
        /// Why it was rejected; else what it is warned of.
        problems: Vec<RowProblem>,
    }
}

value! {
    /// Something wrong with a row. Personal: its repr doesn't show what stands in the cell.
    RowProblem from core::RowProblem [column, field, code] {
        /// The column's name.
        column: Option<String>,
        /// What it was read as.
        field: Option<String>,
        /// A stable code, such as `BAD_EMAIL`.
        code: String,
        /// What is wrong, what was done about it, and how to mend it.
        message: String,
        /// What stands in the cell, at most 200 characters of it.
        original: Option<String>,
    }
}

value! {
    /// An import that was done.
    ImportLogEntry from core::ImportLogEntry [id, imported_at, total_rows] {
        /// Its number.
        id: i64,
        /// When.
        imported_at: Instant,
        /// Who did it, as they were called then.
        actor_name: Option<String>,
        /// What the file was: `csv` or `xlsx`.
        format: String,
        /// Rows it had, blank ones left out.
        total_rows: u32,
        /// How many came out how.
        counts: ImportCounts,
        /// How long it took, in milliseconds.
        duration_ms: u32,
    }
}
