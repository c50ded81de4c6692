//! The rejected rows as a file to be mended and imported.

use super::ImportField;
use super::cells::Cell;
use super::mapping::Columns;
use super::report::ImportedRow;
use crate::tabular::{Row, Sheet, csv};

/// The columns behind those of the file.
const OWN: [&str; 2] = ["import_row", "import_problem"];

/// A CSV file being written. There is none until a row is rejected.
pub(super) struct File<'s> {
    sheet: &'s Sheet,
    columns: &'s Columns,
    bytes: Vec<u8>,
}

impl<'s> File<'s> {
    pub(super) fn of(sheet: &'s Sheet, columns: &'s Columns) -> Self {
        Self { sheet, columns, bytes: Vec::new() }
    }

    pub(super) fn add(&mut self, row: Row<'_>, rejected: &ImportedRow) {
        // What was added to a file that was mended already is added anew.
        let kept: Vec<usize> = (0..self.columns.names.len()).filter(|at| !OWN.contains(&self.sheet.header().cell(*at))).collect();
        if self.bytes.is_empty() {
            self.bytes.extend_from_slice("\u{FEFF}".as_bytes());
            let names = kept.iter().map(|at| self.columns.names[*at].as_str());
            csv::line(&mut self.bytes, names.chain(OWN));
        }
        let problems: Vec<String> = rejected
            .problems
            .iter()
            .map(|problem| format!("{} {}", problem.column.as_deref().unwrap_or("the row"), problem.message))
            .collect();
        let (number, problems) = (row.number.to_string(), problems.join("; "));
        let cells = kept.iter().map(|at| {
            let cell = Cell::of(row.cell(*at));
            // To be kept from calculating it would have to be marked as text, and then be imported as one.
            let calculates = match self.columns.field(*at) {
                Some(ImportField::FirstName | ImportField::LastName) => cell.is_no_name(),
                Some(ImportField::Phone) => cell.is_formula_phone(),
                _ => cell.is_formula(),
            };
            if calculates { "" } else { cell.text }
        });
        csv::line(&mut self.bytes, cells.chain([number.as_str(), problems.as_str()]));
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}
