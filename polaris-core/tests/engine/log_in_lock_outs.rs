//! U2: how often a password may be guessed, and by whom.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use polaris_core::{Error, NewPassword, Polaris, UsedLink};
use serde_json::json;

use super::people::{PASSWORD, entries, from, house, inside, link, log_in, try_log_in, user, with};
use super::support::{World, code};

fn guess(world: &World, login: &str) -> &'static str {
    code(try_log_in(&world.polaris, login, "wrong", "192.0.2.7"))
}

fn fail(world: &World, login: &str, times: usize) {
    for _ in 0..times {
        assert_eq!(guess(world, login), "INVALID_CREDENTIALS");
    }
}

fn text(polaris: &Polaris, login: &str, password: &str) -> String {
    let refused = try_log_in(polaris, login, password, "192.0.2.8").unwrap_err();
    format!("{}: {refused}", refused.code())
}

// "a locked, an unknown and a right-but-locked log-in answer alike".
#[test]
fn five_failures_lock_an_account_alike_whether_or_not_it_exists_u2() {
    let world = house();
    fail(&world, "patlee", 3);
    fail(&world, "PAT.LEE@kckps.org", 2);
    fail(&world, "nobody@kckps.org", 5);
    let expected = "TOO_MANY_ATTEMPTS: too many failed attempts; try again in 900 seconds";
    for (login, password) in [
        ("patlee", "wrong"),
        ("patlee", PASSWORD),
        ("pat.lee@kckps.org", PASSWORD),
        ("nobody@kckps.org", "wrong"),
        (" NOBODY@kckps.org", PASSWORD),
    ] {
        assert_eq!(text(&world.polaris, login, password), expected, "{login}");
    }
    log_in(&world, "kim@kckps.org");
    world.clock.advance(TimeDelta::minutes(15) - TimeDelta::milliseconds(1));
    assert_eq!(text(&world.polaris, "patlee", PASSWORD), "TOO_MANY_ATTEMPTS: too many failed attempts; try again in 1 seconds");
    world.clock.advance(TimeDelta::milliseconds(1));
    log_in(&world, "patlee");
    assert_eq!(guess(&world, "nobody@kckps.org"), "INVALID_CREDENTIALS");
}

#[test]
fn what_is_refused_while_locked_does_not_lengthen_the_lock() {
    let world = house();
    fail(&world, "patlee", 5);
    for _ in 0..14 {
        world.clock.advance(TimeDelta::minutes(1));
        assert_eq!(guess(&world, "patlee"), "TOO_MANY_ATTEMPTS");
    }
    world.clock.advance(TimeDelta::minutes(1));
    log_in(&world, "patlee");
}

#[test]
fn a_right_log_in_ends_the_series_and_four_failures_lock_nothing() {
    let world = house();
    for _ in 0..3 {
        fail(&world, "patlee", 4);
        log_in(&world, "patlee");
    }
    fail(&world, "patlee", 4);
    world.clock.advance(TimeDelta::minutes(15));
    fail(&world, "patlee", 4);
    log_in(&world, "patlee");
}

#[test]
fn failures_count_within_any_quarter_of_an_hour_not_from_the_first() {
    let world = house();
    fail(&world, "patlee", 1);
    world.clock.advance(TimeDelta::minutes(14));
    fail(&world, "patlee", 3);
    world.clock.advance(TimeDelta::minutes(2));
    // The first has run out; these two make five within three minutes.
    fail(&world, "patlee", 2);
    assert_eq!(guess(&world, "patlee"), "TOO_MANY_ATTEMPTS");
}

// "50 an address (a school shares one)".
#[test]
fn fifty_failures_lock_an_address_for_all_accounts_and_no_other_address() {
    let world = house();
    for number in 0..50 {
        fail(&world, &format!("guess{number}@kckps.org"), 1);
    }
    assert_eq!(guess(&world, "one-more@kckps.org"), "TOO_MANY_ATTEMPTS");
    assert_eq!(code(try_log_in(&world.polaris, "patlee", PASSWORD, "192.0.2.7")), "TOO_MANY_ATTEMPTS");
    assert_eq!(code(try_log_in(&world.polaris, "patlee", PASSWORD, "192.0.2.8")), "ok");
    let locked = entries(&world.raw("kckps")).into_iter().find(|entry| entry.4["locked"] == "address").unwrap();
    assert_eq!(locked.2, "refused");
    // Another tenant's file knows nothing of it.
    user(&world, "hickman", "lee@hickman.org", None, "viewer");
    let hickman = world.polaris.tenant_door("hickman", from("192.0.2.7")).unwrap();
    assert_eq!(code(hickman.sessions().log_in(&with("lee@hickman.org", PASSWORD)).wait()), "ok");
    world.clock.advance(TimeDelta::minutes(15));
    log_in(&world, "patlee");
}

#[test]
fn a_log_in_of_ones_own_does_not_wash_an_address_clean() {
    let world = house();
    for number in 0..49 {
        fail(&world, &format!("guess{number}@kckps.org"), 1);
    }
    log_in(&world, "patlee");
    fail(&world, "patlee", 1);
    assert_eq!(guess(&world, "patlee"), "TOO_MANY_ATTEMPTS");
}

