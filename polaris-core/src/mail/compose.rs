//! What a mail says, made when it is sent: of its row in the outbox, and of what is stored by then.
//!
//! By then it may have become pointless: the account is gone, the person has opted out, the event is over. Links are made here, too, and the
//! hashes of their secrets stored in the transaction in which the mail is taken up.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::invites::{self, Entry};
use super::letter::names::named;
use super::letter::{self, Facts, Said, when};
use super::links::Links;
use super::message::{Invite, Message};
use super::outbox::{Queued, Shown};
use super::told::{self, Told};
use crate::auth::LinkPurpose;
use crate::clock::Randomness;
use crate::error::{Error, Result};
use crate::store::{Transaction, params};
use crate::tenant::events::{Event, find};
use crate::tenant::mail_templates::texts;
use crate::tenant::recruitment::outreach::Texts as OutreachTexts;
use crate::tenant::settings::Settings;
use crate::tenant::signup::signup_state;
use crate::types::{
    EmailAddress, EventFormat, EventId, EventRef, EventStatus, MailKind, ParticipationId, ParticipationStatus, Slug, TenantId, UserId,
    VolunteerId,
};

/// What a mail is composed with.
pub(crate) struct Composing<'a> {
    pub(crate) slug: &'a Slug,
    pub(crate) tenant: TenantId,
    pub(crate) settings: &'a Settings,
    pub(crate) now: DateTime<Utc>,
    pub(crate) randomness: &'a dyn Randomness,
    /// Where this installation is reached, for links.
    pub(crate) public_url: Option<&'a str>,
    /// The address that mails come from: invites name who invites.
    pub(crate) from: &'a str,
    /// Whether the mail is only looked at: then no link is made, and nothing written.
    pub(crate) preview: bool,
}

