//! What staff change inside a tenant, in both logs.
//!
//! Two files can't commit together. So a change is noted as `pending` in the operator's log before the tenant commits, with a mark; the
//! tenant's own entry carries the mark; and then the operator's log says `done` or `refused`. What a crash leaves pending is settled by
//! whoever finds it: the tenant's log knows whether the change happened.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::system;
use crate::audit::{self, Appended, Entry, Outcome};
use crate::auth::Caller;
use crate::engine::{Engine, new_uuid};
use crate::error::{Error, Result};
use crate::store::{Transaction, params};
use crate::tenant::look_into;
use crate::types::{Slug, TenantId};

/// A change under way.
pub(crate) struct SupportWrite<'e> {
    engine: &'e Engine,
    caller: &'e Caller,
    tenant: TenantId,
    slug: &'e Slug,
    action: &'static str,
    mark: String,
    audit_id: i64,
    at: DateTime<Utc>,
}

impl<'e> SupportWrite<'e> {
    /// Notes in the operator's log that a change begins. `at` is the instant that the tenant's own entry will have.
    pub(crate) fn begin(
        engine: &'e Engine,
        caller: &'e Caller,
        (tenant, slug): (TenantId, &'e Slug),
        action: &'static str,
        at: DateTime<Utc>,
    ) -> Result<Self> {
        let mark = new_uuid(engine.randomness()).simple().to_string();
        let audit_id = engine.registry.write(|registry| {
            let entry = note(tenant, json!({ "tenant": slug, "mark": mark })).with_outcome(Outcome::Pending);
            let Appended { id, .. } = audit::append(registry, caller, action, &entry, at, engine.randomness())?;
            registry.execute(
                "INSERT INTO support_writes (mark, tenant_uuid, audit_id, action, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![mark, tenant, id, action, at],
            )?;
            Ok(id)
        })?;
        Ok(Self { engine, caller, tenant, slug, action, mark, audit_id, at })
    }

    /// What the tenant's own entry carries.
    pub(crate) fn mark(&self) -> &str {
        &self.mark
    }

    /// Notes how it ended; without an entry in the tenant's log it had been done before, under the same idempotency key. What can't be noted
    /// now is settled later: the change itself stands or doesn't, whatever becomes of the note.
    pub(crate) fn end<T>(self, written: &Result<(T, Option<Appended>)>) {
        let noted = match written {
            Ok((_, Some(Appended { id, .. }))) => self.note_end(Outcome::Done, json!({ "entry": id })),
            Ok((_, None)) => self.note_end(Outcome::Refused, json!({ "repeated": true })),
            // The store may have failed before or after the commit: the tenant's log knows.
            Err(Error::Unavailable(_) | Error::Internal) => settle_one(self.engine, &self.row(), self.caller),
            Err(error) => self.note_end(Outcome::Refused, json!({ "code": error.code() })),
        };
        if let Err(error) = noted {
            tracing::warn!(%error, tenant = %self.slug, "the end of a change by staff could not be noted; it is settled later");
        }
    }

    fn note_end(&self, outcome: Outcome, details: serde_json::Value) -> Result<()> {
        note_end(self.engine, &self.row(), self.caller, outcome, details)
    }

    fn row(&self) -> Row {
        let Self { tenant, audit_id, at, .. } = *self;
        Row { mark: self.mark.clone(), tenant, slug: self.slug.clone(), audit_id, action: self.action.to_owned(), at }
    }
}

/// A change whose end is not noted.
struct Row {
    mark: String,
    tenant: TenantId,
    slug: Slug,
    audit_id: i64,
    action: String,
    at: DateTime<Utc>,
}

/// The operator's entries about a tenant, whatever they tell.
fn note(tenant: TenantId, details: serde_json::Value) -> Entry {
    Entry::of("tenant", tenant, details)
}

/// Settles what a crash has left, and tells how much. Nothing is under way any more for so long.
pub(crate) fn settle(engine: &Engine) -> Result<usize> {
    let rows = engine.registry.read(|registry| left_over(registry, before(engine)))?;
    let (mut settled, mut failure) = (0, None);
    for row in &rows {
        // One damaged tenant keeps no other's from being settled.
        match settle_one(engine, row, &system()) {
            Ok(()) => settled += 1,
            Err(error) => failure = Some(error),
        }
    }
    failure.map_or(Ok(settled), Err)
}

/// The tenants of changes by staff that have no noted end though nothing is under way any more.
pub(crate) fn unsettled(engine: &Engine) -> Result<Vec<Slug>> {
    let rows = engine.registry.read(|registry| left_over(registry, before(engine)))?;
    Ok(rows.into_iter().map(|row| row.slug).collect())
}

/// A change waits and works for its deadline at most, and may be run again once.
fn before(engine: &Engine) -> DateTime<Utc> {
    let longest = TimeDelta::from_std(engine.options().deadline).unwrap_or(TimeDelta::hours(1));
    engine.now() - longest * 2 - TimeDelta::seconds(5)
}

fn left_over(registry: &Transaction<'_>, before: DateTime<Utc>) -> Result<Vec<Row>> {
    let sql = "SELECT w.mark, w.tenant_uuid, n.slug, w.audit_id, w.action, w.created_at
               FROM support_writes w JOIN tenants n ON n.uuid = w.tenant_uuid
               WHERE w.created_at < ?1 AND n.state IN ('active', 'inactive') ORDER BY w.audit_id LIMIT 1000";
    registry.all(sql, params![before], |row| {
        Ok(Row {
            mark: row.get("mark")?,
            tenant: row.get("tenant_uuid")?,
            slug: row.get("slug")?,
            audit_id: row.get("audit_id")?,
            action: row.get("action")?,
            at: row.get("created_at")?,
        })
    })
}

/// Looks into the tenant's log whether the change happened, and notes its end.
fn settle_one(engine: &Engine, row: &Row, caller: &Caller) -> Result<()> {
    let entry = look_into(engine.location(row.tenant, &row.slug)?, row.tenant, &row.slug, engine.options(), |tenant, _| {
        tenant.first(
            "SELECT id FROM audit_entries WHERE occurred_at = ?1 AND details LIKE ?2",
            params![row.at, format!("%\"{}\"%", row.mark)],
            |found| found.get::<i64>("id"),
        )
    })?;
    match entry {
        Some(id) => note_end(engine, row, caller, Outcome::Done, json!({ "entry": id, "settled": true })),
        None => note_end(engine, row, caller, Outcome::Refused, json!({ "settled": true })),
    }
}

/// Notes an end once, whoever comes to it first. One who knows that the change was done has the last word over one who looked too early.
fn note_end(engine: &Engine, row: &Row, caller: &Caller, outcome: Outcome, mut details: serde_json::Value) -> Result<()> {
    details["tenant"] = row.slug.as_str().into();
    details["mark"] = row.mark.as_str().into();
    details["pending"] = row.audit_id.into();
    let now = engine.now();
    engine.registry.write(|registry| {
        let open = registry.execute("DELETE FROM support_writes WHERE mark = ?1", params![row.mark])? > 0;
        if !open && (outcome != Outcome::Done || is_done(registry, row)?) {
            return Ok(());
        }
        let entry = note(row.tenant, details.clone()).with_outcome(outcome);
        audit::append(registry, caller, &row.action, &entry, now, engine.randomness()).map(|_| ())
    })
}

fn is_done(registry: &Transaction<'_>, row: &Row) -> Result<bool> {
    let sql = "SELECT 1 AS one FROM audit_entries
               WHERE resource_kind = 'tenant' AND resource_id = ?1 AND id > ?2 AND outcome = 'done' AND details LIKE ?3";
    let found = registry.first(sql, params![row.tenant, row.audit_id, format!("%\"{}\"%", row.mark)], |found| found.get::<i64>("one"))?;
    Ok(found.is_some())
}
