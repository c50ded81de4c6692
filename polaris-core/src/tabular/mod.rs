//! Tables as files: written as CSV that is safe to open in a spreadsheet, and read as spreadsheets write them, with commas, semicolons or
//! tabs, in any of the usual encodings.
//!
//! A file is read whole or refused whole; what its rows mean is its reader's business. Lines are counted as an editor shows them, so that
//! whoever looks for a bad row finds it.

pub(crate) mod csv;
mod decode;
mod separated;

pub(crate) use separated::{Row, read};

/// Bytes of one file that is read, at most.
pub(crate) const MOST_BYTES: usize = 16 << 20;
/// Rows of one file that is read, at most.
pub(crate) const MOST_ROWS: usize = 200_000;
/// Columns of one file that is read, at most; many more than any table here has.
pub(crate) const MOST_COLUMNS: usize = 100;

/// Whether a text begins as what a spreadsheet calculates with. Full-width forms are folded to their ASCII ones by some.
pub(crate) fn begins_like_a_formula(text: &str) -> bool {
    let first = text.trim_start_matches(' ').chars().next();
    first.is_some_and(|first| matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
}

/// Whether people write this where they have nothing to write.
pub(crate) fn is_blank(cell: &str) -> bool {
    let cell = cell.trim();
    cell.is_empty() || ["nan", "none", "null", "n/a", "-"].iter().any(|word| cell.eq_ignore_ascii_case(word))
}
