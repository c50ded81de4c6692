//! Tests of moments at the edges: both changes of clocks, skipped midnights and days, the ends of the calendar.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::types::time::instant_text;

fn zone(name: &str) -> TimeZone {
    TimeZone::parse(name).unwrap()
}

/// The moment with its offset, or the code of the problem.
fn read(input: &str, name: &str) -> String {
    match LocalTime::parse(input, zone(name)) {
        Ok(moment) => {
            assert_eq!(LocalTime::from_instant(moment.instant, zone(name)), moment, "{input} in {name}");
            moment.to_rfc3339()
        }
        Err(problem) => problem.code.to_owned(),
    }
}

fn end_of_day(date: &str, name: &str) -> String {
    LocalTime::end_of_day(parse_date(date).unwrap(), zone(name)).to_rfc3339()
}

#[test]
fn in_spring_chicago_skips_an_hour() {
    let chicago = "America/Chicago";
    assert_eq!(read("2026-03-08T01:59:59", chicago), "2026-03-08T01:59:59-06:00");
    assert_eq!(read("2026-03-08T02:00", chicago), "SKIPPED_TIME");
    assert_eq!(read("2026-03-08T02:59:59", chicago), "SKIPPED_TIME");
    assert_eq!(read("2026-03-08T03:00", chicago), "2026-03-08T03:00:00-05:00");
}

#[test]
fn in_autumn_chicago_repeats_an_hour_and_the_earlier_is_meant() {
    let chicago = "America/Chicago";
    assert_eq!(read("2026-11-01T00:59:59", chicago), "2026-11-01T00:59:59-05:00");
    assert_eq!(read("2026-11-01T01:30", chicago), "2026-11-01T01:30:00-05:00");
    assert_eq!(read("2026-11-01T01:30:00-06:00", chicago), "2026-11-01T01:30:00-06:00");
    assert_eq!(read("2026-11-01T02:00", chicago), "2026-11-01T02:00:00-06:00");
}

#[test]
fn phoenix_never_changes_its_clocks() {
    for (day, text) in [("2026-03-08", "2026-03-08T02:30:00-07:00"), ("2026-11-01", "2026-11-01T01:30:00-07:00")] {
        assert_eq!(read(&format!("{day} {}", &text[11..16]), "America/Phoenix"), text);
        assert_eq!(end_of_day(day, "America/Phoenix"), format!("{day}T23:59:59-07:00"));
    }
}

#[test]
fn auckland_changes_the_other_way_round() {
    let auckland = "Pacific/Auckland";
    assert_eq!(read("2026-04-05T02:30", auckland), "2026-04-05T02:30:00+13:00");
    assert_eq!(read("2026-04-05T03:00", auckland), "2026-04-05T03:00:00+12:00");
    assert_eq!(read("2026-09-27T02:30", auckland), "SKIPPED_TIME");
    assert_eq!(read("2026-09-27T03:00", auckland), "2026-09-27T03:00:00+13:00");
}

#[test]
fn a_skipped_time_says_when_clocks_move() {
    let message = |text, name| LocalTime::parse(text, zone(name)).unwrap_err().message;
    assert_eq!(
        message("2026-09-27T02:30", "Pacific/Auckland"),
        "does not exist in Pacific/Auckland: clocks move from 02:00 to 03:00 on 2026-09-27; choose a time before or after"
    );
    assert!(message("2011-12-30T09:00", "Pacific/Apia").contains("from 2011-12-30 00:00 to 2011-12-31 00:00"));
}

#[test]
fn a_time_with_an_offset_is_brought_into_the_zone() {
    let moment = LocalTime::parse("2026-01-15T15:00:00.999Z", TimeZone::default()).unwrap();
    assert_eq!(moment.local.to_string(), "2026-01-15 09:00:00");
    assert_eq!(instant_text(moment.instant), "2026-01-15T15:00:00.000Z");
    assert_eq!(read("2026-01-01T03:00:00+14:00", "America/Chicago"), "2025-12-31T07:00:00-06:00");
}

#[test]
fn years_outside_the_range_are_refused() {
    for bad in ["1969-12-31T23:59:59", "2201-01-01T00:00", "0000-01-01T00:00", "9999-12-31T23:59:59"] {
        assert_eq!(read(bad, "America/Chicago"), "OUT_OF_RANGE");
    }
    assert_eq!(read("1970-01-01T00:00", "America/Chicago"), "1970-01-01T00:00:00-06:00");
    assert_eq!(read("1970-01-01T00:00:00Z", "America/Chicago"), "OUT_OF_RANGE");
    assert_eq!(&read("2200-12-31T23:59:59", "America/Chicago")[..19], "2200-12-31T23:59:59");
}

