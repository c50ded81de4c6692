//! P7: every change by staff inside a tenant goes to both logs, with who, where, what and when; a crash between the two is settled.

use chrono::TimeDelta;
use polaris_core::types::EventId;
use polaris_core::{Actor, NewEvent, NewSession, NewSupport, StaffRole};

use super::support::{World, career_day, code, wait_until};

#[derive(Debug, PartialEq, Clone)]
struct Entry {
    who: String,
    action: String,
    outcome: String,
    at: String,
    details: serde_json::Value,
}

/// The entries about events, or those about one tenant's changes by staff in the operator's log.
fn entries(raw: &rusqlite::Connection) -> Vec<Entry> {
    let sql = "SELECT actor_kind || ' ' || coalesce(actor_name, '-'), action, outcome, occurred_at, details
               FROM audit_entries WHERE action LIKE 'event.%' ORDER BY id";
    let mut statement = raw.prepare(sql).unwrap();
    let entry = |row: &rusqlite::Row<'_>| {
        let details: String = row.get(4)?;
        Ok(Entry {
            who: row.get(0)?,
            action: row.get(1)?,
            outcome: row.get(2)?,
            at: row.get(3)?,
            details: serde_json::from_str(&details).unwrap(),
        })
    };
    statement.query_map([], entry).unwrap().map(Result::unwrap).collect()
}

fn left_over(world: &World) -> i64 {
    world.raw_registry().query_row("SELECT count(*) FROM support_writes", [], |row| row.get(0)).unwrap()
}

fn robin(world: &World) -> polaris_core::TenantHandle {
    world.polaris.tenant("kckps", Actor::staff("Robin", StaffRole::Admin)).unwrap()
}

#[test]
fn a_change_by_staff_is_pending_and_then_done_in_the_operators_log() {
    let world = World::new();
    let session = NewSession { staff: "Ash".into(), role: Some("admin".into()), ..NewSession::default() };
    let opened = world.platform().sessions().open(&session).unwrap();
    let ash = world.polaris.platform(world.polaris.staff_session(opened.token.reveal()).unwrap()).unwrap();
    ash.support().enter(&NewSupport { tenant: "kckps".into(), reason: None }).unwrap();
    let inside = world.polaris.support_session(opened.token.reveal(), "kckps").unwrap();
    world.polaris.tenant("kckps", inside).unwrap().events().create(career_day()).unwrap();

    let (tenant, operator) = (entries(&world.raw("kckps")), entries(&world.raw_registry()));
    let [own] = tenant.as_slice() else { panic!("{tenant:?}") };
    let [pending, done] = operator.as_slice() else { panic!("{operator:?}") };
    for entry in [own, pending, done] {
        assert_eq!((entry.who.as_str(), entry.action.as_str(), &entry.at), ("staff Ash", "event.create", &own.at));
    }
    assert_eq!((own.outcome.as_str(), pending.outcome.as_str(), done.outcome.as_str()), ("done", "pending", "done"));
    assert_eq!(own.details["support"], done.details["mark"]);
    assert_eq!((&pending.details["mark"], &pending.details["tenant"]), (&done.details["mark"], &"kckps".into()));
    assert_eq!(left_over(&world), 0);
}

#[test]
fn what_staff_were_refused_is_in_the_operators_log_alone() {
    let world = World::new();
    assert_eq!(code(robin(&world).events().publish(EventId::new(99))), "EVENT_NOT_FOUND");
    assert_eq!(code(robin(&world).events().create(NewEvent::default())), "VALIDATION_FAILED");
    assert_eq!(entries(&world.raw("kckps")), []);
    let told: Vec<_> = entries(&world.raw_registry()).into_iter().map(|entry| (entry.outcome, entry.details["code"].clone())).collect();
    let pending = ("pending".to_owned(), serde_json::Value::Null);
    assert_eq!(
        told,
        [pending.clone(), ("refused".to_owned(), "EVENT_NOT_FOUND".into()), pending, ("refused".to_owned(), "VALIDATION_FAILED".into())]
    );
    assert_eq!(left_over(&world), 0);
}

#[test]
fn what_staff_may_not_even_try_and_what_others_do_is_in_no_operators_log() {
    let world = World::new();
    let sam = world.polaris.tenant("kckps", Actor::staff("Sam", StaffRole::Support)).unwrap();
    assert_eq!(code(sam.events().create(career_day())), "FORBIDDEN");
    world.kckps().events().create(career_day()).unwrap();
    world.polaris.tenant("kckps", Actor::System).unwrap().events().create(career_day()).unwrap();
    assert_eq!(entries(&world.raw_registry()), []);
    assert!(entries(&world.raw("kckps")).iter().all(|entry| entry.details.get("support").is_none()));
}

