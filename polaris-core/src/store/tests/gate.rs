//! The gate: nobody has the file open, and nobody gets in while it is moved.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::OpenFlags;

use super::{Sandbox, count, make, note, notes, options};
use crate::error::{Error, Unavailable};
use crate::store::connection::Location;
use crate::store::database::{Database, wal_of};
use crate::store::gate::{Gate, shut};
use crate::store::schema::Kind;

fn try_now(sandbox: &Sandbox) -> Option<Gate> {
    shut(&sandbox.path(), Kind::Tenant, Instant::now()).unwrap()
}

fn within(sandbox: &Sandbox, wait: Duration) -> Option<Gate> {
    shut(&sandbox.path(), Kind::Tenant, Instant::now() + wait).unwrap()
}

fn aside(sandbox: &Sandbox) -> PathBuf {
    sandbox.root.path().join("aside.db")
}

fn open(path: PathBuf) -> Result<Database, Error> {
    Database::open(Location::File(path), Kind::Tenant, options())
}

#[test]
fn a_file_that_somebody_has_open_is_not_shut_and_stays_as_it_was() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    for _ in 0..3 {
        assert!(try_now(&sandbox).is_none());
        database.write(|change| note(change, "goes on")).unwrap();
    }
    assert!(within(&sandbox, Duration::from_millis(100)).is_none());
    assert_eq!(notes(&database).len(), 3);
    drop(database);
    assert!(within(&sandbox, Duration::from_secs(1)).is_some());
}

#[test]
fn another_process_that_has_it_open_is_noticed() {
    // This very test binary, run as another process that holds the file open until its input ends.
    let sandbox = Sandbox::new();
    if let Ok(path) = std::env::var("POLARIS_TEST_HOLD") {
        let database = open(path.into()).unwrap();
        database.write(|change| note(change, "held")).unwrap();
        fs::write(std::env::var("POLARIS_TEST_HELD").unwrap(), "").unwrap();
        let _ = std::io::stdin().read_line(&mut String::new());
        return;
    }
    let held = sandbox.root.path().join("held");
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["another_process_that_has_it_open_is_noticed", "--nocapture"])
        .env("POLARIS_TEST_HOLD", sandbox.path())
        .env("POLARIS_TEST_HELD", &held)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let since = Instant::now();
    while !held.exists() {
        assert!(since.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(try_now(&sandbox).is_none());
    drop(other.stdin.take());
    let gate = within(&sandbox, Duration::from_secs(10)).expect("free as soon as the other closes it");
    assert_eq!(gate.read(count).unwrap(), 1);
    other.wait().unwrap();
}

#[test]
fn what_was_acknowledged_is_in_the_moved_file_by_itself() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    for round in 0..20 {
        database.write(|change| note(change, &round.to_string())).unwrap();
    }
    // Dropped without a checkpoint, as by a crash: all is in the log.
    drop(database);
    try_now(&sandbox).unwrap().move_to(&aside(&sandbox)).unwrap();
    let mut left: Vec<_> = fs::read_dir(sandbox.root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["aside.db"], "no log, no journal, nothing under the old name");
    assert!(matches!(open(sandbox.path()).err(), Some(Error::Unavailable(Unavailable::Damaged))));
    assert_eq!(notes(&open(aside(&sandbox)).unwrap()).len(), 20);
}

#[test]
fn a_gate_that_opens_again_leaves_a_file_that_serves() {
    let sandbox = Sandbox::new();
    drop(try_now(&sandbox).unwrap());
    let database = sandbox.open();
    database.write(|change| note(change, "after")).unwrap();
    assert!(wal_of(&sandbox.path()).exists(), "the log is back");
    assert_eq!(notes(&database), ["after"]);
}

#[test]
fn who_comes_while_it_is_shut_waits_and_then_finds_it_gone() {
    let sandbox = Sandbox::new();
    let gate = try_now(&sandbox).unwrap();
    // This one has the file by its descriptor before it is moved, and would write into what lies in the trash.
    let early = Location::File(sandbox.path()).connect(OpenFlags::empty()).unwrap();
    let path = sandbox.path();
    let late = std::thread::spawn(move || open(path).map(|_| ()));
    std::thread::sleep(Duration::from_millis(200));
    assert!(!late.is_finished(), "it waits");
    gate.move_to(&aside(&sandbox)).unwrap();
    assert!(matches!(late.join().unwrap(), Err(Error::Unavailable(_))));
    let put_back = early.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
    assert!(put_back.as_deref() != Ok("wal"), "{put_back:?}");
    assert!(early.execute("INSERT INTO notes (text) VALUES ('lost')", []).is_err());
    drop(early);
    let mut left: Vec<_> = fs::read_dir(sandbox.root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["aside.db"]);
    assert!(notes(&open(aside(&sandbox)).unwrap()).is_empty());
}

#[test]
fn a_name_that_is_taken_is_not_moved_onto() {
    let sandbox = Sandbox::new();
    fs::write(aside(&sandbox), "something").unwrap();
    assert!(try_now(&sandbox).unwrap().move_to(&aside(&sandbox)).is_err());
    assert_eq!(fs::read(aside(&sandbox)).unwrap(), b"something");
    assert!(notes(&sandbox.open()).is_empty());
}

#[test]
fn files_change_places_in_one_step() {
    let sandbox = Sandbox::new();
    sandbox.open().write(|change| note(change, "old")).unwrap();
    make(&aside(&sandbox), Kind::Tenant);
    try_now(&sandbox).unwrap().exchange_with(&aside(&sandbox)).unwrap();
    assert!(notes(&sandbox.open()).is_empty());
    assert_eq!(notes(&open(aside(&sandbox)).unwrap()), ["old"]);
}

#[test]
fn a_damaged_file_is_shut_too_and_leaves_no_log_for_the_one_in_its_place() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path(), vec![7; 5_000]).unwrap();
    fs::write(wal_of(&sandbox.path()), "log").unwrap();
    let gate = try_now(&sandbox).unwrap();
    assert!(gate.read(count).is_err());
    make(&aside(&sandbox), Kind::Tenant);
    gate.exchange_with(&aside(&sandbox)).unwrap();
    assert!(notes(&sandbox.open()).is_empty());
    assert_eq!(fs::read(aside(&sandbox)).unwrap(), vec![7; 5_000]);
    assert!(fs::read(wal_of(&sandbox.path())).map_or(true, |log| log != b"log"));
    let missing = shut(&sandbox.root.path().join("missing.db"), Kind::Tenant, Instant::now());
    assert!(matches!(missing.err(), Some(Error::Unavailable(Unavailable::Damaged))));
}
