//! M3 over HTTP: what a tenant's mails say, listed, written anew, looked at and brought back.

use serde_json::{Value, json};

use super::house::{House, Server};

const ALL: &str = "/api/v1/tenants/kckps/mail-templates";
const ONE: &str = "/api/v1/tenants/kckps/mail-templates/signup_confirmed";

fn patch(server: &Server, token: &str, body: &Value) -> super::client::Answer {
    server.ask("PATCH", ONE).token(token).json(body).send()
}

#[test]
fn texts_are_listed_with_what_they_may_name() {
    let server = House::new().serve();
    let token = server.session("support", Some("kckps"));
    let listed = server.get(ALL).token(&token).send().ok(200);
    assert_eq!((listed["data"].as_array().unwrap().len(), &listed["pagination"]["total"]), (11, &json!(11)));
    let shown = server.get(ONE).token(&token).send();
    assert_eq!((shown.header("etag"), &shown.data(200)), (Some("\"0\""), &listed["data"][2]));
    let data = shown.data(200);
    assert_eq!((&data["kind"], &data["own"], &data["updated_at"]), (&json!("signup_confirmed"), &json!(false), &Value::Null));
    let named = data["variables"].as_array().unwrap().iter().find(|variable| variable["name"] == "manage_link").unwrap().clone();
    assert_eq!((&named["may_be_empty"], &named["required"], &named["html_only"]), (&json!(true), &json!(false), &json!(false)));
    server.get("/api/v1/tenants/kckps/mail-templates/newsletter").token(&token).send().refused(404, "NOT_FOUND");
}

#[test]
fn own_texts_are_stored_shown_and_brought_back_with_versions() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let usual = server.get(ONE).token(&token).send().data(200);
    let own = json!({ "subject": "See you: {{ title }}", "text": "Dear {{ first_name }},\n\n<b>come</b>!" });
    let preview = |body: &Value| server.post(&format!("{ONE}/preview")).token(&token).json(body).send().data(200);
    let draft = preview(&own);
    assert_eq!(draft["subject"], "See you: Career Day");
    assert_eq!(server.get(ONE).token(&token).send().data(200), usual, "only looked at");
    let edited = patch(&server, &token, &own);
    assert_eq!((edited.header("etag"), &edited.data(200)["own"], &edited.data(200)["html"]), (Some("\"1\""), &json!(true), &Value::Null));
    assert_eq!(server.get(ONE).token(&token).send().data(200), edited.data(200));
    let seen = preview(&json!({}));
    assert_eq!(seen, draft);
    assert_eq!((&seen["subject"], &seen["text"]), (&json!("See you: Career Day"), &json!("Dear Ann,\n\n<b>come</b>!\n")));
    assert_eq!(
        (&seen["kind"], &seen["from_name"], &seen["reply_to"]),
        (&json!("signup_confirmed"), &json!("Kansas City Kansas"), &Value::Null)
    );
    assert!(seen["html"].as_str().unwrap().contains("&lt;b&gt;come&lt;/b&gt;!"));
    let stale = server.ask("PATCH", ONE).token(&token).header("If-Match", "\"0\"").json(&own).send();
    stale.refused(409, "CONFLICT");
    server.ask("DELETE", ONE).token(&token).header("If-Match", "\"0\"").send().refused(409, "CONFLICT");
    let reset = server.ask("DELETE", ONE).token(&token).header("If-Match", "\"1\"").send();
    assert_eq!((reset.header("etag"), &reset.data(200)["text"], &reset.data(200)["own"]), (Some("\"2\""), &usual["text"], &json!(false)));
    let with_html = patch(&server, &token, &json!({ "html": "<p>Hi {{ first_name }}</p>" })).data(200);
    assert_eq!(with_html["html"], "<p>Hi {{ first_name }}</p>");
    assert_eq!(patch(&server, &token, &json!({ "html": null })).data(200)["html"], Value::Null);
}

#[test]
fn what_is_wrong_is_told_by_field_with_its_line() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let bad = json!({ "subject": "{{ nobody }}", "text": "a\n{% include 'x' %}", "html": "<script>" });
    let refused = patch(&server, &token, &bad);
    let codes = refused.fields(422, "VALIDATION_FAILED");
    let expected = [("subject", "UNKNOWN_VARIABLE"), ("text", "SYNTAX"), ("html", "REFUSED_HTML")];
    assert_eq!(codes, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    assert!(refused.text().contains("line 2: only") && refused.text().contains("there are first_name"));
    for (body, field) in [(json!({ "body": "x" }), "body"), (json!({ "text": 5 }), "text")] {
        patch(&server, &token, &body).refuses(field);
    }
    server
        .ask("PATCH", ONE)
        .token(&server.session("support", Some("kckps")))
        .json(&json!({ "text": "x" }))
        .send()
        .refused(403, "FORBIDDEN");
}
