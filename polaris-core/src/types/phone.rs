//! Phone numbers: kept as they were typed, compared by their digits.
//!
//! ```
//! use polaris_core::types::PhoneNumber;
//!
//! let number = PhoneNumber::parse(" (913) 555-0100 ext. 4 ").unwrap();
//! assert_eq!(number.as_str(), "(913) 555-0100 ext. 4");
//! assert_eq!(number.digits(), "91355501004");
//! assert_eq!(PhoneNumber::parse("ask the office").unwrap_err().code, "BAD_PHONE");
//! ```

use std::fmt;

use super::text::{self, PHONE_MAX};
use crate::error::Problem;

/// Fewer are no number, more are several.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=25;

/// A phone number as a person writes it, at most 40 characters, with 4 to 25 digits. Words such as `ext.` or `(cell)` may stand in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number; white space round it is dropped.
    ///
    /// # Errors
    ///
    /// `REQUIRED` when blank, `TOO_LONG`, `CONTROL_CHARACTERS`, else `BAD_PHONE`. No message repeats the number.
    pub fn parse(input: &str) -> Result<Self, Problem> {
        let number = Self(text::required(text::line(input, PHONE_MAX))?);
        if number.0.contains('@') {
            return Err(Problem::new("BAD_PHONE", "must be a phone number, not an e-mail address"));
        }
        if DIGITS.contains(&number.digits().len()) {
            return Ok(number);
        }
        let (least, most) = (DIGITS.start(), DIGITS.end());
        Err(Problem::new("BAD_PHONE", format!("must be one phone number of {least} to {most} digits, such as 913-555-0100")))
    }

    /// A number read back from our own database.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The number as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What one number has in common however it is written: its digits.
    #[must_use]
    pub fn digits(&self) -> String {
        self.0.chars().filter(char::is_ascii_digit).collect()
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Numbers are personal: they stay out of logs even when a whole value is printed.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

impl serde::Serialize for PhoneNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for PhoneNumber {
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
    fn numbers_that_people_type_are_kept_as_typed_and_compared_by_their_digits() {
        for (typed, digits) in [
            ("913-555-0100", "9135550100"),
            ("(913) 555 0100", "9135550100"),
            ("913.555.0100", "9135550100"),
            ("+1 913 555 0100", "19135550100"),
            ("913/5550100 x12", "913555010012"),
            ("555-0100 (cell)", "5550100"),
            ("2211", "2211"),
        ] {
            let number = PhoneNumber::parse(&format!(" {typed}\n")).unwrap();
            assert_eq!((number.as_str(), number.digits().as_str()), (typed, digits));
        }
        assert_eq!(format!("{:?}", PhoneNumber::parse("913-555-0100").unwrap()), "PhoneNumber(…)");
    }

    #[test]
    fn what_is_no_number_is_refused_and_never_repeated() {
        for (bad, code) in [
            ("", "REQUIRED"),
            ("secret", "BAD_PHONE"),
            ("913", "BAD_PHONE"),
            ("secret1234@example.org", "BAD_PHONE"),
            ("1234567890 1234567890 123456", "BAD_PHONE"),
            ("913-555-\u{0}0100", "CONTROL_CHARACTERS"),
            ("913-555-0100\n913-555-0101", "CONTROL_CHARACTERS"),
            (&"9".repeat(41), "TOO_LONG"),
        ] {
            let problem = PhoneNumber::parse(bad).map(|_| bad).unwrap_err();
            assert_eq!(problem.code, code, "{bad:.80}");
            assert!(!problem.message.contains("secret") && !problem.message.contains("1234"), "{}", problem.message);
        }
    }
}
