//! What every answer carries: the request's id, and headers that keep browsers from guessing.

use polaris_http::ServerConfig;

use super::client::Answer;
use super::house::{House, Server};

fn one_of_each(server: &Server) -> Vec<Answer> {
    let token = server.session("admin", Some("kckps"));
    vec![
        server.public("kckps", ""),
        server.public("kckps", "?page=0"),
        server.get("/api/v1/district/kckps/events").send(),
        server.ask("OPTIONS", "/api/v1/district/kckps/events").send(),
        server.get("/api/v1/district/kckps/events").key(server.key("kckps")).header("If-None-Match", "*").send(),
        server.get("/api/v1/tenants/kckps/events").token(&token).send(),
        server.get("/api/v1/tenants/kckps/events").send(),
        server.ask("DELETE", "/api/v1/tenants/kckps/events").send(),
        server.get("/nothing").send(),
        server.get("/nothing").header("Accept", "text/html").send_unchecked(),
        server.get("/docs").send(),
        server.get("/openapi.json").send(),
        server.get("/health/live").send(),
        server.ask("HEAD", "/health/ready").send(),
    ]
}

#[test]
fn every_answer_has_an_id_of_its_own_and_the_security_headers() {
    let server = House::new().serve();
    let answers = one_of_each(&server);
    for answer in &answers {
        assert!(answer.header("x-request-id").unwrap().len() >= 16, "{:?}", answer.asked);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{:?}", answer.asked);
        assert_eq!(answer.header("referrer-policy"), Some("strict-origin-when-cross-origin"), "{:?}", answer.asked);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{:?}", answer.asked);
        assert_eq!(answer.header("strict-transport-security"), None, "{:?}", answer.asked);
        assert_eq!(answer.header("server"), None);
    }
    let mut ids: Vec<_> = answers.iter().map(|answer| answer.header("x-request-id").unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), answers.len());
}

#[test]
fn nothing_that_is_private_may_be_kept_by_a_cache() {
    let server = House::new().serve();
    for answer in one_of_each(&server).iter().filter(|answer| answer.asked.1.starts_with("/api/")) {
        let found = answer.asked.1.contains("/district/") && matches!(answer.status, 200 | 304);
        let expected = if found { "private, max-age=60" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), Some(expected), "{:?} {}", answer.asked, answer.status);
    }
}

#[test]
fn browsers_are_held_to_https_where_the_public_address_says_so() {
    let with = |url: &str| House::new().serve_with(ServerConfig { public_url: Some(url.into()), ..ServerConfig::default() });
    for answer in one_of_each(&with("https://events.example.org")) {
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"), "{:?}", answer.asked);
    }
    assert_eq!(with("http://127.0.0.1:8080").get("/health/live").send().header("strict-transport-security"), None);
}

#[test]
fn an_id_from_the_caller_is_taken_if_it_is_well_formed() {
    let server = House::new().serve();
    let ask = |id: &str| {
        let answer = server.get("/api/v1/district/kckps/events").header("X-Request-Id", id).send();
        answer.refused(401, "MISSING_API_KEY");
        answer.header("x-request-id").unwrap().to_owned()
    };
    let longest = "x".repeat(64);
    for good in ["12345678", "0f8fad5b-d9cb-469f-a165-70867728950e", "site.Name_7-x", &longest] {
        assert_eq!(ask(good), good);
    }
    let too_long = "x".repeat(65);
    for bad in ["", "1234567", "with space", "tab\tbetween", "semi;colon", "<script>1</script>", "a/../../b", "quote\"12345", &too_long] {
        let given = ask(bad);
        assert_ne!(given, bad);
        assert!(given.len() >= 16);
    }
    let reply = server.raw(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: abcd\xff\xfeefgh\r\n\r\n");
    assert_eq!(reply.status(), 200);
    assert!(!reply.text.contains("efgh"));
}

#[test]
fn every_answer_tells_the_time_of_the_engines_clock() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    server.draft("kckps", super::house::event("Career Day", "2026-03-01T09:00"));
    for path in
        ["/health/live", "/health/ready", "/api/v1/platform/tenants", "/api/v1/platform/tenants/kckps", "/api/v1/tenants/kckps/events"]
    {
        let answer = server.get(path).token(&token).send().ok(200);
        assert_eq!(answer["meta"]["generated_at"], super::house::NOW, "{path}");
    }
    let one = server.get("/api/v1/tenants/kckps/events/1").token(&token).send().ok(200);
    assert_eq!(one["meta"]["generated_at"], super::house::NOW);
}
