use polaris_core::types::instant_text;
use polaris_core::{
    FinishedImport, ImportCounts, ImportLogEntry, ImportMapping, ImportPreview, PreviewColumn, PreviewRow, VolunteerImportReport,
};
use serde::Serialize;

/// What a file holds.
#[derive(Serialize)]
pub(crate) struct ImportPreviewView {
    format: String,
    sheet: Option<String>,
    sheets: Vec<String>,
    header_row: u32,
    columns: Vec<PreviewColumn>,
    mapping: ImportMapping,
    whole_name: Option<String>,
    rows: Vec<PreviewRow>,
    total_rows: u32,
    blank_rows: u32,
}

impl From<&ImportPreview> for ImportPreviewView {
    fn from(preview: &ImportPreview) -> Self {
        let ImportPreview { format, sheet, sheets, header_row, columns, mapping, whole_name, rows, total_rows, blank_rows } =
            preview.clone();
        let format = format.to_string();
        Self { format, sheet, sheets, header_row, columns, mapping, whole_name, rows, total_rows, blank_rows }
    }
}

/// What an import did.
#[derive(Serialize)]
pub(crate) struct VolunteerImportView {
    id: Option<i64>,
    dry_run: bool,
    duration_ms: u128,
    /// The same for a dry run as for the import.
    report: VolunteerImportReport,
}

impl From<&FinishedImport> for VolunteerImportView {
    fn from(done: &FinishedImport) -> Self {
        Self {
            id: done.id.map(polaris_core::types::VolunteerImportId::get),
            dry_run: done.dry_run,
            duration_ms: done.duration.as_millis(),
            report: done.report.clone(),
        }
    }
}

/// An import that was done.
#[derive(Serialize)]
pub(crate) struct ImportLogEntryView {
    id: i64,
    imported_at: String,
    actor_name: Option<String>,
    format: String,
    total_rows: u32,
    counts: ImportCounts,
    duration_ms: u32,
}

impl From<&ImportLogEntry> for ImportLogEntryView {
    fn from(entry: &ImportLogEntry) -> Self {
        let ImportLogEntry { id, imported_at, actor_name, format, total_rows, counts, duration_ms } = entry;
        Self {
            id: id.get(),
            imported_at: instant_text(*imported_at),
            actor_name: actor_name.clone(),
            format: format.to_string(),
            total_rows: *total_rows,
            counts: *counts,
            duration_ms: *duration_ms,
        }
    }
}
