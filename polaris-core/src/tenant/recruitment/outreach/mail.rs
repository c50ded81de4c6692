//! C4: outreach by mail. A text filled for each of the chosen volunteers goes into the outbox, each is logged as outreach, and whoever is left
//! out is named with why.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};

use super::letter::{Letter, Texts};
use super::{Outreach, OutreachAttempt, row};
use crate::audit::Entry;
use crate::error::{Error, Problem, Problems, Result};
use crate::mail::outbox::{NewMail, Shown};
use crate::mail::told::Told;
use crate::operations::{OUTREACH_PREVIEW_MAIL, OUTREACH_SEND_MAIL};
use crate::store::dialect::elements;
use crate::store::{Transaction, params};
use crate::tenant::events::{self, Event};
use crate::tenant::recruitment::candidates::best;
use crate::tenant::settings::Settings;
use crate::tenant::volunteers::silent;
use crate::types::words::words;
use crate::types::{
    EmailAddress, EventRef, EventStatus, MailId, MailKind, OutreachId, OutreachMethod, OutreachOutcome, ParticipationStatus, VolunteerId,
};

/// So many are asked at once at most.
pub const MOST_MAILS: usize = 200;
/// Who was asked by mail so lately is not asked again by mistake.
const LATELY: TimeDelta = TimeDelta::hours(24);

/// A mail that asks volunteers to come to an event.
#[derive(Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewOutreachMail {
    /// Whom to ask, by number, at most 200. Either these or `top`.
    pub volunteer_ids: Option<Vec<i64>>,
    /// Ask the first so many [candidates](crate::tenant::recruitment::Recruitment::candidates), 1 to 200. Who of them can't be written to is
    /// left out, and nobody comes in their place.
    pub top: Option<i64>,
    /// The subject, at most 255 characters; the usual one when left out. As the text, it may hold `{{ first_name }}`, `{{ last_name }}`,
    /// `{{ tenant }}`, `{{ title }}`, `{{ when }}`, `{{ place }}`, `{{ location }}`, `{{ school }}` and `{{ additional_info }}`, and
    /// `{% if school %} … {% else %} … {% endif %}`.
    pub subject: Option<String>,
    /// What it says, at most 5,000 characters; the usual text when left out. The event's details, the address of its page for sign-up and how to
    /// get no more such mails stand below it in any case.
    pub text: Option<String>,
    /// Ask those, too, who declined to come to this event, or were asked by mail within the last 24 hours.
    pub again: bool,
}

words! {
    /// Why somebody gets no mail that asks them to come to an event.
    NotMailedReason, "reason for getting no mail", exact {
        /// There is no volunteer of this number.
        Unknown = "unknown",
        /// They are inactive.
        Inactive = "inactive",
        /// They are not to be contacted.
        DoNotContact = "do_not_contact",
        /// They want no such mails.
        EmailOptOut = "email_opt_out",
        /// No e-mail address is known.
        NoEmail = "no_email",
        /// They are on the event's roster already, and did not decline.
        OnRoster = "on_roster",
        /// They declined, on the roster or when they were asked.
        Declined = "declined",
        /// They were asked by mail to come to this event within the last 24 hours.
        AskedLately = "asked_lately",
    }
}

/// Somebody who gets no mail.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NotMailed {
    /// Their number, as it was given.
    pub volunteer_id: VolunteerId,
    /// All reasons.
    pub reasons: Vec<NotMailedReason>,
}

/// Somebody who gets a mail, and their outreach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MailedVolunteer {
    /// The volunteer.
    pub volunteer_id: VolunteerId,
    /// As what it was logged.
    pub outreach_id: OutreachId,
    /// The mail in the outbox.
    pub mail_id: MailId,
}

/// What was written to whom.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SentOutreachMail {
    /// Who gets a mail, in the order in which they were named or ranked.
    pub mailed: Vec<MailedVolunteer>,
    /// Who gets none, in that order.
    pub left_out: Vec<NotMailed>,
}

