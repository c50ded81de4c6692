//! The one function that checks what was said of an event, and the rules of its times.

use chrono::TimeDelta;

use super::draft::Said;
use super::{Event, LONGER_THAN_ANY};
use crate::error::{Problem, Problems, Result};
use crate::types::text::{self, DESCRIPTION_MAX, LOCATION_MAX, NAME_MAX, NOTES_MAX, TITLE_MAX};
use crate::types::{EventFormat, EventType, LocalTime, Patch, TimeZone, local_text};

/// An event whose fields are good in themselves and together. Whether its school exists only the database knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CheckedEvent {
    pub(super) title: String,
    pub(super) starts_at: LocalTime,
    pub(super) ends_at: Option<LocalTime>,
    pub(super) location: String,
    pub(super) description: Option<String>,
    pub(super) event_type: Option<EventType>,
    pub(super) format: EventFormat,
    pub(super) volunteers_needed: u32,
    pub(super) wanted_skills: Vec<String>,
    pub(super) registration_deadline: Option<LocalTime>,
    pub(super) additional_info: Option<String>,
}

const MOST_VOLUNTEERS: u32 = 100_000;
const MOST_SKILLS: usize = 20;
/// By the clock: where clocks are put back in between, an hour more passes.
const LONGEST: TimeDelta = TimeDelta::days(14);

/// Whether an end is near enough to a start.
pub(super) fn is_near(start: LocalTime, end: LocalTime) -> bool {
    end.local - start.local <= LONGEST && end.instant - start.instant < LONGER_THAN_ANY
}

/// Checks what was said, together with what stands of the event that is edited; every broken field is noted. `None` where a problem was
/// noted, and for fields kept of an event that there is not.
pub(super) fn check(said: &Said<'_>, before: Option<&Event>, tenants: TimeZone, problems: &mut Problems) -> Option<CheckedEvent> {
    let title =
        needed(problems, "title", said.title, before.map(|event| event.title.clone()), |text| text::required(text::line(text, TITLE_MAX)));
    let standing = before.map_or(tenants, |event| event.starts_at.zone);
    let zone = match filled(said.time_zone) {
        Patch::Keep => Ok(standing),
        Patch::Clear => Ok(tenants),
        Patch::Set(name) => TimeZone::parse(name),
    };
    let times = Times { zone: *zone.as_ref().unwrap_or(&standing) };
    let starts_at = match said.starts_at {
        Patch::Keep => before.and_then(|event| problems.take("starts_at", times.keep(event.starts_at))),
        Patch::Clear => problems.take("starts_at", Err(Problem::required())),
        Patch::Set(text) => problems.take("starts_at", required(text).and_then(|text| LocalTime::parse(text, times.zone))),
    };
    let ends_at = times.read(said.ends_at, before.and_then(|event| event.ends_at), LocalTime::parse);
    let ends_at = ends_at.map(|end| end.and_then(|end| check_end(starts_at, end, said.ends_at.is_keep()))).transpose();
    let ends_at = problems.take("ends_at", ends_at);
    problems.take("time_zone", zone);
    let location = needed(problems, "location", said.location, before.map(|event| event.location.clone()), |text| {
        text::required(text::line(text, LOCATION_MAX))
    });
    let description = clearable(problems, "description", said.description, before.map(|event| event.description.clone()), |text| {
        text::paragraphs(text, DESCRIPTION_MAX)
    });
    let event_type =
        clearable(problems, "event_type", said.event_type, before.map(|event| event.event_type), |text| EventType::parse(text).map(Some));
    let format =
        clearable(problems, "format", said.format, before.map(|event| Some(event.format)), |text| EventFormat::parse(text).map(Some));
    if let Patch::Set(school) = said.school {
        problems.take("school", text::line(school, TITLE_MAX));
    }
    let volunteers_needed = match said.volunteers_needed {
        Patch::Keep => before.map(|event| event.volunteers_needed),
        Patch::Clear => Some(0),
        Patch::Set(needed) => problems.take("volunteers_needed", check_need(needed)),
    };
    let wanted_skills = match said.wanted_skills {
        Patch::Keep => before.map(|event| event.wanted_skills.clone()),
        Patch::Clear => Some(Vec::new()),
        Patch::Set(names) => problems.take("wanted_skills", check_skills(names)),
    };
    // One that is the start itself goes where the start goes.
    let deadline = before.and_then(|event| {
        let deadline = event.registration_deadline?;
        Some(if deadline == event.starts_at { starts_at.unwrap_or(deadline) } else { deadline })
    });
    let deadline = times.read(said.registration_deadline, deadline, LocalTime::parse_deadline);
    let deadline = deadline.map(|deadline| deadline.and_then(|deadline| check_deadline(starts_at, deadline, said.registration_deadline)));
    let registration_deadline = problems.take("registration_deadline", deadline.transpose());
    let additional_info =
        clearable(problems, "additional_info", said.additional_info, before.map(|event| event.additional_info.clone()), |text| {
            text::paragraphs(text, NOTES_MAX)
        });
    Some(CheckedEvent {
        title: title?,
        starts_at: starts_at?,
        ends_at: ends_at?,
        location: location?,
        description: description?,
        event_type: event_type?,
        format: format?.unwrap_or(EventFormat::InPerson),
        volunteers_needed: volunteers_needed?,
        wanted_skills: wanted_skills?,
        registration_deadline: registration_deadline?,
        additional_info: additional_info?,
    })
}

