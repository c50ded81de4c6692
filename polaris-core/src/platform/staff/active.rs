//! P6: deactivating and reactivating a staff account.

use serde_json::json;

use super::{Staff, StaffMember, find, leave_tenants};
use crate::accounts::administration::{Accounts, end_access, keep_an_admin, not_oneself, set_active};
use crate::audit::Entry;
use crate::auth::StaffRole;
use crate::error::{Error, Result};
use crate::operations::{STAFF_DEACTIVATE, STAFF_REACTIVATE};
use crate::platform::support::Because;
use crate::types::StaffRef;

impl Staff<'_> {
    /// Deactivates a staff account: in the same moment its sessions end, with their entries into tenants, and its links are void.
    ///
    /// # Errors
    ///
    /// [`Error::StaffNotFound`]; [`Error::Conflict`] for oneself, the last active admin, and one who is deactivated already;
    /// [`Error::Forbidden`].
    pub fn deactivate(&self, staff: impl Into<StaffRef>) -> Result<StaffMember> {
        let named = staff.into();
        let platform = self.platform;
        let now = platform.now();
        let after = platform.write(&STAFF_DEACTIVATE, |registry| {
            let StaffMember { id, role, active, .. } = find(registry, &named)?;
            if !active {
                return Err(Error::Conflict("this staff account is deactivated already".to_owned()));
            }
            not_oneself(Accounts::Staff, &platform.caller.actor, id.get(), "deactivate yourself")?;
            if role == StaffRole::Admin {
                keep_an_admin(registry, Accounts::Staff, id.get())?;
            }
            set_active(registry, Accounts::Staff, id.get(), false, now)?;
            let ended = end_access(registry, Accounts::Staff, id.get(), now)?;
            Ok((find(registry, &id.into())?, Entry::of("staff", id, json!({ "sessions_ended": ended }))))
        })?;
        leave_tenants(platform, after.id, Because::AccountDeactivated);
        Ok(after)
    }

    /// Reactivates a staff account, with the role and the password it had.
    ///
    /// # Errors
    ///
    /// [`Error::StaffNotFound`]; [`Error::Conflict`] for one that is active; [`Error::Forbidden`].
    pub fn reactivate(&self, staff: impl Into<StaffRef>) -> Result<StaffMember> {
        let named = staff.into();
        let platform = self.platform;
        let now = platform.now();
        platform.write(&STAFF_REACTIVATE, |registry| {
            let StaffMember { id, role, active, .. } = find(registry, &named)?;
            if active {
                return Err(Error::Conflict("this staff account is active already".to_owned()));
            }
            set_active(registry, Accounts::Staff, id.get(), true, now)?;
            Ok((find(registry, &id.into())?, Entry::of("staff", id, json!({ "role": role.as_str() }))))
        })
    }
}
