//! Which events the public sees, and in which order (FR-API-101…103).

use super::house::{House, event};

/// A house with an event in each status, one more published in the past, and two more to come.
fn with_every_status() -> House {
    let house = House::new();
    house.draft("kckps", event("Draft", "2026-02-01T09:00"));
    for title in ["Confirmed", "Completed", "Cancelled"] {
        house.draft("kckps", event(title, "2026-02-01T09:00"));
    }
    house.publish("kckps", event("Later", "2026-03-01T09:00"));
    house.publish("kckps", event("Past", "2026-01-05T09:00"));
    house.publish("kckps", event("Sooner", "2026-02-01T09:00"));
    house.sql("kckps", "UPDATE events SET status = lower(title), slug_frozen = 1 WHERE title IN ('Confirmed', 'Completed', 'Cancelled')")
}

#[test]
fn only_published_events_are_listed_by_start() {
    let server = with_every_status().serve();
    assert_eq!(server.public("kckps", "").titles(), ["Past", "Sooner", "Later"]);
    assert_eq!(server.public("kckps", "?status=published").titles(), ["Past", "Sooner", "Later"]);
}

#[test]
fn completed_events_are_listed_when_asked_for() {
    let server = with_every_status().serve();
    assert_eq!(server.public("kckps", "?status=completed").titles(), ["Completed"]);
}

#[test]
fn upcoming_events_have_not_begun() {
    let server = with_every_status().serve();
    assert_eq!(server.public("kckps", "/upcoming").titles(), ["Sooner", "Later"]);
}

#[test]
fn a_single_event_is_found_by_number_and_by_slug_if_it_is_published_or_completed() {
    let server = with_every_status().serve();
    let sooner = server.public("kckps", "/sooner-2026-02-01").data(200);
    assert_eq!(server.public("kckps", &format!("/{}", sooner["id"])).data(200), sooner);
    assert_eq!(server.public("kckps", "/completed-2026-02-01").data(200)["status"], "completed");
    assert_eq!(server.public("kckps", "/past-2026-01-05").data(200)["status"], "published");
    for hidden in ["draft", "confirmed", "cancelled"] {
        server.public("kckps", &format!("/{hidden}-2026-02-01")).refused(404, "EVENT_NOT_FOUND");
    }
    // Draft, Confirmed and Cancelled have the numbers 1, 2 and 4.
    for hidden in [1, 2, 4, 999] {
        server.public("kckps", &format!("/{hidden}")).refused(404, "EVENT_NOT_FOUND");
    }
}

#[test]
fn an_event_at_this_very_instant_is_still_upcoming() {
    let server = House::new().serve();
    server.publish("kckps", event("Now", "2026-01-10T09:30"));
    assert_eq!(server.public("kckps", "/upcoming").titles(), ["Now"]);
    server.clock.advance(chrono::TimeDelta::milliseconds(1));
    assert!(server.public("kckps", "/upcoming").titles().is_empty());
}

#[test]
fn a_list_tells_where_its_page_stands() {
    let server = House::new().serve();
    for n in 1..=45 {
        server.publish("kckps", event(&format!("Event {n:02}"), &format!("2026-02-{:02}T{:02}:00", 1 + n / 20, 1 + n % 20)));
    }
    let answer = server.public("kckps", "");
    assert_eq!(
        answer.ok(200)["pagination"].to_string(),
        r#"{"has_next":true,"has_prev":false,"page":1,"per_page":20,"total":45,"total_items":45,"total_pages":3}"#
    );
    let last = server.public("kckps", "?page=3");
    assert_eq!(last.titles().len(), 5);
    assert_eq!(
        last.ok(200)["pagination"].to_string(),
        r#"{"has_next":false,"has_prev":true,"page":3,"per_page":20,"total":45,"total_items":45,"total_pages":3}"#
    );

    let mut seen: Vec<String> =
        (1..=5).flat_map(|page| server.public("kckps", &format!("/upcoming?per_page=10&page={page}")).titles()).collect();
    assert_eq!(seen.len(), 45);
    seen.dedup();
    assert_eq!(seen.len(), 45, "pages don't overlap");
}

#[test]
fn a_page_past_the_end_is_empty() {
    let server = House::new().serve();
    server.publish("kckps", event("Only", "2026-02-01T09:00"));
    for rest in ["?page=2", "?page=1000000", "?page=1000000&per_page=100", "/upcoming?page=2"] {
        let body = server.public("kckps", rest).ok(200);
        assert_eq!(body["data"], serde_json::json!([]), "{rest}");
        assert_eq!(body["pagination"]["total"], 1, "{rest}");
        assert_eq!(body["pagination"]["has_next"], false, "{rest}");
        assert_eq!(body["pagination"]["has_prev"], true, "{rest}");
    }
    let none = server.public("hmsd", "").ok(200);
    assert_eq!(
        none["pagination"].to_string(),
        r#"{"has_next":false,"has_prev":false,"page":1,"per_page":20,"total":0,"total_items":0,"total_pages":0}"#
    );
}

#[test]
fn an_answer_says_for_whom_and_when() {
    let server = House::new().serve();
    let body = server.public("kckps", "").ok(200);
    assert_eq!(body["success"], true);
    assert_eq!(body["meta"], serde_json::json!({ "tenant": "kckps", "generated_at": super::house::NOW }));
    let keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["data", "meta", "pagination", "success"]);
    server.clock.advance(chrono::TimeDelta::seconds(61));
    assert_eq!(server.public("kckps", "").ok(200)["meta"]["generated_at"], "2026-01-10T15:31:01Z");
}
