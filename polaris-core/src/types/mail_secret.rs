//! The secret of a link in a mail that is no log-in: to see and cancel one's own sign-up, to get no more outreach.
//!
//! ```
//! use polaris_core::types::MailSecret;
//!
//! let secret = MailSecret::generate([7; 32]); // 32 bytes of the system's random source
//! assert!(MailSecret::parse(secret.reveal()).is_some());
//! assert!(MailSecret::parse("plml_guess").is_none());
//! ```

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;

use super::api_key::is_secret;
use super::key_hash::KeyHash;

const PREFIX: &str = "plml_";

/// The secret of a link in a mail: `plml_` and 43 characters for 256 random bits. It is made when the mail is sent, and only its hash is
/// stored.
#[derive(Clone)]
pub struct MailSecret(String);

impl MailSecret {
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

    /// The secret itself, for whom the mail goes to.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up instead of the secret.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }
}

impl fmt::Debug for MailSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_made_secret_is_accepted_and_stays_hidden() {
        let secret = MailSecret::generate([255; 32]);
        assert_eq!(MailSecret::parse(secret.reveal()).unwrap().hash().as_str(), secret.hash().as_str());
        assert_eq!(format!("{secret:?}"), "MailSecret(…)");
        for other in ["", "plml_", &secret.reveal().replace("plml_", "plcf_"), &format!("{} ", secret.reveal()), "..%2f"] {
            assert!(MailSecret::parse(other).is_none(), "{other}");
        }
    }
}
