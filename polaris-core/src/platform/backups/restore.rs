//! Putting one tenant back.
//!
//! The file of the backup is copied into the data directory and checked there, and made ready under a name that nobody knows: brought to
//! this program's schema, deactivated, its sessions and links gone, a new epoch of its audit log begun. Only then is the tenant's own
//! file shut ([`gate`]) and exchanged for it in one step; it goes to the trash. A crash before that leaves the tenant as it was, one after
//! it leaves it restored, and only the operator's log lacks the end of what it says was begun.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::renew::{Reached, Renewed, Renewing, know, reached_in, renew};
use super::{BackupProblem, BackupRef, Backups, tampered};
use crate::audit::{Entry, Outcome};
use crate::error::{Error, Result, Unavailable};
use crate::operations::{BACKUPS_RESTORE, BACKUPS_VERIFY};
use crate::platform::Platform;
use crate::platform::tenants::trash::shut_within;
use crate::store::backup::{self, Held, Manifest};
use crate::store::connection::Location;
use crate::store::database::Database;
use crate::store::dialect;
use crate::store::directory::DataDirectory;
use crate::store::gate::Gate;
use crate::store::schema::Kind;
use crate::store::template::HalfMade;
use crate::store::{params, template};
use crate::types::{Slug, TenantId};

/// A tenant to be put back.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewRestore {
    /// The tenant, by slug.
    pub tenant: String,
    /// Reactivate it at once. Otherwise it stays deactivated, so that it can be looked at first.
    pub activate: bool,
    /// Accept a backup that the operator's audit log has no note of, for whoever owns the data directory and knows where it comes from:
    /// after the registry was restored, say. Nobody can ask for it over a network.
    #[serde(skip)]
    pub unknown: bool,
}

/// A tenant put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Its slug.
    pub tenant: Slug,
    /// The backup it comes from.
    pub backup: String,
    /// When that backup began (UTC): nothing later is in it.
    pub as_of: DateTime<Utc>,
    /// The schema version it had in the backup.
    pub from_schema: u32,
    /// The epoch of its audit log that begins with this.
    pub epoch: i64,
    /// Whether it is active.
    pub active: bool,
    /// Its API keys: those valid now, or where the replaced file couldn't tell, those of then.
    pub api_keys: u32,
    /// Whether keys, passwords, roles and deactivations of its people are as they were just now. Otherwise (the replaced file was missing
    /// or damaged) they are as they were then, replaced keys and old passwords included.
    pub access_kept: bool,
    /// People of the backup of whom the replaced file knew nothing, so that nobody could say whether they may still get in: they are
    /// deactivated and have no password.
    pub shut_out: u32,
    /// Its active admins. Without one, nobody of the tenant can bring anybody back: the operator can.
    pub active_admins: u32,
    /// The file in `trash/` that it replaced, if there was one.
    pub replaced: Option<String>,
}

/// The tenant's row in the registry, and who has its slug.
struct Row {
    uuid: String,
    state: String,
}

/// A restore that has been checked.
struct Plan<'a> {
    directory: &'a DataDirectory,
    manifest: &'a Manifest,
    held: &'a Held,
    id: TenantId,
    slug: &'a Slug,
    activate: bool,
}

impl Plan<'_> {
    fn state(&self) -> &'static str {
        if self.activate { "active" } else { "inactive" }
    }
}

/// What was put in place.
struct Placed {
    renewed: Renewed,
    replaced: Option<String>,
    access_kept: bool,
}

/// Where the registry saw the tenant's audit log end.
struct Noted {
    epoch: i64,
    entry: i64,
    hash: String,
    at: String,
}

