//! What was imported when, by whom: counts, no people.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use super::super::Volunteers;
use super::{ImportCounts, TableFormat, VolunteerImportReport};
use crate::auth::Actor;
use crate::clock::random;
use crate::error::{Error, Result};
use crate::operations::{VOLUNTEERS_GET_IMPORT, VOLUNTEERS_LIST_IMPORTS};
use crate::page::{Page, PageRequest};
use crate::store::{Row, Transaction, params};
use crate::types::VolunteerImportId;
use crate::types::key_hash::hex;

/// An import that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportLogEntry {
    /// Its number.
    pub id: VolunteerImportId,
    /// When (UTC).
    pub imported_at: DateTime<Utc>,
    /// Who did it, as they were called then.
    pub actor_name: Option<String>,
    /// What the file was.
    pub format: TableFormat,
    /// Rows it had, blank ones left out.
    pub total_rows: u32,
    /// How many came out how.
    pub counts: ImportCounts,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
}

impl Volunteers<'_> {
    /// The imports that were done, the last one first.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn list_imports(&self, page: PageRequest) -> Result<Page<ImportLogEntry>> {
        self.handle.read(&VOLUNTEERS_LIST_IMPORTS, |reading| {
            let total = reading.transaction.first("SELECT count(*) AS total FROM volunteer_imports", params![], |row| row.get("total"))?;
            let sql = format!("{SELECT} ORDER BY id DESC LIMIT ?1 OFFSET ?2");
            let items = reading.transaction.all(&sql, params![page.per_page(), page.offset()], entry)?;
            Ok(page.of(items, total.unwrap_or_default()))
        })
    }

    /// One import that was done, by its number or the reference it was done under.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where none was; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn get_import(&self, import: &str) -> Result<ImportLogEntry> {
        // References have letters in them.
        let number = import.bytes().all(|byte| byte.is_ascii_digit()).then(|| import.parse::<i64>().ok()).flatten();
        self.handle.read(&VOLUNTEERS_GET_IMPORT, |reading| {
            let found = match number {
                Some(id) => reading.transaction.first(&format!("{SELECT} WHERE id = ?1"), params![id], entry)?,
                None => reading.transaction.first(&format!("{SELECT} WHERE reference = ?1"), params![import], entry)?,
            };
            found.ok_or(Error::NotFound("import of volunteers"))
        })
    }

    /// A reference for an import that nobody has used.
    #[must_use]
    pub fn new_import_reference(&self) -> String {
        format!("i{}", hex(&random::<16>(self.handle.polaris().randomness())))
    }
}

const SELECT: &str = "
    SELECT id, imported_at, actor_name, format, total_rows, created, updated, reactivated, unchanged, skipped, rejected, blank, warnings,
           duration_ms
    FROM volunteer_imports";

fn entry(row: &Row<'_, '_>) -> Result<ImportLogEntry> {
    Ok(ImportLogEntry {
        id: row.get("id")?,
        imported_at: row.get("imported_at")?,
        actor_name: row.get("actor_name")?,
        format: TableFormat::parse(&row.get::<String>("format")?).map_err(|_| Error::Internal)?,
        total_rows: row.get("total_rows")?,
        counts: ImportCounts {
            created: row.get("created")?,
            updated: row.get("updated")?,
            reactivated: row.get("reactivated")?,
            unchanged: row.get("unchanged")?,
            skipped: row.get("skipped")?,
            rejected: row.get("rejected")?,
            blank: row.get("blank")?,
            warnings: row.get("warnings")?,
        },
        duration_ms: row.get("duration_ms")?,
    })
}

/// Logs an import.
pub(super) fn add(
    transaction: &Transaction<'_>,
    actor: &Actor,
    reference: Option<&str>,
    report: &VolunteerImportReport,
    duration: Duration,
    now: DateTime<Utc>,
) -> Result<VolunteerImportId> {
    let counts = &report.counts;
    // Nobody else may import.
    let kind = if matches!(actor, Actor::Staff { .. } | Actor::TenantUser { .. }) { actor.kind() } else { "system" };
    let inserted = transaction.insert(
        "INSERT INTO volunteer_imports (format, total_rows, created, updated, reactivated, unchanged, skipped, rejected, blank, warnings,
                                        duration_ms, actor_kind, actor_id, actor_name, reference, imported_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        params![
            report.format.as_str(),
            report.total_rows,
            counts.created,
            counts.updated,
            counts.reactivated,
            counts.unchanged,
            counts.skipped,
            counts.rejected,
            counts.blank,
            counts.warnings,
            u32::try_from(duration.as_millis()).unwrap_or(u32::MAX),
            kind,
            actor.number(),
            actor.name(),
            reference,
            now,
        ],
    )?;
    Ok(VolunteerImportId::new(inserted))
}

/// Refuses a reference that an import was done under.
pub(super) fn refuse_used(transaction: &Transaction<'_>, reference: Option<&str>) -> Result<()> {
    let Some(reference) = reference else { return Ok(()) };
    let sql = "SELECT id FROM volunteer_imports WHERE reference = ?1";
    match transaction.first(sql, params![reference], |row| row.get::<VolunteerImportId>("id"))? {
        Some(id) => Err(Error::Conflict(format!("import {id} was done under this reference already"))),
        None => Ok(()),
    }
}

/// What the audit log tells of it.
pub(super) fn details(report: &VolunteerImportReport) -> serde_json::Value {
    json!({ "format": report.format, "rows": report.total_rows, "counts": report.counts, "skills_added": report.skills_added.len() })
}

/// Refuses a reference that can't be one.
pub(super) fn check_reference(reference: Option<&str>) -> Result<()> {
    let good = |text: &str| {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        // What is a number is an import's own.
        (1..=64).contains(&text.len()) && plain && !text.bytes().all(|byte| byte.is_ascii_digit())
    };
    match reference {
        Some(reference) if !good(reference) => {
            Err(Error::bad_request("reference", "must be 1 to 64 letters, digits and hyphens, not digits alone"))
        }
        _ => Ok(()),
    }
}
