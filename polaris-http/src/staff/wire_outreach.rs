//! The shapes of outreach.

use poem_openapi::Object;
use polaris_core::{LoggedOutreach, NotMailed, OutreachAttempt, OutreachEntry, OutreachMailPreview, SentOutreachMail};
use serde::Serialize;

use super::wire_rosters::{EventBriefBody, PlacedBody};
use super::wire_volunteers::NoteAuthorBody;
use crate::public_api::utc;

/// That a volunteer was asked to come to an event.
#[derive(Debug, Object)]
#[oai(rename = "NewOutreach")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewOutreachBody {
    /// The volunteer's number.
    volunteer_id: i64,
    /// `email`, `phone`, `text` or `in_person`.
    method: String,
    /// `pending` (the default), `no_response`, `interested`, `declined` (marks one who is invited as declined) or `confirmed` (puts them on
    /// the event's roster).
    outcome: Option<String>,
    /// What else to know of it.
    #[oai(validator(max_length = 5_000))]
    notes: Option<String>,
    /// When they were asked, by the clocks of the tenant's zone or with an offset (RFC 3339); now when left out, and never in the future.
    attempted_at: Option<String>,
    /// Confirm even where the event is full.
    #[oai(default)]
    over_capacity: bool,
}

/// What to change of outreach: what is left out stays, null clears. Whatever is changed counts as follow-up.
#[derive(Debug, Object)]
#[oai(rename = "OutreachEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct OutreachEditBody {
    /// Another method. Can't be cleared.
    method: Option<String>,
    /// What came of it; another than before does to the event's roster what it does when logged. Can't be cleared.
    outcome: Option<String>,
    /// What else to know of it, or nothing.
    #[oai(validator(max_length = 5_000))]
    notes: Option<String>,
    /// Another time at which they were asked. Can't be cleared.
    attempted_at: Option<String>,
    /// Confirm even where the event is full.
    #[oai(default)]
    over_capacity: bool,
}

/// One time that a volunteer was asked to come to an event.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "OutreachAttempt")]
pub(crate) struct OutreachAttemptBody {
    /// Its number.
    id: i64,
    /// To which event.
    event_id: i64,
    /// Who was asked.
    volunteer_id: i64,
    /// `email`, `phone`, `text` or `in_person`.
    method: String,
    /// `pending`, `no_response`, `interested`, `declined` or `confirmed`.
    outcome: String,
    /// What else to know of it.
    notes: Option<String>,
    /// When they were asked (UTC).
    attempted_at: String,
    /// When it was last followed up (UTC): changed after it was logged.
    followed_up_at: Option<String>,
    /// The mail by which they were asked, if Polaris wrote it.
    mail_id: Option<i64>,
    /// Who logged it.
    author: NoteAuthorBody,
    /// Rises with every change.
    version: u32,
    /// When it was logged (UTC).
    created_at: String,
    /// When it was last changed (UTC).
    updated_at: String,
}

impl From<&OutreachAttempt> for OutreachAttemptBody {
    fn from(attempt: &OutreachAttempt) -> Self {
        Self {
            id: attempt.id.get(),
            event_id: attempt.event_id.get(),
            volunteer_id: attempt.volunteer_id.get(),
            method: attempt.method.as_str().to_owned(),
            outcome: attempt.outcome.as_str().to_owned(),
            notes: attempt.notes.clone(),
            attempted_at: utc(attempt.attempted_at),
            followed_up_at: attempt.followed_up_at.map(utc),
            mail_id: attempt.mail_id.map(polaris_core::types::MailId::get),
            author: NoteAuthorBody::from(&attempt.author),
            version: attempt.version,
            created_at: utc(attempt.created_at),
            updated_at: utc(attempt.updated_at),
        }
    }
}

/// One time that a volunteer was asked, with whom and to what.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "OutreachEntry")]
pub(crate) struct OutreachEntryBody {
    /// How they were asked, and what came of it.
    outreach: OutreachAttemptBody,
    /// To which event.
    event: EventBriefBody,
    /// The volunteer's first name.
    first_name: String,
    /// The volunteer's last name.
    last_name: String,
}

impl From<&OutreachEntry> for OutreachEntryBody {
    fn from(entry: &OutreachEntry) -> Self {
        Self {
            outreach: OutreachAttemptBody::from(&entry.outreach),
            event: EventBriefBody::from(&entry.event),
            first_name: entry.first_name.clone(),
            last_name: entry.last_name.clone(),
        }
    }
}

/// Outreach that was logged or followed up.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "LoggedOutreach")]
pub(crate) struct LoggedOutreachBody {
    /// The outreach.
    outreach: OutreachAttemptBody,
    /// The place on the event's roster that this gave or changed, if it did.
    placed: Option<PlacedBody>,
}

