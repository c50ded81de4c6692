//! The secret that stands for whoever has signed in.
//!
//! ```
//! use polaris_core::types::SessionToken;
//!
//! let token = SessionToken::generate([7; 32]); // 32 bytes of the system's random source
//! assert!(SessionToken::parse(token.reveal()).is_some());
//! assert!(SessionToken::parse("plss_guess").is_none());
//! ```

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;

use super::api_key::is_secret;
use super::key_hash::KeyHash;

const OF_STAFF: &str = "plss_";
const OF_A_USER: &str = "plus_";

/// A session token: `plss_` for staff or `plus_` for a tenant's user, and 43 characters for 256 random bits. Only its hash is stored.
#[derive(Clone)]
pub struct SessionToken(String);

impl SessionToken {
    /// Makes a token for a member of staff of 32 bytes, which must come from the system's source of random bytes.
    #[must_use]
    pub fn generate(bytes: [u8; 32]) -> Self {
        Self(format!("{OF_STAFF}{}", BASE64.encode(bytes)))
    }

    /// Makes a token for a tenant's user, likewise.
    #[must_use]
    pub fn generate_for_user(bytes: [u8; 32]) -> Self {
        Self(format!("{OF_A_USER}{}", BASE64.encode(bytes)))
    }

    /// Whether it is a tenant's user's; else it is a member of staff's.
    #[must_use]
    pub fn is_of_user(&self) -> bool {
        self.0.starts_with(OF_A_USER)
    }

    /// A text that can be a token; `None` for any other, which needn't be looked up.
    #[must_use]
    pub fn parse(input: &str) -> Option<Self> {
        [OF_STAFF, OF_A_USER].iter().any(|prefix| is_secret(input, prefix)).then(|| Self(input.to_owned()))
    }

    /// The secret itself, for the cookie or header of its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up instead of the token.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_made_token_is_accepted_and_stays_hidden() {
        let token = SessionToken::generate([255; 32]);
        assert_eq!(token.reveal(), format!("plss_{}8", "_".repeat(42)));
        assert_eq!(SessionToken::parse(token.reveal()).unwrap().reveal(), token.reveal());
        assert_eq!(format!("{token:?}"), "SessionToken(…)");
        assert!(!token.is_of_user());
    }

    #[test]
    fn a_users_token_is_told_from_one_of_staff() {
        let token = SessionToken::generate_for_user([255; 32]);
        assert_eq!(token.reveal(), format!("plus_{}8", "_".repeat(42)));
        assert!(SessionToken::parse(token.reveal()).unwrap().is_of_user());
    }

    #[test]
    fn other_texts_are_refused() {
        let token = SessionToken::generate([1; 32]);
        let body = token.reveal().strip_prefix("plss_").unwrap();
        let bad = [
            "",
            "plss_",
            body,
            &format!("plrs_{body}"),
            &format!("{}=", token.reveal()),
            &format!("{} ", token.reveal()),
            &format!("plss_{}+", &body[1..]),
            &"é".repeat(24),
            &"a".repeat(1_000_000),
        ];
        for text in bad {
            assert!(SessionToken::parse(text).is_none(), "{text}");
        }
    }
}
