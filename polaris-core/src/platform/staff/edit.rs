//! P6: editing a staff account.

use serde_json::json;

use super::create::refuse_taken_name;
use super::draft::{CheckedEdit, check_edit};
use super::{Staff, StaffEdit, StaffMember, find};
use crate::accounts::administration::{Accounts, keep_an_admin, not_oneself, put, put_or_clear, refuse_stale, refuse_taken};
use crate::audit::Entry;
use crate::auth::{StaffRole, links};
use crate::error::{Error, Problems, Result};
use crate::operations::STAFF_EDIT;
use crate::store::params;
use crate::types::{EmailAddress, StaffRef, Username};

const UPDATE: &str = "
    UPDATE staff SET name = ?2, email = ?3, folded_email = ?4, username = ?5, folded_username = ?6, role = ?7,
                     version = version + 1, updated_at = ?8
    WHERE id = ?1";

impl Staff<'_> {
    /// Changes a staff account. `version` is the one that was read, if the caller wants to be told that somebody else was faster.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::StaffNotFound`]; [`Error::Conflict`] for a stale version, a name,
    /// e-mail or username that another account has, and where the last active admin or the caller would lose the role of admin;
    /// [`Error::Forbidden`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn edit(&self, staff: impl Into<StaffRef>, edit: StaffEdit, version: Option<u32>) -> Result<StaffMember> {
        let named = staff.into();
        let platform = self.platform;
        platform.authorize(&STAFF_EDIT)?;
        let mut problems = Problems::default();
        let checked = check_edit(&edit, &mut problems);
        problems.finish()?;
        let checked = checked.ok_or(Error::Internal)?;
        let now = platform.now();
        platform.write(&STAFF_EDIT, |registry| {
            let before = find(registry, &named)?;
            refuse_stale(Accounts::Staff, version, before.version)?;
            let after = checked.over(&before);
            let id = before.id;
            if before.role == StaffRole::Admin && after.role != StaffRole::Admin {
                not_oneself(Accounts::Staff, &platform.caller.actor, id.get(), "take the role of admin from yourself")?;
                if before.active {
                    keep_an_admin(registry, Accounts::Staff, id.get())?;
                }
            }
            refuse_taken_name(registry, &after.name, Some(id))?;
            refuse_taken(registry, Accounts::Staff, after.email.as_ref(), after.username.as_ref(), Some(id.get()))?;
            let folded_email = after.email.as_ref().map(EmailAddress::folded);
            registry.execute(
                UPDATE,
                params![
                    id,
                    after.name,
                    after.email,
                    folded_email,
                    after.username,
                    after.username.as_ref().map(Username::folded),
                    after.role.as_str(),
                    now,
                ],
            )?;
            if folded_email != before.email.as_ref().map(EmailAddress::folded) {
                // They may lie in the wrong hands.
                links::void_all(registry, Accounts::Staff.owner(id.get()))?;
            }
            let entry = Entry::of("staff", id, details(&before, &after));
            Ok((find(registry, &id.into())?, entry))
        })
    }
}

impl CheckedEdit {
    /// The account as it will be, but for version and time.
    fn over(&self, before: &StaffMember) -> StaffMember {
        let mut after = before.clone();
        put(&self.name, &mut after.name);
        put_or_clear(&self.email, &mut after.email);
        put_or_clear(&self.username, &mut after.username);
        put(&self.role, &mut after.role);
        after
    }
}

/// What was changed, by name; of the values only the role, which is not personal.
fn details(before: &StaffMember, after: &StaffMember) -> serde_json::Value {
    let changed = [
        ("name", before.name != after.name),
        ("email", before.email != after.email),
        ("username", before.username != after.username),
        ("role", before.role != after.role),
    ];
    let fields: Vec<_> = changed.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect();
    if before.role == after.role {
        return json!({ "fields": fields });
    }
    json!({ "fields": fields, "role": { "from": before.role.as_str(), "to": after.role.as_str() } })
}
