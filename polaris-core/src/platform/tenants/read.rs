//! P2: tenants listed and shown (FR-TENANT-102), and how the others of this folder find one.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Known, Tenant, TenantDetails, TenantFilter, TenantState, Tenants};
use crate::audit::heads;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::operations::{TENANTS_GET, TENANTS_LIST};
use crate::page::{Page, PageRequest};
use crate::store::dialect::{containing, elements};
use crate::store::error::StoreError;
use crate::store::schema::Kind;
use crate::store::{Row, Transaction, params};
use crate::tenant::api_keys;
use crate::tenant::settings::{self, Settings};
use crate::tenant::{TenantFile, look_into};
use crate::types::fold::fold;
use crate::types::{EventStatus, Slug};

const MATCHING: &str = concat!(
    "
    FROM tenants
    WHERE (state = ?1 OR (?1 IS NULL AND state IN ('active', 'inactive')))
      AND (?2 IS NULL OR slug LIKE ?2 ESCAPE '!' OR folded_name LIKE ?2 ESCAPE '!'
           OR district IN ",
    elements!("?3"),
    ")"
);

/// SQLite refuses longer patterns; no name is nearly as long.
const LONGEST_PATTERN: usize = 900;

const COLUMNS: &str = "SELECT uuid, slug, name, district, state, time_zone, created_at, updated_at";
const BY_SLUG: &str = "
    SELECT uuid, slug, name, district, state, time_zone, created_at, updated_at, trashed_as FROM tenants
    WHERE slug = ?1 AND state IN ('active', 'inactive', 'deleting')";

impl Tenants<'_> {
    /// Tenants that pass the filter, by slug, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`]; [`Error::BadRequest`] for a `q` with control characters.
    pub fn list(&self, filter: &TenantFilter, page: PageRequest) -> Result<Page<Tenant>> {
        let found = self.matching(filter, |registry, [state, text, districts]| {
            let total = registry
                .first(&format!("SELECT count(*) AS total {MATCHING}"), params![state, text, districts], |row| row.get("total"))?
                .unwrap_or_default();
            let tenants = registry.all(
                &format!("{COLUMNS} {MATCHING} ORDER BY slug LIMIT ?4 OFFSET ?5"),
                params![state, text, districts, page.per_page(), page.offset()],
                tenant,
            )?;
            Ok(page.of(tenants, total))
        })?;
        Ok(found.unwrap_or_else(|| page.of(Vec::new(), 0)))
    }

    /// All tenants that pass the filter, by slug: for whoever works through all of them, which page by page would take longer.
    ///
    /// # Errors
    ///
    /// As [`Self::list`].
    pub fn list_all(&self, filter: &TenantFilter) -> Result<Vec<Tenant>> {
        let sql = format!("{COLUMNS} {MATCHING} ORDER BY slug");
        let found =
            self.matching(filter, |registry, [state, text, districts]| registry.all(&sql, params![state, text, districts], tenant))?;
        Ok(found.unwrap_or_default())
    }

    /// Runs a search with the parameters of [`MATCHING`]; `None` where nothing can match.
    fn matching<T>(
        &self,
        filter: &TenantFilter,
        search: impl FnOnce(&Transaction<'_>, [Option<&str>; 3]) -> Result<T>,
    ) -> Result<Option<T>> {
        if filter.q.as_deref().is_some_and(|q| q.contains(char::is_control)) {
            // A NUL would end the pattern early and find everything.
            return Err(Error::bad_request("q", "must not contain control characters"));
        }
        let wanted = filter.q.as_deref().map(fold).filter(|text| !text.is_empty());
        let text = wanted.as_deref().map(containing);
        self.platform.read(&TENANTS_LIST, |registry| {
            if text.as_ref().is_some_and(|pattern| pattern.len() > LONGEST_PATTERN) {
                return Ok(None);
            }
            let districts = wanted.as_deref().map(|wanted| districts(registry, wanted)).transpose()?;
            search(registry, [filter.state.map(TenantState::stored), text.as_deref(), districts.as_deref()]).map(Some)
        })
    }

    /// One tenant with what its file tells: features, keys, sizes, schema version, last activity. A deactivated one too: its file is
    /// opened for this look alone.
    ///
    /// # Errors
    ///
    /// [`Error::TenantNotFound`]; [`Error::Unavailable`] when its file can't be used.
    pub fn get(&self, slug: &str) -> Result<TenantDetails> {
        let platform = self.platform;
        platform.authorize(&TENANTS_GET)?;
        let found = self.known(slug)?.tenant;
        let slug = found.slug.clone();
        let shown = platform.polaris.tenant(slug.as_str(), Caller::clone(&platform.caller)).and_then(|handle| {
            let sizes = handle.sizes();
            handle.look(|reading| details(reading.transaction, found.clone(), &reading.settings, reading.now, sizes))
        });
        match shown {
            Err(Error::TenantInactive) => {
                let location = platform.engine.location(found.id, &slug)?;
                let sizes = location.sizes();
                look_into(location, found.id, &slug, platform.polaris.options(), |file, active| {
                    // The file's own word counts; the registry holds a copy.
                    let state = if active { TenantState::Active } else { TenantState::Inactive };
                    details(file, Tenant { state, ..found }, &settings::read(file)?, platform.now(), sizes)
                })
            }
            shown => shown,
        }
    }

    /// The tenant of this slug in the registry, active or inactive.
    pub(super) fn known(&self, slug: &str) -> Result<Known> {
        self.anything_known(slug).and_then(|known| match known.tenant.state {
            TenantState::Active | TenantState::Inactive => Ok(known),
            TenantState::Trashed => Err(Error::TenantNotFound),
        })
    }

    /// The tenant of this slug in the registry, in the trash too.
    pub(super) fn anything_known(&self, slug: &str) -> Result<Known> {
        self.row(slug)?.ok_or(Error::TenantNotFound)
    }

    pub(super) fn row(&self, slug: &str) -> Result<Option<Known>> {
        let Ok(slug) = Slug::parse(slug) else { return Ok(None) };
        self.platform.engine.registry.read(|registry| {
            registry.first(BY_SLUG, params![slug], |row| {
                let tenant = tenant(row)?;
                Ok(Known { id: tenant.id, tenant, trashed_as: row.get("trashed_as")? })
            })
        })
    }

    /// A tenant's file whatever its state: the one that is open, so that writers of this process share it, or opened for this alone.
    pub(super) fn file_of(&self, known: &Known) -> Result<Arc<TenantFile>> {
        let engine = &self.platform.engine;
        let slug = &known.tenant.slug;
        if let Some(open) = engine.tenants.get(slug.as_str()).filter(|open| open.id == known.id) {
            return Ok(open);
        }
        let location = engine.location(known.id, slug)?;
        let noted = self.platform.engine.registry.read(|registry| heads::noted(registry, known.id))?;
        let heads = self.platform.engine.heads(noted);
        Ok(Arc::new(TenantFile::open_in_any_state(location, known.id, slug.clone(), self.platform.polaris.options(), heads)?))
    }

    /// Whether the tenant's file is gone.
    pub(super) fn is_missing(&self, known: &Known) -> bool {
        self.platform.engine.directory.as_ref().is_some_and(|directory| !directory.tenant(&known.tenant.slug).exists())
    }
}

pub(super) fn details(
    file: &Transaction<'_>,
    tenant: Tenant,
    settings: &Settings,
    now: DateTime<Utc>,
    file_bytes: (u64, u64),
) -> Result<TenantDetails> {
    Ok(TenantDetails {
        tenant,
        features: settings.features.clone(),
        branding: settings.branding.clone(),
        portal: settings.portal.clone(),
        allowed_origins: settings.allowed_origins.clone(),
        recruitment_weights: settings.recruitment_weights,
        waitlist: settings.waitlist,
        mail: settings.mail.clone(),
        version: settings.version,
        users: file.first("SELECT count(*) AS count FROM users", params![], |row| row.get("count"))?.unwrap_or_default(),
        api_keys: api_keys::good(file, now)?,
        events: file.all("SELECT status, count(*) AS count FROM events GROUP BY status", params![], |row| {
            Ok((row.get::<EventStatus>("status")?, row.get("count")?))
        })?,
        schools: file.first("SELECT count(*) AS count FROM schools", params![], |row| row.get("count"))?.unwrap_or_default(),
        schema_version: Kind::Tenant.version(),
        file_bytes,
        last_activity: file
            .first("SELECT occurred_at FROM audit_entries ORDER BY id DESC LIMIT 1", params![], |row| row.get("occurred_at"))?,
    })
}

/// The districts of tenants whose folded name contains this, as a JSON array. SQL can't fold, and there are few.
fn districts(registry: &Transaction<'_>, wanted: &str) -> Result<String> {
    let mut found: Vec<String> =
        registry.all("SELECT DISTINCT district FROM tenants WHERE district IS NOT NULL", params![], |row| row.get("district"))?;
    found.retain(|district| fold(district).contains(wanted));
    serde_json::to_string(&found).map_err(|_| Error::Internal)
}

fn tenant(row: &Row<'_, '_>) -> Result<Tenant> {
    Ok(Tenant {
        id: row.get("uuid")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        district: row.get("district")?,
        state: stored_state(&row.get::<String>("state")?).ok_or_else(|| StoreError::BadColumn("state".to_owned()))?,
        time_zone: row.get("time_zone")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn stored_state(text: &str) -> Option<TenantState> {
    TenantState::ALL.iter().copied().find(|state| state.stored() == text)
}