impl Backups<'_> {
    /// Checks one tenant of a backup as restoring it would, and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::restore`], but for the state of the tenant.
    pub fn check_restore(&self, which: &BackupRef, tenant: &str) -> Result<()> {
        self.platform.authorize(&BACKUPS_VERIFY)?;
        let directory = self.directory()?;
        let (folder, manifest) = backup::open(&self.folder(which)?)?;
        let held = manifest.tenant(tenant).ok_or(Error::NotFound("tenant in this backup"))?;
        self.is_ours(&manifest, false)?;
        let copy = backup::copy_out(&folder.join(&held.file), held, directory)?;
        untampered(copy.path(), held)
    }

    /// Puts a tenant back as a backup has it. It must be deactivated, or its file missing or damaged; that file goes to the trash. A
    /// tenant that the registry no longer knows is known again. Its uuid and slug stay; sessions and links from then are void, a new
    /// epoch of its audit log begins, and both logs tell of it. Who may get in is as it is now, where the replaced file can still tell:
    /// API keys, and passwords, roles and deactivations of people who were there then. Everything else is as it was.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such backup or the tenant isn't in it; [`Error::Validation`] with the code of what is wrong
    /// with it (`UNFINISHED`, `EDITED`, `DAMAGED`, `NOT_OURS`, `ANOTHERS`, `TAMPERED`, …); [`Error::SchemaTooNew`];
    /// [`Error::InvalidTransition`] while the tenant is active or in the trash; [`Error::Conflict`] when its slug is another's by now or
    /// some program still has its file open; [`Error::Forbidden`], [`Error::Unavailable`]. The tenant is as it was then.
    pub fn restore(&self, which: &BackupRef, wanted: &NewRestore) -> Result<Restored> {
        let platform = self.platform;
        platform.authorize(&BACKUPS_RESTORE)?;
        let directory = self.directory()?;
        let (folder, manifest) = backup::open(&self.folder(which)?)?;
        let held = manifest.tenant(&wanted.tenant).ok_or(Error::NotFound("tenant in this backup"))?;
        let whose = held.tenant.as_ref().ok_or(Error::Internal)?;
        let id = TenantId::new(uuid::Uuid::parse_str(&whose.uuid).map_err(|_| Error::Internal)?);
        let slug = Slug::parse(&whose.slug).map_err(|_| Error::Internal)?;
        self.is_ours(&manifest, wanted.unknown)?;
        let row = self.may_be_replaced(directory, id, &slug)?;

        let _making = directory.lock_for_creating()?;
        let copy = backup::copy_out(&folder.join(&held.file), held, directory)?;
        untampered(copy.path(), held)?;
        let noted = self.begin(&manifest, id, &slug, row.as_ref())?;
        let plan = Plan { directory, manifest: &manifest, held, id, slug: &slug, activate: wanted.activate };
        let placed = self.put_in_place(&plan, copy, noted.as_ref()).inspect_err(|_| self.take_back(&plan, noted.as_ref()))?;
        self.finish(&plan, &placed)?;
        let Placed { renewed, replaced, access_kept } = placed;
        Ok(Restored {
            backup: manifest.name.clone(),
            as_of: manifest.began_at,
            from_schema: held.schema_version,
            epoch: renewed.epoch,
            active: wanted.activate,
            api_keys: renewed.api_keys,
            access_kept,
            shut_out: renewed.shut_out,
            active_admins: renewed.active_admins,
            replaced,
            tenant: slug,
        })
    }

    /// Makes the copy ready, shuts the tenant's own file, and exchanges the two.
    fn put_in_place(&self, plan: &Plan<'_>, copy: HalfMade, noted: Option<&Noted>) -> Result<Placed> {
        let platform = self.platform;
        let &Plan { directory, manifest, id, slug, .. } = plan;
        platform.engine.close_tenant(id);
        let place = directory.tenant(slug);
        let gate = if place.exists() { Some(shut(platform, &place, id, slug)?) } else { None };
        let reached = reached(noted, gate.as_ref());
        let renewing = Renewing { setup: platform.polaris.setup(), caller: &platform.caller };
        let state = Some(plan.state());
        let renewed = backup::prepare(&copy, Kind::Tenant, |file| renew(&renewing, file, manifest, id, &reached, state))?;
        let aside = directory.trash_aside(slug, platform.now()).map_err(|error| template::io_error(&error, directory.root()))?;
        let replaced = gate.is_some().then(|| aside.file_name().unwrap_or_default().to_string_lossy().into_owned());
        match gate {
            Some(gate) => {
                // Under the name that the replaced one will have, so that one step exchanges the two.
                template::give_name(copy, &aside, "a file of this name is in the trash already: try again")?;
                gate.exchange_with(&aside).inspect_err(|_| drop(std::fs::remove_file(&aside)))?;
            }
            None => backup::replace_missing(copy, &place, &aside)?,
        }
        Ok(Placed { renewed, replaced, access_kept: reached.access.is_some() })
    }

    /// A backup of this installation, and the one that was made: a tenant of another was never this operator's to serve.
    fn is_ours(&self, manifest: &Manifest, unknown_too: bool) -> Result<()> {
        let own = self
            .platform
            .engine
            .registry
            .read(|registry| registry.first("SELECT uuid FROM operator", params![], |row| row.get::<String>("uuid")))?;
        if own.as_ref() != Some(&manifest.operator) {
            return Err(BackupProblem::new("", "NOT_OURS", "is of another installation of Polaris").into());
        }
        match self.not_as_noted(manifest)? {
            Some(problem) if !(unknown_too && problem.code == "UNKNOWN") => Err(problem.into()),
            _ => Ok(()),
        }
    }

    /// Whether this tenant may be put back, and the row that the registry has for it.
    fn may_be_replaced(&self, directory: &DataDirectory, id: TenantId, slug: &Slug) -> Result<Option<Row>> {
        let row = self.platform.engine.registry.read(|registry| {
            registry.first("SELECT uuid, state FROM tenants WHERE uuid = ?1 OR slug = ?2", params![id, slug], |row| {
                Ok(Row { uuid: row.get("uuid")?, state: row.get("state")? })
            })
        })?;
        let place = directory.tenant(slug);
        let refused =
            |from, reason: &str| Err(Error::InvalidTransition { what: "a tenant", from, to: "restored", reason: reason.to_owned() });
        match &row {
            Some(row) if row.uuid != id.get().to_string() => {
                Err(Error::Conflict(format!("the slug `{slug}` belongs to another tenant by now: this one can't be put back beside it")))
            }
            Some(row) if row.state == "deleting" => {
                refused("trashed", "take it back from the trash and restore it then, or purge it first")
            }
            Some(row) if row.state == "creating" => Err(Error::Conflict(
                "a tenant of this slug is being created, or its creation was cut off: run `polaris doctor --mend`".to_owned(),
            )),
            Some(row) if row.state == "active" && !is_unusable(self.platform, &place) => refused("active", "deactivate it first"),
            None if place.exists() => Err(Error::Conflict(
                "a file of this tenant's name lies in the data directory, unknown to the registry: run `polaris doctor`".to_owned(),
            )),
            _ => Ok(row),
        }
    }

    /// Says in the operator's log what is begun. From here on the tenant is inactive for everybody, and where its audit log ends is no
    /// longer held against it, for it may end in one file or the other; the entry says where it was seen to end.
    fn begin(&self, manifest: &Manifest, id: TenantId, slug: &Slug, row: Option<&Row>) -> Result<Option<Noted>> {
        let now = self.platform.now();
        self.platform.write(&BACKUPS_RESTORE, |registry| {
            if row.is_some() {
                let sql = "UPDATE tenants SET state = 'inactive', deactivated_at = coalesce(deactivated_at, ?2), updated_at = ?2
                           WHERE uuid = ?1 AND state IN ('active', 'inactive')";
                if registry.execute(sql, params![id, now])? == 0 {
                    return Err(Error::Conflict("this tenant was changed meanwhile: look at it again".to_owned()));
                }
                registry.execute("DELETE FROM support_grants WHERE tenant_uuid = ?1", params![id])?;
            }
            let sql = "SELECT epoch, entry_id, hash, noted_at FROM audit_heads WHERE tenant_uuid = ?1";
            let noted = registry.first(sql, params![id], |row| {
                Ok(Noted { epoch: row.get("epoch")?, entry: row.get("entry_id")?, hash: row.get("hash")?, at: row.get("noted_at")? })
            })?;
            registry.execute("DELETE FROM audit_heads WHERE tenant_uuid = ?1", params![id])?;
            let head = noted.as_ref().map(|noted| json!({ "epoch": noted.epoch, "entry": noted.entry, "hash": noted.hash }));
            let details = json!({ "tenant": slug, "backup": manifest.name, "audit_head": head });
            Ok((noted, Entry::of("tenant", id, details).with_outcome(Outcome::Pending)))
        })
    }

    /// Nothing was exchanged: the tenant's log is held against what was noted of it again.
    fn take_back(&self, plan: &Plan<'_>, noted: Option<&Noted>) {
        let back = self.platform.write(&BACKUPS_RESTORE, |registry| {
            if let Some(Noted { epoch, entry, hash, at }) = noted {
                registry.execute(
                    "INSERT INTO audit_heads (tenant_uuid, epoch, entry_id, hash, noted_at)
                     SELECT uuid, ?2, ?3, ?4, ?5 FROM tenants WHERE uuid = ?1
                     ON CONFLICT (tenant_uuid) DO NOTHING",
                    params![plan.id, epoch, entry, hash, at],
                )?;
            }
            let details = json!({ "tenant": plan.slug, "backup": plan.manifest.name });
            Ok(((), Entry::of("tenant", plan.id, details).with_outcome(Outcome::Refused)))
        });
        if let Err(error) = back {
            tracing::error!(%error, tenant = %plan.slug, "a restore that failed is still noted as begun");
        }
    }

    /// The registry knows the restored tenant: its row, where its audit log ends, and that it is done.
    fn finish(&self, plan: &Plan<'_>, placed: &Placed) -> Result<()> {
        let (now, state) = (self.platform.now(), plan.state());
        let Placed { renewed, replaced, .. } = placed;
        let &Plan { manifest, held, id, slug, .. } = plan;
        self.platform.write(&BACKUPS_RESTORE, |registry| {
            know(registry, id, slug, state, renewed, now)?;
            let details = json!({
                "tenant": slug, "backup": manifest.name, "epoch": renewed.epoch, "schema_version": held.schema_version,
                "replaced": replaced, "state": state,
            });
            Ok(((), Entry::of("tenant", id, details)))
        })
    }
}

