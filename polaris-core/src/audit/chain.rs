//! How entries are written, and what their hashes cover.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::Entry;
use crate::auth::Caller;
use crate::clock::{Randomness, random};
use crate::error::Result;
use crate::store::{Row, Transaction, params};
use crate::types::instant_text;
use crate::types::key_hash::hex;

/// The hash before the first entry.
pub(super) const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An entry's place in its log, and the hash that the next one follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Appended {
    pub(crate) id: i64,
    pub(crate) hash: String,
}

const INSERT: &str = "
    INSERT INTO audit_entries (occurred_at, actor_kind, actor_id, actor_role, actor_name, address, personal_salt, personal_digest,
                               action, resource_kind, resource_id, request_id, outcome, details, previous_hash, hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";

/// Appends one entry, and tells its place.
pub(crate) fn append(
    transaction: &Transaction<'_>,
    caller: &Caller,
    action: &str,
    entry: &Entry,
    now: DateTime<Utc>,
    randomness: &dyn Randomness,
) -> Result<Appended> {
    let previous = transaction
        .first("SELECT hash FROM audit_entries ORDER BY id DESC LIMIT 1", params![], |row| row.get::<String>("hash"))?
        .unwrap_or_else(|| BEGINNING.to_owned());
    let actor = &caller.actor;
    let name = actor.name().map(str::to_owned);
    let address = caller.context.address.clone();
    let salt = hex(&random::<16>(randomness));
    let link = Link {
        occurred_at: instant_text(now),
        actor_kind: actor.kind().to_owned(),
        actor_id: actor.number(),
        actor_role: actor.role_name().map(str::to_owned),
        personal_digest: personal_digest(&salt, name.as_deref(), address.as_deref()),
        action: action.to_owned(),
        resource_kind: entry.resource.as_ref().map(|(kind, _)| (*kind).to_owned()),
        resource_id: entry.resource.as_ref().map(|(_, id)| id.clone()),
        request_id: caller.context.request_id.clone(),
        outcome: entry.outcome.as_str().to_owned(),
        details: entry.details.to_string(),
    };
    let hash = link.hash(&previous);
    let id = transaction.insert(
        INSERT,
        params![
            link.occurred_at,
            link.actor_kind,
            link.actor_id,
            link.actor_role,
            name,
            address,
            salt,
            link.personal_digest,
            link.action,
            link.resource_kind,
            link.resource_id,
            link.request_id,
            link.outcome,
            link.details,
            previous,
            hash,
        ],
    )?;
    Ok(Appended { id, hash })
}

/// The fields that the hash of an entry covers.
pub(super) struct Link {
    occurred_at: String,
    actor_kind: String,
    actor_id: Option<i64>,
    actor_role: Option<String>,
    personal_digest: String,
    action: String,
    resource_kind: Option<String>,
    resource_id: Option<String>,
    request_id: Option<String>,
    outcome: String,
    details: String,
}

impl Link {
    /// SHA-256 over the previous hash and the fields as one JSON array, which keeps their borders apart.
    pub(super) fn hash(&self, previous: &str) -> String {
        // Serialized straight to text: a tree of values in between would cost as much as the hash.
        let fields = serde_json::to_string(&(
            previous,
            &self.occurred_at,
            &self.actor_kind,
            &self.actor_id,
            &self.actor_role,
            &self.personal_digest,
            &self.action,
            &self.resource_kind,
            &self.resource_id,
            &self.request_id,
            &self.outcome,
            &self.details,
        ))
        .unwrap_or_default();
        hex(&Sha256::digest(fields))
    }

    pub(super) fn read(row: &Row<'_, '_>) -> Result<Self> {
        Ok(Self {
            occurred_at: row.get("occurred_at")?,
            actor_kind: row.get("actor_kind")?,
            actor_id: row.get("actor_id")?,
            actor_role: row.get("actor_role")?,
            personal_digest: row.get("personal_digest")?,
            action: row.get("action")?,
            resource_kind: row.get("resource_kind")?,
            resource_id: row.get("resource_id")?,
            request_id: row.get("request_id")?,
            outcome: row.get("outcome")?,
            details: row.get("details")?,
        })
    }
}

/// Whether name and address are those that were written. Where the salt is gone the person was erased, and both must be gone too.
pub(super) fn is_genuine(link: &Link, salt: Option<&str>, name: Option<&str>, address: Option<&str>) -> bool {
    match salt {
        Some(salt) => personal_digest(salt, name, address) == link.personal_digest,
        None => name.is_none() && address.is_none(),
    }
}

fn personal_digest(salt: &str, name: Option<&str>, address: Option<&str>) -> String {
    hex(&Sha256::digest(serde_json::json!([salt, name, address]).to_string()))
}
