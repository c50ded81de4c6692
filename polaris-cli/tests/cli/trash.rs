//! Tenants edited, deactivated, deleted, taken back and purged from the command line (P2, P3, P4).

use serde_json::json;

use crate::support::Home;

#[test]
fn every_field_of_a_tenant_is_edited_and_an_empty_value_clears() {
    let home = Home::with_event();
    #[rustfmt::skip]
    let edited = home.json(&[
        "tenant", "edit", "kckps", "--name", "KCK", "--district", "USD 500", "--time-zone", "America/Denver", "--feature", "recruitment=on",
        "--feature", "teachers=default", "--colour", "#1A73E8", "--logo", "https://kckps.org/logo.svg", "--text", "welcome=Hi = hello",
        "--origin", "https://KCKPS.org", "--origin", "http://localhost:3000", "--if-version", "1",
    ]);
    assert_eq!((&edited["name"], &edited["district"], &edited["time_zone"]), (&json!("KCK"), &json!("USD 500"), &json!("America/Denver")));
    assert_eq!((&edited["features"]["recruitment"], edited["features"].get("teachers")), (&json!(true), None));
    assert_eq!(edited["branding"], json!({ "colour": "#1a73e8", "logo_url": "https://kckps.org/logo.svg" }));
    assert_eq!(edited["portal"], json!({ "welcome": "Hi = hello" }));
    assert_eq!(edited["allowed_origins"], json!(["https://kckps.org", "http://localhost:3000"]));
    assert_eq!(edited["version"], 2);
    let shown = home.run(&["tenant", "show", "kckps"]).done();
    for part in ["KCK", "America/Denver", "recruitment on", "#1a73e8", "https://kckps.org/logo.svg", "welcome", "http://localhost:3000"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let cleared =
        home.json(&["tenant", "edit", "kckps", "--district", "", "--colour", "", "--logo", "", "--text", "welcome=", "--any-origin"]);
    assert_eq!((&cleared["district"], &cleared["portal"], &cleared["allowed_origins"]), (&json!(null), &json!({}), &json!([])));
    assert_eq!(cleared["branding"], json!({ "colour": null, "logo_url": null }));
    let said = home.run(&["tenant", "edit", "kckps", "--name", "Again"]).done();
    assert!(said.starts_with("edited the tenant kckps\n") && said.contains("Again"), "{said}");
}

#[test]
fn an_edit_that_breaks_rules_names_them_all_and_changes_nothing() {
    let home = Home::with_event();
    let before = home.json(&["tenant", "show", "kckps"]);
    let bad = ["tenant", "edit", "kckps", "--name", " ", "--colour", "blue", "--logo", "http://x", "--origin", "kckps.org"];
    let (code, error) = home.json_error(&bad);
    let fields: Vec<_> = error["fields"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap()).collect();
    assert_eq!((code, fields), (2, vec!["name", "branding.colour", "branding.logo_url", "allowed_origins[0]"]));
    for args in [
        &["tenant", "edit", "kckps"][..],
        &["tenant", "edit", "kckps", "--feature", "events"],
        &["tenant", "edit", "kckps", "--feature", "events=on", "--feature", "events=off"],
        &["tenant", "edit", "kckps", "--text", "welcome"],
        &["tenant", "edit", "kckps", "--any-origin", "--origin", "https://kckps.org"],
    ] {
        home.run(args).refused(2);
    }
    home.run(&["tenant", "edit", "kckps", "--name", "X", "--if-version", "7"]).refused(4);
    home.run(&["tenant", "edit", "nobody", "--name", "X"]).refused(3);
    assert_eq!(home.json(&["tenant", "show", "kckps"]), before);
}

#[test]
fn a_tenant_goes_to_the_trash_and_back_and_for_good() {
    let home = Home::with_event();
    let said = home.run(&["tenant", "deactivate", "kckps", "--reason", "asked to"]).done();
    assert!(said.contains("next: polaris tenant reactivate kckps"), "{said}");
    home.run(&["event", "list", "kckps"]).refused(4);
    assert_eq!(home.json(&["tenant", "reactivate", "kckps"])["state"], "active");
    home.run(&["event", "show", "kckps", "1"]).done();
    home.run(&["tenant", "delete", "kckps", "--yes"]).refused(4);
    home.run(&["tenant", "deactivate", "kckps"]).done();
    let said = home.run(&["tenant", "delete", "kckps", "--yes"]).done();
    assert!(said.contains("tenant undelete kckps") && said.contains("tenant purge kckps"), "{said}");
    assert_eq!(home.json(&["tenant", "list"])["total"], 0);
    let listed = home.run(&["tenant", "list", "--state", "trashed"]).done();
    assert!(listed.contains("kckps") && listed.contains("trashed"), "{listed}");
    home.run(&["tenant", "show", "kckps"]).refused(3);
    let taken = home.run(&["tenant", "create", "kckps", "--name", "Again"]).refused(4);
    assert!(taken.contains("polaris tenant purge kckps"), "{taken}");
    assert_eq!(home.json(&["tenant", "undelete", "kckps"])["state"], "inactive");
    home.run(&["tenant", "purge", "kckps", "--yes"]).refused(4);
    home.run(&["tenant", "delete", "kckps", "--yes"]).done();
    assert_eq!(home.json(&["tenant", "purge", "kckps", "--yes"]), json!({ "slug": "kckps" }));
    home.run(&["tenant", "purge", "kckps", "--yes"]).refused(3);
    home.run(&["tenant", "create", "kckps", "--name", "Again"]).done();
    home.run(&["event", "show", "kckps", "1"]).refused(3);
    assert_eq!(home.json(&["doctor"])["findings"], json!([]));
}

#[test]
fn all_tenants_are_listed_at_once_when_asked_for() {
    let home = Home::with_data();
    for number in 1..=3 {
        home.run(&["tenant", "create", &format!("t{number}"), "--name", "T"]).done();
    }
    let all = home.json(&["tenant", "list", "--all"]);
    assert_eq!((all["items"].as_array().unwrap().len(), &all["total"], &all["has_next"]), (3, &json!(3), &json!(false)));
    assert_eq!(home.json(&["tenant", "list", "--all", "--state", "trashed"])["items"], json!([]));
    home.run(&["tenant", "list", "--all", "--page", "2"]).refused(2);
}

#[test]
fn what_destroys_is_refused_where_nobody_can_be_asked() {
    let home = Home::with_event();
    home.run(&["tenant", "deactivate", "kckps"]).done();
    for command in ["delete", "purge"] {
        let said = home.run(&["tenant", command, "kckps"]).refused(2);
        assert!(said.contains("--yes"), "{said}");
    }
    assert_eq!(home.json(&["tenant", "show", "kckps"])["state"], "inactive");
}

/// With a terminal on standard input, as `script` gives one.
#[test]
fn on_a_terminal_the_slug_is_asked_for_and_another_changes_nothing() {
    use std::io::Write as _;
    use std::process::Stdio;
    let home = Home::with_event();
    home.run(&["tenant", "deactivate", "kckps"]).done();
    let typed = |text: &str| {
        let mut command = home.command("script");
        command.args(["-q", "-e", "-c", "polaris tenant delete kckps", "/dev/null"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = typed("kckp\n");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("type the tenant's slug") && said.contains("once more"), "{said}");
    assert_eq!(home.json(&["tenant", "show", "kckps"])["state"], "inactive");
    let (code, said) = typed("kckps\n");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(home.json(&["tenant", "list", "--state", "trashed"])["total"], 1);
}
