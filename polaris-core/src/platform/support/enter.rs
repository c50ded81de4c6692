//! Entering a tenant.

use serde_json::json;

use super::leave::{Because, end};
use super::{LONGEST_STAY, NewSupport, Support, SupportStay, note_in_tenant, stays, system};
use crate::audit::Entry;
use crate::auth::{Actor, Caller};
use crate::engine::new_uuid;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::SUPPORT_ENTER;
use crate::platform::{Platform, sessions};
use crate::store::error::StoreError;
use crate::store::params;
use crate::types::text::{self, REASON_MAX};
use crate::types::{SessionId, StaffId, SupportId};

impl Support<'_> {
    /// Enters a tenant with one's session, for 8 hours at most.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] where the caller has no staff session; [`Error::Validation`] for the reason;
    /// [`Error::TenantNotFound`], [`Error::TenantInactive`]; [`Error::Conflict`] when this session is there already.
    pub fn enter(&self, new: &NewSupport) -> Result<SupportStay> {
        let platform = self.platform;
        platform.authorize(&SUPPORT_ENTER)?;
        let (Some(session), Actor::Staff { id: Some(staff), .. }) = (platform.caller.session, &platform.caller.actor) else {
            return Err(Error::Unauthenticated);
        };
        let mut problems = Problems::default();
        if new.tenant.trim().is_empty() {
            problems.note("tenant", Problem::required());
        }
        let reason = problems.take("reason", reason(new.reason.as_deref()));
        problems.finish()?;
        let_in(platform, *staff, session, &new.tenant, reason.flatten())
    }
}

/// Why a tenant is entered.
pub(crate) fn checked_reason(reason: Option<&str>) -> Result<Option<String>> {
    self::reason(reason).map_err(|problem| Error::invalid("reason", problem))
}

fn reason(reason: Option<&str>) -> std::result::Result<Option<String>, Problem> {
    text::line(reason.unwrap_or_default(), REASON_MAX)
}

/// Lets a session into a tenant. The tenant's log comes first: were the registry to fail afterwards, the log would show an entry that
/// was never used, and never miss one that was.
pub(crate) fn let_in(platform: &Platform, staff: StaffId, session: SessionId, slug: &str, reason: Option<String>) -> Result<SupportStay> {
    let engine = &platform.engine;
    let now = platform.now();
    // Opening the tenant proves that it exists and is active.
    let tenant = platform.polaris.tenant(slug, platform.caller.clone())?;
    tenant.standing()?;
    let (name, role, ends_at, stays) = engine.registry.read(|registry| {
        let sql = "SELECT s.name, s.role, t.expires_at FROM staff_sessions t JOIN staff s ON s.id = t.staff_id
                   WHERE t.id = ?1 AND s.id = ?2 AND s.active = 1 AND t.expires_at > ?3 AND t.last_used_at > ?4";
        let live = registry.first(sql, params![session, staff, now, now - sessions::IDLE], |row| {
            Ok((row.get::<String>("name")?, sessions::stored_role(&row.get::<String>("role")?)?, row.get("expires_at")?))
        })?;
        let (name, role, ends_at) = live.ok_or(Error::Unauthenticated)?;
        Ok((name, role, ends_at, stays(registry, session)?))
    })?;
    // One whose time is up, and that nobody has tidied away yet, ends first: the logs tell of one stay after the other.
    let (stays, over): (Vec<_>, Vec<_>) = stays.into_iter().partition(|found| found.stay.expires_at > now);
    for there in over.iter().filter(|found| found.tenant_id == tenant.id()) {
        end(engine, &system(), there, Because::Expired)?;
    }
    if stays.iter().any(|found| found.tenant_id == tenant.id()) {
        return Err(is_there(slug));
    }
    let stay = SupportStay {
        id: SupportId::new(new_uuid(engine.randomness())),
        tenant: tenant.slug().clone(),
        staff,
        staff_name: name.clone(),
        session,
        reason,
        created_at: now,
        expires_at: (now + LONGEST_STAY).min(ends_at),
    };
    // Whoever opens a session for another at the machine: it is the other who enters.
    let entering =
        Caller { actor: Actor::Staff { id: Some(staff), name: name.into(), role }, session: Some(session), ..platform.caller.clone() };
    let entry = Entry::of(
        "support_session",
        stay.id,
        json!({ "tenant": stay.tenant, "staff": staff, "session": session, "reason": stay.reason,
                "expires_at": crate::types::instant_text(stay.expires_at) }),
    );
    note_in_tenant(engine, &entering, &stay.tenant, "support.enter", &entry, stay.id)?;
    engine.registry.write(|registry| {
        let stored = registry.try_execute(
            "INSERT INTO support_grants (uuid, session_id, tenant_uuid, reason, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![stay.id, session, tenant.id(), stay.reason, now, stay.expires_at],
        );
        match stored {
            Ok(_) => {}
            Err(StoreError::Unique(_)) => return Err(is_there(slug)),
            // The session ended meanwhile.
            Err(StoreError::Constraint(_)) => return Err(Error::Unauthenticated),
            Err(error) => return Err(error.into()),
        }
        crate::audit::append(registry, &entering, "support.enter", &entry, now, engine.randomness()).map(|_| ())
    })?;
    Ok(stay)
}

fn is_there(slug: &str) -> Error {
    Error::Conflict(format!("this session has entered `{slug}` already: leave it first to enter anew"))
}
