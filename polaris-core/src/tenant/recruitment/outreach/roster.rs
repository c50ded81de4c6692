//! What the outcome of outreach does to the event's roster, by the rules of rosters (R1, R2).

use crate::error::Result;
use crate::tenant::handle::Writing;
use crate::tenant::rosters::{NewPlace, Occasion, Placed, find_participation, overlaps, put_on_roster, step};
use crate::tenant::volunteers::Volunteer;
use crate::types::{EventStatus, OutreachOutcome, ParticipationStatus, ParticipationType};

/// Does it, and tells the place that was given or changed, if one was.
///
/// Who confirmed comes on the roster as confirmed; who stands there so, or was there, or was missed there, stays as they are: what was seen
/// says more than what was promised. Who declined is marked so if they are no more than invited.
pub(super) fn follow(
    writing: &Writing<'_>,
    occasion: &Occasion,
    volunteer: &Volunteer,
    outcome: OutreachOutcome,
    over_capacity: bool,
) -> Result<Option<Placed>> {
    use ParticipationStatus::{Attended, Confirmed, Declined, Invited, NoShow};
    let there = find_participation(writing.transaction, occasion.id, volunteer.id)?;
    match (outcome, there) {
        (OutreachOutcome::Confirmed, None) => {
            let new = NewPlace { status: Confirmed, participation_type: ParticipationType::Volunteer, notes: None };
            let participation = put_on_roster(writing, occasion, volunteer, new, over_capacity)?;
            let overlaps = overlaps(writing.transaction, occasion, volunteer.id)?;
            Ok(Some(Placed { participation, overlaps }))
        }
        (OutreachOutcome::Confirmed, Some(place)) if !matches!(place.status, Confirmed | Attended | NoShow) => {
            occasion.refuse_over()?;
            let participation = step(writing, occasion, &place, Confirmed, over_capacity)?;
            let overlaps = overlaps(writing.transaction, occasion, volunteer.id)?;
            Ok(Some(Placed { participation, overlaps }))
        }
        // The roster of a cancelled event stays as it is; that somebody declined is worth noting all the same.
        (OutreachOutcome::Declined, Some(place)) if place.status == Invited && occasion.status != EventStatus::Cancelled => {
            let participation = step(writing, occasion, &place, Declined, false)?;
            Ok(Some(Placed { participation, overlaps: Vec::new() }))
        }
        _ => Ok(None),
    }
}
