//! Links in mails: made when the mail is, kept by the hash of their secret alone. Every attempt to send has its own, and those of earlier
//! attempts stay good: one of them may have arrived. What is kept of them goes long after anybody could use it.

use chrono::{DateTime, TimeDelta, Utc};

use super::compose::Composing;
use crate::auth::links::{LinkOwner, issue};
use crate::auth::{LinkPurpose, OneTimeLink};
use crate::clock::random;
use crate::error::{Error, Result};
use crate::store::{Transaction, params};
use crate::types::{MailSecret, ParticipationId, UserId, VolunteerId};

/// Stands where a secret would in what is only looked at.
const HIDDEN: &str = "…";

/// How much longer than others a link is kept that ends mails: for a year and a day altogether.
const KEPT_LONGER: TimeDelta = TimeDelta::days(366 - 90);

/// Looks through the oldest links, so many at once. One is forgotten whose age counts from before then: that to a sign-up from the end of its
/// event, wherever that was moved by now; others are looked at again when that time has come.
pub(super) fn forget(transaction: &Transaction<'_>, before: DateTime<Utc>, at_once: u32) -> Result<()> {
    const OLDEST: &str = "
        SELECT l.id, l.purpose, l.created_at, coalesce(e.ends_at, e.starts_at) AS over
        FROM mail_links l LEFT JOIN participations p ON p.id = l.participation_id LEFT JOIN events e ON e.id = p.event_id
        WHERE coalesce(l.counts_from, l.created_at) < ?1
        ORDER BY coalesce(l.counts_from, l.created_at) LIMIT ?2";
    let oldest = transaction.all(OLDEST, params![before, at_once], |row| {
        let created_at: DateTime<Utc> = row.get("created_at")?;
        let over: Option<DateTime<Utc>> = row.get("over")?;
        let counts_from =
            if row.get::<String>("purpose")? == "unsubscribe" { created_at + KEPT_LONGER } else { over.unwrap_or(created_at) };
        Ok((row.get::<i64>("id")?, counts_from))
    })?;
    for (id, counts_from) in oldest {
        if counts_from < before {
            transaction.execute("DELETE FROM mail_links WHERE id = ?1", params![id])?;
        } else {
            transaction.execute("UPDATE mail_links SET counts_from = ?2 WHERE id = ?1", params![id, counts_from])?;
        }
    }
    Ok(())
}

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

    /// The same for a mail that would be of no use, or against the law, without its link: it waits until there is one. What is only looked at
    /// shows that there is none.
    fn base_needed(&self) -> Result<&str> {
        match self.base() {
            Some(base) => Ok(base),
            None if self.composing.preview => Ok("https://…"),
            None => Err(Error::Conflict("the mail needs a link, and this installation has no public address: set public_url".to_owned())),
        }
    }

    /// The page on which an account's password is set, and the link's term.
    pub(super) fn account(&self, user: UserId, purpose: LinkPurpose) -> Result<(String, chrono::DateTime<chrono::Utc>)> {
        let Composing { slug, now, randomness, preview, .. } = self.composing;
        let base = self.base_needed()?;
        let page = |secret: &str| format!("{base}/account/{slug}/set-password/{secret}");
        if *preview {
            return Ok((page(HIDDEN), *now + purpose.good_for()));
        }
        let OneTimeLink { secret, expires_at, .. } = issue(self.transaction, LinkOwner::User(user), purpose, *now, *randomness)?;
        Ok((page(secret.reveal()), expires_at))
    }

    /// The page on which a sign-up is seen and cancelled.
    pub(super) fn manage(&self, participation: ParticipationId) -> Result<Option<String>> {
        let insert = "INSERT INTO mail_links (hash, purpose, participation_id, created_at) VALUES (?1, 'manage_signup', ?2, ?3)";
        let Some(base) = self.base() else { return Ok(None) };
        let secret = self.secret(|hash| self.transaction.execute(insert, params![hash, participation, self.composing.now]).map(|_| ()))?;
        Ok(Some(format!("{base}/signup/{}/manage/{secret}", self.composing.slug)))
    }

    /// The page on which somebody says that they want no more outreach, which takes that in one click (RFC 8058), too.
    pub(super) fn unsubscribe(&self, volunteer: VolunteerId) -> Result<String> {
        let insert = "INSERT INTO mail_links (hash, purpose, volunteer_id, created_at) VALUES (?1, 'unsubscribe', ?2, ?3)";
        let base = self.base_needed()?;
        let secret = self.secret(|hash| self.transaction.execute(insert, params![hash, volunteer, self.composing.now]).map(|_| ()))?;
        Ok(format!("{base}/signup/{}/unsubscribe/{secret}", self.composing.slug))
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
