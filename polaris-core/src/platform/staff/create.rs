//! P6: creating a staff account.

use serde_json::json;

use super::draft::{CheckedStaff, check};
use super::{NewStaff, Staff, StaffMember, find};
use crate::accounts::administration::{Accounts, refuse_taken};
use crate::audit::Entry;
use crate::auth::{LinkPurpose, OneTimeLink, links};
use crate::error::{Error, Problems, Result};
use crate::operations::STAFF_CREATE;
use crate::store::{Transaction, params};
use crate::types::{StaffId, Username};

/// A staff account just created.
#[derive(Debug, Clone)]
pub struct CreatedStaff {
    /// The account.
    pub staff: StaffMember,
    /// With which they set their password, where none was given: good for 72 hours, once. To be handed over; it can't be shown again.
    pub invitation: Option<OneTimeLink>,
}

const INSERT: &str = "
    INSERT INTO staff (name, email, folded_email, username, folded_username, role, password_hash, password_changed_at,
                       created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)";

impl Staff<'_> {
    /// Creates a staff account, with a password or with an invitation to set one.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::Conflict`] when another account has the name, e-mail or username;
    /// [`Error::Forbidden`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn create(&self, draft: NewStaff) -> Result<CreatedStaff> {
        let platform = self.platform;
        platform.authorize(&STAFF_CREATE)?;
        let mut problems = Problems::default();
        let checked = check(&draft, &mut problems);
        problems.finish()?;
        let CheckedStaff { name, login, role } = checked.ok_or(Error::Internal)?;
        let hash = draft.password.as_ref().map(|password| platform.polaris.hash_password(password)).transpose()?;
        let now = platform.now();
        platform.write(&STAFF_CREATE, |registry| {
            refuse_taken_name(registry, &name, None)?;
            refuse_taken(registry, Accounts::Staff, Some(&login.email), login.username.as_ref(), None)?;
            let id = StaffId::new(registry.insert(
                INSERT,
                params![
                    name,
                    login.email,
                    login.email.folded(),
                    login.username,
                    login.username.as_ref().map(Username::folded),
                    role.as_str(),
                    hash,
                    hash.as_ref().map(|_| now),
                    now,
                ],
            )?);
            let invitation = match hash {
                Some(_) => None,
                None => {
                    let owner = Accounts::Staff.owner(id.get());
                    Some(links::issue(registry, owner, LinkPurpose::Invitation, now, platform.polaris.randomness())?)
                }
            };
            let entry = Entry::of("staff", id, json!({ "role": role.as_str(), "invited": invitation.is_some() }));
            Ok((CreatedStaff { staff: find(registry, &id.into())?, invitation }, entry))
        })
    }
}

/// Refuses a name that another account has: audit logs tell staff apart by it.
pub(super) fn refuse_taken_name(registry: &Transaction<'_>, name: &str, except: Option<StaffId>) -> Result<()> {
    let holder = registry.first("SELECT id FROM staff WHERE name = ?1 AND (?2 IS NULL OR id <> ?2)", params![name, except], |row| {
        row.get::<StaffId>("id")
    })?;
    match holder {
        Some(id) => Err(Error::Conflict(format!("name: member of staff {id} has this name already; edit that account, or add an initial"))),
        None => Ok(()),
    }
}
