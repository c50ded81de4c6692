//! P3: deactivating and reactivating.
//!
//! The tenant's own file says whether it is active, and every transaction on it begins by asking. So from the commit there on every
//! process refuses, whatever it has open; the registry is told afterwards. Where a crash comes between the two, `doctor` follows the file,
//! and so does asking for the same again.

use serde_json::{Value as Json, json};

use super::{Known, Tenant, TenantState, Tenants};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::operations::{Operation, TENANTS_DEACTIVATE, TENANTS_REACTIVATE};
use crate::platform::support::{self, Because, Whose};
use crate::store::params;

impl Tenants<'_> {
    /// Deactivates a tenant, at once and everywhere: its handles refuse, its people's sessions and staff's entries end, log-ins refuse and
    /// the public finds nothing. The reason, if there is one (a line of at most 500 characters), goes to both audit logs, where it can't be
    /// erased: it should name no person.
    ///
    /// # Errors
    ///
    /// [`Error::TenantNotFound`]; [`Error::InvalidTransition`] when it is inactive already; [`Error::Validation`] for the reason;
    /// [`Error::Forbidden`]; [`Error::Unavailable`].
    pub fn deactivate(&self, slug: &str, reason: Option<&str>) -> Result<Tenant> {
        self.set_state(&TENANTS_DEACTIVATE, slug, TenantState::Inactive, reason)
    }

    /// Reactivates a deactivated tenant. Sessions that ended stay ended.
    ///
    /// # Errors
    ///
    /// As [`Self::deactivate`]; [`Error::InvalidTransition`] when it is active already.
    pub fn reactivate(&self, slug: &str, reason: Option<&str>) -> Result<Tenant> {
        self.set_state(&TENANTS_REACTIVATE, slug, TenantState::Active, reason)
    }

    fn set_state(&self, operation: &'static Operation, slug: &str, to: TenantState, reason: Option<&str>) -> Result<Tenant> {
        let platform = self.platform;
        platform.authorize(operation)?;
        let reason = support::checked_reason(reason)?;
        let known = self.known(slug)?;
        // Before the file refuses, so that it tells of their ends; and once more for who came meanwhile.
        let mut left = self.leave(&known, to)?;
        if to == TenantState::Inactive && self.is_missing(&known) {
            // A file that is lost can't be told; the tenant it was of must be deletable all the same.
            if known.tenant.state == to {
                return Err(already(to));
            }
        } else {
            self.set_in_file(operation, &known, to, reason.as_deref())?;
        }
        left += self.leave(&known, to)?;
        self.set_in_registry(
            operation,
            &known,
            to,
            &json!({ "tenant": known.tenant.slug, "reason": reason, "support_sessions_ended": left }),
        )?;
        if to == TenantState::Inactive {
            platform.engine.close_tenant(known.id);
        }
        Ok(self.row(known.tenant.slug.as_str())?.ok_or(Error::TenantNotFound)?.tenant)
    }

    fn set_in_file(&self, operation: &'static Operation, known: &Known, to: TenantState, reason: Option<&str>) -> Result<()> {
        let platform = self.platform;
        let now = platform.now();
        self.file_of(known)?.change(|file, active| {
            let is = if active { TenantState::Active } else { TenantState::Inactive };
            if is == to {
                // Cut off before the registry was told: that is all there is to do.
                return if known.tenant.state == to { Err(already(to)) } else { Ok(()) };
            }
            file.execute("UPDATE tenant SET state = ?1, public_rev = public_rev + 1", params![to.as_str()])?;
            let ended = if to == TenantState::Inactive { file.execute("DELETE FROM sessions", params![])? } else { 0 };
            let details = json!({ "reason": reason, "sessions_ended": ended });
            platform.append(file, operation.audit.unwrap_or(operation.id), &Entry::of("tenant", known.id, details), now)
        })
    }

    fn leave(&self, known: &Known, to: TenantState) -> Result<usize> {
        match to {
            TenantState::Inactive if known.tenant.state == TenantState::Active => {
                support::leave_all(self.platform, Whose::Tenant(known.id), Because::TenantDeactivated)
            }
            _ => Ok(0),
        }
    }

    fn set_in_registry(&self, operation: &'static Operation, known: &Known, to: TenantState, details: &Json) -> Result<()> {
        let now = self.platform.now();
        self.platform.write(operation, |registry| {
            let since = (to == TenantState::Inactive).then_some(now);
            let done = registry.execute(
                "UPDATE tenants SET state = ?2, deactivated_at = ?3, updated_at = ?4 WHERE uuid = ?1 AND state IN ('active', 'inactive')",
                params![known.id, to.as_str(), since, now],
            )?;
            if done == 0 {
                // It was deleted in this moment.
                return Err(Error::TenantNotFound);
            }
            Ok(((), Entry::of("tenant", known.id, details.clone())))
        })
    }
}

fn already(state: TenantState) -> Error {
    let reason = match state {
        TenantState::Active => "it is active already",
        _ => "it is deactivated already",
    };
    Error::InvalidTransition { what: "a tenant", from: state.as_str(), to: state.as_str(), reason: reason.to_owned() }
}
