//! M1: the outbox over HTTP, and how delivering mails goes.

use std::time::Duration;

use polaris_core::{EventEdit, NewParticipation, NewVolunteer, Patch};
use serde_json::{Value, json};

use super::client::Ask;
use super::house::{House, Server, event};

const MAILS: &str = "/api/v1/tenants/kckps/mails";

/// Signs people up for an event and moves it, so that each gets a mail.
fn queue(server: &Server, people: &[&str]) {
    let tenant = server.tenant("kckps");
    let day = server.draft("kckps", event("Career Day", "2026-03-09T09:00")).id;
    for person in people {
        let draft = NewVolunteer {
            first_name: (*person).into(),
            last_name: "Lee".into(),
            email: Some(format!("{person}@example.org")),
            ..NewVolunteer::default()
        };
        let volunteer = tenant.volunteers().create(draft).unwrap().volunteer.id;
        let place =
            NewParticipation { volunteer_id: Some(volunteer.get()), status: Some("confirmed".into()), ..NewParticipation::default() };
        tenant.rosters().assign(day, &place).unwrap();
    }
    let edit = EventEdit { location: Patch::Set("Library".into()), ..EventEdit::default() };
    assert_eq!(tenant.events().edit(day, edit, None).unwrap().notices.told as usize, people.len());
}

fn until(what: &str, mut reached: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if reached() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("waited in vain until {what}");
}

fn total(ask: Ask<'_>) -> i64 {
    ask.send().ok(200)["pagination"]["total"].as_i64().unwrap()
}

#[test]
fn a_server_delivers_mails_by_itself_and_admins_see_the_outbox() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    queue(&server, &["ann", "bo"]);
    until("both are sent", || total(server.get(&format!("{MAILS}?state=sent")).token(&token)) == 2);
    assert_eq!(std::fs::read_dir(server.data().join("mail")).unwrap().count(), 2);
    let mails = server.get(&format!("{MAILS}?kind=event_changed&event=1&per_page=1")).token(&token).send().ok(200);
    assert_eq!((mails["pagination"]["total"].as_i64(), mails["data"].as_array().unwrap().len()), (Some(2), 1));
    let mail = &mails["data"][0];
    assert_eq!((mail["recipient"].as_str(), mail["state"].as_str()), (Some("bo@example.org"), Some("sent")), "the newest first");
    assert_eq!((mail["attempts"].as_i64(), &mail["last_error"], &mail["next_attempt_at"]), (Some(1), &Value::Null, &Value::Null));
    let one = server.get(&format!("{MAILS}/{}", mail["id"])).token(&token).send().data(200);
    assert_eq!(&one, mail);
    assert_eq!(total(server.get(&format!("{MAILS}?volunteer=1")).token(&token)), 1);
    let again = server.post(&format!("{MAILS}/1/retry")).token(&token).send().refused(409, "INVALID_TRANSITION");
    assert!(again["message"].as_str().unwrap().contains("sent already"), "{again}");
    let retried = server.post(&format!("{MAILS}/retry")).token(&token).send().data(200);
    assert_eq!(retried, json!({ "mails": 0 }));
}

#[test]
fn what_is_asked_wrongly_is_named_and_what_isnt_there_not_found() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    for (query, field) in
        [("state=lost", "state"), ("kind=letter", "kind"), ("event=one", "event"), ("volunteer=0", "volunteer"), ("q=ann", "q")]
    {
        let error = server.get(&format!("{MAILS}?{query}")).token(&token).send().refused(400, "BAD_REQUEST");
        assert_eq!(error["fields"][0]["field"], field, "{error}");
    }
    for mail in ["1", "0", "one"] {
        server.get(&format!("{MAILS}/{mail}")).token(&token).send().refused(404, "MAIL_NOT_FOUND");
        server.post(&format!("{MAILS}/{mail}/retry")).token(&token).send().refused(404, "MAIL_NOT_FOUND");
    }
}

#[test]
fn a_mail_server_that_is_down_is_seen_and_leaves_the_server_ready() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let server = House::new().mailing(port).serve();
    let token = server.session("admin", Some("kckps"));
    queue(&server, &["ann"]);
    let health = || server.get("/health/ready").send().data(200)["mail"].clone();
    until("it is seen", || health()["status"] == "trouble");
    until("it is counted", || health()["waiting"] == 1);
    let mail = &server.get(&format!("{MAILS}?state=waiting")).token(&token).send().ok(200)["data"][0].clone();
    assert!(mail["last_error"].as_str().unwrap().starts_with("the mail server can't be reached"), "{mail}");
    assert!(mail["attempts"].as_i64().unwrap() >= 1 && mail["next_attempt_at"].is_string());
    let retried = server.post(&format!("{MAILS}/{}/retry", mail["id"])).token(&token).send().data(200);
    assert_eq!((retried["state"].as_str(), retried["attempts"].as_i64()), (Some("waiting"), Some(0)));
}
