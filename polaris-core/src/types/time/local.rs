//! A moment as an event keeps it: the local time, its zone, and the instant this means.
//!
//! ```
//! use polaris_core::types::{LocalTime, TimeZone};
//!
//! let chicago = TimeZone::default();
//! let skipped = LocalTime::parse("2026-03-08T02:30", chicago).unwrap_err();
//! assert_eq!(skipped.code, "SKIPPED_TIME");
//! assert!(skipped.message.contains("from 02:00 to 03:00 on 2026-03-08"));
//! ```

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone as _, Timelike, Utc};
use chrono_tz::GapInfo;

use super::written::Written;
use super::{TimeZone, local_text, parse_date};
use crate::error::Problem;

/// The local years a moment may be given in. The zone data know changes of clocks up to 2099: in later
/// summers the last offset they know goes on.
pub const YEARS: RangeInclusive<i32> = 1970..=2200;

/// A moment in whole seconds. One of the database is kept as it was stored, even where newer zone data would move it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct LocalTime {
    /// What clocks in the zone show.
    pub local: NaiveDateTime,
    /// The zone.
    pub zone: TimeZone,
    /// The instant this is, in UTC.
    pub instant: DateTime<Utc>,
}

impl LocalTime {
    /// The moment of an instant in a zone, cut to whole seconds.
    #[must_use]
    pub fn from_instant(instant: DateTime<Utc>, zone: TimeZone) -> Self {
        let utc = instant.naive_utc();
        let utc = utc.with_nanosecond(0).unwrap_or(utc);
        let offset = zone.tz().offset_from_utc_datetime(&utc).fix();
        // Only at the very ends of the calendar does the local time not exist; the UTC time stands in for it there.
        let local = utc.checked_add_offset(offset).unwrap_or(utc);
        Self { local, zone, instant: utc.and_utc() }
    }

    /// The moment at which clocks in the zone show this; the earlier one where they show it twice. Cut to whole
    /// seconds.
    ///
    /// # Errors
    ///
    /// `SKIPPED_TIME` where clocks jump over it, with when they do; `OUT_OF_RANGE` outside [`YEARS`].
    pub fn from_local(local: NaiveDateTime, zone: TimeZone) -> Result<Self, Problem> {
        in_years(local.date())?;
        let local = local.with_nanosecond(0).unwrap_or(local);
        match zone.tz().from_local_datetime(&local).earliest() {
            Some(moment) => Ok(Self { local, zone, instant: moment.to_utc() }),
            None => Err(skipped(local, zone)),
        }
    }

    /// As [`LocalTime::from_local`], but the later moment where clocks show it twice.
    ///
    /// # Errors
    ///
    /// As [`LocalTime::from_local`].
    pub fn from_local_later(local: NaiveDateTime, zone: TimeZone) -> Result<Self, Problem> {
        let earlier = Self::from_local(local, zone)?;
        let later = zone.tz().from_local_datetime(&earlier.local).latest();
        Ok(later.map_or(earlier, |moment| Self { instant: moment.to_utc(), ..earlier }))
    }

    /// Reads a local time (`2026-01-15T09:00`, also with seconds, also with a space for the `T`), or one with `Z` or an
    /// offset (RFC 3339), which is brought into the zone. Fractions of a second are dropped.
    ///
    /// # Errors
    ///
    /// As [`LocalTime::from_local`]; `BAD_DATE` for a day that the calendar lacks; `BAD_TIME` for any other text.
    pub fn parse(input: &str, zone: TimeZone) -> Result<Self, Problem> {
        let Written { digits, offset } = Written::read(input)?;
        let Some(offset) = offset else { return Self::from_local(digits, zone) };
        let utc = digits.checked_sub_offset(offset).ok_or_else(out_of_range)?;
        let moment = Self::from_instant(utc.and_utc(), zone);
        in_years(moment.local.date())?;
        Ok(moment)
    }

