//! Places on rosters, read from the database and written to it.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{EventBrief, Participation};
use crate::error::Result;
use crate::store::{Row, Transaction, params};
use crate::types::{EventId, LocalTime, ParticipationId, TimeZone, VolunteerId};

/// The columns of a place on a roster, of `participations p`.
macro_rules! participation_columns {
    () => {
        "p.id, p.event_id, p.volunteer_id, p.status, p.type, p.notes, p.has_invite, p.signed_up_at, p.invited_at, p.waitlisted_at, p.confirmed_at,
         p.declined_at, p.attended_at, p.no_show_at, p.minutes, p.version, p.created_at, p.updated_at"
    };
}
pub(crate) use participation_columns;

const BY_PAIR: &str = concat!("SELECT ", participation_columns!(), " FROM participations p WHERE p.event_id = ?1 AND p.volunteer_id = ?2");

/// One row of `participation_columns!`.
pub(crate) fn participation(row: &Row<'_, '_>) -> Result<Participation> {
    Ok(Participation {
        id: row.get("id")?,
        event_id: row.get("event_id")?,
        volunteer_id: row.get("volunteer_id")?,
        status: row.get("status")?,
        participation_type: row.get("type")?,
        notes: row.get("notes")?,
        has_invite: row.get("has_invite")?,
        signed_up_at: row.get("signed_up_at")?,
        invited_at: row.get("invited_at")?,
        waitlisted_at: row.get("waitlisted_at")?,
        confirmed_at: row.get("confirmed_at")?,
        declined_at: row.get("declined_at")?,
        attended_at: row.get("attended_at")?,
        no_show_at: row.get("no_show_at")?,
        minutes: row.get("minutes")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// An event beside a place on its roster: `event_id`, `slug`, `title`, `event_status`, its times and `location`.
pub(crate) fn brief(row: &Row<'_, '_>) -> Result<EventBrief> {
    let id = row.get("event_id")?;
    let slug = row.get("slug")?;
    let title = row.get("title")?;
    let status = row.get("event_status")?;
    let zone: TimeZone = row.get("time_zone")?;
    let starts_at = LocalTime { local: row.get("starts_at_local")?, zone, instant: row.get("starts_at")? };
    let (local, instant): (Option<NaiveDateTime>, Option<DateTime<Utc>>) = (row.get("ends_at_local")?, row.get("ends_at")?);
    let ends_at = local.zip(instant).map(|(local, instant)| LocalTime { local, zone, instant });
    Ok(EventBrief { id, slug, title, status, starts_at, ends_at, location: row.get("location")? })
}

/// The volunteer's place on the event's roster, if they have one.
pub(crate) fn find(transaction: &Transaction<'_>, event: EventId, volunteer: VolunteerId) -> Result<Option<Participation>> {
    transaction.first(BY_PAIR, params![event, volunteer], participation)
}

const INSERT: &str = "
    INSERT INTO participations (event_id, volunteer_id, status, type, notes, signed_up_at, invited_at, waitlisted_at, confirmed_at,
                                declined_at, attended_at, no_show_at, minutes, has_invite, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";

/// Writes a new place on a roster, and gives its number.
pub(crate) fn insert(transaction: &Transaction<'_>, new: &Participation) -> Result<ParticipationId> {
    Ok(ParticipationId::new(transaction.insert(
        INSERT,
        params![
            new.event_id,
            new.volunteer_id,
            new.status,
            new.participation_type,
            new.notes,
            new.signed_up_at,
            new.invited_at,
            new.waitlisted_at,
            new.confirmed_at,
            new.declined_at,
            new.attended_at,
            new.no_show_at,
            new.minutes,
            new.has_invite,
            new.created_at,
            new.updated_at,
        ],
    )?))
}

const UPDATE: &str = "
    UPDATE participations
    SET status = ?2, type = ?3, notes = ?4, signed_up_at = ?5, invited_at = ?6, waitlisted_at = ?7, confirmed_at = ?8, declined_at = ?9,
        attended_at = ?10, no_show_at = ?11, minutes = ?12, has_invite = ?13, version = version + 1, updated_at = ?14
    WHERE id = ?1";

/// Writes a place as it is now, with the next version.
pub(crate) fn update(transaction: &Transaction<'_>, after: &Participation) -> Result<()> {
    transaction.execute(
        UPDATE,
        params![
            after.id,
            after.status,
            after.participation_type,
            after.notes,
            after.signed_up_at,
            after.invited_at,
            after.waitlisted_at,
            after.confirmed_at,
            after.declined_at,
            after.attended_at,
            after.no_show_at,
            after.minutes,
            after.has_invite,
            after.updated_at,
        ],
    )?;
    Ok(())
}
