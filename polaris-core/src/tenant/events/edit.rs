//! E2: editing an event (FR-SELFSERV-202).

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};

use super::check::{CheckedEvent, check};
use super::create::{Skill, find_school, free_slug, skill, want};
use super::notices::{Notice, Notices, tell};
use super::steps::reread;
use super::{ChangedEvent, Event, EventEdit, Events, School, find};
use crate::audit::Entry;
use crate::error::{Error, Problems, Result};
use crate::mail::outbox::Shown;
use crate::operations::EVENTS_EDIT;
use crate::store::dialect::folded;
use crate::store::{Transaction, params};
use crate::tenant::signup::{fill, note_promoted};
use crate::types::{EventId, EventRef, EventSlug, EventStatus, LocalTime, MailKind, Patch, event_slug};

const UPDATE: &str = concat!(
    "
    UPDATE events
    SET slug = ?2, title = ?3, folded_title = ",
    folded!("?3"),
    ", description = ?4, event_type = ?5, format = ?6, time_zone = ?7, starts_at_local = ?8, starts_at = ?9,
        ends_at_local = ?10, ends_at = ?11, registration_deadline_local = ?12, registration_deadline = ?13, location = ?14,
        school_id = ?15, volunteers_needed = ?16, additional_info = ?17, invite_sequence = invite_sequence + ?18,
        version = version + 1, updated_at = ?19
    WHERE id = ?1"
);

impl Events<'_> {
    /// Changes an event, named by number or slug, until it is completed or cancelled. `version` is the one that was read, if the caller
    /// wants to be told that somebody else was faster. An edit that changes nothing leaves the version as it is.
    ///
    /// Where start, end, location, school or format change, those who are confirmed or waitlisted are told, unless the edit says not to;
    /// who had a calendar invite gets its update. Places that it has then, such as by taking more volunteers or by being
    /// put off when it had begun, go to the first on the waitlist.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every field that is broken in itself or together with what stands; [`Error::EventNotFound`];
    /// [`Error::Conflict`] for a stale version, and for an event that is completed or cancelled; [`Error::Forbidden`],
    /// [`Error::FeatureDisabled`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn edit(&self, event: impl Into<EventRef>, edit: EventEdit, version: Option<u32>) -> Result<ChangedEvent> {
        let reference = event.into();
        self.handle.write(&EVENTS_EDIT, |writing| {
            let transaction = writing.transaction;
            let before = find(transaction, &reference)?;
            let (said, mut problems) = (edit.said(), Problems::default());
            let checked = check(&said, before.as_ref(), writing.settings.time_zone, &mut problems);
            let school = match said.school {
                Patch::Keep => before.as_ref().and_then(|event| event.school.clone()),
                Patch::Clear => None,
                Patch::Set(name) => find_school(transaction, Some(name), &mut problems)?,
            };
            problems.finish()?;
            let before = before.ok_or(Error::EventNotFound)?;
            refuse_stale(&before, version)?;
            refuse_final(&before)?;
            let checked = checked.ok_or(Error::Internal)?;
            let skills = if edit.wanted_skills.is_keep() { None } else { Some(resolved(transaction, &checked)?) };
            let after = standing(&before, &checked, school, skills.as_deref());
            let fields = differences(&before, &after);
            if fields.is_empty() {
                let entry = Entry::of("event", before.id, json!({ "fields": fields }));
                return Ok((ChangedEvent { event: before, notices: Notices::default() }, entry));
            }
            let moved = fields.iter().any(|field| MOVED.contains(field));
            let in_calendars = moved || fields.iter().any(|field| SHOWN_TOO.contains(field));
            write(transaction, &before, &after, in_calendars, writing.now)?;
            if let Some(skills) = skills.filter(|_| fields.contains(&"wanted_skills")) {
                transaction.execute("DELETE FROM event_skills WHERE event_id = ?1", params![before.id])?;
                skills.iter().try_for_each(|skill| want(transaction, before.id, skill.id))?;
            }
            if before.status != EventStatus::Draft {
                writing.public_changed()?;
            }
            let mut event = reread(transaction, before.id)?;
            let notices = if moved && edit.notify {
                let more = json!({ "before": told_of_before(&before, &fields) });
                tell(writing, &Notice { kind: MailKind::EventChanged, event: &event, more, method: "request", invited_too: false })?
            } else {
                Notices::default()
            };
            let mut details = json!({ "fields": fields, "told": notices.told });
            // It wants more, or begins only now.
            let promoted = fill(writing, before.id)?;
            if promoted > 0 {
                event = reread(transaction, before.id)?;
            }
            note_promoted(&mut details, promoted);
            let entry = Entry::of("event", before.id, details);
            Ok((ChangedEvent { event, notices }, entry))
        })
    }
}

/// Fields whose change concerns those who mean to come: time and place.
const MOVED: &[&str] = &["starts_at", "ends_at", "location", "school", "format"];

