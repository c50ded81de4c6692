//! Reads: one state for all statements of one, beside an open write, and without waiting where that is asked.

use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::{ENDLESS, Sandbox, count, note, notes, options};
use crate::error::{Error, Unavailable};
use crate::store::database::Options;
use crate::store::params;

#[test]
fn a_read_of_several_statements_sees_one_state() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    database.write(|change| note(change, "one")).unwrap();
    let (before, after) = database
        .read(|now| {
            let before = count(now)?;
            database.write(|change| note(change, "two"))?;
            Ok((before, count(now)?))
        })
        .unwrap();
    assert_eq!((before, after), (1, 1));
    assert_eq!(database.read(count).unwrap(), 2);
}

#[test]
fn reads_go_on_while_a_write_is_open() {
    let sandbox = Sandbox::new();
    let database = sandbox.open();
    database
        .write(|change| {
            note(change, "not yet")?;
            thread::scope(|scope| {
                for _ in 0..2 {
                    let begun = Instant::now();
                    assert_eq!(scope.spawn(|| database.read(count)).join().unwrap().unwrap(), 0);
                    assert!(begun.elapsed() < Duration::from_secs(1));
                }
            });
            Ok(())
        })
        .unwrap();
    assert_eq!(notes(&database), ["not yet"]);
}

#[test]
fn a_read_without_patience_takes_only_what_is_open_and_free() {
    let sandbox = Sandbox::new();
    let database = sandbox.open_with(Options { readers: 1, ..options() });
    assert!(matches!(database.try_read(count), Some(Ok(0))), "the first reader is open from the beginning");
    database
        .read(|_| {
            assert!(database.try_read(count).is_none(), "the only reader is in use");
            Ok(())
        })
        .unwrap();
    assert!(database.try_read(count).is_some());
    let two = Sandbox::new();
    let database = two.open();
    database
        .read(|_| {
            let begun = Instant::now();
            assert!(database.try_read(count).is_none(), "a second one would have to be opened");
            assert!(begun.elapsed() < Duration::from_secs(1));
            Ok(())
        })
        .unwrap();
    assert_eq!(database.open_readers(), 1);
}

#[test]
fn a_read_of_one_statement_sees_what_is_committed_and_keeps_nothing_open() {
    let sandbox = Sandbox::new();
    let (ours, theirs) = (sandbox.open(), sandbox.open());
    for written in 0..3 {
        assert!(matches!(ours.try_read_once(count), Some(Ok(seen)) if seen == written));
        theirs.write(|change| note(change, "by another process")).unwrap();
        let row = ours.try_read_once(|now| now.first("SELECT text FROM notes", params![], |row| row.get::<String>("text")));
        assert_eq!(row.unwrap().unwrap().as_deref(), Some("by another process"), "the first row of several ends it too");
    }
    // A log that somebody still reads from can't be emptied.
    let alone = rusqlite::Connection::open(ours.path().unwrap()).unwrap();
    let busy: i64 = alone.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
    assert_eq!(busy, 0);
    ours.read(|_| {
        assert!(ours.try_read_once(count).is_none(), "a second reader would have to be opened");
        Ok(())
    })
    .unwrap();
}

#[test]
fn no_more_readers_are_opened_than_allowed_and_one_in_line_is_told_at_its_deadline() {
    let sandbox = Sandbox::new();
    let database = sandbox.open_with(Options { readers: 2, deadline: Duration::from_millis(200), ..options() });
    let (both, may_end) = (Barrier::new(3), Barrier::new(3));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                database.read(|_| {
                    both.wait();
                    may_end.wait();
                    Ok(())
                })
            });
        }
        both.wait();
        let begun = Instant::now();
        assert!(matches!(database.read(count), Err(Error::Unavailable(Unavailable::Busy))));
        assert!((150..1_500).contains(&begun.elapsed().as_millis()));
        assert_eq!(database.open_readers(), 2);
        may_end.wait();
    });
    assert_eq!(database.read(count).unwrap(), 0);
}

#[test]
fn a_panic_in_a_read_gives_the_reader_back_without_its_transaction() {
    let sandbox = Sandbox::new();
    let database = sandbox.open_with(Options { readers: 1, ..options() });
    let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        database.read(|now| -> crate::error::Result<()> {
            count(now)?;
            std::panic::resume_unwind(Box::new("stop"))
        })
    }));
    assert!(stopped.is_err());
    database.write(|change| note(change, "later")).unwrap();
    assert_eq!(notes(&database), ["later"], "the reader is not held at the state of then");
}

#[test]
fn a_statement_stopped_in_one_read_leaves_the_next_a_fresh_state() {
    let sandbox = Sandbox::new();
    let database = sandbox.open_with(Options { readers: 1, deadline: Duration::from_millis(100), ..options() });
    assert!(database.read(|now| now.first(ENDLESS, params![], |row| row.get::<i64>("n"))).is_err());
    database.write(|change| note(change, "later")).unwrap();
    assert_eq!(notes(&database), ["later"]);
}

#[test]
fn a_write_inside_a_write_of_the_same_thread_is_refused_at_its_deadline_and_nothing_hangs() {
    let sandbox = Sandbox::new();
    let database = sandbox.open_with(Options { deadline: Duration::from_millis(150), ..options() });
    let (inner, told) = mpsc::channel();
    let _ = database.write(|change| {
        note(change, "outer")?;
        let _ = inner.send(database.write(|change| note(change, "inner")).map(|_| ()));
        Ok(())
    });
    assert!(matches!(told.recv().unwrap(), Err(Error::Unavailable(Unavailable::Busy))));
    database.write(|change| note(change, "after")).unwrap();
    assert_eq!(notes(&database).last().unwrap(), "after");
}

#[test]
fn a_hundred_and_fifty_open_databases_need_one_thread_for_all() {
    let sandbox = Sandbox::new();
    let threads = || {
        std::fs::read_dir("/proc/self/task")
            .unwrap()
            .flatten()
            .filter(|task| std::fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.starts_with("polaris-places")))
            .count()
    };
    let open: Vec<_> = (0..150).map(|_| sandbox.open()).collect();
    assert_eq!(open.len(), 150);
    assert_eq!(threads(), 1);
}
