//! Who acts, and in which request.

use std::hash::{Hash, Hasher};

use polaris_core as core;
use polaris_core::types::{SessionId, StaffId, UserId};
use polaris_core::{Role, StaffRole};
use pyo3::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::args::{self, Optional};
use crate::time::timeless;
use crate::value::{Of, Pickled, from_pickle, reduce, repr, value};

/// Whoever an operation is done by.
///
/// Actor.tenant_user(user.id, user.name, "coordinator") is a user as the embedding program knows them. Personal: repr shows no name.
#[pyclass(frozen, eq, hash, module = "polaris")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Actor(core::Actor);

impl Actor {
    pub(crate) fn core(&self) -> &core::Actor {
        &self.0
    }
}

#[pymethods]
impl Actor {
    /// Polaris itself: background work and programs without a person. May do everything.
    #[staticmethod]
    fn system() -> Self {
        Self(core::Actor::System)
    }

    /// A member of the operator's staff. The role is `admin` or `support`.
    #[staticmethod]
    #[pyo3(signature = (name, role = None), text_signature = "(name, role='admin')")]
    fn staff(py: Python<'_>, name: &Bound<'_, PyAny>, role: Optional<'_>) -> PyResult<Self> {
        let name = name_of(py, name)?;
        let role = role.map_or(Ok(StaffRole::Admin), |role| args::word("role", &role, StaffRole::parse))?;
        Ok(Self(core::Actor::staff(&name, role)))
    }

    /// A user of the tenant, as the embedding program knows them. The role is `admin`, `coordinator`, `virtual_admin` or `viewer`; the
    /// Flask application's `user` is a viewer.
    #[staticmethod]
    fn tenant_user(py: Python<'_>, id: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>, role: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (id, name) = (args::number("id", id)?, name_of(py, name)?);
        let role = args::word("role", role, Role::read)?;
        Ok(Self(core::Actor::tenant_user(id, &name, role)))
    }

    /// Anybody.
    #[staticmethod]
    fn public() -> Self {
        Self(core::Actor::Public)
    }

    /// What kind of actor this is: `system`, `staff`, `tenant_user`, `api_key` or `public`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    /// Their number, if they have one.
    #[getter]
    fn id(&self) -> Option<i64> {
        match &self.0 {
            core::Actor::Staff { id, .. } => id.map(StaffId::get),
            core::Actor::TenantUser { id, .. } => Some(id.get()),
            core::Actor::ApiKey { id, .. } => Some(id.get()),
            _ => None,
        }
    }

    /// Their name, for the audit log.
    #[getter]
    fn name(&self) -> Option<&str> {
        match &self.0 {
            core::Actor::Staff { name, .. } | core::Actor::TenantUser { name, .. } => Some(name),
            _ => None,
        }
    }

    /// What they may do.
    #[getter]
    fn role(&self) -> Option<&'static str> {
        match &self.0 {
            core::Actor::Staff { role, .. } => Some(role.as_str()),
            core::Actor::TenantUser { role, .. } => Some(role.as_str()),
            _ => None,
        }
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr(slf.as_any(), &["kind", "id", "role"])
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Pickled<'py>> {
        reduce(slf)
    }

    #[staticmethod]
    fn _from_pickle(py: Python<'_>, text: &str) -> PyResult<Self> {
        from_pickle(py, text)
    }
}

timeless! { Actor }

impl Of<core::Actor> for Actor {
    fn of(actor: core::Actor) -> Self {
        Self(actor)
    }
}

/// The audit log needs a name to be of use.
fn name_of(py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<String> {
    use polaris_core::types::text::{NAME_MAX, line, required};
    required(line(&args::text("name", name)?, NAME_MAX)).map_err(|problem| args::refused(py, "name", problem))
}

impl Hash for Actor {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.kind(), self.id(), self.name(), self.role()).hash(state);
    }
}

/// An actor as pickles hold it.
#[derive(Serialize, Deserialize)]
struct Stored {
    kind: String,
    id: Option<i64>,
    name: Option<String>,
    role: Option<String>,
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, name, role) = (self.kind().to_owned(), self.name().map(str::to_owned), self.role().map(str::to_owned));
        Stored { kind, id: self.id(), name, role }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bad = || serde::de::Error::custom("not an actor");
        let Stored { kind, id, name, role } = Stored::deserialize(deserializer)?;
        let (name, role) = (name.as_deref().unwrap_or_default(), role.as_deref().unwrap_or_default());
        Ok(Self(match kind.as_str() {
            "system" => core::Actor::System,
            "public" => core::Actor::Public,
            "staff" => core::Actor::Staff { id: id.map(StaffId::new), name: name.into(), role: StaffRole::parse(role).map_err(|_| bad())? },
            "tenant_user" => core::Actor::TenantUser {
                id: UserId::new(id.ok_or_else(bad)?),
                name: name.into(),
                role: Role::parse(role).map_err(|_| bad())?,
            },
            _ => return Err(bad()),
        }))
    }
}

value! {
    /// The request an operation is part of; kept in the audit log. Personal: repr shows no address.
    Context [request_id] {
        /// The address it came from.
        address: Option<String>,
        /// Its id, to find it in the log again.
        request_id: Option<String>,
    } {
        #[new]
        #[pyo3(signature = (address = None, request_id = None), text_signature = "(address=None, request_id=None)")]
        fn new(address: Optional<'_>, request_id: Optional<'_>) -> PyResult<Self> {
            Ok(Self { address: args::optional_text("address", &address)?, request_id: args::optional_text("request_id", &request_id)? })
        }
    }
}

impl Context {
    pub(crate) fn to_core(&self) -> core::Context {
        core::Context { address: self.address.clone(), request_id: self.request_id.clone() }
    }
}

value! {
    /// An actor with the session they are known by: what a session token stands for. Takes the place of an actor wherever one is wanted.
    Caller [actor, session] {
        /// Who acts.
        actor: Actor,
        /// The number of their session; what is theirs alone, such as logging out, needs one.
        session: Option<i64>,
        /// In which request.
        context: Context,
    }
}

impl Caller {
    pub(crate) fn to_core(&self) -> core::Caller {
        core::Caller { session: self.session.map(SessionId::new), ..core::Caller::new(self.actor.core().clone(), self.context.to_core()) }
    }
}

impl From<core::Caller> for Caller {
    fn from(caller: core::Caller) -> Self {
        let core::Context { address, request_id } = caller.context;
        Self { actor: Actor(caller.actor), session: caller.session.map(SessionId::get), context: Context { address, request_id } }
    }
}

value! {
    /// Who is acting, as a screen shows them. Personal: repr shows no name.
    Who from core::Who [kind, id, role] {
        /// `tenant_user`, `staff` or `system`.
        kind: String,
        /// Their number: of a user in the tenant, of a member of staff in the registry.
        id: Option<i64>,
        /// Their name.
        name: Option<String>,
        /// Their role.
        role: Option<String>,
    }
}
