//! R4: taking a volunteer off an event's roster.

use serde_json::json;

use super::rules::Occasion;
use super::{Rosters, count_registered, row};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::operations::ROSTERS_REMOVE;
use crate::store::params;
use crate::tenant::signup::{fill, take_back};
use crate::tenant::volunteers::{self, refuse_stale};
use crate::types::{EventRef, ParticipationStatus, VolunteerRef};

impl Rosters<'_> {
    /// Takes a volunteer off an event's roster, as if they had never been on it; a place that becomes free goes to the first on the waitlist,
    /// and who has a calendar invite is told that it is taken back, who signed up and waits that they are off. Not while they count as attended.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`], [`Error::VolunteerNotFound`], [`Error::ParticipationNotFound`]; [`Error::Conflict`] for one who attended, a
    /// cancelled event and a stale version; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn remove(&self, event: impl Into<EventRef>, volunteer: impl Into<VolunteerRef>, version: Option<u32>) -> Result<()> {
        let (reference, named) = (event.into(), volunteer.into());
        self.handle.write(&ROSTERS_REMOVE, |writing| {
            let transaction = writing.transaction;
            let occasion = Occasion::find(transaction, &reference)?;
            let volunteer = volunteers::find_to_change(transaction, &named)?.id;
            let place = row::find(transaction, occasion.id, volunteer)?.ok_or(Error::ParticipationNotFound)?;
            refuse_stale("place on the roster", version, place.version)?;
            occasion.refuse_cancelled()?;
            if place.status == ParticipationStatus::Attended {
                let why = "they attended: if that was noted by mistake, set the status to confirmed or no_show first";
                return Err(Error::Conflict(why.to_owned()));
            }
            take_back(writing, &place)?;
            transaction.execute("DELETE FROM participations WHERE id = ?1", params![place.id])?;
            if place.status.takes_a_place() {
                count_registered(transaction, occasion.id)?;
                writing.public_changed()?;
            }
            let promoted = if place.status.takes_a_place() { fill(writing, occasion.id)? } else { 0 };
            let details = json!({ "volunteer": volunteer, "status": place.status, "promoted": promoted });
            Ok(((), Entry::of("event", occasion.id, details)))
        })
    }
}
