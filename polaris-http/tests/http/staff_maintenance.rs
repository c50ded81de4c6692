//! P8 and P10 over HTTP: migrations, and backups made, listed, checked and put back.

use std::fs;

use serde_json::json;

use super::client::Answer;
use super::house::{House, Server, event};

const BACKUPS: &str = "/api/v1/platform/backups";
const MIGRATIONS: &str = "/api/v1/platform/migrations";

fn back_up(server: &Server, token: &str) -> String {
    let made = server.post(BACKUPS).token(token).send();
    made.data(201)["name"].as_str().unwrap().to_owned()
}

fn restore(server: &Server, token: &str, backup: &str, body: &serde_json::Value) -> Answer {
    server.post(&format!("{BACKUPS}/{backup}/restore")).token(token).json(body).send()
}

#[test]
fn a_backup_is_made_shown_listed_and_checked() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let made = server.post(BACKUPS).token(&token).json(&json!({})).send();
    let backup = made.data(201);
    assert_eq!(made.header("location"), Some("/api/v1/platform/backups/20260110T153000Z"));
    assert_eq!((&backup["name"], &backup["state"]), (&json!("20260110T153000Z"), &json!("finished")));
    assert_eq!((&backup["tenants"], &backup["left_out"]), (&json!(["hmsd", "kckps"]), &json!([])));
    assert_eq!(server.get(made.header("location").unwrap()).token(&token).send().data(200), backup);
    let one = server.post(BACKUPS).token(&token).json(&json!({ "tenants": ["kckps"] })).send().data(201);
    assert_eq!((&one["name"], &one["tenants"]), (&json!("20260110T153000Z-2"), &json!(["kckps"])));
    // Support staff see and check them.
    let support = server.session("support", None);
    let listed = server.get(BACKUPS).token(&support).send();
    assert_eq!(listed.data(200), json!([one, backup]));
    assert_eq!(listed.json()["pagination"]["total"], 2);
    assert_eq!(server.get(&format!("{BACKUPS}?page=2&per_page=1")).token(&support).send().data(200), json!([backup]));
    let found = server.post(&format!("{BACKUPS}/20260110T153000Z/verify")).token(&support).send().data(200);
    assert_eq!((&found["sound"], &found["problems"]), (&json!(true), &json!([])));
    let databases: Vec<_> = found["databases"].as_array().unwrap().iter().map(|database| database["tenant"].clone()).collect();
    assert_eq!(databases, [json!(null), json!("hmsd"), json!("kckps")]);
    server.post(BACKUPS).token(&support).send().refused(403, "FORBIDDEN");
    restore(&server, &support, "20260110T153000Z", &json!({ "tenant": "kckps" })).refused(403, "FORBIDDEN");
    server.post(MIGRATIONS).token(&support).json(&json!({ "all": true })).send().refused(403, "FORBIDDEN");
}

#[test]
fn a_tenant_is_put_back_while_the_server_serves_the_others() {
    let house = House::new();
    house.publish("kckps", event("Before", "2026-03-04T09:00"));
    let server = house.serve();
    let token = server.session("admin", None);
    let backup = back_up(&server, &token);
    server.publish("kckps", event("After", "2026-03-05T09:00"));
    assert_eq!(server.public("kckps", "").titles(), ["Before", "After"]);
    restore(&server, &token, &backup, &json!({ "tenant": "kckps" })).refused(409, "INVALID_TRANSITION");
    server.post("/api/v1/platform/tenants/kckps/deactivate").token(&token).send().ok(200);
    let done = restore(&server, &token, &backup, &json!({ "tenant": "kckps" })).data(200);
    assert_eq!((&done["tenant"], &done["state"], &done["epoch"]), (&json!("kckps"), &json!("inactive"), &json!(2)));
    assert_eq!((&done["as_of"], &done["access_kept"]), (&json!("2026-01-10T15:30:00Z"), &json!(true)));
    server.public("kckps", "").refused(404, "TENANT_NOT_FOUND");
    server.public("hmsd", "").ok(200);
    server.post("/api/v1/platform/tenants/kckps/reactivate").token(&token).send().ok(200);
    // Nothing that was rendered from the file before is taken for this one's.
    assert_eq!(server.public("kckps", "").titles(), ["Before"]);
}

