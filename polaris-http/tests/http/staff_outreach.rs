//! C3 over HTTP: who was asked to which event, and what came of it (FR-SELFSERV-403).

use polaris_core::NewEvent;
use serde_json::{Value, json};

use super::house::{House, Server, event};

const KCKPS: &str = "/api/v1/tenants/kckps";

/// A tenant with recruitment on, a session of an admin, an event that needs so many, and two volunteers.
fn asking(needed: i64) -> (Server, String, i64) {
    let server = House::new().with("kckps", "recruitment").serve();
    let token = server.session("admin", Some("kckps"));
    let wanted = NewEvent { volunteers_needed: Some(needed), ..event("Career Day", "2026-01-20T09:00") };
    let id = server.draft("kckps", wanted).id.get();
    for name in ["Ann", "Bea"] {
        let volunteer = json!({ "first_name": name, "last_name": "Lee", "email": format!("{name}@example.org") });
        server.post(&format!("{KCKPS}/volunteers")).token(&token).json(&volunteer).send().data(201);
    }
    (server, token, id)
}

#[test]
fn a_call_is_logged_shown_followed_up_and_removed() {
    let (server, token, event) = asking(2);
    let call = json!({ "volunteer_id": 1, "method": "phone", "notes": "Works nights", "attempted_at": "2026-01-10T08:00" });
    let logged = server.post(&format!("{KCKPS}/events/career-day-2026-01-20/outreach")).token(&token).json(&call).send();
    let data = logged.data(201);
    assert_eq!((logged.header("location"), logged.header("etag")), (Some(format!("{KCKPS}/outreach/1").as_str()), Some("\"1\"")));
    let asked = &data["outreach"];
    assert_eq!((&asked["id"], &asked["event_id"], &asked["volunteer_id"]), (&json!(1), &json!(event), &json!(1)));
    assert_eq!((&asked["method"], &asked["outcome"], &asked["notes"]), (&json!("phone"), &json!("pending"), &json!("Works nights")));
    assert_eq!((&asked["attempted_at"], &asked["followed_up_at"]), (&json!("2026-01-10T14:00:00Z"), &Value::Null));
    assert_eq!((&asked["mail_id"], &data["placed"], &asked["author"]["kind"]), (&Value::Null, &Value::Null, &json!("staff")));
    let path = format!("{KCKPS}/outreach/1");
    let shown = server.get(&path).token(&token).send();
    assert_eq!((shown.header("etag"), &shown.data(200)["outreach"], &shown.data(200)["first_name"]), (Some("\"1\""), asked, &json!("Ann")));
    assert_eq!(shown.data(200)["event"]["title"], "Career Day");
    // She says yes, which puts her on the roster.
    let yes =
        server.ask("PATCH", &path).token(&token).header("If-Match", "\"1\"").json(&json!({ "outcome": "confirmed", "notes": null })).send();
    let data = yes.data(200);
    assert_eq!(
        (yes.header("etag"), &data["outreach"]["outcome"], &data["outreach"]["notes"]),
        (Some("\"2\""), &json!("confirmed"), &Value::Null)
    );
    assert_eq!(data["outreach"]["followed_up_at"], "2026-01-10T15:30:00Z");
    assert_eq!((&data["placed"]["participation"]["status"], &data["placed"]["overlaps"]), (&json!("confirmed"), &json!([])));
    let place = server.get(&format!("{KCKPS}/events/{event}/roster/1")).token(&token).send().data(200);
    assert_eq!(place, data["placed"]["participation"]);
    // A second editor who read the first version.
    server
        .ask("PATCH", &path)
        .token(&token)
        .header("If-Match", "\"1\"")
        .json(&json!({ "outcome": "declined" }))
        .send()
        .refused(409, "CONFLICT");
    // V1: the volunteer's own page tells it.
    let volunteer = server.get(&format!("{KCKPS}/volunteers/1")).token(&token).send().data(200);
    assert_eq!(volunteer["outreach"][0]["outreach"], data["outreach"]);
    server.ask("DELETE", &path).token(&token).header("If-Match", "\"1\"").send().refused(409, "CONFLICT");
    assert_eq!(server.ask("DELETE", &path).token(&token).send().data(200), json!({ "removed": 1 }));
    for method in ["GET", "DELETE"] {
        server.ask(method, &path).token(&token).send().refused(404, "OUTREACH_NOT_FOUND");
    }
}

