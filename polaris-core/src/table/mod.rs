//! Tables from files, as spreadsheets write them: CSV with commas, semicolons or tabs, in any of the usual encodings.
//!
//! A file is read whole or refused whole; what its rows mean is its reader's business. Lines are counted as an editor shows them, so that
//! whoever looks for a bad row finds it.

mod decode;
mod separated;

pub(crate) use separated::read;

/// Bytes of one file, at most.
pub(crate) const MOST_BYTES: usize = 16 << 20;
/// Rows of one file, at most.
pub(crate) const MOST_ROWS: usize = 200_000;
/// Columns of one file, at most; many more than any table here has.
pub(crate) const MOST_COLUMNS: usize = 100;

/// Whether a spreadsheet would take this text for a formula and run it. It is never stored as such.
pub(crate) fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Whether people write this where they have nothing to write.
pub(crate) fn is_blank(cell: &str) -> bool {
    let cell = cell.trim();
    cell.is_empty() || ["nan", "none", "null", "n/a", "-"].iter().any(|word| cell.eq_ignore_ascii_case(word))
}
