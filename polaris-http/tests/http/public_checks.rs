//! Who is let in to the public event API, in the order of the contract: key present, tenant known, key valid, feature on, parameters,
//! data (FR-API-101, FR-API-104).

use polaris_core::RateLimits;

use super::house::{House, event};

const BAD_PARAMETER: &str = "?page=0";

#[test]
fn each_check_comes_before_the_next() {
    let server = House::new().serve();
    let ask = |slug: &str, key: Option<&str>| {
        let ask = server.get(&format!("/api/v1/district/{slug}/events{BAD_PARAMETER}"));
        match key {
            Some(key) => ask.key(key).send(),
            None => ask.send(),
        }
    };
    ask("nowhere", None).refused(401, "MISSING_API_KEY");
    ask("kckps", None).refused(401, "MISSING_API_KEY");
    ask("kckps", Some("")).refused(401, "MISSING_API_KEY");
    ask("nowhere", Some("guess")).refused(404, "TENANT_NOT_FOUND");
    ask("nowhere", Some(server.key("kckps"))).refused(404, "TENANT_NOT_FOUND");
    ask("kckps", Some("guess")).refused(401, "INVALID_API_KEY");
    ask("kckps", Some(server.key("kckps"))).refuses("page");
}

/// The page for websites lists them in this order.
#[test]
fn the_documentation_tells_of_the_checks_in_the_order_they_are_made() {
    let page = include_str!("../../../docs/public-api.md");
    let (table, after) = page.split_once("| status | code | |\n|---|---|---|\n").unwrap().1.split_once("\n\n").unwrap();
    assert!(after.starts_with("They are looked for in this order."));
    let rows: Vec<(u16, String)> = table
        .lines()
        .map(|row| {
            let (status, rest) = row.strip_prefix("| ").unwrap().split_once(" | `").unwrap();
            (status.parse().unwrap(), rest.split_once("` |").unwrap().0.to_owned())
        })
        .collect();

    // Everything is wrong at first; then one thing after the other is put right. What comes is the next row each time.
    let one = RateLimits { per_minute: 1, per_hour: 1, per_day: 1 };
    let server = House::new().without_events("kckps").limiting(one).serve();
    let ask = |slug: &str, key: &str| {
        let ask = server.get(&format!("/api/v1/district/{slug}/events/upcoming{BAD_PARAMETER}"));
        if key.is_empty() { ask.send() } else { ask.key(key).send() }
    };
    let code = |answer: &super::client::Answer| (answer.status, answer.json()["error"]["code"].as_str().unwrap().to_owned());
    let right = server.key("kckps");
    let mut seen = vec![code(&ask("nowhere", "")), code(&ask("nowhere", "guess")), code(&ask("kckps", "guess"))];
    // The one request there is a minute.
    ask("kckps", right).refused(403, "FEATURE_DISABLED");
    seen.push(code(&ask("kckps", right)));
    server.clock.advance(chrono::TimeDelta::days(1));
    seen.push(code(&ask("kckps", right)));
    drop(server);
    let server = House::new().serve();
    seen.push(code(&server.public("kckps", &format!("/upcoming{BAD_PARAMETER}"))));
    // A path that names one event takes no parameters: this is the last that can be wrong.
    seen.push(code(&server.public("kckps", "/nothing")));
    assert_eq!(rows, seen);
}

#[test]
fn a_tenant_without_the_feature_refuses_after_the_key_and_before_the_parameters() {
    let server = House::new().without_events("kckps").serve();
    for rest in ["", "/upcoming", "/7", "/some-slug", BAD_PARAMETER] {
        let path = format!("/api/v1/district/kckps/events{rest}");
        server.get(&path).key("guess").send().refused(401, "INVALID_API_KEY");
        server.get(&path).key(server.key("kckps")).send().refused(403, "FEATURE_DISABLED");
    }
    server.public("hmsd", "").ok(200);
}

// FR-TENANT-105.
#[test]
fn an_inactive_tenant_looks_like_an_unknown_one() {
    let server = House::new().deactivated("kckps").serve();
    let inactive = server.public("kckps", "").refused(404, "TENANT_NOT_FOUND");
    let unknown = server.get("/api/v1/district/nowhere/events").key(server.key("kckps")).send().refused(404, "TENANT_NOT_FOUND");
    assert_eq!(inactive, unknown);
    server.get("/api/v1/district/kckps/events").send().refused(401, "MISSING_API_KEY");
    server.public("hmsd", "").ok(200);
}

#[test]
fn another_tenants_key_is_a_wrong_key() {
    let server = House::new().serve();
    server.get("/api/v1/district/hmsd/events").key(server.key("kckps")).send().refused(401, "INVALID_API_KEY");
    server.get("/api/v1/district/kckps/events").key(server.key("hmsd")).send().refused(401, "INVALID_API_KEY");
}

