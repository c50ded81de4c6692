//! One tenant whose file is stuck, and the others.

use std::time::{Duration, Instant};

use serde_json::json;

use super::house::House;

fn lock(house: &House, file: &str) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(house.data().join(file)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

#[test]
fn sixty_writes_on_a_stuck_tenant_leave_the_others_served() {
    let server = House::new().serve();
    let (stuck, well) = (server.session("admin", Some("kckps")), server.session("admin", Some("hmsd")));
    let event = json!({ "title": "Career Day", "starts_at": "2026-03-01T09:00", "location": "Gym" });
    let other_process = lock(&server, "polaris_kckps.db");
    let refused = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..60 {
            scope.spawn(|| {
                let answer = server.post("/api/v1/tenants/kckps/events").token(&stuck).json(&event).send();
                if answer.status != 201 {
                    answer.refused(503, "UNAVAILABLE");
                    assert_eq!(answer.header("retry-after"), Some("5"));
                    refused.lock().unwrap().push(answer.json()["error"]["message"].as_str().unwrap().to_owned());
                }
            });
        }
        std::thread::sleep(Duration::from_millis(500));
        let began = Instant::now();
        server.post("/api/v1/tenants/hmsd/events").token(&well).json(&event).send().ok(201);
        server.public("hmsd", "").ok(200);
        server.public("kckps", "").ok(200);
        server.get("/api/v1/platform/tenants").token(&well).send().ok(200);
        server.get("/health/ready").send().ok(200);
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        let patience = Instant::now() + Duration::from_secs(9);
        while refused.lock().unwrap().len() < 44 && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(50));
        }
        other_process.execute_batch("ROLLBACK").unwrap();
    });
    let refused = refused.into_inner().unwrap();
    assert_eq!(refused.len(), 44, "sixteen were at work on it, the rest waited in vain");
    assert!(refused.iter().all(|message| message.contains("too much is asked at once")), "{refused:?}");
}

#[test]
fn a_stuck_registry_leaves_the_tenants_served() {
    let server = House::new().with_people().serve();
    let (admin, well) = (server.session("admin", None), server.session("support", Some("hmsd")));
    let lee = super::log_in::log_in(&server, "/api/v1/tenants/hmsd/session", "lee");
    let event = json!({ "title": "Career Day", "starts_at": "2026-03-01T09:00", "location": "Gym" });
    // The use of a session is noted from time to time: not even that may hold anybody up.
    server.clock.advance(chrono::TimeDelta::minutes(30));
    let other_process = lock(&server, "polaris.db");
    std::thread::scope(|scope| {
        for n in 0..40 {
            let (server, admin) = (&server, &admin);
            scope.spawn(move || {
                let new = json!({ "slug": format!("new-{n}"), "name": "New" });
                server.post("/api/v1/platform/tenants").token(admin).json(&new).send();
            });
        }
        std::thread::sleep(Duration::from_millis(500));
        let began = Instant::now();
        // What staff change inside a tenant goes to the registry too; what its own people change does not.
        server.post("/api/v1/tenants/hmsd/events").token(&lee).json(&event).send().ok(201);
        server.get("/api/v1/tenants/hmsd/events").token(&well).send().ok(200);
        server.public("kckps", "").ok(200);
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
        other_process.execute_batch("ROLLBACK").unwrap();
    });
}
