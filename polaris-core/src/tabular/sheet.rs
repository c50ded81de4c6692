//! One sheet of a file, whatever the file is: its header, found below title rows, and the rows under it.

use super::rows::{Row, Rows};
use super::separated::Separated;
use super::{decode, refused, workbook};
use crate::error::Result;
use crate::types::words::words;

/// The header is among the first so many rows.
const HEADER_WITHIN: u32 = 10;

words! {
    /// What a table is written as.
    TableFormat, "format", exact {
        /// Comma-separated values and their like.
        Csv = "csv",
        /// A workbook (Office Open XML).
        Xlsx = "xlsx",
    }
}

/// A sheet, read whole.
pub(crate) struct Sheet {
    pub(crate) format: TableFormat,
    /// The sheet's name, and those of all in the workbook; a CSV file has none.
    pub(crate) name: Option<String>,
    pub(crate) names: Vec<String>,
    rows: Rows,
    /// Which of the rows is the header.
    header: usize,
}

impl Sheet {
    /// Reads a file's sheet: the one named, else the first that is visible. The header is the first among the first ten rows that
    /// `is_header` knows, else the first row with something in it.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`](crate::error::Error::BadRequest) on `body` where the file can't be read whole, is empty or larger than may
    /// be; on `sheet` where there is none of this name.
    pub(crate) fn read(bytes: &[u8], named: Option<&str>, is_header: impl Fn(Row<'_>) -> bool) -> Result<Self> {
        decode::fits(bytes)?;
        let found =
            |rows: &Rows| (0..rows.len()).map_while(|at| rows.get(at).filter(|row| row.number <= HEADER_WITHIN)).position(&is_header);
        let (format, name, names, rows) = if workbook::is_one(bytes) {
            let (name, names, rows) = workbook::read(bytes, named)?;
            (TableFormat::Xlsx, Some(name), names, rows)
        } else if named.is_some() {
            return Err(crate::error::Error::bad_request("sheet", "goes with workbooks alone: a CSV file has one sheet"));
        } else {
            let text = decode::text(bytes)?;
            let separated = Separated::of(&text)?;
            // A title row may have other separators than the header.
            let knows = |separator: &u8| separated.rows(*separator, HEADER_WITHIN as usize).is_ok_and(|first| found(&first).is_some());
            let separator = separated.separators.iter().copied().find(knows).unwrap_or(separated.separators[0]);
            (TableFormat::Csv, None, Vec::new(), separated.rows(separator, usize::MAX)?)
        };
        if rows.len() == 0 {
            return Err(refused("is empty: its header names the columns"));
        }
        let header = found(&rows).unwrap_or(0);
        Ok(Self { format, name, names, rows, header })
    }

    /// The row that names the columns.
    pub(crate) fn header(&self) -> Row<'_> {
        // It was found there, or is the first of some.
        self.rows.get(self.header).unwrap_or_else(|| unreachable!("a sheet has a header"))
    }

    /// How many rows are under the header, blank ones left out.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() - self.header - 1
    }

    /// How many blank rows are under the header.
    pub(crate) fn blank(&self) -> usize {
        (self.rows.last() - self.header().number) as usize - self.len()
    }

    /// The rows under the header that are not blank.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        let first = self.header + 1;
        (first..self.rows.len()).map(|at| self.rows.get(at).unwrap_or_else(|| unreachable!("a row within the count")))
    }
}
