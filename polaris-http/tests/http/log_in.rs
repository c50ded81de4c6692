//! U2, P6: logging in over HTTP, and what is refused.

use std::time::Instant;

use polaris_http::ServerConfig;
use serde_json::{Value, json};

use super::client::Answer;
use super::house::{House, LEAST, PASSWORD, Server};

pub(super) const TENANT: &str = "/api/v1/tenants/kckps/session";
pub(super) const PLATFORM: &str = "/api/v1/platform/session";

pub(super) fn people() -> Server {
    House::new().with_people().serve()
}

fn try_log_in(server: &Server, path: &str, login: &str, password: &str) -> Answer {
    server.post(path).json(&json!({ "login": login, "password": password })).send()
}

pub(super) fn log_in(server: &Server, path: &str, login: &str) -> String {
    try_log_in(server, path, login, PASSWORD).data(201)["token"].as_str().unwrap().to_owned()
}

#[test]
fn a_user_logs_in_and_the_token_opens_the_tenant_u2() {
    let server = people();
    let answer = try_log_in(&server, TENANT, "PAT@kckps.org", PASSWORD);
    assert_eq!(answer.header("location"), Some(TENANT));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("set-cookie"), None, "only where it was asked for");
    let data = answer.data(201);
    assert_eq!(data["who"], json!({ "kind": "tenant_user", "id": 1, "name": "Pat Doe", "role": "coordinator" }));
    assert_eq!(data["expires_at"], "2026-02-09T15:30:00.000Z");
    let token = data["token"].as_str().unwrap();
    server.get("/api/v1/tenants/kckps/events").token(token).send().ok(200);
    server.get("/api/v1/tenants/hmsd/events").token(token).send().refused(401, "UNAUTHENTICATED");
    server.get("/api/v1/tenants/nowhere/events").token(token).send().refused(401, "UNAUTHENTICATED");
    server.get("/api/v1/platform/tenants").token(token).send().refused(401, "UNAUTHENTICATED");
    let other = log_in(&server, "/api/v1/tenants/hmsd/session", "lee");
    server.get("/api/v1/tenants/kckps/events").token(&other).send().refused(401, "UNAUTHENTICATED");
}

#[test]
fn staff_log_in_on_the_platform_p6() {
    let server = people();
    let token = log_in(&server, PLATFORM, "Ash@PrepKC.org");
    server.get("/api/v1/platform/tenants").token(&token).send().ok(200);
    server.get("/api/v1/tenants/kckps/events").token(&token).send().refused(401, "UNAUTHENTICATED");
    try_log_in(&server, TENANT, "ash@prepkc.org", PASSWORD).refused(401, "INVALID_CREDENTIALS");
    try_log_in(&server, PLATFORM, "pat", PASSWORD).refused(401, "INVALID_CREDENTIALS");
}

#[test]
fn refusals_are_alike_and_take_their_time_u2() {
    let server = people();
    for (path, login) in [(TENANT, "pat"), (TENANT, "nobody"), (PLATFORM, "ash@prepkc.org"), (PLATFORM, "nobody")] {
        let began = Instant::now();
        let answer = try_log_in(&server, path, login, "Secret Guess");
        assert!(began.elapsed() >= LEAST, "{login}");
        let error = answer.refused(401, "INVALID_CREDENTIALS");
        assert_eq!(error["message"], "this log-in is not right; check the e-mail or username and the password");
        assert!(!answer.text().contains("Secret") && !answer.text().contains(login));
        assert_eq!(answer.header("www-authenticate"), None, "no browser shall ask for a password of its own");
    }
}

