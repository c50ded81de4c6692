//! Sessions: tokens of 256 bits that stand for somebody who logged in. Only their hash is stored.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::people::{Ending, Kind, People, Realm};
use crate::audit::Entry;
use crate::auth::Caller;
use crate::clock::{Randomness, random};
use crate::error::{Error, Result};
use crate::store::{Transaction, params};
use crate::types::{SessionId, SessionToken};

/// A session ends when it has not been used for this long.
pub(crate) const IDLE: TimeDelta = TimeDelta::hours(8);
/// And after this long in any case.
pub(crate) const LONGEST: TimeDelta = TimeDelta::days(30);
/// Use is noted no more often than this.
pub(crate) const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(5);
/// Whoever has more than this many at once loses those not used for longest: a program that logs in for each request fills no disk.
const MOST: i64 = 100;

/// One of one's own sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Its number, to end it by.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The address it was opened from, if it came over a network.
    pub address: Option<String>,
    /// When it was opened (UTC).
    pub created_at: DateTime<Utc>,
    /// When it was last used (UTC), to within 5 minutes.
    pub last_used_at: DateTime<Utc>,
    /// When it ends at the latest (UTC).
    pub expires_at: DateTime<Utc>,
}

/// A token for a new session of these people.
pub(super) fn new_token(people: &People, randomness: &dyn Randomness) -> SessionToken {
    match people.kind {
        Kind::User => SessionToken::generate_for_user(random(randomness)),
        Kind::Staff => SessionToken::generate(random(randomness)),
    }
}

/// Opens a session, and removes those that have ended by themselves.
pub(super) fn insert(
    people: &People,
    transaction: &Transaction<'_>,
    owner: i64,
    token: &SessionToken,
    address: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(SessionId, DateTime<Utc>)> {
    let expires_at = now + LONGEST;
    transaction.execute(people.prune_sessions, params![now - IDLE])?;
    let id = transaction.insert(people.insert_session, params![owner, token.hash(), address, now, expires_at])?;
    transaction.execute(people.end_oldest, params![owner, MOST])?;
    Ok((SessionId::new(id), expires_at))
}

/// Whoever a token stands for, and whether its use is to be noted; one indexed read.
pub(crate) fn find(people: &People, transaction: &Transaction<'_>, token: &SessionToken, now: DateTime<Utc>) -> Result<(Caller, bool)> {
    let found = transaction.first(people.find_session, params![token.hash(), now, now - IDLE], |row| {
        let (id, name, role) = (row.get("id")?, row.get::<String>("name")?, row.get::<String>("role")?);
        let caller = Caller { session: Some(row.get("session")?), ..people.actor_of(id, &name, &role)?.into() };
        Ok((caller, now - row.get::<DateTime<Utc>>("last_used_at")? > TOUCH_EVERY))
    })?;
    found.ok_or(Error::Unauthenticated)
}

/// Notes the use of a session. Bookkeeping.
pub(crate) fn touch(people: &People, transaction: &Transaction<'_>, session: SessionId, now: DateTime<Utc>) -> Result<()> {
    transaction.execute(people.touch_session, params![session, now]).map(|_| ())
}

/// One's own sessions, the last used first.
pub(crate) fn list<R: Realm>(realm: &R) -> Result<Vec<OwnSession>> {
    realm.permit(realm.people().list)?;
    let owner = realm.own_account()?;
    realm.look(|transaction| read_all(realm, transaction, owner))
}

/// The caller's present session, if it has one.
pub(crate) fn current<R: Realm>(realm: &R, transaction: &Transaction<'_>) -> Result<Option<OwnSession>> {
    let Ok(owner) = realm.own_account() else { return Ok(None) };
    Ok(read_all(realm, transaction, owner)?.into_iter().find(|session| session.current))
}

fn read_all<R: Realm>(realm: &R, transaction: &Transaction<'_>, owner: i64) -> Result<Vec<OwnSession>> {
    let (current, now) = (realm.caller().session, realm.now());
    transaction.all(realm.people().list_sessions, params![owner, now, now - IDLE], |row| {
        let id = row.get("id")?;
        Ok(OwnSession {
            id,
            current: Some(id) == current,
            address: row.get("address")?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
            expires_at: row.get("expires_at")?,
        })
    })
}

/// Ends one's present session.
pub(crate) fn log_out<R: Realm>(realm: &R) -> Result<()> {
    realm.permit(realm.people().log_out)?;
    let owner = realm.own_account()?;
    let session = realm.caller().session.ok_or(Error::Unauthenticated)?;
    realm.before_ending(Ending::One(session))?;
    realm.keep(|transaction| {
        if transaction.execute(realm.people().end_session, params![owner, session])? == 0 {
            return Err(Error::Unauthenticated);
        }
        let entry = Entry::of("session", session, json!({ realm.people().noun: owner }));
        realm.note(transaction, realm.caller(), realm.people().log_out, &entry)
    })
}

/// Ends one of one's own sessions.
pub(crate) fn end<R: Realm>(realm: &R, session: SessionId) -> Result<()> {
    realm.permit(realm.people().end)?;
    let owner = realm.own_account()?;
    let own = realm.look(|transaction| read_all(realm, transaction, owner))?;
    if own.iter().all(|own| own.id != session) {
        return Err(Error::SessionNotFound);
    }
    realm.before_ending(Ending::One(session))?;
    realm.keep(|transaction| {
        if transaction.execute(realm.people().end_session, params![owner, session])? == 0 {
            return Err(Error::SessionNotFound);
        }
        let entry = Entry::of("session", session, json!({ realm.people().noun: owner }));
        realm.note(transaction, realm.caller(), realm.people().end, &entry)
    })
}

/// Ends all of one's own sessions but the present one, and tells how many there were.
pub(crate) fn end_others<R: Realm>(realm: &R) -> Result<u32> {
    realm.permit(realm.people().end_others)?;
    let (owner, current) = (realm.own_account()?, realm.caller().session);
    realm.before_ending(Ending::OthersOf(owner, current))?;
    realm.keep(|transaction| {
        let ended = transaction.execute(realm.people().end_others_of, params![owner, current])?;
        let entry = Entry::of(realm.people().noun, owner, json!({ "ended": ended }));
        realm.note(transaction, realm.caller(), realm.people().end_others, &entry)?;
        Ok(u32::try_from(ended).unwrap_or(u32::MAX))
    })
}