#[test]
fn what_is_wrong_is_named_and_a_full_or_cancelled_event_refuses_a_yes() {
    let (server, token, event) = asking(1);
    let log = |body: Value| server.post(&format!("{KCKPS}/events/{event}/outreach")).token(&token).json(&body).send();
    let bad = json!({ "method": "pigeon", "outcome": "maybe", "notes": "x".repeat(5_001), "attempted_at": "2026-01-10T09:31" });
    let fields = log(bad).fields(422, "VALIDATION_FAILED");
    let named: Vec<_> = fields.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
    let expected = [
        ("volunteer_id", "REQUIRED"),
        ("method", "UNKNOWN_VALUE"),
        ("outcome", "UNKNOWN_VALUE"),
        ("notes", "TOO_LONG"),
        ("attempted_at", "IN_FUTURE"),
    ];
    assert_eq!(named, expected);
    log(json!({ "volunteer_id": 1, "method": "phone", "when": "now" })).refuses("when");
    log(json!({ "volunteer_id": 1, "method": "phone", "outcome": "confirmed" })).ok(201);
    log(json!({ "volunteer_id": 2, "method": "phone", "outcome": "confirmed" })).refused(409, "EVENT_FULL");
    log(json!({ "volunteer_id": 2, "method": "text", "outcome": "confirmed", "over_capacity": true })).ok(201);
    log(json!({ "volunteer_id": 9, "method": "phone" })).refused(404, "VOLUNTEER_NOT_FOUND");
    server
        .post(&format!("{KCKPS}/events/99/outreach"))
        .token(&token)
        .json(&json!({ "volunteer_id": 1, "method": "phone" }))
        .send()
        .refused(404, "EVENT_NOT_FOUND");
    let third = json!({ "first_name": "Cid", "last_name": "Lee" });
    server.post(&format!("{KCKPS}/volunteers")).token(&token).json(&third).send().ok(201);
    server.post(&format!("{KCKPS}/events/{event}/cancel")).token(&token).json(&json!({})).send().ok(200);
    log(json!({ "volunteer_id": 3, "method": "phone", "outcome": "confirmed" })).refused(409, "CONFLICT");
    log(json!({ "volunteer_id": 3, "method": "phone", "outcome": "declined" })).ok(201);
}

