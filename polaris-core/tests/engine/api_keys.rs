//! The keys of the public API: made, listed, rotated, revoked, taken over (FR-API-104, FR-API-106).

use chrono::TimeDelta;
use polaris_core::types::{ApiKey, ApiKeyId};
use polaris_core::{
    Actor, ApiKeyState, AuditFilter, BackupRef, NewApiKey, NewKeyAdoption, NewKeyRotation, NewRestore, PageRequest, Role, StaffRole,
    TenantHandle,
};

use super::support::{World, code, start};

const EARLIER: &str = "d2705415c1d2465d2b36aac6f7df05cb4a925169ebe2c0c46f4529600fc3a77f";
const EARLIER_HASH: &str = "e09e0c44df9d0ba71b6aa4c6b0734eefb90c15f6260e088d729970329d0f5e1c";

fn admin(world: &World) -> TenantHandle {
    world.as_role(Role::Admin)
}

fn named(name: &str) -> NewApiKey {
    NewApiKey { name: name.into() }
}

fn grace(hours: i64) -> NewKeyRotation {
    NewKeyRotation { grace_hours: Some(hours) }
}

fn staff(world: &World, role: StaffRole) -> TenantHandle {
    world.polaris.tenant("kckps", Actor::staff("Robin", role)).unwrap()
}

fn adoption(hash: &str) -> NewKeyAdoption {
    NewKeyAdoption { hash: hash.into(), name: "Old website".into() }
}

fn lets_in(world: &World, key: &str) -> bool {
    match code(world.enter("kckps", Some(key))) {
        "ok" => true,
        "INVALID_API_KEY" => false,
        other => panic!("{other}"),
    }
}

fn only(world: &World) -> ApiKeyState {
    let [key] = admin(world).api_keys().list().unwrap().try_into().unwrap();
    key
}

#[test]
fn a_tenant_begins_with_a_key_for_its_website() {
    let world = World::new();
    let key = only(&world);
    assert_eq!((key.id, key.name.as_str(), key.created_at), (ApiKeyId::new(1), "Website", start()));
    assert_eq!((key.hint.as_str(), key.last_used_at, key.expires_at), (&*format!("{}…", &world.key()[..9]), None, None));
    assert_eq!(world.platform().tenants().get("kckps").unwrap().api_keys, [key], "the operator sees the same");
}

#[test]
fn each_program_can_have_a_key_of_its_own() {
    let world = World::new();
    let made = admin(&world).api_keys().create(&named("  Mobile app ")).unwrap();
    assert_eq!((made.key.name.as_str(), made.replaced), ("Mobile app", None));
    assert!(made.api_key.reveal().starts_with(made.key.hint.trim_end_matches('…')));
    assert_eq!(admin(&world).api_keys().get(made.key.id).unwrap(), made.key);
    assert!(lets_in(&world, world.key()) && lets_in(&world, made.api_key.reveal()));
    assert_eq!(code(world.enter("hickman", Some(made.api_key.reveal()))), "INVALID_API_KEY");
    let stored: String =
        world.raw("kckps").query_row("SELECT group_concat(hash || hint || name) FROM api_keys", [], |row| row.get(0)).unwrap();
    assert!(!stored.contains(&made.api_key.reveal()[10..]), "nothing stored gives the key away");
}

#[test]
fn a_rotated_key_dies_at_once() {
    let world = World::new();
    let rotated = admin(&world).api_keys().rotate(ApiKeyId::new(1), &NewKeyRotation::default()).unwrap();
    assert_eq!((rotated.key.id, rotated.key.name.as_str(), &rotated.replaced), (ApiKeyId::new(2), "Website", &None));
    assert!(!lets_in(&world, world.key()), "the next request");
    assert!(lets_in(&world, rotated.api_key.reveal()));
    assert_eq!(admin(&world).api_keys().list().unwrap()[0].id, rotated.key.id);
    assert_eq!(code(admin(&world).api_keys().rotate(ApiKeyId::new(1), &NewKeyRotation::default())), "API_KEY_NOT_FOUND");
}

#[test]
fn another_process_refuses_a_rotated_key_at_once_too() {
    let world = World::new();
    let other = world.another();
    let enter = || code(other.public_api("kckps", Some(world.key()), Default::default(), Default::default()));
    assert_eq!(enter(), "ok");
    admin(&world).api_keys().rotate(ApiKeyId::new(1), &grace(0)).unwrap();
    assert_eq!(enter(), "INVALID_API_KEY");
}

