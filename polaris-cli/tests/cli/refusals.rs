//! What is refused, with which exit code, and that nothing is left behind.

use std::fs;

use crate::support::Home;

#[test]
fn a_second_init_is_refused_and_changes_nothing() {
    let home = Home::with_event();
    let before = fs::read(home.join("polaris-data/polaris.db")).unwrap();
    let why = home.run(&["init"]).refused(4);
    assert!(why.contains("./polaris-data is already a Polaris data directory"), "{why}");
    assert_eq!(fs::read(home.join("polaris-data/polaris.db")).unwrap(), before);
    assert_eq!(home.json(&["event", "list", "kckps"])["total"], 1);
}

#[test]
fn a_place_that_is_no_data_directory_is_refused_with_what_to_do() {
    let home = Home::empty();
    let why = home.run(&["tenant", "list"]).refused(1);
    assert!(why.contains("there is no data directory at ./polaris-data: make one with `polaris init"), "{why}");
    home.write("notes.txt", "mine");
    assert!(home.run(&["tenant", "list", "--data", "."]).refused(1).contains("not a Polaris data directory"));
    assert!(home.run(&["init", "--data", "."]).refused(1).contains("not empty"));
    assert!(home.run(&["init", "--data", "notes.txt"]).refused(1).contains("notes.txt"));
    let (code, error) = home.json_error(&["tenant", "list"]);
    assert_eq!((code, error["code"].as_str()), (1, Some("DATA_DIRECTORY")));
}

#[test]
fn every_broken_rule_of_a_slug_is_named() {
    let home = Home::with_data();
    let long = "x".repeat(51);
    let cases = [
        ("", "REQUIRED"),
        (&*long, "TOO_LONG"),
        ("Kckps", "BAD_CHARACTERS"),
        ("../kckps", "BAD_CHARACTERS"),
        ("-kckps", "LEADING_HYPHEN"),
        ("kckps-", "TRAILING_HYPHEN"),
        ("kc--kps", "DOUBLE_HYPHEN"),
        ("registry", "RESERVED"),
    ];
    for (slug, rule) in cases {
        let (code, error) = home.json_error(&["tenant", "create", slug, "--name", "Any"]);
        assert_eq!(code, 2, "{slug}: {error}");
        assert_eq!(error["code"], "VALIDATION_FAILED");
        assert_eq!((&error["fields"][0]["field"], error["fields"][0]["code"].as_str()), (&"slug".into(), Some(rule)), "{error}");
    }
    let why = home.run(&["tenant", "create", "-Kc--", "--name", ""]).refused(2);
    assert!(why.lines().filter(|line| line.starts_with("  slug: ")).count() == 4 && why.contains("\n  name: is required"), "{why}");
    assert_eq!(home.json(&["tenant", "list"])["total"], 0);
}

#[test]
fn a_slug_that_is_taken_is_refused() {
    let home = Home::with_event();
    let why = home.run(&["tenant", "create", "kckps", "--name", "Another"]).refused(4);
    assert!(why.contains("the slug `kckps` is taken"), "{why}");
    assert_eq!(home.json_error(&["tenant", "create", "kckps", "--name", "Another"]).1["code"], "CONFLICT");
    assert_eq!(home.json(&["tenant", "show", "kckps"])["name"], "Kansas City Kansas");
}

#[test]
fn bad_features_and_zones_are_told() {
    let home = Home::with_data();
    assert!(home.run(&["tenant", "create", "a", "--name", "A", "--feature", "events"]).refused(2).contains("such as events=off"));
    let twice = ["tenant", "create", "a", "--name", "A", "--feature", "events=on", "--feature", "events=off"];
    assert!(home.run(&twice).refused(2).contains("`events` more than once"));
    let (_, error) = home.json_error(&["tenant", "create", "a", "--name", "A", "--time-zone", "Central", "--feature", "B!=on"]);
    let fields: Vec<_> = error["fields"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["features", "time_zone"]);
}

