//! What one logs in with, as it is given and as it is checked.

use crate::auth::{Password, check_new};
use crate::error::{Problem, Problems};
use crate::types::{EmailAddress, Patch, Username};

/// What one logs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) email: EmailAddress,
    pub(crate) username: Option<Username>,
}

/// The same as a draft gives it.
pub(crate) struct LoginDraft<'a> {
    pub(crate) email: &'a str,
    pub(crate) username: Option<&'a str>,
}

impl LoginDraft<'_> {
    /// Checks it; every broken field is noted.
    pub(crate) fn check(&self, problems: &mut Problems) -> Option<Login> {
        let email = problems.take("email", EmailAddress::parse(self.email));
        let username = match self.username.filter(|name| !name.trim().is_empty()) {
            None => Some(None),
            Some(name) => problems.take("username", Username::parse(name)).map(Some),
        };
        Some(Login { email: email?, username: username? })
    }
}

/// Checks a password that is given with an account. The account itself may be broken: then it is compared with what was typed.
pub(crate) fn check_password(password: &Password, login: &LoginDraft<'_>, problems: &mut Problems) {
    problems.take("password", check_new(password, login.email.trim(), login.username.map(str::trim)));
}

/// A field of an edit, read; `None` when it is broken. What must always have a value can't be cleared.
pub(crate) fn edited<T>(
    problems: &mut Problems,
    field: &str,
    patch: &Patch<String>,
    read: impl FnOnce(&str) -> Result<T, Problem>,
) -> Option<Patch<T>> {
    match patch {
        Patch::Keep => Some(Patch::Keep),
        Patch::Clear => {
            problems.note(field, Problem::required());
            None
        }
        Patch::Set(text) => problems.take(field, read(text)).map(Patch::Set),
    }
}

/// The username of an edit; a blank one is none, as when creating.
pub(crate) fn edited_username(problems: &mut Problems, patch: &Patch<String>) -> Option<Patch<Username>> {
    match patch {
        Patch::Keep => Some(Patch::Keep),
        Patch::Set(name) if !name.trim().is_empty() => problems.take("username", Username::parse(name)).map(Patch::Set),
        Patch::Clear | Patch::Set(_) => Some(Patch::Clear),
    }
}

/// Puts a field of an edit that can't be cleared over what was there.
pub(crate) fn put<T: Clone>(patch: &Patch<T>, value: &mut T) {
    if let Patch::Set(new) = patch {
        *value = new.clone();
    }
}

/// The same of a field that can be.
pub(crate) fn put_or_clear<T: Clone>(patch: &Patch<T>, value: &mut Option<T>) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *value = None,
        Patch::Set(new) => *value = Some(new.clone()),
    }
}
