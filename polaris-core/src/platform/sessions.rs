//! Staff sessions: tokens that stand for a member of staff, and their entry into tenants (P6, P7).
//!
//! ```
//! # use polaris_core::{Actor, NewSession, NewTenant, Polaris};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! // For whoever can use the data directory: nobody is asked for a password.
//! let new = NewSession { staff: "Ash".into(), tenant: Some("kckps".into()), ..NewSession::default() };
//! let session = polaris.platform(Actor::System)?.sessions().open(&new)?;
//! assert!(polaris.support_session(session.token.reveal(), "kckps").is_ok());
//! # Ok::<(), polaris_core::Error>(())
//! ```

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Platform, support};
pub(super) use crate::accounts::sessions::IDLE;
use crate::accounts::sessions::{LONGEST, TOUCH_EVERY};
use crate::audit::Entry;
use crate::auth::{Actor, Caller, Patience, StaffRole};
use crate::clock::random;
use crate::engine::Engine;
use crate::error::{Error, Problem, Result, Unavailable};
use crate::operations::SESSIONS_OPEN;
use crate::polaris::Polaris;
use crate::store::error::StoreError;
use crate::store::params;
use crate::types::text::{self, NAME_MAX};
use crate::types::{SessionId, SessionToken, Slug, StaffId};

/// A session to be opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewSession {
    /// The staff member's name; an account of this name is made if there is none.
    pub staff: String,
    /// `admin` or `support`; for a new account, which is `support` when left out.
    pub role: Option<String>,
    /// The tenant to enter, by slug.
    pub tenant: Option<String>,
    /// Why the tenant is entered, for both audit logs.
    pub reason: Option<String>,
}

/// A session just opened.
#[derive(Debug)]
pub struct OpenedSession {
    /// Whom it stands for.
    pub staff: String,
    /// What they may do.
    pub role: StaffRole,
    /// The token. Only its hash is stored: this is the one time it can be shown.
    pub token: SessionToken,
    /// The tenant it has entered, if any.
    pub tenant: Option<Slug>,
    /// When it ends at the latest (UTC); 8 hours without use end it too.
    pub expires_at: DateTime<Utc>,
}

/// Staff sessions; see [`Platform::sessions`].
pub struct Sessions<'a> {
    pub(super) platform: &'a Platform,
}

impl Sessions<'_> {
    /// Opens a session, and enters a tenant with it if one is named.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`], [`Error::TenantNotFound`], [`Error::TenantInactive`], [`Error::Forbidden`]; [`Error::Conflict`] when the
    /// account exists with another role or is deactivated.
    pub fn open(&self, new: &NewSession) -> Result<OpenedSession> {
        let platform = self.platform;
        platform.authorize(&SESSIONS_OPEN)?;
        let staff = text::required(text::line(&new.staff, NAME_MAX)).map_err(|problem| Error::invalid("staff", problem))?;
        let wish = new.role.as_deref().map(StaffRole::parse).transpose().map_err(|problem| Error::invalid("role", problem))?;
        let reason = support::checked_reason(new.reason.as_deref())?;
        if reason.is_some() && new.tenant.is_none() {
            return Err(Error::invalid("reason", Problem::new("WITHOUT_TENANT", "belongs to entering a tenant: name the tenant too")));
        }
        // Opening the tenant proves that it exists and is active.
        let tenant = new.tenant.as_deref().map(|slug| platform.polaris.tenant(slug, platform.caller.clone())).transpose()?;
        let token = SessionToken::generate(random(platform.polaris.randomness()));
        let now = platform.now();
        let expires_at = now + LONGEST;
        let (id, role, session) = platform.write(&SESSIONS_OPEN, |registry| {
            let (id, role) = account(registry, &staff, wish, now)?;
            let session = SessionId::new(registry.insert(
                "INSERT INTO staff_sessions (token_hash, staff_id, created_at, last_used_at, expires_at) VALUES (?1, ?2, ?3, ?3, ?4)",
                params![token.hash(), id, now, expires_at],
            )?);
            Ok(((id, role, session), Entry::of("staff", id, json!({ "role": role.as_str() }))))
        })?;
        if let Some(tenant) = &tenant {
            support::let_in(platform, id, session, tenant.slug().as_str(), reason)?;
        }
        Ok(OpenedSession { staff, role, token, tenant: tenant.map(|tenant| tenant.slug().clone()), expires_at })
    }
}

