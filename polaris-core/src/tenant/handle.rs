//! The only way to a tenant's data: a tenant, and who is acting on it.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::api_keys::ApiKeys;
use super::calendar::Calendar;
use super::events::Events;
use super::file::{Standing, TenantFile};
use super::mail_templates::MailTemplates;
use super::mails::Mails;
use super::once::{self, Answer, Asked, IdempotencyKey};
use super::recruitment::Recruitment;
use super::recruitment::outreach::Outreach;
use super::rosters::Rosters;
use super::sessions::Sessions;
use super::settings::{Administration, Face, Settings};
use super::users::Users;
use super::volunteers::Volunteers;
use crate::audit::{self, AuditLog, Entry};
use crate::auth::{Actor, Caller, Patience, may, may_do};
use crate::engine::Engine;
use crate::error::{Error, Result, Unavailable};
use crate::operations::{Operation, Permission};
use crate::platform::support::SupportWrite;
use crate::platform::tenants::registry_copy;
use crate::polaris::Polaris;
use crate::store::{Transaction, params};
use crate::types::{Slug, TenantId, TimeZone};

/// A tenant, opened for one actor. Cheap to obtain; every operation checks anew that the tenant is active, the actor permitted and the
/// feature on.
#[derive(Clone)]
pub struct TenantHandle {
    polaris: Polaris,
    file: Arc<TenantFile>,
    caller: Caller,
    once: Option<IdempotencyKey>,
}

/// A read transaction on a tenant.
pub(crate) struct Reading<'a> {
    pub(crate) transaction: &'a Transaction<'a>,
    pub(crate) standing: Standing,
    pub(crate) settings: Arc<Settings>,
    pub(crate) now: DateTime<Utc>,
}

/// A write transaction on a tenant.
pub(crate) struct Writing<'a> {
    pub(crate) transaction: &'a Transaction<'a>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) now: DateTime<Utc>,
    /// Whether a mail was put into the outbox: then the one who delivers is told, once it is committed.
    pub(crate) mail_queued: &'a Cell<bool>,
}

impl Writing<'_> {
    /// Notes that what the public sees may have changed, so that rendered answers are made anew.
    pub(crate) fn public_changed(&self) -> Result<()> {
        self.transaction.execute("UPDATE tenant SET public_rev = public_rev + 1", params![])?;
        Ok(())
    }
}

impl TenantHandle {
    pub(crate) fn new(polaris: Polaris, file: Arc<TenantFile>, caller: Caller) -> Result<Self> {
        if let Actor::ApiKey { tenant, .. } = &caller.actor
            && *tenant != file.id
        {
            return Err(Error::InvalidApiKey);
        }
        let handle = Self { polaris, file, caller, once: None };
        if handle.file.seen_inactive() {
            // It may have been reactivated since.
            handle.transaction(|transaction| handle.file.standing(transaction).map(|_| ()))?;
        }
        Ok(handle)
    }

    /// The tenant's slug.
    #[must_use]
    pub fn slug(&self) -> &Slug {
        &self.file.slug
    }

    /// The tenant's id: the same for ever, never used again.
    #[must_use]
    pub fn id(&self) -> TenantId {
        self.file.id
    }

