//! Skills in one cell: names with `;` between them, as exports write and imports read them.
//!
//! A name that would be read as something else stands in quotation marks, such as `"Arts, crafts"`, and those within it are doubled.

use super::import::is_formula;
use crate::tabular::is_blank;

/// What separates names.
pub(super) const SEPARATORS: [char; 3] = [',', ';', '|'];

/// The cell of these names.
pub(super) fn joined(names: &[String]) -> String {
    let mut cell = String::new();
    for name in names {
        if !cell.is_empty() {
            cell.push_str("; ");
        }
        if name.starts_with('"') || name.contains(SEPARATORS) || is_blank(name) || is_formula(name) {
            cell.push('"');
            cell.push_str(&name.replace('"', "\"\""));
            cell.push('"');
        } else {
            cell.push_str(name);
        }
    }
    cell
}

/// The name in quotation marks that a cell begins with, and what is behind the separator after it. `None` where it begins otherwise, or the
/// marks are no more than part of a name.
pub(super) fn quoted(cell: &str) -> Option<(String, Option<&str>)> {
    let mut rest = cell.trim_start().strip_prefix('"')?;
    let mut name = String::new();
    loop {
        let (piece, after) = rest.split_once('"')?;
        name.push_str(piece);
        if let Some(more) = after.strip_prefix('"') {
            name.push('"');
            rest = more;
            continue;
        }
        let after = after.trim_start();
        return if after.is_empty() { Some((name, None)) } else { Some((name, Some(after.strip_prefix(SEPARATORS)?))) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_be_read_as_something_else_are_quoted_and_read_as_they_were() {
        let names = ["Welding", "Arts, crafts", "A;B|C", "none", "=1+1", "\"Bo\"", "5\" pipe", "\"", "#REF!"].map(str::to_owned);
        let cell = joined(&names);
        assert_eq!(cell, r##"Welding; "Arts, crafts"; "A;B|C"; "none"; "=1+1"; """Bo"""; 5" pipe; """"; "#REF!""##);
        let (mut read, mut rest) = (Vec::new(), Some(cell.as_str()));
        while let Some(cell) = rest {
            let (name, behind) = quoted(cell).unwrap_or_else(|| match cell.split_once(SEPARATORS) {
                Some((name, behind)) => (name.trim().to_owned(), Some(behind)),
                None => (cell.trim().to_owned(), None),
            });
            read.push(name);
            rest = behind;
        }
        assert_eq!(read, names);
        for part in ["\"never closed; x", "\"in\" the name; x", "x \"y\""] {
            assert_eq!(quoted(part), None, "{part}");
        }
    }
}
