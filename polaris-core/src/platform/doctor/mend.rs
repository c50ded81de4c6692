//! What doctor mends by itself: leftovers, permissions, copies. Never anything that could lose data.

use serde_json::json;

use super::{Finding, Mending, histories, search};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::operations::DOCTOR_MEND;
use crate::platform::Platform;
use crate::platform::support::{self, Because, Whose};
use crate::platform::tenants::trash;
use crate::store::{backup, params, template};
use crate::types::fold::fold;
use crate::types::{Slug, TenantId};

/// Mends all findings that can be; gives those that were.
pub(super) fn all(platform: &Platform, findings: Vec<Finding>) -> Result<Vec<Finding>> {
    let mut mended = Vec::new();
    let directory = platform.engine.directory.as_ref();
    let leftovers =
        findings.iter().any(|finding| matches!(finding.mending, Some(Mending::RemoveLeftover(_) | Mending::ForgetCreation { .. })));
    let _quiet = match directory {
        Some(directory) if leftovers => Some(
            directory
                .lock_for_mending()?
                .ok_or_else(|| Error::Conflict("a tenant is being created right now: try again when that is done".to_owned()))?,
        ),
        _ => None,
    };
    let mut failure = None;
    for finding in findings {
        let Some(mending) = &finding.mending else { continue };
        match apply(platform, mending) {
            Ok(true) => mended.push(finding),
            Ok(false) => {}
            Err(error) => failure = Some(error),
        }
    }
    if !mended.is_empty() {
        platform.write(&DOCTOR_MEND, |_| {
            let what: Vec<_> = mended.iter().map(|finding| json!({ "subject": finding.subject, "problem": finding.problem })).collect();
            Ok(((), Entry::of("data_directory", "polaris.db", json!({ "mended": what }))))
        })?;
    }
    // What was mended is in the log, whatever else could not be.
    failure.map_or(Ok(mended), Err)
}

/// Mends one finding; false when it has settled itself since it was found.
fn apply(platform: &Platform, mending: &Mending) -> Result<bool> {
    let directory = platform.engine.directory.as_ref().ok_or(Error::Internal)?;
    let io = |error: std::io::Error| template::io_error(&error, directory.root());
    let unless_gone = |done: std::io::Result<()>| match done {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        done => done.map(|()| true).map_err(io),
    };
    match mending {
        Mending::RemoveLeftover(path) => unless_gone(std::fs::remove_file(path)),
        Mending::RemoveUnfinishedBackup(folder) => backup::remove_unfinished(folder).map_err(io),
        Mending::OpenToOwner(path) => unless_gone(directory.open_to_owner(path)),
        Mending::CloseToOthers(path) => unless_gone(directory.close_to_others(path)),
        Mending::FillReserve => directory.fill_reserve().map(|()| true).map_err(io),
        Mending::SettleSupport => support::settle(&platform.engine).map(|settled| settled > 0),
        Mending::ForgetCreation { uuid, slug } => {
            // What was under way when it was found may be finished by now. The lock that is held keeps another from beginning.
            let cut_off = platform.engine.registry.read(|registry| {
                registry.first("SELECT 1 AS one FROM tenants WHERE uuid = ?1 AND state = 'creating'", params![uuid], |row| {
                    row.get::<i64>("one")
                })
            })?;
            if cut_off.is_none() {
                return Ok(false);
            }
            // Nobody was told of this tenant, so its file holds nothing but what was copied into it. It is still set aside.
            directory.trash_unfinished_tenant(&Slug::stored(slug.clone()), platform.now()).map_err(io)?;
            platform
                .engine
                .registry
                .write(|registry| registry.execute("DELETE FROM tenants WHERE uuid = ?1 AND state = 'creating'", params![uuid]))?;
            Ok(true)
        }
        Mending::FinishPurge { uuid, slug } => match uuid::Uuid::parse_str(uuid) {
            Ok(id) => trash::finish_purge(platform, TenantId::new(id), &Slug::stored(slug.clone())),
            Err(_) => Ok(false),
        },
        Mending::FinishDeletion { uuid, slug, trashed_as } => {
            let sql = "SELECT uuid FROM tenants WHERE uuid = ?1 AND state = 'deleting' AND trashed_as = ?2";
            let still = platform
                .engine
                .registry
                .read(|registry| registry.first(sql, params![uuid, trashed_as], |row| row.get::<TenantId>("uuid")))?;
            let Some(id) = still else { return Ok(false) };
            trash::finish_deletion(platform, directory, id, &Slug::stored(slug.clone()), trashed_as)
        }
        Mending::IndexAnew { uuid, slug } => match uuid::Uuid::parse_str(uuid) {
            Ok(id) => search::index_anew(platform, TenantId::new(id), &Slug::stored(slug.clone())),
            Err(_) => Ok(false),
        },
        Mending::HistoriesAnew { uuid, slug } => match uuid::Uuid::parse_str(uuid) {
            Ok(id) => histories::anew(platform, TenantId::new(id), &Slug::stored(slug.clone())),
            Err(_) => Ok(false),
        },
        Mending::CopyToRegistry { uuid, column, value } => {
            let now = platform.now();
            let folded = value.as_deref().map(fold).filter(|_| *column == "name");
            platform.engine.registry.write(|registry| {
                if *column == "state" {
                    let inactive = value.as_deref() == Some("inactive");
                    let since = inactive.then_some(now);
                    registry.execute("UPDATE tenants SET deactivated_at = ?2 WHERE uuid = ?1", params![uuid, since])?;
                }
                registry.execute(
                    &format!("UPDATE tenants SET {column} = ?2, folded_name = coalesce(?4, folded_name), updated_at = ?3 WHERE uuid = ?1"),
                    params![uuid, value, now, folded],
                )
            })?;
            if *column == "state"
                && value.as_deref() == Some("inactive")
                && let Ok(id) = uuid::Uuid::parse_str(uuid)
            {
                support::leave_all(platform, Whose::Tenant(TenantId::new(id)), Because::TenantDeactivated)?;
            }
            Ok(true)
        }
    }
}
