//! The address of an event: a slug made of its title and date, and the reference that takes a slug or a number.
//!
//! A slug always holds a letter and a reference of digits alone is a number, so one can't be taken for the other.
//!
//! ```
//! use polaris_core::types::{EventId, EventRef, event_slug, numbered, parse_date};
//!
//! let date = parse_date("2026-01-15").unwrap();
//! let slug = event_slug("Café & Career Day!", date);
//! assert_eq!(slug, "cafe-career-day-2026-01-15");
//! assert_eq!(numbered(&slug, 2), "cafe-career-day-2026-01-15-2");
//! assert_eq!(EventRef::parse("7"), EventRef::Id(EventId::new(7)));
//! ```

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::ids::EventId;

/// The most characters of a title that go into a slug.
const TITLE_PART_MAX: usize = 60;

/// Makes the slug of an event from its title and local date: `a-z`, `0-9` and single hyphens, never digits alone.
///
/// Other scripts are put into Latin letters; a title without any letter gives `event-` and the date. Not yet unique:
/// see [`numbered`].
#[must_use]
pub fn event_slug(title: &str, date: NaiveDate) -> String {
    // The transliteration spells pictures out ("tada"); the cap is far above any title that passed its own check.
    let letters = title.chars().take(1_000).map(|c| if is_picture(c) { ' ' } else { c });
    let mut words = ::slug::slugify(letters.collect::<String>());
    if words.len() > TITLE_PART_MAX {
        // Cut before the word that doesn't fit; a single endless word is cut inside.
        let end = words[..=TITLE_PART_MAX].rfind('-').unwrap_or(TITLE_PART_MAX);
        words.truncate(end);
    }
    if !words.contains(|c: char| c.is_ascii_lowercase()) {
        "event".clone_into(&mut words);
    }
    // A year of more or less than four digits would bring its sign along.
    let year = date.year().clamp(0, 9_999);
    format!("{words}-{year:04}-{:02}-{:02}", date.month(), date.day())
}

/// The slug for the `n`th event that would get the same one: `base-2`, `base-3` and so on.
#[must_use]
pub fn numbered(base: &str, n: u32) -> String {
    format!("{base}-{n}")
}

/// Arrows, dingbats, emoji and what joins or colours them.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{20E3}' | '\u{2190}'..='\u{2BFF}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F000}'..='\u{1FAFF}')
}

/// The slug of a stored event, unique in its tenant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct EventSlug(String);

impl EventSlug {
    /// A slug read back from our own database, or made by [`event_slug()`].
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for EventSlug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for EventSlug {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.bytes().all(known) && text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return Ok(Self(text));
        }
        Err(serde::de::Error::custom("is not the slug of an event"))
    }
}

/// How a caller names an event: by number or by slug.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EventRef {
    /// Its number.
    Id(EventId),
    /// Its slug, as given; that there is such an event is not checked.
    Slug(String),
}

impl EventRef {
    /// Digits alone, at most 18 and more than zero, are a number; anything else is taken for a slug.
    #[must_use]
    pub fn parse(input: &str) -> Self {
        let digits = input.len() <= 18 && input.bytes().all(|byte| byte.is_ascii_digit());
        match input.parse() {
            Ok(number) if digits && number > 0 => Self::Id(EventId::new(number)),
            _ => Self::Slug(input.to_owned()),
        }
    }
}

impl From<EventId> for EventRef {
    fn from(id: EventId) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for EventRef {
    fn from(input: &str) -> Self {
        Self::parse(input)
    }
}

impl fmt::Display for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Slug(slug) => f.write_str(slug),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn slug(title: &str) -> String {
        let slug = event_slug(title, NaiveDate::from_ymd_opt(2026, 1, 15).unwrap());
        assert!(slug.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')), "{slug}");
        assert!(!slug.contains("--") && !slug.starts_with('-'), "{slug}");
        slug.strip_suffix("-2026-01-15").unwrap().to_owned()
    }

    #[test]
    fn titles_of_any_script_become_latin_letters() {
        assert_eq!(slug("  Career Day: Grades 6–8 "), "career-day-grades-6-8");
        assert_eq!(slug("Día de José"), "dia-de-jose");
        assert_eq!(slug("Jose\u{301}"), "jose");
        assert!(slug("Карьера").starts_with("kar"));
        assert_ne!(slug("職業"), "event");
    }

    #[test]
    fn a_title_without_letters_is_called_event() {
        for title in ["", "2026", "3 - 2 - 1", "🎉🎉", "👩🏽\u{200d}🏫", "!!!", "\u{301}", "\u{e000}"] {
            assert_eq!(slug(title), "event", "{title:?}");
        }
        assert_eq!(slug("🎉 Career day 🎉"), "career-day");
    }

    #[test]
    fn long_titles_are_cut_between_words() {
        assert_eq!(slug(&"word ".repeat(40)), ["word"; 12].join("-"));
        assert_eq!(slug(&"x".repeat(200)), "x".repeat(60));
        assert_eq!(slug(&format!("{} y", "x".repeat(60))), "x".repeat(60));
        let exactly = format!("ab-{}", "x".repeat(57));
        assert_eq!(slug(&format!("{exactly} y")), exactly);
        assert_eq!(slug(&format!("7 {}", "x".repeat(100))), "event");
        assert_eq!(slug(&"x".repeat(5_000_000)), "x".repeat(60));
    }

    #[test]
    fn years_beyond_four_digits_keep_the_form() {
        assert_eq!(event_slug("a", NaiveDate::MIN), "a-0000-01-01");
        assert_eq!(event_slug("a", NaiveDate::MAX), "a-9999-12-31");
    }

    #[test]
    fn only_digits_that_can_be_a_number_are_one() {
        assert_eq!(EventRef::from("007"), EventRef::Id(EventId::new(7)));
        assert_eq!(EventRef::parse("999999999999999999"), EventRef::Id(EventId::new(999_999_999_999_999_999)));
        for other in ["", "0", "-7", "+7", " 7", "7a", "1000000000000000000", "٧", "career-day-2026-01-15"] {
            assert_eq!(EventRef::parse(other), EventRef::Slug(other.to_owned()), "{other}");
        }
    }
}
