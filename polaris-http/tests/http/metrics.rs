//! `/metrics`: what is counted and measured, for whoever has the token.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use polaris_http::{MetricsToken, ServerConfig};

use super::house::{House, Server, event};

const TOKEN: &str = "TpGv0mVJ1yqWc8aZ-of-these-tests";

fn config() -> ServerConfig {
    ServerConfig { metrics: MetricsToken::new(TOKEN), ..ServerConfig::default() }
}

/// What a program that reads the format makes of it: each line's name and labels, and its number.
fn read(server: &Server) -> BTreeMap<String, f64> {
    let answer = server.get("/metrics").token(TOKEN).send();
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let (mut found, mut family) = (BTreeMap::new(), String::new());
    let text = answer.text();
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(said) = line.strip_prefix("# TYPE ") {
            let (name, kind) = said.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            name.clone_into(&mut family);
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (series, number) = line.rsplit_once(' ').unwrap();
        assert!(!family.is_empty() && series.starts_with(&family), "{line} stands under {family}");
        assert!(found.insert(series.to_owned(), number.parse().unwrap()).is_none(), "{series} is there twice");
    }
    found
}

fn requests(found: &BTreeMap<String, f64>, part: &str, status: u16, tenant: &str) -> f64 {
    let series = format!("polaris_http_requests_total{{surface=\"{part}\",status=\"{status}\",tenant=\"{tenant}\"}}");
    found.get(&series).copied().unwrap_or_default()
}

#[test]
fn unless_a_token_is_set_there_is_nothing() {
    let server = House::new().serve();
    server.get("/metrics").send().refused(404, "NOT_FOUND");
    server.get("/metrics").token(TOKEN).send().refused(404, "NOT_FOUND");
}

#[test]
fn only_who_has_the_token_reads_it() {
    let server = House::new().serve_with(config());
    let refused = server.get("/metrics").send();
    refused.refused(401, "UNAUTHENTICATED");
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    for wrong in ["", "x", &TOKEN[..30], &format!("{TOKEN}x"), &TOKEN.to_uppercase()] {
        server.get("/metrics").token(wrong).send().refused(401, "UNAUTHENTICATED");
    }
    server.get("/metrics").header("Authorization", TOKEN).send().refused(401, "UNAUTHENTICATED");
    server.get(&format!("/metrics?token={TOKEN}")).send().refused(401, "UNAUTHENTICATED");
    assert_eq!(server.get("/metrics").header("Authorization", &format!("bearer {TOKEN}")).send().status, 200);
    server.post("/metrics").token(TOKEN).send().refused(405, "METHOD_NOT_ALLOWED");
    assert!(!format!("{:?}", config()).contains(TOKEN));
    assert!(MetricsToken::new("too short").is_none() && MetricsToken::new("has a space, and is long").is_none());
}

#[test]
fn requests_are_counted_by_surface_status_and_tenant_with_how_long_they_took() {
    let server = House::new().serve_with(config());
    for _ in 0..3 {
        server.public("kckps", "").ok(200);
    }
    server.public("hmsd", "").ok(200);
    server.get("/api/v1/district/kckps/events").send().refused(401, "MISSING_API_KEY");
    server.get("/api/v1/platform/tenants").send().refused(401, "UNAUTHENTICATED");
    server.get("/signup/kckps").send_unchecked();
    server.get("/health/live").send().ok(200);
    let found = read(&server);
    assert_eq!(requests(&found, "district", 200, "kckps"), 3.0);
    assert_eq!(requests(&found, "district", 200, "hmsd"), 1.0);
    assert_eq!(requests(&found, "district", 401, "kckps"), 1.0);
    assert_eq!(requests(&found, "platform", 401, ""), 1.0);
    assert_eq!(requests(&found, "other", 200, ""), 1.0);
    assert!(requests(&found, "pages", 200, "kckps") + requests(&found, "pages", 404, "kckps") == 1.0);
    let of = |name: &str| found[&format!("polaris_http_request_duration_seconds_{name}")];
    assert_eq!((of("count{surface=\"district\"}"), of("bucket{surface=\"district\",le=\"+Inf\"}")), (5.0, 5.0));
    assert!(of("sum{surface=\"district\"}") > 0.0);
    let mut before = 0.0;
    for most in ["0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "10"] {
        let up_to = of(&format!("bucket{{surface=\"district\",le=\"{most}\"}}"));
        assert!(up_to >= before, "{most}");
        before = up_to;
    }
    assert_eq!(before, 5.0);
}

#[test]
fn what_anybody_types_makes_no_series_and_a_tenant_that_is_gone_leaves_none() {
    let server = House::new().serve_with(config());
    server.public("hmsd", "").ok(200);
    read(&server);
    let before = read(&server).len();
    for number in 0..50 {
        server.get(&format!("/api/v1/district/nobody-{number}/events")).key("plrs_x").send_unchecked();
        server.get(&format!("/nothing/{number}")).send_unchecked();
        server.ask(&format!("MADEUP{number}"), "/health/live").send_unchecked();
    }
    let found = read(&server);
    assert!(found.len() <= before + 5, "{} series more", found.len() - before);
    assert!(!found.keys().any(|series| series.contains("nobody")));
    let platform = server.polaris.platform(polaris_core::Actor::System).unwrap();
    platform.tenants().deactivate("hmsd", None).unwrap();
    platform.tenants().delete("hmsd", "hmsd").unwrap();
    assert!(!read(&server).keys().any(|series| series.contains("hmsd")));
}

#[test]
fn a_tenant_that_came_meanwhile_is_named_from_the_next_reading_on() {
    let server = House::new().serve_with(config());
    let platform = server.polaris.platform(polaris_core::Actor::System).unwrap();
    let key = platform.tenants().create(polaris_core::NewTenant::new("later", "Later")).unwrap().api_key.reveal().to_owned();
    let ask = || server.get("/api/v1/district/later/events").key(&key).send().ok(200);
    ask();
    assert_eq!(requests(&read(&server), "district", 200, "later"), 0.0);
    ask();
    let found = read(&server);
    assert_eq!((requests(&found, "district", 200, "later"), requests(&found, "district", 200, "")), (1.0, 1.0));
    assert_eq!(found["polaris_tenants"], 3.0);
}

#[test]
fn open_tenants_logs_and_the_outbox_are_measured() {
    // Nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = House::new().mailing(port).serve_with(config());
    let found = read(&server);
    assert_eq!((found["polaris_outbox_waiting"], found["polaris_mail_trouble"]), (0.0, 0.0));
    server.publish("kckps", event("Career Day", "2026-03-04T09:00"));
    let mail = "INSERT INTO outbox (kind, recipient, data, next_attempt_at, created_at)
                VALUES ('event_changed', 'ann@example.org', '{}', '2026-01-10T15:29:00.000Z', '2026-01-10T15:29:00.000Z')";
    server.database("kckps").execute(mail, []).unwrap();
    let began = Instant::now();
    let found = loop {
        let found = read(&server);
        if found["polaris_mail_trouble"] == 1.0 {
            break found;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "nobody has tried to send it");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!((found["polaris_outbox_waiting"], found["polaris_outbox_oldest_seconds"]), (1.0, 60.0));
    assert!(found["polaris_open_tenants"] >= 1.0);
    assert!(found["polaris_wal_bytes{database=\"kckps\"}"] > 0.0 && found["polaris_wal_bytes{database=\"polaris.db\"}"] >= 0.0);
}
