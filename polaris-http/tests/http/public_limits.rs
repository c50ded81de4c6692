//! How often the public API may be asked, and what its answers say of that (FR-API-105).

use chrono::{DateTime, TimeDelta};
use polaris_core::RateLimits;
use polaris_http::ServerConfig;

use super::client::Answer;
use super::house::{House, NOW, Server, event, instant};

const EVENTS: &str = "/api/v1/district/kckps/events";

/// With the limits of a new installation.
fn house() -> House {
    House::new().limiting(RateLimits::default())
}

fn number(answer: &Answer, name: &str) -> i64 {
    answer.header(name).unwrap_or_else(|| panic!("{:?} has no {name}", answer.asked)).parse().unwrap()
}

/// Limit, remaining and reset of an answer.
fn quota(answer: &Answer) -> (i64, i64, i64) {
    let number = |name| number(answer, name);
    (number("x-ratelimit-limit"), number("x-ratelimit-remaining"), number("x-ratelimit-reset"))
}

fn says_nothing_of_limits(answer: &Answer) {
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("x-ratelimit")), "{:?}", answer.asked);
}

#[test]
fn every_answer_past_the_key_says_what_is_left_whatever_its_status() {
    let house = house();
    house.publish("kckps", event("Career Day", "2026-02-01T09:00"));
    let server = house.serve();
    let end = instant(NOW).timestamp() + 60;
    let tag = server.public("kckps", "").header("etag").unwrap().to_owned();
    let mut left = 59;
    for (method, rest, status) in [
        ("GET", "", 200),
        ("HEAD", "", 200),
        ("GET", "/upcoming", 200),
        ("GET", "/1", 200),
        ("GET", "/career-day-2026-02-01", 200),
        ("GET", "/99", 404),
        ("HEAD", "/99", 404),
        ("GET", "?page=0", 400),
        ("GET", "/upcoming?per_page=abc", 400),
    ] {
        let answer = server.ask(method, &format!("{EVENTS}{rest}")).key(server.key("kckps")).send();
        left -= 1;
        assert_eq!((answer.status, quota(&answer)), (status, (60, left, end)), "{method} {rest}");
    }
    let answer = server.get(EVENTS).key(server.key("kckps")).header("If-None-Match", &tag).send();
    assert_eq!((answer.status, quota(&answer)), (304, (60, left - 1, end)));
}

#[test]
fn a_feature_that_is_off_costs_too() {
    let server = house().without_events("kckps").limiting(RateLimits { per_minute: 2, ..RateLimits::default() }).serve();
    for left in [1, 0] {
        let answer = server.public("kckps", "");
        answer.refused(403, "FEATURE_DISABLED");
        assert_eq!(quota(&answer).1, left);
    }
    server.public("kckps", "").refused(429, "RATE_LIMIT_EXCEEDED");
}

#[test]
fn before_the_key_is_right_nothing_is_said_of_limits() {
    let server = house().serve();
    says_nothing_of_limits(&server.get(EVENTS).send());
    says_nothing_of_limits(&server.get(EVENTS).key("guess").send());
    says_nothing_of_limits(&server.get("/api/v1/district/nowhere/events").key(server.key("kckps")).send());
    for rest in ["/nothing", "/events/1/2"] {
        says_nothing_of_limits(&server.get(&format!("/api/v1/district/kckps{rest}")).key(server.key("kckps")).send());
    }
    for _ in 0..70 {
        let preflight = server.ask("OPTIONS", EVENTS).key(server.key("kckps")).header("Origin", "https://kckps.example").send();
        assert_eq!(preflight.status, 204);
        says_nothing_of_limits(&preflight);
    }
    assert_eq!(quota(&server.public("kckps", "")).1, 59, "none of it cost anything");
}

#[test]
fn the_sixty_first_request_of_a_minute_is_told_when_to_come_back_and_that_is_true() {
    let server = house().serve();
    for _ in 0..60 {
        server.public("kckps", "").ok(200);
    }
    server.clock.advance(TimeDelta::milliseconds(20_300));
    let refused = server.public("kckps", "?page=0");
    let error = refused.refused(429, "RATE_LIMIT_EXCEEDED");
    assert_eq!((number(&refused, "retry-after"), &error["retry_after"]), (40, &serde_json::json!(40)));
    assert_eq!(quota(&refused), (60, 0, instant(NOW).timestamp() + 60));
    assert_eq!(refused.header("access-control-allow-origin"), Some("*"), "a page must be able to read it");

    let again = DateTime::from_timestamp(quota(&refused).2, 0).unwrap();
    server.clock.set(again - TimeDelta::milliseconds(1));
    assert_eq!(number(&server.public("kckps", ""), "retry-after"), 1);
    server.clock.set(again);
    server.public("kckps", "").ok(200);
    server.public("hmsd", "").ok(200);
}

