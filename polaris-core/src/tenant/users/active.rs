//! U1: deactivating and reactivating a user (FR-TENANT-110).

use serde_json::json;

use super::{User, Users, find};
use crate::accounts::administration::{Accounts, end_access, keep_an_admin, not_oneself, set_active};
use crate::audit::Entry;
use crate::auth::Role;
use crate::error::{Error, Result};
use crate::operations::{USERS_DEACTIVATE, USERS_REACTIVATE};
use crate::tenant::calendar;
use crate::types::UserRef;

impl Users<'_> {
    /// Deactivates a user: in the same moment their sessions and calendar feeds end and their links are void.
    ///
    /// # Errors
    ///
    /// [`Error::UserNotFound`]; [`Error::Conflict`] for oneself, the last active admin, and one who is deactivated already;
    /// [`Error::Forbidden`].
    pub fn deactivate(&self, user: impl Into<UserRef>) -> Result<User> {
        let named = user.into();
        self.handle.write(&USERS_DEACTIVATE, |writing| {
            let transaction = writing.transaction;
            let User { id, role, active, .. } = find(transaction, &named)?;
            if !active {
                return Err(Error::Conflict("this user is deactivated already".to_owned()));
            }
            not_oneself(Accounts::Users, self.handle.actor(), id.get(), "deactivate yourself")?;
            if role == Role::Admin {
                keep_an_admin(transaction, Accounts::Users, id.get())?;
            }
            set_active(transaction, Accounts::Users, id.get(), false, writing.now)?;
            let ended = end_access(transaction, Accounts::Users, id.get(), writing.now)?;
            let feeds = calendar::end_feeds(transaction, id)?;
            let details = json!({ "sessions_ended": ended, "calendar_feeds_ended": feeds });
            Ok((find(transaction, &id.into())?, Entry::of("user", id, details)))
        })
    }

    /// Reactivates a user, with the role and the password they had.
    ///
    /// # Errors
    ///
    /// [`Error::UserNotFound`]; [`Error::Conflict`] for one who is active; [`Error::Forbidden`].
    pub fn reactivate(&self, user: impl Into<UserRef>) -> Result<User> {
        let named = user.into();
        self.handle.write(&USERS_REACTIVATE, |writing| {
            let transaction = writing.transaction;
            let User { id, role, active, .. } = find(transaction, &named)?;
            if active {
                return Err(Error::Conflict("this user is active already".to_owned()));
            }
            set_active(transaction, Accounts::Users, id.get(), true, writing.now)?;
            Ok((find(transaction, &id.into())?, Entry::of("user", id, json!({ "role": role.as_str() }))))
        })
    }
}
