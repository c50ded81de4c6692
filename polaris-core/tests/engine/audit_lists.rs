//! X2: the log listed by actor, action, resource, time and outcome; exported as CSV and JSON lines.

use chrono::TimeDelta;
use polaris_core::audit::ActorKind;
use polaris_core::types::{AuditId, EventId};
use polaris_core::{
    Actor, AuditEntry, AuditFilter, AuditLog, AuditMoment, Caller, Context, ExportFormat, NewEvent, Outcome, PageRequest, Role, StaffRole,
};

use super::support::{World, career_day, code, titled};

fn admin(world: &World) -> AuditLog {
    world.as_role(Role::Admin).audit()
}

fn listed(log: &AuditLog, filter: &AuditFilter) -> Vec<AuditEntry> {
    let found = log.list(filter, PageRequest::new(1, 100).unwrap()).unwrap();
    assert_eq!(found.total as usize, found.items.len());
    found.items
}

fn actions(log: &AuditLog, filter: &AuditFilter) -> Vec<String> {
    listed(log, filter).into_iter().map(|entry| entry.action).collect()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn none() -> AuditFilter {
    AuditFilter::default()
}

#[test]
fn entries_are_listed_newest_first_with_all_they_hold() {
    let world = World::new();
    let context = Context { address: text("192.0.2.7"), request_id: text("req-1") };
    let caller = Caller::new(Actor::tenant_user(7, "Pat Lee", Role::Coordinator), context);
    let handle = world.polaris.tenant("kckps", caller).unwrap();
    let event = handle.events().create(career_day()).unwrap();
    handle.events().publish(event.id).unwrap();
    let entries = listed(&admin(&world), &none());
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["event.publish", "event.create", "tenant.create"]);
    let newest = serde_json::to_value(&entries[0]).unwrap();
    assert_eq!(
        newest,
        serde_json::json!({
            "id": 3, "occurred_at": "2026-09-01T12:00:00.000Z", "actor_kind": "tenant_user", "actor_id": 7, "actor_role": "coordinator",
            "actor_name": "Pat Lee", "address": "192.0.2.7", "action": "event.publish", "resource_kind": "event", "resource_id": "1",
            "request_id": "req-1", "outcome": "done", "details": { "from": "draft", "to": "published" }, "hash": entries[0].hash,
        })
    );
    let page = |number| admin(&world).list(&none(), PageRequest::new(number, 2).unwrap()).unwrap();
    assert_eq!((page(1).items.len(), page(2).items.len(), page(3).items.len(), page(1).total), (2, 1, 0, 3));
}

#[test]
fn each_part_of_a_filter_lets_through_what_it_says() {
    let world = World::new();
    let user = |id: i64| world.polaris.tenant("kckps", Actor::tenant_user(id, "Someone", Role::Coordinator)).unwrap();
    let first = user(7).events().create(career_day()).unwrap();
    user(8).events().create(career_day()).unwrap();
    user(8).events().publish(first.id).unwrap();
    let robin = world.polaris.tenant("kckps", Actor::staff("Robin", StaffRole::Admin)).unwrap();
    robin.events().create(career_day()).unwrap();
    let log = admin(&world);
    let by = |id| AuditFilter { actor_kind: Some(ActorKind::TenantUser), actor_id: Some(id), ..none() };
    assert_eq!(actions(&log, &by(7)), ["event.create"]);
    assert_eq!(actions(&log, &by(8)), ["event.publish", "event.create"]);
    assert_eq!(actions(&log, &AuditFilter { actor_kind: Some(ActorKind::Staff), ..none() }), ["event.create"]);
    assert_eq!(actions(&log, &AuditFilter { action: text("event.publish"), ..none() }), ["event.publish"]);
    assert_eq!(actions(&log, &AuditFilter { action: text("event."), ..none() }).len(), 4);
    assert!(actions(&log, &AuditFilter { action: text("event"), ..none() }).is_empty(), "without the dot it is a whole name");
    let about = |id: &str| AuditFilter { resource_kind: text("event"), resource_id: text(id), ..none() };
    assert_eq!(actions(&log, &about("1")), ["event.publish", "event.create"]);
    assert_eq!(actions(&log, &AuditFilter { action: text("event.create"), ..about("1") }), ["event.create"]);
    assert_eq!(actions(&log, &AuditFilter { after: Some(AuditId::new(4)), ..none() }), ["event.create"]);
    assert_eq!(actions(&log, &AuditFilter { outcome: Some(Outcome::Refused), ..none() }), [] as [String; 0]);
    // The operator's log has what staff were refused.
    assert_eq!(code(robin.events().publish(EventId::new(99))), "EVENT_NOT_FOUND");
    let operator = world.platform().audit();
    assert_eq!(actions(&operator, &AuditFilter { outcome: Some(Outcome::Refused), ..none() }), ["event.publish"]);
    let id = robin.id().to_string();
    let in_kckps = AuditFilter { resource_kind: text("tenant"), resource_id: Some(id), action: text("event."), ..none() };
    assert_eq!(actions(&operator, &in_kckps).len(), 4, "all that staff did there");
}

