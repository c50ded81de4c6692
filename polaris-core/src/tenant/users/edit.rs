//! U1: editing a user (FR-TENANT-109).

use serde_json::json;

use super::create::folded_name;
use super::draft::{CheckedEdit, check_edit};
use super::{User, UserEdit, Users, find};
use crate::accounts::administration::{Accounts, keep_an_admin, not_oneself, put, put_or_clear, refuse_stale, refuse_taken};
use crate::audit::Entry;
use crate::auth::{Role, links};
use crate::error::{Error, Problems, Result};
use crate::operations::USERS_EDIT;
use crate::store::params;
use crate::types::{UserRef, Username};

const UPDATE: &str = "
    UPDATE users SET email = ?2, folded_email = ?3, username = ?4, folded_username = ?5, first_name = ?6, last_name = ?7,
                     folded_name = ?8, role = ?9, version = version + 1, updated_at = ?10
    WHERE id = ?1";

impl Users<'_> {
    /// Changes a user. `version` is the one that was read, if the caller wants to be told that somebody else was faster.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::UserNotFound`]; [`Error::Conflict`] for a stale version, an e-mail or
    /// username that another user has, and where the last active admin or the caller would lose the role of admin;
    /// [`Error::Forbidden`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn edit(&self, user: impl Into<UserRef>, edit: UserEdit, version: Option<u32>) -> Result<User> {
        let named = user.into();
        self.handle.authorize(&USERS_EDIT)?;
        let mut problems = Problems::default();
        let checked = check_edit(&edit, &mut problems);
        problems.finish()?;
        let checked = checked.ok_or(Error::Internal)?;
        self.handle.write(&USERS_EDIT, |writing| {
            let transaction = writing.transaction;
            let before = find(transaction, &named)?;
            refuse_stale(Accounts::Users, version, before.version)?;
            let after = checked.over(&before);
            let id = before.id;
            if before.role == Role::Admin && after.role != Role::Admin {
                not_oneself(Accounts::Users, self.handle.actor(), id.get(), "take the role of admin from yourself")?;
                if before.active {
                    keep_an_admin(transaction, Accounts::Users, id.get())?;
                }
            }
            refuse_taken(transaction, Accounts::Users, Some(&after.email), after.username.as_ref(), Some(id.get()))?;
            transaction.execute(
                UPDATE,
                params![
                    id,
                    after.email,
                    after.email.folded(),
                    after.username,
                    after.username.as_ref().map(Username::folded),
                    after.first_name,
                    after.last_name,
                    folded_name(&after.first_name, &after.last_name),
                    after.role.as_str(),
                    writing.now,
                ],
            )?;
            if after.email.folded() != before.email.folded() {
                // They may lie in the wrong hands.
                links::void_all(transaction, Accounts::Users.owner(id.get()))?;
            }
            let entry = Entry::of("user", id, details(&before, &after));
            Ok((find(transaction, &id.into())?, entry))
        })
    }
}

impl CheckedEdit {
    /// The user as they will be, but for version and time.
    fn over(&self, before: &User) -> User {
        let mut after = before.clone();
        put(&self.email, &mut after.email);
        put_or_clear(&self.username, &mut after.username);
        put(&self.first_name, &mut after.first_name);
        put(&self.last_name, &mut after.last_name);
        put(&self.role, &mut after.role);
        after
    }
}

/// What was changed, by name; of the values only the role, which is not personal.
fn details(before: &User, after: &User) -> serde_json::Value {
    let changed = [
        ("email", before.email != after.email),
        ("username", before.username != after.username),
        ("first_name", before.first_name != after.first_name),
        ("last_name", before.last_name != after.last_name),
        ("role", before.role != after.role),
    ];
    let fields: Vec<_> = changed.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect();
    if before.role == after.role {
        return json!({ "fields": fields });
    }
    json!({ "fields": fields, "role": { "from": before.role.as_str(), "to": after.role.as_str() } })
}
