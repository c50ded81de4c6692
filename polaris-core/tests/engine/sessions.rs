//! Staff sessions and their entry into tenants (P6, P7).

use chrono::TimeDelta;
use polaris_core::{Actor, NewSession, StaffRole};

use super::support::{World, code};

fn session(staff: &str, tenant: Option<&str>) -> NewSession {
    NewSession { staff: staff.into(), tenant: tenant.map(str::to_owned), ..NewSession::default() }
}

#[test]
fn a_token_stands_for_its_staff_and_for_nothing_else() {
    let world = World::new();
    let opened = world.platform().sessions().open(&session("Ash", None)).unwrap();
    match world.polaris.staff_session(opened.token.reveal()).unwrap().actor {
        Actor::Staff { id: Some(_), name, role } => assert_eq!((&*name, role), ("Ash", StaffRole::Support)),
        other => panic!("{other:?}"),
    }
    assert_eq!(code(world.polaris.support_session(opened.token.reveal(), "kckps")), "UNAUTHENTICATED", "it has not entered");
    for other in ["", "plss_guess", world.key()] {
        assert_eq!(code(world.polaris.staff_session(other)), "UNAUTHENTICATED");
    }
    let stored: i64 = world
        .raw_registry()
        .query_row("SELECT count(*) FROM staff_sessions WHERE token_hash = ?1", [opened.token.reveal()], |row| row.get(0))
        .unwrap();
    assert_eq!(stored, 0, "only its hash is stored");
}

#[test]
fn a_support_session_is_good_at_its_tenant_alone() {
    let world = World::new();
    let new = NewSession { role: Some("support".into()), reason: Some("a call".into()), ..session("Sam", Some("kckps")) };
    let opened = world.platform().sessions().open(&new).unwrap();
    let actor = world.polaris.support_session(opened.token.reveal(), "kckps").unwrap().actor;
    assert!(matches!(actor, Actor::Staff { role: StaffRole::Support, .. }));
    for other in ["hickman", "nobody", "KCKPS", ""] {
        assert_eq!(code(world.polaris.support_session(opened.token.reveal(), other)), "UNAUTHENTICATED", "{other}");
    }
}

#[test]
fn a_session_ends_after_eight_idle_hours_and_after_thirty_days_in_any_case() {
    let world = World::new();
    let opened = world.platform().sessions().open(&session("Ash", None)).unwrap();
    let answer = || code(world.polaris.staff_session(opened.token.reveal()));
    world.clock.advance(TimeDelta::hours(8) - TimeDelta::milliseconds(1));
    assert_eq!(answer(), "ok");
    world.clock.advance(TimeDelta::hours(8) - TimeDelta::milliseconds(1));
    assert_eq!(answer(), "ok", "its use was noted");
    for _ in 0..89 {
        world.clock.advance(TimeDelta::hours(8) - TimeDelta::minutes(1));
        let _ = answer();
    }
    assert!(opened.expires_at <= super::support::start() + TimeDelta::days(30));
    world.clock.set(opened.expires_at);
    assert_eq!(answer(), "UNAUTHENTICATED");
    let idle = world.platform().sessions().open(&session("Ash", None)).unwrap();
    world.clock.advance(TimeDelta::hours(8));
    assert_eq!(code(world.polaris.staff_session(idle.token.reveal())), "UNAUTHENTICATED");
}

#[test]
fn a_deactivated_account_has_no_sessions() {
    let world = World::new();
    let opened = world.platform().sessions().open(&session("Ash", None)).unwrap();
    world.raw_registry().execute("UPDATE staff SET active = 0", []).unwrap();
    assert_eq!(code(world.polaris.staff_session(opened.token.reveal())), "UNAUTHENTICATED");
    assert_eq!(code(world.platform().sessions().open(&session("Ash", None))), "CONFLICT");
}

#[test]
fn what_makes_no_session_is_told_and_leaves_none() {
    let world = World::new();
    let open = |new: NewSession| code(world.platform().sessions().open(&new));
    assert_eq!(open(session(" ", None)), "VALIDATION_FAILED");
    assert_eq!(open(session(&"x".repeat(101), None)), "VALIDATION_FAILED");
    assert_eq!(open(NewSession { role: Some("king".into()), ..session("Ash", None) }), "VALIDATION_FAILED");
    assert_eq!(open(NewSession { reason: Some("why".into()), ..session("Ash", None) }), "VALIDATION_FAILED");
    assert_eq!(open(session("Ash", Some("nobody"))), "TENANT_NOT_FOUND");
    world.raw("kckps").execute("UPDATE tenant SET state = 'inactive'", []).unwrap();
    assert_eq!(open(session("Ash", Some("kckps"))), "TENANT_INACTIVE");
    let count =
        |table: &str| -> i64 { world.raw_registry().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap() };
    assert_eq!((count("staff"), count("staff_sessions"), count("support_grants")), (0, 0, 0));
    assert_eq!(open(session("Ash", None)), "ok");
    assert_eq!(open(NewSession { role: Some("admin".into()), ..session("Ash", None) }), "CONFLICT");
}

/// Run by tests/shell/full-disk-session.sh with TMPDIR on a small file system of its own; elsewhere it would fill the disk of whoever
/// runs it.
#[test]
fn a_session_can_be_used_on_a_full_disk() {
    if std::env::var_os("POLARIS_TEST_SMALL_DISK").is_none() {
        return;
    }
    let world = World::new();
    let opened = world.platform().sessions().open(&session("Ash", None)).unwrap();
    let mut filling = std::fs::File::create(world.root.path().join("filling")).unwrap();
    while std::io::Write::write_all(&mut filling, &[7; 4_096]).is_ok() {}
    let refused = world.platform().tenants().create(polaris_core::NewTenant::new("liberty", "Liberty"));
    assert!(matches!(refused, Err(polaris_core::Error::Unavailable(polaris_core::Unavailable::DiskFull))), "{refused:?}");
    for _ in 0..14 {
        // Each use should be noted, and can't be.
        world.clock.advance(TimeDelta::minutes(30));
        let actor = world.polaris.staff_session(opened.token.reveal()).unwrap().actor;
        let listed = world.polaris.platform(actor).unwrap().tenants().list(&Default::default(), Default::default()).unwrap();
        assert_eq!(listed.total, 2);
    }
    drop(filling);
    std::fs::remove_file(world.root.path().join("filling")).unwrap();
    world.polaris.staff_session(opened.token.reveal()).unwrap();
    world.clock.advance(TimeDelta::hours(7));
    assert_eq!(code(world.polaris.staff_session(opened.token.reveal())), "ok", "with room again its use is noted");
}
