//! Who is let in to the staff surfaces, and in which order the checks come: session, permission, feature, what was sent, existence,
//! rule. Who may not do a thing learns nothing by trying.

use chrono::TimeDelta;
use serde_json::json;

use super::client::Answer;
use super::house::{House, Server, event};

const EVERYTHING: &[(&str, &str)] = &[
    ("GET", "/api/v1/tenants/kckps/events"),
    ("POST", "/api/v1/tenants/kckps/events"),
    ("GET", "/api/v1/tenants/kckps/events/1"),
    ("POST", "/api/v1/tenants/kckps/events/1/publish"),
    ("GET", "/api/v1/platform/tenants"),
    ("POST", "/api/v1/platform/tenants"),
    ("GET", "/api/v1/platform/tenants/kckps"),
];

fn garbage<'s>(server: &'s Server, method: &str, path: &str) -> super::client::Ask<'s> {
    server.ask(method, &format!("{path}?page=0&page=0&sort=%FF")).header("Content-Type", "text/plain").body("{garbage")
}

fn ask(server: &Server, method: &str, path: &str, token: &str) -> Answer {
    if method == "POST" { garbage(server, method, path).token(token).send() } else { server.ask(method, path).token(token).send() }
}

#[test]
fn without_a_session_nothing_is_told() {
    let server = House::new().serve();
    for (method, path) in EVERYTHING {
        let answer = server.ask(method, path).send();
        answer.refused(401, "UNAUTHENTICATED");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn what_is_no_live_token_is_no_session() {
    let server = House::new().serve();
    let right = server.session("admin", Some("kckps"));
    let (unknown, shorter) = (format!("plss_{}", "A".repeat(43)), right[..right.len() - 1].to_owned());
    let upper = right.to_uppercase();
    for token in ["", "x", &unknown, &shorter, &format!("{right}A"), &upper, &format!("{right},{right}"), "' OR 1=1 --", &"x".repeat(9_000)]
    {
        for (method, path) in EVERYTHING {
            ask(&server, method, path, token).refused(401, "UNAUTHENTICATED");
        }
    }
    for header in
        [format!("Basic {right}"), right.clone(), format!("Token {right}"), format!("Bearer{right}"), "Bearer".into(), "Bearer ".into()]
    {
        server.get(EVERYTHING[0].1).header("Authorization", &header).send().refused(401, "UNAUTHENTICATED");
    }
    server.get(EVERYTHING[0].1).header("Authorization", &format!("bearer {right}")).send().ok(200);
    server.get(&format!("{}?access_token={right}", EVERYTHING[0].1)).send().refused(401, "UNAUTHENTICATED");
}

#[test]
fn a_session_ends_after_eight_hours_without_use() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    for _ in 0..4 {
        server.clock.advance(TimeDelta::hours(7));
        server.get("/api/v1/platform/tenants").token(&token).send().ok(200);
    }
    // The stay in the tenant ended after eight hours in any case.
    server.get(EVERYTHING[0].1).token(&token).send().refused(401, "UNAUTHENTICATED");
    server.clock.advance(TimeDelta::hours(9));
    for (method, path) in EVERYTHING {
        ask(&server, method, path, &token).refused(401, "UNAUTHENTICATED");
    }
}

#[test]
fn a_session_ends_after_thirty_days_however_much_it_is_used() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    for _ in 0..(30 * 4 - 1) {
        server.clock.advance(TimeDelta::hours(6));
        server.get("/api/v1/platform/tenants").token(&token).send().ok(200);
    }
    server.clock.advance(TimeDelta::hours(6));
    server.get("/api/v1/platform/tenants").token(&token).send().refused(401, "UNAUTHENTICATED");
}

// FR-TENANT-204.
#[test]
fn a_session_that_has_not_entered_a_tenant_cannot_tell_whether_it_exists() {
    let server = House::new().serve();
    for token in [server.session("admin", None), server.session("support", Some("hmsd"))] {
        for (method, path) in &EVERYTHING[..4] {
            let there = ask(&server, method, path, &token).refused(401, "UNAUTHENTICATED");
            let nowhere = ask(&server, method, &path.replace("kckps", "nowhere"), &token).refused(401, "UNAUTHENTICATED");
            assert_eq!(there, nowhere);
            ask(&server, method, &path.replace("kckps", "KCKPS"), &token).refused(401, "UNAUTHENTICATED");
        }
    }
}

#[test]
fn support_may_read_and_not_write_whatever_it_sends() {
    let server = House::new().serve();
    server.draft("kckps", event("Draft", "2026-02-01T09:00"));
    let token = server.session("support", Some("kckps"));
    for (method, path) in EVERYTHING {
        match *method {
            "GET" => drop(server.get(path).token(&token).send().ok(200)),
            _ => {
                garbage(&server, method, path).token(&token).send().refused(403, "FORBIDDEN");
                let too_much = server.ask(method, path).token(&token).body(vec![b'x'; 3 << 19]);
                too_much.send().refused(403, "FORBIDDEN");
            }
        }
    }
    server.post("/api/v1/tenants/kckps/events/99/publish").token(&token).send().refused(403, "FORBIDDEN");
    assert_eq!(server.get("/api/v1/tenants/kckps/events/1").token(&token).send().data(200)["status"], "draft");
}

#[test]
fn the_feature_comes_after_the_permission_and_before_what_was_sent() {
    let server = House::new().without_events("kckps").serve();
    let (admin, support) = (server.session("admin", Some("kckps")), server.session("support", Some("kckps")));
    for (method, path) in &EVERYTHING[..4] {
        garbage(&server, method, path).token(&admin).send().refused(403, "FEATURE_DISABLED");
        let expected = if *method == "GET" { "FEATURE_DISABLED" } else { "FORBIDDEN" };
        garbage(&server, method, path).token(&support).send().refused(403, expected);
    }
    // The platform is no part of a tenant.
    server.get("/api/v1/platform/tenants/kckps").token(&admin).send().ok(200);
}

// In the core and for staff an inactive tenant is told as such.
#[test]
fn staff_who_have_entered_are_told_that_a_tenant_is_inactive() {
    let house = House::new();
    let token = house.session("admin", Some("kckps"));
    let server = house.deactivated("kckps").serve();
    for (method, path) in &EVERYTHING[..4] {
        garbage(&server, method, path).token(&token).send().refused(409, "TENANT_INACTIVE");
    }
    let listed = server.get("/api/v1/platform/tenants?state=inactive").token(&token).send().data(200);
    assert_eq!((&listed[0]["slug"], &listed[0]["state"]), (&json!("kckps"), &json!("inactive")));
    let shown = server.get("/api/v1/platform/tenants/kckps").token(&token).send().data(200);
    assert_eq!((&shown["tenant"]["state"], &shown["features"]["events"]), (&json!("inactive"), &json!(true)));
}

#[test]
fn what_was_sent_comes_before_whether_it_exists() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    server.get("/api/v1/tenants/kckps/events?page=0").token(&token).send().refuses("page");
    server.get("/api/v1/tenants/kckps/events/99").token(&token).send().refused(404, "EVENT_NOT_FOUND");
    server.post("/api/v1/tenants/kckps/events/99/publish").token(&token).send().refused(404, "EVENT_NOT_FOUND");
    server.get("/api/v1/platform/tenants/nowhere").token(&token).send().refused(404, "TENANT_NOT_FOUND");
    server.get("/api/v1/platform/tenants/KCKPS").token(&token).send().refused(404, "TENANT_NOT_FOUND");
}
