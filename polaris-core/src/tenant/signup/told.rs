//! S3, S4: the mails that tell people how they stand, queued in the transaction of what they tell of.

use serde_json::{Value as Json, json};

use crate::error::{Error, Result};
use crate::mail::outbox::{NewMail, Shown};
use crate::store::params;
use crate::tenant::events::Event;
use crate::tenant::handle::Writing;
use crate::tenant::rosters::Participation;
use crate::types::{MailKind, ParticipationStatus};

/// What is done with the invite of an event in somebody's calendar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Invite {
    /// It is sent, the first time or after it was taken back.
    Anew,
    /// It is sent once more.
    Again,
    /// It is taken back.
    Cancelled,
}

/// Tells somebody who signed up how they stand.
pub(super) fn of_signing_up(writing: &Writing<'_>, event: &Event, place: &Participation, had_invite: bool, email: &str) -> Result<()> {
    match place.status {
        ParticipationStatus::Waitlisted => tell(writing, MailKind::SignupWaitlisted, event, place, email, None),
        _ => tell(writing, MailKind::SignupConfirmed, event, place, email, Some(if had_invite { Invite::Again } else { Invite::Anew })),
    }
}

/// Tells somebody from the waitlist that they have a place.
pub(super) fn of_promotion(writing: &Writing<'_>, event: &Event, place: &Participation, email: &str) -> Result<()> {
    tell(writing, MailKind::SignupPromoted, event, place, email, Some(Invite::Anew))
}

/// Tells somebody that their sign-up is cancelled.
pub(super) fn of_cancelling(writing: &Writing<'_>, event: &Event, place: &Participation, had_invite: bool, email: &str) -> Result<()> {
    tell(writing, MailKind::SignupCancelled, event, place, email, had_invite.then_some(Invite::Cancelled))
}

fn tell(writing: &Writing<'_>, kind: MailKind, event: &Event, place: &Participation, email: &str, invite: Option<Invite>) -> Result<()> {
    let mut data = json!({ "event": Shown::from(event) });
    if let Some(invite) = invite {
        data["invite"] = sequenced(writing, place, invite)?;
    }
    let (volunteer, event, participation) = (Some(place.volunteer_id), Some(place.event_id), Some(place.id));
    NewMail { volunteer, event, participation, data, ..NewMail::new(kind, email) }.queue(writing)?;
    Ok(())
}

/// One invite for life of an event and a person; whatever is sent later has a higher number, unless it is the same once more.
const SEQUENCED: &str = "
    INSERT INTO invites (uid, event_id, volunteer_id) VALUES (lower(hex(randomblob(16))), ?1, ?2)
    ON CONFLICT (event_id, volunteer_id) DO UPDATE SET sequence = sequence + ?3
    RETURNING sequence + (SELECT invite_sequence FROM events WHERE id = ?1) AS sequence";

fn sequenced(writing: &Writing<'_>, place: &Participation, invite: Invite) -> Result<Json> {
    let step = i64::from(invite != Invite::Again);
    let sequence: Option<i64> =
        writing.transaction.first(SEQUENCED, params![place.event_id, place.volunteer_id, step], |row| row.get("sequence"))?;
    let method = if invite == Invite::Cancelled { "cancel" } else { "request" };
    Ok(json!({ "method": method, "sequence": sequence.ok_or(Error::Internal)? }))
}
