//! Comma-separated values (RFC 4180), safe to open in a spreadsheet.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula, whoever wrote it. Such cells get an
//! apostrophe in front (OWASP, CSV injection), which a spreadsheet does not show as part of a formula; numbers keep their sign.

use super::begins_like_a_formula;

/// Adds one row, with CRLF behind it.
pub(crate) fn line<'c>(text: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(b',');
        }
        add(text, cell);
    }
    text.extend_from_slice(b"\r\n");
}

fn add(text: &mut Vec<u8>, cell: &str) {
    let apostrophe = if could_be_a_formula(cell) { "'" } else { "" };
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

/// Whether a spreadsheet may calculate with it.
fn could_be_a_formula(cell: &str) -> bool {
    begins_like_a_formula(cell) && cell.parse::<i64>().is_err()
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
        for plain in ["-7", "7", "a=b", "{\"a\":1}", ""] {
            assert_eq!(written(&[plain]).matches('\'').count(), 0, "{plain}");
        }
    }
}
