//! Comma-separated values (RFC 4180), safe to open in a spreadsheet.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula, whoever wrote it. Such cells get an
//! apostrophe in front (OWASP, CSV injection), which a spreadsheet does not show as part of a formula; numbers keep their sign.

use super::needs_guard;

/// Adds one row, with CRLF behind it.
pub(crate) fn line<'c>(text: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>) {
    write(text, cells, true);
}

/// The same for programs: cells are what they are, and nothing for a spreadsheet.
pub(crate) fn raw_line<'c>(text: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>) {
    write(text, cells, false);
}

fn write<'c>(text: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>, guarded: bool) {
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

fn add(text: &mut Vec<u8>, cell: &str, guarded: bool) {
    let apostrophe = if guarded && needs_guard(cell) { "'" } else { "" };
    if cell.contains(['"', ',', '\r', '\n']) {
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
        for cell in ["=1+1", "'=1+1", "''=1+1", "+1 816", "-", " =x", "\tx", "-7", "7", "'7", "O'Brien", "'", "''", "", "'quoted'", "'-7"] {
            let line = written(&[cell]);
            let read = line.trim_end_matches("\r\n").trim_matches('"');
            let (back, guarded) = crate::tabular::unguarded(read);
            assert_eq!((back, guarded), (cell, read != cell));
        }
        let mut raw = Vec::new();
        raw_line(&mut raw, ["=1+1", "'x", "a,b"].into_iter());
        assert_eq!(raw, b"=1+1,'x,\"a,b\"\r\n");
    }
}
