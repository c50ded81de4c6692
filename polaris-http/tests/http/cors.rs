//! Which web pages may read the public API (FR-API-108).

use polaris_core::RateLimits;

use super::client::Answer;
use super::house::{House, Server};

const OURS: &str = "https://www.kckps.example";
const ALLOW: &str = "access-control-allow-origin";

/// An answer of each kind there is: with the right key, a wrong one, none, a bad parameter, an unknown event, a wrong method, an
/// unknown path.
fn each_answer(server: &Server, tenant: &str, origin: Option<&str>) -> Vec<Answer> {
    let ask = |method: &str, rest: &str, key: Option<&str>| {
        let mut ask = server.ask(method, &format!("/api/v1/district/{tenant}{rest}"));
        if let Some(key) = key {
            ask = ask.key(key);
        }
        if let Some(origin) = origin {
            ask = ask.header("Origin", origin);
        }
        ask.send()
    };
    let key = Some(server.key("kckps"));
    let answers = vec![
        // First, while nothing has opened the tenant yet.
        ask("OPTIONS", "/events", None),
        ask("GET", "/events", None),
        ask("GET", "/events", Some("guess")),
        ask("GET", "/events", key),
        ask("HEAD", "/events/upcoming", key),
        ask("GET", "/events?page=0", key),
        ask("GET", "/events/99", key),
        ask("DELETE", "/events", key),
        ask("GET", "/nothing", key),
    ];
    for answer in &answers {
        let exposed = answer.header("access-control-expose-headers");
        assert_eq!(exposed, Some("ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"), "{:?}", answer.asked);
    }
    answers
}

#[test]
fn without_a_list_any_page_may_read_every_answer() {
    let server = House::new().serve();
    for answer in each_answer(&server, "kckps", Some(OURS)).into_iter().chain(each_answer(&server, "kckps", None)) {
        assert_eq!(answer.header(ALLOW), Some("*"), "{:?}", answer.asked);
    }
}

#[test]
fn of_an_unknown_or_inactive_tenant_any_page_may_read_the_errors() {
    let server = House::new().allowing("kckps", r#"["https://www.kckps.example"]"#).deactivated("kckps").serve();
    for tenant in ["nowhere", "kckps", "KCKPS", "%FF"] {
        for answer in each_answer(&server, tenant, Some("https://elsewhere.example")) {
            assert_eq!(answer.header(ALLOW), Some("*"), "{:?}", answer.asked);
        }
    }
}

#[test]
fn a_listed_origin_is_echoed_and_any_other_gets_no_such_header() {
    let house = || House::new().allowing("kckps", r#"["https://www.kckps.example", "http://localhost:3000"]"#);
    for (origin, echoed) in [
        (Some(OURS), true),
        (Some("http://localhost:3000"), true),
        (Some("https://elsewhere.example"), false),
        (Some("https://www.kckps.example.evil.example"), false),
        (Some("https://www.kckps.example:8443"), false),
        (Some("http://www.kckps.example"), false),
        (Some("HTTPS://WWW.KCKPS.EXAMPLE"), false),
        (Some("null"), false),
        (None, false),
    ] {
        // A server of its own for each: the first answer is given before the tenant is open.
        let server = house().serve();
        for answer in each_answer(&server, "kckps", origin) {
            assert_eq!(answer.header(ALLOW), origin.filter(|_| echoed), "{:?} from {origin:?}", answer.asked);
            assert_eq!(answer.header("vary"), Some("Origin"), "{:?}", answer.asked);
        }
    }
}

#[test]
fn a_page_may_read_that_it_has_asked_too_often() {
    let limits = RateLimits { per_minute: 1, ..RateLimits::default() };
    let server = House::new().allowing("kckps", r#"["https://www.kckps.example"]"#).limiting(limits).serve();
    let ask = |key: &str, origin: &str| server.get("/api/v1/district/kckps/events").key(key).header("Origin", origin).send();
    ask(server.key("kckps"), OURS).ok(200);
    for key in [server.key("kckps"), "guess"] {
        // The one is refused for its key, the other for its address.
        (0..20).for_each(|_| drop(ask("guess", OURS)));
        let refused = ask(key, OURS);
        refused.refused(429, "RATE_LIMIT_EXCEEDED");
        assert_eq!((refused.header(ALLOW), refused.header("vary")), (Some(OURS), Some("Origin")));
        assert!(refused.header("access-control-expose-headers").unwrap().contains("Retry-After"));
        assert_eq!(ask(key, "https://elsewhere.example").header(ALLOW), None);
    }
}

#[test]
fn spelling_a_tenant_in_another_way_does_not_get_round_its_list() {
    let server = House::new().allowing("kckps", r#"["https://www.kckps.example"]"#).serve();
    for answer in each_answer(&server, "%6bckps", Some("https://elsewhere.example")) {
        assert_eq!(answer.header(ALLOW), None, "{:?}", answer.asked);
    }
}

#[test]
fn preflight_needs_no_key_and_says_what_may_be_sent() {
    let server = House::new().serve();
    for path in ["/kckps/events", "/kckps/events/upcoming", "/kckps/events/1", "/nowhere/events", "/KCKPS/events"] {
        let ask = server.ask("OPTIONS", &format!("/api/v1/district{path}"));
        let answer = ask.header("Origin", OURS).header("Access-Control-Request-Method", "GET").send();
        assert_eq!((answer.status, &*answer.text()), (204, ""));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET, OPTIONS"));
        assert_eq!(answer.header("access-control-allow-headers"), Some("X-API-Key, Content-Type, If-None-Match"));
        assert_eq!(answer.header(ALLOW), Some("*"));
    }
}

#[test]
fn the_staff_surfaces_are_for_no_other_page() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    for path in ["/api/v1/tenants/kckps/events", "/api/v1/platform/tenants", "/api/v1/nothing"] {
        let answer = server.get(path).token(&token).header("Origin", OURS).send();
        assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{path}");
        server.ask("OPTIONS", path).header("Origin", OURS).send();
    }
}
