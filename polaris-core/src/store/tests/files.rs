//! Files that are not what they should be: refused with a clear reason, never changed, never made anew.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::OpenFlags;

use super::{Sandbox, make, note, options};
use crate::error::{Error, Unavailable};
use crate::store::caretaker;
use crate::store::connection::{LOG_KEPT, Location};
use crate::store::database::{Database, wal_of};
use crate::store::inspect;
use crate::store::schema::Kind;

fn open(path: &Path, kind: Kind) -> Result<Database, Error> {
    Database::open(Location::File(path.to_owned()), kind, options())
}

/// Opening this must fail as damaged, and leave file and directory as they are.
fn is_refused(path: &Path) {
    let before = fs::read(path).ok();
    let beside = fs::read_dir(path.parent().unwrap()).unwrap().count();
    let refused = open(path, Kind::Tenant).err();
    assert!(matches!(refused, Some(Error::Unavailable(Unavailable::Damaged))), "{refused:?}");
    assert!(inspect::inspect(path, Kind::Tenant).is_err());
    assert_eq!(fs::read(path).ok(), before);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), beside, "nothing is left beside it");
}

fn set(path: &Path, pragma: &str, value: u32) {
    let bare = Location::File(path.to_owned()).connect(OpenFlags::empty()).unwrap();
    bare.pragma_update(None, pragma, value).unwrap();
}

#[test]
fn a_missing_file_is_refused_and_not_made() {
    let sandbox = Sandbox::new();
    is_refused(&sandbox.root.path().join("missing.db"));
}

#[test]
fn an_empty_file_is_refused() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path(), b"").unwrap();
    is_refused(&sandbox.path());
}

#[test]
fn half_a_file_is_refused() {
    let sandbox = Sandbox::new();
    let length = fs::metadata(sandbox.path()).unwrap().len();
    for keep in [length / 2, 4096, 100, 1] {
        fs::OpenOptions::new().write(true).open(sandbox.path()).unwrap().set_len(keep).unwrap();
        is_refused(&sandbox.path());
    }
}

#[test]
fn garbage_is_refused() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path(), vec![0x5A; 65_536]).unwrap();
    is_refused(&sandbox.path());
    fs::write(sandbox.path(), b"SQLite format 3\0 and then nothing of the kind").unwrap();
    is_refused(&sandbox.path());
}

#[test]
fn a_directory_is_no_database() {
    let sandbox = Sandbox::new();
    let path = sandbox.root.path().join("directory.db");
    fs::create_dir(&path).unwrap();
    is_refused(&path);
}

#[test]
fn a_database_of_another_kind_is_refused() {
    let sandbox = Sandbox::new();
    assert!(matches!(open(&sandbox.path(), Kind::Registry), Err(Error::Unavailable(Unavailable::Damaged))));
    set(&sandbox.path(), "application_id", 0);
    is_refused(&sandbox.path());
    let registry = sandbox.root.path().join("registry.db");
    make(&registry, Kind::Registry);
    is_refused(&registry);
}

#[test]
fn a_newer_schema_is_refused_by_name_and_left_alone() {
    let sandbox = Sandbox::new();
    let known = Kind::Tenant.version();
    set(&sandbox.path(), "user_version", known + 1);
    for _ in 0..2 {
        match open(&sandbox.path(), Kind::Tenant).err() {
            Some(error @ Error::SchemaTooNew { found, known: mine }) => {
                assert_eq!((found, mine, error.code()), (known + 1, known, "SCHEMA_TOO_NEW"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(inspect::inspect(&sandbox.path(), Kind::Tenant).unwrap().schema_version, known + 1);
}

#[test]
fn a_file_without_a_schema_is_refused() {
    let sandbox = Sandbox::new();
    set(&sandbox.path(), "user_version", 0);
    is_refused(&sandbox.path());
}

#[test]
fn a_missing_file_is_told_at_once() {
    let sandbox = Sandbox::new();
    let begun = std::time::Instant::now();
    assert!(open(&sandbox.root.path().join("missing.db"), Kind::Tenant).is_err());
    assert!(begun.elapsed() < Duration::from_secs(1), "not after a timeout");
}

#[test]
fn closing_leaves_a_file_that_is_whole_by_itself() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    let also_open = sandbox.open();
    for round in 0..50 {
        database.write(|change| note(change, &format!("{round}{}", "x".repeat(10_000)))).unwrap();
    }
    assert!(database.sizes().1 > 100_000, "{:?}", database.sizes());
    database.settle();
    assert_eq!(fs::metadata(wal_of(&sandbox.path())).unwrap().len(), 0, "emptied, though another has the file open");
    drop((database, also_open));
    assert!(!wal_of(&sandbox.path()).exists());
}

#[test]
fn settling_does_not_wait_for_a_long_reader() {
    let sandbox = Sandbox::new();
    let (database, other) = (sandbox.open(), sandbox.open());
    database.write(|change| note(change, "x")).unwrap();
    other
        .read(|now| {
            super::count(now)?;
            database.write(|change| note(change, "y"))?;
            let begun = std::time::Instant::now();
            database.settle();
            assert!(begun.elapsed() < Duration::from_secs(1));
            Ok(())
        })
        .unwrap();
    drop(database);
    assert_eq!(super::notes(&other), ["x", "y"]);
}

#[test]
fn a_log_that_has_grown_shrinks_once_it_is_in_the_file() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    let huge = "x".repeat(20 << 20);
    database.write(|change| note(change, &huge)).unwrap();
    assert!(database.sizes().1 > 20 << 20);
    caretaker::tend(&database, "test");
    database.write(|change| note(change, "next")).unwrap();
    assert!(database.sizes().1 <= LOG_KEPT, "{:?}", database.sizes());
    // It is looked at once more at its new size, and then only after many writes.
    caretaker::tend(&database, "test");
    let due_after = (0..1_000).position(|_| {
        database.write(|change| note(change, "more")).unwrap();
        caretaker::is_due(&database)
    });
    assert!(due_after.is_some_and(|writes| (100..500).contains(&writes)), "{due_after:?}");
    caretaker::tend(&database, "test");
    assert!(!caretaker::is_due(&database));
    assert!(super::notes(&database).len() > 100);
}

#[test]
fn a_log_that_a_reader_keeps_is_looked_at_until_it_is_moved() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    database.write(|change| note(change, "small")).unwrap();
    database
        .read(|now| {
            super::count(now)?;
            database.write(|change| note(change, &"x".repeat(6 << 20)))?;
            for _ in 0..2 {
                assert!(caretaker::is_due(&database));
                caretaker::tend(&database, "test");
            }
            Ok(())
        })
        .unwrap();
    assert!(caretaker::is_due(&database));
    caretaker::tend(&database, "test");
    assert!(!caretaker::is_due(&database));
}

#[test]
fn a_checkpoint_moves_what_it_can_while_a_reader_holds_an_old_state() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    database.write(|change| note(change, "one")).unwrap();
    database
        .read(|now| {
            super::count(now)?;
            database.write(|change| note(change, "two"))?;
            let begun = std::time::Instant::now();
            database.checkpoint()?;
            assert!(begun.elapsed() < Duration::from_secs(1), "it waits for nobody");
            assert_eq!(super::count(now)?, 1);
            Ok(())
        })
        .unwrap();
    assert_eq!(super::notes(&database), ["one", "two"]);
}
