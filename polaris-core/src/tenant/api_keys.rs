//! The keys of a tenant's public API: made, listed, rotated, revoked; and taken over from the earlier application (FR-API-106).
//!
//! A tenant has a key for each program that reads its events, ten at most. A key is shown once, when it is made. Rotated, it is replaced
//! by another: at once, or with a grace that leaves the program's people some hours to put the new one in. Nobody is let in by a key that
//! has ended, from the moment on in which that is written.
//!
//! ```
//! # use polaris_core::{Actor, NewApiKey, NewKeyRotation, NewTenant, Polaris, Role};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::tenant_user(1, "Pat Lee", Role::Admin))?;
//! let made = kckps.api_keys().create(&NewApiKey { name: "Mobile app".into() })?;
//! println!("put this into the app, it is not shown again: {}", made.api_key.reveal());
//!
//! let rotated = kckps.api_keys().rotate(made.key.id, &NewKeyRotation { grace_hours: Some(24) })?;
//! assert_eq!(rotated.key.name, "Mobile app");
//! assert!(rotated.replaced.is_some_and(|old| old.expires_at.is_some()), "good for a day more");
//! # Ok::<(), polaris_core::Error>(())
//! ```

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::handle::{TenantHandle, Writing};
use crate::audit::Entry;
use crate::clock::random;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::{API_KEYS_ADOPT, API_KEYS_CREATE, API_KEYS_GET, API_KEYS_LIST, API_KEYS_REVOKE, API_KEYS_ROTATE};
use crate::store::error::StoreError;
use crate::store::{Row, Transaction, params};
use crate::types::text::{self, NAME_MAX};
use crate::types::{ApiKey, ApiKeyId, KeyHash};

/// Keys that are good at the same time, those in their grace included.
pub const MOST_KEYS: u32 = 10;
/// The longest grace, in hours: 30 days.
pub const MOST_GRACE: i64 = 720;

/// An API key without its secret.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ApiKeyState {
    /// Its number in this tenant; never used again.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// How it begins; of one that was taken over, how its hash begins.
    pub hint: String,
    /// When it was made, or taken over (UTC).
    pub created_at: DateTime<Utc>,
    /// The hour in which it was last used (UTC), if it ever was.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it ends (UTC): of one that was replaced by another and has a grace.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key just made.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct MadeApiKey {
    /// What lists show of it.
    pub key: ApiKeyState,
    /// The key itself. It can't be shown again.
    #[serde(skip)]
    pub api_key: ApiKey,
    /// The key that it replaces and until when that is still good; `None` where that has ended, or there is none.
    pub replaced: Option<ApiKeyState>,
}

/// A new key, as an admin describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewApiKey {
    /// What it is for, such as `Website`; required, at most 100 characters.
    pub name: String,
}

/// How a key is replaced by another.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewKeyRotation {
    /// For how many hours the old key stays good, at most 720; left out or 0, it ends at once.
    pub grace_hours: Option<i64>,
}

/// A key of the earlier application, as its database has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewKeyAdoption {
    /// The key's hash, the 64 hexadecimal digits in `tenant.api_key_hash`; required.
    pub hash: String,
    /// What the key is for; required, at most 100 characters.
    pub name: String,
}

/// The keys of a tenant; see [`TenantHandle::api_keys`].
pub struct ApiKeys<'a> {
    handle: &'a TenantHandle,
}