/// Somebody who would get a mail. Personal: only admins and coordinators see it.
#[derive(Clone, PartialEq, Eq)]
pub struct MailRecipient {
    /// The volunteer.
    pub volunteer_id: VolunteerId,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// Their e-mail address.
    pub email: EmailAddress,
}

/// What would be written to whom.
#[derive(Clone, PartialEq, Eq)]
pub struct OutreachMailPreview {
    /// Who would get a mail, in the order in which they were named or ranked.
    pub recipients: Vec<MailRecipient>,
    /// Who would get none, in that order.
    pub left_out: Vec<NotMailed>,
    /// The subject as the first of them would get it; none where nobody gets a mail.
    pub subject: Option<String>,
    /// What it says to the first of them.
    pub text: Option<String>,
}

impl MailRecipient {
    fn name(&self) -> (&str, &str) {
        (&self.first_name, &self.last_name)
    }
}

silent!(NewOutreachMail, MailRecipient, OutreachMailPreview);

impl Outreach<'_> {
    /// Whom [`Self::send_mail`] would write to, who would be left out, and what the first of them would read.
    ///
    /// # Errors
    ///
    /// As [`Self::send_mail`].
    pub fn preview_mail(&self, event: impl Into<EventRef>, draft: &NewOutreachMail) -> Result<OutreachMailPreview> {
        let reference = event.into();
        self.handle.read(&OUTREACH_PREVIEW_MAIL, |reading| {
            let Asking { event, texts, chosen } = asking(reading.transaction, &reading.settings, reading.now, &reference, draft)?;
            self.refuse_without_links()?;
            let Chosen { recipients, left_out } = chosen;
            let told = Told::read(&shown(&event)?)?;
            let first = recipients.first().map(|first| texts.fill(first.name(), &told, &event, &reading.settings)).transpose()?;
            let (subject, text) = first.map(|Letter { subject, text }| (subject, text)).unzip();
            Ok(OutreachMailPreview { recipients, left_out, subject, text })
        })
    }

    /// Asks volunteers by mail to come to an event that has not begun. Each mail goes into the outbox, is filled for its recipient with what
    /// stands when it is sent, and is logged as outreach whose outcome is pending, all in one transaction. Left out, and named with every
    /// reason, is who may not or can't
    /// be written to, who stands on the roster, and, unless the draft says `again`, who declined or was asked by mail within 24 hours.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field, with the line of a text and what it may name; [`Error::EventNotFound`];
    /// [`Error::Conflict`] for an event that is completed or cancelled, or has begun, and where mails can hold no links
    /// ([`Config::public_url`](crate::Config::public_url)), since nobody could opt out; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn send_mail(&self, event: impl Into<EventRef>, draft: &NewOutreachMail) -> Result<SentOutreachMail> {
        let reference = event.into();
        self.handle.write(&OUTREACH_SEND_MAIL, |writing| {
            let (transaction, now) = (writing.transaction, writing.now);
            let Asking { event, texts, chosen } = asking(transaction, &writing.settings, now, &reference, draft)?;
            self.refuse_without_links()?;
            let shown = shown(&event)?;
            let told = Told::read(&shown)?;
            let mut mailed = Vec::with_capacity(chosen.recipients.len());
            for recipient in &chosen.recipients {
                let attempt = OutreachAttempt {
                    id: OutreachId::new(0),
                    event_id: event.id,
                    volunteer_id: recipient.volunteer_id,
                    method: OutreachMethod::Email,
                    outcome: OutreachOutcome::Pending,
                    notes: None,
                    attempted_at: now,
                    followed_up_at: None,
                    mail_id: None,
                    author: self.author(),
                    version: 1,
                    created_at: now,
                    updated_at: now,
                };
                let outreach_id = row::insert(transaction, &attempt)?;
                // It is filled when it is sent; what can't be is refused now.
                texts.fill(recipient.name(), &told, &event, &writing.settings)?;
                let mail = NewMail {
                    volunteer: Some(recipient.volunteer_id),
                    event: Some(event.id),
                    outreach: Some(outreach_id),
                    data: json!({ "event": shown, "subject": texts.subject, "text": texts.text }),
                    ..NewMail::new(MailKind::Outreach, recipient.email.as_str())
                };
                mailed.push(MailedVolunteer { volunteer_id: recipient.volunteer_id, outreach_id, mail_id: mail.queue(writing)? });
            }
            let numbers: Vec<_> = mailed.iter().map(|mailed| mailed.volunteer_id).collect();
            let details = json!({ "mailed": numbers, "left_out": chosen.left_out.len() });
            Ok((SentOutreachMail { mailed, left_out: chosen.left_out }, Entry::of("event", event.id, details)))
        })
    }

    /// Nobody is asked to come without a way to say that they want no such mails.
    fn refuse_without_links(&self) -> Result<()> {
        if self.handle.polaris().mails_hold_links() {
            return Ok(());
        }
        let why = "nobody is asked by mail while mails can hold no links, since nobody could opt out of them: set public_url to the address \
                   of this installation, or ask in another way and log that";
        Err(Error::Conflict(why.to_owned()))
    }
}

