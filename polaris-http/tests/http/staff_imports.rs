//! V2, V4 over HTTP: files of volunteers looked at, tried, imported beside the request, broken off; rejected rows and exports downloaded.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Answer;
use super::house::{House, Server};

const VOLUNTEERS: &str = "/api/v1/tenants/kckps/volunteers";

fn admin(server: &Server) -> String {
    server.session("admin", Some("kckps"))
}

fn csv(server: &Server, token: &str, rest: &str, file: impl Into<Vec<u8>>) -> Answer {
    server.post(&format!("{VOLUNTEERS}/import{rest}")).token(token).header("Content-Type", "text/csv; charset=utf-8").body(file).send()
}

fn people(rows: usize) -> String {
    let mut file = "First Name,Last Name,E-mail Address\n".to_owned();
    for number in 0..rows {
        writeln!(file, "Ann{number},Lee,a{number}@example.org").unwrap();
    }
    file
}

/// Asks until it has ended.
fn ended(server: &Server, token: &str, reference: &str) -> Value {
    let began = Instant::now();
    loop {
        let data = server.get(&format!("{VOLUNTEERS}/imports/{reference}")).token(token).send().data(200);
        if !["reading", "running"].contains(&data["state"].as_str().unwrap()) {
            return data;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "{data}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_file_is_looked_at_tried_and_imported_and_the_rejected_rows_mended() {
    let server = House::new().serve();
    let token = admin(&server);
    let file = "Given Name;Surname;E-mail;Shoe size\nAnn;Lee;ann@example.org;7\nBob;;bob@example.org;8\n;;;\nAnn;Lee;ANN@example.org;7\n";
    let preview = csv(&server, &token, "/preview", file).data(200);
    assert_eq!((&preview["total_rows"], &preview["blank_rows"], &preview["columns"][3]["field"]), (&json!(3), &json!(1), &Value::Null));
    assert_eq!(preview["mapping"]["first_name"], "Given Name");
    assert_eq!(preview["rows"][0], json!({ "row": 2, "cells": ["Ann", "Lee", "ann@example.org", "7"] }));

    let tried = csv(&server, &token, "?dry_run=true", file).data(200);
    assert_eq!((&tried["state"], &tried["dry_run"], &tried["id"]), (&json!("done"), &json!(true), &Value::Null));
    let answer = csv(&server, &token, "", file);
    let done = answer.data(200);
    assert_eq!((&done["id"], &done["rows"], &done["total_rows"]), (&json!(1), &json!(3), &json!(3)));
    let told = |body: &Value| serde_json::to_string(&body["report"]).unwrap();
    assert_eq!(told(&tried), told(&done), "a dry run tells what the import does, byte for byte");
    assert!(done["duration_ms"].is_u64() && tried["report"]["duration_ms"].is_null());
    let report = &done["report"];
    assert_eq!(
        (&report["counts"]["created"], &report["counts"]["rejected"], &report["counts"]["blank"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(
        report["rows"][0],
        json!({ "row": 3, "outcome": "rejected", "volunteer_id": null, "same_as": null, "problems": [
            { "column": "Surname", "field": "last_name", "code": "REQUIRED", "message": "is required", "original": null }
        ] })
    );
    assert_eq!((&report["rows"][2]["outcome"], &report["rows"][2]["same_as"]), (&json!("skipped"), &json!(2)));

    let reference = done["reference"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(&*format!("{VOLUNTEERS}/imports/{reference}")));
    let shown = server.get(&format!("{VOLUNTEERS}/imports/{reference}")).token(&token).send().data(200);
    assert_eq!(shown, done);
    let rejected = server.get(&format!("{VOLUNTEERS}/imports/{reference}/rejected")).token(&token).send();
    assert_eq!(rejected.header("content-disposition"), Some("attachment; filename=\"volunteers-kckps-rejected.csv\""));
    let mended = rejected.text().replace("Bob,,", "Bob,Hart,");
    assert_eq!(csv(&server, &token, "", mended).data(200)["counts"]["created"], 1);
    let log = server.get(&format!("{VOLUNTEERS}/imports?per_page=1")).token(&token).send();
    assert_eq!((&log.json()["pagination"]["total"], &log.data(200)[0]["counts"]["created"]), (&json!(2), &json!(1)));
    assert_eq!(report["rejected_in_file"], 1);
    let by_number = server.get(&format!("{VOLUNTEERS}/imports/1")).token(&token).send().data(200);
    assert_eq!((&by_number["state"], &by_number["report"], &by_number["counts"]["rejected"]), (&json!("done"), &Value::Null, &json!(1)));
}

#[test]
fn an_import_sent_again_changes_nothing_with_or_without_a_key() {
    let server = House::new().serve();
    let token = admin(&server);
    let file = "First,Last,Email,Skills\nAnn,Lee,ann@example.org,Welding\nBob,Hart,,\n";
    let send = || {
        let ask = server.post(&format!("{VOLUNTEERS}/import")).token(&token).header("Content-Type", "text/csv");
        ask.header("Idempotency-Key", "one").body(file).send()
    };
    assert_eq!(send().data(200)["counts"]["created"], 2);
    let again = send();
    assert_eq!(again.header("idempotent-replayed"), None);
    assert_eq!(again.data(200)["counts"]["unchanged"], 2);
}

#[test]
fn a_mapping_says_which_columns_are_read() {
    let server = House::new().serve();
    let token = admin(&server);
    let file = "Vor,Nach,Email\nAnn,Lee,ann@example.org\n";
    let refused = csv(&server, &token, "?map_first_name=Vor&map_email=Email&map_title=", file).fields(422, "VALIDATION_FAILED");
    assert_eq!(refused, [("mapping.last_name".to_owned(), "REQUIRED".to_owned())]);
    let done = csv(&server, &token, "?map_first_name=Vor&map_last_name=nach&map_title=", file).data(200);
    assert_eq!((&done["counts"]["created"], &done["report"]["mapping"]["email"]), (&json!(1), &Value::Null));
    csv(&server, &token, "?map_shoes=x", file).refuses("map_shoes");
    csv(&server, &token, "?dry_run=maybe", file).refuses("dry_run");
}

#[test]
fn more_than_five_thousand_rows_are_imported_beside_the_request() {
    let server = House::new().serve();
    let token = admin(&server);
    let answer = csv(&server, &token, "", people(6_000));
    let begun = answer.data(202);
    assert_eq!((&begun["state"], &begun["total_rows"], &begun["report"]), (&json!("running"), &json!(6_000), &Value::Null));
    let reference = begun["reference"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(&*format!("{VOLUNTEERS}/imports/{reference}")));
    let done = ended(&server, &token, reference);
    assert_eq!((&done["state"], &done["counts"]["created"], &done["rows"]), (&json!("done"), &json!(6_000), &json!(6_000)));
    assert_eq!(done["report"]["rows_told"], 0, "only rows with something to tell of are told");
    let listed = server.get(&format!("{VOLUNTEERS}?per_page=1")).token(&token).send();
    assert_eq!(listed.json()["pagination"]["total"], 6_000);
}

#[test]
fn rejected_rows_are_told_before_those_that_are_warned_of() {
    let server = House::new().serve();
    let token = admin(&server);
    let mut file = String::from("first,last,zip\n");
    for row in 0..1_500 {
        writeln!(file, "Ann{row},Lee,!").unwrap();
    }
    file.push_str("Bob,,66101\nCy,,66101\n");
    let report = csv(&server, &token, "?dry_run=true", file).data(200)["report"].clone();
    let first: Vec<_> = report["rows"].as_array().unwrap().iter().take(3).map(|row| row["row"].as_u64().unwrap()).collect();
    assert_eq!((first, &report["rows_told"], &report["rejected_in_file"]), (vec![1_502, 1_503, 2], &json!(1_000), &json!(2)));
}

#[test]
fn an_import_that_is_broken_off_leaves_nothing_behind() {
    let server = House::new().serve();
    let token = admin(&server);
    let begun = csv(&server, &token, "", people(60_000)).data(202);
    let path = format!("{VOLUNTEERS}/imports/{}", begun["reference"].as_str().unwrap());
    let ended = server.ask("DELETE", &path).token(&token).send().data(200);
    assert_eq!((&ended["state"], &ended["report"]), (&json!("cancelled"), &Value::Null));
    for list in ["", "/imports"] {
        assert_eq!(server.get(&format!("{VOLUNTEERS}{list}")).token(&token).send().ok(200)["pagination"]["total"], 0, "{list}");
    }
    server.get(&format!("{path}/rejected")).token(&token).send().refused(404, "NOT_FOUND");
    assert_eq!(server.get(&path).token(&token).send().data(200)["state"], "cancelled");
}

#[test]
fn a_tenant_has_two_imports_at_once_and_another_tenant_sees_none_of_them() {
    let server = House::new().serve();
    let token = admin(&server);
    // Somebody else's change is under way.
    let lock = rusqlite::Connection::open(server.data().join("polaris_kckps.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun: Vec<Value> = (0..2).map(|_| csv(&server, &token, "", people(6_000)).data(202)).collect();
    csv(&server, &token, "", people(1)).refused(503, "UNAVAILABLE");
    let elsewhere = server.session("admin", Some("hmsd"));
    let path = |import: &Value| format!("/api/v1/tenants/hmsd/volunteers/imports/{}", import["reference"].as_str().unwrap());
    for import in &begun {
        server.get(&path(import)).token(&elsewhere).send().refused(404, "NOT_FOUND");
        server.ask("DELETE", &path(import)).token(&elsewhere).send().refused(404, "NOT_FOUND");
        server.get(&format!("{}/rejected", path(import))).token(&elsewhere).send().refused(404, "NOT_FOUND");
    }
    drop(lock);
    let states: Vec<Value> =
        begun.iter().map(|import| ended(&server, &token, import["reference"].as_str().unwrap())["state"].clone()).collect();
    assert_eq!(states, ["done", "done"]);
}

#[test]
fn an_import_that_failed_says_why_for_as_long_as_it_is_asked_for() {
    let server = House::new().serve();
    let token = admin(&server);
    // What nothing but a broken database does.
    let broken = rusqlite::Connection::open(server.data().join("polaris_kckps.db")).unwrap();
    let last = "CREATE TRIGGER broken BEFORE INSERT ON volunteers WHEN NEW.first_name = 'Ann5999' BEGIN SELECT RAISE(ABORT, 'Ann'); END";
    broken.execute_batch(last).unwrap();
    let begun = csv(&server, &token, "", people(6_000)).data(202);
    for _ in 0..2 {
        let failed = ended(&server, &token, begun["reference"].as_str().unwrap());
        assert_eq!((&failed["state"], &failed["report"], &failed["error"]["code"]), (&json!("failed"), &Value::Null, &json!("INTERNAL")));
        let message = failed["error"]["message"].as_str().unwrap();
        assert!(!message.contains("again") && !message.contains("Ann"), "what trying again does not mend: {message}");
    }
    assert_eq!(server.get(VOLUNTEERS).token(&token).send().ok(200)["pagination"]["total"], 0);
}

#[test]
fn what_is_no_table_is_refused_and_nothing_is_told_of_what_it_holds() {
    let server = House::new().serve();
    let token = admin(&server);
    for path in ["/preview", ""] {
        let refused = csv(&server, &token, path, "first,last\nSecret,\"Person\n");
        refused.refuses("body");
        assert!(refused.text().contains("row 2") && !refused.text().contains("Secret"), "{}", refused.text());
        csv(&server, &token, path, b"PK\x03\x04".to_vec()).refuses("body");
        csv(&server, &token, path, vec![b'x'; (16 << 20) + 1]).refused(413, "PAYLOAD_TOO_LARGE");
        let json = server.post(&format!("{VOLUNTEERS}/import{path}")).token(&token).json(&json!({})).send();
        assert!(json.refused(415, "UNSUPPORTED_MEDIA_TYPE")["message"].as_str().unwrap().contains("text/csv"));
    }
    let viewer = server.session("support", Some("kckps"));
    csv(&server, &viewer, "", vec![b'x'; 100]).refused(403, "FORBIDDEN");
}

#[test]
fn what_is_exported_is_imported_and_changes_nothing() {
    let server = House::new().serve();
    let token = admin(&server);
    csv(&server, &token, "", "first,last,email,organization\nJosé,O'Brien,jose@example.org,=x\nAnn,Lee,,\"'+1, Works\"\n").data(200);
    for (format, media_type, name) in [
        ("csv", "text/csv; charset=utf-8", "volunteers-kckps.csv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "volunteers-kckps.xlsx"),
    ] {
        let file = server.get(&format!("{VOLUNTEERS}/export?format={format}&sort=-name")).token(&token).send();
        assert_eq!((file.status, file.header("content-type")), (200, Some(media_type)));
        assert_eq!(file.header("content-disposition"), Some(&*format!("attachment; filename=\"{name}\"")));
        let again = server.post(&format!("{VOLUNTEERS}/import")).token(&token).header("Content-Type", media_type).body(file.body).send();
        let counts = &again.data(200)["counts"];
        assert_eq!((&counts["unchanged"], &counts["warnings"]), (&json!(2), &json!(0)));
    }
    let raw = server.get(&format!("{VOLUNTEERS}/export?format=raw_csv&q=ann&active=true")).token(&token).send().text();
    assert_eq!(raw.lines().count(), 2);
    assert!(raw.contains("Ann,Lee"), "{raw}");
    server.get(&format!("{VOLUNTEERS}/export?format=pdf")).token(&token).send().refuses("format");
    let audit = server.get("/api/v1/tenants/kckps/audit?action=volunteer.export").token(&token).send().data(200);
    assert_eq!(audit[0]["details"]["rows"], 1);
    let support = server.session("support", Some("kckps"));
    server.get(&format!("{VOLUNTEERS}/export")).token(&support).send().refused(403, "FORBIDDEN");
}
