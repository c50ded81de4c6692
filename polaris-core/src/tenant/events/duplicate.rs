//! E7: an event copied to a new date.

use chrono::NaiveDateTime;
use serde_json::json;

use super::check::{CheckedEvent, is_near};
use super::create::insert;
use super::{Event, Events, find};
use crate::audit::Entry;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::EVENTS_DUPLICATE;
use crate::types::{EventRef, LocalTime, TimeZone, parse_date};

/// When the copy of an event takes place.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewDuplicate {
    /// When it begins; required. A date (`YYYY-MM-DD`), on which it begins at the same time of day; or a date and time in the event's zone,
    /// or RFC 3339 with an offset.
    pub starts_at: String,
}

impl Events<'_> {
    /// Copies an event, named by number or slug and in whatever status, to a new date: a draft with all that was said of the first one,
    /// with nobody on its roster. End and registration deadline keep their distance from the start, by the clock; the zone stays the
    /// event's own.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] for a start that can't be; [`Error::EventNotFound`]; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn duplicate(&self, event: impl Into<EventRef>, copy: NewDuplicate) -> Result<Event> {
        let reference = event.into();
        self.handle.write(&EVENTS_DUPLICATE, |writing| {
            let original = find(writing.transaction, &reference)?;
            // The form of what was sent is told before whether there is such an event.
            let zone = original.as_ref().map_or(writing.settings.time_zone, |event| event.starts_at.zone);
            let time = original.as_ref().map_or(NaiveDateTime::default(), |event| event.starts_at.local);
            let mut problems = Problems::default();
            let starts_at = problems.take("starts_at", start(&copy.starts_at, time, zone));
            problems.finish()?;
            let original = original.ok_or(Error::EventNotFound)?;
            let checked = moved(&original, starts_at.ok_or(Error::Internal)?);
            let event = insert(writing, checked, original.school)?;
            let details = json!({ "of": original.id, "slug": event.slug, "status": event.status });
            let entry = Entry::of("event", event.id, details);
            Ok((event, entry))
        })
    }
}

fn start(text: &str, time: NaiveDateTime, zone: TimeZone) -> Result<LocalTime, Problem> {
    let text = text.trim();
    match text.len() {
        0 => Err(Problem::required()),
        10 => LocalTime::from_local(parse_date(text)?.and_time(time.time()), zone),
        _ => LocalTime::parse(text, zone),
    }
}

/// All that was said of an event, at another time.
fn moved(event: &Event, start: LocalTime) -> CheckedEvent {
    let end = |end: LocalTime| start.instant < end.instant && is_near(start, end);
    let deadline = |deadline: LocalTime| deadline.instant <= start.instant;
    CheckedEvent {
        title: event.title.clone(),
        starts_at: start,
        ends_at: event.ends_at.map(|time| shifted(time, event.starts_at, start, end)),
        location: event.location.clone(),
        description: event.description.clone(),
        event_type: event.event_type,
        format: event.format,
        volunteers_needed: event.volunteers_needed,
        wanted_skills: event.wanted_skills.clone(),
        registration_deadline: event.registration_deadline.map(|time| shifted(time, event.starts_at, start, deadline)),
        additional_info: event.additional_info.clone(),
    }
}

/// A time as far from the new start as it was from the old one, by the clock; in hours that passed, where clocks skip that time or, by
/// being put back or forward, bring it where it can't be.
fn shifted(time: LocalTime, from: LocalTime, to: LocalTime, fits: impl Fn(LocalTime) -> bool) -> LocalTime {
    let by_the_clock = to.local.checked_add_signed(time.local - from.local).and_then(|local| LocalTime::from_local(local, to.zone).ok());
    by_the_clock.filter(|time| fits(*time)).unwrap_or_else(|| {
        let instant = to.instant.checked_add_signed(time.instant - from.instant).unwrap_or(to.instant);
        LocalTime::from_instant(instant, to.zone)
    })
}
