//! Events edited, taken through their life, cancelled and copied over HTTP (E2, E3, E4, E7).

use polaris_core::types::{EventStatus, EventStep};
use serde_json::{Value, json};

use super::client::{Answer, Ask};
use super::house::{House, Server, event};

const EVENTS: &str = "/api/v1/tenants/kckps/events";

fn patch<'s>(server: &'s Server, token: &str, event: &str, body: &Value) -> Ask<'s> {
    server.ask("PATCH", &format!("{EVENTS}/{event}")).token(token).json(body)
}

fn step(server: &Server, token: &str, event: impl std::fmt::Display, step: &str) -> Answer {
    server.post(&format!("{EVENTS}/{event}/{step}")).token(token).send()
}

#[test]
fn what_is_sent_changes_and_what_is_not_stays() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let mut new = event("Career Day", "2026-03-09T09:00");
    new.description = Some("For all.".into());
    new.ends_at = Some("2026-03-09T11:00".into());
    server.draft("kckps", new);
    let edited = patch(&server, &token, "1", &json!({ "title": "Career Night", "description": null, "volunteers_needed": 4 })).send();
    assert_eq!(edited.header("etag"), Some("\"2\""));
    let data = edited.data(200);
    assert_eq!(data["notices"], json!({ "told": 0, "without_email": 0, "do_not_contact": 0 }));
    let event = &data["event"];
    assert_eq!((&event["title"], &event["description"], &event["volunteers_needed"]), (&json!("Career Night"), &Value::Null, &json!(4)));
    assert_eq!((&event["ends_at"], &event["slug"]), (&json!("2026-03-09T11:00:00-05:00"), &json!("career-night-2026-03-09")));
    assert_eq!(server.get(&format!("{EVENTS}/1")).token(&token).send().data(200), *event);
    assert_eq!(patch(&server, &token, "career-night-2026-03-09", &json!({})).send().data(200)["event"], *event, "by its slug, too");
}

#[test]
fn every_broken_field_of_an_edit_is_listed_and_unknown_ones_are_named() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    server.draft("kckps", event("Career Day", "2026-03-09T09:00"));
    let bad = json!({ "title": null, "starts_at": "soon", "time_zone": "Central", "volunteers_needed": -1, "school": "Hogwarts" });
    let fields = patch(&server, &token, "1", &bad).send().fields(422, "VALIDATION_FAILED");
    let expected = [
        ("title", "REQUIRED"),
        ("starts_at", "BAD_TIME"),
        ("time_zone", "UNKNOWN_TIME_ZONE"),
        ("volunteers_needed", "OUT_OF_RANGE"),
        ("school", "UNKNOWN_SCHOOL"),
    ];
    assert_eq!(fields, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let skipped = patch(&server, &token, "1", &json!({ "starts_at": "2026-03-08T02:30" })).send();
    assert_eq!(skipped.fields(422, "VALIDATION_FAILED"), [("starts_at".to_owned(), "SKIPPED_TIME".to_owned())]);
    assert!(skipped.text().contains("clocks move from 02:00 to 03:00 on 2026-03-08"));
    patch(&server, &token, "1", &json!({ "colour": "red" })).send().refuses("colour");
    patch(&server, &token, "1", &json!({ "notify": null })).send().refuses("notify");
    patch(&server, &token, "1", &json!({ "status": "published" })).send().refuses("status");
    patch(&server, &token, "9", &json!({ "title": "" })).send().refused(422, "VALIDATION_FAILED");
    patch(&server, &token, "9", &json!({ "title": "A" })).send().refused(404, "EVENT_NOT_FOUND");
    patch(&server, &token, "1", &json!({ "title": "x".repeat(500_000) })).send().refused(422, "VALIDATION_FAILED");
    patch(&server, &token, "1", &json!({ "title": "x".repeat(2_000_000) })).send().refused(413, "PAYLOAD_TOO_LARGE");
}

#[test]
fn a_stale_version_is_a_conflict_and_the_right_one_is_taken() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    server.draft("kckps", event("Career Day", "2026-03-09T09:00"));
    let rename = |title: &str, version: &str| patch(&server, &token, "1", &json!({ "title": title })).header("If-Match", version).send();
    assert_eq!(rename("A", "\"1\"").header("etag"), Some("\"2\""));
    let error = rename("B", "\"1\"").refused(409, "CONFLICT");
    assert!(error["message"].as_str().unwrap().contains("version 2 is current, not 1"));
    rename("C", "*").ok(200);
    rename("D", "2").refuses("If-Match");
}

