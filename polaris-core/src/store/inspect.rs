//! What `doctor` looks at in one file, without changing it.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::connection::{self, Location, Purpose};
use super::error::StoreError;
use super::full_text;
use super::schema::{self, Kind};

/// What one file says of itself.
#[derive(Debug)]
pub(crate) struct Inspection {
    pub(crate) schema_version: u32,
    /// What SQLite's integrity check found, in its words; empty when all is well. What it says of search indexes is left out: they can be
    /// made anew.
    pub(crate) damage: Vec<String>,
    /// Tables with rows whose parent is missing.
    pub(crate) orphans: Vec<String>,
    /// The one row of a tenant's file.
    pub(crate) tenant: Option<TenantRow>,
}

/// Who a tenant's file says it is.
#[derive(Debug)]
pub(crate) struct TenantRow {
    pub(crate) uuid: String,
    pub(crate) slug: String,
    pub(crate) state: String,
    pub(crate) schema_version: u32,
}

/// Looks into a file. An error means it can't even be opened as a database of this kind.
pub(crate) fn inspect(path: &Path, kind: Kind) -> Result<Inspection, StoreError> {
    let connection = connection::open(&Location::File(path.to_owned()), kind, Purpose::Maintain)?;
    let (_, schema_version) = connection::identity(&connection)?;
    let mut damage = lines(&connection, "PRAGMA integrity_check(20)")?;
    damage.retain(|line| line != "ok" && !full_text::is_about_an_index(line));
    let orphans = lines(&connection, "PRAGMA foreign_key_check")?;
    let tenant = if kind == Kind::Tenant && damage.is_empty() { tenant_row(&connection)? } else { None };
    Ok(Inspection { schema_version, damage, orphans, tenant })
}

/// Whether a database holds the schema that the migrations make, no damage, and rows in none but these tables.
pub(super) fn holds_only(found: &Connection, kind: Kind, with_rows: &[&str]) -> Result<bool, StoreError> {
    const SCHEMA: &str = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name";
    let mut made = Connection::open_in_memory()?;
    schema::migrate(&mut made, kind)?;
    if lines(found, "PRAGMA integrity_check(1)")? != ["ok"] || lines(found, SCHEMA)? != lines(&made, SCHEMA)? {
        return Ok(false);
    }
    let mut tables = lines(&made, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?;
    tables.retain(|table| !with_rows.contains(&table.as_str()));
    // A search index without words has some rows of its own.
    let rows = |file: &Connection, table: &String| {
        file.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get::<_, i64>(0)).map_err(StoreError::from)
    };
    for table in &tables {
        if rows(found, table)? != rows(&made, table)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Options SQLite was compiled with, for the operator to see: nothing's safety rests on them.
pub(crate) fn compile_options() -> Result<Vec<String>, StoreError> {
    lines(&Connection::open_in_memory()?, "PRAGMA compile_options")
}

pub(super) fn lines(connection: &Connection, sql: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(sql)?;
    let mut found: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    found.dedup();
    Ok(found)
}

pub(super) fn tenant_row(connection: &Connection) -> Result<Option<TenantRow>, StoreError> {
    let row = connection
        .query_row("SELECT uuid, slug, state, schema_version FROM tenant", [], |row| {
            Ok(TenantRow { uuid: row.get(0)?, slug: row.get(1)?, state: row.get(2)?, schema_version: row.get(3)? })
        })
        .optional()?;
    Ok(row)
}
