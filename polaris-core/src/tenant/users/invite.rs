//! U1, U3: the mail with which a user sets a password.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{User, Users, find};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::mail::outbox::NewMail;
use crate::operations::USERS_INVITE;
use crate::store::Transaction;
use crate::types::{MailKind, UserRef};

impl Users<'_> {
    /// Sends a user a mail with a link to set a password, whether for the first time or again: an invitation, good for 72 hours, or where they
    /// have a password a link for a new one, good for an hour. Links from before stay good.
    ///
    /// # Errors
    ///
    /// [`Error::UserNotFound`]; [`Error::Conflict`] for one who is deactivated, and
    /// where mails can hold no links ([`Config::public_url`](crate::Config::public_url));
    /// [`Error::Forbidden`].
    pub fn invite(&self, user: impl Into<UserRef>) -> Result<User> {
        let named = user.into();
        self.handle.write(&USERS_INVITE, |writing| {
            let user = find(writing.transaction, &named)?;
            super::password::refuse_inactive(&user)?;
            if !self.handle.polaris().mails_hold_links() {
                let why = "a mail could hold no link to set a password: set public_url to the address of this installation, or hand a link \
                           over (reset-password)";
                return Err(Error::Conflict(why.to_owned()));
            }
            let kind = mail_a_link(writing.transaction, &user, writing.now)?;
            let entry = Entry::of("user", user.id, json!({ "mail": kind.as_str() }));
            Ok((user, entry))
        })
    }
}

/// Puts the mail with a link into the outbox: an invitation for who never had a password. The link itself is made when it is sent.
pub(crate) fn mail_a_link(transaction: &Transaction<'_>, user: &User, now: DateTime<Utc>) -> Result<MailKind> {
    let kind = if user.has_password { MailKind::Reset } else { MailKind::Invitation };
    NewMail { user: Some(user.id), ..NewMail::new(kind, user.email.as_str()) }.queue_in(transaction, now)?;
    Ok(kind)
}
