//! Workbooks (Office Open XML, ECMA-376) of one sheet, written piece by piece: however long the table is, no more than a piece is held.
//!
//! Cells have types, so that nothing is calculated that was text, and no phone number is taken for a number. Texts stand in their cells
//! rather than in a list of shared ones, which would have to be held to the end.

use std::io::Write;

use chrono::{NaiveDate, NaiveDateTime};
use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::{column_letters, needs_mark};
use crate::error::{Error, Result};

/// One cell.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'c> {
    Empty,
    Text(&'c str),
    Whole(i64),
    Truth(bool),
    /// A day and time as its reader's clock shows it.
    Time(NaiveDateTime),
}

/// A workbook being written.
pub(crate) struct Workbook {
    /// What is written and not taken yet, the sheet's part apart.
    head: Vec<u8>,
    sheet: DeflateEncoder<Vec<u8>>,
    crc: crc32fast::Hasher,
    unpacked: u64,
    /// Bytes that were taken.
    taken: u64,
    /// Where the sheet's header stands, and where its bytes begin.
    sheet_at: u64,
    sheet_from: u64,
    directory: Vec<u8>,
    entries: u16,
    row: u32,
    line: String,
}

const SHEET: &str = "xl/worksheets/sheet1.xml";
const SHEET_BEGIN: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">"#,
    r#"<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"#,
    r#"<sheetFormatPr defaultColWidth="18" defaultRowHeight="15"/><sheetData>"#
);
const SHEET_END: &str = "</sheetData></worksheet>";

/// The numbers of styles in [`STYLES`].
const TEXT: u8 = 1;
const QUOTED: u8 = 2;
const TIME: u8 = 3;
const HEADER: u8 = 4;

const CONTENT_TYPES: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
    r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
    r#"<Default Extension="xml" ContentType="application/xml"/>"#,
    r#"<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>"#,
    r#"<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#,
    r#"<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#
);
const ROOT: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
);
const RELATIONS: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>"#,
    r#"<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>"#,
    "</Relationships>"
);
/// Plain; text; text that would be read as something else; day and time; the header, in bold.
const STYLES: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1">"#,
    r#"<numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>"#,
    r#"<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>"#,
    r#"<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/>"#,
    r#"</border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">"#,
    r#"<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>"#,
    r#"<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>"#,
    r#"<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"#,
    r#"<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>"#,
    r#"</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#
);

impl Workbook {
    /// Begins one whose sheet has this name, of at most 31 letters and digits.
    pub(crate) fn new(sheet: &str) -> Result<Self> {
        let mut book = Self {
            head: Vec::new(),
            sheet: DeflateEncoder::new(Vec::new(), Compression::fast()),
            crc: crc32fast::Hasher::new(),
            unpacked: 0,
            taken: 0,
            sheet_at: 0,
            sheet_from: 0,
            directory: Vec::new(),
            entries: 0,
            row: 0,
            line: String::new(),
        };
        let mut name = String::new();
        escape(&mut name, sheet);
        let workbook = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<workbook \
             xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
             <sheet name=\"{name}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        );
        for (part, text) in [
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", ROOT),
            ("xl/workbook.xml", &workbook),
            ("xl/_rels/workbook.xml.rels", RELATIONS),
            ("xl/styles.xml", STYLES),
        ] {
            book.stored(part, text.as_bytes());
        }
        book.sheet_at = book.head.len() as u64;
        // Its sizes are known when it is written, and stand behind it.
        book.head.extend_from_slice(&local(SHEET, 0x0008, 8, 0, 0));
        book.sheet_from = book.head.len() as u64;
        book.add(SHEET_BEGIN)?;
        Ok(book)
    }

    /// A small part, as it is.
    fn stored(&mut self, part: &str, bytes: &[u8]) {
        let at = self.head.len() as u64;
        let crc = crc32fast::hash(bytes);
        let size = bytes.len() as u64;
        self.head.extend_from_slice(&local(part, 0, 0, crc, size));
        self.head.extend_from_slice(bytes);
        self.list(part, 0, 0, crc, (size, size), at);
    }

    fn list(&mut self, part: &str, flags: u16, method: u16, crc: u32, (packed, unpacked): (u64, u64), at: u64) {
        let mut entry = Vec::with_capacity(46 + part.len());
        entry.extend_from_slice(b"PK\x01\x02");
        for field in [20_u16, 20, flags, method, 0, FIRST_DAY] {
            entry.extend_from_slice(&field.to_le_bytes());
        }
        for field in [crc, short(packed), short(unpacked)] {
            entry.extend_from_slice(&field.to_le_bytes());
        }
        for field in [u16::try_from(part.len()).unwrap_or_default(), 0, 0, 0, 0] {
            entry.extend_from_slice(&field.to_le_bytes());
        }
        entry.extend_from_slice(&0_u32.to_le_bytes());
        entry.extend_from_slice(&short(at).to_le_bytes());
        entry.extend_from_slice(part.as_bytes());
        self.directory.extend_from_slice(&entry);
        self.entries += 1;
    }

    fn add(&mut self, text: &str) -> Result<()> {
        self.crc.update(text.as_bytes());
        self.unpacked += text.len() as u64;
        self.sheet.write_all(text.as_bytes()).map_err(|_| Error::Internal)
    }

