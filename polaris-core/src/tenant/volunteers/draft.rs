//! What a caller says of a volunteer, and the functions that check it.

use super::fields;
use crate::accounts::administration::edited;
use crate::error::{Problem, Problems};
use crate::types::{EmailAddress, Patch, PhoneNumber};

/// A new volunteer, as a coordinator describes them. Blank texts count as left out.
#[derive(Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewVolunteer {
    /// Their first name; required, at most 100 characters.
    pub first_name: String,
    /// Their last name; required, at most 100 characters.
    pub last_name: String,
    /// Their e-mail address, unique in the tenant whatever its case; at most 254 characters.
    pub email: Option<String>,
    /// Their phone number as they write it; at most 40 characters, 4 to 25 digits.
    pub phone: Option<String>,
    /// Where they work or whom they come from; at most 150 characters.
    pub organization: Option<String>,
    /// What they are there; at most 255 characters.
    pub title: Option<String>,
    /// One of the tenant's career types, by name or alias.
    pub career_type: Option<String>,
    /// Skills by name or alias; unknown ones are added as the tenant's own. At most 50.
    pub skills: Vec<String>,
    /// The city they live in; at most 100 characters.
    pub city: Option<String>,
    /// Its state; at most 100 characters, two letters are written in capitals.
    pub state: Option<String>,
    /// Its postal code; at most 12 letters, digits, spaces and hyphens.
    pub postal_code: Option<String>,
    /// What else to know of them; at most 5,000 characters.
    pub notes: Option<String>,
    /// Whether they want no mails that ask them to take part.
    pub email_opt_out: Option<bool>,
    /// Whether they are not to be asked at all, on any way.
    pub do_not_contact: Option<bool>,
}

/// What to change of a volunteer. All but the names can be cleared.
#[derive(Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VolunteerEdit {
    /// Another first name.
    pub first_name: Patch<String>,
    /// Another last name.
    pub last_name: Patch<String>,
    /// Another e-mail address, or none.
    pub email: Patch<String>,
    /// Another phone number, or none.
    pub phone: Patch<String>,
    /// Another organization, or none.
    pub organization: Patch<String>,
    /// Another title, or none.
    pub title: Patch<String>,
    /// Another career type, by name or alias, or none.
    pub career_type: Patch<String>,
    /// All their skills from now on, by name or alias; none when cleared.
    pub skills: Patch<Vec<String>>,
    /// Another city, or none.
    pub city: Patch<String>,
    /// Another state, or none.
    pub state: Patch<String>,
    /// Another postal code, or none.
    pub postal_code: Patch<String>,
    /// Other notes, or none.
    pub notes: Patch<String>,
    /// Whether they want no mails that ask them to take part.
    pub email_opt_out: Patch<bool>,
    /// Whether they are not to be asked at all.
    pub do_not_contact: Patch<bool>,
}

macro_rules! silent {
    ($($type:ty),*) => {$(
        /// What it says is personal: it stays out of logs.
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        }
    )*};
}
pub(crate) use silent;

silent!(NewVolunteer, VolunteerEdit);

/// A draft whose fields are good in themselves, but for the career type: which there are, and who has the e-mail address, only the database
/// knows.
pub(crate) struct CheckedVolunteer {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) phone: Option<PhoneNumber>,
    pub(crate) organization: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) skills: Vec<String>,
    pub(crate) city: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) postal_code: Option<String>,
    pub(crate) notes: Option<String>,
    pub(crate) email_opt_out: Option<bool>,
    pub(crate) do_not_contact: Option<bool>,
}

