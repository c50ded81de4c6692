//! What people fill in to sign up, and the function that checks it.

use crate::error::{Error, Problem, Problems, Result};
use crate::mail::letter::names::holds_an_address;
use crate::tenant::volunteers::fields;
use crate::types::{EmailAddress, PhoneNumber};

/// A sign-up, as somebody filled it in. Blank texts count as left out.
#[derive(Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewSignup {
    /// Their first name; required, at most 100 characters, without what stands in links and addresses: `/`, `\`, `:`, `@`, `www.`.
    pub first_name: String,
    /// Their last name; likewise.
    pub last_name: String,
    /// Their e-mail address; required, at most 254 characters. How they stand is told there.
    pub email: String,
    /// Their phone number as they write it; at most 40 characters, 4 to 25 digits.
    pub phone: Option<String>,
    /// Where they work or whom they come from; at most 150 characters.
    pub organization: Option<String>,
    /// What they want to say with it; at most 5,000 characters.
    pub notes: Option<String>,
    /// A trap: a field that people don't see and only programs fill. Such a sign-up is answered like any other, and not made.
    pub website: Option<String>,
}

/// What it says is personal: it stays out of logs.
impl std::fmt::Debug for NewSignup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSignup").finish_non_exhaustive()
    }
}

/// A sign-up whose fields are good.
pub(super) struct CheckedSignup {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) email: EmailAddress,
    pub(super) phone: Option<PhoneNumber>,
    pub(super) organization: Option<String>,
    pub(super) notes: Option<String>,
    /// Whether a program filled it in.
    pub(super) trapped: bool,
}

/// A name, without what would send a link to whoever has the address.
fn name(input: &str) -> Result<String, Problem> {
    let name = fields::name(input)?;
    if holds_an_address(&name) {
        return Err(Problem::new("HOLDS_ADDRESS", "must not hold a link or an address: enter the name without /, \\, :, @ and www."));
    }
    Ok(name)
}

/// Checks a sign-up; every broken field is noted.
pub(super) fn check(draft: &NewSignup) -> Result<CheckedSignup> {
    fn optional<T>(text: Option<&String>, read: impl FnOnce(&str) -> fields::Checked<T>) -> fields::Checked<T> {
        text.map_or(Ok(None), |text| read(text))
    }
    let mut problems = Problems::default();
    let first_name = problems.take("first_name", name(&draft.first_name));
    let last_name = problems.take("last_name", name(&draft.last_name));
    let email = problems.take("email", fields::email(&draft.email).and_then(|email| email.ok_or_else(Problem::required)));
    let phone = problems.take("phone", optional(draft.phone.as_ref(), fields::phone));
    let organization = problems.take("organization", optional(draft.organization.as_ref(), fields::organization));
    let notes = problems.take("notes", optional(draft.notes.as_ref(), fields::notes));
    problems.finish()?;
    let checked = || {
        Some(CheckedSignup {
            first_name: first_name?,
            last_name: last_name?,
            email: email?,
            phone: phone?,
            organization: organization?,
            notes: notes?,
            trapped: draft.website.as_ref().is_some_and(|trap| !trap.trim().is_empty()),
        })
    };
    checked().ok_or(Error::Internal)
}
