//! What a caller says of a user, and the functions that check it.

use crate::accounts::administration::{Login, LoginDraft, check_password, edited, edited_username};
use crate::auth::{Password, Role};
use crate::error::{Problem, Problems};
use crate::types::text::{self, NAME_MAX};
use crate::types::{EmailAddress, InviteBy, Patch, Username};

/// A new user, as an admin describes them.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewUser {
    /// Their e-mail address; required, at most 254 characters, unique in the tenant whatever its case.
    pub email: String,
    /// What they may log in with instead: 3 to 50 letters, digits, `.`, `_` and `-`; unique in the tenant whatever its case.
    pub username: Option<String>,
    /// Their first name; required, at most 100 characters.
    pub first_name: String,
    /// Their last name; required, at most 100 characters.
    pub last_name: String,
    /// `admin`, `coordinator`, `virtual_admin` or `viewer` (also written `user`); required.
    pub role: String,
    /// Their password: at least 8 characters, at most 1,024 bytes. Left out, they get an invitation to set one themselves.
    pub password: Option<Password>,
    /// How the invitation reaches them: `mail`, as unless said otherwise, or `link`, to be handed over. Not beside a password.
    pub invite: Option<String>,
}

/// What to change of a user. What is kept stays; of these only the username can be cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserEdit {
    /// Another e-mail address. Links that were sent to the old one are void then.
    pub email: Patch<String>,
    /// Another username, or none.
    pub username: Patch<String>,
    /// Another first name.
    pub first_name: Patch<String>,
    /// Another last name.
    pub last_name: Patch<String>,
    /// Another role; it holds at once, for sessions that live too.
    pub role: Patch<String>,
}

/// A draft whose fields are good in themselves. Whether others have its e-mail or username only the database knows.
pub(crate) struct CheckedUser {
    pub(crate) login: Login,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) role: Role,
    pub(crate) invite: InviteBy,
}

/// Checks a draft; every broken field is noted.
pub(crate) fn check(draft: &NewUser, problems: &mut Problems) -> Option<CheckedUser> {
    let given = LoginDraft { email: &draft.email, username: draft.username.as_deref() };
    let login = given.check(problems);
    let first_name = problems.take("first_name", text::required(text::line(&draft.first_name, NAME_MAX)));
    let last_name = problems.take("last_name", text::required(text::line(&draft.last_name, NAME_MAX)));
    let role = problems.take("role", Role::read(&draft.role));
    if let Some(password) = &draft.password {
        check_password(password, &given, problems);
    }
    let invite = match &draft.invite {
        None => Some(InviteBy::Mail),
        Some(_) if draft.password.is_some() => {
            problems
                .note("invite", Problem::new("NOT_WITH_PASSWORD", "must be left out where a password is given: nobody is invited then"));
            None
        }
        Some(invite) => problems.take("invite", InviteBy::parse(invite)),
    };
    Some(CheckedUser { login: login?, first_name: first_name?, last_name: last_name?, role: role?, invite: invite? })
}

/// An edit whose fields are good in themselves.
pub(super) struct CheckedEdit {
    pub(super) email: Patch<EmailAddress>,
    pub(super) username: Patch<Username>,
    pub(super) first_name: Patch<String>,
    pub(super) last_name: Patch<String>,
    pub(super) role: Patch<Role>,
}

/// Checks an edit; every broken field is noted.
pub(super) fn check_edit(edit: &UserEdit, problems: &mut Problems) -> Option<CheckedEdit> {
    let name = |name: &str| text::required(text::line(name, NAME_MAX));
    let email = edited(problems, "email", &edit.email, EmailAddress::parse);
    let username = edited_username(problems, &edit.username);
    let first_name = edited(problems, "first_name", &edit.first_name, name);
    let last_name = edited(problems, "last_name", &edit.last_name, name);
    let role = edited(problems, "role", &edit.role, Role::read);
    Some(CheckedEdit { email: email?, username: username?, first_name: first_name?, last_name: last_name?, role: role? })
}
