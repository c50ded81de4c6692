//! Logging that somebody was asked.

use serde_json::{Value, json};

use super::draft::{NewOutreach, check};
use super::{Outreach, OutreachAttempt, roster, row};
use crate::audit::Entry;
use crate::error::{Error, Problems, Result};
use crate::operations::OUTREACH_LOG;
use crate::tenant::rosters::{Occasion, Placed};
use crate::tenant::volunteers;
use crate::types::{EventRef, OutreachId};

/// Outreach that was logged or followed up.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LoggedOutreach {
    /// The outreach.
    pub outreach: OutreachAttempt,
    /// The place on the event's roster that this gave or changed, if it did.
    pub placed: Option<Placed>,
}

impl Outreach<'_> {
    /// Logs that a volunteer was asked to come to an event. Who confirmed comes on its roster as confirmed, by the rules of rosters; who is
    /// confirmed there, attended or was a no-show stays so. Who declined and is invited is marked as declined there.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::EventNotFound`], [`Error::VolunteerNotFound`]; [`Error::Conflict`] for a
    /// volunteer who was merged into another, and for one who confirmed but is deactivated, or whose event is completed or cancelled;
    /// [`Error::EventFull`] when they confirmed for a full event without saying so; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn log(&self, event: impl Into<EventRef>, draft: &NewOutreach) -> Result<LoggedOutreach> {
        let reference = event.into();
        self.handle.write(&OUTREACH_LOG, |writing| {
            let (transaction, now) = (writing.transaction, writing.now);
            let mut problems = Problems::default();
            let checked = check(draft, &mut problems, writing.settings.time_zone, now);
            problems.finish()?;
            let checked = checked.ok_or(Error::Internal)?;
            let occasion = Occasion::find(transaction, &reference)?;
            let volunteer = volunteers::find_to_change(transaction, &checked.volunteer.into())?;
            let mut outreach = OutreachAttempt {
                id: OutreachId::new(0),
                event_id: occasion.id,
                volunteer_id: volunteer.id,
                method: checked.method,
                outcome: checked.outcome,
                notes: checked.notes.clone(),
                attempted_at: checked.attempted_at,
                followed_up_at: None,
                mail_id: None,
                author: self.author(),
                version: 1,
                created_at: now,
                updated_at: now,
            };
            outreach.id = row::insert(transaction, &outreach)?;
            let placed = roster::follow(writing, &occasion, &volunteer, outreach.outcome, draft.over_capacity)?;
            let mut details = json!({
                "outreach": outreach.id,
                "volunteer": volunteer.id,
                "method": outreach.method,
                "outcome": outreach.outcome,
            });
            details["roster"] = told(placed.as_ref());
            Ok((LoggedOutreach { outreach, placed }, Entry::of("event", occasion.id, details)))
        })
    }
}

/// What became of the roster, for the audit log.
pub(super) fn told(placed: Option<&Placed>) -> Value {
    placed.map_or(Value::Null, |placed| json!(placed.participation.status))
}
