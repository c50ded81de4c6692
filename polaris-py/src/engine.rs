//! The engine: opens a data directory, and gives the platform and the tenants in it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polaris_core as core;
use polaris_core::error::Problem;
use polaris_core::{Config, Durability, Patience, RateLimits, SignupLimits};
use pyo3::prelude::*;

use crate::actor::Caller;
use crate::args::{self, Optional};
use crate::cache::{self, Key};
use crate::errors::{exception, run};
use crate::fork::detached;
use crate::given::{Given, Keywords};
use crate::mail;
use crate::platform::Platform;
use crate::platform::backups::{Backup, RestoredDirectory, Verification};
use crate::platform::own_sessions::StaffDoor;
use crate::progress::run_telling;
use crate::tenant::TenantHandle;
use crate::tenant::calendar::{CalendarFile, public_url};
use crate::tenant::public_events::PublicApi;
use crate::tenant::signup::Signups;

/// An open data directory. After a fork it opens the directory anew in the child.
#[pyclass(frozen, module = "polaris", weakref)]
pub(crate) struct Polaris(core::Polaris);

#[pymethods]
impl Polaris {
    /// Opens a data directory. Opened already in this process, with the same options, it costs next to nothing.
    ///
    /// durability is "full" (an acknowledged write survives a power cut) or "normal"; readers are the reading connections of one
    /// tenant, 1 to 8; open_tenants are kept open at most; deadline is how long one operation may take, in seconds; migrate_on_open
    /// says whether a database of an older schema is migrated or refused; api_per_minute, api_per_hour and api_per_day are how often
    /// one API key may enter the public API, signups_per_address how often people may sign up from one address in ten minutes;
    /// public_url is where the public reaches this installation, for links in mails.
    ///
    /// mail is how mails are sent, as a dict: "transport" is "folder" (each becomes a file in "folder", by default mail in the data
    /// directory), "smtp" or "none" (all wait); "from" is the address they come from; "allow" lists who may get mails, addresses and
    /// domains such as "@example.org", everyone when left out. For "smtp": "host", "port", "security" ("none", "starttls" or "tls"),
    /// "user", "password", "ca_file", and "timeout" in seconds. What a `polaris serve` beside it sends goes by its own settings.
    #[staticmethod]
    #[pyo3(
        signature = (path, **options),
        text_signature = "(path, *, durability='full', readers=2, open_tenants=256, deadline=10.0, migrate_on_open=True, \
            api_per_minute=60, api_per_hour=1000, api_per_day=10000, signups_per_address=30, public_url=None, mail=None)"
    )]
    fn open(py: Python<'_>, path: &Bound<'_, PyAny>, options: Option<Keywords<'_>>) -> PyResult<Self> {
        let config = config(path, Given::new(py, options))?;
        let key = py.detach(|| Key::of(&config));
        if let Some(engine) = key.and_then(|key| cache::find(&key)) {
            return Ok(Self(engine));
        }
        let engine = run(py, || core::Polaris::open(config.clone()).map_err(|error| advised(error, &config.data)))?;
        Ok(Self(kept(py, &config, engine)))
    }

    /// Makes a new data directory, readable by its owner alone, and opens it. Takes the options of open.
    #[staticmethod]
    #[pyo3(
        signature = (path, **options),
        text_signature = "(path, *, durability='full', readers=2, open_tenants=256, deadline=10.0, migrate_on_open=True, \
            api_per_minute=60, api_per_hour=1000, api_per_day=10000, signups_per_address=30, public_url=None, mail=None)"
    )]
    fn init(py: Python<'_>, path: &Bound<'_, PyAny>, options: Option<Keywords<'_>>) -> PyResult<Self> {
        let config = config(path, Given::new(py, options))?;
        let engine = run(py, || core::Polaris::init(config.clone()))?;
        Ok(Self(kept(py, &config, engine)))
    }

    /// Puts a whole installation back from the folder of a backup, into a data directory that is new or empty; nothing else is needed for it.
    /// Every file is checked first; a tenant whose file isn't sound is told, and the rest put back. All sessions and links are void.
    /// progress is called with how many files are done, of how many. Takes the options of open too.
    #[staticmethod]
    #[pyo3(
        signature = (path, backup, actor, context = None, **given),
        text_signature = "(path, backup, actor, context=None, *, progress=None, durability='full', readers=2, open_tenants=256, deadline=10.0, \
            migrate_on_open=True, api_per_minute=60, api_per_hour=1000, api_per_day=10000, signups_per_address=30, public_url=None, mail=None)"
    )]
    fn restore(
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        backup: &Bound<'_, PyAny>,
        actor: &Bound<'_, PyAny>,
        context: Optional<'_>,
        given: Option<Keywords<'_>>,
    ) -> PyResult<RestoredDirectory> {
        let (backup, caller, mut given) = (folder(backup)?, args::caller(actor, &context)?, Given::new(py, given));
        let progress = given.progress()?;
        let builder = core::Polaris::builder(config(path, given)?);
        run_telling(py, progress, move |tell| builder.restore(&backup, caller, tell)).map(RestoredDirectory::from)
    }

    /// Checks the backup in a folder, whatever there is of the data directory it was made of; as backups().verify, but for what only the
    /// operator's audit log can tell.
    #[staticmethod]
    #[pyo3(signature = (backup, **given), text_signature = "(backup, *, progress=None)")]
    fn verify_backup(py: Python<'_>, backup: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Verification> {
        let (backup, mut given) = (folder(backup)?, Given::new(py, given));
        let progress = given.progress()?;
        given.none_left()?;
        run_telling(py, progress, move |tell| Ok(core::Polaris::verify_backup(&backup, tell))).map(Verification::from)
    }

    /// An engine with all its databases in memory, for tests: the same behaviour, gone when dropped.
    #[staticmethod]
    fn in_memory(py: Python<'_>) -> PyResult<Self> {
        run(py, core::Polaris::in_memory).map(Self)
    }

    /// The place of the data; None for an engine in memory.
    #[getter]
    fn data(&self) -> Option<PathBuf> {
        Some(self.0.data()).filter(|data| !data.as_os_str().is_empty()).map(ToOwned::to_owned)
    }

    /// The operator's side: tenants, reference data, staff sessions, doctor.
    #[pyo3(signature = (actor, context = None))]
    fn platform(&self, py: Python<'_>, actor: &Bound<'_, PyAny>, context: Optional<'_>) -> PyResult<Platform> {
        let caller = args::caller(actor, &context)?;
        run(py, || self.0.platform(caller)).map(|platform| Platform(Arc::new(platform)))
    }

    /// A tenant, for an actor. Cheap: obtain one for each request.
    #[pyo3(signature = (slug, actor, context = None))]
    fn tenant(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, actor: &Bound<'_, PyAny>, context: Optional<'_>) -> PyResult<TenantHandle> {
        let (slug, caller) = (args::text("slug", slug)?, args::caller(actor, &context)?);
        run(py, || self.0.tenant(&slug, caller)).map(|handle| TenantHandle(Arc::new(handle)))
    }

    /// A tenant's public face, for whoever presents one of its API keys. Obtain one for each request: the key is checked and counted here,
    /// and wrong ones are counted by the context's address.
    #[pyo3(signature = (slug, key, context = None))]
    fn public_api(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, key: &Bound<'_, PyAny>, context: Optional<'_>) -> PyResult<PublicApi> {
        let (slug, context) = (args::text("slug", slug)?, args::request(&context)?);
        let key = Some(key).filter(|key| !key.is_none()).map(|key| args::secret_text("key", key)).transpose()?;
        run(py, || self.0.public_api(&slug, key.as_deref(), context, Patience::Wait)).map(|api| PublicApi(Arc::new(api)))
    }

    /// A tenant's published and completed events as an iCalendar file, for anybody. public_url is where this installation is reached, for
    /// links to sign-up pages. Where there is no such tenant, or it has events switched off, it is NotFound.
    #[pyo3(signature = (slug, context = None, **given), text_signature = "($self, slug, context=None, *, public_url=None)")]
    fn public_calendar(
        &self,
        py: Python<'_>,
        slug: &Bound<'_, PyAny>,
        context: Optional<'_>,
        given: Option<Keywords<'_>>,
    ) -> PyResult<CalendarFile> {
        let (slug, context, public_url) = (args::text("slug", slug)?, args::request(&context)?, public_url(Given::new(py, given))?);
        let read = || Ok(self.0.public_calendar(&slug, context, Patience::Wait)?.file(public_url.as_deref())?.value);
        run(py, read).map(CalendarFile::from)
    }

    /// What is at the secret address of a calendar feed: all events of the tenant, as long as the feed's user may see them; else NotFound.
    #[pyo3(
        signature = (slug, secret, context = None, **given),
        text_signature = "($self, slug, secret, context=None, *, public_url=None)"
    )]
    fn calendar_feed(
        &self,
        py: Python<'_>,
        slug: &Bound<'_, PyAny>,
        secret: &Bound<'_, PyAny>,
        context: Optional<'_>,
        given: Option<Keywords<'_>>,
    ) -> PyResult<CalendarFile> {
        let (slug, secret, context) = (args::text("slug", slug)?, args::secret_text("secret", secret)?, args::request(&context)?);
        let public_url = public_url(Given::new(py, given))?;
        run(py, || self.0.calendar_feed(&slug, &secret, context, public_url.as_deref())).map(CalendarFile::from)
    }

    /// Where people sign up for a tenant's events, without a log-in: what a form of one's own needs. The context holds the visitor's address,
    /// by which attempts are counted, as are wrong links.
    #[pyo3(signature = (slug, context = None))]
    fn signup(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, context: Optional<'_>) -> PyResult<Signups> {
        let (slug, context) = (args::text("slug", slug)?, args::request(&context)?);
        Signups::enter(py, &self.0, &slug, context)
    }

    /// The staff member behind a session token.
    fn staff_session(&self, py: Python<'_>, token: &Bound<'_, PyAny>) -> PyResult<Caller> {
        let token = args::secret_text("token", token)?;
        run(py, || self.0.staff_session(&token)).map(Caller::from)
    }

    /// The staff member behind a session token that has entered this tenant.
    fn support_session(&self, py: Python<'_>, token: &Bound<'_, PyAny>, slug: &Bound<'_, PyAny>) -> PyResult<Caller> {
        let (token, slug) = (args::secret_text("token", token)?, args::text("slug", slug)?);
        run(py, || self.0.support_session(&token, &slug)).map(Caller::from)
    }

    /// Whoever a session token stands for in this tenant: one of its users, or a member of staff who has entered it.
    fn tenant_session(&self, py: Python<'_>, token: &Bound<'_, PyAny>, slug: &Bound<'_, PyAny>) -> PyResult<Caller> {
        let (token, slug) = (args::secret_text("token", token)?, args::text("slug", slug)?);
        run(py, || self.0.tenant_session(&token, &slug, Patience::Wait)).map(Caller::from)
    }

    /// Where people log in to a tenant: for whoever has no session yet. An inactive tenant is not found here.
    #[pyo3(signature = (slug, context = None))]
    fn tenant_door(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, context: Optional<'_>) -> PyResult<TenantHandle> {
        let (slug, context) = (args::text("slug", slug)?, args::request(&context)?);
        run(py, || self.0.tenant_door(&slug, context)).map(|handle| TenantHandle(Arc::new(handle)))
    }

    /// Where staff log in: for whoever has no session yet.
    #[pyo3(signature = (context = None))]
    fn staff_door(&self, py: Python<'_>, context: Optional<'_>) -> PyResult<StaffDoor> {
        let context = args::request(&context)?;
        run(py, || self.0.staff_door(context)).map(|door| StaffDoor(Arc::new(door)))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        match slf.get().data() {
            Some(data) => Ok(format!("Polaris({})", data.into_pyobject(slf.py())?.str()?.repr()?)),
            None => Ok("Polaris.in_memory()".to_owned()),
        }
    }
}

