//! `polaris migrate` (P8) and `polaris backup` (P10).

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::support::Home;

/// With a data directory as schema 1 left it.
fn with_schema_1() -> Home {
    let home = Home::empty();
    fs::create_dir(home.join("polaris-data")).unwrap();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/schema-1.tar.gz");
    let unpacked = Command::new("tar").arg("-C").arg(home.join("polaris-data")).arg("-xpzf").arg(fixture).status().unwrap();
    assert!(unpacked.success());
    home
}

/// The name of a backup just made.
fn back_up(home: &Home) -> String {
    home.json(&["backup", "create"])["name"].as_str().unwrap().to_owned()
}

#[test]
fn migrate_brings_a_directory_of_the_version_before_up_to_date_also_where_opening_may_not() {
    let home = with_schema_1();
    let args = ["migrate", "--all", "--migrate-on-open", "false"];
    assert_eq!(home.json_error(&["tenant", "list", "--migrate-on-open", "false"]).1["code"], "SCHEMA_OUTDATED");
    let dry = home.json(&[&args[..], &["--dry-run"]].concat());
    let row = |slug: &str, from: u32, outcome: &str| json!({ "tenant": slug, "from": from, "to": 8, "outcome": outcome, "error": null });
    let rows = |from: u32, outcome: &str| json!([row("hmsd", from, outcome), row("kckps", from, outcome), row("north", from, outcome)]);
    assert_eq!(dry["registry"], json!({ "from": 1, "to": 3, "outcome": "pending" }));
    assert_eq!(dry["tenants"], rows(1, "pending"));
    assert!(!home.join("polaris-data/snapshots").exists(), "a dry run changes nothing");

    let text = home.run(&args).done();
    assert!(text.contains("(registry)") && text.ends_with("tenants: 3 migrated\n"), "{text}");
    let again = home.json(&args);
    assert_eq!((&again["registry"]["outcome"], &again["tenants"]), (&json!("up_to_date"), &rows(8, "up_to_date")));
    assert_eq!(home.run(&args).done(), "tenants: 3 up to date\n");
    assert_eq!(fs::read_dir(home.join("polaris-data/snapshots")).unwrap().count(), 4);
    let doctor = home.run(&["doctor"]).done();
    assert!(doctor.contains("in copies from before migrations") && doctor.contains("all is well"), "{doctor}");
}

#[test]
fn one_tenant_that_cant_be_migrated_fails_the_run_and_not_the_others() {
    let home = with_schema_1();
    fs::write(home.join("polaris-data/polaris_kckps.db"), "no database").unwrap();
    let answer = home.run(&["migrate", "--all"]);
    assert_eq!((answer.code, answer.err.as_str()), (1, ""), "{answer:?}");
    assert!(answer.out.contains("2 migrated, 1 failed") && answer.out.contains("kckps"), "{}", answer.out);
    assert_eq!(home.run(&["migrate", "hmsd", "north"]).done(), "tenants: 2 up to date\n");
}

#[test]
fn migrate_wants_to_know_which() {
    let home = Home::with_event();
    assert!(home.run(&["migrate"]).refused(2).contains("ask for all of them"));
    assert!(home.run(&["migrate", "--all", "kckps"]).refused(2).contains("cannot be used with"));
    assert!(home.run(&["migrate", "nobody"]).refused(2).contains("there is no such tenant"));
    assert!(home.run(&["migrate", "--all", "--jobs", "99"]).refused(2).contains("1 to 16"));
}

#[test]
fn a_backup_is_made_listed_shown_checked_and_pruned() {
    let home = Home::with_event();
    let text = home.run(&["backup", "create"]).done();
    assert!(text.contains("backed up the registry and 1 tenant:") && text.contains("next: polaris backup verify 2"), "{text}");
    let name = back_up(&home);
    let list = home.json(&["backup", "list"]);
    assert_eq!((&list["total"], &list["items"][0]["name"], &list["items"][0]["state"]), (&json!(2), &json!(name), &json!("finished")));
    assert!(home.run(&["backup", "list"]).done().contains(&name));
    let shown = home.json(&["backup", "show", &name]);
    assert_eq!((&shown["tenants"], &shown["left_out"]), (&json!(["kckps"]), &json!([])));
    assert!(home.run(&["backup", "show", &name]).done().contains("kckps"));
    assert!(home.run(&["backup", "verify", &name]).done().contains("is sound: 2 files"));
    assert!(home.run(&["doctor"]).done().contains("in backups"));

    assert!(home.run(&["backup", "prune", "--keep", "1"]).refused(2).contains("--yes"), "nobody can be asked");
    let pruned = home.json(&["backup", "prune", "--keep", "1", "--yes"]);
    assert_eq!(pruned["backups"].as_array().unwrap().len(), 1);
    assert_eq!(home.json(&["backup", "list"])["total"], 1);
    assert!(home.run(&["backup", "prune", "--keep", "0", "--yes"]).refused(2).contains("at least 1"));
}

