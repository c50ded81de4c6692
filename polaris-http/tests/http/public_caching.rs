//! ETags, and answers that are never stale (FR-API-106).

use chrono::TimeDelta;
use polaris_core::{Actor, NewEvent};
use serde_json::{Value, json};

use super::house::{House, Server, event};

fn with_an_event() -> Server {
    let house = House::new();
    house.publish("kckps", event("Career Day", "2026-02-01T09:00"));
    house.serve_publicly()
}

fn etag(server: &Server, rest: &str) -> String {
    server.public("kckps", rest).header("etag").unwrap().to_owned()
}

#[test]
fn an_etag_is_weak_and_stays_while_nothing_changes() {
    let server = with_an_event();
    for rest in ["", "/upcoming", "/1", "/career-day-2026-02-01", "?page=2"] {
        let first = etag(&server, rest);
        assert!(first.starts_with("W/\"") && first.ends_with('"') && first.len() > 10, "{first}");
        server.clock.advance(TimeDelta::hours(1));
        assert_eq!(etag(&server, rest), first, "only `meta` has changed");
    }
    assert_ne!(etag(&server, ""), etag(&server, "?page=2"), "the pagination counts too");
    assert_eq!(server.public("kckps", "").header("cache-control"), Some("private, max-age=60"));
}

#[test]
fn an_etag_changes_with_what_it_stands_for() {
    let server = with_an_event();
    let (list, upcoming, one) = (etag(&server, ""), etag(&server, "/upcoming"), etag(&server, "/1"));
    server.publish("kckps", event("Another", "2026-02-02T09:00"));
    assert_ne!(etag(&server, ""), list);
    assert_ne!(etag(&server, "/upcoming"), upcoming);
    assert_eq!(etag(&server, "/1"), one, "this event is as it was");
    let list = etag(&server, "");
    server.draft("kckps", event("Draft", "2026-02-03T09:00"));
    assert_eq!(etag(&server, ""), list, "a draft is nobody's business");
}

#[test]
fn who_has_it_already_gets_304_without_a_body() {
    let server = with_an_event();
    for rest in ["", "/upcoming", "/1"] {
        let path = format!("/api/v1/district/kckps/events{rest}");
        let etag = etag(&server, rest);
        let strong = etag.trim_start_matches("W/").to_owned();
        let given =
            [etag.clone(), strong.clone(), "*".into(), format!("\"x\", {etag}"), format!("W/\"x\",{strong} , \"y\""), format!(" {etag} ")];
        for given in given {
            for method in ["GET", "HEAD"] {
                let answer = server.ask(method, &path).key(server.key("kckps")).header("If-None-Match", &given).send();
                assert_eq!(answer.status, 304, "{given}");
                assert_eq!(answer.header("etag"), Some(&*etag));
                assert_eq!(answer.header("cache-control"), Some("private, max-age=60"));
                assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
                assert_eq!((answer.header("content-type"), answer.header("content-length")), (None, None), "there is nothing to describe");
                assert!(answer.header("x-ratelimit-remaining").is_some() && answer.header("date").is_some());
            }
        }
        for given in ["\"x\"", "W/\"x\"", "", &strong.replace('"', ""), &format!("{etag}x"), &format!("W/{etag}"), &format!("w/{strong}")] {
            server.get(&path).key(server.key("kckps")).header("If-None-Match", given).send().ok(200);
        }
    }
}

#[test]
fn a_tag_on_a_second_line_counts() {
    let server = with_an_event();
    let etag = etag(&server, "");
    let ask = server.get("/api/v1/district/kckps/events").key(server.key("kckps"));
    assert_eq!(ask.header("If-None-Match", "\"x\"").header("If-None-Match", &etag).send().status, 304);
}

#[test]
fn having_it_already_opens_no_door() {
    let server = with_an_event();
    let ask = || server.get("/api/v1/district/kckps/events").header("If-None-Match", "*");
    ask().send().refused(401, "MISSING_API_KEY");
    ask().key(server.key("hmsd")).send().refused(401, "INVALID_API_KEY");
    let missing = server.get("/api/v1/district/kckps/events/99").key(server.key("kckps")).header("If-None-Match", "*").send();
    missing.refused(404, "EVENT_NOT_FOUND");
}