/// How far the file that is replaced had come, as far as it and the registry can say.
fn reached(noted: Option<&Noted>, gate: Option<&Gate>) -> Reached {
    let own = gate.and_then(|gate| gate.read(reached_in).ok()).unwrap_or_default();
    Reached { epoch: own.epoch.max(noted.map_or(0, |noted| noted.epoch)), ..own }
}

/// Whether there is no use in a tenant's file: it is missing, or SQLite finds it damaged.
fn is_unusable(platform: &Platform, place: &Path) -> bool {
    if !place.exists() {
        return true;
    }
    let opened = Database::open(Location::File(place.to_owned()), Kind::Tenant, platform.polaris.options());
    matches!(opened.and_then(|database| database.read(dialect::is_sound)), Ok(false) | Err(Error::Unavailable(Unavailable::Damaged)))
}

fn untampered(path: &Path, held: &Held) -> Result<()> {
    match backup::inside(path, Kind::Tenant, |file| tampered(file, held))? {
        Some(problem) => Err(problem.into()),
        None => Ok(()),
    }
}

fn shut(platform: &Platform, place: &Path, id: TenantId, slug: &Slug) -> Result<Gate> {
    let gate = shut_within(platform, place)?;
    let active = gate.read(|file| {
        let sql = "SELECT state = 'active' AS active FROM tenant WHERE uuid = ?1 AND slug = ?2";
        file.first(sql, params![id, slug], |row| row.get::<bool>("active"))
    });
    match active {
        Ok(Some(true)) => {
            let reason = "deactivate it first".to_owned();
            Err(Error::InvalidTransition { what: "a tenant", from: "active", to: "restored", reason })
        }
        // Inactive, another's file under this name, or too damaged to say: all go to the trash.
        _ => Ok(gate),
    }
}
