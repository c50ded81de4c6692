//! What cells' styles make of their numbers: a day, a time, digits with leading zeros.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::archive::Archive;
use super::xml::{Told, Xml, attribute, ended, name};
use crate::error::Result;

/// Styles of one workbook, at most: as spreadsheets have it.
const MOST_STYLES: usize = 65_536;

/// The format of texts (`@`).
const TEXT: u32 = 49;

/// How a style shows a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Style {
    pub(super) number: Shown,
    /// Whether what would be taken for something else was marked as text.
    pub(super) quoted: bool,
    /// Whether it is for texts, in which nobody has to mark one.
    pub(super) text: bool,
}

/// What a number is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    #[default]
    Plain,
    /// A day, or a day and a time.
    Date,
    /// At least so many digits: postal codes.
    Digits(u8),
}

/// The styles of cells, by number.
pub(super) fn read(archive: &Archive<'_>, part: &str) -> Result<Vec<Style>> {
    let mut own: HashMap<u32, Shown> = HashMap::new();
    let mut styles = Vec::new();
    let mut within = false;
    let mut xml = Xml::new(archive.unpack(part)?);
    loop {
        match xml.next()? {
            Told::Begin(element, empty) => match name(&element) {
                "numFmt" if own.len() < MOST_STYLES => {
                    let id = attribute(&element, "numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&element, "formatCode")) {
                        own.insert(id, shown(&code));
                    }
                }
                "cellXfs" => within = !empty,
                "xf" if within && styles.len() < MOST_STYLES => {
                    let id = attribute(&element, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    let quoted = attribute(&element, "quotePrefix").is_some_and(|on| matches!(&*on, "1" | "true"));
                    styles.push(Style { number: own.get(&id).copied().unwrap_or(built_in(id)), quoted, text: id == TEXT });
                }
                _ => {}
            },
            Told::End(element) if ended(&element) == "cellXfs" => within = false,
            Told::Nothing => return Ok(styles),
            _ => {}
        }
    }
}

/// The formats that every workbook has (18.8.30), those of East Asian editions too.
fn built_in(id: u32) -> Shown {
    match id {
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Shown::Date,
        _ => Shown::Plain,
    }
}

/// What a format's code shows. Letters in quotation marks, brackets or behind a backslash are no part of a date.
fn shown(code: &str) -> Shown {
    if !code.is_empty() && code.len() <= 20 && code.bytes().all(|byte| byte == b'0') {
        return Shown::Digits(u8::try_from(code.len()).unwrap_or_default());
    }
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                characters.by_ref().find(|end| *end == '"');
            }
            '[' => {
                let inside: String = characters.by_ref().take_while(|end| *end != ']').collect();
                // Elapsed time: [h]:mm.
                if !inside.is_empty() && inside.chars().all(|letter| matches!(letter, 'h' | 'H' | 'm' | 'M' | 's' | 'S')) {
                    return Shown::Date;
                }
            }
            '\\' | '_' | '*' => {
                characters.next();
            }
            'd' | 'D' | 'y' | 'Y' | 'm' | 'M' | 'h' | 'H' | 's' | 'S' => return Shown::Date,
            // `General`.
            'G' | 'g' => return Shown::Plain,
            // What negative numbers and texts look like says nothing more.
            ';' => return Shown::Plain,
            _ => {}
        }
    }
    Shown::Plain
}

/// A number as a person reads it in the cell.
pub(super) fn written(number: f64, style: Shown, from_1904: bool) -> String {
    match style {
        Shown::Date => date(number, from_1904).unwrap_or_else(|| plain(number)),
        Shown::Digits(digits) if number >= 0.0 && number.fract() == 0.0 && number < 1e15 => {
            format!("{number:0width$}", width = usize::from(digits))
        }
        Shown::Digits(_) | Shown::Plain => plain(number),
    }
}

/// Never in the scientific notation that eats phone numbers.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    if number.abs() < 1e15 && number.abs() > 1e-6 { format!("{number}") } else { format!("{number:e}") }
}

/// A day and time by the count of days. The count of 1900 has a day too many, 29 February, that nobody's calendar has.
fn date(days: f64, from_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&days) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, reason = "bounded just above")]
    let seconds = (days * 86_400.0).round() as i64;
    let first = if from_1904 {
        NaiveDate::from_ymd_opt(1904, 1, 1)?
    } else if days < 60.0 {
        NaiveDate::from_ymd_opt(1899, 12, 31)?
    } else {
        NaiveDate::from_ymd_opt(1899, 12, 30)?
    };
    let instant: NaiveDateTime = first.and_hms_opt(0, 0, 0)?.checked_add_signed(TimeDelta::try_seconds(seconds)?)?;
    let format = match (days < 1.0, seconds % 86_400, seconds % 60) {
        (false, 0, _) => "%Y-%m-%d",
        (true, _, 0) => "%H:%M",
        (true, ..) => "%H:%M:%S",
        (false, _, 0) => "%Y-%m-%d %H:%M",
        (false, ..) => "%Y-%m-%d %H:%M:%S",
    };
    Some(instant.format(format).to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp)]
    use super::*;

    #[test]
    fn dates_are_told_from_other_numbers_by_their_format() {
        for code in ["yyyy-mm-dd", "m/d/yy", "[$-409]mmmm d, yyyy", "h:mm AM/PM", "[h]:mm:ss", "\"on \"d.m.", "dd\\-mmm"] {
            assert_eq!(shown(code), Shown::Date, "{code}");
        }
        for code in ["General", "0.00", "#,##0;[Red]-#,##0", "@", "\"day\" 0", "0\\d", "0.00E+00", "(###) ###-####", "[>=100]0;0"] {
            assert_eq!(shown(code), Shown::Plain, "{code}");
        }
        assert_eq!(shown("00000"), Shown::Digits(5));
    }

    #[test]
    fn numbers_are_written_as_people_read_them() {
        let wrote = |number, style| written(number, style, false);
        assert_eq!(wrote(8_165_551_234.0, Shown::Plain), "8165551234");
        assert_eq!(wrote(2134.0, Shown::Digits(5)), "02134");
        assert_eq!(wrote(1.5, Shown::Plain), "1.5");
        assert_eq!(wrote(-3.0, Shown::Plain), "-3");
        assert_eq!(wrote(46_082.0, Shown::Date), "2026-03-01");
        assert_eq!(wrote(46_082.75, Shown::Date), "2026-03-01 18:00");
        assert_eq!(wrote(0.5, Shown::Date), "12:00");
        assert_eq!(wrote(59.0, Shown::Date), "1900-02-28");
        assert_eq!(wrote(61.0, Shown::Date), "1900-03-01");
        assert_eq!(written(0.0, Shown::Date, true), "00:00");
        assert_eq!(written(44_620.0, Shown::Date, true), "2026-03-01");
        assert_eq!(wrote(1e300, Shown::Date), "1e300");
    }
}
