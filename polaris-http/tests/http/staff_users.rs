//! U1 over HTTP: a tenant's users.

use serde_json::{Value, json};

use super::client::Answer;
use super::house::{House, Server};

const USERS: &str = "/api/v1/tenants/kckps/users";

/// Of staff who have entered `kckps` with the rights of an admin there.
fn admin(server: &Server) -> String {
    server.session("admin", Some("kckps"))
}

fn kim() -> Value {
    json!({ "email": "Kim@Example.org", "first_name": "Kim", "last_name": "Hart", "role": "coordinator" })
}

fn add(server: &Server, token: &str, email: &str, role: &str) -> i64 {
    let mut new = kim();
    new["email"] = email.into();
    new["role"] = role.into();
    server.post(USERS).token(token).json(&new).send().data(201)["user"]["id"].as_i64().unwrap()
}

fn act(server: &Server, token: &str, user: i64, verb: &str) -> Answer {
    server.post(&format!("{USERS}/{user}/{verb}")).token(token).send()
}

#[test]
fn a_user_is_created_and_invited_by_mail_u1() {
    let server = House::new().serve();
    let token = admin(&server);
    let created = server.post(USERS).token(&token).json(&kim()).send().data(201);
    assert_eq!((&created["invitation"], &created["mailed"], &created["user"]["has_password"]), (&Value::Null, &json!(true), &json!(false)));
    let again = server.post(&format!("{USERS}/1/invite")).token(&token).send();
    assert_eq!((again.header("etag"), &again.data(200)), (Some("\"1\""), &created["user"]));
    server.post(&format!("{USERS}/99/invite")).token(&token).send().refused(404, "USER_NOT_FOUND");
    for (invite, code) in [("pigeon", "UNKNOWN_VALUE"), ("link", "NOT_WITH_PASSWORD")] {
        let mut new = kim();
        new["invite"] = invite.into();
        new["email"] = "ann@example.org".into();
        if code == "NOT_WITH_PASSWORD" {
            new["password"] = "correct horse".into();
        }
        let bad = server.post(USERS).token(&token).json(&new).send().fields(422, "VALIDATION_FAILED");
        assert_eq!(bad, [("invite".to_owned(), code.to_owned())]);
    }
    let kinds: String =
        server.database("kckps").query_row("SELECT group_concat(kind || ' ' || recipient) FROM outbox", [], |row| row.get(0)).unwrap();
    assert_eq!(kinds, "invitation Kim@Example.org,invitation Kim@Example.org");
}

#[test]
fn a_user_is_created_with_a_link_to_hand_over_that_is_shown_once() {
    let server = House::new().serve();
    let token = admin(&server);
    let mut new = kim();
    new["invite"] = "link".into();
    let answer = server.post(USERS).token(&token).json(&new).send();
    assert_eq!((answer.header("location"), answer.header("etag")), (Some("/api/v1/tenants/kckps/users/1"), Some("\"1\"")));
    let created = answer.data(201);
    let user = &created["user"];
    assert_eq!((&user["id"], &user["email"], &user["username"]), (&json!(1), &json!("Kim@Example.org"), &Value::Null));
    assert_eq!((&user["role"], &user["active"], &user["has_password"]), (&json!("coordinator"), &json!(true), &json!(false)));
    assert_eq!((&user["created_at"], &user["version"]), (&json!("2026-01-10T15:30:00Z"), &json!(1)));
    let invitation = &created["invitation"];
    assert_eq!((&invitation["purpose"], &invitation["expires_at"]), (&json!("invitation"), &json!("2026-01-13T15:30:00Z")));
    assert!(invitation["secret"].as_str().unwrap().starts_with("plol_"));
    let shown = server.get(&format!("{USERS}/1")).token(&token).send();
    assert_eq!(shown.header("etag"), Some("\"1\""));
    assert_eq!(&shown.data(200), user, "and never again");
    let mut with = kim();
    with["email"] = "ann@example.org".into();
    with["password"] = "correct horse".into();
    let created = server.post(USERS).token(&token).json(&with).send().data(201);
    assert_eq!((&created["invitation"], &created["user"]["has_password"]), (&Value::Null, &json!(true)));
}

