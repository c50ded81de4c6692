//! Events from JSON, good and bad.

use std::io::Write as _;
use std::process::Stdio;

use crate::support::{Answer, Home};

fn from_stdin(home: &Home, bytes: &[u8]) -> Answer {
    let mut command = home.program();
    command.args(["event", "create", "kckps", "--from", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // It stops reading where the document is too large.
    let _ = input.write_all(bytes);
    drop(input);
    Answer::of(child.wait_with_output().unwrap())
}

#[test]
fn an_event_is_read_from_a_file_or_standard_input() {
    let home = Home::with_event();
    let document = r#"{"title": "Read Aloud", "starts_at": "2027-03-08 09:00", "location": "Room 4", "wanted_skills": ["Spanish"],
                      "volunteers_needed": 3, "description": null}"#;
    home.write("event.json", document);
    let event = home.json(&["event", "create", "kckps", "--from", "event.json", "--publish"]);
    assert_eq!((event["slug"].as_str(), event["status"].as_str()), (Some("read-aloud-2027-03-08"), Some("published")));
    assert!(from_stdin(&home, document.as_bytes()).done().contains("read-aloud-2027-03-08-2"));
}

#[test]
fn bad_documents_name_the_field_and_create_nothing() {
    let home = Home::with_event();
    let good = r#""starts_at": "2027-03-08T09:00", "location": "Room 4""#;
    let huge = format!(r#"{{"title": "{}", {good}}}"#, "x".repeat(1 << 20));
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (b"".to_vec(), "from: the document is empty"),
        (b"{\"title\": ".to_vec(), "from: the document is not valid JSON"),
        (b"[1, 2]".to_vec(), "from: the document must be a JSON object"),
        (format!(r#"{{"title": "a", {good}}} trailing"#).into(), "from: the document is not valid JSON"),
        (format!(r#"{{"title": "a", "colour": "red", {good}}}"#).into(), "colour: is not a field of this; there are title"),
        (format!(r#"{{"title": 5, {good}}}"#).into(), "title: must be text"),
        (format!(r#"{{"title": "a", "volunteers_needed": "9", {good}}}"#).into(), "volunteers_needed: must be a whole number"),
        (format!(r#"{{"title": "a", "title": "b", {good}}}"#).into(), "title: is given twice"),
        (format!(r#"{{"title": "a\u0000b", {good}}}"#).into(), "title: "),
        (b"{\"title\": \"a\0b\"}".to_vec(), "from: the document is not valid JSON"),
        (b"{\"title\": \"a\xff\"}".to_vec(), "from: the document is not UTF-8"),
        (b"\0\0\0\0".to_vec(), "from: the document must be a JSON object"),
        (huge.into(), "from: the document is larger than 1 MiB"),
        ("[".repeat(500_000).into(), "from: "),
        (b"{}".to_vec(), "title: is required"),
    ];
    for (document, expected) in cases {
        let why = from_stdin(&home, &document).refused(2);
        assert!(why.contains(expected), "{expected} in {why}");
        assert!(why.len() < 2_000 && !why.contains('\0'), "{why}");
    }
    assert_eq!(home.json(&["event", "list", "kckps"])["total"], 1);
}

#[test]
fn a_file_that_is_not_there_or_flags_beside_it_are_misuse() {
    let home = Home::with_event();
    assert!(home.run(&["event", "create", "kckps", "--from", "missing.json"]).refused(2).contains("missing.json can't be read"));
    assert!(home.run(&["event", "create", "kckps", "--from", "."]).refused(2).contains("can't be read"));
    assert!(home.run(&["event", "create", "kckps", "--from", "-", "--title", "x"]).refused(2).contains("cannot be used with"));
}

#[test]
fn all_broken_fields_are_told_at_once() {
    let home = Home::with_event();
    let broken = ["event", "create", "kckps", "--starts-at", "soon", "--type", "gala", "--school", "Hogwarts", "--volunteers-needed", "-1"];
    let (code, error) = home.json_error(&broken);
    let fields: Vec<_> = error["fields"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap()).collect();
    assert_eq!(code, 2);
    assert_eq!(fields, ["title", "starts_at", "location", "event_type", "volunteers_needed", "school"]);
    let why = home.run(&broken).refused(2);
    assert!(why.contains("\n  title: is required\n  starts_at: is not a date and time"), "{why}");
}

#[test]
fn one_byte_more_or_less_at_the_limits() {
    let home = Home::with_event();
    let create =
        |title: &str| home.run(&["event", "create", "kckps", "--title", title, "--starts-at", "2027-03-04T09:00", "--location", "x"]);
    create(&"é".repeat(255)).done();
    assert!(create(&"é".repeat(256)).refused(2).contains("at most 255 characters"));
}