    /// Who is acting.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.caller.actor
    }

    /// The same handle, on which each kind of change is made once under this key: who asks for it again within 24 hours, with the same
    /// key and the same body, gets the first answer, without any secret it held. A key is good for one request of one actor; other actors,
    /// other operations and other tenants may use the same. Two at once make one change. What was refused is not remembered.
    ///
    /// Then also [`Error::Conflict`] where the key came with another body. Log-ins, log-outs and changes of one's own password take no
    /// part in this; nor do imports, which change nothing when they are repeated.
    #[must_use]
    pub fn once(&self, key: &IdempotencyKey) -> Self {
        Self { once: Some(key.clone()), ..self.clone() }
    }

    /// Events: create, edit, publish and all the other steps of their life, duplicate, get, list.
    #[must_use]
    pub fn events(&self) -> Events<'_> {
        Events::new(self)
    }

    /// Volunteers: add, find, show, edit, deactivate, merge; notes on them.
    #[must_use]
    pub fn volunteers(&self) -> Volunteers<'_> {
        Volunteers::new(self)
    }

    /// Events' rosters: assign, list, edit, remove.
    #[must_use]
    pub fn rosters(&self) -> Rosters<'_> {
        Rosters::new(self)
    }

    /// Recruitment: which events need volunteers most, and who would suit one best.
    #[must_use]
    pub fn recruitment(&self) -> Recruitment<'_> {
        Recruitment::new(self)
    }

    /// Outreach: who was asked to come to which event, how, and what came of it.
    #[must_use]
    pub fn outreach(&self) -> Outreach<'_> {
        Outreach::new(self)
    }

    /// The calendar: what is in it in a range of time, as a file, and the feeds that calendar programs read.
    #[must_use]
    pub fn calendar(&self) -> Calendar<'_> {
        Calendar::new(self)
    }

    /// The caller's own sessions and password: log in, who am I, list, end, log out.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions::new(self)
    }

    /// The keys of the public API: create, list, get, rotate, revoke, adopt.
    #[must_use]
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys::new(self)
    }

    /// What the tenant's admins look after: its settings.
    #[must_use]
    pub fn administration(&self) -> Administration<'_> {
        Administration::new(self)
    }

    /// The tenant's users: create, list, get, edit, deactivate, reactivate, reset their passwords.
    #[must_use]
    pub fn users(&self) -> Users<'_> {
        Users::new(self)
    }

    /// The outbox: which mails were sent, wait, or could not be delivered; try one again.
    #[must_use]
    pub fn mails(&self) -> Mails<'_> {
        Mails::new(self)
    }

    /// What the tenant's mails say: list, get, edit, reset, preview.
    #[must_use]
    pub fn mail_templates(&self) -> MailTemplates<'_> {
        MailTemplates::new(self)
    }

    /// The audit log: list, export, verify, head.
    #[must_use]
    pub fn audit(&self) -> AuditLog {
        AuditLog::of_tenant(self)
    }

    /// The web origins that browsers may call the public API from; empty means any. Anybody may know them: browsers ask before they send a
    /// key.
    ///
    /// # Errors
    ///
    /// [`Error::TenantInactive`], [`Error::Unavailable`].
    pub fn allowed_origins(&self) -> Result<Vec<String>> {
        self.look(|reading| Ok(reading.settings.allowed_origins.clone()))
    }

    /// The zone that people's input and every answer follow. Anybody may know it: public events show it.
    ///
    /// # Errors
    ///
    /// [`Error::TenantInactive`], [`Error::Unavailable`].
    pub fn time_zone(&self) -> Result<TimeZone> {
        self.look(|reading| Ok(reading.settings.time_zone))
    }

    /// How the tenant shows itself to anybody.
    ///
    /// # Errors
    ///
    /// [`Error::TenantInactive`], [`Error::Unavailable`].
    pub fn face(&self) -> Result<Face> {
        self.look(|reading| Ok(Face::of(self.slug(), &reading.settings)))
    }

    /// The tenant's settings, for whoever may read its events.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`], [`Error::TenantInactive`], [`Error::Unavailable`].
    pub fn settings(&self) -> Result<Arc<Settings>> {
        if !may(&self.caller.actor, Permission::ReadEvents) {
            return Err(Error::Forbidden { operation: "settings" });
        }
        self.transaction(|transaction| {
            let standing = self.file.standing(transaction)?;
            self.file.settings(transaction, &standing)
        })
    }

    /// Whether the actor may do this here and now. Frontends ask before they parse; the operation itself asks again.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`], then [`Error::FeatureDisabled`]; [`Error::TenantInactive`].
    pub fn authorize(&self, operation: &'static Operation) -> Result<()> {
        self.permitted(operation)?;
        self.transaction(|transaction| self.enter(transaction, operation).map(|_| ()))
    }

    fn permitted(&self, operation: &'static Operation) -> Result<()> {
        if may_do(&self.caller.actor, operation) { Ok(()) } else { Err(Error::Forbidden { operation: operation.id }) }
    }

    fn enter(&self, transaction: &Transaction<'_>, operation: &'static Operation) -> Result<(Standing, Arc<Settings>)> {
        let standing = self.file.standing(transaction)?;
        let settings = self.file.settings(transaction, &standing)?;
        match operation.feature {
            Some(feature) if !settings.has(feature) => Err(Error::FeatureDisabled(feature)),
            _ => Ok((standing, settings)),
        }
    }

    fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        match self.caller.patience {
            Patience::Wait => self.file.database.read(work),
            Patience::Never => self.file.database.try_read(work).unwrap_or(Err(Error::Unavailable(Unavailable::WouldWait))),
        }
    }

    /// Runs a reading operation: authorized, in one read transaction.
    pub(crate) fn read<T>(&self, operation: &'static Operation, work: impl FnOnce(&Reading<'_>) -> Result<T>) -> Result<T> {
        self.permitted(operation)?;
        let now = self.polaris.now();
        self.transaction(|transaction| {
            let (standing, settings) = self.enter(transaction, operation)?;
            work(&Reading { transaction, standing, settings, now })
        })
    }

    /// As [`Self::read`], for an operation that takes longer than others.
    pub(crate) fn read_within<T>(
        &self,
        limit: Duration,
        operation: &'static Operation,
        work: impl FnOnce(&Reading<'_>) -> Result<T>,
    ) -> Result<T> {
        self.permitted(operation)?;
        let now = self.polaris.now();
        self.file.database.read_within(limit, |transaction| {
            let (standing, settings) = self.enter(transaction, operation)?;
            work(&Reading { transaction, standing, settings, now })
        })
    }

    /// Runs a read that belongs to no operation of its own, such as checking a key.
    pub(crate) fn look<T>(&self, work: impl FnOnce(&Reading<'_>) -> Result<T>) -> Result<T> {
        let now = self.polaris.now();
        self.transaction(|transaction| {
            let standing = self.file.standing(transaction)?;
            let settings = self.file.settings(transaction, &standing)?;
            work(&Reading { transaction, standing, settings, now })
        })
    }

    /// Runs a look that is one statement, if that can be done right now without waiting.
    pub(super) fn glance<T>(&self, work: impl FnOnce(&Transaction<'_>, &TenantFile) -> Result<T>) -> Option<Result<T>> {
        self.file.database.try_read_once(|transaction| work(transaction, &self.file))
    }

    /// Runs a look that begins otherwise than with the tenant's standing, which it has still to see to.
    pub(super) fn look_itself<T>(&self, work: impl FnOnce(&Transaction<'_>, &TenantFile) -> Result<T>) -> Result<T> {
        self.transaction(|transaction| work(transaction, &self.file))
    }

    /// Runs a changing operation: authorized, in one immediate transaction, with its audit entry. The change may run more than once. What
    /// staff change is in the operator's log too. Under an idempotency key, a change that was made before is not made again.
    pub(crate) fn write<T: Answer>(
        &self,
        operation: &'static Operation,
        mut change: impl FnMut(&Writing<'_>) -> Result<(T, Entry)>,
    ) -> Result<T> {
        self.permitted(operation)?;
        let now = self.polaris.now();
        let asked = self.once.as_ref().map(|key| Asked::new(key, operation, &self.caller.actor, now));
        if let Some(asked) = &asked {
            // Most that come again come when all is done: they needn't wait for those who write, and leave nothing in the operator's log.
            let first = self.file.database.read(|transaction| {
                self.enter(transaction, operation)?;
                asked.first_answer(transaction)
            })?;
            if let Some(first) = first {
                asked.note_repeated();
                return Ok(first);
            }
        }
        let (value, changed) = self.write_noted(None, operation, now, |writing| {
            if let Some(asked) = &asked
                && let Some(first) = asked.first_answer(writing.transaction)?
            {
                return Ok((first, None));
            }
            let (value, entry) = change(writing)?;
            once::forget(writing.transaction, now)?;
            if let Some(asked) = &asked {
                asked.keep(writing.transaction, &value)?;
            }
            Ok((value, Some(entry)))
        })?;
        if let (Some(asked), false) = (asked, changed) {
            asked.note_repeated();
        }
        Ok(value)
    }

    /// As [`Self::write`], for an operation that takes longer than others, and that may be repeated without a key since that changes nothing.
    pub(crate) fn write_within<T>(
        &self,
        limit: Duration,
        operation: &'static Operation,
        mut change: impl FnMut(&Writing<'_>) -> Result<(T, Entry)>,
    ) -> Result<T> {
        self.permitted(operation)?;
        let change = |writing: &Writing<'_>| change(writing).map(|(value, entry)| (value, Some(entry)));
        self.write_noted(Some(limit), operation, self.polaris.now(), change).map(|(value, _)| value)
    }

    /// As [`Self::write`], for an operation that may find that there is nothing to do, and that knows repetitions by itself.
    pub(crate) fn write_if<T>(
        &self,
        operation: &'static Operation,
        change: impl FnMut(&Writing<'_>) -> Result<(T, Option<Entry>)>,
    ) -> Result<T> {
        self.permitted(operation)?;
        self.write_noted(None, operation, self.polaris.now(), change).map(|(value, _)| value)
    }

    /// Runs a change that brings an entry for the audit log unless it found that there is nothing to do; tells whether it brought one.
    fn write_noted<T>(
        &self,
        limit: Option<Duration>,
        operation: &'static Operation,
        now: DateTime<Utc>,
        mut change: impl FnMut(&Writing<'_>) -> Result<(T, Option<Entry>)>,
    ) -> Result<(T, bool)> {
        let action = operation.audit.ok_or(Error::Internal)?;
        let support = match &self.caller.actor {
            Actor::Staff { .. } => {
                Some(SupportWrite::begin(self.polaris.engine()?, &self.caller, (self.file.id, &self.file.slug), action, now)?)
            }
            _ => None,
        };
        let queued = Cell::new(false);
        let change = |transaction: &Transaction<'_>| {
            let (_, settings) = self.enter(transaction, operation)?;
            let (value, entry) = change(&Writing { transaction, settings, now, mail_queued: &queued })?;
            let Some(mut entry) = entry else { return Ok((value, None)) };
            if let Some(support) = &support {
                entry = entry.marked(support.mark());
            }
            let appended = audit::append(transaction, &self.caller, action, &entry, now, self.polaris.randomness())?;
            Ok((value, Some(appended)))
        };
        let written = match limit {
            Some(limit) => self.file.database.write_within(limit, change),
            None => self.file.database.write(change),
        };
        if let Some(support) = support {
            support.end(&written);
        }
        if queued.get() && written.is_ok() {
            self.polaris.engine()?.mail.ring();
        }
        written.map(|(value, appended)| (value, appended.is_some()))
    }

    /// The engine the tenant is open in.
    pub(crate) fn engine(&self) -> Result<&Arc<Engine>> {
        self.polaris.engine()
    }

    /// That the tenant is active, looked up in its file.
    pub(crate) fn standing(&self) -> Result<Standing> {
        self.transaction(|transaction| self.file.standing(transaction))
    }

    /// Runs a write that brings its own audit entries, or that is bookkeeping and has none.
    pub(crate) fn keep<T>(&self, mut change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.file.database.write(|transaction| {
            self.file.standing(transaction)?;
            change(transaction)
        })
    }

    /// Runs bookkeeping that goes by the tenant's settings.
    pub(crate) fn keep_by_settings<T>(&self, mut change: impl FnMut(&Writing<'_>) -> Result<T>) -> Result<T> {
        let now = self.polaris.now();
        self.file.database.write(|transaction| {
            let standing = self.file.standing(transaction)?;
            let settings = self.file.settings(transaction, &standing)?;
            change(&Writing { transaction, settings, now, mail_queued: &Cell::new(false) })
        })
    }

    /// Runs bookkeeping that must be done though the tenant was deactivated meanwhile.
    pub(crate) fn keep_in_any_state<T>(&self, mut change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.file.change(|transaction, _| change(transaction))
    }

    /// Runs bookkeeping beside a read, which nobody waits for long.
    pub(crate) fn keep_soon<T>(&self, mut change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.file.database.write_soon(|transaction| {
            self.file.standing(transaction)?;
            change(transaction)
        })
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The engine it belongs to.
    pub(crate) fn polaris(&self) -> &Polaris {
        &self.polaris
    }

    /// Bytes of the file and of its log.
    pub(crate) fn sizes(&self) -> (u64, u64) {
        self.file.database.sizes()
    }

    /// Brings the registry's copies up to date after an edit; see [`registry_copy`](crate::platform::tenants::registry_copy).
    pub(crate) fn copy_to_registry(&self) {
        registry_copy::note(&self.polaris, &self.file);
    }

    /// The same tenant and actor with another patience.
    pub(crate) fn with_patience(&self, patience: Patience) -> Self {
        self.for_caller(self.caller.clone().with_patience(patience), self.once.clone())
    }

    /// The same tenant for another actor.
    pub(crate) fn acting_as(&self, actor: Actor) -> Self {
        self.for_caller(Caller { actor, ..self.caller.clone() }, None)
    }

    /// Field by field: `..self.clone()` would clone what is replaced as well, and all threads count the same few references.
    fn for_caller(&self, caller: Caller, once: Option<IdempotencyKey>) -> Self {
        Self { polaris: self.polaris.clone(), file: Arc::clone(&self.file), caller, once }
    }
}
