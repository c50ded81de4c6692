//! P1–P4: tenants created, listed, shown, edited, deactivated, deleted.

use std::collections::BTreeMap;
use std::sync::Arc;

use polaris_core as core;
use polaris_core::error::Problem;
use polaris_core::{TenantFilter, TenantState};
use pyo3::prelude::*;

use crate::accounts::CreatedUser;
use crate::args;
use crate::errors::run;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::platform::migrate::MigrationReport;
use crate::progress::run_telling;
use crate::secret::ApiKey;
use crate::tenant::api_keys::ApiKeyState;
use crate::tenant::recruitment::Weights;
use crate::tenant::settings::{Branding, MailSettings};
use crate::time::Instant;
use crate::value::{Of, value};

/// The tenants of the installation.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Tenants(pub(super) Arc<core::Platform>);

impl Tenants {
    fn listing(&self, given: &mut Given<'_>) -> PyResult<Listing> {
        let (filter, platform) = (filter(given)?, Arc::clone(&self.0));
        Ok(Listing::of::<_, Tenant>(move |page| platform.tenants().list(&filter, page)))
    }
}

fn filter(given: &mut Given<'_>) -> PyResult<TenantFilter> {
    Ok(TenantFilter { q: given.text("q")?, state: given.word("state", state)? })
}

fn state(name: &str) -> Result<TenantState, Problem> {
    let known: Vec<_> = TenantState::ALL.iter().map(|state| state.as_str()).collect();
    TenantState::named(name).ok_or_else(|| Problem::new("UNKNOWN_VALUE", format!("must be one of {}", known.join(", "))))
}

