//! The engine: opens a data directory, and gives the platform and the tenants in it.

use std::path::PathBuf;
use std::sync::Arc;

use polaris_core as core;
use polaris_core::{Config, Durability, Patience};
use pyo3::prelude::*;

use crate::actor::Actor;
use crate::args::{self, Given, Unknown};
use crate::cache::{self, Key};
use crate::errors::{bad, exception, run};
use crate::fork::detached;
use crate::platform::Platform;
use crate::secret::{ApiKey, SessionToken};
use crate::tenant::TenantHandle;
use crate::tenant::public_events::PublicApi;

/// An open data directory. After a fork it opens the directory anew in the child.
#[pyclass(frozen, module = "polaris", weakref)]
pub(crate) struct Polaris(core::Polaris);

#[pymethods]
impl Polaris {
    /// Opens a data directory. Opened already in this process, with the same options, it costs next to nothing.
    ///
    /// durability is "full" (an acknowledged write survives a power cut) or "normal"; readers are the reading connections of one
    /// tenant, 1 to 8; open_tenants are kept open at most; deadline is how long one operation may take, in seconds; migrate_on_open
    /// says whether a database of an older schema is migrated or refused.
    #[staticmethod]
    #[pyo3(
        signature = (path, *, durability = None, readers = None, open_tenants = None, deadline = None, migrate_on_open = None, **unknown),
        text_signature = "(path, *, durability='full', readers=2, open_tenants=256, deadline=10.0, migrate_on_open=True)"
    )]
    #[allow(clippy::too_many_arguments, reason = "each is an argument in Python")]
    fn open(
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        durability: Given<'_>,
        readers: Given<'_>,
        open_tenants: Given<'_>,
        deadline: Given<'_>,
        migrate_on_open: Given<'_>,
        unknown: Option<Unknown<'_>>,
    ) -> PyResult<Self> {
        args::none_unknown(py, &unknown)?;
        let config = config(path, &durability, &readers, &open_tenants, &deadline, &migrate_on_open)?;
        let key = py.detach(|| Key::of(&config));
        if let Some(engine) = key.and_then(|key| cache::find(&key)) {
            return Ok(Self(engine));
        }
        let engine = run(py, || core::Polaris::open(config.clone()))?;
        Ok(Self(kept(py, &config, engine)))
    }

    /// Makes a new data directory, readable by its owner alone, and opens it. Takes the options of open.
    #[staticmethod]
    #[pyo3(
        signature = (path, *, durability = None, readers = None, open_tenants = None, deadline = None, migrate_on_open = None, **unknown),
        text_signature = "(path, *, durability='full', readers=2, open_tenants=256, deadline=10.0, migrate_on_open=True)"
    )]
    #[allow(clippy::too_many_arguments, reason = "each is an argument in Python")]
    fn init(
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        durability: Given<'_>,
        readers: Given<'_>,
        open_tenants: Given<'_>,
        deadline: Given<'_>,
        migrate_on_open: Given<'_>,
        unknown: Option<Unknown<'_>>,
    ) -> PyResult<Self> {
        args::none_unknown(py, &unknown)?;
        let config = config(path, &durability, &readers, &open_tenants, &deadline, &migrate_on_open)?;
        let engine = run(py, || core::Polaris::init(config.clone()))?;
        Ok(Self(kept(py, &config, engine)))
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
    fn platform(&self, py: Python<'_>, actor: &Bound<'_, PyAny>, context: Given<'_>) -> PyResult<Platform> {
        let caller = args::caller(actor, &context)?;
        run(py, || self.0.platform(caller)).map(|platform| Platform(Arc::new(platform)))
    }

    /// A tenant, for an actor. Cheap: obtain one for each request.
    #[pyo3(signature = (slug, actor, context = None))]
    fn tenant(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, actor: &Bound<'_, PyAny>, context: Given<'_>) -> PyResult<TenantHandle> {
        let (slug, caller) = (args::text("slug", slug)?, args::caller(actor, &context)?);
        run(py, || self.0.tenant(&slug, caller)).map(|handle| TenantHandle(Arc::new(handle)))
    }

    /// A tenant's public face, for whoever presents its API key. Obtain one for each request: the key is checked here.
    #[pyo3(signature = (slug, key, context = None))]
    fn public_api(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, key: &Bound<'_, PyAny>, context: Given<'_>) -> PyResult<PublicApi> {
        let (slug, context) = (args::text("slug", slug)?, args::request(&context)?);
        let key = match key.cast::<ApiKey>() {
            Ok(key) => Some(key.get().0.reveal().to_owned()),
            Err(_) if key.is_none() => None,
            Err(_) => Some(args::text("key", key)?),
        };
        run(py, || self.0.public_api(&slug, key.as_deref(), context, Patience::Wait)).map(|api| PublicApi(Arc::new(api)))
    }

    /// The staff member behind a session token.
    fn staff_session(&self, py: Python<'_>, token: &Bound<'_, PyAny>) -> PyResult<Actor> {
        let token = token_text(token)?;
        run(py, || self.0.staff_session(&token)).map(|caller| Actor::of(caller.actor))
    }

    /// The staff member behind a session token that has entered this tenant.
    fn support_session(&self, py: Python<'_>, token: &Bound<'_, PyAny>, slug: &Bound<'_, PyAny>) -> PyResult<Actor> {
        let (token, slug) = (token_text(token)?, args::text("slug", slug)?);
        run(py, || self.0.support_session(&token, &slug)).map(|caller| Actor::of(caller.actor))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        match slf.get().data() {
            Some(data) => Ok(format!("Polaris({})", data.into_pyobject(slf.py())?.str()?.repr()?)),
            None => Ok("Polaris.in_memory()".to_owned()),
        }
    }
}

