//! P7: staff enter a tenant, work there and leave; both logs tell of it (FR-TENANT-105).

use chrono::TimeDelta;
use polaris_core::{Caller, Context, NewSession, NewSupport, PageRequest, Platform, Role};

use super::support::{World, career_day, code, start, wait_until};

struct Staff<'w> {
    world: &'w World,
    token: String,
}

impl<'w> Staff<'w> {
    fn new(world: &'w World, name: &str, role: &str) -> Self {
        let new = NewSession { staff: name.into(), role: Some(role.into()), ..NewSession::default() };
        let token = world.platform().sessions().open(&new).unwrap().token.reveal().to_owned();
        Self { world, token }
    }

    fn caller(&self) -> Caller {
        let context = Context { address: Some("192.0.2.7".into()), request_id: Some("req-1".into()) };
        self.world.polaris.staff_session(&self.token).unwrap().within(context)
    }

    fn platform(&self) -> Platform {
        self.world.polaris.platform(self.caller()).unwrap()
    }

    fn enter(&self, slug: &str) -> polaris_core::Result<polaris_core::SupportStay> {
        self.platform().support().enter(&NewSupport { tenant: slug.into(), reason: Some("asked by phone".into()) })
    }

    /// Whether the session is good at this tenant's paths.
    fn at(&self, slug: &str) -> &'static str {
        code(self.world.polaris.support_session(&self.token, slug))
    }
}

/// Action, actor, resource and details of what a log says of support sessions.
fn story(raw: &rusqlite::Connection) -> Vec<(String, String, String, String)> {
    let sql = "SELECT action, actor_kind || ' ' || coalesce(actor_id, '-') || ' ' || coalesce(actor_name, '-'),
                      resource_kind || ' ' || resource_id, details
               FROM audit_entries WHERE action LIKE 'support.%' ORDER BY id";
    let mut statement = raw.prepare(sql).unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap().map(Result::unwrap).collect()
}

fn actions(raw: &rusqlite::Connection) -> Vec<String> {
    story(raw).into_iter().map(|(action, ..)| action).collect()
}

