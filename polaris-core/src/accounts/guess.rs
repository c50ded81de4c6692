//! One guess at a password: reserved, looked at, settled. The password is looked at outside of any transaction and of any connection.

use std::time::{Duration, Instant};

use serde_json::json;

use super::attempts::{self, Subjects};
use super::people::{Account, Realm};
use crate::audit::{Entry, Outcome};
use crate::auth::passwords::{self, Verified};
use crate::auth::{Actor, Password};
use crate::error::{Error, Result, Unavailable};
use crate::operations::Operation;
use crate::store::Transaction;

/// How long is waited before it is looked again whether an attempt may be made.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// How often a password is looked at whose hash changes meanwhile.
const MOST_LOOKS: usize = 3;

/// At whose password somebody guesses.
#[derive(Clone, Copy)]
pub(super) enum At<'a> {
    /// Whoever has this e-mail or username.
    Named(&'a str),
    /// One's own.
    Own(i64),
}

/// What a right guess finds.
pub(super) struct Right<'a> {
    pub(super) account: &'a Account,
    /// The hash to be stored: made anew where the stored one is of an older kind.
    pub(super) password_hash: String,
    /// Failures of the series that this ends.
    pub(super) failures: i64,
}

/// Makes one guess. `before` is called once when it was right, outside of any transaction; `then` runs in the transaction that settles
/// it, and may run more than once.
///
/// # Errors
///
/// [`Error::InvalidCredentials`], whatever is wrong; [`Error::TooManyAttempts`], whether or not there is such an account.
pub(super) fn guess<R: Realm, T>(
    realm: &R,
    operation: &'static Operation,
    at: At<'_>,
    password: &Password,
    before: impl FnOnce() -> Result<()>,
    then: impl Fn(&Transaction<'_>, &Right<'_>) -> Result<T>,
) -> Result<T> {
    let until = realm.until();
    let attempt = loop {
        let free = realm.look(|transaction| {
            let (_, subjects) = find(realm, transaction, at)?;
            attempts::leave(transaction, &subjects, realm.now())?.check()
        })?;
        if free && let Some(attempt) = reserve(realm, at)? {
            break attempt;
        }
        if Instant::now() + LOOK_AGAIN > until {
            return Err(Error::Unavailable(Unavailable::Overloaded));
        }
        std::thread::sleep(LOOK_AGAIN);
    };
    let mut before = Some(before);
    let mut account = attempt.account.as_ref().map(|account| account.password_hash.clone());
    for _ in 0..MOST_LOOKS {
        let stored = account.as_ref().and_then(Option::as_deref);
        let looked_at = look_at(realm, password, stored, until).and_then(|found| match before.take() {
            Some(before) if found.0.right => before().map(|()| found),
            kept => {
                before = kept;
                Ok(found)
            }
        });
        let (verified, password_hash) = looked_at.inspect_err(|_| withdraw(realm, attempt.id))?;
        let settled = realm.keep(|transaction| {
            let present = match &attempt.account {
                Some(account) if verified.right => realm.people().numbered(transaction, account.id)?,
                _ => None,
            };
            let Some(present) = present.filter(|account| account.active) else {
                let failed = attempts::fail(transaction, attempt.id, &attempt.subjects, realm.now())?;
                note_failure(realm, operation, transaction, attempt.account.as_ref(), failed)?;
                return Ok(Settled::Wrong);
            };
            if present.password_hash.as_deref() != stored {
                return Ok(Settled::Changed(present.password_hash));
            }
            let failures = attempts::succeed(transaction, attempt.id, &attempt.subjects)?;
            then(transaction, &Right { account: &present, password_hash: password_hash.clone(), failures }).map(Settled::Right)
        })?;
        match settled {
            Settled::Right(value) => return Ok(value),
            Settled::Wrong => return Err(Error::InvalidCredentials),
            Settled::Changed(hash) => account = Some(hash),
        }
    }
    withdraw(realm, attempt.id);
    Err(Error::Unavailable(Unavailable::Overloaded))
}

/// How a guess came out.
enum Settled<T> {
    Right(T),
    Wrong,
    /// The account has another hash than the one that was looked at: made anew by another log-in, or of another password.
    Changed(Option<String>),
}

/// An attempt that was written down.
struct Attempt {
    id: i64,
    account: Option<Account>,
    subjects: Subjects,
}

fn find<R: Realm>(realm: &R, transaction: &Transaction<'_>, at: At<'_>) -> Result<(Option<Account>, Subjects)> {
    let (account, login) = match at {
        At::Named(login) => (realm.people().named(transaction, login)?, login),
        At::Own(id) => (Some(realm.people().numbered(transaction, id)?.ok_or_else(|| realm.people().unknown())?), ""),
    };
    let subjects = Subjects::of(realm.people(), account.as_ref(), login, realm.caller().context.address.as_deref());
    Ok((account, subjects))
}

/// Writes the attempt down, if it may be made now.
fn reserve<R: Realm>(realm: &R, at: At<'_>) -> Result<Option<Attempt>> {
    realm.keep(|transaction| {
        let now = realm.now();
        let (account, subjects) = find(realm, transaction, at)?;
        if !attempts::leave(transaction, &subjects, now)?.check()? {
            return Ok(None);
        }
        for failures in attempts::tidy(transaction, now)? {
            let entry = Entry::of_nothing(json!({ "failures": failures, "series": "ended" })).with_outcome(Outcome::Refused);
            realm.note(transaction, &Actor::System.into(), realm.people().log_in, &entry)?;
        }
        let id = attempts::reserve(transaction, &subjects, now)?;
        Ok(Some(Attempt { id, account, subjects }))
    })
}

/// Strikes out an attempt that came to nothing through no fault of whoever made it.
fn withdraw<R: Realm>(realm: &R, attempt: i64) {
    if let Err(error) = realm.keep(|transaction| attempts::withdraw(transaction, attempt)) {
        tracing::warn!(%error, "an attempt to log in could not be struck out and will count as failed");
    }
}

/// Looks at the password, and makes the hash to be stored; when there is a place for that.
fn look_at<R: Realm>(realm: &R, password: &Password, stored: Option<&str>, until: Instant) -> Result<(Verified, String)> {
    let mut place = realm.polaris().engine()?.hashing.enter(until)?;
    let verified = passwords::verify(password, stored, &mut place);
    let hash = match stored {
        Some(_) if verified.right && verified.outdated => passwords::hash(password, &mut place, realm.polaris().randomness())?,
        Some(stored) => stored.to_owned(),
        None => String::new(),
    };
    Ok((verified, hash))
}

/// The first failure of a series, and its count when it locks. What was typed is nobody's to read.
fn note_failure<R: Realm>(
    realm: &R,
    operation: &'static Operation,
    transaction: &Transaction<'_>,
    account: Option<&Account>,
    failed: attempts::Failed,
) -> Result<()> {
    if failed.failures != 1 && !failed.locked_account && !failed.locked_address {
        return Ok(());
    }
    let mut details = json!({ "failures": failed.failures });
    if failed.locked_account {
        details["locked"] = "account".into();
    }
    if failed.locked_address {
        details["locked"] = "address".into();
    }
    let entry = match account {
        Some(account) => Entry::of(realm.people().noun, account.id, details),
        None => Entry::of_nothing(details),
    };
    realm.note(transaction, realm.caller(), operation, &entry.with_outcome(Outcome::Refused))
}
