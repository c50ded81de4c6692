//! `polaris reference …` (P5): import, list, sync, for people and for programs.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;

use crate::support::{Answer, Home};

/// The files that come with Polaris.
fn example(name: &str) -> String {
    format!("{}/../examples/reference/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn examples() -> Vec<String> {
    ["career_types.csv", "districts.csv", "schools.csv", "skills.csv"].map(example).into()
}

fn import(home: &Home, files: &[String], rest: &[&str]) -> Answer {
    let mut args = vec!["reference", "import"];
    args.extend(files.iter().map(String::as_str));
    args.extend(rest);
    home.run(&args)
}

#[test]
fn the_files_that_come_along_are_imported_as_they_lie_and_again_change_nothing() {
    let home = Home::with_data();
    let told = import(&home, &examples(), &["--dry-run"]).done();
    assert!(told.starts_with("this would be done, and nothing was\n"), "{told}");
    assert_eq!(home.json(&["reference", "list", "schools"])["total"], 0);
    let said = import(&home, &examples(), &[]).done();
    assert!(said.contains("next: polaris reference sync --all --dry-run"), "{said}");
    assert_eq!(told.lines().nth(1), said.lines().next(), "the same table");
    let again = import(&home, &examples(), &["--json"]).done();
    let again: serde_json::Value = serde_json::from_str(&again).unwrap();
    for (kind, count) in [("districts", 6), ("schools", 74), ("skills", 40), ("career_types", 16)] {
        assert_eq!(again[kind], json!({ "created": 0, "updated": 0, "unchanged": count, "removed": 0, "rejected": 0 }), "{kind}");
    }
}

#[test]
fn the_files_that_come_along_hold_what_is_said_of_them() {
    let home = Home::with_data();
    import(&home, &examples(), &[]).done();
    let schools = home.json(&["reference", "list", "schools", "--per-page", "100"]);
    let whole = |school: &&serde_json::Value| ["level", "city", "state", "postal_code"].iter().all(|field| school[field].is_string());
    assert!(schools["items"].as_array().unwrap().iter().filter(whole).count() >= 40);
    for district in ["KCKPS", "KCPS", "Hickman Mills", "Grandview", "Center", "Allen Village"] {
        assert!(home.json(&["reference", "list", "schools", "--district", district])["total"].as_u64() > Some(0), "{district}");
    }
    let clusters = home.json(&["reference", "list", "career-types", "--per-page", "100"]);
    assert!(clusters["items"].as_array().unwrap().iter().all(|cluster| cluster["keywords"].as_array().unwrap().len() >= 5));
    let skills = home.json(&["reference", "list", "skills", "--per-page", "100"]);
    assert!(skills["items"].as_array().unwrap().iter().all(|skill| !skill["aliases"].as_array().unwrap().is_empty()));
    let created = home.json(&["tenant", "create", "center", "--name", "Center", "--district", "Center 58"]);
    assert_eq!(created["copied"], json!({ "district_known": true, "schools": 6, "skills": 40, "career_types": 16 }));
}

#[test]
fn bad_rows_are_named_by_file_line_and_column_and_nothing_is_imported() {
    let home = Home::with_data();
    home.write("skills.csv", "name,aliases\nGood,\n=cmd(),\n");
    home.write("schools.csv", "district,name,level\nAtlantis,School,high\n");
    let files = ["skills.csv".to_owned(), "schools.csv".to_owned()];
    let why = import(&home, &files, &[]).refused(2);
    let expected = "error: nothing was changed; mend these first\n  \
        schools.csv, line 2, district: is no district here: import it first, or along with its schools\n  \
        skills.csv, line 3, name: begins like a formula: remove the = + - or @ at its start\nnext: polaris reference import --help\n";
    assert_eq!(why, expected);
    let dry = import(&home, &files, &["--dry-run"]);
    assert_eq!((dry.code, dry.err.as_str()), (5, ""), "it found something");
    assert!(dry.out.contains("  skills.csv, line 3, name: begins like a formula"), "{}", dry.out);
    let (code, error) = home.json_error(&["reference", "import", "skills.csv"]);
    assert_eq!((code, &error["code"], &error["fields"][0]["field"]), (2, &json!("VALIDATION_FAILED"), &json!("skills.csv, line 3, name")));
    assert_eq!(home.json(&["reference", "list", "skills"])["total"], 0);
}

#[test]
fn files_that_can_not_be_read_are_named() {
    let home = Home::with_data();
    home.write("skills.csv", "name,level\nA,high\n");
    home.write("list.csv", "name\nWelding\n");
    home.write("all.json", r#"{"skils": []}"#);
    home.write("broken-skills.csv", b"name,aliases\nSe\xC3\xB1or cook,\nCaf\xFF x,\n");
    home.write("districts.csv", b"PK\x03\x04\0\0");
    for (files, why) in [
        (&["skills.csv"][..], "skills.csv: level is not a column of skills; there are name, aliases"),
        (&["list.csv"], "list.csv: doesn't tell by its name what it holds"),
        (&["all.json"], "all.json: skils is not a field of this; there are districts, skills, career_types"),
        (&["districts.csv"], "districts.csv: is a workbook or an archive, not CSV"),
        (&["nowhere.csv"], "nowhere.csv: can't be read"),
        (&["list.csv", "skills.csv", "--kind", "skills"], "kind: goes with one file"),
        (&["-", "-"], "files: - is standard input, which can be read once"),
        (&["all.json", "--kind", "skills"], "kind: goes with CSV"),
        (&["broken-skills.csv"], "broken-skills.csv: is UTF-8 but for line 3"),
        (&["list.csv", "--kind", "colours"], "must be districts, schools, skills or career-types"),
    ] {
        let said = home.run(&[&["reference", "import"], files].concat()).refused(2);
        assert!(said.contains(why), "{said}");
    }
    home.run(&["reference", "import", "list.csv", "--kind", "skills"]).done();
    assert_eq!(home.json(&["reference", "list", "skills"])["items"][0]["name"], "Welding");
}

#[test]
fn standard_input_is_json_or_what_kind_says() {
    let home = Home::with_data();
    let piped = |args: &[&str], text: &str| {
        let mut child = home.program().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        Answer::of(child.wait_with_output().unwrap())
    };
    piped(&["reference", "import", "-"], r#" {"skills": ["Nursing"]}"#).done();
    piped(&["reference", "import", "-"], "\u{feff}{\"skills\": [\"Nursing\"]}").done();
    let said = piped(&["reference", "import", "-"], "[]").refused(2);
    assert!(said.contains("must be"), "{said}");
    piped(&["reference", "import", "-", "--kind", "career-types"], "name;keywords\nHealth;nurse|clinic\n").done();
    assert_eq!(home.json(&["reference", "list", "career_types"])["items"][0]["keywords"], json!(["nurse", "clinic"]));
    assert!(piped(&["reference", "import", "-"], "name\nA\n").refused(2).contains("say the kind"));
}

#[test]
fn replacing_asks_first_and_is_refused_where_nobody_can_be_asked() {
    let home = Home::with_data();
    home.write("skills.csv", "name\nNursing\nWelding\n");
    home.run(&["reference", "import", "skills.csv"]).done();
    home.write("skills.csv", "name\nNursing\n");
    assert!(home.run(&["reference", "import", "skills.csv", "--replace"]).refused(2).contains("--yes: is needed"));
    assert_eq!(home.json(&["reference", "list", "skills"])["total"], 2);
    assert_eq!(home.json(&["reference", "import", "skills.csv", "--replace", "--dry-run"])["skills"]["removed"], 1);
    assert_eq!(home.json(&["reference", "import", "skills.csv", "--replace", "--yes"])["skills"]["removed"], 1);
}

#[test]
fn tenants_are_brought_up_to_date_and_one_that_can_not_be_is_told_of() {
    let home = Home::with_event();
    home.run(&["tenant", "create", "hmsd", "--name", "Hickman Mills", "--district", "Atlantis"]).done();
    home.write("skills.csv", "name\nNursing\n");
    home.run(&["reference", "import", "skills.csv"]).done();
    let told = home.json(&["reference", "sync", "--all", "--dry-run"]);
    let answer = home.run(&["reference", "sync", "--all"]);
    assert_eq!(answer.err, "", "no progress in a pipe");
    let said = answer.done();
    assert!(said.contains("kckps") && said.contains("1 added") && said.contains("don't know its district"), "{said}");
    assert_eq!((&told["dry_run"], &told["tenants"][1]["changes"]["skills"]["added"]), (&json!(true), &json!(1)));
    assert_eq!(home.json(&["reference", "sync", "kckps"])["tenants"][0]["changes"]["skills"]["unchanged"], 1);
    assert!(home.run(&["reference", "sync"]).refused(2).contains("--all"));
    assert!(home.run(&["reference", "sync", "--all", "kckps"]).refused(2).contains("cannot be used with"));
    assert!(home.run(&["reference", "sync", "kckps", "nobody"]).refused(2).contains("tenants[1]: there is no such tenant"));
    home.run(&["tenant", "deactivate", "kckps"]).done();
    let answer = home.run(&["reference", "sync", "kckps"]);
    assert!(answer.code == 1 && answer.out.contains("next: polaris tenant reactivate kckps"), "{answer:?}");
    home.run(&["tenant", "reactivate", "kckps"]).done();
    std::fs::write(home.join("polaris-data/polaris_hmsd.db"), "no database").unwrap();
    home.write("skills.csv", "name\nWelding\n");
    home.run(&["reference", "import", "skills.csv"]).done();
    let answer = home.run(&["reference", "sync", "--all"]);
    assert_eq!(answer.code, 1);
    assert!(
        answer.out.contains("failed:") && answer.out.contains("1 added") && answer.out.contains("next: polaris doctor"),
        "{}",
        answer.out
    );
}

#[test]
fn lists_are_tables_for_people_and_tell_what_to_do_where_there_is_nothing() {
    let home = Home::with_data();
    assert!(home.run(&["reference", "list", "skills"]).done().contains("next: polaris reference import skills.csv"));
    import(&home, &examples(), &[]).done();
    let said = home.run(&["reference", "list", "schools", "--q", "ruskin"]).done();
    assert!(said.contains("Ruskin High School") && said.contains("Hickman Mills C-1 School District") && said.contains("64134"), "{said}");
    assert!(
        home.run(&["reference", "list", "schools", "--per-page", "10"]).done().ends_with("page 1 of 8, 74 in all; more with --page 2\n")
    );
    assert!(home.run(&["reference", "list", "skills", "--district", "x"]).refused(2).contains("district: goes with schools alone"));
    assert!(home.run(&["reference", "list", "colours"]).refused(2).contains("must be districts"));
}
