//! R2: what a step from one status to the next does to stamps and hours. Which step is allowed is [`ParticipationStatus::next`].

use chrono::{DateTime, Utc};

use super::rules::Occasion;
use super::{Participation, count_registered, row};
use crate::error::Result;
use crate::tenant::handle::Writing;
use crate::tenant::signup::follow;
use crate::types::{EventId, ParticipationId, ParticipationStatus, ParticipationType, VolunteerId};

/// Takes the step to another status, by the rules of R2, counts, and tells whom it concerns.
pub(crate) fn step(
    writing: &Writing<'_>,
    occasion: &Occasion,
    before: &Participation,
    to: ParticipationStatus,
    over_capacity: bool,
) -> Result<Participation> {
    let (transaction, now) = (writing.transaction, writing.now);
    occasion.allow(before.status, to, now, over_capacity)?;
    let mut after = Participation { version: before.version + 1, updated_at: now, ..before.clone() };
    after.become_status(to, now, occasion.minutes());
    row::update(transaction, &after)?;
    if before.status.takes_a_place() != after.status.takes_a_place() {
        count_registered(transaction, occasion.id)?;
        writing.public_changed()?;
    }
    // None of these steps frees a place.
    follow(writing, before, &mut after)?;
    Ok(after)
}

impl Participation {
    /// A place that is not stored yet and has no stamps.
    pub(crate) fn unplaced(event: EventId, volunteer: VolunteerId, now: DateTime<Utc>) -> Self {
        Self {
            id: ParticipationId::new(0),
            event_id: event,
            volunteer_id: volunteer,
            status: ParticipationStatus::Invited,
            participation_type: ParticipationType::Volunteer,
            notes: None,
            has_invite: false,
            signed_up_at: None,
            invited_at: None,
            waitlisted_at: None,
            confirmed_at: None,
            declined_at: None,
            attended_at: None,
            no_show_at: None,
            minutes: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Puts another status: stamps it, and clears the stamps it contradicts. Who attended gets the event's minutes; who didn't, none.
    pub(crate) fn become_status(&mut self, to: ParticipationStatus, now: DateTime<Utc>, event_minutes: u32) {
        use ParticipationStatus::{Attended, Confirmed, Declined, Invited, NoShow, Waitlisted};
        self.status = to;
        self.minutes = (to == Attended).then_some(event_minutes);
        let stamps: [(ParticipationStatus, &mut Option<DateTime<Utc>>); 6] = [
            (Invited, &mut self.invited_at),
            (Waitlisted, &mut self.waitlisted_at),
            (Confirmed, &mut self.confirmed_at),
            (Declined, &mut self.declined_at),
            (Attended, &mut self.attended_at),
            (NoShow, &mut self.no_show_at),
        ];
        for (status, stamp) in stamps {
            if status == to {
                // Who is confirmed again because a mark was a mistake, was so all the time; who is invited again, only now.
                *stamp = if to == Confirmed { stamp.or(Some(now)) } else { Some(now) };
            } else if !may_precede(status, to) {
                *stamp = None;
            }
        }
    }
}

/// Whether it can still be true that somebody was `earlier` now that they are `present`.
fn may_precede(earlier: ParticipationStatus, present: ParticipationStatus) -> bool {
    use ParticipationStatus::{Attended, Confirmed, Declined, Invited, NoShow, Waitlisted};
    match present {
        // Asked anew: whatever was before is over.
        Invited => false,
        Waitlisted | Declined => earlier == Invited,
        Confirmed => matches!(earlier, Invited | Waitlisted),
        Attended | NoShow => matches!(earlier, Invited | Waitlisted | Confirmed),
    }
}
