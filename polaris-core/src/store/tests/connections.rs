//! How connections are guarded.

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::{ENDLESS, Sandbox, count, options};
use crate::error::{Error, Unavailable};
use crate::store::connection::{self, Durability, Location, Purpose};
use crate::store::database::{Database, Options};
use crate::store::error::StoreError;
use crate::store::schema::Kind;
use crate::store::{params, sqlite_version};

fn connect(sandbox: &Sandbox, purpose: Purpose) -> Connection {
    connection::open(&sandbox.location(), Kind::Tenant, purpose).unwrap()
}

fn pragma(connection: &Connection, name: &str) -> String {
    connection
        .pragma_query_value(None, name, |row| {
            Ok(row.get_ref(0)?.as_i64().map_or_else(|_| row.get(0).unwrap(), |number| number.to_string()))
        })
        .unwrap()
}

const SERVING: [Purpose; 3] = [Purpose::Read, Purpose::Write(Durability::Full), Purpose::Write(Durability::Normal)];

#[test]
fn the_bundled_sqlite_is_one_whose_log_is_safe() {
    let (version, safe) = sqlite_version();
    assert!(safe, "{version}");
    let numbers: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(numbers >= vec![3, 51, 3], "{version}");
}

#[test]
fn every_connection_logs_ahead_and_syncs_as_configured() {
    let sandbox = Sandbox::new();
    for (purpose, synchronous) in SERVING.iter().zip(["2", "2", "1"]) {
        let connection = connect(&sandbox, *purpose);
        assert_eq!(pragma(&connection, "journal_mode"), "wal");
        assert_eq!(pragma(&connection, "synchronous"), synchronous, "{purpose:?}: 2 is FULL, 1 is NORMAL");
    }
    assert_eq!(Durability::default(), Durability::Full);
    assert_eq!(crate::Config::at("x").durability, Durability::Full);
}

#[test]
fn a_database_writes_with_the_durability_of_its_options() {
    for (durability, synchronous) in [(Durability::Full, 2), (Durability::Normal, 1)] {
        let sandbox = Sandbox::new();
        let database = sandbox.open_with(Options { durability, ..options() });
        let found = database.write(|change| change.first("PRAGMA synchronous", params![], |row| row.get::<i64>("synchronous"))).unwrap();
        assert_eq!(found, Some(synchronous));
    }
}

