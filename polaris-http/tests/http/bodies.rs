//! Bodies that can't be read: 400, 413 and 415, each with what is wrong, and nothing done.

use super::client::Answer;
use super::house::{House, Server};

const EVENTS: &str = "/api/v1/tenants/kckps/events";

fn send(server: &Server, token: &str, body: &[u8]) -> Answer {
    server.post(EVENTS).token(token).header("Content-Type", "application/json").body(body).send()
}

#[test]
fn a_body_that_is_no_json_object_is_refused_as_a_whole() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let deep = [b"[".repeat(200_000), b"]".repeat(200_000)].concat();
    let deep_field = [br#"{"title":"#.to_vec(), b"[".repeat(100_000)].concat();
    let whole: &[&[u8]] = &[
        b"",
        b"  \n",
        b"{",
        b"{]",
        b"nonsense",
        b"null",
        b"5",
        b"\"text\"",
        b"[]",
        br#"["Career Day", "2026-03-04T09:00", null, "Main gym"]"#,
        br#"[{"title": "a"}]"#,
        b"{} {}",
        b"{},",
        br#"{"title": "a",}"#,
        br#"{'title': 'a'}"#,
        br#"{title: "a"}"#,
        br#"{"title": "a" "location": "b"}"#,
        br#"{"title": "a\ud800"}"#,
        br#"{"title": "a\x"}"#,
        b"{\"title\": \"a\0b\"}",
        b"{\"title\": \"a\nb\"}",
        b"{\"title\": \"\xff\"}",
        b"{\"title\": \"\xed\xa0\x80\"}",
        b"\xff\xfe{\0}\0",
        b"\0",
        br#"{"volunteers_needed": 1e999999}"#,
        br#"{"volunteers_needed": 01}"#,
        br#"{"volunteers_needed": NaN}"#,
        &deep,
    ];
    for body in whole {
        send(&server, &token, body).refuses("body");
    }
    send(&server, &token, &deep_field).refuses("title");
    assert_eq!(server.get(EVENTS).token(&token).send().ok(200)["pagination"]["total"], 0);
}

