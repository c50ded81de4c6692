//! S4: seeing and cancelling one's own sign-up, by the secret in one's mail.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::door::Signups;
use super::seen::SignupEvent;
use super::{place, told, waitlist};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::operations::{SIGNUPS_CANCEL, SIGNUPS_GET};
use crate::store::{Transaction, params};
use crate::tenant::events::{Event, find};
use crate::tenant::handle::Writing;
use crate::tenant::rosters::{Participation, end, participation, participation_columns};
use crate::tenant::settings::Settings;
use crate::types::{EventRef, EventStatus, MailSecret, ParticipationStatus};

/// How long after an event the links to sign-ups for it are good.
const GOOD_AFTER: TimeDelta = TimeDelta::days(30);

/// A sign-up, as whoever made it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedSignup {
    /// The event, whatever has become of it.
    pub event: SignupEvent,
    /// How they stand on its roster.
    pub status: ParticipationStatus,
    /// When they signed up (UTC), if they did.
    pub signed_up_at: Option<DateTime<Utc>>,
    /// How many are before them on the waitlist, themselves counted; `None` where they aren't on it.
    pub waitlist_position: Option<u32>,
    /// Whether they can cancel now: they have or wait for a place, and the event is still to come.
    pub can_cancel: bool,
}

impl Signups {
    /// How somebody stands, by the secret of a link that one of their mails held.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLink`] for any other secret, and for one whose event ended more than 30 days ago;
    /// [`Error::RateLimitExceeded`] instead when that was the answer to this address 20 times in ten minutes; [`Error::FeatureDisabled`],
    /// [`Error::TenantNotFound`], [`Error::Unavailable`].
    pub fn look(&self, secret: &str) -> Result<ManagedSignup> {
        self.answer(self.handle.read(&SIGNUPS_GET, |reading| {
            let (transaction, now) = (reading.transaction, reading.now);
            let (event, place) = behind(transaction, secret, now)?;
            managed(transaction, event, &place, &reading.settings, now)
        }))
    }

    /// Cancels a sign-up: its status becomes declined. A place that becomes free goes to the first on the waitlist, and both are told. Who
    /// has cancelled already is shown that, and nothing is done again.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] for an event that has begun or was cancelled; else as [`Self::look`].
    pub fn cancel(&self, secret: &str) -> Result<ManagedSignup> {
        self.answer(self.handle.write_if(&SIGNUPS_CANCEL, |writing| {
            let (transaction, now) = (writing.transaction, writing.now);
            let (event, before) = behind(transaction, secret, now)?;
            let (place, entry) = match before.status {
                ParticipationStatus::Declined => (before, None),
                _ => {
                    let (place, entry) = cancel(writing, &event, &before)?;
                    (place, Some(entry))
                }
            };
            Ok((managed(transaction, event, &place, &writing.settings, now)?, entry))
        }))
    }
}

const BEHIND: &str = concat!(
    "SELECT ",
    participation_columns!(),
    ", l.hash FROM mail_links l JOIN participations p ON p.id = l.participation_id
     WHERE l.hash = ?1 AND l.purpose = 'manage_signup'"
);

/// The event and the place behind a secret.
fn behind(transaction: &Transaction<'_>, secret: &str, now: DateTime<Utc>) -> Result<(Event, Participation)> {
    let hash = MailSecret::parse(secret).ok_or(Error::InvalidLink)?.hash();
    let found = transaction.first(BEHIND, params![hash], |row| {
        let place = participation(row)?;
        Ok((row.get::<crate::types::KeyHash>("hash")?, place))
    })?;
    let (_, place) = found.filter(|(stored, _)| stored.matches(&hash)).ok_or(Error::InvalidLink)?;
    let event = find(transaction, &EventRef::Id(place.event_id))?.ok_or(Error::InvalidLink)?;
    if now > ended(&event) + GOOD_AFTER {
        return Err(Error::InvalidLink);
    }
    Ok((event, place))
}

fn ended(event: &Event) -> DateTime<Utc> {
    end(event.starts_at.instant, event.ends_at.map(|end| end.instant))
}

/// Whether the event is still to come and takes place, as far as is known.
pub(super) fn is_to_come(event: &Event, now: DateTime<Utc>) -> bool {
    !matches!(event.status, EventStatus::Completed | EventStatus::Cancelled) && now < event.starts_at.instant
}

fn managed(
    transaction: &Transaction<'_>,
    event: Event,
    place: &Participation,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<ManagedSignup> {
    let can_cancel = is_to_come(&event, now) && place.status.can_become(ParticipationStatus::Declined);
    let waitlist_position = match place.status {
        ParticipationStatus::Waitlisted => {
            transaction.first(POSITION, params![place.event_id, place.waitlisted_at, place.id], |row| row.get("position"))?
        }
        _ => None,
    };
    let event = SignupEvent::of(transaction, event, settings, now)?;
    Ok(ManagedSignup { event, status: place.status, signed_up_at: place.signed_up_at, waitlist_position, can_cancel })
}

const POSITION: &str = "
    SELECT count(*) AS position FROM participations
    WHERE event_id = ?1 AND status = 'waitlisted' AND (waitlisted_at, id) <= (?2, ?3)";

fn cancel(writing: &Writing<'_>, event: &Event, before: &Participation) -> Result<(Participation, Entry)> {
    let (transaction, now) = (writing.transaction, writing.now);
    if !is_to_come(event, now) {
        let why = match event.status {
            EventStatus::Cancelled => "this event was cancelled: there is nothing left to cancel",
            _ => "this event has begun: nothing can be cancelled any more",
        };
        return Err(Error::Conflict(why.to_owned()));
    }
    if !before.status.can_become(ParticipationStatus::Declined) {
        return Err(Error::Conflict("this can't be cancelled any more".to_owned()));
    }
    let place = place::give_up(writing, before)?;
    let email: Option<String> =
        transaction.first("SELECT email FROM volunteers WHERE id = ?1", params![place.volunteer_id], |row| row.get("email"))?.flatten();
    if let Some(email) = &email {
        told::of_cancelling(writing, event, &place, before.has_invite, email)?;
    }
    let promoted = if before.status.takes_a_place() { waitlist::fill(writing, event.id)? } else { 0 };
    let details = json!({
        "volunteer": place.volunteer_id,
        "status": { "from": before.status, "to": place.status },
        "promoted": promoted,
    });
    Ok((place, Entry::of("event", event.id, details)))
}