impl<'a> ApiKeys<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }

    /// The keys that are good now, in the order in which they were made.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`].
    pub fn list(&self) -> Result<Vec<ApiKeyState>> {
        self.handle.read(&API_KEYS_LIST, |reading| good(reading.transaction, reading.now))
    }

    /// One key that is good now.
    ///
    /// # Errors
    ///
    /// [`Error::ApiKeyNotFound`], also for one that has ended; [`Error::Forbidden`].
    pub fn get(&self, key: ApiKeyId) -> Result<ApiKeyState> {
        self.handle.read(&API_KEYS_GET, |reading| find(reading.transaction, key, reading.now))
    }

    /// Makes a key.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] for the name; [`Error::Conflict`] when there are ten already; [`Error::Forbidden`].
    pub fn create(&self, draft: &NewApiKey) -> Result<MadeApiKey> {
        self.handle.authorize(&API_KEYS_CREATE)?;
        let mut problems = Problems::default();
        let name = check_name(&mut problems, &draft.name);
        problems.finish()?;
        let name = name.ok_or(Error::Internal)?;
        let api_key = self.fresh();
        self.handle.write(&API_KEYS_CREATE, |writing| {
            forget_ended(writing)?;
            room_for_one(writing)?;
            let key = insert(writing, &name, &api_key.hash(), &api_key.hint())?;
            let entry = Entry::of("api_key", key.id, json!({}));
            Ok((MadeApiKey { key, api_key: api_key.clone(), replaced: None }, entry))
        })
    }

    /// Replaces a key by a new one with the same name. The old one ends at once, or after its grace.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] for the grace; [`Error::ApiKeyNotFound`]; [`Error::Conflict`] for one that was replaced already, and when
    /// there would be more than ten; [`Error::Forbidden`].
    pub fn rotate(&self, key: ApiKeyId, rotation: &NewKeyRotation) -> Result<MadeApiKey> {
        self.handle.authorize(&API_KEYS_ROTATE)?;
        let mut problems = Problems::default();
        let grace = problems.take("grace_hours", check_grace(rotation.grace_hours.unwrap_or_default()));
        problems.finish()?;
        let grace = grace.ok_or(Error::Internal)?;
        let api_key = self.fresh();
        self.handle.write(&API_KEYS_ROTATE, |writing| {
            let old = find(writing.transaction, key, writing.now)?;
            if let Some(end) = old.expires_at {
                return Err(Error::Conflict(format!(
                    "this key was replaced already and ends by itself at {}: rotate the one that replaced it",
                    end.format("%Y-%m-%d %H:%M UTC")
                )));
            }
            forget_ended(writing)?;
            let replaced = match grace {
                None => {
                    delete(writing.transaction, key)?;
                    None
                }
                Some(grace) => {
                    room_for_one(writing)?;
                    let end = writing.now + grace;
                    writing.transaction.execute("UPDATE api_keys SET expires_at = ?2 WHERE id = ?1", params![key, end])?;
                    Some(ApiKeyState { expires_at: Some(end), ..old.clone() })
                }
            };
            let new = insert(writing, &old.name, &api_key.hash(), &api_key.hint())?;
            let details = json!({ "replaces": key, "grace_hours": grace.map_or(0, |grace| grace.num_hours()) });
            let entry = Entry::of("api_key", new.id, details);
            Ok((MadeApiKey { key: new, api_key: api_key.clone(), replaced }, entry))
        })
    }

    /// Ends a key at once, also one that is in its grace. Gives what it was.
    ///
    /// # Errors
    ///
    /// [`Error::ApiKeyNotFound`]; [`Error::Forbidden`].
    pub fn revoke(&self, key: ApiKeyId) -> Result<ApiKeyState> {
        self.handle.write(&API_KEYS_REVOKE, |writing| {
            let old = find(writing.transaction, key, writing.now)?;
            delete(writing.transaction, key)?;
            forget_ended(writing)?;
            Ok((old, Entry::of("api_key", key, json!({}))))
        })
    }

    /// Takes over a key of the earlier application, of which only the hash is known: websites that have it keep it.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::Conflict`] when the tenant has this key, or ten; [`Error::Forbidden`]
    /// to all but the operator's admins.
    pub fn adopt(&self, adoption: &NewKeyAdoption) -> Result<ApiKeyState> {
        self.handle.authorize(&API_KEYS_ADOPT)?;
        let mut problems = Problems::default();
        let hash = problems.take("hash", check_hash(&adoption.hash));
        let name = check_name(&mut problems, &adoption.name);
        problems.finish()?;
        let (hash, name) = (hash.ok_or(Error::Internal)?, name.ok_or(Error::Internal)?);
        let hint = format!("hash {}…", hash.as_str().get(..8).unwrap_or_default());
        self.handle.write(&API_KEYS_ADOPT, |writing| {
            forget_ended(writing)?;
            let sql = "SELECT id FROM api_keys WHERE hash = ?1";
            if let Some(id) = writing.transaction.first(sql, params![hash], |row| row.get::<ApiKeyId>("id"))? {
                return Err(Error::Conflict(format!("this tenant has the key with this hash already: it is number {id}")));
            }
            room_for_one(writing)?;
            let key = insert(writing, &name, &hash, &hint)?;
            let entry = Entry::of("api_key", key.id, json!({}));
            Ok((key, entry))
        })
    }

    fn fresh(&self) -> ApiKey {
        ApiKey::generate(random(self.handle.polaris().randomness()))
    }
}

