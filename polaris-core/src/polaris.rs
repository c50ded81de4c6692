//! The engine: opens a data directory, and gives the platform and the tenants in it.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};

use crate::auth::{Actor, Caller, Context, Password, Patience, passwords};
use crate::clock::{Clock, Randomness, SystemClock, SystemRandomness};
use crate::config::Config;
use crate::engine::{Engine, Generation, Setup, new_uuid};
use crate::error::{Error, Result, Unavailable};
use crate::mail::config::MailTransport;
use crate::mail::state::MailStatus;
use crate::platform::{Platform, StaffDoor};
use crate::store::database::Options;
use crate::store::directory::DataDirectory;
use crate::store::{Transaction, params};
use crate::tenant::TenantHandle;
use crate::types::SessionToken;

/// An open data directory. Cheap to clone; share one per process.
///
/// After a fork it opens the directory anew in the child; handles obtained before refuse to work there.
///
/// ```
/// use polaris_core::{Actor, NewEvent, NewTenant, Polaris};
///
/// let polaris = Polaris::in_memory()?;
/// polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
/// let kckps = polaris.tenant("kckps", Actor::System)?;
/// let event = kckps.events().create(NewEvent {
///     title: "Career Day".into(),
///     starts_at: "2027-03-04T09:00".into(),
///     location: "Main gym".into(),
///     ..NewEvent::default()
/// })?;
/// assert_eq!(event.slug.as_str(), "career-day-2027-03-04");
/// # Ok::<(), polaris_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Polaris {
    shared: Arc<Shared>,
}

struct Shared {
    setup: Setup,
    first: Generation,
}

/// Sets up a [`Polaris`] with another clock or source of randomness.
pub struct Builder {
    setup: Setup,
}

impl Builder {
    /// Uses this clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.setup.clock = clock;
        self
    }

    /// Uses this source of randomness.
    #[must_use]
    pub fn randomness(mut self, randomness: Arc<dyn Randomness>) -> Self {
        self.setup.randomness = randomness;
        self
    }

    /// Opens the data directory; see [`Polaris::open`].
    ///
    /// # Errors
    ///
    /// As [`Polaris::open`].
    pub fn open(self) -> Result<Polaris> {
        let engine = Engine::open(&self.setup)?;
        Ok(self.around(engine))
    }

    /// Makes and opens a data directory; see [`Polaris::init`].
    ///
    /// # Errors
    ///
    /// As [`Polaris::init`].
    pub fn init(self) -> Result<Polaris> {
        let (directory, _making) = DataDirectory::create(&self.setup.config.data)?;
        directory.create_registry(|registry| self.fill_registry(registry))?;
        self.open()
    }

    /// Everything in memory; see [`Polaris::in_memory`].
    ///
    /// # Errors
    ///
    /// As [`Polaris::in_memory`].
    pub fn in_memory(self) -> Result<Polaris> {
        let engine = Engine::in_memory(&self.setup, |registry| self.fill_registry(registry))?;
        Ok(self.around(engine))
    }

    /// What the engine would be set up with.
    pub(crate) fn into_setup(self) -> Setup {
        self.setup
    }

    fn fill_registry(&self, registry: &Transaction<'_>) -> Result<()> {
        let id = new_uuid(&*self.setup.randomness);
        registry.execute("INSERT INTO operator (only, uuid, created_at) VALUES (1, ?1, ?2)", params![id.to_string(), self.setup.now()])?;
        Ok(())
    }

    fn around(self, engine: Arc<Engine>) -> Polaris {
        let first = Generation::first(engine);
        Polaris { shared: Arc::new(Shared { setup: self.setup, first }) }
    }
}

impl Polaris {
    /// Sets up an engine with another clock or source of randomness.
    #[must_use]
    pub fn builder(config: Config) -> Builder {
        Builder { setup: Setup { config, clock: Arc::new(SystemClock), randomness: Arc::new(SystemRandomness) } }
    }

    /// Opens an existing data directory.
    ///
    /// # Errors
    ///
    /// [`Error::DataDirectory`] when the place is missing, not a data directory, or another user's; [`Error::SchemaTooNew`] and
    /// [`Error::SchemaOutdated`] by the registry's version; [`Error::Unavailable`] when the registry can't be read.
    pub fn open(config: Config) -> Result<Self> {
        Self::builder(config).open()
    }

    /// Makes a new data directory, readable by its owner alone, and opens it.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] when it is one already, [`Error::DataDirectory`] when the place can't be used. Nothing is changed then.
    pub fn init(config: Config) -> Result<Self> {
        Self::builder(config).init()
    }