#[test]
fn a_day_is_the_tenants_own_and_counts_whole() {
    let world = World::new();
    // 1 September, noon in UTC, is 7:00 in Kansas City; the day ends there at 5:00 UTC of the second.
    for hours in [0, 16, 1, 23, 1] {
        world.clock.advance(TimeDelta::hours(hours));
        world.clock.advance(if hours == 16 { TimeDelta::minutes(59) + TimeDelta::milliseconds(59_999) } else { TimeDelta::zero() });
        world.kckps().events().create(titled("Talk", "2026-10-15T09:00")).unwrap();
    }
    let log = admin(&world);
    let on = |from: &str, to: &str| {
        let filter = AuditFilter { action: text("event."), from: AuditMoment::parse(from).ok(), to: AuditMoment::parse(to).ok(), ..none() };
        let with_action = listed(&log, &filter).len();
        assert_eq!(
            listed(&log, &AuditFilter { action: None, actor_kind: None, ..filter })
                .iter()
                .filter(|entry| entry.action == "event.create")
                .count(),
            with_action
        );
        with_action
    };
    assert_eq!((on("2026-09-01", "2026-09-01"), on("2026-09-02", "2026-09-02"), on("2026-09-03", "2026-09-09")), (2, 2, 1));
    assert_eq!(on("2026-09-01T12:00:00Z", "2026-09-01T12:00:00Z"), 1, "bounds are included");
    assert_eq!(on("2026-09-01T07:00:00-05:00", "2026-09-02T04:59:59.999Z"), 2);
    assert_eq!(on("2026-09-01T12:00:00.001Z", "2026-09-02T04:59:59.998Z"), 0);
    // The operator's days are UTC's.
    let operator = world.platform().audit();
    let day = AuditMoment::parse("2026-09-01").ok();
    assert!(listed(&operator, &AuditFilter { from: day, to: day, ..none() }).len() >= 2);
    assert!(listed(&operator, &AuditFilter { from: AuditMoment::parse("2026-09-02").ok(), ..none() }).is_empty());
}

