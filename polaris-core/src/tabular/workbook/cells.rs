//! The cells of a sheet, one after the other, made the text that a person reads in them.

use std::borrow::Cow;

use super::super::guard::stands_for_nothing;
use super::super::rows::{Rows, beyond, too_long};
use super::super::{MOST_COLUMNS, MOST_OF_A_CELL, needs_mark, refused};
use super::archive::Archive;
use super::damaged;
use super::styles::{Shown, Style, written};
use super::xml::{Told, Xml, attribute, ended, name};
use crate::error::Result;

/// Bytes of all shared strings together, at most: a file of 16 MiB of which a sheet can be made has no more.
const MOST_SHARED: usize = 64 << 20;
/// How many shared strings there are, at most.
const MOST_STRINGS: usize = 4_000_000;
/// Cells that are looked at, blank ones too.
const MOST_CELLS: u64 = 25_000_000;
/// The last row of any spreadsheet.
const LAST_ROW: u32 = 1_048_576;
/// The last column of any spreadsheet, from 0.
const LAST_COLUMN: usize = 16_383;

/// Texts that cells refer to by number.
#[derive(Default)]
pub(super) struct Shared {
    text: String,
    ends: Vec<u32>,
}

impl Shared {
    pub(super) fn read(archive: &Archive<'_>, part: &str) -> Result<Self> {
        let mut shared = Self::default();
        let mut text = Texts::default();
        let mut xml = Xml::new(archive.unpack(part)?);
        loop {
            match xml.next()? {
                Told::Begin(element, empty) => match name(&element) {
                    "si" => {
                        text.open();
                        if empty {
                            shared.end()?;
                        }
                    }
                    other => text.begin(other, empty),
                },
                Told::End(element) => match ended(&element) {
                    "si" => {
                        text.close();
                        shared.end()?;
                    }
                    other => text.end(other),
                },
                Told::Text(piece) if text.wanted() => {
                    if shared.text.len() + piece.len() > MOST_SHARED {
                        return Err(refused(format!("has more than {} MiB of text: split it", MOST_SHARED >> 20)));
                    }
                    shared.text.push_str(&piece);
                }
                Told::Nothing => return Ok(shared),
                Told::Text(_) => {}
            }
        }
    }

    fn end(&mut self) -> Result<()> {
        if self.ends.len() == MOST_STRINGS {
            return Err(refused(format!("has more than {MOST_STRINGS} texts: split it")));
        }
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    fn get(&self, at: usize) -> Option<&str> {
        let begin = if at == 0 { 0 } else { *self.ends.get(at - 1)? };
        self.text.get(begin as usize..*self.ends.get(at)? as usize)
    }
}

/// Which pieces of text are a string's own: those in `t`, but not where it says how to read East Asian letters (`rPh`).
#[derive(Default)]
struct Texts {
    within: bool,
    phonetic: bool,
    text: bool,
}

impl Texts {
    fn open(&mut self) {
        *self = Self { within: true, ..Self::default() };
    }

    fn close(&mut self) {
        *self = Self::default();
    }

    fn begin(&mut self, name: &str, empty: bool) {
        match name {
            "rPh" if !empty => self.phonetic = true,
            "t" if !empty => self.text = true,
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "rPh" => self.phonetic = false,
            "t" => self.text = false,
            _ => {}
        }
    }

    fn wanted(&self) -> bool {
        self.within && self.text && !self.phonetic
    }
}

/// What a cell is said to hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    /// In the cell itself, or what a formula gave.
    Text,
    Boolean,
}

/// Reads a sheet's rows.
pub(super) fn rows(archive: &Archive<'_>, part: &str, shared: &Shared, styles: &[Style], from_1904: bool) -> Result<Rows> {
    let mut sheet = Reading { rows: Rows::default(), shared, styles, from_1904, number: 0, column: 0, seen: 0 };
    let mut xml = Xml::new(archive.unpack(part)?);
    let mut within = false;
    loop {
        match xml.next()? {
            Told::Begin(element, empty) => match name(&element) {
                "sheetData" => within = !empty,
                "row" if within => {
                    sheet.begin_row(attribute(&element, "r").as_deref())?;
                    if !empty {
                        sheet.row(&mut xml)?;
                    }
                }
                _ => {}
            },
            Told::End(element) if ended(&element) == "sheetData" => within = false,
            Told::Nothing => return Ok(sheet.rows),
            _ => {}
        }
    }
}

struct Reading<'a> {
    rows: Rows,
    shared: &'a Shared,
    styles: &'a [Style],
    from_1904: bool,
    /// The row being read, and the column that comes next.
    number: u32,
    column: usize,
    seen: u64,
}

