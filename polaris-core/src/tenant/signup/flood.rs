//! S5: how many mails one address gets that anybody could cause here: it may be somebody's who wants none of them.
//!
//! Counted are rows of the outbox, in the transaction that would add another, so that it holds whichever processes people come through. Who
//! is known plays no part in it, only what was done at this door with the address: nobody learns more than that from being refused.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::{Error, Result};
use crate::store::{Transaction, params};
use crate::tenant::rosters::Participation;
use crate::types::{EmailAddress, MailKind, MailState};

/// So many mails of sign-ups and cancellations go to one address of a tenant within [`WITHIN`], at most; then nobody signs up with it.
const MOST_MAILS: u32 = 10;
const WITHIN: TimeDelta = TimeDelta::hours(1);
/// Who was told so lately how they stand at an event, and signs up for it again, is not told again.
const LATELY: TimeDelta = TimeDelta::minutes(10);

/// The mail by which an address has had its share, if it has. Says its kinds as the index does.
const MOST: &str = "
    SELECT created_at FROM outbox
    WHERE lower(recipient) = ?1 AND created_at > ?2 AND kind IN ('signup_confirmed', 'signup_waitlisted', 'signup_cancelled')
    ORDER BY created_at DESC LIMIT 1 OFFSET ?3";

/// Refuses a sign-up whose mail would be one too many for its address.
pub(super) fn refuse(transaction: &Transaction<'_>, email: &EmailAddress, now: DateTime<Utc>) -> Result<()> {
    let parameters = params![email.folded(), now - WITHIN, MOST_MAILS - 1];
    let Some(share) = transaction.first(MOST, parameters, |row| row.get::<DateTime<Utc>>("created_at"))? else { return Ok(()) };
    let wait = (share + WITHIN - now).clamp(TimeDelta::zero(), WITHIN);
    let retry_after = u32::try_from(wait.num_milliseconds().max(1)).unwrap_or(u32::MAX).div_ceil(1000);
    Err(Error::RateLimitExceeded { retry_after, quota: None })
}

/// The last mail of somebody's sign-up to an address: one who was merged has several, and nobody learns whose they are.
const LAST: &str = "
    SELECT kind, state, created_at FROM outbox
    WHERE participation_id = ?1 AND lower(recipient) = ?2 AND kind LIKE 'signup~_%' ESCAPE '~' ORDER BY id DESC LIMIT 1";

/// Whether the last mail that this address got of a sign-up told this, lately: it was sent, or will be. Of a mail that it got from elsewhere,
/// such as when staff gave it a place, nothing is known here.
pub(super) fn was_told(
    transaction: &Transaction<'_>,
    kind: MailKind,
    place: &Participation,
    email: &EmailAddress,
    now: DateTime<Utc>,
) -> Result<bool> {
    let told = transaction.first(LAST, params![place.id, email.folded()], |row| {
        let state: MailState = row.get("state")?;
        Ok(row.get::<MailKind>("kind")? == kind
            && matches!(state, MailState::Waiting | MailState::Sending | MailState::Sent)
            && row.get::<DateTime<Utc>>("created_at")? > now - LATELY)
    })?;
    Ok(told.unwrap_or(false))
}
