//! Those who wait for a place, and get those that become free before anybody else.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};

use super::{place, told};
use crate::error::{Error, Result};
use crate::store::{Transaction, params};
use crate::tenant::events::{Event, find};
use crate::tenant::handle::Writing;
use crate::tenant::rosters::{Participation, find_participation, update_participation};
use crate::types::{EventId, EventRef, EventStatus, ParticipationStatus, VolunteerId};

/// When somebody comes onto an event's waitlist: now, and always after the last one there. Several come within a millisecond, and
/// processes look at the clock before it is their turn to write, or have one that is behind.
pub(crate) fn turn(writing: &Writing<'_>, event: EventId) -> Result<DateTime<Utc>> {
    let sql = "SELECT max(waitlisted_at) AS last FROM participations WHERE event_id = ?1 AND status = 'waitlisted'";
    let last: Option<DateTime<Utc>> = writing.transaction.first(sql, params![event], |row| row.get("last"))?.flatten();
    Ok(last.map_or(writing.now, |last| writing.now.max(last + TimeDelta::milliseconds(1))))
}

/// Those on an event's waitlist who can be told: active, with an address, and such as may be written to about it.
macro_rules! waiting {
    ($columns:literal, $end:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM participations p JOIN volunteers v ON v.id = p.volunteer_id
              WHERE p.event_id = ?1 AND p.status = 'waitlisted' AND v.active = 1 AND v.email IS NOT NULL
                AND (v.do_not_contact = 0 OR p.signed_up_at IS NOT NULL) ",
            $end
        )
    };
}

const FIRST_WAITING: &str = waiting!("p.volunteer_id, v.email", "ORDER BY p.waitlisted_at, p.id LIMIT ?2");
/// A row where so many wait.
const SO_MANY_WAIT: &str = waiting!("1 AS one", "LIMIT 1 OFFSET ?2");

/// Whether an event has a place for whoever comes next: one of those that are free that nobody waits for.
pub(super) fn has_place_left(transaction: &Transaction<'_>, event: EventId, free: Option<u32>) -> Result<bool> {
    match free {
        None => Ok(true),
        Some(0) => Ok(false),
        Some(free) => Ok(transaction.first(SO_MANY_WAIT, params![event, free - 1], |row| row.get::<i64>("one"))?.is_none()),
    }
}

/// Gives the places that are free at an event to the first on its waitlist, and tells each; how many they were. Whatever frees a place or
/// makes one, and whatever lets somebody have one who waits, calls this in its own transaction, once it is counted: whoever signs up next
/// would overtake those who wait.
///
/// An event with more people than it wants has no place yet for another; one that is not public, or has begun, gives none away.
pub(crate) fn fill(writing: &Writing<'_>, event: EventId) -> Result<u32> {
    let event = find(writing.transaction, &EventRef::Id(event))?.ok_or(Error::EventNotFound)?;
    Ok(u32::try_from(give(writing, &event)?.len()).unwrap_or(u32::MAX))
}

/// Whether an event gives free places to those who wait.
fn gives_places(status: EventStatus, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    matches!(status, EventStatus::Published | EventStatus::Confirmed) && now < starts_at
}

/// As [`fill`], for an event as it stands: who they were.
pub(super) fn give(writing: &Writing<'_>, event: &Event) -> Result<Vec<VolunteerId>> {
    let (transaction, now) = (writing.transaction, writing.now);
    // Where no number was stated, there is a place for everybody.
    let free = event.slots_available().unwrap_or(u32::MAX);
    if free == 0 || !gives_places(event.status, event.starts_at.instant, now) {
        return Ok(Vec::new());
    }
    let first: Vec<(VolunteerId, String)> =
        transaction.all(FIRST_WAITING, params![event.id, free], |row| Ok((row.get("volunteer_id")?, row.get("email")?)))?;
    let mut promoted = Vec::new();
    for (volunteer, email) in first {
        let Some(before) = find_participation(transaction, event.id, volunteer)? else { continue };
        let mut after = Participation { version: before.version + 1, updated_at: now, has_invite: true, ..before };
        after.become_status(ParticipationStatus::Confirmed, now, 0);
        update_participation(transaction, &after)?;
        told::of_promotion(writing, event, &after, &email)?;
        promoted.push(volunteer);
    }
    if !promoted.is_empty() {
        place::more(writing, event.id, u32::try_from(promoted.len()).unwrap_or(u32::MAX))?;
    }
    Ok(promoted)
}

/// Events with a free place on whose waitlist somebody is.
macro_rules! wanted {
    ($who:literal) => {
        concat!(
            "SELECT DISTINCT p.event_id FROM participations p JOIN events e ON e.id = p.event_id
             WHERE p.status = 'waitlisted' AND e.status IN ('published', 'confirmed') AND e.starts_at > ?1
               AND (e.volunteers_needed = 0 OR e.volunteers_registered < e.volunteers_needed) ",
            $who,
            " ORDER BY p.event_id"
        )
    };
}

/// As [`fill`], at all events for which one volunteer waits: they can be told now, and could not before.
pub(crate) fn fill_for(writing: &Writing<'_>, volunteer: VolunteerId) -> Result<u32> {
    const WANTED: &str = wanted!("AND p.volunteer_id = ?2");
    let events: Vec<EventId> = writing.transaction.all(WANTED, params![writing.now, volunteer], |row| row.get("event_id"))?;
    fill_all(writing, &events)
}

/// As [`fill`], at all events: many who wait may be such as can be told now.
pub(crate) fn fill_everywhere(writing: &Writing<'_>) -> Result<u32> {
    const WANTED: &str = wanted!("");
    let events: Vec<EventId> = writing.transaction.all(WANTED, params![writing.now], |row| row.get("event_id"))?;
    fill_all(writing, &events)
}

/// Counts in the details of an audit entry those who were promoted, if any were.
pub(crate) fn note(details: &mut Json, promoted: u32) {
    if promoted > 0 {
        details["promoted"] = json!(promoted);
    }
}

fn fill_all(writing: &Writing<'_>, events: &[EventId]) -> Result<u32> {
    events.iter().try_fold(0, |promoted, event| Ok(promoted + fill(writing, *event)?))
}