#[test]
fn an_acknowledged_change_is_what_the_public_sees_from_then_on() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    server.publish("kckps", event("Career Day", "2026-03-09T09:00"));
    for number in 0..20 {
        let title = format!("Title {number}");
        patch(&server, &token, "1", &json!({ "title": title })).send().ok(200);
        assert_eq!(server.public("kckps", "").titles(), [title]);
    }
    step(&server, &token, 1, "unpublish").ok(200);
    assert!(server.public("kckps", "").titles().is_empty());
    step(&server, &token, 1, "publish").ok(200);
    assert_eq!(server.public("kckps", "").titles(), ["Title 19"]);
    step(&server, &token, 1, "cancel").ok(200);
    assert!(server.public("kckps", "").titles().is_empty());
}

#[test]
fn every_step_from_every_status_is_taken_or_refused_naming_both() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    for &taken in EventStep::ALL {
        for &from in EventStatus::ALL {
            let id = server.draft("kckps", event("Begun", "2026-01-10T09:00")).id;
            let tenant = server.tenant("kckps");
            match from {
                EventStatus::Draft => {}
                EventStatus::Confirmed => drop(tenant.events().confirm(id).unwrap()),
                EventStatus::Published => drop(tenant.events().publish(id).unwrap()),
                EventStatus::Completed => {
                    tenant.events().publish(id).unwrap();
                    tenant.events().complete(id).unwrap();
                }
                EventStatus::Cancelled => drop(tenant.events().cancel(id, Default::default()).unwrap()),
            }
            let answer = step(&server, &token, id, &taken.as_str().replace('_', "-"));
            if taken.from().contains(&from) {
                let data = answer.data(200);
                let event = if taken == EventStep::Cancel { &data["event"] } else { &data };
                assert_eq!(event["status"], taken.to().as_str(), "{taken} from {from}");
            } else {
                let error = answer.refused(409, "INVALID_TRANSITION");
                let message = error["message"].as_str().unwrap();
                assert!(message.contains(&format!("from {from} to {}", taken.to())), "{message}");
            }
        }
    }
}

#[test]
fn an_event_is_not_completed_before_it_begins() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    server.publish("kckps", event("Career Day", "2026-03-09T09:00"));
    let error = step(&server, &token, 1, "complete").refused(409, "INVALID_TRANSITION");
    assert!(error["message"].as_str().unwrap().contains("it begins at 2026-03-09T09:00:00-05:00"));
}

#[test]
fn an_event_is_cancelled_with_a_reason_or_without_a_body_at_all() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let cancel = |body: &Value| {
        let id = server.draft("kckps", event("Career Day", "2026-03-09T09:00")).id;
        server.post(&format!("{EVENTS}/{id}/cancel")).token(&token).json(body).send()
    };
    let data = cancel(&json!({ "reason": "other", "note": "The roof came down." })).data(200);
    assert_eq!((&data["event"]["cancel_reason"], &data["event"]["cancel_note"]), (&json!("other"), &json!("The roof came down.")));
    assert_eq!((&data["event"]["cancelled_at"], &data["notices"]["told"]), (&json!("2026-01-10T15:30:00Z"), &json!(0)));
    assert_eq!(
        cancel(&json!({ "reason": "other", "note": "Roof" })).fields(422, "VALIDATION_FAILED"),
        [("note".into(), "TOO_SHORT".into())]
    );
    assert_eq!(cancel(&json!({ "reason": "rain" })).fields(422, "VALIDATION_FAILED"), [("reason".into(), "UNKNOWN_VALUE".into())]);
    cancel(&json!({ "why": "rain" })).refuses("why");
    let id = server.draft("kckps", event("Career Day", "2026-03-09T09:00")).id;
    assert_eq!(step(&server, &token, id, "cancel").data(200)["event"]["cancel_reason"], Value::Null);
}

#[test]
fn a_copy_is_a_new_draft_at_its_location() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    server.publish("kckps", event("Career Day", "2026-03-09T09:00"));
    let copy = |body: Value| server.post(&format!("{EVENTS}/career-day-2026-03-09/duplicate")).token(&token).json(&body).send();
    let created = copy(json!({ "starts_at": "2026-04-15" }));
    assert_eq!((created.header("location"), created.header("etag")), (Some("/api/v1/tenants/kckps/events/2"), Some("\"1\"")));
    let data = created.data(201);
    assert_eq!((&data["status"], &data["starts_at"]), (&json!("draft"), &json!("2026-04-15T09:00:00-05:00")));
    assert_eq!(copy(json!({})).fields(422, "VALIDATION_FAILED"), [("starts_at".into(), "REQUIRED".into())]);
    copy(json!({ "starts_at": "2026-04-15", "title": "B" })).refuses("title");
}
