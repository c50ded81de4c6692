//! The keys of the public API over HTTP (FR-API-106).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::client::Answer;
use super::house::{House, Server};

const KEYS: &str = "/api/v1/tenants/kckps/api-keys";
const EARLIER: &str = "d2705415c1d2465d2b36aac6f7df05cb4a925169ebe2c0c46f4529600fc3a77f";
const EARLIER_HASH: &str = "e09e0c44df9d0ba71b6aa4c6b0734eefb90c15f6260e088d729970329d0f5e1c";

fn post(server: &Server, token: &str, path: &str, body: &Value) -> Answer {
    server.post(path).token(token).json(body).send()
}

fn lets_in(server: &Server, key: &str) -> bool {
    server.get("/api/v1/district/kckps/events").key(key).send().status == 200
}

#[test]
fn an_admin_lists_makes_rotates_and_revokes_keys() {
    let server = House::new().with_people().serve();
    let kim = json!({ "login": "kim@kckps.org", "password": super::house::PASSWORD });
    let token = server.post("/api/v1/tenants/kckps/session").json(&kim).send().data(201)["token"].as_str().unwrap().to_owned();

    let listed = server.get(KEYS).token(&token).send();
    assert_eq!(listed.ok(200)["pagination"]["total"], 1);
    let first = listed.data(200)[0].take();
    assert_eq!(
        (&first["id"], &first["name"], &first["last_used_at"], &first["expires_at"]),
        (&json!(1), &json!("Website"), &Value::Null, &Value::Null)
    );
    assert_eq!(first["hint"], format!("{}…", &server.key("kckps")[..9]));
    assert!(!listed.text().contains(&server.key("kckps")[10..]), "never the key");

    let made = post(&server, &token, KEYS, &json!({ "name": "App" }));
    let (address, key) = (made.header("location").unwrap().to_owned(), made.data(201)["api_key"].as_str().unwrap().to_owned());
    assert_eq!(address, format!("{KEYS}/2"));
    assert_eq!(server.get(&address).token(&token).send().data(200), made.data(201)["key"]);
    assert_eq!(made.header("cache-control"), Some("no-store"), "it holds a secret");
    assert!(lets_in(&server, &key));
    // Written down beside the answer, to the hour.
    let last_used = || server.get(&address).token(&token).send().data(200)["last_used_at"].take();
    let since = std::time::Instant::now();
    while last_used() != "2026-01-10T15:00:00Z" {
        assert!(since.elapsed().as_secs() < 10, "{:?}", last_used());
    }

    let rotated = post(&server, &token, &format!("{address}/rotate"), &json!({ "grace_hours": 3 })).data(201);
    assert_eq!((&rotated["key"]["name"], &rotated["replaced"]["expires_at"]), (&json!("App"), &json!("2026-01-10T18:30:00Z")));
    let next = rotated["api_key"].as_str().unwrap();
    assert!(lets_in(&server, &key) && lets_in(&server, next));
    server.clock.advance(TimeDelta::hours(3));
    assert!(!lets_in(&server, &key) && lets_in(&server, next));

    let without_body = server.post(&format!("{KEYS}/3/rotate")).token(&token).send().data(201);
    assert_eq!(without_body["replaced"], Value::Null);
    assert!(!lets_in(&server, next));
    let last = without_body["api_key"].as_str().unwrap();
    assert!(lets_in(&server, last));
    assert_eq!(server.ask("DELETE", &format!("{KEYS}/4")).token(&token).send().data(200)["id"], 4);
    assert!(!lets_in(&server, last));
    server.ask("DELETE", &format!("{KEYS}/4")).token(&token).send().refused(404, "API_KEY_NOT_FOUND");
}

#[test]
fn staff_take_over_a_key_of_the_earlier_application_and_nobody_else() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let adopt = |token: &str, body: &Value| post(&server, token, &format!("{KEYS}/adopt"), body);
    let body = json!({ "hash": EARLIER_HASH, "name": "Website of 2024" });
    let adopted = adopt(&token, &body);
    assert_eq!(
        (adopted.header("location"), adopted.data(201)["hint"].clone()),
        (Some("/api/v1/tenants/kckps/api-keys/2"), json!("hash e09e0c44…"))
    );
    assert!(lets_in(&server, EARLIER));
    adopt(&token, &body).refused(409, "CONFLICT");
    let bad = adopt(&token, &json!({ "hash": "e09e0c", "name": " " })).fields(422, "VALIDATION_FAILED");
    assert_eq!(bad, [("hash".into(), "BAD_HASH".into()), ("name".into(), "REQUIRED".into())]);
    adopt(&server.session("support", Some("kckps")), &body).refused(403, "FORBIDDEN");
}

#[test]
fn what_is_sent_is_checked_after_who_sends_it() {
    let server = House::new().serve();
    let (admin, support) = (server.session("admin", Some("kckps")), server.session("support", Some("kckps")));
    server.get(KEYS).token(&support).send().ok(200);
    for path in [KEYS, &format!("{KEYS}/1/rotate"), &format!("{KEYS}/99/rotate")] {
        post(&server, &support, path, &json!({ "nonsense": 1 })).refused(403, "FORBIDDEN");
        post(&server, &admin, path, &json!({ "nonsense": 1 })).refuses("nonsense");
    }
    let rotate = |key: &str, body: &Value| post(&server, &admin, &format!("{KEYS}/{key}/rotate"), body);
    rotate("99", &json!({})).refused(404, "API_KEY_NOT_FOUND");
    rotate("one", &json!({})).refused(404, "API_KEY_NOT_FOUND");
    for bad in [json!(-1), json!(721)] {
        assert_eq!(
            rotate("1", &json!({ "grace_hours": bad })).fields(422, "VALIDATION_FAILED"),
            [("grace_hours".into(), "OUT_OF_RANGE".into())]
        );
    }
    for bad in [json!("soon"), json!(1.5), json!([1])] {
        rotate("1", &json!({ "grace_hours": bad })).refuses("grace_hours");
    }
    assert!(lets_in(&server, server.key("kckps")), "nothing was changed");
}

#[test]
fn another_tenants_keys_are_not_there() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    for (method, path) in [("GET", "/api-keys"), ("GET", "/api-keys/1"), ("DELETE", "/api-keys/1"), ("POST", "/api-keys/1/rotate")] {
        server.ask(method, &format!("/api/v1/tenants/hmsd{path}")).token(&token).send().refused(401, "UNAUTHENTICATED");
    }
    assert_eq!(server.get("/api/v1/district/hmsd/events").key(server.key("hmsd")).send().status, 200);
}
