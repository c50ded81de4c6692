//! U1: creating a user (FR-TENANT-108).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{CheckedUser, NewUser, User, Users, check, find, mail_a_link};
use crate::accounts::administration::{Accounts, refuse_taken};
use crate::audit::Entry;
use crate::auth::{LinkPurpose, OneTimeLink, links};
use crate::error::{Error, Problems, Result};
use crate::operations::USERS_CREATE;
use crate::polaris::Polaris;
use crate::store::{Transaction, params};
use crate::types::fold::fold;
use crate::types::{InviteBy, UserId, Username};

/// A user just created.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct CreatedUser {
    /// The user.
    pub user: User,
    /// With which they set their password, where a link was asked for, or where mails can hold none
    /// ([`Config::public_url`](crate::Config::public_url)): good for 72 hours, once. To be handed over; it can't be shown again.
    pub invitation: Option<OneTimeLink>,
    /// Whether a mail is on its way to them, with a link that nobody else sees.
    #[serde(default)]
    pub mailed: bool,
}

impl Users<'_> {
    /// Creates a user, with a password or with an invitation to set one: by mail, or as a link to be handed over, which is also what there is
    /// where mails can hold no links.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::Conflict`] when another user has the e-mail or username, whatever its
    /// case; [`Error::Forbidden`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn create(&self, draft: NewUser) -> Result<CreatedUser> {
        let (handle, polaris) = (self.handle, self.handle.polaris());
        handle.authorize(&USERS_CREATE)?;
        let mut problems = Problems::default();
        let checked = check(&draft, &mut problems);
        problems.finish()?;
        let checked = checked.ok_or(Error::Internal)?;
        let hash = draft.password.as_ref().map(|password| polaris.hash_password(password)).transpose()?;
        handle.write(&USERS_CREATE, |writing| {
            let (created, entry) = insert(writing.transaction, &checked, hash.as_deref(), writing.now, polaris)?;
            Ok((created, entry))
        })
    }
}

const INSERT: &str = "
    INSERT INTO users (email, folded_email, username, folded_username, first_name, last_name, folded_name, role,
                       password_hash, password_changed_at, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)";

/// Writes a user whose password, if they have one, is hashed already; invites them if not. Gives the audit entry too.
pub(crate) fn insert(
    transaction: &Transaction<'_>,
    user: &CheckedUser,
    hash: Option<&str>,
    now: DateTime<Utc>,
    polaris: &Polaris,
) -> Result<(CreatedUser, Entry)> {
    refuse_taken(transaction, Accounts::Users, Some(&user.login.email), user.login.username.as_ref(), None)?;
    let id = UserId::new(transaction.insert(
        INSERT,
        params![
            user.login.email,
            user.login.email.folded(),
            user.login.username,
            user.login.username.as_ref().map(Username::folded),
            user.first_name,
            user.last_name,
            folded_name(&user.first_name, &user.last_name),
            user.role.as_str(),
            hash,
            hash.map(|_| now),
            now,
        ],
    )?);
    let invite = hash.is_none().then_some(match user.invite {
        // A mail without a link would be of no use to anybody.
        InviteBy::Mail if !polaris.mails_hold_links() => InviteBy::Link,
        by => by,
    });
    let mut created = CreatedUser { user: find(transaction, &id.into())?, invitation: None, mailed: invite == Some(InviteBy::Mail) };
    if created.mailed {
        mail_a_link(transaction, &created.user, now)?;
    } else if invite.is_some() {
        let owner = Accounts::Users.owner(id.get());
        created.invitation = Some(links::issue(transaction, owner, LinkPurpose::Invitation, now, polaris.randomness())?);
    }
    let mut details = json!({ "role": user.role.as_str(), "invited": invite.is_some() });
    if let Some(by) = invite {
        details["by"] = by.as_str().into();
    }
    Ok((created, Entry::of("user", id, details)))
}

/// What finds and sorts a user by name: the last name first.
pub(super) fn folded_name(first: &str, last: &str) -> String {
    fold(&format!("{last} {first}"))
}