    /// Frees the 8 MiB set aside in a data directory, so that a full disk can be worked on. No database is opened: on a disk that is
    /// full to the last page that would fail. [`mend`](crate::platform::doctor::Doctor::mend) sets the space aside again.
    ///
    /// # Errors
    ///
    /// [`Error::DataDirectory`] as for [`Self::open`]; [`Error::Unavailable`] when the file can't be removed.
    pub fn free_reserve(config: &Config) -> Result<()> {
        DataDirectory::open(&config.data)?.free_reserve().map_err(|_| Error::Unavailable(Unavailable::ReadOnly))
    }

    /// An engine with all its databases in memory, for tests of embedding programs: the same behaviour, gone when dropped.
    ///
    /// # Errors
    ///
    /// Only if memory databases can't be made.
    pub fn in_memory() -> Result<Self> {
        Self::builder(Config::at("")).in_memory()
    }

    /// The operator's side: tenants, reference data, staff sessions, doctor.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`] when the actor is not the operator's; [`Error::BadRequest`] for a name, address or request id that the audit
    /// log can't keep.
    pub fn platform(&self, caller: impl Into<Caller>) -> Result<Platform> {
        Platform::new(self.clone(), self.engine()?, caller.into().checked()?)
    }

    /// A tenant, for an actor. Opened if it isn't yet; cheap if it is.
    ///
    /// # Errors
    ///
    /// [`Error::TenantNotFound`], [`Error::TenantInactive`], [`Error::InvalidApiKey`] for a key of another tenant, and
    /// [`Error::Unavailable`] when its file can't be used or too many tenants are in use; [`Error::BadRequest`] for a name, address or
    /// request id that the audit log can't keep.
    pub fn tenant(&self, slug: &str, caller: impl Into<Caller>) -> Result<TenantHandle> {
        self.enter(slug, caller.into().checked()?)
    }

    /// As [`Self::tenant`], for a caller that has been checked.
    pub(crate) fn enter(&self, slug: &str, caller: Caller) -> Result<TenantHandle> {
        let engine = self.engine()?;
        let file = match engine.open_already(slug) {
            Some(file) => file,
            None if caller.patience == Patience::Never => return Err(Error::Unavailable(Unavailable::WouldWait)),
            None => engine.open_tenant(slug)?,
        };
        TenantHandle::new(self.clone(), file, caller)
    }

    /// The staff member behind a session token.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] when there is no such session or it has ended.
    pub fn staff_session(&self, token: &str) -> Result<Caller> {
        let token = SessionToken::parse(token).ok_or(Error::Unauthenticated)?;
        crate::platform::sessions::find(self, self.engine()?, &token, None, Patience::Wait)
    }

    /// The staff member behind a session token that has entered this tenant.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] when there is no such session, it has ended, or it hasn't entered this tenant; the same whether or not
    /// the tenant exists.
    pub fn support_session(&self, token: &str, slug: &str) -> Result<Caller> {
        let token = SessionToken::parse(token).ok_or(Error::Unauthenticated)?;
        crate::platform::sessions::find(self, self.engine()?, &token, Some(slug), Patience::Wait)
    }

    /// Where people log in to a tenant: for whoever has no session yet.
    ///
    /// ```
    /// # use polaris_core::{Actor, Context, LogIn, NewTenant, Polaris};
    /// # let polaris = Polaris::in_memory()?;
    /// # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
    /// let door = polaris.tenant_door("kckps", Context::default())?;
    /// let refused = door.sessions().log_in(&LogIn { login: "pat@example.org".into(), password: "a guess".into() });
    /// assert_eq!(refused.wait().unwrap_err().code(), "INVALID_CREDENTIALS");
    /// # Ok::<(), polaris_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TenantNotFound`] for an unknown or inactive tenant; [`Error::Unavailable`].
    pub fn tenant_door(&self, slug: &str, context: Context) -> Result<TenantHandle> {
        self.tenant(slug, Caller::new(Actor::Public, context)).map_err(hide_inactive)
    }

    /// Where staff log in: for whoever has no session yet.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] for an address or request id that the audit log can't keep; [`Error::Unavailable`].
    pub fn staff_door(&self, context: Context) -> Result<StaffDoor> {
        Ok(StaffDoor::new(Platform::door(self.clone(), self.engine()?, Caller::new(Actor::Public, context).checked()?)))
    }

