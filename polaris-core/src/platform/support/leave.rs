//! Leaving a tenant: by oneself, with one's session, or because time is up.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Found, OPEN, STAYS, Support, SupportStay, found, note_in_tenant, open_stays, system};
use crate::audit::{self, Entry};
use crate::auth::{Actor, Caller};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::operations::SUPPORT_LEAVE;
use crate::platform::{Platform, sessions};
use crate::store::{Transaction, params};
use crate::types::{SessionId, StaffId, TenantId};

/// Why a stay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Because {
    /// The staff member left.
    Left,
    /// Their session was ended, by them or for them.
    SessionEnded,
    /// Their account was deactivated.
    AccountDeactivated,
    /// The stay or its session lasted as long as it could.
    Expired,
    /// The tenant was deactivated.
    TenantDeactivated,
}

impl Because {
    fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::SessionEnded => "session_ended",
            Self::AccountDeactivated => "account_deactivated",
            Self::Expired => "expired",
            Self::TenantDeactivated => "tenant_deactivated",
        }
    }
}

/// Whose stays are to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Those of one session.
    Session(SessionId),
    /// Those of all sessions of a member of staff.
    Staff(StaffId),
    /// All in one tenant.
    Tenant(TenantId),
}

impl Support<'_> {
    /// Leaves a tenant: from now on this session is no good there.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] where the caller has no staff session; [`Error::NotFound`] when it is not in this tenant, the same
    /// whether or not there is such a tenant.
    pub fn leave(&self, slug: &str) -> Result<SupportStay> {
        let platform = self.platform;
        platform.authorize(&SUPPORT_LEAVE)?;
        let (Some(session), Actor::Staff { .. }) = (platform.caller.session, &platform.caller.actor) else {
            return Err(Error::Unauthenticated);
        };
        let now = platform.now();
        let stays = platform.engine.registry.read(|registry| open_stays(registry, session, now))?;
        let there = stays.into_iter().find(|found| found.stay.tenant.as_str() == slug);
        let there = there.ok_or(Error::NotFound("support session of yours at this tenant"))?;
        end(&platform.engine, &platform.caller, &there, Because::Left)?;
        Ok(there.stay)
    }
}

/// Ends all stays of a session, a member of staff or a tenant, and tells how many there were. To be called before the session is
/// deleted: its stays go with it, and then nothing would be left to note.
///
/// # Errors
///
/// Only if the registry fails. A tenant whose log can't be written keeps nobody from leaving it.
pub(crate) fn leave_all(platform: &Platform, whose: Whose, because: Because) -> Result<usize> {
    let engine = &platform.engine;
    let stays = engine.registry.read(|registry| match whose {
        Whose::Session(session) => registry.all(&format!("{STAYS} WHERE g.session_id = ?1 ORDER BY g.id"), params![session], found),
        Whose::Staff(staff) => registry.all(&format!("{STAYS} WHERE s.id = ?1 ORDER BY g.id"), params![staff], found),
        Whose::Tenant(tenant) => registry.all(&format!("{STAYS} WHERE g.tenant_uuid = ?1 ORDER BY g.id"), params![tenant], found),
    })?;
    for there in &stays {
        end(engine, &platform.caller, there, because)?;
    }
    Ok(stays.len())
}

/// Ends the stays whose time is up; background work.
pub(crate) fn end_overdue(engine: &Engine) -> Result<()> {
    let now = engine.now();
    for there in engine.registry.read(|registry| overdue(registry, now))? {
        end(engine, &system(), &there, Because::Expired)?;
    }
    Ok(())
}

fn overdue(registry: &Transaction<'_>, now: DateTime<Utc>) -> Result<Vec<Found>> {
    registry.all(&format!("{STAYS} WHERE NOT ({OPEN}) ORDER BY g.id"), params![now, now - sessions::IDLE], found)
}

/// Ends one stay: in the tenant's log first, then in the registry. Whoever takes the row out of the registry notes it there, so that of
/// several at once one does.
pub(super) fn end(engine: &Engine, caller: &Caller, there: &Found, because: Because) -> Result<()> {
    let stay = &there.stay;
    let entry = |noted: bool| {
        let mut details = json!({ "tenant": stay.tenant, "staff": stay.staff, "session": stay.session, "because": because.as_str() });
        if !noted {
            details["noted_in_tenant"] = false.into();
        }
        Entry::of("support_session", stay.id, details)
    };
    let noted = note_in_tenant(engine, caller, &stay.tenant, "support.leave", &entry(true), stay.id);
    if let Err(error) = &noted {
        // Deactivated, damaged, a full disk: the stay ends all the same.
        tracing::warn!(%error, tenant = %stay.tenant, "the end of a support session could not be noted in the tenant's log");
    }
    let now = engine.now();
    engine.registry.write(|registry| {
        if registry.execute("DELETE FROM support_grants WHERE uuid = ?1", params![stay.id])? > 0 {
            audit::append(registry, caller, "support.leave", &entry(noted.is_ok()), now, engine.randomness())?;
        }
        Ok(())
    })
}
