//! Text with separators, made a header and rows.

use ::csv::{ByteRecord, ReaderBuilder, StringRecord};

use super::decode;
use super::{MOST_COLUMNS, MOST_ROWS, is_blank};
use crate::error::{Error, Result};
use crate::types::fold::fold;

/// A file's table.
pub(crate) struct Table {
    /// The columns' names: folded, with `_` between words.
    pub(crate) header: Vec<String>,
    /// The rows that are not blank.
    pub(crate) rows: Vec<Row>,
}

/// One row of a table. There may be hundreds of thousands, so it takes little more than its text.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The line of the file that it begins in, from 1.
    pub(crate) line: u64,
    /// All cells, one after the other.
    text: Box<str>,
    /// Where each ends.
    ends: Box<[u32]>,
}

impl Row {
    fn new(line: u64, cells: &StringRecord) -> Result<Self> {
        let mut ends = Vec::with_capacity(cells.len());
        let mut end = 0;
        for cell in cells {
            end += cell.len();
            ends.push(u32::try_from(end).map_err(|_| Error::Internal)?);
        }
        Ok(Self { line, text: cells.iter().collect::<String>().into(), ends: ends.into() })
    }

    fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|column| self.written(column))
    }

    fn written(&self, column: usize) -> Option<&str> {
        let end = *self.ends.get(column)?;
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start as usize..end as usize)
    }

    /// What stands in a column; nothing where the cell is blank or the row ends before it.
    pub(crate) fn cell(&self, column: usize) -> Option<&str> {
        self.written(column).filter(|cell| !is_blank(cell))
    }

    /// Whether something stands beyond the last column.
    pub(crate) fn exceeds(&self, columns: usize) -> bool {
        self.cells().skip(columns).any(|cell| !cell.trim().is_empty())
    }
}

/// Reads a file. The first line with anything in it is the header; blank rows are left out.
///
/// # Errors
///
/// [`Error::BadRequest`] on `body`: no text, no header, a column without a name or named twice, more rows or bytes than there may be.
pub(crate) fn read(bytes: &[u8]) -> Result<Table> {
    let text = decode::text(bytes)?;
    let (separator, told) = separator(&text)?;
    let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut lines = Lines::of(text.as_bytes());
    let mut header: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    for (nth, record) in reader.into_byte_records().enumerate() {
        let record = record.map_err(|error| refused(format!("can't be read as CSV: {error}")))?;
        let line = lines.at(&record);
        let cells = StringRecord::from_byte_record(record).map_err(|_| Error::Internal)?;
        if (nth == 0 && told) || cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match header {
            None => header = Some(names(&cells)?),
            Some(_) if rows.len() == MOST_ROWS => return Err(refused(format!("has more than {MOST_ROWS} rows: split it"))),
            Some(_) => rows.push(Row::new(line, &cells)?),
        }
    }
    let header = header.ok_or_else(|| refused("is empty: the first line names the columns"))?;
    Ok(Table { header, rows })
}

fn refused(message: impl Into<String>) -> Error {
    Error::bad_request("body", message)
}

/// The columns' names. Spreadsheets leave empty ones behind the last.
fn names(cells: &StringRecord) -> Result<Vec<String>> {
    let mut names: Vec<String> = cells.iter().map(|cell| fold(cell.trim_matches('\u{FEFF}')).replace([' ', '-'], "_")).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    if names.len() > MOST_COLUMNS {
        return Err(refused(format!("has more than {MOST_COLUMNS} columns")));
    }
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

/// What separates the cells, and whether the first line does nothing but say so (`sep=;`, as one spreadsheet wants it).
fn separator(text: &str) -> Result<(u8, bool)> {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if let Some(told) = line.trim_end_matches('\r').strip_prefix("sep=") {
        return match told.as_bytes() {
            [separator @ (b',' | b';' | b'\t')] => Ok((*separator, true)),
            _ => Err(refused("is separated by what its first line says: use commas, semicolons or tabs")),
        };
    }
    let count = |separator: &u8| {
        let mut quoted = false;
        line.bytes()
            .filter(|byte| {
                if *byte == b'"' {
                    quoted = !quoted;
                    false
                } else {
                    !quoted && byte == separator
                }
            })
            .count()
    };
    // Of equals the last is taken.
    Ok(([b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b','), false))
}

/// Counts lines up to where a record begins. The reader's own count is of the blank lines before it.
struct Lines<'t> {
    text: &'t [u8],
    byte: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    fn of(text: &'t [u8]) -> Self {
        Self { text, byte: 0, line: 1 }
    }

    fn at(&mut self, record: &ByteRecord) -> u64 {
        let start = record.position().map_or(self.byte, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        while let Some(byte) = self.text.get(self.byte) {
            let ends = match byte {
                b'\n' => true,
                b'\r' => self.text.get(self.byte + 1) != Some(&b'\n'),
                _ => false,
            };
            if self.byte >= start && !matches!(byte, b'\n' | b'\r') {
                break;
            }
            self.line += u64::from(ends);
            self.byte += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
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
            (
                &"a,".repeat(101).replace("a,", "a").chars().enumerate().map(|(at, _)| format!("c{at},")).collect::<String>(),
                "more than 100 columns",
            ),
            (&format!("name\n{}", "x\n".repeat(MOST_ROWS + 1)), "more than 200000 rows"),
        ] {
            let error = read(text.as_bytes()).err().unwrap();
            assert!(error.to_string().contains(why), "{error}");
        }
        assert_eq!(rows(&format!("name\n{}", "x\n".repeat(MOST_ROWS))).len(), MOST_ROWS);
    }
}
