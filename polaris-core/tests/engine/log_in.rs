//! U2: logging in, to a tenant and on the platform.

use std::time::{Duration, Instant};

use polaris_core::{Actor, Patience, Role, StaffRole};
use serde_json::json;

use super::people::{HASH, PASSWORD, caller, entries, from, house, inside, link, log_in, staff, staff_log_in, try_log_in, user, with};
use super::support::{World, code};

#[test]
fn a_user_logs_in_by_e_mail_or_username_in_any_case_u2() {
    let world = house();
    for login in ["Pat.Lee@kckps.org", "pat.lee@KCKPS.ORG", " patlee ", "PATLEE"] {
        let logged_in = log_in(&world, login);
        assert_eq!(logged_in.actor, Actor::tenant_user(1, "Pat Lee", Role::Coordinator));
        assert!(logged_in.token.reveal().starts_with("plus_"));
        let caller = caller(&world, &logged_in).unwrap();
        assert_eq!((caller.actor, caller.session), (logged_in.actor, Some(logged_in.session)));
    }
    let stored: i64 =
        world.raw("kckps").query_row("SELECT count(*) FROM sessions WHERE token_hash LIKE 'plus%'", [], |r| r.get(0)).unwrap();
    assert_eq!(stored, 0, "hashes alone are stored");
}

#[test]
fn staff_log_in_on_the_platform_p6() {
    let world = house();
    let ash = staff_log_in(&world, "ASH@prepkc.org");
    assert!(matches!(&ash.actor, Actor::Staff { name, role: StaffRole::Admin, .. } if &**name == "Ash Doe"));
    assert_eq!(world.polaris.staff_session(ash.token.reveal()).unwrap().actor, ash.actor);
    // Neither's accounts are the other's.
    assert_eq!(code(try_log_in(&world.polaris, "ash@prepkc.org", PASSWORD, "192.0.2.7")), "INVALID_CREDENTIALS");
    let door = world.polaris.staff_door(from("192.0.2.7")).unwrap();
    assert_eq!(code(door.log_in(&with("patlee", PASSWORD)).wait()), "INVALID_CREDENTIALS");
}

