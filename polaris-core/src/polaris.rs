//! The engine: opens a data directory, and gives the platform and the tenants in it.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::auth::{Actor, Caller, Context, Patience};
use crate::clock::{Clock, Randomness, SystemClock, SystemRandomness, random};
use crate::config::Config;
use crate::error::{Error, Result, Unavailable};
use crate::platform::Platform;
use crate::store::caretaker::{self, Caretaker};
use crate::store::connection::Location;
use crate::store::database::Options;
use crate::store::directory::DataDirectory;
use crate::store::open_tenants::OpenTenants;
use crate::store::schema::Kind;
use crate::store::template::{self, KeepAlive};
use crate::store::{Database, Transaction, params, sqlite_version};
use crate::tenant::{PublicApi, TenantFile, TenantHandle};
use crate::types::{ApiKey, SessionToken, Slug, TenantId};

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
    config: Config,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    first: Generation,
}

/// The engine of one process. A forked child finds its parent's and opens its own behind it; no lock that the parent may have held
/// at the fork is ever touched.
struct Generation {
    process: u32,
    engine: Arc<Engine>,
    child: OnceLock<Box<Generation>>,
}

/// What is open in one process.
pub(crate) struct Engine {
    pub(crate) directory: Option<DataDirectory>,
    pub(crate) registry: Database,
    pub(crate) tenants: OpenTenants<TenantFile>,
    memory: Mutex<Vec<(TenantId, Location, KeepAlive)>>,
    _registry_in_memory: Option<KeepAlive>,
    _caretaker: OnceLock<Caretaker>,
}

/// Sets up a [`Polaris`] with another clock or source of randomness.
pub struct Builder {
    config: Config,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
}

impl Builder {
    /// Uses this clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Uses this source of randomness.
    #[must_use]
    pub fn randomness(mut self, randomness: Arc<dyn Randomness>) -> Self {
        self.randomness = randomness;
        self
    }

    /// Opens the data directory; see [`Polaris::open`].
    ///
    /// # Errors
    ///
    /// As [`Polaris::open`].
    pub fn open(self) -> Result<Polaris> {
        let engine = Engine::open(&self.config)?;
        Ok(self.around(engine))
    }

    /// Makes and opens a data directory; see [`Polaris::init`].
    ///
    /// # Errors
    ///
    /// As [`Polaris::init`].
    pub fn init(self) -> Result<Polaris> {
        let directory = DataDirectory::create(&self.config.data)?;
        directory.create_registry(|registry| self.fill_registry(registry))?;
        self.open()
    }

    /// Everything in memory; see [`Polaris::in_memory`].
    ///
    /// # Errors
    ///
    /// As [`Polaris::in_memory`].
    pub fn in_memory(self) -> Result<Polaris> {
        check_sqlite()?;
        let location = new_memory();
        let alive = template::make_in_memory(&location, Kind::Registry, |registry| self.fill_registry(registry))?;
        let engine = Engine {
            directory: None,
            registry: Database::open(location, Kind::Registry, self.config.options())?,
            tenants: OpenTenants::new(usize::MAX),
            memory: Mutex::default(),
            _registry_in_memory: Some(alive),
            _caretaker: OnceLock::new(),
        };
        Ok(self.around(Arc::new(engine)))
    }

    fn fill_registry(&self, registry: &Transaction<'_>) -> Result<()> {
        let id = new_uuid(&*self.randomness);
        registry.execute("INSERT INTO operator (only, uuid, created_at) VALUES (1, ?1, ?2)", params![id.to_string(), self.clock.now()])?;
        Ok(())
    }

    fn around(self, engine: Arc<Engine>) -> Polaris {
        let first = Generation { process: std::process::id(), engine, child: OnceLock::new() };
        Polaris { shared: Arc::new(Shared { config: self.config, clock: self.clock, randomness: self.randomness, first }) }
    }
}

