//! P3: deactivating holds at once and everywhere, against handles that are open and requests under way; reactivating undoes it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use polaris_core::types::{EventId, EventOrder};
use polaris_core::{Actor, Context, Error, EventFilter, NewSession, PageRequest, Polaris, Role, TenantFilter, TenantState};

use super::support::{World, career_day, code, published, titled, wait_until};

fn state_of(world: &World) -> (String, String) {
    let read = |raw: rusqlite::Connection, sql: &str| raw.query_row(sql, [], |row| row.get(0)).unwrap();
    (read(world.raw("kckps"), "SELECT state FROM tenant"), read(world.raw_registry(), "SELECT state FROM tenants WHERE slug = 'kckps'"))
}

fn both(state: &str) -> (String, String) {
    (state.to_owned(), state.to_owned())
}

#[test]
fn deactivating_closes_every_way_in_at_once_and_reactivating_opens_them() {
    let world = World::new();
    let event = published(&world.kckps(), "A", "2026-10-15T09:00");
    let other = world.another();
    let (here, there) = (world.as_role(Role::Admin), other.tenant("kckps", Actor::System).unwrap());
    let entered = world.public();
    there.events().get(event.id).unwrap();
    let shown = world.platform().tenants().deactivate("kckps", Some("asked to by the district")).unwrap();
    assert_eq!((shown.state, shown.slug.as_str()), (TenantState::Inactive, "kckps"));
    assert_eq!(state_of(&world), both("inactive"));
    for handle in [&here, &there] {
        assert_eq!(code(handle.events().get(event.id)), "TENANT_INACTIVE");
        assert_eq!(code(handle.events().list(&EventFilter::default(), EventOrder::default(), PageRequest::default())), "TENANT_INACTIVE");
        assert_eq!(code(handle.events().create(career_day())), "TENANT_INACTIVE");
        assert_eq!(code(handle.settings()), "TENANT_INACTIVE");
        assert_eq!(code(handle.administration().settings()), "TENANT_INACTIVE");
        assert_eq!(code(handle.allowed_origins()), "TENANT_INACTIVE");
    }
    assert_eq!(
        code(entered.list(&polaris_core::PublicStatus::Published, &EventFilter::default(), PageRequest::default())),
        "TENANT_INACTIVE"
    );
    for polaris in [&world.polaris, &other] {
        assert_eq!(code(polaris.tenant("kckps", Actor::System)), "TENANT_INACTIVE");
    }
    assert_eq!(code(world.enter("kckps", Some(world.key()))), "TENANT_NOT_FOUND", "to the public it is unknown");
    assert_eq!(code(world.polaris.tenant_door("kckps", Context::default())), "TENANT_NOT_FOUND", "and nobody logs in");
    assert_eq!(code(world.polaris.tenant("hickman", Actor::System)), "ok", "others are not touched");

    world.clock.advance(chrono::TimeDelta::hours(1));
    let shown = world.platform().tenants().reactivate("kckps", None).unwrap();
    assert_eq!((shown.state, shown.updated_at - super::support::start()), (TenantState::Active, chrono::TimeDelta::hours(1)));
    assert_eq!(state_of(&world), both("active"));
    for handle in [&here, &there] {
        assert_eq!(handle.events().get(event.id).unwrap(), event, "the same handles work again");
        assert_eq!(code(handle.events().create(career_day())), "ok");
    }
    assert_eq!(code(world.enter("kckps", Some(world.key()))), "ok");
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
}

