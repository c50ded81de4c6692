//! U2: logging in, by e-mail or username.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde_json::json;

use super::guess::{At, Right, guess};
use super::people::Realm;
use super::sessions;
use crate::audit::Entry;
use crate::auth::{Actor, Caller, Password};
use crate::error::{Error, Problem, Problems, Result};
use crate::store::params;
use crate::types::{SessionId, SessionToken};

/// What somebody logs in with.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogIn {
    /// Their e-mail or username, in any case.
    pub login: String,
    /// Their password.
    pub password: Password,
}

/// Somebody who has logged in.
#[derive(Debug)]
pub struct LoggedIn {
    /// Who they are.
    pub actor: Actor,
    /// The number of their session.
    pub session: SessionId,
    /// The token that stands for them. Only its hash is stored: this is the one time it can be shown.
    pub token: SessionToken,
    /// When the session ends at the latest (UTC); 8 hours without use end it too.
    pub expires_at: DateTime<Utc>,
}

/// An answer that must not be given before an instant, so that how long it took tells nothing.
#[derive(Debug)]
pub struct Timed<T> {
    /// The answer.
    pub answer: Result<T>,
    /// When it may be given.
    pub not_before: Instant,
}

impl<T> Timed<T> {
    /// The answer, once it may be given. Sleeps; whoever must not, waits until `not_before` in another way.
    ///
    /// # Errors
    ///
    /// The answer's.
    pub fn wait(self) -> Result<T> {
        std::thread::sleep(self.not_before.saturating_duration_since(Instant::now()));
        self.answer
    }

    /// An answer that begins now; where it is a refusal that could tell something by its pace, it is given no sooner than after `least`.
    pub(super) fn of(least: Duration, attempt: impl FnOnce() -> Result<T>) -> Self {
        let began = Instant::now();
        let answer = attempt();
        let tells = matches!(answer, Err(Error::InvalidCredentials | Error::TooManyAttempts { .. }));
        Self { answer, not_before: if tells { began + least } else { began } }
    }
}

/// Logs in.
pub(crate) fn log_in<R: Realm>(realm: &R, log_in: &LogIn) -> Timed<LoggedIn> {
    Timed::of(realm.polaris().least_time(), || {
        realm.permit(realm.people().log_in)?;
        let mut problems = Problems::default();
        for (field, blank) in [("login", log_in.login.trim().is_empty()), ("password", log_in.password.reveal().is_empty())] {
            if blank {
                problems.note(field, Problem::required());
            }
        }
        problems.finish()?;
        let token = sessions::new_token(realm.people(), realm.polaris().randomness());
        guess(
            realm,
            realm.people().log_in,
            At::Named(&log_in.login),
            &log_in.password,
            || Ok(()),
            |transaction, right| {
                let Right { account, password_hash, failures } = right;
                let now = realm.now();
                let rehashed = account.password_hash.as_ref() != Some(password_hash);
                transaction.execute(realm.people().note_log_in, params![account.id, now, password_hash])?;
                let address = realm.caller().context.address.as_deref();
                let (session, expires_at) = sessions::insert(realm.people(), transaction, account.id, &token, address, now)?;
                let actor = realm.people().actor(account)?;
                let mut details = json!({ "session": session });
                if *failures > 0 {
                    details["failures_before"] = (*failures).into();
                }
                if rehashed {
                    details["rehashed"] = true.into();
                }
                let caller = Caller { actor: actor.clone(), session: Some(session), ..realm.caller().clone() };
                realm.note(transaction, &caller, realm.people().log_in, &Entry::of(realm.people().noun, account.id, details))?;
                Ok(LoggedIn { actor, session, token: token.clone(), expires_at })
            },
        )
    })
}
