//! E-mail addresses: one mailbox each, compared whatever their case.
//!
//! ```
//! use polaris_core::types::EmailAddress;
//!
//! let address = EmailAddress::parse(" Pat.Lee@Example.org ").unwrap();
//! assert_eq!(address.as_str(), "Pat.Lee@Example.org"); // kept as it was typed
//! assert_eq!(address.folded(), "pat.lee@example.org"); // what has to be unique
//! assert_eq!(EmailAddress::parse("Pat <pat@example.org>").unwrap_err().code, "BAD_EMAIL");
//! ```

use std::fmt;

use super::text::{self, EMAIL_MAX};
use crate::error::Problem;

/// The most characters before the `@` (RFC 5321 4.5.3.1.1).
const LOCAL_MAX: usize = 64;
/// The most characters of a domain's label (RFC 1035 2.3.4).
const LABEL_MAX: usize = 63;

/// An address of the form `local@domain` that mail can be sent to over the Internet: ASCII, at most 254 characters, a domain with a
/// dot. Quoted local parts, comments and numeric hosts, which RFC 5321 knows and nobody's mailbox has, are refused.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address; white space round it is dropped.
    ///
    /// # Errors
    ///
    /// `REQUIRED` when blank, `TOO_LONG`, `CONTROL_CHARACTERS`, else `BAD_EMAIL`. No message repeats the address.
    pub fn parse(input: &str) -> Result<Self, Problem> {
        let address = text::required(text::line(input, EMAIL_MAX))?;
        match broken(&address) {
            Some(why) => Err(Problem::new("BAD_EMAIL", why)),
            None => Ok(Self(address)),
        }
    }

    /// An address read back from our own database.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that addresses of one mailbox share: in lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        Self::fold(&self.0)
    }

    /// The same of any text, to look for an address that may not be one.
    pub(crate) fn fold(text: &str) -> String {
        text.trim().to_ascii_lowercase()
    }
}

