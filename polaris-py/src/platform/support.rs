//! P7: support sessions. A member of staff enters a tenant, works there, and leaves.

use std::sync::Arc;

use polaris_core as core;
use pyo3::prelude::*;

use crate::args;
use crate::errors::run;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::time::Instant;
use crate::value::value;

/// Support sessions of staff in tenants.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Support(pub(super) Arc<core::Platform>);

impl Support {
    fn stays(&self) -> Listing {
        let platform = Arc::clone(&self.0);
        Listing::of::<_, SupportStay>(move |page| platform.support().list(page))
    }
}

#[pymethods]
impl Support {
    /// Enters a tenant, for 8 hours at most: needs a caller with a session. Noted in the tenant's audit log and the operator's.
    #[pyo3(signature = (**given), text_signature = "($self, *, tenant, reason=None)")]
    fn enter(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<SupportStay> {
        let new = Given::new(py, given).draft()?;
        run(py, || self.0.support().enter(&new)).map(SupportStay::from)
    }

    /// Leaves a tenant that the present session has entered, by slug.
    fn leave(&self, py: Python<'_>, tenant: &Bound<'_, PyAny>) -> PyResult<SupportStay> {
        let tenant = args::text("tenant", tenant)?;
        run(py, || self.0.support().leave(&tenant)).map(SupportStay::from)
    }

    /// Who is in which tenant, the last who entered first, a page at a time. Support staff see themselves.
    #[pyo3(signature = (**given), text_signature = "($self, *, page=1, per_page=20)")]
    fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |_| Ok(self.stays()))
    }

    /// As list, one after the other.
    #[pyo3(signature = (**given), text_signature = "($self, *, per_page=100)")]
    fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |_| Ok(self.stays()))
    }
}

value! {
    /// A staff member's stay in a tenant.
    SupportStay from core::SupportStay [id, tenant, staff, created_at, expires_at] {
        /// Its id, in both audit logs.
        id: String,
        /// The tenant, by slug.
        tenant: String,
        /// The number of the member of staff.
        staff: i64,
        /// Their name.
        staff_name: String,
        /// The session it belongs to.
        session: i64,
        /// Why they entered.
        reason: Option<String>,
        /// When they entered (UTC).
        created_at: Instant,
        /// When they have to leave at the latest (UTC).
        expires_at: Instant,
    }
}
