//! P6: staff logging in and out, their own sessions and passwords.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::LinkPurpose;
use polaris_core::types::SessionId;
use pyo3::prelude::*;

use super::sessions::{ChangedPassword, LoggedIn, OwnSession};
use crate::actor::Who;
use crate::args;
use crate::errors::{run, run_timed};
use crate::given::{Given, Keywords};
use crate::value::{Of, value};

/// Where staff log in, before it is known who they are.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct StaffDoor(pub(crate) Arc<core::StaffDoor>);

#[pymethods]
impl StaffDoor {
    /// Logs in, by e-mail or username in any case. A refusal is the same whatever is wrong, and takes a fixed least time.
    #[pyo3(signature = (**given), text_signature = "($self, *, login, password)")]
    fn log_in(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<LoggedIn> {
        let log_in = Given::new(py, given).draft()?;
        run_timed(py, || self.0.log_in(&log_in)).map(LoggedIn::from)
    }

    /// Sets the password of the account that a one-time link was issued for, and tells what the link was for (`invitation` or `reset`).
    /// The link is used up, and all sessions of the account end.
    #[pyo3(signature = (**given), text_signature = "($self, *, link, password)")]
    fn use_link(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<&'static str> {
        let link = Given::new(py, given).draft()?;
        run(py, || self.0.use_link(&link)).map(LinkPurpose::as_str)
    }
}

/// The caller's own sessions and password: for whoever has an account of the staff's.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct OwnSessions(pub(super) Arc<core::Platform>);

#[pymethods]
impl OwnSessions {
    /// Who acts, what they may do and which tenants they have entered.
    fn current(&self, py: Python<'_>) -> PyResult<StaffNavigation> {
        run(py, || self.0.own_sessions().current()).map(StaffNavigation::from)
    }

    /// Ends the present session; the tenants it has entered are left.
    fn log_out(&self, py: Python<'_>) -> PyResult<()> {
        run(py, || self.0.own_sessions().log_out())
    }

    /// One's own sessions, the last used first.
    fn list(&self, py: Python<'_>) -> PyResult<Vec<OwnSession>> {
        run(py, || self.0.own_sessions().list()).map(Of::of)
    }

    /// Ends one of one's own sessions, by number; the tenants it has entered are left.
    fn end(&self, py: Python<'_>, session: &Bound<'_, PyAny>) -> PyResult<()> {
        let session = SessionId::new(args::number("session", session)?);
        run(py, || self.0.own_sessions().end(session))
    }

    /// Ends all of one's own sessions but the present one, and tells how many there were.
    fn end_others(&self, py: Python<'_>) -> PyResult<u32> {
        run(py, || self.0.own_sessions().end_others())
    }

    /// Changes one's own password, which ends all other sessions. Each wrong present password counts as a failed log-in.
    #[pyo3(signature = (**given), text_signature = "($self, *, current_password, new_password)")]
    fn change_password(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<ChangedPassword> {
        let new = Given::new(py, given).draft()?;
        run_timed(py, || self.0.own_sessions().change_password(&new)).map(ChangedPassword::from)
    }
}

value! {
    /// What a screen needs to know of the member of staff who looks at it.
    StaffNavigation from core::StaffNavigation [who, entered] {
        /// Who it is.
        who: Who,
        /// What they may do on the platform, and inside the tenants they enter.
        permissions: Vec<String>,
        /// The tenants that this session has entered, by slug.
        entered: Vec<String>,
        /// Their session, if they have logged in.
        session: Option<OwnSession>,
    }
}
