//! A window: it begins with the first request in it and lasts so long, whatever comes.

use chrono::{DateTime, TimeDelta, Utc};

/// Requests counted since the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) began_at: DateTime<Utc>,
    pub(crate) count: u32,
}

impl Window {
    /// One that begins now.
    pub(super) fn begin(now: DateTime<Utc>) -> Self {
        Self { began_at: now, count: 0 }
    }

    /// Whether it still lasts. One that would begin after longer than it lasts was begun by a clock that was wrong.
    pub(super) fn lasts(&self, length: TimeDelta, now: DateTime<Utc>) -> bool {
        now < self.began_at + length && self.began_at - now <= length
    }
}

/// Seconds until an instant, rounded up, at least one.
pub(super) fn seconds_until(instant: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    let left = (instant - now).num_milliseconds();
    u32::try_from((left + 999) / 1_000).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_to_the_millisecond_and_a_clock_set_right_ends_one_from_the_future() {
        let at = |millis: i64| DateTime::from_timestamp_millis(1_800_000_000_000 + millis).unwrap_or_default();
        let (window, minute) = (Window::begin(at(0)), TimeDelta::minutes(1));
        assert!(window.lasts(minute, at(59_999)) && !window.lasts(minute, at(60_000)));
        assert!(window.lasts(minute, at(-60_000)), "threads may read the clock in another order than they count");
        assert!(!window.lasts(minute, at(-60_001)));
        assert_eq!((seconds_until(at(60_000), at(0)), seconds_until(at(60_000), at(59_001))), (60, 1));
        assert_eq!((seconds_until(at(60_000), at(58_999)), seconds_until(at(0), at(5))), (2, 1));
    }
}
