//! A tenant's open file, shared by all handles on it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use chrono::{DateTime, Utc};

use super::settings::{self, Settings};
use crate::audit::heads::{ClosedHeads, Head, OpenHead};
use crate::error::{Error, Result, Unavailable};
use crate::store::connection::Location;
use crate::store::database::{Database, Options};
use crate::store::schema::Kind;
use crate::store::{Row, Transaction, params};
use crate::types::{ApiKeyId, KeyHash, Slug, TenantId};

/// A tenant's open file.
pub(crate) struct TenantFile {
    pub(crate) id: TenantId,
    pub(crate) slug: Slug,
    pub(crate) database: Database,
    /// Where its audit log was last seen to end.
    pub(crate) head: OpenHead,
    closed_heads: Arc<ClosedHeads>,
    id_text: String,
    settings: RwLock<Option<(i64, Arc<Settings>)>>,
    inactive: AtomicBool,
}

/// What the registry noted of the file's audit log, and where its end is left when the file is closed.
#[derive(Default)]
pub(crate) struct Heads {
    pub(crate) noted: Option<Head>,
    pub(crate) closed: Arc<ClosedHeads>,
}

/// What the one-row `tenant` table says at the start of a transaction.
pub(crate) struct Standing {
    pub(crate) settings_rev: i64,
    pub(crate) public_rev: i64,
}

impl TenantFile {
    /// Opens the file and checks that it is this tenant's.
    pub(crate) fn open(location: Location, id: TenantId, slug: Slug, options: Options, heads: Heads) -> Result<Self> {
        let file = Self::unchecked(location, id, slug, options, heads)?;
        file.database.read(|transaction| file.standing(transaction).map(|_| ()))?;
        Ok(file)
    }

    /// Opens the file for the operator, of a deactivated tenant too.
    pub(crate) fn open_in_any_state(location: Location, id: TenantId, slug: Slug, options: Options, heads: Heads) -> Result<Self> {
        let file = Self::unchecked(location, id, slug, options, heads)?;
        file.database.read(|transaction| identify(transaction, &file.id_text, &file.slug).map(|_| ()))?;
        Ok(file)
    }

    fn unchecked(location: Location, id: TenantId, slug: Slug, options: Options, heads: Heads) -> Result<Self> {
        let database = Database::open(location, Kind::Tenant, options)?;
        Ok(Self {
            id_text: id.get().to_string(),
            id,
            slug,
            database,
            head: OpenHead::new(heads.noted),
            closed_heads: heads.closed,
            settings: RwLock::new(None),
            inactive: AtomicBool::new(false),
        })
    }

