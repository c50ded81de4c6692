//! What is open in one process: the registry, the tenants in use, and the background thread.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::audit::heads::{self, ClosedHeads, Head};
use crate::auth::gate::Gate;
use crate::clock::{Clock, Randomness, random};
use crate::config::Config;
use crate::error::{Error, Result, Unavailable};
use crate::limits::Limits;
use crate::mail::state::Deliveries;
use crate::platform::support;
use crate::platform::tenants::migrate;
use crate::store::caretaker::{self, Caretaker};
use crate::store::connection::Location;
use crate::store::database::Options;
use crate::store::directory::DataDirectory;
use crate::store::mould::Moulds;
use crate::store::open_tenants::OpenTenants;
use crate::store::schema::Kind;
use crate::store::template::{self, KeepAlive};
use crate::store::{Database, Transaction, params, sqlite_version};
use crate::tenant::{Heads, TenantFile};
use crate::types::{Slug, TenantId};

/// The engine of one process. A forked child finds its parent's and opens its own behind it; no lock that the parent may have held
/// at the fork is ever touched.
pub(crate) struct Generation {
    process: u32,
    engine: Arc<Engine>,
    child: OnceLock<Box<Generation>>,
}

impl Generation {
    /// The first, of the process that made it.
    pub(crate) fn first(engine: Arc<Engine>) -> Self {
        Self { process: std::process::id(), engine, child: OnceLock::new() }
    }

    /// The engine of this process, opened if this is a fork of the one before.
    pub(crate) fn of_this_process(&self, setup: &Setup) -> Result<&Arc<Engine>> {
        let process = std::process::id();
        let mut generation = self;
        while generation.process != process {
            generation = match generation.child.get() {
                Some(child) => child,
                None => {
                    if generation.engine.directory.is_none() {
                        // Memory is copied by a fork, not shared: carrying on would silently part ways.
                        return Err(Error::Unavailable(Unavailable::Forked));
                    }
                    let child = Generation::first(Engine::open(setup)?);
                    // Another thread may have been first; then its engine is used and this one closed.
                    generation.child.get_or_init(|| Box::new(child))
                }
            };
        }
        Ok(&generation.engine)
    }
}

/// What engines are made with: the same for one that is opened behind a fork.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) config: Config,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
}

impl Setup {
    /// The present instant, to the millisecond as it is stored.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let now = self.clock.now();
        DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }
}

/// What is open in one process.
pub(crate) struct Engine {
    pub(crate) setup: Setup,
    pub(crate) directory: Option<DataDirectory>,
    pub(crate) registry: Database,
    pub(crate) tenants: OpenTenants<TenantFile>,
    /// Those that were closed while somebody held on to them. They work again when their tenant is reactivated.
    let_go: Mutex<Vec<Weak<TenantFile>>>,
    /// What new tenants' files are made in.
    pub(crate) moulds: Moulds,
    /// Where passwords are hashed, a few at a time.
    pub(crate) hashing: Gate,
    /// How often the public API was asked.
    pub(crate) limits: Limits,
    /// How delivering mails goes.
    pub(crate) mail: Deliveries,
    memory: Mutex<Vec<(TenantId, Location, KeepAlive)>>,
    /// Where the logs of closed tenants ended.
    pub(crate) closed_heads: Arc<ClosedHeads>,
    rounds: AtomicU64,
    /// Until which round no heads are noted, and nothing is tidied.
    heads_rest: AtomicU64,
    tidying_rests: AtomicU64,
    _registry_in_memory: Option<KeepAlive>,
    _caretaker: OnceLock<Caretaker>,
}

/// Every two seconds the registry is asked which open tenants are still active.
const ROUNDS_BETWEEN_SWEEPS: u64 = 4;
/// What matters little if it comes late is looked for every few seconds.
const ROUNDS_BETWEEN_TIDYING: u64 = 10;
/// After a failure it is let be for a minute.
const ROUNDS_OF_REST: u64 = 120;

