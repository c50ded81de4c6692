//! What became of each row.

use serde::Serialize;

use super::{ImportField, ImportMapping, TableFormat};
use crate::types::VolunteerId;
use crate::types::words::words;

words! {
    /// What became of a row.
    RowOutcome, "outcome", exact {
        /// A new volunteer.
        Created = "created",
        /// A known one, changed.
        Updated = "updated",
        /// A known one, who was deactivated and is active again.
        Reactivated = "reactivated",
        /// A known one of whom the row says nothing new.
        Unchanged = "unchanged",
        /// Means a person that an earlier row dealt with.
        Skipped = "skipped",
        /// Bad; nothing was done.
        Rejected = "rejected",
    }
}

/// How many rows came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
pub struct ImportCounts {
    /// New volunteers.
    pub created: u32,
    /// Known ones that were changed.
    pub updated: u32,
    /// Deactivated ones that are active again.
    pub reactivated: u32,
    /// Known ones of whom the file says nothing new.
    pub unchanged: u32,
    /// Rows that mean a person of an earlier row.
    pub skipped: u32,
    /// Bad rows.
    pub rejected: u32,
    /// Blank rows; these are in no other count.
    pub blank: u32,
    /// Warnings, of all rows together.
    pub warnings: u32,
}

impl ImportCounts {
    pub(super) fn count(&mut self, row: &ImportedRow) {
        *match row.outcome {
            RowOutcome::Created => &mut self.created,
            RowOutcome::Updated => &mut self.updated,
            RowOutcome::Reactivated => &mut self.reactivated,
            RowOutcome::Unchanged => &mut self.unchanged,
            RowOutcome::Skipped => &mut self.skipped,
            RowOutcome::Rejected => &mut self.rejected,
        } += 1;
        if row.outcome != RowOutcome::Rejected {
            self.warnings += u32::try_from(row.problems.len()).unwrap_or(u32::MAX);
        }
    }
}

/// What an import did, or would do. Equal for a dry run and the import that follows it, byte for byte where it is written as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VolunteerImportReport {
    /// What the file is.
    pub format: TableFormat,
    /// Which sheet was read; a CSV file has none.
    pub sheet: Option<String>,
    /// The row that names the columns.
    pub header_row: u32,
    /// Which column was read as what.
    pub mapping: ImportMapping,
    /// Rows under the header, blank ones left out.
    pub total_rows: u32,
    /// How many came out how.
    pub counts: ImportCounts,
    /// Skills that nobody had and that are the tenant's own now, in the order of the file.
    pub skills_added: Vec<String>,
    /// Every row but blank ones, in the order of the file; within [`ReportLimits`](super::ReportLimits) those they say.
    pub rows: Vec<ImportedRow>,
    /// How many rows the file of rejected ones has.
    #[serde(skip)]
    pub(super) rejected_rows: u32,
    /// The rejected rows as a file.
    #[serde(skip)]
    pub(super) rejected: Vec<u8>,
}

impl VolunteerImportReport {
    /// The rejected rows as a CSV file (UTF-8), safe to open in a spreadsheet: the columns of the file that was imported, and behind them
    /// each row's number and what is wrong. Mended, it can be imported as it is. `None` where no row was rejected.
    ///
    /// Cells that a spreadsheet would calculate with are left out.
    #[must_use]
    pub fn rejected_csv(&self) -> Option<&[u8]> {
        (!self.rejected.is_empty()).then_some(&self.rejected)
    }

    /// How many rows [`Self::rejected_csv`] has: all that were rejected, unless [`ReportLimits`](super::ReportLimits) leave some out.
    #[must_use]
    pub fn rejected_csv_rows(&self) -> u32 {
        self.rejected_rows
    }

    /// What it holds in memory, in bytes, roughly.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::capacity);
        let problem =
            |problem: &RowProblem| size_of::<RowProblem>() + text(&problem.column) + problem.message.capacity() + text(&problem.original);
        let rows = self.rows.iter().map(|row| size_of::<ImportedRow>() + row.problems.iter().map(problem).sum::<usize>());
        let skills = self.skills_added.iter().map(|name| size_of::<String>() + name.capacity());
        size_of::<Self>() + rows.sum::<usize>() + skills.sum::<usize>() + self.rejected.capacity()
    }

    /// The same with its counts alone: no rows, no skills.
    #[must_use]
    pub fn counts_alone(self) -> Self {
        Self { skills_added: Vec::new(), rows: Vec::new(), rejected_rows: 0, rejected: Vec::new(), ..self }
    }
}

/// The rows that are told, while they come.
pub(super) struct Told {
    /// How many, if not all.
    most: Option<usize>,
    total: usize,
    rejected: Vec<ImportedRow>,
    others: Vec<ImportedRow>,
}

impl Told {
    pub(super) fn new(most: Option<usize>) -> Self {
        Self { most, total: 0, rejected: Vec::new(), others: Vec::new() }
    }

    pub(super) fn add(&mut self, row: ImportedRow) {
        fn is_worth_telling(row: &ImportedRow) -> bool {
            row.outcome == RowOutcome::Skipped || !row.problems.is_empty()
        }
        self.total += 1;
        let Some(most) = self.most else { return self.others.push(row) };
        if self.total == most + 1 {
            self.others.retain(is_worth_telling);
        }
        let is_rejected = row.outcome == RowOutcome::Rejected;
        if is_rejected || is_worth_telling(&row) || self.total <= most {
            let rows = if is_rejected { &mut self.rejected } else { &mut self.others };
            if rows.len() < most {
                rows.push(row);
            }
        }
    }

    /// How many came by.
    pub(super) fn total(&self) -> u32 {
        u32::try_from(self.total).unwrap_or(u32::MAX)
    }

    pub(super) fn finish(mut self) -> Vec<ImportedRow> {
        self.rejected.append(&mut self.others);
        self.rejected.truncate(self.most.unwrap_or(usize::MAX));
        self.rejected.shrink_to_fit();
        self.rejected
    }
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedRow {
    /// The row's number in the spreadsheet.
    pub row: u32,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The volunteer it meant; none where it is a new one.
    pub volunteer_id: Option<VolunteerId>,
    /// The earlier row that meant the same person, where it was skipped.
    pub same_as: Option<u32>,
    /// Why it was rejected; else what it is warned of.
    pub problems: Vec<RowProblem>,
}

/// Something wrong with a row.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    /// The column's name.
    pub column: Option<String>,
    /// What it was read as.
    pub field: Option<ImportField>,
    /// A stable code, for example `BAD_EMAIL`.
    pub code: &'static str,
    /// What is wrong, what was done about it, and how to mend it.
    pub message: String,
    /// What stands in the cell, at most 200 characters of it.
    pub original: Option<String>,
}

/// What stands in a cell is personal: it stays out of logs.
impl std::fmt::Debug for RowProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowProblem").field("field", &self.field).field("code", &self.code).finish_non_exhaustive()
    }
}
