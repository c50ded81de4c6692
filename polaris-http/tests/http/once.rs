//! `Idempotency-Key` on the wire: what a key may be, how long it is good, and twenty clients at once.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::client::Answer;
use super::house::{House, Server};

const EVENTS: &str = "/api/v1/tenants/kckps/events";

fn career_day() -> Value {
    json!({ "title": "Career Day", "starts_at": "2026-03-09T09:00", "location": "Gym" })
}

fn create(server: &Server, token: &str, key: &str) -> Answer {
    server.post(EVENTS).token(token).header("Idempotency-Key", key).json(&career_day()).send()
}

fn total(server: &Server, token: &str) -> Value {
    server.get(EVENTS).token(token).send().ok(200)["pagination"]["total"].take()
}

#[test]
fn a_key_is_1_to_255_printable_characters_given_once() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    for good in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "\"quoted\"", "two words", &"x".repeat(255)] {
        create(&server, &token, good).ok(201);
    }
    for bad in ["", " ", &"x".repeat(256), "caf\u{e9}"] {
        create(&server, &token, bad).refuses("Idempotency-Key");
    }
    let twice = server.post(EVENTS).token(&token).header("Idempotency-Key", "a").header("Idempotency-Key", "b").json(&career_day());
    twice.send().refuses("Idempotency-Key");
    assert_eq!(total(&server, &token), 5);
    // Who asks comes first, and what is not changed needs no key.
    server.post(EVENTS).header("Idempotency-Key", "").json(&career_day()).send().refused(401, "UNAUTHENTICATED");
    server.get(EVENTS).token(&token).header("Idempotency-Key", "").send().ok(200);
}

#[test]
fn the_first_answer_is_given_for_a_day_whatever_becomes_of_the_event() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let first = create(&server, &token, "k");
    assert_eq!(first.header("idempotent-replayed"), None);
    server.ask("PATCH", &format!("{EVENTS}/1")).token(&token).json(&json!({ "title": "Another" })).send().ok(200);
    server.clock.advance(TimeDelta::hours(7));
    let again = create(&server, &token, "k");
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((again.header("location"), again.header("etag")), (first.header("location"), Some("\"1\"")));
    assert_eq!(again.data(201), first.data(201));
    server.clock.advance(TimeDelta::hours(17));
    let token = server.session("admin", Some("kckps"));
    assert_eq!(create(&server, &token, "k").data(201)["id"], 2, "a day later it is a new request");
}

#[test]
fn what_was_refused_is_tried_anew() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let id = create(&server, &token, "k").data(201)["id"].clone();
    let unpublish = || server.post(&format!("{EVENTS}/{id}/unpublish")).token(&token).header("Idempotency-Key", "k").send();
    unpublish().refused(409, "INVALID_TRANSITION");
    server.post(&format!("{EVENTS}/{id}/publish")).token(&token).send().ok(200);
    assert_eq!(unpublish().data(200)["status"], "confirmed");
    let broken = server.post(EVENTS).token(&token).header("Idempotency-Key", "l").json(&json!({ "title": "" })).send();
    assert_eq!((broken.status, broken.header("idempotent-replayed")), (422, None));
    assert_eq!(create(&server, &token, "l").data(201)["id"], 2);
}

#[test]
fn of_twenty_clients_at_once_with_one_key_one_makes_the_change_and_all_get_its_answer() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(|| create(&server, &token, "k"))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.header("idempotent-replayed").is_none()).count(), 1);
    assert!(answers.iter().all(|answer| answer.data(201)["id"] == 1));
    assert_eq!(total(&server, &token), 1);
}
