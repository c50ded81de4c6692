//! U2, U4, P6: one's own sessions and password over HTTP.

use polaris_core::{NewSupport, Polaris};
use serde_json::json;

use super::house::{PASSWORD, Server};
use super::log_in::{PLATFORM, TENANT, log_in, people};

// FR-TENANT-112.
#[test]
fn session_tells_who_where_what_may_be_done_and_what_is_on_u4() {
    let server = people();
    let token = log_in(&server, TENANT, "pat");
    let told = server.get(TENANT).token(&token).send().data(200);
    assert_eq!(told["who"], json!({ "kind": "tenant_user", "id": 1, "name": "Pat Doe", "role": "coordinator" }));
    assert_eq!((&told["tenant"]["slug"], &told["tenant"]["name"]), (&json!("kckps"), &json!("Kansas City Kansas")));
    assert_eq!(told["features"], json!(["events", "volunteers", "teachers"]));
    #[rustfmt::skip]
    assert_eq!(told["permissions"], json!([
        "read_published_events", "read_events", "manage_events", "read_volunteers", "manage_volunteers", "export_volunteers", "sign_in",
        "own_account",
    ]));
    assert_eq!((&told["session"], &told["expires_at"]), (&json!(1), &json!("2026-02-09T15:30:00.000Z")));
    server.get(TENANT).send().refused(401, "UNAUTHENTICATED");
}

fn enter(polaris: &Polaris, token: &str, slug: &str) {
    let platform = polaris.platform(polaris.staff_session(token).unwrap()).unwrap();
    platform.support().enter(&NewSupport { tenant: slug.into(), reason: None }).unwrap();
}

#[test]
fn staff_see_where_they_have_entered_and_what_they_may_do_there() {
    let server = people();
    let token = log_in(&server, PLATFORM, "ash@prepkc.org");
    enter(&server.polaris, &token, "kckps");
    let told = server.get(PLATFORM).token(&token).send().data(200);
    assert_eq!((&told["who"]["name"], &told["entered"]), (&json!("Ash Poe"), &json!(["kckps"])));
    let inside = server.get(TENANT).token(&token).send().data(200);
    assert_eq!((&inside["who"]["kind"], &inside["session"]), (&json!("staff"), &json!(null)));
    assert!(inside["permissions"].as_array().unwrap().contains(&json!("manage_events")));
    server.ask("DELETE", TENANT).token(&token).send().refused(409, "CONFLICT");
    server.ask("DELETE", PLATFORM).token(&token).send().ok(200);
    for path in [TENANT, PLATFORM] {
        server.get(path).token(&token).send().refused(401, "UNAUTHENTICATED");
    }
}

fn own(server: &Server, base: &str, login: &str) {
    let session = format!("{base}/session");
    let (first, second, third) = (log_in(server, &session, login), log_in(server, &session, login), log_in(server, &session, login));
    let sessions = format!("{base}/sessions");
    let answer = server.get(&sessions).token(&first).send().ok(200);
    assert_eq!((answer["data"].as_array().unwrap().len(), &answer["pagination"]["total"]), (3, &json!(3)));
    let current: Vec<_> = answer["data"].as_array().unwrap().iter().filter(|one| one["current"] == true).collect();
    assert_eq!((current.len(), &current[0]["address"]), (1, &json!("127.0.0.1")));
    assert!(!answer.to_string().contains("pl"), "no token is ever shown again");
    let number = |token: &str| server.get(&session).token(token).send().data(200)["session"].to_string();
    let second_number = number(&second);
    for bad in ["99", "0", "-1", "x", "9999999999999999999999"] {
        server.ask("DELETE", &format!("{sessions}/{bad}")).token(&first).send().refused(404, "SESSION_NOT_FOUND");
    }
    server.ask("DELETE", &format!("{sessions}/{second_number}")).token(&first).send().ok(200);
    server.get(&session).token(&second).send().refused(401, "UNAUTHENTICATED");
    assert_eq!(server.ask("DELETE", &sessions).token(&first).send().data(200)["ended"], 1);
    server.get(&session).token(&third).send().refused(401, "UNAUTHENTICATED");
    let password = |current: &str, new: &str| {
        let body = json!({ "current_password": current, "new_password": new });
        server.post(&format!("{base}/password")).token(&first).json(&body).send()
    };
    let other = log_in(server, &session, login);
    password("wrong", "correct horse").refused(401, "INVALID_CREDENTIALS");
    let fields = password(PASSWORD, "short").fields(422, "VALIDATION_FAILED");
    assert_eq!(fields, [("new_password".into(), "TOO_SHORT".into())]);
    assert_eq!(password(PASSWORD, "correct horse").data(200)["ended"], 1);
    server.get(&session).token(&other).send().refused(401, "UNAUTHENTICATED");
    server.get(&session).token(&first).send().ok(200);
    server.ask("DELETE", &session).token(&first).send().ok(200);
    server.get(&session).token(&first).send().refused(401, "UNAUTHENTICATED");
}

#[test]
fn users_see_and_end_their_sessions_and_change_their_password_u2() {
    own(&people(), "/api/v1/tenants/kckps", "pat");
}

#[test]
fn staff_see_and_end_their_sessions_and_change_their_password_p6() {
    own(&people(), "/api/v1/platform", "ash@prepkc.org");
}

#[test]
fn anothers_session_can_be_neither_seen_nor_ended() {
    let server = people();
    let (pat, kim) = (log_in(&server, TENANT, "pat"), log_in(&server, TENANT, "kim"));
    let number = server.get(TENANT).token(&kim).send().data(200)["session"].to_string();
    let ended = server.ask("DELETE", &format!("/api/v1/tenants/kckps/sessions/{number}")).token(&pat).send();
    ended.refused(404, "SESSION_NOT_FOUND");
    server.get(TENANT).token(&kim).send().ok(200);
}

#[test]
fn links_that_are_no_good_are_refused_alike_u3() {
    let server = people();
    for base in ["/api/v1/tenants/kckps", "/api/v1/platform"] {
        let used = |link: &str| {
            let body = json!({ "link": link, "password": "correct horse" });
            server.post(&format!("{base}/links/use")).json(&body).send().refused(404, "INVALID_LINK")
        };
        let unknown = used("plol_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE");
        assert_eq!(used(""), unknown);
        assert_eq!(used("nonsense"), unknown);
    }
}