impl Engine {
    pub(crate) fn open(setup: &Setup) -> Result<Arc<Self>> {
        check_sqlite()?;
        let config = &setup.config;
        config.mail.check()?;
        let directory = DataDirectory::open(&config.data)?;
        let registry =
            Database::open(Location::File(directory.registry()), Kind::Registry, config.options()).map_err(|error| match error {
                Error::Unavailable(Unavailable::Damaged) => Error::DataDirectory(format!(
                    "{} can't be used as a registry: it is damaged or another program's; restore it from a backup and keep this one aside",
                    directory.registry().display()
                )),
                Error::Unavailable(Unavailable::ReadOnly) if !directory.disk_is_read_only() => Error::DataDirectory(format!(
                    "{} can't be read and written by this user: give its owner both (chmod 600), in a directory that can be written",
                    directory.registry().display()
                )),
                other => other,
            })?;
        let engine = Arc::new(Self {
            setup: setup.clone(),
            directory: Some(directory),
            registry,
            tenants: OpenTenants::new(open_at_most(config)),
            let_go: Mutex::default(),
            moulds: Moulds::default(),
            hashing: Gate::new(),
            limits: Limits::new(&setup.config),
            mail: Deliveries::default(),
            memory: Mutex::default(),
            closed_heads: Arc::default(),
            rounds: AtomicU64::new(0),
            heads_rest: AtomicU64::new(0),
            tidying_rests: AtomicU64::new(0),
            _registry_in_memory: None,
            _caretaker: OnceLock::new(),
        });
        let watched = Arc::downgrade(&engine);
        engine._caretaker.get_or_init(|| Caretaker::start(move || watched.upgrade().map(|engine| engine.tend()).is_some()));
        Ok(engine)
    }

