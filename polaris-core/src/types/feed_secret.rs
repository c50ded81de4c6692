//! The secret in the address of a calendar feed.
//!
//! ```
//! use polaris_core::types::FeedSecret;
//!
//! let secret = FeedSecret::generate([7; 32]); // 32 bytes of the system's random source
//! assert!(FeedSecret::parse(secret.reveal()).is_some());
//! assert!(FeedSecret::parse("plcf_guess").is_none());
//! ```

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;

use super::api_key::is_secret;
use super::key_hash::KeyHash;

const PREFIX: &str = "plcf_";

/// The secret of a calendar feed: `plcf_` and 43 characters for 256 random bits. Only its hash is stored. Nothing where the feed was made
/// for an earlier request with the same idempotency key: secrets are not kept.
#[derive(Clone, Default)]
pub struct FeedSecret(String);

impl FeedSecret {
    /// Makes a secret of 32 bytes, which must come from the system's source of random bytes.
    #[must_use]
    pub fn generate(bytes: [u8; 32]) -> Self {
        Self(format!("{PREFIX}{}", BASE64.encode(bytes)))
    }

    /// A text that can be such a secret; `None` for any other, which needn't be looked up.
    #[must_use]
    pub fn parse(input: &str) -> Option<Self> {
        is_secret(input, PREFIX).then(|| Self(input.to_owned()))
    }

    /// The secret itself, for the feed's owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether it is not there: the feed was made for an earlier request.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        self.0.is_empty()
    }

    /// What is stored and looked up instead of the secret.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }
}

impl fmt::Debug for FeedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FeedSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_made_secret_is_accepted_and_stays_hidden() {
        let secret = FeedSecret::generate([255; 32]);
        assert_eq!(FeedSecret::parse(secret.reveal()).unwrap().hash().as_str(), secret.hash().as_str());
        assert_eq!(format!("{secret:?}"), "FeedSecret(…)");
        for other in ["", "plcf_", &secret.reveal().replace("plcf_", "plss_"), &format!("{}.ics", secret.reveal()), "..%2f"] {
            assert!(FeedSecret::parse(other).is_none(), "{other}");
        }
    }
}
