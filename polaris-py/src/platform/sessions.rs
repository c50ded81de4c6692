//! Staff sessions.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::NewSession;
use polaris_core::types::Slug;
use pyo3::prelude::*;

use crate::args::{self, Given, Unknown};
use crate::errors::run;
use crate::secret::SessionToken;
use crate::time::Instant;
use crate::value::{refuse_to_reduce, repr};

/// Staff sessions.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Sessions(pub(super) Arc<core::Platform>);

#[pymethods]
impl Sessions {
    /// Opens a session, and enters a tenant with it if one is named. The role is `admin` or `support`, for a new account; `support` when left out.
    #[pyo3(
        signature = (*, staff = None, role = None, tenant = None, reason = None, **unknown),
        text_signature = "($self, *, staff, role=None, tenant=None, reason=None)"
    )]
    fn open(
        &self,
        py: Python<'_>,
        staff: Given<'_>,
        role: Given<'_>,
        tenant: Given<'_>,
        reason: Given<'_>,
        unknown: Option<Unknown<'_>>,
    ) -> PyResult<OpenedSession> {
        args::none_unknown(py, &unknown)?;
        let new = NewSession {
            staff: args::required_text("staff", &staff)?,
            role: args::optional_text("role", &role)?,
            tenant: args::optional_text("tenant", &tenant)?,
            reason: args::optional_text("reason", &reason)?,
        };
        let opened = run(py, || self.0.sessions().open(&new))?;
        Ok(OpenedSession {
            staff: opened.staff,
            role: opened.role.as_str(),
            token: SessionToken(opened.token),
            tenant: opened.tenant.as_ref().map(Slug::to_string),
            expires_at: Instant(opened.expires_at),
        })
    }
}

/// A session just opened.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct OpenedSession {
    /// Whom it stands for.
    staff: String,
    /// What they may do.
    role: &'static str,
    /// The token. Only its hash is stored: this is the one time it can be shown.
    token: SessionToken,
    /// The tenant it has entered, if any.
    tenant: Option<String>,
    /// When it ends at the latest (UTC); 8 hours without use end it too.
    expires_at: Instant,
}

#[pymethods]
impl OpenedSession {
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr(slf.as_any(), &["staff", "role", "token", "tenant", "expires_at"])
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_to_reduce("OpenedSession"))
    }
}
