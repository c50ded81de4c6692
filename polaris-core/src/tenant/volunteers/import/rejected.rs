//! The rejected rows as a file to be mended and imported.

use std::borrow::Cow;

use super::super::skill_cells;
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
    rows: u32,
    /// Bytes it may have, if it may not have as many as it takes.
    most: Option<usize>,
    full: bool,
}

impl<'s> File<'s> {
    pub(super) fn of(sheet: &'s Sheet, columns: &'s Columns, most: Option<usize>) -> Self {
        Self { sheet, columns, bytes: Vec::new(), rows: 0, most, full: false }
    }

    pub(super) fn add(&mut self, row: Row<'_>, rejected: &ImportedRow) {
        if self.full {
            return;
        }
        let before = self.bytes.len();
        self.line(row, rejected);
        if self.most.is_some_and(|most| self.bytes.len() > most) {
            // The rows it has are the first ones.
            self.full = true;
            self.bytes.truncate(before);
        } else {
            self.rows += 1;
        }
    }

    fn line(&mut self, row: Row<'_>, rejected: &ImportedRow) {
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
            let field = self.columns.field(*at);
            let is_name = matches!(field, Some(ImportField::FirstName | ImportField::LastName));
            // What stands for nothing would be marked like a formula, and then be something.
            if cell.is_blank() && !is_name {
                return "".into();
            }
            // To be kept from calculating it would have to be marked as text, and then be imported as one.
            let calculates = match field {
                _ if is_name => cell.is_no_name(),
                Some(ImportField::Phone) => cell.is_formula_phone(),
                _ => cell.is_formula(),
            };
            match field {
                // An import leaves out the formula alone, not the whole cell.
                Some(ImportField::Skills) if !cell.marked => csv::guarded(&skill_cells::without_formulas(cell.text)).into_owned().into(),
                // What was marked stays so; what wasn't is a text if it has to be kept from calculating.
                _ if cell.marked => row.cell(*at).into(),
                _ if !calculates => csv::guarded(cell.text),
                // Without an address the row would be good, and mean somebody else.
                Some(ImportField::Email) => Cow::Owned(format!("mend this: {}", cell.text)),
                _ => "".into(),
            }
        });
        let cells: Vec<Cow<'_, str>> = cells.chain([number.into(), csv::guarded(&problems)]).collect();
        csv::raw_line(&mut self.bytes, cells.iter().map(AsRef::as_ref));
    }

    /// How many rows it has.
    pub(super) fn rows(&self) -> u32 {
        self.rows
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.shrink_to_fit();
        self.bytes
    }
}
