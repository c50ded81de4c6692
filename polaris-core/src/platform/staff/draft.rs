//! What a caller says of a member of staff, and the functions that check it.

use crate::accounts::administration::{Login, LoginDraft, check_password, edited, edited_username};
use crate::auth::{Password, StaffRole};
use crate::error::{Problem, Problems};
use crate::types::text::{self, NAME_MAX};
use crate::types::{EmailAddress, Patch, Username};

/// A new member of staff.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewStaff {
    /// Their name; required, at most 100 characters, unique: audit logs know them by it.
    pub name: String,
    /// Their e-mail address; required, at most 254 characters, unique whatever its case.
    pub email: String,
    /// What they may log in with instead: 3 to 50 letters, digits, `.`, `_` and `-`; unique whatever its case.
    pub username: Option<String>,
    /// `admin` or `support`; required.
    pub role: String,
    /// Their password: at least 8 characters, at most 1,024 bytes. Left out, they get an invitation to set one themselves.
    pub password: Option<Password>,
}

/// What to change of a member of staff. What is kept stays; of these only the username can be cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaffEdit {
    /// Another name.
    pub name: Patch<String>,
    /// Another e-mail address, or a first one. Links that were sent to the old one are void then.
    pub email: Patch<String>,
    /// Another username, or none.
    pub username: Patch<String>,
    /// Another role; it holds at once, for sessions that live too.
    pub role: Patch<String>,
}

/// A draft whose fields are good in themselves.
pub(super) struct CheckedStaff {
    pub(super) name: String,
    pub(super) login: Login,
    pub(super) role: StaffRole,
}

/// Checks a draft; every broken field is noted.
pub(super) fn check(draft: &NewStaff, problems: &mut Problems) -> Option<CheckedStaff> {
    let given = LoginDraft { email: &draft.email, username: draft.username.as_deref() };
    let name = problems.take("name", name(&draft.name));
    let login = given.check(problems);
    let role = problems.take("role", role(&draft.role));
    if let Some(password) = &draft.password {
        check_password(password, &given, problems);
    }
    Some(CheckedStaff { name: name?, login: login?, role: role? })
}

/// An edit whose fields are good in themselves.
pub(super) struct CheckedEdit {
    pub(super) name: Patch<String>,
    pub(super) email: Patch<EmailAddress>,
    pub(super) username: Patch<Username>,
    pub(super) role: Patch<StaffRole>,
}

/// Checks an edit; every broken field is noted.
pub(super) fn check_edit(edit: &StaffEdit, problems: &mut Problems) -> Option<CheckedEdit> {
    let name = edited(problems, "name", &edit.name, name);
    let email = edited(problems, "email", &edit.email, EmailAddress::parse);
    let username = edited_username(problems, &edit.username);
    let role = edited(problems, "role", &edit.role, role);
    Some(CheckedEdit { name: name?, email: email?, username: username?, role: role? })
}

fn name(text: &str) -> Result<String, Problem> {
    text::required(text::line(text, NAME_MAX))
}

fn role(text: &str) -> Result<StaffRole, Problem> {
    match text.trim() {
        "" => Err(Problem::required()),
        role => StaffRole::parse(role),
    }
}
