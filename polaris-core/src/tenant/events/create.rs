//! E1: creating an event.

use std::collections::BTreeMap;

use serde_json::json;

use super::check::{CheckedEvent, check};
use super::{Event, Events, NewEvent, School};
use crate::audit::Entry;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::EVENTS_CREATE;
use crate::store::dialect::folded;
use crate::store::{Transaction, params};
use crate::tenant::handle::Writing;
use crate::types::fold::fold;
use crate::types::text::{self, TITLE_MAX};
use crate::types::{EventId, EventSlug, EventStatus, SkillId, event_slug, numbered};

const INSERT: &str = concat!(
    "
    INSERT INTO events (folded_title, slug, title, description, event_type, format, status, time_zone, starts_at_local, starts_at,
                        ends_at_local, ends_at, registration_deadline_local, registration_deadline, location, school_id,
                        volunteers_needed, additional_info, created_at, updated_at)
    VALUES (",
    folded!("?2"),
    ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?18)"
);

impl Events<'_> {
    /// Creates an event as a draft (FR-SELFSERV-201).
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn create(&self, draft: NewEvent) -> Result<Event> {
        self.handle.write(&EVENTS_CREATE, |writing| {
            let mut problems = Problems::default();
            let checked = check(&draft.said(), None, writing.settings.time_zone, &mut problems);
            let school = find_school(writing.transaction, draft.school.as_deref(), &mut problems)?;
            problems.finish()?;
            let event = insert(writing, checked.ok_or(Error::Internal)?, school)?;
            let details = json!({ "slug": event.slug, "status": event.status });
            let entry = Entry::of("event", event.id, details);
            Ok((event, entry))
        })
    }
}

/// Writes the event and gives it as it would be read back, which would cost as much as writing it.
pub(super) fn insert(writing: &Writing<'_>, event: CheckedEvent, school: Option<School>) -> Result<Event> {
    let transaction = writing.transaction;
    let slug = free_slug(transaction, &event_slug(&event.title, event.starts_at.local.date()), None)?;
    let status = EventStatus::Draft;
    let id = EventId::new(transaction.insert(
        INSERT,
        params![
            slug,
            event.title,
            event.description,
            event.event_type,
            event.format,
            status,
            event.starts_at.zone,
            event.starts_at.local,
            event.starts_at.instant,
            event.ends_at.map(|end| end.local),
            event.ends_at.map(|end| end.instant),
            event.registration_deadline.map(|deadline| deadline.local),
            event.registration_deadline.map(|deadline| deadline.instant),
            event.location,
            school.as_ref().map(|school| school.id),
            event.volunteers_needed,
            event.additional_info,
            writing.now,
        ],
    )?);
    // By folded name, as lists show them; one that was named twice is there once.
    let mut wanted_skills = BTreeMap::new();
    for name in &event.wanted_skills {
        let skill = skill(transaction, name)?;
        want(transaction, id, skill.id)?;
        wanted_skills.insert(skill.folded_name, skill.name);
    }
    Ok(Event {
        id,
        slug,
        title: event.title,
        description: event.description,
        event_type: event.event_type,
        format: event.format,
        status,
        starts_at: event.starts_at,
        ends_at: event.ends_at,
        registration_deadline: event.registration_deadline,
        location: event.location,
        school,
        volunteers_needed: event.volunteers_needed,
        volunteers_registered: 0,
        wanted_skills: wanted_skills.into_values().collect(),
        additional_info: event.additional_info,
        completed_at: None,
        cancelled_at: None,
        cancel_reason: None,
        cancel_note: None,
        version: 1,
        created_at: writing.now,
        updated_at: writing.now,
    })
}

/// The slug made of title and date, numbered when other events have it. All that begin alike are read at once.
pub(super) fn free_slug(transaction: &Transaction<'_>, base: &str, own: Option<EventId>) -> Result<EventSlug> {
    // '-' sorts before '.', so this range is the base itself and everything that begins with "base-".
    let taken = transaction.all(
        "SELECT slug FROM events WHERE (slug = ?1 OR (slug > ?1 || '-' AND slug < ?1 || '.')) AND id IS NOT ?2",
        params![base, own],
        |row| row.get::<String>("slug"),
    )?;
    let mut number = 1;
    let mut slug = base.to_owned();
    while taken.contains(&slug) {
        number += 1;
        slug = numbered(base, number);
    }
    Ok(EventSlug::stored(slug))
}

/// Notes that an event asks for a skill.
pub(super) fn want(transaction: &Transaction<'_>, event: EventId, skill: SkillId) -> Result<()> {
    let sql = "INSERT INTO event_skills (event_id, skill_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    transaction.execute(sql, params![event, skill])?;
    Ok(())
}

/// The tenant's school of this name or alias, whatever its case and accents. What is not even a line of text was noted already.
pub(super) fn find_school(transaction: &Transaction<'_>, name: Option<&str>, problems: &mut Problems) -> Result<Option<School>> {
    let Some(name) = name.and_then(|name| text::line(name, TITLE_MAX).ok().flatten()) else { return Ok(None) };
    let mut found = transaction.all(
        "SELECT id, name FROM schools WHERE folded_name = ?1
         UNION SELECT s.id, s.name FROM school_aliases a JOIN schools s ON s.id = a.school_id WHERE a.folded_alias = ?1 LIMIT 2",
        params![fold(&name)],
        |row| Ok(School { id: row.get("id")?, name: row.get("name")? }),
    )?;
    match found.len() {
        0 => {
            problems.note(
                "school",
                Problem::new("UNKNOWN_SCHOOL", "is not one of this tenant's schools: leave it out, or add the school first"),
            );
        }
        1 => return Ok(found.pop()),
        _ => problems.note("school", Problem::new("AMBIGUOUS", "names more than one of this tenant's schools: use the full name")),
    }
    Ok(None)
}

pub(super) struct Skill {
    pub(super) id: SkillId,
    pub(super) name: String,
    pub(super) folded_name: String,
}

/// The skill of this name or alias; a new one becomes the tenant's own.
pub(super) fn skill(transaction: &Transaction<'_>, name: &str) -> Result<Skill> {
    let folded = fold(name);
    let known = transaction.first(
        "SELECT id, name, folded_name FROM skills WHERE folded_name = ?1
         UNION ALL SELECT k.id, k.name, k.folded_name FROM skill_aliases a JOIN skills k ON k.id = a.skill_id WHERE a.folded_alias = ?1",
        params![folded],
        |row| Ok(Skill { id: row.get("id")?, name: row.get("name")?, folded_name: row.get("folded_name")? }),
    )?;
    if let Some(known) = known {
        return Ok(known);
    }
    let sql = "INSERT INTO skills (name, folded_name, source) VALUES (?1, ?2, 'own')";
    Ok(Skill { id: SkillId::new(transaction.insert(sql, params![name, folded])?), name: name.to_owned(), folded_name: folded })
}
