//! The operator's side of an installation.

pub(crate) mod doctor;
pub(crate) mod reference;
pub(crate) mod sessions;
pub(crate) mod tenants;

use std::sync::Arc;

use polaris_core as core;
use pyo3::prelude::*;

/// The platform, for one member of staff.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Platform(pub(crate) Arc<core::Platform>);

#[pymethods]
impl Platform {
    /// Tenants: create, list, show.
    fn tenants(&self) -> tenants::Tenants {
        tenants::Tenants(Arc::clone(&self.0))
    }

    /// Reference data that new tenants get a copy of.
    fn reference(&self) -> reference::Reference {
        reference::Reference(Arc::clone(&self.0))
    }

    /// Staff sessions.
    fn sessions(&self) -> sessions::Sessions {
        sessions::Sessions(Arc::clone(&self.0))
    }

    /// Checks and mends the data directory.
    fn doctor(&self) -> doctor::Doctor {
        doctor::Doctor(Arc::clone(&self.0))
    }
}
