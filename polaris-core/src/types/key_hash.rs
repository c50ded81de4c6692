//! What is stored of a secret: its hash.
//!
//! API keys and session tokens hold 256 random bits, so a plain fast hash is enough: nothing can be guessed that a
//! slower one would protect, and the check runs with every request.
//!
//! ```
//! use polaris_core::types::SessionToken;
//!
//! let token = SessionToken::generate([7; 32]);
//! let other = SessionToken::generate([8; 32]);
//! assert!(token.hash().matches(&token.hash()));
//! assert!(!token.hash().matches(&other.hash()));
//! ```

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The SHA-256 of a secret's whole text, as 64 lower-case hexadecimal digits. Compared with [`KeyHash::matches`] only.
#[derive(Clone, Debug)]
pub struct KeyHash(String);

impl KeyHash {
    /// The hash of a secret.
    pub(crate) fn of(secret: &str) -> Self {
        Self(hex(&Sha256::digest(secret.as_bytes())))
    }

    /// A hash read back from our own database.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The digits, as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are of one secret, in a time that doesn't tell how much of them agrees.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_plain_sha_256_in_lower_case() {
        assert_eq!(KeyHash::of("abc").as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn only_the_same_hash_matches() {
        let hash = KeyHash::of("abc");
        assert!(hash.matches(&KeyHash::stored(hash.to_string())));
        for other in ["", "ba7816bf", &hash.as_str().to_uppercase(), &format!("{hash}0")] {
            assert!(!hash.matches(&KeyHash::stored(other.to_owned())));
        }
    }
}
