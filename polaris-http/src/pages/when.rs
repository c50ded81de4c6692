//! Moments as people read them, by the clocks of where an event is.

use chrono::{FixedOffset, NaiveDateTime, Offset as _, TimeZone as _};
use polaris_core::Event;
use polaris_core::types::LocalTime;
use serde::Serialize;

/// When an event is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct When {
    /// Where an event ends on the day it begins, or has no end: that day. Otherwise day and time of its beginning.
    from: Moment,
    /// Its time, and where it ends on another day that day.
    to: Option<Moment>,
    /// What the clocks are called.
    zone: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Moment {
    /// `Thursday, March 4, 2027`; nothing where it was said already.
    day: Option<String>,
    /// `9:00 AM`
    clock: String,
    /// For programs (RFC 3339).
    machine: String,
}

impl Moment {
    fn of(time: &LocalTime, with_day: bool) -> Self {
        Self { day: with_day.then(|| day(time.local)), clock: clock(time.local), machine: time.to_rfc3339() }
    }
}

impl When {
    pub(super) fn of(event: &Event) -> Self {
        let from = event.starts_at;
        let to = event.ends_at.map(|to| Moment::of(&to, to.local.date() != from.local.date()));
        let zone = event.ends_at.map(|to| name(&to)).filter(|end| *end != name(&from));
        let zone = zone.map_or_else(|| name(&from), |end| format!("{} – {end}", name(&from)));
        Self { from: Moment::of(&from, true), to, zone }
    }
}

/// One moment in a line, and for programs.
pub(super) fn moment(time: &LocalTime) -> (String, String) {
    (format!("{}, {} {}", day(time.local), clock(time.local), name(time)), time.to_rfc3339())
}

fn day(local: NaiveDateTime) -> String {
    local.format("%A, %B %-d, %Y").to_string()
}

fn clock(local: NaiveDateTime) -> String {
    local.format("%-I:%M %p").to_string()
}

/// `CST`, or where that has no letters how far the clocks are from UTC.
fn name(time: &LocalTime) -> String {
    let offset = time.zone.tz().offset_from_utc_datetime(&time.instant.naive_utc());
    let name = offset.to_string();
    if name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return name;
    }
    let offset: FixedOffset = offset.fix();
    format!("UTC{offset}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use polaris_core::types::TimeZone;

    use super::*;

    #[test]
    fn a_moment_is_told_by_the_clocks_of_its_place() {
        let at = |text: &str, zone: &str| moment(&LocalTime::parse(text, TimeZone::parse(zone).unwrap()).unwrap());
        let expected = ("Thursday, March 4, 2027, 9:00 AM CST".to_owned(), "2027-03-04T09:00:00-06:00".to_owned());
        assert_eq!(at("2027-03-04T09:00", "America/Chicago"), expected);
        assert_eq!(at("2027-07-04T00:05", "America/Chicago").0, "Sunday, July 4, 2027, 12:05 AM CDT");
        assert_eq!(at("2027-07-04T12:00", "Asia/Dubai").0, "Sunday, July 4, 2027, 12:00 PM UTC+04:00");
    }
}
