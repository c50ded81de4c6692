//! Shared commits: who is answered, when, and who is touched by what goes wrong.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, mpsc};
use std::thread;

use super::*;
use crate::error::Unavailable;
use crate::store::connection::{self, Durability, Purpose};
use crate::store::database::wal_of;
use crate::store::params;
use crate::store::schema::Kind;
use crate::store::tests::{ENDLESS, ENDLESS_CHANGE, Sandbox, note, notes};

/// A writer on a file of its own.
struct Bench {
    sandbox: Sandbox,
    writer: Writer,
}

impl Bench {
    /// One whose batches may be as old as they like: what shares a commit must not depend on how busy the machine is.
    fn new() -> Self {
        let bench = Self::ageing();
        lock(&bench.writer.state).resting.oldest = LONG;
        bench
    }

    /// One whose batches age as they do in earnest.
    fn ageing() -> Self {
        Self { sandbox: Sandbox::new(), writer: Writer::new() }
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        connection::open(&self.sandbox.location(), Kind::Tenant, Purpose::Write(Durability::Full))
    }

    fn write<T>(&self, within: Duration, change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.writer.write(Instant::now() + within, false, &|| self.connect(), change)
    }

    fn notes(&self) -> Vec<String> {
        notes(&self.sandbox.open())
    }

    fn queued(&self) -> usize {
        lock(&self.writer.state).queue.len()
    }

    /// Holds the writer until `others` more wait for it, so that they all get into the batch of the one who holds.
    fn wait_for_queue(&self, others: usize) {
        let since = Instant::now();
        while self.queued() < others {
            assert!(since.elapsed() < Duration::from_secs(5), "the others never came");
            thread::sleep(Duration::from_micros(200));
        }
    }
}

const LONG: Duration = Duration::from_secs(10);

/// Commits in the log: frames that carry the size of the file after them. The log is no database file, so it may be read.
fn commits(database: &Path) -> usize {
    let log = std::fs::read(wal_of(database)).unwrap_or_default();
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    log[32..].chunks_exact(24 + page).filter(|frame| frame[4..8] != [0; 4]).count()
}

#[test]
fn sixteen_writing_threads_lose_nothing_and_share_commits() {
    let bench = Bench::new();
    let together = Barrier::new(16);
    let path = bench.sandbox.path();
    let _held_open = bench.connect().unwrap();
    thread::scope(|scope| {
        for thread in 0..16 {
            let (bench, together) = (&bench, &together);
            scope.spawn(move || {
                together.wait();
                for round in 0..20 {
                    let text = format!("{thread}-{round}");
                    bench.write(LONG, |change| note(change, &text)).unwrap();
                    let seen = bench.connect().unwrap();
                    let there: i64 = seen.query_row("SELECT count(*) FROM notes WHERE text = ?1", [&text], |row| row.get(0)).unwrap();
                    assert_eq!(there, 1, "answered before it was committed");
                }
            });
        }
    });
    let mut all = bench.notes();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 320);
    let commits = commits(&path);
    assert!(commits < 320, "{commits} commits for 320 writes");
}

#[test]
fn nobody_is_answered_before_the_commit_of_the_last() {
    let bench = Bench::new();
    let (first_begun, first_answered) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        let joined = scope.spawn(|| {
            while !first_begun.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            bench.write(LONG, |change| {
                thread::sleep(Duration::from_millis(30));
                assert!(!first_answered.load(Ordering::SeqCst), "the first was answered while its transaction was open");
                note(change, "second")
            })
        });
        bench
            .write(LONG, |change| {
                first_begun.store(true, Ordering::SeqCst);
                bench.wait_for_queue(1);
                note(change, "first")
            })
            .unwrap();
        first_answered.store(true, Ordering::SeqCst);
        joined.join().unwrap().unwrap();
    });
    assert_eq!(bench.notes(), ["first", "second"]);
}

