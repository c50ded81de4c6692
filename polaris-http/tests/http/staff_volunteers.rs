//! V1, V3, V5, V6 over HTTP: volunteers, what is noted of them, and merging them.

use serde_json::{Value, json};

use super::client::Answer;
use super::house::{House, Server};

const VOLUNTEERS: &str = "/api/v1/tenants/kckps/volunteers";

/// Of staff who have entered `kckps` with the rights of an admin there.
fn admin(server: &Server) -> String {
    server.session("admin", Some("kckps"))
}

fn jose() -> Value {
    json!({
        "first_name": "José", "last_name": "O'Brien", "email": "Jose@Example.org", "phone": "(913) 555-0100", "organization": "Łódź Works",
        "skills": ["Welding", "Chess"], "state": "ks", "email_opt_out": true,
    })
}

fn add(server: &Server, token: &str, new: &Value) -> i64 {
    server.post(VOLUNTEERS).token(token).json(new).send().data(201)["volunteer"]["id"].as_i64().unwrap()
}

fn patch(server: &Server, token: &str, path: &str, edit: &Value) -> Answer {
    server.ask("PATCH", &format!("{VOLUNTEERS}/{path}")).token(token).json(edit).send()
}

fn names(answer: &Answer) -> Vec<String> {
    answer.ok(200)["data"].as_array().unwrap().iter().map(|one| one["first_name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_volunteer_is_added_shown_and_found() {
    let server = House::new().serve();
    let token = admin(&server);
    let answer = server.post(VOLUNTEERS).token(&token).json(&jose()).send();
    assert_eq!((answer.header("location"), answer.header("etag")), (Some("/api/v1/tenants/kckps/volunteers/1"), Some("\"1\"")));
    let saved = answer.data(201);
    let volunteer = &saved["volunteer"];
    assert_eq!((&saved["outcome"], &volunteer["id"], &volunteer["email"]), (&json!("created"), &json!(1), &json!("Jose@Example.org")));
    assert_eq!(
        (&volunteer["skills"], &volunteer["state"], &volunteer["title"]),
        (&json!(["Chess", "Welding"]), &json!("KS"), &Value::Null)
    );
    let shown = server.get(&format!("{VOLUNTEERS}/1")).token(&token).send();
    assert_eq!(shown.header("etag"), Some("\"1\""));
    let shown = shown.data(200);
    assert_eq!((&shown["volunteer"], &shown["participations"], &shown["notes"]), (volunteer, &json!([]), &json!([])));
    assert_eq!(shown["totals"], json!({ "events": 0, "attended": 0, "no_shows": 0, "minutes": 0 }));
    for query in ["q=jose", "q=o%27br", "q=lodz%20weld", "skill=welding", "organization=lodz+works&active=true", "sort=-created&page=1"] {
        assert_eq!(names(&server.get(&format!("{VOLUNTEERS}?{query}")).token(&token).send()), ["José"], "{query}");
    }
    for query in ["q=nobody", "active=false", "organization=x", "page=2"] {
        assert!(names(&server.get(&format!("{VOLUNTEERS}?{query}")).token(&token).send()).is_empty(), "{query}");
    }
    let suggested = server.get(&format!("{VOLUNTEERS}/suggest?q=jos")).token(&token).send().data(200);
    assert_eq!(suggested, json!([{ "id": 1, "first_name": "José", "last_name": "O'Brien", "organization": "Łódź Works" }]));
    assert_eq!(server.get(&format!("{VOLUNTEERS}/suggest")).token(&token).send().data(200), json!([]));
}

#[test]
fn a_list_that_is_asked_for_badly_names_the_parameter() {
    let server = House::new().serve();
    let token = admin(&server);
    for (query, parameter) in [
        ("q=%00", "q"),
        (&format!("q={}", "x".repeat(201)), "q"),
        ("skill=Alchemy", "skill"),
        ("career_type=Alchemy", "career_type"),
        ("active=maybe", "active"),
        ("sort=email", "sort"),
        ("page=0", "page"),
        ("status=active", "status"),
        ("q=a&q=b", "q"),
    ] {
        server.get(&format!("{VOLUNTEERS}?{query}")).token(&token).send().refuses(parameter);
    }
    server.get(&format!("{VOLUNTEERS}/suggest?q=%00")).token(&token).send().refuses("q");
    server.get(&format!("{VOLUNTEERS}/suggest?limit=5")).token(&token).send().refuses("limit");
}

#[test]
fn every_broken_field_of_a_volunteer_is_listed_and_no_value_repeated() {
    let server = House::new().serve();
    let token = admin(&server);
    let new = json!({
        "first_name": "", "last_name": "x".repeat(101), "email": "secret@", "phone": "secret", "postal_code": "secret!",
        "career_type": "Secret", "skills": vec!["x"; 51],
    });
    let answer = server.post(VOLUNTEERS).token(&token).json(&new).send();
    assert!(!answer.text().to_lowercase().contains("secret"), "{}", answer.text());
    let expected = [
        ("first_name", "REQUIRED"),
        ("last_name", "TOO_LONG"),
        ("email", "BAD_EMAIL"),
        ("phone", "BAD_PHONE"),
        ("skills", "TOO_MANY"),
        ("postal_code", "BAD_POSTAL_CODE"),
        ("career_type", "UNKNOWN_VALUE"),
    ];
    assert_eq!(answer.fields(422, "VALIDATION_FAILED"), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    for (field, value) in [("email", json!(5)), ("skills", json!("Chess")), ("colour", json!("red")), ("email_opt_out", json!("yes"))] {
        let mut new = jose();
        new[field] = value;
        server.post(VOLUNTEERS).token(&token).json(&new).send().refuses(field);
    }
}

#[test]
fn an_email_that_is_taken_answers_with_the_number_and_a_deactivated_one_comes_back() {
    let server = House::new().serve();
    let token = admin(&server);
    let id = add(&server, &token, &jose());
    let again = json!({ "first_name": "Joe", "last_name": "Hart", "email": "JOSE@example.org" });
    let refused = server.post(VOLUNTEERS).token(&token).json(&again).send();
    refused.refused(409, "CONFLICT");
    let error = &refused.json()["error"];
    assert_eq!(error["volunteer_id"], json!(id));
    assert!(error["message"].as_str().unwrap().contains("volunteer 1") && !refused.text().to_lowercase().contains("example.org"));
    server.post(&format!("{VOLUNTEERS}/{id}/deactivate")).token(&token).send().data(200);
    server.post(&format!("{VOLUNTEERS}/{id}/deactivate")).token(&token).send().refused(409, "CONFLICT");
    let back = server.post(VOLUNTEERS).token(&token).json(&again).send();
    assert_eq!(back.header("location"), Some("/api/v1/tenants/kckps/volunteers/1"));
    let back = back.data(201);
    assert_eq!(
        (&back["outcome"], &back["volunteer"]["first_name"], &back["volunteer"]["active"]),
        (&json!("reactivated"), &json!("Joe"), &json!(true))
    );
    assert_eq!(back["volunteer"]["phone"], "(913) 555-0100");
    server.post(&format!("{VOLUNTEERS}/{id}/reactivate")).token(&token).send().refused(409, "CONFLICT");
}

#[test]
fn an_edit_sets_clears_and_keeps_and_a_stale_one_is_a_conflict() {
    let server = House::new().serve();
    let token = admin(&server);
    add(&server, &token, &jose());
    let edit = json!({ "email": null, "phone": "", "skills": ["Baking"], "city": "Olathe" });
    let answer = server.ask("PATCH", &format!("{VOLUNTEERS}/1")).token(&token).header("If-Match", "\"1\"").json(&edit).send();
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let edited = answer.data(200);
    assert_eq!((&edited["email"], &edited["phone"], &edited["skills"]), (&Value::Null, &Value::Null, &json!(["Baking"])));
    assert_eq!((&edited["organization"], &edited["city"]), (&json!("Łódź Works"), &json!("Olathe")));
    let stale = server.ask("PATCH", &format!("{VOLUNTEERS}/1")).token(&token).header("If-Match", "\"1\"").json(&edit).send();
    stale.refused(409, "CONFLICT");
    patch(&server, &token, "1", &json!({ "first_name": null })).refused(422, "VALIDATION_FAILED");
    patch(&server, &token, "1", &json!({ "id": 7 })).refuses("id");
    for nobody in ["2", "0", "-1", "jose@example.org", "99999999999999999999"] {
        patch(&server, &token, nobody, &edit).refused(404, "VOLUNTEER_NOT_FOUND");
    }
}

#[test]
fn notes_are_added_listed_mended_and_removed() {
    let server = House::new().serve();
    let token = admin(&server);
    add(&server, &token, &jose());
    let notes = format!("{VOLUNTEERS}/1/notes");
    let answer = server.post(&notes).token(&token).json(&json!({ "text": "Called", "outcome": "follow_up" })).send();
    assert_eq!((answer.header("location"), answer.header("etag")), (Some("/api/v1/tenants/kckps/volunteers/1/notes/1"), Some("\"1\"")));
    let note = answer.data(201);
    assert_eq!((&note["noted_on"], &note["outcome"], &note["volunteer_id"]), (&json!("2026-01-10"), &json!("follow_up"), &json!(1)));
    assert_eq!((&note["author"]["kind"], &note["author"]["name"]), (&json!("staff"), &json!("Robin the admin")));
    server.post(&notes).token(&token).json(&json!({ "text": "Met", "noted_on": "2026-01-02" })).send().data(201);
    let listed = server.get(&notes).token(&token).send().ok(200);
    assert_eq!((&listed["data"][0], &listed["data"][1]["text"], &listed["pagination"]["total"]), (&note, &json!("Met"), &json!(2)));
    let edit =
        server.ask("PATCH", &format!("{notes}/1")).token(&token).header("If-Match", "\"1\"").json(&json!({ "outcome": null })).send();
    assert_eq!((edit.header("etag"), &edit.data(200)["outcome"]), (Some("\"2\""), &Value::Null));
    server.ask("DELETE", &format!("{notes}/1")).token(&token).header("If-Match", "\"1\"").send().refused(409, "CONFLICT");
    assert_eq!(server.ask("DELETE", &format!("{notes}/1")).token(&token).send().data(200), json!({ "removed": 1 }));
    server.ask("DELETE", &format!("{notes}/1")).token(&token).send().refused(404, "NOTE_NOT_FOUND");
    server.ask("PATCH", &format!("{notes}/9")).token(&token).json(&json!({})).send().refused(404, "NOTE_NOT_FOUND");
    let bad = server.post(&notes).token(&token).json(&json!({ "text": "", "outcome": "x", "noted_on": "x" })).send();
    assert_eq!(bad.fields(422, "VALIDATION_FAILED").len(), 3);
    server.get(&format!("{VOLUNTEERS}/9/notes")).token(&token).send().refused(404, "VOLUNTEER_NOT_FOUND");
}

#[test]
fn two_records_are_merged_after_a_look_at_what_that_does() {
    let server = House::new().serve();
    let token = admin(&server);
    add(&server, &token, &jose());
    add(&server, &token, &json!({ "first_name": "Joseph", "last_name": "O'Brien", "email": "joe@example.org", "title": "Welder" }));
    let merge = format!("{VOLUNTEERS}/1/merge");
    let plan = server.get(&format!("{merge}?merged_id=2")).token(&token).send().data(200);
    let fields: Vec<_> =
        plan["fields"].as_array().unwrap().iter().map(|field| (&field["field"], &field["decision"], &field["dropped"])).collect();
    assert_eq!(
        fields,
        [
            (&json!("name"), &json!("kept"), &json!("Joseph O'Brien")),
            (&json!("email"), &json!("kept"), &json!("joe@example.org")),
            (&json!("title"), &json!("filled"), &Value::Null),
        ]
    );
    for query in ["", "?merged_id=x", "?merged_id=1", "?merged_id=9"] {
        let answer = server.get(&format!("{merge}{query}")).token(&token).send();
        assert!([400, 404, 409, 422].contains(&answer.status), "{query}: {}", answer.status);
    }
    let stale = json!({ "merged_id": 2, "merged_version": 7 });
    server.post(&merge).token(&token).json(&stale).send().refused(409, "CONFLICT");
    server.post(&merge).token(&token).header("If-Match", "\"7\"").json(&json!({ "merged_id": 2 })).send().refused(409, "CONFLICT");
    let done = server.post(&merge).token(&token).header("If-Match", "\"1\"").json(&json!({ "merged_id": 2, "merged_version": 1 })).send();
    assert_eq!(done.header("etag"), Some("\"2\""));
    assert_eq!(done.data(200)["survivor"]["title"], "Welder");
    let led = server.get(&format!("{VOLUNTEERS}/2")).token(&token).send().data(200);
    assert_eq!((&led["volunteer"]["id"], led["notes"].as_array().unwrap().len()), (&json!(1), 1));
    patch(&server, &token, "2", &json!({ "city": "Olathe" })).refused(409, "CONFLICT");
    let skills: Vec<_> = (0..50).map(|number| format!("Skill {number:02}")).collect();
    add(&server, &token, &json!({ "first_name": "Joe", "last_name": "O'Brien", "skills": skills }));
    let field = |plan: &Value| plan["fields"].as_array().unwrap().iter().find(|field| field["field"] == "skills").cloned().unwrap();
    let plan = field(&server.get(&format!("{merge}?merged_id=3")).token(&token).send().data(200));
    assert_eq!((&plan["decision"], plan["dropped"].as_str().unwrap().contains("Skill 49")), (&json!("combined"), true), "{plan}");
}

#[test]
fn nobody_but_admins_and_coordinators_sees_a_volunteer() {
    let server = House::new().with_people().serve();
    let token = admin(&server);
    add(&server, &token, &jose());
    for role in ["virtual_admin", "viewer"] {
        let user = polaris_core::NewUser {
            email: format!("{role}@kckps.org"),
            first_name: "Some".into(),
            last_name: "One".into(),
            role: role.into(),
            password: Some("the quick brown fox".into()),
            ..polaris_core::NewUser::default()
        };
        server.tenant("kckps").users().create(user).unwrap();
        let log_in = json!({ "login": format!("{role}@kckps.org"), "password": "the quick brown fox" });
        let session = server.post("/api/v1/tenants/kckps/session").json(&log_in).send().data(201);
        let token = session["token"].as_str().unwrap();
        for path in ["", "/1", "/suggest?q=jos", "/1/notes", "/1/history", "/9"] {
            let answer = server.get(&format!("{VOLUNTEERS}{path}")).token(token).send();
            answer.refused(403, "FORBIDDEN");
            assert!(!answer.text().contains("José") && !answer.text().contains("xample.org"));
        }
    }
    server.get(VOLUNTEERS).key(server.key("kckps")).send().refused(401, "UNAUTHENTICATED");
}