/// A mail, or why there is none to be sent any more.
#[allow(clippy::large_enum_variant, reason = "one at a time, and nearly always a mail")]
pub(crate) enum Composed {
    Mail(Message),
    Pointless(&'static str),
}

/// Makes a mail of what is stored.
///
/// # Errors
///
/// [`Error::Conflict`] for a mail that needs a link while nobody has said where this installation is reached; [`Error::Unavailable`] where
/// the row holds what no program has written.
pub(crate) fn compose(transaction: &Transaction<'_>, composing: &Composing<'_>, queued: &Queued) -> Result<Composed> {
    match queued.kind {
        MailKind::Invitation => account(transaction, composing, queued, LinkPurpose::Invitation),
        MailKind::Reset => account(transaction, composing, queued, LinkPurpose::Reset),
        _ => about_an_event(transaction, composing, queued),
    }
}

/// A mail to a user: to set a password.
fn account(transaction: &Transaction<'_>, composing: &Composing<'_>, queued: &Queued, purpose: LinkPurpose) -> Result<Composed> {
    struct User {
        id: UserId,
        name: (String, String),
        email: EmailAddress,
        active: bool,
        has_password: bool,
        changed_at: Option<DateTime<Utc>>,
    }
    let sql = "SELECT id, first_name, last_name, email, active, password_hash IS NOT NULL AS has_password, password_changed_at
               FROM users WHERE id = ?1";
    let found = transaction.first(sql, params![queued.user], |row| {
        Ok(User {
            id: row.get("id")?,
            name: (row.get("first_name")?, row.get("last_name")?),
            email: row.get("email")?,
            active: row.get("active")?,
            has_password: row.get("has_password")?,
            changed_at: row.get("password_changed_at")?,
        })
    })?;
    let Some(user) = found else { return Ok(Composed::Pointless("there is no such account any more")) };
    if !user.active {
        return Ok(Composed::Pointless("the account is deactivated"));
    }
    // The link must not reach whoever has the address now that was the account's once.
    if user.email.folded() != EmailAddress::fold(&queued.recipient) {
        return Ok(Composed::Pointless("the account has another e-mail address by now"));
    }
    match purpose {
        LinkPurpose::Invitation if user.has_password => return Ok(Composed::Pointless("the account has a password already")),
        LinkPurpose::Reset if user.changed_at.is_some_and(|at| at > queued.created_at) => {
            return Ok(Composed::Pointless("the password was set meanwhile"));
        }
        _ => {}
    }
    let (link, expires_at) = Links { transaction, composing }.account(user.id, purpose)?;
    let zone = composing.settings.time_zone;
    let expires = when::moment(expires_at.with_timezone(&zone.tz()).fixed_offset(), zone);
    let mut facts = general(composing, &user.name);
    facts.insert("link", Said::Line(link));
    facts.insert("expires", Said::Line(expires));
    facts.insert("login", Said::Line(user.email.as_str().to_owned()));
    Ok(Composed::Mail(message(transaction, composing, queued, &facts, Some(&user.name))?))
}

/// Whom a mail about an event goes to.
struct Person {
    name: (String, String),
    email: Option<EmailAddress>,
    active: bool,
    opted_out: bool,
    do_not_contact: bool,
}

/// How they stand on its roster.
struct Place {
    id: ParticipationId,
    status: ParticipationStatus,
    signed_up_at: Option<DateTime<Utc>>,
    declined_at: Option<DateTime<Utc>>,
    has_invite: bool,
}

impl Place {
    /// Whether the event is to stand in their calendar.
    fn belongs_in_calendar(&self) -> bool {
        self.has_invite && matches!(self.status, ParticipationStatus::Confirmed | ParticipationStatus::Attended)
    }
}

fn about_an_event(transaction: &Transaction<'_>, composing: &Composing<'_>, queued: &Queued) -> Result<Composed> {
    let sql = "SELECT first_name, last_name, email, active, email_opt_out, do_not_contact FROM volunteers WHERE id = ?1";
    let person = transaction.first(sql, params![queued.volunteer], |row| {
        Ok(Person {
            name: (row.get("first_name")?, row.get("last_name")?),
            email: row.get("email")?,
            active: row.get("active")?,
            opted_out: row.get("email_opt_out")?,
            do_not_contact: row.get("do_not_contact")?,
        })
    })?;
    let (Some(person), Some(volunteer), Some(event_id)) = (person, queued.volunteer, queued.event) else {
        return Ok(Composed::Pointless("whom or what it was about is gone"));
    };
    // Neither what it says nor its link is for whoever has an address that was theirs once, or was never theirs.
    if !has_address(transaction, volunteer, person.email.as_ref(), &queued.recipient)? {
        return Ok(Composed::Pointless("the volunteer has another e-mail address by now, or none; trying it again sends it there"));
    }
    // By event and person, which stays so when two records of the person become one.
    let sql = "SELECT id, status, signed_up_at, declined_at, has_invite FROM participations WHERE event_id = ?1 AND volunteer_id = ?2";
    let place = transaction.first(sql, params![event_id, volunteer], |row| {
        let (signed_up_at, declined_at) = (row.get("signed_up_at")?, row.get("declined_at")?);
        Ok(Place { id: row.get("id")?, status: row.get("status")?, signed_up_at, declined_at, has_invite: row.get("has_invite")? })
    })?;
    let event = find(transaction, &EventRef::Id(event_id))?.ok_or(Error::EventNotFound)?;
    // However late it is sent, it tells of what stands by now. What somebody left is named as they knew it.
    let told = match (queued.kind, queued.data.get("event")) {
        (MailKind::SignupCancelled | MailKind::SignupRemoved, Some(told)) => Told::read(told)?,
        _ => Told::read(&serde_json::json!(Shown::from(&event)))?,
    };
    let is_out = place.as_ref().is_some_and(|place| place.has_invite);
    let in_calendar = event.status != EventStatus::Cancelled && place.as_ref().is_some_and(Place::belongs_in_calendar);
    if let Some(why) = pointless(queued, &person, place.as_ref(), &event, composing.now) {
        return Ok(Composed::Pointless(why));
    }
    if queued.kind == MailKind::Outreach && has_declined(transaction, event_id, volunteer, place.as_ref(), queued.created_at)? {
        return Ok(Composed::Pointless("they declined meanwhile"));
    }

    let links = Links { transaction, composing };
    let mut facts = general(composing, &person.name);
    told.facts(&mut facts);
    facts.insert("additional_info", Said::Lines(event.additional_info.clone().unwrap_or_default()));
    let page = match event.status {
        EventStatus::Published | EventStatus::Confirmed => links.event(event.slug.as_str()),
        _ => None,
    };
    // Where the page only says that it is too late, nobody is sent there to sign up.
    let sign_up = page.clone().filter(|_| !signup_state(&event, composing.settings, composing.now).is_closed());
    facts.insert("event_link", Said::Line(sign_up.unwrap_or_default()));
    let comment = told::reason(queued.data.get("reason").and_then(Json::as_str));
    let mut unsubscribe = None;
    match queued.kind {
        MailKind::SignupConfirmed | MailKind::SignupWaitlisted | MailKind::SignupPromoted | MailKind::EventChanged => {
            let manage = place.map(|place| links.manage(place.id)).transpose()?.flatten();
            facts.insert("manage_link", Said::Line(manage.unwrap_or_default()));
            if queued.kind == MailKind::EventChanged {
                told.changes(queued.data.get("before").unwrap_or(&Json::Null), &mut facts);
            }
        }
        MailKind::SignupMerged => {
            let has_place = place.as_ref().is_some_and(|place| place.status.takes_a_place()) && event.status != EventStatus::Cancelled;
            facts.insert("signed_up", Said::Line(if has_place { "yes".to_owned() } else { String::new() }));
        }
        MailKind::EventCancelled => drop(facts.insert("reason", Said::Line(comment.to_owned()))),
        MailKind::Outreach => {
            let link = links.unsubscribe(volunteer)?;
            let letter = OutreachTexts::stored(&queued.data).fill((&person.name.0, &person.name.1), &told, &event, composing.settings)?;
            facts.insert("subject", Said::Line(letter.subject));
            facts.insert("message", Said::Lines(letter.text));
            facts.insert("unsubscribe_link", Said::Line(link.clone()));
            unsubscribe = Some(link);
        }
        MailKind::SignupCancelled | MailKind::SignupRemoved | MailKind::Invitation | MailKind::Reset => {}
    }

    let mut message = message(transaction, composing, queued, &facts, Some(&person.name))?;
    message.unsubscribe = unsubscribe;
    // Where the event is not to stand in their calendar it is taken out, or was already: the same number never says two things.
    let takes_back = |invite: &&Json| invite.get("method").and_then(Json::as_str) == Some("cancel");
    if let Some(invite) = queued.data.get("invite").filter(|invite| is_out || takes_back(invite)) {
        let invite = &invites::by_now(transaction, invite, in_calendar, event_id, volunteer)?;
        let uid = match invite.get("uid").and_then(Json::as_str) {
            Some(uid) => invites::whole(uid, composing),
            None => invites::uid(transaction, composing, event_id, volunteer)?,
        };
        message.invite = self::invite(composing, &message, invite, uid, &told, &event, comment, page);
    }
    Ok(Composed::Mail(message))
}

/// Whether somebody has said since then that they don't come to an event: on its roster, or to who asked them. Whoever declined before is
/// asked only where that is wanted.
fn has_declined(
    transaction: &Transaction<'_>,
    event: EventId,
    volunteer: VolunteerId,
    place: Option<&Place>,
    since: DateTime<Utc>,
) -> Result<bool> {
    if place.is_some_and(|place| place.status == ParticipationStatus::Declined && place.declined_at.is_some_and(|at| at > since)) {
        return Ok(true);
    }
    let sql = "SELECT 1 AS one FROM outreach WHERE volunteer_id = ?1 AND event_id = ?2 AND outcome = 'declined' AND updated_at > ?3";
    Ok(transaction.first(sql, params![volunteer, event, since], |row| row.get::<i64>("one"))?.is_some())
}

/// Whether an address is the volunteer's: their own, or that of a record that was merged into theirs, unless somebody else has it by now.
fn has_address(transaction: &Transaction<'_>, volunteer: VolunteerId, own: Option<&EmailAddress>, address: &str) -> Result<bool> {
    let folded = EmailAddress::fold(address);
    if own.is_some_and(|own| own.folded() == folded) {
        return Ok(true);
    }
    let sql = "SELECT 1 AS one FROM volunteer_merges WHERE volunteer_id = ?1 AND folded_email = ?2
               AND NOT EXISTS (SELECT 1 FROM volunteers WHERE folded_email = ?2)";
    Ok(transaction.first(sql, params![volunteer, folded], |row| row.get::<i64>("one"))?.is_some())
}

#[allow(clippy::too_many_arguments, reason = "one place that puts together what an invite holds")]
fn invite(
    composing: &Composing<'_>,
    message: &Message,
    data: &Json,
    uid: String,
    told: &Told,
    event: &Event,
    comment: &str,
    page: Option<String>,
) -> Option<Invite> {
    // No secret stands in it: calendars are shared.
    let texts: Vec<&str> = [&event.description, &event.additional_info].into_iter().flatten().map(String::as_str).collect();
    let entry = Entry {
        uid,
        sequence: data.get("sequence")?.as_i64()?,
        event: told,
        description: (!texts.is_empty()).then(|| texts.join("\n\n")),
        comment,
        page: page.or_else(|| (told.format == EventFormat::Virtual.as_str() && is_address(&told.location)).then(|| told.location.clone())),
        organizer: (&message.from_name, message.reply_to.as_deref().unwrap_or(composing.from)),
        attendee: (message.to_name.as_deref(), &message.to),
        now: composing.now,
    };
    entry.write(data.get("method")?.as_str()?)
}

fn is_address(location: &str) -> bool {
    location.starts_with("https://") && !location.contains(char::is_whitespace)
}

/// Why a mail about an event is not sent any more.
fn pointless(queued: &Queued, person: &Person, place: Option<&Place>, event: &Event, now: DateTime<Utc>) -> Option<&'static str> {
    use ParticipationStatus::{Attended, Confirmed, Invited, Waitlisted};
    let status = place.map(|place| place.status);
    let ended = event.ends_at.map_or(event.starts_at.instant + crate::tenant::events::ASSUMED_LENGTH, |end| end.instant);
    if ended < now {
        return Some("the event is over");
    }
    let off = event.status == EventStatus::Cancelled;
    // An invite that is out is taken back, unless a later one is out by then: nothing else clears calendars.
    let takes_back = queued.data.get("invite").is_some();
    let back = match status {
        Some(Confirmed | Attended) => !takes_back || place.is_some_and(|place| place.has_invite),
        Some(Waitlisted) => !takes_back,
        _ => false,
    };
    match queued.kind {
        MailKind::SignupConfirmed | MailKind::SignupPromoted if off => Some("the event was cancelled meanwhile"),
        MailKind::SignupWaitlisted | MailKind::EventChanged | MailKind::Outreach if off => Some("the event was cancelled meanwhile"),
        MailKind::SignupConfirmed | MailKind::SignupPromoted if !matches!(status, Some(Confirmed | Attended)) => {
            Some("they have no place any more")
        }
        MailKind::SignupWaitlisted if status != Some(Waitlisted) => Some("they are not on the waitlist any more"),
        MailKind::SignupCancelled if back => Some("they have signed up again"),
        MailKind::SignupRemoved if back => Some("they are on the roster again"),
        MailKind::EventChanged if !matches!(status, Some(Confirmed | Waitlisted | Attended)) => Some("they are not on the roster any more"),
        // Only about what they did themselves (M3).
        MailKind::SignupRemoved | MailKind::SignupMerged
            if person.do_not_contact && place.is_some_and(|place| place.signed_up_at.is_none()) =>
        {
            Some("they asked not to be contacted")
        }
        MailKind::EventChanged | MailKind::EventCancelled
            if person.do_not_contact && place.is_none_or(|place| place.signed_up_at.is_none() || place.status == Invited) =>
        {
            Some("they asked not to be contacted")
        }
        MailKind::Outreach if event.starts_at.instant <= now => Some("the event has begun"),
        MailKind::Outreach if person.do_not_contact => Some("they asked not to be contacted"),
        MailKind::Outreach if person.opted_out => Some("they asked for no more mails of this kind"),
        MailKind::Outreach if !person.active => Some("the volunteer is deactivated"),
        MailKind::Outreach if matches!(status, Some(Confirmed | Waitlisted | Attended)) => Some("they have signed up meanwhile"),
        _ => None,
    }
}

