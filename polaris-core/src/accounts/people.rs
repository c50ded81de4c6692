//! Whose people log in, and what differs between a tenant's users and the operator's staff: tables, roles, operations.

use std::time::Instant;

use chrono::{DateTime, Utc};

use crate::audit::{self, Entry};
use crate::auth::links::LinkOwner;
use crate::auth::{Actor, Caller, Role, StaffRole};
use crate::error::{Error, Result};
use crate::operations::Operation;
use crate::polaris::Polaris;
use crate::store::error::StoreError;
use crate::store::{Row, Transaction, params};
use crate::types::{EmailAddress, KeyHash, SessionId, StaffId, UserId};

/// Where people log in: a tenant, or the platform.
pub(crate) trait Realm {
    fn people(&self) -> &'static People;
    fn polaris(&self) -> &Polaris;
    fn caller(&self) -> &Caller;

    /// Whether the caller may do this here.
    fn permit(&self, operation: &'static Operation) -> Result<()>;

    /// Runs a read in one transaction.
    fn look<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T>;

    /// Runs a write that brings its own audit entries, or that is bookkeeping and has none. It may run more than once.
    fn keep<T>(&self, change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T>;

    /// Told before sessions end: what hangs on them ends too.
    fn before_ending(&self, ending: Ending) -> Result<()>;

    fn now(&self) -> DateTime<Utc> {
        self.polaris().now()
    }

    /// Until when an operation may wait that begins now.
    fn until(&self) -> Instant {
        Instant::now() + self.polaris().options().deadline
    }

    /// Appends an entry to the audit log.
    fn note(&self, transaction: &Transaction<'_>, caller: &Caller, operation: &'static Operation, entry: &Entry) -> Result<()> {
        let action = operation.audit.ok_or(Error::Internal)?;
        audit::append(transaction, caller, action, entry, self.now(), self.polaris().randomness()).map(|_| ())
    }

    /// The caller's own account here.
    fn own_account(&self) -> Result<i64> {
        match (&self.caller().actor, self.people().kind) {
            (Actor::TenantUser { id, .. }, Kind::User) => Ok(id.get()),
            (Actor::Staff { id: Some(id), .. }, Kind::Staff) => Ok(id.get()),
            (Actor::Staff { .. }, Kind::User) => {
                Err(Error::Conflict("your account is the operator's: see to its sessions and password on the platform".to_owned()))
            }
            _ => Err(Error::Conflict("this is for people with an account: whoever acts here has none".to_owned())),
        }
    }
}

/// Which sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    One(SessionId),
    AllOf(i64),
    OthersOf(i64, Option<SessionId>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Staff,
}

/// The SQL that differs, and the operations.
pub(crate) struct People {
    pub(crate) kind: Kind,
    /// What the audit log calls one of them.
    pub(crate) noun: &'static str,
    pub(crate) log_in: &'static Operation,
    pub(crate) log_out: &'static Operation,
    pub(crate) list: &'static Operation,
    pub(crate) end: &'static Operation,
    pub(crate) end_others: &'static Operation,
    pub(crate) change_password: &'static Operation,
    pub(crate) use_link: &'static Operation,
    pub(crate) by_login: &'static str,
    pub(crate) by_number: &'static str,
    pub(crate) by_link: &'static str,
    pub(crate) note_log_in: &'static str,
    pub(crate) set_password: &'static str,
    pub(crate) insert_session: &'static str,
    pub(crate) prune_sessions: &'static str,
    pub(crate) end_oldest: &'static str,
    pub(crate) find_session: &'static str,
    pub(crate) touch_session: &'static str,
    pub(crate) list_sessions: &'static str,
    pub(crate) end_session: &'static str,
    pub(crate) end_all: &'static str,
    pub(crate) end_others_of: &'static str,
}

/// `$free` says which sessions nothing hangs on, so that they may go without a word.
macro_rules! people {
    ($kind:ident, $noun:literal, $people:literal, $name:literal, $sessions:literal, $owner:literal, $free:literal, $prefix:ident) => {
        People {
            kind: Kind::$kind,
            noun: $noun,
            log_in: &$prefix::LOG_IN,
            log_out: &$prefix::LOG_OUT,
            list: &$prefix::LIST,
            end: &$prefix::END,
            end_others: &$prefix::END_OTHERS,
            change_password: &$prefix::CHANGE_PASSWORD,
            use_link: &$prefix::USE_LINK,
            // A username that looks like another's e-mail must not stand in its way.
            by_login: concat!(
                "SELECT id, ",
                $name,
                " AS name, email, username, role, active, password_hash FROM ",
                $people,
                " WHERE folded_email = ?1 OR folded_username = ?1 ORDER BY folded_email = ?1 DESC LIMIT 1"
            ),
            by_number: concat!(
                "SELECT id, ",
                $name,
                " AS name, email, username, role, active, password_hash FROM ",
                $people,
                " WHERE id = ?1"
            ),
            by_link: concat!(
                "SELECT p.id, ",
                $name,
                " AS name, p.email, p.username, p.role, p.active, p.password_hash, l.purpose
                 FROM one_time_links l JOIN ",
                $people,
                " p ON p.id = l.",
                $owner,
                "
                 WHERE l.hash = ?1 AND l.used_at IS NULL AND l.expires_at > ?2 AND p.active = 1"
            ),
            note_log_in: concat!("UPDATE ", $people, " SET last_log_in_at = ?2, password_hash = ?3 WHERE id = ?1"),
            set_password: concat!(
                "UPDATE ",
                $people,
                " SET password_hash = ?2, password_changed_at = ?3, updated_at = ?3, version = version + 1 WHERE id = ?1"
            ),
            insert_session: concat!(
                "INSERT INTO ",
                $sessions,
                " (",
                $owner,
                ", token_hash, address, created_at, last_used_at, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?4, ?5)"
            ),
            prune_sessions: concat!("DELETE FROM ", $sessions, " AS s WHERE s.last_used_at <= ?1 AND ", $free),
            end_oldest: concat!(
                "DELETE FROM ",
                $sessions,
                " AS s WHERE s.",
                $owner,
                " = ?1 AND ",
                $free,
                " AND s.id IN (SELECT id FROM ",
                $sessions,
                " WHERE ",
                $owner,
                " = ?1 ORDER BY last_used_at DESC, id DESC LIMIT -1 OFFSET ?2)"
            ),
            find_session: concat!(
                "SELECT p.id, ",
                $name,
                " AS name, p.role, s.id AS session, s.last_used_at FROM ",
                $sessions,
                " s JOIN ",
                $people,
                " p ON p.id = s.",
                $owner,
                " WHERE s.token_hash = ?1 AND p.active = 1 AND s.expires_at > ?2 AND s.last_used_at > ?3"
            ),
            touch_session: concat!("UPDATE ", $sessions, " SET last_used_at = ?2 WHERE id = ?1 AND last_used_at < ?2"),
            list_sessions: concat!(
                "SELECT id, address, created_at, last_used_at, expires_at FROM ",
                $sessions,
                " WHERE ",
                $owner,
                " = ?1 AND expires_at > ?2 AND last_used_at > ?3 ORDER BY last_used_at DESC, id DESC"
            ),
            end_session: concat!("DELETE FROM ", $sessions, " WHERE ", $owner, " = ?1 AND id = ?2"),
            end_all: concat!("DELETE FROM ", $sessions, " WHERE ", $owner, " = ?1"),
            end_others_of: concat!("DELETE FROM ", $sessions, " WHERE ", $owner, " = ?1 AND id IS NOT ?2"),
        }
    };
}

mod of_users {
    pub(super) use crate::operations::{
        SESSIONS_CHANGE_PASSWORD as CHANGE_PASSWORD, SESSIONS_END as END, SESSIONS_END_OTHERS as END_OTHERS, SESSIONS_LIST as LIST,
        SESSIONS_LOG_IN as LOG_IN, SESSIONS_LOG_OUT as LOG_OUT, SESSIONS_USE_LINK as USE_LINK,
    };
}

mod of_staff {
    pub(super) use crate::operations::{
        STAFF_SESSIONS_CHANGE_PASSWORD as CHANGE_PASSWORD, STAFF_SESSIONS_END as END, STAFF_SESSIONS_END_OTHERS as END_OTHERS,
        STAFF_SESSIONS_LIST as LIST, STAFF_SESSIONS_LOG_IN as LOG_IN, STAFF_SESSIONS_LOG_OUT as LOG_OUT,
        STAFF_SESSIONS_USE_LINK as USE_LINK,
    };
}

/// The users of a tenant. Both names together may be longer than the name of an actor.
#[rustfmt::skip]
pub(crate) static USERS: People =
    people!(User, "user", "users", "substr(first_name || ' ' || last_name, 1, 100)", "sessions", "user_id", "TRUE", of_users);

/// The operator's staff. A session that is still inside a tenant is left to whoever notes the leaving in both logs.
#[rustfmt::skip]
pub(crate) static STAFF: People = people!(
    Staff, "staff", "staff", "name", "staff_sessions", "staff_id",
    "NOT EXISTS (SELECT 1 FROM support_grants g WHERE g.session_id = s.id)", of_staff
);

/// One of the people, as far as logging in needs to know.
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) active: bool,
    pub(crate) password_hash: Option<String>,
    role: String,
}

