//! U2, U4: a tenant's users logging in and out, their sessions and passwords, and what they may see.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::LinkPurpose;
use polaris_core::types::SessionId;
use pyo3::prelude::*;

use crate::actor::Who;
use crate::args;
use crate::errors::{run, run_by, run_timed};
use crate::fork::detached;
use crate::given::{Given, Keywords};
use crate::platform::sessions::{ChangedPassword, LoggedIn, OwnSession};
use crate::tenant::settings::Branding;
use crate::time::{Clocks, Local};
use crate::value::value;

/// Logging in to a tenant, and the caller's own sessions and password there.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct UserSessions(pub(super) Arc<core::TenantHandle>);

#[pymethods]
impl UserSessions {
    /// Logs in, by e-mail or username in any case. A refusal is the same whatever is wrong, and takes a fixed least time.
    #[pyo3(signature = (**given), text_signature = "($self, *, login, password)")]
    fn log_in(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<LoggedIn> {
        let log_in = Given::new(py, given).draft()?;
        let logged_in = run_timed(py, || self.0.sessions().log_in(&log_in))?;
        Ok(LoggedIn::from(logged_in).by_clocks(detached(py, || self.0.zone())))
    }

    /// Sets the password of the account that a one-time link was issued for, and tells what the link was for (`invitation` or `reset`).
    /// The link is used up, and all sessions of the account end.
    #[pyo3(signature = (**given), text_signature = "($self, *, link, password)")]
    fn use_link(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<&'static str> {
        let link = Given::new(py, given).draft()?;
        run(py, || self.0.sessions().use_link(&link)).map(LinkPurpose::as_str)
    }

    /// Asks for a mail with a link to set a new password, by e-mail or username. Nothing tells whether there is such an account: the answer
    /// and its time are the same.
    #[pyo3(signature = (**given), text_signature = "($self, *, login)")]
    fn request_reset(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<()> {
        let asked = Given::new(py, given).draft()?;
        run_timed(py, || self.0.sessions().request_reset(&asked))
    }

    /// Who acts here, what they may do and what is switched on.
    fn current(&self, py: Python<'_>) -> PyResult<Navigation> {
        run_by(py, &*self.0, || self.0.sessions().current())
    }

    /// Ends the present session: needs a caller with one.
    fn log_out(&self, py: Python<'_>) -> PyResult<()> {
        run(py, || self.0.sessions().log_out())
    }

    /// One's own sessions, the last used first.
    fn list(&self, py: Python<'_>) -> PyResult<Vec<OwnSession>> {
        run_by(py, &*self.0, || self.0.sessions().list())
    }

    /// Ends one of one's own sessions, by number.
    fn end(&self, py: Python<'_>, session: &Bound<'_, PyAny>) -> PyResult<()> {
        let session = SessionId::new(args::number("session", session)?);
        run(py, || self.0.sessions().end(session))
    }

    /// Ends all of one's own sessions but the present one, and tells how many there were.
    fn end_others(&self, py: Python<'_>) -> PyResult<u32> {
        run(py, || self.0.sessions().end_others())
    }

    /// Changes one's own password, which ends all other sessions. Each wrong present password counts as a failed log-in.
    #[pyo3(signature = (**given), text_signature = "($self, *, current_password, new_password)")]
    fn change_password(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<ChangedPassword> {
        let new = Given::new(py, given).draft()?;
        run_timed(py, || self.0.sessions().change_password(&new)).map(ChangedPassword::from)
    }
}

value! {
    /// What a screen needs to know of whoever looks at it.
    Navigation from core::Navigation [who, tenant, permissions, features] {
        /// Who it is.
        who: Who,
        /// The tenant's slug.
        tenant: String,
        /// The tenant's name, as people know it.
        tenant_name: String,
        /// How the tenant shows itself.
        branding: Branding,
        /// What they may do here.
        permissions: Vec<String>,
        /// What the tenant has switched on.
        features: Vec<String>,
        /// Their session, if they are one of the tenant's users and have logged in.
        session: Option<OwnSession>,
    }
}
