//! Health checks.

use serde_json::json;

use super::house::House;

#[test]
fn a_server_is_live_and_ready_for_anybody() {
    let server = House::new().serve();
    assert_eq!(server.get("/health/live").send().data(200), json!({ "status": "live" }));
    assert_eq!(server.get("/health/ready").send().data(200), json!({ "status": "ready" }));
    assert_eq!(server.ask("HEAD", "/health/ready").send().status, 200);
}

#[test]
fn a_health_check_is_never_kept() {
    let server = House::new().serve();
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(server.get(path).send().header("cache-control"), Some("no-store"));
    }
}
