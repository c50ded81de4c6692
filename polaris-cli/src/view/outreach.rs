use polaris_core::types::{OutreachMethod, OutreachOutcome, instant_text};
use polaris_core::{
    LoggedOutreach, MailRecipient, MailedVolunteer, NotMailed, NoteAuthor, OutreachAttempt, OutreachEntry, OutreachMailPreview,
    SentOutreachMail,
};
use serde::Serialize;

use super::roster::{EventBriefView, PlacedView};

/// One time that a volunteer was asked to come to an event.
#[derive(Serialize)]
struct OutreachAttemptView {
    id: i64,
    event_id: i64,
    volunteer_id: i64,
    method: OutreachMethod,
    outcome: OutreachOutcome,
    notes: Option<String>,
    attempted_at: String,
    followed_up_at: Option<String>,
    mail_id: Option<i64>,
    author: NoteAuthor,
    version: u32,
    created_at: String,
    updated_at: String,
}

impl From<&OutreachAttempt> for OutreachAttemptView {
    fn from(attempt: &OutreachAttempt) -> Self {
        Self {
            id: attempt.id.get(),
            event_id: attempt.event_id.get(),
            volunteer_id: attempt.volunteer_id.get(),
            method: attempt.method,
            outcome: attempt.outcome,
            notes: attempt.notes.clone(),
            attempted_at: instant_text(attempt.attempted_at),
            followed_up_at: attempt.followed_up_at.map(instant_text),
            mail_id: attempt.mail_id.map(polaris_core::types::MailId::get),
            author: attempt.author.clone(),
            version: attempt.version,
            created_at: instant_text(attempt.created_at),
            updated_at: instant_text(attempt.updated_at),
        }
    }
}

/// The same with whom and to what.
#[derive(Serialize)]
pub(crate) struct OutreachEntryView {
    outreach: OutreachAttemptView,
    event: EventBriefView,
    first_name: String,
    last_name: String,
}

impl From<&OutreachEntry> for OutreachEntryView {
    fn from(entry: &OutreachEntry) -> Self {
        Self {
            outreach: (&entry.outreach).into(),
            event: (&entry.event).into(),
            first_name: entry.first_name.clone(),
            last_name: entry.last_name.clone(),
        }
    }
}

/// Outreach that was logged or followed up.
#[derive(Serialize)]
pub(crate) struct LoggedOutreachView {
    outreach: OutreachAttemptView,
    placed: Option<PlacedView>,
}

impl From<&LoggedOutreach> for LoggedOutreachView {
    fn from(logged: &LoggedOutreach) -> Self {
        Self { outreach: (&logged.outreach).into(), placed: logged.placed.as_ref().map(PlacedView::from) }
    }
}

/// What would be written to whom.
#[derive(Serialize)]
pub(crate) struct OutreachMailPreviewView {
    recipients: Vec<RecipientView>,
    left_out: Vec<NotMailed>,
    subject: Option<String>,
    text: Option<String>,
}

#[derive(Serialize)]
struct RecipientView {
    volunteer_id: i64,
    first_name: String,
    last_name: String,
    email: String,
}

impl From<&OutreachMailPreview> for OutreachMailPreviewView {
    fn from(preview: &OutreachMailPreview) -> Self {
        let recipient = |of: &MailRecipient| RecipientView {
            volunteer_id: of.volunteer_id.get(),
            first_name: of.first_name.clone(),
            last_name: of.last_name.clone(),
            email: of.email.to_string(),
        };
        Self {
            recipients: preview.recipients.iter().map(recipient).collect(),
            left_out: preview.left_out.clone(),
            subject: preview.subject.clone(),
            text: preview.text.clone(),
        }
    }
}

/// What was written to whom.
#[derive(Serialize)]
pub(crate) struct SentOutreachMailView {
    mailed: Vec<MailedVolunteer>,
    left_out: Vec<NotMailed>,
}

impl From<&SentOutreachMail> for SentOutreachMailView {
    fn from(sent: &SentOutreachMail) -> Self {
        Self { mailed: sent.mailed.clone(), left_out: sent.left_out.clone() }
    }
}
