//! U2, U4: a tenant's users logging in and out, their sessions and passwords, and what they may see (FR-TENANT-112).
//!
//! ```
//! # use polaris_core::{Actor, Context, LogIn, NewPassword, NewTenant, NewUser, Patience, Polaris};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! # let pat = NewUser { email: "pat@example.org".into(), first_name: "Pat".into(), last_name: "Lee".into(), role: "viewer".into(), ..NewUser::default() };
//! # polaris.tenant("kckps", Actor::System)?.users().create(NewUser { password: Some("correct horse battery".into()), ..pat })?;
//! let door = polaris.tenant_door("kckps", Context::default())?;
//! let log_in = LogIn { login: "pat@example.org".into(), password: "correct horse battery".into() };
//! let logged_in = door.sessions().log_in(&log_in).wait()?;
//!
//! let caller = polaris.tenant_session(logged_in.token.reveal(), "kckps", Patience::Wait)?;
//! let kckps = polaris.tenant("kckps", caller)?;
//! let navigation = kckps.sessions().current()?;
//! assert_eq!((navigation.who.role, navigation.tenant_name.as_str()), (Some("viewer"), "Kansas City Kansas"));
//! assert_eq!(kckps.sessions().list()?.len(), 1);
//! let new = NewPassword { current_password: "correct horse battery".into(), new_password: "battery horse correct".into() };
//! kckps.sessions().change_password(&new).wait()?; // all other sessions end
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod request_reset;

pub use request_reset::{KnownLink, NewReset};

use crate::accounts::people::{Ending, People, Realm, USERS};
use crate::accounts::{self, ChangedPassword, LogIn, LoggedIn, NewPassword, OwnSession, Timed, UsedLink, sessions};
use crate::auth::{Actor, Caller, LinkPurpose, Patience, may};
use crate::error::{Error, Result, Unavailable};
use crate::operations::{Feature, Operation, Permission, SESSIONS_GET};
use crate::polaris::{Polaris, hide_inactive};
use crate::store::Transaction;
use crate::tenant::TenantHandle;
use crate::tenant::settings::Branding;
use crate::types::{SessionId, SessionToken, Slug};

/// Who is acting, as a screen shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// `tenant_user`, `staff` or `system`.
    pub kind: &'static str,
    /// Their number: of a user in the tenant, of a member of staff in the registry.
    pub id: Option<i64>,
    /// Their name.
    pub name: Option<String>,
    /// Their role.
    pub role: Option<&'static str>,
}

impl From<&Actor> for Who {
    fn from(actor: &Actor) -> Self {
        Self { kind: actor.kind(), id: actor.number(), name: actor.name().map(str::to_owned), role: actor.role_name() }
    }
}

/// What a screen needs to know of whoever looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Navigation {
    /// Who it is.
    pub who: Who,
    /// The tenant's slug.
    pub tenant: Slug,
    /// The tenant's name, as people know it.
    pub tenant_name: String,
    /// How the tenant shows itself.
    pub branding: Branding,
    /// What they may do here.
    pub permissions: Vec<Permission>,
    /// What the tenant has switched on.
    pub features: Vec<Feature>,
    /// Their session, if they are one of the tenant's users and have logged in.
    pub session: Option<OwnSession>,
}

/// What an actor may do, in the order of the matrix.
pub(crate) fn permissions_of(actor: &Actor) -> Vec<Permission> {
    Permission::ALL.iter().copied().filter(|permission| may(actor, *permission)).collect()
}

/// The caller's own sessions and password; see [`TenantHandle::sessions`].
pub struct Sessions<'a> {
    handle: &'a TenantHandle,
}

