//! R2, R3: a place on a roster gets another status, type, notes or hours (FR-SELFSERV-304, 305).

use serde_json::{Value, json};

use super::assign::{Placed, overlaps};
use super::draft::{ParticipationEdit, check_edit};
use super::rules::Occasion;
use super::{Participation, Rosters, count_registered, row};
use crate::accounts::administration::put_or_clear;
use crate::audit::Entry;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::ROSTERS_EDIT;
use crate::tenant::signup::{follow, turn};
use crate::tenant::volunteers::{self, refuse_stale};
use crate::types::{EventRef, ParticipationStatus, Patch, VolunteerRef};

impl Rosters<'_> {
    /// Changes a volunteer's place on an event's roster; one that becomes free goes to the first on the waitlist. Who is declined
    /// is told if they have a calendar invite, which is taken back, or signed up and waited; who signed up, waited or declined, and is
    /// confirmed, is told with an invite. `version` is the one that was read, if the caller wants to be told that somebody else was faster.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field, also for minutes of one who did not attend; [`Error::EventNotFound`],
    /// [`Error::VolunteerNotFound`], [`Error::ParticipationNotFound`]; [`Error::Conflict`] for a stale version and a cancelled event;
    /// [`Error::InvalidTransition`] for a status that may not follow, or attendance before the event's start; [`Error::EventFull`] when
    /// confirmed for a full event without saying so; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn edit(
        &self,
        event: impl Into<EventRef>,
        volunteer: impl Into<VolunteerRef>,
        edit: &ParticipationEdit,
        version: Option<u32>,
    ) -> Result<Placed> {
        let (reference, named) = (event.into(), volunteer.into());
        self.handle.write(&ROSTERS_EDIT, |writing| {
            let (transaction, now) = (writing.transaction, writing.now);
            let mut problems = Problems::default();
            let checked = check_edit(edit, &mut problems);
            problems.finish()?;
            let checked = checked.ok_or(Error::Internal)?;
            let occasion = Occasion::find(transaction, &reference)?;
            let volunteer = volunteers::find_to_change(transaction, &named)?.id;
            let before = row::find(transaction, occasion.id, volunteer)?.ok_or(Error::ParticipationNotFound)?;
            refuse_stale("place on the roster", version, before.version)?;
            let mut after = Participation { version: before.version + 1, updated_at: now, ..before.clone() };
            match checked.status {
                Some(to) => {
                    occasion.allow(before.status, to, now, edit.over_capacity)?;
                    let since = if to == ParticipationStatus::Waitlisted { turn(writing, occasion.id)? } else { now };
                    after.become_status(to, since, occasion.minutes());
                }
                None => occasion.refuse_cancelled()?,
            }
            if let Some(participation_type) = checked.participation_type {
                after.participation_type = participation_type;
            }
            put_or_clear(&checked.notes, &mut after.notes);
            match checked.minutes {
                Patch::Keep => {}
                Patch::Set(_) if after.status != ParticipationStatus::Attended => {
                    let problem = Problem::new("NOT_ATTENDED", "can only be said of who attended: set the status to attended with it");
                    return Err(Error::invalid("minutes", problem));
                }
                Patch::Set(minutes) => after.minutes = Some(minutes),
                Patch::Clear => after.minutes = (after.status == ParticipationStatus::Attended).then(|| occasion.minutes()),
            }
            row::update(transaction, &after)?;
            if before.status.takes_a_place() != after.status.takes_a_place() {
                count_registered(transaction, occasion.id)?;
                writing.public_changed()?;
            }
            let promoted = follow(writing, &before, &mut after)?;
            let overlaps = if checked.status.is_some_and(|status| status == ParticipationStatus::Confirmed) {
                overlaps(transaction, &occasion, volunteer)?
            } else {
                Vec::new()
            };
            let mut details = details(&before, &after);
            if before.status.takes_a_place() && !after.status.takes_a_place() {
                details["promoted"] = json!(promoted);
            }
            let entry = Entry::of("event", occasion.id, details);
            Ok((Placed { participation: after, overlaps }, entry))
        })
    }
}

/// Whose place, which fields, and the statuses: none of it is personal but for the number, which says nothing outside.
fn details(before: &Participation, after: &Participation) -> Value {
    let changed = [
        ("status", before.status != after.status),
        ("participation_type", before.participation_type != after.participation_type),
        ("notes", before.notes != after.notes),
        ("minutes", before.minutes != after.minutes),
    ];
    let fields: Vec<_> = changed.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect();
    let mut details = json!({ "volunteer": after.volunteer_id, "fields": fields });
    if before.status != after.status {
        details["status"] = json!({ "from": before.status, "to": after.status });
    }
    details
}