#[test]
fn what_is_wrong_with_a_backup_is_told_without_paths() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let backup = back_up(&server, &token);
    let folder = server.data().join("backups").join(&backup);
    let file = folder.join("polaris_kckps.db");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[1..]).unwrap();
    let found = server.post(&format!("{BACKUPS}/{backup}/verify")).token(&token).send();
    assert!(!found.text().contains(".db") && !found.text().contains("/tmp"), "{}", found.text());
    let found = found.data(200);
    assert_eq!((&found["sound"], found["problems"].as_array().unwrap().len()), (&json!(false), 1));
    assert_eq!((&found["problems"][0]["subject"], &found["problems"][0]["code"]), (&json!("kckps"), &json!("DAMAGED")));
    server.post("/api/v1/platform/tenants/kckps/deactivate").token(&token).send().ok(200);
    let fields = restore(&server, &token, &backup, &json!({ "tenant": "kckps" })).fields(422, "VALIDATION_FAILED");
    assert_eq!(fields, [("backup".to_owned(), "DAMAGED".to_owned())]);
    fs::remove_file(folder.join("manifest.json")).unwrap();
    let fields = restore(&server, &token, &backup, &json!({ "tenant": "kckps" })).fields(422, "VALIDATION_FAILED");
    assert_eq!(fields, [("backup".to_owned(), "UNFINISHED".to_owned())]);
    let listed = server.get(BACKUPS).token(&token).send().data(200);
    assert_eq!((&listed[0]["state"], &listed[0]["began_at"]), (&json!("unfinished"), &json!(null)));
}

#[test]
fn names_that_lead_out_of_the_backups_find_nothing() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    back_up(&server, &token);
    for name in ["x", "..", "%2e%2e", "..%2f..%2fetc", "%2fetc", "20260110T153000Z%2f..", "20260110T153000Z%00", "20260110T153001Z"] {
        server.get(&format!("{BACKUPS}/{name}")).token(&token).send().refused(404, "NOT_FOUND");
        server.post(&format!("{BACKUPS}/{name}/verify")).token(&token).send().refused(404, "NOT_FOUND");
        restore(&server, &token, name, &json!({ "tenant": "kckps" })).refused(404, "NOT_FOUND");
    }
    restore(&server, &token, "20260110T153000Z", &json!({ "tenant": "nobody" })).refused(404, "NOT_FOUND");
}

#[test]
fn what_is_sent_is_checked_before_anything_is_done() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let backup = |body: &serde_json::Value| server.post(BACKUPS).token(&token).json(body).send();
    backup(&json!({ "into": "/tmp" })).refuses("into");
    backup(&json!({ "tenants": "kckps" })).refuses("tenants");
    assert_eq!(backup(&json!({ "tenants": ["kckps", "nobody"] })).fields(422, "VALIDATION_FAILED")[0].0, "tenants[1]");
    server.get(&format!("{BACKUPS}?sort=name")).token(&token).send().refuses("sort");
    assert_eq!(server.get(BACKUPS).token(&token).send().data(200), json!([]));
    let migrate = |body: &serde_json::Value| server.post(MIGRATIONS).token(&token).json(body).send();
    for bad in
        [json!({}), json!({ "all": true, "tenants": ["kckps"] }), json!({ "tenants": ["nobody"] }), json!({ "all": true, "jobs": 99 })]
    {
        migrate(&bad).refused(422, "VALIDATION_FAILED");
    }
    migrate(&json!({ "all": "yes" })).refuses("all");
    migrate(&json!({ "everything": true })).refuses("everything");
}

#[test]
fn migrations_tell_what_became_of_each_tenant() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let report = server.post(MIGRATIONS).token(&token).json(&json!({ "all": true, "dry_run": true })).send().data(200);
    let up_to_date =
        |slug: &str| json!({ "tenant": slug, "from": report["target"], "outcome": "up_to_date", "code": null, "message": null });
    assert_eq!(report["tenants"], json!([up_to_date("hmsd"), up_to_date("kckps")]));
    assert_eq!(report["dry_run"], true);
    fs::remove_file(server.data().join("polaris_hmsd.db")).unwrap();
    let report = server.post(MIGRATIONS).token(&token).json(&json!({ "tenants": ["hmsd"] })).send();
    assert!(!report.text().contains(".db"), "{}", report.text());
    let report = report.data(200);
    assert_eq!((&report["tenants"][0]["outcome"], &report["tenants"][0]["code"]), (&json!("failed"), &json!("UNAVAILABLE")));
}