    /// Runs a change for the operator whatever the tenant's state, in one immediate transaction; `change` is told whether it is active.
    pub(crate) fn change<T>(&self, mut change: impl FnMut(&Transaction<'_>, bool) -> Result<T>) -> Result<T> {
        self.database.write(|transaction| {
            let (active, _) = identify(transaction, &self.id_text, &self.slug)?;
            change(transaction, active)
        })
    }

    /// Reads who the file is and whether the tenant is active. Every transaction begins with this.
    pub(crate) fn standing(&self, transaction: &Transaction<'_>) -> Result<Standing> {
        let identified = identify(transaction, &self.id_text, &self.slug)?;
        self.noted(identified)
    }

    /// As [`Self::standing`], and in the same statement the API key that has this hash, if it is one and has not ended.
    pub(crate) fn standing_and_key(
        &self,
        transaction: &Transaction<'_>,
        hash: Option<&KeyHash>,
        now: DateTime<Utc>,
    ) -> Result<(Standing, Option<ApiKeyId>)> {
        let row = transaction.first(
            "SELECT t.state = 'active' AS active, t.settings_rev, t.public_rev, k.id AS key_id, k.hash AS key_hash, k.expires_at
             FROM tenant t LEFT JOIN api_keys k ON k.hash = ?3 WHERE t.uuid = ?1 AND t.slug = ?2",
            params![self.id_text, self.slug, hash.cloned()],
            |row| {
                let (identified, id) = (identified(row)?, row.get::<Option<ApiKeyId>>("key_id")?);
                let (stored, expires_at) = (row.get::<Option<KeyHash>>("key_hash")?, row.get::<Option<DateTime<Utc>>>("expires_at")?);
                let matches = stored.zip(hash).is_some_and(|(stored, hash)| stored.matches(hash));
                Ok((identified, id.filter(|_| matches && expires_at.is_none_or(|ends| ends > now))))
            },
        )?;
        let (identified, id) = row.ok_or_else(|| not_this_tenant(&self.slug))?;
        Ok((self.noted(identified)?, id))
    }

    fn noted(&self, (active, standing): (bool, Standing)) -> Result<Standing> {
        if self.inactive.load(Ordering::Relaxed) == active {
            self.inactive.store(!active, Ordering::Relaxed);
        }
        if self.database.is_retired() == active {
            self.database.retire(!active);
        }
        if active { Ok(standing) } else { Err(Error::TenantInactive) }
    }

    /// Whether the last transaction found the tenant deactivated.
    pub(crate) fn seen_inactive(&self) -> bool {
        self.inactive.load(Ordering::Relaxed)
    }

    /// The tenant's settings, if they have been read since they changed.
    pub(crate) fn kept_settings(&self, standing: &Standing) -> Option<Arc<Settings>> {
        let kept = self.settings.read().ok()?;
        let (revision, settings) = kept.as_ref()?;
        (*revision == standing.settings_rev).then(|| Arc::clone(settings))
    }

    /// The tenant's settings; parsed again only when their revision has changed. What is not committed is not kept: it may yet be
    /// rolled back, and another change then get the same revision.
    pub(crate) fn settings(&self, transaction: &Transaction<'_>, standing: &Standing) -> Result<Arc<Settings>> {
        if let Some(kept) = self.kept_settings(standing) {
            return Ok(kept);
        }
        let settings = Arc::new(settings::read(transaction)?);
        if transaction.sees_only_committed()
            && let Ok(mut cached) = self.settings.write()
        {
            *cached = Some((standing.settings_rev, Arc::clone(&settings)));
        }
        Ok(settings)
    }
}

/// Looks into a tenant's file whatever its state, for the operator: `work` is told whether the tenant is active. Nothing stays open.
pub(crate) fn look_into<T>(
    location: Location,
    id: TenantId,
    slug: &Slug,
    options: Options,
    work: impl FnOnce(&Transaction<'_>, bool) -> Result<T>,
) -> Result<T> {
    let database = Database::open(location, Kind::Tenant, options)?;
    database.read(|transaction| {
        let (active, _) = identify(transaction, &id.get().to_string(), slug)?;
        work(transaction, active)
    })
}

/// Whether the tenant whose file this is is active; an error if it isn't this tenant's.
pub(crate) fn state_in(transaction: &Transaction<'_>, id: TenantId, slug: &Slug) -> Result<bool> {
    identify(transaction, &id.get().to_string(), slug).map(|(active, _)| active)
}

/// Whether the tenant is active, and where it stands; an error if the file isn't this tenant's.
fn identify(transaction: &Transaction<'_>, id: &str, slug: &Slug) -> Result<(bool, Standing)> {
    let row = transaction.first(
        "SELECT state = 'active' AS active, settings_rev, public_rev FROM tenant WHERE uuid = ?1 AND slug = ?2",
        params![id, slug],
        identified,
    )?;
    row.ok_or_else(|| not_this_tenant(slug))
}

fn identified(row: &Row<'_, '_>) -> Result<(bool, Standing)> {
    Ok((row.get("active")?, Standing { settings_rev: row.get("settings_rev")?, public_rev: row.get("public_rev")? }))
}

fn not_this_tenant(slug: &Slug) -> Error {
    tracing::error!(tenant = %slug, "the file under this tenant's name is another tenant's: `polaris doctor` tells more");
    Error::Unavailable(Unavailable::Damaged)
}

impl Drop for TenantFile {
    fn drop(&mut self) {
        self.closed_heads.take(self);
        self.database.settle();
    }
}

#[cfg(test)]
mod tests;
