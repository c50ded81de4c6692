//! C1 and C2 over HTTP: which events need volunteers, who would suit one, and who is left out.

use polaris_core::NewEvent;
use serde_json::{Value, json};

use super::house::{House, Server, event};

const KCKPS: &str = "/api/v1/tenants/kckps";

/// A tenant with recruitment on, and a session of an admin.
fn recruiting() -> (Server, String) {
    let server = House::new().with("kckps", "recruitment").serve();
    let token = server.session("admin", Some("kckps"));
    (server, token)
}

fn needing(server: &Server, title: &str, starts_at: &str, needed: i64) -> i64 {
    server.draft("kckps", NewEvent { volunteers_needed: Some(needed), ..event(title, starts_at) }).id.get()
}

fn add(server: &Server, token: &str, volunteer: &Value) -> i64 {
    let added = server.post(&format!("{KCKPS}/volunteers")).token(token).json(volunteer).send().data(201);
    added["volunteer"]["id"].as_i64().unwrap()
}

#[test]
fn the_dashboard_shows_the_most_urgent_events_and_how_many_there_are() {
    let (server, token) = recruiting();
    // It is the tenth of January.
    needing(&server, "Far", "2026-03-01T09:00", 4);
    let soon = needing(&server, "Soon", "2026-01-13T09:00", 3);
    needing(&server, "Nobody wanted", "2026-01-13T09:00", 0);
    let answer = server.get(&format!("{KCKPS}/recruitment")).token(&token).send();
    let data = answer.data(200);
    assert_eq!(data["totals"], json!({ "events": 2, "critical": 1, "warning": 0, "on_track": 1, "open_places": 7 }));
    assert_eq!(answer.json()["pagination"]["total"], 2);
    let first = &data["events"][0];
    assert_eq!((&first["event"]["id"], &first["event"]["title"]), (&json!(soon), &json!("Soon")));
    assert_eq!(first["event"]["starts_at"], "2026-01-13T09:00:00-06:00");
    let numbers = ["volunteers_needed", "volunteers_registered", "days", "fill_percent", "score"].map(|name| first[name].as_i64().unwrap());
    assert_eq!((numbers, &first["level"], &first["event_type"]), ([3, 0, 3, 0, 130], &json!("critical"), &Value::Null));
    let second = server.get(&format!("{KCKPS}/recruitment?page=2&per_page=1")).token(&token).send();
    assert_eq!((&second.data(200)["events"][0]["event"]["title"], &second.data(200)["totals"]["events"]), (&json!("Far"), &json!(2)));
    assert_eq!(second.json()["pagination"]["has_next"], false);
    for (query, parameter) in [("?page=0", "page"), ("?per_page=many", "per_page"), ("?sort=start", "sort")] {
        server.get(&format!("{KCKPS}/recruitment{query}")).token(&token).send().refuses(parameter);
    }
}

#[test]
fn candidates_come_with_their_points_and_why_and_who_is_left_out_with_every_reason() {
    let (server, token) = recruiting();
    let skilled = NewEvent { wanted_skills: vec!["Welding".into()], ..event("Career Day", "2026-01-20T09:00") };
    let id = server.draft("kckps", skilled).id.get();
    add(&server, &token, &json!({ "first_name": "Bea", "last_name": "Lee", "phone": "913 555 0100" }));
    let ann = json!({ "first_name": "Ann", "last_name": "Zoe", "email": "ann@example.org", "skills": ["Welding"] });
    let ann = add(&server, &token, &ann);
    let don = add(&server, &token, &json!({ "first_name": "Don", "last_name": "Lee", "do_not_contact": true }));
    let cid = add(&server, &token, &json!({ "first_name": "Cid", "last_name": "Lee", "phone": "913 555 0101" }));
    server.post(&format!("{KCKPS}/events/{id}/roster")).token(&token).json(&json!({ "volunteer_id": cid })).send().data(201);
    let path = format!("{KCKPS}/events/{id}/candidates");
    let answer = server.get(&path).token(&token).send();
    let data = answer.data(200);
    assert_eq!((data.as_array().unwrap().len(), &answer.json()["pagination"]["total"]), (2, &json!(2)));
    assert_eq!((&data[0]["volunteer"]["id"], &data[0]["volunteer"]["email"]), (&json!(ann), &json!("ann@example.org")));
    let parts = json!({ "history": 0, "recency": 0, "skills": 12, "proximity": 0, "availability": 10 });
    assert_eq!((&data[0]["score"], &data[0]["parts"], &data[0]["attended"]), (&json!(22), &parts, &json!(0)));
    assert_eq!((&data[0]["last_attended_at"], &data[0]["last_asked_at"]), (&Value::Null, &Value::Null));
    assert_eq!(data[0]["reasons"][2], "has what this event wants: Welding (+12)");
    assert_eq!(data[1]["volunteer"]["first_name"], "Bea");
    // By its slug, a page at a time.
    let page = server.get(&format!("{KCKPS}/events/career-day-2026-01-20/candidates?per_page=1&page=2")).token(&token).send();
    assert_eq!(page.data(200)[0], data[1]);
    let out = server.get(&format!("{path}/left-out")).token(&token).send();
    let entry = |id: i64, first: &str, reasons: &[&str], status: Value| json!({ "volunteer_id": id, "first_name": first, "last_name": "Lee", "reasons": reasons, "roster_status": status });
    let expected =
        [entry(cid, "Cid", &["on_roster"], json!("invited")), entry(don, "Don", &["do_not_contact", "unreachable"], Value::Null)];
    assert_eq!((out.data(200), &out.json()["pagination"]["total"]), (json!(expected), &json!(2)));
    for path in ["candidates", "candidates/left-out"] {
        server.get(&format!("{KCKPS}/events/99/{path}")).token(&token).send().refused(404, "EVENT_NOT_FOUND");
        server.get(&format!("{KCKPS}/events/{id}/{path}?q=ann")).token(&token).send().refuses("q");
    }
}

#[test]
fn a_tenants_weights_count_at_once() {
    let (server, token) = recruiting();
    let id = needing(&server, "Career Day", "2026-01-20T09:00", 2);
    add(&server, &token, &json!({ "first_name": "Bea", "last_name": "Lee", "phone": "913 555 0100" }));
    let score = || server.get(&format!("{KCKPS}/events/{id}/candidates")).token(&token).send().data(200)[0]["score"].clone();
    assert_eq!(score(), 10);
    let set = |weights: Value| {
        let edit = json!({ "recruitment_weights": weights });
        server.ask("PATCH", &format!("{KCKPS}/settings")).token(&token).json(&edit).send()
    };
    set(json!({ "history": 30, "recency": 20, "skills": 20, "proximity": 5, "availability": 25 })).ok(200);
    assert_eq!(score(), 25);
    set(json!({ "history": 30, "recency": 20, "skills": 20, "proximity": 5, "availability": 26 })).fields(422, "VALIDATION_FAILED");
    assert_eq!(score(), 25);
    set(Value::Null).ok(200);
    assert_eq!(score(), 10);
}

#[test]
fn where_recruitment_is_off_nothing_of_it_is_shown() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    for path in ["recruitment", "events/1/candidates", "events/1/candidates/left-out"] {
        server.get(&format!("{KCKPS}/{path}")).token(&token).send().refused(403, "FEATURE_DISABLED");
    }
}
