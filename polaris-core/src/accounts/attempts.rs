//! How often a password may be guessed: 5 failures in 15 minutes lock an account for 15 minutes, 50 an address, which a school shares.
//!
//! An attempt is written down before the password is looked at, and struck out when it was right: however many come at once, none is
//! looked at that would not be if they came one by one. It is all in the database, so every process honours it. An account that does
//! not exist is counted and locked like one that does.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::people::{Account, People};
use crate::auth::network::Network;
use crate::error::{Error, Result};
use crate::store::value::Param;
use crate::store::{Transaction, params};
use crate::types::EmailAddress;
use crate::types::key_hash::hex;

/// Failures that lock an account, and those that lock an address.
pub(crate) const OF_AN_ACCOUNT: i64 = 5;
pub(crate) const OF_AN_ADDRESS: i64 = 50;
/// Within which they count, and for how long they lock.
pub(crate) const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// An attempt that nobody has settled after this long belongs to a process that is gone, and counts as failed.
const LONGEST_ATTEMPT: TimeDelta = TimeDelta::seconds(30);
/// Series that are looked at for whether they are over, each time.
const MOST_ENDED: i64 = 16;

/// Who is guessing at what, as digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subjects {
    account: String,
    address: Option<String>,
}

impl Subjects {
    pub(super) fn of(people: &People, account: Option<&Account>, login: &str, address: Option<&str>) -> Self {
        let account = match account {
            Some(account) => of_account(people, account.id),
            None => digest(&["login", &EmailAddress::fold(login)]),
        };
        Self { account, address: address.map(|address| digest(&["address", &network(address)])) }
    }
}

/// The subject of an account: its e-mail and its username are one.
pub(super) fn of_account(people: &People, id: i64) -> String {
    digest(&[people.noun, &id.to_string()])
}

fn digest(parts: &[&str]) -> String {
    hex(&Sha256::digest(serde_json::json!(parts).to_string()))
}

/// What counts as one address.
fn network(address: &str) -> String {
    Network::of(address).map_or_else(|| address.to_owned(), |network| network.to_string())
}

/// Whether another attempt may be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    Granted,
    /// As many are being tried as may fail: whether this one may be, their outcome will tell.
    NotYet,
    /// Not for so many seconds.
    Refused(u32),
}

pub(super) fn leave(transaction: &Transaction<'_>, subjects: &Subjects, now: DateTime<Utc>) -> Result<Leave> {
    let account = transaction.all(
        "SELECT attempted_at, failed FROM log_in_attempts WHERE account = ?1 ORDER BY attempted_at DESC, id DESC LIMIT ?2",
        params![subjects.account, OF_AN_ACCOUNT],
        |row| Ok((row.get("attempted_at")?, row.get("failed")?)),
    )?;
    let by_account = weigh(&account, OF_AN_ACCOUNT, now);
    let Some(address) = &subjects.address else { return Ok(by_account) };
    let address = transaction.all(
        "SELECT attempted_at, failed FROM log_in_attempts WHERE address = ?1 ORDER BY attempted_at DESC, id DESC LIMIT ?2",
        params![address, OF_AN_ADDRESS],
        |row| Ok((row.get("attempted_at")?, row.get("failed")?)),
    )?;
    Ok(match (by_account, weigh(&address, OF_AN_ADDRESS, now)) {
        (Leave::Refused(one), Leave::Refused(other)) => Leave::Refused(one.max(other)),
        (refused @ Leave::Refused(_), _) | (_, refused @ Leave::Refused(_)) => refused,
        (Leave::Granted, Leave::Granted) => Leave::Granted,
        _ => Leave::NotYet,
    })
}

/// Judges the last attempts, newest first.
fn weigh(attempts: &[(DateTime<Utc>, bool)], limit: i64, now: DateTime<Utc>) -> Leave {
    let (Some((newest, _)), Some((oldest, _))) = (attempts.first(), attempts.last()) else { return Leave::Granted };
    let full = i64::try_from(attempts.len()).is_ok_and(|count| count >= limit);
    // While a lock lasts no attempt is made: the newest is the one that closed it.
    if !full || *newest - *oldest >= WINDOW || now - *newest >= WINDOW {
        return Leave::Granted;
    }
    if attempts.iter().any(|(at, failed)| !failed && now - *at < LONGEST_ATTEMPT) {
        return Leave::NotYet;
    }
    let left = (*newest + WINDOW - now).num_milliseconds();
    Leave::Refused(u32::try_from((left + 999) / 1_000).unwrap_or(1).max(1))
}

impl Leave {
    /// The error of an attempt that may not be made.
    pub(super) fn check(self) -> Result<bool> {
        match self {
            Self::Granted => Ok(true),
            Self::NotYet => Ok(false),
            Self::Refused(retry_after) => Err(Error::TooManyAttempts { retry_after }),
        }
    }
}

/// Writes an attempt down, before it is made.
pub(super) fn reserve(transaction: &Transaction<'_>, subjects: &Subjects, now: DateTime<Utc>) -> Result<i64> {
    transaction.insert(
        "INSERT INTO log_in_attempts (account, address, attempted_at) VALUES (?1, ?2, ?3)",
        params![subjects.account, subjects.address, now],
    )
}

/// What a failure leaves to be told in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failed {
    /// Failures of the account's series, this one included.
    pub(super) failures: i64,
    /// Whether this one locked the account, or the address.
    pub(super) locked_account: bool,
    pub(super) locked_address: bool,
}

