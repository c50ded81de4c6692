//! U3: asking for a new password by mail (FR-TENANT-111), and looking at a link without using it up.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use polaris_core::types::UserId;
use polaris_core::{Error, LinkPurpose, NewReset, Polaris, Result, Role, Timed};

use super::people::{entries, from, house, link, try_log_in, user};
use super::support::{World, code, new_user};

const PAT: UserId = UserId::new(1);

fn ask_from(polaris: &Polaris, address: &str, login: &str) -> Timed<()> {
    polaris.tenant_door("kckps", from(address)).unwrap().sessions().request_reset(&NewReset { login: login.into() })
}

fn ask(world: &World, login: &str) -> Result<()> {
    ask_from(&world.polaris, "192.0.2.7", login).wait()
}

/// Kind and recipient of each mail.
fn mails(world: &World) -> Vec<(String, String)> {
    let raw = world.raw("kckps");
    let mut statement = raw.prepare("SELECT kind, recipient FROM outbox ORDER BY id").unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(std::result::Result::unwrap).collect()
}

#[test]
fn whoever_forgot_their_password_asks_by_address_or_username_and_gets_a_mail_fr_tenant_111() {
    let world = house();
    for login in [" PAT.LEE@kckps.org ", "patlee"] {
        ask(&world, login).unwrap();
    }
    let reset = ("reset".to_owned(), "Pat.Lee@kckps.org".to_owned());
    assert_eq!(mails(&world), [reset.clone(), reset]);
    let told: Vec<_> = entries(&world.raw("kckps")).into_iter().filter(|entry| entry.0 == "password.request_reset").collect();
    assert_eq!(told.len(), 2);
    assert_eq!((told[0].1.as_str(), told[0].3.as_str(), &told[0].4), ("public", "user 1", &serde_json::json!({ "mail": "reset" })));
    let links: i64 = world.raw("kckps").query_row("SELECT count(*) FROM one_time_links", [], |row| row.get(0)).unwrap();
    assert_eq!(links, 0, "the link is made when the mail is sent");
}

#[test]
fn an_unknown_and_a_deactivated_account_are_answered_alike_and_get_nothing() {
    let world = house();
    world.as_role(Role::Admin).users().deactivate(PAT).unwrap();
    user(&world, "hickman", "lee@hickman.org", None, "viewer");
    let before = entries(&world.raw("kckps")).len();
    for login in ["nobody@kckps.org", "patlee", "lee@hickman.org", "'; DROP TABLE users; --", "\u{0}", &"x".repeat(100_000)] {
        assert_eq!(code(ask(&world, login)), "ok");
    }
    assert_eq!(mails(&world), []);
    assert_eq!(entries(&world.raw("kckps")).len(), before, "strangers leave nothing in the audit log");
    assert_eq!(code(ask(&world, " ")), "VALIDATION_FAILED");
}

#[test]
fn where_mails_can_hold_no_links_the_answer_is_the_same_and_nothing_is_queued() {
    let world = World::with(|config| (config.public_url, config.log_in_least) = (None, Duration::ZERO));
    user(&world, "kckps", "kim@kckps.org", Some("correct horse battery"), "viewer");
    for login in ["kim@kckps.org", "nobody@kckps.org"] {
        assert_eq!(code(ask(&world, login)), "ok");
    }
    assert_eq!(mails(&world), []);
    let told: Vec<_> = entries(&world.raw("kckps")).into_iter().filter(|entry| entry.0 == "password.request_reset").collect();
    assert!(told.is_empty());
}

#[test]
fn known_and_unknown_accounts_take_the_same_least_time() {
    let world = World::with(|config| config.log_in_least = Duration::from_millis(120));
    user(&world, "kckps", "pat@kckps.org", None, "viewer");
    for login in ["pat@kckps.org", "nobody@kckps.org"] {
        let began = Instant::now();
        let answer = ask_from(&world.polaris, "192.0.2.7", login);
        assert!(answer.not_before >= began + Duration::from_millis(120));
        answer.wait().unwrap();
        assert!(began.elapsed() >= Duration::from_millis(120));
    }
    assert_eq!(mails(&world).len(), 1);
}

