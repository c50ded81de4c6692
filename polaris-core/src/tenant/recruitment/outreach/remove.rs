//! Removing outreach that was logged by mistake.

use serde_json::json;

use super::{Outreach, row};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::operations::OUTREACH_REMOVE;
use crate::store::params;
use crate::tenant::volunteers::refuse_stale;
use crate::types::OutreachId;

impl Outreach<'_> {
    /// Removes outreach that was logged by mistake, for good. The event's roster stays as it is: what the outcome did there is undone there.
    /// What was asked by a mail of Polaris is no mistake and stays.
    ///
    /// # Errors
    ///
    /// [`Error::OutreachNotFound`]; [`Error::Conflict`] for a stale version, and where Polaris wrote the mail; [`Error::Forbidden`],
    /// [`Error::FeatureDisabled`].
    pub fn remove(&self, outreach: OutreachId, version: Option<u32>) -> Result<()> {
        self.handle.write(&OUTREACH_REMOVE, |writing| {
            let before = row::find(writing.transaction, outreach)?.outreach;
            refuse_stale("outreach", version, before.version)?;
            if before.mail_id.is_some() {
                let why = "this outreach was made by mail, which tells of itself: set its outcome instead";
                return Err(Error::Conflict(why.to_owned()));
            }
            writing.transaction.execute("DELETE FROM outreach WHERE id = ?1", params![outreach])?;
            let details = json!({ "outreach": outreach, "volunteer": before.volunteer_id, "outcome": before.outcome });
            Ok(((), Entry::of("event", before.event_id, details)))
        })
    }
}
