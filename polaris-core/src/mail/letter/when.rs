//! Moments as people read them: `Thursday, March 4, 2027, 9:00 – 11:00 AM CST`.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset, TimeZone as _};

use crate::types::TimeZone;

/// From when to when something is, as clocks there show it.
pub(crate) fn span(from: DateTime<FixedOffset>, to: Option<DateTime<FixedOffset>>, zone: TimeZone) -> String {
    let (begin, begin_zone) = (from.naive_local(), abbreviation(from, zone));
    let Some(to) = to else { return format!("{}, {} {begin_zone}", day(begin), clock(begin)) };
    let (end, end_zone) = (to.naive_local(), abbreviation(to, zone));
    if begin.date() != end.date() {
        return format!("{}, {} {begin_zone} – {}, {} {end_zone}", day(begin), clock(begin), day(end), clock(end));
    }
    if begin_zone != end_zone {
        // Clocks change in between.
        return format!("{}, {} {begin_zone} – {} {end_zone}", day(begin), clock(begin), clock(end));
    }
    let half = |moment: NaiveDateTime| moment.format("%p").to_string();
    let begins = if half(begin) == half(end) { begin.format("%-I:%M").to_string() } else { clock(begin) };
    format!("{}, {begins} – {} {end_zone}", day(begin), clock(end))
}

/// One moment.
pub(crate) fn moment(at: DateTime<FixedOffset>, zone: TimeZone) -> String {
    span(at, None, zone)
}

fn day(local: NaiveDateTime) -> String {
    local.format("%A, %B %-d, %Y").to_string()
}

fn clock(local: NaiveDateTime) -> String {
    local.format("%-I:%M %p").to_string()
}

/// What the zone's clocks are called then; where that has no letters, or newer zone data say otherwise than what is stored, how far they are
/// from UTC.
fn abbreviation(at: DateTime<FixedOffset>, zone: TimeZone) -> String {
    let local = zone.tz().offset_from_utc_datetime(&at.naive_utc());
    let name = local.to_string();
    if local.fix() == *at.offset() && name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return name;
    }
    match at.offset().local_minus_utc() / 60 {
        0 => "UTC".to_owned(),
        minutes => {
            let sign = if minutes < 0 { '-' } else { '+' };
            let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
            if minutes == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{minutes:02}") }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shown(from: &str, to: Option<&str>, zone: &str) -> String {
        let read = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
        span(read(from), to.map(read), TimeZone::parse(zone).unwrap())
    }

    #[test]
    fn spans_read_as_people_write_them() {
        let chicago = |from: &str, to: Option<&str>| shown(from, to, "America/Chicago");
        for (from, to, expected) in [
            ("2027-03-04T09:00:00-06:00", Some("2027-03-04T11:00:00-06:00"), "Thursday, March 4, 2027, 9:00 – 11:00 AM CST"),
            ("2027-03-04T09:00:00-06:00", Some("2027-03-04T13:30:00-06:00"), "Thursday, March 4, 2027, 9:00 AM – 1:30 PM CST"),
            ("2027-07-04T12:00:00-05:00", None, "Sunday, July 4, 2027, 12:00 PM CDT"),
            ("2027-03-04T00:05:00-06:00", None, "Thursday, March 4, 2027, 12:05 AM CST"),
            (
                "2027-03-04T22:00:00-06:00",
                Some("2027-03-05T01:00:00-06:00"),
                "Thursday, March 4, 2027, 10:00 PM CST – Friday, March 5, 2027, 1:00 AM CST",
            ),
            // Clocks change in between: forward, back.
            ("2027-03-14T01:00:00-06:00", Some("2027-03-14T04:00:00-05:00"), "Sunday, March 14, 2027, 1:00 AM CST – 4:00 AM CDT"),
            ("2027-11-07T01:30:00-05:00", Some("2027-11-07T01:30:00-06:00"), "Sunday, November 7, 2027, 1:30 AM CDT – 1:30 AM CST"),
        ] {
            assert_eq!(chicago(from, to), expected);
        }
    }

    #[test]
    fn zones_without_a_name_show_how_far_they_are_from_utc() {
        assert_eq!(shown("2027-03-04T09:00:00-03:00", None, "America/Sao_Paulo"), "Thursday, March 4, 2027, 9:00 AM UTC-3");
        assert_eq!(shown("2027-03-04T09:00:00+05:45", None, "Asia/Kathmandu"), "Thursday, March 4, 2027, 9:00 AM UTC+5:45");
        assert_eq!(shown("2027-03-04T09:00:00+00:00", None, "UTC"), "Thursday, March 4, 2027, 9:00 AM UTC");
        assert_eq!(
            shown("2027-03-04T09:00:00-05:00", None, "America/Chicago"),
            "Thursday, March 4, 2027, 9:00 AM UTC-5",
            "as it was stored"
        );
    }
}
