//! The calendar as staff see it, in the shape that FullCalendar reads (E6, FR-SELFSERV-204), and the feeds they make.

use polaris_core::NewEvent;
use serde_json::{Value, json};

use super::house::{House, Server, event};

const CALENDAR: &str = "/api/v1/tenants/kckps/calendar";
const FEEDS: &str = "/api/v1/tenants/kckps/calendar/feeds";

fn with_events() -> (Server, String) {
    let house = House::new();
    let fair = NewEvent {
        description: Some("Meet people".into()),
        event_type: Some("career_fair".into()),
        school: Some("Wyandotte High School".into()),
        volunteers_needed: Some(3),
        ends_at: Some("2026-01-15T11:30".into()),
        ..event("Career fair", "2026-01-15T09:00")
    };
    house.publish("kckps", fair);
    house.draft("kckps", event("Early", "2026-01-02T09:00"));
    house.draft("hmsd", event("Another district's", "2026-01-15T09:00"));
    let server = house.sql("kckps", "UPDATE events SET volunteers_registered = 1 WHERE id = 1").serve_publicly();
    let token = server.session("admin", Some("kckps"));
    (server, token)
}

#[test]
fn a_month_is_what_fullcalendar_reads() {
    let (server, token) = with_events();
    let answer =
        server.get(&format!("{CALENDAR}?start=2026-01-01T00%3A00%3A00-06%3A00&end=2026-02-01T00%3A00%3A00-06%3A00")).token(&token).send();
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let items = answer.data(200);
    let fair = json!({
        "id": "1", "title": "Career fair", "start": "2026-01-15T09:00:00-06:00", "end": "2026-01-15T11:30:00-06:00",
        "color": "#007bff", "className": null, "url": "/api/v1/tenants/kckps/events/1",
        "extendedProps": {
            "source": "tenant", "slug": "career-fair-2026-01-15", "location": "Main gym", "school": "Wyandotte High School",
            "type": "career_fair", "format": "in_person", "status": "published", "description": "Meet people", "volunteer_count": 1,
            "volunteers_needed": 3, "fill_percent": 33, "is_past": false, "time_zone": "America/Chicago",
        },
    });
    assert_eq!(items.as_array().unwrap().len(), 2);
    assert_eq!(items[1], fair);
    assert_eq!((&items[0]["className"], &items[0]["color"]), (&json!("past-event"), &json!("#6c757d")));
    assert_eq!((&items[0]["end"], &items[0]["extendedProps"]["fill_percent"]), (&json!("2026-01-02T10:00:00-06:00"), &Value::Null));
    let shown = server.get(items[1]["url"].as_str().unwrap()).token(&token).send().data(200);
    assert_eq!(shown["slug"], "career-fair-2026-01-15");
}

#[test]
fn ranges_are_asked_for_in_every_way_fullcalendar_and_people_do() {
    let (server, token) = with_events();
    for (query, titles) in [
        ("", vec!["Early", "Career fair"]),
        ("?view=month&date=2026-01-31", vec!["Early", "Career fair"]),
        ("?view=week&date=2026-01-17", vec!["Career fair"]),
        ("?view=day&date=2026-01-15", vec!["Career fair"]),
        ("?view=day", vec![]),
        ("?date=2026-02-01", vec![]),
        // As FullCalendar asks with timeZone: 'local', 'UTC' and a named zone.
        ("?start=2026-01-15T00%3A00%3A00-06%3A00&end=2026-01-16T00%3A00%3A00-06%3A00", vec!["Career fair"]),
        ("?start=2026-01-15T00%3A00%3A00Z&end=2026-01-16T00%3A00%3A00Z&timeZone=UTC", vec!["Career fair"]),
        ("?start=2026-01-15T00%3A00%3A00&end=2026-01-16T00%3A00%3A00&timeZone=America%2FChicago", vec!["Career fair"]),
        ("?start=2026-01-16T00%3A00%3A00&end=2026-01-17T00%3A00%3A00&timeZone=Pacific%2FAuckland", vec!["Career fair"]),
        ("?start=2026-01-15&end=2026-01-16", vec!["Career fair"]),
        ("?start=2026-01-15T11:30&end=2026-01-16", vec![]),
    ] {
        assert_eq!(server.get(&format!("{CALENDAR}{query}")).token(&token).send().titles(), titles, "{query}");
    }
    let there = server.get(&format!("{CALENDAR}?view=day&date=2026-01-16&timeZone=Pacific/Auckland")).token(&token).send().data(200);
    assert_eq!(
        (&there[0]["start"], &there[0]["extendedProps"]["time_zone"]),
        (&json!("2026-01-16T04:00:00+13:00"), &json!("America/Chicago"))
    );
}