#[test]
fn a_filter_that_makes_no_sense_is_refused_by_name() {
    let world = World::new();
    let log = admin(&world);
    let refused = |filter: AuditFilter| match log.list(&filter, PageRequest::default()) {
        Err(polaris_core::Error::BadRequest { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(AuditFilter { actor_id: Some(7), ..none() }), "actor_id");
    assert_eq!(refused(AuditFilter { resource_id: text("7"), ..none() }), "resource_id");
    assert_eq!(refused(AuditFilter { action: text(""), ..none() }), "action");
    assert_eq!(refused(AuditFilter { action: text("a\0b"), ..none() }), "action");
    assert_eq!(refused(AuditFilter { resource_kind: text(&"x".repeat(101)), ..none() }), "resource_kind");
    let (from, to) = (AuditMoment::parse("2026-09-02").ok(), AuditMoment::parse("2026-09-01T12:00:00Z").ok());
    assert_eq!(refused(AuditFilter { from, to, ..none() }), "from");
    assert!(log.export(&AuditFilter { actor_id: Some(7), ..none() }, ExportFormat::Csv).is_err());
    for bad in ["", "yesterday", "2026-13-01", "2026-02-30", "2026-01-15T09:00", "2026-01-15 09:00:00Z0", "９９９９-01-01"] {
        assert!(AuditMoment::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_log_can_be_followed_from_the_last_entry_seen() {
    let world = World::new();
    let log = admin(&world);
    let mut seen: Vec<i64> = Vec::new();
    for round in 0..3 {
        for _ in 0..round {
            world.kckps().events().create(career_day()).unwrap();
        }
        loop {
            let after = seen.last().map(|id| AuditId::new(*id));
            let new = log.follow(&AuditFilter { after, ..none() }, 2).unwrap();
            seen.extend(new.iter().map(|entry| entry.id.get()));
            if new.len() < 2 {
                break;
            }
        }
    }
    assert_eq!(seen, [1, 2, 3, 4]);
}

fn exported(log: &AuditLog, filter: &AuditFilter, format: ExportFormat) -> (u64, Vec<String>) {
    let mut export = log.export(filter, format).unwrap();
    let mut text = Vec::new();
    while let Some(piece) = export.next_piece().unwrap() {
        assert!(!piece.is_empty());
        text.extend(piece);
    }
    assert!(export.next_piece().unwrap().is_none());
    (export.rows(), String::from_utf8(text).unwrap().lines().map(str::to_owned).collect())
}

#[test]
fn an_export_has_the_whole_log_in_order_and_is_itself_in_the_log_with_its_row_count() {
    let world = World::new();
    world.raw("kckps").execute_batch("PRAGMA synchronous = OFF").unwrap();
    for _ in 0..3 {
        world.kckps().events().create(career_day()).unwrap();
    }
    let log = admin(&world);
    let (rows, lines) = exported(&log, &none(), ExportFormat::Jsonl);
    let entries: Vec<serde_json::Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((rows, entries.len()), (4, 4));
    assert!(entries.iter().enumerate().all(|(at, entry)| entry["id"] == at + 1));
    let mut newest_first: Vec<_> = listed(&log, &none()).iter().map(|entry| serde_json::to_value(entry).unwrap()).collect();
    let about_export = newest_first.remove(0);
    newest_first.reverse();
    assert_eq!(entries, newest_first);
    assert_eq!((&about_export["action"], &about_export["resource_id"]), (&"audit.export".into(), &"kckps".into()));
    assert_eq!(about_export["details"], serde_json::json!({ "format": "jsonl", "rows": 4, "filter": {} }));

    let only = AuditFilter { action: text("event."), after: Some(AuditId::new(2)), ..none() };
    let (rows, lines) = exported(&log, &only, ExportFormat::Csv);
    assert_eq!((rows, lines.len()), (2, 3));
    assert_eq!(
        lines[0],
        "id,occurred_at,actor_kind,actor_id,actor_role,actor_name,address,action,resource_kind,resource_id,request_id,outcome,details,hash"
    );
    assert!(
        lines[1].starts_with("3,2026-09-01T12:00:00.000Z,tenant_user,7,coordinator,Pat Lee,,event.create,event,2,,done,\"{"),
        "{}",
        lines[1]
    );
    let told = &listed(&log, &none())[0].details;
    assert_eq!((&told["rows"], &told["filter"]), (&2.into(), &serde_json::json!({ "action": "event.", "after": 2 })));
    // The operator's.
    let (rows, lines) = exported(&world.platform().audit(), &none(), ExportFormat::Jsonl);
    assert_eq!(rows as usize, lines.len());
    assert_eq!(listed(&world.platform().audit(), &none())[0].resource_id, text("operator"));
}

#[test]
fn an_export_is_handed_out_in_pieces_and_holds_no_reader_between_them() {
    let world = World::with(|config| config.readers = 1);
    let raw = world.raw("kckps");
    // More than a few pieces; the chain is no matter here.
    raw.execute_batch(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
         INSERT INTO audit_entries (occurred_at, actor_kind, personal_digest, action, outcome, details, previous_hash, hash)
         SELECT '2026-09-01T12:00:00.000Z', 'public', '', CASE i WHEN 8990 THEN 'rare.thing' ELSE 'thing.do' END, 'done', '{}', '', '' FROM n;",
    )
    .unwrap();
    let log = admin(&world);
    let mut export = log.export(&none(), ExportFormat::Jsonl).unwrap();
    let mut pieces = 0;
    while let Some(piece) = export.next_piece().unwrap() {
        pieces += 1;
        assert!(piece.len() < 2 << 20);
        // With one reader in all: it would wait for ever.
        world.kckps().events().create(NewEvent { ..career_day() }).unwrap();
        assert!(log.list(&none(), PageRequest::default()).is_ok());
    }
    assert!(pieces >= 5, "{pieces}");
    assert_eq!(export.rows(), 9_001, "what was written meanwhile is not in it");
    let rare = AuditFilter { action: text("rare.thing"), ..none() };
    assert_eq!(exported(&log, &rare, ExportFormat::Jsonl).1.len(), 1);
}

#[test]
fn a_cell_that_would_be_a_formula_is_text() {
    let world = World::new();
    let caller = Caller::new(Actor::tenant_user(7, "=HYPERLINK(\"http://evil\")", Role::Admin), Context::default());
    world.polaris.tenant("kckps", caller).unwrap().events().create(career_day()).unwrap();
    let (_, lines) = exported(&admin(&world), &none(), ExportFormat::Csv);
    assert!(lines[2].contains(",\"'=HYPERLINK(\"\"http://evil\"\")\","), "{}", lines[2]);
}

#[test]
fn support_staff_read_the_log_and_take_nothing_out() {
    let world = World::new();
    let sam = world.polaris.tenant("kckps", Actor::staff("Sam", StaffRole::Support)).unwrap();
    assert_eq!(code(sam.audit().list(&none(), PageRequest::default())), "ok");
    assert_eq!(code(sam.audit().export(&none(), ExportFormat::Csv)), "FORBIDDEN");
    let platform = world.polaris.platform(Actor::staff("Sam", StaffRole::Support)).unwrap();
    assert_eq!(code(platform.audit().verify(None)), "ok");
    assert_eq!(code(platform.audit().export(&none(), ExportFormat::Csv)), "FORBIDDEN");
}
