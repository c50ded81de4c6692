//! Who acts, and in which request.

use std::hash::{Hash, Hasher};

use polaris_core as core;
use polaris_core::types::{StaffId, UserId};
use polaris_core::{Role, StaffRole};
use pyo3::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::args::{self, Given};
use crate::value::{Reduced, reduce, repr, value};

/// Whoever an operation is done by.
///
/// Actor.tenant_user(user.id, user.name, "coordinator") is a user as the embedding program knows them.
#[pyclass(frozen, eq, hash, module = "polaris")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Actor(core::Actor);

impl Actor {
    pub(crate) fn of(actor: core::Actor) -> Self {
        Self(actor)
    }

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
    fn staff(py: Python<'_>, name: &Bound<'_, PyAny>, role: Given<'_>) -> PyResult<Self> {
        let name = name_of(py, name)?;
        Ok(Self(core::Actor::staff(&name, args::word("role", &role, StaffRole::parse)?.unwrap_or(StaffRole::Admin))))
    }

    /// A user of the tenant, as the embedding program knows them. The role is `admin`, `coordinator`, `virtual_admin` or `viewer`.
    #[staticmethod]
    fn tenant_user(py: Python<'_>, id: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>, role: &Bound<'_, PyAny>) -> PyResult<Self> {
        // A number that doesn't fit would name somebody else in the audit log.
        let id: i64 = match args::whole("id", id)? {
            i64::MIN | i64::MAX => return Err(args::wrong("id", "a whole number of at most 64 bits", id)),
            id => id,
        };
        let name = name_of(py, name)?;
        let role = Role::parse(&args::text("role", role)?).map_err(|problem| args::refused(py, "role", problem))?;
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
        repr(slf.as_any(), &["kind", "id", "name", "role"])
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduce(slf.py(), "Actor", slf.get())
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
struct Pickled {
    kind: String,
    id: Option<i64>,
    name: Option<String>,
    role: Option<String>,
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, name, role) = (self.kind().to_owned(), self.name().map(str::to_owned), self.role().map(str::to_owned));
        Pickled { kind, id: self.id(), name, role }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bad = || serde::de::Error::custom("not an actor");
        let Pickled { kind, id, name, role } = Pickled::deserialize(deserializer)?;
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

/// The request an operation is part of; kept in the audit log.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Context {
    /// The address it came from.
    address: Option<String>,
    /// Its id, to find it in the log again.
    request_id: Option<String>,
}

impl Context {
    pub(crate) fn to_core(&self) -> core::Context {
        core::Context { address: self.address.clone(), request_id: self.request_id.clone() }
    }
}

value!(Context[address, request_id] {
    #[new]
    #[pyo3(signature = (address = None, request_id = None), text_signature = "(address=None, request_id=None)")]
    fn new(address: Given<'_>, request_id: Given<'_>) -> PyResult<Self> {
        Ok(Self { address: args::optional_text("address", &address)?, request_id: args::optional_text("request_id", &request_id)? })
    }
});