impl<'a> Sessions<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }

    /// Logs in, by e-mail or username in any case. A refusal is to be given no sooner than it says: [`Timed::wait`].
    ///
    /// # Errors
    ///
    /// In the answer: [`Error::Validation`] for blank fields; [`Error::InvalidCredentials`], the same whatever is wrong; [`Error::TooManyAttempts`] after 5 failures of the
    /// account or 50 of the address in 15 minutes, the same whether or not there is such an account; [`Error::TenantNotFound`] for an
    /// inactive tenant; [`Error::Unavailable`] when too many log in at once.
    pub fn log_in(&self, log_in: &LogIn) -> Timed<LoggedIn> {
        let Timed { answer, not_before } = accounts::log_in(self.handle, log_in);
        Timed { answer: answer.map_err(hide_inactive), not_before }
    }

    /// Sets the password of the account that a one-time link was issued for. The link is used up, all its sessions end, and a lock-out is
    /// lifted.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLink`], the same for an unknown, used, expired and foreign one; [`Error::Validation`] naming `password`;
    /// [`Error::TenantNotFound`] for an inactive tenant.
    pub fn use_link(&self, link: &UsedLink) -> Result<LinkPurpose> {
        accounts::use_link(self.handle, link).map_err(hide_inactive)
    }

    /// Who acts here, what they may do and what is switched on.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`], [`Error::TenantInactive`].
    pub fn current(&self) -> Result<Navigation> {
        let handle = self.handle;
        handle.read(&SESSIONS_GET, |reading| {
            let settings = &reading.settings;
            Ok(Navigation {
                who: Who::from(handle.actor()),
                tenant: handle.slug().clone(),
                tenant_name: settings.name.clone(),
                branding: settings.branding.clone(),
                permissions: permissions_of(handle.actor())
                    .into_iter()
                    .filter(|permission| !matches!(permission, Permission::ReadPlatform | Permission::ManagePlatform | Permission::Support))
                    .collect(),
                features: Feature::ALL.iter().copied().filter(|feature| settings.has(*feature)).collect(),
                session: sessions::current(handle, reading.transaction)?,
            })
        })
    }

    /// Ends the present session.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] where the caller has no session; [`Error::Conflict`] for callers without an account here.
    pub fn log_out(&self) -> Result<()> {
        sessions::log_out(self.handle)
    }

    /// One's own sessions, the last used first.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] for callers without an account here.
    pub fn list(&self) -> Result<Vec<OwnSession>> {
        sessions::list(self.handle)
    }

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    ///
    /// [`Error::SessionNotFound`], also for another's; [`Error::Conflict`] for callers without an account here.
    pub fn end(&self, session: SessionId) -> Result<()> {
        sessions::end(self.handle, session)
    }

    /// Ends all of one's own sessions but the present one, and tells how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] for callers without an account here.
    pub fn end_others(&self) -> Result<u32> {
        sessions::end_others(self.handle)
    }

    /// Changes one's own password, which ends all other sessions. Each wrong present password counts as a failed log-in.
    ///
    /// # Errors
    ///
    /// In the answer: [`Error::Validation`] naming `current_password` or `new_password`; [`Error::InvalidCredentials`] when the present one is wrong;
    /// [`Error::TooManyAttempts`]; [`Error::Conflict`] for callers without an account here.
    pub fn change_password(&self, new: &NewPassword) -> Timed<ChangedPassword> {
        accounts::change_password(self.handle, new)
    }
}

impl TenantHandle {
    /// The user behind a session token; one indexed read in the transaction that also looks whether the tenant is active.
    pub(crate) fn session(&self, token: &SessionToken) -> Result<Caller> {
        let (caller, touch) = self.look(|reading| sessions::find(&USERS, reading.transaction, token, reading.now))?;
        if let Some(session) = caller.session.filter(|_| touch) {
            if self.caller().patience == Patience::Never {
                return Err(Error::Unavailable(Unavailable::WouldWait));
            }
            let now = self.polaris().now();
            if let Err(error) = self.keep_soon(|transaction| sessions::touch(&USERS, transaction, session, now)) {
                // A full or busy disk must not keep anybody from reading; the next use notes it.
                tracing::warn!(%error, "the use of a session could not be noted");
            }
        }
        Ok(caller)
    }
}

impl Realm for TenantHandle {
    fn people(&self) -> &'static People {
        &USERS
    }

    fn polaris(&self) -> &Polaris {
        self.polaris()
    }

    fn caller(&self) -> &Caller {
        self.caller()
    }

    fn permit(&self, operation: &'static Operation) -> Result<()> {
        self.authorize(operation)
    }

    fn look<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.look(|reading| work(reading.transaction))
    }

    fn keep<T>(&self, change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.keep(change)
    }

    fn before_ending(&self, _: Ending) -> Result<()> {
        Ok(())
    }
}
