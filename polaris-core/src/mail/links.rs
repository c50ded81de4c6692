//! Links in mails: made when the mail is, kept by the hash of their secret alone. Every attempt to send has its own, and those of earlier
//! attempts stay good: one of them may have arrived.

use super::compose::Composing;
use crate::auth::links::{LinkOwner, issue};
use crate::auth::{LinkPurpose, OneTimeLink};
use crate::clock::random;
use crate::error::{Error, Result};
use crate::store::{Transaction, params};
use crate::types::{MailSecret, ParticipationId, UserId, VolunteerId};

/// Stands where a secret would in what is only looked at.
const HIDDEN: &str = "…";

/// Makes the links of one mail.
pub(super) struct Links<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) composing: &'a Composing<'a>,
}

impl Links<'_> {
    /// Where this installation is reached, without a slash at the end.
    fn base(&self) -> Option<&str> {
        self.composing.public_url.map(|url| url.trim_end_matches('/')).filter(|url| !url.is_empty())
    }

    /// The page on which an account's password is set, and the link's term.
    pub(super) fn account(&self, user: UserId, purpose: LinkPurpose) -> Result<(String, chrono::DateTime<chrono::Utc>)> {
        let Composing { slug, now, randomness, preview, .. } = self.composing;
        let page = |secret: &str| match self.base() {
            Some(base) => Ok(format!("{base}/account/{slug}/set-password/{secret}")),
            // Without one the mail would be of no use: it waits until there is one.
            None => Err(Error::Conflict("the mail needs a link, and this installation has no public address: set public_url".to_owned())),
        };
        if *preview {
            return Ok((page(HIDDEN).unwrap_or_else(|_| HIDDEN.to_owned()), *now + purpose.good_for()));
        }
        page(HIDDEN)?;
        let OneTimeLink { secret, expires_at, .. } = issue(self.transaction, LinkOwner::User(user), purpose, *now, *randomness)?;
        Ok((page(secret.reveal())?, expires_at))
    }

    /// The page on which a sign-up is seen and cancelled.
    pub(super) fn manage(&self, participation: ParticipationId) -> Result<Option<String>> {
        let insert = "INSERT INTO mail_links (hash, purpose, participation_id, created_at) VALUES (?1, 'manage_signup', ?2, ?3)";
        let Some(base) = self.base() else { return Ok(None) };
        let secret = self.secret(|hash| self.transaction.execute(insert, params![hash, participation, self.composing.now]).map(|_| ()))?;
        Ok(Some(format!("{base}/signup/{}/manage/{secret}", self.composing.slug)))
    }

    /// The page on which somebody says that they want no more outreach, which takes that in one click (RFC 8058), too.
    pub(super) fn unsubscribe(&self, volunteer: VolunteerId) -> Result<Option<String>> {
        let insert = "INSERT INTO mail_links (hash, purpose, volunteer_id, created_at) VALUES (?1, 'unsubscribe', ?2, ?3)";
        let Some(base) = self.base() else { return Ok(None) };
        let secret = self.secret(|hash| self.transaction.execute(insert, params![hash, volunteer, self.composing.now]).map(|_| ()))?;
        Ok(Some(format!("{base}/signup/{}/unsubscribe/{secret}", self.composing.slug)))
    }

    /// The page of an event.
    pub(super) fn event(&self, event_slug: &str) -> Option<String> {
        Some(format!("{}/signup/{}/{event_slug}", self.base()?, self.composing.slug))
    }

    fn secret(&self, keep: impl FnOnce(crate::types::KeyHash) -> Result<()>) -> Result<String> {
        if self.composing.preview {
            return Ok(HIDDEN.to_owned());
        }
        let secret = MailSecret::generate(random(self.composing.randomness));
        keep(secret.hash())?;
        Ok(secret.reveal().to_owned())
    }
}
