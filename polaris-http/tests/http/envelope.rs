//! Every error is JSON in one shape (FR-API-107); outside `/api` a browser gets a page.

use serde_json::Value;

use super::house::House;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[test]
fn an_unknown_path_is_an_error_in_the_envelope() {
    let server = House::new().serve();
    let paths = [
        "/",
        "/nothing",
        "/api",
        "/api/",
        "/api/v1/nothing",
        "/docs/",
        "/health",
        "/health/live/",
        "/openapi.jsonx",
        "/%00",
        "/%FF",
        "/a%0d%0aX-Evil:%201",
    ];
    for path in paths {
        for method in ["GET", "POST", "DELETE", "PROPFIND"] {
            server.ask(method, path).send().refused(404, "NOT_FOUND");
        }
        let head = server.ask("HEAD", path).send();
        assert_eq!((head.status, head.body.len()), (404, 0));
    }
    server.get(&format!("/{}", "x".repeat(20_000))).send().refused(404, "NOT_FOUND");
}

#[test]
fn outside_the_api_a_browser_gets_a_page() {
    let server = House::new().serve();
    for path in ["/", "/nothing", "/signup/kckps/nothing", "/calendar/x"] {
        let answer = server.get(path).header("Accept", BROWSER).send_unchecked();
        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(answer.text().contains("<h1>Not found</h1>"));
        assert!(answer.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    }
    server.get("/api/v1/nothing").header("Accept", BROWSER).send().refused(404, "NOT_FOUND");
}

#[test]
fn a_wrong_method_is_told_which_ones_there_are() {
    let server = House::new().serve();
    for (path, allowed) in [
        ("/api/v1/district/kckps/events", "GET, HEAD, OPTIONS"),
        ("/api/v1/district/kckps/events/upcoming", "GET, HEAD, OPTIONS"),
        ("/api/v1/district/kckps/events/7", "GET, HEAD, OPTIONS"),
        ("/api/v1/tenants/kckps/events", "GET, HEAD, POST"),
        ("/api/v1/tenants/kckps/events/7", "GET, HEAD, PATCH"),
        ("/api/v1/tenants/kckps/events/7/publish", "POST"),
        ("/api/v1/platform/tenants", "GET, HEAD, POST"),
        ("/api/v1/platform/tenants/kckps", "GET, HEAD, PATCH"),
        ("/api/v1/platform/tenants/kckps/purge", "POST"),
        ("/api/v1/tenants/kckps/settings", "GET, HEAD, PATCH"),
        ("/health/live", "GET, HEAD"),
        ("/health/ready", "GET, HEAD"),
        ("/docs", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
    ] {
        let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"];
        for method in methods.into_iter().filter(|method| !allowed.split(", ").any(|allowed| allowed == *method)) {
            let answer = server.ask(method, path).send();
            assert_eq!((answer.status, answer.header("allow")), (405, Some(allowed)), "{method} {path}");
            if method != "HEAD" {
                answer.refused(405, "METHOD_NOT_ALLOWED");
            }
        }
    }
}

#[test]
fn an_error_quotes_nothing_of_what_was_sent_that_could_be_secret() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let body = r#"{"title": {"password": "hunter2"}, "starts_at": "x"}"#;
    let answer = server.post("/api/v1/tenants/kckps/events").token(&token).header("Content-Type", "application/json").body(body).send();
    answer.refuses("title");
    assert!(!answer.text().contains("hunter2"));
    let answer = server.get("/api/v1/district/kckps/events?page=hunter2").key(server.key("kckps")).send();
    assert!(!answer.text().contains("hunter2"));
}

#[test]
fn a_missing_file_of_a_tenant_is_unavailable_and_names_no_path() {
    let house = House::new().sql("registry", "SELECT 1");
    let data = house.data();
    let engine = house.another_engine();
    drop(engine);
    let server = house.serve();
    let token = server.session("admin", None);
    // Nothing has opened this tenant since the start.
    std::fs::rename(data.join("polaris_hmsd.db"), data.join("elsewhere")).unwrap();
    let public = server.public("hmsd", "");
    public.refused(503, "UNAVAILABLE");
    assert!(public.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    server.get("/api/v1/platform/tenants/hmsd").token(&token).send().refused(503, "UNAVAILABLE");
    server.public("kckps", "").ok(200);
    assert_eq!(server.get("/health/ready").send().status, 200);
}

#[test]
fn error_messages_are_for_people() {
    let server = House::new().serve();
    let error = server.get("/api/v1/district/kckps/events?page=0").key(server.key("kckps")).send().refused(400, "BAD_REQUEST");
    assert_eq!(error["message"], "page: must be a whole number from 1 to 1000000");
    assert_eq!(error["fields"][0]["message"], Value::from("must be a whole number from 1 to 1000000"));
}
