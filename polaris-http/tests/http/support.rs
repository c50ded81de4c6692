//! P7 over HTTP: entering a tenant, working there, leaving it (FR-TENANT-105).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::house::{House, Server, event};

const SUPPORT: &str = "/api/v1/platform/support";
const EVENTS: &str = "/api/v1/tenants/kckps/events";

fn enter(server: &Server, token: &str, slug: &str) -> Value {
    server.post(SUPPORT).token(token).json(&json!({ "tenant": slug, "reason": "asked by phone" })).send().data(201)
}

#[test]
fn an_admin_enters_works_and_leaves_and_both_logs_tell_of_it() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    server.get(EVENTS).token(&token).send().refused(401, "UNAUTHENTICATED");
    let entered = server.post(SUPPORT).token(&token).json(&json!({ "tenant": "kckps", "reason": "asked by phone" })).send();
    let stay = entered.data(201);
    assert_eq!(entered.header("location"), Some("/api/v1/platform/support/kckps"));
    assert_eq!(
        (&stay["tenant"], &stay["reason"], &stay["staff_name"], &stay["expires_at"]),
        (&json!("kckps"), &json!("asked by phone"), &json!("Robin the admin"), &json!("2026-01-10T23:30:00Z"))
    );
    let draft = json!({ "title": "Career Day", "starts_at": "2026-03-01T09:00", "location": "Gym" });
    let created = server.post(EVENTS).token(&token).header("X-Request-Id", "request-77").json(&draft).send();
    created.ok(201);
    assert_eq!(server.get(SUPPORT).token(&token).send().data(200).as_array().unwrap().len(), 1);

    let logs = |action: &str| {
        let own = server.get(&format!("/api/v1/tenants/kckps/audit?action={action}")).token(&token).send().data(200);
        let operator = server.get(&format!("/api/v1/platform/audit?action={action}")).token(&token).send().data(200);
        (own, operator)
    };
    let (own, operator) = logs("support.enter");
    for entry in [&own[0], &operator[0]] {
        assert_eq!((&entry["actor_name"], &entry["resource_id"]), (&json!("Robin the admin"), &stay["id"]));
        assert_eq!(entry["details"]["reason"], "asked by phone");
    }
    let (own, operator) = logs("event.create");
    assert_eq!((&own[0]["request_id"], &own[0]["actor_name"]), (&json!("request-77"), &json!("Robin the admin")));
    assert_eq!((&operator[0]["outcome"], &operator[1]["outcome"]), (&json!("done"), &json!("pending")));
    assert_eq!((&operator[0]["details"]["mark"], &operator[0]["details"]["tenant"]), (&own[0]["details"]["support"], &json!("kckps")));

    let left = server.ask("DELETE", &format!("{SUPPORT}/kckps")).token(&token).send().data(200);
    assert_eq!(left["id"], stay["id"]);
    server.get(EVENTS).token(&token).send().refused(401, "UNAUTHENTICATED");
    server.ask("DELETE", &format!("{SUPPORT}/kckps")).token(&token).send().refused(404, "NOT_FOUND");
}

#[test]
fn a_stay_is_good_at_its_tenant_alone_and_for_eight_hours() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    enter(&server, &token, "kckps");
    for other in ["hmsd", "nowhere", "KCKPS"] {
        server.get(&EVENTS.replace("kckps", other)).token(&token).send().refused(401, "UNAUTHENTICATED");
    }
    server.clock.advance(TimeDelta::hours(7));
    server.get(EVENTS).token(&token).send().ok(200);
    server.clock.advance(TimeDelta::hours(1));
    server.get(EVENTS).token(&token).send().refused(401, "UNAUTHENTICATED");
    server.get(SUPPORT).token(&token).send().ok(200);
}

#[test]
fn logging_out_ends_all_stays() {
    let server = House::new().with_people().serve();
    let ash = super::log_in::log_in(&server, "/api/v1/platform/session", "ash@prepkc.org");
    enter(&server, &ash, "kckps");
    enter(&server, &ash, "hmsd");
    let status = server.ask("DELETE", "/api/v1/platform/session").token(&ash).send().status;
    assert!((200..300).contains(&status), "{status}");
    let admin = server.session("admin", Some("kckps"));
    let own = server.get("/api/v1/tenants/kckps/audit?action=support.leave").token(&admin).send().data(200);
    let operator = server.get("/api/v1/platform/audit?action=support.leave").token(&admin).send().data(200);
    assert_eq!((own.as_array().unwrap().len(), operator.as_array().unwrap().len()), (1, 2));
    server.get(EVENTS).token(&ash).send().refused(401, "UNAUTHENTICATED");
}

#[test]
fn support_staff_enter_read_and_change_nothing() {
    let server = House::new().serve();
    server.draft("kckps", event("Draft", "2026-02-01T09:00"));
    let token = server.session("support", None);
    enter(&server, &token, "kckps");
    server.get(EVENTS).token(&token).send().ok(200);
    server.post(EVENTS).token(&token).body("{garbage").send().refused(403, "FORBIDDEN");
    server.post(&format!("{EVENTS}/1/publish")).token(&token).send().refused(403, "FORBIDDEN");
    let others = server.session("admin", Some("hmsd"));
    assert_eq!(server.get(SUPPORT).token(&token).send().data(200).as_array().unwrap().len(), 1, "themselves");
    assert_eq!(server.get(SUPPORT).token(&others).send().data(200).as_array().unwrap().len(), 2, "all");
}

#[test]
fn who_may_not_enter_learns_nothing_and_what_is_wrong_is_told_in_order() {
    let server = House::new().with_people().serve();
    let kim = super::log_in::log_in(&server, "/api/v1/tenants/kckps/session", "kim");
    let token = server.session("support", None);
    let ask = |token: Option<&str>, body: &Value| {
        let ask = server.post(SUPPORT).json(body);
        token.map_or_else(|| server.post(SUPPORT).json(body).send(), |token| ask.token(token).send())
    };
    let there = json!({ "tenant": "kckps" });
    ask(None, &there).refused(401, "UNAUTHENTICATED");
    ask(Some(&kim), &there).refused(401, "UNAUTHENTICATED");
    server.post(SUPPORT).token(&token).body("{}").send().refused(415, "UNSUPPORTED_MEDIA_TYPE");
    ask(Some(&token), &json!({ "tenant": "kckps", "until": "tomorrow" })).refuses("until");
    assert_eq!(
        ask(Some(&token), &json!({ "reason": "x".repeat(501) })).fields(422, "VALIDATION_FAILED"),
        [("tenant".to_owned(), "REQUIRED".to_owned()), ("reason".to_owned(), "TOO_LONG".to_owned())]
    );
    ask(Some(&token), &json!({ "tenant": "nowhere" })).refused(404, "TENANT_NOT_FOUND");
    ask(Some(&token), &there).ok(201);
    ask(Some(&token), &there).refused(409, "CONFLICT");
}
