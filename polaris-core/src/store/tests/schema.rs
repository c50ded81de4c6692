//! The schemas: strict tables, ids that are never used again, texts that sort as time.

use rusqlite::{Connection, OpenFlags};

use super::{Sandbox, make, options};
use crate::store::connection::Location;
use crate::store::database::Database;
use crate::store::schema::{self, Kind};
use crate::store::{Database as Open, params};

fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn migrated(kind: Kind) -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection, kind).unwrap();
    connection
}

#[test]
fn every_table_is_strict() {
    for kind in [Kind::Registry, Kind::Tenant] {
        let loose = rows(
            &migrated(kind),
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'",
        );
        assert!(loose.is_empty(), "{kind:?}: {loose:?}");
    }
}

#[test]
fn every_number_that_is_shown_outside_is_never_used_again() {
    for kind in [Kind::Registry, Kind::Tenant] {
        let reused = rows(
            &migrated(kind),
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%id % INTEGER PRIMARY KEY%'
             AND sql NOT LIKE '%AUTOINCREMENT%' AND sql NOT LIKE '%only % INTEGER PRIMARY KEY%'",
        );
        assert!(reused.is_empty(), "{kind:?}: {reused:?}");
    }
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    let add = |name: &str| {
        let sql = "INSERT INTO skills (name, folded_name, source) VALUES (?1, ?1, 'own')";
        database.write(|change| change.insert(sql, params![name])).unwrap()
    };
    let last = add("welding");
    database.write(|change| change.execute("DELETE FROM skills", params![])).unwrap();
    assert_eq!(add("baking"), last + 1);
}

#[test]
fn every_column_that_refers_to_a_volunteer_is_merged_with_them() {
    use crate::tenant::volunteers::{BY_HAND, FOLLOW};
    let references = rows(
        &migrated(Kind::Tenant),
        "SELECT m.name || ' ' || f.\"from\" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
         WHERE m.type = 'table' AND f.\"table\" = 'volunteers' ORDER BY 1",
    );
    let mut known: Vec<_> = FOLLOW.iter().chain(BY_HAND).map(|(table, column)| format!("{table} {column}")).collect();
    known.sort();
    assert_eq!(references, known);
}

#[test]
fn every_column_that_refers_to_reference_data_counts_as_use() {
    use crate::platform::reference::USES;
    // Aliases belong to what they refer to.
    let references = rows(
        &migrated(Kind::Tenant),
        "SELECT f.\"table\" || ' ' || m.name || ' ' || f.\"from\" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
         WHERE m.type = 'table' AND f.\"table\" IN ('schools', 'skills', 'career_types') AND m.name NOT LIKE '%\\_aliases' ESCAPE '\\'",
    );
    assert!(references.len() > 1);
    for reference in references {
        let known = USES.iter().any(|(kind, table, column)| format!("{kind} {table} {column}") == reference);
        assert!(known, "a sync would delete what this needs: {reference}");
    }
}

#[test]
fn instants_are_stored_in_one_form_alone() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    let write = |text: &str| {
        database.write(|change| {
            change.execute("DELETE FROM api_keys", params![])?;
            change.execute("INSERT INTO api_keys (hash, hint, created_at) VALUES (?1, 'x', ?2)", params!["a".repeat(64), text])
        })
    };
    write("2026-01-15T15:00:00.250Z").unwrap();
    for bad in ["2026-01-15T15:00:00Z", "2026-01-15T15:00:00.5Z", "2026-01-15 15:00:00.250Z", "2026-01-15T15:00:00.250+00:00", "now", ""] {
        assert!(write(bad).is_err(), "{bad}");
    }
}

