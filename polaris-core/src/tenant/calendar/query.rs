//! Which days of the calendar are wanted, and the one function that checks it.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};

use crate::error::{Error, Problem, Result};
use crate::types::{LocalTime, TimeZone, parse_date};

/// Which part of the calendar is wanted: a day, a week or a month, or any range. With nothing said, this month.
///
/// ```
/// # use polaris_core::{Actor, CalendarQuery, NewTenant, Polaris};
/// # let polaris = Polaris::in_memory()?;
/// # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
/// let week = CalendarQuery { view: Some("week".into()), date: Some("2026-10-15".into()), ..CalendarQuery::default() };
/// let agenda = polaris.tenant("kckps", Actor::System)?.calendar().get(&week)?;
/// assert_eq!(agenda.starts_at.to_rfc3339(), "2026-10-11T00:00:00-05:00");
/// # Ok::<(), polaris_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CalendarQuery {
    /// `day`, `week` (from Sunday on) or `month`, the default.
    pub view: Option<String>,
    /// A day in it, as `YYYY-MM-DD`; today unless said otherwise.
    pub date: Option<String>,
    /// Instead of both: the first moment, as `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM` or RFC 3339.
    pub start: Option<String>,
    /// And the first moment after it, in the same forms; at most 400 days later.
    pub end: Option<String>,
    /// The IANA zone in which all this is meant and answered; the tenant's unless said otherwise.
    pub time_zone: Option<String>,
}

/// The longest range, in days.
const LONGEST: i64 = 400;

/// A range that makes sense: from a moment up to and without another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) zone: TimeZone,
    pub(super) from: LocalTime,
    pub(super) to: LocalTime,
}

impl CalendarQuery {
    pub(super) fn check(&self, zone: TimeZone, now: DateTime<Utc>) -> Result<Range> {
        let Self { view, date, start, end, time_zone } = self;
        let zone = time_zone.as_deref().map_or(Ok(zone), TimeZone::parse).map_err(refused("time_zone"))?;
        match (start, end) {
            (None, None) => {
                let date = date.as_deref().map(parse_date).transpose().map_err(refused("date"))?;
                let date = date.unwrap_or_else(|| LocalTime::from_instant(now, zone).local.date());
                let (first, next) = days(view.as_deref().unwrap_or("month"), date)?;
                Ok(Range { zone, from: LocalTime::start_of_day(first, zone), to: LocalTime::start_of_day(next, zone) })
            }
            (Some(start), Some(end)) => {
                for (field, given) in [("view", view), ("date", date)] {
                    if given.is_some() {
                        return Err(Error::bad_request(field, "can't be given together with start and end"));
                    }
                }
                let from = moment(start, zone).map_err(refused("start"))?;
                let to = moment(end, zone).map_err(refused("end"))?;
                if to.instant <= from.instant {
                    return Err(Error::bad_request("end", "must be after start"));
                }
                // Clocks that are put back make one of the days an hour longer.
                if to.instant - from.instant > TimeDelta::days(LONGEST) + TimeDelta::hours(1) {
                    return Err(Error::bad_request("end", format!("must be at most {LONGEST} days after start")));
                }
                Ok(Range { zone, from, to })
            }
            (None, Some(_)) => Err(Error::bad_request("start", "is needed too where end is given")),
            (Some(_), None) => Err(Error::bad_request("end", "is needed too where start is given")),
        }
    }
}

fn refused(field: &'static str) -> impl Fn(Problem) -> Error {
    move |problem| Error::bad_request(field, problem.message)
}

/// The first day of a view and the first one after it.
fn days(view: &str, date: NaiveDate) -> Result<(NaiveDate, NaiveDate)> {
    let days = match view {
        "day" => Some(date).zip(date.succ_opt()),
        "week" => {
            let sunday = date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_sunday())));
            sunday.zip(sunday.and_then(|sunday| sunday.checked_add_days(Days::new(7))))
        }
        "month" => {
            let first = date.with_day(1);
            first.zip(first.and_then(|first| first.checked_add_months(Months::new(1))))
        }
        _ => return Err(Error::bad_request("view", "must be day, week or month")),
    };
    days.filter(|(first, next)| (0..=9999).contains(&first.year()) && next.year() <= 9999)
        .ok_or_else(|| Error::bad_request("date", "is too near to the end of the calendar"))
}