#[test]
fn an_account_gets_three_mails_an_hour_and_its_owner_is_told_nothing_of_it() {
    let world = house();
    for number in 0..10 {
        // From everywhere, through another process too: the count is in the file.
        let polaris = if number % 2 == 0 { world.polaris.clone() } else { world.another() };
        assert_eq!(code(ask_from(&polaris, &format!("192.0.2.{number}"), "patlee").answer), "ok");
    }
    assert_eq!(mails(&world).len(), 3);
    ask(&world, "kim@kckps.org").unwrap();
    assert_eq!(mails(&world).len(), 4, "others are not concerned");
    world.clock.advance(TimeDelta::hours(1));
    ask(&world, "patlee").unwrap();
    assert_eq!(mails(&world).len(), 5);
}

#[test]
fn an_address_may_ask_twenty_times_in_ten_minutes() {
    let world = house();
    for number in 0..20 {
        assert_eq!(code(ask(&world, &format!("nobody{number}@kckps.org"))), "ok");
    }
    let refused = |login: &str| match ask(&world, login).unwrap_err() {
        Error::RateLimitExceeded { retry_after, quota: None } => retry_after,
        other => panic!("{other:?}"),
    };
    assert_eq!((refused("patlee"), refused("nobody@kckps.org")), (600, 600), "whoever is asked for");
    assert_eq!(mails(&world), []);
    assert_eq!(code(ask_from(&world.polaris, "192.0.2.8", "patlee").answer), "ok");
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(code(ask(&world, "patlee")), "ok");
}

#[test]
fn whoever_has_no_password_yet_is_invited_again() {
    let world = house();
    world.as_role(Role::Admin).users().create(new_user("new@kckps.org", "viewer")).unwrap();
    ask(&world, "new@kckps.org").unwrap();
    let invitation = ("invitation".to_owned(), "new@kckps.org".to_owned());
    assert_eq!(mails(&world), [invitation.clone(), invitation]);
}

#[test]
fn a_locked_account_gets_its_mail() {
    let world = house();
    for _ in 0..5 {
        assert_eq!(code(try_log_in(&world.polaris, "patlee", "wrong", "192.0.2.9")), "INVALID_CREDENTIALS");
    }
    assert_eq!(code(try_log_in(&world.polaris, "patlee", "wrong", "192.0.2.9")), "TOO_MANY_ATTEMPTS");
    assert_eq!(code(ask(&world, "patlee")), "ok");
    assert_eq!(mails(&world).len(), 1);
}

#[test]
fn an_inactive_tenant_answers_as_an_unknown_one() {
    let world = house();
    let door = world.polaris.tenant_door("kckps", from("192.0.2.7")).unwrap();
    world.platform().tenants().deactivate("kckps", None).unwrap();
    assert_eq!(code(door.sessions().request_reset(&NewReset { login: "patlee".into() }).answer), "TENANT_NOT_FOUND");
    assert_eq!(code(door.sessions().look_at_link("plol_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE")), "TENANT_NOT_FOUND");
}

#[test]
fn a_link_can_be_looked_at_as_often_as_one_likes_and_still_be_used() {
    let world = house();
    let secret = link(&world, "kckps", 1, "reset");
    let look = || world.polaris.tenant_door("kckps", from("192.0.2.7")).unwrap().sessions().look_at_link(&secret);
    for _ in 0..3 {
        let known = look().unwrap();
        assert_eq!((known.purpose, known.email.as_str()), (LinkPurpose::Reset, "Pat.Lee@kckps.org"));
    }
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(code(look()), "INVALID_LINK");
    world.clock.advance(-TimeDelta::hours(1));
    world.raw("kckps").execute("UPDATE users SET active = 0 WHERE id = 1", []).unwrap();
    assert_eq!(code(look()), "INVALID_LINK");
    for other in ["", "plol_", "secret", "plol_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"] {
        let door = world.polaris.tenant_door("kckps", from("192.0.2.7")).unwrap();
        assert_eq!(code(door.sessions().look_at_link(other)), "INVALID_LINK");
    }
}