#[test]
fn what_does_not_exist_is_3_and_says_where_to_look() {
    let home = Home::with_event();
    assert!(home.run(&["tenant", "show", "hmsd"]).refused(3).contains("next: polaris tenant list"));
    assert!(home.run(&["event", "list", "hmsd"]).refused(3).contains("no such tenant"));
    assert!(home.run(&["event", "list", "../kckps"]).refused(3).contains("no such tenant"));
    assert!(home.run(&["event", "show", "kckps", "99"]).refused(3).contains("next: polaris event list"));
    assert!(home.run(&["event", "publish", "kckps", "no-such-event"]).refused(3).contains("no such event"));
    assert!(home.run(&["session", "open", "--tenant", "hmsd"]).refused(3).contains("no such tenant"));
    assert_eq!(home.json_error(&["event", "show", "kckps", "99"]).1["code"], "EVENT_NOT_FOUND");
    let named = home.run(&["tenant", "show", "hmsd", "--data", "polaris-data"]).refused(3);
    assert!(named.contains("next: polaris --data polaris-data tenant list"), "{named}");
}

#[test]
fn the_life_cycle_and_switched_off_features_refuse_with_4() {
    let home = Home::with_event();
    home.run(&["event", "publish", "kckps", "1"]).done();
    assert!(home.run(&["event", "publish", "kckps", "1"]).refused(4).contains("from published"));
    home.run(&["tenant", "create", "quiet", "--name", "Quiet", "--feature", "events=off"]).done();
    let (code, error) = home.json_error(&["event", "list", "quiet"]);
    assert_eq!((code, error["code"].as_str()), (4, Some("FEATURE_DISABLED")));
    home.run(&["session", "open", "--staff", "Pat", "--role", "support"]).done();
    assert!(home.run(&["session", "open", "--staff", "Pat", "--role", "admin"]).refused(4).contains("role `support`"));
}

#[test]
fn misuse_is_2_for_people_and_programs() {
    let home = Home::with_event();
    let uses: [&[&str]; 9] = [
        &[],
        &["nonsense"],
        &["tenant"],
        &["tenant", "list", "--state", "asleep"],
        &["tenant", "list", "--page", "0"],
        &["event", "list", "kckps", "--per-page", "-1"],
        &["event", "list", "kckps", "--status", "Published"],
        &["event", "list", "kckps", "--from-date", "2027-02-30"],
        &["event", "list", "kckps", "--from-date", "2027-02-02", "--to-date", "2027-02-01"],
    ];
    for args in uses {
        home.run(args).refused(2);
    }
    let (code, error) = home.json_error(&["event", "list", "kckps", "--sort", "date"]);
    assert_eq!((code, error["code"].as_str()), (2, Some("BAD_REQUEST")));
    assert!(error["message"].as_str().unwrap().contains("--sort"), "{error}");
    let (_, error) = home.json_error(&["event", "list", "kckps", "--page", "0"]);
    assert_eq!(error["fields"][0]["field"], "page");
}

#[test]
fn arguments_that_are_not_text_are_misuse() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = Home::with_event();
    let bad = std::ffi::OsStr::from_bytes(b"Career \xff Day");
    let answer = home.program().args(["event", "create", "kckps", "--title"]).arg(bad).output().unwrap();
    assert_eq!(answer.status.code(), Some(2));
}

#[test]
fn misuse_names_its_arguments_as_the_engine_does() {
    let home = Home::with_event();
    for (args, field) in [
        (&["event", "list"][..], "tenant"),
        (&["tenant", "create", "kck2"], "name"),
        (&["event", "list", "kckps", "--per-page", "x"], "per_page"),
        (&["event", "list", "kckps", "--from-day", "x"], "from_day"),
        (&["event", "shw"], "shw"),
    ] {
        let (code, error) = home.json_error(args);
        assert_eq!((code, error["code"].as_str(), error["fields"][0]["field"].as_str()), (2, Some("BAD_REQUEST"), Some(field)), "{error}");
    }
}