impl Account {
    fn read(row: &Row<'_, '_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            username: row.get("username")?,
            role: row.get("role")?,
            active: row.get("active")?,
            password_hash: row.get("password_hash")?,
        })
    }
}

impl People {
    /// The account that somebody means by an e-mail or a username, in any case.
    pub(crate) fn named(&self, transaction: &Transaction<'_>, login: &str) -> Result<Option<Account>> {
        transaction.first(self.by_login, params![EmailAddress::fold(login)], Account::read)
    }

    /// The account of this number.
    pub(super) fn numbered(&self, transaction: &Transaction<'_>, id: i64) -> Result<Option<Account>> {
        transaction.first(self.by_number, params![id], Account::read)
    }

    /// The account and the purpose of a link that can be used.
    pub(crate) fn linked(&self, transaction: &Transaction<'_>, hash: &KeyHash, now: DateTime<Utc>) -> Result<Option<(Account, String)>> {
        transaction.first(self.by_link, params![hash, now], |row| Ok((Account::read(row)?, row.get("purpose")?)))
    }

    /// Who acts when this account does.
    pub(super) fn actor(&self, account: &Account) -> Result<Actor> {
        self.actor_of(account.id, &account.name, &account.role)
    }

    pub(super) fn actor_of(&self, id: i64, name: &str, role: &str) -> Result<Actor> {
        let bad = |_| StoreError::BadColumn("role".to_owned());
        Ok(match self.kind {
            Kind::User => Actor::TenantUser { id: UserId::new(id), name: name.into(), role: Role::parse(role).map_err(bad)? },
            Kind::Staff => Actor::Staff { id: Some(StaffId::new(id)), name: name.into(), role: StaffRole::parse(role).map_err(bad)? },
        })
    }

    pub(crate) fn link_owner(&self, id: i64) -> LinkOwner {
        match self.kind {
            Kind::User => LinkOwner::User(UserId::new(id)),
            Kind::Staff => LinkOwner::Staff(StaffId::new(id)),
        }
    }

    /// That there is no such account (any more).
    pub(crate) fn unknown(&self) -> Error {
        match self.kind {
            Kind::User => Error::UserNotFound,
            Kind::Staff => Error::StaffNotFound,
        }
    }
}
