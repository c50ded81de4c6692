//! Reading events from the database.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{Event, School};
use crate::error::Result;
use crate::store::Row;
use crate::store::dialect::json_list;
use crate::tenant::settings::json;
use crate::types::{LocalTime, TimeZone};

/// The columns of an event, in the order the mapper asks for them.
macro_rules! columns {
    () => {
        concat!(
            "e.id, e.slug, e.title, e.description, e.event_type, e.format, e.status, e.time_zone, e.starts_at_local, e.starts_at,
         e.ends_at_local, e.ends_at, e.registration_deadline_local, e.registration_deadline, e.location,
         e.school_id, s.name AS school_name, e.volunteers_needed, e.volunteers_registered,
         CASE WHEN EXISTS (SELECT 1 FROM event_skills w WHERE w.event_id = e.id) THEN
             ",
            json_list!("name" of "SELECT k.name FROM event_skills w JOIN skills k ON k.id = w.skill_id
                                  WHERE w.event_id = e.id ORDER BY k.folded_name"),
            " END AS wanted_skills,
         e.additional_info, e.completed_at, e.cancelled_at, e.cancel_reason, e.cancel_note, e.version, e.created_at, e.updated_at
         FROM events e LEFT JOIN schools s ON s.id = e.school_id"
        )
    };
}

/// `columns FROM events`, to be put between SELECT and WHERE.
pub(crate) const COLUMNS: &str = columns!();
pub(super) const BY_ID: &str = concat!("SELECT ", columns!(), " WHERE e.id = ?1");
pub(super) const BY_SLUG: &str = concat!("SELECT ", columns!(), " WHERE e.slug = ?1");

/// One row of [`COLUMNS`].
pub(crate) fn event(row: &Row<'_, '_>) -> Result<Event> {
    let id = row.get("id")?;
    let slug = row.get("slug")?;
    let title = row.get("title")?;
    let description = row.get("description")?;
    let event_type = row.get("event_type")?;
    let format = row.get("format")?;
    let status = row.get("status")?;
    let zone: TimeZone = row.get("time_zone")?;
    let starts_at = LocalTime { local: row.get("starts_at_local")?, zone, instant: row.get("starts_at")? };
    let ends_at = time(row, zone, "ends_at_local", "ends_at")?;
    let registration_deadline = time(row, zone, "registration_deadline_local", "registration_deadline")?;
    let location = row.get("location")?;
    let school = match row.get::<Option<_>>("school_id")? {
        Some(id) => Some(School { id, name: row.get("school_name")? }),
        None => None,
    };
    Ok(Event {
        id,
        slug,
        title,
        description,
        event_type,
        format,
        status,
        starts_at,
        ends_at,
        registration_deadline,
        location,
        school,
        volunteers_needed: row.get("volunteers_needed")?,
        volunteers_registered: row.get("volunteers_registered")?,
        wanted_skills: if row.get::<Option<String>>("wanted_skills")?.is_some() { json(row, "wanted_skills")? } else { Vec::new() },
        additional_info: row.get("additional_info")?,
        completed_at: row.get("completed_at")?,
        cancelled_at: row.get("cancelled_at")?,
        cancel_reason: row.get("cancel_reason")?,
        cancel_note: row.get("cancel_note")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn time(row: &Row<'_, '_>, zone: TimeZone, local: &str, instant: &str) -> Result<Option<LocalTime>> {
    let local: Option<NaiveDateTime> = row.get(local)?;
    let instant: Option<DateTime<Utc>> = row.get(instant)?;
    Ok(local.zip(instant).map(|(local, instant)| LocalTime { local, zone, instant }))
}
