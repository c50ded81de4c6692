//! The rows of one file, packed: one text with the places where cells end.

use super::{MOST_COLUMNS, MOST_OF_A_CELL, MOST_ROWS, MOST_TEXT, refused};
use crate::error::Result;

/// All rows that have something in them, and the numbers they stand under.
#[derive(Default)]
pub(crate) struct Rows {
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<u32>,
    marks: Vec<Mark>,
    /// The last row there is, blank ones too.
    last: u32,
}

/// What cells hold may be personal: it stays out of logs.
impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("count", &self.marks.len()).finish_non_exhaustive()
    }
}

struct Mark {
    number: u32,
    line: u32,
    /// Where its cells end.
    cells: u32,
}

/// One row.
#[derive(Clone, Copy)]
pub(crate) struct Row<'r> {
    /// Its number in a spreadsheet, from 1.
    pub(crate) number: u32,
    /// The line of the file that it begins in, from 1; in a workbook its number.
    pub(crate) line: u32,
    text: &'r str,
    /// Where its first cell begins.
    begin: u32,
    ends: &'r [u32],
}

impl<'r> Row<'r> {
    /// The cell of a column, as it stands there; empty behind the last.
    pub(crate) fn cell(&self, column: usize) -> &'r str {
        let Some(end) = self.ends.get(column) else { return "" };
        let begin = if column == 0 { self.begin } else { self.ends[column - 1] };
        self.text.get(begin as usize..*end as usize).unwrap_or_default()
    }

    /// All cells up to the last that has something in it.
    pub(crate) fn cells(self) -> impl ExactSizeIterator<Item = &'r str> {
        (0..self.ends.len()).map(move |column| self.cell(column))
    }
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.marks.len()
    }

    pub(super) fn last(&self) -> u32 {
        self.last
    }

    pub(super) fn get(&self, at: usize) -> Option<Row<'_>> {
        let mark = self.marks.get(at)?;
        let first = at.checked_sub(1).map_or(0, |before| self.marks[before].cells as usize);
        let begin = first.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(Row { number: mark.number, line: mark.line, text: &self.text, begin, ends: self.ends.get(first..mark.cells as usize)? })
    }

    fn first_open(&self) -> usize {
        self.marks.last().map_or(0, |mark| mark.cells as usize)
    }

    fn open_cell(&self) -> usize {
        self.ends.last().map_or(0, |end| *end as usize)
    }

    /// Adds to the open cell.
    pub(super) fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Whether the open cell, with so many bytes more, can still be one.
    pub(super) fn has_room(&self, more: usize) -> bool {
        self.text.len() - self.open_cell() + more <= MOST_OF_A_CELL * 4
    }

    /// Ends the open cell of the row with this number.
    pub(super) fn end_cell(&mut self, row: u32) -> Result<()> {
        let begin = self.open_cell();
        let cell = &self.text[begin..];
        let column = self.ends.len() - self.first_open();
        if column >= MOST_COLUMNS {
            if !cell.trim().is_empty() {
                return Err(beyond(row, column));
            }
            self.text.truncate(begin);
            return Ok(());
        }
        if cell.len() > MOST_OF_A_CELL && cell.chars().count() > MOST_OF_A_CELL {
            return Err(too_long(row, column));
        }
        if self.text.len() > MOST_TEXT {
            return Err(refused(format!("has more than {} MiB of text: split it", MOST_TEXT >> 20)));
        }
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    /// Empty cells up to this column, for rows that name only those with something in them.
    pub(super) fn skip_to(&mut self, column: usize, row: u32) -> Result<()> {
        while self.ends.len() - self.first_open() < column.min(MOST_COLUMNS) {
            self.end_cell(row)?;
        }
        Ok(())
    }

    /// The column that the open cell is in.
    pub(super) fn column(&self) -> usize {
        self.ends.len() - self.first_open()
    }

    /// Ends the row; one with nothing in it leaves nothing but its number.
    pub(super) fn end_row(&mut self, number: u32, line: u32) -> Result<()> {
        let first = self.first_open();
        let start = |at: usize| if at == 0 { 0 } else { self.ends[at - 1] as usize };
        let mut last = self.ends.len();
        while last > first && self.text[start(last - 1)..self.ends[last - 1] as usize].trim().is_empty() {
            last -= 1;
        }
        let end = start(last);
        self.ends.truncate(last);
        self.text.truncate(end);
        if last == first {
            return Ok(());
        }
        if self.marks.len() > MOST_ROWS {
            // One more than that, since the header is among them.
            return Err(refused(format!("has more than {MOST_ROWS} rows: split it")));
        }
        self.last = number;
        self.marks.push(Mark { number, line, cells: u32::try_from(last).unwrap_or(u32::MAX) });
        Ok(())
    }

    /// Notes that there is a blank row of this number.
    pub(super) fn saw_row(&mut self, number: u32) {
        self.last = self.last.max(number);
    }
}

/// What is told of a cell that can't be one.
pub(super) fn too_long(row: u32, column: usize) -> crate::error::Error {
    let letters = column_letters(column);
    refused(format!(
        "has more than {MOST_OF_A_CELL} characters in column {letters} of row {row}: is a quotation mark there never closed? close or remove it"
    ))
}

/// What is told of a cell to the right of all that are read.
pub(super) fn beyond(row: u32, column: usize) -> crate::error::Error {
    let letters = column_letters(column);
    refused(format!("has something in column {letters} of row {row}; at most {MOST_COLUMNS} columns are read"))
}

/// The letters of a column, from 0: A to Z, AA, …
pub(crate) fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn columns_have_the_letters_of_spreadsheets() {
        let letters: Vec<String> = [0, 1, 25, 26, 27, 51, 52, 255, 701, 702, 16_383].into_iter().map(column_letters).collect();
        assert_eq!(letters, ["A", "B", "Z", "AA", "AB", "AZ", "BA", "IV", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn rows_keep_their_cells_and_numbers_and_blank_ones_leave_nothing() {
        let mut rows = Rows::default();
        for (number, cells) in [(1, &["a", "", "c"][..]), (2, &["", " "]), (4, &["", "b", "", " "])] {
            for cell in cells {
                rows.add(cell);
                rows.end_cell(number).unwrap();
            }
            rows.end_row(number, number).unwrap();
        }
        let all: Vec<_> = (0..rows.len()).filter_map(|at| rows.get(at)).map(|row| (row.number, row.cells().collect::<Vec<_>>())).collect();
        assert_eq!(all, [(1, vec!["a", "", "c"]), (4, vec!["", "b"])]);
        assert_eq!((rows.get(1).unwrap().cell(1), rows.get(1).unwrap().cell(7), rows.last()), ("b", "", 4));
    }
}
