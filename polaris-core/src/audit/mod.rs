//! The audit log of a file: one entry for each change, written in the change's own transaction.
//!
//! Entries are chained: each holds the hash of the one before it and a hash over its own fields, so an edit, a deletion or a
//! reordering shows. Names and addresses stand behind a salted digest that the hash covers instead of them: erasing them keeps the
//! chain whole.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::auth::Caller;
use crate::clock::{Randomness, random};
use crate::error::Result;
use crate::store::{Row, Transaction, params};
use crate::types::instant_text;
use crate::types::key_hash::hex;

/// The hash before the first entry.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What an operation says of its change. Details hold numbers, codes and names of things; never personal data.
pub(crate) struct Entry {
    resource: Option<(&'static str, String)>,
    details: Json,
    outcome: Outcome,
}

/// How what an entry tells of came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was tried and refused.
    Refused,
    /// It was begun; another entry tells the end.
    Pending,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: &'static [Self] = &[Self::Done, Self::Refused, Self::Pending];

    /// The outcome's name, on every wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Pending => "pending",
        }
    }

    /// The outcome of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.as_str() == name)
    }
}

/// An entry's place in its log, and the hash that the next one follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Appended {
    pub(crate) id: i64,
    pub(crate) hash: String,
}

impl Entry {
    /// A change of one thing.
    #[allow(clippy::needless_pass_by_value, reason = "ids are small, and callers have them at hand")]
    pub(crate) fn of(kind: &'static str, id: impl std::fmt::Display, details: Json) -> Self {
        Self { resource: Some((kind, id.to_string())), details, outcome: Outcome::Done }
    }

    /// What concerns no stored thing, such as a log-in to an account that doesn't exist.
    pub(crate) fn of_nothing(details: Json) -> Self {
        Self { resource: None, details, outcome: Outcome::Done }
    }

    /// The same with another outcome than that it was done.
    pub(crate) fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// The same with the mark of a change by staff, by which the operator's log finds it.
    pub(crate) fn marked(mut self, mark: &str) -> Self {
        if let Json::Object(details) = &mut self.details {
            details.insert("support".to_owned(), mark.into());
        }
        self
    }
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
struct Link {
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
    fn hash(&self, previous: &str) -> String {
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

    fn read(row: &Row<'_, '_>) -> Result<Self> {
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

/// Follows the chain and returns the number of the first entry that breaks it, if one does.
pub(crate) fn first_break(transaction: &Transaction<'_>) -> Result<Option<i64>> {
    const CHUNK: i64 = 1_000;
    let mut previous = BEGINNING.to_owned();
    let mut after = 0;
    loop {
        let links = transaction.all(
            "SELECT id, occurred_at, actor_kind, actor_id, actor_role, personal_digest, action, resource_kind, resource_id,
                    request_id, outcome, details, previous_hash, hash, actor_name, address, personal_salt
             FROM audit_entries WHERE id > ?1 ORDER BY id LIMIT ?2",
            params![after, CHUNK],
            |row| {
                let id: i64 = row.get("id")?;
                let link = Link::read(row)?;
                let (before, hash) = (row.get::<String>("previous_hash")?, row.get::<String>("hash")?);
                let (name, address) = (row.get::<Option<String>>("actor_name")?, row.get::<Option<String>>("address")?);
                // Where the salt is gone the person was erased, and there is nothing left to compare.
                let salt: Option<String> = row.get("personal_salt")?;
                let genuine = salt.is_none_or(|salt| personal_digest(&salt, name.as_deref(), address.as_deref()) == link.personal_digest);
                Ok((id, link, before, hash, genuine))
            },
        )?;
        if links.is_empty() {
            return Ok(None);
        }
        for (id, link, before, hash, genuine) in links {
            if !genuine || before != previous || link.hash(&previous) != hash {
                return Ok(Some(id));
            }
            previous = hash;
            after = id;
        }
    }
}

fn personal_digest(salt: &str, name: Option<&str>, address: Option<&str>) -> String {
    hex(&Sha256::digest(serde_json::json!([salt, name, address]).to_string()))
}
