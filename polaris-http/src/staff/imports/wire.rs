//! The shapes of imports.

use poem_openapi::Object;
use polaris_core::{
    ImportCounts, ImportLogEntry, ImportMapping, ImportPreview, ImportedRow, PreviewColumn, PreviewRow, RowProblem, VolunteerImportReport,
};
use serde::Serialize;

use super::jobs::Job;
use crate::error::Failure;

/// What a file holds, and what its columns are likely to mean.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ImportPreview")]
pub(crate) struct ImportPreviewBody {
    /// `csv` or `xlsx`.
    format: String,
    /// Which sheet is shown; null for CSV.
    sheet: Option<String>,
    /// All sheets of the workbook, hidden ones too.
    sheets: Vec<String>,
    /// The row that names the columns.
    header_row: u32,
    /// The columns, in the order of the file.
    columns: Vec<PreviewColumnBody>,
    /// What is suggested; to be given back with the import (as `map_first_name` and so on) as it is or changed. Without first and last names
    /// an import is refused.
    mapping: ImportMappingBody,
    /// A column that holds first and last names in one: it has to be split before the file can be imported.
    whole_name: Option<String>,
    /// The first rows that are not blank, at most 10.
    rows: Vec<PreviewRowBody>,
    /// How many rows there are in all, blank ones left out.
    total_rows: u32,
    /// How many blank rows there are.
    blank_rows: u32,
}

/// One column of a file.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "PreviewColumn")]
pub(crate) struct PreviewColumnBody {
    /// Its name: as the file spells it, counted where it is there twice, its letters where it has none.
    name: String,
    /// Its letters in a spreadsheet.
    letters: String,
    /// What it is likely to hold, such as `first_name`.
    field: Option<String>,
}

/// One row of a file.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "PreviewRow")]
pub(crate) struct PreviewRowBody {
    /// The row's number in the spreadsheet.
    row: u32,
    /// What its cells hold, one for each column, at most 200 characters of each; null where one is empty.
    cells: Vec<Option<String>>,
}

macro_rules! mapping {
    ($($field:ident: $variant:ident,)*) => {
        /// Which column holds what, by the columns' names; null where none does.
        #[derive(Debug, Default, Object, Serialize)]
        #[oai(rename = "ImportMapping")]
        pub(crate) struct ImportMappingBody {
            $(
                #[doc = concat!("The column of `", stringify!($field), "`.")]
                $field: Option<String>,
            )*
        }

        impl From<ImportMapping> for ImportMappingBody {
            fn from(mut mapping: ImportMapping) -> Self {
                Self { $($field: mapping.remove(&polaris_core::ImportField::$variant),)* }
            }
        }
    };
}

mapping! {
    first_name: FirstName,
    last_name: LastName,
    email: Email,
    phone: Phone,
    organization: Organization,
    title: Title,
    career_type: CareerType,
    skills: Skills,
    city: City,
    state: State,
    postal_code: PostalCode,
    notes: Notes,
    email_opt_out: EmailOptOut,
    do_not_contact: DoNotContact,
    status: Status,
}

impl From<ImportPreview> for ImportPreviewBody {
    fn from(preview: ImportPreview) -> Self {
        let ImportPreview { format, sheet, sheets, header_row, columns, mapping, whole_name, rows, total_rows, blank_rows } = preview;
        let column = |PreviewColumn { name, letters, field }: PreviewColumn| PreviewColumnBody {
            name,
            letters,
            field: field.map(|field| field.to_string()),
        };
        let filled = |cell: String| Some(cell).filter(|cell| !cell.is_empty());
        let row = |PreviewRow { row, cells }: PreviewRow| PreviewRowBody { row, cells: cells.into_iter().map(filled).collect() };
        Self {
            format: format.to_string(),
            sheet,
            sheets,
            header_row,
            columns: columns.into_iter().map(column).collect(),
            mapping: mapping.into(),
            whole_name,
            rows: rows.into_iter().map(row).collect(),
            total_rows,
            blank_rows,
        }
    }
}

