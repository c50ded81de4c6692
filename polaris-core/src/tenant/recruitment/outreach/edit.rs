//! Following up on outreach.

use serde_json::json;

use super::draft::{OutreachEdit, check_edit};
use super::log::{LoggedOutreach, told};
use super::{Outreach, OutreachAttempt, roster, row};
use crate::accounts::administration::{put, put_or_clear};
use crate::audit::Entry;
use crate::error::{Error, Problems, Result};
use crate::operations::OUTREACH_EDIT;
use crate::tenant::rosters::Occasion;
use crate::tenant::volunteers::{self, refuse_stale};
use crate::types::OutreachId;

impl Outreach<'_> {
    /// Changes outreach, which counts as a follow-up. Another outcome than before does to the event's roster what it does when
    /// [logged](Self::log); the same one does nothing there. `version` is the one that was read, if the caller wants to be told that somebody
    /// else was faster.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::OutreachNotFound`]; [`Error::Conflict`] for a stale version, and as when logging;
    /// [`Error::EventFull`]; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn edit(&self, outreach: OutreachId, edit: &OutreachEdit, version: Option<u32>) -> Result<LoggedOutreach> {
        self.handle.write(&OUTREACH_EDIT, |writing| {
            let (transaction, now) = (writing.transaction, writing.now);
            let mut problems = Problems::default();
            let checked = check_edit(edit, &mut problems, writing.settings.time_zone, now);
            problems.finish()?;
            let checked = checked.ok_or(Error::Internal)?;
            let before = row::find(transaction, outreach)?.outreach;
            refuse_stale("outreach", version, before.version)?;
            let followed_up_at = Some(now);
            let mut after = OutreachAttempt { version: before.version + 1, updated_at: now, followed_up_at, ..before.clone() };
            put(&checked.method, &mut after.method);
            put(&checked.outcome, &mut after.outcome);
            put_or_clear(&checked.notes, &mut after.notes);
            put(&checked.attempted_at, &mut after.attempted_at);
            row::update(transaction, &after)?;
            let placed = if after.outcome == before.outcome {
                None
            } else {
                let occasion = Occasion::find(transaction, &after.event_id.into())?;
                let volunteer = volunteers::find_to_change(transaction, &after.volunteer_id.into())?;
                roster::follow(writing, &occasion, &volunteer, after.outcome, edit.over_capacity)?
            };
            let changed = [
                ("method", before.method != after.method),
                ("outcome", before.outcome != after.outcome),
                ("notes", before.notes != after.notes),
                ("attempted_at", before.attempted_at != after.attempted_at),
            ];
            let fields: Vec<_> = changed.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect();
            let mut details = json!({ "outreach": after.id, "volunteer": after.volunteer_id, "fields": fields });
            if before.outcome != after.outcome {
                details["outcome"] = json!({ "from": before.outcome, "to": after.outcome });
                details["roster"] = told(placed.as_ref());
            }
            let entry = Entry::of("event", after.event_id, details);
            Ok((LoggedOutreach { outreach: after, placed }, entry))
        })
    }
}
