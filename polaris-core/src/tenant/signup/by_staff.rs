//! What follows for those who signed up, and for those who wait, when staff change somebody's place.

use super::manage::is_to_come;
use super::{told, waitlist};
use crate::error::{Error, Result};
use crate::store::params;
use crate::tenant::events::{Event, find};
use crate::tenant::handle::Writing;
use crate::tenant::rosters::Participation;
use crate::types::{EventRef, ParticipationStatus};

/// Follows another status that staff gave, once it is written and counted: who declined is told if they had an invite, which is taken back, or
/// signed up and waited; who signed up or was told of a place before is told with one that they have it; and a place that became free goes to
/// the waitlist. How many were promoted.
pub(crate) fn follow(writing: &Writing<'_>, before: &Participation, after: &mut Participation) -> Result<u32> {
    use ParticipationStatus::{Confirmed, Declined, Invited, Waitlisted};
    match (before.status, after.status) {
        (from, Declined) if from != Declined => {
            take_back(writing, before)?;
            if before.has_invite {
                // Also of one who can't be told: no later message about it is owed to them.
                after.has_invite = false;
                writing.transaction.execute("UPDATE participations SET has_invite = 0 WHERE id = ?1", params![after.id])?;
            }
        }
        (Waitlisted, Confirmed) if was_told(writing, after)? => after.has_invite |= give(writing, after)?,
        (Declined | Invited, Confirmed) if was_told(writing, after)? => after.has_invite |= give_again(writing, after)?,
        _ => {}
    }
    if before.status.takes_a_place() && !after.status.takes_a_place() { waitlist::fill(writing, after.event_id) } else { Ok(0) }
}

/// Follows a new place that staff gave, once it is written and counted: who was told of one there before, which was taken back, is told.
pub(crate) fn follow_new(writing: &Writing<'_>, place: &mut Participation) -> Result<()> {
    if place.status == ParticipationStatus::Confirmed && was_told(writing, place)? {
        place.has_invite |= give_again(writing, place)?;
    }
    Ok(())
}

/// Tells somebody who loses their place, or who signed up and waits no more, if they may be told; the event leaves their calendar if it
/// stands there. Who was put on the waitlist by staff alone knows nothing of it from here.
pub(crate) fn take_back(writing: &Writing<'_>, place: &Participation) -> Result<()> {
    let waits = place.status == ParticipationStatus::Waitlisted && place.signed_up_at.is_some();
    if !place.has_invite && !waits {
        return Ok(());
    }
    match concerned(writing, place)? {
        Some((event, email)) => told::of_removal(writing, &event, place, &email),
        None => Ok(()),
    }
}

/// Tells somebody that the place is theirs for which they waited; tells whether it did.
pub(crate) fn give(writing: &Writing<'_>, place: &Participation) -> Result<bool> {
    match concerned(writing, place)? {
        Some((event, email)) => told::of_promotion(writing, &event, place, &email).map(|()| true),
        None => Ok(false),
    }
}

/// Whether somebody signed up, or was told of a place by an invite: what they know of it no longer holds when they are confirmed again. Who
/// was put on the roster by staff alone hears of it from them.
fn was_told(writing: &Writing<'_>, place: &Participation) -> Result<bool> {
    let sql = "SELECT 1 AS one FROM invites WHERE event_id = ?1 AND volunteer_id = ?2";
    let invited = || writing.transaction.first(sql, params![place.event_id, place.volunteer_id], |row| row.get::<i64>("one"));
    Ok(place.signed_up_at.is_some() || invited()?.is_some())
}

/// Tells somebody that they have a place after all; tells whether it did.
fn give_again(writing: &Writing<'_>, place: &Participation) -> Result<bool> {
    match concerned(writing, place)? {
        Some((event, email)) => told::of_confirming(writing, &event, place, &email).map(|()| true),
        None => Ok(false),
    }
}

/// The event, while it is to come, and the address at which somebody may be told of it. Who asked not to be contacted is told of a sign-up
/// of their own alone (M3).
fn concerned(writing: &Writing<'_>, place: &Participation) -> Result<Option<(Event, String)>> {
    let event = find(writing.transaction, &EventRef::Id(place.event_id))?.ok_or(Error::EventNotFound)?;
    if !is_to_come(&event, writing.now) {
        return Ok(None);
    }
    let sql = "SELECT email FROM volunteers WHERE id = ?1 AND (do_not_contact = 0 OR ?2)";
    let own = place.signed_up_at.is_some();
    let email: Option<String> = writing.transaction.first(sql, params![place.volunteer_id, own], |row| row.get("email"))?.flatten();
    Ok(email.map(|email| (event, email)))
}
