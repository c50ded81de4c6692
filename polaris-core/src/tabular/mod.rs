//! Tables as files: written as CSV that is safe to open in a spreadsheet or as workbooks (XLSX), and read as spreadsheets and web forms
//! write them: CSV with commas, semicolons or tabs in any of the usual encodings, and workbooks.
//!
//! A file is read whole or refused whole; what its rows mean is its reader's business. Whatever it says of its own size, no more than
//! the limits below is kept of it at any time. Rows have the number that a spreadsheet shows, and the line that an editor shows, so that
//! whoever looks for a bad row finds it.

pub(crate) mod csv;
mod decode;
mod guard;
mod rows;
mod separated;
mod sheet;
mod table;
mod workbook;
pub(crate) mod xlsx;

pub(crate) use guard::{begins_like_a_formula, is_an_error, is_blank, is_cut_number, needs_mark, unmarked, whole_number};
pub(crate) use rows::{Row, column_letters};
pub(crate) use sheet::Sheet;
pub use sheet::TableFormat;
pub(crate) use table::{Row as TableRow, read};

/// Bytes of one file that is read, at most.
pub(crate) const MOST_BYTES: usize = 16 << 20;
/// Rows of one file that is read, at most.
pub(crate) const MOST_ROWS: usize = 200_000;
/// Columns of one file that is read, at most; many more than any table here has.
pub(crate) const MOST_COLUMNS: usize = 256;
/// Bytes of all cells together, at most: no file of 16 MiB of text has more.
const MOST_TEXT: usize = 64 << 20;
/// Characters of one cell, at most: as spreadsheets have it.
const MOST_OF_A_CELL: usize = 32_767;

/// What is told of a file that is not read.
fn refused(message: impl Into<String>) -> crate::error::Error {
    crate::error::Error::bad_request("body", message)
}
