//! The slug of a tenant: its name in addresses and in the name of its database file.
//!
//! A slug goes into a file name and a URL unescaped, so what isn't plainly harmless is refused, not repaired (P1).
//!
//! ```
//! use polaris_core::types::Slug;
//!
//! assert_eq!(Slug::parse("kck").unwrap().as_str(), "kck");
//!
//! let problems = Slug::parse("-KCK").unwrap_err();
//! let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
//! assert_eq!(codes, ["BAD_CHARACTERS", "LEADING_HYPHEN"]);
//! ```

use std::fmt;

use crate::error::Problem;

/// The most characters a tenant's slug may have.
pub const SLUG_MAX: usize = 50;

/// Slugs no tenant may take, because an address or a file of the installation already means something else.
/// Sorted.
pub const RESERVED: &[&str] = &[
    "admin",
    "api",
    "app",
    "assets",
    "auth",
    "breakdown",
    "calendar",
    "dashboard",
    "district",
    "docs",
    "event",
    "events",
    "google-sheets",
    "health",
    "help",
    "import-sheet",
    "login",
    "logout",
    "management",
    "metrics",
    "new",
    "openapi",
    "pathful",
    "platform",
    "polaris",
    "portal",
    "presenters",
    "public",
    "purge",
    "recruitment",
    "registry",
    "reset",
    "schools",
    "sessions",
    "settings",
    "signup",
    "static",
    "support",
    "teacher-import",
    "teacher-progress",
    "teacher-usage",
    "tenants",
    "usage",
    "users",
    "virtual",
    "virtual-sessions",
    "volunteers",
    "www",
];

/// A tenant's slug: 1 to 50 of `a-z`, `0-9` and single hyphens inside, and not reserved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct Slug(String);

/// Whatever may once have been a tenant's: a word reserved since then too.
impl<'de> serde::Deserialize<'de> for Slug {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return Ok(Self(text));
        }
        Err(serde::de::Error::custom("is not a slug"))
    }
}

impl Slug {
    /// Checks a slug as given; nothing is trimmed or lower-cased.
    ///
    /// # Errors
    ///
    /// Every broken rule, each once: `REQUIRED`, `TOO_LONG`, `BAD_CHARACTERS`, `LEADING_HYPHEN`, `TRAILING_HYPHEN`,
    /// `DOUBLE_HYPHEN`, `RESERVED`.
    pub fn parse(input: &str) -> Result<Self, Vec<Problem>> {
        if input.is_empty() {
            return Err(vec![Problem::required()]);
        }
        let mut problems = Vec::new();
        let mut check = |broken: bool, code, message: String| {
            if broken {
                problems.push(Problem::new(code, message));
            }
        };

        let length = input.chars().count();
        check(length > SLUG_MAX, "TOO_LONG", format!("may have at most {SLUG_MAX} characters; this has {length}"));
        if let Some(bad) = input.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
            check(true, "BAD_CHARACTERS", bad_character(bad));
        }
        check(input.starts_with('-'), "LEADING_HYPHEN", "must not begin with a hyphen; begin with a letter or digit".into());
        check(input.ends_with('-'), "TRAILING_HYPHEN", "must not end with a hyphen; end with a letter or digit".into());
        check(input.contains("--"), "DOUBLE_HYPHEN", "must not have two hyphens in a row; leave one".into());
        let reserved = RESERVED.binary_search(&input).is_ok();
        check(reserved, "RESERVED", "is reserved for Polaris itself; choose another, for example by adding the town".into());

        if problems.is_empty() { Ok(Self(input.to_owned())) } else { Err(problems) }
    }

    /// A slug read back from our own database, where only checked ones are written.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What to do about the first character that can't stay. Control characters and look-alikes are named by number.
fn bad_character(bad: char) -> String {
    let shown = match bad {
        ' ' => "a space".to_owned(),
        _ if bad.is_ascii_graphic() => format!("`{bad}`"),
        _ => format!("the character U+{:04X}", u32::from(bad)),
    };
    format!("can't hold {shown}: use only a to z in lower case, 0 to 9, and a hyphen between words")
}

/// Lets a map keyed by slugs be asked with plain text; both hash and compare alike.
impl std::borrow::Borrow<str> for Slug {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Slug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn codes(input: &str) -> Vec<&'static str> {
        Slug::parse(input).unwrap_err().iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn ordinary_slugs_are_kept_as_given() {
        for good in ["a", "7", "kck", "kansas-city-2", &"x".repeat(50)] {
            assert_eq!(Slug::parse(good).unwrap().to_string(), good);
        }
    }

    #[test]
    fn each_broken_rule_has_its_own_code() {
        assert_eq!(codes(""), ["REQUIRED"]);
        assert_eq!(codes(&"x".repeat(51)), ["TOO_LONG"]);
        assert_eq!(codes("-a"), ["LEADING_HYPHEN"]);
        assert_eq!(codes("a-"), ["TRAILING_HYPHEN"]);
        assert_eq!(codes("a--b"), ["DOUBLE_HYPHEN"]);
        assert_eq!(codes("registry"), ["RESERVED"]);
        for bad in ["A", "a b", "a_b", "a.b", "../a", "a/b", "é", "а", "a\0", "a\n", "%2e", "１"] {
            assert_eq!(codes(bad), ["BAD_CHARACTERS"], "{bad:?}");
        }
    }

    #[test]
    fn all_broken_rules_are_told_at_once() {
        assert_eq!(codes("--"), ["LEADING_HYPHEN", "TRAILING_HYPHEN", "DOUBLE_HYPHEN"]);
        let everything = format!("-{}--É-", "x".repeat(50));
        assert_eq!(codes(&everything), ["TOO_LONG", "BAD_CHARACTERS", "LEADING_HYPHEN", "TRAILING_HYPHEN", "DOUBLE_HYPHEN"]);
    }

    #[test]
    fn messages_never_echo_control_or_direction_characters() {
        for bad in ["a\u{7}", "a\u{1b}[31m", "a\u{202e}b"] {
            let problems = Slug::parse(bad).unwrap_err();
            assert!(problems[0].message.is_ascii() && !problems[0].message.contains(char::is_control));
        }
    }

    #[test]
    fn the_reserved_list_is_sorted_and_otherwise_well_formed() {
        assert!(RESERVED.is_sorted_by(|a, b| a < b));
        for word in RESERVED {
            assert_eq!(codes(word), ["RESERVED"], "{word}");
        }
    }

    #[test]
    fn a_slug_is_a_plain_string_in_json() {
        assert_eq!(serde_json::to_string(&Slug::stored("kck".into())).unwrap(), "\"kck\"");
    }
}
