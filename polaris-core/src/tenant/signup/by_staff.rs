//! What follows for those who signed up, and for those who wait, when staff change somebody's place.

use super::manage::is_to_come;
use super::{place, told};
use crate::error::{Error, Result};
use crate::store::params;
use crate::tenant::events::{Event, find};
use crate::tenant::handle::Writing;
use crate::tenant::rosters::Participation;
use crate::types::{EventRef, ParticipationStatus};

/// Follows another status that staff gave, once it is written and counted: an invite is taken back from who declined, the place that was
/// promised to who signed up and waited is told with one, and a place that became free goes to the waitlist. How many were promoted.
pub(crate) fn follow(writing: &Writing<'_>, before: &Participation, after: &mut Participation) -> Result<u32> {
    use ParticipationStatus::{Confirmed, Declined, Waitlisted};
    match (before.status, after.status) {
        (from, Declined) if from != Declined => after.has_invite &= !take_back(writing, before)?,
        (Waitlisted, Confirmed) if after.signed_up_at.is_some() => after.has_invite |= give(writing, after)?,
        _ => {}
    }
    if before.status.takes_a_place() && !after.status.takes_a_place() { place::fill(writing, after.event_id) } else { Ok(0) }
}

/// Takes the event out of the calendar of somebody who loses their place, if it stands there and they may be told; tells whether it did.
pub(crate) fn take_back(writing: &Writing<'_>, place: &Participation) -> Result<bool> {
    match concerned(writing, place)? {
        Some((event, email)) if place.has_invite => told::of_removal(writing, &event, place, &email).map(|()| true),
        _ => Ok(false),
    }
}

/// Tells somebody that the place is theirs for which they waited; tells whether it did.
fn give(writing: &Writing<'_>, place: &Participation) -> Result<bool> {
    match concerned(writing, place)? {
        Some((event, email)) => told::of_promotion(writing, &event, place, &email).map(|()| true),
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
