//! P4: deleting, taking back and purging.
//!
//! A tenant is deleted in three steps. First its file is shut: nobody has it open, in any process, and nobody gets in
//! ([`gate`]). Then the registry says that it is being deleted, under which name it will lie in the trash, and by whom; that is the
//! decision. Then the file is moved there. A crash before the decision has changed nothing; after it, `doctor` moves the file.
//!
//! Taking back goes the other way: the file first, then the registry. Purging is noted in the operator's log before anything is removed,
//! and again when it is done, so that it can be taken up where it was cut off.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Known, Tenant, TenantState, Tenants};
use crate::audit::{Entry, Outcome};
use crate::engine::Engine;
use crate::error::{Error, Problem, Result};
use crate::operations::{TENANTS_DELETE, TENANTS_PURGE, TENANTS_UNDELETE};
use crate::platform::Platform;
use crate::store::directory::DataDirectory;
use crate::store::gate::{self, Gate};
use crate::store::schema::Kind;
use crate::store::{params, template};
use crate::tenant::state_in;
use crate::types::{Slug, TenantId};

/// How long to wait for others to close a tenant's file: they look every two seconds which tenants are still active.
const PATIENCE: Duration = Duration::from_secs(6);

impl Tenants<'_> {
    /// Moves a deactivated tenant to the trash; `confirm` must be its slug once more. Nothing is lost: it can be taken back until it is
    /// purged, and its slug stays taken until then.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] when `confirm` is another; [`Error::TenantNotFound`]; [`Error::InvalidTransition`] while it is active or in
    /// the trash; [`Error::Conflict`] when some program still has its file open after a wait of some seconds; [`Error::Forbidden`].
    pub fn delete(&self, slug: &str, confirm: &str) -> Result<Tenant> {
        let platform = self.platform;
        platform.authorize(&TENANTS_DELETE)?;
        confirmed(slug, confirm)?;
        let known = self.anything_known(slug)?;
        if known.tenant.state != TenantState::Inactive {
            return Err(not_from(known.tenant.state, "trashed"));
        }
        platform.engine.close_tenant(known.id);
        let shut = match &platform.engine.directory {
            Some(directory) if !self.is_missing(&known) => Some((directory, self.shut(directory, &known)?)),
            _ => None,
        };
        let now = platform.now();
        let name = shut.is_some().then(|| DataDirectory::trash_name(&known.tenant.slug, now));
        let details = json!({ "tenant": known.tenant.slug, "trashed_as": name });
        platform.write(&TENANTS_DELETE, |registry| {
            let sql = "UPDATE tenants SET state = 'deleting', trashed_as = ?2, deleted_at = ?3, updated_at = ?3
                       WHERE uuid = ?1 AND state = 'inactive'";
            if registry.execute(sql, params![known.id, name, now])? == 0 {
                return Err(Error::Conflict("this tenant was changed meanwhile: look at it again".to_owned()));
            }
            Ok(((), Entry::of("tenant", known.id, details.clone())))
        })?;
        if let (Some((directory, gate)), Some(name)) = (shut, &name) {
            move_to_trash(directory, gate, name).inspect_err(|_| self.take_decision_back(&known))?;
        }
        Ok(self.row(slug)?.ok_or(Error::TenantNotFound)?.tenant)
    }

    /// Takes a deleted tenant back from the trash. It is deactivated, as it was when it was deleted.
    ///
    /// # Errors
    ///
    /// [`Error::TenantNotFound`]; [`Error::InvalidTransition`] when it isn't in the trash; [`Error::NotFound`] when its file is no longer
    /// there; [`Error::Conflict`] when some program has that open; [`Error::Forbidden`].
    pub fn undelete(&self, slug: &str) -> Result<Tenant> {
        let platform = self.platform;
        platform.authorize(&TENANTS_UNDELETE)?;
        let known = self.anything_known(slug)?;
        if known.tenant.state != TenantState::Trashed {
            return Err(not_from(known.tenant.state, "inactive"));
        }
        if let Some(directory) = &platform.engine.directory {
            let place = directory.tenant(&known.tenant.slug);
            match known.trashed_as.as_deref().and_then(|name| directory.trashed(name)).filter(|path| path.exists()) {
                Some(_) if place.exists() => {
                    return Err(Error::Conflict(
                        "a file of this tenant's name lies in the data directory too: run `polaris doctor`".to_owned(),
                    ));
                }
                Some(path) => self.shut_path(&path, &known)?.move_to(&place)?,
                // Cut off before the registry was told.
                None if place.exists() => drop(self.shut_path(&place, &known)?),
                None => return Err(Error::NotFound("file in the trash: restore it from a backup, or purge this tenant")),
            }
        }
        let now = platform.now();
        platform.write(&TENANTS_UNDELETE, |registry| {
            let sql = "UPDATE tenants SET state = 'inactive', trashed_as = NULL, deleted_at = NULL, updated_at = ?2
                       WHERE uuid = ?1 AND state = 'deleting'";
            if registry.execute(sql, params![known.id, now])? == 0 {
                return Err(Error::TenantNotFound);
            }
            Ok(((), Entry::of("tenant", known.id, json!({ "tenant": known.tenant.slug }))))
        })?;
        Ok(self.row(slug)?.ok_or(Error::TenantNotFound)?.tenant)
    }

    /// Removes a tenant in the trash for good, and frees its slug; `confirm` must be its slug once more. This can't be undone.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] when `confirm` is another; [`Error::TenantNotFound`]; [`Error::InvalidTransition`] when it isn't in the trash;
    /// [`Error::Forbidden`]; [`Error::Unavailable`] when its file can't be removed.
    pub fn purge(&self, slug: &str, confirm: &str) -> Result<()> {
        let platform = self.platform;
        platform.authorize(&TENANTS_PURGE)?;
        confirmed(slug, confirm)?;
        let known = self.anything_known(slug)?;
        if known.tenant.state != TenantState::Trashed {
            return Err(not_from(known.tenant.state, "purged"));
        }
        let details = json!({ "tenant": known.tenant.slug, "trashed_as": known.trashed_as });
        platform.write(&TENANTS_PURGE, |registry| {
            let sql = "SELECT 1 AS one FROM tenants WHERE uuid = ?1 AND state = 'deleting'";
            registry.first(sql, params![known.id], |row| row.get::<i64>("one"))?.ok_or(Error::TenantNotFound)?;
            Ok(((), Entry::of("tenant", known.id, details.clone()).with_outcome(Outcome::Pending)))
        })?;
        if let (Some(directory), Some(name)) = (&platform.engine.directory, &known.trashed_as) {
            finish_deletion(platform, directory, known.id, &known.tenant.slug, name)?;
        }
        if let Some(directory) = &platform.engine.directory {
            // As long as the slug is taken, nothing under it is another's.
            for name in directory.trash_of(&known.tenant.slug).into_iter().chain(known.trashed_as) {
                directory.remove_trashed(&name).map_err(|error| template::io_error(&error, directory.root()))?;
            }
            directory.remove_snapshots(&known.tenant.slug).map_err(|error| template::io_error(&error, directory.root()))?;
        }
        finish_purge(platform, known.id, &known.tenant.slug)?;
        platform.engine.forget_in_memory(known.id);
        Ok(())
    }

    /// Shuts the file in its place, when it is this tenant's and says itself that it is inactive.
    fn shut(&self, directory: &DataDirectory, known: &Known) -> Result<Gate> {
        let gate = self.shut_path(&directory.tenant(&known.tenant.slug), known)?;
        if gate.read(|file| state_in(file, known.id, &known.tenant.slug))? {
            return Err(not_from(TenantState::Active, "trashed"));
        }
        Ok(gate)
    }

    fn shut_path(&self, path: &std::path::Path, known: &Known) -> Result<Gate> {
        let gate = shut_within(self.platform, path)?;
        gate.read(|file| state_in(file, known.id, &known.tenant.slug))?;
        Ok(gate)
    }

    /// The file could not be moved: nothing was deleted, and the log says so.
    fn take_decision_back(&self, known: &Known) {
        let back = self.platform.write(&TENANTS_DELETE, |registry| {
            let sql = "UPDATE tenants SET state = 'inactive', trashed_as = NULL, deleted_at = NULL WHERE uuid = ?1 AND state = 'deleting'";
            registry.execute(sql, params![known.id])?;
            Ok(((), Entry::of("tenant", known.id, json!({ "tenant": known.tenant.slug })).with_outcome(Outcome::Refused)))
        });
        if let Err(error) = back {
            tracing::error!(%error, slug = %known.tenant.slug, "a tenant whose file could not be moved stays deleted; doctor moves it");
        }
    }
}

