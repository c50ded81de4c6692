//! A browser's session: its cookie, and requests that come from elsewhere.

use polaris_http::ServerConfig;
use serde_json::json;

use super::client::Ask;
use super::house::{House, PASSWORD, Server};
use super::log_in::{PLATFORM, TENANT, people};

fn ask_for_cookie<'s>(server: &'s Server, path: &str) -> Ask<'s> {
    server
        .post(path)
        .json(&json!({ "login": if path == PLATFORM { "ash@prepkc.org" } else { "kim" }, "password": PASSWORD, "cookie": true }))
}

fn here(server: &Server) -> String {
    format!("http://{}", server.address)
}

/// Logs in as a page of this site, and gives the cookie as a browser would send it.
fn cookie(server: &Server, path: &str) -> String {
    let answer = ask_for_cookie(server, path).header("Origin", &here(server)).send();
    let set = answer.header("set-cookie").unwrap().to_owned();
    assert!(answer.data(201)["token"].is_null(), "no script gets to see it");
    set.split(';').next().unwrap().to_owned()
}

#[test]
fn over_plain_http_on_the_machine_itself_the_cookie_is_plain() {
    let server = people();
    let answer = ask_for_cookie(&server, TENANT).header("Sec-Fetch-Site", "same-origin").send();
    let set = answer.header("set-cookie").unwrap();
    assert!(set.starts_with("polaris=plus_"), "{}", &set[..13]);
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Lax"));
}

