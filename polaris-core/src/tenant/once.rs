//! Changes that are made once, however often they are asked for: idempotency keys.
//!
//! Who sends a request again because the answer got lost sends the same key with it. The key, what was asked for and what was answered
//! are kept with the change, in its own transaction; who comes with the same key within a day gets the first answer, and nothing is done
//! again. A request that was refused left nothing behind and is tried anew.
//!
//! ```
//! # use polaris_core::{Actor, NewEvent, NewTenant, Polaris};
//! use polaris_core::IdempotencyKey;
//!
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! let draft = NewEvent {
//!     title: "Career Day".into(),
//!     starts_at: "2027-03-04T09:00".into(),
//!     location: "Main gym".into(),
//!     ..NewEvent::default()
//! };
//! let key = IdempotencyKey::new("8e03978e-40d5-43dd-bc93-6894a57f9324")?;
//! let first = kckps.once(&key).events().create(draft.clone())?;
//! let again = kckps.once(&key).events().create(draft)?;
//! assert_eq!(first.id, again.id);
//! assert!(key.was_repeated());
//! # Ok::<(), polaris_core::Error>(())
//! ```

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::auth::Actor;
use crate::error::{Error, Result};
use crate::operations::Operation;
use crate::store::{Transaction, params};
use crate::types::key_hash::hex;

/// The most characters of a key.
const KEY_MAX: usize = 255;
/// How long a key is remembered.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// The key under which a change is made once; see [`TenantHandle::once`](super::TenantHandle::once). Clones are the same key of the same
/// request.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    key: String,
    body: Mutex<String>,
    person: Mutex<Option<String>>,
    repeated: AtomicBool,
}

impl IdempotencyKey {
    /// A key: 1 to 255 printable ASCII characters that whoever asks makes up anew for each request, such as a UUID.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming `Idempotency-Key` for any other text.
    pub fn new(key: &str) -> Result<Self> {
        let printable = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        if key.trim().is_empty() || key.len() > KEY_MAX || !key.bytes().all(printable) {
            let message = format!("must be 1 to {KEY_MAX} printable ASCII characters, made up anew for each request, such as a UUID");
            return Err(Error::bad_request("Idempotency-Key", message));
        }
        Ok(Self(Arc::new(Inner {
            key: digest(key.as_bytes()),
            body: Mutex::new(digest(b"")),
            person: Mutex::default(),
            repeated: AtomicBool::new(false),
        })))
    }

    /// The same key with what is asked for: then the key with anything else is [`Error::Conflict`]. Without, the key alone counts. To be
    /// said before the change.
    #[must_use]
    pub fn for_body(self, body: &[u8]) -> Self {
        *self.0.body.lock().unwrap_or_else(PoisonError::into_inner) = digest(body);
        self
    }

    /// The same key of somebody whom no log-in tells from others: theirs alone.
    pub(crate) fn of_person(self, who: &str) -> Self {
        *self.0.person.lock().unwrap_or_else(PoisonError::into_inner) = Some(who.to_owned());
        self
    }

    fn body(&self) -> String {
        self.0.body.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether an answer given under this key was that of an earlier request.
    #[must_use]
    pub fn was_repeated(&self) -> bool {
        self.0.repeated.load(Ordering::Relaxed)
    }
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// What a change answers. It is kept as JSON for when its request is repeated, so a secret in it has to be left out with `#[serde(skip)]`.
pub(crate) trait Answer: Serialize + DeserializeOwned {}
impl<T: Serialize + DeserializeOwned> Answer for T {}

/// A request that may have been made before.
pub(super) struct Asked<'a> {
    key: &'a IdempotencyKey,
    operation: &'static str,
    actor: String,
    now: DateTime<Utc>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(key: &'a IdempotencyKey, operation: &Operation, actor: &Actor, now: DateTime<Utc>) -> Asked<'a> {
        // Staff without an account have no number: they are who they are called.
        let person = key.0.person.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let who = person.or_else(|| actor.number().map(|number| number.to_string())).or_else(|| actor.name().map(str::to_owned));
        let who = who.unwrap_or_default();
        Asked { key, operation: operation.id, actor: digest(format!("{}\n{who}", actor.kind()).as_bytes()), now }
    }

    /// The answer that this request got before, if it did.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] where the key came with something else.
    pub(super) fn first_answer<T: Answer>(&self, transaction: &Transaction<'_>) -> Result<Option<T>> {
        let found = transaction.first(
            "SELECT body, answer FROM answered_requests WHERE actor = ?1 AND operation = ?2 AND key = ?3 AND answered_at > ?4",
            params![self.actor, self.operation, self.key.0.key, self.now - REMEMBERED],
            |row| Ok((row.get::<String>("body")?, row.get::<String>("answer")?)),
        )?;
        let Some((body, answer)) = found else { return Ok(None) };
        if body != self.key.body() {
            let message = "this Idempotency-Key came with another request within the last 24 hours: make up a new key for each request";
            return Err(Error::Conflict(message.to_owned()));
        }
        // What an earlier version kept may be of another shape.
        let answer = serde_json::from_str(&answer).map_err(|_| {
            Error::Conflict("this request was carried out before, but its answer can't be given again: look at what is there".to_owned())
        })?;
        Ok(Some(answer))
    }

    /// Keeps the answer, in the transaction of the change.
    pub(super) fn keep<T: Answer>(&self, transaction: &Transaction<'_>, answer: &T) -> Result<()> {
        let answer = serde_json::to_string(answer).map_err(|_| Error::Internal)?;
        transaction.execute(
            "INSERT INTO answered_requests (operation, actor, key, body, answer, answered_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![self.operation, self.actor, self.key.0.key, self.key.body(), answer, self.now],
        )?;
        Ok(())
    }

    pub(super) fn note_repeated(&self) {
        self.key.0.repeated.store(true, Ordering::Relaxed);
    }
}

/// Removes the answers that nobody can ask for any more. Done by every change: they may be about people.
pub(super) fn forget(transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<()> {
    transaction.execute("DELETE FROM answered_requests WHERE answered_at <= ?1", params![now - REMEMBERED])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn keys_are_printable_and_not_too_long() {
        for good in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "\"quoted\"", "two words", &"x".repeat(255)] {
            IdempotencyKey::new(good).unwrap();
        }
        for bad in ["", " ", "a\nb", "é", "a\0", "\u{7f}", &"x".repeat(256), &"x".repeat(1_000_000)] {
            let error = IdempotencyKey::new(bad).unwrap_err();
            assert!(matches!(&error, Error::BadRequest { field, .. } if field == "Idempotency-Key"), "{error}");
        }
    }
}