#[test]
fn outreach_is_listed_by_event_volunteer_method_and_outcome() {
    let (server, token, event) = asking(0);
    let other = server.draft("kckps", super::house::event("Other", "2026-02-01T09:00")).id.get();
    for (event, volunteer, method, outcome, hour) in
        [(event, 1, "phone", "no_response", 1), (event, 2, "email", "pending", 2), (other, 1, "in_person", "interested", 3)]
    {
        let body =
            json!({ "volunteer_id": volunteer, "method": method, "outcome": outcome, "attempted_at": format!("2026-01-09T0{hour}:00") });
        server.post(&format!("{KCKPS}/events/{event}/outreach")).token(&token).json(&body).send().ok(201);
    }
    let found = |query: &str| -> Vec<i64> {
        let data = server.get(&format!("{KCKPS}/outreach{query}")).token(&token).send().data(200);
        data.as_array().unwrap().iter().map(|entry| entry["outreach"]["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(found(""), [3, 2, 1], "the last attempt first");
    assert_eq!(found(&format!("?event={event}")), [2, 1]);
    assert_eq!(found("?event=career-day-2026-01-20&volunteer=1"), [1]);
    assert_eq!(found("?volunteer=1"), [3, 1]);
    assert_eq!(found("?method=phone,in_person"), [3, 1]);
    assert_eq!(found("?outcome=pending,interested"), [3, 2]);
    assert_eq!(found("?per_page=2&page=2"), [1]);
    for (query, parameter) in
        [("?method=pigeon", "method"), ("?outcome=maybe", "outcome"), ("?volunteer=ann", "volunteer"), ("?q=ann", "q"), ("?page=0", "page")]
    {
        server.get(&format!("{KCKPS}/outreach{query}")).token(&token).send().refuses(parameter);
    }
    server.get(&format!("{KCKPS}/outreach?event=99")).token(&token).send().refused(404, "EVENT_NOT_FOUND");
    server.get(&format!("{KCKPS}/outreach?volunteer=99")).token(&token).send().refused(404, "VOLUNTEER_NOT_FOUND");
}

// C4: "a template filled for the chosen volunteers, …; opt-outs are left out and named".
#[test]
fn volunteers_are_asked_by_mail_after_a_look_at_it_and_who_is_left_out_is_named() {
    let (server, token, event) = asking(3);
    let opted_out = json!({ "first_name": "Cid", "last_name": "Lee", "email": "cid@example.org", "email_opt_out": true });
    server.post(&format!("{KCKPS}/volunteers")).token(&token).json(&opted_out).send().ok(201);
    let path = format!("{KCKPS}/events/career-day-2026-01-20/outreach/mail");
    let mail = json!({ "volunteer_ids": [2, 3, 1, 99], "subject": "{{ title }}?", "text": "Hello {{ first_name }}, {{ when }}" });
    let left_out = json!([{ "volunteer_id": 3, "reasons": ["email_opt_out"] }, { "volunteer_id": 99, "reasons": ["unknown"] }]);
    let preview = server.post(&format!("{path}/preview")).token(&token).json(&mail).send().data(200);
    assert_eq!((&preview["left_out"], preview["recipients"].as_array().unwrap().len()), (&left_out, 2));
    let first = json!({ "volunteer_id": 2, "first_name": "Bea", "last_name": "Lee", "email": "Bea@example.org" });
    assert_eq!((&preview["recipients"][0], &preview["subject"]), (&first, &json!("Career Day?")));
    assert_eq!(preview["text"], "Hello Bea, Tuesday, January 20, 2026, 9:00 AM CST");
    assert_eq!(server.get(&format!("{KCKPS}/outreach")).token(&token).send().data(200), json!([]), "a preview changes nothing");
    let sent = server.post(&path).token(&token).json(&mail).send();
    let data = sent.data(201);
    assert_eq!(sent.header("location"), Some(format!("{KCKPS}/outreach?event=career-day-2026-01-20&method=email").as_str()));
    assert_eq!(
        (&data["left_out"], &data["mailed"][0]["volunteer_id"], &data["mailed"][1]["volunteer_id"]),
        (&left_out, &json!(2), &json!(1))
    );
    let listed = server.get(sent.header("location").unwrap()).token(&token).send().data(200);
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["outreach"]["outcome"]), (2, &json!("pending")));
    assert!(listed[0]["outreach"]["mail_id"].is_i64());
    // Not twice within a day, unless it is said.
    let again = server.post(&path).token(&token).json(&json!({ "volunteer_ids": [1] })).send().data(201);
    assert_eq!(again, json!({ "mailed": [], "left_out": [{ "volunteer_id": 1, "reasons": ["asked_lately"] }] }));
    let best = server.post(&format!("{path}/preview")).token(&token).json(&json!({ "top": 2, "again": true })).send().data(200);
    assert_eq!(best["subject"], "Can you help at Career Day?");
    let flaws = server.post(&path).token(&token).json(&json!({ "volunteer_ids": [1], "text": "{{ phone }}", "top": 3 })).send();
    let expected = [("top", "CONTRADICTION"), ("text", "UNKNOWN_VARIABLE")].map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(flaws.fields(422, "VALIDATION_FAILED"), expected);
    server.post(&format!("{KCKPS}/events/{event}/cancel")).token(&token).json(&json!({})).send().ok(200);
    server.post(&path).token(&token).json(&json!({ "volunteer_ids": [1], "again": true })).send().refused(409, "CONFLICT");
}

#[test]
fn where_recruitment_is_off_there_is_no_outreach() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    for path in ["outreach", "outreach/1"] {
        server.get(&format!("{KCKPS}/{path}")).token(&token).send().refused(403, "FEATURE_DISABLED");
    }
    let call = json!({ "volunteer_id": 1, "method": "phone" });
    server.post(&format!("{KCKPS}/events/1/outreach")).token(&token).json(&call).send().refused(403, "FEATURE_DISABLED");
}
