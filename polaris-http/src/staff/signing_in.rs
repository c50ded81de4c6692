//! What the platform's and the tenants' log-in have in common over HTTP: places for hashing, waiting, cookies.

use std::sync::Arc;
use std::time::Duration;

use poem::Request;
use poem::http::header;
use polaris_core::{Error, LogIn, LoggedIn, OwnSession, Page, PageRequest, Result, Timed, Unavailable};
use tokio::sync::Semaphore;
use tokio::time::{sleep_until, timeout};

use super::credentials::{check_origin, is_secure, set_cookie};
use super::wire_sessions::{LoggedInBody, OwnSessionBody};
use crate::State;
use crate::answer::{Answer, Created, Many, Meta, One, Pagination};
use crate::blocking::Whose;
use crate::error::Failure;

/// How many may be at work on passwords at once: as many as the engine hashes, and a few who read and write before and after that.
/// Whoever waits for more waits here, on no thread.
#[derive(Clone)]
pub(crate) struct Hashing(Arc<Semaphore>);

const BESIDE: usize = 3;

/// How long is waited for a place before it is refused.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

impl Hashing {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(polaris_core::auth::hashed_at_once() + BESIDE)))
    }
}

/// Runs what hashes passwords on a blocking thread, few at a time.
pub(crate) async fn hashing<T: Send + 'static>(
    state: &State,
    whose: Whose<'_>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let place = timeout(LONGEST_WAIT, Arc::clone(&state.hashing.0).acquire_owned()).await;
    let place = place.map_err(|_| Error::Unavailable(Unavailable::Overloaded))?.map_err(|_| Error::Internal)?;
    state
        .blocking
        .run(whose, move || {
            let _place = place;
            work()
        })
        .await
}

/// The same for what must not be answered before its time; the wait keeps no thread and no place.
pub(super) async fn hashing_timed<T: Send + 'static>(
    state: &State,
    whose: Whose<'_>,
    work: impl FnOnce() -> Result<Timed<T>> + Send + 'static,
) -> Result<T> {
    let Timed { answer, not_before } = hashing(state, whose, work).await?;
    sleep_until(not_before.into()).await;
    answer
}

/// The same for what hashes no password.
pub(crate) async fn timed<T: Send + 'static>(
    state: &State,
    whose: Whose<'_>,
    work: impl FnOnce() -> Result<Timed<T>> + Send + 'static,
) -> Result<T> {
    let Timed { answer, not_before } = state.blocking.run(whose, work).await?;
    sleep_until(not_before.into()).await;
    answer
}

/// A log-in, as it is sent.
#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NewSession {
    login: String,
    password: polaris_core::Password,
    cookie: bool,
}

impl NewSession {
    /// What to log in with, and whether the session is for a browser's cookie: only pages of this site may ask for that, or others could
    /// log people in to accounts that are not theirs.
    pub(super) fn checked(self, request: &Request, state: &State) -> std::result::Result<(LogIn, Option<bool>), Failure> {
        let cookie = if self.cookie {
            check_origin(request, &state.config)?;
            Some(is_secure(request, &state.config))
        } else {
            None
        };
        Ok((LogIn { login: self.login, password: self.password }, cookie))
    }
}

/// The answer to a log-in.
pub(super) fn welcome(logged_in: &LoggedIn, cookie: Option<bool>, location: String, meta: Meta) -> Answer<One<LoggedInBody>, Created> {
    let body = One::of(LoggedInBody::of(logged_in, cookie.is_none()), meta);
    let answer = Answer::new(&body).header(header::LOCATION, location);
    match cookie {
        Some(secure) => answer.header(header::SET_COOKIE, set_cookie(logged_in.token.reveal(), secure)),
        None => answer,
    }
}

/// One's own sessions, all on one page: there are at most a hundred.
pub(super) fn listed(sessions: Vec<OwnSession>, meta: Meta) -> Answer<Many<OwnSessionBody>> {
    let total = u32::try_from(sessions.len()).unwrap_or(u32::MAX);
    let page: Page<OwnSession> = PageRequest::new(1, 100).unwrap_or_default().of(sessions, total);
    Answer::new(&Many {
        success: true,
        data: page.items.iter().map(OwnSessionBody::from).collect(),
        pagination: Pagination::of(&page),
        meta,
    })
}
