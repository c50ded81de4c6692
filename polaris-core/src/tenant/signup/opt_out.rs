//! M3: getting no more mails that ask to come to events, by the secret of the link in one of them.
//!
//! This stays possible whatever the tenant has switched off, and for a year after the mail: who finds an old mail must be able to.
//!
//! ```
//! # use polaris_core::{Actor, Context, NewTenant, Patience, Polaris};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let visitor = Context { address: Some("192.0.2.7".into()), ..Context::default() };
//! let door = polaris.signup("kckps", visitor, Patience::Wait)?;
//! assert_eq!(door.look_at_opt_out("a guess").unwrap_err().code(), "INVALID_LINK"); // guesses count against the address
//! assert_eq!(door.opt_out("a guess").unwrap_err().code(), "INVALID_LINK");
//! # Ok::<(), polaris_core::Error>(())
//! ```

use serde_json::json;

use super::door::Signups;
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::operations::{OPT_OUTS_CREATE, OPT_OUTS_GET};
use crate::store::{Transaction, params};
use crate::types::{KeyHash, MailSecret, VolunteerId};

/// Whether somebody gets mails that ask to come to events. Nothing else of them is told: whoever has a forwarded mail has its link, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OptOut {
    /// Whether they have opted out.
    pub opted_out: bool,
}

impl Signups {
    /// Whether whom an outreach mail went to gets more of them, by the secret of its link. Changes nothing: programs that check mails open
    /// links, too.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLink`] for any other secret; [`Error::RateLimitExceeded`] instead when that was the answer to this address 20 times in
    /// ten minutes; [`Error::TenantNotFound`], [`Error::Unavailable`].
    pub fn look_at_opt_out(&self, secret: &str) -> Result<OptOut> {
        self.answer(self.handle.read(&OPT_OUTS_GET, |reading| behind(reading.transaction, secret).map(|(_, opt_out)| opt_out)))
    }

    /// Ends outreach to whom an outreach mail went to: their `email_opt_out` is set. Again changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::look_at_opt_out`].
    pub fn opt_out(&self, secret: &str) -> Result<OptOut> {
        self.answer(self.handle.write_if(&OPT_OUTS_CREATE, |writing| {
            let (volunteer, before) = behind(writing.transaction, secret)?;
            let after = OptOut { opted_out: true };
            if before == after {
                return Ok((after, None));
            }
            let sql = "UPDATE volunteers SET email_opt_out = 1, version = version + 1, updated_at = ?2 WHERE id = ?1";
            writing.transaction.execute(sql, params![volunteer, writing.now])?;
            Ok((after, Some(Entry::of("volunteer", volunteer, json!({ "fields": ["email_opt_out"], "by": "themselves" })))))
        }))
    }
}

const BEHIND: &str = "SELECT l.hash, v.id, v.email_opt_out FROM mail_links l JOIN volunteers v ON v.id = l.volunteer_id
                      WHERE l.hash = ?1 AND l.purpose = 'unsubscribe'";

fn behind(transaction: &Transaction<'_>, secret: &str) -> Result<(VolunteerId, OptOut)> {
    let hash = MailSecret::parse(secret).ok_or(Error::InvalidLink)?.hash();
    let found = transaction.first(BEHIND, params![hash], |row| {
        let opt_out = OptOut { opted_out: row.get("email_opt_out")? };
        Ok((row.get::<KeyHash>("hash")?, row.get("id")?, opt_out))
    })?;
    let (_, volunteer, opt_out) = found.filter(|(stored, ..)| stored.matches(&hash)).ok_or(Error::InvalidLink)?;
    Ok((volunteer, opt_out))
}
