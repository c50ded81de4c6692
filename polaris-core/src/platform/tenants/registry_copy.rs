//! The registry's copies of what lists show of a tenant. The tenant's own file is right; `doctor` finds a copy that a crash left behind.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::polaris::Polaris;
use crate::store::{Transaction, params};
use crate::tenant::{TenantFile, settings};
use crate::types::fold::fold;

/// Brings a tenant's copies up to date. They are read from its file inside the registry's transaction: of two who edit at once, the one
/// who comes last to the registry copies what both have done.
pub(crate) fn update(registry: &Transaction<'_>, file: &TenantFile, now: DateTime<Utc>) -> Result<()> {
    let settings = file.database.read(settings::read)?;
    registry.execute(
        "UPDATE tenants SET name = ?2, folded_name = ?3, district = ?4, time_zone = ?5, updated_at = ?6
         WHERE uuid = ?1 AND (name <> ?2 OR coalesce(district, '') <> coalesce(?4, '') OR time_zone <> ?5)",
        params![file.id, settings.name, fold(&settings.name), settings.district, settings.time_zone, now],
    )?;
    Ok(())
}

/// The same after an edit by the tenant itself, which is done whatever becomes of the copy.
pub(crate) fn note(polaris: &Polaris, file: &TenantFile) {
    let now = polaris.now();
    let noted = polaris.engine().and_then(|engine| engine.registry.write(|registry| update(registry, file, now)));
    if let Err(error) = noted {
        tracing::warn!(%error, tenant = %file.slug, "the registry's copy of a tenant's settings is out of date; doctor mends it");
    }
}
