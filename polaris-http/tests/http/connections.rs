//! Clients that hold connections, and how many and how long they may.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use polaris_http::ServerConfig;

use super::house::{House, Server};
use super::raw::read;

fn hurried() -> Server {
    House::new().serve_with(ServerConfig { header_deadline: Duration::from_millis(300), ..ServerConfig::default() })
}

/// How long until the server hangs up.
fn patience_with(mut stream: TcpStream) -> Duration {
    let began = Instant::now();
    assert_eq!(read(&mut stream).text, "");
    began.elapsed()
}

#[test]
fn a_client_that_sends_nothing_is_hung_up_on() {
    let server = hurried();
    let waited = patience_with(server.connect());
    assert!((Duration::from_millis(200)..Duration::from_secs(2)).contains(&waited), "{waited:?}");
}

#[test]
fn a_client_that_sends_its_head_drop_by_drop_is_hung_up_on() {
    let server = hurried();
    let mut stream = server.connect();
    let began = Instant::now();
    stream.write_all(b"GET /health/live HTTP/1.1\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(30))).unwrap();
    loop {
        let _ = stream.write_all(b"X: y\r\n");
        match stream.read(&mut [0; 64]) {
            Ok(0) => break,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            other => panic!("{other:?}"),
        }
        assert!(began.elapsed() < Duration::from_secs(2), "still read from");
    }
    assert!(began.elapsed() >= Duration::from_millis(250), "{:?}", began.elapsed());
}

#[test]
fn a_second_head_has_the_same_deadline_as_the_first() {
    let server = hurried();
    let mut stream = server.connect();
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = [0; 4096];
    assert!(stream.read(&mut answer).unwrap() > 0);
    stream.write_all(b"GET /health").unwrap();
    let waited = patience_with(stream);
    assert!((Duration::from_millis(200)..Duration::from_secs(2)).contains(&waited), "{waited:?}");
}

#[test]
fn a_connection_may_rest_between_requests_and_bodies_may_take_longer_than_heads() {
    let server = hurried();
    let token = server.session("admin", Some("kckps"));
    let mut stream = server.connect();
    let mut answer = [0; 4096];
    for _ in 0..2 {
        stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        assert!(stream.read(&mut answer).unwrap() > 0);
        std::thread::sleep(Duration::from_millis(900));
    }
    let body = r#"{"title": "Slow", "starts_at": "2026-03-01T09:00", "location": "L"}"#;
    let head = format!(
        "POST /api/v1/tenants/kckps/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(900));
    stream.write_all(body.as_bytes()).unwrap();
    assert_eq!(read(&mut stream).status(), 201);
}

#[test]
fn connections_beyond_the_most_wait_until_one_ends() {
    let server = House::new().serve_with(ServerConfig { max_connections: 3, ..ServerConfig::default() });
    let mut held: Vec<_> = (0..3)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            stream
        })
        .collect();
    let mut waiting = server.connect();
    waiting.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    waiting.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    assert_eq!(waiting.read(&mut [0; 1]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    drop(held.pop());
    waiting.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    assert_eq!(read(&mut waiting).status(), 200);
}

#[test]
fn clients_that_dawdle_keep_the_places_only_until_their_deadline() {
    let config = ServerConfig { max_connections: 10, header_deadline: Duration::from_millis(300), ..ServerConfig::default() };
    let server = House::new().serve_with(config);
    let held: Vec<_> = (0..10)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(b"GET / HTTP/1.1\r\nX-Slow: ").unwrap();
            stream
        })
        .collect();
    // A refused connection is drained for up to five seconds more.
    assert_eq!(server.raw("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status(), 200);
    drop(held);
}