impl Polaris {
    /// Sets up an engine with another clock or source of randomness.
    #[must_use]
    pub fn builder(config: Config) -> Builder {
        Builder { config, clock: Arc::new(SystemClock), randomness: Arc::new(SystemRandomness) }
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
    /// [`Error::Forbidden`] when the actor is not the operator's.
    pub fn platform(&self, caller: impl Into<Caller>) -> Result<Platform> {
        Platform::new(self.clone(), self.engine()?, caller.into())
    }

    /// A tenant, for an actor. Opened if it isn't yet; cheap if it is.
    ///
    /// # Errors
    ///
    /// [`Error::TenantNotFound`], [`Error::TenantInactive`], [`Error::InvalidApiKey`] for a key of another tenant, and
    /// [`Error::Unavailable`] when its file can't be used or too many tenants are in use.
    pub fn tenant(&self, slug: &str, caller: impl Into<Caller>) -> Result<TenantHandle> {
        let caller = caller.into();
        let engine = self.engine()?;
        let file = match engine.tenants.get(slug) {
            Some(file) => file,
            None if caller.patience == Patience::Never => return Err(Error::Unavailable(Unavailable::WouldWait)),
            None => self.open_tenant(engine, slug)?,
        };
        TenantHandle::new(self.clone(), file, caller)
    }

    /// A tenant's public face, for whoever presents its API key: checked in the order of the HTTP contract.
    ///
    /// # Errors
    ///
    /// [`Error::MissingApiKey`] without a key; [`Error::TenantNotFound`] for an unknown or inactive tenant; [`Error::InvalidApiKey`].
    pub fn public_api(&self, slug: &str, key: Option<&str>, context: Context, patience: Patience) -> Result<PublicApi> {
        let key = key.filter(|key| !key.is_empty()).ok_or(Error::MissingApiKey)?;
        let handle = self.tenant(slug, Caller::new(Actor::Public, context).with_patience(patience)).map_err(hide_inactive)?;
        PublicApi::enter(&handle, ApiKey::parse(key).as_ref()).map_err(hide_inactive)
    }

    /// The staff member behind a session token.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] when there is no such session or it has ended.
    pub fn staff_session(&self, token: &str) -> Result<Actor> {
        let token = SessionToken::parse(token).ok_or(Error::Unauthenticated)?;
        crate::platform::sessions::find(self, self.engine()?, &token, None)
    }

    /// The staff member behind a session token that has entered this tenant.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] when there is no such session, it has ended, or it hasn't entered this tenant; the same whether or not
    /// the tenant exists.
    pub fn support_session(&self, token: &str, slug: &str) -> Result<Actor> {
        let token = SessionToken::parse(token).ok_or(Error::Unauthenticated)?;
        crate::platform::sessions::find(self, self.engine()?, &token, Some(slug))
    }

    /// The place of the data; empty for an engine in memory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.shared.config.data
    }

    /// Takes the right to be the one server on this data directory, until the returned value is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] when another process serves it already.
    pub fn lock_for_serving(&self) -> Result<Option<std::fs::File>> {
        self.engine()?.directory.as_ref().map(DataDirectory::lock_for_serving).transpose()
    }

    /// Whether the registry can be read and the disk has room, for health checks.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] with what is missing.
    pub fn ready(&self) -> Result<()> {
        let engine = self.engine()?;
        engine.registry.read(|registry| registry.first("SELECT 1 AS one FROM operator", params![], |row| row.get::<i64>("one")))?;
        match engine.directory.as_ref().and_then(DataDirectory::free_bytes) {
            Some(free) if free < 16 << 20 => Err(Error::Unavailable(Unavailable::DiskFull)),
            _ => Ok(()),
        }
    }

    /// How many tenants this process has open.
    ///
    /// # Errors
    ///
    /// Only when the directory can't be opened again after a fork.
    pub fn open_tenants(&self) -> Result<usize> {
        Ok(self.engine()?.tenants.count())
    }

