//! What is hardly HTTP. The server answers or hangs up, and goes on.

use std::io::Write;

use super::house::House;
use super::raw::read;

#[test]
fn bytes_that_are_no_http_are_refused_and_the_server_goes_on() {
    let server = House::new().serve();
    let long_line = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(1 << 20)).into_bytes();
    let long_header = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(1 << 20)).into_bytes();
    let many_headers = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-Many: 1\r\n".repeat(5_000)).into_bytes();
    let broken: &[(&[u8], &[u16])] = &[
        (b"\r\n\r\n\r\n", &[0, 400]),
        (b"nonsense\r\n\r\n", &[400]),
        (b"GET\r\n\r\n", &[400]),
        (b"GET /\r\n\r\n", &[400]),
        (b"GET / HTTP/9.9\r\n\r\n", &[400]),
        (b"GET / HTTP/1.1\r\nBroken\r\n\r\n", &[400]),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX\0: y\r\n\r\n", &[400]),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", &[400]),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", &[400, 404]),
        (b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", &[400]),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", &[0, 400]),
        (b"POST /api/v1/tenants/kckps/events HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", &[400]),
        (b"POST /api/v1/tenants/kckps/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", &[400]),
        (b"POST /api/v1/tenants/kckps/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", &[400]),
        (&long_line, &[0, 400, 414, 431]),
        (&long_header, &[0, 400, 431]),
        (&many_headers, &[0, 400, 431]),
    ];
    for (bytes, expected) in broken {
        let reply = server.raw_and_gone(bytes);
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]);
        assert!(expected.contains(&reply.status()), "{start:?}: {}", reply.text);
        if reply.status() != 0 {
            let code = if reply.status() == 404 { "NOT_FOUND" } else { "BAD_REQUEST" };
            reply.refused(reply.status(), code);
            assert_eq!(reply.json()["meta"]["request_id"].as_str(), reply.header("x-request-id"), "{}", reply.text);
            assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(reply.header("connection"), Some("close"));
        }
    }
    server.public("kckps", "").ok(200);
}

#[test]
fn what_is_too_large_to_be_read_is_named_in_the_envelope() {
    let server = House::new().serve();
    for (head, status, message) in [
        (format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(70_000)), 414, "request: its address is too long"),
        (format!("GET / HTTP/1.1\r\n{}\r\n", "X-Many: 1\r\n".repeat(200)), 431, "request: its headers are too large or too many"),
        ("nonsense\r\n\r\n".to_owned(), 400, "request: is not HTTP that can be understood"),
    ] {
        let reply = server.raw(head);
        reply.refused(status, "BAD_REQUEST");
        assert_eq!(reply.json()["error"]["message"], message);
    }
}

#[test]
fn nonsense_behind_a_good_request_spoils_only_itself() {
    let server = House::new().serve();
    let reply = server.raw("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n");
    let (good, bad) = reply.text.split_at(reply.text.find("HTTP/1.1 400").unwrap());
    assert!(good.starts_with("HTTP/1.1 200") && good.contains("x-request-id"), "{good}");
    super::raw::Reply { text: bad.to_owned() }.refused(400, "BAD_REQUEST");
}

#[test]
fn requests_in_other_forms_are_answered_in_the_envelope() {
    let server = House::new().serve();
    let send = |line: &str| server.raw(format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    send("GET http://elsewhere.example/api/v1/nothing").refused(404, "NOT_FOUND");
    send("GET http://elsewhere.example/api/v1/district/kckps/events").refused(401, "MISSING_API_KEY");
    send("OPTIONS *").refused(404, "NOT_FOUND");
    send("CONNECT elsewhere.example:443").refused(404, "NOT_FOUND");
    send("GET /api/v1/district/kckps/events#fragment").refused(401, "MISSING_API_KEY");
    send("GET /?/api/v1").refused(404, "NOT_FOUND");
    assert_eq!(send("GET http://elsewhere.example").status(), 404);
    assert_eq!(server.raw("GET /health/live HTTP/1.0\r\n\r\n").status(), 200);
    assert_eq!(server.raw("GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n").status(), 200, "no host is needed");
}

#[test]
fn a_client_that_goes_away_half_way_leaves_nothing_behind() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let head = format!(
        "POST /api/v1/tenants/kckps/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    );
    for sent in [&head[..20], &head[..head.len() - 2], &head, &format!("{head}{{\"title\": \"Half")] {
        server.raw_and_gone(sent);
    }
    let chunked = head.replace("Content-Length: 1000", "Transfer-Encoding: chunked");
    for end in ["5\r\n{\"tit", "zz\r\n", "5\r\nabc\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFFF\r\n"] {
        let reply = server.raw_and_gone(format!("{chunked}{end}"));
        assert!([0, 400].contains(&reply.status()), "{}", reply.text);
    }
    assert_eq!(server.get("/api/v1/tenants/kckps/events").token(&token).send().ok(200)["pagination"]["total"], 0);
}

#[test]
fn requests_sent_in_one_go_are_answered_in_order() {
    let server = House::new().serve();
    let mut stream = server.connect();
    let key = server.key("kckps");
    for path in ["/health/live", "/nothing", "/api/v1/district/kckps/events"] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nX-Request-Id: {}\r\n\r\n",
            "id-of-".to_owned() + &path.replace('/', "-")
        );
        stream.write_all(request.as_bytes()).unwrap();
    }
    stream.write_all(b"GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let text = read(&mut stream).text;
    let statuses: Vec<_> = text.match_indices("HTTP/1.1 ").map(|(at, _)| &text[at + 9..at + 12]).collect();
    assert_eq!(statuses, ["200", "404", "200", "200"]);
    assert!(text.find("id-of--health-live").unwrap() < text.find("id-of--nothing").unwrap());
}
