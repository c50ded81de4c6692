//! S3, S4: the mails that tell people how they stand, queued in the transaction of what they tell of.

use serde_json::json;

use super::flood;
use super::place::Taken;
use crate::error::{Error, Result};
use crate::mail::invites::{Doubled, InviteStep};
use crate::mail::outbox::{NewMail, Shown};
use crate::mail::signup::tell;
use crate::tenant::events::{Event, find};
use crate::tenant::handle::Writing;
use crate::tenant::rosters::{Participation, find_participation};
use crate::types::{EmailAddress, EventRef, MailKind, ParticipationStatus, VolunteerId};

/// Tells somebody who signed up how they stand, unless the mail of their sign-up just before did: that is this one's, too.
pub(super) fn of_signing_up(writing: &Writing<'_>, event: &Event, taken: &Taken, email: &EmailAddress) -> Result<()> {
    let place = &taken.after;
    let (kind, invite) = match place.status {
        ParticipationStatus::Waitlisted => (MailKind::SignupWaitlisted, None),
        _ => (MailKind::SignupConfirmed, Some(if taken.had_invite() { InviteStep::Again } else { InviteStep::Anew })),
    };
    let stands_as_before = taken.before.as_ref().is_some_and(|before| before.status == place.status);
    if stands_as_before && flood::was_told(writing.transaction, kind, place, email, writing.now)? {
        return Ok(());
    }
    tell(writing, kind, event, place, email.as_str(), invite).map(|_| ())
}

/// Tells somebody that staff gave them their place again.
pub(super) fn of_confirming(writing: &Writing<'_>, event: &Event, place: &Participation, email: &str) -> Result<()> {
    tell(writing, MailKind::SignupConfirmed, event, place, email, Some(InviteStep::Anew)).map(|_| ())
}

/// Tells somebody from the waitlist that they have a place.
pub(super) fn of_promotion(writing: &Writing<'_>, event: &Event, place: &Participation, email: &str) -> Result<()> {
    tell(writing, MailKind::SignupPromoted, event, place, email, Some(InviteStep::Anew)).map(|_| ())
}

/// Tells somebody that their sign-up is cancelled.
pub(super) fn of_cancelling(writing: &Writing<'_>, event: &Event, place: &Participation, had_invite: bool, email: &str) -> Result<()> {
    tell(writing, MailKind::SignupCancelled, event, place, email, had_invite.then_some(InviteStep::TakenBack)).map(|_| ())
}

/// Tells somebody who was on a list twice that the entry of the record that went leaves their calendar.
pub(crate) fn of_merging(writing: &Writing<'_>, doubled: &Doubled, survivor: VolunteerId, email: &str) -> Result<()> {
    let event = find(writing.transaction, &EventRef::Id(doubled.event))?.ok_or(Error::EventNotFound)?;
    let place = find_participation(writing.transaction, doubled.event, survivor)?.map(|place| place.id);
    let data = json!({ "event": Shown::from(&event), "invite": doubled.taken_out() });
    let (volunteer, event) = (Some(survivor), Some(doubled.event));
    NewMail { volunteer, event, participation: place, data, ..NewMail::new(MailKind::SignupMerged, email) }.queue(writing).map(|_| ())
}

/// Tells somebody that staff took them off the roster.
pub(super) fn of_removal(writing: &Writing<'_>, event: &Event, place: &Participation, email: &str) -> Result<()> {
    tell(writing, MailKind::SignupRemoved, event, place, email, place.has_invite.then_some(InviteStep::TakenBack)).map(|_| ())
}
