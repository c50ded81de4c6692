//! The public event API as the core answers it: keys, and what a district's website may see (FR-API-101…103).

use chrono::{TimeDelta, Utc};
use polaris_core::types::{EventRef, EventStatus, KeyHash, SessionToken, parse_date};
use polaris_core::{Context, EventFilter, NewEvent, PageRequest, Patience, PublicStatus};

use super::support::{World, career_day, code, published, start, titled};

fn listed(world: &World, status: &PublicStatus, filter: &EventFilter) -> Vec<String> {
    let page = world.public().list(status, filter, PageRequest::default()).unwrap().value;
    page.items.into_iter().map(|seen| seen.event.title).collect()
}

fn upcoming(world: &World) -> Vec<String> {
    let page = world.public().upcoming(&EventFilter::default(), PageRequest::default()).unwrap().value;
    page.items.into_iter().map(|seen| seen.event.title).collect()
}

#[test]
fn checks_run_in_the_order_of_the_contract() {
    let world = World::new();
    let key = world.key();
    let mistyped = key.replace("plrs_", "plrs-");
    for (slug, key, expected) in [
        ("kckps", None, "MISSING_API_KEY"),
        ("nobody", None, "MISSING_API_KEY"),
        ("kckps", Some(""), "MISSING_API_KEY"),
        ("nobody", Some(key), "TENANT_NOT_FOUND"),
        ("KCKPS", Some(key), "TENANT_NOT_FOUND"),
        ("../kckps", Some(key), "TENANT_NOT_FOUND"),
        ("", Some(key), "TENANT_NOT_FOUND"),
        ("kckps", Some("plrs_guess"), "INVALID_API_KEY"),
        ("kckps", Some(mistyped.as_str()), "INVALID_API_KEY"),
        ("kckps", Some(world.key_of_hickman()), "INVALID_API_KEY"),
        ("kckps", Some(SessionToken::generate([1; 32]).reveal()), "INVALID_API_KEY"),
        ("kckps", Some(key), "ok"),
        ("hickman", Some(world.key_of_hickman()), "ok"),
    ] {
        assert_eq!(code(world.enter(slug, key)), expected, "{slug} {key:?}");
    }
}

#[test]
fn an_inactive_tenant_looks_like_an_unknown_one() {
    let world = World::new();
    world.enter("kckps", Some(world.key())).unwrap();
    world.raw("kckps").execute("UPDATE tenant SET state = 'inactive'", []).unwrap();
    assert_eq!(code(world.enter("kckps", Some(world.key()))), "TENANT_NOT_FOUND");
    assert_eq!(code(world.enter("kckps", Some("plrs_guess"))), "TENANT_NOT_FOUND", "whatever the key");
    world.raw("kckps").execute("UPDATE tenant SET state = 'active'", []).unwrap();
    world.raw_registry().execute("UPDATE tenants SET state = 'inactive' WHERE slug = 'hickman'", []).unwrap();
    assert_eq!(code(world.enter("hickman", Some(world.key_of_hickman()))), "TENANT_NOT_FOUND");
    world.enter("kckps", Some(world.key())).unwrap();
}

#[test]
fn a_key_ends_when_it_expires() {
    let world = World::new();
    world.raw("kckps").execute("UPDATE api_keys SET expires_at = '2026-09-01T12:00:01.000Z'", []).unwrap();
    assert_eq!(code(world.enter("kckps", Some(world.key()))), "ok");
    world.clock.advance(TimeDelta::milliseconds(999));
    assert_eq!(code(world.enter("kckps", Some(world.key()))), "ok");
    world.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(code(world.enter("kckps", Some(world.key()))), "INVALID_API_KEY");
    assert!(world.platform().tenants().get("kckps").unwrap().api_keys.is_empty(), "keys in force");
}

#[test]
fn keys_of_the_earlier_application_go_on_working() {
    let world = World::new();
    let earlier = "d2705415c1d2465d2b36aac6f7df05cb4a925169ebe2c0c46f4529600fc3a77f";
    let hash: KeyHash = polaris_core::types::ApiKey::parse(earlier).unwrap().hash();
    world
        .raw("kckps")
        .execute("INSERT INTO api_keys (hash, hint, created_at) VALUES (?1, 'd2705415c…', '2025-01-01T00:00:00.000Z')", [hash.as_str()])
        .unwrap();
    assert_eq!(code(world.enter("kckps", Some(earlier))), "ok");
    assert_eq!(code(world.enter("hickman", Some(earlier))), "INVALID_API_KEY");
}

#[test]
fn only_published_and_completed_events_are_seen() {
    let world = World::new();
    for &status in EventStatus::ALL {
        let event = world.kckps().events().create(titled(status.as_str(), "2026-10-15T09:00")).unwrap();
        world.set_status(event.id, status.as_str());
        let seen = matches!(status, EventStatus::Published | EventStatus::Completed);
        for reference in [EventRef::Id(event.id), EventRef::Slug(event.slug.to_string())] {
            assert_eq!(code(world.public().get(&reference)), if seen { "ok" } else { "EVENT_NOT_FOUND" }, "{status}");
        }
    }
    assert_eq!(listed(&world, &PublicStatus::Published, &EventFilter::default()), ["published"]);
    assert_eq!(listed(&world, &PublicStatus::Completed, &EventFilter::default()), ["completed"]);
    assert_eq!(upcoming(&world), ["published"]);
    let sneaky = EventFilter { statuses: EventStatus::ALL.to_vec(), ..EventFilter::default() };
    assert_eq!(listed(&world, &PublicStatus::Published, &sneaky), ["published"], "a filter never widens");
}

