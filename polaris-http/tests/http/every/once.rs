//! Idempotency keys: every POST that the document says takes one gives its first answer again, and does nothing twice.

use serde_json::{Value, json};

use super::People;
use crate::http::house::event;
use crate::http::schema::document;

/// The operations that take a key, with their paths.
fn taking_keys() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, methods) in document()["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            let parameters = described["parameters"].as_array();
            if parameters.into_iter().flatten().any(|parameter| parameter["name"] == "Idempotency-Key") {
                assert_eq!(method, "post");
                found.push((described["operationId"].as_str().unwrap().to_owned(), path.clone()));
            }
        }
    }
    found
}

/// What is sent so that it is done once and refused, or done again, the second time.
fn body(operation: &str) -> Option<Value> {
    match operation {
        "events_create" => Some(json!({ "title": "Career Day", "starts_at": "2026-03-09T09:00", "location": "Gym" })),
        "events_cancel" => Some(json!({ "reason": "weather" })),
        "events_duplicate" => Some(json!({ "starts_at": "2026-04-01" })),
        "rosters_assign" => Some(json!({ "volunteer_id": 1 })),
        "outreach_send_mail" => Some(json!({ "volunteer_ids": [1, 99], "text": "Hello {{ first_name }}" })),
        "outreach_log" => Some(json!({ "volunteer_id": 1, "method": "phone", "outcome": "confirmed" })),
        "volunteers_create" => Some(json!({ "first_name": "Kim", "last_name": "Hart" })),
        "volunteers_add_note" => Some(json!({ "text": "Called" })),
        "volunteers_merge" => Some(json!({ "merged_id": 2 })),
        "users_create" => Some(json!({ "email": "new@kckps.org", "first_name": "New", "last_name": "User", "role": "viewer" })),
        "api_keys_create" => Some(json!({ "name": "Website" })),
        "api_keys_adopt" => Some(json!({ "name": "Old website", "hash": "5e".repeat(32) })),
        "api_keys_rotate" => Some(json!({ "grace_hours": 1 })),
        "calendar_feeds_create" => Some(json!({ "name": "Phone" })),
        "signups_submit" => Some(json!({ "first_name": "Ann", "last_name": "Lee", "email": "ann@example.org" })),
        "events_confirm"
        | "events_return_to_draft"
        | "events_publish"
        | "events_unpublish"
        | "events_complete"
        | "mails_retry"
        | "mails_retry_all"
        | "users_deactivate"
        | "volunteers_deactivate"
        | "volunteers_reactivate"
        | "users_reactivate"
        | "users_invite"
        | "users_reset_password" => None,
        other => panic!("say what is sent to {other}, so that its idempotency key is tested"),
    }
}