/// An import of volunteers: under way, or what came of it.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "VolunteerImport")]
pub(crate) struct ImportBody {
    /// What it is asked for by, and shown for an hour after its end.
    reference: String,
    /// Its number in the log, once it is done; a dry run is not logged.
    id: Option<i64>,
    /// `reading` (the file), `running`, `done`, `cancelled` or `failed`.
    #[oai(validator(pattern = "^(reading|running|done|cancelled|failed)$"))]
    state: String,
    /// Whether nothing is changed.
    dry_run: bool,
    /// Rows that were dealt with by now.
    rows: u32,
    /// Rows there are; null until the file was read.
    total_rows: Option<u32>,
    /// How many rows came out how, once it is done.
    counts: Option<ImportCountsBody>,
    /// What became of the rows, once it is done; null where only the log knows of it any more.
    report: Option<ImportReportBody>,
    /// Milliseconds it took, once it is done.
    duration_ms: Option<u32>,
    /// Why it failed.
    error: Option<ImportFailureBody>,
}

/// Why an import failed.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ImportFailure")]
pub(crate) struct ImportFailureBody {
    /// A stable code, as of errors.
    code: String,
    /// What is wrong and how to mend it.
    message: String,
}

/// What an import did, or would do: a dry run and the import that follows it tell the same.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "VolunteerImportReport")]
pub(crate) struct ImportReportBody {
    /// `csv` or `xlsx`.
    format: String,
    /// Which sheet was read; null for CSV.
    sheet: Option<String>,
    /// The row that names the columns.
    header_row: u32,
    /// Which column was read as what.
    mapping: ImportMappingBody,
    /// Rows under the header, blank ones left out.
    total_rows: u32,
    /// How many came out how.
    counts: ImportCountsBody,
    /// Skills that nobody had and that are the tenant's own now.
    skills_added: Vec<String>,
    /// The rows that were rejected, then those that were skipped or are warned of, each in the order of the file: at most 1,000 together. Where all
    /// rows are at most 1,000, all of them, rejected ones first. None where no room was left to keep them.
    rows: Vec<ImportedRowBody>,
    /// How many rows are told here.
    rows_told: u32,
    /// How many rows the file of rejected ones has: fewer than were rejected where it would have more than 8 MiB.
    rejected_in_file: u32,
}