#[test]
fn sixteen_of_the_staff_at_once_are_each_told_of_once_on_both_sides() {
    let world = World::new();
    let other = world.another();
    std::thread::scope(|scope| {
        for number in 0..16 {
            let polaris = if number % 2 == 0 { &world.polaris } else { &other };
            let slug = if number % 4 < 2 { "kckps" } else { "hickman" };
            scope.spawn(move || {
                for _ in 0..5 {
                    let staff = Actor::staff(&format!("Robin {number}"), StaffRole::Admin);
                    polaris.tenant(slug, staff).unwrap().events().create(career_day()).unwrap();
                }
            });
        }
    });
    let marks = |entries: Vec<Entry>, key: &str, outcome: &str| {
        let of = entries.into_iter().filter(|entry| entry.outcome == outcome);
        let mut marks: Vec<_> = of.map(|entry| entry.details[key].as_str().unwrap().to_owned()).collect();
        marks.sort();
        marks
    };
    let mut inside = marks(entries(&world.raw("kckps")), "support", "done");
    inside.extend(marks(entries(&world.raw("hickman")), "support", "done"));
    inside.sort();
    inside.dedup();
    assert_eq!(inside.len(), 80);
    let operator = entries(&world.raw_registry());
    assert_eq!(marks(operator.clone(), "mark", "pending"), inside);
    assert_eq!(marks(operator, "mark", "done"), inside);
    assert_eq!(left_over(&world), 0);
    assert_eq!(world.platform().doctor().check().unwrap().findings, []);
}

/// Leaves behind what a crash leaves: a change that is noted as pending; with its mark in the tenant's log, or without.
fn crash(world: &World, happened: bool) -> String {
    robin(world).events().create(career_day()).unwrap();
    let raw = world.raw_registry();
    let done = entries(&raw).pop().unwrap();
    let mark = if happened { done.details["mark"].as_str().unwrap().to_owned() } else { "0".repeat(32) };
    // Its end was never noted: as if the log ended with the entry before.
    raw.execute_batch(
        "DROP TRIGGER IF EXISTS audit_entries_are_never_deleted; DELETE FROM audit_entries WHERE id = (SELECT max(id) FROM audit_entries)",
    )
    .unwrap();
    raw.execute(
        "INSERT INTO support_writes (mark, tenant_uuid, audit_id, action, created_at)
         SELECT ?1, resource_id, id, action, occurred_at FROM audit_entries ORDER BY id DESC LIMIT 1",
        [&mark],
    )
    .unwrap();
    mark
}

fn last(world: &World) -> Entry {
    entries(&world.raw_registry()).pop().unwrap()
}

#[test]
fn what_a_crash_left_pending_is_settled_by_what_the_tenants_log_says() {
    for (happened, outcome) in [(true, "done"), (false, "refused")] {
        let world = World::new();
        let mark = crash(&world, happened);
        world.clock.advance(TimeDelta::seconds(20));
        assert_eq!(left_over(&world), 1, "it may still be under way");
        world.clock.advance(TimeDelta::seconds(20));
        // Whether the background was there first or not.
        world.platform().doctor().mend().unwrap();
        let settled = last(&world);
        assert_eq!((settled.outcome.as_str(), &settled.details["mark"]), (outcome, &mark.as_str().into()));
        assert_eq!((settled.who.as_str(), &settled.details["settled"]), ("system -", &true.into()));
        assert_eq!(left_over(&world), 0);
    }
}

#[test]
fn what_a_crash_left_pending_is_settled_in_the_background_also_of_a_deactivated_tenant() {
    let world = World::new();
    crash(&world, true);
    world.raw("kckps").execute("UPDATE tenant SET state = 'inactive'", []).unwrap();
    world.raw_registry().execute("UPDATE tenants SET state = 'inactive' WHERE slug = 'kckps'", []).unwrap();
    world.clock.advance(TimeDelta::minutes(1));
    wait_until("it is settled", || left_over(&world) == 0);
    assert_eq!(last(&world).outcome, "done");
}

#[test]
fn doctor_tells_of_what_is_left_pending_and_cannot_be_settled() {
    let world = World::new();
    crash(&world, true);
    std::fs::rename(world.file("kckps"), world.root.path().join("elsewhere")).unwrap();
    world.clock.advance(TimeDelta::minutes(1));
    let other = world.another();
    let found = other.platform(Actor::System).unwrap().doctor().check().unwrap().findings;
    assert!(found.iter().any(|finding| finding.problem.contains("how a change by staff ended")), "{found:?}");
}
