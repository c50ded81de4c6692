//! The keys of the public API from the command line (FR-API-106), and their limits as settings (FR-API-105).

use serde_json::{Value, json};

use crate::support::{Home, Server, get};

const EARLIER: &str = "d2705415c1d2465d2b36aac6f7df05cb4a925169ebe2c0c46f4529600fc3a77f";
const EARLIER_HASH: &str = "e09e0c44df9d0ba71b6aa4c6b0734eefb90c15f6260e088d729970329d0f5e1c";

/// With the tenant `kckps`; gives its first key.
fn kckps() -> (Home, String) {
    let home = Home::with_data();
    let created = home.json(&["tenant", "create", "kckps", "--name", "Kansas City Kansas"]);
    (home, created["api_key"].as_str().unwrap().to_owned())
}

/// The secret in what was said to a person.
fn secret(said: &str) -> String {
    let line = said.lines().find(|line| line.starts_with("  plrs_")).unwrap_or_else(|| panic!("no secret: {said}"));
    line.trim().to_owned()
}

fn status(server: &Server, key: &str) -> u16 {
    get(&server.address(), "/api/v1/district/kckps/events", key).0
}

#[test]
fn a_key_is_listed_by_what_it_is_for_and_never_shown() {
    let (home, key) = kckps();
    let said = home.run(&["key", "list", "kckps"]).done();
    assert!(said.contains("Website") && said.contains(&key[..9]) && said.contains("never"), "{said}");
    assert!(!said.contains(&key) && !home.run(&["key", "show", "kckps"]).done().contains(&key));
    let listed = home.json(&["key", "list", "kckps"]);
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["last_used_at"]), (&json!(1), &Value::Null));
    assert_eq!(home.json(&["key", "show", "kckps", "1"]), listed["items"][0]);
    assert_eq!(home.json(&["tenant", "show", "kckps"])["api_keys"], listed["items"]);
}

#[test]
fn a_running_server_knows_at_once_of_keys_that_are_made_rotated_and_revoked() {
    let (home, first) = kckps();
    let server = Server::start(&home, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(status(&server, &first), 200);

    let app = secret(&home.run(&["key", "create", "kckps", "--name", "Mobile app"]).done());
    assert_eq!(status(&server, &app), 200);
    let which = home.run(&["key", "rotate", "kckps", "--yes"]).refused(2);
    assert!(which.contains("1 (Website), 2 (Mobile app)"), "{which}");

    let said = home.run(&["key", "rotate", "kckps", "1", "--grace-hours", "48"]).done();
    let second = secret(&said);
    assert!(said.contains("stays good until") && said.contains("can't be shown again"), "{said}");
    assert_eq!((status(&server, &first), status(&server, &second)), (200, 200));
    assert!(home.run(&["key", "rotate", "kckps", "1", "--grace-hours", "1"]).refused(4).contains("was replaced already"));

    let said = home.run(&["key", "rotate", "kckps", "3", "--yes"]).done();
    assert!(said.contains(&format!("the old key {}… has ended", &second[..9])), "{said}");
    assert_eq!((status(&server, &second), status(&server, &secret(&said))), (401, 200));
    for key in ["1", "2"] {
        home.run(&["key", "revoke", "kckps", key, "--yes"]).done();
    }
    assert_eq!((status(&server, &first), status(&server, &app)), (401, 401));
    let only = home.run(&["key", "revoke", "kckps", "--yes"]).done();
    assert_eq!(only, "revoked API key 4 for Website\n", "the only one needn't be named");
    assert!(home.run(&["key", "list", "kckps"]).done().contains("next: polaris key create kckps --name Website"));
    assert!(home.run(&["key", "revoke", "kckps", "4", "--yes"]).refused(3).contains("next: polaris key list kckps"));
}

#[test]
fn what_turns_a_website_away_is_asked_about_first() {
    let (home, key) = kckps();
    for args in [["key", "rotate", "kckps"], ["key", "revoke", "kckps"]] {
        let why = home.run(&args).refused(2);
        assert!(why.contains("--yes: is needed where nobody can be asked: this ends the key") && why.contains(&key[..9]), "{why}");
    }
    assert!(home.run(&["key", "rotate", "kckps", "--grace-hours", "-1"]).refused(2).contains("grace_hours"));
    let server = Server::start(&home, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(status(&server, &key), 200, "nothing was changed");
}

#[test]
fn a_website_keeps_the_key_of_the_earlier_application() {
    let (home, _) = kckps();
    let said = home.run(&["key", "adopt", "kckps", "--hash", EARLIER_HASH]).done();
    assert!(said.starts_with("took over API key 2 for Website"), "{said}");
    let server = Server::start(&home, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!((status(&server, EARLIER), status(&server, EARLIER_HASH)), (200, 401));
    let (code, error) = home.json_error(&["key", "adopt", "kckps", "--hash", "e09e0c"]);
    assert_eq!((code, &error["fields"][0]["field"]), (2, &json!("hash")));
    home.run(&["key", "adopt", "kckps", "--hash", EARLIER_HASH]).refused(4);
}

#[test]
fn how_often_a_key_may_ask_is_a_setting() {
    let (home, key) = kckps();
    home.write("polaris.toml", "api_per_hour = 3\n");
    let server = Server::start(&home, &["serve", "--listen", "127.0.0.1:0", "--api-per-minute", "1000000"]);
    assert_eq!([(); 4].map(|()| status(&server, &key)), [200, 200, 200, 429]);
    assert!(home.run(&["serve", "--api-per-day", "0"]).refused(2).contains("api_per_day: must be a whole number from 1 to 1000000000"));
}
