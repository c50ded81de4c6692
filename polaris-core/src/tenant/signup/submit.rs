//! S2, S3: signing up.
//!
//! Whoever submits gets the answer that follows from the event: a place, the waitlist, full or closed. In the same transaction the person
//! is found or made, the place written, the mail queued that tells how they stand, and the entry made in the audit log. All sign-ups of a
//! tenant go through its one writer, whichever process they come to, so that no event is ever overbooked.

use serde_json::json;

use super::door::SignupAttempt;
use super::draft::{CheckedSignup, NewSignup, check};
use super::seen::{known, state};
use super::{flood, person, place, told};
use crate::audit::Entry;
use crate::auth::Patience;
use crate::error::{Error, Result};
use crate::operations::SIGNUPS_SUBMIT;
use crate::tenant::handle::Writing;
use crate::tenant::once::IdempotencyKey;
use crate::types::{EventRef, SignupState, SignupStatus};

/// What somebody is told who signed up. The same for everybody at the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SignedUp {
    /// Whether there was a place.
    pub status: SignupStatus,
}

impl SignupAttempt {
    /// Signs somebody up for an event, by slug or number. With an idempotency key, which is good for one e-mail address, a repeated request
    /// gets the first answer and nothing is done again.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::EventNotFound`], also for a draft; [`Error::SignupClosed`] for an event
    /// that takes nobody (any more), [`Error::SignupFull`] for a full one of a tenant without waitlists; [`Error::RateLimitExceeded`] where
    /// ten mails of sign-ups and cancellations went to the e-mail address within an hour, whoever caused them; [`Error::Conflict`] for an
    /// idempotency key that came with something else; [`Error::FeatureDisabled`], [`Error::TenantNotFound`], [`Error::Unavailable`].
    pub fn submit(self, event: impl Into<EventRef>, draft: &NewSignup, once: Option<&IdempotencyKey>) -> Result<SignedUp> {
        let reference = event.into();
        let door = self.door.with_patience(Patience::Wait);
        door.answer(door.authorize(&SIGNUPS_SUBMIT).and_then(|()| {
            let checked = check(draft)?;
            if checked.trapped {
                return door.handle.read(&SIGNUPS_SUBMIT, |reading| {
                    let event = known(reading.transaction, &reference)?;
                    let answer = answer(state(&event, &reading.settings, reading.now))?;
                    flood::refuse(reading.transaction, &checked.email, reading.now).map(|()| answer)
                });
            }
            let handle = match once {
                Some(key) => door.handle.once(&key.clone().of_person(&checked.email.folded())),
                None => door.handle.clone(),
            };
            handle.write(&SIGNUPS_SUBMIT, |writing| sign_up(writing, &reference, &checked))
        }))
    }
}

/// What is answered by the event's state.
fn answer(state: SignupState) -> Result<SignedUp> {
    match state {
        SignupState::Open => Ok(SignedUp { status: SignupStatus::Confirmed }),
        SignupState::Waitlist => Ok(SignedUp { status: SignupStatus::Waitlisted }),
        SignupState::Full => Err(Error::SignupFull),
        closed => Err(Error::SignupClosed(closed)),
    }
}

fn sign_up(writing: &Writing<'_>, reference: &EventRef, draft: &CheckedSignup) -> Result<(SignedUp, Entry)> {
    let event = known(writing.transaction, reference)?;
    let answer = answer(state(&event, &writing.settings, writing.now))?;
    flood::refuse(writing.transaction, &draft.email, writing.now)?;
    let person = person::find_or_add(writing, draft)?;
    let place = place::take(writing, &event, person.volunteer.id, answer.status, &person.notes(draft))?;
    told::of_signing_up(writing, &event, &place, &draft.email)?;
    let details = json!({
        "volunteer": place.after.volunteer_id,
        "outcome": person.outcome,
        "status": { "from": place.before.as_ref().map(|before| before.status), "to": place.after.status },
    });
    Ok((answer, Entry::of("event", event.id, details)))
}