#[test]
fn no_spelling_gets_round_the_limit() {
    let server = house().limiting(RateLimits { per_minute: 12, ..RateLimits::default() }).serve();
    let key = server.key("kckps").to_owned();
    let ways = [
        "/api/v1/district/kckps/events",
        "/api/v1/district/kckps/events?_=1",
        "/api/v1/district/kckps/events?page=1&_=2",
        "/api/v1/district/%6bckps/events",
        "/api/v1/district/kck%70s/events/upcoming",
        "/api/v1/district/kckps/events/upcoming?per_page=1",
        "/api/v1/district/kckps/events/1",
        "/api/v1/district/kckps/events/01",
        "/api/v1/district/kckps/events/Career-Day",
        "/api/v1/district/kckps/events/%31",
        "/api/v1/district/kckps/events?PAGE=1#x",
        "/api/v1/district/kckps/events?",
    ];
    for way in ways {
        assert_ne!(server.get(way).key(&key).send().status, 429, "{way}");
    }
    for (number, way) in ways.into_iter().enumerate() {
        // Nor does another name of the header, another address or another agent.
        let header = ["X-API-Key", "x-api-key", "X-Api-KEY"][number % 3];
        let ask = server.get(way).header(header, &key).header("X-Forwarded-For", &format!("203.0.113.{number}"));
        ask.header("User-Agent", &format!("agent {number}")).send().refused(429, "RATE_LIMIT_EXCEEDED");
    }
    for way in ["/api/v1/district/KCKPS/events", "/API/v1/district/kckps/events"] {
        assert_eq!(server.get(way).key(&key).send().status, 404, "{way}: nothing else is there");
    }
    server.get(EVENTS).key(&key.to_uppercase()).send().refused(401, "INVALID_API_KEY");
}

#[test]
fn many_at_once_are_counted_as_many() {
    let server = house().serve();
    let (server, key) = (&server, server.key("kckps"));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let ask = || (0..12).map(|_| server.get(EVENTS).key(key).send().status).collect::<Vec<_>>();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 60);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 36);
}

/// Asks as a proxy does for somebody at this address.
fn from(server: &Server, address: &str, slug: &str, key: &str) -> Answer {
    server.get(&format!("/api/v1/district/{slug}/events")).key(key).header("X-Forwarded-For", address).send()
}

#[test]
fn after_twenty_wrong_keys_an_address_is_told_nothing_more_and_a_right_one_passes() {
    let config = ServerConfig { trusted_proxies: vec!["127.0.0.1".parse().unwrap()], ..ServerConfig::default() };
    let server = house().serve_with(config);
    for number in 0..10 {
        from(&server, "203.0.113.9", "kckps", "guess").refused(401, "INVALID_API_KEY");
        from(&server, "203.0.113.9, 127.0.0.1", &format!("nowhere-{number}"), "guess").refused(404, "TENANT_NOT_FOUND");
    }
    server.clock.advance(TimeDelta::seconds(45));
    for (slug, key) in [("kckps", "guess"), ("kckps", server.key("hmsd")), ("nowhere", "guess"), ("KCKPS", server.key("kckps"))] {
        let refused = from(&server, "203.0.113.9", slug, key);
        let error = refused.refused(429, "RATE_LIMIT_EXCEEDED");
        assert_eq!((refused.header("retry-after"), &error["retry_after"]), (Some("555"), &serde_json::json!(555)));
        says_nothing_of_limits(&refused);
    }
    from(&server, "203.0.113.9", "kckps", server.key("kckps")).ok(200);
    from(&server, "203.0.113.10", "kckps", "guess").refused(401, "INVALID_API_KEY");
    server.get(EVENTS).header("X-Forwarded-For", "203.0.113.9").send().refused(401, "MISSING_API_KEY");
    // What the client made up stands before what the proxy knows.
    from(&server, "198.51.100.1, 203.0.113.9", "kckps", "guess").refused(429, "RATE_LIMIT_EXCEEDED");
    server.clock.advance(TimeDelta::seconds(555));
    from(&server, "203.0.113.9", "kckps", "guess").refused(401, "INVALID_API_KEY");
}

#[test]
fn nobody_can_say_they_come_from_elsewhere() {
    let server = house().serve();
    for number in 0..20 {
        from(&server, &format!("203.0.113.{number}"), "kckps", "guess").refused(401, "INVALID_API_KEY");
    }
    from(&server, "203.0.113.99", "kckps", "guess").refused(429, "RATE_LIMIT_EXCEEDED");
}
