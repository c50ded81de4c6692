//! Where "Wednesday of the sixth week of last semester" lies.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use polaris_core::types::Semester;

/// The semester this many away from the present one. In June and July the coming fall counts as the present one.
pub(super) fn semester(today: NaiveDate, away: i8) -> Semester {
    let current = Semester::containing(today).unwrap_or(Semester::Fall(today.year()));
    match away {
        ..0 => (away..0).fold(current, |semester, _| semester.previous()),
        0.. => (0..away).fold(current, |semester, _| semester.next()),
    }
}

/// A day of a week of a semester. The first week is the one of its first Monday.
pub(super) fn day(semester: Semester, week: u32, weekday: Weekday) -> NaiveDate {
    let first = semester.first_day();
    let to_monday = (7 - first.weekday().num_days_from_monday()) % 7;
    first + TimeDelta::days((to_monday + 7 * week.saturating_sub(1) + weekday.num_days_from_monday()).into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use polaris_core::types::parse_date;

    use super::*;

    #[test]
    fn semesters_are_counted_from_today_and_summer_belongs_to_the_coming_fall() {
        let october = parse_date("2026-10-19").unwrap();
        assert_eq!(semester(october, -1), Semester::Spring(2026));
        assert_eq!(semester(october, 0), Semester::Fall(2026));
        assert_eq!(semester(october, 1), Semester::Spring(2027));
        let july = parse_date("2026-07-04").unwrap();
        assert_eq!((semester(july, -1), semester(july, 0)), (Semester::Spring(2026), Semester::Fall(2026)));
    }

    #[test]
    fn weeks_begin_with_the_first_monday_and_stay_in_their_semester() {
        assert_eq!(day(Semester::Fall(2026), 1, Weekday::Mon), parse_date("2026-08-03").unwrap());
        assert_eq!(day(Semester::Spring(2027), 6, Weekday::Wed), parse_date("2027-02-10").unwrap());
        for year in 2020..2060 {
            for semester in [Semester::Fall(year), Semester::Spring(year)] {
                for weekday in [Weekday::Mon, Weekday::Sun] {
                    for week in 1..=13 {
                        let day = day(semester, week, weekday);
                        assert!(day.weekday() == weekday && semester.first_day() <= day && day <= semester.last_day());
                    }
                }
            }
        }
    }
}
