//! Addresses of the earlier application that stand in mails and on websites (FR-API-103).

use polaris_http::ServerConfig;

use super::house::{House, Server, event};

/// With an event in each status; numbers 1 to 5.
fn house() -> House {
    let house = House::new();
    house.draft("kckps", event("Draft", "2026-02-01T09:00"));
    for title in ["Confirmed", "Published", "Completed", "Cancelled"] {
        house.publish("kckps", event(title, "2026-02-01T09:00"));
    }
    house.sql("kckps", "UPDATE events SET status = lower(title) WHERE title IN ('Confirmed', 'Completed', 'Cancelled')")
}

fn sent_on(server: &Server, path: &str) -> Option<String> {
    let answer = server.get(path).send_unchecked();
    match answer.status {
        308 => Some(answer.header("location").unwrap().to_owned()),
        404 => None,
        other => panic!("{path}: {other}"),
    }
}

#[test]
fn a_sign_up_address_of_before_leads_to_the_page_of_now() {
    let server = house().serve();
    let old = |number: u32| sent_on(&server, &format!("/district/kckps/event/{number}/signup"));
    assert_eq!(old(3).as_deref(), Some("/signup/kckps/published-2026-02-01"));
    assert_eq!(old(2).as_deref(), Some("/signup/kckps/confirmed-2026-02-01"));
    // What is over or called off has its page, which says so.
    assert_eq!(old(4).as_deref(), Some("/signup/kckps/completed-2026-02-01"));
    assert_eq!(old(5).as_deref(), Some("/signup/kckps/cancelled-2026-02-01"));
    let answer = server.ask("HEAD", "/district/kckps/event/3/signup?utm=mail").send_unchecked();
    assert_eq!((answer.status, answer.header("cache-control")), (308, Some("public, max-age=3600")));
    assert_eq!(server.ask("DELETE", "/district/kckps/event/3/signup").send_unchecked().header("allow"), Some("GET, HEAD"));
}

#[test]
fn it_leads_to_where_the_public_reaches_the_server() {
    let config = ServerConfig { public_url: Some("https://events.example.org/polaris".into()), ..ServerConfig::default() };
    let server = house().serve_with(config);
    let found = sent_on(&server, "/district/kckps/event/3/signup");
    assert_eq!(found.as_deref(), Some("https://events.example.org/polaris/signup/kckps/published-2026-02-01"));
}

#[test]
fn what_nobody_outside_has_heard_of_is_not_there() {
    let server = house().serve();
    for path in [
        "/district/kckps/event/1/signup",
        "/district/kckps/event/99/signup",
        "/district/kckps/event/0/signup",
        "/district/kckps/event/-3/signup",
        "/district/kckps/event/+3/signup",
        "/district/kckps/event/3x/signup",
        "/district/kckps/event/99999999999999999999/signup",
        "/district/kckps/event/published-2026-02-01/signup",
        "/district/kckps/event/%FF/signup",
        "/district/hmsd/event/3/signup",
        "/district/nowhere/event/3/signup",
        "/district/KCKPS/event/3/signup",
        "/district/..%2fkckps/event/3/signup",
        "/district/kckps/event/3/signup/",
        "/district/kckps/event/3",
    ] {
        assert_eq!(sent_on(&server, path), None, "{path}");
        let page = server.get(path).header("Accept", "text/html").send_unchecked();
        assert_eq!((page.status, page.header("content-type")), (404, Some("text/html; charset=utf-8")), "{path}");
    }
}

#[test]
fn a_tenant_that_is_deactivated_or_has_no_events_sends_nobody_on() {
    let server = house().without_events("kckps").serve();
    assert_eq!(sent_on(&server, "/district/kckps/event/3/signup"), None);
    let server = house().deactivated("kckps").serve();
    assert_eq!(sent_on(&server, "/district/kckps/event/3/signup"), None);
}
