//! Making a backup.

use std::io::ErrorKind;
use std::path::PathBuf;

use serde_json::json;

use super::{Backup, Backups, NewBackup, epoch, head};
use crate::audit::Entry;
use crate::error::{Error, Problem, Problems, Result, Unavailable};
use crate::operations::BACKUPS_CREATE;
use crate::platform::Progress;
use crate::store::backup::{self, FORMAT, Head, Held, LeftOut, Making, Manifest};
use crate::store::connection::Location;
use crate::store::directory::DataDirectory;
use crate::store::schema::Kind;
use crate::store::{Transaction, params};
use crate::types::Slug;

/// A tenant as the copy of the registry knows it.
struct Registered {
    uuid: String,
    slug: Slug,
}

fn registered(registry: &Transaction<'_>) -> Result<Vec<Registered>> {
    registry.all("SELECT uuid, slug FROM tenants WHERE state IN ('active', 'inactive') ORDER BY slug", params![], |row| {
        Ok(Registered { uuid: row.get("uuid")?, slug: row.get("slug")? })
    })
}

impl Backups<'_> {
    /// Copies the registry, then tenants, into a new folder named after the time; everybody goes on working meanwhile. Each copy is
    /// consistent and looked at once it is made. A tenant that can't be copied is left out and told; the rest is a backup.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] when a tenant named doesn't exist or the place can't be; [`Error::Unavailable`] when the disk is full, or has
    /// not the room for all of it; [`Error::Conflict`] for an engine in memory; [`Error::Forbidden`]. Nothing is left behind then.
    pub fn create(&self, new: &NewBackup) -> Result<Backup> {
        self.create_with(new, &mut |_, _| {})
    }

    /// As [`Self::create`], telling how many files are done.
    ///
    /// # Errors
    ///
    /// As [`Self::create`].
    pub fn create_with(&self, new: &NewBackup, progress: Progress<'_>) -> Result<Backup> {
        let platform = self.platform;
        platform.authorize(&BACKUPS_CREATE)?;
        let directory = self.directory()?;
        let wanted = platform.read(&BACKUPS_CREATE, registered).and_then(|known| chosen(new, known))?;
        let place = self.place(directory, new)?;
        let began_at = platform.now();
        let making = Making::begin(&place, began_at)?;
        let sizes = wanted.iter().map(|tenant| Location::File(directory.tenant(&tenant.slug)).sizes());
        making.needs(sizes.chain([Location::File(directory.registry()).sizes()]).map(|(file, log)| file + log).sum())?;

        let registry = copy(&making, &Location::File(directory.registry()), Kind::Registry, backup::registry_file())?;
        let path = making.path().join(&registry.file);
        let (operator, tenants) = backup::inside(&path, Kind::Registry, |copy| {
            let operator = copy.first("SELECT uuid FROM operator", params![], |row| row.get::<String>("uuid"))?;
            // What the copy knows is what is copied: a tenant created since is not in it, and one renamed in the world outside can't be.
            Ok((operator.ok_or(Error::Internal)?, chosen(new, registered(copy)?)?))
        })?;
        let total = tenants.len() + 1;
        progress(1, total);
        let (mut files, mut left_out) = (vec![registry], Vec::new());
        for (at, tenant) in tenants.iter().enumerate() {
            match self.copy_tenant(&making, directory, tenant) {
                Ok(held) => files.push(held),
                // The disk it is made on is what fails, not the tenant.
                Err(Error::Unavailable(Unavailable::DiskFull)) => return Err(Error::Unavailable(Unavailable::DiskFull)),
                Err(error) => {
                    left_out.push(LeftOut { slug: tenant.slug.to_string(), uuid: tenant.uuid.clone(), code: error.code().to_owned() });
                }
            }
            progress(at + 2, total);
        }
        let manifest = Manifest {
            format: FORMAT,
            name: making.name(),
            polaris: env!("CARGO_PKG_VERSION").to_owned(),
            operator,
            began_at,
            finished_at: platform.now(),
            files,
            left_out,
        };
        self.note(&manifest)?;
        let folder = making.finish(&manifest)?;
        Ok(Backup::of(folder, &manifest))
    }

    fn copy_tenant(&self, making: &Making, directory: &DataDirectory, tenant: &Registered) -> Result<Held> {
        // Before the copy: the copy's log reaches at least as far, if nobody has cut or rewritten it.
        let seen = self.platform.engine.registry.read(|registry| seen_to_end(registry, &tenant.uuid))?;
        let mut held = copy(making, &Location::File(directory.tenant(&tenant.slug)), Kind::Tenant, backup::tenant_file(&tenant.slug))?;
        if let Some(seen) = seen
            && !backup::inside(&making.path().join(&held.file), Kind::Tenant, |copy| reaches(copy, &held, &seen))?
        {
            // What the log should hold goes into the manifest, so that no check of this backup finds it whole.
            tracing::error!(tenant = %tenant.slug, "this tenant's audit log was cut or rewritten: `polaris audit verify` tells more");
            held.audit = Some(seen);
        }
        let own = held.tenant.as_ref().is_some_and(|whose| whose.uuid == tenant.uuid && whose.slug == tenant.slug.as_str());
        if own {
            return Ok(held);
        }
        making.drop_file(&held.file);
        tracing::error!(tenant = %tenant.slug, "the file under this tenant's name is another tenant's: `polaris doctor` tells more");
        Err(Error::Unavailable(Unavailable::Damaged))
    }

    /// The operator's log has it before it can be used; so no backup is without its entry.
    fn note(&self, manifest: &Manifest) -> Result<()> {
        let bytes: u64 = manifest.files.iter().map(|held| held.bytes).sum();
        let details = json!({
            "tenants": manifest.files.len() - 1,
            "left_out": manifest.left_out.iter().map(|left| &left.slug).collect::<Vec<_>>(),
            "bytes": bytes,
            "manifest": manifest.digest(),
        });
        self.platform.write(&BACKUPS_CREATE, |_| Ok(((), Entry::of("backup", &manifest.name, details.clone()))))
    }

    fn place(&self, directory: &DataDirectory, new: &NewBackup) -> Result<PathBuf> {
        let Some(into) = &new.into else { return Ok(directory.backups()) };
        let refused = |message: &str| Err(Error::invalid("into", Problem::new("BAD_PLACE", message)));
        match into.metadata() {
            Ok(found) if !found.is_dir() => return refused("is no directory"),
            Err(_) if into.as_os_str().is_empty() => return refused("is empty: name a directory, or leave it out"),
            Ok(_) => {}
            // It is made below.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return refused(&format!("can't be a directory: {error}")),
        }
        // As far as it exists already.
        let known = into.ancestors().find_map(|path| path.canonicalize().ok());
        match known {
            Some(known) if known.starts_with(directory.root()) && known != directory.backups() => {
                return refused("lies in the data directory: choose a place outside, best on another disk, or leave it out");
            }
            _ => {}
        }
        match backup::can_hold(into) {
            Err(error) if !matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                refused(&format!("can't be written into: {error}; is the disk there, and yours to write?"))
            }
            _ => Ok(into.clone()),
        }
    }
}

