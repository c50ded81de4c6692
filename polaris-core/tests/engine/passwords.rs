//! U2, U3: changing one's own password, and setting one with a link.

use chrono::TimeDelta;
use polaris_core::{Error, LinkPurpose, NewPassword, Result, UsedLink};

use super::people::{PASSWORD, caller, entries, from, house, inside, link, log_in, staff_log_in, try_log_in};
use super::support::{World, code};

const BETTER: &str = "correct horse battery";

fn new(current: &str, new: &str) -> NewPassword {
    NewPassword { current_password: current.into(), new_password: new.into() }
}

fn use_link(world: &World, secret: &str, password: &str) -> Result<LinkPurpose> {
    let used = UsedLink { link: secret.into(), password: password.into() };
    world.polaris.tenant_door("kckps", from("192.0.2.7"))?.sessions().use_link(&used)
}

fn field<T: std::fmt::Debug>(answer: Result<T>) -> (String, &'static str) {
    match answer.unwrap_err() {
        error @ Error::Validation(_) => (error.fields()[0].field.clone(), error.fields()[0].code),
        other => panic!("{other:?}"),
    }
}

#[test]
fn changing_ones_password_needs_the_present_one_and_ends_all_other_sessions_u2() {
    let world = house();
    let (first, second) = (log_in(&world, "patlee"), log_in(&world, "patlee"));
    let secret = link(&world, "kckps", 1, "reset");
    let pat = inside(&world, &first);
    assert_eq!(code(pat.sessions().change_password(&new("wrong", BETTER)).wait()), "INVALID_CREDENTIALS");
    assert_eq!(field(pat.sessions().change_password(&new("", BETTER)).wait()), ("current_password".into(), "REQUIRED"));
    assert_eq!(code(caller(&world, &second)), "ok");
    assert_eq!(pat.sessions().change_password(&new(PASSWORD, BETTER)).wait().unwrap().sessions_ended, 1);
    assert_eq!((code(caller(&world, &first)), code(caller(&world, &second))), ("ok", "UNAUTHENTICATED"));
    assert_eq!(code(try_log_in(&world.polaris, "patlee", PASSWORD, "192.0.2.7")), "INVALID_CREDENTIALS");
    assert_eq!(code(try_log_in(&world.polaris, "patlee", BETTER, "192.0.2.7")), "ok");
    assert_eq!(code(use_link(&world, &secret, "another one 1")), "INVALID_LINK", "links handed out before are void");
}

#[test]
fn new_passwords_follow_the_rules_and_are_named_where_they_do_not_u3() {
    let world = house();
    let pat = inside(&world, &log_in(&world, "patlee"));
    let secret = link(&world, "kckps", 1, "reset");
    for (password, expected) in [
        ("", "TOO_SHORT"),
        ("seven77", "TOO_SHORT"),
        (&"long ".repeat(205), "TOO_LONG"),
        ("pat.lee@KCKPS.org", "LIKE_ACCOUNT"),
        ("zzzzzzzz", "TOO_EASY"),
        ("password123", "TOO_EASY"),
    ] {
        assert_eq!(field(pat.sessions().change_password(&new(PASSWORD, password)).wait()), ("new_password".into(), expected));
        assert_eq!(field(use_link(&world, &secret, password)), ("password".into(), expected), "{password}");
    }
    assert_eq!(code(use_link(&world, &secret, BETTER)), "ok", "a refused password doesn't use it up");
}

#[test]
fn a_link_sets_a_password_once_and_ends_all_sessions_u3() {
    let world = house();
    let pat = log_in(&world, "patlee");
    let (secret, other) = (link(&world, "kckps", 1, "reset"), link(&world, "kckps", 2, "invitation"));
    assert_eq!(use_link(&world, &secret, BETTER).unwrap(), LinkPurpose::Reset);
    assert_eq!(code(caller(&world, &pat)), "UNAUTHENTICATED");
    assert_eq!(code(try_log_in(&world.polaris, "patlee", BETTER, "192.0.2.7")), "ok");
    for used in [&secret, &other] {
        assert_eq!(code(use_link(&world, used, "another one 1")), "INVALID_LINK", "used, or void with it");
    }
    let told = entries(&world.raw("kckps")).into_iter().find(|entry| entry.0 == "password.set").unwrap();
    assert_eq!((told.1.as_str(), told.3.as_str(), &told.4["sessions_ended"]), ("tenant_user", "user 1", &1.into()));
}

#[test]
fn links_that_are_no_good_are_refused_alike() {
    let world = house();
    super::people::user(&world, "hickman", "lee@hickman.org", None, "viewer");
    let foreign = link(&world, "hickman", 3, "reset");
    let told = |secret: &str| use_link(&world, secret, BETTER).unwrap_err().to_string();
    let unknown = told("plol_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE");
    for secret in [foreign.as_str(), "", "plol_", "secret", "plss_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", &"x".repeat(1 << 20)] {
        assert_eq!(told(secret), unknown);
    }
    assert_eq!(unknown, "this link is not valid, or no longer; ask for a new one");
}

#[test]
fn an_expired_link_and_one_of_a_deactivated_account_are_no_good() {
    let world = house();
    let secret = link(&world, "kckps", 1, "reset");
    world.raw("kckps").execute("UPDATE users SET active = 0 WHERE id = 1", []).unwrap();
    assert_eq!(code(use_link(&world, &secret, BETTER)), "INVALID_LINK");
    world.raw("kckps").execute("UPDATE users SET active = 1 WHERE id = 1", []).unwrap();
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(code(use_link(&world, &secret, BETTER)), "INVALID_LINK");
    world.clock.advance(-TimeDelta::milliseconds(1));
    assert_eq!(code(use_link(&world, &secret, BETTER)), "ok");
}

#[test]
fn a_link_used_twice_at_once_is_used_once() {
    let world = house();
    let (secret, other) = (link(&world, "kckps", 1, "reset"), world.another());
    let mut answers: Vec<_> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8)
            .map(|number| {
                let (polaris, secret) = (if number % 2 == 0 { &world.polaris } else { &other }, &secret);
                scope.spawn(move || {
                    let used = UsedLink { link: secret.as_str().into(), password: format!("{BETTER} {number}").into() };
                    code(polaris.tenant_door("kckps", from("192.0.2.7")).unwrap().sessions().use_link(&used))
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    answers.sort_unstable();
    assert_eq!(answers, [&["INVALID_LINK"; 7][..], &["ok"]].concat());
}

#[test]
fn staff_change_their_password_too_p6() {
    let world = house();
    let (first, second) = (staff_log_in(&world, "ash@prepkc.org"), staff_log_in(&world, "ash@prepkc.org"));
    let platform = world.polaris.platform(world.polaris.staff_session(first.token.reveal()).unwrap()).unwrap();
    assert_eq!(code(platform.own_sessions().change_password(&new("wrong", BETTER)).wait()), "INVALID_CREDENTIALS");
    assert_eq!(platform.own_sessions().change_password(&new(PASSWORD, BETTER)).wait().unwrap().sessions_ended, 1);
    assert_eq!(code(world.polaris.staff_session(second.token.reveal())), "UNAUTHENTICATED");
    assert_eq!(code(world.polaris.staff_session(first.token.reveal())), "ok");
}