/// What else stands in calendars. Nobody is told of a change, but whoever gets an invite later gets it with this.
const SHOWN_TOO: &[&str] = &["title", "description", "additional_info"];

fn refuse_stale(event: &Event, version: Option<u32>) -> Result<()> {
    match version {
        Some(version) if version != event.version => Err(Error::Conflict(format!(
            "this event was changed meanwhile: version {} is current, not {version}; read it again, then edit",
            event.version
        ))),
        _ => Ok(()),
    }
}

fn refuse_final(event: &Event) -> Result<()> {
    if event.status.is_final() {
        return Err(Error::Conflict(format!("this event is {}: it can't be edited any more; duplicate it for another date", event.status)));
    }
    Ok(())
}

/// The skills that are named, each once, as events show them.
fn resolved(transaction: &Transaction<'_>, checked: &CheckedEvent) -> Result<Vec<Skill>> {
    let mut skills = checked.wanted_skills.iter().map(|name| skill(transaction, name)).collect::<Result<Vec<_>>>()?;
    skills.sort_by(|one, other| one.folded_name.cmp(&other.folded_name));
    skills.dedup_by_key(|skill| skill.id);
    Ok(skills)
}

/// The event as it will be, but for slug, version and time.
fn standing(before: &Event, checked: &CheckedEvent, school: Option<School>, skills: Option<&[Skill]>) -> Event {
    let mut after = before.clone();
    after.title.clone_from(&checked.title);
    after.starts_at = checked.starts_at;
    after.ends_at = checked.ends_at;
    after.location.clone_from(&checked.location);
    after.description.clone_from(&checked.description);
    after.event_type = checked.event_type;
    after.format = checked.format;
    after.school = school;
    after.volunteers_needed = checked.volunteers_needed;
    if let Some(skills) = skills {
        after.wanted_skills = skills.iter().map(|skill| skill.name.clone()).collect();
    }
    after.registration_deadline = checked.registration_deadline;
    after.additional_info.clone_from(&checked.additional_info);
    after
}

/// The names of the fields that differ.
fn differences(before: &Event, after: &Event) -> Vec<&'static str> {
    let instant = |time: Option<LocalTime>| time.map(|time| time.instant);
    [
        ("title", before.title != after.title),
        ("starts_at", before.starts_at.instant != after.starts_at.instant),
        ("ends_at", instant(before.ends_at) != instant(after.ends_at)),
        ("time_zone", before.starts_at.zone != after.starts_at.zone),
        ("location", before.location != after.location),
        ("description", before.description != after.description),
        ("event_type", before.event_type != after.event_type),
        ("format", before.format != after.format),
        ("school", before.school != after.school),
        ("volunteers_needed", before.volunteers_needed != after.volunteers_needed),
        ("wanted_skills", before.wanted_skills != after.wanted_skills),
        ("registration_deadline", instant(before.registration_deadline) != instant(after.registration_deadline)),
        ("additional_info", before.additional_info != after.additional_info),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field)
    .collect()
}

fn write(transaction: &Transaction<'_>, before: &Event, after: &Event, in_calendars: bool, now: DateTime<Utc>) -> Result<()> {
    let slug = slug(transaction, before, after)?;
    transaction.execute(
        UPDATE,
        params![
            before.id,
            slug,
            after.title,
            after.description,
            after.event_type,
            after.format,
            after.starts_at.zone,
            after.starts_at.local,
            after.starts_at.instant,
            after.ends_at.map(|end| end.local),
            after.ends_at.map(|end| end.instant),
            after.registration_deadline.map(|deadline| deadline.local),
            after.registration_deadline.map(|deadline| deadline.instant),
            after.location,
            after.school.as_ref().map(|school| school.id),
            after.volunteers_needed,
            after.additional_info,
            in_calendars,
            now,
        ],
    )?;
    Ok(())
}

/// The slug follows title and date, until it is frozen: addresses that were given out stay good.
fn slug(transaction: &Transaction<'_>, before: &Event, after: &Event) -> Result<EventSlug> {
    let base = |event: &Event| event_slug(&event.title, event.starts_at.local.date());
    let wanted = base(after);
    if wanted == base(before) || is_frozen(transaction, before.id)? {
        return Ok(before.slug.clone());
    }
    free_slug(transaction, &wanted, Some(before.id))
}

fn is_frozen(transaction: &Transaction<'_>, id: EventId) -> Result<bool> {
    let frozen = transaction.first("SELECT slug_frozen FROM events WHERE id = ?1", params![id], |row| row.get("slug_frozen"))?;
    Ok(frozen.unwrap_or(true))
}

/// What stood before of what concerns those who mean to come.
fn told_of_before(before: &Event, fields: &[&str]) -> Json {
    let mut shown = json!(Shown::from(before));
    if let Json::Object(shown) = &mut shown {
        shown.retain(|field, _| MOVED.contains(&field.as_str()) && fields.contains(&field.as_str()));
    }
    shown
}
