//! A look at a file before it is imported.

use serde::Serialize;

use super::super::Volunteers;
use super::mapping::{Columns, is_header};
use super::{ImportField, ImportMapping, TableFormat};
use crate::error::Result;
use crate::operations::VOLUNTEERS_PREVIEW_IMPORT;
use crate::tabular::{Sheet, column_letters, is_blank};

/// Rows that are shown.
const ROWS: usize = 10;
/// Characters of a cell that are shown.
const CELL: usize = 200;

/// What a file holds, and what its columns are likely to mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportPreview {
    /// What the file is.
    pub format: TableFormat,
    /// Which sheet is shown; a CSV file has none.
    pub sheet: Option<String>,
    /// All sheets of the workbook, hidden ones too.
    pub sheets: Vec<String>,
    /// The row that names the columns.
    pub header_row: u32,
    /// The columns, in the order of the file.
    pub columns: Vec<PreviewColumn>,
    /// What is suggested, to be given back with the import as it is or changed. Without first and last names an import is refused.
    pub mapping: ImportMapping,
    /// A column that holds first and last names in one: it has to be split before the file can be imported.
    pub whole_name: Option<String>,
    /// The first rows that are not blank, at most 10.
    pub rows: Vec<PreviewRow>,
    /// How many rows there are in all, blank ones left out.
    pub total_rows: u32,
    /// How many blank rows there are.
    pub blank_rows: u32,
}

/// One column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewColumn {
    /// Its name: as the file spells it, counted where it is there twice, its letters where it has none.
    pub name: String,
    /// Its letters in a spreadsheet.
    pub letters: String,
    /// What it is likely to hold.
    pub field: Option<ImportField>,
}

/// One row of a file.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PreviewRow {
    /// The row's number in the spreadsheet.
    pub row: u32,
    /// What its cells hold, one for each column, at most 200 characters of each.
    pub cells: Vec<String>,
}

/// What cells hold is personal: it stays out of logs.
impl std::fmt::Debug for PreviewRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreviewRow").field("row", &self.row).finish_non_exhaustive()
    }
}

impl Volunteers<'_> {
    /// Looks at a file: its columns and what they are likely to hold, its first rows, how many rows there are. Nothing is kept of it.
    ///
    /// `sheet` names the sheet of a workbook; the first visible one is shown unless it is given.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`](crate::Error::BadRequest) on `body` where the file can't be read whole, on `sheet` where there is none of that
    /// name; [`Error::Forbidden`](crate::Error::Forbidden), [`Error::FeatureDisabled`](crate::Error::FeatureDisabled).
    pub fn preview_import(&self, file: &[u8], sheet: Option<&str>) -> Result<ImportPreview> {
        self.handle.authorize(&VOLUNTEERS_PREVIEW_IMPORT)?;
        let sheet = Sheet::read(file, sheet, |row| is_header(row, None))?;
        let columns = Columns::of(&sheet).suggested();
        let blank = sheet.rows().filter(|row| row.cells().all(is_blank)).count();
        let shown = |cell: &str| cell.chars().take(CELL).collect();
        Ok(ImportPreview {
            format: sheet.format,
            header_row: sheet.header().number,
            columns: (columns.names.iter().enumerate())
                .map(|(at, name)| PreviewColumn { name: name.clone(), letters: column_letters(at), field: columns.field(at) })
                .collect(),
            mapping: columns.mapping(),
            whole_name: columns.whole_name().map(str::to_owned),
            rows: (sheet.rows().filter(|row| !row.cells().all(is_blank)).take(ROWS))
                .map(|row| PreviewRow { row: row.number, cells: (0..columns.names.len()).map(|at| shown(row.cell(at))).collect() })
                .collect(),
            total_rows: u32::try_from(sheet.len() - blank).unwrap_or(u32::MAX),
            blank_rows: u32::try_from(sheet.blank() + blank).unwrap_or(u32::MAX),
            sheet: sheet.name.clone(),
            sheets: sheet.names,
        })
    }
}
