//! How often the public API may be asked (FR-API-105).

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use polaris_core::types::{ApiKeyId, EventRef};
use polaris_core::{
    Context, Error, EventFilter, NewApiKey, PageRequest, Patience, Polaris, PublicStatus, Quota, RateLimits, Role, Unavailable,
};

use super::support::{World, code, start};

fn refusal(answer: polaris_core::Result<polaris_core::PublicApi>) -> (u32, Option<Quota>) {
    match answer {
        Err(Error::RateLimitExceeded { retry_after, quota }) => (retry_after, quota),
        other => panic!("{}", code(other)),
    }
}

/// Comes from this address, with this key.
fn from(polaris: &Polaris, address: &str, slug: &str, key: &str) -> &'static str {
    let context = Context { address: Some(address.into()), ..Context::default() };
    code(polaris.public_api(slug, Some(key), context, Patience::Wait))
}

fn last_used(world: &World) -> Option<String> {
    world.raw("kckps").query_row("SELECT last_used_at FROM api_keys WHERE id = 1", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_key_is_good_for_sixty_requests_a_minute_and_told_how_many_are_left() {
    let world = World::new();
    for left in (0..60).rev() {
        let quota = world.public().quota();
        assert_eq!(quota, Quota { limit: 60, remaining: left, resets_at: start() + TimeDelta::minutes(1) });
    }
    world.clock.advance(TimeDelta::milliseconds(59_001));
    let (retry_after, quota) = refusal(world.enter("kckps", Some(world.key())));
    assert_eq!((retry_after, quota.unwrap().remaining), (1, 0));
    world.clock.advance(TimeDelta::seconds(retry_after.into()));
    assert_eq!(world.public().quota().remaining, 59, "what was promised holds");
}

#[test]
fn each_key_is_counted_for_itself_and_whatever_it_asks() {
    let world = World::new();
    let app = world.as_role(Role::Admin).api_keys().create(&NewApiKey { name: "App".into() }).unwrap().api_key;
    for _ in 0..20 {
        let public = world.public();
        // What is asked behind the door costs nothing more, and what is not found was asked all the same.
        let _ = public.get(&EventRef::parse("nothing"));
        let _ = world.public().list(&PublicStatus::Published, &EventFilter::default(), PageRequest::default());
        let _ = world.public().upcoming(&EventFilter::default(), PageRequest::default());
    }
    refusal(world.enter("kckps", Some(world.key())));
    world.enter("kckps", Some(app.reveal())).unwrap();
    world.enter("hickman", Some(world.key_of_hickman())).unwrap();
}

#[test]
fn limits_are_configured() {
    let world = World::with(|config| config.rate_limits = RateLimits { per_minute: 100, per_hour: 5, per_day: 7 });
    let ask = || world.enter("kckps", Some(world.key()));
    for left in (0..5).rev() {
        assert_eq!(ask().unwrap().quota(), Quota { limit: 5, remaining: left, resets_at: start() + TimeDelta::hours(1) });
    }
    assert_eq!(refusal(ask()).0, 3_600);
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(ask().unwrap().quota(), Quota { limit: 7, remaining: 1, resets_at: start() + TimeDelta::days(1) });
    ask().unwrap();
    assert_eq!(refusal(ask()).0, 23 * 3_600);
}

#[test]
fn the_limit_comes_before_the_feature_and_after_the_key() {
    let world = World::new();
    (0..60).for_each(|_| drop(world.public()));
    world.raw("kckps").execute("UPDATE settings SET features = json_set(features, '$.events', json('false'))", []).unwrap();
    refusal(world.enter("kckps", Some(world.key())));
    assert_eq!(code(world.enter("kckps", Some("plrs_guess"))), "INVALID_API_KEY");
    world.raw("kckps").execute("UPDATE tenant SET state = 'inactive'", []).unwrap();
    assert_eq!(code(world.enter("kckps", Some(world.key()))), "TENANT_NOT_FOUND");
}

#[test]
fn however_many_ask_at_once_no_more_get_through() {
    let world = World::new();
    let through = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let entered = world.polaris.public_api("kckps", Some(world.key()), Context::default(), Patience::Wait);
                    through.fetch_add(u32::from(entered.is_ok()), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(through.into_inner(), 60);
}

#[test]
fn a_restart_does_not_give_the_hour_anew() {
    let world = World::with(|config| config.rate_limits = RateLimits { per_minute: 1_000, per_hour: 100, per_day: 1_000 });
    (0..98).for_each(|_| drop(world.public()));
    let limits = RateLimits { per_minute: 1_000, per_hour: 100, per_day: 1_000 };
    let restarted = Polaris::builder(polaris_core::Config { rate_limits: limits, ..polaris_core::Config::at(world.root.path()) });
    let restarted = restarted.clock(world.clock.clone()).open().unwrap();
    let through = (0..100).filter(|_| code(restarted.public_api("kckps", Some(world.key()), Context::default(), Patience::Wait)) == "ok");
    let through = through.count();
    assert!((2..=2 + 5).contains(&through), "a twentieth at most is forgotten: {through}");
}

#[test]
fn last_use_is_noted_to_the_hour_and_seldom() {
    let world = World::new();
    assert_eq!(last_used(&world), None);
    world.clock.advance(TimeDelta::minutes(47));
    world.public();
    assert_eq!(last_used(&world).as_deref(), Some("2026-09-01T12:00:00.000Z"));
    assert_eq!(world.as_role(Role::Admin).api_keys().get(ApiKeyId::new(1)).unwrap().last_used_at, Some(start()));
    let version = || world.raw("kckps").query_row("SELECT hour_count FROM api_keys", [], |row| row.get::<_, u32>(0)).unwrap();
    (0..10).for_each(|_| drop(world.public()));
    assert_eq!(version(), 1, "no write for each request");
    world.clock.advance(TimeDelta::minutes(13));
    world.public();
    assert_eq!(last_used(&world).as_deref(), Some("2026-09-01T13:00:00.000Z"));
    // It is no change of the tenant: nothing in its audit log, no answer rendered anew.
    let sql = "SELECT (SELECT count(*) FROM audit_entries) || ' ' || public_rev || ' ' || settings_rev FROM tenant";
    assert_eq!(world.raw("kckps").query_row(sql, [], |row| row.get::<_, String>(0)).unwrap(), "1 1 1");
}

#[test]
fn who_may_not_wait_writes_nothing_down_until_told_to() {
    let world = World::new();
    let hasty = || world.polaris.public_api("kckps", Some(world.key()), Context::default(), Patience::Never);
    assert!(matches!(hasty(), Err(Error::Unavailable(Unavailable::WouldWait))), "it isn't open yet");
    assert_eq!(world.public().quota().remaining, 59);
    assert_eq!(hasty().unwrap().quota().remaining, 58);
    world.clock.advance(TimeDelta::hours(1));
    let mut entered = hasty().unwrap();
    assert!(entered.owes_note() && entered.quota().remaining == 59);
    assert!(!hasty().unwrap().owes_note(), "one is enough");
    assert_eq!(last_used(&world).as_deref(), Some("2026-09-01T12:00:00.000Z"));
    entered.note_use();
    assert_eq!(last_used(&world).as_deref(), Some("2026-09-01T13:00:00.000Z"));
    assert!(!entered.owes_note());
}

#[test]
fn a_full_disk_or_a_busy_writer_keeps_nobody_from_reading() {
    let world = World::new();
    world.public();
    world.clock.advance(TimeDelta::hours(1));
    let busy = world.raw("kckps");
    busy.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(world.public().quota().remaining, 59);
    assert_eq!(world.public().quota().remaining, 58, "and it is not tried with each request");
}

#[test]
fn after_twenty_wrong_keys_or_unknown_tenants_an_address_is_told_no_more() {
    let world = World::new();
    let ask = |slug: &str, key: &str| from(&world.polaris, "192.0.2.7", slug, key);
    for number in 0..10 {
        assert_eq!(ask("kckps", &format!("guess {number}")), "INVALID_API_KEY");
        assert_eq!(ask(&format!("nobody-{number}"), world.key()), "TENANT_NOT_FOUND");
    }
    for (slug, key) in [("kckps", "guess"), ("kckps", world.key_of_hickman()), ("nobody", "guess"), ("nobody", world.key()), ("KCKPS", "x")]
    {
        assert_eq!(ask(slug, key), "RATE_LIMIT_EXCEEDED", "{slug}");
    }
    assert_eq!(ask("kckps", world.key()), "ok", "whoever has a right key is let in");
    assert_eq!(ask("kckps", ""), "MISSING_API_KEY");
    assert_eq!(from(&world.polaris, "192.0.2.8", "kckps", "guess"), "INVALID_API_KEY", "others are not in on it");
    world.clock.advance(TimeDelta::seconds(599));
    assert_eq!(ask("kckps", "guess"), "RATE_LIMIT_EXCEEDED");
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(ask("kckps", "guess"), "INVALID_API_KEY");
}

#[test]
fn right_keys_never_count_against_an_address_and_say_when_to_come_back() {
    let world = World::new();
    for _ in 0..60 {
        assert_eq!(from(&world.polaris, "192.0.2.7", "kckps", world.key()), "ok");
    }
    // Used up is not wrong.
    for _ in 0..30 {
        assert_eq!(from(&world.polaris, "192.0.2.7", "kckps", world.key()), "RATE_LIMIT_EXCEEDED");
    }
    assert_eq!(from(&world.polaris, "192.0.2.7", "kckps", "guess"), "INVALID_API_KEY");
}

#[test]
fn an_address_is_the_network_of_a_household() {
    let world = World::new();
    for number in 0..20 {
        assert_eq!(from(&world.polaris, &format!("2001:db8:1:2::{number:x}"), "kckps", "guess"), "INVALID_API_KEY");
        assert_eq!(from(&world.polaris, "::ffff:192.0.2.7", "kckps", "guess"), "INVALID_API_KEY");
    }
    assert_eq!(from(&world.polaris, "2001:db8:1:2:ffff::1", "kckps", "guess"), "RATE_LIMIT_EXCEEDED");
    assert_eq!(from(&world.polaris, "2001:db8:1:3::1", "kckps", "guess"), "INVALID_API_KEY");
    assert_eq!(from(&world.polaris, "192.0.2.7", "kckps", "guess"), "RATE_LIMIT_EXCEEDED");
}

#[test]
fn a_program_that_hands_on_no_address_is_not_counted() {
    let world = World::new();
    for _ in 0..30 {
        assert_eq!(code(world.enter("kckps", Some("guess"))), "INVALID_API_KEY");
    }
}
