//! Moments in the words of people: `Thursday, March 4, 2027`, `9:00 AM`, `CST`.

use chrono::{Offset, TimeZone as _};

use super::LocalTime;

impl LocalTime {
    /// Its day: `Thursday, March 4, 2027`.
    #[must_use]
    pub fn day_in_words(&self) -> String {
        self.local.format("%A, %B %-d, %Y").to_string()
    }

    /// What clocks show: `9:00 AM`.
    #[must_use]
    pub fn clock_in_words(&self) -> String {
        self.local.format("%-I:%M %p").to_string()
    }

    /// What the zone's clocks are called then: `CST`. Where that has no letters, or newer zone data say otherwise than what is stored, how far
    /// they are from UTC: `UTC-3`, `UTC+5:45`.
    #[must_use]
    pub fn clocks_in_words(&self) -> String {
        let utc = self.instant.naive_utc();
        let known = self.zone.tz().offset_from_utc_datetime(&utc);
        let stored = self.local.signed_duration_since(utc);
        let name = known.to_string();
        if i64::from(known.fix().local_minus_utc()) == stored.num_seconds() && name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        {
            return name;
        }
        match stored.num_minutes() {
            0 => "UTC".to_owned(),
            minutes => {
                let sign = if minutes < 0 { '-' } else { '+' };
                let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
                if minutes == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{minutes:02}") }
            }
        }
    }
}
