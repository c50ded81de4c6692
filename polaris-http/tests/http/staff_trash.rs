//! P3 and P4 over HTTP: tenants deactivated, reactivated, deleted, taken back and purged.

use serde_json::json;

use super::house::{House, Server};

const HMSD: &str = "/api/v1/platform/tenants/hmsd";

fn act(server: &Server, token: &str, what: &str) -> super::client::Answer {
    server.post(&format!("{HMSD}/{what}")).token(token).send()
}

fn confirmed(server: &Server, token: &str, what: &str, slug: &str) -> super::client::Answer {
    server.post(&format!("{HMSD}/{what}")).token(token).json(&json!({ "confirm": slug })).send()
}

#[test]
fn a_deactivated_tenant_is_unknown_to_the_public_and_closed_to_staff_until_it_is_reactivated() {
    let server = House::new().serve();
    let (token, inside) = (server.session("admin", None), server.session("admin", Some("hmsd")));
    server.public("hmsd", "").ok(200);
    let shown = server.post(&format!("{HMSD}/deactivate")).token(&token).json(&json!({ "reason": "asked to" })).send().data(200);
    assert_eq!((&shown["slug"], &shown["state"]), (&json!("hmsd"), &json!("inactive")));
    server.public("hmsd", "").refused(404, "TENANT_NOT_FOUND");
    server.get("/api/v1/tenants/hmsd/events").token(&inside).send().refused(401, "UNAUTHENTICATED");
    assert_eq!(server.get(HMSD).token(&token).send().data(200)["tenant"]["state"], "inactive");
    act(&server, &token, "deactivate").refused(409, "INVALID_TRANSITION");
    assert_eq!(act(&server, &token, "reactivate").data(200)["state"], "active");
    server.public("hmsd", "").ok(200);
    server.get("/api/v1/tenants/hmsd/events").token(&inside).send().refused(401, "UNAUTHENTICATED");
    act(&server, &token, "reactivate").refused(409, "INVALID_TRANSITION");
}

#[test]
fn a_tenant_is_deleted_listed_in_the_trash_taken_back_and_purged() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let slugs = |rest: &str| {
        let data = server.get(&format!("/api/v1/platform/tenants{rest}")).token(&token).send().data(200);
        data.as_array().unwrap().iter().map(|tenant| tenant["slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    confirmed(&server, &token, "delete", "hmsd").refused(409, "INVALID_TRANSITION");
    act(&server, &token, "deactivate").ok(200);
    assert_eq!(confirmed(&server, &token, "delete", "hmsd").data(200)["state"], "trashed");
    assert_eq!((slugs(""), slugs("?state=trashed")), (vec!["kckps".to_owned()], vec!["hmsd".to_owned()]));
    server.get(HMSD).token(&token).send().refused(404, "TENANT_NOT_FOUND");
    let create = || server.post("/api/v1/platform/tenants").token(&token).json(&json!({ "slug": "hmsd", "name": "Again" })).send();
    assert!(create().refused(409, "CONFLICT")["message"].as_str().unwrap().contains("trash"));
    assert_eq!(act(&server, &token, "undelete").data(200)["state"], "inactive");
    act(&server, &token, "undelete").refused(409, "INVALID_TRANSITION");
    confirmed(&server, &token, "purge", "hmsd").refused(409, "INVALID_TRANSITION");
    confirmed(&server, &token, "delete", "hmsd").ok(200);
    assert_eq!(confirmed(&server, &token, "purge", "hmsd").data(200), json!({ "slug": "hmsd" }));
    assert!(slugs("?state=trashed").is_empty());
    confirmed(&server, &token, "purge", "hmsd").refused(404, "TENANT_NOT_FOUND");
    create().ok(201);
    server.public("hmsd", "").refused(401, "INVALID_API_KEY");
}

#[test]
fn what_destroys_must_be_confirmed_by_the_slug() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    act(&server, &token, "deactivate").ok(200);
    for what in ["delete", "purge"] {
        for wrong in ["", "kckps", "HMSD", "hmsd "] {
            let fields = confirmed(&server, &token, what, wrong).fields(422, "VALIDATION_FAILED");
            assert_eq!(fields, [("confirm".to_owned(), "NOT_CONFIRMED".to_owned())]);
        }
        let send =
            |body: &str| server.post(&format!("{HMSD}/{what}")).token(&token).header("Content-Type", "application/json").body(body).send();
        assert_eq!(send("{}").fields(422, "VALIDATION_FAILED")[0].0, "confirm");
        send(r#"{"confirm": null}"#).refuses("confirm");
        send(r#"{"confirm": "hmsd", "force": true}"#).refuses("force");
        act(&server, &token, what).refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    assert_eq!(server.get(HMSD).token(&token).send().data(200)["tenant"]["state"], "inactive");
}

#[test]
fn a_body_may_be_left_out_where_it_says_only_why() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let post = |what: &str| server.post(&format!("{HMSD}/{what}")).token(&token);
    post("deactivate").header("Content-Type", "application/json").send().ok(200);
    post("reactivate").json(&json!({})).send().ok(200);
    post("deactivate").json(&json!({ "reason": null })).send().ok(200);
    post("reactivate").body("why").send().refused(415, "UNSUPPORTED_MEDIA_TYPE");
    post("reactivate").json(&json!({ "reson": "x" })).send().refuses("reson");
    post("reactivate").json(&json!([])).send().refuses("body");
    let fields = post("reactivate").json(&json!({ "reason": "two\nlines" })).send().fields(422, "VALIDATION_FAILED");
    assert_eq!(fields[0].0, "reason");
    post("reactivate").send().ok(200);
}

#[test]
fn support_staff_and_strangers_change_no_tenant() {
    let server = House::new().serve();
    let support = server.session("support", Some("hmsd"));
    for what in ["deactivate", "reactivate", "delete", "undelete", "purge"] {
        for slug in ["hmsd", "nobody"] {
            let path = format!("/api/v1/platform/tenants/{slug}/{what}");
            server.post(&path).body("rubbish").send().refused(401, "UNAUTHENTICATED");
            server.post(&path).token(&support).body("rubbish").send().refused(403, "FORBIDDEN");
        }
    }
    server.public("hmsd", "").ok(200);
}
