//! V1: deactivating and reactivating a volunteer.

use serde_json::json;

use super::{Volunteer, Volunteers, find_to_change, row};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::operations::{Operation, VOLUNTEERS_DEACTIVATE, VOLUNTEERS_REACTIVATE};
use crate::store::params;
use crate::tenant::signup::{fill_for, note_promoted};
use crate::types::VolunteerRef;

impl Volunteers<'_> {
    /// Deactivates a volunteer: they are kept with all their history, and can't be put on a roster any more. Where they stand on one, they
    /// stay.
    ///
    /// # Errors
    ///
    /// [`Error::VolunteerNotFound`]; [`Error::Conflict`] for one who is deactivated already, and for one who was merged into another;
    /// [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn deactivate(&self, volunteer: impl Into<VolunteerRef>) -> Result<Volunteer> {
        self.set_active(&VOLUNTEERS_DEACTIVATE, &volunteer.into(), false)
    }

    /// Reactivates a volunteer. Where they wait for a place and one is free, it is theirs.
    ///
    /// # Errors
    ///
    /// [`Error::VolunteerNotFound`]; [`Error::Conflict`] for one who is active, and for one who was merged into another;
    /// [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn reactivate(&self, volunteer: impl Into<VolunteerRef>) -> Result<Volunteer> {
        self.set_active(&VOLUNTEERS_REACTIVATE, &volunteer.into(), true)
    }

    fn set_active(&self, operation: &'static Operation, named: &VolunteerRef, active: bool) -> Result<Volunteer> {
        self.handle.write(operation, |writing| {
            let transaction = writing.transaction;
            let before = find_to_change(transaction, named)?;
            if before.active == active {
                let state = if active { "active" } else { "deactivated" };
                return Err(Error::Conflict(format!("this volunteer is {state} already")));
            }
            let sql = "UPDATE volunteers SET active = ?2, version = version + 1, updated_at = ?3 WHERE id = ?1";
            transaction.execute(sql, params![before.id, active, writing.now])?;
            let mut details = json!({});
            if active {
                note_promoted(&mut details, fill_for(writing, before.id)?);
            }
            Ok((row::stored(transaction, before.id)?, Entry::of("volunteer", before.id, details)))
        })
    }
}
