//! Semesters and academic years of a school.
//!
//! Fall runs from 1 August to 31 December, spring from 1 January to 31 May; June and July belong to neither, but to the
//! academic year that began the August before.
//!
//! ```
//! use polaris_core::types::{Semester, parse_date};
//!
//! let spring = Semester::containing(parse_date("2026-01-15").unwrap()).unwrap();
//! assert_eq!(spring, Semester::Spring(2026));
//! assert_eq!(spring.academic_year(), "2025-2026");
//! ```

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// A semester, with the calendar year it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Semester {
    /// 1 August to 31 December.
    Fall(i32),
    /// 1 January to 31 May.
    Spring(i32),
}

impl Semester {
    /// The semester a local date lies in; `None` in June and July.
    #[must_use]
    pub fn containing(date: NaiveDate) -> Option<Self> {
        match date.month() {
            1..=5 => Some(Self::Spring(date.year())),
            6 | 7 => None,
            _ => Some(Self::Fall(date.year())),
        }
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        match self {
            Self::Fall(year) => day(year, 8, 1),
            Self::Spring(year) => day(year, 1, 1),
        }
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        match self {
            Self::Fall(year) => day(year, 12, 31),
            Self::Spring(year) => day(year, 5, 31),
        }
    }

    /// The academic year it belongs to, for example `2025-2026`.
    #[must_use]
    pub fn academic_year(self) -> String {
        match self {
            Self::Fall(year) => year_text(year),
            Self::Spring(year) => year_text(year.saturating_sub(1)),
        }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Fall(year) => Self::Spring(year.saturating_add(1)),
            Self::Spring(year) => Self::Fall(year),
        }
    }

    /// The one before it.
    #[must_use]
    pub fn previous(self) -> Self {
        match self {
            Self::Fall(year) => Self::Spring(year),
            Self::Spring(year) => Self::Fall(year.saturating_sub(1)),
        }
    }
}

impl fmt::Display for Semester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fall(year) => write!(f, "fall {year}"),
            Self::Spring(year) => write!(f, "spring {year}"),
        }
    }
}

/// The academic year a local date lies in, 1 August to 31 July, for example `2025-2026`.
#[must_use]
pub fn academic_year_of(date: NaiveDate) -> String {
    year_text(if date.month() >= 8 { date.year() } else { date.year().saturating_sub(1) })
}

fn year_text(first: i32) -> String {
    format!("{first}-{}", first.saturating_add(1))
}

/// The day, or the end of the calendar for a year beyond it.
fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    let beyond = if year < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(beyond)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::types::parse_date;

    #[test]
    fn each_day_of_a_year_lies_in_its_semester_or_in_summer() {
        for date in parse_date("2026-01-01").unwrap().iter_days().take(365) {
            match Semester::containing(date) {
                Some(semester) => {
                    assert!(semester.first_day() <= date && date <= semester.last_day());
                    assert_eq!(semester.academic_year(), academic_year_of(date));
                }
                None => assert!(matches!(date.month(), 6 | 7)),
            }
        }
    }

    #[test]
    fn the_academic_year_turns_on_the_first_of_august() {
        assert_eq!(academic_year_of(parse_date("2026-07-31").unwrap()), "2025-2026");
        assert_eq!(academic_year_of(parse_date("2026-08-01").unwrap()), "2026-2027");
    }

    #[test]
    fn semesters_follow_each_other() {
        let fall = Semester::Fall(2025);
        assert_eq!(fall.next(), Semester::Spring(2026));
        assert_eq!(fall.next().next(), Semester::Fall(2026));
        assert_eq!(fall.previous(), Semester::Spring(2025));
        assert_eq!(fall.next().previous(), fall);
        assert_eq!(fall.to_string(), "fall 2025");
    }

    #[test]
    fn absurd_years_do_no_harm() {
        for year in [i32::MIN, i32::MAX] {
            for semester in [Semester::Fall(year), Semester::Spring(year)] {
                assert!(semester.first_day() <= semester.last_day());
                let _ = (semester.next(), semester.previous(), semester.academic_year());
            }
        }
    }
}
