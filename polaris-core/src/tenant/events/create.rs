//! E1: creating an event.

use serde_json::json;

use super::draft::{CheckedEvent, NewEvent, check};
use super::{Event, Events, row};
use crate::audit::Entry;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::EVENTS_CREATE;
use crate::store::{Transaction, params};
use crate::tenant::handle::Writing;
use crate::types::fold::fold;
use crate::types::text::{self, TITLE_MAX};
use crate::types::{EventId, EventSlug, EventStatus, SchoolId, SkillId, event_slug, numbered};

const INSERT: &str = "
    INSERT INTO events (slug, title, description, event_type, format, status, time_zone, starts_at_local, starts_at,
                        ends_at_local, ends_at, registration_deadline_local, registration_deadline, location, school_id,
                        volunteers_needed, additional_info, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?18)";

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
            let checked = check(&draft, writing.settings.time_zone, &mut problems);
            let school = find_school(writing.transaction, draft.school.as_deref(), &mut problems)?;
            problems.finish()?;
            let checked = checked.ok_or(Error::Internal)?;
            let id = insert(writing, &checked, school)?;
            let event = writing.transaction.first(row::BY_ID, params![id], row::event)?.ok_or(Error::Internal)?;
            let details = json!({ "slug": event.slug, "status": event.status });
            Ok((event, Entry::of("event", id, details)))
        })
    }
}

fn insert(writing: &Writing<'_>, event: &CheckedEvent, school: Option<SchoolId>) -> Result<EventId> {
    let transaction = writing.transaction;
    let id = EventId::new(transaction.insert(
        INSERT,
        params![
            free_slug(transaction, event)?,
            event.title,
            event.description,
            event.event_type,
            event.format,
            EventStatus::Draft,
            event.starts_at.zone,
            event.starts_at.local,
            event.starts_at.instant,
            event.ends_at.map(|end| end.local),
            event.ends_at.map(|end| end.instant),
            event.registration_deadline.map(|deadline| deadline.local),
            event.registration_deadline.map(|deadline| deadline.instant),
            event.location,
            school,
            event.volunteers_needed,
            event.additional_info,
            writing.now,
        ],
    )?);
    for name in &event.wanted_skills {
        let skill = skill(transaction, name)?;
        transaction.execute("INSERT INTO event_skills (event_id, skill_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING", params![id, skill])?;
    }
    Ok(id)
}

/// The slug made of title and date, numbered when others have it. All that begin alike are read at once.
fn free_slug(transaction: &Transaction<'_>, event: &CheckedEvent) -> Result<EventSlug> {
    let base = event_slug(&event.title, event.starts_at.local.date());
    // '-' sorts before '.', so this range is the base itself and everything that begins with "base-".
    let taken =
        transaction.all("SELECT slug FROM events WHERE slug = ?1 OR (slug > ?1 || '-' AND slug < ?1 || '.')", params![base], |row| {
            row.get::<String>("slug")
        })?;
    let mut number = 1;
    let mut slug = base.clone();
    while taken.contains(&slug) {
        number += 1;
        slug = numbered(&base, number);
    }
    Ok(EventSlug::stored(slug))
}

/// The tenant's school of this name or alias, whatever its case and accents. What is not even a line of text was noted already.
fn find_school(transaction: &Transaction<'_>, name: Option<&str>, problems: &mut Problems) -> Result<Option<SchoolId>> {
    let Some(name) = name.and_then(|name| text::line(name, TITLE_MAX).ok().flatten()) else { return Ok(None) };
    let found = transaction.all(
        "SELECT id FROM schools WHERE folded_name = ?1
         UNION SELECT school_id AS id FROM school_aliases WHERE folded_alias = ?1 LIMIT 2",
        params![fold(&name)],
        |row| row.get::<SchoolId>("id"),
    )?;
    match found.as_slice() {
        [school] => Ok(Some(*school)),
        [] => {
            problems.note(
                "school",
                Problem::new("UNKNOWN_SCHOOL", "is not one of this tenant's schools: leave it out, or add the school first"),
            );
            Ok(None)
        }
        _ => {
            problems.note("school", Problem::new("AMBIGUOUS", "names more than one of this tenant's schools: use the full name"));
            Ok(None)
        }
    }
}

/// The skill of this name or alias; a new one becomes the tenant's own.
fn skill(transaction: &Transaction<'_>, name: &str) -> Result<SkillId> {
    let folded = fold(name);
    let known = transaction.first(
        "SELECT id FROM skills WHERE folded_name = ?1 UNION ALL SELECT skill_id AS id FROM skill_aliases WHERE folded_alias = ?1",
        params![folded],
        |row| row.get("id"),
    )?;
    match known {
        Some(id) => Ok(id),
        None => Ok(SkillId::new(
            transaction.insert("INSERT INTO skills (name, folded_name, source) VALUES (?1, ?2, 'own')", params![name, folded])?,
        )),
    }
}
