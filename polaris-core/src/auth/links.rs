//! Links that work once: an invitation to set a first password, or a new password for one forgotten (U1, U3).
//!
//! A link is a secret of 256 bits, shown once; its hash alone is stored. Whoever issues one hands the secret over; whoever presents it
//! sets the password of its account.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::{Randomness, random};
use crate::error::Result;
use crate::store::{Transaction, params};
use crate::types::api_key::is_secret;
use crate::types::{KeyHash, StaffId, UserId};

const PREFIX: &str = "plol_";

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// A first password for a new account; good for 72 hours.
    Invitation,
    /// A new password in place of a forgotten one; good for one hour.
    Reset,
}

impl LinkPurpose {
    /// All purposes.
    pub const ALL: &'static [Self] = &[Self::Invitation, Self::Reset];

    /// The purpose's name, on every wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// The purpose of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|purpose| purpose.as_str() == name)
    }

    /// How long its links are good.
    #[must_use]
    pub fn good_for(self) -> TimeDelta {
        match self {
            Self::Invitation => TimeDelta::hours(72),
            Self::Reset => TimeDelta::hours(1),
        }
    }
}

/// The secret of a link: `plol_` and 43 characters for 256 random bits. Nothing where the link was made for an earlier request with the same
/// idempotency key: secrets are not kept.
#[derive(Clone, Default)]
pub struct LinkSecret(String);

impl LinkSecret {
    fn generate(bytes: [u8; 32]) -> Self {
        Self(format!("{PREFIX}{}", BASE64.encode(bytes)))
    }

    /// A text that can be a link's secret; `None` for any other, which needn't be looked up.
    #[must_use]
    pub fn parse(input: &str) -> Option<Self> {
        is_secret(input, PREFIX).then(|| Self(input.to_owned()))
    }

    /// Whether it is not there: the link was made for an earlier request.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        self.0.is_empty()
    }

    /// The secret itself, for the account's owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up instead of the secret.
    pub(crate) fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }
}

impl fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSecret(…)")
    }
}

/// A link just issued.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct OneTimeLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The secret. Only its hash is stored: this is the one time it can be shown.
    #[serde(skip)]
    pub secret: LinkSecret,
    /// Until when it is good (UTC).
    pub expires_at: DateTime<Utc>,
}

/// Whose password a link sets: a user's in the tenant's file, a member of staff's in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkOwner {
    User(UserId),
    Staff(StaffId),
}

impl LinkOwner {
    fn number(self) -> i64 {
        match self {
            Self::User(id) => id.get(),
            Self::Staff(id) => id.get(),
        }
    }
}

/// Issues a link, in the transaction of the operation that wants it. Earlier ones of the account stay good until one is used, since the mail
/// that brings the one may arrive before the other; who wants them void [says so](void_all). Those of anybody that have expired are removed.
pub(crate) fn issue(
    transaction: &Transaction<'_>,
    owner: LinkOwner,
    purpose: LinkPurpose,
    now: DateTime<Utc>,
    randomness: &dyn Randomness,
) -> Result<OneTimeLink> {
    let insert = match owner {
        LinkOwner::User(_) => "INSERT INTO one_time_links (user_id, purpose, hash, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        LinkOwner::Staff(_) => "INSERT INTO one_time_links (staff_id, purpose, hash, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    };
    transaction.execute("DELETE FROM one_time_links WHERE expires_at <= ?1", params![now])?;
    let secret = LinkSecret::generate(random(randomness));
    let expires_at = now + purpose.good_for();
    transaction.execute(insert, params![owner.number(), purpose.as_str(), secret.hash(), now, expires_at])?;
    Ok(OneTimeLink { purpose, secret, expires_at })
}

/// Voids every link of an account: its password was set some other way, or it was deactivated.
pub(crate) fn void_all(transaction: &Transaction<'_>, owner: LinkOwner) -> Result<()> {
    let sql = match owner {
        LinkOwner::User(_) => "DELETE FROM one_time_links WHERE user_id = ?1 AND used_at IS NULL",
        LinkOwner::Staff(_) => "DELETE FROM one_time_links WHERE staff_id = ?1 AND used_at IS NULL",
    };
    transaction.execute(sql, params![owner.number()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_is_read_back_and_shows_itself_nowhere() {
        let secret = LinkSecret::generate([1; 32]);
        assert_eq!(LinkSecret::parse(secret.reveal()).unwrap().reveal(), secret.reveal());
        assert_eq!(format!("{secret:?}"), "LinkSecret(…)");
        for other in ["", "plol_", "plss_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", &format!("{} ", secret.reveal())] {
            assert!(LinkSecret::parse(other).is_none(), "{other}");
        }
    }

    #[test]
    fn purposes_have_names_and_terms() {
        for purpose in LinkPurpose::ALL {
            assert_eq!(LinkPurpose::named(purpose.as_str()), Some(*purpose));
        }
        assert_eq!(LinkPurpose::named("king"), None);
        assert_eq!((LinkPurpose::Invitation.good_for().num_hours(), LinkPurpose::Reset.good_for().num_hours()), (72, 1));
    }
}
