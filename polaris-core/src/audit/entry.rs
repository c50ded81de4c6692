//! Entries as they are read.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value as Json;

use super::{ActorKind, Outcome};
use crate::error::Result;
use crate::store::Row;
use crate::store::error::StoreError;
use crate::tenant::settings::json;
use crate::types::{AuditId, instant_text};

/// One entry of an audit log. Serialized, it is a line of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    /// Its number in its log, rising by one.
    pub id: AuditId,
    /// When it happened (UTC), as `YYYY-MM-DDTHH:MM:SS.sssZ`.
    #[serde(serialize_with = "as_text")]
    pub occurred_at: DateTime<Utc>,
    /// What kind of actor did it.
    pub actor_kind: ActorKind,
    /// The actor's number: of a user in the tenant, of staff in the registry, of an API key.
    pub actor_id: Option<i64>,
    /// The actor's role at that time.
    pub actor_role: Option<String>,
    /// The actor's name; gone once the person was erased.
    pub actor_name: Option<String>,
    /// The IP address it came from; gone once the person was erased.
    pub address: Option<String>,
    /// What was done, as `noun.verb`.
    pub action: String,
    /// What kind of thing it was done to.
    pub resource_kind: Option<String>,
    /// Which one.
    pub resource_id: Option<String>,
    /// The id of the request it was part of.
    pub request_id: Option<String>,
    /// How it came out.
    pub outcome: Outcome,
    /// Numbers, codes and names of things; no personal data.
    pub details: Json,
    /// The hash that the next entry follows (SHA-256, hex).
    pub hash: String,
}

fn as_text<S: serde::Serializer>(instant: &DateTime<Utc>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&instant_text(*instant))
}

/// To be put between SELECT and WHERE.
pub(super) const COLUMNS: &str = "
    id, occurred_at, actor_kind, actor_id, actor_role, actor_name, address, action, resource_kind, resource_id, request_id,
    outcome, details, hash FROM audit_entries";

/// One row of [`COLUMNS`].
pub(super) fn entry(row: &Row<'_, '_>) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.get("id")?,
        occurred_at: row.get("occurred_at")?,
        actor_kind: ActorKind::parse(&row.get::<String>("actor_kind")?).map_err(|_| StoreError::BadColumn("actor_kind".to_owned()))?,
        actor_id: row.get("actor_id")?,
        actor_role: row.get("actor_role")?,
        actor_name: row.get("actor_name")?,
        address: row.get("address")?,
        action: row.get("action")?,
        resource_kind: row.get("resource_kind")?,
        resource_id: row.get("resource_id")?,
        request_id: row.get("request_id")?,
        outcome: Outcome::parse(&row.get::<String>("outcome")?).map_err(|_| StoreError::BadColumn("outcome".to_owned()))?,
        details: json(row, "details")?,
        hash: row.get("hash")?,
    })
}
