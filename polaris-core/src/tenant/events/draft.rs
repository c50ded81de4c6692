//! What a caller says of a new event, and the one function that checks it.

use chrono::TimeDelta;

use crate::error::{Problem, Problems, Result};
use crate::types::text::{self, DESCRIPTION_MAX, LOCATION_MAX, NAME_MAX, NOTES_MAX, TITLE_MAX};
use crate::types::{EventFormat, EventType, LocalTime, TimeZone};

/// A new event, as a person or a program describes it. Times without an offset are in the tenant's zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewEvent {
    /// What it is called; required, at most 255 characters.
    pub title: String,
    /// When it begins; required. `YYYY-MM-DDTHH:MM` in the tenant's zone, or RFC 3339 with an offset.
    pub starts_at: String,
    /// When it ends, in the same forms; after the start and at most 14 days later.
    pub ends_at: Option<String>,
    /// Where it is; required, at most 255 characters.
    pub location: String,
    /// What it is about, at most 20,000 characters.
    pub description: Option<String>,
    /// One of the event types, such as `career_fair`.
    pub event_type: Option<String>,
    /// `in_person` (the default) or `virtual`.
    pub format: Option<String>,
    /// The name of one of the tenant's schools, or an alias.
    pub school: Option<String>,
    /// How many volunteers are wanted, 0 (no number) to 100,000.
    pub volunteers_needed: Option<i64>,
    /// Names of skills; unknown ones are added to the tenant's own. At most 20.
    pub wanted_skills: Vec<String>,
    /// Until when people may sign up; a date alone means the end of that day. Not after the start.
    pub registration_deadline: Option<String>,
    /// What else people should know, at most 5,000 characters.
    pub additional_info: Option<String>,
}

/// A draft whose fields are good in themselves. Whether the school exists only the database knows.
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

/// Checks a draft; every broken field is reported.
pub(super) fn check(draft: &NewEvent, zone: TimeZone, problems: &mut Problems) -> Option<CheckedEvent> {
    let title = problems.take("title", text::required(text::line(&draft.title, TITLE_MAX)));
    let starts_at = problems.take("starts_at", required(&draft.starts_at).and_then(|text| LocalTime::parse(text, zone)));
    let ends_at = optional(problems, "ends_at", draft.ends_at.as_deref(), |text| {
        LocalTime::parse(text, zone).and_then(|end| check_end(starts_at, end))
    });
    let location = problems.take("location", text::required(text::line(&draft.location, LOCATION_MAX)));
    let description = optional_text(problems, "description", draft.description.as_deref(), DESCRIPTION_MAX);
    let event_type = optional(problems, "event_type", draft.event_type.as_deref(), EventType::parse);
    let format = optional(problems, "format", draft.format.as_deref(), EventFormat::parse);
    problems.take("school", text::line(draft.school.as_deref().unwrap_or_default(), TITLE_MAX));
    let volunteers_needed = problems.take("volunteers_needed", check_need(draft.volunteers_needed.unwrap_or(0)));
    let wanted_skills = problems.take("wanted_skills", check_skills(&draft.wanted_skills));
    let registration_deadline = optional(problems, "registration_deadline", draft.registration_deadline.as_deref(), |text| {
        LocalTime::parse_deadline(text, zone).and_then(|deadline| check_deadline(starts_at, deadline, text))
    });
    let additional_info = optional_text(problems, "additional_info", draft.additional_info.as_deref(), NOTES_MAX);
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

fn required(text: &str) -> Result<&str, Problem> {
    if text.trim().is_empty() { Err(Problem::required()) } else { Ok(text) }
}

/// A field that may be missing or blank. The outer `None` means a problem was noted.
#[allow(clippy::option_option, reason = "refused, absent and present are three things")]
fn optional<T>(
    problems: &mut Problems,
    field: &str,
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, Problem>,
) -> Option<Option<T>> {
    match text.filter(|text| !text.trim().is_empty()) {
        None => Some(None),
        Some(text) => problems.take(field, parse(text)).map(Some),
    }
}

#[allow(clippy::option_option, reason = "refused, absent and present are three things")]
fn optional_text(problems: &mut Problems, field: &str, text: Option<&str>, max: usize) -> Option<Option<String>> {
    problems.take(field, text::paragraphs(text.unwrap_or_default(), max))
}

fn check_end(start: Option<LocalTime>, end: LocalTime) -> Result<LocalTime, Problem> {
    let Some(start) = start else { return Ok(end) };
    if end.instant <= start.instant {
        return Err(Problem::new("BEFORE_START", "must be after the start"));
    }
    if end.instant - start.instant > TimeDelta::days(14) {
        return Err(Problem::new("TOO_LATE", "must be within 14 days of the start"));
    }
    Ok(end)
}

/// A date alone that is the day of the start means the start: "sign up until the day itself".
fn check_deadline(start: Option<LocalTime>, deadline: LocalTime, text: &str) -> Result<LocalTime, Problem> {
    let Some(start) = start else { return Ok(deadline) };
    if deadline.instant <= start.instant {
        Ok(deadline)
    } else if text.trim().len() == 10 && deadline.local.date() == start.local.date() {
        Ok(start)
    } else {
        Err(Problem::new("AFTER_START", "must not be after the start"))
    }
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
