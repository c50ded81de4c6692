//! The keys of a tenant's public API: made, listed, rotated, revoked, taken over.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::types::ApiKeyId;
use pyo3::prelude::*;

use crate::args;
use crate::errors::run_by;
use crate::given::{Given, Keywords};
use crate::secret::ApiKey;
use crate::time::Instant;
use crate::value::value;

/// The keys of a tenant's public API.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct ApiKeys(pub(super) Arc<core::TenantHandle>);

#[pymethods]
impl ApiKeys {
    /// Makes a key for a program; name says which, such as "Website". A tenant has ten at most.
    #[pyo3(signature = (**given), text_signature = "($self, *, name)")]
    fn create(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<MadeApiKey> {
        let draft = Given::new(py, given).draft()?;
        run_by(py, &*self.0, || self.0.api_keys().create(&draft))
    }

    /// The keys that are good now, in the order in which they were made; without their secrets.
    fn list(&self, py: Python<'_>) -> PyResult<Vec<ApiKeyState>> {
        run_by(py, &*self.0, || self.0.api_keys().list())
    }

    /// One key that is good now, by number; without its secret.
    fn get(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<ApiKeyState> {
        let key = number(key)?;
        run_by(py, &*self.0, || self.0.api_keys().get(key))
    }

    /// Replaces a key by a new one with the same name. The old one ends at once, or stays good for grace_hours, at most 720.
    #[pyo3(signature = (key, **given), text_signature = "($self, key, *, grace_hours=None)")]
    fn rotate(&self, py: Python<'_>, key: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<MadeApiKey> {
        let (key, rotation) = (number(key)?, Given::new(py, given).draft()?);
        run_by(py, &*self.0, || self.0.api_keys().rotate(key, &rotation))
    }

    /// Ends a key at once, also one that is in its grace. Gives what it was.
    fn revoke(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<ApiKeyState> {
        let key = number(key)?;
        run_by(py, &*self.0, || self.0.api_keys().revoke(key))
    }

    /// Takes over a key of the earlier application by its hash (the 64 hexadecimal digits in tenant.api_key_hash), so that the website
    /// that has the key keeps it. For the operator's admins.
    #[pyo3(signature = (**given), text_signature = "($self, *, hash, name)")]
    fn adopt(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<ApiKeyState> {
        let adoption = Given::new(py, given).draft()?;
        run_by(py, &*self.0, || self.0.api_keys().adopt(&adoption))
    }
}

fn number(key: &Bound<'_, PyAny>) -> PyResult<ApiKeyId> {
    args::number("key", key).map(ApiKeyId::new)
}

value! {
    /// An API key without its secret.
    ApiKeyState from core::ApiKeyState [id, name, hint, last_used_at, expires_at] {
        /// Its number in this tenant; never used again.
        id: i64,
        /// What it is for.
        name: String,
        /// How it begins; of one that was taken over, how its hash begins.
        hint: String,
        /// When it was made, or taken over.
        created_at: Instant,
        /// The hour in which it was last used, if it ever was.
        last_used_at: Option<Instant>,
        /// When it ends: of one that was replaced by another and has a grace.
        expires_at: Option<Instant>,
    }
}

value! {
    secret
    /// A key just made.
    MadeApiKey from core::MadeApiKey [key, api_key, replaced] {
        /// What lists show of it.
        key: ApiKeyState,
        /// The key itself. Only its hash is stored: this is the one time it can be shown.
        api_key: ApiKey,
        /// The key that it replaces and until when that is still good; None where that has ended, or there is none.
        replaced: Option<ApiKeyState>,
    }
}

value! {
    /// What a key has left, of the window (minute, hour or day) that has fewest left.
    Quota from core::Quota [limit, remaining, resets_at] {
        /// Requests that window allows.
        limit: u32,
        /// Requests that are left in it.
        remaining: u32,
        /// When it ends.
        resets_at: Instant,
    }
}
