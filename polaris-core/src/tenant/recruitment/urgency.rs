//! How urgently an event needs volunteers (C1). The one place with these numbers.

use crate::types::words::words;

words! {
    /// How urgently an event needs volunteers.
    UrgencyLevel, "level of urgency", exact {
        /// In three days or less, and not half full.
        Critical = "critical",
        /// In seven days or less, and not three quarters full.
        Warning = "warning",
        /// Neither.
        OnTrack = "on_track",
    }
}

/// How urgently an event needs volunteers: the days to its start by the tenant's calendar, and how full it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Urgency {
    days: i64,
    registered: u32,
    needed: u32,
}

impl Urgency {
    pub(super) fn new(days: i64, registered: u32, needed: u32) -> Self {
        Self { days, registered, needed }
    }

    /// 15 to 150.
    pub(super) fn score(self) -> u8 {
        let time = match self.days {
            ..=0 => 100,
            1..=3 => 80,
            4..=7 => 50,
            8..=14 => 30,
            15.. => 10,
        };
        time + self.fill_points()
    }

    fn fill_points(self) -> u8 {
        if self.is_below(1, 4) {
            50
        } else if self.is_below(1, 2) {
            35
        } else if self.is_below(3, 4) {
            20
        } else {
            5
        }
    }

    pub(super) fn level(self) -> UrgencyLevel {
        if self.days <= 3 && self.is_below(1, 2) {
            UrgencyLevel::Critical
        } else if self.days <= 7 && self.is_below(3, 4) {
            UrgencyLevel::Warning
        } else {
            UrgencyLevel::OnTrack
        }
    }

    /// Whether less than this part of the places is taken; in whole numbers, so that no rounding decides.
    fn is_below(self, part: u64, of: u64) -> bool {
        u64::from(self.registered) * of < u64::from(self.needed) * part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_changes_at_0_3_7_and_14_days() {
        for (days, points) in [(-1, 100), (0, 100), (1, 80), (3, 80), (4, 50), (7, 50), (8, 30), (14, 30), (15, 10), (400, 10)] {
            assert_eq!(Urgency::new(days, 3, 4).score(), points + 5, "{days}");
        }
    }

    #[test]
    fn fill_changes_at_a_quarter_a_half_and_three_quarters() {
        for (registered, points) in [(0, 50), (24, 50), (25, 35), (49, 35), (50, 20), (74, 20), (75, 5), (99, 5)] {
            assert_eq!(Urgency::new(15, registered, 100).score(), 10 + points, "{registered}");
        }
    }

    #[test]
    fn levels_go_by_both() {
        use UrgencyLevel::{Critical, OnTrack, Warning};
        for (days, registered, level) in [
            (0, 0, Critical),
            (3, 49, Critical),
            (3, 50, Warning),
            (4, 49, Warning),
            (3, 75, OnTrack),
            (7, 74, Warning),
            (7, 75, OnTrack),
            (8, 0, OnTrack),
        ] {
            assert_eq!(Urgency::new(days, registered, 100).level(), level, "{days} {registered}");
        }
        assert!(Critical < Warning && Warning < OnTrack);
    }
}