#[test]
fn what_another_process_has_written_shows_in_the_next_answer() {
    let server = with_an_event();
    let other = server.another_engine();
    for n in 0..20 {
        // Rendered and kept for each question.
        assert_eq!(server.public("kckps", "?per_page=100").titles().len(), 1 + n);
        assert_eq!(server.public("kckps", "/upcoming?per_page=100").titles().len(), 1 + n);
        server.public("kckps", &format!("/{}", 2 + n)).refused(404, "EVENT_NOT_FOUND");
        let theirs = other.tenant("kckps", Actor::System).unwrap();
        let draft = theirs.events().create(event(&format!("Number {n}"), "2026-02-02T09:00")).unwrap();
        server.public("kckps", &format!("/{}", draft.id)).refused(404, "EVENT_NOT_FOUND");
        theirs.events().publish(draft.id).unwrap();
        server.public("kckps", &format!("/{}", draft.id)).ok(200);
        assert_eq!(server.public("kckps", "/upcoming?per_page=100").titles().len(), 2 + n);
        assert_eq!(server.public("kckps", "?per_page=100").titles().len(), 2 + n);
    }
}

/// What the events say is not all in their own rows (FR-API-106).
#[test]
fn who_has_it_already_is_told_of_a_changed_roster_district_school_and_zone() {
    const TENANT: &str = "/api/v1/tenants/kckps";
    const REFERENCE: &str = "/api/v1/platform/reference";
    let server = House::new().serve_publicly();
    let (admin, operator) = (server.session("admin", Some("kckps")), server.session("admin", None));
    server.post(&format!("{REFERENCE}/sync")).token(&operator).send().data(200);
    let new =
        NewEvent { school: Some("Wyandotte High School".into()), volunteers_needed: Some(3), ..event("Career Day", "2026-02-01T09:00") };
    server.publish("kckps", new);
    let volunteer = json!({ "first_name": "Pat", "last_name": "Lee", "email": "pat@example.org" });
    server.post(&format!("{TENANT}/volunteers")).token(&admin).json(&volunteer).send().data(201);

    let ask = |rest: &str, tag: &str| {
        let path = format!("/api/v1/district/kckps/events{rest}");
        server.get(&path).key(server.key("kckps")).header("If-None-Match", tag).send()
    };
    let mut known = ["", "/upcoming", "/1"].map(|rest| (rest, etag(&server, rest)));
    let that_day = "?from_date=2026-02-01&to_date=2026-02-01";
    let mut turns = |what: &str, field: &str, value: Value| {
        for (rest, tag) in &mut known {
            let answer = ask(rest, tag);
            assert_eq!(answer.status, 200, "{what}, {rest}");
            let data = answer.data(200);
            assert_eq!(data.get(0).unwrap_or(&data)[field], value, "{what}, {rest}");
            *tag = answer.header("etag").unwrap().to_owned();
            assert_eq!(ask(rest, tag).status, 304, "{what}, {rest}");
        }
    };
    let change = |method: &str, path: &str, token: &str, body: Value| {
        let answer = server.ask(method, path).token(token).json(&body).send();
        assert!(matches!(answer.status, 200 | 201), "{method} {path}: {}", answer.text());
    };
    let roster = format!("{TENANT}/events/1/roster");
    change("POST", &roster, &admin, json!({ "volunteer_id": 1, "status": "confirmed" }));
    turns("a volunteer more", "volunteers_registered", json!(1));
    change("PATCH", &format!("{roster}/1"), &admin, json!({ "status": "declined" }));
    turns("a volunteer less", "slots_available", json!(3));
    let renamed = json!({ "districts": [{ "name": "Kansas City Kansas Public Schools", "schools": [
        { "name": "Wyandotte Academy", "level": "high", "aliases": ["Wyandotte High School"] },
    ] }] });
    change("POST", &format!("{REFERENCE}/import"), &operator, renamed);
    change("POST", &format!("{REFERENCE}/sync"), &operator, json!({}));
    turns("the school's new name", "school", json!("Wyandotte Academy"));
    change("PATCH", "/api/v1/platform/tenants/kckps", &operator, json!({ "district": "KCK Public Schools" }));
    turns("the district's new name", "district", json!("KCK Public Schools"));
    change("PATCH", &format!("{TENANT}/events/1"), &admin, json!({ "time_zone": "America/Denver" }));
    turns("the event's zone", "start_datetime", json!("2026-02-01T09:00:00-07:00"));
    // The zone of the tenant leaves events where they are, and moves the days.
    let tag = etag(&server, that_day);
    assert_eq!(ask(that_day, &tag).status, 304);
    change("PATCH", &format!("{TENANT}/settings"), &admin, json!({ "time_zone": "Pacific/Auckland" }));
    assert!(ask(that_day, &tag).titles().is_empty(), "there it is the second of February");
    assert_eq!(server.public("kckps", "/1").data(200)["timezone"], "America/Denver");
}

