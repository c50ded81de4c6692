//! Calendar invites (M4; RFC 5545, RFC 5546): one of each event and person for life, whose number rises with every message about it.
//!
//! What stands in somebody's calendar is told apart by its UID. A message about it counts there only if its SEQUENCE is higher than that
//! of the last; so every change that an entry would show has a number of its own, and a mail has the highest there is when it is sent, with
//! what stands then, whatever the order in which mails are queued, sent and received. The number is the event's `invite_sequence`, which rises
//! when what its entries show changes or it is cancelled, and the invite's own, which rises when the person leaves or comes again.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};

use super::compose::Composing;
use super::ical::{Ical, Value};
use super::message::Invite;
use super::told::Told;
use crate::error::{Error, Result};
use crate::store::{Transaction, params};
use crate::types::{EventId, VolunteerId};

/// What is done with the invite in somebody's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InviteStep {
    /// It is sent, the first time or after it was taken back.
    Anew,
    /// It is sent once more, as it stands.
    Again,
    /// It is taken back.
    TakenBack,
}

/// One more message about it, unless it is the same again.
const NEXT: &str = "
    INSERT INTO invites (uid, event_id, volunteer_id) VALUES (lower(hex(randomblob(16))), ?1, ?2)
    ON CONFLICT (event_id, volunteer_id) DO UPDATE SET sequence = sequence + ?3
    RETURNING sequence + (SELECT invite_sequence FROM events WHERE id = ?1) AS sequence";

/// Takes a step with an invite, in the transaction of the change that causes it: what the mail's data hold under `invite`.
pub(crate) fn step(transaction: &Transaction<'_>, event: EventId, volunteer: VolunteerId, step: InviteStep) -> Result<Json> {
    let more = i64::from(step != InviteStep::Again);
    let sequence: Option<i64> = transaction.first(NEXT, params![event, volunteer, more], |row| row.get("sequence"))?;
    let method = if step == InviteStep::TakenBack { "cancel" } else { "request" };
    Ok(json!({ "method": method, "sequence": sequence.ok_or(Error::Internal)? }))
}

/// What a mail's data hold under `invite`, as of now: since it was queued the event may have changed, which nobody was told of, or the person
/// left and came again. Whatever has such a number says what stands by then, so that no calendar is left with anything older. Who has no place
/// while an invite is out, as after a restore, has it taken back.
pub(super) fn by_now(
    transaction: &Transaction<'_>,
    queued: &Json,
    in_calendar: bool,
    event: EventId,
    volunteer: VolunteerId,
) -> Result<Json> {
    let sql = "SELECT e.invite_sequence + coalesce(i.sequence, 0) AS sequence
               FROM events e LEFT JOIN invites i ON i.event_id = e.id AND i.volunteer_id = ?2 WHERE e.id = ?1";
    let sequence: Option<i64> = transaction.first(sql, params![event, volunteer], |row| row.get("sequence"))?;
    let mut invite = queued.clone();
    invite["sequence"] = json!(sequence.max(queued.get("sequence").and_then(Json::as_i64)));
    if !in_calendar {
        invite["method"] = json!("cancel");
    }
    Ok(invite)
}

