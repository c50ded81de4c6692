//! U2, U3: changing one's own password, and setting one with a link that was handed over.

use std::cell::OnceCell;

use serde_json::json;

use super::attempts;
use super::guess::{At, guess};
use super::log_in::Timed;
use super::people::{Account, Ending, Realm};
use crate::audit::Entry;
use crate::auth::links::{self, LinkSecret};
use crate::auth::{Caller, LinkPurpose, Password, check_new};
use crate::error::{Error, Problem, Result};
use crate::store::params;

/// A change of one's own password.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewPassword {
    /// The present one.
    pub current_password: Password,
    /// The one to have from now on: 8 characters to 1,024 bytes, not the e-mail.
    pub new_password: Password,
}

/// A password that was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedPassword {
    /// How many other sessions this has ended.
    pub sessions_ended: u32,
}

/// A link to be used.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UsedLink {
    /// Its secret.
    pub link: Password,
    /// The password to have from now on.
    pub password: Password,
}

/// Changes one's own password. Ends all other sessions.
pub(crate) fn change_password<R: Realm>(realm: &R, new: &NewPassword) -> Timed<ChangedPassword> {
    Timed::of(realm.polaris().least_time(), || {
        let people = realm.people();
        realm.permit(people.change_password)?;
        let owner = realm.own_account()?;
        let account = realm.look(|transaction| people.numbered(transaction, owner))?.ok_or_else(|| people.unknown())?;
        if new.current_password.reveal().is_empty() {
            return Err(Error::invalid("current_password", Problem::required()));
        }
        check(&account, &new.new_password, "new_password")?;
        let (current, hash) = (realm.caller().session, OnceCell::new());
        let before = || {
            let made = realm.polaris().hash_password(&new.new_password)?;
            hash.get_or_init(|| made);
            realm.before_ending(Ending::OthersOf(owner, current))
        };
        guess(realm, people.change_password, At::Own(owner), &new.current_password, before, |transaction, right| {
            transaction.execute(people.set_password, params![owner, hash.get(), realm.now()])?;
            links::void_all(transaction, people.link_owner(owner))?;
            let ended = transaction.execute(people.end_others_of, params![owner, current])?;
            let mut details = json!({ "sessions_ended": ended });
            if right.failures > 0 {
                details["failures_before"] = right.failures.into();
            }
            realm.note(transaction, realm.caller(), people.change_password, &Entry::of(people.noun, owner, details))?;
            Ok(ChangedPassword { sessions_ended: u32::try_from(ended).unwrap_or(u32::MAX) })
        })
    })
}

/// Sets the password of a link's account. The link is used up, all sessions end, and a lock-out is lifted.
pub(crate) fn use_link<R: Realm>(realm: &R, used: &UsedLink) -> Result<LinkPurpose> {
    let people = realm.people();
    realm.permit(people.use_link)?;
    let hash = LinkSecret::parse(used.link.reveal()).ok_or(Error::InvalidLink)?.hash();
    let (account, _) = realm.look(|transaction| people.linked(transaction, &hash, realm.now()))?.ok_or(Error::InvalidLink)?;
    check(&account, &used.password, "password")?;
    let password_hash = realm.polaris().hash_password(&used.password)?;
    realm.before_ending(Ending::AllOf(account.id))?;
    realm.keep(|transaction| {
        let now = realm.now();
        // Somebody may have used it while the password was hashed.
        let (account, purpose) = people.linked(transaction, &hash, now)?.ok_or(Error::InvalidLink)?;
        let purpose = LinkPurpose::named(&purpose).ok_or(Error::Internal)?;
        transaction.execute("UPDATE one_time_links SET used_at = ?2 WHERE hash = ?1", params![hash, now])?;
        links::void_all(transaction, people.link_owner(account.id))?;
        transaction.execute(people.set_password, params![account.id, password_hash, now])?;
        let ended = transaction.execute(people.end_all, params![account.id])?;
        attempts::clear(transaction, &attempts::of_account(people, account.id))?;
        let caller = Caller { actor: people.actor(&account)?, ..realm.caller().clone() };
        let details = json!({ "purpose": purpose.as_str(), "sessions_ended": ended });
        realm.note(transaction, &caller, people.use_link, &Entry::of(people.noun, account.id, details))?;
        Ok(purpose)
    })
}

fn check(account: &Account, password: &Password, field: &str) -> Result<()> {
    let email = account.email.as_deref().unwrap_or_default();
    check_new(password, email, account.username.as_deref()).map_err(|problem| Error::invalid(field, problem))
}
