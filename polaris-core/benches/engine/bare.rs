//! The reference: SQLite through rusqlite and nothing else, with the settings the engine uses.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row};

use crate::measure::Outcome;

/// The engine's statement for one event by number.
pub(crate) const EVENT_BY_ID: &str = "
    SELECT e.id, e.slug, e.title, e.description, e.event_type, e.format, e.status, e.time_zone, e.starts_at_local, e.starts_at,
           e.ends_at_local, e.ends_at, e.registration_deadline_local, e.registration_deadline, e.location,
           e.school_id, s.name AS school_name, e.volunteers_needed, e.volunteers_registered,
           CASE WHEN EXISTS (SELECT 1 FROM event_skills w WHERE w.event_id = e.id) THEN
               (SELECT json_group_array(k.name) FROM (SELECT k.name FROM event_skills w JOIN skills k ON k.id = w.skill_id
                                                     WHERE w.event_id = e.id ORDER BY k.folded_name) k)
           END AS wanted_skills,
           e.additional_info, e.version, e.created_at, e.updated_at
    FROM events e LEFT JOIN schools s ON s.id = e.school_id WHERE e.id = ?1";

/// What connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    Write,
}

/// Opens a tenant's file as the engine does, but for its checks, limits and guards.
pub(crate) fn open(path: &Path, purpose: Purpose) -> Outcome<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.execute_batch(&format!(
        "PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA synchronous = FULL;
         PRAGMA cell_size_check = ON;
         PRAGMA cache_size = -512;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA query_only = {};",
        if purpose == Purpose::Read { "ON" } else { "OFF" }
    ))?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode == "wal" { Ok(connection) } else { Err(format!("journal mode {mode}").into()) }
}

/// An event as SQLite holds it, every column owned.
#[allow(dead_code, reason = "columns are read as they are for the engine, whether or not somebody looks")]
pub(crate) struct Event {
    pub(crate) id: i64,
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) event_type: Option<String>,
    pub(crate) format: String,
    pub(crate) status: String,
    pub(crate) time_zone: String,
    pub(crate) starts_at_local: String,
    pub(crate) starts_at: String,
    pub(crate) ends_at_local: Option<String>,
    pub(crate) ends_at: Option<String>,
    pub(crate) registration_deadline_local: Option<String>,
    pub(crate) registration_deadline: Option<String>,
    pub(crate) location: String,
    pub(crate) school_id: Option<i64>,
    pub(crate) school_name: Option<String>,
    pub(crate) volunteers_needed: u32,
    pub(crate) volunteers_registered: u32,
    pub(crate) wanted_skills: Option<String>,
    pub(crate) additional_info: Option<String>,
    pub(crate) version: u32,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

impl Event {
    /// One row of [`EVENT_BY_ID`].
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            slug: row.get(1)?,
            title: row.get(2)?,
            description: row.get(3)?,
            event_type: row.get(4)?,
            format: row.get(5)?,
            status: row.get(6)?,
            time_zone: row.get(7)?,
            starts_at_local: row.get(8)?,
            starts_at: row.get(9)?,
            ends_at_local: row.get(10)?,
            ends_at: row.get(11)?,
            registration_deadline_local: row.get(12)?,
            registration_deadline: row.get(13)?,
            location: row.get(14)?,
            school_id: row.get(15)?,
            school_name: row.get(16)?,
            volunteers_needed: row.get(17)?,
            volunteers_registered: row.get(18)?,
            wanted_skills: row.get(19)?,
            additional_info: row.get(20)?,
            version: row.get(21)?,
            created_at: row.get(22)?,
            updated_at: row.get(23)?,
        })
    }
}