    /// The present instant, to the millisecond as it is stored, so that what is answered and what is read back later are the same.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let now = self.shared.clock.now();
        DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }

    pub(crate) fn randomness(&self) -> &dyn Randomness {
        &*self.shared.randomness
    }

    pub(crate) fn options(&self) -> Options {
        self.shared.config.options()
    }

    /// The engine of this process.
    pub(crate) fn engine(&self) -> Result<&Arc<Engine>> {
        let process = std::process::id();
        let mut generation = &self.shared.first;
        while generation.process != process {
            generation = match generation.child.get() {
                Some(child) => child,
                None => {
                    if generation.engine.directory.is_none() {
                        // Memory is copied by a fork, not shared: carrying on would silently part ways.
                        return Err(Error::Unavailable(Unavailable::Forked));
                    }
                    let child = Generation { process, engine: Engine::open(&self.shared.config)?, child: OnceLock::new() };
                    // Another thread may have been first; then its engine is used and this one closed.
                    generation.child.get_or_init(|| Box::new(child))
                }
            };
        }
        Ok(&generation.engine)
    }

    /// Looks a tenant up in the registry and opens its file.
    fn open_tenant(&self, engine: &Arc<Engine>, slug: &str) -> Result<Arc<TenantFile>> {
        let slug = Slug::parse(slug).map_err(|_| Error::TenantNotFound)?;
        let (id, state) = engine
            .registry
            .read(|registry| {
                registry.first("SELECT uuid, state FROM tenants WHERE slug = ?1", params![slug], |row| {
                    Ok((row.get::<TenantId>("uuid")?, row.get::<String>("state")?))
                })
            })?
            .filter(|(_, state)| state == "active" || state == "inactive")
            .ok_or(Error::TenantNotFound)?;
        if state == "inactive" {
            return Err(Error::TenantInactive);
        }
        engine.tenants.get_or_open(id, &slug, || TenantFile::open(engine.location(id, &slug)?, id, slug.clone(), self.options()))
    }
}

/// To callers without a session an inactive tenant looks like an unknown one.
fn hide_inactive(error: Error) -> Error {
    match error {
        Error::TenantInactive => Error::TenantNotFound,
        other => other,
    }
}

impl Engine {
    fn open(config: &Config) -> Result<Arc<Self>> {
        check_sqlite()?;
        let directory = DataDirectory::open(&config.data)?;
        let registry = Database::open(Location::File(directory.registry()), Kind::Registry, config.options())?;
        let engine = Arc::new(Self {
            directory: Some(directory),
            registry,
            tenants: OpenTenants::new(open_at_most(config)),
            memory: Mutex::default(),
            _registry_in_memory: None,
            _caretaker: OnceLock::new(),
        });
        let watched = Arc::downgrade(&engine);
        engine._caretaker.get_or_init(|| Caretaker::start(move || watched.upgrade().map(|engine| engine.tend()).is_some()));
        Ok(engine)
    }

    /// One round of background work.
    fn tend(&self) {
        caretaker::tend(&self.registry, "polaris.db");
        self.tenants.tend(|tenant| caretaker::tend(&tenant.database, tenant.slug.as_str()));
        self.tenants.close_where(TenantFile::seen_inactive);
    }

    /// Where a tenant's database is.
    pub(crate) fn location(&self, id: TenantId, slug: &Slug) -> Result<Location> {
        match &self.directory {
            Some(directory) => Ok(Location::File(directory.tenant(slug))),
            None => {
                let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
                memory.iter().find(|(other, ..)| *other == id).map(|(_, location, _)| location.clone()).ok_or(Error::TenantNotFound)
            }
        }
    }

    /// Makes a tenant's database.
    pub(crate) fn make_tenant(&self, id: TenantId, slug: &Slug, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<()> {
        match &self.directory {
            Some(directory) => template::make_tenant(directory, &directory.tenant(slug), fill),
            None => {
                let location = new_memory();
                let alive = template::make_in_memory(&location, Kind::Tenant, fill)?;
                self.memory.lock().unwrap_or_else(PoisonError::into_inner).push((id, location, alive));
                Ok(())
            }
        }
    }
}

fn check_sqlite() -> Result<()> {
    match sqlite_version() {
        (_, true) => Ok(()),
        (version, false) => {
            Err(Error::DataDirectory(format!("SQLite {version} can corrupt its write-ahead log: 3.51.3 or newer is needed")))
        }
    }
}

/// A name for a database in memory that no other in this process has.
fn new_memory() -> Location {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    Location::Memory(format!("/polaris-{}", COUNT.fetch_add(1, Ordering::Relaxed)))
}

/// A random (version 4) UUID from the engine's own randomness.
pub(crate) fn new_uuid(randomness: &dyn Randomness) -> Uuid {
    uuid::Builder::from_random_bytes(random(randomness)).into_uuid()
}

/// Raises the descriptor limit as far as it goes and leaves half of it to sockets and others. A tenant takes two descriptors a
/// connection and one more.
fn open_at_most(config: &Config) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(1 << 20);
    let connections = u64::from(config.options().readers) + 1;
    let affordable = descriptors / 2 / (2 * connections + 1);
    usize::try_from(affordable.min(u64::from(config.open_tenants)).max(1)).unwrap_or(1)
}