/// Brings the invites of a record that is merged into another to that. Of two of one event the one stays that stands in a calendar now, else
/// the survivor's; whichever it is, its number is higher than any that was sent of either. Which of them stand in a calendar twice, and have to
/// be taken out, [`doubled`] has told before.
pub(crate) fn merge(transaction: &Transaction<'_>, survivor: VolunteerId, merged: VolunteerId) -> Result<()> {
    let both = "SELECT o.uid AS own, t.uid AS theirs, max(o.sequence, t.sequence) AS sequence,
                       NOT EXISTS (SELECT 1 FROM participations p WHERE p.event_id = o.event_id AND p.volunteer_id = ?1 AND p.has_invite = 1)
                       AND EXISTS (SELECT 1 FROM participations p WHERE p.event_id = o.event_id AND p.volunteer_id = ?2 AND p.has_invite = 1)
                       AS theirs_stays
                FROM invites o JOIN invites t ON t.event_id = o.event_id AND t.volunteer_id = ?2 WHERE o.volunteer_id = ?1";
    let pairs: Vec<(String, String, i64, bool)> = transaction.all(both, params![survivor, merged], |row| {
        Ok((row.get("own")?, row.get("theirs")?, row.get("sequence")?, row.get("theirs_stays")?))
    })?;
    for (own, theirs, sequence, theirs_stays) in pairs {
        let (stays, goes) = if theirs_stays { (theirs, own) } else { (own, theirs) };
        transaction.execute("DELETE FROM invites WHERE uid = ?1", params![goes])?;
        transaction.execute("UPDATE invites SET sequence = ?2 WHERE uid = ?1", params![stays, sequence])?;
    }
    transaction.execute("UPDATE invites SET volunteer_id = ?2 WHERE volunteer_id = ?1", params![merged, survivor])?;
    Ok(())
}

/// An entry in the calendar of somebody who has the event there twice, as two records of theirs become one.
pub(crate) struct Doubled {
    pub(crate) event: EventId,
    uid: String,
    sequence: i64,
}

impl Doubled {
    /// What the data of the mail that takes it out hold under `invite`.
    pub(crate) fn taken_out(&self) -> Json {
        json!({ "method": "cancel", "sequence": self.sequence, "uid": self.uid })
    }
}

/// Both have an invite out for an event that is to come, the other's was sent or begun to be sent, and they may be told of it: who asked not
/// to be contacted only of a sign-up of their own (M3). An invite that still waits is sent as the survivor's, and makes no second entry.
const DOUBLED: &str = "
    SELECT e.id, ti.uid, max(oi.sequence, ti.sequence) + e.invite_sequence + 1 AS sequence
    FROM participations t
    JOIN participations o ON o.event_id = t.event_id AND o.volunteer_id = ?1 AND o.has_invite = 1
    JOIN events e ON e.id = t.event_id
    JOIN invites oi ON oi.event_id = e.id AND oi.volunteer_id = ?1
    JOIN invites ti ON ti.event_id = e.id AND ti.volunteer_id = ?2
    JOIN volunteers v ON v.id = ?2
    WHERE t.volunteer_id = ?2 AND t.has_invite = 1 AND v.email IS NOT NULL
      AND e.status NOT IN ('completed', 'cancelled') AND e.starts_at > ?3
      AND (NOT EXISTS (SELECT 1 FROM volunteers n WHERE n.id IN (?1, ?2) AND n.do_not_contact = 1)
           OR o.signed_up_at IS NOT NULL OR t.signed_up_at IS NOT NULL)
      -- Rows of old mails are removed.
      AND (EXISTS (SELECT 1 FROM outbox m WHERE m.volunteer_id = ?2 AND m.event_id = e.id
                   AND m.kind IN ('signup_confirmed', 'signup_promoted', 'event_changed')
                   AND (m.state IN ('sending', 'sent') OR (m.state = 'waiting' AND m.stalled = 1)))
           OR NOT EXISTS (SELECT 1 FROM outbox m WHERE m.volunteer_id = ?2 AND m.event_id = e.id
                          AND m.kind IN ('signup_confirmed', 'signup_promoted', 'event_changed')))
    ORDER BY e.id";

/// The entries that become double when a record is merged into another; asked before it is.
pub(crate) fn doubled(
    transaction: &Transaction<'_>,
    survivor: VolunteerId,
    merged: VolunteerId,
    now: DateTime<Utc>,
) -> Result<Vec<Doubled>> {
    transaction.all(DOUBLED, params![survivor, merged, now], |row| {
        Ok(Doubled { event: row.get("id")?, uid: row.get("uid")?, sequence: row.get("sequence")? })
    })
}