/// An event in the status that the operation wants.
fn prepare(people: &People, operation: &str) -> i64 {
    let tenant = people.server.tenant("kckps");
    let start = if operation == "events_complete" { "2026-01-10T09:00" } else { "2026-03-08T09:00" };
    let id = people.server.draft("kckps", event("Prepared", start)).id;
    match operation {
        "events_return_to_draft" => drop(tenant.events().confirm(id).unwrap()),
        "events_unpublish" | "events_complete" | "signups_submit" => drop(tenant.events().publish(id).unwrap()),
        "mails_retry" | "mails_retry_all" => {
            let sql = "INSERT INTO outbox (id, kind, recipient, data, state, next_attempt_at, created_at)
                       VALUES (1, 'reset', 'gone@kckps.org', '{}', 'held', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')
                       ON CONFLICT DO UPDATE SET state = 'held'";
            rusqlite::Connection::open(people.server.data().join("polaris_kckps.db")).unwrap().execute(sql, []).unwrap();
        }
        "users_reactivate" => {
            let viewer = tenant.users().get("viewer@kckps.org").unwrap();
            if viewer.active {
                tenant.users().deactivate(viewer.id).unwrap();
            }
        }
        "volunteers_reactivate" => {
            let one = polaris_core::types::VolunteerId::new(1);
            if tenant.volunteers().get(one).unwrap().volunteer.active {
                tenant.volunteers().deactivate(one).unwrap();
            }
        }
        _ => {}
    }
    id.get()
}

#[test]
fn every_post_that_takes_a_key_is_carried_out_once() {
    let people = People::new();
    let admin = &people.tokens["admin"];
    let viewer = people.server.tenant("kckps").users().get("viewer@kckps.org").unwrap().id;
    let entries = || {
        let filter = polaris_core::AuditFilter::default();
        people.server.tenant("kckps").audit().list(&filter, Default::default()).unwrap().total
    };
    for name in ["One", "Two", "Three", "Four"] {
        let draft = polaris_core::NewVolunteer {
            first_name: name.into(),
            last_name: "Person".into(),
            email: Some(format!("{name}@example.org")),
            ..Default::default()
        };
        people.server.tenant("kckps").volunteers().create(draft).unwrap();
    }
    let mut operations = taking_keys();
    // Whoever is deactivated comes on no roster.
    operations.sort_by_key(|(operation, _)| (operation.contains("activate"), operation.clone()));
    assert!(operations.len() >= 12, "{operations:?}");
    for (operation, path) in operations {
        let event = prepare(&people, &operation);
        let path = path
            .replace("{tenant}", "kckps")
            .replace("{event}", &event.to_string())
            .replace("{user}", &viewer.to_string())
            .replace("{key}", "1")
            .replace("{mail}", "1")
            .replace("{volunteer}", "1");
        let who = if operation == "api_keys_adopt" { &people.tokens["staff admin"] } else { admin };
        let ask = |path: &str, body: Option<&Value>| {
            let ask = people.server.post(path).token(who).header("Idempotency-Key", &format!("key of {operation}"));
            match body {
                Some(body) => ask.json(body).send(),
                None => ask.send(),
            }
        };
        let sent = body(&operation);
        let before = entries();
        let first = ask(&path, sent.as_ref());
        assert!(first.status < 300 && first.header("idempotent-replayed").is_none(), "{operation}: {}", first.text());
        let again = ask(&path, sent.as_ref());
        assert_eq!((again.status, again.header("idempotent-replayed")), (first.status, Some("true")), "{operation}");
        for header in ["location", "etag"] {
            assert_eq!(again.header(header), first.header(header), "{operation}");
        }
        let (mut first, again) = (first.data(first.status), again.data(again.status));
        for secret in ["/secret", "/invitation/secret", "/api_key", "/path"] {
            if let Some(secret) = first.pointer_mut(secret) {
                assert!(secret.as_str().unwrap().len() > 20, "{operation}");
                *secret = Value::Null;
            }
        }
        assert_eq!(again, first, "{operation}: the same but for secrets");
        assert_eq!(entries(), before + 1, "{operation}: one change, noted once");
        // The same key for anything else.
        ask(&format!("{path}?again"), sent.as_ref()).refused(409, "CONFLICT");
        if let Some(mut other) = sent {
            let (field, value) = match operation.as_str() {
                "api_keys_create" | "api_keys_adopt" | "calendar_feeds_create" => ("name", json!("Another")),
                "api_keys_rotate" => ("grace_hours", json!(2)),
                "events_cancel" => ("reason", json!("low_enrollment")),
                "users_create" => ("email", json!("other@kckps.org")),
                "outreach_send_mail" => ("text", json!("Hello")),
                "rosters_assign" | "outreach_log" => ("volunteer_id", json!(3)),
                "volunteers_create" | "signups_submit" => ("last_name", json!("Other")),
                "volunteers_add_note" => ("text", json!("Wrote")),
                "volunteers_merge" => ("merged_id", json!(4)),
                _ => ("starts_at", json!("2026-05-05T10:00")),
            };
            other[field] = value;
            ask(&path, Some(&other)).refused(409, "CONFLICT");
        }
        assert_eq!(entries(), before + 1, "{operation}");
    }
}

#[test]
fn a_key_opens_nothing_and_tells_nothing_to_who_may_not() {
    let people = People::new();
    let create = body("events_create").unwrap();
    let ask = |tenant: &str, token: Option<&str>| {
        let ask = people.server.post(&format!("/api/v1/tenants/{tenant}/events")).header("Idempotency-Key", "k").json(&create);
        match token {
            Some(token) => ask.token(token).send(),
            None => ask.send(),
        }
    };
    ask("kckps", Some(&people.tokens["coordinator"])).ok(201);
    ask("kckps", None).refused(401, "UNAUTHENTICATED");
    ask("kckps", Some(&people.tokens["viewer"])).refused(403, "FORBIDDEN");
    ask("hmsd", Some(&people.tokens["coordinator"])).refused(401, "UNAUTHENTICATED");
    // Another actor's request is another.
    assert_ne!(
        ask("kckps", Some(&people.tokens["admin"])).data(201)["id"],
        ask("kckps", Some(&people.tokens["coordinator"])).data(201)["id"]
    );
    // One who lost the role gets no earlier answer either.
    let tenant = people.server.tenant("kckps");
    let coordinator = tenant.users().get("coordinator@kckps.org").unwrap().id;
    let viewer = polaris_core::UserEdit { role: polaris_core::Patch::Set("viewer".into()), ..Default::default() };
    tenant.users().edit(coordinator, viewer, None).unwrap();
    ask("kckps", Some(&people.tokens["coordinator"])).refused(403, "FORBIDDEN");
}