#[test]
fn a_field_of_the_wrong_kind_is_refused_by_name() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    for (body, field) in [
        (r#"{"title": 5}"#, "title"),
        (r#"{"title": null}"#, "title"),
        (r#"{"title": ["a"]}"#, "title"),
        (r#"{"starts_at": 1767000000}"#, "starts_at"),
        (r#"{"volunteers_needed": "5"}"#, "volunteers_needed"),
        (r#"{"volunteers_needed": 1.5}"#, "volunteers_needed"),
        (r#"{"volunteers_needed": 1e3}"#, "volunteers_needed"),
        (r#"{"volunteers_needed": 99999999999999999999}"#, "volunteers_needed"),
        (r#"{"volunteers_needed": true}"#, "volunteers_needed"),
        (r#"{"wanted_skills": "Welding"}"#, "wanted_skills"),
        (r#"{"wanted_skills": null}"#, "wanted_skills"),
        (r#"{"wanted_skills": ["a", 5]}"#, "wanted_skills[1]"),
        (r#"{"wanted_skills": [["a"]]}"#, "wanted_skills[0]"),
        (r#"{"titel": "a"}"#, "titel"),
        (r#"{"id": 7}"#, "id"),
        (r#"{"status": "published"}"#, "status"),
        (r#"{"Title": "a"}"#, "Title"),
        (r#"{"title": "a", "title": "a"}"#, "title"),
        (r#"{"title": "a", "t\u0069tle": "a"}"#, "title"),
        (r#"{"constructor": {"prototype": {}}}"#, "constructor"),
    ] {
        send(&server, &token, body.as_bytes()).refuses(field);
    }
    let tenants: &[(&[u8], &str)] = &[
        (br#"{"features": []}"#, "features"),
        (br#"{"features": {"events": 1}}"#, "features.events"),
        (br#"{"features": {"events": null}}"#, "features.events"),
        (br#"{"slug": {}}"#, "slug"),
        (br#"{"api_key": "x"}"#, "api_key"),
        (br#"["olathe", "Olathe"]"#, "body"),
    ];
    for (body, field) in tenants {
        let ask = server.post("/api/v1/platform/tenants").token(&token).header("Content-Type", "application/json");
        ask.body(*body).send().refuses(field);
    }
}

#[test]
fn an_unknown_field_is_named_without_what_could_do_harm_in_a_log_or_page() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let name = format!("a\\u0000\\u001b[31m{}", "x".repeat(10_000));
    let answer = send(&server, &token, format!("{{\"{name}\": 1}}").as_bytes());
    let error = answer.refused(400, "BAD_REQUEST");
    assert!(answer.body.len() < 1_200, "{}", answer.body.len());
    assert!(!error["fields"][0]["field"].as_str().unwrap().contains(char::is_control));
}

#[test]
fn nul_and_other_control_characters_in_text_break_a_rule() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let body = r#"{"title": "a\u0000b", "starts_at": "2026-03-04T09:00\u0000", "location": "\u202egym", "event_type": "dia\u0000"}"#;
    let fields = send(&server, &token, body.as_bytes()).fields(422, "VALIDATION_FAILED");
    let codes =
        [("title", "CONTROL_CHARACTERS"), ("starts_at", "BAD_TIME"), ("location", "CONTROL_CHARACTERS"), ("event_type", "UNKNOWN_VALUE")];
    assert_eq!(fields, codes.map(|(field, code)| (field.to_owned(), code.to_owned())));
}

#[test]
fn a_body_of_another_kind_is_refused() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let ask = |kind: Option<&str>| {
        let ask = server.post(EVENTS).token(&token).body("{}");
        match kind {
            Some(kind) => ask.header("Content-Type", kind).send(),
            None => ask.send(),
        }
    };
    for kind in [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "json",
        ";",
        "application/json; charset=utf-16",
        "application/json;Charset=\"ISO-8859-1\"",
        "application/json; charset=utf-8; charset=utf-16",
        "application/json; charset",
    ] {
        ask(Some(kind)).refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    for kind in ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;charset=\"UTF-8\""] {
        ask(Some(kind)).refused(422, "VALIDATION_FAILED");
    }
    ask(None).refused(415, "UNSUPPORTED_MEDIA_TYPE");
}

/// A draft whose body has exactly this many bytes.
fn of_size(bytes: usize) -> Vec<u8> {
    let start = br#"{"title": ""#.to_vec();
    let fill = vec![b'x'; bytes - start.len() - 2];
    [start, fill, b"\"}".to_vec()].concat()
}

#[test]
fn a_body_over_a_mebibyte_is_too_large_and_one_below_it_has_fields_that_are_too_long() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let fits = send(&server, &token, &of_size(1 << 20)).fields(422, "VALIDATION_FAILED");
    assert_eq!(fits[0], ("title".to_owned(), "TOO_LONG".to_owned()));
    send(&server, &token, &of_size((1 << 20) + 1)).refused(413, "PAYLOAD_TOO_LARGE");
    // Every client must be able to read why, even one that sends its whole body first.
    for _ in 0..10 {
        send(&server, &token, &of_size(5 << 20)).refused(413, "PAYLOAD_TOO_LARGE");
    }
}

#[test]
fn a_body_whose_size_is_not_said_is_cut_off_at_a_mebibyte() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let head = format!(
        "POST {EVENTS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let chunked = |body: &[u8]| {
        let mut bytes = head.clone().into_bytes();
        for piece in body.chunks(60_000) {
            bytes.extend(format!("{:x}\r\n", piece.len()).into_bytes());
            bytes.extend(piece);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"0\r\n\r\n");
        server.raw(bytes)
    };
    chunked(&of_size(1 << 20)).refused(422, "VALIDATION_FAILED");
    chunked(&of_size((1 << 20) + 1)).refused(413, "PAYLOAD_TOO_LARGE");
    chunked(&of_size(3 << 20)).refused(413, "PAYLOAD_TOO_LARGE");
}

#[test]
fn a_client_that_asks_first_is_told_before_it_sends() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let head = |length: usize, token: &str| {
        format!(
            "POST {EVENTS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
        )
    };
    server.raw(head(100 << 20, &token)).refused(413, "PAYLOAD_TOO_LARGE");
    server.raw(head(100 << 20, "nobody")).refused(401, "UNAUTHENTICATED");
    assert!(server.raw_and_gone(head(2, &token) + "{}").text.starts_with("HTTP/1.1 100 Continue"));
}