/// An event as mails tell of it.
fn shown(event: &Event) -> Result<Json> {
    serde_json::to_value(Shown::from(event)).map_err(|_| Error::Internal)
}

/// What a draft comes to.
struct Asking {
    event: Event,
    texts: Texts,
    chosen: Chosen,
}

/// Who gets a mail, and who doesn't.
struct Chosen {
    recipients: Vec<MailRecipient>,
    left_out: Vec<NotMailed>,
}

fn asking(
    transaction: &Transaction<'_>,
    settings: &Settings,
    now: DateTime<Utc>,
    reference: &EventRef,
    draft: &NewOutreachMail,
) -> Result<Asking> {
    let mut problems = Problems::default();
    let whom = whom(draft, &mut problems);
    let texts = Texts::check(draft.subject.as_deref(), draft.text.as_deref(), &mut problems);
    problems.finish()?;
    let (whom, texts) = whom.zip(texts).ok_or(Error::Internal)?;
    let event = events::find(transaction, reference)?.ok_or(Error::EventNotFound)?;
    refuse_late(&event, now)?;
    let ids = match whom {
        Whom::These(ids) => ids,
        Whom::Best(count) => best(transaction, settings, now, &event.id.into(), count)?,
    };
    let chosen = chosen(transaction, &event, now, ids, draft.again)?;
    Ok(Asking { event, texts, chosen })
}

enum Whom {
    These(Vec<VolunteerId>),
    Best(usize),
}

fn whom(draft: &NewOutreachMail, problems: &mut Problems) -> Option<Whom> {
    match (&draft.volunteer_ids, draft.top) {
        (Some(ids), None) if ids.is_empty() => problems.take("volunteer_ids", Err(Problem::required())),
        (Some(ids), None) if ids.len() > MOST_MAILS => {
            let problem = format!("at most {MOST_MAILS} can be asked at once; these are {}", ids.len());
            problems.take("volunteer_ids", Err(Problem::new("TOO_MANY", problem)))
        }
        (Some(ids), None) => Some(Whom::These(ids.iter().copied().map(VolunteerId::new).collect())),
        (None, Some(top)) => {
            let count = usize::try_from(top).ok().filter(|count| (1..=MOST_MAILS).contains(count));
            let problem = || Problem::new("OUT_OF_RANGE", format!("must be a whole number from 1 to {MOST_MAILS}"));
            problems.take("top", count.ok_or_else(problem)).map(Whom::Best)
        }
        (None, None) => problems.take("volunteer_ids", Err(Problem::new("REQUIRED", "is required, or top: say who is asked"))),
        (Some(_), Some(_)) => {
            problems.take("top", Err(Problem::new("CONTRADICTION", "can't be given with volunteer_ids: say one of them")))
        }
    }
}

/// Nobody is asked to what is over, off or under way.
fn refuse_late(event: &Event, now: DateTime<Utc>) -> Result<()> {
    let refuse = |what: &str| Err(Error::Conflict(format!("this event {what}: nobody is asked to it by mail any more")));
    match event.status {
        EventStatus::Completed => refuse("is completed"),
        EventStatus::Cancelled => refuse("is cancelled"),
        _ if event.starts_at.instant <= now => refuse("has begun"),
        _ => Ok(()),
    }
}

