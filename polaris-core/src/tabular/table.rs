//! A table whose first line names its columns, all of which are known to its reader.

use std::sync::Arc;

use super::rows::{Row as AnyRow, Rows};
use super::separated::Separated;
use super::{MOST_COLUMNS, decode, is_blank, refused};
use crate::error::Result;
use crate::types::fold::fold;

/// A file's table.
pub(crate) struct Table {
    /// The columns' names: folded, with `_` between words.
    pub(crate) header: Vec<String>,
    /// The rows that are not blank.
    pub(crate) rows: Vec<Row>,
}

/// One row of a table. There may be hundreds of thousands, so it is a place in what all of them share.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The line of the file that it begins in, from 1.
    pub(crate) line: u64,
    at: usize,
    all: Arc<Rows>,
}

impl Row {
    fn cells(&self) -> Option<AnyRow<'_>> {
        self.all.get(self.at)
    }

    /// What stands in a column; nothing where the cell is blank or the row ends before it.
    pub(crate) fn cell(&self, column: usize) -> Option<&str> {
        self.cells().map(|cells| cells.cell(column)).filter(|cell| !is_blank(cell))
    }

    /// Whether something stands beyond the last column.
    pub(crate) fn exceeds(&self, columns: usize) -> bool {
        self.cells().is_some_and(|cells| cells.cells().skip(columns).any(|cell| !cell.trim().is_empty()))
    }
}

/// Reads a file. The first line with anything in it is the header; blank rows are left out.
///
/// # Errors
///
/// [`Error::BadRequest`](crate::error::Error::BadRequest) on `body`: no text, no header, a column without a name or named twice, more rows
/// or bytes than there may be.
pub(crate) fn read(bytes: &[u8]) -> Result<Table> {
    let text = decode::text(bytes)?;
    let separated = Separated::of(&text)?;
    let rows = separated.rows(separated.separators[0], usize::MAX)?;
    let header = rows.get(0).ok_or_else(|| refused("is empty: the first line names the columns"))?;
    let header = names(header)?;
    let all = Arc::new(rows);
    let row = |at: usize| all.get(at).map(|row| Row { line: u64::from(row.line), at, all: Arc::clone(&all) });
    Ok(Table { header, rows: (1..all.len()).filter_map(row).collect() })
}

/// The columns' names. Spreadsheets leave empty ones behind the last.
fn names(cells: AnyRow<'_>) -> Result<Vec<String>> {
    let names: Vec<String> = cells.cells().map(|cell| fold(cell.trim_matches('\u{FEFF}')).replace([' ', '-'], "_")).collect();
    debug_assert!(names.len() <= MOST_COLUMNS);
    for (at, name) in names.iter().enumerate() {
        let number = at + 1;
        if name.is_empty() {
            return Err(refused(format!("has a column without a name (the {number}. of the header): name it or remove it")));
        }
        if names[..at].contains(name) {
            return Err(refused(format!("names a column twice (the {number}. of the header): remove one")));
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::MOST_ROWS;
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let table = read(text.as_bytes()).unwrap();
        let cells = |row: &Row| (0..table.header.len()).map(|at| row.cell(at).unwrap_or_default().to_owned()).collect();
        table.rows.iter().map(|row| (row.line, cells(row))).collect()
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn each_separator_is_found_by_the_header() {
        let wanted = [row(2, &["Center, North", "high"])];
        assert_eq!(rows("name,level\n\"Center, North\",high\n"), wanted);
        assert_eq!(rows("name;level\nCenter, North;high\n"), wanted);
        assert_eq!(rows("name\tlevel\nCenter, North\thigh\n"), wanted);
        assert_eq!(rows("sep=;\nname;level\nCenter, North;high"), [row(3, &["Center, North", "high"])]);
        assert_eq!(rows("\"a;b;c\",level\nx,high"), [row(2, &["x", "high"])], "what is quoted separates nothing");
        assert_eq!(rows("name\nCenter; North"), [row(2, &["Center; North"])]);
        assert!(read(b"sep=|\nname|level\n").is_err());
    }

    #[test]
    fn lines_are_those_an_editor_shows() {
        assert_eq!(
            rows("\n\n name , Postal-Code \n\nA,1\n,,\n\n\"B\nb\",2\nC,\n"),
            [row(5, &["A", "1"]), row(8, &["B\nb", "2"]), row(10, &["C", ""])]
        );
        assert_eq!(rows("name\r\n\r\nA\r\nB\r\n"), [row(3, &["A"]), row(4, &["B"])]);
        assert_eq!(rows("name\rA\r\rB"), [row(2, &["A"]), row(4, &["B"])]);
        assert_eq!(read(b"Name,Postal-Code ,ZIP code,,\n").unwrap().header, ["name", "postal_code", "zip_code"]);
    }

    #[test]
    fn what_people_write_for_nothing_is_blank() {
        assert_eq!(
            rows("a,b,c,d,e\nNaN, None ,n/a,-,null\nx,nonesuch,--,0,null set"),
            [row(2, &["", "", "", "", ""]), row(3, &["x", "nonesuch", "--", "0", "null set"]),]
        );
    }

    #[test]
    fn a_table_without_a_clear_header_or_too_long_is_refused() {
        for (text, why) in [
            ("", "is empty"),
            ("\n , ,\n", "is empty"),
            ("name,,level\nA,B,high", "without a name (the 2."),
            ("name,Name\nA,B", "twice (the 2."),
            (&(0..=256).map(|at| format!("c{at},")).collect::<String>(), "at most 256 columns"),
            (&format!("name\n{}", "x\n".repeat(MOST_ROWS + 1)), "more than 200000 rows"),
        ] {
            let error = read(text.as_bytes()).err().unwrap();
            assert!(error.to_string().contains(why), "{error}");
        }
        assert_eq!(rows(&format!("name\n{}", "x\n".repeat(MOST_ROWS))).len(), MOST_ROWS);
    }
}
