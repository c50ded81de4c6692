//! P6: staff logging in and out, their own sessions and passwords.
//!
//! ```
//! # use polaris_core::{Actor, Context, LogIn, NewStaff, Polaris};
//! # let polaris = Polaris::in_memory()?;
//! # let robin = NewStaff { name: "Robin Ray".into(), email: "robin@example.org".into(), role: "support".into(), ..NewStaff::default() };
//! # polaris.platform(Actor::System)?.staff().create(NewStaff { password: Some("correct horse battery".into()), ..robin })?;
//! let log_in = LogIn { login: "robin@example.org".into(), password: "correct horse battery".into() };
//! let logged_in = polaris.staff_door(Context::default())?.log_in(&log_in).wait()?;
//!
//! let platform = polaris.platform(polaris.staff_session(logged_in.token.reveal())?)?;
//! assert_eq!(platform.own_sessions().current()?.who.name.as_deref(), Some("Robin Ray"));
//! platform.own_sessions().log_out()?;
//! assert_eq!(polaris.staff_session(logged_in.token.reveal()).unwrap_err().code(), "UNAUTHENTICATED");
//! # Ok::<(), polaris_core::Error>(())
//! ```

use super::Platform;
use super::support::{Because, Whose, leave_all};
use crate::accounts::people::{Ending, People, Realm, STAFF};
use crate::accounts::{self, ChangedPassword, LogIn, LoggedIn, NewPassword, OwnSession, Timed, UsedLink, sessions};
use crate::auth::{Caller, LinkPurpose};
use crate::error::Result;
use crate::operations::{Operation, Permission, STAFF_SESSIONS_GET};
use crate::polaris::Polaris;
use crate::store::{Transaction, params};
use crate::tenant::sessions::{Who, permissions_of};
use crate::types::{SessionId, Slug};

/// Where staff log in, before it is known who they are; see [`Polaris::staff_door`].
pub struct StaffDoor {
    platform: Platform,
}

impl StaffDoor {
    pub(crate) fn new(platform: Platform) -> Self {
        Self { platform }
    }

    /// Whether anybody may do this without being known. Frontends ask before they parse.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden).
    pub fn authorize(&self, operation: &'static Operation) -> Result<()> {
        self.platform.authorize(operation)
    }

    /// Logs in, by e-mail or username in any case. A refusal is to be given no sooner than it says: [`Timed::wait`].
    ///
    /// # Errors
    ///
    /// In the answer: [`Error::Validation`](crate::Error::Validation) for blank fields;
    /// [`Error::InvalidCredentials`](crate::Error::InvalidCredentials), the same whatever is wrong;
    /// [`Error::TooManyAttempts`](crate::Error::TooManyAttempts) after 5 failures of the account or 50 of the address in 15 minutes, the
    /// same whether or not there is such an account; [`Error::Unavailable`](crate::Error::Unavailable) when too many log in at once.
    pub fn log_in(&self, log_in: &LogIn) -> Timed<LoggedIn> {
        accounts::log_in(&self.platform, log_in)
    }

    /// Sets the password of the account that a one-time link was issued for. The link is used up, all its sessions end, and a lock-out is
    /// lifted.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidLink`](crate::Error::InvalidLink), the same for an unknown, used and expired one;
    /// [`Error::Validation`](crate::Error::Validation) naming `password`.
    pub fn use_link(&self, link: &UsedLink) -> Result<LinkPurpose> {
        accounts::use_link(&self.platform, link)
    }
}

/// What a screen needs to know of the member of staff who looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffNavigation {
    /// Who it is.
    pub who: Who,
    /// What they may do on the platform, and inside the tenants they enter.
    pub permissions: Vec<Permission>,
    /// The tenants that this session has entered, by slug.
    pub entered: Vec<Slug>,
    /// Their session, if they have logged in.
    pub session: Option<OwnSession>,
}

/// The caller's own sessions and password; see [`Platform::own_sessions`].
pub struct OwnSessions<'a> {
    pub(super) platform: &'a Platform,
}