#[test]
fn offsets_at_the_ends_of_the_calendar_do_no_harm() {
    for zone in ["America/Chicago", "Pacific/Kiritimati", "Etc/GMT+12"] {
        for text in ["0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00-23:59", "9999-12-31T23:59:59-23:59"] {
            assert_eq!(read(text, zone), "OUT_OF_RANGE");
        }
    }
    for name in ["America/Chicago", "Pacific/Kiritimati", "UTC"] {
        for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let _ = LocalTime::from_instant(instant, zone(name)).to_rfc3339();
        }
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            let _ = LocalTime::end_of_day(date, zone(name)).to_rfc3339();
        }
    }
}

#[test]
fn a_day_ends_a_second_before_midnight() {
    assert_eq!(end_of_day("2026-03-08", "America/Chicago"), "2026-03-08T23:59:59-05:00");
    assert_eq!(end_of_day("2026-11-01", "America/Chicago"), "2026-11-01T23:59:59-06:00");
}

#[test]
fn a_day_with_two_last_hours_ends_with_the_second() {
    // Paraguay put its clocks back at midnight until 2024.
    assert_eq!(end_of_day("2024-03-23", "America/Asuncion"), "2024-03-23T23:59:59-04:00");
}

#[test]
fn a_day_whose_last_seconds_are_skipped_ends_before_the_jump() {
    // Greenland's clocks jumped from 22:00 to 23:00 and, since 2024, from 23:00 to midnight.
    assert_eq!(end_of_day("2024-03-30", "America/Nuuk"), "2024-03-30T22:59:59-02:00");
    // Samoa had no 30 December 2011 at all.
    assert_eq!(end_of_day("2011-12-30", "Pacific/Apia"), "2011-12-29T23:59:59-10:00");
}

#[test]
fn a_day_begins_where_the_one_before_ends_also_where_clocks_skip_midnight() {
    let start_of_day = |date: &str, name: &str| LocalTime::start_of_day(parse_date(date).unwrap(), zone(name)).to_rfc3339();
    assert_eq!(start_of_day("2026-03-08", "America/Chicago"), "2026-03-08T00:00:00-06:00");
    assert_eq!(start_of_day("2026-03-09", "America/Chicago"), "2026-03-09T00:00:00-05:00");
    // Paraguay's clocks jumped from midnight to 1:00 and back from midnight to 23:00.
    assert_eq!(start_of_day("2023-10-01", "America/Asuncion"), "2023-10-01T01:00:00-03:00");
    assert_eq!(start_of_day("2024-03-24", "America/Asuncion"), "2024-03-24T00:00:00-04:00");
    assert_eq!(start_of_day("2011-12-31", "Pacific/Apia"), "2011-12-31T00:00:00+14:00");
    for date in [NaiveDate::MIN, NaiveDate::MAX] {
        let _ = LocalTime::start_of_day(date, TimeZone::default()).to_rfc3339();
    }
}

#[test]
fn a_deadline_of_a_bare_date_means_the_end_of_that_day() {
    let deadline = |text| LocalTime::parse_deadline(text, TimeZone::default());
    assert_eq!(deadline(" 2026-01-15 ").unwrap().to_rfc3339(), "2026-01-15T23:59:59-06:00");
    assert_eq!(deadline("2026-01-15T12:00").unwrap().to_rfc3339(), "2026-01-15T12:00:00-06:00");
    for (bad, code) in [("2026-02-30", "BAD_DATE"), ("2201-01-01", "OUT_OF_RANGE"), ("tomorrow", "BAD_TIME")] {
        assert_eq!(deadline(bad).unwrap_err().code, code);
    }
}

#[test]
fn odd_offsets_of_old_keep_the_instant() {
    // Liberia was 44 minutes and 30 seconds behind until 1972.
    let moment = LocalTime::parse("1971-06-01T12:00", zone("Africa/Monrovia")).unwrap();
    let text = moment.to_rfc3339();
    assert_eq!(text, "1971-06-01T12:00:30-00:44");
    assert_eq!(LocalTime::parse(&text, zone("Africa/Monrovia")).unwrap(), moment);
}

#[test]
fn the_later_of_two_moments_can_be_asked_for() {
    let chicago = TimeZone::default();
    let local = |text: &str| text.parse::<NaiveDateTime>().unwrap();
    let twice = local("2026-11-01T01:30:00");
    assert_eq!(LocalTime::from_local(twice, chicago).unwrap().to_rfc3339(), "2026-11-01T01:30:00-05:00");
    assert_eq!(LocalTime::from_local_later(twice, chicago).unwrap().to_rfc3339(), "2026-11-01T01:30:00-06:00");
    let once = local("2026-07-01T09:00:00");
    assert_eq!(LocalTime::from_local_later(once, chicago), LocalTime::from_local(once, chicago));
    assert_eq!(LocalTime::from_local_later(local("2026-03-08T02:30:00"), chicago).unwrap_err().code, "SKIPPED_TIME");
}