/// Runs `odd` in one batch with an ordinary change before it and one behind it, and gives what each was answered.
fn between_two<T: Send>(
    bench: &Bench,
    within: Duration,
    odd: impl FnMut(&Transaction<'_>) -> Result<T> + Send,
) -> (Result<i64>, thread::Result<Result<T>>, Result<i64>) {
    let runs = AtomicUsize::new(0);
    thread::scope(|scope| {
        let before = scope.spawn(|| {
            bench.write(LONG, |change| {
                if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                    bench.wait_for_queue(2);
                }
                note(change, "before")
            })
        });
        while lock(&bench.writer.state).queue.is_empty() && !lock(&bench.writer.state).held {
            thread::yield_now();
        }
        let odd = scope.spawn(|| bench.write(within, odd));
        bench.wait_for_queue(1);
        let behind = scope.spawn(|| bench.write(LONG, |change| note(change, "behind")));
        (before.join().unwrap(), odd.join(), behind.join().unwrap())
    })
}

#[test]
fn an_error_in_one_change_touches_only_itself() {
    let bench = Bench::new();
    let (before, odd, behind) = between_two(&bench, LONG, |change| {
        note(change, "odd")?;
        Err::<(), _>(Error::EventNotFound)
    });
    assert!(matches!(odd.unwrap(), Err(Error::EventNotFound)));
    before.unwrap();
    behind.unwrap();
    assert_eq!(bench.notes(), ["before", "behind"]);
}

#[test]
fn a_panic_in_one_change_touches_only_itself() {
    let bench = Bench::new();
    let (before, odd, behind) = between_two(&bench, LONG, |change| -> Result<()> {
        note(change, "odd")?;
        std::panic::resume_unwind(Box::new("stop"))
    });
    assert_eq!(*odd.unwrap_err().downcast::<&str>().unwrap(), "stop");
    before.unwrap();
    behind.unwrap();
    assert_eq!(bench.notes(), ["before", "behind"]);
}

#[test]
fn what_others_of_a_batch_or_the_change_itself_have_written_does_not_count_as_committed() {
    let bench = Bench::new();
    bench
        .write(LONG, |change| {
            assert!(change.sees_only_committed());
            note(change, "own")?;
            assert!(!change.sees_only_committed());
            Ok(())
        })
        .unwrap();
    let (before, odd, behind) = between_two(&bench, LONG, |change| Ok(change.sees_only_committed()));
    assert!(!odd.unwrap().unwrap());
    before.unwrap();
    behind.unwrap();
}