impl From<&LoggedOutreach> for LoggedOutreachBody {
    fn from(logged: &LoggedOutreach) -> Self {
        Self { outreach: OutreachAttemptBody::from(&logged.outreach), placed: logged.placed.as_ref().map(PlacedBody::from) }
    }
}

/// A mail that asks volunteers to come to an event. Say `volunteer_ids` or `top`.
#[derive(Debug, Object)]
#[oai(rename = "NewOutreachMail")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewOutreachMailBody {
    /// Whom to ask, by number.
    #[oai(validator(min_items = 1, max_items = 200))]
    volunteer_ids: Option<Vec<i64>>,
    /// Ask the first so many candidates. Who of them can't be written to is left out, and nobody comes in their place.
    #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
    top: Option<i64>,
    /// The subject; the usual one when left out. As the text, it may hold `{{ first_name }}`, `{{ last_name }}`, `{{ tenant }}`,
    /// `{{ title }}`, `{{ when }}`, `{{ place }}`, `{{ location }}`, `{{ school }}`, `{{ additional_info }}`, and
    /// `{% if school %} … {% else %} … {% endif %}`.
    #[oai(validator(max_length = 255))]
    subject: Option<String>,
    /// What it says; the usual text when left out. The event's details, the address of its page for sign-up and how to get no more such
    /// mails stand below it in any case.
    #[oai(validator(max_length = 5_000))]
    text: Option<String>,
    /// Ask those, too, who declined to come to this event, or were asked by mail within the last 24 hours.
    #[oai(default)]
    again: bool,
}

/// Somebody who gets no mail.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "NotMailed")]
pub(crate) struct NotMailedBody {
    /// Their number, as it was given.
    volunteer_id: i64,
    /// All of `unknown`, `inactive`, `do_not_contact`, `email_opt_out`, `no_email`, `on_roster`, `declined`, `asked_lately` (by mail within
    /// 24 hours) that apply.
    reasons: Vec<String>,
}

impl From<&NotMailed> for NotMailedBody {
    fn from(out: &NotMailed) -> Self {
        let reasons = out.reasons.iter().map(|reason| reason.as_str().to_owned());
        Self { volunteer_id: out.volunteer_id.get(), reasons: reasons.collect() }
    }
}

/// Somebody who gets a mail, and their outreach.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "MailedVolunteer")]
pub(crate) struct MailedVolunteerBody {
    /// The volunteer.
    volunteer_id: i64,
    /// As what it was logged.
    outreach_id: i64,
    /// The mail in the outbox.
    mail_id: i64,
}

/// What was written to whom.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SentOutreachMail")]
pub(crate) struct SentOutreachMailBody {
    /// Who gets a mail, in the order in which they were named or ranked.
    mailed: Vec<MailedVolunteerBody>,
    /// Who gets none, in that order.
    left_out: Vec<NotMailedBody>,
}

impl From<&SentOutreachMail> for SentOutreachMailBody {
    fn from(sent: &SentOutreachMail) -> Self {
        let mailed = sent.mailed.iter().map(|of| MailedVolunteerBody {
            volunteer_id: of.volunteer_id.get(),
            outreach_id: of.outreach_id.get(),
            mail_id: of.mail_id.get(),
        });
        Self { mailed: mailed.collect(), left_out: sent.left_out.iter().map(NotMailedBody::from).collect() }
    }
}

/// Somebody who would get a mail.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "MailRecipient")]
pub(crate) struct MailRecipientBody {
    /// The volunteer.
    volunteer_id: i64,
    /// Their first name.
    first_name: String,
    /// Their last name.
    last_name: String,
    /// Their e-mail address.
    email: String,
}

/// What would be written to whom.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "OutreachMailPreview")]
pub(crate) struct OutreachMailPreviewBody {
    /// Who would get a mail, in the order in which they were named or ranked.
    recipients: Vec<MailRecipientBody>,
    /// Who would get none, in that order.
    left_out: Vec<NotMailedBody>,
    /// The subject as the first of them would get it; null where nobody gets a mail.
    subject: Option<String>,
    /// What it says to the first of them.
    text: Option<String>,
}

impl From<&OutreachMailPreview> for OutreachMailPreviewBody {
    fn from(preview: &OutreachMailPreview) -> Self {
        let recipients = preview.recipients.iter().map(|of| MailRecipientBody {
            volunteer_id: of.volunteer_id.get(),
            first_name: of.first_name.clone(),
            last_name: of.last_name.clone(),
            email: of.email.to_string(),
        });
        Self {
            recipients: recipients.collect(),
            left_out: preview.left_out.iter().map(NotMailedBody::from).collect(),
            subject: preview.subject.clone(),
            text: preview.text.clone(),
        }
    }
}
