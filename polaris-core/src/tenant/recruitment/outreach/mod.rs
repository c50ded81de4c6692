//! Outreach (C3, C4, FR-SELFSERV-403): who was asked to come to which event, how, and what came of it; volunteers asked by mail.
//!
//! ```
//! # use std::collections::BTreeMap;
//! # use polaris_core::{Actor, NewEvent, NewOutreach, NewTenant, NewVolunteer, OutreachEdit, Patch, Polaris};
//! # use polaris_core::types::OutreachOutcome;
//! # let polaris = Polaris::in_memory()?;
//! # let features = BTreeMap::from([("recruitment".to_owned(), true)]);
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant { features, ..NewTenant::new("kckps", "Kansas City Kansas") })?;
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! # let draft = NewEvent { title: "Career Day".into(), starts_at: "2199-03-04T09:00".into(), location: "Gym".into(), ..NewEvent::default() };
//! # let event = kckps.events().create(draft)?;
//! # let ann = NewVolunteer { first_name: "Ann".into(), last_name: "Lee".into(), ..NewVolunteer::default() };
//! # let ann = kckps.volunteers().create(ann)?.volunteer;
//! let call = NewOutreach { volunteer_id: Some(ann.id.get()), method: "phone".into(), ..NewOutreach::default() };
//! let asked = kckps.outreach().log(event.id, &call)?.outreach;
//! assert_eq!(asked.outcome, OutreachOutcome::Pending);
//!
//! // She calls back: a follow-up, which puts her on the roster.
//! let confirmed = OutreachEdit { outcome: Patch::Set("confirmed".into()), ..OutreachEdit::default() };
//! kckps.outreach().edit(asked.id, &confirmed, Some(asked.version))?;
//! assert_eq!(kckps.rosters().totals(event.id)?.confirmed, 1);
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod draft;
mod edit;
mod letter;
mod list;
mod log;
mod mail;
mod remove;
mod roster;
mod row;

use chrono::{DateTime, Utc};

pub use draft::{NewOutreach, OutreachEdit};
pub(crate) use letter::Texts;
pub use list::OutreachFilter;
pub(crate) use list::latest;
pub use log::LoggedOutreach;
pub use mail::{
    MOST_MAILS, MailRecipient, MailedVolunteer, NewOutreachMail, NotMailed, NotMailedReason, OutreachMailPreview, SentOutreachMail,
};

use crate::error::Result;
use crate::operations::OUTREACH_GET;
use crate::tenant::handle::TenantHandle;
use crate::tenant::rosters::EventBrief;
use crate::tenant::volunteers::{NoteAuthor, silent};
use crate::types::{EventId, MailId, OutreachId, OutreachMethod, OutreachOutcome, VolunteerId};

/// One time that a volunteer was asked to come to an event. Personal, as the volunteer is.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OutreachAttempt {
    /// Its number in this tenant; never used again.
    pub id: OutreachId,
    /// To which event.
    pub event_id: EventId,
    /// Who was asked.
    pub volunteer_id: VolunteerId,
    /// How.
    pub method: OutreachMethod,
    /// What came of it.
    pub outcome: OutreachOutcome,
    /// What else to know of it.
    pub notes: Option<String>,
    /// When they were asked (UTC).
    pub attempted_at: DateTime<Utc>,
    /// When it was last followed up (UTC): changed after it was logged.
    pub followed_up_at: Option<DateTime<Utc>>,
    /// The mail by which they were asked, if Polaris wrote it.
    pub mail_id: Option<MailId>,
    /// Who logged it.
    pub author: NoteAuthor,
    /// Rises with every change; give it back when editing.
    pub version: u32,
    /// When it was logged (UTC).
    pub created_at: DateTime<Utc>,
    /// When it was last changed (UTC).
    pub updated_at: DateTime<Utc>,
}

/// People stay out of logs, even when a whole value is printed.
impl std::fmt::Debug for OutreachAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutreachAttempt").field("id", &self.id).field("outcome", &self.outcome).finish_non_exhaustive()
    }
}

/// One time that a volunteer was asked, with whom and to what. Personal, as the volunteer is.
#[derive(Clone, PartialEq, Eq)]
pub struct OutreachEntry {
    /// How they were asked, and what came of it.
    pub outreach: OutreachAttempt,
    /// To which event.
    pub event: EventBrief,
    /// The volunteer's first name.
    pub first_name: String,
    /// The volunteer's last name.
    pub last_name: String,
}

silent!(OutreachEntry);

/// The outreach of a tenant; see [`TenantHandle::outreach`].
pub struct Outreach<'a> {
    handle: &'a TenantHandle,
}

impl<'a> Outreach<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }

    /// One time that somebody was asked.
    ///
    /// # Errors
    ///
    /// [`Error::OutreachNotFound`](crate::Error::OutreachNotFound), also for another tenant's; [`Error::Forbidden`](crate::Error::Forbidden),
    /// [`Error::FeatureDisabled`](crate::Error::FeatureDisabled).
    pub fn get(&self, outreach: OutreachId) -> Result<OutreachEntry> {
        self.handle.read(&OUTREACH_GET, |reading| row::find(reading.transaction, outreach))
    }

    fn author(&self) -> NoteAuthor {
        let actor = self.handle.actor();
        NoteAuthor { kind: actor.kind().to_owned(), id: actor.number(), name: actor.name().map(str::to_owned) }
    }
}