#[test]
fn an_event_leaves_the_upcoming_ones_when_it_begins() {
    let server = House::new().serve();
    server.publish("kckps", event("First", "2026-01-10T10:00"));
    server.publish("kckps", event("Second", "2026-01-10T11:00"));
    server.publish("kckps", event("Third", "2026-01-10T12:00"));
    let titles = |rest: &str| server.public("kckps", &format!("/upcoming{rest}")).titles();
    assert_eq!(titles(""), ["First", "Second", "Third"]);
    assert_eq!(titles("?per_page=1&page=2"), ["Second"]);
    server.clock.advance(TimeDelta::minutes(31));
    assert_eq!(titles(""), ["Second", "Third"]);
    assert_eq!(titles("?per_page=1&page=2"), ["Third"], "an event of an earlier page has begun");
    server.clock.advance(TimeDelta::hours(1));
    assert_eq!(titles(""), ["Third"]);
    assert_eq!(server.public("kckps", "").titles(), ["First", "Second", "Third"]);
}

#[test]
fn a_rendered_answer_ends_with_the_deadline_of_any_of_its_events() {
    let server = House::new().serve_publicly();
    let deadline = |at: &str| Some(format!("2026-01-10T{at}"));
    server.publish("kckps", NewEvent { registration_deadline: deadline("10:00"), ..event("Early", "2026-01-10T18:00") });
    server.publish("kckps", NewEvent { registration_deadline: deadline("09:45"), ..event("Earlier", "2026-01-10T19:00") });
    let open = || {
        let data = server.public("kckps", "/upcoming").data(200);
        data.as_array().unwrap().iter().filter(|event| event["signup_url"].is_string()).count()
    };
    let before = etag(&server, "/upcoming");
    assert_eq!(open(), 2);
    server.clock.advance(TimeDelta::minutes(16));
    assert_eq!(open(), 1);
    assert_ne!(etag(&server, "/upcoming"), before);
    server.clock.advance(TimeDelta::minutes(15));
    assert_eq!(open(), 0);
}

#[test]
fn head_is_get_without_the_body() {
    let server = with_an_event();
    for rest in ["", "/upcoming", "/1", "/99", "?page=0"] {
        let path = format!("/api/v1/district/kckps/events{rest}");
        let ask = |method| server.ask(method, &path).key(server.key("kckps")).header("X-Request-Id", "the-same-id").send();
        let (get, head) = (ask("GET"), ask("HEAD"));
        assert_eq!(head.status, get.status, "{rest}");
        assert!(head.body.is_empty());
        for (name, value) in &get.headers {
            // Each of them costs.
            if name != "date" && name != "x-ratelimit-remaining" {
                assert_eq!(head.headers.get(name), Some(value), "{name} of {rest}");
            }
        }
        assert_eq!(head.headers.len(), get.headers.len());
    }
}
