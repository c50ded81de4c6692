use polaris_core::Mail;
use polaris_core::types::{EventId, OutreachId, ParticipationId, UserId, VolunteerId, instant_text};
use serde::Serialize;

/// A mail of the outbox.
#[derive(Serialize)]
pub(crate) struct MailView {
    id: i64,
    kind: &'static str,
    state: &'static str,
    recipient: String,
    volunteer_id: Option<i64>,
    event_id: Option<i64>,
    participation_id: Option<i64>,
    outreach_id: Option<i64>,
    user_id: Option<i64>,
    attempts: u32,
    next_attempt_at: Option<String>,
    last_error: Option<String>,
    created_at: String,
    sent_at: Option<String>,
}

impl From<&Mail> for MailView {
    fn from(mail: &Mail) -> Self {
        Self {
            id: mail.id.get(),
            kind: mail.kind.as_str(),
            state: mail.state.as_str(),
            recipient: mail.recipient.as_str().to_owned(),
            volunteer_id: mail.volunteer_id.map(VolunteerId::get),
            event_id: mail.event_id.map(EventId::get),
            participation_id: mail.participation_id.map(ParticipationId::get),
            outreach_id: mail.outreach_id.map(OutreachId::get),
            user_id: mail.user_id.map(UserId::get),
            attempts: mail.attempts,
            next_attempt_at: mail.next_attempt_at.map(instant_text),
            last_error: mail.last_error.clone(),
            created_at: instant_text(mail.created_at),
            sent_at: mail.sent_at.map(instant_text),
        }
    }
}
