//! R1–R4 over HTTP: events' rosters, and what the public sees of them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::client::Answer;
use super::house::{House, Server, event};

const EVENTS: &str = "/api/v1/tenants/kckps/events";
const VOLUNTEERS: &str = "/api/v1/tenants/kckps/volunteers";

fn admin(server: &Server) -> String {
    server.session("admin", Some("kckps"))
}

/// A published event for so many, two hours from now, and so many volunteers.
fn prepared(needed: i64, people: usize) -> (Server, String, i64) {
    let server = House::new().serve();
    let token = admin(&server);
    let new = polaris_core::NewEvent { volunteers_needed: Some(needed), ..event("Career Day", "2026-01-10T11:30") };
    let id = server.publish("kckps", new).id.get();
    for at in 0..people {
        let new = json!({ "first_name": format!("P{at}"), "last_name": "Lee", "email": format!("p{at}@example.org") });
        server.post(VOLUNTEERS).token(&token).json(&new).send().data(201);
    }
    (server, token, id)
}

fn assign(server: &Server, token: &str, event: i64, body: &Value) -> Answer {
    server.post(&format!("{EVENTS}/{event}/roster")).token(token).json(body).send()
}

fn edit(server: &Server, token: &str, event: i64, volunteer: i64, body: &Value) -> Answer {
    server.ask("PATCH", &format!("{EVENTS}/{event}/roster/{volunteer}")).token(token).json(body).send()
}

#[test]
fn a_volunteer_is_assigned_confirmed_and_the_public_sees_the_number() {
    let (server, token, event) = prepared(2, 1);
    let answer = assign(&server, &token, event, &json!({ "volunteer_id": 1, "participation_type": "speaker" }));
    let address = format!("{EVENTS}/{event}/roster/1");
    assert_eq!((answer.header("location"), answer.header("etag")), (Some(address.as_str()), Some("\"1\"")));
    let placed = answer.data(201);
    let place = &placed["participation"];
    assert_eq!((&place["status"], &place["participation_type"], &place["volunteer_id"]), (&json!("invited"), &json!("speaker"), &json!(1)));
    assert_eq!(
        (&place["invited_at"], &place["confirmed_at"], &placed["overlaps"]),
        (&json!("2026-01-10T15:30:00Z"), &Value::Null, &json!([]))
    );
    let public = |server: &Server| {
        let shown = server.public("kckps", &format!("/{event}"));
        let tag = shown.header("etag").unwrap().to_owned();
        (shown.data(200)["volunteers_registered"].clone(), tag)
    };
    let before = public(&server);
    assert_eq!(before.0, json!(0));
    let confirmed = edit(&server, &token, event, 1, &json!({ "status": "confirmed" }));
    assert_eq!(confirmed.header("etag"), Some("\"2\""));
    assert_eq!(confirmed.data(200)["participation"]["confirmed_at"], "2026-01-10T15:30:00Z");
    let after = public(&server);
    assert_eq!(after.0, json!(1));
    assert_ne!(before.1, after.1, "who has the answer of before is told that it changed");
    assign(&server, &token, event, &json!({ "volunteer_id": 1 })).refused(409, "CONFLICT");
    let shown = server.get(&address).token(&token).send();
    assert_eq!((shown.header("etag"), &shown.data(200)["status"]), (Some("\"2\""), &json!("confirmed")));
}