    /// An engine with all its databases in memory; `fill` writes into the empty registry.
    pub(crate) fn in_memory(setup: &Setup, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<Arc<Self>> {
        check_sqlite()?;
        setup.config.mail.check()?;
        let location = new_memory();
        let alive = template::make_in_memory(&location, Kind::Registry, fill)?;
        Ok(Arc::new(Self {
            setup: setup.clone(),
            directory: None,
            registry: Database::open(location, Kind::Registry, setup.config.options())?,
            tenants: OpenTenants::new(usize::MAX),
            let_go: Mutex::default(),
            moulds: Moulds::default(),
            hashing: Gate::new(),
            limits: Limits::new(&setup.config),
            mail: Deliveries::default(),
            memory: Mutex::default(),
            closed_heads: Arc::default(),
            rounds: AtomicU64::new(0),
            heads_rest: AtomicU64::new(0),
            tidying_rests: AtomicU64::new(0),
            _registry_in_memory: Some(alive),
            _caretaker: OnceLock::new(),
        }))
    }

    /// One round of background work.
    fn tend(&self) {
        caretaker::tend(&self.registry, "polaris.db");
        self.tenants.tend(|tenant| caretaker::tend(&tenant.database, tenant.slug.as_str()));
        self.tenants.close_where(TenantFile::seen_inactive);
        if self.is_rested(&self.heads_rest)
            && let Err(error) = heads::note_all(self)
        {
            tracing::warn!(%error, "where audit logs end could not be noted; it is tried again");
            self.rest(&self.heads_rest);
        }
        let round = self.rounds.fetch_add(1, Ordering::Relaxed);
        if round.is_multiple_of(ROUNDS_BETWEEN_SWEEPS)
            && let Err(error) = self.sweep()
        {
            tracing::warn!(%error, "tenants that are no longer active could not be looked for");
        }
        if round.is_multiple_of(ROUNDS_BETWEEN_TIDYING) {
            self.tidy();
        }
    }

    /// Ends and settles what staff have left behind in tenants.
    fn tidy(&self) {
        if !self.is_rested(&self.tidying_rests) {
            return;
        }
        if let Err(error) = support::end_overdue(self).and_then(|()| support::settle(self)) {
            tracing::warn!(%error, "what staff left behind in tenants could not be put in order; it is tried again");
            self.rest(&self.tidying_rests);
        }
    }

    fn is_rested(&self, until: &AtomicU64) -> bool {
        until.load(Ordering::Relaxed) <= self.rounds.load(Ordering::Relaxed)
    }

    /// A full disk or a damaged file stays so for a while.
    fn rest(&self, until: &AtomicU64) {
        until.store(self.rounds.load(Ordering::Relaxed) + ROUNDS_OF_REST, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.setup.now()
    }

    pub(crate) fn randomness(&self) -> &dyn Randomness {
        &*self.setup.randomness
    }

    pub(crate) fn options(&self) -> Options {
        self.setup.config.options()
    }

    /// What a file that is opened must know of its audit log's end.
    pub(crate) fn heads(&self, noted: Option<Head>) -> Heads {
        Heads { noted, closed: Arc::clone(&self.closed_heads) }
    }

    /// A tenant that is open. One seen deactivated is not trusted: meanwhile it may have been reactivated, deleted, or followed by another
    /// of its slug; the registry knows.
    pub(crate) fn open_already(&self, slug: &str) -> Option<Arc<TenantFile>> {
        let file = self.tenants.get(slug)?;
        if file.database.is_retired() {
            self.close_tenant(file.id);
            return None;
        }
        Some(file)
    }

    /// Looks a tenant up in the registry and opens its file, if it isn't open.
    pub(crate) fn open_tenant(&self, slug: &str) -> Result<Arc<TenantFile>> {
        let slug = Slug::parse(slug).map_err(|_| Error::TenantNotFound)?;
        let (id, state, schema, head) = self
            .registry
            .read(|registry| {
                let sql = "SELECT t.uuid, t.state, t.schema_version, h.epoch, h.entry_id, h.hash
                           FROM tenants t LEFT JOIN audit_heads h ON h.tenant_uuid = t.uuid WHERE t.slug = ?1";
                registry.first(sql, params![slug], |row| {
                    let (id, state) = (row.get::<TenantId>("uuid")?, row.get::<String>("state")?);
                    Ok((id, state, row.get::<u32>("schema_version")?, Head::read_joined(row)?))
                })
            })?
            .filter(|(_, state, ..)| state == "active" || state == "inactive")
            .ok_or(Error::TenantNotFound)?;
        if state == "inactive" {
            return Err(Error::TenantInactive);
        }
        let until = Instant::now() + self.options().deadline;
        loop {
            let opened = self.tenants.get_or_open(id, &slug, || {
                let heads = self.heads(head.clone());
                TenantFile::open(self.location(id, &slug)?, id, slug.clone(), self.options(), heads)
            });
            match opened {
                // All places are borrowed: one may be given back before the deadline.
                Err(Error::Unavailable(Unavailable::Overloaded)) if Instant::now() < until => std::thread::sleep(Duration::from_millis(2)),
                Err(error) => return Err(error),
                Ok(opened) => {
                    if schema != Kind::Tenant.version()
                        && let Err(error) = migrate::note(self, id, Kind::Tenant.version())
                    {
                        tracing::warn!(%error, tenant = %slug, "the registry's copy of a schema version stays behind; doctor corrects it");
                    }
                    return Ok(opened);
                }
            }
        }
    }

    /// Closes what the registry no longer calls active, so that no process of ours keeps a deleted tenant's file from being moved, or
    /// takes the next tenant of its slug for it.
    fn sweep(&self) -> Result<()> {
        let mut open = self.tenants.ids();
        open.extend(self.let_go().iter().map(|file| file.id));
        if open.is_empty() {
            return Ok(());
        }
        let gone = self.registry.read(|registry| {
            let active = |id: &TenantId| {
                let sql = "SELECT 1 AS one FROM tenants WHERE uuid = ?1 AND state = 'active'";
                registry.first(sql, params![id], |row| row.get::<i64>("one")).map(|found| found.is_some())
            };
            open.into_iter().map(|id| active(&id).map(|active| (id, active))).collect::<Result<Vec<_>>>()
        })?;
        gone.into_iter().filter(|(_, active)| !active).for_each(|(id, _)| self.close_tenant(id));
        Ok(())
    }

    /// Closes what this process has open of a tenant, as soon as nobody works with it.
    pub(crate) fn close_tenant(&self, id: TenantId) {
        let discarded = self.tenants.discard(id);
        let mut files = self.let_go();
        if let Some(file) = &discarded {
            self.let_go.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(file));
        }
        files.retain(|file| file.id == id);
        files.into_iter().chain(discarded).for_each(|file| file.database.retire(true));
    }

    /// Those closed earlier that somebody still has.
    fn let_go(&self) -> Vec<Arc<TenantFile>> {
        let mut files = self.let_go.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|file| file.strong_count() > 0);
        files.iter().filter_map(Weak::upgrade).collect()
    }

    /// Forgets a tenant's database in memory; there is one only in an engine that has all in memory.
    pub(crate) fn forget_in_memory(&self, id: TenantId) {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).retain(|(other, ..)| *other != id);
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

    /// Makes a tenant's database in memory.
    pub(crate) fn make_tenant_in_memory(&self, id: TenantId, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<()> {
        let location = new_memory();
        let alive = template::make_in_memory(&location, Kind::Tenant, fill)?;
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).push((id, location, alive));
        Ok(())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // In a forked child this is the parent's: no lock of it may be touched.
        if self.directory.is_some()
            && heads::may_note(&self.registry)
            && let Err(error) = heads::note_all(self)
        {
            tracing::debug!(%error, "where audit logs end was not noted at the end; the next opening does it");
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
