//! The shapes of mails.

use poem_openapi::Object;
use polaris_core::types::{EventId, OutreachId, ParticipationId, UserId, VolunteerId};
use polaris_core::{Mail, RetriedMails};
use serde::Serialize;

use crate::public_api::utc;

/// A mail of the outbox.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Mail")]
pub(crate) struct MailBody {
    /// Its number in this tenant.
    id: i64,
    /// What it is about: `invitation`, `reset`, `signup_confirmed`, `signup_waitlisted`, `signup_promoted`, `signup_cancelled`,
    /// `signup_removed`, `signup_merged`, `event_changed`, `event_cancelled` or `outreach`.
    kind: String,
    /// `waiting`, `sending`, `sent`, `failed` or `held`.
    state: String,
    /// The address it goes to.
    recipient: String,
    /// The volunteer it concerns.
    volunteer_id: Option<i64>,
    /// The event it concerns.
    event_id: Option<i64>,
    /// The place on a roster it concerns.
    participation_id: Option<i64>,
    /// The outreach it is.
    outreach_id: Option<i64>,
    /// The user it concerns.
    user_id: Option<i64>,
    /// How often it was tried.
    attempts: u32,
    /// When it is its turn (UTC), if it waits.
    next_attempt_at: Option<String>,
    /// Why the last attempt failed, or why it is held.
    last_error: Option<String>,
    /// When it was written (UTC).
    created_at: String,
    /// When it was sent (UTC).
    sent_at: Option<String>,
}

impl From<&Mail> for MailBody {
    fn from(mail: &Mail) -> Self {
        Self {
            id: mail.id.get(),
            kind: mail.kind.to_string(),
            state: mail.state.to_string(),
            recipient: mail.recipient.as_str().to_owned(),
            volunteer_id: mail.volunteer_id.map(VolunteerId::get),
            event_id: mail.event_id.map(EventId::get),
            participation_id: mail.participation_id.map(ParticipationId::get),
            outreach_id: mail.outreach_id.map(OutreachId::get),
            user_id: mail.user_id.map(UserId::get),
            attempts: mail.attempts,
            next_attempt_at: mail.next_attempt_at.map(utc),
            last_error: mail.last_error.clone(),
            created_at: utc(mail.created_at),
            sent_at: mail.sent_at.map(utc),
        }
    }
}

/// What trying all again did.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "RetriedMails")]
pub(crate) struct RetriedMailsBody {
    /// Mails that failed or were held, and wait again.
    mails: u32,
}

impl From<&RetriedMails> for RetriedMailsBody {
    fn from(retried: &RetriedMails) -> Self {
        Self { mails: retried.mails }
    }
}