fn token_text(token: &Bound<'_, PyAny>) -> PyResult<String> {
    match token.cast::<SessionToken>() {
        Ok(token) => Ok(token.get().0.reveal().to_owned()),
        Err(_) => args::text("token", token),
    }
}

/// Keeps a newly opened engine for the next who asks.
fn kept(py: Python<'_>, config: &Config, engine: core::Polaris) -> core::Polaris {
    let Some(key) = py.detach(|| Key::of(config)) else { return engine };
    let (engine, gone) = cache::keep(key, engine);
    detached(py, || drop(gone));
    engine
}

fn config(
    path: &Bound<'_, PyAny>,
    durability: &Given<'_>,
    readers: &Given<'_>,
    open_tenants: &Given<'_>,
    deadline: &Given<'_>,
    migrate_on_open: &Given<'_>,
) -> PyResult<Config> {
    let py = path.py();
    let data: PathBuf = path.extract().map_err(|_| args::wrong("path", "a path (str or os.PathLike)", path))?;
    let mut config = Config::at(data);
    if let Some(durability) = durability {
        config.durability = match args::text("durability", durability)?.as_str() {
            "full" => Durability::Full,
            "normal" => Durability::Normal,
            _ => return Err(bad(py, "durability", "must be one of full, normal")),
        };
    }
    let number = |name, value: &Bound<'_, PyAny>, most: u32| {
        let number = u32::try_from(args::whole(name, value)?).ok().filter(|number| (1..=most).contains(number));
        number.ok_or_else(|| bad(py, name, format!("must be a whole number from 1 to {most}")))
    };
    if let Some(readers) = readers {
        config.readers = number("readers", readers, 8)?;
    }
    if let Some(open_tenants) = open_tenants {
        config.open_tenants = number("open_tenants", open_tenants, 1_000_000)?;
    }
    if let Some(deadline) = deadline {
        config.deadline = args::seconds("deadline", deadline)?;
    }
    if let Some(migrate) = migrate_on_open {
        config.migrate_on_open = args::flag("migrate_on_open", migrate)?;
    }
    if config.data.as_os_str().is_empty() {
        return Err(exception(py, &core::Error::DataDirectory("no data directory was named: the path is empty".to_owned())));
    }
    Ok(config)
}
