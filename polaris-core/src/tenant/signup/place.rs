//! The place on the roster that a sign-up gives, and that somebody gives up.

use super::waitlist;
use crate::error::Result;
use crate::store::params;
use crate::tenant::events::Event;
use crate::tenant::handle::Writing;
use crate::tenant::rosters::{Participation, count_registered, find_participation, insert_participation, update_participation};
use crate::types::text::NOTES_MAX;
use crate::types::{EventId, ParticipationStatus, SignupStatus, VolunteerId};

/// A place, as it was and as it is.
pub(super) struct Taken {
    pub(super) before: Option<Participation>,
    pub(super) after: Participation,
}

impl Taken {
    /// Whether the event stood in their calendar already.
    pub(super) fn had_invite(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.has_invite)
    }
}

/// Puts somebody on an event's roster as `status` says, unless they stand there better already.
pub(super) fn take(writing: &Writing<'_>, event: &Event, volunteer: VolunteerId, status: SignupStatus, notes: &[String]) -> Result<Taken> {
    use ParticipationStatus::{Attended, Confirmed, Declined, Invited, NoShow, Waitlisted};
    let (transaction, now) = (writing.transaction, writing.now);
    let to = match status {
        SignupStatus::Confirmed => Confirmed,
        SignupStatus::Waitlisted => Waitlisted,
    };
    let since = if to == Waitlisted { waitlist::turn(writing, event.id)? } else { now };
    let Some(before) = find_participation(transaction, event.id, volunteer)? else {
        let mut place = Participation { signed_up_at: Some(now), ..Participation::unplaced(event.id, volunteer, now) };
        place.become_status(to, since, 0);
        place.notes = joined(None, notes);
        place.has_invite = to == Confirmed;
        place.id = insert_participation(transaction, &place)?;
        if to == Confirmed {
            more(writing, event.id, 1)?;
        }
        return Ok(Taken { before: None, after: place });
    };
    let mut after = before.clone();
    match (before.status, to) {
        // They stand as they do, and are told so.
        (Confirmed | Attended, _) | (Waitlisted, Waitlisted) => after.signed_up_at = before.signed_up_at.or(Some(now)),
        (Waitlisted, _) => {
            after.become_status(to, since, 0);
            after.signed_up_at = before.signed_up_at.or(Some(now));
        }
        (Invited | Declined | NoShow, _) => {
            after.become_status(to, since, 0);
            after.signed_up_at = Some(now);
        }
    }
    after.has_invite |= after.status == Confirmed;
    after.notes = joined(before.notes.as_deref(), notes);
    if after != before {
        after.version += 1;
        after.updated_at = now;
        update_participation(transaction, &after)?;
    }
    if after.status.takes_a_place() && !before.status.takes_a_place() {
        more(writing, event.id, 1)?;
    }
    Ok(Taken { before: Some(before), after })
}

/// Gives somebody's place up.
pub(super) fn give_up(writing: &Writing<'_>, before: &Participation) -> Result<Participation> {
    let mut after = Participation { version: before.version + 1, updated_at: writing.now, has_invite: false, ..before.clone() };
    after.become_status(ParticipationStatus::Declined, writing.now, 0);
    update_participation(writing.transaction, &after)?;
    if before.status.takes_a_place() {
        count_registered(writing.transaction, before.event_id)?;
        writing.public_changed()?;
    }
    Ok(after)
}

/// So many more take a place. Counted by the difference: counting an event of thousands anew would make each sign-up slower than the last.
pub(super) fn more(writing: &Writing<'_>, event: EventId, people: u32) -> Result<()> {
    let sql = "UPDATE events SET volunteers_registered = volunteers_registered + ?2 WHERE id = ?1";
    writing.transaction.execute(sql, params![event, people])?;
    writing.public_changed()
}

/// Notes with what is new added, as far as there is room: who comes again and again fills nothing up.
fn joined(before: Option<&str>, new: &[String]) -> Option<String> {
    let mut notes = before.unwrap_or_default().to_owned();
    for text in new {
        if notes.contains(text.as_str()) {
            continue;
        }
        if !notes.is_empty() {
            notes.push_str("\n\n");
        }
        notes.push_str(text);
    }
    if let Some((end, _)) = notes.char_indices().nth(NOTES_MAX) {
        notes.truncate(end);
    }
    (!notes.is_empty()).then_some(notes)
}
