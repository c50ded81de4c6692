//! S2, S3: signing up.
//!
//! Whoever submits gets the answer that follows from the event: a place, the waitlist, full or closed. In the same transaction the person
//! is found or made, the place written, the mail queued that tells how they stand, and the entry made in the audit log. All sign-ups of a
//! tenant go through its one writer, whichever process they come to, so that no event is ever overbooked. Places that are free though
//! somebody waits for them are theirs first, whatever has kept them from it.

use std::cell::Cell;

use serde_json::json;

use super::door::SignupAttempt;
use super::draft::{CheckedSignup, NewSignup, check};
use super::seen::{known, state, state_for_next};
use super::{flood, person, place, told, waitlist};
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
                    let answer = answer(state_for_next(reading.transaction, &event, &reading.settings, reading.now)?)?;
                    flood::refuse(reading.transaction, &checked.email, reading.now).map(|()| answer)
                });
            }
            let handle = match once {
                Some(key) => door.handle.once(&key.clone().of_person(&checked.email.folded())),
                None => door.handle.clone(),
            };
            let undone = Cell::new(false);
            let answer = handle.write(&SIGNUPS_SUBMIT, |writing| sign_up(writing, &reference, &checked, &undone));
            if undone.get() {
                // Who was turned away leaves nothing behind, not even what they found to be others'.
                door.handle.write_if(&SIGNUPS_SUBMIT, |writing| let_in(writing, &reference))?;
            }
            answer
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

fn sign_up(writing: &Writing<'_>, reference: &EventRef, draft: &CheckedSignup, undone: &Cell<bool>) -> Result<(SignedUp, Entry)> {
    let mut event = known(writing.transaction, reference)?;
    let mut state_now = state(&event, &writing.settings, writing.now);
    let first = if state_now == SignupState::Open { waitlist::give(writing, &event)? } else { Vec::new() };
    if !first.is_empty() {
        event = known(writing.transaction, reference)?;
        state_now = state(&event, &writing.settings, writing.now);
    }
    undone.set(state_now == SignupState::Full && !first.is_empty());
    let answer = answer(state_now)?;
    flood::refuse(writing.transaction, &draft.email, writing.now)?;
    let person = person::find_or_add(writing, draft)?;
    let place = place::take(writing, &event, person.volunteer.id, answer.status, &person.notes(draft))?;
    let told_just_now =
        first.contains(&person.volunteer.id) && person.volunteer.email.as_ref().is_some_and(|email| email.folded() == draft.email.folded());
    if !told_just_now {
        told::of_signing_up(writing, &event, &place, &draft.email)?;
    }
    let mut promoted = u32::try_from(first.len()).unwrap_or(u32::MAX);
    if person.outcome == person::REACTIVATED {
        // Where they wait for something else, they were passed over till now.
        promoted += waitlist::fill_for(writing, person.volunteer.id)?;
    }
    let mut details = json!({
        "volunteer": place.after.volunteer_id,
        "outcome": person.outcome,
        "status": { "from": place.before.as_ref().map(|before| before.status), "to": place.after.status },
    });
    waitlist::note(&mut details, promoted);
    Ok((answer, Entry::of("event", event.id, details)))
}

/// Gives free places to those who wait for them, and to nobody else.
fn let_in(writing: &Writing<'_>, reference: &EventRef) -> Result<((), Option<Entry>)> {
    let event = known(writing.transaction, reference)?;
    let promoted = waitlist::give(writing, &event)?.len();
    Ok(((), (promoted > 0).then(|| Entry::of("event", event.id, json!({ "promoted": promoted })))))
}