#[test]
fn a_roster_is_listed_with_its_people_and_counted() {
    let (server, token, event) = prepared(0, 3);
    for (volunteer, status) in [(1, "invited"), (2, "confirmed"), (3, "confirmed")] {
        assign(&server, &token, event, &json!({ "volunteer_id": volunteer, "status": status })).data(201);
    }
    let roster = format!("{EVENTS}/{event}/roster");
    let list = |query: &str| -> Vec<String> {
        let answer = server.get(&format!("{roster}{query}")).token(&token).send().ok(200);
        answer["data"].as_array().unwrap().iter().map(|entry| entry["first_name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(list(""), ["P0", "P1", "P2"]);
    assert_eq!(list("?status=confirmed,attended&sort=-name"), ["P2", "P1"]);
    assert_eq!(list("?per_page=2&page=2"), ["P2"]);
    let first = &server.get(&roster).token(&token).send().data(200)[0];
    assert_eq!((&first["email"], &first["phone"], &first["active"]), (&json!("p0@example.org"), &Value::Null, &json!(true)));
    for (query, parameter) in [("?status=there", "status"), ("?sort=email", "sort"), ("?q=x", "q")] {
        server.get(&format!("{roster}{query}")).token(&token).send().refuses(parameter);
    }
    let totals = server.get(&format!("{roster}/totals")).token(&token).send().data(200);
    let expected = json!({ "invited": 1, "waitlisted": 0, "confirmed": 2, "declined": 0, "attended": 0, "no_show": 0, "minutes": 0 });
    assert_eq!(totals, expected);
    let history = server.get(&format!("{VOLUNTEERS}/2/history")).token(&token).send().ok(200);
    assert_eq!((&history["data"][0]["event"]["title"], &history["pagination"]["total"]), (&json!("Career Day"), &json!(1)));
    assert_eq!(history["data"][0]["participation"]["status"], "confirmed");
}

#[test]
fn what_a_roster_does_not_allow_is_told() {
    let (server, token, event) = prepared(1, 2);
    assign(&server, &token, event, &json!({ "volunteer_id": 1, "status": "confirmed" })).data(201);
    assign(&server, &token, event, &json!({ "volunteer_id": 2, "status": "confirmed" })).refused(409, "EVENT_FULL");
    assign(&server, &token, event, &json!({ "volunteer_id": 2 })).data(201);
    edit(&server, &token, event, 2, &json!({ "status": "confirmed" })).refused(409, "EVENT_FULL");
    edit(&server, &token, event, 2, &json!({ "status": "confirmed", "over_capacity": true })).data(200);
    let early = edit(&server, &token, event, 1, &json!({ "status": "attended" }));
    early.refused(409, "INVALID_TRANSITION");
    assert!(early.json()["error"]["message"].as_str().unwrap().contains("confirmed to attended"));
    edit(&server, &token, event, 1, &json!({ "status": "invited" })).refused(409, "INVALID_TRANSITION");
    let stale = server.ask("PATCH", &format!("{EVENTS}/{event}/roster/1")).token(&token).header("If-Match", "\"9\"");
    stale.json(&json!({ "notes": "x" })).send().refused(409, "CONFLICT");
    let bad = edit(&server, &token, event, 1, &json!({ "status": "gone", "participation_type": null, "minutes": -1 }));
    assert_eq!(bad.fields(422, "VALIDATION_FAILED").len(), 3);
    edit(&server, &token, event, 1, &json!({ "minutes": "many" })).refuses("minutes");
    assert_eq!(
        assign(&server, &token, event, &json!({})).fields(422, "VALIDATION_FAILED"),
        [("volunteer_id".to_owned(), "REQUIRED".to_owned())]
    );
    assign(&server, &token, event, &json!({ "volunteer_id": 99 })).refused(404, "VOLUNTEER_NOT_FOUND");
    assign(&server, &token, 99, &json!({ "volunteer_id": 1 })).refused(404, "EVENT_NOT_FOUND");
    edit(&server, &token, event, 99, &json!({})).refused(404, "VOLUNTEER_NOT_FOUND");
}

#[test]
fn attendance_hours_and_removal() {
    let (server, token, event) = prepared(0, 2);
    for volunteer in [1, 2] {
        assign(&server, &token, event, &json!({ "volunteer_id": volunteer, "status": "confirmed" })).data(201);
    }
    server.clock.advance(TimeDelta::hours(3));
    assert_eq!(edit(&server, &token, event, 1, &json!({ "status": "attended" })).data(200)["participation"]["minutes"], 60);
    assert_eq!(edit(&server, &token, event, 1, &json!({ "minutes": 45 })).data(200)["participation"]["minutes"], 45);
    edit(&server, &token, event, 2, &json!({ "status": "no_show" })).data(200);
    let shown = server.get(&format!("{VOLUNTEERS}/1")).token(&token).send().data(200);
    assert_eq!(shown["totals"], json!({ "events": 1, "attended": 1, "no_shows": 0, "minutes": 45 }));
    let remove = |volunteer: i64| server.ask("DELETE", &format!("{EVENTS}/{event}/roster/{volunteer}")).token(&token).send();
    remove(1).refused(409, "CONFLICT");
    assert_eq!(remove(2).data(200), json!({ "removed": 1 }));
    remove(2).refused(404, "PARTICIPATION_NOT_FOUND");
}

#[test]
fn two_requests_at_once_do_not_overbook() {
    let (server, token, event) = prepared(3, 10);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=10)
            .map(|volunteer| {
                let (server, token) = (&server, &token);
                scope.spawn(move || assign(server, token, event, &json!({ "volunteer_id": volunteer, "status": "confirmed" })).status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
    assert_eq!(server.public("kckps", &format!("/{event}")).data(200)["volunteers_registered"], 3);
}