/// Of the volunteers of the list `?2`: whether they may be asked to event `?1`, and whether they were since `?3`.
const SELECT: &str = concat!(
    "SELECT v.id, v.first_name, v.last_name, v.email, v.active, v.do_not_contact, v.email_opt_out,
            (SELECT p.status FROM participations p WHERE p.event_id = ?1 AND p.volunteer_id = v.id) AS status,
            EXISTS (SELECT 1 FROM outreach o WHERE o.event_id = ?1 AND o.volunteer_id = v.id AND o.outcome = 'declined') AS declined,
            EXISTS (SELECT 1 FROM outreach o
                    WHERE o.event_id = ?1 AND o.volunteer_id = v.id AND o.method = 'email' AND o.attempted_at > ?3) AS lately
     FROM volunteers v WHERE v.id IN ",
    elements!("?2")
);

/// What is looked at of somebody: the recipient, if there is an address, and why they are none.
type Looked = (String, String, Option<EmailAddress>, Vec<NotMailedReason>);

fn chosen(transaction: &Transaction<'_>, event: &Event, now: DateTime<Utc>, ids: Vec<VolunteerId>, again: bool) -> Result<Chosen> {
    let given = list(&ids);
    // Who was merged into another is the other.
    let merged = concat!("SELECT merged_id, volunteer_id FROM volunteer_merges WHERE merged_id IN ", elements!("?1"));
    let merged: HashMap<VolunteerId, VolunteerId> =
        transaction.all(merged, params![given], |row| Ok((row.get("merged_id")?, row.get("volunteer_id")?)))?.into_iter().collect();
    let meant: Vec<_> = ids.iter().map(|id| merged.get(id).copied().unwrap_or(*id)).collect();
    let mut looked: HashMap<VolunteerId, Looked> = transaction
        .all(SELECT, params![event.id, list(&meant), now - LATELY], |row| {
            let email: Option<EmailAddress> = row.get("email")?;
            let status: Option<ParticipationStatus> = row.get("status")?;
            let declined: bool = row.get("declined")?;
            let applies = [
                (!row.get::<bool>("active")?, NotMailedReason::Inactive),
                (row.get("do_not_contact")?, NotMailedReason::DoNotContact),
                (row.get("email_opt_out")?, NotMailedReason::EmailOptOut),
                (email.is_none(), NotMailedReason::NoEmail),
                (status.is_some_and(|status| status != ParticipationStatus::Declined), NotMailedReason::OnRoster),
                (!again && (declined || status == Some(ParticipationStatus::Declined)), NotMailedReason::Declined),
                (!again && row.get("lately")?, NotMailedReason::AskedLately),
            ];
            let reasons = applies.into_iter().filter_map(|(applies, reason)| applies.then_some(reason)).collect();
            Ok((row.get("id")?, (row.get("first_name")?, row.get("last_name")?, email, reasons)))
        })?
        .into_iter()
        .collect();
    let (mut recipients, mut left_out, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (given, volunteer_id) in ids.into_iter().zip(meant) {
        // Whoever is named twice gets one mail.
        if !seen.insert(volunteer_id) {
            continue;
        }
        match looked.remove(&volunteer_id) {
            Some((first_name, last_name, Some(email), reasons)) if reasons.is_empty() => {
                recipients.push(MailRecipient { volunteer_id, first_name, last_name, email });
            }
            Some((.., reasons)) => left_out.push(NotMailed { volunteer_id: given, reasons }),
            None => left_out.push(NotMailed { volunteer_id: given, reasons: vec![NotMailedReason::Unknown] }),
        }
    }
    Ok(Chosen { recipients, left_out })
}

/// As a parameter of `elements!`.
fn list(ids: &[VolunteerId]) -> String {
    let ids: Vec<_> = ids.iter().map(|id| id.get().to_string()).collect();
    format!("[{}]", ids.join(","))
}
