//! Changes made once, however often they are asked for: idempotency keys, as an embedding program uses them.

use polaris_core::types::EventStatus;
use polaris_core::{Actor, EventEdit, IdempotencyKey, Patch, Role, StaffRole};

use super::support::{World, career_day, code, handed_over, titled};

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

fn count(world: &World, slug: &str, sql: &str) -> i64 {
    world.raw(slug).query_row(sql, [], |row| row.get(0)).unwrap()
}

const EVENTS: &str = "SELECT count(*) FROM events";
const KEPT: &str = "SELECT count(*) FROM answered_requests";

#[test]
fn the_same_key_gets_the_first_answer_again_and_makes_one_change() {
    let world = World::new();
    let (first_key, again_key) = (key("a"), key("a"));
    let first = world.kckps().once(&first_key).events().create(career_day()).unwrap();
    world.kckps().events().publish(first.id).unwrap();
    world.clock.advance(chrono::TimeDelta::hours(23));
    let again = world.kckps().once(&again_key).events().create(career_day()).unwrap();
    assert_eq!(again, first, "the first answer, whatever has become of the event");
    assert_eq!((first_key.was_repeated(), again_key.was_repeated()), (false, true));
    assert_eq!(count(&world, "kckps", EVENTS), 1);
    assert_eq!(count(&world, "kckps", "SELECT count(*) FROM audit_entries WHERE action = 'event.create'"), 1);
    assert_eq!(world.kckps().events().get(first.id).unwrap().status, EventStatus::Published);
}

#[test]
fn a_key_is_that_of_one_actor_one_operation_and_one_tenant() {
    let world = World::new();
    let create =
        |actor: Actor, slug: &str| world.polaris.tenant(slug, actor).unwrap().once(&key("a")).events().create(career_day()).unwrap();
    let pat = || Actor::tenant_user(7, "Pat Lee", Role::Coordinator);
    let first = create(pat(), "kckps");
    let others = [
        create(Actor::tenant_user(8, "Pat Lee", Role::Coordinator), "kckps"),
        create(Actor::System, "kckps"),
        create(Actor::staff("Robin", StaffRole::Admin), "kckps"),
        create(Actor::staff("Jo", StaffRole::Admin), "kckps"),
    ];
    assert_eq!(count(&world, "kckps", EVENTS), 5);
    create(pat(), "hickman");
    assert_eq!(count(&world, "hickman", EVENTS), 1);
    // The same person under another name and role is the same.
    assert_eq!(create(Actor::tenant_user(7, "Pat Hart", Role::Admin), "kckps"), first);
    assert_eq!(create(Actor::staff("Jo", StaffRole::Admin), "kckps"), others[3]);
    let published = world.kckps().once(&key("a")).events().publish(first.id).unwrap();
    assert_eq!((published.status, count(&world, "kckps", EVENTS)), (EventStatus::Published, 5));
    // A step that is taken already is a refusal, but not under its key.
    assert_eq!(code(world.kckps().events().publish(first.id)), "INVALID_TRANSITION");
    assert_eq!(world.kckps().once(&key("a")).events().publish(first.id).unwrap(), published);
}

#[test]
fn the_key_with_another_body_is_a_conflict() {
    let world = World::new();
    let create = |body: &[u8]| world.kckps().once(&key("a").for_body(body)).events().create(career_day());
    create(b"one").unwrap();
    create(b"one").unwrap();
    let error = create(b"two").unwrap_err();
    assert_eq!(error.code(), "CONFLICT");
    assert!(error.to_string().contains("make up a new key"), "{error}");
    assert_eq!(code(create(b"")), "CONFLICT");
    assert_eq!(count(&world, "kckps", EVENTS), 1);
}

#[test]
fn after_a_day_a_key_is_forgotten_and_so_is_its_answer() {
    let world = World::new();
    let create = || world.kckps().once(&key("a")).events().create(career_day()).unwrap();
    let first = create();
    world.clock.advance(chrono::TimeDelta::hours(24) - chrono::TimeDelta::milliseconds(1));
    assert_eq!(create(), first);
    world.clock.advance(chrono::TimeDelta::milliseconds(1));
    assert_ne!(create().id, first.id);
    assert_eq!(count(&world, "kckps", KEPT), 1);
    // Any change takes the old ones away.
    world.clock.advance(chrono::TimeDelta::hours(24));
    world.kckps().events().publish(first.id).unwrap();
    assert_eq!(count(&world, "kckps", KEPT), 0);
}

