//! Dates and times as people and programs write them.
//!
//! ```
//! use polaris_core::types::parse_date;
//!
//! assert_eq!(parse_date("2026-02-28").unwrap().to_string(), "2026-02-28");
//! assert_eq!(parse_date("2026-02-30").unwrap_err().code, "BAD_DATE");
//! ```

use chrono::{FixedOffset, NaiveDate, NaiveDateTime};

use super::text::{read_day, read_number};
use crate::error::Problem;

/// Reads a date as `YYYY-MM-DD`, strictly so.
///
/// # Errors
///
/// `BAD_DATE` for another form, or a day that the calendar doesn't have.
pub fn parse_date(input: &str) -> Result<NaiveDate, Problem> {
    match read_day(input.as_bytes()) {
        Some(day) => in_calendar(day),
        None => Err(Problem::new("BAD_DATE", "is not a date; write YYYY-MM-DD, for example 2026-01-15")),
    }
}

/// A written time: what its digits say, and the offset from UTC where one was written.
pub(super) struct Written {
    pub(super) digits: NaiveDateTime,
    pub(super) offset: Option<FixedOffset>,
}

impl Written {
    /// Reads `YYYY-MM-DDTHH:MM[:SS[.fraction]]`, with a space for the `T` if one likes, and `Z` or an offset after it.
    pub(super) fn read(input: &str) -> Result<Self, Problem> {
        let bytes = input.trim().as_bytes();
        let (Some(day), Some(rest)) = (bytes.get(..10).and_then(read_day), bytes.get(10..)) else {
            return Err(bad_time());
        };
        let [b'T' | b't' | b' ', h1, h2, b':', m1, m2, rest @ ..] = rest else { return Err(bad_time()) };
        let (second, rest) = match rest {
            [b':', s1, s2, rest @ ..] => (number([*s1, *s2])?, without_fraction(rest)?),
            _ => (0, rest),
        };
        let offset = offset(rest)?;
        let (hour, minute) = (number([*h1, *h2])?, number([*m1, *m2])?);
        // The day is looked up first: a 30th of February is the plainer thing to be told.
        let digits = in_calendar(day)?.and_hms_opt(hour, minute, second).ok_or_else(bad_time)?;
        Ok(Self { digits, offset })
    }
}

fn in_calendar((year, month, day): (i32, u32, u32)) -> Result<NaiveDate, Problem> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| {
        let what = if (1..=12).contains(&month) { "no such day in that month" } else { "no such month" };
        Problem::new("BAD_DATE", format!("is not in the calendar: there is {what}"))
    })
}

fn number(digits: [u8; 2]) -> Result<u32, Problem> {
    read_number(&digits).ok_or_else(bad_time)
}

/// What follows a decimal fraction of a second, which is dropped.
fn without_fraction(rest: &[u8]) -> Result<&[u8], Problem> {
    let Some(fraction) = rest.strip_prefix(b".") else { return Ok(rest) };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 { Err(bad_time()) } else { Ok(&fraction[digits..]) }
}

fn offset(rest: &[u8]) -> Result<Option<FixedOffset>, Problem> {
    let (east, hours, minutes) = match rest {
        [] => return Ok(None),
        b"Z" | b"z" => (true, 0, 0),
        [b'+', h1, h2, b':', m1, m2] => (true, number([*h1, *h2])?, number([*m1, *m2])?),
        [b'-', h1, h2, b':', m1, m2] => (false, number([*h1, *h2])?, number([*m1, *m2])?),
        _ => return Err(bad_time()),
    };
    if minutes > 59 {
        return Err(bad_time());
    }
    let seconds = i32::try_from(hours * 3_600 + minutes * 60).map_err(|_| bad_time())?;
    // A whole day or more is no offset.
    let offset = if east { FixedOffset::east_opt(seconds) } else { FixedOffset::west_opt(seconds) };
    offset.map(Some).ok_or_else(bad_time)
}

fn bad_time() -> Problem {
    let message = "is not a date and time; write local time as 2026-01-15T09:00 (or with seconds, or a space for the T), \
                   or with its offset from UTC as 2026-01-15T09:00:00-06:00 or 2026-01-15T15:00:00Z";
    Problem::new("BAD_TIME", message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(input: &str) -> (String, Option<i32>) {
        let written = Written::read(input).unwrap();
        (written.digits.to_string(), written.offset.map(|offset| offset.local_minus_utc()))
    }

    fn code(input: &str) -> &'static str {
        Written::read(input).err().unwrap().code
    }

    #[test]
    fn all_the_promised_forms_are_read() {
        let nine = "2026-01-15 09:00:00".to_owned();
        for form in ["2026-01-15T09:00", "2026-01-15 09:00", " 2026-01-15t09:00:00\n", "2026-01-15T09:00:00.999"] {
            assert_eq!(read(form), (nine.clone(), None), "{form}");
        }
        assert_eq!(read("2026-01-15T09:00:00Z"), (nine.clone(), Some(0)));
        assert_eq!(read("2026-01-15T09:00:00.123456789123z"), (nine.clone(), Some(0)));
        assert_eq!(read("2026-01-15 09:00-06:30"), (nine.clone(), Some(-23_400)));
        assert_eq!(read("2026-01-15T09:00:00+23:59"), (nine, Some(86_340)));
    }

    #[test]
    fn other_forms_are_no_times() {
        let bad = [
            "",
            "now",
            "2026-01-15",
            "2026-1-15T09:00",
            "2026-01-15T9:00",
            "2026-01-15T09",
            "2026-01-15T09:00:",
            "2026-01-15T09:00:00.",
            "2026-01-15T09:00.5",
            "2026-01-15T24:00",
            "2026-01-15T09:60",
            "2026-01-15T09:00:60",
            "2026-01-15T09:00:00 Z",
            "2026-01-15T09:00:00+24:00",
            "2026-01-15T09:00:00+06:60",
            "2026-01-15T09:00:00+0600",
            "2026-01-15T09:00:00 06:00",
            "+2026-01-15T09:00",
            "-001-01-15T09:00",
            "2026-01-15T09:00[UTC]",
            "２026-01-15T09:00",
            "2026-01-15_09:00",
            "01/15/2026 09:00",
            "2026-01-15T-9:00",
            "2026-01-15T+9:00",
            "2026-01-15é09:00",
        ];
        for text in bad {
            assert_eq!(code(text), "BAD_TIME", "{text}");
        }
        assert_eq!(code(&"2026-01-15T09:00:00".repeat(100_000)), "BAD_TIME");
    }

    #[test]
    fn days_the_calendar_lacks_are_told_as_such() {
        for text in ["2026-02-30T09:00", "2026-02-29T09:00Z", "2026-13-01T09:00", "2026-00-10 09:00", "2026-04-31T25:00"] {
            assert_eq!(code(text), "BAD_DATE", "{text}");
        }
    }

    #[test]
    fn dates_are_read_strictly() {
        assert_eq!(parse_date("2024-02-29").unwrap().to_string(), "2024-02-29");
        for bad in ["", "2025-02-29", "2026-00-01", "26-01-15", " 2026-01-15", "2026-01-15T00:00", "2026/01/15", "+026-01-15"] {
            assert_eq!(parse_date(bad).unwrap_err().code, "BAD_DATE", "{bad}");
        }
    }
}
