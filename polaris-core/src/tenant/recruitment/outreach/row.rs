//! Outreach, read from the database and written to it.

use super::{OutreachAttempt, OutreachEntry};
use crate::error::{Error, Result};
use crate::store::{Row, Transaction, params};
use crate::tenant::rosters::brief;
use crate::tenant::volunteers::NoteAuthor;
use crate::types::OutreachId;

/// Outreach `o` with its event `e` and volunteer `v`.
macro_rules! entries {
    () => {
        "SELECT o.id, o.event_id, o.volunteer_id, o.method, o.outcome, o.notes, o.attempted_at, o.followed_up_at,
                (SELECT max(m.id) FROM outbox m WHERE m.outreach_id = o.id) AS mail_id, o.author_kind, o.author_id, o.author_name,
                o.version, o.created_at, o.updated_at, e.slug, e.title, e.status AS event_status, e.time_zone, e.starts_at_local,
                e.starts_at, e.ends_at_local, e.ends_at, e.location, v.first_name, v.last_name
         FROM outreach o JOIN events e ON e.id = o.event_id JOIN volunteers v ON v.id = o.volunteer_id"
    };
}
pub(super) use entries;

const BY_ID: &str = concat!(entries!(), " WHERE o.id = ?1");

/// That of this number, or that there is none.
pub(super) fn find(transaction: &Transaction<'_>, id: OutreachId) -> Result<OutreachEntry> {
    transaction.first(BY_ID, params![id], entry)?.ok_or(Error::OutreachNotFound)
}

/// One row of `entries!`.
pub(super) fn entry(row: &Row<'_, '_>) -> Result<OutreachEntry> {
    let outreach = OutreachAttempt {
        id: row.get("id")?,
        event_id: row.get("event_id")?,
        volunteer_id: row.get("volunteer_id")?,
        method: row.get("method")?,
        outcome: row.get("outcome")?,
        notes: row.get("notes")?,
        attempted_at: row.get("attempted_at")?,
        followed_up_at: row.get("followed_up_at")?,
        mail_id: row.get("mail_id")?,
        author: NoteAuthor { kind: row.get("author_kind")?, id: row.get("author_id")?, name: row.get("author_name")? },
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    };
    Ok(OutreachEntry { outreach, event: brief(row)?, first_name: row.get("first_name")?, last_name: row.get("last_name")? })
}

/// Writes new outreach, and gives its number.
pub(super) fn insert(transaction: &Transaction<'_>, new: &OutreachAttempt) -> Result<OutreachId> {
    Ok(OutreachId::new(transaction.insert(
        "INSERT INTO outreach (event_id, volunteer_id, method, outcome, notes, attempted_at, author_kind, author_id, author_name, created_at,
                               updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        params![
            new.event_id,
            new.volunteer_id,
            new.method,
            new.outcome,
            new.notes,
            new.attempted_at,
            new.author.kind,
            new.author.id,
            new.author.name,
            new.created_at,
        ],
    )?))
}

/// Writes outreach as it is now, with the next version.
pub(super) fn update(transaction: &Transaction<'_>, after: &OutreachAttempt) -> Result<()> {
    transaction.execute(
        "UPDATE outreach SET method = ?2, outcome = ?3, notes = ?4, attempted_at = ?5, followed_up_at = ?6, version = version + 1,
                updated_at = ?7
         WHERE id = ?1",
        params![after.id, after.method, after.outcome, after.notes, after.attempted_at, after.followed_up_at, after.updated_at],
    )?;
    Ok(())
}