/// How many rows came out how.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ImportCounts")]
pub(crate) struct ImportCountsBody {
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

impl From<ImportCounts> for ImportCountsBody {
    fn from(counts: ImportCounts) -> Self {
        let ImportCounts { created, updated, reactivated, unchanged, skipped, rejected, blank, warnings } = counts;
        Self { created, updated, reactivated, unchanged, skipped, rejected, blank, warnings }
    }
}

/// What became of one row.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ImportedRow")]
pub(crate) struct ImportedRowBody {
    /// The row's number in the spreadsheet.
    row: u32,
    /// `created`, `updated`, `reactivated`, `unchanged`, `skipped` or `rejected`.
    #[oai(validator(pattern = "^(created|updated|reactivated|unchanged|skipped|rejected)$"))]
    outcome: String,
    /// The volunteer it meant; null where it is a new one.
    volunteer_id: Option<i64>,
    /// The earlier row that meant the same person, where it was skipped.
    same_as: Option<u32>,
    /// Why it was rejected; else what it is warned of.
    problems: Vec<RowProblemBody>,
}

/// Something wrong with a row.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "RowProblem")]
pub(crate) struct RowProblemBody {
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

impl From<&RowProblem> for RowProblemBody {
    fn from(problem: &RowProblem) -> Self {
        let RowProblem { column, field, code, message, original } = problem;
        Self {
            column: column.clone(),
            field: field.map(|field| field.to_string()),
            code: (*code).to_owned(),
            message: message.clone(),
            original: original.clone(),
        }
    }
}

impl From<&ImportedRow> for ImportedRowBody {
    fn from(row: &ImportedRow) -> Self {
        let ImportedRow { row, outcome, volunteer_id, same_as, problems } = row;
        Self {
            row: *row,
            outcome: outcome.to_string(),
            volunteer_id: volunteer_id.map(polaris_core::types::VolunteerId::get),
            same_as: *same_as,
            problems: problems.iter().map(RowProblemBody::from).collect(),
        }
    }
}

impl From<&VolunteerImportReport> for ImportReportBody {
    fn from(report: &VolunteerImportReport) -> Self {
        Self {
            format: report.format.to_string(),
            sheet: report.sheet.clone(),
            header_row: report.header_row,
            mapping: report.mapping.clone().into(),
            total_rows: report.total_rows,
            counts: report.counts.into(),
            skills_added: report.skills_added.clone(),
            rows_told: u32::try_from(report.rows.len()).unwrap_or(u32::MAX),
            rows: report.rows.iter().map(ImportedRowBody::from).collect(),
            rejected_in_file: report.rejected_csv_rows(),
        }
    }
}

impl From<&Job> for ImportBody {
    fn from(job: &Job) -> Self {
        let seen = job.seen();
        let (rows, total_rows) = (seen.progress.map_or(0, |progress| progress.rows), seen.progress.map(|progress| progress.total));
        let body = Self {
            reference: job.reference.clone(),
            id: None,
            state: if seen.progress.is_some() { "running" } else { "reading" }.to_owned(),
            dry_run: job.dry_run,
            rows,
            total_rows,
            counts: None,
            report: None,
            duration_ms: None,
            error: None,
        };
        match job.end() {
            None => body,
            Some(Ok(done)) => Self {
                id: done.id.map(polaris_core::types::VolunteerImportId::get),
                state: "done".to_owned(),
                counts: Some(done.report.counts.into()),
                report: Some((&done.report).into()),
                duration_ms: Some(u32::try_from(done.duration.as_millis()).unwrap_or(u32::MAX)),
                ..body
            },
            Some(Err(polaris_core::Error::Cancelled)) => Self { state: "cancelled".to_owned(), ..body },
            Some(Err(error)) => {
                let failure = Failure::Core(error.clone());
                let error = Some(ImportFailureBody { code: failure.code().to_owned(), message: failure.message() });
                Self { state: "failed".to_owned(), error, ..body }
            }
        }
    }
}

impl ImportBody {
    /// An import of which nothing is known any more but what the log says.
    pub(super) fn logged(entry: &ImportLogEntry, reference: &str) -> Self {
        Self {
            reference: reference.to_owned(),
            id: Some(entry.id.get()),
            state: "done".to_owned(),
            dry_run: false,
            rows: entry.total_rows,
            total_rows: Some(entry.total_rows),
            counts: Some(entry.counts.into()),
            report: None,
            duration_ms: Some(entry.duration_ms),
            error: None,
        }
    }
}

/// An import that was done.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ImportLogEntry")]
pub(crate) struct ImportLogEntryBody {
    /// Its number.
    id: i64,
    /// When (UTC).
    imported_at: String,
    /// Who did it, as they were called then.
    actor_name: Option<String>,
    /// What the file was: `csv` or `xlsx`.
    format: String,
    /// Rows it had, blank ones left out.
    total_rows: u32,
    /// How many came out how.
    counts: ImportCountsBody,
    /// How long it took, in milliseconds.
    duration_ms: u32,
}

impl From<ImportLogEntry> for ImportLogEntryBody {
    fn from(entry: ImportLogEntry) -> Self {
        let ImportLogEntry { id, imported_at, actor_name, format, total_rows, counts, duration_ms } = entry;
        Self {
            id: id.get(),
            imported_at: polaris_core::types::instant_text(imported_at),
            actor_name,
            format: format.to_string(),
            total_rows,
            counts: counts.into(),
            duration_ms,
        }
    }
}
