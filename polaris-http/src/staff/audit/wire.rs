use poem_openapi::Object;
use poem_openapi::types::Any;
use polaris_core::audit::Break;
use polaris_core::{AuditEntry, AuditHead, AuditVerification};
use serde::Serialize;

/// One entry of an audit log.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "AuditEntry")]
pub(crate) struct EntryBody {
    /// Its number in its log.
    id: i64,
    /// When it happened (UTC).
    occurred_at: String,
    /// `system`, `staff`, `tenant_user`, `api_key` or `public`.
    actor_kind: String,
    /// The actor's number: of a user in the tenant, of staff at the operator's, of an API key.
    actor_id: Option<i64>,
    /// The actor's role at that time.
    actor_role: Option<String>,
    /// The actor's name; null once the person was erased.
    actor_name: Option<String>,
    /// The address it came from; null once the person was erased.
    address: Option<String>,
    /// What was done, as `noun.verb`.
    action: String,
    /// What kind of thing it was done to.
    resource_kind: Option<String>,
    /// Which one.
    resource_id: Option<String>,
    /// The id of the request it was part of.
    request_id: Option<String>,
    /// `done`, `refused`, or `pending`: begun, and another entry tells the end.
    outcome: String,
    /// More about it, as an object; no personal data.
    details: Any<serde_json::Value>,
    /// The hash that the next entry follows.
    hash: String,
}

impl From<AuditEntry> for EntryBody {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id.get(),
            occurred_at: polaris_core::types::instant_text(entry.occurred_at),
            actor_kind: entry.actor_kind.to_string(),
            actor_id: entry.actor_id,
            actor_role: entry.actor_role,
            actor_name: entry.actor_name,
            address: entry.address,
            action: entry.action,
            resource_kind: entry.resource_kind,
            resource_id: entry.resource_id,
            request_id: entry.request_id,
            outcome: entry.outcome.to_string(),
            details: Any(entry.details),
            hash: entry.hash,
        }
    }
}

/// Where an audit log ends.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "AuditHead")]
pub(crate) struct HeadBody {
    /// The tenant's slug; null for the operator's own log.
    tenant: Option<String>,
    /// Rises with every restore of the tenant; null for the operator's own log.
    epoch: Option<u32>,
    /// The last entry's number.
    id: i64,
    /// Its hash.
    hash: String,
}

impl HeadBody {
    pub(crate) fn of(head: &AuditHead, tenant: Option<&str>) -> Self {
        Self { tenant: tenant.map(str::to_owned), epoch: head.epoch, id: head.id.get(), hash: head.hash.clone() }
    }
}

/// What came of following an audit log from its first entry to its last.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "AuditVerification")]
pub(crate) struct VerificationBody {
    /// Whether all is as it was written.
    intact: bool,
    /// Entries that were read.
    entries: u64,
    /// The first thing that is not as it was written.
    first_break: Option<BreakBody>,
    /// Where the log ends; null where it is empty.
    head: Option<HeadBody>,
    /// Where it was last seen to end; null for the operator's own log, which has no copy.
    noted: Option<HeadBody>,
}

/// Something that is not as it was written.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "AuditBreak")]
pub(crate) struct BreakBody {
    /// The entry at which it shows.
    id: i64,
    /// `edited`, `out_of_order`, `cut_off`, `rewritten`, `old_file` or `unknown_restore`.
    kind: String,
    /// The same for a person.
    message: String,
}

impl VerificationBody {
    pub(crate) fn of(verified: &AuditVerification, tenant: Option<&str>) -> Self {
        let head = |head: &Option<AuditHead>| head.as_ref().map(|head| HeadBody::of(head, tenant));
        let first_break = verified.first_break.map(|Break { id, kind }| BreakBody {
            id: id.get(),
            kind: kind.to_string(),
            message: format!("entry {id} {}", kind.explained()),
        });
        Self {
            intact: first_break.is_none(),
            entries: verified.entries,
            first_break,
            head: head(&verified.head),
            noted: head(&verified.noted),
        }
    }
}