fn chosen(new: &NewBackup, mut known: Vec<Registered>) -> Result<Vec<Registered>> {
    if new.tenants.is_empty() {
        return Ok(known);
    }
    let mut problems = Problems::default();
    for (at, slug) in new.tenants.iter().enumerate() {
        if !known.iter().any(|tenant| tenant.slug.as_str() == slug) {
            problems.note(&format!("tenants[{at}]"), Problem::new("UNKNOWN_VALUE", "there is no such tenant"));
        }
    }
    problems.finish()?;
    known.retain(|tenant| new.tenants.iter().any(|slug| tenant.slug.as_str() == slug));
    Ok(known)
}

/// Where the registry last saw a tenant's audit log end.
fn seen_to_end(registry: &Transaction<'_>, uuid: &str) -> Result<Option<Head>> {
    let sql = "SELECT epoch, entry_id, hash FROM audit_heads WHERE tenant_uuid = ?1";
    registry.first(sql, params![uuid], |row| Ok(Head { epoch: row.get("epoch")?, entry: row.get("entry_id")?, hash: row.get("hash")? }))
}

/// Whether a copy's audit log holds the entry that it was seen to end with, or has begun another epoch since.
fn reaches(copy: &Transaction<'_>, held: &Held, seen: &Head) -> Result<bool> {
    let epoch = epoch(copy, held.schema_version)?;
    if epoch != seen.epoch {
        return Ok(epoch > seen.epoch);
    }
    let sql = "SELECT 1 AS one FROM audit_entries WHERE id = ?1 AND hash = ?2";
    Ok(copy.first(sql, params![seen.entry, seen.hash], |row| row.get::<i64>("one"))?.is_some())
}

fn copy(making: &Making, from: &Location, kind: Kind, file: String) -> Result<Held> {
    let path = making.path().join(&file);
    let found = backup::copy_in(from, kind, &path)?;
    let audit = backup::inside(&path, kind, |copy| {
        let epoch = if kind == Kind::Tenant { epoch(copy, found.schema_version)? } else { 1 };
        head(copy, epoch)
    })?;
    Ok(Held { file, tenant: found.whose, schema_version: found.schema_version, bytes: found.bytes, sha256: found.sha256, audit })
}
