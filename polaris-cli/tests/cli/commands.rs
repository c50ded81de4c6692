//! Each command on its good day, for people and for programs.

use serde_json::json;

use crate::support::Home;

#[test]
fn init_makes_a_data_directory_and_says_what_comes_next() {
    let home = Home::empty();
    let said = home.run(&["init"]).done();
    assert!(said.starts_with("made the data directory ./polaris-data\nnext: polaris tenant create"), "{said}");
    assert!(home.join("polaris-data/polaris.db").exists());
    let said = home.run(&["init", "--data", "my data"]).done();
    assert!(said.contains("next: polaris --data 'my data' tenant create"), "{said}");
    assert_eq!(home.json(&["init", "--data", "third"]), json!({ "data": "third" }));
}

#[test]
fn a_tenant_is_created_with_a_key_that_is_shown_once() {
    let home = Home::with_data();
    let said = home.run(&["tenant", "create", "kckps", "--name", "Kansas City Kansas"]).done();
    assert!(said.contains("can't be shown again") && said.contains("\n  plrs_"), "{said}");
    let created =
        home.json(&["tenant", "create", "hmsd", "--name", "Hickman Mills", "--district", "Nowhere", "--feature", "recruitment=on"]);
    assert_eq!(created["tenant"]["slug"], "hmsd");
    assert_eq!(created["tenant"]["time_zone"], "America/Chicago");
    assert_eq!(created["copied"]["district_known"], false);
    let key = created["api_key"].as_str().unwrap();
    assert!(key.starts_with("plrs_"));
    let shown = home.run(&["tenant", "show", "hmsd"]).done();
    assert!(shown.contains("recruitment on") && !shown.contains(key), "{shown}");
    let details = home.json(&["tenant", "show", "hmsd"]);
    assert_eq!(details["features"]["recruitment"], true);
    assert!(key.starts_with(details["api_keys"][0]["hint"].as_str().unwrap().trim_end_matches('…')));
}

#[test]
fn tenants_are_listed_by_page_and_filter() {
    let home = Home::with_data();
    assert!(home.run(&["tenant", "list"]).done().contains("next: polaris tenant create"));
    for slug in ["alpha", "beta", "gamma"] {
        home.run(&["tenant", "create", slug, "--name", &format!("District of {slug}")]).done();
    }
    let said = home.run(&["tenant", "list"]).done();
    assert!(said.contains("slug") && said.contains("District of beta"), "{said}");
    let list = home.json(&["tenant", "list", "--per-page", "2", "--page", "2"]);
    assert_eq!(list["items"][0]["slug"], "gamma");
    assert_eq!((&list["page"], &list["per_page"], &list["total"], &list["has_next"]), (&json!(2), &json!(2), &json!(3), &json!(false)));
    let said = home.run(&["tenant", "list", "--per-page", "2"]).done();
    assert!(said.ends_with("page 1 of 2, 3 in all; more with --page 2\n"), "{said}");
    assert_eq!(home.json(&["tenant", "list", "--q", "BETA", "--state", "active"])["total"], 1);
    assert_eq!(home.json(&["tenant", "list", "--state", "inactive"])["items"], json!([]));
}