#[test]
fn every_broken_field_of_a_user_is_listed_and_no_value_repeated() {
    let server = House::new().serve();
    let token = admin(&server);
    let new = json!({ "email": "secret@", "username": "sec ret", "first_name": "", "last_name": "x".repeat(101), "role": "king", "password": "secret" });
    let answer = server.post(USERS).token(&token).json(&new).send();
    assert!(!answer.text().contains("secret") && !answer.text().contains("king"), "{}", answer.text());
    let fields = answer.fields(422, "VALIDATION_FAILED");
    let expected = [
        ("email", "BAD_EMAIL"),
        ("username", "BAD_USERNAME"),
        ("first_name", "REQUIRED"),
        ("last_name", "TOO_LONG"),
        ("role", "UNKNOWN_VALUE"),
        ("password", "TOO_SHORT"),
    ];
    assert_eq!(fields, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    for (field, value) in [("email", json!(5)), ("role", json!(null)), ("colour", json!("red")), ("password", json!(["x"]))] {
        let mut new = kim();
        new[field] = value;
        server.post(USERS).token(&token).json(&new).send().refuses(field);
    }
}

#[test]
fn a_taken_email_is_a_conflict_whatever_its_case() {
    let server = House::new().serve();
    let token = admin(&server);
    add(&server, &token, "kim@example.org", "viewer");
    let error = server.post(USERS).token(&token).json(&kim()).send().refused(409, "CONFLICT");
    assert_eq!(error["message"], "email: user 1 has this e-mail already");
}

#[test]
fn users_are_listed_found_filtered_sorted_and_paged() {
    let server = House::new().serve();
    let token = admin(&server);
    for (email, role) in [("c@example.org", "viewer"), ("a@example.org", "admin"), ("b@other.example", "admin")] {
        add(&server, &token, email, role);
    }
    act(&server, &token, 3, "deactivate").data(200);
    let ids = |rest: &str| {
        let data = server.get(&format!("{USERS}{rest}")).token(&token).send().data(200);
        data.as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(""), [1, 2, 3]);
    assert_eq!(ids("?sort=email"), [2, 3, 1]);
    assert_eq!(ids("?sort=-created&per_page=2"), [3, 2]);
    assert_eq!(ids("?q=example.org%20KIM"), [1, 2]);
    assert_eq!(ids("?role=admin&active=true"), [2]);
    assert_eq!(ids("?role=user"), [1]);
    assert_eq!(ids("?active=false"), [3]);
    let page = server.get(&format!("{USERS}?per_page=2&page=2")).token(&token).send().ok(200);
    assert_eq!((&page["pagination"]["total"], &page["pagination"]["has_next"]), (&json!(3), &json!(false)));
    for (rest, field) in [
        ("?role=king", "role"),
        ("?active=1", "active"),
        ("?sort=id", "sort"),
        ("?page=0", "page"),
        ("?q=a%00", "q"),
        ("?role=admin&role=viewer", "role"),
        ("?email=x", "email"),
    ] {
        server.get(&format!("{USERS}{rest}")).token(&token).send().refuses(field);
    }
}

#[test]
fn an_edit_keeps_what_is_absent_clears_what_is_null_and_minds_the_version() {
    let server = House::new().serve();
    let token = admin(&server);
    let mut new = kim();
    new["username"] = "kim".into();
    server.post(USERS).token(&token).json(&new).send().data(201);
    let user = format!("{USERS}/1");
    let patch = |body: &Value, version: Option<&str>| {
        let ask = server.ask("PATCH", &user).token(&token).json(body);
        match version {
            Some(version) => ask.header("If-Match", version).send(),
            None => ask.send(),
        }
    };
    let answer = patch(&json!({ "first_name": "Kimberly" }), Some("\"1\""));
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let after = answer.data(200);
    assert_eq!((&after["first_name"], &after["last_name"], &after["username"]), (&json!("Kimberly"), &json!("Hart"), &json!("kim")));
    assert_eq!(patch(&json!({ "username": null, "role": "user" }), Some("*")).data(200)["username"], Value::Null);
    patch(&json!({ "first_name": "X" }), Some("\"1\"")).refused(409, "CONFLICT");
    for bad in ["1", "W/\"1\"", "\"x\"", "\"\""] {
        patch(&json!({ "first_name": "X" }), Some(bad)).refuses("If-Match");
    }
    assert_eq!(patch(&json!({ "email": null, "role": "king" }), None).fields(422, "VALIDATION_FAILED").len(), 2);
    patch(&json!({ "active": false }), None).refuses("active");
    patch(&json!([]), None).refuses("body");
    assert_eq!(server.get(&user).token(&token).send().data(200)["version"], 3);
}

#[test]
fn a_user_is_deactivated_reactivated_and_given_a_link() {
    let server = House::new().serve();
    let token = admin(&server);
    let kim = add(&server, &token, "kim@example.org", "viewer");
    let link = act(&server, &token, kim, "reset-password").data(200);
    assert_eq!((&link["purpose"], &link["expires_at"]), (&json!("invitation"), &json!("2026-01-13T15:30:00Z")));
    server.tenant("kckps").users().set_password("kim@example.org", &"correct horse".into()).unwrap();
    let link = act(&server, &token, kim, "reset-password").data(200);
    assert_eq!((&link["purpose"], &link["expires_at"]), (&json!("reset"), &json!("2026-01-10T16:30:00Z")));
    let after = act(&server, &token, kim, "deactivate").data(200);
    assert_eq!(after["active"], false);
    for verb in ["deactivate", "reset-password"] {
        act(&server, &token, kim, verb).refused(409, "CONFLICT");
    }
    assert_eq!(act(&server, &token, kim, "reactivate").data(200)["active"], true);
    act(&server, &token, kim, "reactivate").refused(409, "CONFLICT");
    let last = add(&server, &token, "ann@example.org", "admin");
    let error = act(&server, &token, last, "deactivate").refused(409, "CONFLICT");
    assert_eq!(error["message"], "this is the last active admin: make someone else an admin first");
}

#[test]
fn who_may_only_look_changes_nothing_and_who_has_not_entered_sees_nothing() {
    let server = House::new().serve();
    let admin = admin(&server);
    let kim = add(&server, &admin, "kim@example.org", "viewer");
    let support = server.session("support", Some("kckps"));
    assert_eq!(server.get(USERS).token(&support).send().data(200).as_array().unwrap().len(), 1);
    server.get(&format!("{USERS}/{kim}")).token(&support).send().data(200);
    // Whatever is sent: who may not learns nothing by trying.
    for (method, path) in [
        ("POST", USERS.to_owned()),
        ("PATCH", format!("{USERS}/{kim}")),
        ("PATCH", format!("{USERS}/99")),
        ("POST", format!("{USERS}/{kim}/deactivate")),
        ("POST", format!("{USERS}/{kim}/reactivate")),
        ("POST", format!("{USERS}/99/reset-password")),
    ] {
        server.ask(method, &path).token(&support).json(&json!({ "junk": 1 })).send().refused(403, "FORBIDDEN");
        server.ask(method, &path).json(&json!({ "junk": 1 })).send().refused(401, "UNAUTHENTICATED");
    }
    let elsewhere = server.session("support", Some("hmsd"));
    server.get(USERS).token(&elsewhere).send().refused(401, "UNAUTHENTICATED");
}

#[test]
fn another_tenants_numbers_and_what_is_no_number_are_not_found() {
    let server = House::new().serve();
    let token = admin(&server);
    add(&server, &token, "kim@example.org", "viewer");
    let other = "/api/v1/tenants/hmsd/users";
    let there = server.session("admin", Some("hmsd"));
    server.get(&format!("{other}/1")).token(&there).send().refused(404, "USER_NOT_FOUND");
    server.post(&format!("{other}/1/deactivate")).token(&there).send().refused(404, "USER_NOT_FOUND");
    for bad in ["0", "-1", "99999999999999999999", "kim@example.org", "%00", "1%20or%201=1"] {
        server.get(&format!("{USERS}/{bad}")).token(&token).send().refused(404, "USER_NOT_FOUND");
        // What was sent comes before whether it exists.
        let edit = json!({ "role": "king" });
        server.ask("PATCH", &format!("{USERS}/{bad}")).token(&token).json(&edit).send().fields(422, "VALIDATION_FAILED");
    }
    assert_eq!(server.get(USERS).token(&token).send().data(200)[0]["version"], 1);
}

// P1: "optional first admin invited".
#[test]
fn a_tenant_is_created_with_its_first_admin() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let create = |admin: Value| {
        server
            .post("/api/v1/platform/tenants")
            .token(&token)
            .json(&json!({ "slug": "north", "name": "North", "first_admin": admin }))
            .send()
    };
    let bad = create(json!({ "email": "kim", "first_name": "Kim", "role": "viewer" })).fields(422, "VALIDATION_FAILED");
    let named: Vec<_> = bad.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(named, ["first_admin.email", "first_admin.last_name", "first_admin.role"]);
    create(json!({ "mail": "x" })).refuses("mail");
    let created = create(json!({ "email": "kim@example.org", "first_name": "Kim", "last_name": "Hart", "invite": "link" })).data(201);
    assert_eq!(created["first_admin"]["user"]["role"], "admin");
    assert!(created["first_admin"]["invitation"]["secret"].as_str().unwrap().starts_with("plol_"));
    let none = server.post("/api/v1/platform/tenants").token(&token).json(&json!({ "slug": "south", "name": "South" })).send().data(201);
    assert_eq!(none["first_admin"], Value::Null);
}