/// A day means its beginning. So does a midnight without an offset that clocks skip: whoever asks for ranges of days may not know of it.
fn moment(text: &str, zone: TimeZone) -> Result<LocalTime, Problem> {
    let text = text.trim();
    if text.len() == "YYYY-MM-DD".len() {
        return parse_date(text).map(|date| LocalTime::start_of_day(date, zone));
    }
    match LocalTime::parse(text, zone) {
        Err(problem) if problem.code == "SKIPPED_TIME" && text.get(11..16) == Some("00:00") => {
            parse_date(text.get(..10).unwrap_or_default()).map(|date| LocalTime::start_of_day(date, zone))
        }
        parsed => parsed,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn range(query: &[(&str, &str)], zone: &str) -> Result<String> {
        let mut asked = CalendarQuery::default();
        for (name, value) in query {
            let field = match *name {
                "view" => &mut asked.view,
                "date" => &mut asked.date,
                "start" => &mut asked.start,
                "end" => &mut asked.end,
                _ => &mut asked.time_zone,
            };
            *field = Some((*value).to_owned());
        }
        // 21:30 on 14 October in Chicago.
        let now = "2026-10-15T02:30:00Z".parse().unwrap();
        let Range { from, to, .. } = asked.check(TimeZone::parse(zone).unwrap(), now)?;
        Ok(format!("{} {}", from.to_rfc3339(), to.to_rfc3339()))
    }

    #[test]
    fn days_weeks_and_months_are_those_of_the_zone() {
        for (query, zone, expected) in [
            (&[][..], "America/Chicago", "2026-10-01T00:00:00-05:00 2026-11-01T00:00:00-05:00"),
            (&[("view", "day")], "America/Chicago", "2026-10-14T00:00:00-05:00 2026-10-15T00:00:00-05:00"),
            (&[("view", "day")], "Pacific/Auckland", "2026-10-15T00:00:00+13:00 2026-10-16T00:00:00+13:00"),
            (&[("view", "day"), ("time_zone", "UTC")], "America/Chicago", "2026-10-15T00:00:00+00:00 2026-10-16T00:00:00+00:00"),
            (&[("view", "week")], "America/Chicago", "2026-10-11T00:00:00-05:00 2026-10-18T00:00:00-05:00"),
            (&[("view", "week"), ("date", "2026-10-11")], "UTC", "2026-10-11T00:00:00+00:00 2026-10-18T00:00:00+00:00"),
            (&[("view", "week"), ("date", "2026-10-17")], "UTC", "2026-10-11T00:00:00+00:00 2026-10-18T00:00:00+00:00"),
            (&[("date", "2028-02-29")], "UTC", "2028-02-01T00:00:00+00:00 2028-03-01T00:00:00+00:00"),
            (&[("view", "month"), ("date", "2026-12-31")], "UTC", "2026-12-01T00:00:00+00:00 2027-01-01T00:00:00+00:00"),
            // The clocks change within: a day of 23 and one of 25 hours.
            (&[("view", "day"), ("date", "2026-03-08")], "America/Chicago", "2026-03-08T00:00:00-06:00 2026-03-09T00:00:00-05:00"),
            (&[("view", "day"), ("date", "2026-11-01")], "America/Chicago", "2026-11-01T00:00:00-05:00 2026-11-02T00:00:00-06:00"),
            (&[("view", "day"), ("date", "2026-09-27")], "Pacific/Auckland", "2026-09-27T00:00:00+12:00 2026-09-28T00:00:00+13:00"),
            (&[("view", "day"), ("date", "2026-07-01")], "America/Phoenix", "2026-07-01T00:00:00-07:00 2026-07-02T00:00:00-07:00"),
            (&[("view", "day"), ("date", "2023-10-01")], "America/Asuncion", "2023-10-01T01:00:00-03:00 2023-10-02T00:00:00-03:00"),
        ] {
            assert_eq!(range(query, zone).unwrap(), expected, "{query:?}");
        }
    }

    #[test]
    fn ranges_are_read_as_calendars_on_the_web_send_them() {
        for (start, end, zone, expected) in [
            ("2026-09-27T00:00:00-05:00", "2026-11-08T00:00:00-06:00", "UTC", "2026-09-27T05:00:00+00:00 2026-11-08T06:00:00+00:00"),
            ("2026-09-27T00:00:00Z", "2026-11-08T00:00:00Z", "UTC", "2026-09-27T00:00:00+00:00 2026-11-08T00:00:00+00:00"),
            ("2026-09-27T00:00:00", "2026-11-08T00:00:00", "America/Chicago", "2026-09-27T00:00:00-05:00 2026-11-08T00:00:00-06:00"),
            ("2026-09-27", "2026-11-08", "America/Chicago", "2026-09-27T00:00:00-05:00 2026-11-08T00:00:00-06:00"),
            ("2023-10-01T00:00:00", "2023-10-02", "America/Asuncion", "2023-10-01T01:00:00-03:00 2023-10-02T00:00:00-03:00"),
            ("2026-01-01", "2027-02-05", "America/Chicago", "2026-01-01T00:00:00-06:00 2027-02-05T00:00:00-06:00"),
        ] {
            assert_eq!(range(&[("start", start), ("end", end)], zone).unwrap(), expected, "{start} {end}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (query, named) in [
            (&[("view", "year")][..], "view"),
            (&[("view", "")], "view"),
            (&[("date", "2026-02-30")], "date"),
            (&[("date", "tomorrow")], "date"),
            (&[("date", "9999-12-31")], "date"),
            (&[("view", "week"), ("date", "0000-01-01")], "date"),
            (&[("time_zone", "Kansas")], "time_zone"),
            (&[("time_zone", "")], "time_zone"),
            (&[("start", "2026-10-01")], "end"),
            (&[("end", "2026-10-01")], "start"),
            (&[("start", "soon"), ("end", "2026-10-01")], "start"),
            (&[("start", "2026-10-01"), ("end", "2026-10-32")], "end"),
            (&[("start", "2026-10-01"), ("end", "2026-10-01")], "end"),
            (&[("start", "2026-10-02"), ("end", "2026-10-01")], "end"),
            (&[("start", "2026-01-01"), ("end", "2027-02-06")], "end"),
            (&[("start", "2026-03-08T02:30"), ("end", "2026-10-01")], "start"),
            (&[("start", "2026-10-01"), ("end", "2026-10-02"), ("view", "day")], "view"),
            (&[("start", "2026-10-01"), ("end", "2026-10-02"), ("date", "2026-10-01")], "date"),
            (&[("start", "1969-01-01T00:00"), ("end", "1969-01-02")], "start"),
        ] {
            let Err(Error::BadRequest { field, message }) = range(query, "America/Chicago") else { panic!("{query:?} was taken") };
            assert_eq!(field, named, "{query:?}");
            assert!(message.len() > 10 && !message.contains('\n'));
        }
    }
}
