//! Every field of an event as websites rely on it: names, types, and when a value is null.

use polaris_core::NewEvent;
use serde_json::{Value, json};

use super::house::{House, Server, event};

fn career_day() -> NewEvent {
    NewEvent {
        title: "Café & Career Day".into(),
        starts_at: "2026-03-07T09:00".into(),
        ends_at: Some("2026-03-07T11:30".into()),
        time_zone: None,
        location: "Main gym".into(),
        description: Some("For <b>all</b> grades.\nBring \"questions\".".into()),
        event_type: Some("career_fair".into()),
        format: Some("in_person".into()),
        school: Some("wyandotte high school".into()),
        volunteers_needed: Some(12),
        wanted_skills: vec!["Welding".into()],
        registration_deadline: Some("2026-03-01".into()),
        additional_info: Some("Park behind the gym.".into()),
    }
}

fn shown(server: &Server, slug: &str) -> Value {
    server.public("kckps", &format!("/{slug}")).data(200)
}

#[test]
fn a_full_event_has_every_field_of_the_contract() {
    let server = House::new().serve_publicly();
    server.publish("kckps", career_day());
    let expected = json!({
        "id": 1,
        "slug": "cafe-career-day-2026-03-07",
        "title": "Café & Career Day",
        "description": "For <b>all</b> grades.\nBring \"questions\".",
        "event_type": "career_fair",
        "format": "in_person",
        "date": "2026-03-07",
        "start_time": "09:00",
        "end_time": "11:30",
        "start_datetime": "2026-03-07T09:00:00-06:00",
        "end_datetime": "2026-03-07T11:30:00-06:00",
        "timezone": "America/Chicago",
        "duration_minutes": 150,
        "location": "Main gym",
        "school": "Wyandotte High School",
        "district": "Kansas City Kansas Public Schools",
        "volunteers_needed": 12,
        "volunteers_registered": 0,
        "slots_available": 12,
        "registration_deadline": "2026-03-01T23:59:59-06:00",
        "signup_url": "https://events.example.org/signup/kckps/cafe-career-day-2026-03-07",
        "additional_info": "Park behind the gym.",
        "status": "published",
        "created_at": "2026-01-10T15:30:00Z",
        "updated_at": "2026-01-10T15:30:00Z",
    });
    assert_eq!(shown(&server, "cafe-career-day-2026-03-07"), expected);
    assert_eq!(server.public("kckps", "").data(200)[0], expected);
    assert_eq!(server.public("kckps", "/upcoming").data(200)[0], expected);
}

#[test]
fn what_is_absent_is_null_and_never_empty() {
    let server = House::new().serve_publicly();
    server.publish("hmsd", NewEvent { description: Some("  ".into()), school: Some(String::new()), ..event("Plain", "2026-07-01T09:00") });
    let shown = server.public("hmsd", "/1").data(200);
    assert_eq!(
        shown,
        json!({
            "id": 1,
            "slug": "plain-2026-07-01",
            "title": "Plain",
            "description": null,
            "event_type": null,
            "format": "in_person",
            "date": "2026-07-01",
            "start_time": "09:00",
            "end_time": null,
            "start_datetime": "2026-07-01T09:00:00-05:00",
            "end_datetime": null,
            "timezone": "America/Chicago",
            "duration_minutes": null,
            "location": "Main gym",
            "school": null,
            "district": null,
            "volunteers_needed": 0,
            "volunteers_registered": 0,
            "slots_available": null,
            "registration_deadline": null,
            "signup_url": "https://events.example.org/signup/hmsd/plain-2026-07-01",
            "additional_info": null,
            "status": "published",
            "created_at": "2026-01-10T15:30:00Z",
            "updated_at": "2026-01-10T15:30:00Z",
        })
    );
}

#[test]
fn without_a_public_address_there_are_no_sign_up_addresses() {
    let server = House::new().serve();
    server.publish("kckps", career_day());
    assert_eq!(shown(&server, "1")["signup_url"], Value::Null);
}

#[test]
fn sign_up_ends_with_the_deadline_and_with_the_start() {
    let server = House::new().serve_publicly();
    let deadline = Some("2026-01-10T10:00".into());
    server.publish("kckps", NewEvent { registration_deadline: deadline, ..event("Deadline", "2026-01-10T12:00") });
    server.publish("kckps", event("Start", "2026-01-10T10:00"));
    let open = |number: i64| {
        let one = shown(&server, &number.to_string())["signup_url"].is_string();
        let listed = server.public("kckps", "").data(200);
        let listed = listed.as_array().unwrap().iter().find(|event| event["id"] == number).unwrap();
        assert_eq!(listed["signup_url"].is_string(), one);
        one
    };
    assert!(open(1) && open(2));
    server.clock.set(super::house::instant("2026-01-10T16:00:00Z"));
    assert!(open(1), "the deadline is inclusive");
    assert!(!open(2), "it has begun");
    server.clock.advance(chrono::TimeDelta::milliseconds(1));
    assert!(!open(1));
    assert_eq!(shown(&server, "1")["registration_deadline"], "2026-01-10T10:00:00-06:00");
}

#[test]
fn nobody_signs_up_for_a_completed_event() {
    let house = House::new();
    house.publish("kckps", career_day());
    let server = house.sql("kckps", "UPDATE events SET status = 'completed'").serve_publicly();
    let shown = shown(&server, "1");
    assert_eq!((&shown["signup_url"], &shown["status"]), (&Value::Null, &json!("completed")));
}

#[test]
fn places_left_never_fall_below_zero_and_a_full_event_keeps_its_sign_up() {
    let house = House::new();
    house.publish("kckps", career_day());
    let server = house.sql("kckps", "UPDATE events SET volunteers_registered = 14").serve_publicly();
    let shown = shown(&server, "1");
    assert_eq!((&shown["volunteers_registered"], &shown["slots_available"]), (&json!(14), &json!(0)));
    assert!(shown["signup_url"].is_string());
}

#[test]
fn local_times_are_the_events_own_zone() {
    let server = House::new().sql("kckps", "UPDATE settings SET time_zone = 'Asia/Kolkata'").serve();
    server.publish("kckps", event("Abroad", "2026-02-01T00:15"));
    let shown = shown(&server, "1");
    assert_eq!(shown["start_datetime"], "2026-02-01T00:15:00+05:30");
    assert_eq!((&shown["date"], &shown["start_time"], &shown["timezone"]), (&json!("2026-02-01"), &json!("00:15"), &json!("Asia/Kolkata")));
}

#[test]
fn a_night_that_is_an_hour_longer_counts_in_the_duration() {
    let server = House::new().serve();
    let ends_at = Some("2026-11-01T03:00".into());
    server.publish("kckps", NewEvent { ends_at, ..event("All night", "2026-10-31T22:00") });
    let shown = shown(&server, "1");
    assert_eq!(shown["duration_minutes"], 360);
    assert_eq!(shown["end_datetime"], "2026-11-01T03:00:00-06:00");
    assert_eq!(shown["start_datetime"], "2026-10-31T22:00:00-05:00");
}
