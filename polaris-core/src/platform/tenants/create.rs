//! P1: creating a tenant, all or nothing (FR-TENANT-101/104/106).
//!
//! 1. The registry takes the slug, in state `creating`.
//! 2. A file is made under an unfinished name: of an image that has the district's reference data, and what is the tenant's own. It
//!    is synced and renamed into place. The first tenant of a district makes the image.
//! 3. The registry makes it `active`; from here on it exists.
//!
//! Whatever fails, what the earlier steps made is taken back. A crash leaves an unfinished file, or a row in state `creating` and
//! perhaps a file; nothing serves them, and `doctor` removes both.

use std::cell::RefCell;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Copied, CreatedTenant, NewTenant, Tenant, TenantState, Tenants};
use crate::audit::Entry;
use crate::audit::heads::{self, Head};
use crate::auth::Role;
use crate::clock::random;
use crate::engine::new_uuid;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::{TENANTS_CREATE, USERS_CREATE};
use crate::platform::reference::{ReferenceCopy, Wanted};
use crate::store::directory::DataDirectory;
use crate::store::error::StoreError;
use crate::store::schema::Kind;
use crate::store::{Transaction, params, template};
use crate::tenant::settings::{check_features, features_of_a_new_tenant};
use crate::tenant::users::{self, CheckedUser, CreatedUser, NewUser};
use crate::types::fold::fold;
use crate::types::text::{self, NAME_MAX, ORGANIZATION_MAX};
use crate::types::{ApiKey, Slug, TenantId, TimeZone};

struct CheckedTenant {
    id: TenantId,
    slug: Slug,
    name: String,
    district: Option<String>,
    features: String,
    time_zone: TimeZone,
    created_at: DateTime<Utc>,
    first_admin: Option<FirstAdmin>,
    /// Where its audit log ends, as it was last filled.
    head: RefCell<Option<Head>>,
}

/// The first admin, ready to be written.
struct FirstAdmin {
    user: CheckedUser,
    /// Of their password, if they were given one.
    hash: Option<String>,
    /// As they were last written: a file may be filled more than once before one stays.
    created: RefCell<Option<CreatedUser>>,
}