/// What every mail can say.
fn general(composing: &Composing<'_>, name: &(String, String)) -> Facts {
    let settings = composing.settings;
    [
        ("first_name", named(&name.0).to_owned()),
        ("last_name", named(&name.1).to_owned()),
        ("tenant", settings.name.clone()),
        ("reply_to", settings.mail.reply_to.clone().unwrap_or_default()),
    ]
    .into_iter()
    .map(|(name, line)| (name, Said::Line(line)))
    .collect()
}

fn message(
    transaction: &Transaction<'_>,
    composing: &Composing<'_>,
    queued: &Queued,
    facts: &Facts,
    name: Option<&(String, String)>,
) -> Result<Message> {
    let settings = composing.settings;
    // Own texts are tried out when they are stored. Should they ever not do, the usual ones do.
    let letter = letter::write_of(queued.kind, &texts(transaction, queued.kind)?, facts, settings)?;
    Ok(Message {
        from_name: settings.mail.sender_name.clone().unwrap_or_else(|| settings.name.clone()),
        reply_to: settings.mail.reply_to.clone(),
        to_name: name.and_then(|(first, last)| match (named(first), named(last)) {
            ("", _) | (_, "") => None,
            (first, last) => Some(format!("{first} {last}")),
        }),
        to: queued.recipient.clone(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        invite: None,
        unsubscribe: None,
    })
}
