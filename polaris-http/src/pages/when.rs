//! Moments as people read them, by the clocks of where an event is.

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
        Self { day: with_day.then(|| time.day_in_words()), clock: time.clock_in_words(), machine: time.to_rfc3339() }
    }
}

impl When {
    pub(super) fn of(event: &Event) -> Self {
        let from = event.starts_at;
        let to = event.ends_at.map(|to| Moment::of(&to, to.local.date() != from.local.date()));
        let zone = event.ends_at.map(|to| to.clocks_in_words()).filter(|end| *end != from.clocks_in_words());
        let zone = zone.map_or_else(|| from.clocks_in_words(), |end| format!("{} – {end}", from.clocks_in_words()));
        Self { from: Moment::of(&from, true), to, zone }
    }
}

/// One moment in a line, and for programs.
pub(super) fn moment(time: &LocalTime) -> (String, String) {
    (format!("{}, {} {}", time.day_in_words(), time.clock_in_words(), time.clocks_in_words()), time.to_rfc3339())
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
        assert_eq!(at("2027-07-04T12:00", "Asia/Dubai").0, "Sunday, July 4, 2027, 12:00 PM UTC+4");
    }
}
