//! Names to log in with instead of an e-mail address.
//!
//! ```
//! use polaris_core::types::Username;
//!
//! assert_eq!(Username::parse("Pat.Lee").unwrap().folded(), "pat.lee");
//! assert_eq!(Username::parse("pat@example.org").unwrap_err().code, "BAD_USERNAME");
//! ```

use std::fmt;

use super::text;
use crate::error::Problem;

const LENGTH: std::ops::RangeInclusive<usize> = 3..=50;

/// A name of 3 to 50 plain letters, digits, `.`, `_` and `-`, with a letter among them: so that it is never taken for an e-mail address
/// or a number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Username(String);

impl Username {
    /// Reads a name; white space round it is dropped.
    ///
    /// # Errors
    ///
    /// `REQUIRED` when blank, `TOO_LONG`, `CONTROL_CHARACTERS`, else `BAD_USERNAME`. No message repeats the name.
    pub fn parse(input: &str) -> Result<Self, Problem> {
        let name = text::required(text::line(input, *LENGTH.end()))?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if LENGTH.contains(&name.len()) && name.bytes().all(fits) && name.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            return Ok(Self(name));
        }
        Err(Problem::new("BAD_USERNAME", "must be 3 to 50 letters (a to z), digits, `.`, `_` or `-`, with a letter among them"))
    }

    /// A name read back from our own database.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The name as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What has to be unique: in lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Names are personal: they stay out of logs even when a whole value is printed.
impl fmt::Debug for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Username(…)")
    }
}

impl serde::Serialize for Username {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Username {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|problem| serde::de::Error::custom(problem.message))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn plain_names_are_taken_and_compared_whatever_their_case() {
        for good in ["pat", "Pat.Lee", "pat_lee-2", "7th.grade", &"x".repeat(50), " pat "] {
            assert_eq!(Username::parse(good).unwrap().as_str(), good.trim());
        }
        assert_eq!(Username::parse("PAT").unwrap().folded(), Username::parse("pat").unwrap().folded());
        assert_eq!(format!("{:?}", Username::parse("pat").unwrap()), "Username(…)");
    }

    #[test]
    fn names_that_could_be_something_else_are_refused() {
        for (bad, code) in [
            ("", "REQUIRED"),
            (" ", "REQUIRED"),
            ("ab", "BAD_USERNAME"),
            ("12345", "BAD_USERNAME"),
            ("...", "BAD_USERNAME"),
            ("pat@example.org", "BAD_USERNAME"),
            ("pat lee", "BAD_USERNAME"),
            ("pat/lee", "BAD_USERNAME"),
            ("zoë", "BAD_USERNAME"),
            ("раt", "BAD_USERNAME"),
            ("pat\0", "CONTROL_CHARACTERS"),
            ("pat\u{202e}", "CONTROL_CHARACTERS"),
            (&"x".repeat(51), "TOO_LONG"),
            (&"x".repeat(10_000_000), "TOO_LONG"),
        ] {
            assert_eq!(Username::parse(bad).unwrap_err().code, code, "{bad:.60}");
        }
    }
}