/// Keeps a newly opened engine for the next who asks.
fn kept(py: Python<'_>, config: &Config, engine: core::Polaris) -> core::Polaris {
    let Some(key) = py.detach(|| Key::of(config)) else { return engine };
    let (engine, gone) = cache::keep(key, engine);
    detached(py, || drop(gone));
    engine
}

/// Where there is no data directory the core says how the command line makes one: here it is a program that asks.
fn advised(error: core::Error, data: &Path) -> core::Error {
    match (&error, data.join("polaris.db").symlink_metadata()) {
        (core::Error::DataDirectory(_), Err(missing)) if missing.kind() == io::ErrorKind::NotFound => {
            core::Error::DataDirectory(format!("there is no Polaris data directory at {}: make one with Polaris.init", data.display()))
        }
        _ => error,
    }
}

/// The folder of a backup: its path, or as a list of backups gave it.
fn folder(backup: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    match backup.cast::<Backup>() {
        Ok(backup) => Ok(backup.get().folder().to_owned()),
        Err(_) => args::path("backup", backup),
    }
}

/// How often a key may be let to ask.
const REQUESTS: std::ops::RangeInclusive<u32> = 1..=1_000_000_000;

fn config(path: &Bound<'_, PyAny>, mut options: Given<'_>) -> PyResult<Config> {
    let py = path.py();
    let data = args::path("path", path)?;
    if data.as_os_str().is_empty() {
        return Err(exception(py, &core::Error::DataDirectory("no data directory was named: the path is empty".to_owned())));
    }
    let usual = Config::at(data);
    let config = Config {
        durability: options.word("durability", durability)?.unwrap_or(usual.durability),
        readers: options.number("readers", 1..=8)?.unwrap_or(usual.readers),
        open_tenants: options.number("open_tenants", 1..=1_000_000)?.unwrap_or(usual.open_tenants),
        deadline: options.take("deadline")?.map_or(Ok(usual.deadline), |deadline| args::seconds("deadline", &deadline))?,
        migrate_on_open: options.flag("migrate_on_open")?.unwrap_or(usual.migrate_on_open),
        rate_limits: RateLimits {
            per_minute: options.number("api_per_minute", REQUESTS)?.unwrap_or(usual.rate_limits.per_minute),
            per_hour: options.number("api_per_hour", REQUESTS)?.unwrap_or(usual.rate_limits.per_hour),
            per_day: options.number("api_per_day", REQUESTS)?.unwrap_or(usual.rate_limits.per_day),
        },
        signup_limits: SignupLimits {
            submissions: options.number("signups_per_address", REQUESTS)?.unwrap_or(usual.signup_limits.submissions),
            ..usual.signup_limits
        },
        public_url: public_url_of(py, &mut options)?,
        mail: mail::config(&mut options)?,
        ..usual
    };
    options.none_left()?;
    Ok(config)
}

fn public_url_of(py: Python<'_>, options: &mut Given<'_>) -> PyResult<Option<String>> {
    let url = options.text("public_url")?;
    let web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    if url.as_ref().is_some_and(|url| !web(url) || url.contains(|c: char| c.is_whitespace() || c.is_control() || "?#\"<>".contains(c))) {
        return Err(crate::errors::bad(py, "public_url", "must be an address such as https://events.example.org, without ? or #"));
    }
    Ok(url.map(|url| url.trim_end_matches('/').to_owned()))
}

fn durability(name: &str) -> Result<Durability, Problem> {
    match name {
        "full" => Ok(Durability::Full),
        "normal" => Ok(Durability::Normal),
        _ => Err(Problem::new("UNKNOWN_VALUE", "must be one of full, normal")),
    }
}