impl Tenants<'_> {
    /// Creates a tenant: its database, a copy of the reference data, its first API key, and its first admin if one is described.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field, [`Error::Conflict`] when the slug is taken, [`Error::Forbidden`],
    /// [`Error::Unavailable`] when the disk is full or can't be written. Nothing is left behind then.
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn create(&self, draft: NewTenant) -> Result<CreatedTenant> {
        self.platform.authorize(&TENANTS_CREATE)?;
        let tenant = self.check(&draft)?;
        let engine = &self.platform.engine;
        let _creating = engine.directory.as_ref().map(DataDirectory::lock_for_creating).transpose()?;
        let key = ApiKey::generate(random(self.platform.polaris.randomness()));
        let wanted = self.reserve(&tenant)?;
        let made = self
            .make(&tenant, &wanted, &key)
            .and_then(|copied| self.activate(&tenant, copied).map(|()| copied).inspect_err(|_| self.remove_file(&tenant)));
        let copied = made.inspect_err(|_| self.release(&tenant))?;
        let CheckedTenant { id, slug, name, district, time_zone, created_at, first_admin, .. } = tenant;
        let first_admin = first_admin.and_then(|admin| admin.created.into_inner());
        let tenant = Tenant { id, slug, name, district, state: TenantState::Active, time_zone, created_at, updated_at: created_at };
        Ok(CreatedTenant { tenant, api_key: key, copied, first_admin })
    }

    fn check(&self, draft: &NewTenant) -> Result<CheckedTenant> {
        let mut problems = Problems::default();
        let slug = Slug::parse(&draft.slug).map_err(|broken| broken.into_iter().for_each(|problem| problems.note("slug", problem))).ok();
        let name = problems.take("name", text::required(text::line(&draft.name, NAME_MAX)));
        let district = problems.take("district", text::line(draft.district.as_deref().unwrap_or_default(), ORGANIZATION_MAX));
        check_features(&mut problems, draft.features.keys());
        let time_zone = match draft.time_zone.as_deref().map(str::trim).filter(|zone| !zone.is_empty()) {
            Some(zone) => problems.take("time_zone", TimeZone::parse(zone)),
            None => Some(TimeZone::default()),
        };
        let admin = draft.first_admin.as_ref().map(|admin| check_admin(admin, &mut problems));
        problems.finish()?;
        let first_admin = match admin {
            Some(user) => Some(self.prepare(user.ok_or(Error::Internal)?, draft)?),
            None => None,
        };
        let features = serde_json::to_string(&features_of_a_new_tenant(&draft.features)).map_err(|_| Error::Internal)?;
        let id = TenantId::new(new_uuid(self.platform.polaris.randomness()));
        (|| {
            Some(CheckedTenant {
                id,
                slug: slug?,
                name: name?,
                district: district?,
                features,
                time_zone: time_zone?,
                created_at: self.platform.now(),
                first_admin,
                head: RefCell::default(),
            })
        })()
        .ok_or(Error::Internal)
    }

    /// Hashes the first admin's password, before anything is locked.
    fn prepare(&self, user: CheckedUser, draft: &NewTenant) -> Result<FirstAdmin> {
        let password = draft.first_admin.as_ref().and_then(|admin| admin.password.as_ref());
        let hash = password.map(|password| self.platform.polaris.hash_password(password)).transpose()?;
        Ok(FirstAdmin { user, hash, created: RefCell::default() })
    }

    /// Takes the slug, and finds out what the tenant will get a copy of.
    fn reserve(&self, tenant: &CheckedTenant) -> Result<Wanted> {
        self.platform.engine.registry.write(|registry| {
            let taken = registry.try_execute(
                "INSERT INTO tenants (uuid, slug, name, folded_name, district, state, time_zone, schema_version, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'creating', ?6, ?7, ?8, ?8)",
                params![
                    tenant.id,
                    tenant.slug,
                    tenant.name,
                    fold(&tenant.name),
                    tenant.district,
                    tenant.time_zone,
                    Kind::Tenant.version(),
                    tenant.created_at,
                ],
            );
            match taken {
                Ok(_) => Wanted::find(registry, tenant.district.as_deref()),
                Err(StoreError::Unique(_)) => Err(self.why_taken(registry, &tenant.slug)?),
                Err(error) => Err(error.into()),
            }
        })
    }

    fn why_taken(&self, registry: &Transaction<'_>, slug: &Slug) -> Result<Error> {
        let state = registry.first("SELECT state FROM tenants WHERE slug = ?1", params![slug], |row| row.get::<String>("state"))?;
        Ok(Error::Conflict(match state.as_deref() {
            Some("creating") => format!(
                "a tenant with the slug `{slug}` is being created, or its creation was cut off: try again, or run `polaris doctor --mend`"
            ),
            Some("deleting") => format!(
                "the slug `{slug}` is that of a deleted tenant whose file lies in the trash: purge it for good with `polaris tenant purge \
                 {slug}`, or choose another slug"
            ),
            _ => format!("the slug `{slug}` is taken by another tenant: choose another"),
        }))
    }

    /// Makes the tenant's database, and the image for it if there is none.
    fn make(&self, tenant: &CheckedTenant, wanted: &Wanted, key: &ApiKey) -> Result<Copied> {
        let engine = &self.platform.engine;
        let Some(directory) = &engine.directory else {
            let (wanted, reference) = self.read_reference(tenant)?;
            let fill = |file: &Transaction<'_>| reference.write(file).and_then(|()| self.fill(file, tenant, key, wanted.counts()));
            return engine.make_tenant_in_memory(tenant.id, fill).map(|()| wanted.counts());
        };
        let own = |file: &Transaction<'_>| self.fill(file, tenant, key, wanted.counts());
        let (copied, bytes) = match engine.moulds.cast(directory, &wanted.image(), own)? {
            Some(bytes) => (wanted.counts(), bytes),
            None => {
                // What is wanted is found anew: it may have been changed since, and an image has what its name says.
                let (wanted, reference) = self.read_reference(tenant)?;
                let own = |file: &Transaction<'_>| self.fill(file, tenant, key, wanted.counts());
                (wanted.counts(), engine.moulds.make_and_cast(directory, &wanted.image(), |file| reference.write(file), own)?)
            }
        };
        template::make_tenant(directory, &directory.tenant(&tenant.slug), &bytes)?;
        Ok(copied)
    }

    fn read_reference(&self, tenant: &CheckedTenant) -> Result<(Wanted, ReferenceCopy)> {
        self.platform.engine.registry.read(|registry| {
            let wanted = Wanted::find(registry, tenant.district.as_deref())?;
            let reference = ReferenceCopy::read(registry, &wanted)?;
            Ok((wanted, reference))
        })
    }

    /// Writes what is the tenant's own.
    fn fill(&self, file: &Transaction<'_>, tenant: &CheckedTenant, key: &ApiKey, copied: Copied) -> Result<()> {
        file.execute(
            "INSERT INTO tenant (only, uuid, slug, state, schema_version, settings_rev, public_rev, created_at)
             VALUES (1, ?1, ?2, 'active', ?3, 1, 1, ?4)",
            params![tenant.id, tenant.slug, Kind::Tenant.version(), tenant.created_at],
        )?;
        file.execute(
            "INSERT INTO settings (only, name, district, time_zone, features) VALUES (1, ?1, ?2, ?3, ?4)",
            params![tenant.name, tenant.district, tenant.time_zone, tenant.features],
        )?;
        file.execute(
            "INSERT INTO api_keys (hash, hint, created_at) VALUES (?1, ?2, ?3)",
            params![key.hash(), key.hint(), tenant.created_at],
        )?;
        self.platform.append(file, "tenant.create", &self.entry(tenant, copied), tenant.created_at)?;
        if let Some(admin) = &tenant.first_admin {
            let (created, entry) = users::insert(file, &admin.user, admin.hash.as_deref(), tenant.created_at, &self.platform.polaris)?;
            admin.created.replace(Some(created));
            self.platform.append(file, USERS_CREATE.audit.unwrap_or_default(), &entry, tenant.created_at)?;
        }
        tenant.head.replace(heads::of_new(file)?);
        Ok(())
    }

    fn activate(&self, tenant: &CheckedTenant, copied: Copied) -> Result<()> {
        self.platform.write(&TENANTS_CREATE, |registry| {
            registry.execute("UPDATE tenants SET state = 'active' WHERE uuid = ?1", params![tenant.id])?;
            if let Some(head) = &*tenant.head.borrow() {
                heads::note_new(registry, tenant.id, head, tenant.created_at)?;
            }
            Ok(((), self.entry(tenant, copied)))
        })
    }

    fn entry(&self, tenant: &CheckedTenant, copied: Copied) -> Entry {
        let details = json!({ "slug": tenant.slug, "copied": copied, "first_admin": tenant.first_admin.is_some() });
        Entry::of("tenant", tenant.id.get(), details)
    }

    fn remove_file(&self, tenant: &CheckedTenant) {
        if let Some(directory) = &self.platform.engine.directory
            && let Err(error) = directory.remove_new_tenant(&tenant.slug)
        {
            tracing::error!(%error, slug = %tenant.slug, "a file of a tenant that was not created stays behind; doctor removes it");
        }
    }

    /// Gives the slug back. If even that fails (a full disk), doctor does it later.
    fn release(&self, tenant: &CheckedTenant) {
        let gone = self
            .platform
            .engine
            .registry
            .write(|registry| registry.execute("DELETE FROM tenants WHERE uuid = ?1 AND state = 'creating'", params![tenant.id]));
        if let Err(error) = gone {
            tracing::error!(%error, slug = %tenant.slug, "the slug of a tenant that was not created stays taken; doctor frees it");
        }
    }
}

/// The first admin as a user: their role goes without saying.
fn check_admin(draft: &NewUser, problems: &mut Problems) -> Option<CheckedUser> {
    let mut inner = Problems::default();
    let role = match draft.role.trim() {
        "" => Role::Admin.as_str(),
        role => role,
    };
    let user = users::check(&NewUser { role: role.to_owned(), ..draft.clone() }, &mut inner);
    if Role::read(role).is_ok_and(|role| role != Role::Admin) {
        inner.note("role", Problem::new("NOT_ADMIN", "must be admin, or left out: this is the tenant's first admin"));
    }
    problems.absorb("first_admin", inner);
    user
}