/// Why this is no address, if it is none.
fn broken(address: &str) -> Option<&'static str> {
    if address.contains(['<', '>', '"', '(', ')', ',', ';', ':']) {
        return Some("must be the bare address, such as pat@example.org, without a name, quotes or brackets");
    }
    if address.contains(char::is_whitespace) {
        return Some("must not hold spaces; an address looks like pat@example.org");
    }
    if !address.is_ascii() {
        return Some("must be written in plain letters; an address with others has a spelling in them (its domain begins with xn--)");
    }
    let Some((local, domain)) = address.split_once('@') else {
        return Some("needs an @, as in pat@example.org");
    };
    if domain.contains('@') {
        return Some("has more than one @; give one address");
    }
    if local.is_empty() || local.len() > LOCAL_MAX {
        return Some("needs 1 to 64 characters before the @");
    }
    // The atoms of RFC 5322, with dots between them.
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    if !local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom)) {
        return Some("has something before the @ that no address has there, such as two dots in a row");
    }
    let label = |label: &str| {
        (1..=LABEL_MAX).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let numeric = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    match domain.rsplit_once('.') {
        None => Some("needs a full domain behind the @, as in pat@example.org"),
        Some((_, last)) if last.len() < 2 || numeric(last) => {
            Some("needs a domain behind the @ that ends in letters, as in pat@example.org")
        }
        Some(_) if !domain.split('.').all(label) => Some("has a domain behind the @ that can't be right"),
        Some(_) => None,
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Addresses are personal: they stay out of logs even when a whole value is printed.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

impl serde::Serialize for EmailAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for EmailAddress {
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
    fn addresses_that_people_have_are_taken() {
        for good in [
            "pat@example.org",
            "p@ex.io",
            "Pat.Lee+school@mail.example.co.uk",
            "o'brien@example.org",
            "pat_lee-2@xn--bcher-kva.example",
            "a!#$%&'*+-/=?^_`{|}~b@example.org",
            "1@2.com",
            "pat@123.example",
            &format!("{}@example.org", "x".repeat(64)),
            &format!("pat@{}.org", "x".repeat(63)),
            " pat@example.org\n",
            "\u{FEFF}pat@example.org",
        ] {
            let address = EmailAddress::parse(good).unwrap_or_else(|problem| panic!("{good}: {problem:?}"));
            assert_eq!(address.as_str(), good.trim_matches([' ', '\n', '\u{FEFF}']));
        }
        let longest = format!("{}@{}.{}.{}.org", "x".repeat(64), "a".repeat(63), "b".repeat(63), "c".repeat(57));
        assert_eq!((longest.len(), EmailAddress::parse(&longest).is_ok()), (254, true));
    }

    #[test]
    fn what_is_no_address_is_refused_and_never_repeated() {
        for (bad, code) in [
            ("", "REQUIRED"),
            ("  ", "REQUIRED"),
            ("secret", "BAD_EMAIL"),
            ("@example.org", "BAD_EMAIL"),
            ("secret@", "BAD_EMAIL"),
            ("secret@example", "BAD_EMAIL"),
            ("secret@localhost", "BAD_EMAIL"),
            ("secret@@example.org", "BAD_EMAIL"),
            ("secret@example.org@example.org", "BAD_EMAIL"),
            ("secret@example..org", "BAD_EMAIL"),
            ("secret@.example.org", "BAD_EMAIL"),
            ("secret@example.org.", "BAD_EMAIL"),
            ("secret@-example.org", "BAD_EMAIL"),
            ("secret@example-.org", "BAD_EMAIL"),
            ("secret@exa_mple.org", "BAD_EMAIL"),
            ("secret@example.o", "BAD_EMAIL"),
            ("secret@192.0.2.7", "BAD_EMAIL"),
            ("secret@[192.0.2.7]", "BAD_EMAIL"),
            (".secret@example.org", "BAD_EMAIL"),
            ("secret.@example.org", "BAD_EMAIL"),
            ("se..cret@example.org", "BAD_EMAIL"),
            ("se cret@example.org", "BAD_EMAIL"),
            ("se\u{a0}cret@example.org", "BAD_EMAIL"),
            ("secret@exam ple.org", "BAD_EMAIL"),
            ("\"secret\"@example.org", "BAD_EMAIL"),
            ("\"se@cret\"@example.org", "BAD_EMAIL"),
            ("Pat <secret@example.org>", "BAD_EMAIL"),
            ("secret@example.org, other@example.org", "BAD_EMAIL"),
            ("secret@example.org;other@example.org", "BAD_EMAIL"),
            ("mailto:secret@example.org", "BAD_EMAIL"),
            ("secret(x)@example.org", "BAD_EMAIL"),
            ("secret\\@example.org", "BAD_EMAIL"),
            ("sécret@example.org", "BAD_EMAIL"),
            ("secret@exämple.org", "BAD_EMAIL"),
            ("secret＠example.org", "BAD_EMAIL"),
            ("secret@example\u{200B}.org", "BAD_EMAIL"),
            ("secret@example.org\0", "CONTROL_CHARACTERS"),
            ("secret\r\nBcc: x@example.org", "CONTROL_CHARACTERS"),
            ("secret\u{202e}@example.org", "CONTROL_CHARACTERS"),
            (&format!("secret{}@example.org", "x".repeat(59)), "BAD_EMAIL"),
            (&format!("secret@{}.org", "x".repeat(64)), "BAD_EMAIL"),
            (&format!("secret@{}org", "xy.".repeat(100)), "TOO_LONG"),
            (&"secret@".repeat(1_000_000), "TOO_LONG"),
        ] {
            let problem = EmailAddress::parse(bad).map(|_| bad).unwrap_err();
            assert_eq!(problem.code, code, "{bad:.80}");
            assert!(!problem.message.contains("secret"), "{}", problem.message);
        }
    }

    #[test]
    fn addresses_in_any_case_are_one_and_stay_out_of_logs() {
        let (one, two) = (EmailAddress::parse("PAT@Example.ORG").unwrap(), EmailAddress::parse("pat@example.org").unwrap());
        assert_ne!(one, two);
        assert_eq!(one.folded(), two.folded());
        assert_eq!(EmailAddress::fold(" Pat@EXAMPLE.org "), two.folded());
        assert_eq!(format!("{one:?}"), "EmailAddress(…)");
    }
}
