//! A server that is told to stop ends what it has begun, and begins nothing more.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::house::House;
use super::raw::read;

#[test]
fn a_request_under_way_is_finished_and_new_ones_find_nobody() {
    let mut server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let body = r#"{"title": "Slow", "starts_at": "2026-03-01T09:00", "location": "L"}"#;
    server.get("/health/live").send().ok(200);
    let mut slow = server.connect();
    let head = format!(
        "POST /api/v1/tenants/kckps/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    slow.write_all(head.as_bytes()).unwrap();
    slow.write_all(&body.as_bytes()[..10]).unwrap();
    std::thread::sleep(Duration::from_millis(200));

    let stopped = Instant::now();
    server.begin_stop();
    while TcpStream::connect(server.address).is_ok() {
        assert!(stopped.elapsed() < Duration::from_secs(5), "still takes connections");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(500));
    slow.write_all(&body.as_bytes()[10..]).unwrap();
    let reply = read(&mut slow);
    assert_eq!(reply.status(), 201, "{}", reply.text);
    server.wait();
    assert!(stopped.elapsed() < Duration::from_secs(5), "{:?}", stopped.elapsed());
    assert_eq!(server.tenant("kckps").events().get("slow-2026-03-01").unwrap().title, "Slow");
}

#[test]
fn connections_kept_alive_end_when_the_server_does() {
    let mut server = House::new().serve();
    let mut idle = server.connect();
    idle.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let silent = server.connect();
    server.get("/health/live").send().ok(200);
    std::thread::sleep(Duration::from_millis(100));
    let stopped = Instant::now();
    server.begin_stop();
    assert_eq!(read(&mut idle).status(), 200);
    server.wait();
    assert!(stopped.elapsed() < Duration::from_secs(5), "{:?}", stopped.elapsed());
    drop(silent);
}

#[test]
fn a_client_that_never_finishes_is_given_ten_seconds() {
    let mut server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    server.get("/health/live").send().ok(200);
    let mut stuck = server.connect();
    let head = format!(
        "POST /api/v1/tenants/kckps/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{{"
    );
    stuck.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let stopped = Instant::now();
    server.begin_stop();
    server.wait();
    assert!((9..40).contains(&stopped.elapsed().as_secs()), "{:?}", stopped.elapsed());
}
