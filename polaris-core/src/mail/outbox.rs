//! The outbox: every mail is a row, written with the change that causes it (M1). What it says is made when it is delivered, from its kind,
//! its `data` and what is stored by then; secrets of links are made then, too, so that none is ever stored.
//!
//! `data` is an object. Mails about an event hold it under `event` as it was when the mail was caused ([`Shown`]); only of what somebody left
//! that is told, of all else what stands when it is sent. Those that come with a calendar invite hold `invite`: `{"method": "request" |
//! "cancel", "sequence": …}`, where the number is the lowest that it may have, with the `uid` where that is no longer the person's. An
//! [`EventChanged`](MailKind::EventChanged) holds what was before under `before`, an [`EventCancelled`](MailKind::EventCancelled) its
//! `reason`, if there is one; an [`Outreach`](MailKind::Outreach) its `subject` and `text` as they were written, before they are filled.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value as Json;

use crate::error::Result;
use crate::store::{Transaction, params};
use crate::tenant::events::Event;
use crate::tenant::handle::Writing;
use crate::types::{EventId, MailId, MailKind, OutreachId, ParticipationId, UserId, VolunteerId};

/// A mail to one person.
pub(crate) struct NewMail<'a> {
    pub(crate) kind: MailKind,
    /// The address it goes to.
    pub(crate) recipient: &'a str,
    pub(crate) volunteer: Option<VolunteerId>,
    pub(crate) event: Option<EventId>,
    pub(crate) participation: Option<ParticipationId>,
    pub(crate) outreach: Option<OutreachId>,
    pub(crate) user: Option<UserId>,
    pub(crate) data: Json,
}

impl<'a> NewMail<'a> {
    /// A mail that concerns nothing yet.
    pub(crate) fn new(kind: MailKind, recipient: &'a str) -> Self {
        let data = Json::Object(serde_json::Map::new());
        Self { kind, recipient, volunteer: None, event: None, participation: None, outreach: None, user: None, data }
    }

    /// Puts it into the outbox, in the transaction of the change that causes it.
    pub(crate) fn queue(&self, writing: &Writing<'_>) -> Result<MailId> {
        writing.mail_queued.set(true);
        self.queue_in(writing.transaction, writing.now)
    }

    /// The same where the change is none of an operation on a tenant that is there: when it is created, and by those who aren't logged in.
    pub(crate) fn queue_in(&self, transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<MailId> {
        let Self { kind, recipient, volunteer, event, participation, outreach, user, data } = self;
        let id = transaction.insert(
            "INSERT INTO outbox (kind, recipient, volunteer_id, event_id, participation_id, outreach_id, user_id, data, next_attempt_at, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
            params![*kind, *recipient, *volunteer, *event, *participation, *outreach, *user, data.to_string(), now],
        )?;
        Ok(MailId::new(id))
    }
}

/// A mail of the outbox whose turn it is, as the row has it.
pub(crate) struct Queued {
    pub(crate) kind: MailKind,
    /// The address it goes to.
    pub(crate) recipient: String,
    pub(crate) volunteer: Option<VolunteerId>,
    pub(crate) event: Option<EventId>,
    pub(crate) user: Option<UserId>,
    pub(crate) data: Json,
    /// When it was written (UTC).
    pub(crate) created_at: DateTime<Utc>,
}

/// What a mail says of an event.
#[derive(Serialize)]
pub(crate) struct Shown {
    slug: String,
    title: String,
    starts_at: String,
    ends_at: Option<String>,
    time_zone: &'static str,
    location: String,
    school: Option<String>,
    format: &'static str,
}

impl From<&Event> for Shown {
    fn from(event: &Event) -> Self {
        Self {
            slug: event.slug.to_string(),
            title: event.title.clone(),
            starts_at: event.starts_at.to_rfc3339(),
            ends_at: event.ends_at.map(|end| end.to_rfc3339()),
            time_zone: event.starts_at.zone.name(),
            location: event.location.clone(),
            school: event.school.as_ref().map(|school| school.name.clone()),
            format: event.format.as_str(),
        }
    }
}