#[test]
fn a_grace_keeps_the_old_key_until_it_is_over() {
    let world = World::new();
    let rotated = admin(&world).api_keys().rotate(ApiKeyId::new(1), &grace(24)).unwrap();
    let end = start() + TimeDelta::hours(24);
    assert_eq!(rotated.replaced.as_ref().unwrap().expires_at, Some(end));
    assert_eq!(admin(&world).api_keys().list().unwrap(), [rotated.replaced.clone().unwrap(), rotated.key.clone()]);
    let again = admin(&world).api_keys().rotate(ApiKeyId::new(1), &grace(24)).unwrap_err();
    assert!(again.code() == "CONFLICT" && again.to_string().contains("2026-09-02 12:00 UTC"), "{again}");

    world.clock.set(end - TimeDelta::milliseconds(1));
    assert!(lets_in(&world, world.key()) && lets_in(&world, rotated.api_key.reveal()));
    world.clock.set(end);
    assert!(!lets_in(&world, world.key()) && lets_in(&world, rotated.api_key.reveal()));
    assert_eq!(only(&world).id, rotated.key.id, "what has ended is not listed");
    assert_eq!(code(admin(&world).api_keys().get(ApiKeyId::new(1))), "API_KEY_NOT_FOUND");
    assert_eq!(code(admin(&world).api_keys().revoke(ApiKeyId::new(1))), "API_KEY_NOT_FOUND");
}

#[test]
fn a_grace_is_whole_hours_up_to_thirty_days() {
    let world = World::new();
    for bad in [-1, 721, i64::MAX, i64::MIN] {
        let refused = admin(&world).api_keys().rotate(ApiKeyId::new(1), &grace(bad)).unwrap_err();
        assert_eq!((refused.code(), refused.fields()[0].field.as_str()), ("VALIDATION_FAILED", "grace_hours"), "{bad}");
    }
    assert!(lets_in(&world, world.key()), "nothing was changed");
    assert!(admin(&world).api_keys().rotate(ApiKeyId::new(1), &grace(720)).unwrap().replaced.is_some());
}

#[test]
fn a_revoked_key_dies_at_once_also_in_its_grace() {
    let world = World::new();
    let rotated = admin(&world).api_keys().rotate(ApiKeyId::new(1), &grace(24)).unwrap();
    assert_eq!(admin(&world).api_keys().revoke(ApiKeyId::new(1)).unwrap(), rotated.replaced.unwrap());
    assert!(!lets_in(&world, world.key()) && lets_in(&world, rotated.api_key.reveal()));
    admin(&world).api_keys().revoke(rotated.key.id).unwrap();
    assert!(!lets_in(&world, rotated.api_key.reveal()));
    assert_eq!(admin(&world).api_keys().list().unwrap(), [], "a tenant may have none");
    let number = admin(&world).api_keys().create(&named("Website")).unwrap().key.id;
    assert_eq!(number, ApiKeyId::new(3), "numbers are not used again");
}

#[test]
fn names_are_needed_and_bounded() {
    let world = World::new();
    for (name, problem) in [("", "REQUIRED"), ("  ", "REQUIRED"), (&*"x".repeat(101), "TOO_LONG"), ("a\u{0}b", "CONTROL_CHARACTERS")] {
        let refused = admin(&world).api_keys().create(&named(name)).unwrap_err();
        assert_eq!((refused.fields()[0].field.as_str(), refused.fields()[0].code), ("name", problem));
    }
}

#[test]
fn a_tenant_has_ten_keys_at_most_those_in_their_grace_included() {
    let world = World::new();
    for _ in 0..8 {
        admin(&world).api_keys().create(&named("App")).unwrap();
    }
    admin(&world).api_keys().rotate(ApiKeyId::new(1), &grace(1)).unwrap();
    assert_eq!(code(admin(&world).api_keys().create(&named("App"))), "CONFLICT");
    assert_eq!(code(admin(&world).api_keys().rotate(ApiKeyId::new(2), &grace(1))), "CONFLICT");
    assert_eq!(code(staff(&world, StaffRole::Admin).api_keys().adopt(&adoption(EARLIER_HASH))), "CONFLICT");
    admin(&world).api_keys().rotate(ApiKeyId::new(2), &grace(0)).unwrap();
    world.clock.advance(TimeDelta::hours(1));
    admin(&world).api_keys().create(&named("App")).unwrap();
}

#[test]
fn a_key_of_the_earlier_application_is_taken_over_by_its_hash() {
    let world = World::new();
    assert!(!lets_in(&world, EARLIER));
    let adopted = staff(&world, StaffRole::Admin).api_keys().adopt(&adoption(&format!(" {} ", EARLIER_HASH.to_uppercase()))).unwrap();
    assert_eq!((adopted.name.as_str(), adopted.hint.as_str()), ("Old website", "hash e09e0c44…"));
    assert!(lets_in(&world, EARLIER));
    assert!(!lets_in(&world, EARLIER_HASH), "the hash is no key");
    assert_eq!(code(world.enter("hickman", Some(EARLIER))), "INVALID_API_KEY");
    let again = staff(&world, StaffRole::Admin).api_keys().adopt(&adoption(EARLIER_HASH)).unwrap_err();
    assert!(again.code() == "CONFLICT" && again.to_string().contains("number 2"), "{again}");
    // From then on it is a key as any other.
    let rotated = admin(&world).api_keys().rotate(adopted.id, &grace(0)).unwrap();
    assert!(!lets_in(&world, EARLIER) && ApiKey::parse(rotated.api_key.reveal()).unwrap().hint().starts_with("plrs_"));
}