#[test]
fn what_was_refused_is_not_remembered() {
    let world = World::new();
    let handle = || world.kckps().once(&key("a"));
    assert_eq!(code(handle().events().create(titled("", "2026-10-15T09:00"))), "VALIDATION_FAILED");
    assert_eq!(count(&world, "kckps", KEPT), 0);
    handle().events().create(career_day()).unwrap();
    let event = world.kckps().events().create(career_day()).unwrap();
    assert_eq!(code(handle().events().unpublish(event.id)), "INVALID_TRANSITION");
    world.kckps().events().publish(event.id).unwrap();
    assert_eq!(handle().events().unpublish(event.id).unwrap().status, EventStatus::Confirmed);
}

#[test]
fn who_may_not_do_a_thing_any_more_gets_no_earlier_answer() {
    let world = World::new();
    let create = |role| world.as_role(role).once(&key("a")).events().create(career_day());
    create(Role::Coordinator).unwrap();
    assert_eq!(code(create(Role::Viewer)), "FORBIDDEN");
    world
        .raw("kckps")
        .execute_batch("UPDATE settings SET features = '{\"events\":false}'; UPDATE tenant SET settings_rev = settings_rev + 1")
        .unwrap();
    assert_eq!(code(create(Role::Coordinator)), "FEATURE_DISABLED");
    world.platform().tenants().deactivate("kckps", None).unwrap();
    assert_eq!(code(world.polaris.tenant("kckps", Actor::System)), "TENANT_INACTIVE");
}

#[test]
fn of_twenty_at_once_with_one_key_one_makes_the_change_and_all_get_its_answer() {
    let world = World::new();
    let another = world.another();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..20)
            .map(|number| {
                let polaris = if number % 2 == 0 { &world.polaris } else { &another };
                scope.spawn(move || {
                    let tenant = polaris.tenant("kckps", Actor::tenant_user(7, "Pat Lee", Role::Coordinator)).unwrap();
                    let key = key("a");
                    (tenant.once(&key).events().create(career_day()).unwrap(), key.was_repeated())
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|(event, _)| *event == answers[0].0));
    assert_eq!(answers.iter().filter(|(_, repeated)| !repeated).count(), 1);
    assert_eq!(count(&world, "kckps", EVENTS), 1);
}

#[test]
fn secrets_are_not_kept_and_not_given_again() {
    let world = World::new();
    let create = || world.as_role(Role::Admin).once(&key("a")).users().create(handed_over("kim@example.org", "viewer")).unwrap();
    let first = create();
    let link = first.invitation.unwrap();
    let kept: String = world.raw("kckps").query_row("SELECT answer FROM answered_requests", [], |row| row.get(0)).unwrap();
    assert!(!kept.contains(link.secret.reveal()) && !kept.contains("secret"), "{kept}");
    let again = create();
    let withheld = again.invitation.unwrap();
    assert_eq!((again.user, withheld.expires_at, withheld.purpose), (first.user, link.expires_at, link.purpose));
    assert!(withheld.secret.is_withheld() && withheld.secret.reveal().is_empty());
    assert!(!link.secret.is_withheld());
    // The key itself is a digest: who reads the file can't come again with it.
    let text: String = world.raw("kckps").query_row("SELECT key || body || actor FROM answered_requests", [], |row| row.get(0)).unwrap();
    assert!(text.len() == 192 && text.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
}

#[test]
fn what_staff_repeat_is_in_the_operators_log_once() {
    let world = World::new();
    let create = || {
        let staff = Actor::staff("Robin", StaffRole::Admin);
        world.polaris.tenant("kckps", staff).unwrap().once(&key("a")).events().create(career_day()).unwrap()
    };
    assert_eq!(create(), create());
    let entries = |outcome: &str| -> i64 {
        let sql = "SELECT count(*) FROM audit_entries WHERE action = 'event.create' AND outcome = ?1";
        world.raw_registry().query_row(sql, [outcome], |row| row.get(0)).unwrap()
    };
    assert_eq!(["pending", "done", "refused"].map(entries), [1, 1, 0]);
}

#[test]
fn an_edit_under_a_key_is_made_once_too() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    let edit = || EventEdit { title: Patch::Set("Another".into()), ..EventEdit::default() };
    let first = world.kckps().once(&key("a")).events().edit(event.id, edit(), Some(1)).unwrap();
    let again = world.kckps().once(&key("a")).events().edit(event.id, edit(), Some(1)).unwrap();
    assert_eq!(again, first, "not stale: it is the same request");
}

#[test]
fn an_answer_that_cant_be_read_any_more_is_told_and_nothing_is_done_again() {
    let world = World::new();
    let create = || world.kckps().once(&key("a")).events().create(career_day());
    create().unwrap();
    world.raw("kckps").execute("UPDATE answered_requests SET answer = '{\"of\": \"an earlier version\"}'", []).unwrap();
    let error = create().unwrap_err();
    assert!(error.code() == "CONFLICT" && error.to_string().contains("carried out before"), "{error}");
    assert_eq!(count(&world, "kckps", EVENTS), 1);
}