#[test]
fn a_key_that_is_nearly_right_is_a_wrong_key() {
    let server = House::new().serve();
    let right = server.key("kckps").to_owned();
    let wrong = [
        right.to_uppercase(),
        right[..right.len() - 1].to_owned(),
        format!("{right}x"),
        right.replace("plrs_", ""),
        format!("Bearer {right}"),
        "' OR 1=1 --".to_owned(),
        "x".repeat(8_000),
        "0".repeat(64),
        server.session("admin", Some("kckps")),
    ];
    for key in wrong {
        server.get("/api/v1/district/kckps/events").key(&key).send().refused(401, "INVALID_API_KEY");
    }
}

// Keys of the earlier application are 64 hexadecimal digits, stored as the hash of that text.
#[test]
fn a_key_of_the_earlier_application_still_works_until_it_ends() {
    let key = "0123456789abcdef".repeat(4);
    let insert = "INSERT INTO api_keys (hash, hint, created_at, expires_at)
        VALUES ('a8ae6e6ee929abea3afcfc5258c8ccd6f85273e0d4626d26c7279f3250f77c8e', 'earlier', '2025-01-01T00:00:00.000Z',
                '2026-01-10T15:31:00.000Z')";
    let server = House::new().sql("kckps", insert).serve();
    server.get("/api/v1/district/kckps/events").key(&key).send().ok(200);
    server.clock.advance(chrono::TimeDelta::minutes(1));
    server.get("/api/v1/district/kckps/events").key(&key).send().refused(401, "INVALID_API_KEY");
}

#[test]
fn another_tenants_events_are_not_there() {
    let server = House::new().serve();
    let theirs = server.publish("hmsd", event("Theirs", "2026-02-01T09:00"));
    let further = server.publish("hmsd", event("Theirs too", "2026-02-02T09:00"));
    let ours = server.publish("kckps", event("Ours", "2026-02-01T09:00"));
    assert_eq!(ours.id, theirs.id, "numbers are each tenant's own");

    assert_eq!(server.public("kckps", &format!("/{}", theirs.id)).data(200)["title"], "Ours");
    server.public("kckps", &format!("/{}", further.id)).refused(404, "EVENT_NOT_FOUND");
    server.public("kckps", &format!("/{}", theirs.slug)).refused(404, "EVENT_NOT_FOUND");
    assert_eq!(server.public("kckps", "").titles(), ["Ours"]);
    assert_eq!(server.public("hmsd", "").titles(), ["Theirs", "Theirs too"]);
}

#[test]
fn the_public_api_takes_a_key_alone_and_the_staff_surface_none() {
    let server = House::new().serve();
    let session = server.session("admin", Some("kckps"));
    server.get("/api/v1/district/kckps/events").token(&session).send().refused(401, "MISSING_API_KEY");
    server.get("/api/v1/tenants/kckps/events").key(server.key("kckps")).send().refused(401, "UNAUTHENTICATED");
    server.get("/api/v1/tenants/kckps/events").token(server.key("kckps")).send().refused(401, "UNAUTHENTICATED");
}

#[test]
fn of_two_keys_none_is_taken_silently() {
    let server = House::new().serve();
    let ask = |keys: &[&str]| {
        let ask = server.get("/api/v1/district/kckps/events");
        keys.iter().fold(ask, |ask, key| ask.key(key)).send()
    };
    let right = server.key("kckps");
    for keys in [[right, right], [right, "guess"], ["guess", right]] {
        ask(&keys).refuses("X-API-Key");
    }
    ask(&["", ""]).refused(401, "MISSING_API_KEY");
    ask(&["", right]).ok(200);
}

// "Existing keys, paths, parameters and fields stay valid": its monitoring asks this of the earlier application.
#[test]
fn the_health_check_of_the_earlier_application_answers_whoever_has_a_key() {
    let server = House::new().without_events("kckps").serve();
    let path = "/api/v1/district/kckps/virtual-sessions/health";
    let answer = server.get(path).key(server.key("kckps")).send();
    assert_eq!(answer.ok(200), serde_json::json!({ "success": true, "message": "Virtual Sessions API is running" }));
    assert!(answer.header("x-ratelimit-remaining").is_some(), "it costs what any request costs");
    assert_eq!(server.ask("HEAD", path).key(server.key("kckps")).send().status, 200);
    server.get(path).send().refused(401, "MISSING_API_KEY");
    server.get(path).key("guess").send().refused(401, "INVALID_API_KEY");
    server.get(path).key(server.key("hmsd")).send().refused(401, "INVALID_API_KEY");
    server.get("/api/v1/district/nowhere/virtual-sessions/health").key("guess").send().refused(404, "TENANT_NOT_FOUND");
    server.post(path).key(server.key("kckps")).send().refused(405, "METHOD_NOT_ALLOWED");
}
