//! The operator's side of an installation.

pub(crate) mod backups;
pub(crate) mod doctor;
pub(crate) mod mails;
pub(crate) mod migrate;
pub(crate) mod own_sessions;
pub(crate) mod reference;
pub(crate) mod sessions;
pub(crate) mod support;
pub(crate) mod tenants;

use std::sync::Arc;

use polaris_core as core;
use pyo3::prelude::*;

use crate::accounts::Staff;
use crate::audit::AuditLog;

/// The platform, for one member of staff.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Platform(pub(crate) Arc<core::Platform>);

#[pymethods]
impl Platform {
    /// Tenants: create, list, show, edit, deactivate, delete.
    fn tenants(&self) -> tenants::Tenants {
        tenants::Tenants(Arc::clone(&self.0))
    }

    /// Reference data that new tenants get a copy of.
    fn reference(&self) -> reference::Reference {
        reference::Reference(Arc::clone(&self.0))
    }

    /// Sessions opened for members of staff.
    fn sessions(&self) -> sessions::Sessions {
        sessions::Sessions(Arc::clone(&self.0))
    }

    /// One's own sessions and password.
    fn own_sessions(&self) -> own_sessions::OwnSessions {
        own_sessions::OwnSessions(Arc::clone(&self.0))
    }

    /// Entering tenants to help their people.
    fn support(&self) -> support::Support {
        support::Support(Arc::clone(&self.0))
    }

    /// The operator's people: create, list, show, edit, deactivate, reset a password.
    fn staff(&self) -> Staff {
        Staff(Arc::clone(&self.0))
    }

    /// The operator's own audit log.
    fn audit(&self) -> AuditLog {
        AuditLog::of_operator(&self.0)
    }

    /// Backups: create, list, verify, restore, prune.
    fn backups(&self) -> backups::Backups {
        backups::Backups(Arc::clone(&self.0))
    }

    /// Mails of all tenants: deliver what is due.
    fn mails(&self) -> mails::Deliveries {
        mails::Deliveries(Arc::clone(&self.0))
    }

    /// Checks and mends the data directory.
    fn doctor(&self) -> doctor::Doctor {
        doctor::Doctor(Arc::clone(&self.0))
    }
}