#[pymethods]
impl Tenants {
    /// Creates a tenant: its database, a copy of the reference data, its first API key, and its first admin if one is described (a dict of
    /// what `users().create` takes, but for the role). features are flags that differ from the defaults.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, slug, name, district=None, features=None, time_zone=None, first_admin=None)"
    )]
    fn create(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<CreatedTenant> {
        let draft: core::NewTenant = Given::new(py, given).draft()?;
        run(py, || self.0.tenants().create(draft)).map(CreatedTenant::from)
    }

    /// Tenants by slug, a page at a time. q is text that slug, name or district contain; state is "active", "inactive" or "trashed":
    /// without one those in the trash are left out.
    #[pyo3(signature = (**given), text_signature = "($self, *, q=None, state=None, page=1, per_page=20)")]
    fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |given| self.listing(given))
    }

    /// As list, one after the other.
    #[pyo3(signature = (**given), text_signature = "($self, *, q=None, state=None, per_page=100)")]
    fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |given| self.listing(given))
    }

    /// As list, all of them as they were at one moment.
    #[pyo3(signature = (**given), text_signature = "($self, *, q=None, state=None)")]
    fn list_all(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Vec<Tenant>> {
        let mut given = Given::new(py, given);
        let filter = filter(&mut given)?;
        given.none_left()?;
        run(py, || self.0.tenants().list_all(&filter)).map(Of::of)
    }

    /// One tenant with what its own file tells.
    fn get(&self, py: Python<'_>, slug: &Bound<'_, PyAny>) -> PyResult<TenantDetails> {
        let slug = args::text("slug", slug)?;
        run(py, || self.0.tenants().get(&slug)).map(TenantDetails::from)
    }

    /// Changes what is given and keeps the rest; None clears. A flag that is None is forgotten, which gives it its default; a text of the
    /// portal that is None is removed. With the version that was read, only if it is still the present one.
    #[pyo3(
        signature = (slug, **given),
        text_signature = "($self, slug, *, version=None, name=..., district=..., features=..., branding=..., portal=..., \
            time_zone=..., allowed_origins=..., recruitment_weights=..., waitlist=..., mail=...)"
    )]
    fn edit(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<TenantDetails> {
        let (slug, mut given) = (args::text("slug", slug)?, Given::new(py, given));
        let version = given.version()?;
        let edit = given.draft()?;
        run(py, || self.0.tenants().edit(&slug, &edit, version)).map(TenantDetails::from)
    }

    /// Brings databases of tenants to this version's schema, all or those named by slug, each after a copy of it was made; dry_run only tells
    /// which need it. jobs are how many at a time, 1 to 16. progress is called with how many are done, of how many.
    #[pyo3(signature = (**given), text_signature = "($self, *, all=False, tenants=None, dry_run=False, jobs=None, progress=None)")]
    fn migrate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<MigrationReport> {
        let mut given = Given::new(py, given);
        let (progress, wanted, platform) = (given.progress()?, given.draft()?, Arc::clone(&self.0));
        run_telling(py, progress, move |tell| platform.tenants().migrate_with(&wanted, tell)).map(MigrationReport::from)
    }

    /// Deactivates a tenant, at once and everywhere: handles refuse, sessions end, log-ins refuse, the public finds nothing.
    #[pyo3(signature = (slug, **given), text_signature = "($self, slug, *, reason=None)")]
    fn deactivate(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Tenant> {
        let (slug, reason) = slug_and_reason(slug, Given::new(py, given))?;
        run(py, || self.0.tenants().deactivate(&slug, reason.as_deref())).map(Tenant::from)
    }

    /// Reactivates a deactivated tenant. Sessions that ended stay ended.
    #[pyo3(signature = (slug, **given), text_signature = "($self, slug, *, reason=None)")]
    fn reactivate(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Tenant> {
        let (slug, reason) = slug_and_reason(slug, Given::new(py, given))?;
        run(py, || self.0.tenants().reactivate(&slug, reason.as_deref())).map(Tenant::from)
    }

    /// Moves a deactivated tenant to the trash; confirm must be its slug once more.
    #[pyo3(signature = (slug, **given), text_signature = "($self, slug, *, confirm)")]
    fn delete(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Tenant> {
        let (slug, confirm) = slug_and_confirmation(slug, Given::new(py, given))?;
        run(py, || self.0.tenants().delete(&slug, &confirm)).map(Tenant::from)
    }

    /// Takes a tenant back from the trash, deactivated.
    fn undelete(&self, py: Python<'_>, slug: &Bound<'_, PyAny>) -> PyResult<Tenant> {
        let slug = args::text("slug", slug)?;
        run(py, || self.0.tenants().undelete(&slug)).map(Tenant::from)
    }

    /// Removes a tenant in the trash for good, and frees its slug; confirm must be its slug once more. This can't be undone.
    #[pyo3(signature = (slug, **given), text_signature = "($self, slug, *, confirm)")]
    fn purge(&self, py: Python<'_>, slug: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<()> {
        let (slug, confirm) = slug_and_confirmation(slug, Given::new(py, given))?;
        run(py, || self.0.tenants().purge(&slug, &confirm))
    }
}

fn slug_and_reason(slug: &Bound<'_, PyAny>, mut given: Given<'_>) -> PyResult<(String, Option<String>)> {
    let read = (args::text("slug", slug)?, given.text("reason")?);
    given.none_left()?;
    Ok(read)
}

/// Not confirmed is confirmed with nothing, which the core refuses.
fn slug_and_confirmation(slug: &Bound<'_, PyAny>, mut given: Given<'_>) -> PyResult<(String, String)> {
    let read = (args::text("slug", slug)?, given.text("confirm")?.unwrap_or_default());
    given.none_left()?;
    Ok(read)
}

value! {
    /// A tenant, as lists show it.
    Tenant from core::Tenant [slug, name, state] {
        /// The same for ever, never used again.
        id: String,
        /// Its name in addresses.
        slug: String,
        /// Its name for people.
        name: String,
        /// The school district it stands for.
        district: Option<String>,
        /// `active`, `inactive` or `trashed`.
        state: String,
        /// Its time zone, by its IANA name.
        time_zone: String,
        /// When it was created (UTC).
        created_at: Instant,
        /// When what is shown here last changed (UTC).
        updated_at: Instant,
    }
}

value! {
    /// A tenant with what its own file tells.
    TenantDetails from core::TenantDetails [tenant, features, events, schools] {
        /// What lists show.
        tenant: Tenant,
        /// Feature flags by name.
        features: BTreeMap<String, bool>,
        /// How it shows itself.
        branding: Branding,
        /// Texts of its portal, by name.
        portal: BTreeMap<String, String>,
        /// Web origins that browsers may call its public API from; empty means any.
        allowed_origins: Vec<String>,
        /// What the parts of a candidate's score count for; None: the usual weights, 30, 20, 25, 15 and 10.
        recruitment_weights: Option<Weights>,
        /// Whether who signs up for a full event comes onto its waitlist, or is refused.
        waitlist: bool,
        /// Under which name its mails are sent, and where answers go.
        mail: MailSettings,
        /// The version of its settings; rises with every edit.
        version: u32,
        /// How many users it has, deactivated ones included.
        users: u32,
        /// The API keys that are good now.
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
}

value! {
    secret
    /// A tenant just created, with its first API key.
    CreatedTenant from core::CreatedTenant [tenant, api_key, copied] {
        /// The tenant.
        tenant: Tenant,
        /// Its first API key. Only its hash is stored: this is the one time it can be shown.
        api_key: ApiKey,
        /// What was copied from the reference data.
        copied: Copied,
        /// Its first admin, if one was described, with their invitation.
        first_admin: Option<CreatedUser>,
    }
}

value! {
    /// Rows copied from the reference data.
    Copied from core::platform::tenants::Copied [district_known, schools, skills, career_types] {
        /// Whether the reference data knows the district; None when none was given.
        district_known: Option<bool>,
        /// Schools.
        schools: u32,
        /// Skills.
        skills: u32,
        /// Career types.
        career_types: u32,
    }
}