#[test]
fn every_column_of_an_instant_is_checked() {
    for kind in [Kind::Registry, Kind::Tenant] {
        let connection = migrated(kind);
        let columns = rows(
            &connection,
            "SELECT t.name || '.' || c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c
             WHERE t.schema = 'main' AND (c.name LIKE '%\\_at' ESCAPE '\\' OR c.name LIKE '%deadline') AND c.type = 'TEXT'",
        );
        assert!(columns.len() > 3);
        for column in columns {
            let (table, name) = column.split_once('.').unwrap();
            let sql: String = connection.query_row("SELECT sql FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0)).unwrap();
            assert!(sql.contains(&format!("CHECK ({name} GLOB '[0-9]")), "{column} takes any text");
        }
    }
}

#[test]
fn the_template_is_what_the_migrations_make() {
    let sandbox = Sandbox::new();
    let plain = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema
                 WHERE name NOT IN ('notes', 'links') ORDER BY type, name";
    let file = sandbox.location().connect(OpenFlags::empty()).unwrap();
    assert_eq!(rows(&file, plain), rows(&migrated(Kind::Tenant), plain));
    for pragma in ["application_id", "user_version"] {
        let value = |connection: &Connection| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(value(&file), value(&migrated(Kind::Tenant)));
    }
}

#[test]
fn audit_entries_are_neither_edited_nor_deleted() {
    for kind in [Kind::Registry, Kind::Tenant] {
        let sandbox = Sandbox::new();
        let path = sandbox.root.path().join("other.db");
        make(&path, kind);
        let database: Open = Database::open(Location::File(path), kind, options()).unwrap();
        let hash = "0".repeat(64);
        database
            .write(|change| {
                change.execute(
                    "INSERT INTO audit_entries (occurred_at, actor_kind, actor_name, personal_digest, action, outcome, details, previous_hash, hash)
                     VALUES ('2026-01-15T15:00:00.250Z', 'system', 'Ann', 'd', 'a.b', 'done', '{}', ?1, ?1)",
                    params![hash],
                )
            })
            .unwrap();
        for refused in [
            "DELETE FROM audit_entries",
            "UPDATE audit_entries SET action = 'x'",
            "UPDATE audit_entries SET details = '{\"a\":1}'",
            "UPDATE audit_entries SET id = 9",
        ] {
            assert!(database.write(|change| change.execute(refused, params![])).is_err(), "{refused}");
        }
        // What names a person may be erased: the chain holds a digest of it.
        let erase = "UPDATE audit_entries SET actor_name = NULL, address = NULL, personal_salt = NULL";
        assert_eq!(database.write(|change| change.execute(erase, params![])).unwrap(), 1);
    }
}

#[test]
fn an_older_schema_is_refused_where_migrating_was_not_allowed() {
    let sandbox = Sandbox::new();
    let refused = schema::upgrade(&sandbox.location(), Kind::Tenant, 0, false).unwrap_err();
    assert_eq!(refused.code(), "SCHEMA_OUTDATED");
    // Where it is allowed, a file that another process has migrated meanwhile is left as it is.
    schema::upgrade(&sandbox.location(), Kind::Tenant, 0, true).unwrap();
    sandbox.open();
}

/// A tenant's file with the row that says whose it is.
fn with_tenant() -> Sandbox {
    let sandbox = Sandbox::new();
    let row = "INSERT INTO tenant (only, uuid, slug, state, schema_version, settings_rev, public_rev, created_at)
               VALUES (1, 'u', 'kckps', 'active', ?1, 1, 1, '2026-01-15T15:00:00.250Z')";
    sandbox.open().write(|change| change.execute(row, params![Kind::Tenant.version()])).unwrap();
    sandbox
}

/// `user_version` and the version in the tenant's row.
fn versions(sandbox: &Sandbox) -> (u32, u32) {
    let connection = sandbox.location().connect(OpenFlags::empty()).unwrap();
    let own = connection.query_row("SELECT schema_version FROM tenant", [], |row| row.get(0)).unwrap();
    (connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap(), own)
}

fn steps(more: &[&'static str]) -> Vec<&'static str> {
    [Kind::Tenant.steps(), more].concat()
}

#[test]
fn a_migration_moves_both_notes_of_the_version_at_once() {
    let sandbox = with_tenant();
    let steps = steps(&["ALTER TABLE settings ADD COLUMN motto TEXT", "CREATE TABLE mottos (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT"]);
    schema::upgrade_by(&sandbox.location(), Kind::Tenant, &steps).unwrap();
    let now = Kind::Tenant.version() + 2;
    assert_eq!(versions(&sandbox), (now, now));
    schema::upgrade_by(&sandbox.location(), Kind::Tenant, &steps).unwrap();
    assert_eq!(versions(&sandbox), (now, now), "again changes nothing");
}

#[test]
fn a_migration_that_fails_in_the_middle_leaves_the_version_before_and_it_works() {
    for broken in ["ALTER TABLE nowhere ADD COLUMN x TEXT", "INSERT INTO notes (id) VALUES (1)", "CREATE TABLE half ("] {
        let sandbox = with_tenant();
        let steps = steps(&["CREATE TABLE mottos (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT", broken]);
        schema::upgrade_by(&sandbox.location(), Kind::Tenant, &steps).unwrap_err();
        assert_eq!(versions(&sandbox), (Kind::Tenant.version(), Kind::Tenant.version()), "{broken}");
        let database = sandbox.open();
        database.write(|change| super::note(change, "goes on")).unwrap();
        assert_eq!(super::notes(&database), ["goes on"]);
        let file = sandbox.location().connect(OpenFlags::empty()).unwrap();
        assert!(rows(&file, "SELECT name FROM sqlite_schema WHERE name = 'mottos'").is_empty(), "{broken}");
    }
}

#[test]
fn several_processes_that_migrate_at_once_run_each_step_once() {
    let sandbox = with_tenant();
    let steps = steps(&["INSERT INTO notes (text) VALUES ('once')", "INSERT INTO notes (text) VALUES ('and once')"]);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| schema::upgrade_by(&sandbox.location(), Kind::Tenant, &steps).unwrap());
        }
    });
    let file = sandbox.location().connect(OpenFlags::empty()).unwrap();
    assert_eq!(rows(&file, "SELECT text FROM notes ORDER BY id"), ["once", "and once"]);
}