/// A field that can't be cleared. `None` means that a problem was noted, or that there is nothing to keep.
fn needed<T>(
    problems: &mut Problems,
    field: &str,
    said: Patch<&str>,
    kept: Option<T>,
    read: impl FnOnce(&str) -> Result<T, Problem>,
) -> Option<T> {
    match said {
        Patch::Keep => kept,
        Patch::Clear => problems.take(field, Err(Problem::required())),
        Patch::Set(text) => problems.take(field, read(text)),
    }
}

/// A field that can be cleared; a blank text clears it too. The outer `None` is as in [`needed`].
#[allow(clippy::option_option, reason = "refused, absent and present are three things")]
fn clearable<T>(
    problems: &mut Problems,
    field: &str,
    said: Patch<&str>,
    kept: Option<Option<T>>,
    read: impl FnOnce(&str) -> Result<Option<T>, Problem>,
) -> Option<Option<T>> {
    match filled(said) {
        Patch::Keep => kept,
        Patch::Clear => Some(None),
        Patch::Set(text) => problems.take(field, read(text)),
    }
}

/// What was said, where a blank text says that there is nothing.
fn filled(said: Patch<&str>) -> Patch<&str> {
    match said {
        Patch::Set(text) if text.trim().is_empty() => Patch::Clear,
        said => said,
    }
}

fn required(text: &str) -> Result<&str, Problem> {
    if text.trim().is_empty() { Err(Problem::required()) } else { Ok(text) }
}

/// Times of an event whose zone is known.
struct Times {
    zone: TimeZone,
}

impl Times {
    /// A time that stays: what clocks show stays too, in whatever zone. In the zone it was given in it is as it was stored.
    fn keep(&self, time: LocalTime) -> Result<LocalTime, Problem> {
        if time.zone == self.zone { Ok(time) } else { LocalTime::from_local(time.local, self.zone) }
    }

    fn read(
        &self,
        said: Patch<&str>,
        kept: Option<LocalTime>,
        parse: impl FnOnce(&str, TimeZone) -> Result<LocalTime, Problem>,
    ) -> Option<Result<LocalTime, Problem>> {
        match filled(said) {
            Patch::Keep => kept.map(|time| self.keep(time)),
            Patch::Clear => None,
            Patch::Set(text) => Some(parse(text, self.zone)),
        }
    }
}

fn check_end(start: Option<LocalTime>, end: LocalTime, kept: bool) -> Result<LocalTime, Problem> {
    let Some(start) = start else { return Ok(end) };
    if end.instant <= start.instant {
        return Err(told_of(Problem::new("BEFORE_START", "must be after the start"), kept, end));
    }
    if !is_near(start, end) {
        return Err(told_of(Problem::new("TOO_LATE", "must be within 14 days of the start"), kept, end));
    }
    Ok(end)
}

/// A date alone that is the day of the start means the start: "sign up until the day itself".
fn check_deadline(start: Option<LocalTime>, deadline: LocalTime, said: Patch<&str>) -> Result<LocalTime, Problem> {
    let Some(start) = start else { return Ok(deadline) };
    let is_date = matches!(said, Patch::Set(text) if text.trim().len() == "YYYY-MM-DD".len());
    if deadline.instant <= start.instant {
        Ok(deadline)
    } else if is_date && deadline.local.date() == start.local.date() {
        Ok(start)
    } else {
        Err(told_of(Problem::new("AFTER_START", "must not be after the start"), said.is_keep(), deadline))
    }
}

/// Of a time that nobody gave, a problem tells what stands.
fn told_of(problem: Problem, kept: bool, time: LocalTime) -> Problem {
    if !kept {
        return problem;
    }
    let message = format!("{}; it stands at {}: give another one too, or clear it", problem.message, local_text(time.local));
    Problem { message, ..problem }
}

fn check_need(needed: i64) -> Result<u32, Problem> {
    u32::try_from(needed)
        .ok()
        .filter(|needed| *needed <= MOST_VOLUNTEERS)
        .ok_or_else(|| Problem::new("OUT_OF_RANGE", format!("must be a whole number from 0 to {MOST_VOLUNTEERS}")))
}

fn check_skills(names: &[String]) -> Result<Vec<String>, Problem> {
    if names.len() > MOST_SKILLS {
        return Err(Problem::new("TOO_MANY", format!("at most {MOST_SKILLS} skills can be asked for")));
    }
    names.iter().filter_map(|name| text::line(name, NAME_MAX).transpose()).collect()
}