/// Checks a draft; every broken field is noted.
pub(crate) fn check(draft: &NewVolunteer, problems: &mut Problems) -> Option<CheckedVolunteer> {
    fn optional<T>(
        problems: &mut Problems,
        field: &str,
        text: Option<&String>,
        read: impl FnOnce(&str) -> fields::Checked<T>,
    ) -> Option<Option<T>> {
        problems.take(field, text.map_or(Ok(None), |text| read(text)))
    }
    let first_name = problems.take("first_name", fields::name(&draft.first_name));
    let last_name = problems.take("last_name", fields::name(&draft.last_name));
    if let (Some(first), Some(last)) = (&first_name, &last_name) {
        problems.take("last_name", fields::names(first, last));
    }
    let email = optional(problems, "email", draft.email.as_ref(), fields::email);
    let phone = optional(problems, "phone", draft.phone.as_ref(), fields::phone);
    let organization = optional(problems, "organization", draft.organization.as_ref(), fields::organization);
    let title = optional(problems, "title", draft.title.as_ref(), fields::title);
    optional(problems, "career_type", draft.career_type.as_ref(), fields::career_type);
    let skills = problems.take("skills", fields::skills(&draft.skills));
    let city = optional(problems, "city", draft.city.as_ref(), fields::city);
    let state = optional(problems, "state", draft.state.as_ref(), fields::state);
    let postal_code = optional(problems, "postal_code", draft.postal_code.as_ref(), fields::postal_code);
    let notes = optional(problems, "notes", draft.notes.as_ref(), fields::notes);
    Some(CheckedVolunteer {
        first_name: first_name?,
        last_name: last_name?,
        email: email?,
        phone: phone?,
        organization: organization?,
        title: title?,
        skills: skills?,
        city: city?,
        state: state?,
        postal_code: postal_code?,
        notes: notes?,
        email_opt_out: draft.email_opt_out,
        do_not_contact: draft.do_not_contact,
    })
}

/// An edit whose fields are good in themselves.
pub(super) struct CheckedEdit {
    pub(super) first_name: Patch<String>,
    pub(super) last_name: Patch<String>,
    pub(super) email: Patch<EmailAddress>,
    pub(super) phone: Patch<PhoneNumber>,
    pub(super) organization: Patch<String>,
    pub(super) title: Patch<String>,
    pub(super) career_type: Patch<String>,
    pub(super) skills: Patch<Vec<String>>,
    pub(super) city: Patch<String>,
    pub(super) state: Patch<String>,
    pub(super) postal_code: Patch<String>,
    pub(super) notes: Patch<String>,
    pub(super) email_opt_out: Patch<bool>,
    pub(super) do_not_contact: Patch<bool>,
}

/// Checks an edit; every broken field is noted.
pub(super) fn check_edit(edit: &VolunteerEdit, problems: &mut Problems) -> Option<CheckedEdit> {
    /// A blank text clears, as when a form is emptied.
    fn patched<T>(
        problems: &mut Problems,
        field: &str,
        patch: &Patch<String>,
        read: impl FnOnce(&str) -> fields::Checked<T>,
    ) -> Option<Patch<T>> {
        match patch {
            Patch::Keep => Some(Patch::Keep),
            Patch::Clear => Some(Patch::Clear),
            Patch::Set(text) => problems.take(field, read(text)).map(Patch::from),
        }
    }
    let flag = |problems: &mut Problems, field: &str, patch: Patch<bool>| match patch {
        Patch::Clear => {
            problems.note(field, Problem::new("REQUIRED", "must be true or false"));
            None
        }
        patch => Some(patch),
    };
    let first_name = edited(problems, "first_name", &edit.first_name, fields::name);
    let last_name = edited(problems, "last_name", &edit.last_name, fields::name);
    let email = patched(problems, "email", &edit.email, fields::email);
    let phone = patched(problems, "phone", &edit.phone, fields::phone);
    let organization = patched(problems, "organization", &edit.organization, fields::organization);
    let title = patched(problems, "title", &edit.title, fields::title);
    let career_type = patched(problems, "career_type", &edit.career_type, fields::career_type);
    let skills = match &edit.skills {
        Patch::Keep => Some(Patch::Keep),
        Patch::Clear => Some(Patch::Clear),
        Patch::Set(names) => problems.take("skills", fields::skills(names)).map(Patch::Set),
    };
    let city = patched(problems, "city", &edit.city, fields::city);
    let state = patched(problems, "state", &edit.state, fields::state);
    let postal_code = patched(problems, "postal_code", &edit.postal_code, fields::postal_code);
    let notes = patched(problems, "notes", &edit.notes, fields::notes);
    let email_opt_out = flag(problems, "email_opt_out", edit.email_opt_out);
    let do_not_contact = flag(problems, "do_not_contact", edit.do_not_contact);
    Some(CheckedEdit {
        first_name: first_name?,
        last_name: last_name?,
        email: email?,
        phone: phone?,
        organization: organization?,
        title: title?,
        career_type: career_type?,
        skills: skills?,
        city: city?,
        state: state?,
        postal_code: postal_code?,
        notes: notes?,
        email_opt_out: email_opt_out?,
        do_not_contact: do_not_contact?,
    })
}
