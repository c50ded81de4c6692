//! One tenant's keys, numbers and sessions are worth nothing at another, in any frontend.

use std::path::Path;

use serde_json::Value;

use crate::support::{Server, refused, run};

/// Two tenants; the first has one published event.
struct Two {
    _directory: tempfile::TempDir,
    data: std::path::PathBuf,
    keys: [String; 2],
    event: Value,
}

fn two() -> Two {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    run(&data, &["init"]);
    let keys = ["kckps", "hmsd"].map(|slug| {
        let created = run(&data, &["tenant", "create", slug, "--name", "A district"]);
        created["api_key"].as_str().unwrap().to_owned()
    });
    let event = run(
        &data,
        &["event", "create", "kckps", "--title", "Secret plans", "--starts-at", "2027-03-01T09:00", "--location", "Gym", "--publish"],
    );
    Two { _directory: directory, data, keys, event }
}

fn code(body: &Value) -> &str {
    body["error"]["code"].as_str().unwrap_or_default()
}

#[test]
fn a_key_opens_its_own_tenant_alone() {
    let two = two();
    let server = Server::start(&two.data);
    for (slug, key, expected) in
        [("kckps", &two.keys[1], 401), ("hmsd", &two.keys[0], 401), ("kckps", &two.keys[0], 200), ("hmsd", &two.keys[1], 200)]
    {
        for path in ["events", "events/upcoming", "events?per_page=1"] {
            let (status, body) = server.get(&format!("/api/v1/district/{slug}/{path}"), ("X-API-Key", key));
            assert_eq!(status, expected, "{slug} {path}: {body}");
            assert!(expected == 200 || code(&body) == "INVALID_API_KEY");
        }
    }
}

#[test]
fn anothers_event_does_not_exist_whichever_way_it_is_named() {
    let two = two();
    let server = Server::start(&two.data);
    let names = [two.event["id"].to_string(), two.event["slug"].as_str().unwrap().to_owned()];
    for name in &names {
        let (status, body) = server.get(&format!("/api/v1/district/hmsd/events/{name}"), ("X-API-Key", &two.keys[1]));
        assert_eq!((status, code(&body)), (404, "EVENT_NOT_FOUND"));
        assert!(!body.to_string().contains("Secret"));
        assert_eq!(refused(&two.data, &["event", "show", "hmsd", name]), (3, "EVENT_NOT_FOUND".to_owned()));
        assert_eq!(refused(&two.data, &["event", "publish", "hmsd", name]), (3, "EVENT_NOT_FOUND".to_owned()));
    }
}

#[test]
fn a_session_that_entered_one_tenant_is_unknown_at_the_other_and_at_none() {
    let two = two();
    let token = run(&two.data, &["session", "open", "--role", "admin", "--tenant", "kckps"])["token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let server = Server::start(&two.data);
    assert_eq!(server.get("/api/v1/tenants/kckps/events", ("Authorization", &bearer)).0, 200);
    for slug in ["hmsd", "no-such-tenant", "..", "%2e%2e%2fkckps", "kckps%00", "KCKPS"] {
        for path in ["events", "events/1"] {
            let (status, body) = server.get(&format!("/api/v1/tenants/{slug}/{path}"), ("Authorization", &bearer));
            assert!(matches!((status, code(&body)), (401, "UNAUTHENTICATED") | (404, "NOT_FOUND")), "{slug}/{path}: {status} {body}");
        }
        let (status, _) = server.post(&format!("/api/v1/tenants/{slug}/events"), &token, "{}");
        assert!(matches!(status, 401 | 404), "{slug}: {status}");
    }
}

#[test]
fn names_that_lead_elsewhere_are_refused_before_any_file_is_touched() {
    let two = two();
    let before = files(&two.data);
    for slug in [
        "../evil",
        "a/b",
        "a\\b",
        ".",
        "kckps.db",
        "KCKPS",
        "polaris",
        "x;ATTACH DATABASE 'y' AS z",
        "file:x?mode=rwc",
        "a%00b",
        "a--b",
        "-a",
        "a-",
    ] {
        let (exit, code) = refused(&two.data, &["tenant", "create", "--name", "Evil", "--", slug]);
        assert_eq!((exit, code.as_str()), (2, "VALIDATION_FAILED"), "{slug}");
        let (exit, code) = refused(&two.data, &["event", "list", "--", slug]);
        assert_eq!((exit, code.as_str()), (3, "TENANT_NOT_FOUND"), "{slug}");
    }
    assert_eq!(files(&two.data), before);
}

#[test]
fn a_swapped_file_is_refused_and_the_other_tenants_go_on() {
    let two = two();
    let path = |slug: &str| two.data.join(format!("polaris_{slug}.db"));
    run(&two.data, &["tenant", "create", "center", "--name", "Center"]);
    let aside = two.data.join("aside");
    std::fs::rename(path("kckps"), &aside).unwrap();
    std::fs::rename(path("hmsd"), path("kckps")).unwrap();
    std::fs::rename(&aside, path("hmsd")).unwrap();

    let server = Server::start(&two.data);
    for (slug, key) in ["kckps", "hmsd"].iter().zip(&two.keys) {
        let (status, body) = server.get(&format!("/api/v1/district/{slug}/events"), ("X-API-Key", key));
        assert_eq!((status, code(&body)), (503, "UNAVAILABLE"), "{slug}");
        assert!(!body.to_string().contains("polaris_"), "no file names in answers: {body}");
    }
    assert_eq!(run(&two.data, &["event", "list", "center"])["items"], serde_json::json!([]));
    server.stop();

    let report = crate::support::polaris(&two.data, &["doctor", "--json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let subjects: Vec<_> = report["findings"].as_array().unwrap().iter().map(|finding| finding["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["hmsd", "kckps"]);
}

fn files(data: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    // Opening the registry brings its log and shared memory along.
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    names
}
