//! Lists of events as staff see them: filters, orders, pages (E5, FR-SELFSERV-205).

use polaris_core::NewEvent;

use super::house::{House, Server, event};

fn with_events() -> (Server, String) {
    let house = House::new();
    let fair = |title, starts_at| NewEvent { event_type: Some("career_fair".into()), ..event(title, starts_at) };
    house.draft("kckps", event("beta", "2026-02-03T09:00"));
    house.clock.advance(chrono::TimeDelta::seconds(1));
    house.publish("kckps", fair("Alpha", "2026-02-02T09:00"));
    house.clock.advance(chrono::TimeDelta::seconds(1));
    house.draft("kckps", event("completed", "2026-01-02T09:00"));
    house.clock.advance(chrono::TimeDelta::seconds(1));
    house.draft("kckps", fair("cancelled", "2026-02-01T09:00"));
    let server = house.sql("kckps", "UPDATE events SET status = title WHERE title IN ('completed', 'cancelled')").serve();
    let token = server.session("support", Some("kckps"));
    (server, token)
}

#[test]
fn staff_see_events_in_every_status_by_start() {
    let (server, token) = with_events();
    let answer = server.get("/api/v1/tenants/kckps/events").token(&token).send();
    assert_eq!(answer.titles(), ["completed", "cancelled", "Alpha", "beta"]);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.ok(200)["meta"]["tenant"], "kckps");
}

#[test]
fn a_list_can_be_filtered_sorted_and_paged() {
    let (server, token) = with_events();
    for (rest, titles) in [
        ("status=draft", vec!["beta"]),
        ("status=draft,published", vec!["Alpha", "beta"]),
        ("status=confirmed", vec![]),
        ("event_type=CAREER-FAIR", vec!["cancelled", "Alpha"]),
        ("event_type=career_fair&status=published", vec!["Alpha"]),
        ("from_date=2026-02-02", vec!["Alpha", "beta"]),
        ("to_date=2026-02-01", vec!["completed", "cancelled"]),
        ("from_date=2026-02-01&to_date=2026-02-02", vec!["cancelled", "Alpha"]),
        ("sort=-start", vec!["beta", "Alpha", "cancelled", "completed"]),
        ("sort=title", vec!["Alpha", "beta", "cancelled", "completed"]),
        ("sort=-title", vec!["completed", "cancelled", "beta", "Alpha"]),
        ("sort=status", vec!["beta", "Alpha", "completed", "cancelled"]),
        ("sort=created", vec!["beta", "Alpha", "completed", "cancelled"]),
        ("sort=-created", vec!["cancelled", "completed", "Alpha", "beta"]),
        ("per_page=3&page=2", vec!["beta"]),
        ("page=9", vec![]),
    ] {
        assert_eq!(server.get(&format!("/api/v1/tenants/kckps/events?{rest}")).token(&token).send().titles(), titles, "{rest}");
    }
    // A filter that doesn't exist must not quietly show everything.
    server.get("/api/v1/tenants/kckps/events?search=beta").token(&token).send().refuses("search");
}

#[test]
fn events_are_found_by_words_school_and_need() {
    let house = House::new();
    let fest = NewEvent { description: Some("Łódź meets Kansas 🎉".into()), ..event("Straßenfest", "2026-02-01T09:00") };
    house.draft("kckps", fest);
    house.draft("kckps", NewEvent { volunteers_needed: Some(3), ..event("Gala", "2026-02-02T09:00") });
    let server = house
        .sql("kckps", "INSERT INTO schools (name, folded_name, level) VALUES ('Łukasz High', 'lukasz high', 'high')")
        .sql("kckps", "UPDATE events SET school_id = (SELECT max(id) FROM schools) WHERE title = 'Gala'")
        .serve();
    let token = server.session("support", Some("kckps"));
    for (rest, titles) in [
        ("q=strassen", vec!["Straßenfest"]),
        ("q=LODZ+kan", vec!["Straßenfest"]),
        ("q=%F0%9F%8E%89", vec!["Straßenfest"]),
        ("q=lodz%20gala", vec![]),
        ("q=", vec!["Straßenfest", "Gala"]),
        ("q=%22", vec![]),
        ("school=lukasz%20HIGH", vec!["Gala"]),
        ("needs_volunteers=true", vec!["Gala"]),
        ("needs_volunteers=false", vec!["Straßenfest"]),
        ("needs_volunteers=true&q=strassen", vec![]),
    ] {
        assert_eq!(server.get(&format!("/api/v1/tenants/kckps/events?{rest}")).token(&token).send().titles(), titles, "{rest}");
    }
}

#[test]
fn what_a_list_cannot_do_is_refused_by_name() {
    let (server, token) = with_events();
    let long = format!("q={}", "x".repeat(10_000));
    for (rest, field) in [
        ("status=", "status"),
        ("status=open", "status"),
        ("status=draft,", "status"),
        ("status=Draft", "status"),
        ("event_type=party", "event_type"),
        ("from_date=tomorrow", "from_date"),
        ("to_date=2026-02-30", "to_date"),
        ("from_date=2026-02-02&to_date=2026-02-01", "from_date"),
        ("sort=", "sort"),
        ("sort=id", "sort"),
        ("sort=--start", "sort"),
        ("sort=start;DROP", "sort"),
        ("page=0", "page"),
        ("per_page=x", "per_page"),
        ("sort=start&sort=title", "sort"),
        ("q=a%00b", "q"),
        ("q=a%0Ab", "q"),
        ("q=%ff", "q"),
        ("q=caf%E9", "q"),
        (&long, "q"),
        ("school=", "school"),
        ("school=Hogwarts", "school"),
        ("needs_volunteers=yes", "needs_volunteers"),
        ("needs_volunteers=", "needs_volunteers"),
    ] {
        server.get(&format!("/api/v1/tenants/kckps/events?{rest}")).token(&token).send().refuses(field);
    }
}