#[test]
fn every_serving_connection_is_guarded() {
    let sandbox = Sandbox::new();
    for purpose in SERVING {
        let connection = connect(&sandbox, purpose);
        for (switch, on) in [
            (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
            (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        ] {
            assert_eq!(connection.db_config(switch).unwrap(), on, "{purpose:?} {switch:?}");
        }
        assert_eq!(pragma(&connection, "foreign_keys"), "1");
        assert_eq!(pragma(&connection, "trusted_schema"), "0");
        assert_eq!(pragma(&connection, "cell_size_check"), "1");
        assert_eq!(pragma(&connection, "query_only"), if purpose == Purpose::Read { "1" } else { "0" });
        assert_eq!(connection.limit(Limit::SQLITE_LIMIT_ATTACHED).unwrap(), 0);
        assert!(connection.limit(Limit::SQLITE_LIMIT_LENGTH).unwrap() <= 32 << 20);
        assert!(connection.limit(Limit::SQLITE_LIMIT_SQL_LENGTH).unwrap() <= 100_000);
    }
}

#[test]
fn no_serving_connection_attaches_another_file() {
    let sandbox = Sandbox::new();
    let other = sandbox.root.path().join("other.db");
    for purpose in SERVING {
        let connection = connect(&sandbox, purpose);
        // By the authorizer, and by the limit even without it.
        let attach = format!("ATTACH '{}' AS other", other.display());
        assert!(connection.execute_batch(&attach).unwrap_err().to_string().contains("not authorized"));
        connection.authorizer(None::<fn(rusqlite::hooks::AuthContext<'_>) -> rusqlite::hooks::Authorization>).unwrap();
        assert!(connection.execute_batch(&attach).unwrap_err().to_string().contains("too many attached"));
    }
    assert!(!other.exists());
}

#[test]
fn a_reader_writes_nothing() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    assert!(database.read(|now| now.execute("INSERT INTO notes (text) VALUES ('x')", params![])).is_err());
    assert_eq!(database.read(count).unwrap(), 0);
}

#[test]
fn nobody_writes_the_schema_or_breaks_a_foreign_key() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    for change in [
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = 'x'",
        "INSERT INTO event_skills (event_id, skill_id) VALUES (1, 1)",
        "SELECT load_extension('x')",
        "INSERT INTO notes (text) VALUES (\"a string in the wrong quotes\")",
    ] {
        let answer = database.write(|transaction| transaction.execute(change, params![]));
        let schema =
            database.read(|now| now.first("SELECT sql FROM sqlite_schema WHERE name = 'notes'", params![], |row| row.get::<String>("sql")));
        assert!(change.starts_with("PRAGMA") || answer.is_err(), "{change}");
        assert!(schema.unwrap().unwrap().starts_with("CREATE TABLE notes"));
    }
    assert_eq!(database.read(count).unwrap(), 0);
}

#[test]
fn a_file_name_is_never_read_as_a_uri() {
    let sandbox = Sandbox::new();
    // An address of an existing file, were addresses understood.
    let uri = Location::File(format!("file:{}?mode=rw", sandbox.path().display()).into());
    assert!(matches!(connection::open(&uri, Kind::Tenant, Purpose::Read), Err(StoreError::CantOpen(_))));
    // And a file that has such a name is opened under it.
    let odd = sandbox.root.path().join("file:x?mode=memory");
    std::fs::copy(sandbox.path(), &odd).unwrap();
    let database = Database::open(Location::File(odd.clone()), Kind::Tenant, options()).unwrap();
    database.write(|change| super::note(change, "kept in the file")).unwrap();
    drop(database);
    assert_eq!(super::notes(&Database::open(Location::File(odd), Kind::Tenant, options()).unwrap()), ["kept in the file"]);
}

#[test]
fn a_missing_file_is_an_error_and_stays_missing() {
    let sandbox = Sandbox::new();
    let missing = sandbox.root.path().join("missing.db");
    for purpose in [Purpose::Read, Purpose::Write(Durability::Full), Purpose::Maintain] {
        let refused = connection::open(&Location::File(missing.clone()), Kind::Tenant, purpose);
        assert!(matches!(refused, Err(StoreError::CantOpen(_))));
    }
    assert!(!missing.exists());
}

#[test]
fn a_symbolic_link_is_not_followed() {
    let sandbox = Sandbox::new();
    let link = sandbox.root.path().join("link.db");
    std::os::unix::fs::symlink(sandbox.path(), &link).unwrap();
    let refused = Database::open(Location::File(link), Kind::Tenant, options());
    assert!(matches!(refused, Err(Error::Unavailable(Unavailable::Damaged))));
}

#[test]
fn a_statement_ends_at_the_deadline_and_the_connection_works_on() {
    let sandbox = Sandbox::new();
    let database = sandbox.open_with(Options { deadline: std::time::Duration::from_millis(100), readers: 1, ..options() });
    for _ in 0..3 {
        let begun = std::time::Instant::now();
        let stopped = database.read(|now| now.first(ENDLESS, params![], |row| row.get::<i64>("n")));
        assert!(matches!(stopped, Err(Error::Unavailable(Unavailable::TookTooLong))));
        assert!(begun.elapsed().as_millis() < 1_000);
        assert_eq!(database.read(count).unwrap(), 0);
    }
}

#[test]
fn another_journal_mode_is_put_right_at_opening() {
    let sandbox = Sandbox::new();
    {
        let bare = sandbox.location().connect(OpenFlags::empty()).unwrap();
        bare.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get::<_, String>(0)).unwrap();
    }
    let database = sandbox.open();
    let mode = database.read(|now| now.first("PRAGMA journal_mode", params![], |row| row.get::<String>("journal_mode"))).unwrap();
    assert_eq!(mode.as_deref(), Some("wal"));
}

#[test]
fn a_read_that_began_at_its_deadline_leaves_no_transaction_open() {
    let sandbox = Sandbox::new();
    let database = sandbox.open_with(Options { readers: 1, ..options() });
    // SQLite asks the deadline every 2,000 steps of a statement, counted over all its runs.
    for round in 0..2_500 {
        {
            let _passed = connection::Deadline::set(std::time::Instant::now());
            let _ = database.read(|_| Ok(()));
        }
        if round % 100 == 0 {
            assert_eq!(database.read(count).unwrap(), 0);
        }
    }
    assert_eq!(database.read(count).unwrap(), 0);
}
