//! The secret by which a program reads a tenant's public events.
//!
//! A key is `plrs_`, 43 characters for 256 random bits, and a check sum of 6: scanners of leaked secrets know it by its
//! form, and a mistyped one is refused without a look at the database. Keys of the earlier application (64 hexadecimal
//! digits) go on working.
//!
//! ```
//! use polaris_core::types::ApiKey;
//!
//! let key = ApiKey::generate([7; 32]); // 32 bytes of the system's random source
//! let sent = ApiKey::parse(key.reveal()).unwrap();
//! assert!(sent.hash().matches(&key.hash()));
//! assert_eq!(format!("{key:?}"), "ApiKey(…)");
//! ```

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;

use super::key_hash::KeyHash;

const PREFIX: &str = "plrs_";
const CHECKED_LEN: usize = PREFIX.len() + 43;
const CHECKSUM_LEN: usize = 6;
const EARLIER_LEN: usize = 64;
const HINT_LEN: usize = 9;

/// An API key. Shown once, when made; neither logs nor lists nor JSON can get at it by accident. Nothing where it was made for an earlier
/// request with the same idempotency key: secrets are not kept.
#[derive(Clone, Default)]
pub struct ApiKey(String);

impl ApiKey {
    /// Makes a key of 32 bytes, which must come from the system's source of random bytes.
    #[must_use]
    pub fn generate(bytes: [u8; 32]) -> Self {
        let checked = format!("{PREFIX}{}", BASE64.encode(bytes));
        let checksum = checksum(&checked);
        Self(checked + &checksum)
    }

    /// A text that can be a key: of this form with the right check sum, or of the earlier form, which is kept as given.
    /// `None` for any other, which needn't be looked up.
    #[must_use]
    pub fn parse(input: &str) -> Option<Self> {
        (is_current(input) || is_earlier(input)).then(|| Self(input.to_owned()))
    }

    /// The secret itself, to be shown to its owner once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether it is not there: the key was made for an earlier request.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        self.0.is_empty()
    }

    /// What is stored and looked up instead of the key.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }

    /// Enough of the key to tell it from others in a list: the first 9 characters and `…`.
    #[must_use]
    pub fn hint(&self) -> String {
        format!("{}…", self.0.get(..HINT_LEN).unwrap_or_default())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

fn is_current(input: &str) -> bool {
    if input.len() != CHECKED_LEN + CHECKSUM_LEN {
        return false;
    }
    let Some((checked, sum)) = input.split_at_checked(CHECKED_LEN) else { return false };
    is_secret(checked, PREFIX) && sum == checksum(checked)
}

fn is_earlier(input: &str) -> bool {
    input.len() == EARLIER_LEN && input.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the text is the prefix and then 32 bytes in URL-safe base64 without padding.
pub(crate) fn is_secret(text: &str, prefix: &str) -> bool {
    let Some(body) = text.strip_prefix(prefix) else { return false };
    let mut bytes = [0; 32];
    body.len() == 43 && matches!(BASE64.decode_slice(body, &mut bytes), Ok(32))
}

/// The CRC-32 of a text as 6 characters of base 62 (digits, capitals, small letters), zeros in front.
fn checksum(text: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32fast::hash(text.as_bytes()) as usize;
    let mut sum = ['0'; CHECKSUM_LEN];
    for place in sum.iter_mut().rev() {
        *place = char::from(DIGITS[rest % 62]);
        rest /= 62;
    }
    sum.iter().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const EARLIER: &str = "d2705415c1d2465d2b36aac6f7df05cb4a925169ebe2c0c46f4529600fc3a77f";

    #[test]
    fn a_made_key_has_its_form_and_is_accepted() {
        for seed in 0..=255 {
            let key = ApiKey::generate([seed; 32]);
            assert_eq!(key.reveal().len(), 54);
            assert!(key.reveal().starts_with("plrs_"));
            assert_eq!(ApiKey::parse(key.reveal()).unwrap().reveal(), key.reveal());
        }
    }

    #[test]
    fn the_form_of_a_key_never_changes() {
        assert_eq!(ApiKey::generate([0; 32]).reveal(), concat!("plrs_", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "3BOOMb"));
        assert_eq!(checksum(""), "000000");
    }

    #[test]
    fn a_key_of_the_earlier_application_hashes_as_it_did_there() {
        let key = ApiKey::parse(EARLIER).unwrap();
        assert_eq!(key.hash().as_str(), "e09e0c44df9d0ba71b6aa4c6b0734eefb90c15f6260e088d729970329d0f5e1c");
        assert_eq!(ApiKey::parse(&EARLIER.to_uppercase()).unwrap().reveal(), EARLIER.to_uppercase());
    }

    #[test]
    fn one_changed_character_anywhere_is_refused() {
        let key = ApiKey::generate([42; 32]);
        for at in 0..key.reveal().len() {
            for wrong in ["0", "z", "_", "=", "é", ""] {
                let text = format!("{}{wrong}{}", &key.reveal()[..at], &key.reveal()[at + 1..]);
                assert!(text == key.reveal() || ApiKey::parse(&text).is_none(), "{text}");
            }
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let key = ApiKey::generate([1; 32]);
        let padded = format!(" {}", key.reveal());
        let not_hex = EARLIER.replace('d', "g");
        for bad in ["", "plrs_", &padded, &EARLIER[1..], &not_hex, &"é".repeat(27), &"é".repeat(32), &"a".repeat(1_000_000)] {
            assert!(ApiKey::parse(bad).is_none());
        }
    }

    #[test]
    fn only_the_hint_shows_in_lists_and_nothing_in_logs() {
        let key = ApiKey::generate([1; 32]);
        assert_eq!(key.hint(), "plrs_AQEB…");
        assert_eq!(format!("{key:?}"), "ApiKey(…)");
        assert_eq!(ApiKey::parse(EARLIER).unwrap().hint(), "d2705415c…");
    }
}
