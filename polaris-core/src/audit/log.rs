//! A log, of a tenant or of the operator.

use super::Entry;
use crate::error::Result;
use crate::operations::{
    AUDIT_EXPORT, AUDIT_HEAD, AUDIT_LIST, AUDIT_VERIFY, Operation, PLATFORM_AUDIT_EXPORT, PLATFORM_AUDIT_HEAD, PLATFORM_AUDIT_LIST,
    PLATFORM_AUDIT_VERIFY,
};
use crate::platform::Platform;
use crate::store::Transaction;
use crate::tenant::{Answer, TenantHandle};
use crate::types::{TenantId, TimeZone};

/// An audit log; see [`TenantHandle::audit`] and [`Platform::audit`].
#[derive(Clone)]
pub struct AuditLog {
    whose: Whose,
}

#[derive(Clone)]
enum Whose {
    Tenant(Box<TenantHandle>),
    Operator(Box<Platform>),
}

/// What is done with a log.
#[derive(Clone, Copy)]
pub(super) enum Verb {
    List,
    Export,
    Verify,
    Head,
}

impl AuditLog {
    pub(crate) fn of_tenant(handle: &TenantHandle) -> Self {
        Self { whose: Whose::Tenant(Box::new(handle.clone())) }
    }

    pub(crate) fn of_operator(platform: &Platform) -> Self {
        Self { whose: Whose::Operator(Box::new(platform.clone())) }
    }

    /// The slug of the tenant; `None` for the operator's own log.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        match &self.whose {
            Whose::Tenant(handle) => Some(handle.slug().as_str()),
            Whose::Operator(_) => None,
        }
    }

    pub(super) fn tenant_id(&self) -> Option<TenantId> {
        match &self.whose {
            Whose::Tenant(handle) => Some(handle.id()),
            Whose::Operator(_) => None,
        }
    }

    fn operation(&self, verb: Verb) -> &'static Operation {
        match (&self.whose, verb) {
            (Whose::Tenant(_), Verb::List) => &AUDIT_LIST,
            (Whose::Tenant(_), Verb::Export) => &AUDIT_EXPORT,
            (Whose::Tenant(_), Verb::Verify) => &AUDIT_VERIFY,
            (Whose::Tenant(_), Verb::Head) => &AUDIT_HEAD,
            (Whose::Operator(_), Verb::List) => &PLATFORM_AUDIT_LIST,
            (Whose::Operator(_), Verb::Export) => &PLATFORM_AUDIT_EXPORT,
            (Whose::Operator(_), Verb::Verify) => &PLATFORM_AUDIT_VERIFY,
            (Whose::Operator(_), Verb::Head) => &PLATFORM_AUDIT_HEAD,
        }
    }

    /// Runs a read, authorized; `work` is told the zone that days are meant in.
    pub(super) fn read<T>(&self, verb: Verb, work: impl FnOnce(&Transaction<'_>, TimeZone) -> Result<T>) -> Result<T> {
        let operation = self.operation(verb);
        match &self.whose {
            Whose::Tenant(handle) => handle.read(operation, |reading| work(reading.transaction, reading.settings.time_zone)),
            Whose::Operator(platform) => {
                let utc = TimeZone::parse("UTC").map_err(|_| crate::Error::Internal)?;
                platform.read(operation, |registry| work(registry, utc))
            }
        }
    }

    /// Notes what was done with the log, in the log.
    pub(super) fn note<T: Answer>(
        &self,
        verb: Verb,
        mut change: impl FnMut(&Transaction<'_>, TimeZone) -> Result<(T, Entry)>,
    ) -> Result<T> {
        let operation = self.operation(verb);
        match &self.whose {
            Whose::Tenant(handle) => handle.write(operation, |writing| change(writing.transaction, writing.settings.time_zone)),
            Whose::Operator(platform) => {
                let utc = TimeZone::parse("UTC").map_err(|_| crate::Error::Internal)?;
                platform.write(operation, |registry| change(registry, utc))
            }
        }
    }

    /// Reads the registry beside the log.
    pub(super) fn look_into_registry<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        match &self.whose {
            Whose::Tenant(handle) => handle.engine()?.registry.read(work),
            Whose::Operator(platform) => platform.engine.registry.read(work),
        }
    }
}
