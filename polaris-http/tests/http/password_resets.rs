//! U3 over HTTP: a forgotten password (FR-TENANT-111).

use std::time::Instant;

use serde_json::json;

use super::client::Answer;
use super::house::{House, LEAST, Server};

fn ask(server: &Server, login: &str) -> Answer {
    server.post("/api/v1/tenants/kckps/password-resets").json(&json!({ "login": login })).send()
}

fn mails(server: &Server) -> String {
    let sql = "SELECT coalesce(group_concat(kind || ' ' || recipient), '') FROM outbox";
    server.database("kckps").query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_forgotten_password_is_asked_for_anew_and_the_answer_is_the_same_whoever_is_known() {
    let server = House::new().with_people().serve();
    let mut said = Vec::new();
    for login in ["PAT", "pat@kckps.org", "nobody@kckps.org", "lee@hmsd.org"] {
        let began = Instant::now();
        let answer = ask(&server, login);
        assert!(began.elapsed() >= LEAST, "{login}");
        let mut headers: Vec<_> = answer.headers.iter().map(|(name, _)| name.to_string()).collect();
        headers.sort();
        said.push((answer.data(202), headers));
    }
    assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
    assert_eq!(said[0].0, json!({ "accepted": true }));
    assert_eq!(mails(&server), "reset pat@kckps.org,reset pat@kckps.org");
}

#[test]
fn what_is_no_request_for_one_is_refused_by_name() {
    let server = House::new().with_people().serve();
    assert_eq!(ask(&server, " ").fields(422, "VALIDATION_FAILED"), [("login".to_owned(), "REQUIRED".to_owned())]);
    let at = |slug: &str| format!("/api/v1/tenants/{slug}/password-resets");
    server.post(&at("kckps")).json(&json!({ "email": "pat@kckps.org" })).send().refuses("email");
    server.post(&at("nobody")).json(&json!({ "login": "pat" })).send().refused(404, "TENANT_NOT_FOUND");
    server.post(&at("kckps")).body("login=pat").send().refused(415, "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(mails(&server), "");
}

#[test]
fn an_address_that_asks_too_often_is_told_when_to_come_again() {
    let server = House::new().with_people().serve();
    for number in 0..20 {
        ask(&server, &format!("nobody{number}")).ok(202);
    }
    let refused = ask(&server, "pat");
    assert_eq!(refused.header("retry-after"), Some("600"));
    assert_eq!(refused.refused(429, "RATE_LIMIT_EXCEEDED")["retry_after"], 600);
    assert_eq!(mails(&server), "");
}
