//! Text with separators (RFC 4180, and what spreadsheets make of it), made rows.

use super::refused;
use super::rows::{Rows, too_long};
use crate::error::Result;

/// What may separate cells, the likeliest last.
const SEPARATORS: [u8; 3] = [b'\t', b';', b','];

/// What a text's cells are separated by.
pub(super) struct Separated<'t> {
    text: &'t str,
    /// The likeliest first.
    pub(super) separators: Vec<u8>,
    /// Whether the first line does nothing but say so (`sep=;`, as one spreadsheet wants it).
    told: bool,
}

impl<'t> Separated<'t> {
    /// Looks at the first line with something in it.
    pub(super) fn of(text: &'t str) -> Result<Self> {
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        if let Some(told) = line.trim_end_matches('\r').strip_prefix("sep=") {
            return match told.as_bytes() {
                [separator @ (b',' | b';' | b'\t')] => Ok(Self { text, separators: vec![*separator], told: true }),
                _ => Err(refused("is separated by what its first line says: use commas, semicolons or tabs")),
            };
        }
        let mut separators = SEPARATORS.to_vec();
        separators.reverse();
        // Of equals the comma comes first.
        separators.sort_by_key(|separator| std::cmp::Reverse(count(line, *separator)));
        Ok(Self { text, separators, told: false })
    }

    /// The rows, or the first of them with something in them.
    pub(super) fn rows(&self, separator: u8, most: usize) -> Result<Rows> {
        let mut rows = Rows::default();
        let mut reader = Reader { bytes: self.text.as_bytes(), text: self.text, at: 0, line: 1, separator };
        let mut number = 0;
        let mut skip = self.told;
        while rows.len() < most && reader.at < reader.bytes.len() {
            number += 1;
            let line = reader.line;
            let empty_line = reader.row(number, &mut rows)?;
            if std::mem::take(&mut skip) {
                rows = Rows::default();
                continue;
            }
            rows.end_row(number, line)?;
            if !empty_line {
                rows.saw_row(number);
            }
        }
        Ok(rows)
    }
}

/// How often a separator stands in a line outside quotation marks.
fn count(line: &str, separator: u8) -> usize {
    let mut quoted = false;
    line.bytes()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted && *byte == separator
        })
        .count()
}

struct Reader<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    line: u32,
    separator: u8,
}

impl Reader<'_> {
    /// Reads one row to behind its end. Tells whether its line has nothing at all.
    fn row(&mut self, number: u32, rows: &mut Rows) -> Result<bool> {
        let begin = self.at;
        loop {
            if self.bytes.get(self.at) == Some(&b'"') {
                self.quoted(number, rows)?;
            }
            let from = self.at;
            let ends = |byte: &u8| *byte == self.separator || matches!(byte, b'\n' | b'\r');
            self.at += self.bytes[from..].iter().position(ends).unwrap_or(self.bytes.len() - from);
            if !rows.has_room(self.at - from) {
                return Err(too_long(number, rows.column()));
            }
            // Between single-byte separators the text is whole.
            rows.add(self.text.get(from..self.at).unwrap_or_default());
            rows.end_cell(number)?;
            match self.bytes.get(self.at) {
                Some(byte) if *byte == self.separator => self.at += 1,
                found => {
                    let empty = self.at == begin;
                    if found.is_some() {
                        self.end_of_line();
                    }
                    return Ok(empty);
                }
            }
        }
    }

    /// Reads what stands between quotation marks; a doubled one is one.
    fn quoted(&mut self, number: u32, rows: &mut Rows) -> Result<()> {
        self.at += 1;
        loop {
            let from = self.at;
            let Some(length) = self.bytes[from..].iter().position(|byte| matches!(byte, b'"' | b'\n' | b'\r')) else {
                return Err(refused(format!("has a quotation mark in row {number} that is never closed: close or remove it")));
            };
            self.at += length;
            if !rows.has_room(length + 2) {
                return Err(too_long(number, rows.column()));
            }
            rows.add(self.text.get(from..self.at).unwrap_or_default());
            if self.bytes[self.at] != b'"' {
                let from = self.at;
                self.end_of_line();
                rows.add(self.text.get(from..self.at).unwrap_or_default());
                continue;
            }
            self.at += 1;
            if self.bytes.get(self.at) != Some(&b'"') {
                return Ok(());
            }
            rows.add("\"");
            self.at += 1;
        }
    }

    /// Goes behind a line break, of whatever system.
    fn end_of_line(&mut self) {
        self.at += if self.bytes[self.at..].starts_with(b"\r\n") { 2 } else { 1 };
        self.line += 1;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn all(text: &str) -> Vec<(u32, u32, Vec<String>)> {
        let separated = Separated::of(text).unwrap();
        let rows = separated.rows(separated.separators[0], usize::MAX).unwrap();
        (0..rows.len()).filter_map(|at| rows.get(at)).map(|row| (row.number, row.line, row.cells().map(str::to_owned).collect())).collect()
    }

    fn row(number: u32, line: u32, cells: &[&str]) -> (u32, u32, Vec<String>) {
        (number, line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    fn refusal(text: &str) -> String {
        let separated = Separated::of(text).unwrap();
        separated.rows(separated.separators[0], usize::MAX).err().map(|error| error.to_string()).unwrap()
    }

    #[test]
    fn rows_are_numbered_as_spreadsheets_do_and_lines_as_editors_do() {
        assert_eq!(all("\n\na,b\r\n\r\n\"x\r\ny\",2\r,\rC,\n\n"), [row(3, 3, &["a", "b"]), row(5, 5, &["x\r\ny", "2"]), row(7, 8, &["C"])]);
    }

    #[test]
    fn quotation_marks_are_read_as_spreadsheets_write_them() {
        assert_eq!(all("\"a\"\"b\",\"\",5\" pipe,\"x\"y,\" z \"\n"), [row(1, 1, &["a\"b", "", "5\" pipe", "xy", " z "])]);
        assert_eq!(all("a,b\n\"x\""), [row(1, 1, &["a", "b"]), row(2, 2, &["x"])]);
        assert_eq!(all("\"a,\nb\",é\n"), [row(1, 1, &["a,\nb", "é"])]);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_told_by_its_row() {
        assert!(refusal("a,b\nx,y\n\"z,1\nu,v\n").contains("row 3 that is never closed"));
        let swallowed = format!("a,b\nx,y\n\"z,1\n{}\"u\",v\n", "q,r\n".repeat(40_000));
        let told = refusal(&swallowed);
        assert!(told.contains("column A of row 3") && told.contains("never closed?"), "{told}");
    }

    #[test]
    fn ten_million_columns_are_refused_within_bounds_and_empty_ones_are_nothing() {
        let rows = all(&format!("a,b\nx,y{}\n", ",".repeat(10_000_000)));
        assert_eq!(rows[1], row(2, 2, &["x", "y"]));
        assert!(refusal(&format!("a,b\n{}", "x,".repeat(5_000_000))).contains("something in column IW of row 2"));
        assert!(refusal(&format!("{}\nx", "a,".repeat(300))).contains("of row 1; at most 256 columns"));
    }

    #[test]
    fn lines_of_separators_at_the_end_are_rows_and_empty_ones_are_not() {
        let separated = Separated::of("a,b\n1,2\n,,\n\n\n").unwrap();
        let rows = separated.rows(b',', usize::MAX).unwrap();
        assert_eq!((rows.len(), rows.last()), (2, 3));
    }
}
