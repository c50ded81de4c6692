//! P6 over HTTP: staff accounts.

use serde_json::{Value, json};

use super::house::House;

const STAFF: &str = "/api/v1/platform/staff";

fn sam() -> Value {
    json!({ "name": "Sam Roe", "email": "Sam@Example.org", "role": "support" })
}

#[test]
fn a_staff_account_is_created_shown_and_edited() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let answer = server.post(STAFF).token(&token).json(&sam()).send();
    assert_eq!((answer.header("location"), answer.header("etag")), (Some("/api/v1/platform/staff/2"), Some("\"1\"")));
    let created = answer.data(201);
    assert!(created["invitation"]["secret"].as_str().unwrap().starts_with("plol_"));
    let shown = server.get(&format!("{STAFF}/2")).token(&token).send().data(200);
    assert_eq!(shown, created["staff"]);
    assert_eq!((&shown["email"], &shown["role"], &shown["has_password"]), (&json!("Sam@Example.org"), &json!("support"), &json!(false)));
    let patch = |body: Value, version: &str| {
        server.ask("PATCH", &format!("{STAFF}/2")).token(&token).header("If-Match", version).json(&body).send()
    };
    let after = patch(json!({ "role": "admin", "username": "sam" }), "\"1\"");
    assert_eq!(after.header("etag"), Some("\"2\""));
    assert_eq!(after.data(200)["username"], "sam");
    patch(json!({ "role": "support" }), "\"1\"").refused(409, "CONFLICT");
    assert_eq!(patch(json!({ "username": null }), "*").data(200)["username"], Value::Null);
    assert_eq!(patch(json!({ "name": null, "email": "x", "role": "viewer" }), "*").fields(422, "VALIDATION_FAILED").len(), 3);
    let error = server.post(STAFF).token(&token).json(&sam()).send().refused(409, "CONFLICT");
    assert!(error["message"].as_str().unwrap().starts_with("name: member of staff 2"), "{error}");
    // The session itself belongs to an account without an address.
    let own = server.get(&format!("{STAFF}/1")).token(&token).send().data(200);
    assert_eq!((&own["email"], &own["active"]), (&Value::Null, &json!(true)));
}

#[test]
fn a_deactivated_account_loses_its_sessions_at_once() {
    let server = House::new().serve();
    let admin = server.session("admin", None);
    let support = server.session("support", Some("kckps"));
    server.get(STAFF).token(&support).send().data(200);
    let id = server.get(&format!("{STAFF}?role=support")).token(&admin).send().data(200)[0]["id"].clone();
    assert_eq!(server.post(&format!("{STAFF}/{id}/deactivate")).token(&admin).send().data(200)["active"], false);
    server.get(STAFF).token(&support).send().refused(401, "UNAUTHENTICATED");
    server.get("/api/v1/tenants/kckps/events").token(&support).send().refused(401, "UNAUTHENTICATED");
    server.post(&format!("{STAFF}/{id}/reset-password")).token(&admin).send().refused(409, "CONFLICT");
    assert_eq!(server.post(&format!("{STAFF}/{id}/reactivate")).token(&admin).send().data(200)["active"], true);
    server.get(STAFF).token(&support).send().refused(401, "UNAUTHENTICATED");
}

#[test]
fn the_last_admin_stays_and_nobody_ends_themselves() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let own = server.post(&format!("{STAFF}/1/deactivate")).token(&token).send().refused(409, "CONFLICT");
    assert_eq!(own["message"], "you can't deactivate yourself: ask another admin to do it");
    let own = server.ask("PATCH", &format!("{STAFF}/1")).token(&token).json(&json!({ "role": "support" })).send().refused(409, "CONFLICT");
    assert!(own["message"].as_str().unwrap().starts_with("you can't take the role of admin from yourself"));
}

#[test]
fn support_staff_look_and_a_tenants_people_see_no_staff() {
    let server = House::new().serve();
    let admin = server.session("admin", None);
    server.post(STAFF).token(&admin).json(&sam()).send().data(201);
    let support = server.session("support", None);
    assert_eq!(server.get(&format!("{STAFF}?q=sam%20roe&active=true&sort=-email")).token(&support).send().data(200)[0]["name"], "Sam Roe");
    for (method, path) in [
        ("POST", STAFF.to_owned()),
        ("PATCH", format!("{STAFF}/2")),
        ("POST", format!("{STAFF}/2/deactivate")),
        ("POST", format!("{STAFF}/99/reactivate")),
        ("POST", format!("{STAFF}/2/reset-password")),
    ] {
        server.ask(method, &path).token(&support).json(&json!({ "junk": 1 })).send().refused(403, "FORBIDDEN");
        server.ask(method, &path).json(&json!({ "junk": 1 })).send().refused(401, "UNAUTHENTICATED");
    }
    for bad in ["0", "99", "sam@example.org", "x"] {
        server.get(&format!("{STAFF}/{bad}")).token(&admin).send().refused(404, "STAFF_NOT_FOUND");
    }
    for (rest, field) in [("?role=viewer", "role"), ("?active=yes", "active"), ("?sort=role", "sort"), ("?state=active", "state")] {
        server.get(&format!("{STAFF}{rest}")).token(&admin).send().refuses(field);
    }
}