#[test]
fn over_tls_the_cookie_is_bound_to_this_host_and_to_tls() {
    let tls = ServerConfig { public_url: Some("https://events.example.org".into()), ..ServerConfig::default() };
    let proxied = ServerConfig { trusted_proxies: vec!["127.0.0.1".parse().unwrap()], ..ServerConfig::default() };
    for config in [tls, proxied] {
        let server = House::new().with_people().serve_with(config);
        let from_page = |ask: Ask<'_>| ask.header("X-Forwarded-Proto", "https").header("Sec-Fetch-Site", "same-origin").send();
        let answer = from_page(ask_for_cookie(&server, TENANT));
        let set = answer.header("set-cookie").unwrap();
        assert!(set.starts_with("__Host-polaris=plus_") && set.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"));
        let sent = set.split(';').next().unwrap();
        let proto = |ask: Ask<'_>| ask.header("X-Forwarded-Proto", "https").send();
        proto(server.get(TENANT).header("Cookie", sent)).ok(200);
        let plain = sent.replace("__Host-", "");
        proto(server.get(TENANT).header("Cookie", &plain)).refused(401, "UNAUTHENTICATED");
    }
}

#[test]
fn a_cookie_opens_what_its_session_opens_and_nothing_else() {
    let server = people();
    let (kim, ash) = (cookie(&server, TENANT), cookie(&server, PLATFORM));
    server.get("/api/v1/tenants/kckps/events").header("Cookie", &kim).send().ok(200);
    server.get("/api/v1/tenants/kckps/events").header("Cookie", &format!("a=b; {kim}; c=d")).send().ok(200);
    server.get("/api/v1/tenants/hmsd/events").header("Cookie", &kim).send().refused(401, "UNAUTHENTICATED");
    server.get("/api/v1/platform/tenants").header("Cookie", &kim).send().refused(401, "UNAUTHENTICATED");
    server.get("/api/v1/platform/tenants").header("Cookie", &ash).send().ok(200);
    server.get("/api/v1/tenants/kckps/events").header("Cookie", &ash).send().refused(401, "UNAUTHENTICATED");
    for bad in ["polaris=", "polaris", "polaris=plus_guess", &format!("{kim}; polaris=other"), &kim.replace("polaris", "Polaris")] {
        server.get("/api/v1/tenants/kckps/events").header("Cookie", bad).send().refused(401, "UNAUTHENTICATED");
    }
}

// "state-changing requests that carry the cookie must also show same origin (Origin or Sec-Fetch-Site; neither: refused)".
#[test]
fn a_page_from_elsewhere_changes_nothing_with_the_cookie() {
    let server = people();
    let kim = cookie(&server, TENANT);
    let event = json!({ "title": "Career Day", "starts_at": "2026-03-04T09:00", "location": "Main gym" });
    let create = || server.post("/api/v1/tenants/kckps/events").header("Cookie", &kim).json(&event);
    let ours = here(&server);
    create().send().refused(403, "FORBIDDEN");
    for origin in ["https://evil.example", "null", "", "http://127.0.0.1", &format!("{ours}0"), &format!("https://{}", server.address)] {
        create().header("Origin", origin).send().refused(403, "FORBIDDEN");
    }
    for site in ["cross-site", "same-site", "anything"] {
        create().header("Sec-Fetch-Site", site).send().refused(403, "FORBIDDEN");
        create().header("Sec-Fetch-Site", site).header("Origin", &ours).send().refused(403, "FORBIDDEN");
    }
    for path in [TENANT, "/api/v1/tenants/kckps/sessions", "/api/v1/tenants/kckps/sessions/1"] {
        server.ask("DELETE", path).header("Cookie", &kim).header("Origin", "https://evil.example").send().refused(403, "FORBIDDEN");
    }
    let change = json!({ "current_password": PASSWORD, "new_password": "correct horse" });
    server.post("/api/v1/tenants/kckps/password").header("Cookie", &kim).json(&change).send().refused(403, "FORBIDDEN");
    assert!(server.get("/api/v1/tenants/kckps/events").header("Cookie", &kim).send().titles().is_empty());
    create().header("Origin", &ours).send().ok(201);
    create().header("Sec-Fetch-Site", "same-origin").send().ok(201);
    // A token is sent on purpose: whoever has it may send it from anywhere.
    let token = kim.strip_prefix("polaris=").unwrap();
    server.post("/api/v1/tenants/kckps/events").token(token).header("Origin", "https://evil.example").json(&event).send().ok(201);
}

#[test]
fn a_link_on_a_page_from_elsewhere_leaves_no_word_in_the_audit_log() {
    let server = people();
    let kim = cookie(&server, TENANT);
    let export = || server.get("/api/v1/tenants/kckps/audit/export").header("Cookie", &kim);
    export().send().refused(403, "FORBIDDEN");
    export().header("Sec-Fetch-Site", "cross-site").send().refused(403, "FORBIDDEN");
    assert_eq!(export().header("Sec-Fetch-Site", "same-origin").send().status, 200);
}

#[test]
fn a_page_from_elsewhere_logs_nobody_in() {
    let server = people();
    ask_for_cookie(&server, TENANT).send().refused(403, "FORBIDDEN");
    ask_for_cookie(&server, TENANT).header("Origin", "https://evil.example").send().refused(403, "FORBIDDEN");
    ask_for_cookie(&server, PLATFORM).header("Sec-Fetch-Site", "cross-site").send().refused(403, "FORBIDDEN");
}

#[test]
fn behind_a_proxy_the_public_address_is_this_site() {
    let server = House::new().with_people().serve_publicly();
    let ask = |origin: &str| ask_for_cookie(&server, TENANT).header("Origin", origin).send();
    ask("https://events.example.org").ok(201);
    ask("http://events.example.org").refused(403, "FORBIDDEN");
    ask("https://events.example.org.evil.example").refused(403, "FORBIDDEN");
}

#[test]
fn logging_out_takes_the_cookie_away() {
    let server = people();
    let kim = cookie(&server, TENANT);
    let answer = server.ask("DELETE", TENANT).header("Cookie", &kim).header("Origin", &here(&server)).send();
    answer.ok(200);
    assert_eq!(answer.header("set-cookie"), Some("polaris=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"));
    server.get(TENANT).header("Cookie", &kim).send().refused(401, "UNAUTHENTICATED");
}
