//! Health checks.

use serde_json::json;

use super::house::House;

#[test]
fn a_server_is_live_and_ready_for_anybody() {
    let server = House::new().serve();
    assert_eq!(server.get("/health/live").send().data(200), json!({ "status": "live" }));
    let mail = json!({ "status": "ok", "waiting": 0, "oldest_seconds": null });
    assert_eq!(server.get("/health/ready").send().data(200), json!({ "status": "ready", "mail": mail }));
    assert_eq!(server.ask("HEAD", "/health/ready").send().status, 200);
}

#[test]
fn a_health_check_is_never_kept() {
    let server = House::new().serve();
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(server.get(path).send().header("cache-control"), Some("no-store"));
    }
}

#[test]
fn a_server_whose_data_directory_was_moved_away_is_not_ready() {
    let server = House::new().serve();
    let aside = server.data().with_extension("aside");
    std::fs::rename(server.data(), &aside).unwrap();
    let why = server.get("/health/ready").send().refused(503, "UNAVAILABLE");
    assert!(why["message"].as_str().unwrap().contains("was moved"), "{why}");
    server.get("/health/live").send().ok(200);
    std::fs::rename(&aside, server.data()).unwrap();
    server.get("/health/ready").send().ok(200);
}