#[test]
fn an_event_takes_every_field_as_a_flag() {
    let home = Home::with_event();
    #[rustfmt::skip]
    let event = home.json(&[
        "event", "create", "kckps", "--title", "Mock Interviews", "--starts-at", "2027-03-05T09:00", "--ends-at", "2027-03-05T11:30",
        "--location", "Library", "--description", "Interview juniors.", "--type", "Employability Skills", "--format", "virtual",
        "--volunteers-needed", "30", "--skill", "Interviewing", "--skill", "Spanish", "--registration-deadline", "2027-03-01",
        "--additional-info", "Lunch is provided.", "--publish",
    ]);
    assert_eq!(event["slug"], "mock-interviews-2027-03-05");
    assert_eq!(event["status"], "published");
    assert_eq!(event["starts_at"], "2027-03-05T09:00:00-06:00");
    assert_eq!(event["ends_at"], "2027-03-05T11:30:00-06:00");
    assert_eq!(event["registration_deadline"], "2027-03-01T23:59:59-06:00");
    assert_eq!(event["event_type"], "employability_skills");
    assert_eq!(event["format"], "virtual");
    assert_eq!(event["volunteers_needed"], 30);
    assert_eq!(event["wanted_skills"], json!(["Interviewing", "Spanish"]));
    assert_eq!((&event["description"], &event["additional_info"]), (&json!("Interview juniors."), &json!("Lunch is provided.")));
    assert!(event["created_at"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn an_event_is_published_by_number_or_slug_and_shown() {
    let home = Home::with_event();
    let said = home.run(&["event", "publish", "kckps", "career-day-2027-03-04"]).done();
    assert!(said.starts_with("published 1: Career Day (career-day-2027-03-04)\nnext: polaris serve"), "{said}");
    let shown = home.run(&["event", "show", "kckps", "1"]).done();
    assert!(shown.contains("published") && shown.contains("Thu 2027-03-04 09:00 America/Chicago"), "{shown}");
    assert_eq!(home.json(&["event", "show", "kckps", "career-day-2027-03-04"])["id"], 1);
}

#[test]
fn events_are_listed_by_status_type_date_order_and_page() {
    let home = Home::with_event();
    for (day, kind) in [("06", "career_fair"), ("07", "ignite")] {
        let starts_at = format!("2027-03-{day}T10:00");
        let title = format!("Event of {day}");
        home.run(&[
            "event",
            "create",
            "kckps",
            "--title",
            &title,
            "--starts-at",
            &starts_at,
            "--location",
            "Hall",
            "--type",
            kind,
            "--publish",
        ])
        .done();
    }
    let ids = |args: &[&str]| {
        let list = home.json(&[&["event", "list", "kckps"], args].concat());
        list["items"].as_array().unwrap().iter().map(|event| event["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[]), [1, 2, 3]);
    assert_eq!(ids(&["--sort", "-start"]), [3, 2, 1]);
    assert_eq!(ids(&["--status", "draft"]), [1]);
    assert_eq!(ids(&["--status", "draft", "--status", "published"]), [1, 2, 3]);
    assert_eq!(ids(&["--type", "career_fair"]), [2]);
    assert_eq!(ids(&["--from-date", "2027-03-05", "--to-date", "2027-03-06"]), [2]);
    assert_eq!(ids(&["--per-page", "1", "--page", "3"]), [3]);
    assert_eq!(ids(&["--q", "car GY"]), [1], "Career Day in the main gym");
    assert_eq!(ids(&["--search", "event 07"]), [3]);
    assert_eq!(ids(&["--search", "\"'); --"]), [0_i64; 0]);
    assert_eq!(ids(&["--needs-volunteers", "false"]), [1, 2, 3]);
    assert_eq!(ids(&["--needs-volunteers"]), [0_i64; 0]);
    assert!(home.run(&["event", "list", "kckps", "--school", "Hogwarts"]).refused(2).contains("school"));
    assert_eq!(ids(&["--all", "--sort", "-start"]), [3, 2, 1]);
    let all = home.json(&["event", "list", "kckps", "--all", "--status", "published"]);
    assert_eq!((&all["total"], &all["per_page"], &all["has_next"]), (&json!(2), &json!(2), &json!(false)));
    assert_eq!(home.json(&["event", "list", "kckps", "--all", "--type", "mentoring"])["items"], json!([]));
    home.run(&["event", "list", "kckps", "--all", "--page", "2"]).refused(2);
    let said = home.run(&["event", "list", "kckps"]).done();
    assert!(said.lines().count() == 4 && said.contains("Career Day"), "{said}");
}

#[test]
fn a_session_is_opened_and_its_token_shown_once() {
    let home = Home::with_event();
    let session = home.json(&["session", "open", "--tenant", "kckps", "--staff", "Pat Lee", "--role", "support", "--reason", "a call"]);
    assert!(session["token"].as_str().unwrap().starts_with("plss_"));
    assert_eq!((&session["staff"], &session["role"], &session["tenant"]), (&json!("Pat Lee"), &json!("support"), &json!("kckps")));
    let said = home.run(&["session", "open"]).done();
    assert!(said.contains("can't be shown again") && said.contains("\n  plss_"), "{said}");
}

#[test]
fn doctor_tells_that_all_is_well_mends_what_it_can_and_leaves_the_rest_as_5() {
    let home = Home::with_event();
    assert!(home.run(&["doctor"]).done().contains("checked 1 tenant"));
    home.write("polaris-data/.unfinished-0123456789abcdef", "half");
    let found = home.run(&["doctor"]);
    assert_eq!(found.code, 5, "{found:#?}");
    assert!(found.out.contains("next: polaris doctor --mend") && found.err.is_empty(), "{found:#?}");
    let found: serde_json::Value = serde_json::from_str(&home.run(&["doctor", "--json"]).out).unwrap();
    assert_eq!(found["findings"][0]["mendable"], true);
    let mended = home.json(&["doctor", "--mend"]);
    assert_eq!((mended["mended"].as_array().unwrap().len(), &mended["findings"]), (1, &json!([])));
    home.run(&["doctor", "--free-reserve"]).done();
    assert!(!home.join("polaris-data/reserve").exists());
    assert!(home.run(&["doctor", "--mend"]).done().contains("all is well"));
}

#[test]
fn the_audit_log_knows_the_operating_systems_user_whatever_the_environment_says() {
    let home = Home::with_event();
    let session: serde_json::Value =
        serde_json::from_str(&home.run_with("USER", "mallory", &["session", "open", "--json"]).done()).unwrap();
    assert_ne!(session["staff"], "mallory");
}

#[test]
fn a_new_staff_account_may_only_read_unless_a_role_is_named() {
    let home = Home::with_event();
    assert_eq!(home.json(&["session", "open", "--staff", "Pat"])["role"], "support");
    assert_eq!(home.json(&["session", "open", "--staff", "Ash", "--role", "admin"])["role"], "admin");
    assert_eq!(home.json(&["session", "open", "--staff", "Ash"])["role"], "admin", "an account keeps its role");
}

#[test]
fn a_roster_shows_who_signed_up_by_themselves_and_when() {
    let home = Home::with_volunteers();
    let file = rusqlite::Connection::open(home.join("polaris-data/polaris_kckps.db")).unwrap();
    assert_eq!(file.execute("UPDATE participations SET signed_up_at = '2026-09-01T12:05:00.000Z'", []).unwrap(), 1);
    drop(file);
    let said = home.run(&["roster", "list", "kckps", "1"]).done();
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0].contains("signed up") && lines[1].contains("2026-09-01 12:05 UTC"), "{said}");
}
