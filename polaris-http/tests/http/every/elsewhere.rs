//! Isolation: whatever opens one tenant opens nothing anywhere else, and does not tell what is there.

use polaris_core::operations::{Operation, Permission, Surface};
use polaris_core::{NewNote, NewVolunteer};
use serde_json::{Value, json};

use super::{Endpoint, People, SECRET, endpoints};
use crate::http::client::{Answer, Ask};
use crate::http::house::event;

/// A body with all that an operation asks for, so that what is looked at next is whether there is such a thing.
fn whole(operation: &Operation) -> Value {
    match operation.id {
        "events_duplicate" => json!({ "starts_at": "2026-02-02" }),
        "rosters_assign" => json!({ "volunteer_id": 1 }),
        "outreach_preview_mail" | "outreach_send_mail" => json!({ "volunteer_ids": [1] }),
        "outreach_log" => json!({ "volunteer_id": 1, "method": "phone" }),
        "volunteers_merge" => json!({ "merged_id": 1 }),
        "volunteers_add_note" => json!({ "text": "Called" }),
        _ => json!({}),
    }
}

type Sign = Box<dyn for<'s> Fn(Ask<'s>) -> Ask<'s>>;

/// Everything that opens something at `kckps`, and some that opens nothing.
fn credentials(people: &People) -> Vec<(&'static str, Sign)> {
    let token = |token: &str| -> Sign {
        let token = token.to_owned();
        Box::new(move |ask| ask.token(&token))
    };
    let cookie = format!("polaris={}", people.tokens["admin"]);
    let staff_cookie = format!("polaris={}", people.tokens["staff admin"]);
    let key = people.server.key("kckps").to_owned();
    let (user, staff) = (&people.tokens["admin"], &people.tokens["staff admin"]);
    vec![
        ("a user's session", token(user)),
        ("a user's cookie", Box::new(move |ask| ask.header("Cookie", &cookie).header("Sec-Fetch-Site", "same-origin"))),
        ("a support session", token(staff)),
        ("a support session's cookie", Box::new(move |ask| ask.header("Cookie", &staff_cookie).header("Sec-Fetch-Site", "same-origin"))),
        ("an API key as a session", token(&key.clone())),
        ("an API key", Box::new(move |ask| ask.key(&key))),
        ("a forged session", token(&format!("{}A", &user[..user.len() - 1]))),
        ("a user's session called staff's", token(&user.replace("plus_", "plss_"))),
        ("a staff session called a user's", token(&staff.replace("plss_", "plus_"))),
        ("junk", token("' OR 1=1 --")),
        ("nothing", Box::new(|ask| ask)),
    ]
}

/// What an answer says, but for when and to which request.
fn said(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    body["meta"] = Value::Null;
    (answer.status, body)
}

fn within_a_tenant() -> impl Iterator<Item = Endpoint> {
    endpoints().into_iter().filter(|one| one.operation.surface == Surface::Tenant && one.operation.permission != Permission::SignIn)
}

#[test]
fn what_opens_one_tenant_opens_no_other_and_does_not_tell_whether_there_is_one() {
    let people = People::new();
    people.server.publish("hmsd", event("Secret plans", "2026-02-01T09:00"));
    for (what, sign) in credentials(&people) {
        for endpoint in within_a_tenant() {
            let there = sign(endpoint.ask(&people.server, "hmsd")).send();
            there.refused(401, "UNAUTHENTICATED");
            let nowhere = sign(endpoint.ask(&people.server, "nobody")).send();
            assert_eq!(said(&there), said(&nowhere), "{what}: {:?}", there.asked);
        }
    }
    assert_eq!(people.server.tenant("hmsd").users().list(&Default::default(), Default::default(), Default::default()).unwrap().total, 0);
    for token in people.tokens.values() {
        people.server.get("/api/v1/tenants/kckps/session").token(token).send().ok(200);
    }
}

#[test]
fn no_tenants_session_and_no_key_opens_the_platform() {
    let people = People::new();
    for (what, sign) in credentials(&people).into_iter().filter(|(what, _)| !what.starts_with("a support session")) {
        for endpoint in endpoints().into_iter().filter(|one| one.operation.surface == Surface::Platform) {
            if endpoint.operation.permission != Permission::SignIn {
                let answer = sign(endpoint.ask(&people.server, "hmsd")).send();
                assert_eq!(answer.status, 401, "{what}: {:?}", answer.asked);
                answer.refused(401, "UNAUTHENTICATED");
            }
        }
    }
}