/// The UID of an event in somebody's calendar.
pub(super) fn uid(transaction: &Transaction<'_>, composing: &Composing<'_>, event: EventId, volunteer: VolunteerId) -> Result<String> {
    let known = "SELECT uid FROM invites WHERE event_id = ?1 AND volunteer_id = ?2";
    let find = || transaction.first(known, params![event, volunteer], |row| row.get::<String>("uid"));
    let uid = match find()? {
        Some(uid) => uid,
        None if composing.preview => "preview".to_owned(),
        None => {
            let insert = "INSERT INTO invites (uid, event_id, volunteer_id) VALUES (lower(hex(randomblob(16))), ?1, ?2)";
            transaction.execute(insert, params![event, volunteer])?;
            find()?.ok_or(Error::Internal)?
        }
    };
    Ok(whole(&uid, composing))
}

/// The same as calendars have it.
pub(super) fn whole(uid: &str, composing: &Composing<'_>) -> String {
    format!("{uid}@{}.polaris", composing.tenant)
}

/// A message about an event in somebody's calendar.
pub(super) struct Entry<'a> {
    pub(super) uid: String,
    pub(super) sequence: i64,
    pub(super) event: &'a Told,
    pub(super) description: Option<String>,
    /// Why it is taken back.
    pub(super) comment: &'a str,
    /// The event's page.
    pub(super) page: Option<String>,
    pub(super) organizer: (&'a str, &'a str),
    pub(super) attendee: (Option<&'a str>, &'a str),
    pub(super) now: DateTime<Utc>,
}

impl Entry<'_> {
    /// The message: that it stands in the calendar so, or no longer.
    pub(super) fn write(&self, method: &str) -> Option<Invite> {
        let (method, status) = match method {
            "request" => ("REQUEST", "CONFIRMED"),
            "cancel" => ("CANCEL", "CANCELLED"),
            _ => return None,
        };
        let mut ical = Ical::begin();
        ical.put("METHOD", Value::Plain(method));
        ical.open("VEVENT");
        ical.put("UID", Value::Text(&self.uid));
        ical.put("SEQUENCE", Value::Number(self.sequence));
        ical.put("DTSTAMP", Value::Instant(self.now));
        ical.put("DTSTART", Value::Instant(self.event.starts_at.to_utc()));
        ical.put("DTEND", Value::Instant(self.event.end().to_utc()));
        ical.put("SUMMARY", Value::Text(&self.event.title));
        ical.put("LOCATION", Value::Text(&self.event.place()));
        if let Some(description) = &self.description {
            ical.put("DESCRIPTION", Value::Text(description));
        }
        if !self.comment.is_empty() {
            ical.put("COMMENT", Value::Text(self.comment));
        }
        ical.put("STATUS", Value::Plain(status));
        ical.put("TRANSP", Value::Plain("OPAQUE"));
        let (name, address) = self.organizer;
        ical.put_with("ORGANIZER", &[("CN", name)], Value::Plain(&mailto(address)));
        let (name, address) = self.attendee;
        // They said themselves that they come: nobody waits for an answer of their calendar.
        let said = [
            ("CUTYPE", "INDIVIDUAL"),
            ("ROLE", "REQ-PARTICIPANT"),
            ("PARTSTAT", "ACCEPTED"),
            ("RSVP", "FALSE"),
            ("CN", name.unwrap_or(address)),
        ];
        ical.put_with("ATTENDEE", &said, Value::Plain(&mailto(address)));
        if let Some(page) = &self.page {
            ical.put("URL", Value::Plain(page));
        }
        ical.close("VEVENT");
        Some(Invite { method, text: ical.end() })
    }
}

/// An e-mail address as an address of a page (RFC 6068, 2).
fn mailto(address: &str) -> String {
    let mut written = "mailto:".to_owned();
    for byte in address.bytes() {
        if byte.is_ascii_alphanumeric() || b"@.!$'*+-_~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::mailto;

    #[test]
    fn addresses_stand_as_they_are_but_for_what_means_something_else_there() {
        assert_eq!(mailto("o'brien+x@a-b.example"), "mailto:o'brien+x@a-b.example");
        assert_eq!(mailto("a&b?c%d#e/f@x.example"), "mailto:a%26b%3Fc%25d%23e%2Ff@x.example");
    }
}