#[test]
fn networks_of_ipv6_count_as_one_address() {
    let world = house();
    for number in 0..50 {
        let address = format!("2001:db8:0:7::{number:x}");
        assert_eq!(code(try_log_in(&world.polaris, &format!("g{number}"), "wrong", &address)), "INVALID_CREDENTIALS");
    }
    assert_eq!(code(try_log_in(&world.polaris, "patlee", PASSWORD, "2001:db8:0:7:ffff::1")), "TOO_MANY_ATTEMPTS");
    assert_eq!(code(try_log_in(&world.polaris, "patlee", PASSWORD, "2001:db8:0:8::1")), "ok");
}

// "Lock-outs live in the database, so every process honours them".
#[test]
fn another_process_honours_a_lock_out_and_adds_to_a_series() {
    let world = house();
    let other = world.another();
    for number in 0..5 {
        let polaris = if number % 2 == 0 { &world.polaris } else { &other };
        assert_eq!(code(try_log_in(polaris, "patlee", "wrong", "192.0.2.7")), "INVALID_CREDENTIALS");
    }
    for polaris in [&world.polaris, &other] {
        assert_eq!(code(try_log_in(polaris, "patlee", PASSWORD, "192.0.2.7")), "TOO_MANY_ATTEMPTS");
    }
}

#[test]
fn guessing_in_parallel_gives_no_more_guesses() {
    let world = house();
    let other = world.another();
    let (tried, locked) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for number in 0..50 {
            let (polaris, tried, locked) = (if number % 2 == 0 { &world.polaris } else { &other }, &tried, &locked);
            scope.spawn(move || match try_log_in(polaris, "patlee", &format!("guess {number}"), "192.0.2.7") {
                Err(Error::InvalidCredentials) => tried.fetch_add(1, Ordering::Relaxed),
                Err(Error::TooManyAttempts { .. }) => locked.fetch_add(1, Ordering::Relaxed),
                other => panic!("{other:?}"),
            });
        }
    });
    assert_eq!((tried.into_inner(), locked.into_inner()), (5, 45));
}

#[test]
fn many_who_log_in_rightly_at_once_all_get_in_though_the_first_has_the_hash_made_anew() {
    let world = house();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..16).map(|_| scope.spawn(|| code(try_log_in(&world.polaris, "patlee", PASSWORD, "192.0.2.7")))).collect();
        assert!(all.into_iter().all(|one| one.join().unwrap() == "ok"));
    });
}

#[test]
fn an_attempt_that_a_crash_left_unsettled_counts_as_failed() {
    let world = house();
    fail(&world, "patlee", 5);
    world.raw("kckps").execute("UPDATE log_in_attempts SET failed = 0", []).unwrap();
    world.clock.advance(TimeDelta::seconds(31));
    assert_eq!(guess(&world, "patlee"), "TOO_MANY_ATTEMPTS");
}

#[test]
fn a_reset_link_still_works_while_locked_and_unlocks_u3() {
    let world = house();
    fail(&world, "patlee", 5);
    let used = UsedLink { link: link(&world, "kckps", 1, "reset").as_str().into(), password: "a better one".into() };
    world.polaris.tenant_door("kckps", from("192.0.2.8")).unwrap().sessions().use_link(&used).unwrap();
    assert_eq!(code(try_log_in(&world.polaris, "patlee", "a better one", "192.0.2.7")), "ok");
}

#[test]
fn guessing_ones_present_password_counts_too() {
    let world = house();
    let pat = log_in(&world, "patlee");
    let change = |current: &str| {
        let new = NewPassword { current_password: current.into(), new_password: "a better one".into() };
        code(inside(&world, &pat).sessions().change_password(&new).wait())
    };
    fail(&world, "patlee", 2);
    for _ in 0..3 {
        assert_eq!(change("wrong"), "INVALID_CREDENTIALS");
    }
    assert_eq!(change(PASSWORD), "TOO_MANY_ATTEMPTS");
    assert_eq!(guess(&world, "patlee"), "TOO_MANY_ATTEMPTS");
    world.clock.advance(TimeDelta::minutes(15));
    assert_eq!(change(PASSWORD), "ok");
}

// "the audit log gets the first failure of a series and its count".
#[test]
fn the_log_gets_the_first_failure_and_the_count_when_a_series_locks_or_runs_out() {
    let world = house();
    fail(&world, "patlee", 5);
    fail(&world, "kim@kckps.org", 3);
    world.clock.advance(TimeDelta::minutes(31));
    log_in(&world, "patlee");
    let told: Vec<_> = entries(&world.raw("kckps")).into_iter().map(|entry| (entry.3, entry.2, entry.4)).collect();
    let told: Vec<_> = told.iter().map(|(resource, outcome, details)| (resource.as_str(), outcome.as_str(), details.clone())).collect();
    assert_eq!(
        told,
        [
            ("user 1", "refused", json!({ "failures": 1 })),
            ("user 1", "refused", json!({ "failures": 5, "locked": "account" })),
            ("user 2", "refused", json!({ "failures": 1 })),
            ("none", "refused", json!({ "failures": 3, "series": "ended" })),
            ("user 1", "done", json!({ "session": 1, "rehashed": true })),
        ]
    );
    let left: i64 = world.raw("kckps").query_row("SELECT count(*) FROM log_in_attempts", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0, "nothing is kept that means nothing");
}
