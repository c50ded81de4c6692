//! Moments as people read them: `Thursday, March 4, 2027, 9:00 – 11:00 AM CST`.

use chrono::{DateTime, FixedOffset};

use crate::types::{LocalTime, TimeZone};

/// From when to when something is, as clocks there show it.
pub(crate) fn span(from: DateTime<FixedOffset>, to: Option<DateTime<FixedOffset>>, zone: TimeZone) -> String {
    let stored = |at: DateTime<FixedOffset>| LocalTime { local: at.naive_local(), zone, instant: at.to_utc() };
    let begin = stored(from);
    let (day, begins, begin_zone) = (begin.day_in_words(), begin.clock_in_words(), begin.clocks_in_words());
    let Some(end) = to.map(stored) else { return format!("{day}, {begins} {begin_zone}") };
    let (ends, end_zone) = (end.clock_in_words(), end.clocks_in_words());
    if begin.local.date() != end.local.date() {
        return format!("{day}, {begins} {begin_zone} – {}, {ends} {end_zone}", end.day_in_words());
    }
    if begin_zone != end_zone {
        // Clocks change in between.
        return format!("{day}, {begins} {begin_zone} – {ends} {end_zone}");
    }
    let half = |moment: LocalTime| moment.local.format("%p").to_string();
    let begins = if half(begin) == half(end) { begin.local.format("%-I:%M").to_string() } else { begins };
    format!("{day}, {begins} – {ends} {end_zone}")
}

/// One moment.
pub(crate) fn moment(at: DateTime<FixedOffset>, zone: TimeZone) -> String {
    span(at, None, zone)
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