#[test]
fn after_deactivation_no_write_is_acknowledged_whoever_is_writing_and_none_before_it_is_lost() {
    let world = World::new();
    let other = world.another();
    let (down, stop) = (AtomicBool::new(false), AtomicBool::new(false));
    let acknowledged: Vec<EventId> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..6)
            .map(|number| {
                let polaris = if number % 2 == 0 { world.polaris.clone() } else { other.clone() };
                let (down, stop) = (&down, &stop);
                scope.spawn(move || {
                    let handle = polaris.tenant("kckps", Actor::System).unwrap();
                    let mut acknowledged = Vec::new();
                    while !stop.load(Ordering::SeqCst) {
                        let begun_after = down.load(Ordering::SeqCst);
                        match handle.events().create(titled("Under load", "2026-10-15T09:00")) {
                            Ok(event) => {
                                assert!(!begun_after, "a write begun after deactivation was acknowledged");
                                acknowledged.push(event.id);
                            }
                            Err(error) => assert_eq!(error.code(), "TENANT_INACTIVE"),
                        }
                    }
                    acknowledged
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(300));
        world.platform().tenants().deactivate("kckps", None).unwrap();
        down.store(true, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(300));
        stop.store(true, Ordering::SeqCst);
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    assert!(acknowledged.len() > 20, "the test tested nothing: {}", acknowledged.len());
    let stored: Vec<i64> = {
        let raw = world.raw("kckps");
        let mut statement = raw.prepare("SELECT id FROM events ORDER BY id").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut told: Vec<_> = acknowledged.iter().map(|id| id.get()).collect();
    told.sort_unstable();
    assert_eq!(told, stored, "what was acknowledged is stored, and nothing else");
    // The deactivation is the last thing in the tenant's log.
    let last: String =
        world.raw("kckps").query_row("SELECT action FROM audit_entries ORDER BY id DESC LIMIT 1", [], |row| row.get(0)).unwrap();
    assert_eq!(last, "tenant.deactivate");
}

#[test]
fn sessions_of_its_people_and_support_sessions_end_and_stay_ended() {
    let world = World::new();
    world
        .raw("kckps")
        .execute_batch(
            "INSERT INTO users (email, folded_email, first_name, last_name, folded_name, role, created_at, updated_at)
             VALUES ('a@b.org', 'a@b.org', 'A', 'B', 'b a', 'admin', '2026-09-01T12:00:00.000Z', '2026-09-01T12:00:00.000Z');
             INSERT INTO sessions (token_hash, user_id, created_at, last_used_at, expires_at)
             VALUES (printf('%064d', 1), 1, '2026-09-01T12:00:00.000Z', '2026-09-01T12:00:00.000Z', '2026-09-02T12:00:00.000Z'),
                    (printf('%064d', 2), 1, '2026-09-01T12:00:00.000Z', '2026-09-01T12:00:00.000Z', '2026-09-02T12:00:00.000Z');",
        )
        .unwrap();
    let open = |tenant: &str| {
        let new = NewSession { staff: "Ash".into(), tenant: Some(tenant.into()), ..NewSession::default() };
        world.platform().sessions().open(&new).unwrap().token.reveal().to_owned()
    };
    let (in_kckps, in_hickman) = (open("kckps"), open("hickman"));
    assert!(world.polaris.support_session(&in_kckps, "kckps").is_ok());
    world.platform().tenants().deactivate("kckps", None).unwrap();
    let sessions: i64 = world.raw("kckps").query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)).unwrap();
    assert_eq!(sessions, 0);
    world.platform().tenants().reactivate("kckps", None).unwrap();
    assert_eq!(code(world.polaris.support_session(&in_kckps, "kckps")), "UNAUTHENTICATED");
    assert!(world.polaris.staff_session(&in_kckps).is_ok(), "the staff session itself goes on");
    assert!(world.polaris.support_session(&in_hickman, "hickman").is_ok());
    assert_eq!(world.platform().tenants().get("kckps").unwrap().users, 1);
    let noted = |raw: rusqlite::Connection| -> Vec<(String, String)> {
        let sql = "SELECT action, details FROM audit_entries WHERE action LIKE 'tenant.%activate' ORDER BY id";
        let mut statement = raw.prepare(sql).unwrap();
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    let in_file = noted(world.raw("kckps"));
    assert_eq!(in_file[0], ("tenant.deactivate".into(), r#"{"reason":null,"sessions_ended":2}"#.into()));
    let in_registry = noted(world.raw_registry());
    assert_eq!(in_registry[0].1, r#"{"reason":null,"support_sessions_ended":1,"tenant":"kckps"}"#);
    assert_eq!((in_file.len(), in_registry.len()), (2, 2));
}

#[test]
fn doing_it_twice_says_that_it_is_done() {
    let world = World::new();
    let tenants = world.platform();
    let tenants = tenants.tenants();
    let refused = |answer: polaris_core::Result<_>| match answer {
        Err(Error::InvalidTransition { from, to, reason, .. }) => (from, to, reason),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(tenants.reactivate("kckps", None)), ("active", "active", "it is active already".into()));
    tenants.deactivate("kckps", None).unwrap();
    assert_eq!(refused(tenants.deactivate("kckps", None)), ("inactive", "inactive", "it is deactivated already".into()));
    for slug in ["nobody", "../kckps"] {
        assert_eq!(code(tenants.deactivate(slug, None)), "TENANT_NOT_FOUND");
        assert_eq!(code(tenants.reactivate(slug, None)), "TENANT_NOT_FOUND");
    }
    assert_eq!(code(tenants.deactivate("hickman", Some("two\nlines"))), "VALIDATION_FAILED");
    assert_eq!(code(tenants.deactivate("hickman", Some(&"x".repeat(501)))), "VALIDATION_FAILED");
}

#[test]
fn a_crash_between_the_two_files_is_settled_towards_the_tenants_own() {
    for (file, again) in [("inactive", "deactivate"), ("active", "reactivate")] {
        let registry = if file == "active" { "inactive" } else { "active" };
        let cut_off = || {
            let world = World::new();
            world.raw("kckps").execute("UPDATE tenant SET state = ?1", [file]).unwrap();
            world.raw_registry().execute("UPDATE tenants SET state = ?1 WHERE slug = 'kckps'", [registry]).unwrap();
            world
        };
        // Whatever the registry says, nobody gets in before both agree.
        let world = cut_off();
        assert_eq!(code(world.polaris.tenant("kckps", Actor::System)), "TENANT_INACTIVE");
        let (mended, after) = world.platform().doctor().mend().unwrap();
        assert_eq!((mended.len(), after.findings, state_of(&world)), (1, vec![], both(file)));
        // Or by asking for the same again.
        let world = cut_off();
        let tenants = world.platform();
        let done =
            if again == "deactivate" { tenants.tenants().deactivate("kckps", None) } else { tenants.tenants().reactivate("kckps", None) };
        assert_eq!((done.unwrap().state.as_str(), state_of(&world)), (file, both(file)));
        assert_eq!(code(world.polaris.tenant("kckps", Actor::System)), if file == "active" { "ok" } else { "TENANT_INACTIVE" });
        // Or by thinking better of it.
        let world = cut_off();
        let tenants = world.platform();
        let back =
            if again == "deactivate" { tenants.tenants().reactivate("kckps", None) } else { tenants.tenants().deactivate("kckps", None) };
        assert_eq!((back.unwrap().state.as_str(), state_of(&world)), (registry, both(registry)));
    }
}

#[test]
fn others_close_a_deactivated_tenants_file_by_themselves_though_they_hold_its_handles() {
    let world = World::new();
    let other = world.another();
    // One is borrowed and never used again, one is open and nobody's.
    let held = other.tenant("kckps", Actor::System).unwrap();
    held.events().create(career_day()).unwrap();
    other.tenant("hickman", Actor::System).unwrap();
    for slug in ["kckps", "hickman"] {
        world.platform().tenants().deactivate(slug, None).unwrap();
    }
    let since = Instant::now();
    let open = |slug: &str| world.names().iter().any(|name| name == &format!("polaris_{slug}.db-shm"));
    wait_until("both are closed", || !open("kckps") && !open("hickman"));
    assert!(since.elapsed() < Duration::from_secs(5));
    assert_eq!(code(held.events().create(career_day())), "TENANT_INACTIVE");
    wait_until("it is closed again after its use", || !open("kckps"));
    world.platform().tenants().reactivate("kckps", None).unwrap();
    assert_eq!(code(held.events().create(career_day())), "ok");
    assert!(open("kckps"), "it stays open again");
}

#[test]
fn an_impatient_reader_is_told_too() {
    let world = World::new();
    let caller = polaris_core::Caller::from(Actor::System).with_patience(polaris_core::Patience::Never);
    world.kckps().settings().unwrap();
    let impatient = world.polaris.tenant("kckps", caller).unwrap();
    world.another().platform(Actor::System).unwrap().tenants().deactivate("kckps", None).unwrap();
    assert_eq!(code(impatient.settings()), "TENANT_INACTIVE");
}

#[test]
fn a_handle_that_outlives_several_deactivations_refuses_and_lets_go_each_time() {
    let world = World::new();
    let other = world.another();
    let held = [world.polaris.tenant("kckps", Actor::System).unwrap(), other.tenant("kckps", Actor::System).unwrap()];
    for _ in 0..3 {
        held.iter().for_each(|handle| assert_eq!(code(handle.events().create(career_day())), "ok"));
        world.platform().tenants().deactivate("kckps", None).unwrap();
        wait_until("all is closed", || !world.names().contains(&"polaris_kckps.db-shm".to_owned()));
        held.iter().for_each(|handle| assert_eq!(code(handle.events().create(career_day())), "TENANT_INACTIVE"));
        world.platform().tenants().reactivate("kckps", None).unwrap();
    }
}

#[test]
fn a_tenant_whose_file_is_lost_can_be_deactivated_and_given_up() {
    let world = World::new();
    std::fs::remove_file(world.file("kckps")).unwrap();
    let tenants = world.platform();
    let tenants = tenants.tenants();
    assert_eq!(tenants.deactivate("kckps", None).unwrap().state, TenantState::Inactive);
    assert_eq!(code(tenants.deactivate("kckps", None)), "INVALID_TRANSITION");
    assert_eq!(code(tenants.reactivate("kckps", None)), "UNAVAILABLE");
    tenants.delete("kckps", "kckps").unwrap();
    assert_eq!(code(tenants.undelete("kckps")), "NOT_FOUND");
    tenants.purge("kckps", "kckps").unwrap();
    assert_eq!(tenants.list(&TenantFilter::default(), PageRequest::default()).unwrap().total, 1);
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
}

#[test]
fn in_memory_it_is_the_same() {
    let polaris = Polaris::in_memory().unwrap();
    super::support::fill(&polaris);
    let tenants = polaris.platform(Actor::System).unwrap();
    let tenants = tenants.tenants();
    let handle = polaris.tenant("kckps", Actor::System).unwrap();
    tenants.deactivate("kckps", None).unwrap();
    assert_eq!(code(handle.events().create(career_day())), "TENANT_INACTIVE");
    assert_eq!(tenants.get("kckps").unwrap().tenant.state, TenantState::Inactive);
    tenants.reactivate("kckps", None).unwrap();
    assert_eq!(code(handle.events().create(career_day())), "ok");
}