#[test]
fn what_the_calendar_cannot_show_is_refused_by_name() {
    let (server, token) = with_events();
    for (query, field) in [
        ("view=year", "view"),
        ("view=", "view"),
        ("date=2026-02-30", "date"),
        ("date=", "date"),
        ("start=2026-01-01", "end"),
        ("end=2026-01-01", "start"),
        ("start=2026-01-02&end=2026-01-01", "end"),
        ("start=2026-01-01&end=2027-12-01", "end"),
        ("start=now&end=2027-12-01", "start"),
        ("start=2026-01-01T00:00:00+00:00&end=2026-01-02", "start"),
        ("start=2026-01-01&end=2026-01-02&view=day", "view"),
        ("timeZone=Kansas", "timeZone"),
        ("timeZone=local", "timeZone"),
        ("time_zone=UTC", "time_zone"),
        ("view=day&view=week", "view"),
        ("date=2026-01-15%00", "date"),
    ] {
        server.get(&format!("{CALENDAR}?{query}")).token(&token).send().refuses(field);
    }
    server.get(&format!("{CALENDAR}/export?from=1")).token(&token).send().refuses("from");
}

#[test]
fn the_calendar_is_exported_as_a_file() {
    let (server, token) = with_events();
    let answer = server.get(&format!("{CALENDAR}/export")).token(&token).send();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"kckps.ics\""));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let text = answer.text();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.contains("\r\nSUMMARY:Early\r\n") && !text.contains("Another"));
}

#[test]
fn a_feed_is_made_shown_once_listed_and_revoked() {
    let house = House::new().with_people();
    let admin = house.tenant("kckps").users().list(&Default::default(), Default::default(), Default::default()).unwrap().items;
    let user = admin.first().unwrap().clone();
    let server = house.serve_publicly();
    let token = server.session("admin", Some("kckps"));
    let made = server.post(FEEDS).token(&token).json(&json!({ "name": " Phone ", "user": user.email.as_str() })).send();
    assert_eq!(made.header("location"), Some("/api/v1/tenants/kckps/calendar/feeds/1"));
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let made = made.data(201);
    let feed = json!({
        "id": 1, "name": "Phone", "user": user.id.get(), "user_name": format!("{} {}", user.first_name, user.last_name),
        "created_at": "2026-01-10T15:30:00Z", "last_used_at": null,
    });
    assert_eq!(made["feed"], feed);
    let path = made["path"].as_str().unwrap();
    assert!(path.starts_with("/calendar/kckps/plcf_") && path.ends_with(".ics"));
    assert_eq!(made["url"], format!("https://events.example.org{path}"));
    let read = server.get(path).send();
    assert_eq!((read.status, read.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
    let listed = server.get(FEEDS).token(&token).send();
    let secret = path.split('/').next_back().unwrap().strip_suffix(".ics").unwrap();
    assert!(!listed.text().contains(secret));
    assert_eq!(listed.ok(200)["pagination"]["total"], 1);
    assert_eq!(listed.data(200)[0]["last_used_at"], "2026-01-10T15:00:00Z");
    let revoked = server.ask("DELETE", &format!("{FEEDS}/1")).token(&token).send();
    assert_eq!(revoked.data(200)["id"], 1);
    server.ask("DELETE", &format!("{FEEDS}/1")).token(&token).send().refused(404, "NOT_FOUND");
    server.get(path).send().refused(404, "NOT_FOUND");
    assert_eq!(server.get(FEEDS).token(&token).send().ok(200)["pagination"]["total"], 0);
}

#[test]
fn a_bad_feed_is_refused_by_field() {
    let (server, token) = with_events();
    server.post(FEEDS).token(&token).json(&json!({})).send().refused(409, "CONFLICT");
    let answer = server.post(FEEDS).token(&token).json(&json!({ "name": "x".repeat(101), "user": "nobody@kckps.org" })).send();
    let fields = [("name".to_owned(), "TOO_LONG".to_owned()), ("user".to_owned(), "UNKNOWN_USER".to_owned())];
    assert_eq!(answer.fields(422, "VALIDATION_FAILED"), fields);
    server.post(FEEDS).token(&token).json(&json!({ "secret": "mine" })).send().refuses("secret");
    server.post(FEEDS).token(&token).json(&json!({ "user": 1 })).send().refuses("user");
    server.get(&format!("{FEEDS}?page=0")).token(&token).send().refuses("page");
    let support = server.session("support", Some("kckps"));
    server.post(FEEDS).token(&support).json(&json!({ "user": "nobody@kckps.org" })).send().refused(403, "FORBIDDEN");
}