/// The account of this name, made if there is none.
fn account(
    registry: &crate::store::Transaction<'_>,
    name: &str,
    wish: Option<StaffRole>,
    now: DateTime<Utc>,
) -> Result<(StaffId, StaffRole)> {
    let known = registry.first("SELECT id, role, active FROM staff WHERE name = ?1", params![name], |row| {
        Ok((row.get::<StaffId>("id")?, row.get::<String>("role")?, row.get::<bool>("active")?))
    })?;
    let Some((id, role, active)) = known else {
        let role = wish.unwrap_or(StaffRole::Support);
        let id = registry
            .insert("INSERT INTO staff (name, role, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)", params![name, role.as_str(), now])?;
        return Ok((StaffId::new(id), role));
    };
    let role = stored_role(&role)?;
    if !active {
        return Err(Error::Conflict("this staff account is deactivated: reactivate it first".to_owned()));
    }
    match wish {
        Some(wish) if wish != role => Err(Error::Conflict(format!(
            "this staff account exists with the role `{}`: leave the role out, or edit the account first",
            role.as_str()
        ))),
        _ => Ok((id, role)),
    }
}

pub(super) fn stored_role(role: &str) -> Result<StaffRole> {
    Ok(StaffRole::parse(role).map_err(|_| StoreError::BadColumn("role".to_owned()))?)
}

/// The staff member behind a token, if the session lives and (where a tenant is named) has entered that tenant.
pub(crate) fn find(polaris: &Polaris, engine: &Engine, token: &SessionToken, tenant: Option<&str>, patience: Patience) -> Result<Caller> {
    let now = polaris.now();
    let hash = token.hash();
    let look = |registry: &crate::store::Transaction<'_>| {
        registry.first(
            "SELECT s.id, s.name, s.role, t.id AS session, t.last_used_at
             FROM staff_sessions t JOIN staff s ON s.id = t.staff_id
             WHERE t.token_hash = ?1 AND s.active = 1 AND t.expires_at > ?2 AND t.last_used_at > ?3
               AND (?4 IS NULL OR EXISTS (SELECT 1 FROM support_grants g JOIN tenants n ON n.uuid = g.tenant_uuid
                                          WHERE g.session_id = t.id AND g.expires_at > ?2 AND n.slug = ?4))",
            params![hash, now, now - IDLE, tenant],
            |row| {
                let id: StaffId = row.get("id")?;
                let name: String = row.get("name")?;
                let role = stored_role(&row.get::<String>("role")?)?;
                let actor = Actor::Staff { id: Some(id), name: name.into(), role };
                Ok((Caller { session: Some(row.get("session")?), ..actor.into() }, row.get::<DateTime<Utc>>("last_used_at")?))
            },
        )
    };
    let would_wait = Error::Unavailable(Unavailable::WouldWait);
    let found = match patience {
        Patience::Wait => engine.registry.read(look)?,
        Patience::Never => engine.registry.try_read(look).unwrap_or(Err(would_wait.clone()))?,
    };
    let (caller, last_used) = found.ok_or(Error::Unauthenticated)?;
    if now - last_used > TOUCH_EVERY {
        if patience == Patience::Never {
            return Err(would_wait);
        }
        let touched = engine.registry.write_soon(|registry| {
            registry.execute("UPDATE staff_sessions SET last_used_at = ?2 WHERE token_hash = ?1 AND last_used_at < ?2", params![hash, now])
        });
        if let Err(error) = touched {
            // A full or busy disk must not keep anybody from reading; the next use notes it.
            tracing::warn!(%error, "the use of a session could not be noted");
        }
    }
    Ok(caller)
}