/// As [`between_two`], with how often the change before it and the one behind it were run.
fn runs_beside(bench: &Bench, odd: impl FnMut(&Transaction<'_>) -> Result<()> + Send) -> [usize; 2] {
    let runs = [AtomicUsize::new(0), AtomicUsize::new(0)];
    thread::scope(|scope| {
        let before = scope.spawn(|| {
            bench.write(LONG, |change| {
                if runs[0].fetch_add(1, Ordering::SeqCst) == 0 {
                    bench.wait_for_queue(2);
                }
                note(change, "before")
            })
        });
        while runs[0].load(Ordering::SeqCst) == 0 {
            thread::yield_now();
        }
        let odd = scope.spawn(|| bench.write(LONG, odd));
        bench.wait_for_queue(1);
        let behind = scope.spawn(|| {
            bench.write(LONG, |change| {
                runs[1].fetch_add(1, Ordering::SeqCst);
                note(change, "behind")
            })
        });
        assert!(matches!(odd.join().unwrap(), Err(Error::EventNotFound)));
        before.join().unwrap().unwrap();
        behind.join().unwrap().unwrap();
    });
    runs.map(AtomicUsize::into_inner)
}

#[test]
fn a_change_that_fails_before_it_has_written_costs_the_others_nothing() {
    let bench = Bench::new();
    let nothing = |change: &Transaction<'_>| change.execute("DELETE FROM notes WHERE id < 0", params![]).and(Err(Error::EventNotFound));
    assert_eq!(runs_beside(&bench, nothing), [1, 1]);
    assert_eq!(bench.notes(), ["before", "behind"]);
    assert_eq!(commits(&bench.sandbox.path()), 1);
}

#[test]
fn those_before_a_change_that_is_undone_run_again_once_and_keep_their_places() {
    let bench = Bench::new();
    let _held_open = bench.connect().unwrap();
    let undone = |change: &Transaction<'_>| note(change, "odd").and(Err(Error::EventNotFound));
    assert_eq!(runs_beside(&bench, undone), [2, 1]);
    // Then there are savepoints for a while.
    for _ in 0..5 {
        assert_eq!(runs_beside(&bench, undone), [1, 1]);
    }
    assert_eq!(bench.notes(), ["before", "behind"].repeat(6));
}

#[test]
fn a_change_that_is_undone_alone_leaves_nothing_and_the_next_finds_a_free_connection() {
    let bench = Bench::new();
    for _ in 0..3 {
        let undone = bench.write(LONG, |change| note(change, "odd").and(Err::<(), _>(Error::EventNotFound)));
        assert!(matches!(undone, Err(Error::EventNotFound)));
    }
    bench.write(LONG, |change| note(change, "next")).unwrap();
    assert_eq!(bench.notes(), ["next"]);
}

#[test]
fn a_reading_statement_stopped_by_its_deadline_touches_only_itself() {
    let bench = Bench::new();
    let (before, odd, behind) = between_two(&bench, Duration::from_millis(300), |change| {
        note(change, "odd")?;
        change.first(ENDLESS, params![], |row| row.get::<i64>("n"))
    });
    assert!(matches!(odd.unwrap(), Err(Error::Unavailable(Unavailable::TookTooLong))));
    before.unwrap();
    behind.unwrap();
    assert_eq!(bench.notes(), ["before", "behind"]);
}

#[test]
fn a_change_stopped_by_its_deadline_touches_only_itself_though_the_whole_transaction_is_rolled_back() {
    let bench = Bench::new();
    let runs = AtomicUsize::new(0);
    thread::scope(|scope| {
        let before = scope.spawn(|| {
            bench.write(LONG, |change| {
                if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                    bench.wait_for_queue(1);
                }
                note(change, "before")
            })
        });
        while runs.load(Ordering::SeqCst) == 0 {
            thread::yield_now();
        }
        let odd = bench.write(Duration::from_millis(200), |change| change.execute(ENDLESS_CHANGE, params![]));
        assert!(matches!(odd, Err(Error::Unavailable(Unavailable::TookTooLong))), "{odd:?}");
        before.join().unwrap().unwrap();
    });
    assert_eq!(runs.load(Ordering::SeqCst), 2, "SQLite rolled everything back, so the first ran again");
    assert_eq!(bench.notes(), ["before"]);
}

#[test]
fn a_slow_neighbour_does_not_cost_others_their_deadline() {
    let bench = Bench::new();
    let runs = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (begun, has_begun) = mpsc::channel();
        let (bench, runs) = (&bench, &runs);
        let before = scope.spawn(move || {
            // Its own time is up long before the neighbour's statement is stopped.
            bench.write(Duration::from_millis(150), |change| {
                if begun.send(()).is_ok() && runs.fetch_add(1, Ordering::SeqCst) == 0 {
                    bench.wait_for_queue(1);
                }
                note(change, "before")
            })
        });
        has_begun.recv().unwrap();
        let odd = bench.write(Duration::from_millis(400), |change| change.execute(ENDLESS_CHANGE, params![]));
        assert!(matches!(odd, Err(Error::Unavailable(Unavailable::TookTooLong))));
        drop(has_begun);
        let answer = before.join().unwrap();
        assert!(answer.is_ok(), "{answer:?}");
    });
    assert_eq!(bench.notes(), ["before"]);
}