    /// Reads a deadline: a bare date (`2026-01-15`) means the end of that local day, else as [`LocalTime::parse`].
    ///
    /// # Errors
    ///
    /// As [`LocalTime::parse`].
    pub fn parse_deadline(input: &str, zone: TimeZone) -> Result<Self, Problem> {
        let text = input.trim();
        if text.len() != "YYYY-MM-DD".len() {
            return Self::parse(text, zone);
        }
        let date = parse_date(text)?;
        in_years(date)?;
        Ok(Self::end_of_day(date, zone))
    }

    /// The first second of a local day: 00:00:00, or where clocks skip that, the second they jump to.
    #[must_use]
    pub fn start_of_day(date: NaiveDate, zone: TimeZone) -> Self {
        // A day begins when the one before ends. Only the first day of the calendar has none before it, and no event gets near.
        let before = date.pred_opt().map_or(DateTime::<Utc>::MIN_UTC, |before| Self::end_of_day(before, zone).instant);
        Self::from_instant(before.checked_add_signed(TimeDelta::seconds(1)).unwrap_or(before), zone)
    }

    /// The last second of a local day: 23:59:59, the second one if clocks show it twice, and the last second before the
    /// jump if clocks skip it.
    #[must_use]
    pub fn end_of_day(date: NaiveDate, zone: TimeZone) -> Self {
        let midnight = date.and_time(NaiveTime::MIN);
        let local = midnight.checked_add_signed(TimeDelta::seconds(86_399)).unwrap_or(midnight);
        if let Some(moment) = zone.tz().from_local_datetime(&local).latest() {
            return Self { local, zone, instant: moment.to_utc() };
        }
        let before_the_gap = GapInfo::new(&local, &zone.tz()).and_then(|gap| {
            let (begin, offset) = gap.begin?;
            begin.checked_sub_signed(TimeDelta::seconds(1))?.checked_sub_offset(offset.fix())
        });
        // Without a gap this is a day at the very end of the calendar, which no event gets near.
        Self::from_instant(before_the_gap.unwrap_or(local).and_utc(), zone)
    }

    /// The moment with its offset from UTC, for example `2026-01-15T09:00:00-06:00`.
    #[must_use]
    pub fn to_rfc3339(&self) -> String {
        let utc = self.instant.naive_utc();
        // Some zones of the early seventies were off by odd seconds, which RFC 3339 can't say: the instant
        // is kept right.
        let minutes = self.local.signed_duration_since(utc).num_minutes();
        let shown = utc.checked_add_signed(TimeDelta::minutes(minutes)).unwrap_or(self.local);
        let sign = if minutes < 0 { '-' } else { '+' };
        let minutes = minutes.abs();
        format!("{}{sign}{:02}:{:02}", local_text(shown), minutes / 60, minutes % 60)
    }
}

fn in_years(date: NaiveDate) -> Result<(), Problem> {
    if YEARS.contains(&date.year()) { Ok(()) } else { Err(out_of_range()) }
}

fn out_of_range() -> Problem {
    Problem::new("OUT_OF_RANGE", format!("must be in the years {} to {}", YEARS.start(), YEARS.end()))
}

/// Says when clocks move and over what, so that one sees which times there are.
fn skipped(local: NaiveDateTime, zone: TimeZone) -> Problem {
    let jump = GapInfo::new(&local, &zone.tz()).and_then(|gap| Some((gap.begin?.0, gap.end?.naive_local())));
    let why = match jump {
        Some((from, to)) if from.date() == to.date() => {
            format!("from {} to {} on {}", from.format("%H:%M"), to.format("%H:%M"), from.date())
        }
        Some((from, to)) => format!("from {} to {}", from.format("%Y-%m-%d %H:%M"), to.format("%Y-%m-%d %H:%M")),
        None => "over it".to_owned(),
    };
    let message = format!("does not exist in {zone}: clocks move {why}; choose a time before or after");
    Problem::new("SKIPPED_TIME", message)
}

#[cfg(test)]
mod tests;
