//! The operator's side of an installation, on the registry: a module per capability.

pub mod backups;
pub mod doctor;
pub mod mails;
pub mod own_sessions;
pub mod reference;
pub mod sessions;
pub mod staff;
pub mod support;
pub mod tenants;

pub use own_sessions::StaffDoor;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::audit::{self, Entry};
use crate::auth::{Caller, may};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::operations::{Operation, Permission};
use crate::polaris::Polaris;
use crate::store::Transaction;

/// Called with how much is done and how much there is: files, or bytes where that is said.
pub type Progress<'p> = &'p mut dyn FnMut(usize, usize);

/// The platform, for one member of staff; see [`Polaris::platform`].
#[derive(Clone)]
pub struct Platform {
    polaris: Polaris,
    pub(crate) engine: Arc<Engine>,
    caller: Caller,
}

impl Platform {
    pub(crate) fn new(polaris: Polaris, engine: &Arc<Engine>, caller: Caller) -> Result<Self> {
        if !may(&caller.actor, Permission::ReadPlatform) {
            return Err(Error::Forbidden { operation: "platform" });
        }
        Ok(Self { polaris, engine: Arc::clone(engine), caller })
    }

    /// The platform before it is known who is there: for logging in alone.
    pub(crate) fn door(polaris: Polaris, engine: &Arc<Engine>, caller: Caller) -> Self {
        Self { polaris, engine: Arc::clone(engine), caller }
    }

    /// The caller's own sessions and password.
    #[must_use]
    pub fn own_sessions(&self) -> own_sessions::OwnSessions<'_> {
        own_sessions::OwnSessions { platform: self }
    }

    /// Tenants: create, list, show.
    #[must_use]
    pub fn tenants(&self) -> tenants::Tenants<'_> {
        tenants::Tenants { platform: self }
    }

    /// Reference data that new tenants get a copy of.
    #[must_use]
    pub fn reference(&self) -> reference::Reference<'_> {
        reference::Reference { platform: self }
    }

    /// Staff sessions.
    #[must_use]
    pub fn sessions(&self) -> sessions::Sessions<'_> {
        sessions::Sessions { platform: self }
    }

    /// Support sessions: staff inside tenants.
    #[must_use]
    pub fn support(&self) -> support::Support<'_> {
        support::Support { platform: self }
    }

    /// Staff accounts: create, list, get, edit, deactivate, reactivate, reset their passwords.
    #[must_use]
    pub fn staff(&self) -> staff::Staff<'_> {
        staff::Staff { platform: self }
    }

    /// Backups: made, listed, checked, put back, removed.
    #[must_use]
    pub fn backups(&self) -> backups::Backups<'_> {
        backups::Backups { platform: self }
    }

    /// Mails of all tenants: deliver what is due.
    #[must_use]
    pub fn mails(&self) -> mails::Mails<'_> {
        mails::Mails { platform: self }
    }

    /// The operator's own audit log: list, export, verify, head.
    #[must_use]
    pub fn audit(&self) -> audit::AuditLog {
        audit::AuditLog::of_operator(self)
    }

    /// Checks and mends the data directory.
    #[must_use]
    pub fn doctor(&self) -> doctor::Doctor<'_> {
        doctor::Doctor { platform: self }
    }

    /// Whether the actor may do this. Frontends ask before they parse; the operation itself asks again.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`].
    pub fn authorize(&self, operation: &'static Operation) -> Result<()> {
        if may(&self.caller.actor, operation.permission) { Ok(()) } else { Err(Error::Forbidden { operation: operation.id }) }
    }

    fn now(&self) -> DateTime<Utc> {
        self.polaris.now()
    }

    pub(crate) fn read<T>(&self, operation: &'static Operation, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.authorize(operation)?;
        self.engine.registry.read(work)
    }

    /// Runs a changing operation on the registry, with its audit entry.
    pub(crate) fn write<T>(
        &self,
        operation: &'static Operation,
        mut change: impl FnMut(&Transaction<'_>) -> Result<(T, Entry)>,
    ) -> Result<T> {
        self.authorize(operation)?;
        let action = operation.audit.ok_or(Error::Internal)?;
        let now = self.now();
        self.engine.registry.write(|registry| {
            let (value, entry) = change(registry)?;
            self.append(registry, action, &entry, now)?;
            Ok(value)
        })
    }

    fn append(&self, transaction: &Transaction<'_>, action: &str, entry: &Entry, now: DateTime<Utc>) -> Result<()> {
        audit::append(transaction, &self.caller, action, entry, now, self.polaris.randomness()).map(|_| ())
    }
}