#[test]
fn a_full_disk_touches_only_the_change_that_does_not_fit() {
    let bench = Bench::new();
    bench
        .write(LONG, |change| {
            let pages: i64 = change.first("PRAGMA page_count", params![], |row| row.get("page_count"))?.unwrap();
            change.first(&format!("PRAGMA max_page_count = {}", pages + 4), params![], |row| row.get::<i64>("max_page_count"))
        })
        .unwrap();
    let huge = "x".repeat(1 << 20);
    let (before, odd, behind) = between_two(&bench, LONG, |change| {
        note(change, "odd")?;
        note(change, &huge)
    });
    assert!(matches!(odd.unwrap(), Err(Error::Unavailable(Unavailable::DiskFull))));
    before.unwrap();
    behind.unwrap();
    let mut kept = bench.notes();
    kept.sort();
    assert_eq!(kept, ["before", "behind"]);
}

#[test]
fn a_commit_that_fails_fails_all_of_its_batch_and_none_of_the_next() {
    let bench = Bench::new();
    let (before, odd, behind) =
        between_two(&bench, LONG, |change| change.execute("INSERT INTO links (note) VALUES (777)", params![]).map(|_| ()));
    for answer in [before.map(|_| ()), odd.unwrap(), behind.map(|_| ())] {
        assert!(matches!(answer, Err(Error::Internal)), "{answer:?}");
    }
    assert!(bench.notes().is_empty());
    bench.write(LONG, |change| note(change, "next")).unwrap();
    assert_eq!(bench.notes(), ["next"]);
}

#[test]
fn one_who_waits_past_its_deadline_is_told_so_and_others_go_on() {
    let bench = Bench::new();
    thread::scope(|scope| {
        let (begun, has_begun) = mpsc::channel();
        let bench = &bench;
        let holder = scope.spawn(move || {
            bench.write(LONG, |change| {
                begun.send(()).unwrap();
                thread::sleep(Duration::from_millis(600));
                note(change, "holder")
            })
        });
        has_begun.recv().unwrap();
        let begun = Instant::now();
        let impatient = bench.write(Duration::from_millis(50), |change| note(change, "impatient"));
        assert!(matches!(impatient, Err(Error::Unavailable(Unavailable::Busy))));
        assert!(begun.elapsed() < Duration::from_millis(550), "waited longer than its deadline");
        bench.write(LONG, |change| note(change, "patient")).unwrap();
        holder.join().unwrap().unwrap();
    });
    assert_eq!(bench.queued(), 0);
    assert_eq!(bench.notes(), ["holder", "patient"]);
}

