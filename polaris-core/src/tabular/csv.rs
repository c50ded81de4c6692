//! Comma-separated values (RFC 4180), safe to open in a spreadsheet.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula, whoever wrote it. Such cells get an
//! apostrophe in front (OWASP, CSV injection), which a spreadsheet does not show as part of a formula; numbers keep their sign. A file that
//! is to be imported again has one in front of whatever would be read as something else. Cells with any separator are quoted, so that a file
//! is read right by whoever guesses another one.

use std::borrow::Cow;

use super::guard::{needs_guard, needs_mark};

/// Adds one row, with CRLF behind it.
pub(crate) fn line<'c>(text: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>) {
    write(text, cells, needs_guard);
}

/// The same for a file that is imported again: texts that an import would take for something else are marked as well.
pub(crate) fn marked_line<'c>(text: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>) {
    write(text, cells, needs_mark);
}

/// The same for programs: cells are what they are, and nothing for a spreadsheet.
pub(crate) fn raw_line<'c>(text: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>) {
    write(text, cells, |_| false);
}

/// A cell that a spreadsheet does not calculate with.
pub(crate) fn guarded(cell: &str) -> Cow<'_, str> {
    if needs_guard(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

fn write<'c>(text: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>, guarded: fn(&str) -> bool) {
    let mut cells = cells.peekable();
    let mut first = true;
    while let Some(cell) = cells.next() {
        if first && cell.is_empty() && cells.peek().is_none() {
            // A line with nothing at all would be none.
            text.extend_from_slice(b"\"\"");
        }
        if !std::mem::take(&mut first) {
            text.push(b',');
        }
        add(text, cell, guarded);
    }
    text.extend_from_slice(b"\r\n");
}

fn add(text: &mut Vec<u8>, cell: &str, guarded: fn(&str) -> bool) {
    let apostrophe = if guarded(cell) { "'" } else { "" };
    if cell.contains(['"', ',', ';', '\t', '\r', '\n']) {
        text.push(b'"');
        text.extend_from_slice(apostrophe.as_bytes());
        text.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
        text.push(b'"');
    } else {
        text.extend_from_slice(apostrophe.as_bytes());
        text.extend_from_slice(cell.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        let mut text = Vec::new();
        line(&mut text, cells.iter().copied());
        String::from_utf8_lossy(&text).into_owned()
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(written(&["a", "", "b c", "d,e", "f\"g", "h\ni"]), "a,,b c,\"d,e\",\"f\"\"g\",\"h\ni\"\r\n");
        assert_eq!(written(&["a;b", "c\td", "e|f"]), "\"a;b\",\"c\td\",e|f\r\n", "whatever separator is guessed");
    }

    #[test]
    fn what_a_spreadsheet_would_calculate_is_text() {
        for formula in ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", " =cmd()", "＝1", "-", "=HYPERLINK(\"http://x\")", "-1,5"] {
            let cell = written(&[formula]);
            assert!(cell.trim_start_matches('"').starts_with('\''), "{formula:?}: {cell:?}");
        }
        assert_eq!(written(&["'=1"]), "''=1\r\n", "an apostrophe of its own stays one");
        for plain in ["-7", "7", "a=b", "{\"a\":1}", ""] {
            assert_eq!(written(&[plain]).matches('\'').count(), 0, "{plain}");
        }
    }

    #[test]
    fn what_was_put_in_front_of_a_cell_and_nothing_else_is_taken_off_again() {
        for cell in
            ["=1+1", "'=1+1", "''=1+1", "+1 816", "-", " =x", "\tx", "-7", "7", "'7", "O'Brien", "'", "''", "", "'quoted'", "'-7", "none"]
        {
            let mut line = Vec::new();
            marked_line(&mut line, [cell, ""].into_iter());
            let line = String::from_utf8_lossy(&line);
            let read = line.trim_end_matches(",\r\n").trim_matches('"');
            assert_eq!(crate::tabular::unmarked(read), (cell, read != cell));
        }
        let mut raw = Vec::new();
        raw_line(&mut raw, ["=1+1", "'x", "a,b"].into_iter());
        assert_eq!(raw, b"=1+1,'x,\"a,b\"\r\n");
    }
}