#[test]
fn events_of_another_tenant_are_not_seen() {
    let world = World::new();
    let event = published(&world.kckps(), "A", "2026-10-15T09:00");
    let hickman = world.enter("hickman", Some(world.key_of_hickman())).unwrap();
    assert_eq!(code(hickman.get(&EventRef::Id(event.id))), "EVENT_NOT_FOUND");
    assert_eq!(hickman.list(&PublicStatus::Published, &EventFilter::default(), PageRequest::default()).unwrap().value.total, 0);
    assert_eq!(code(hickman.handle().events().get(event.id)), "FORBIDDEN", "the handle behind it acts as the key");
}

#[test]
fn upcoming_events_have_not_begun_and_past_ones_stay_listed() {
    let world = World::new();
    for (title, day) in [("third", "03"), ("first", "01"), ("second", "02")] {
        published(&world.kckps(), title, &format!("2026-10-{day}T09:00"));
    }
    assert_eq!(upcoming(&world), ["first", "second", "third"]);
    let first: chrono::DateTime<Utc> = "2026-10-01T14:00:00Z".parse().unwrap();
    world.clock.set(first);
    assert_eq!(upcoming(&world), ["first", "second", "third"], "beginning right now");
    world.clock.set(first + TimeDelta::milliseconds(1));
    assert_eq!(upcoming(&world), ["second", "third"]);
    assert_eq!(listed(&world, &PublicStatus::Published, &EventFilter::default()), ["first", "second", "third"]);
}

#[test]
fn ranges_are_of_local_days_and_take_both_ends() {
    let world = World::new();
    published(&world.kckps(), "late", "2026-10-01T23:59");
    published(&world.kckps(), "early", "2026-10-02T00:00");
    let day = |text: &str| Some(parse_date(text).unwrap());
    let range =
        |from, to| listed(&world, &PublicStatus::Published, &EventFilter { from_date: from, to_date: to, ..EventFilter::default() });
    assert_eq!(range(day("2026-10-01"), day("2026-10-01")), ["late"]);
    assert_eq!(range(day("2026-10-02"), None), ["early"]);
    assert_eq!(range(None, day("2026-10-02")), ["late", "early"]);
    let backwards = EventFilter { from_date: day("2026-10-02"), to_date: day("2026-10-01"), ..EventFilter::default() };
    assert_eq!(code(world.public().list(&PublicStatus::Published, &backwards, PageRequest::default())), "BAD_REQUEST");
}

#[test]
fn sign_up_is_open_until_the_deadline_or_the_start() {
    let world = World::new();
    let closing = NewEvent { registration_deadline: Some("2026-10-14T12:00".into()), ..career_day() };
    let event = world.kckps().events().create(closing).unwrap();
    world.kckps().events().publish(event.id).unwrap();
    let open = || world.public().get(&EventRef::Id(event.id)).unwrap().value.sign_up_open;
    let deadline: chrono::DateTime<Utc> = "2026-10-14T17:00:00Z".parse().unwrap();
    for (now, expected) in [(start(), true), (deadline, true), (deadline + TimeDelta::milliseconds(1), false)] {
        world.clock.set(now);
        assert_eq!(open(), expected, "{now}");
    }
}

#[test]
fn an_answer_says_until_when_it_stays_true() {
    let world = World::new();
    let closing = NewEvent { registration_deadline: Some("2026-10-14T12:00".into()), ..career_day() };
    let event = world.kckps().events().create(closing).unwrap();
    world.kckps().events().publish(event.id).unwrap();
    let deadline: chrono::DateTime<Utc> = "2026-10-14T17:00:00Z".parse().unwrap();
    let begins = event.starts_at.instant;
    let until = || {
        let public = world.public();
        let list = public.list(&PublicStatus::Published, &EventFilter::default(), PageRequest::default()).unwrap().until;
        assert_eq!(public.get(&EventRef::Id(event.id)).unwrap().until, list);
        assert_eq!(public.upcoming(&EventFilter::default(), PageRequest::default()).unwrap().until, list);
        list
    };
    assert_eq!(until(), Some(deadline));
    world.clock.set(deadline + TimeDelta::seconds(1));
    assert_eq!(until(), Some(begins));
    world.clock.set(begins + TimeDelta::seconds(1));
    assert_eq!(until(), None);
}

#[test]
fn a_later_page_of_upcoming_events_changes_when_the_first_event_begins() {
    let world = World::new();
    let first = published(&world.kckps(), "first", "2026-10-01T09:00");
    for day in 10..13 {
        published(&world.kckps(), "later", &format!("2026-10-{day}T09:00"));
    }
    for page in 1..=5 {
        let answer = world.public().upcoming(&EventFilter::default(), PageRequest::new(page, 2).unwrap()).unwrap();
        assert_eq!(answer.until, Some(first.starts_at.instant), "page {page} has {} events", answer.value.items.len());
    }
}

#[test]
fn the_district_of_an_event_is_the_tenants() {
    let world = World::new();
    let event = published(&world.kckps(), "A", "2026-10-15T09:00");
    assert_eq!(world.public().get(&EventRef::Id(event.id)).unwrap().value.district.as_deref(), Some("KCKPS"));
}

#[test]
fn without_patience_only_an_open_tenant_answers() {
    let world = World::new();
    let enter = || code(world.polaris.public_api("kckps", Some(world.key()), Context::default(), Patience::Never));
    assert_eq!(enter(), "UNAVAILABLE", "it would have to be opened");
    assert_eq!(world.polaris.open_tenants().unwrap(), 0, "and nothing was done");
    world.enter("kckps", Some(world.key())).unwrap();
    assert_eq!(enter(), "ok");
}
