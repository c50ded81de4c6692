//! Who is told of a change, and how: rows of the outbox, written with the change and turned into mails when they are delivered.
//!
//! Only people with an e-mail address can be told. One who asked not to be contacted is told what becomes of a sign-up of their own,
//! and of nothing that others put them down for (M3). Opting out of outreach doesn't matter here.

use serde_json::{Value as Json, json};

use super::Event;
use crate::error::{Error, Result};
use crate::mail::outbox::Shown;
use crate::store::dialect::with_object;
use crate::store::params;
use crate::tenant::handle::Writing;
use crate::types::MailKind;

/// An event after a change that people were told of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChangedEvent {
    /// The event as it is now.
    pub event: Event,
    /// Who is told; nobody where the change is none that people are told of.
    pub notices: Notices,
}

/// How many people of an event's roster are told of a change. Nothing is sent yet when this is answered, but all of it is written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Notices {
    /// Those who get a mail.
    pub told: u32,
    /// Those who have no e-mail address: they must be told some other way.
    pub without_email: u32,
    /// Those who asked not to be contacted, and did not sign up themselves.
    pub do_not_contact: u32,
}

/// What people are told.
pub(super) struct Notice<'a> {
    /// What the mail is made from later, with `data`.
    pub(super) kind: MailKind,
    /// The event as it is now.
    pub(super) event: &'a Event,
    /// What else the mail says.
    pub(super) more: Json,
    /// What the update of a calendar invite is, in the words of iCalendar (RFC 5546).
    pub(super) method: &'static str,
    /// Whether those who were only invited are told too.
    pub(super) invited_too: bool,
}

/// Those on the roster who are concerned; `?2` is whether the invited are.
const CONCERNED: &str = "participations p JOIN volunteers v ON v.id = p.volunteer_id
         WHERE p.event_id = ?1 AND (p.status IN ('confirmed', 'waitlisted') OR (?2 AND p.status = 'invited'))";

/// Whether one of them may be written to.
const CONTACTABLE: &str = "(v.do_not_contact = 0 OR (p.signed_up_at IS NOT NULL AND p.status <> 'invited'))";

fn counting() -> String {
    format!(
        "SELECT count(CASE WHEN NOT {CONTACTABLE} THEN 1 END) AS do_not_contact,
                count(CASE WHEN v.email IS NULL AND {CONTACTABLE} THEN 1 END) AS without_email
         FROM {CONCERNED}"
    )
}

/// One statement, however many they are. Whoever has an invite gets its next message, with a number above all that they got before.
fn telling() -> String {
    let sequence = "?7 + coalesce((SELECT i.sequence FROM invites i WHERE i.event_id = p.event_id AND i.volunteer_id = p.volunteer_id), 0)";
    let with_invite = with_object("?4", "invite", &[("method", "?5"), ("sequence", sequence)]);
    format!(
        "INSERT INTO outbox (event_id, kind, recipient, volunteer_id, participation_id, data, next_attempt_at, created_at)
         SELECT ?1, ?3, v.email, v.id, p.id, CASE WHEN p.has_invite = 1 THEN {with_invite} ELSE ?4 END, ?6, ?6 FROM {CONCERNED}
         AND v.email IS NOT NULL AND {CONTACTABLE} ORDER BY p.id"
    )
}

/// Puts a notice into the outbox for everyone concerned, in the transaction of the change.
pub(super) fn tell(writing: &Writing<'_>, notice: &Notice<'_>) -> Result<Notices> {
    let Notice { kind, event, more, method, invited_too } = notice;
    let transaction = writing.transaction;
    let (do_not_contact, without_email) = transaction
        .first(&counting(), params![event.id, *invited_too], |row| Ok((row.get("do_not_contact")?, row.get("without_email")?)))?
        .unwrap_or_default();
    let sequence: i64 = transaction
        .first("SELECT invite_sequence FROM events WHERE id = ?1", params![event.id], |row| row.get("invite_sequence"))?
        .ok_or(Error::EventNotFound)?;
    let mut data = json!({ "event": Shown::from(*event) });
    if let (Json::Object(data), Json::Object(more)) = (&mut data, more.clone()) {
        data.extend(more);
    }
    let method = (*method).to_owned();
    let told = transaction.execute(&telling(), params![event.id, *invited_too, *kind, data.to_string(), method, writing.now, sequence])?;
    if told > 0 {
        writing.mail_queued.set(true);
    }
    Ok(Notices { told: u32::try_from(told).unwrap_or(u32::MAX), without_email, do_not_contact })
}