fn check_name(problems: &mut Problems, name: &str) -> Option<String> {
    problems.take("name", text::required(text::line(name, NAME_MAX)))
}

/// The grace; `None` for none.
fn check_grace(hours: i64) -> Result<Option<TimeDelta>, Problem> {
    match hours {
        0 => Ok(None),
        1..=MOST_GRACE => Ok(Some(TimeDelta::hours(hours))),
        _ => Err(Problem::new("OUT_OF_RANGE", format!("must be a whole number of hours from 0 (at once) to {MOST_GRACE}"))),
    }
}

fn check_hash(hash: &str) -> Result<KeyHash, Problem> {
    let hash = hash.trim();
    if hash.is_empty() {
        return Err(Problem::required());
    }
    if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(KeyHash::stored(hash.to_ascii_lowercase()));
    }
    Err(Problem::new("BAD_HASH", "must be the 64 hexadecimal digits that the earlier application keeps of the key, not the key itself"))
}

const COLUMNS: &str = "id, name, hint, created_at, last_used_at, expires_at";

fn state(row: &Row<'_, '_>) -> Result<ApiKeyState> {
    Ok(ApiKeyState {
        id: row.get("id")?,
        name: row.get("name")?,
        hint: row.get("hint")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        expires_at: row.get("expires_at")?,
    })
}

/// The keys that are good at this instant.
pub(crate) fn good(transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<Vec<ApiKeyState>> {
    let sql = format!("SELECT {COLUMNS} FROM api_keys WHERE expires_at IS NULL OR expires_at > ?1 ORDER BY id");
    transaction.all(&sql, params![now], state)
}

fn find(transaction: &Transaction<'_>, key: ApiKeyId, now: DateTime<Utc>) -> Result<ApiKeyState> {
    let sql = format!("SELECT {COLUMNS} FROM api_keys WHERE id = ?1 AND (expires_at IS NULL OR expires_at > ?2)");
    transaction.first(&sql, params![key, now], state)?.ok_or(Error::ApiKeyNotFound)
}

fn insert(writing: &Writing<'_>, name: &str, hash: &KeyHash, hint: &str) -> Result<ApiKeyState> {
    let sql = "INSERT INTO api_keys (hash, name, hint, created_at) VALUES (?1, ?2, ?3, ?4)";
    let id = writing.transaction.insert(sql, params![hash, name, hint, writing.now])?;
    find(writing.transaction, ApiKeyId::new(id), writing.now)
}

fn delete(transaction: &Transaction<'_>, key: ApiKeyId) -> Result<()> {
    transaction.execute("DELETE FROM api_keys WHERE id = ?1", params![key])?;
    Ok(())
}

/// Those whose grace is over mean nothing any more.
fn forget_ended(writing: &Writing<'_>) -> Result<()> {
    writing.transaction.execute("DELETE FROM api_keys WHERE expires_at <= ?1", params![writing.now])?;
    Ok(())
}

fn room_for_one(writing: &Writing<'_>) -> Result<()> {
    let count = writing.transaction.first("SELECT count(*) AS count FROM api_keys", params![], |row| row.get::<u32>("count"))?;
    match count {
        Some(count) if count < MOST_KEYS => Ok(()),
        Some(_) => Err(Error::Conflict(format!("a tenant has at most {MOST_KEYS} keys, those in their grace included: revoke one first"))),
        None => Err(StoreError::BadColumn("count".to_owned()).into()),
    }
}
