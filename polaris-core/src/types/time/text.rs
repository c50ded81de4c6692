//! Moments as stored text, written and read by hand: a list of a thousand events does this some six thousand times.
//!
//! The forms sort as text the way the moments do, which is what the database's indexes rely on.
//!
//! ```
//! use polaris_core::types::{instant_text, parse_instant};
//!
//! let instant = parse_instant("2026-01-15T15:00:00.250Z").unwrap();
//! assert_eq!(instant_text(instant), "2026-01-15T15:00:00.250Z");
//! ```

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat, Timelike, Utc};

/// The instant as `YYYY-MM-DDTHH:MM:SS.sssZ`, always 24 characters for the years 0 to 9999. Finer parts are cut off.
#[must_use]
pub fn instant_text(instant: DateTime<Utc>) -> String {
    let utc = instant.naive_utc();
    let mut text = *b"0000-00-00T00:00:00.000Z";
    if !write_seconds(&mut text, utc) {
        return instant.to_rfc3339_opts(SecondsFormat::Millis, true);
    }
    // A leap second counts its milliseconds on from 1000.
    let millis = (utc.nanosecond() / 1_000_000).min(999);
    text[20] = digit(millis / 100);
    write_two(&mut text, 21, millis % 100);
    ascii(&text)
}

/// The local time as `YYYY-MM-DDTHH:MM:SS`, always 19 characters for the years 0 to 9999. Finer parts are cut off.
#[must_use]
pub fn local_text(local: NaiveDateTime) -> String {
    let mut text = *b"0000-00-00T00:00:00";
    if !write_seconds(&mut text, local) {
        return local.format("%Y-%m-%dT%H:%M:%S").to_string();
    }
    ascii(&text)
}

/// Reads exactly what [`instant_text`] writes; `None` for any other text.
#[must_use]
pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let bytes: &[u8; 24] = text.as_bytes().try_into().ok()?;
    if bytes[19] != b'.' || bytes[23] != b'Z' {
        return None;
    }
    let millis = read_number(&bytes[20..23])?;
    let seconds = read_seconds(&bytes[..19])?;
    Some(seconds.with_nanosecond(millis * 1_000_000)?.and_utc())
}

/// Reads exactly what [`local_text`] writes; `None` for any other text.
#[must_use]
pub fn parse_local(text: &str) -> Option<NaiveDateTime> {
    read_seconds(text.as_bytes())
}

fn read_seconds(bytes: &[u8]) -> Option<NaiveDateTime> {
    let bytes: &[u8; 19] = bytes.try_into().ok()?;
    if bytes[10] != b'T' || bytes[13] != b':' || bytes[16] != b':' {
        return None;
    }
    let (year, month, day) = read_day(&bytes[..10])?;
    let (hour, minute) = (read_number(&bytes[11..13])?, read_number(&bytes[14..16])?);
    NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(hour, minute, read_number(&bytes[17..19])?)
}

/// Year, month and day of ten bytes of the form `YYYY-MM-DD`, not yet looked up in the calendar.
pub(super) fn read_day(bytes: &[u8]) -> Option<(i32, u32, u32)> {
    let bytes: &[u8; 10] = bytes.try_into().ok()?;
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = i32::try_from(read_number(&bytes[..4])?).ok()?;
    Some((year, read_number(&bytes[5..7])?, read_number(&bytes[8..])?))
}

/// The number written by some few digits and nothing else.
pub(super) fn read_number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number: u32, byte| match byte {
        b'0'..=b'9' => Some(number * 10 + u32::from(byte - b'0')),
        _ => None,
    })
}

/// Fills in all up to the seconds; false when the year doesn't have four digits.
fn write_seconds(text: &mut [u8], moment: NaiveDateTime) -> bool {
    let Some(year) = u32::try_from(moment.year()).ok().filter(|&year| year <= 9999) else { return false };
    write_two(text, 0, year / 100);
    write_two(text, 2, year % 100);
    write_two(text, 5, moment.month());
    write_two(text, 8, moment.day());
    write_two(text, 11, moment.hour());
    write_two(text, 14, moment.minute());
    write_two(text, 17, moment.second());
    true
}

fn write_two(text: &mut [u8], at: usize, number: u32) {
    text[at] = digit(number / 10);
    text[at + 1] = digit(number % 10);
}

#[allow(clippy::cast_possible_truncation)] // never above 9
fn digit(number: u32) -> u8 {
    b'0' + number as u8
}

fn ascii(text: &[u8]) -> String {
    // The buffers hold nothing but digits and their own punctuation, so this never gives the empty default.
    std::str::from_utf8(text).map(str::to_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn instants_are_written_as_the_calendar_library_would() {
        let first = DateTime::from_timestamp(0, 0).unwrap();
        for step in 0..20_000 {
            let instant = first + TimeDelta::milliseconds(step * 361_234_567);
            let text = instant_text(instant);
            assert_eq!(text, instant.to_rfc3339_opts(SecondsFormat::Millis, true));
            assert_eq!(parse_instant(&text), Some(instant));
            let seconds = instant.naive_utc().with_nanosecond(0).unwrap();
            assert_eq!(local_text(seconds), text[..19]);
            assert_eq!(parse_local(&text[..19]), Some(seconds));
        }
    }

    #[test]
    fn finer_parts_are_cut_not_rounded() {
        let instant = DateTime::from_timestamp(0, 999_999_999).unwrap();
        assert_eq!(instant_text(instant), "1970-01-01T00:00:00.999Z");
        let leap = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap().and_hms_milli_opt(23, 59, 59, 1_500).unwrap();
        assert_eq!(instant_text(leap.and_utc()), "2016-12-31T23:59:59.999Z");
    }

    #[test]
    fn the_ends_of_time_are_written_without_panic() {
        for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert!(instant_text(instant).len() > 24);
            assert!(local_text(instant.naive_utc()).len() > 19);
        }
    }

    #[test]
    fn any_other_text_is_none() {
        let good = "2026-01-15T15:00:00.250Z";
        for at in 0..good.len() {
            for wrong in ["x", " ", "é", "+", ""] {
                let bad = format!("{}{wrong}{}", &good[..at], &good[at + 1..]);
                assert_eq!(parse_instant(&bad), None, "{bad}");
            }
        }
        for bad in ["", "2026-02-29T00:00:00", "2026-13-01T00:00:00", "2026-01-01T24:00:00", "2026-01-01T00:00:60"] {
            assert_eq!(parse_local(bad), None, "{bad}");
        }
    }
}
