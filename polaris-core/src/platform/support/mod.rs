//! P7: support sessions (FR-TENANT-105). A staff member enters a tenant with an optional reason, works there, and leaves.
//!
//! Entering stores a grant in the registry: the staff session is then good at that tenant's paths too. A stay lasts 8 hours at most, and
//! ends earlier by leaving, with its session (log-out, expiry, deactivation of the account) and when the tenant is deactivated. Staff act
//! there with their own name and role: admins as admins of the tenant do, support staff read.
//!
//! Both logs tell the same story, and the stay's id stands in both:
//!
//! | what | tenant's log | operator's log |
//! |---|---|---|
//! | entry, exit | `support.enter`, `support.leave`: first | the same, after it |
//! | a change inside | its own action, with the mark of the write | `pending` before, `done` or `refused` after it |
//! | reading inside | covered by the entry | covered by the entry |
//!
//! ```
//! # use polaris_core::{Actor, NewSession, NewSupport, NewTenant, Polaris};
//! let polaris = Polaris::in_memory()?;
//! let platform = polaris.platform(Actor::System)?;
//! platform.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let session = platform.sessions().open(&NewSession { staff: "Ash".into(), ..NewSession::default() })?;
//! let ash = polaris.platform(polaris.staff_session(session.token.reveal())?)?;
//!
//! ash.support().enter(&NewSupport { tenant: "kckps".into(), reason: Some("asked by phone".into()) })?;
//! assert!(polaris.support_session(session.token.reveal(), "kckps").is_ok());
//! ash.support().leave("kckps")?;
//! assert!(polaris.support_session(session.token.reveal(), "kckps").is_err());
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod enter;
mod leave;
mod list;
mod writes;

use chrono::{DateTime, TimeDelta, Utc};

pub(crate) use self::enter::{checked_reason, let_in};
pub(crate) use self::leave::end_overdue;
pub(crate) use self::leave::{Because, Whose, leave_all};
pub(crate) use self::writes::{SupportWrite, settle, unsettled};
use super::Platform;
use crate::auth::{Actor, Caller};
use crate::engine::Engine;
use crate::error::Result;
use crate::store::{Row, Transaction, params};
use crate::types::{SessionId, Slug, StaffId, SupportId, TenantId};

/// A stay ends after this long in any case.
pub(crate) const LONGEST_STAY: TimeDelta = TimeDelta::hours(8);

/// Support sessions; see [`Platform::support`].
pub struct Support<'a> {
    pub(super) platform: &'a Platform,
}

/// A tenant to be entered.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewSupport {
    /// Its slug.
    pub tenant: String,
    /// Why, for both audit logs, where it stays for good: it should name no person. One line of at most 500 characters.
    pub reason: Option<String>,
}

/// A staff member's stay in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportStay {
    /// What it is known by in both audit logs.
    pub id: SupportId,
    /// The tenant that was entered.
    pub tenant: Slug,
    /// Who is there.
    pub staff: StaffId,
    /// Their name.
    pub staff_name: String,
    /// The session they entered with; no other is good there.
    pub session: SessionId,
    /// Why, if they said so.
    pub reason: Option<String>,
    /// When they entered (UTC).
    pub created_at: DateTime<Utc>,
    /// When the stay ends at the latest (UTC).
    pub expires_at: DateTime<Utc>,
}

/// A stay as the registry has it, and the id of its tenant.
pub(super) struct Found {
    pub(super) stay: SupportStay,
    pub(super) tenant_id: TenantId,
}

/// Stays with their sessions, accounts and tenants, to be put before WHERE.
pub(super) const STAYS: &str = "
    SELECT g.uuid, g.tenant_uuid, n.slug, s.id AS staff, s.name AS staff_name, g.session_id, g.reason, g.created_at, g.expires_at
    FROM support_grants g JOIN staff_sessions t ON t.id = g.session_id JOIN staff s ON s.id = t.staff_id
         JOIN tenants n ON n.uuid = g.tenant_uuid";

/// What keeps a stay open; ?1 is now, ?2 what a session must have been used after.
pub(super) const OPEN: &str = "g.expires_at > ?1 AND t.expires_at > ?1 AND t.last_used_at > ?2 AND s.active = 1";

/// One row of [`STAYS`].
pub(super) fn found(row: &Row<'_, '_>) -> Result<Found> {
    Ok(Found {
        stay: SupportStay {
            id: row.get("uuid")?,
            tenant: row.get("slug")?,
            staff: row.get("staff")?,
            staff_name: row.get("staff_name")?,
            session: row.get("session_id")?,
            reason: row.get("reason")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
        },
        tenant_id: row.get("tenant_uuid")?,
    })
}

/// The stays of a session, those whose time is up included.
pub(super) fn stays(registry: &Transaction<'_>, session: SessionId) -> Result<Vec<Found>> {
    registry.all(&format!("{STAYS} WHERE g.session_id = ?1 ORDER BY g.id"), params![session], found)
}

/// The stays of a session that are open.
pub(super) fn open_stays(registry: &Transaction<'_>, session: SessionId, now: DateTime<Utc>) -> Result<Vec<Found>> {
    let sql = format!("{STAYS} WHERE {OPEN} AND g.session_id = ?3 ORDER BY g.id");
    registry.all(&sql, params![now, now - super::sessions::IDLE, session], found)
}

/// The caller as whom background work is noted.
fn system() -> Caller {
    Actor::System.into()
}

/// Notes entry or exit in the tenant's own log; an exit that stands there already is not noted twice.
fn note_in_tenant(engine: &Engine, caller: &Caller, slug: &Slug, action: &str, entry: &crate::audit::Entry, id: SupportId) -> Result<()> {
    let file = engine.open_tenant(slug.as_str())?;
    let now = engine.now();
    file.database.write(|transaction| {
        file.standing(transaction)?;
        let noted = transaction.first(
            "SELECT 1 AS one FROM audit_entries WHERE resource_kind = 'support_session' AND resource_id = ?1 AND action = ?2",
            params![id, action],
            |row| row.get::<i64>("one"),
        )?;
        if noted.is_none() {
            crate::audit::append(transaction, caller, action, entry, now, engine.randomness())?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests;
