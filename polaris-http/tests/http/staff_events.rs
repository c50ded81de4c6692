//! Events as staff make and publish them (E1, E3).

use polaris_core::NewEvent;
use serde_json::json;

use super::house::{House, event};

const EVENTS: &str = "/api/v1/tenants/kckps/events";

#[test]
fn a_created_event_is_a_draft_at_its_location() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let new = json!({
        "title": "  Career Day ", "starts_at": "2026-03-08T09:00", "ends_at": "2026-03-08T16:00:00Z", "location": "Main gym",
        "school": "WYANDOTTE high school", "event_type": "Career Fair", "volunteers_needed": 5, "wanted_skills": ["Welding", "welding"],
        "registration_deadline": "2026-03-07", "description": null,
    });
    let created = server.post(EVENTS).token(&token).json(&new).send();
    let body = created.ok(201);
    let expected = json!({
        "id": 1, "slug": "career-day-2026-03-08", "title": "Career Day", "description": null, "event_type": "career_fair",
        "format": "in_person", "status": "draft", "starts_at": "2026-03-08T09:00:00-05:00", "ends_at": "2026-03-08T11:00:00-05:00",
        "time_zone": "America/Chicago", "registration_deadline": "2026-03-07T23:59:59-06:00", "location": "Main gym",
        "school": "Wyandotte High School", "volunteers_needed": 5, "volunteers_registered": 0, "wanted_skills": ["Welding"],
        "additional_info": null, "completed_at": null, "cancelled_at": null, "cancel_reason": null, "cancel_note": null,
        "version": 1, "created_at": "2026-01-10T15:30:00Z", "updated_at": "2026-01-10T15:30:00Z",
    });
    assert_eq!(body["data"], expected);
    assert_eq!(body["meta"]["tenant"], "kckps");
    assert_eq!(created.header("location"), Some("/api/v1/tenants/kckps/events/1"));
    assert_eq!(created.header("etag"), Some("\"1\""));
    assert_eq!(created.header("cache-control"), Some("no-store"));

    let found = server.get(created.header("location").unwrap()).token(&token).send();
    assert_eq!(found.data(200), expected);
    assert_eq!(found.header("etag"), Some("\"1\""));
    assert_eq!(server.get(&format!("{EVENTS}/career-day-2026-03-08")).token(&token).send().data(200), expected);
    server.public("kckps", "/1").refused(404, "EVENT_NOT_FOUND");
}

#[test]
fn a_published_event_is_public_at_once() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    server.draft("kckps", event("Career Day", "2026-03-08T09:00"));
    assert!(server.public("kckps", "").titles().is_empty());
    let published = server.post(&format!("{EVENTS}/1/publish")).token(&token).send();
    let data = published.data(200);
    assert_eq!((&data["status"], &data["version"]), (&json!("published"), &json!(2)));
    assert_eq!(published.header("etag"), Some("\"2\""));
    assert_eq!(server.public("kckps", "").titles(), ["Career Day"]);
}

#[test]
fn a_step_that_the_life_of_an_event_lacks_names_both_ends() {
    let house = House::new();
    for title in ["published", "completed", "cancelled"] {
        house.draft("kckps", event(title, "2026-03-08T09:00"));
    }
    let server = house.sql("kckps", "UPDATE events SET status = title").serve();
    let token = server.session("admin", Some("kckps"));
    for from in ["published", "completed", "cancelled"] {
        let error = server.post(&format!("{EVENTS}/{from}-2026-03-08/publish")).token(&token).send().refused(409, "INVALID_TRANSITION");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(&format!("from {from} to published")), "{message}");
    }
}

#[test]
fn every_broken_field_is_listed_at_once() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let new = json!({
        "title": "  ", "starts_at": "soon", "ends_at": "2026-02-30T09:00", "location": "x".repeat(256), "description": "x".repeat(20_001),
        "event_type": "party", "format": "hybrid", "school": "Hogwarts", "volunteers_needed": -1, "wanted_skills": ["a\nb"],
        "registration_deadline": "later", "additional_info": "\u{7}",
    });
    let fields = server.post(EVENTS).token(&token).json(&new).send().fields(422, "VALIDATION_FAILED");
    let expected = [
        ("title", "REQUIRED"),
        ("starts_at", "BAD_TIME"),
        ("ends_at", "BAD_DATE"),
        ("location", "TOO_LONG"),
        ("description", "TOO_LONG"),
        ("event_type", "UNKNOWN_VALUE"),
        ("format", "UNKNOWN_VALUE"),
        ("volunteers_needed", "OUT_OF_RANGE"),
        ("wanted_skills", "CONTROL_CHARACTERS"),
        ("registration_deadline", "BAD_TIME"),
        ("additional_info", "CONTROL_CHARACTERS"),
        ("school", "UNKNOWN_SCHOOL"),
    ];
    assert_eq!(fields, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let nothing = server.post(EVENTS).token(&token).json(&json!({})).send().fields(422, "VALIDATION_FAILED");
    assert_eq!(nothing.iter().map(|(field, _)| &**field).collect::<Vec<_>>(), ["title", "starts_at", "location"]);
    assert_eq!(server.get(EVENTS).token(&token).send().ok(200)["pagination"]["total"], 0, "nothing half done");
}

#[test]
fn rules_between_fields_are_told_at_the_field_to_mend() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let refusal = |changes: NewEvent| {
        let new = json!({
            "title": "T", "location": "L", "starts_at": changes.starts_at, "ends_at": changes.ends_at,
            "registration_deadline": changes.registration_deadline,
        });
        server.post(EVENTS).token(&token).json(&new).send().fields(422, "VALIDATION_FAILED").remove(0)
    };
    let start = || NewEvent { starts_at: "2026-03-09T09:00".into(), ..NewEvent::default() };
    let told = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    assert_eq!(refusal(NewEvent { ends_at: Some("2026-03-09T09:00".into()), ..start() }), told("ends_at", "BEFORE_START"));
    assert_eq!(refusal(NewEvent { ends_at: Some("2026-03-24T09:00".into()), ..start() }), told("ends_at", "TOO_LATE"));
    assert_eq!(
        refusal(NewEvent { registration_deadline: Some("2026-03-10".into()), ..start() }),
        told("registration_deadline", "AFTER_START")
    );
    assert_eq!(refusal(NewEvent { starts_at: "2026-03-08T02:30".into(), ..NewEvent::default() }), told("starts_at", "SKIPPED_TIME"));
}

#[test]
fn what_staff_do_is_noted_under_their_name_and_request() {
    let house = House::new();
    let server = house.serve();
    let token = server.session("admin", Some("kckps"));
    let new = json!({ "title": "T", "starts_at": "2026-03-08T09:00", "location": "L" });
    server.post(EVENTS).token(&token).header("X-Request-Id", "from-the-website-1").json(&new).send().ok(201);
    let file = server.data().join("polaris_kckps.db");
    drop(server.another_engine());
    let copy = tempfile::TempDir::new().unwrap();
    // A copy of the directory: the live file is left to its owner.
    for end in ["", "-wal"] {
        let from = format!("{}{end}", file.display());
        if std::fs::exists(&from).unwrap() {
            std::process::Command::new("cp").arg(from).arg(copy.path()).status().unwrap();
        }
    }
    let copy = rusqlite::Connection::open(copy.path().join("polaris_kckps.db")).unwrap();
    let sql = "SELECT actor_kind || ' ' || actor_name || ' ' || action || ' ' || request_id || ' ' || address
               FROM audit_entries WHERE action = 'event.create'";
    let entry: String = copy.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(entry, "staff Robin the admin event.create from-the-website-1 127.0.0.1");
}
