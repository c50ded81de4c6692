//! Rules that every change of an account keeps, in its own transaction.

use chrono::{DateTime, Utc};

use super::Accounts;
use crate::accounts::attempts;
use crate::auth::{Actor, links};
use crate::error::{Error, Result};
use crate::store::{Transaction, params};
use crate::types::{EmailAddress, Username};

/// Refuses a log-in that another account has, naming that account: who may do this may see it.
pub(crate) fn refuse_taken(
    transaction: &Transaction<'_>,
    accounts: Accounts,
    email: Option<&EmailAddress>,
    username: Option<&Username>,
    except: Option<i64>,
) -> Result<()> {
    let (table, noun) = (accounts.table(), accounts.noun());
    let holder = |column: &str, value: String| {
        let sql = format!("SELECT id, active FROM {table} WHERE {column} = ?1 AND (?2 IS NULL OR id <> ?2)");
        transaction.first(&sql, params![value, except], |row| Ok((row.get::<i64>("id")?, row.get::<bool>("active")?)))
    };
    let mut taken = Vec::new();
    let mut note = |field: &str, what: &str, holder: Option<(i64, bool)>| {
        if let Some((id, active)) = holder {
            let hint = if active { "" } else { " and is deactivated: it can be reactivated" };
            taken.push(format!("{field}: {noun} {id} has this {what} already{hint}"));
        }
    };
    if let Some(email) = email {
        note("email", "e-mail", holder("folded_email", email.folded())?);
    }
    if let Some(username) = username {
        note("username", "username", holder("folded_username", username.folded())?);
    }
    if taken.is_empty() { Ok(()) } else { Err(Error::Conflict(taken.join("; "))) }
}

/// Refuses an edit of what has been changed since it was read.
pub(crate) fn refuse_stale(accounts: Accounts, expected: Option<u32>, version: u32) -> Result<()> {
    match expected {
        Some(expected) if expected != version => Err(Error::Conflict(format!(
            "this {} was changed meanwhile (version {version}, not {expected}): read it again and repeat the change",
            accounts.noun()
        ))),
        _ => Ok(()),
    }
}

/// Nobody demotes or deactivates themselves: `deed` completes "you can't …".
pub(crate) fn not_oneself(accounts: Accounts, actor: &Actor, id: i64, deed: &str) -> Result<()> {
    let own = match (accounts, actor) {
        (Accounts::Users, Actor::TenantUser { id, .. }) => Some(id.get()),
        (Accounts::Staff, Actor::Staff { id, .. }) => id.map(crate::types::StaffId::get),
        _ => None,
    };
    if own == Some(id) { Err(Error::Conflict(format!("you can't {deed}: ask another admin to do it"))) } else { Ok(()) }
}

/// Refuses to take away an active admin when none would remain; or none who can log in, where this one could.
///
/// The transaction is an immediate one, so two who would take each other away at once come one after the other.
pub(crate) fn keep_an_admin(transaction: &Transaction<'_>, accounts: Accounts, id: i64) -> Result<()> {
    let table = accounts.table();
    let sql = format!(
        "SELECT count(*) AS others, count(password_hash) AS able,
                (SELECT password_hash IS NOT NULL FROM {table} WHERE id = ?1) AS was_able
         FROM {table} WHERE role = 'admin' AND active = 1 AND id <> ?1"
    );
    let (others, able, was_able): (i64, i64, bool) = transaction
        .first(&sql, params![id], |row| Ok((row.get("others")?, row.get("able")?, row.get("was_able")?)))?
        .ok_or(Error::Internal)?;
    if others == 0 {
        return Err(Error::Conflict("this is the last active admin: make someone else an admin first".to_owned()));
    }
    if was_able && able == 0 {
        let why = "this is the last active admin who can log in: another admin must have set a password first";
        return Err(Error::Conflict(why.to_owned()));
    }
    Ok(())
}

/// Ends an account's sessions at once and voids its links. Tells how many sessions there were.
///
/// Those of staff stay as rows that have expired, until what they entered is left (see `support::leave_all`) and noted in both logs.
pub(crate) fn end_access(transaction: &Transaction<'_>, accounts: Accounts, id: i64, now: DateTime<Utc>) -> Result<usize> {
    links::void_all(transaction, accounts.owner(id))?;
    match accounts {
        Accounts::Users => transaction.execute("DELETE FROM sessions WHERE user_id = ?1", params![id]),
        Accounts::Staff => {
            transaction.execute("UPDATE staff_sessions SET expires_at = ?2 WHERE staff_id = ?1 AND expires_at > ?2", params![id, now])
        }
    }
}

/// Makes an account active or not. One that comes back is not locked by what was tried before.
pub(crate) fn set_active(transaction: &Transaction<'_>, accounts: Accounts, id: i64, active: bool, now: DateTime<Utc>) -> Result<()> {
    let sql = format!("UPDATE {} SET active = ?2, version = version + 1, updated_at = ?3 WHERE id = ?1", accounts.table());
    transaction.execute(&sql, params![id, active, now])?;
    if active { attempts::unlock(transaction, accounts.people(), id) } else { Ok(()) }
}

/// Gives an account a password by its hash. Whoever was signed in is signed out, and a lock-out is lifted.
pub(crate) fn set_password(transaction: &Transaction<'_>, accounts: Accounts, id: i64, hash: &str, now: DateTime<Utc>) -> Result<usize> {
    transaction.execute(accounts.people().set_password, params![id, hash, now])?;
    attempts::unlock(transaction, accounts.people(), id)?;
    end_access(transaction, accounts, id, now)
}