/// Forgets a tenant whose file was removed; false when it is forgotten already.
pub(crate) fn finish_purge(platform: &Platform, id: TenantId, slug: &Slug) -> Result<bool> {
    let forgotten = platform.write(&TENANTS_PURGE, |registry| {
        match registry.execute("DELETE FROM tenants WHERE uuid = ?1 AND state = 'deleting'", params![id])? {
            // By another, who has noted it.
            0 => Err(Error::TenantNotFound),
            _ => Ok(((), Entry::of("tenant", id, json!({ "tenant": slug })))),
        }
    });
    match forgotten {
        Err(Error::TenantNotFound) => Ok(false),
        other => other.map(|()| true),
    }
}

/// Whether the operator's log says that this tenant's file was about to be removed.
pub(crate) fn purge_was_begun(engine: &Engine, uuid: &str) -> bool {
    // The last word on it: one purged before may have been put back from a backup, or a purge have failed, and been deleted again.
    let sql = "SELECT action = ?2 AND outcome <> 'refused' AS begun FROM audit_entries
               WHERE resource_kind = 'tenant' AND resource_id = ?1 AND action IN (?2, ?3, ?4, 'backup.restore') ORDER BY id DESC LIMIT 1";
    let words = params![uuid, TENANTS_PURGE.audit, TENANTS_DELETE.audit, TENANTS_UNDELETE.audit];
    let found = engine.registry.read(|registry| registry.first(sql, words, |row| row.get::<bool>("begun")));
    matches!(found, Ok(Some(true)))
}

