//! A new password for a member of staff who can't set one: a link to hand over, or a password right away.

use serde_json::json;

use super::{Staff, StaffMember, find, leave_tenants};
use crate::accounts::administration::{Accounts, LoginDraft, check_password, set_password};
use crate::audit::Entry;
use crate::auth::{LinkPurpose, OneTimeLink, Password, links};
use crate::error::{Error, Problems, Result};
use crate::operations::STAFF_RESET_PASSWORD;
use crate::platform::support::Because;
use crate::types::{EmailAddress, StaffRef, Username};

impl Staff<'_> {
    /// Makes a one-time link with which the member sets a password: good for an hour, or as a new invitation for 72 hours where they
    /// never had one. Earlier links are void; nothing else ends before it is used.
    ///
    /// # Errors
    ///
    /// [`Error::StaffNotFound`]; [`Error::Conflict`] for one who is deactivated or has neither e-mail nor username to log in with;
    /// [`Error::Forbidden`].
    pub fn reset_password(&self, staff: impl Into<StaffRef>) -> Result<OneTimeLink> {
        let named = staff.into();
        let platform = self.platform;
        let now = platform.now();
        platform.write(&STAFF_RESET_PASSWORD, |registry| {
            let member = find(registry, &named)?;
            refuse_unable(&member)?;
            let purpose = if member.has_password { LinkPurpose::Reset } else { LinkPurpose::Invitation };
            let owner = Accounts::Staff.owner(member.id.get());
            links::void_all(registry, owner)?;
            let link = links::issue(registry, owner, purpose, now, platform.polaris.randomness())?;
            Ok((link, Entry::of("staff", member.id, json!({ "link": purpose.as_str() }))))
        })
    }

    /// Sets a password right away: for whoever has the data directory before them. All sessions of the account end, all links are void.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] for a password that breaks a rule; [`Error::StaffNotFound`]; [`Error::Conflict`] as for
    /// [`Self::reset_password`]; [`Error::Forbidden`].
    pub fn set_password(&self, staff: impl Into<StaffRef>, password: &Password) -> Result<StaffMember> {
        let named = staff.into();
        let platform = self.platform;
        let known = platform.read(&STAFF_RESET_PASSWORD, |registry| find(registry, &named))?;
        refuse_unable(&known)?;
        let mut problems = Problems::default();
        let login = LoginDraft {
            email: known.email.as_ref().map(EmailAddress::as_str).unwrap_or_default(),
            username: known.username.as_ref().map(Username::as_str),
        };
        check_password(password, &login, &mut problems);
        problems.finish()?;
        let hash = platform.polaris.hash_password(password)?;
        let now = platform.now();
        let after = platform.write(&STAFF_RESET_PASSWORD, |registry| {
            let member = find(registry, &known.id.into())?;
            refuse_unable(&member)?;
            let ended = set_password(registry, Accounts::Staff, member.id.get(), &hash, now)?;
            let entry = Entry::of("staff", member.id, json!({ "set": true, "sessions_ended": ended }));
            Ok((find(registry, &member.id.into())?, entry))
        })?;
        leave_tenants(platform, after.id, Because::SessionEnded);
        Ok(after)
    }
}

fn refuse_unable(member: &StaffMember) -> Result<()> {
    if !member.active {
        return Err(Error::Conflict("this staff account is deactivated: reactivate it first".to_owned()));
    }
    if member.email.is_none() && member.username.is_none() {
        return Err(Error::Conflict("this staff account has nothing to log in with: give it an e-mail first".to_owned()));
    }
    Ok(())
}
