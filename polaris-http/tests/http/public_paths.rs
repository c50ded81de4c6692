//! Slugs and numbers in the path, and what people put there instead.

use super::house::{House, Server, event};

fn with_an_event() -> Server {
    let house = House::new();
    house.publish("kckps", event("Career Day", "2026-02-01T09:00"));
    house.serve()
}

fn as_kckps(server: &Server, path: &str) -> super::client::Answer {
    server.get(path).key(server.key("kckps")).send()
}

#[test]
fn only_lower_case_slugs_name_a_tenant() {
    let server = with_an_event();
    for odd in [
        "KCKPS",
        "Kckps",
        "kck",
        "kckps-",
        "kckps%20",
        "kckps%00",
        "%20",
        "kckps.db",
        "%2e%2e",
        "..%2f..%2fkckps",
        "kckps;x",
        "'",
        "%E3%82%AD",
    ] {
        as_kckps(&server, &format!("/api/v1/district/{odd}/events")).refused(404, "TENANT_NOT_FOUND");
    }
    let long = "k".repeat(5_000);
    as_kckps(&server, &format!("/api/v1/district/{long}/events")).refused(404, "TENANT_NOT_FOUND");
}

#[test]
fn a_percent_encoded_letter_is_that_letter() {
    let server = with_an_event();
    assert_eq!(as_kckps(&server, "/api/v1/district/%6bckps/events").titles(), ["Career Day"]);
    assert_eq!(as_kckps(&server, "/api/v1/district/kckps/events/career%2Dday-2026-02-01").data(200)["id"], 1);
}

#[test]
fn odd_event_names_are_no_events() {
    let server = with_an_event();
    let odd = [
        "Career-Day-2026-02-01",
        "career-day-2026-02-01%00",
        "career-day-2026-02-01%20",
        "career_day-2026-02-01",
        "0",
        "-1",
        "+1",
        "1.0",
        "1e0",
        "0x1",
        "%D9%A1",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999999",
        "%2e%2e",
        "..",
        "..%2f..%2fhealth",
        "1%2F2",
        "1;DROP%20TABLE%20events",
        "'%20OR%201=1--",
        "*",
        "%25",
        "{event}",
        ":event",
    ];
    for name in odd {
        as_kckps(&server, &format!("/api/v1/district/kckps/events/{}", name.replace('{', "%7B").replace('}', "%7D")))
            .refused(404, "EVENT_NOT_FOUND");
    }
    as_kckps(&server, &format!("/api/v1/district/kckps/events/{}", "1".repeat(9_000))).refused(404, "EVENT_NOT_FOUND");
    assert_eq!(as_kckps(&server, "/api/v1/district/kckps/events/01").data(200)["id"], 1);
}

#[test]
fn paths_are_not_walked() {
    let server = with_an_event();
    for path in [
        "/api/v1/district/kckps/events/",
        "/api/v1/district/kckps/events/upcoming/",
        "/api/v1/district/kckps/events/1/",
        "/api/v1/district/kckps/events/1/2",
        "/api/v1/district/kckps/",
        "/api/v1/district/kckps",
        "/api/v1/district//events",
        "/api/v1//district/kckps/events",
        "//api/v1/district/kckps/events",
        "/api/v1/district/../district/kckps/events",
        "/api/v1/district/kckps/events/../events",
        "/api/v1/district/kckps/%2e%2e/kckps/events",
        "/api/v1/district/kckps%2Fevents",
        "/api/v1/%64istrict/kckps/events",
        "/API/v1/district/kckps/events",
        "/api/v1/district/kckps/Events",
        "/api/v2/district/kckps/events",
        "/api/",
        "/api/v1/../../etc/passwd",
        // Escapes that are no text.
        "/api/v1/district/%FF/events",
        "/api/v1/district/kckps/events/%FF",
        "/api/v1/district/kckps/events/%E2%82",
        "/api/v1/district/kckps/events/%FF%FE%00",
        "/api/v1/tenants/kckps/events/%FF",
        "/api/v1/tenants/kckps/events/",
        "/api/v1/tenants//events",
        "/api/v1/platform/tenants/",
        "/..%2f..%2f..%2fetc/passwd",
        "/polaris.db",
        "/polaris_kckps.db",
    ] {
        as_kckps(&server, path).refused(404, "NOT_FOUND");
    }
}