/// Moves the file of a tenant whose deletion was decided to the trash, if it is still in its place; false when it isn't.
pub(crate) fn finish_deletion(platform: &Platform, directory: &DataDirectory, id: TenantId, slug: &Slug, name: &str) -> Result<bool> {
    let place = directory.tenant(slug);
    if !place.exists() {
        return Ok(false);
    }
    let gate = match shut_within(platform, &place) {
        // Moved by another in this moment.
        Err(_) if !place.exists() => return Ok(false),
        other => other?,
    };
    gate.read(|file| state_in(file, id, slug))?;
    move_to_trash(directory, gate, name).map(|()| true)
}

/// Shuts a tenant's file once nobody has it open any more.
pub(crate) fn shut_within(platform: &Platform, path: &std::path::Path) -> Result<Gate> {
    let patience = PATIENCE.min(platform.polaris.options().deadline);
    gate::shut(path, Kind::Tenant, Instant::now() + patience)?.ok_or_else(|| {
        Error::Conflict(
            "some program still has this tenant's file open: those of Polaris close it within seconds of its deactivation; stop what else \
             reads it, then try again"
                .to_owned(),
        )
    })
}

fn move_to_trash(directory: &DataDirectory, gate: Gate, name: &str) -> Result<()> {
    directory.make_trash().map_err(|error| template::io_error(&error, directory.root()))?;
    gate.move_to(&directory.trashed(name).ok_or(Error::Internal)?)
}

fn confirmed(slug: &str, confirm: &str) -> Result<()> {
    if slug == confirm {
        return Ok(());
    }
    Err(Error::invalid("confirm", Problem::new("NOT_CONFIRMED", "must be the tenant's slug once more, to show that this one is meant")))
}

fn not_from(from: TenantState, to: &'static str) -> Error {
    let reason = match (from, to) {
        (TenantState::Active, "purged") => "deactivate and delete it first; what is purged is gone for good",
        (TenantState::Inactive, "purged") => "delete it first; what is purged is gone for good",
        (TenantState::Active, "trashed") => "deactivate it first",
        (TenantState::Trashed, _) => "it is in the trash already",
        _ => "it is not in the trash",
    };
    Error::InvalidTransition { what: "a tenant", from: from.as_str(), to, reason: reason.to_owned() }
}