impl Reading<'_> {
    fn begin_row(&mut self, told: Option<&str>) -> Result<()> {
        let number = match told {
            Some(told) => told.parse().map_err(|_| damaged("a row has no number"))?,
            None => self.number + 1,
        };
        if number <= self.number || number > LAST_ROW {
            return Err(damaged("its rows are out of order"));
        }
        (self.number, self.column) = (number, 0);
        self.see()
    }

    fn see(&mut self) -> Result<()> {
        self.seen += 1;
        if self.seen > MOST_CELLS {
            return Err(refused(format!("has more than {MOST_CELLS} cells: split it, or remove empty formatted ones")));
        }
        Ok(())
    }

    /// The cells of the row, to its end.
    fn row(&mut self, xml: &mut Xml<'_>) -> Result<()> {
        loop {
            match xml.next()? {
                Told::Begin(element, empty) if name(&element) == "c" => {
                    self.see()?;
                    let column = match attribute(&element, "r") {
                        Some(place) => column_of(&place).ok_or_else(|| damaged("a cell has no place"))?,
                        None => self.column,
                    };
                    if column < self.column || column > LAST_COLUMN {
                        return Err(damaged("its cells are out of order"));
                    }
                    self.column = column + 1;
                    if empty {
                        continue;
                    }
                    let kind = match attribute(&element, "t").as_deref() {
                        Some("s") => Kind::Shared,
                        Some("str" | "inlineStr" | "e" | "d") => Kind::Text,
                        Some("b") => Kind::Boolean,
                        _ => Kind::Number,
                    };
                    let style = attribute(&element, "s").and_then(|style| style.parse::<usize>().ok()).unwrap_or(0);
                    let style = self.styles.get(style).copied().unwrap_or_default();
                    self.cell(xml, column, kind, style)?;
                }
                Told::End(element) if ended(&element) == "row" => return self.rows.end_row(self.number, self.number),
                Told::Nothing => return Err(damaged("a part ends too soon")),
                _ => {}
            }
        }
    }

    /// What stands in a cell, to its end. A formula counts for what it last gave.
    fn cell(&mut self, xml: &mut Xml<'_>, column: usize, kind: Kind, style: Style) -> Result<()> {
        let mut value = String::new();
        let (mut plain, mut text) = (false, Texts::default());
        loop {
            match xml.next()? {
                Told::Begin(element, empty) => match name(&element) {
                    "v" => plain = !empty,
                    "is" => text.open(),
                    other => text.begin(other, empty),
                },
                Told::End(element) => match ended(&element) {
                    "v" => plain = false,
                    "is" => text.close(),
                    "c" => break,
                    other => text.end(other),
                },
                Told::Text(piece) if plain || text.wanted() => {
                    value.push_str(&piece);
                    if value.len() > MOST_OF_A_CELL * 10 {
                        return Err(too_long(self.number, column));
                    }
                }
                Told::Text(_) => {}
                Told::Nothing => return Err(damaged("a part ends too soon")),
            }
        }
        let shown = shown(self.shared, &value, kind, style.number, self.from_1904)?;
        if shown.is_empty() {
            return Ok(());
        }
        if column >= MOST_COLUMNS && !shown.trim().is_empty() {
            return Err(beyond(self.number, column));
        }
        self.rows.skip_to(column, self.number)?;
        // People put an apostrophe in front of a dash to get it into a cell at all; it stands for nothing there.
        if style.quoted && needs_mark(&shown) && (style.text || !stands_for_nothing(&shown)) {
            self.rows.add("'");
        }
        self.rows.add(&shown);
        self.rows.end_cell(self.number)
    }
}

/// A cell's value as text.
fn shown<'v>(shared: &'v Shared, value: &'v str, kind: Kind, style: Shown, from_1904: bool) -> Result<Cow<'v, str>> {
    Ok(match kind {
        Kind::Shared => {
            let at = value.trim().parse().ok();
            unescaped(at.and_then(|at| shared.get(at)).ok_or_else(|| damaged("a cell's text is missing"))?)
        }
        Kind::Text => unescaped(value),
        Kind::Boolean => Cow::Borrowed(match value.trim() {
            "" => "",
            "0" | "false" => "FALSE",
            _ => "TRUE",
        }),
        Kind::Number => {
            let value = value.trim();
            // Long numbers written out are kept to the last digit.
            let digits = value.bytes().all(|byte| byte.is_ascii_digit());
            if digits && style == Shown::Plain {
                return Ok(Cow::Borrowed(value));
            }
            match value.parse::<f64>() {
                Ok(number) if number.is_finite() => Cow::Owned(written(number, style, from_1904)),
                _ => Cow::Borrowed(value),
            }
        }
    })
}

/// The column of a cell's place, from 0: `AB12` is in column 27.
fn column_of(place: &str) -> Option<usize> {
    let mut column = 0_usize;
    for letter in place.bytes().take_while(u8::is_ascii_alphabetic).take(4) {
        column = column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    column.checked_sub(1)
}

/// Characters that XML can't hold are written by number: `_x000D_` is a carriage return (22.9.2.19).
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        whole.push_str(before);
        let digits = from.get(2..6).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && from[6..].starts_with('_'));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32) {
            Some(character) => {
                whole.push(character);
                rest = &from[7..];
            }
            None => {
                whole.push_str("_x");
                rest = &from[2..];
            }
        }
    }
    whole.push_str(rest);
    Cow::Owned(whole)
}