#[test]
fn a_password_and_a_link_are_good_where_they_were_made_alone() {
    let people = People::new();
    let users = people.server.tenant("kckps");
    let viewer = users.users().list(&Default::default(), Default::default(), Default::default()).unwrap().items;
    let viewer = viewer.iter().find(|user| user.email.as_str().starts_with("viewer")).unwrap().id;
    let link = users.users().reset_password(viewer).unwrap();
    let link = link.secret.reveal();
    let log_in = json!({ "login": "admin@kckps.org", "password": SECRET });
    let use_link = json!({ "link": link, "password": "another good password" });
    for (slug, code) in [("hmsd", ("INVALID_CREDENTIALS", "INVALID_LINK")), ("nobody", ("TENANT_NOT_FOUND", "TENANT_NOT_FOUND"))] {
        let path = |rest: &str| format!("/api/v1/tenants/{slug}/{rest}");
        let status = |code: &str| if code == "INVALID_CREDENTIALS" { 401 } else { 404 };
        people.server.post(&path("session")).json(&log_in).send().refused(status(code.0), code.0);
        people.server.post(&path("links/use")).json(&use_link).send().refused(status(code.1), code.1);
    }
    people.server.post("/api/v1/platform/session").json(&log_in).send().refused(401, "INVALID_CREDENTIALS");
    people.server.post("/api/v1/platform/links/use").json(&use_link).send().refused(404, "INVALID_LINK");
    people.server.post("/api/v1/tenants/kckps/links/use").json(&use_link).send().ok(200);
}

#[test]
fn anothers_numbers_name_nothing_here() {
    let people = People::new();
    // Numbers of one tenant that the other doesn't have.
    let [.., theirs] = [(); 3].map(|()| people.server.draft("hmsd", event("Secret plans", "2026-02-01T09:00")).id);
    let hmsd = people.server.tenant("hmsd");
    let [.., same] = [(); 3].map(|()| {
        let new = NewVolunteer { first_name: "Secret".into(), last_name: "Person".into(), ..NewVolunteer::default() };
        let volunteer = hmsd.volunteers().create(new).unwrap().volunteer.id;
        hmsd.volunteers().add_note(volunteer, &NewNote { text: "Secret".into(), ..NewNote::default() }).unwrap();
        volunteer
    });
    assert_eq!(same.get(), theirs.get());
    let own = people.server.draft("kckps", event("Own plans", "2026-02-01T09:00")).id;
    let admin = &people.tokens["admin"];
    for endpoint in within_a_tenant() {
        for name in endpoint.parameters() {
            let path = endpoint.path.replace("{tenant}", "kckps").replace(&format!("{{{name}}}"), &theirs.to_string());
            if name == "event" {
                let answer = people.server.ask(&endpoint.method, &path).token(admin).json(&whole(endpoint.operation)).send();
                answer.refused(404, "EVENT_NOT_FOUND");
                assert!(!answer.text().contains("Secret"));
            } else if name == "volunteer" {
                let query = if endpoint.operation.id == "volunteers_preview_merge" { "?merged_id=1" } else { "" };
                let path = format!("{}{query}", path.replace("{event}", &own.to_string()).replace("{note}", &theirs.to_string()));
                let answer = people.server.ask(&endpoint.method, &path).token(admin).json(&whole(endpoint.operation)).send();
                answer.refused(404, "VOLUNTEER_NOT_FOUND");
                assert!(!answer.text().contains("Secret"));
            } else if name == "outreach" {
                let answer = people.server.ask(&endpoint.method, &path).token(admin).json(&whole(endpoint.operation)).send();
                answer.refused(404, "OUTREACH_NOT_FOUND");
            }
        }
    }
    // A session of somebody else in the same tenant is not there either.
    let others = people.server.get("/api/v1/tenants/kckps/sessions").token(&people.tokens["viewer"]).send().data(200);
    let id = others[0]["id"].as_i64().unwrap();
    people.server.ask("DELETE", &format!("/api/v1/tenants/kckps/sessions/{id}")).token(admin).send().refused(404, "SESSION_NOT_FOUND");
    people.server.get("/api/v1/tenants/kckps/session").token(&people.tokens["viewer"]).send().ok(200);
}
