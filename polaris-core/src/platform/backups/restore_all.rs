//! Putting a whole installation back, into a new directory.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::json;

use super::renew::{self, Renewed, Renewing};
use super::tampered;
use crate::audit::{self, Entry};
use crate::auth::{Caller, may};
use crate::error::{Error, Result};
use crate::operations::BACKUPS_RESTORE;
use crate::platform::Progress;
use crate::polaris::Builder;
use crate::store::backup::{self, Held, Manifest};
use crate::store::directory::DataDirectory;
use crate::store::schema::Kind;
use crate::store::template::HalfMade;
use crate::store::{Transaction, params};
use crate::types::{Slug, TenantId};

/// An installation put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredDirectory {
    /// The backup it comes from.
    pub backup: String,
    /// When that backup began (UTC): nothing later is in it.
    pub as_of: DateTime<Utc>,
    /// The data directory.
    pub data: PathBuf,
    /// The tenants that the registry knows, by slug.
    pub tenants: Vec<RestoredTenant>,
}

/// What became of one tenant of an installation put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredTenant {
    /// Its slug.
    pub slug: Slug,
    /// Why it isn't there, as code and text; `None` when it is.
    pub missing: Option<(&'static str, String)>,
}

struct Ready {
    slug: Slug,
    id: TenantId,
    copy: HalfMade,
    renewed: Renewed,
}

impl Builder {
    /// Puts a whole installation back from a backup, into this configuration's data directory, which must be new or empty; no registry is
    /// needed for it. Every file is checked before it is put in its place, the registry last: a crash leaves no directory that looks
    /// finished. Tenants are active or not as they were; all sessions and links are void, and each audit log begins a new epoch. A tenant
    /// whose file is not in the backup, or not sound there, is told; the rest is put back.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] with the code of what is wrong with the backup's manifest or registry; [`Error::SchemaTooNew`];
    /// [`Error::Conflict`] and [`Error::DataDirectory`] when the directory is no new or empty one; [`Error::Forbidden`];
    /// [`Error::Unavailable`].
    pub fn restore(self, folder: &Path, caller: impl Into<Caller>, progress: Progress<'_>) -> Result<RestoredDirectory> {
        let (setup, caller) = (self.into_setup(), caller.into().checked()?);
        if !may(&caller.actor, BACKUPS_RESTORE.permission) {
            return Err(Error::Forbidden { operation: BACKUPS_RESTORE.id });
        }
        let renewing = Renewing { setup: &setup, caller: &caller };
        let (folder, manifest) = backup::open(folder)?;
        let (registry, tenants) = manifest.files.split_first().ok_or(Error::Internal)?;
        let (directory, _making) = DataDirectory::create(&setup.config.data)?;
        let copy = backup::copy_out(&folder.join(&registry.file), registry, &directory)?;
        sound(copy.path(), Kind::Registry, registry)?;
        let total = manifest.files.len();
        progress(1, total);
        let epochs = backup::prepare(&copy, Kind::Registry, epochs)?;
        let (mut ready, mut missing) = (Vec::new(), Vec::new());
        for (at, held) in tenants.iter().enumerate() {
            match make_ready(&renewing, &directory, &folder, &manifest, held, &epochs) {
                Ok(made) => ready.push(made),
                // Here it is the new directory that fails.
                Err(error @ Error::Unavailable(crate::Unavailable::DiskFull | crate::Unavailable::ReadOnly)) => return Err(error),
                Err(error) => missing.push((held.tenant.as_ref().map(|whose| whose.slug.clone()), error)),
            }
            progress(at + 2, total);
        }
        let known = backup::prepare(&copy, Kind::Registry, |file| renew_registry(&renewing, file, &manifest, &ready))?;
        let mut restored = Vec::new();
        for slug in known {
            let why =
                missing.iter().find(|(of, _)| of.as_deref() == Some(slug.as_str())).map(|(_, error)| (error.code(), error.to_string()));
            let there = ready.iter().any(|made| made.slug == slug);
            let missing = if there { None } else { why.or_else(|| Some(("NOT_FOUND", "this backup doesn't hold it".to_owned()))) };
            restored.push(RestoredTenant { slug, missing });
        }
        for made in ready {
            let place = directory.tenant(&made.slug);
            backup::replace_missing(made.copy, &place, &place)?;
        }
        directory.place_registry(copy)?;
        Ok(RestoredDirectory { backup: manifest.name, as_of: manifest.began_at, data: directory.root().to_owned(), tenants: restored })
    }
}

fn sound(path: &Path, kind: Kind, held: &Held) -> Result<()> {
    match backup::inside(path, kind, |file| tampered(file, held))? {
        Some(problem) => Err(problem.into()),
        None => Ok(()),
    }
}

/// The epochs of tenants' audit logs that the registry has noted.
fn epochs(registry: &Transaction<'_>) -> Result<Vec<(String, i64)>> {
    registry.all("SELECT tenant_uuid, epoch FROM audit_heads", params![], |row| Ok((row.get("tenant_uuid")?, row.get("epoch")?)))
}

fn make_ready(
    renewing: &Renewing<'_>,
    directory: &DataDirectory,
    folder: &Path,
    manifest: &Manifest,
    held: &Held,
    epochs: &[(String, i64)],
) -> Result<Ready> {
    let whose = held.tenant.as_ref().ok_or(Error::Internal)?;
    let id = TenantId::new(uuid::Uuid::parse_str(&whose.uuid).map_err(|_| Error::Internal)?);
    let slug = Slug::parse(&whose.slug).map_err(|_| Error::Internal)?;
    let copy = backup::copy_out(&folder.join(&held.file), held, directory)?;
    sound(copy.path(), Kind::Tenant, held)?;
    let noted = epochs.iter().find(|(uuid, _)| *uuid == whose.uuid).map_or(0, |(_, epoch)| *epoch);
    let renewed = backup::prepare(&copy, Kind::Tenant, |file| renew::renew_as_it_was(renewing, file, manifest, id, noted))?;
    Ok(Ready { slug, id, copy, renewed })
}

/// Makes the registry as it was then into one that can be served now; gives the tenants it knows.
fn renew_registry(renewing: &Renewing<'_>, registry: &Transaction<'_>, manifest: &Manifest, ready: &[Ready]) -> Result<Vec<Slug>> {
    let now = renewing.setup.now();
    for table in ["support_grants", "staff_sessions", "one_time_links", "log_in_attempts"] {
        registry.execute(&format!("DELETE FROM {table}"), params![])?;
    }
    // Creations that were under way then, and what lay in the trash, which is in no backup.
    registry.execute("DELETE FROM tenants WHERE state IN ('creating', 'deleting')", params![])?;
    for made in ready {
        renew::note_head(registry, made.id, &made.renewed, now)?;
        registry.execute("UPDATE tenants SET schema_version = ?2 WHERE uuid = ?1", params![made.id, Kind::Tenant.version()])?;
    }
    let details = json!({ "backup": manifest.name, "manifest": manifest.digest(), "as_of": manifest.began_at, "tenants": ready.len() });
    let action = BACKUPS_RESTORE.audit.unwrap_or(BACKUPS_RESTORE.id);
    audit::append(
        registry,
        renewing.caller,
        action,
        &Entry::of("data_directory", "polaris.db", details),
        now,
        &*renewing.setup.randomness,
    )?;
    registry.all("SELECT slug FROM tenants ORDER BY slug", params![], |row| row.get("slug"))
}