#[test]
fn a_hash_brought_over_verifies_and_is_rehashed_at_that_log_in_u2() {
    let world = house();
    let hash = || -> String { world.raw("kckps").query_row("SELECT password_hash FROM users WHERE id = 1", [], |row| row.get(0)).unwrap() };
    assert_eq!(hash(), HASH);
    assert_eq!(code(try_log_in(&world.polaris, "patlee", "another one", "192.0.2.7")), "INVALID_CREDENTIALS");
    assert_eq!(hash(), HASH, "a wrong password changes nothing");
    log_in(&world, "patlee");
    let rehashed = hash();
    assert!(rehashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{rehashed}");
    log_in(&world, "patlee");
    assert_eq!(hash(), rehashed, "it is made anew once");
    let last: String = world.raw("kckps").query_row("SELECT last_log_in_at FROM users WHERE id = 1", [], |row| row.get(0)).unwrap();
    assert_eq!(last, "2026-09-01T12:00:00.000Z");
}

// "Failures are uniform in text": whatever is wrong, the answer is the same.
#[test]
fn every_refusal_reads_the_same_u2() {
    let world = house();
    user(&world, "kckps", "gone@kckps.org", None, "viewer");
    user(&world, "kckps", "invited@kckps.org", None, "viewer");
    user(&world, "kckps", "new@kckps.org", None, "viewer");
    user(&world, "kckps", "broken@kckps.org", None, "viewer");
    user(&world, "hickman", "other@hickman.org", None, "viewer");
    log_in(&world, "new@kckps.org");
    let raw = world.raw("kckps");
    raw.execute("UPDATE users SET active = 0 WHERE email LIKE 'gone%'", []).unwrap();
    raw.execute("UPDATE users SET password_hash = NULL WHERE email LIKE 'invited%'", []).unwrap();
    raw.execute("UPDATE users SET password_hash = 'scrypt:2147483648:8:1$x$00' WHERE email LIKE 'broken%'", []).unwrap();
    let long = "x".repeat(100_000);
    let attempts = [
        ("patlee", "wrong"),
        ("patlee", "PASSWORD123"),
        ("patlee", &long),
        ("new@kckps.org", "wrong"),
        ("gone@kckps.org", PASSWORD),
        ("gone@kckps.org", "wrong"),
        ("invited@kckps.org", PASSWORD),
        ("broken@kckps.org", PASSWORD),
        ("nobody@kckps.org", PASSWORD),
        ("other@hickman.org", PASSWORD),
        ("%", PASSWORD),
        ("pat' OR 1=1 --", PASSWORD),
        ("\0", PASSWORD),
        (&long, PASSWORD),
    ];
    for (login, password) in attempts {
        let refused = try_log_in(&world.polaris, login, password, "192.0.2.7").unwrap_err();
        assert_eq!(
            (refused.code(), refused.to_string()),
            ("INVALID_CREDENTIALS", "this log-in is not right; check the e-mail or username and the password".to_owned())
        );
    }
}

#[test]
fn blank_fields_are_named_and_no_attempt() {
    let world = house();
    for _ in 0..9 {
        let refused = try_log_in(&world.polaris, " ", "", "192.0.2.7").unwrap_err();
        let fields: Vec<_> = refused.fields().iter().map(|field| (field.field.as_str(), field.code)).collect();
        assert_eq!(fields, [("login", "REQUIRED"), ("password", "REQUIRED")]);
    }
    let tried: i64 = world.raw("kckps").query_row("SELECT count(*) FROM log_in_attempts", [], |row| row.get(0)).unwrap();
    assert_eq!(tried, 0);
}

// "take a fixed least time (300 ms), so that a migrated, a new and an unknown account look alike": measured for real.
#[test]
fn a_refusal_takes_at_least_three_tenths_of_a_second_u2() {
    let world = World::new();
    user(&world, "kckps", "migrated@kckps.org", None, "viewer");
    for login in ["migrated@kckps.org", "unknown@kckps.org"] {
        let began = Instant::now();
        assert_eq!(code(try_log_in(&world.polaris, login, "wrong", "192.0.2.7")), "INVALID_CREDENTIALS");
        assert!(began.elapsed() >= Duration::from_millis(300), "{login}: {:?}", began.elapsed());
    }
    // A frontend that must not sleep is told until when to wait.
    let door = world.polaris.tenant_door("kckps", from("192.0.2.7")).unwrap();
    let began = Instant::now();
    let refused = door.sessions().log_in(&with("unknown@kckps.org", "wrong"));
    assert!(refused.not_before >= began + Duration::from_millis(300));
    for _ in 0..3 {
        let _ = door.sessions().log_in(&with("unknown@kckps.org", "wrong"));
    }
    let began = Instant::now();
    let locked = door.sessions().log_in(&with("unknown@kckps.org", "wrong"));
    assert_eq!(locked.answer.unwrap_err().code(), "TOO_MANY_ATTEMPTS");
    assert!(locked.not_before >= began + Duration::from_millis(300));
}

#[test]
fn an_inactive_tenant_answers_log_ins_as_an_unknown_one() {
    let world = house();
    let secret = link(&world, "kckps", 1, "reset");
    let token = log_in(&world, "patlee");
    let open = world.polaris.tenant_door("kckps", from("192.0.2.7")).unwrap();
    world.raw("kckps").execute("UPDATE tenant SET state = 'inactive'", []).unwrap();
    let used = polaris_core::UsedLink { link: secret.as_str().into(), password: "long enough 1".into() };
    assert_eq!(code(open.sessions().log_in(&with("patlee", PASSWORD)).wait()), "TENANT_NOT_FOUND");
    assert_eq!(code(open.sessions().use_link(&used)), "TENANT_NOT_FOUND");
    assert_eq!(code(try_log_in(&world.polaris, "patlee", PASSWORD, "192.0.2.7")), "TENANT_NOT_FOUND");
    assert_eq!(code(world.polaris.tenant_door("nowhere", from("192.0.2.7"))), "TENANT_NOT_FOUND");
    assert_eq!(code(caller(&world, &token)), "UNAUTHENTICATED");
}

#[test]
fn a_token_is_good_in_its_tenant_alone_whether_or_not_the_other_exists() {
    let world = house();
    let token = log_in(&world, "patlee");
    let at = |token: &str, slug: &str| code(world.polaris.tenant_session(token, slug, Patience::Wait));
    assert_eq!(at(token.token.reveal(), "kckps"), "ok");
    for slug in ["hickman", "nowhere", "KCKPS", "", "../kckps"] {
        assert_eq!(at(token.token.reveal(), slug), "UNAUTHENTICATED", "{slug}");
    }
    assert_eq!(code(world.polaris.staff_session(token.token.reveal())), "UNAUTHENTICATED", "nor on the platform");
    let forged = format!("plss_{}", &token.token.reveal()[5..]);
    for bad in ["", "plus_", "plus_guess", &token.token.reveal()[..47], forged.as_str(), world.key()] {
        assert_eq!(at(bad, "kckps"), "UNAUTHENTICATED", "{bad}");
    }
}

#[test]
fn staff_who_have_entered_come_through_the_same_door() {
    let world = house();
    let ash = staff_log_in(&world, "ash@prepkc.org");
    let at = |slug: &str| code(world.polaris.tenant_session(ash.token.reveal(), slug, Patience::Wait));
    assert_eq!(at("kckps"), "UNAUTHENTICATED", "not entered yet");
    let platform = world.polaris.platform(world.polaris.staff_session(ash.token.reveal()).unwrap()).unwrap();
    platform.support().enter(&polaris_core::NewSupport { tenant: "kckps".into(), reason: None }).unwrap();
    assert_eq!((at("kckps"), at("hickman")), ("ok", "UNAUTHENTICATED"));
    let handle = inside(&world, &ash);
    assert_eq!(code(handle.sessions().list()), "CONFLICT", "their account is the operator's");
    assert_eq!(code(handle.sessions().log_out()), "CONFLICT");
}

// "one indexed read, usable where nobody may wait".
#[test]
fn the_check_of_a_session_never_waits_where_nobody_may() {
    let world = house();
    let (pat, ash) = (log_in(&world, "patlee"), staff_log_in(&world, "ash@prepkc.org"));
    let platform = world.polaris.platform(world.polaris.staff_session(ash.token.reveal()).unwrap()).unwrap();
    platform.support().enter(&polaris_core::NewSupport { tenant: "kckps".into(), reason: None }).unwrap();
    for token in [&pat, &ash] {
        let check = || code(world.polaris.tenant_session(token.token.reveal(), "kckps", Patience::Never));
        caller(&world, token).unwrap();
        assert_eq!(check(), "ok");
        world.clock.advance(chrono::TimeDelta::minutes(6));
        assert_eq!(check(), "UNAVAILABLE", "its use is to be noted, which may wait");
        caller(&world, token).unwrap();
        assert_eq!(check(), "ok");
    }
}

#[test]
fn the_log_tells_of_log_ins_without_what_was_typed_x1() {
    let world = house();
    let _ = try_log_in(&world.polaris, "patlee", "Secret Guess 1", "192.0.2.7");
    let _ = try_log_in(&world.polaris, "patlee", "Secret Guess 2", "192.0.2.7");
    let _ = try_log_in(&world.polaris, "Secret Name", "Secret Guess 3", "192.0.2.7");
    log_in(&world, "patlee");
    let told = entries(&world.raw("kckps"));
    let entry = |at: usize| (told[at].0.as_str(), told[at].1.as_str(), told[at].2.as_str(), told[at].3.as_str(), told[at].4.clone());
    assert_eq!(entry(0), ("session.log_in", "public", "refused", "user 1", json!({ "failures": 1 })));
    assert_eq!(entry(1), ("session.log_in", "public", "refused", "none", json!({ "failures": 1 })));
    let done = json!({ "session": 1, "failures_before": 2, "rehashed": true });
    assert_eq!(entry(2), ("session.log_in", "tenant_user", "done", "user 1", done));
    assert_eq!(told.len(), 3, "the first failure of a series, and its count when it ends: {told:?}");
    let raw = world.raw("kckps");
    for column in ["details", "actor_name", "resource_id"] {
        let found: i64 =
            raw.query_row(&format!("SELECT count(*) FROM audit_entries WHERE {column} LIKE '%Secret%'"), [], |row| row.get(0)).unwrap();
        assert_eq!(found, 0, "{column}");
    }
    assert!(world.platform().doctor().check().unwrap().findings.is_empty(), "the chain is whole");
}

#[test]
fn two_members_of_staff_by_one_name_of_two_kinds_are_told_apart() {
    let world = house();
    let kim = staff(&world, "Kim Poe", "kim@prepkc.org", "support");
    world
        .raw_registry()
        .execute("UPDATE staff SET username = 'ash@prepkc.org', folded_username = 'ash@prepkc.org' WHERE id = ?1", [kim])
        .unwrap();
    let ash = staff_log_in(&world, "ash@prepkc.org");
    assert!(matches!(&ash.actor, Actor::Staff { name, .. } if &**name == "Ash Doe"), "the e-mail comes first");
}
