//! Each field of a volunteer, checked alone: by drafts, edits and imports alike. `None` means blank.

use crate::error::Problem;
use crate::tabular::is_blank;
use crate::types::fold::fold;
use crate::types::text::{self, NAME_MAX, NOTES_MAX, ORGANIZATION_MAX, TITLE_MAX};
use crate::types::{EmailAddress, PhoneNumber};

/// What a check gives.
pub(crate) type Checked<T> = Result<Option<T>, Problem>;

/// The most characters of a postal code.
const POSTAL_CODE_MAX: usize = 12;
/// The most skills one volunteer has.
pub(crate) const MOST_SKILLS: usize = 50;

/// A first or last name: required. People are called None, Null or Nan; nobody is called "-" or "n/a".
pub(crate) fn name(input: &str) -> Result<String, Problem> {
    let name = text::required(text::line(input, NAME_MAX))?;
    let is_a_name = |name: &str| ["none", "null", "nan"].iter().any(|word| name.eq_ignore_ascii_case(word));
    if is_blank(&name) && !is_a_name(&name) {
        return Err(Problem::new("REQUIRED", "is required: neither \"-\" nor \"n/a\" is a name"));
    }
    Ok(name)
}

/// Refuses both names together: None, Null and Nan are names beside a real one alone.
pub(crate) fn names(first: &str, last: &str) -> Result<(), Problem> {
    if is_blank(first) && is_blank(last) {
        return Err(Problem::new("REQUIRED", "is required: None, Null and Nan are names beside another real one alone"));
    }
    Ok(())
}

pub(crate) fn email(input: &str) -> Checked<EmailAddress> {
    unless_blank(input, EmailAddress::parse)
}

pub(crate) fn phone(input: &str) -> Checked<PhoneNumber> {
    unless_blank(input, PhoneNumber::parse)
}

pub(crate) fn organization(input: &str) -> Checked<String> {
    text::line(input, ORGANIZATION_MAX)
}

pub(crate) fn title(input: &str) -> Checked<String> {
    text::line(input, TITLE_MAX)
}

/// The name of a career type. Whether there is such a one only the database knows.
pub(crate) fn career_type(input: &str) -> Checked<String> {
    text::line(input, NAME_MAX)
}

pub(crate) fn city(input: &str) -> Checked<String> {
    text::line(input, NAME_MAX)
}

/// A state; two letters are written in capitals.
pub(crate) fn state(input: &str) -> Checked<String> {
    let state = text::line(input, NAME_MAX)?;
    let is_code = |state: &str| state.len() == 2 && state.bytes().all(|byte| byte.is_ascii_alphabetic());
    Ok(state.map(|state| if is_code(&state) { state.to_ascii_uppercase() } else { state }))
}

pub(crate) fn postal_code(input: &str) -> Checked<String> {
    let code = text::line(input, NAME_MAX)?;
    let fits = |code: &String| {
        code.len() <= POSTAL_CODE_MAX && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b' ')
    };
    match code {
        Some(code) if !fits(&code) => {
            Err(Problem::new("BAD_POSTAL_CODE", format!("must be at most {POSTAL_CODE_MAX} letters, digits, spaces and hyphens")))
        }
        code => Ok(code),
    }
}

pub(crate) fn notes(input: &str) -> Checked<String> {
    text::paragraphs(input, NOTES_MAX)
}

/// The name of a skill.
pub(crate) fn skill(input: &str) -> Checked<String> {
    match text::line(input, NAME_MAX)? {
        // A name of accents alone would be equal to any other such.
        Some(name) if fold(&name).is_empty() => Err(Problem::new("BAD_CHARACTERS", "must have letters or digits")),
        name => Ok(name),
    }
}

/// Names of skills, without blanks.
pub(crate) fn skills(names: &[String]) -> Result<Vec<String>, Problem> {
    if names.len() > MOST_SKILLS {
        return Err(Problem::new("TOO_MANY", format!("at most {MOST_SKILLS} skills can be given")));
    }
    names.iter().filter_map(|name| skill(name).transpose()).collect()
}

fn unless_blank<T>(input: &str, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Checked<T> {
    match parse(input) {
        Ok(value) => Ok(Some(value)),
        Err(problem) if problem == Problem::required() => Ok(None),
        Err(problem) => Err(problem),
    }
}
