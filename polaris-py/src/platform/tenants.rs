//! Tenants created, listed and shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use polaris_core as core;
use polaris_core::error::Problem;
use polaris_core::{NewTenant, TenantFilter, TenantState};
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};

use crate::args::{self, Given, Unknown};
use crate::errors::run;
use crate::page::Page;
use crate::secret::ApiKey;
use crate::time::Instant;
use crate::value::{refuse_to_reduce, repr, value};

/// The tenants of the installation.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Tenants(pub(super) Arc<core::Platform>);

#[pymethods]
impl Tenants {
    /// Creates a tenant: its database, a copy of the reference data, its first API key.
    #[pyo3(
        signature = (*, slug = None, name = None, district = None, features = None, time_zone = None, **unknown),
        text_signature = "($self, *, slug, name, district=None, features=None, time_zone=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "each is an argument in Python")]
    fn create(
        &self,
        py: Python<'_>,
        slug: Given<'_>,
        name: Given<'_>,
        district: Given<'_>,
        features: Given<'_>,
        time_zone: Given<'_>,
        unknown: Option<Unknown<'_>>,
    ) -> PyResult<CreatedTenant> {
        args::none_unknown(py, &unknown)?;
        let draft = NewTenant {
            slug: args::required_text("slug", &slug)?,
            name: args::required_text("name", &name)?,
            district: args::optional_text("district", &district)?,
            features: flags(&features)?,
            time_zone: args::optional_text("time_zone", &time_zone)?,
            first_admin: None,
        };
        run(py, || self.0.tenants().create(draft)).map(CreatedTenant::of)
    }

    /// Tenants by slug, a page at a time. q is text that slug, name or district contain; state is "active", "inactive" or
    /// "trashed"; without it those in the trash are left out.
    #[pyo3(
        signature = (*, q = None, state = None, page = None, per_page = None, **unknown),
        text_signature = "($self, *, q=None, state=None, page=1, per_page=20)"
    )]
    fn list(
        &self,
        py: Python<'_>,
        q: Given<'_>,
        state: Given<'_>,
        page: Given<'_>,
        per_page: Given<'_>,
        unknown: Option<Unknown<'_>>,
    ) -> PyResult<Page> {
        args::none_unknown(py, &unknown)?;
        let named =
            |name: &str| TenantState::named(name).ok_or_else(|| Problem::new("UNKNOWN_VALUE", "must be one of active, inactive, trashed"));
        let filter = TenantFilter { q: args::optional_text("q", &q)?, state: args::word("state", &state, named)? };
        let page = args::page(py, &page, &per_page)?;
        Page::of(py, run(py, || self.0.tenants().list(&filter, page))?, Tenant::of)
    }

    /// One tenant with what its own file tells.
    fn get(&self, py: Python<'_>, slug: &Bound<'_, PyAny>) -> PyResult<TenantDetails> {
        let slug = args::text("slug", slug)?;
        run(py, || self.0.tenants().get(&slug)).map(TenantDetails::of)
    }
}

fn flags(features: &Given<'_>) -> PyResult<BTreeMap<String, bool>> {
    let Some(features) = features else { return Ok(BTreeMap::new()) };
    let mut flags = BTreeMap::new();
    for item in args::items("features", features)? {
        let (name, on): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        let name = args::text("features", &name)?;
        let on = args::flag("features", &on)?;
        flags.insert(name, on);
    }
    Ok(flags)
}

/// A tenant, as lists show it.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Tenant {
    /// The same for ever, never used again.
    id: String,
    /// Its name in addresses.
    slug: String,
    /// Its name for people.
    name: String,
    /// The school district it stands for.
    district: Option<String>,
    /// `active` or `inactive`.
    state: String,
    /// Its time zone, by its IANA name.
    time_zone: String,
    /// When it was created (UTC).
    created_at: Instant,
    /// When what is shown here last changed (UTC).
    updated_at: Instant,
}

value!(Tenant[slug, name, state]);

impl Tenant {
    fn of(tenant: core::Tenant) -> Self {
        let core::Tenant { id, slug, name, district, state, time_zone, created_at, updated_at } = tenant;
        Self {
            id: id.to_string(),
            slug: slug.to_string(),
            name,
            district,
            state: state.as_str().to_owned(),
            time_zone: time_zone.name().to_owned(),
            created_at: Instant(created_at),
            updated_at: Instant(updated_at),
        }
    }
}

/// A tenant with what its own file tells.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct TenantDetails {
    /// What lists show.
    tenant: Tenant,
    /// Feature flags by name.
    features: BTreeMap<String, bool>,
    /// The API keys in force.
    api_keys: Vec<ApiKeyState>,
    /// How many events stand in each status; one without any is missing.
    events: BTreeMap<String, u32>,
    /// How many schools it knows.
    schools: u32,
    /// The schema version of its file.
    schema_version: u32,
    /// Bytes of its file and of the log beside it; 0 in memory.
    file_bytes: (u64, u64),
    /// When anything was last changed in it (UTC).
    last_activity: Option<Instant>,
}

value!(TenantDetails[tenant, features, events, schools]);

impl TenantDetails {
    fn of(details: core::TenantDetails) -> Self {
        Self {
            tenant: Tenant::of(details.tenant),
            features: details.features,
            api_keys: details
                .api_keys
                .into_iter()
                .map(|key| ApiKeyState { hint: key.hint, created_at: Instant(key.created_at), expires_at: key.expires_at.map(Instant) })
                .collect(),
            events: details.events.into_iter().map(|(status, count)| (status.as_str().to_owned(), count)).collect(),
            schools: details.schools,
            schema_version: details.schema_version,
            file_bytes: details.file_bytes,
            last_activity: details.last_activity.map(Instant),
        }
    }
}

/// An API key without its secret.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ApiKeyState {
    /// How the key begins.
    hint: String,
    /// When it was made (UTC).
    created_at: Instant,
    /// When it ends, if it does (UTC).
    expires_at: Option<Instant>,
}

value!(ApiKeyState[hint, created_at, expires_at]);

/// A tenant just created, with its first API key.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct CreatedTenant {
    /// The tenant.
    tenant: Tenant,
    /// Its first API key. Only its hash is stored: this is the one time it can be shown.
    api_key: ApiKey,
    /// What was copied from the reference data.
    copied: Copied,
}

impl CreatedTenant {
    fn of(created: core::CreatedTenant) -> Self {
        let copied = created.copied;
        Self {
            tenant: Tenant::of(created.tenant),
            api_key: ApiKey(created.api_key),
            copied: Copied {
                district_known: copied.district_known,
                schools: copied.schools,
                skills: copied.skills,
                career_types: copied.career_types,
            },
        }
    }
}

#[pymethods]
impl CreatedTenant {
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr(slf.as_any(), &["tenant", "api_key", "copied"])
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_to_reduce("CreatedTenant"))
    }
}

/// Rows copied from the reference data.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Copied {
    /// Whether the reference data knows the district; None when none was given.
    district_known: Option<bool>,
    /// Schools.
    schools: u32,
    /// Skills.
    skills: u32,
    /// Career types.
    career_types: u32,
}

value!(Copied[district_known, schools, skills, career_types]);