#[test]
fn what_is_no_hash_is_refused_by_name_with_everything_else() {
    let world = World::new();
    for bad in ["", "plrs_", &EARLIER_HASH[1..], &EARLIER_HASH.replace('e', "g"), &"é".repeat(32), world.key()] {
        let refused =
            staff(&world, StaffRole::Admin).api_keys().adopt(&NewKeyAdoption { hash: bad.into(), name: String::new() }).unwrap_err();
        let fields: Vec<_> = refused.fields().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["hash", "name"]);
        assert!(bad.is_empty() || !refused.to_string().contains(bad), "what was given may be a secret");
    }
}

#[test]
fn keys_are_the_admins_and_the_operators_admins_to_look_after() {
    let world = World::new();
    let may = |handle: &TenantHandle| {
        let keys = handle.api_keys();
        [
            code(keys.list()),
            code(keys.get(ApiKeyId::new(99))),
            code(keys.create(&NewApiKey::default())),
            code(keys.rotate(ApiKeyId::new(99), &NewKeyRotation::default())),
            code(keys.revoke(ApiKeyId::new(99))),
            code(keys.adopt(&NewKeyAdoption::default())),
        ]
    };
    let no = "FORBIDDEN";
    let (gone, bad) = ("API_KEY_NOT_FOUND", "VALIDATION_FAILED");
    assert_eq!(may(&admin(&world)), ["ok", gone, bad, gone, gone, no]);
    assert_eq!(may(&staff(&world, StaffRole::Admin)), ["ok", gone, bad, gone, gone, bad]);
    assert_eq!(may(&staff(&world, StaffRole::Support)), ["ok", gone, no, no, no, no], "support staff look only");
    for role in [Role::Coordinator, Role::VirtualAdmin, Role::Viewer] {
        assert_eq!(may(&world.as_role(role)), [no; 6], "{role:?}");
    }
    assert_eq!(may(world.public().handle()), [no; 6], "a key is no key to the keys");
}

#[test]
fn the_audit_log_tells_of_each_change_by_number_and_of_no_secret() {
    let world = World::new();
    let keys = admin(&world);
    let made = keys.api_keys().create(&named("Pat's app")).unwrap();
    let rotated = keys.api_keys().rotate(made.key.id, &grace(2)).unwrap();
    keys.api_keys().revoke(rotated.key.id).unwrap();
    staff(&world, StaffRole::Admin).api_keys().adopt(&adoption(EARLIER_HASH)).unwrap();
    world.public();
    let filter = AuditFilter { action: Some("api_key.".into()), ..AuditFilter::default() };
    let mut entries = keys.audit().list(&filter, PageRequest::default()).unwrap().items;
    entries.reverse();
    let adopted = entries.pop().unwrap();
    assert_eq!((adopted.action.as_str(), adopted.resource_id.as_deref()), ("api_key.adopt", Some("4")));
    assert!(!adopted.details.to_string().contains("e09e0c"));
    let told: Vec<_> =
        entries.iter().map(|entry| format!("{} {} {}", entry.action, entry.resource_id.as_deref().unwrap(), entry.details)).collect();
    assert_eq!(told, ["api_key.create 2 {}", r#"api_key.rotate 3 {"grace_hours":2,"replaces":2}"#, "api_key.revoke 3 {}"]);
    assert!(keys.audit().verify(None).unwrap().first_break.is_none());
}

#[test]
fn keys_of_before_are_for_the_website_and_go_on_after_a_restore_as_they_are_now() {
    let world = World::new();
    let backup = world.platform().backups().create(&Default::default()).unwrap();
    let rotated = admin(&world).api_keys().rotate(ApiKeyId::new(1), &grace(48)).unwrap();
    let app = admin(&world).api_keys().create(&named("App")).unwrap();
    world.enter("kckps", Some(app.api_key.reveal())).unwrap();
    let before = admin(&world).api_keys().list().unwrap();
    world.platform().tenants().deactivate("kckps", None).unwrap();
    let restore = NewRestore { tenant: "kckps".into(), activate: true, unknown: false };
    world.platform().backups().restore(&BackupRef::named(&backup.name), &restore).unwrap();
    assert_eq!(admin(&world).api_keys().list().unwrap(), before, "names, use and ends too");
    assert!(lets_in(&world, rotated.api_key.reveal()) && lets_in(&world, world.key()) && lets_in(&world, app.api_key.reveal()));
}