#[test]
fn a_locked_account_says_when_to_try_again_u2() {
    let server = people();
    let mut told: Vec<(Value, Option<String>)> = Vec::new();
    for login in ["pat", "nobody"] {
        for _ in 0..5 {
            try_log_in(&server, TENANT, login, "wrong").refused(401, "INVALID_CREDENTIALS");
        }
        for password in ["wrong", PASSWORD] {
            let locked = try_log_in(&server, TENANT, login, password);
            told.push((locked.refused(429, "TOO_MANY_ATTEMPTS"), locked.header("retry-after").map(str::to_owned)));
        }
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    assert_eq!((told[0].1.as_deref(), &told[0].0["retry_after"]), (Some("900"), &json!(900)));
}

#[test]
fn an_inactive_tenant_answers_as_an_unknown_one() {
    let server = House::new().with_people().deactivated("kckps").serve();
    let body = json!({ "link": "plol_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "password": "long enough 1" });
    for slug in ["kckps", "nowhere", "KCKPS"] {
        try_log_in(&server, &format!("/api/v1/tenants/{slug}/session"), "pat", PASSWORD).refused(404, "TENANT_NOT_FOUND");
        server.post(&format!("/api/v1/tenants/{slug}/links/use")).json(&body).send().refused(404, "TENANT_NOT_FOUND");
    }
}

#[test]
fn sessions_die_with_their_tenant_and_their_account() {
    let house = House::new().with_people();
    let log_in = |login: &str| {
        let door = house.polaris.tenant_door("kckps", polaris_core::Context::default()).unwrap();
        let log_in = polaris_core::LogIn { login: login.into(), password: PASSWORD.into() };
        door.sessions().log_in(&log_in).wait().unwrap().token.reveal().to_owned()
    };
    let (pat, kim) = (log_in("pat"), log_in("kim"));
    let server = house.sql("kckps", "UPDATE users SET active = 0 WHERE id = 1").serve();
    server.get(TENANT).token(&pat).send().refused(401, "UNAUTHENTICATED");
    try_log_in(&server, TENANT, "pat", PASSWORD).refused(401, "INVALID_CREDENTIALS");
    server.get(TENANT).token(&kim).send().ok(200);
    drop(server);
    let house = House::new().with_people();
    let door = house.polaris.tenant_door("kckps", polaris_core::Context::default()).unwrap();
    let log_in = polaris_core::LogIn { login: "kim".into(), password: PASSWORD.into() };
    let kim = door.sessions().log_in(&log_in).wait().unwrap().token.reveal().to_owned();
    drop(door);
    let server = house.deactivated("kckps").serve();
    server.get(TENANT).token(&kim).send().refused(401, "UNAUTHENTICATED");
}

#[test]
fn bad_bodies_are_named_and_never_repeated() {
    let server = people();
    for path in [TENANT, PLATFORM] {
        server.post(path).json(&json!({ "login": "pat", "password": "x", "remember": true })).send().refuses("remember");
        server.post(path).json(&json!({ "login": "pat", "password": 12_345_678 })).send().refuses("password");
        server.post(path).json(&json!({ "login": ["pat"], "password": "x" })).send().refuses("login");
        server.post(path).json(&json!({ "login": "pat", "password": "x", "cookie": "yes" })).send().refuses("cookie");
        server.post(path).header("Content-Type", "application/json").body("{\"login\": \"Secret").send().refuses("body");
        server.post(path).body("login=pat").send().refused(415, "UNSUPPORTED_MEDIA_TYPE");
        let blank = server.post(path).json(&json!({})).send().fields(422, "VALIDATION_FAILED");
        assert_eq!(blank, [("login".into(), "REQUIRED".into()), ("password".into(), "REQUIRED".into())]);
        try_log_in(&server, path, &"x".repeat(10_000), &"y".repeat(10_000)).refused(401, "INVALID_CREDENTIALS");
        try_log_in(&server, path, "\u{0}\u{202e}' OR 1=1 --", "\u{0}").refused(401, "INVALID_CREDENTIALS");
    }
}

// "Behind a proxy, forwarded addresses are believed only from configured proxies."
#[test]
fn an_address_is_locked_as_the_proxy_that_is_trusted_tells_it() {
    let trusting = ServerConfig { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..ServerConfig::default() };
    for (config, expected) in [(trusting, 401), (ServerConfig::default(), 429)] {
        let server = House::new().with_people().serve_with(config);
        let guess = |login: &str, address: &str| {
            let body = json!({ "login": login, "password": "wrong" });
            server.post(TENANT).header("X-Forwarded-For", address).json(&body).send().status
        };
        std::thread::scope(|scope| {
            for thread in 0..5 {
                scope.spawn(move || (0..10).for_each(|number| assert_eq!(guess(&format!("g{thread}-{number}"), "203.0.113.9"), 401)));
            }
        });
        assert_eq!(guess("another", "203.0.113.9"), 429);
        assert_eq!(guess("another", "203.0.113.10"), expected);
    }
}

// "reads keep their latency": with every place for hashing taken, what only reads is answered.
#[test]
fn reading_goes_on_while_many_log_in() {
    let server = people();
    let token = log_in(&server, TENANT, "kim");
    std::thread::scope(|scope| {
        let logging_in: Vec<_> = (0..16).map(|_| scope.spawn(|| try_log_in(&server, TENANT, "pat", PASSWORD).status)).collect();
        for _ in 0..50 {
            server.get("/api/v1/tenants/kckps/events").token(&token).send().ok(200);
        }
        assert!(logging_in.into_iter().all(|one| one.join().unwrap() == 201));
    });
}
