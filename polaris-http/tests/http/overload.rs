//! Many clients at once, most of them up to no good.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::house::{House, Server, event};

/// One request out of a mixture; its status.
fn junk(server: &Server, token: &str, n: usize) -> u16 {
    let (key, events) = (server.key("kckps"), "/api/v1/tenants/kckps/events");
    let public = "/api/v1/district/kckps/events";
    let raw = |bytes: &[u8]| server.raw_and_gone(bytes).status();
    match n % 16 {
        0 => server.get(public).key(key).send().status,
        1 => server.get(&format!("{public}/upcoming?page={n}")).key(key).send().status,
        2 => server.get(&format!("{public}/{n}")).key(key).send().status,
        3 => server.get(public).key("guess").send().status,
        4 => server.get("/api/v1/district/nowhere/events").key(key).send().status,
        5 => server.get(&format!("/{}", "%FF".repeat(n % 500))).send().status,
        6 => server.get(&format!("{public}?page={}", "9".repeat(n % 2_000))).key(key).send().status,
        7 => {
            server.post(events).token(token).json(&json!({ "title": "T", "starts_at": "2026-03-01T09:00", "location": "L" })).send().status
        }
        8 => server.post(events).token(token).json(&json!({ "title": "\u{0}".repeat(n % 300) })).send().status,
        9 => server.post(events).token(token).header("Content-Type", "application/json").body(vec![b'['; 100_000]).send().status,
        10 => server.post(events).token("plss_guess").body(vec![0; 200_000]).send().status,
        11 => server.post(&format!("{events}/1/publish")).token(token).send().status,
        12 => raw(b"POST /api/v1/tenants/kckps/events HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n{"),
        13 => raw(b"\0\xff\xfe nonsense \r\n\r\n"),
        14 => raw(format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(n % 70_000)).as_bytes()),
        _ => server.ask("PROPFIND", public).send().status,
    }
}

#[test]
fn sixty_four_clients_with_junk_bring_no_server_error() {
    let server = House::new().serve();
    server.publish("kckps", event("Career Day", "2026-03-01T09:00"));
    let token = server.session("admin", Some("kckps"));
    let (end, asked) = (Instant::now() + Duration::from_secs(2), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for client in 0..64 {
            let (server, token, asked) = (&server, &token, &asked);
            scope.spawn(move || {
                for n in (client * 7..).take_while(|_| Instant::now() < end) {
                    let status = junk(server, token, n);
                    assert!(status < 500, "{status} for number {}", n % 16);
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert!(asked.load(Ordering::Relaxed) > 300, "{asked:?}");
    assert!(server.public("kckps", "").titles().contains(&"Career Day".to_owned()));
    server.get("/health/ready").send().ok(200);
}

#[test]
fn clients_that_only_hold_on_keep_nobody_else_out() {
    let server = House::new().serve();
    let held: Vec<_> = (0..200)
        .map(|n| {
            use std::io::Write;
            let mut stream = server.connect();
            let part: &[u8] = if n % 2 == 0 {
                b"GET /health"
            } else {
                b"POST /api/v1/platform/tenants HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
            };
            stream.write_all(part).unwrap();
            stream
        })
        .collect();
    let began = Instant::now();
    server.public("kckps", "").ok(200);
    assert!(began.elapsed() < Duration::from_secs(2));
    drop(held);
}