/// Settles an attempt that failed.
pub(super) fn fail(transaction: &Transaction<'_>, attempt: i64, subjects: &Subjects, now: DateTime<Utc>) -> Result<Failed> {
    transaction.execute("UPDATE log_in_attempts SET failed = 1 WHERE id = ?1", params![attempt])?;
    let since = now - WINDOW;
    let series = "SELECT count(*) AS failures FROM log_in_attempts WHERE account = ?1 AND failed = 1";
    let recent = "SELECT count(*) AS failures FROM log_in_attempts WHERE account = ?1 AND failed = 1 AND attempted_at > ?2";
    let of_address = "SELECT count(*) AS failures FROM log_in_attempts WHERE address = ?1 AND failed = 1 AND attempted_at > ?2";
    Ok(Failed {
        failures: count(transaction, series, params![subjects.account])?,
        locked_account: count(transaction, recent, params![subjects.account, since])? == OF_AN_ACCOUNT,
        locked_address: count(transaction, of_address, params![subjects.address, since])? == OF_AN_ADDRESS,
    })
}

fn count(transaction: &Transaction<'_>, sql: &str, params: &[&dyn Param]) -> Result<i64> {
    Ok(transaction.first(sql, params, |row| row.get("failures"))?.unwrap_or_default())
}

/// Settles an attempt that was right, which ends the account's series; tells how many failures it had.
pub(super) fn succeed(transaction: &Transaction<'_>, attempt: i64, subjects: &Subjects) -> Result<i64> {
    withdraw(transaction, attempt)?;
    clear(transaction, &subjects.account)
}

/// Strikes an attempt out.
pub(super) fn withdraw(transaction: &Transaction<'_>, attempt: i64) -> Result<()> {
    transaction.execute("DELETE FROM log_in_attempts WHERE id = ?1", params![attempt]).map(|_| ())
}

/// Ends an account's series, and with it its lock; tells how many failures it had. What is being tried stays counted, and so does all
/// for the address.
pub(super) fn clear(transaction: &Transaction<'_>, account: &str) -> Result<i64> {
    let cleared = transaction.execute("UPDATE log_in_attempts SET account = NULL WHERE account = ?1 AND failed = 1", params![account])?;
    Ok(i64::try_from(cleared).unwrap_or_default())
}

/// Ends the series of an account, for whoever gives it a new password or brings it back.
pub(crate) fn unlock(transaction: &Transaction<'_>, people: &People, id: i64) -> Result<()> {
    clear(transaction, &of_account(people, id)).map(|_| ())
}

/// Removes what means nothing any more, and gives the number of failures of each series that has run out without having been told of:
/// longer than the one failure that was told when it began, shorter than a lock.
pub(super) fn tidy(transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<Vec<i64>> {
    // Long after its window, so that no lock can still hang on it.
    let (over, long_over) = (now - WINDOW, now - WINDOW - WINDOW);
    transaction.execute("DELETE FROM log_in_attempts WHERE attempted_at <= ?1 AND account IS NULL", params![long_over])?;
    let ended: Vec<String> = transaction.all(
        "SELECT DISTINCT account FROM (SELECT account FROM log_in_attempts WHERE attempted_at <= ?1 ORDER BY attempted_at LIMIT ?2) old
         WHERE account IS NOT NULL",
        params![long_over, MOST_ENDED],
        |row| row.get("account"),
    )?;
    let mut untold = Vec::new();
    for account in ended {
        let times: Vec<DateTime<Utc>> = transaction.all(
            "SELECT attempted_at FROM log_in_attempts WHERE account = ?1 AND attempted_at <= ?2 ORDER BY attempted_at",
            params![account, over],
            |row| row.get("attempted_at"),
        )?;
        transaction.execute("DELETE FROM log_in_attempts WHERE account = ?1 AND attempted_at <= ?2", params![account, over])?;
        let limit = usize::try_from(OF_AN_ACCOUNT).unwrap_or_default();
        let locked = times.windows(limit).any(|window| window[limit - 1] - window[0] < WINDOW);
        if times.len() > 1 && !locked {
            untold.push(i64::try_from(times.len()).unwrap_or_default());
        }
    }
    Ok(untold)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap_or_default()
    }

    /// Newest first, as they are read.
    fn failures(seconds: &[i64]) -> Vec<(DateTime<Utc>, bool)> {
        seconds.iter().rev().map(|second| (at(*second), true)).collect()
    }

    #[test]
    fn five_within_a_quarter_of_an_hour_lock_for_a_quarter_of_an_hour() {
        let five = failures(&[0, 60, 120, 180, 240]);
        assert_eq!(weigh(&five, 5, at(240)), Leave::Refused(900));
        assert_eq!(weigh(&five, 5, at(1_139)), Leave::Refused(1));
        assert_eq!(weigh(&five, 5, at(1_140)), Leave::Granted);
        assert_eq!(weigh(&five[1..], 5, at(240)), Leave::Granted, "four do not");
        assert_eq!(weigh(&failures(&[0, 300, 600, 890, 899]), 5, at(899)), Leave::Refused(900));
        assert_eq!(weigh(&failures(&[0, 300, 600, 890, 900]), 5, at(900)), Leave::Granted, "the first has run out");
    }

    #[test]
    fn what_is_being_tried_counts_until_it_is_settled_and_for_ever_if_nobody_does() {
        let mut five = failures(&[0, 1, 2, 3, 4]);
        five[0].1 = false;
        assert_eq!(weigh(&five, 5, at(5)), Leave::NotYet);
        assert_eq!(weigh(&five, 5, at(34)), Leave::Refused(870), "the process that tried it is gone");
    }
}
