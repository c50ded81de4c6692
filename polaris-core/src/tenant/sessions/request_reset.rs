//! U3: asking for a new password in place of one forgotten (FR-TENANT-111), and looking at a link before it is used.

use std::time::Instant;

use chrono::TimeDelta;
use serde_json::json;

use super::Sessions;
use crate::accounts::Timed;
use crate::accounts::people::{Realm, USERS};
use crate::audit::Entry;
use crate::auth::network::Network;
use crate::auth::{LinkPurpose, LinkSecret};
use crate::error::{Error, Problem, Result};
use crate::operations::{SESSIONS_REQUEST_RESET, SESSIONS_USE_LINK};
use crate::polaris::hide_inactive;
use crate::store::{Transaction, params};
use crate::tenant::users::{find, mail_a_link};
use crate::types::UserId;

/// Mails with a link that one account gets within an hour, at most.
const MOST_MAILS: i64 = 3;
const WITHIN: TimeDelta = TimeDelta::hours(1);

/// Whose password is forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewReset {
    /// Their e-mail or username, in any case.
    pub login: String,
}

/// A link that can be used, as the page to use it on shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The e-mail address that its account logs in with.
    pub email: String,
}

impl Sessions<'_> {
    /// Asks for a mail with a link to set a new password, good for an hour. Whoever was invited and has no password yet is invited again.
    /// The answer and its time are the same whether or not there is such an account, and whether or not it is active or locked; one account
    /// gets three such mails an hour at most, and further requests nothing, without a word; nor does any where mails can hold no links
    /// ([`Config::public_url`](crate::Config::public_url)): then an admin hands a link over.
    ///
    /// # Errors
    ///
    /// In the answer: [`Error::Validation`] for a blank login; [`Error::RateLimitExceeded`] for an address that has asked 20 times in ten
    /// minutes; [`Error::TenantNotFound`] for an inactive tenant; [`Error::Unavailable`].
    pub fn request_reset(&self, asked: &NewReset) -> Timed<()> {
        let (began, least) = (Instant::now(), self.handle.polaris().least_time());
        Timed { answer: self.ask_for_reset(asked).map_err(hide_inactive), not_before: began + least }
    }

    fn ask_for_reset(&self, asked: &NewReset) -> Result<()> {
        let handle = self.handle;
        handle.authorize(&SESSIONS_REQUEST_RESET)?;
        if asked.login.trim().is_empty() {
            return Err(Error::invalid("login", Problem::required()));
        }
        let now = handle.polaris().now();
        let network = handle.caller().context.address.as_deref().and_then(Network::of);
        if let Some(retry_after) = network.and_then(|network| handle.engine().ok()?.limits.resets.count(network, now)) {
            return Err(Error::RateLimitExceeded { retry_after, quota: None });
        }
        // A write in any case, so that waiting for others who write tells nothing either.
        handle.keep(|transaction| {
            let Some(account) = USERS.named(transaction, &asked.login)?.filter(|account| account.active) else { return Ok(()) };
            let id = UserId::new(account.id);
            // Without an address for its link a mail would wait for days and then be of no use.
            if mails_since(transaction, id, now - WITHIN)? >= MOST_MAILS || !handle.polaris().mails_hold_links() {
                return Ok(());
            }
            let kind = mail_a_link(transaction, &find(transaction, &id.into())?, now)?;
            let entry = Entry::of("user", id, json!({ "mail": kind.as_str() }));
            handle.note(transaction, handle.caller(), &SESSIONS_REQUEST_RESET, &entry)
        })
    }

    /// What a one-time link is for, without using it up: programs that check mails open links, too.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLink`], the same for an unknown, used, expired and foreign one; [`Error::TenantNotFound`] for an inactive tenant.
    pub fn look_at_link(&self, secret: &str) -> Result<KnownLink> {
        let handle = self.handle;
        handle.authorize(&SESSIONS_USE_LINK).map_err(hide_inactive)?;
        let hash = LinkSecret::parse(secret).ok_or(Error::InvalidLink)?.hash();
        let found = handle.look(|reading| USERS.linked(reading.transaction, &hash, reading.now)).map_err(hide_inactive)?;
        let (account, purpose) = found.ok_or(Error::InvalidLink)?;
        let purpose = LinkPurpose::named(&purpose).ok_or(Error::Internal)?;
        Ok(KnownLink { purpose, email: account.email.unwrap_or_default() })
    }
}

fn mails_since(transaction: &Transaction<'_>, user: UserId, since: chrono::DateTime<chrono::Utc>) -> Result<i64> {
    let sql = "SELECT count(*) AS mails FROM outbox WHERE user_id = ?1 AND created_at > ?2";
    Ok(transaction.first(sql, params![user, since], |row| row.get("mails"))?.unwrap_or_default())
}
