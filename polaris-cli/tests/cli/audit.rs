//! `polaris audit` and `polaris support` as people and scripts use them (X2, X3, P7).

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use serde_json::Value;

use super::support::Home;

#[test]
fn entries_are_listed_as_a_table_and_as_json() {
    let home = Home::with_event();
    let table = home.run(&["audit", "list", "kckps"]).done();
    assert!(table.starts_with("id"), "{table}");
    assert!(table.contains("event.create") && table.contains("tenant.create") && table.contains("event 1"), "{table}");
    let listed = home.json(&["audit", "list", "kckps", "--action", "event.", "--actor-kind", "staff"]);
    assert_eq!((listed["total"].as_u64(), listed["items"][0]["action"].as_str()), (Some(1), Some("event.create")));
    // The command line is the operator: its changes are in the operator's log too.
    let operator = home.json(&["audit", "list", "--operator", "--action", "event."]);
    let outcomes: Vec<_> = operator["items"].as_array().unwrap().iter().map(|entry| entry["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["done", "pending"]);
    assert!(home.run(&["audit", "list", "kckps", "--outcome", "refused"]).done().contains("no entries here"));
}

#[test]
fn a_log_must_be_named_and_filters_make_sense() {
    let home = Home::with_event();
    for args in [
        &["audit", "list"][..],
        &["audit", "list", "kckps", "--operator"],
        &["audit", "list", "kckps", "--actor-id", "7"],
        &["audit", "list", "kckps", "--from", "yesterday"],
        &["audit", "list", "kckps", "--outcome", "maybe"],
        &["audit", "list", "kckps", "--action", ""],
        &["audit", "list", "kckps", "--from", "2027-01-02", "--to", "2027-01-01"],
        &["audit", "tail", "kckps", "--lines", "101"],
        &["audit", "verify", "kckps", "--head", "7"],
        &["audit", "export", "kckps", "--format", "pdf"],
    ] {
        home.run(args).refused(2);
    }
    home.run(&["audit", "head", "nowhere"]).refused(3);
}

#[test]
fn an_export_goes_to_standard_output_or_into_a_file_of_its_owner() {
    let home = Home::with_event();
    let csv = home.run(&["audit", "export", "kckps"]).done();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.starts_with("id,occurred_at,"));
    let lines = home.run(&["audit", "export", "--operator", "--json"]).done();
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()) && lines.lines().count() > 1, "{lines}");
    let said = home.run(&["audit", "export", "kckps", "--format", "jsonl", "--output", "out.jsonl"]).done();
    assert_eq!(said, "wrote 3 entries to out.jsonl\n");
    let file = home.join("out.jsonl");
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 3);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let before = home.json(&["audit", "list", "kckps"])["total"].clone();
    assert!(home.run(&["audit", "export", "kckps", "--output", "out.jsonl"]).refused(2).contains("is there already"));
    assert!(home.run(&["audit", "export", "kckps", "--output", "no/such/place"]).refused(2).contains("can't be written"));
    home.run(&["audit", "export", "nowhere", "--output", "none.csv"]).refused(3);
    assert!(!home.join("none.csv").exists());
    assert_eq!(home.json(&["audit", "list", "kckps"])["total"], before, "what was not exported is not noted");
}

#[test]
fn a_log_verifies_and_one_that_was_tampered_with_ends_with_findings() {
    let home = Home::with_event();
    assert_eq!(home.run(&["audit", "verify", "kckps"]).done(), "followed 2 entries: all is well\n");
    home.run(&["audit", "verify", "--operator"]).done();
    let head = home.json(&["audit", "head", "kckps"]);
    assert_eq!((&head["tenant"], &head["epoch"], &head["id"]), (&"kckps".into(), &1.into(), &2.into()));
    let kept = format!("2:{}", head["hash"].as_str().unwrap());
    assert!(home.run(&["audit", "head", "kckps"]).done().contains(&kept));
    assert!(home.run(&["audit", "head", "--operator"]).done().contains("the operator's log, ends with entry"));
    home.run(&["audit", "verify", "kckps", "--head", &kept]).done();
    let forged = home.run(&["audit", "verify", "kckps", "--head", &format!("2:{}", "0".repeat(64))]);
    assert_eq!(forged.code, 5);
    assert!(forged.out.contains("entry 2 is another than the one that was there"), "{}", forged.out);

    let raw = rusqlite::Connection::open(home.join("polaris-data/polaris_kckps.db")).unwrap();
    raw.execute_batch("DROP TRIGGER audit_entries_are_never_deleted; DELETE FROM audit_entries WHERE id = 2").unwrap();
    drop(raw);
    let found = home.run(&["audit", "verify", "kckps", "--json"]);
    assert_eq!(found.code, 5);
    let document: Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!((&document["intact"], &document["first_break"]["kind"]), (&false.into(), &"cut_off".into()));
    assert_eq!(home.run(&["doctor"]).code, 5);
}

#[test]
fn a_log_is_followed_line_by_line() {
    let home = Home::with_event();
    let last = home.run(&["audit", "tail", "kckps", "-n", "1"]).done();
    assert!(last.contains("event.create") && last.lines().count() == 1, "{last}");
    let mut follower =
        home.program().args(["audit", "tail", "kckps", "-n", "1", "--follow", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines =
        BufReader::new(follower.stdout.take().unwrap()).lines().map(|line| -> Value { serde_json::from_str(&line.unwrap()).unwrap() });
    assert_eq!(lines.next().unwrap()["action"], "event.create");
    home.run(&["event", "publish", "kckps", "1"]).done();
    assert_eq!(lines.next().unwrap()["action"], "event.publish");
    follower.kill().unwrap();
    follower.wait().unwrap();
}

#[test]
fn it_is_shown_who_of_the_staff_is_in_which_tenant() {
    let home = Home::with_event();
    assert_eq!(home.run(&["support", "list"]).done(), "nobody of the staff is in a tenant\n");
    home.run(&["session", "open", "--staff", "Ash", "--tenant", "kckps", "--reason", "asked by phone"]).done();
    let table = home.run(&["support", "list"]).done();
    assert!(table.contains("kckps") && table.contains("Ash") && table.contains("asked by phone"), "{table}");
    let listed = home.json(&["support", "list"]);
    assert_eq!((&listed["total"], &listed["items"][0]["tenant"]), (&1.into(), &"kckps".into()));
    for log in [&["audit", "list", "kckps"][..], &["audit", "list", "--operator"]] {
        let entries = home.json(&[log, &["--action", "support.enter"]].concat());
        assert_eq!((&entries["total"], &entries["items"][0]["actor_name"]), (&1.into(), &"Ash".into()));
        assert_eq!(entries["items"][0]["resource_id"], listed["items"][0]["id"]);
    }
}