    /// Adds the header.
    pub(crate) fn header<'c>(&mut self, names: impl Iterator<Item = &'c str>) -> Result<()> {
        self.write(names.map(Cell::Text), true)
    }

    /// Adds a row.
    pub(crate) fn row<'c>(&mut self, cells: impl Iterator<Item = Cell<'c>>) -> Result<()> {
        self.write(cells, false)
    }

    fn write<'c>(&mut self, cells: impl Iterator<Item = Cell<'c>>, header: bool) -> Result<()> {
        use std::fmt::Write as _;
        self.row += 1;
        let row = self.row;
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let _ = write!(line, "<row r=\"{row}\">");
        for (column, cell) in cells.enumerate() {
            let place = || format!("{}{row}", column_letters(column));
            // Writing to a text can't fail.
            let _ = match cell {
                Cell::Empty => Ok(()),
                Cell::Text(text) => {
                    let style = if header {
                        HEADER
                    } else if needs_mark(text) {
                        QUOTED
                    } else {
                        TEXT
                    };
                    let begun = write!(line, "<c r=\"{}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">", place());
                    escape(&mut line, text);
                    line.push_str("</t></is></c>");
                    begun
                }
                Cell::Whole(number) => write!(line, "<c r=\"{}\"><v>{number}</v></c>", place()),
                Cell::Truth(truth) => write!(line, "<c r=\"{}\" t=\"b\"><v>{}</v></c>", place(), u8::from(truth)),
                Cell::Time(time) => write!(line, "<c r=\"{}\" s=\"{TIME}\"><v>{}</v></c>", place(), days(time)),
            };
        }
        line.push_str("</row>");
        let added = self.add(&line);
        self.line = line;
        added
    }

    /// What is written by now and was not taken before.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let mut piece = std::mem::take(&mut self.head);
        piece.append(self.sheet.get_mut());
        self.taken += piece.len() as u64;
        piece
    }

    /// The rest.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>> {
        self.add(SHEET_END)?;
        let mut rest = self.take();
        let sheet = std::mem::replace(&mut self.sheet, DeflateEncoder::new(Vec::new(), Compression::none()));
        let end_of_sheet = sheet.finish().map_err(|_| Error::Internal)?;
        self.taken += end_of_sheet.len() as u64;
        rest.extend(end_of_sheet);
        let crc = self.crc.clone().finalize();
        let sizes = (self.taken - self.sheet_from, self.unpacked);
        rest.extend_from_slice(b"PK\x07\x08");
        for field in [crc, short(sizes.0), short(sizes.1)] {
            rest.extend_from_slice(&field.to_le_bytes());
        }
        self.list(SHEET, 0x0008, 8, crc, sizes, self.sheet_at);
        rest.extend_from_slice(&self.directory);
        rest.extend_from_slice(b"PK\x05\x06");
        for field in [0, 0, self.entries, self.entries] {
            rest.extend_from_slice(&field.to_le_bytes());
        }
        for field in [short(self.directory.len() as u64), short(self.taken + 16)] {
            rest.extend_from_slice(&field.to_le_bytes());
        }
        rest.extend_from_slice(&0_u16.to_le_bytes());
        Ok(rest)
    }
}

/// The first day that archives know; the real one would make equal tables unequal files.
const FIRST_DAY: u16 = 0x0021;

/// A size as archives write it. No table here comes near 4 GiB.
fn short(size: u64) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// What stands before an entry's bytes.
fn local(part: &str, flags: u16, method: u16, crc: u32, size: u64) -> Vec<u8> {
    let mut header = b"PK\x03\x04".to_vec();
    for field in [20, flags, method, 0, FIRST_DAY] {
        header.extend_from_slice(&field.to_le_bytes());
    }
    for field in [crc, short(size), short(size)] {
        header.extend_from_slice(&field.to_le_bytes());
    }
    for field in [u16::try_from(part.len()).unwrap_or_default(), 0] {
        header.extend_from_slice(&field.to_le_bytes());
    }
    header.extend_from_slice(part.as_bytes());
    header
}

/// A time as the days since the end of 1899 that spreadsheets count.
fn days(time: NaiveDateTime) -> String {
    let first = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default().and_time(chrono::NaiveTime::MIN);
    let seconds = (time - first).num_seconds();
    // To the microsecond of a day, which is finer than seconds are.
    format!("{}.{:06}", seconds.div_euclid(86_400), seconds.rem_euclid(86_400) * 1_000_000 / 86_400)
}

/// Adds text as XML has it. What XML can't hold is written by its number, as spreadsheets do (22.9.2.19).
fn escape(line: &mut String, text: &str) {
    use std::fmt::Write as _;
    for (at, character) in text.char_indices() {
        match character {
            '&' => line.push_str("&amp;"),
            '<' => line.push_str("&lt;"),
            '>' => line.push_str("&gt;"),
            '"' => line.push_str("&quot;"),
            // What would be read as such a number.
            '_' if text[at..].starts_with("_x") => line.push_str("_x005F_"),
            '\n' | '\t' => line.push(character),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
                let _ = write!(line, "_x{:04X}_", u32::from(character));
            }
            other => line.push(other),
        }
    }
}