#[test]
fn a_damaged_backup_is_told_and_ends_with_5() {
    let home = Home::with_event();
    let name = back_up(&home);
    let file = home.join("polaris-data/backups").join(&name).join("polaris_kckps.db");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    let answer = home.run(&["backup", "verify", &name]);
    assert_eq!(answer.code, 5);
    assert!(answer.out.contains("DAMAGED") && answer.out.contains("kckps"), "{}", answer.out);
    home.run(&["tenant", "deactivate", "kckps"]).done();
    let (code, error) = home.json_error(&["backup", "restore", &name, "kckps", "--yes"]);
    assert_eq!((code, error["fields"][0]["code"].as_str()), (2, Some("DAMAGED")));
    assert_eq!(home.json_error(&["backup", "restore", &name, "kckps", "--verify"]).1["fields"][0]["code"], "DAMAGED");
    assert_eq!(home.json_error(&["backup", "verify", "20200101T000000Z"]).0, 3);
    assert_eq!(home.json_error(&["backup", "verify", "./nowhere"]).0, 3);
}

#[test]
fn a_tenant_is_put_back_and_looked_at_before_it_is_active() {
    let home = Home::with_event();
    let name = back_up(&home);
    home.run(&["event", "publish", "kckps", "1"]).done();
    assert!(home.run(&["backup", "restore", &name, "kckps", "--yes"]).refused(4).contains("deactivate it first"));
    home.run(&["tenant", "deactivate", "kckps"]).done();
    assert!(home.run(&["backup", "restore", &name, "kckps"]).refused(2).contains("--yes"), "nobody can be asked");
    assert!(home.run(&["backup", "restore", &name, "kckps", "--verify"]).done().contains("nothing was changed"));
    let text = home.run(&["backup", "restore", &name, "kckps", "--yes"]).done();
    assert!(
        text.contains("the file before lies in trash/replaced_kckps.") && text.contains("next: polaris tenant reactivate kckps"),
        "{text}"
    );
    home.run(&["tenant", "reactivate", "kckps"]).done();
    assert_eq!(home.json(&["event", "show", "kckps", "1"])["status"], "draft");
    assert!(home.run(&["doctor"]).done().contains("all is well"));
}

#[test]
fn a_whole_installation_is_put_back_where_nothing_is_left_of_the_old_one() {
    let home = Home::with_event();
    let outside = home.join("elsewhere");
    let backup = home.json(&["backup", "create", "--to", outside.to_str().unwrap()]);
    let folder = backup["folder"].as_str().unwrap();
    assert!(Path::new(folder).starts_with(&outside));
    let later = home.json(&["backup", "create", "--to", outside.to_str().unwrap()]);
    assert!(home.run(&["backup", "create", "--to", "polaris-data/trash"]).refused(2).contains("to: lies in the data directory"));
    fs::remove_dir_all(home.join("polaris-data")).unwrap();
    assert!(home.run(&["backup", "verify", folder]).done().contains("is sound"), "without any data directory");
    let restored = home.json(&["backup", "restore", "--all", folder, "--data", "new"]);
    assert_eq!(restored["tenants"], json!([{ "tenant": "kckps", "restored": true, "error": null }]));
    assert!(home.run(&["doctor", "--data", "new"]).done().contains("all is well"));
    assert_eq!(home.json(&["event", "show", "kckps", "1", "--data", "new"])["status"], "draft");
    assert!(home.run(&["backup", "restore", "--all", folder, "--data", "new"]).refused(4).contains("already"));
    // One made after what was put back is not in its log: only whoever owns the directory can say that it is genuine.
    let later = later["folder"].as_str().unwrap();
    home.run(&["tenant", "deactivate", "kckps", "--data", "new"]).done();
    let one = ["backup", "restore", later, "kckps", "--yes", "--data", "new"];
    assert_eq!(home.json_error(&one).1["fields"][0]["code"], "UNKNOWN");
    home.run(&[&one[..], &["--unknown"]].concat()).done();
    assert!(home.run(&["backup", "restore", "--all", "20200101T000000Z", "--data", "other"]).refused(2).contains("folder"));
}