#[test]
fn both_logs_tell_the_same_story_of_entry_and_exit() {
    let world = World::new();
    let ash = Staff::new(&world, "Ash", "admin");
    let stay = ash.enter("kckps").unwrap();
    assert_eq!((stay.tenant.as_str(), stay.reason.as_deref(), stay.staff_name.as_str()), ("kckps", Some("asked by phone"), "Ash"));
    ash.platform().support().leave("kckps").unwrap();
    let (tenant, operator) = (story(&world.raw("kckps")), story(&world.raw_registry()));
    assert_eq!(tenant, operator);
    let [(entry, actor, resource, details), (exit, ..)] = tenant.as_slice() else { panic!("{tenant:?}") };
    assert_eq!((entry.as_str(), exit.as_str()), ("support.enter", "support.leave"));
    assert_eq!(*actor, format!("staff {} Ash", stay.staff));
    assert_eq!(*resource, format!("support_session {}", stay.id));
    assert!(details.contains("asked by phone") && !details.contains("Ash"), "{details}");
    assert!(tenant[1].3.contains(r#""because":"left""#), "{tenant:?}");
}

#[test]
fn a_session_that_has_entered_is_good_there_and_nowhere_else_until_it_leaves() {
    let world = World::new();
    let (ash, other) = (Staff::new(&world, "Ash", "admin"), Staff::new(&world, "Ash", "admin"));
    assert_eq!(ash.at("kckps"), "UNAUTHENTICATED");
    ash.enter("kckps").unwrap();
    assert_eq!(
        (ash.at("kckps"), ash.at("hickman"), ash.at("nowhere"), ash.at("KCKPS")),
        ("ok", "UNAUTHENTICATED", "UNAUTHENTICATED", "UNAUTHENTICATED")
    );
    assert_eq!(other.at("kckps"), "UNAUTHENTICATED", "another session of the same person has not entered");
    assert_eq!(code(ash.enter("kckps")), "CONFLICT");
    ash.enter("hickman").unwrap();
    assert_eq!(ash.at("hickman"), "ok");
    ash.platform().support().leave("kckps").unwrap();
    assert_eq!((ash.at("kckps"), ash.at("hickman")), ("UNAUTHENTICATED", "ok"));
    for slug in ["kckps", "nowhere", ""] {
        assert_eq!(code(ash.platform().support().leave(slug)), "NOT_FOUND", "{slug}");
    }
    ash.enter("kckps").unwrap();
    assert_eq!(ash.at("kckps"), "ok", "one may come again");
}

#[test]
fn who_has_no_staff_session_can_neither_enter_nor_leave() {
    let world = World::new();
    let new = NewSupport { tenant: "kckps".into(), reason: None };
    assert_eq!(code(world.platform().support().enter(&new)), "UNAUTHENTICATED");
    assert_eq!(code(world.platform().support().leave("kckps")), "UNAUTHENTICATED");
    let ash = Staff::new(&world, "Ash", "support");
    let platform = ash.platform();
    world.raw_registry().execute("DELETE FROM staff_sessions", []).unwrap();
    assert_eq!(code(platform.support().enter(&new)), "UNAUTHENTICATED", "a session that has ended meanwhile");
    assert!(story(&world.raw("kckps")).is_empty() && story(&world.raw_registry()).is_empty());
}

#[test]
fn what_cannot_be_entered_is_told_and_leaves_nothing() {
    let world = World::new();
    let ash = Staff::new(&world, "Ash", "support");
    let enter = |tenant: &str, reason: &str| {
        code(ash.platform().support().enter(&NewSupport { tenant: tenant.into(), reason: Some(reason.into()) }))
    };
    assert_eq!(enter("nowhere", "why"), "TENANT_NOT_FOUND");
    assert_eq!(enter(" ", "why"), "VALIDATION_FAILED");
    let both = ash.platform().support().enter(&NewSupport { tenant: String::new(), reason: Some("x".repeat(501)) }).unwrap_err();
    assert_eq!(both.fields().iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["tenant", "reason"]);
    assert_eq!(enter("kckps", &"x".repeat(501)), "VALIDATION_FAILED");
    assert_eq!(enter("nowhere", "two\nlines"), "VALIDATION_FAILED", "what was sent comes before whether it exists");
    world.raw("kckps").execute("UPDATE tenant SET state = 'inactive'", []).unwrap();
    assert_eq!(enter("kckps", "why"), "TENANT_INACTIVE");
    assert!(story(&world.raw("kckps")).is_empty() && story(&world.raw_registry()).is_empty());
}

#[test]
fn a_stay_ends_after_eight_hours_and_is_noted_as_ended_on_both_sides() {
    let world = World::new();
    let ash = Staff::new(&world, "Ash", "admin");
    assert_eq!(ash.enter("kckps").unwrap().expires_at, start() + TimeDelta::hours(8));
    world.clock.advance(TimeDelta::hours(4));
    assert_eq!(ash.at("kckps"), "ok");
    world.clock.advance(TimeDelta::hours(4));
    assert_eq!(ash.at("kckps"), "UNAUTHENTICATED");
    assert_eq!(code(world.polaris.staff_session(&ash.token)), "ok", "the session itself goes on");
    wait_until("the end is noted", || actions(&world.raw("kckps")).len() == 2 && actions(&world.raw_registry()).len() == 2);
    assert!(story(&world.raw_registry())[1].3.contains(r#""because":"expired""#));
    assert_eq!(story(&world.raw("kckps")), story(&world.raw_registry()));
    ash.enter("kckps").unwrap();
}

#[test]
fn who_comes_again_the_moment_the_time_is_up_is_noted_as_gone_first() {
    let world = World::new();
    let ash = Staff::new(&world, "Ash", "admin");
    ash.enter("kckps").unwrap();
    world.clock.advance(TimeDelta::hours(7));
    ash.caller();
    world.clock.advance(TimeDelta::hours(1));
    ash.enter("kckps").unwrap();
    let expected = ["support.enter", "support.leave", "support.enter"];
    assert_eq!(
        (actions(&world.raw("kckps")), actions(&world.raw_registry())),
        (expected.map(str::to_owned).into(), expected.map(str::to_owned).into())
    );
}

#[test]
fn a_stay_never_outlasts_its_session() {
    let world = World::new();
    let ash = Staff::new(&world, "Ash", "admin");
    for _ in 0..(30 * 4 - 1) {
        world.clock.advance(TimeDelta::hours(6));
        ash.caller();
    }
    assert_eq!(ash.enter("kckps").unwrap().expires_at, start() + TimeDelta::days(30));
    world.clock.advance(TimeDelta::hours(6));
    assert_eq!(ash.at("kckps"), "UNAUTHENTICATED");
}

#[test]
fn a_deactivated_account_is_nowhere() {
    let world = World::new();
    let ash = Staff::new(&world, "Ash", "admin");
    ash.enter("kckps").unwrap();
    world.raw_registry().execute("UPDATE staff SET active = 0", []).unwrap();
    assert_eq!(ash.at("kckps"), "UNAUTHENTICATED");
}

#[test]
fn support_staff_read_inside_and_change_nothing() {
    let world = World::new();
    let sam = Staff::new(&world, "Sam", "support");
    sam.enter("kckps").unwrap();
    let inside = world.polaris.support_session(&sam.token, "kckps").unwrap();
    let kckps = world.polaris.tenant("kckps", inside).unwrap();
    assert_eq!(code(kckps.events().list(&Default::default(), Default::default(), PageRequest::default())), "ok");
    assert_eq!(code(kckps.events().create(career_day())), "FORBIDDEN");
}

#[test]
fn admins_see_who_is_where_and_support_staff_see_themselves() {
    let world = World::new();
    let (ash, sam) = (Staff::new(&world, "Ash", "admin"), Staff::new(&world, "Sam", "support"));
    ash.enter("kckps").unwrap();
    world.clock.advance(TimeDelta::minutes(1));
    sam.enter("kckps").unwrap();
    sam.enter("hickman").unwrap();
    let listed = |platform: Platform| -> Vec<String> {
        let page = platform.support().list(PageRequest::default()).unwrap();
        assert_eq!(page.total as usize, page.items.len());
        page.items.iter().map(|stay| format!("{} in {}", stay.staff_name, stay.tenant)).collect()
    };
    let all = ["Sam in hickman", "Sam in kckps", "Ash in kckps"];
    assert_eq!(listed(ash.platform()), all);
    assert_eq!(listed(world.platform()), all, "the operator at the machine");
    assert_eq!(listed(sam.platform()), all[..2]);
    sam.platform().support().leave("hickman").unwrap();
    world.clock.advance(TimeDelta::hours(4));
    sam.caller();
    world.clock.advance(TimeDelta::hours(4) - TimeDelta::minutes(1));
    assert_eq!(listed(world.platform()), ["Sam in kckps"], "Ash's time is up");
    assert_eq!(code(world.polaris.platform(polaris_core::Actor::tenant_user(7, "Pat", Role::Admin))), "FORBIDDEN");
}

#[test]
fn two_who_enter_with_one_session_at_once_are_there_once() {
    let world = World::new();
    let ash = Staff::new(&world, "Ash", "admin");
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| code(ash.enter("kckps")))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| **answer == "ok").count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| ["ok", "CONFLICT"].contains(answer)), "{answers:?}");
    assert_eq!(actions(&world.raw_registry()), ["support.enter"]);
}

#[test]
fn one_can_leave_a_tenant_whose_file_is_gone() {
    let world = World::new();
    let ash = Staff::new(&world, "Ash", "admin");
    ash.enter("kckps").unwrap();
    std::fs::rename(world.file("kckps"), world.root.path().join("elsewhere")).unwrap();
    let other = world.another();
    let platform = other.platform(other.staff_session(&ash.token).unwrap()).unwrap();
    platform.support().leave("kckps").unwrap();
    assert!(story(&world.raw_registry())[1].3.contains(r#""noted_in_tenant":false"#));
    assert_eq!(code(other.support_session(&ash.token, "kckps")), "UNAUTHENTICATED");
}
