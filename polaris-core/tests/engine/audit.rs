//! X1: every write leaves an entry of who, what and when, in the change's own transaction, chained to the one before it.

use polaris_core::{Actor, Caller, Context, NewSession, NewTenant, ReferenceData, Role, StaffRole};

use super::support::{World, career_day, code};

#[derive(Debug, PartialEq)]
struct Entry {
    actor: (String, Option<i64>, Option<String>, Option<String>),
    action: String,
    resource: (Option<String>, Option<String>),
    request: (Option<String>, Option<String>),
    occurred_at: String,
    outcome: String,
    details: String,
}

fn entries(raw: &rusqlite::Connection) -> Vec<Entry> {
    let sql = "SELECT actor_kind, actor_id, actor_role, actor_name, action, resource_kind, resource_id, request_id, address, occurred_at,
                      outcome, details FROM audit_entries ORDER BY id";
    let mut statement = raw.prepare(sql).unwrap();
    let entry = |row: &rusqlite::Row<'_>| {
        Ok(Entry {
            actor: (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?),
            action: row.get(4)?,
            resource: (row.get(5)?, row.get(6)?),
            request: (row.get(7)?, row.get(8)?),
            occurred_at: row.get(9)?,
            outcome: row.get(10)?,
            details: row.get(11)?,
        })
    };
    statement.query_map([], entry).unwrap().map(Result::unwrap).collect()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_change_is_noted_with_actor_action_resource_and_request() {
    let world = World::new();
    let context = Context { address: text("192.0.2.7"), request_id: text("req-1") };
    let caller = Caller::new(Actor::tenant_user(7, "Pat Lee", Role::Coordinator), context);
    let handle = world.polaris.tenant("kckps", caller).unwrap();
    let before = entries(&world.raw("kckps")).len();
    let event = handle.events().create(career_day()).unwrap();
    handle.events().publish(event.id).unwrap();
    let noted = entries(&world.raw("kckps")).split_off(before);
    let expected = |action: &str, details: &str| Entry {
        actor: ("tenant_user".to_owned(), Some(7), text("coordinator"), text("Pat Lee")),
        action: action.to_owned(),
        resource: (text("event"), Some(event.id.to_string())),
        request: (text("req-1"), text("192.0.2.7")),
        occurred_at: "2026-09-01T12:00:00.000Z".to_owned(),
        outcome: "done".to_owned(),
        details: details.to_owned(),
    };
    assert_eq!(
        noted,
        [
            expected("event.create", r#"{"slug":"career-day-2026-10-15","status":"draft"}"#),
            expected("event.publish", r#"{"from":"draft","to":"published"}"#),
        ]
    );
}

#[test]
fn every_changing_operation_is_noted_where_it_changed_something() {
    let world = World::new();
    let platform = world.platform();
    let noted = |before: usize, connection: &rusqlite::Connection| -> Vec<String> {
        entries(connection).split_off(before).into_iter().map(|entry| entry.action).collect()
    };
    let before = entries(&world.raw_registry()).len();
    platform.tenants().create(NewTenant::new("north", "North")).unwrap();
    platform.reference().import(&ReferenceData::default().into()).unwrap();
    let session = NewSession { staff: "Ash".into(), tenant: text("north"), reason: text("help"), ..NewSession::default() };
    platform.sessions().open(&session).unwrap();
    std::fs::remove_file(world.root.path().join("reserve")).unwrap();
    platform.doctor().mend().unwrap();
    assert_eq!(noted(before, &world.raw_registry()), ["tenant.create", "reference.import", "session.open", "support.enter", "doctor.mend"]);
    assert_eq!(noted(0, &world.raw("north")), ["tenant.create", "support.enter"], "entry to a tenant shows on both sides");
}

#[test]
fn what_was_refused_or_only_read_leaves_no_entry() {
    let world = World::new();
    let count = || entries(&world.raw("kckps")).len();
    let before = count();
    let draft = career_day();
    assert_eq!(code(world.kckps().events().create(polaris_core::NewEvent { title: String::new(), ..draft.clone() })), "VALIDATION_FAILED");
    assert_eq!(code(world.as_role(Role::Viewer).events().create(draft)), "FORBIDDEN");
    assert_eq!(code(world.kckps().events().publish(polaris_core::types::EventId::new(9))), "EVENT_NOT_FOUND");
    let _ = world.kckps().settings().unwrap();
    let _ = world.public();
    assert_eq!(count(), before);
}

#[test]
fn details_hold_no_personal_data_and_no_secret() {
    let world = World::new();
    let caller = Caller::new(Actor::staff("Robin Personal", StaffRole::Admin), Context { address: text("192.0.2.7"), request_id: None });
    let platform = world.polaris.platform(caller).unwrap();
    let created = platform.tenants().create(NewTenant::new("north", "North")).unwrap();
    let opened = platform.sessions().open(&NewSession { staff: "Ash Personal".into(), ..NewSession::default() }).unwrap();
    for connection in [world.raw_registry(), world.raw("north")] {
        for entry in entries(&connection) {
            for secret in ["Personal", "192.0.2.7", created.api_key.reveal(), opened.token.reveal()] {
                assert!(!entry.details.contains(secret), "{entry:?}");
            }
        }
    }
}

#[test]
fn erasing_a_person_keeps_the_chain_and_an_edit_breaks_it() {
    let world = World::new();
    for _ in 0..3 {
        world.kckps().events().create(career_day()).unwrap();
    }
    let findings = || world.platform().doctor().check().unwrap().findings;
    world.raw("kckps").execute("UPDATE audit_entries SET actor_name = NULL, address = NULL, personal_salt = NULL", []).unwrap();
    assert!(findings().is_empty(), "{:?}", findings());
    for tampering in [
        "UPDATE audit_entries SET details = '{}' WHERE id = 3",
        "UPDATE audit_entries SET actor_id = 8 WHERE id = 3",
        "UPDATE audit_entries SET occurred_at = '2026-09-01T12:00:00.001Z' WHERE id = 3",
        "UPDATE audit_entries SET personal_digest = 'x' WHERE id = 3",
        "DELETE FROM audit_entries WHERE id = 2",
        "UPDATE audit_entries SET id = 99 WHERE id = 2",
    ] {
        let world = World::new();
        for _ in 0..3 {
            world.kckps().events().create(career_day()).unwrap();
        }
        let raw = world.raw("kckps");
        raw.execute_batch("DROP TRIGGER audit_entries_are_never_deleted; DROP TRIGGER audit_entries_are_never_edited;").unwrap();
        raw.execute(tampering, []).unwrap();
        let findings = world.platform().doctor().check().unwrap().findings;
        let told: Vec<_> = findings.iter().filter(|finding| finding.problem.contains("audit log was tampered with")).collect();
        assert_eq!(told.len(), 1, "{tampering}: {findings:?}");
        assert!(!told[0].mendable, "nobody mends evidence");
    }
}

#[test]
fn sixteen_who_write_at_once_make_one_unbroken_chain() {
    let world = World::new();
    let other = world.another();
    std::thread::scope(|scope| {
        for number in 0..16 {
            let polaris = if number % 2 == 0 { &world.polaris } else { &other };
            scope.spawn(move || {
                for _ in 0..5 {
                    polaris.tenant("kckps", Actor::System).unwrap().events().create(career_day()).unwrap();
                }
            });
        }
    });
    assert_eq!(entries(&world.raw("kckps")).iter().filter(|entry| entry.action == "event.create").count(), 80);
    assert!(world.platform().doctor().check().unwrap().findings.is_empty());
}