impl OwnSessions<'_> {
    /// Who acts, what they may do and which tenants they have entered.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub fn current(&self) -> Result<StaffNavigation> {
        let (platform, actor) = (self.platform, &self.platform.caller.actor);
        platform.read(&STAFF_SESSIONS_GET, |registry| {
            let entered = registry.all(
                "SELECT n.slug FROM support_grants g JOIN tenants n ON n.uuid = g.tenant_uuid
                 WHERE g.session_id = ?1 AND g.expires_at > ?2 ORDER BY n.slug",
                params![platform.caller.session, platform.now()],
                |row| row.get("slug"),
            )?;
            let session = sessions::current(platform, registry)?;
            Ok(StaffNavigation { who: Who::from(actor), permissions: permissions_of(actor), entered, session })
        })
    }

    /// Ends the present session; the tenants it has entered are left.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`](crate::Error::Unauthenticated) where the caller has no session;
    /// [`Error::Conflict`](crate::Error::Conflict) for callers without an account.
    pub fn log_out(&self) -> Result<()> {
        sessions::log_out(self.platform)
    }

    /// One's own sessions, the last used first.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`](crate::Error::Conflict) for callers without an account.
    pub fn list(&self) -> Result<Vec<OwnSession>> {
        sessions::list(self.platform)
    }

    /// Ends one of one's own sessions; the tenants it has entered are left.
    ///
    /// # Errors
    ///
    /// [`Error::SessionNotFound`](crate::Error::SessionNotFound), also for another's; [`Error::Conflict`](crate::Error::Conflict) for
    /// callers without an account.
    pub fn end(&self, session: SessionId) -> Result<()> {
        sessions::end(self.platform, session)
    }

    /// Ends all of one's own sessions but the present one, and tells how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`](crate::Error::Conflict) for callers without an account.
    pub fn end_others(&self) -> Result<u32> {
        sessions::end_others(self.platform)
    }

    /// Changes one's own password, which ends all other sessions. Each wrong present password counts as a failed log-in.
    ///
    /// # Errors
    ///
    /// In the answer: [`Error::Validation`](crate::Error::Validation) naming `current_password` or `new_password`;
    /// [`Error::InvalidCredentials`](crate::Error::InvalidCredentials) when the present one is wrong;
    /// [`Error::TooManyAttempts`](crate::Error::TooManyAttempts); [`Error::Conflict`](crate::Error::Conflict) for callers without an
    /// account.
    pub fn change_password(&self, new: &NewPassword) -> Timed<ChangedPassword> {
        accounts::change_password(self.platform, new)
    }
}

impl Platform {
    /// The sessions of a member of staff that have entered a tenant, but for one.
    fn with_stays(&self, staff: i64, but: Option<SessionId>) -> Result<Vec<SessionId>> {
        self.engine.registry.read(|registry| {
            registry.all(
                "SELECT DISTINCT s.id FROM staff_sessions s JOIN support_grants g ON g.session_id = s.id
                 WHERE s.staff_id = ?1 AND s.id IS NOT ?2",
                params![staff, but],
                |row| row.get("id"),
            )
        })
    }
}

impl Realm for Platform {
    fn people(&self) -> &'static People {
        &STAFF
    }

    fn polaris(&self) -> &Polaris {
        &self.polaris
    }

    fn caller(&self) -> &Caller {
        &self.caller
    }

    fn permit(&self, operation: &'static Operation) -> Result<()> {
        self.authorize(operation)
    }

    fn look<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.engine.registry.read(work)
    }

    fn keep<T>(&self, change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.engine.registry.write(change)
    }

    /// The tenants that a session has entered are left, and both logs told, before it ends.
    fn before_ending(&self, ending: Ending) -> Result<()> {
        let sessions = match ending {
            Ending::One(session) => vec![session],
            Ending::AllOf(staff) => self.with_stays(staff, None)?,
            Ending::OthersOf(staff, current) => self.with_stays(staff, current)?,
        };
        for session in sessions {
            leave_all(self, Whose::Session(session), Because::SessionEnded)?;
        }
        Ok(())
    }
}
