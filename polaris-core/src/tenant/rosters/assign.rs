//! R1: putting a volunteer on an event's roster (FR-SELFSERV-304).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::draft::{NewParticipation, check};
use super::rules::{Occasion, end};
use super::{EventBrief, Participation, Rosters, brief, count_registered, row};
use crate::audit::Entry;
use crate::error::{Error, Problems, Result};
use crate::operations::ROSTERS_ASSIGN;
use crate::store::{Transaction, params};
use crate::tenant::events::LONGER_THAN_ANY;
use crate::tenant::handle::Writing;
use crate::tenant::signup::follow_new;
use crate::tenant::volunteers::{self, Volunteer};
use crate::types::{EventRef, ParticipationStatus, ParticipationType, VolunteerId};

/// A place on a roster that was given or changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Placed {
    /// The place.
    pub participation: Participation,
    /// Other events at the same time on whose rosters the volunteer is invited, waitlisted, confirmed or attended: a warning, and no
    /// hindrance.
    pub overlaps: Vec<Overlap>,
}

/// Another event at the same time.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Overlap {
    /// The event.
    pub event: EventBrief,
    /// How the volunteer stands on its roster.
    pub status: ParticipationStatus,
}

impl Rosters<'_> {
    /// Puts an active volunteer on an event's roster, as invited or confirmed.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::EventNotFound`], [`Error::VolunteerNotFound`]; [`Error::Conflict`] for an
    /// event that is completed or cancelled, a volunteer who is deactivated, was merged into another, or stands on the roster already;
    /// [`Error::EventFull`] when confirmed for a full event without saying so; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn assign(&self, event: impl Into<EventRef>, draft: &NewParticipation) -> Result<Placed> {
        let reference = event.into();
        self.handle.write(&ROSTERS_ASSIGN, |writing| {
            let transaction = writing.transaction;
            let mut problems = Problems::default();
            let checked = check(draft, &mut problems);
            problems.finish()?;
            let checked = checked.ok_or(Error::Internal)?;
            let occasion = Occasion::find(transaction, &reference)?;
            let volunteer = volunteers::find_to_change(transaction, &checked.volunteer.into())?;
            if let Some(there) = row::find(transaction, occasion.id, volunteer.id)? {
                occasion.refuse_over()?;
                return Err(Error::Conflict(format!(
                    "volunteer {} is on this event's roster already ({}): change the status instead",
                    volunteer.id, there.status
                )));
            }
            let new = NewPlace { status: checked.status, participation_type: checked.participation_type, notes: checked.notes.clone() };
            let place = put_on_roster(writing, &occasion, &volunteer, new, draft.over_capacity)?;
            let overlaps = overlaps(transaction, &occasion, volunteer.id)?;
            let details = json!({ "volunteer": volunteer.id, "status": place.status, "type": place.participation_type });
            Ok((Placed { participation: place, overlaps }, Entry::of("event", occasion.id, details)))
        })
    }
}

/// What a new place on a roster is to be.
pub(crate) struct NewPlace {
    pub(crate) status: ParticipationStatus,
    pub(crate) participation_type: ParticipationType,
    pub(crate) notes: Option<String>,
}

/// Gives somebody who is not on the roster a place on it, by the rules of R1, and counts.
pub(crate) fn put_on_roster(
    writing: &Writing<'_>,
    occasion: &Occasion,
    volunteer: &Volunteer,
    new: NewPlace,
    over_capacity: bool,
) -> Result<Participation> {
    let (transaction, now) = (writing.transaction, writing.now);
    occasion.refuse_over()?;
    if !volunteer.active {
        return Err(Error::Conflict(format!("volunteer {} is deactivated: reactivate them first", volunteer.id)));
    }
    if new.status == ParticipationStatus::Confirmed {
        occasion.refuse_full(over_capacity)?;
    }
    let mut place = Participation {
        participation_type: new.participation_type,
        notes: new.notes,
        ..Participation::unplaced(occasion.id, volunteer.id, now)
    };
    place.become_status(new.status, now, occasion.minutes());
    place.id = row::insert(transaction, &place)?;
    if place.status.takes_a_place() {
        count_registered(transaction, occasion.id)?;
        writing.public_changed()?;
    }
    follow_new(writing, &mut place)?;
    Ok(place)
}

const MAY_OVERLAP: &str = "
    SELECT p.event_id, p.status, e.slug, e.title, e.status AS event_status, e.time_zone, e.starts_at_local, e.starts_at, e.ends_at_local,
           e.ends_at, e.location
    FROM participations p JOIN events e ON e.id = p.event_id
    WHERE p.volunteer_id = ?1 AND p.event_id <> ?2 AND p.status IN ('invited', 'waitlisted', 'confirmed', 'attended')
      AND e.status <> 'cancelled' AND e.starts_at > ?3 AND e.starts_at < ?4
    ORDER BY e.starts_at, e.id";

/// The other events at the same time that the volunteer is asked to or comes to.
pub(crate) fn overlaps(transaction: &Transaction<'_>, occasion: &Occasion, volunteer: VolunteerId) -> Result<Vec<Overlap>> {
    let earliest: DateTime<Utc> = occasion.starts_at - LONGER_THAN_ANY;
    let mut found = transaction.all(MAY_OVERLAP, params![volunteer, occasion.id, earliest, occasion.end()], |row| {
        let status = row.get("status")?;
        Ok(Overlap { event: brief(row)?, status })
    })?;
    found.retain(|other| {
        let event = &other.event;
        end(event.starts_at.instant, event.ends_at.map(|end| end.instant)) > occasion.starts_at
    });
    Ok(found)
}
