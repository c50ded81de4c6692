//! S3, S4: the mails that tell people how they stand, queued in the transaction of what they tell of.

use super::flood;
use super::place::Taken;
use crate::error::Result;
use crate::mail::invites::InviteStep;
use crate::mail::signup::tell;
use crate::tenant::events::Event;
use crate::tenant::handle::Writing;
use crate::tenant::rosters::Participation;
use crate::types::{EmailAddress, MailKind, ParticipationStatus};

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

/// Tells somebody whose invite is out that staff took them off the roster.
pub(super) fn of_removal(writing: &Writing<'_>, event: &Event, place: &Participation, email: &str) -> Result<()> {
    tell(writing, MailKind::SignupRemoved, event, place, email, Some(InviteStep::TakenBack)).map(|_| ())
}
