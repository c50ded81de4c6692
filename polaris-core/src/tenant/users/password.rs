//! A new password for a user who can't set one: a link to hand over, or a password right away.

use serde_json::json;

use super::{User, Users, find};
use crate::accounts::administration::{Accounts, LoginDraft, check_password, set_password};
use crate::audit::Entry;
use crate::auth::{LinkPurpose, OneTimeLink, Password, links};
use crate::error::{Error, Problems, Result};
use crate::operations::USERS_RESET_PASSWORD;
use crate::types::{UserRef, Username};

impl Users<'_> {
    /// Makes a one-time link with which the user sets a password: good for an hour, or as a new invitation for 72 hours where they never
    /// had one. Earlier links are void; nothing else ends before it is used.
    ///
    /// # Errors
    ///
    /// [`Error::UserNotFound`]; [`Error::Conflict`] for one who is deactivated; [`Error::Forbidden`].
    pub fn reset_password(&self, user: impl Into<UserRef>) -> Result<OneTimeLink> {
        let named = user.into();
        let randomness = self.handle.polaris().randomness();
        self.handle.write(&USERS_RESET_PASSWORD, |writing| {
            let user = find(writing.transaction, &named)?;
            refuse_inactive(&user)?;
            let purpose = if user.has_password { LinkPurpose::Reset } else { LinkPurpose::Invitation };
            let owner = Accounts::Users.owner(user.id.get());
            links::void_all(writing.transaction, owner)?;
            let link = links::issue(writing.transaction, owner, purpose, writing.now, randomness)?;
            Ok((link, Entry::of("user", user.id, json!({ "link": purpose.as_str() }))))
        })
    }

    /// Sets a user's password right away: for whoever has the data directory before them and the user beside them. All sessions of the
    /// user end, all links are void.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] for a password that breaks a rule; [`Error::UserNotFound`]; [`Error::Conflict`] for one who is deactivated;
    /// [`Error::Forbidden`].
    pub fn set_password(&self, user: impl Into<UserRef>, password: &Password) -> Result<User> {
        let named = user.into();
        let known = self.handle.read(&USERS_RESET_PASSWORD, |reading| find(reading.transaction, &named))?;
        refuse_inactive(&known)?;
        let mut problems = Problems::default();
        let login = LoginDraft { email: known.email.as_str(), username: known.username.as_ref().map(Username::as_str) };
        check_password(password, &login, &mut problems);
        problems.finish()?;
        let hash = self.handle.polaris().hash_password(password)?;
        self.handle.write(&USERS_RESET_PASSWORD, |writing| {
            let user = find(writing.transaction, &known.id.into())?;
            refuse_inactive(&user)?;
            let ended = set_password(writing.transaction, Accounts::Users, user.id.get(), &hash, writing.now)?;
            let entry = Entry::of("user", user.id, json!({ "set": true, "sessions_ended": ended }));
            Ok((find(writing.transaction, &user.id.into())?, entry))
        })
    }
}

pub(super) fn refuse_inactive(user: &User) -> Result<()> {
    if user.active { Ok(()) } else { Err(Error::Conflict("this user is deactivated: reactivate them first".to_owned())) }
}