    /// Whoever a session token stands for in this tenant: one of its users, or a member of staff who has entered it. One indexed read.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] when there is no such session, it has ended, or it is no good here; the same whether or not the tenant
    /// exists or is active. [`Unavailable::WouldWait`] to callers without patience.
    pub fn tenant_session(&self, token: &str, slug: &str, patience: Patience) -> Result<Caller> {
        let token = SessionToken::parse(token).ok_or(Error::Unauthenticated)?;
        if token.is_of_user() {
            let handle = self.tenant(slug, Caller::from(Actor::Public).with_patience(patience)).map_err(no_session_there)?;
            return handle.session(&token).map_err(no_session_there);
        }
        crate::platform::sessions::find(self, self.engine()?, &token, Some(slug), patience)
    }

    /// The place of the data; empty for an engine in memory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.shared.setup.config.data
    }

    /// Takes the right to be the one server on this data directory, until the returned value is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] when another process serves it already.
    pub fn lock_for_serving(&self) -> Result<Option<std::fs::File>> {
        self.engine()?.directory.as_ref().map(DataDirectory::lock_for_serving).transpose()
    }

    /// Whether the data directory is in its place, the registry can be read, a worker that delivers mails is alive and the disk has room,
    /// for health checks.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] with what is missing.
    pub fn ready(&self) -> Result<()> {
        let engine = self.engine()?;
        if engine.directory.as_ref().is_some_and(|directory| !directory.is_in_place()) {
            return Err(Error::Unavailable(Unavailable::Moved));
        }
        engine.registry.read(|registry| registry.first("SELECT 1 AS one FROM operator", params![], |row| row.get::<i64>("one")))?;
        if !self.mail_status()?.alive {
            return Err(Error::Unavailable(Unavailable::MailStuck));
        }
        match engine.directory.as_ref().and_then(DataDirectory::free_bytes) {
            Some(free) if free < 16 << 20 => Err(Error::Unavailable(Unavailable::DiskFull)),
            _ => Ok(()),
        }
    }

    /// Whether mails can hold links: they can where the configuration says where this installation is reached (`public_url`).
    #[must_use]
    pub fn mails_hold_links(&self) -> bool {
        self.shared.setup.config.public_address().is_some()
    }

    /// How delivering mails goes, for health checks. Nothing is looked at for it.
    ///
    /// # Errors
    ///
    /// Only when the directory can't be opened again after a fork.
    pub fn mail_status(&self) -> Result<MailStatus> {
        let engine = self.engine()?;
        let off = match &engine.setup.config.mail.transport {
            MailTransport::None => true,
            MailTransport::Folder(folder) => folder.is_none() && engine.directory.is_none(),
            MailTransport::Smtp(_) => false,
        };
        Ok(engine.mail.status(off))
    }

    /// How many tenants this process has open.
    ///
    /// # Errors
    ///
    /// Only when the directory can't be opened again after a fork.
    pub fn open_tenants(&self) -> Result<usize> {
        Ok(self.engine()?.tenants.count())
    }

    /// The present instant by the engine's clock, to the millisecond as it is stored, so that what is answered and what is read back later are the same.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.setup.now()
    }

    pub(crate) fn randomness(&self) -> &dyn Randomness {
        &*self.shared.setup.randomness
    }

    /// Hashes a new password, a few at a time in this process. Takes tens of milliseconds: never inside a transaction.
    pub(crate) fn hash_password(&self, password: &Password) -> Result<String> {
        let mut place = self.engine()?.hashing.enter(Instant::now() + self.options().deadline)?;
        passwords::hash(password, &mut place, self.randomness())
    }

    /// How long a refused log-in takes at least.
    pub(crate) fn least_time(&self) -> std::time::Duration {
        self.shared.setup.config.log_in_least
    }

    /// What this engine was set up with.
    pub(crate) fn setup(&self) -> &Setup {
        &self.shared.setup
    }

    pub(crate) fn options(&self) -> Options {
        self.shared.setup.config.options()
    }

    /// The engine of this process.
    pub(crate) fn engine(&self) -> Result<&Arc<Engine>> {
        self.shared.first.of_this_process(&self.shared.setup)
    }
}

/// Where there is no tenant there is no session either.
fn no_session_there(error: Error) -> Error {
    match error {
        Error::TenantNotFound | Error::TenantInactive => Error::Unauthenticated,
        other => other,
    }
}

/// To callers without a session an inactive tenant looks like an unknown one.
pub(crate) fn hide_inactive(error: Error) -> Error {
    match error {
        Error::TenantInactive => Error::TenantNotFound,
        other => other,
    }
}