#[test]
fn a_lock_of_another_process_is_waited_for_until_the_deadline() {
    let bench = Bench::new();
    let other = bench.connect().unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    let refused = bench.write(Duration::from_millis(150), |change| note(change, "too early"));
    assert!(matches!(refused, Err(Error::Unavailable(Unavailable::Busy))));
    assert!((150..1_000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    thread::scope(|scope| {
        let waiting = scope.spawn(|| bench.write(LONG, |change| note(change, "after it")));
        thread::sleep(Duration::from_millis(50));
        other.execute_batch("COMMIT").unwrap();
        let freed = Instant::now();
        waiting.join().unwrap().unwrap();
        assert!(freed.elapsed() < Duration::from_secs(2), "polls often enough to get the lock soon");
    });
    assert_eq!(bench.notes(), ["after it"]);
}

#[test]
fn a_deadline_that_passes_during_the_commit_does_not_make_it_a_failure() {
    let bench = Bench::new();
    // SQLite asks the deadline every 2,000 steps of a statement, counted over all its runs: a commit has two or three.
    for round in 0..2_500 {
        let mut turn = bench.writer.take_turn(Instant::now() + LONG).unwrap();
        turn.begin(Instant::now() + LONG, &|| {
            connection::open(&bench.sandbox.location(), Kind::Tenant, Purpose::Write(Durability::Normal))
        })
        .unwrap();
        assert!(matches!(turn.run(&mut |_: &Transaction<'_>| Ok(())), Ran::Kept(())));
        let end = Arc::clone(&turn.batch.as_ref().unwrap().end);
        {
            let _passed = Deadline::set(Instant::now());
            turn.commit();
        }
        bench.writer.release(turn);
        assert!(matches!(end.wait(), Ending::Committed), "commit {round} was stopped by one member's deadline");
    }
}

#[test]
fn a_change_that_is_dropped_after_its_deadline_leaves_the_others_alone() {
    let bench = Bench::new();
    for round in 0..2_500 {
        let mut turn = bench.writer.take_turn(Instant::now() + LONG).unwrap();
        turn.begin(Instant::now() + LONG, &|| {
            connection::open(&bench.sandbox.location(), Kind::Tenant, Purpose::Write(Durability::Normal))
        })
        .unwrap();
        assert!(matches!(turn.run(&mut |_: &Transaction<'_>| Ok(())), Ran::Kept(())));
        let end = Arc::clone(&turn.batch.as_ref().unwrap().end);
        {
            let _passed = Deadline::set(Instant::now());
            let late = turn.run(&mut |_: &Transaction<'_>| Err::<(), _>(Error::EventNotFound));
            assert!(matches!(late, Ran::Dropped(Err(Error::EventNotFound))), "round {round}");
        }
        bench.writer.pass_on_without_me(turn);
        assert!(matches!(end.wait(), Ending::Committed), "round {round}");
    }
}

#[test]
fn a_writer_that_could_not_open_its_file_works_once_it_can() {
    let bench = Bench::new();
    let gone = bench.sandbox.path().with_extension("gone");
    std::fs::rename(bench.sandbox.path(), &gone).unwrap();
    for _ in 0..3 {
        assert!(matches!(bench.write(LONG, |change| note(change, "x")), Err(Error::Unavailable(Unavailable::Damaged))));
    }
    assert!(!bench.sandbox.path().exists(), "a missing file is never made anew");
    std::fs::rename(&gone, bench.sandbox.path()).unwrap();
    bench.write(LONG, |change| note(change, "back")).unwrap();
    assert_eq!(bench.notes(), ["back"]);
}

#[test]
fn many_impatient_and_many_patient_writers_all_get_an_answer() {
    let bench = Bench::new();
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        for thread in 0..12 {
            let (bench, done) = (&bench, &done);
            scope.spawn(move || {
                for round in 0..40_u64 {
                    let within = if thread % 2 == 0 { LONG } else { Duration::from_micros(200 + round * 50) };
                    match bench.write(within, |change| note(change, "x")) {
                        Ok(_) => {
                            done.fetch_add(1, Ordering::SeqCst);
                        }
                        Err(Error::Unavailable(_)) if thread % 2 == 1 => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    assert_eq!(bench.notes().len(), done.load(Ordering::SeqCst), "answered writes and stored ones are the same");
    assert!(!lock(&bench.writer.state).held, "the turn came back");
}

#[test]
fn a_batch_is_bounded_in_number_and_in_age() {
    let bench = Bench::ageing();
    let _held_open = bench.connect().unwrap();
    thread::scope(|scope| {
        let holder = scope.spawn(|| {
            bench.write(LONG, |change| {
                bench.wait_for_queue(MOST_IN_A_BATCH + 20);
                note(change, "first")
            })
        });
        while !lock(&bench.writer.state).held {
            thread::yield_now();
        }
        for _ in 0..MOST_IN_A_BATCH + 20 {
            scope.spawn(|| bench.write(LONG, |change| note(change, "x")).unwrap());
        }
        holder.join().unwrap().unwrap();
    });
    let after_many = commits(&bench.sandbox.path());
    assert!(after_many >= 2, "{after_many} commits for {} writes", MOST_IN_A_BATCH + 21);
    thread::scope(|scope| {
        let old = scope.spawn(|| {
            bench.write(LONG, |change| {
                bench.wait_for_queue(1);
                thread::sleep(OLDEST_BATCH);
                note(change, "old")
            })
        });
        while !lock(&bench.writer.state).held {
            thread::yield_now();
        }
        bench.write(LONG, |change| note(change, "new")).unwrap();
        old.join().unwrap().unwrap();
    });
    assert_eq!(commits(&bench.sandbox.path()), after_many + 2, "an old batch takes nobody in");
}
