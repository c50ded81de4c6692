//! Staff sessions opened for others, and what logging in and one's own sessions have in common for staff and tenants' users.

use std::sync::Arc;

use polaris_core as core;
use pyo3::prelude::*;

use crate::actor::Actor;
use crate::errors::run;
use crate::given::{Given, Keywords};
use crate::secret::SessionToken;
use crate::time::Instant;
use crate::value::value;

/// Staff sessions.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Sessions(pub(super) Arc<core::Platform>);

#[pymethods]
impl Sessions {
    /// Opens a session, and enters a tenant with it if one is named. The role is `admin` or `support`, for a new account; `support` when left out.
    #[pyo3(signature = (**given), text_signature = "($self, *, staff, role=None, tenant=None, reason=None)")]
    fn open(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<OpenedSession> {
        let mut given = Given::new(py, given);
        let new = core::NewSession {
            staff: given.text("staff")?.unwrap_or_default(),
            role: given.text("role")?,
            tenant: given.text("tenant")?,
            reason: given.text("reason")?,
        };
        given.none_left()?;
        run(py, || self.0.sessions().open(&new)).map(OpenedSession::from)
    }
}

value! {
    secret
    /// A session just opened. Personal: repr shows no name.
    OpenedSession from core::OpenedSession [role, token, tenant, expires_at] {
        /// Whom it stands for.
        staff: String,
        /// What they may do.
        role: String,
        /// The token. Only its hash is stored: this is the one time it can be shown.
        token: SessionToken,
        /// The tenant it has entered, if any.
        tenant: Option<String>,
        /// When it ends at the latest (UTC); 8 hours without use end it too.
        expires_at: Instant,
    }
}

value! {
    secret
    /// Somebody who has just logged in.
    LoggedIn from core::LoggedIn [actor, session, token, expires_at] {
        /// Who they are.
        actor: Actor,
        /// The number of their session.
        session: i64,
        /// The token that stands for them. Only its hash is stored: this is the one time it can be shown.
        token: SessionToken,
        /// When the session ends at the latest; 8 hours without use end it too.
        expires_at: Instant,
    }
}

value! {
    /// One's own password, changed.
    ChangedPassword from core::ChangedPassword [sessions_ended] {
        /// How many other sessions this has ended.
        sessions_ended: u32,
    }
}

value! {
    /// One of one's own sessions.
    OwnSession from core::OwnSession [id, current, created_at, last_used_at] {
        /// Its number, to end it by.
        id: i64,
        /// Whether it is the one that asks.
        current: bool,
        /// The address it was opened from, if it came over a network.
        address: Option<String>,
        /// When it was opened.
        created_at: Instant,
        /// When it was last used, to within 5 minutes.
        last_used_at: Instant,
        /// When it ends at the latest.
        expires_at: Instant,
    }
}
