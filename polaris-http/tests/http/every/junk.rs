//! Junk in every body, path and query: a clear refusal, never a server's error, and nothing told that should not be.

use polaris_core::operations::Surface;

use super::{Endpoint, People, endpoints};
use crate::http::client::Answer;

fn bodies() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        "",
        "null",
        "[]",
        "[{}]",
        "1",
        "\"text\"",
        "true",
        "{",
        "{}}",
        "{\"a\":}",
        "{\"\":0}",
        "{\"no_such_field\":{\"a\":[1,2,{}]}}",
        "{\"name\":1,\"email\":2,\"login\":3,\"password\":4,\"role\":5,\"link\":6,\"tenant\":7,\"confirm\":8,\"title\":9,\"reason\":10}",
        "{\"name\":[],\"email\":{},\"login\":[],\"password\":{},\"role\":[],\"link\":{},\"tenant\":[],\"confirm\":{},\"title\":[]}",
        "{\"login\":\"\\u0000\",\"password\":\"\\u0000\",\"name\":\"\\u0000\",\"email\":\"\\u0000\",\"confirm\":\"\\u0000\"}",
        "{\"login\":\"a\",\"login\":\"b\"}",
        "{\"confirm\":\"' OR 1=1 --\"}",
        "{\"time_zone\":\"../../etc/passwd\"}",
        "{\"a\":1e999999}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    bodies.push(b"{\"name\":\"\xff\xfe\"}".to_vec());
    bodies.push(b"\x00\x01\x02".to_vec());
    bodies.push("[".repeat(20_000).into_bytes());
    bodies.push(format!("{{\"name\":\"{}\"}}", "x".repeat(300_000)).into_bytes());
    bodies
}

const SEGMENTS: [&str; 12] = [
    "0",
    "-1",
    "99999999999999999999",
    "1e3",
    "1.5",
    "%00",
    "..%2f..%2fpolaris.db",
    "%27%20OR%201=1--",
    "%F0%9F%98%80",
    "%ff%fe",
    "NULL",
    "%20",
];

const QUERIES: [&str; 10] = [
    "page=0",
    "page=-1",
    "page=99999999999999999999",
    "per_page=1e9",
    "page=1&page=2",
    "q=%00",
    "q=%ff",
    "sort=%27--",
    "no_such=1",
    "=&&=&%",
];

fn is_refused_or_fine(answer: &Answer) {
    assert!(answer.status < 500, "{:?} {}: {}", answer.asked, answer.status, answer.text());
    if answer.status >= 400 {
        let code = answer.json()["error"]["code"].as_str().unwrap().to_owned();
        answer.refused(answer.status, &code);
        assert!(answer.json()["error"]["message"].as_str().unwrap().len() < 2_000, "{:?}", answer.asked);
    }
}

/// Who may do most, for this operation.
fn token(people: &mut People, endpoint: &Endpoint) -> String {
    people.token(if endpoint.operation.surface == Surface::Platform { "staff admin" } else { "admin" })
}

#[test]
fn junk_in_a_body_is_refused_by_every_operation() {
    let mut people = People::new();
    for endpoint in endpoints().into_iter().filter(|endpoint| endpoint.takes_json) {
        let token = token(&mut people, &endpoint);
        // At a tenant of its own, that may be lost.
        let path = endpoint.at(if endpoint.operation.surface == Surface::Platform { "hmsd" } else { "kckps" });
        for body in bodies() {
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            let ask = people.server.ask(&endpoint.method, &path).token(&token).header("Content-Type", "application/json");
            let answer = ask.body(body).send();
            is_refused_or_fine(&answer);
            // Where every field may be left out, so may the body.
            assert!(answer.status >= 400 || shown.is_empty(), "{:?} takes {shown}", answer.asked);
        }
        let ask = people.server.ask(&endpoint.method, &path).token(&token).header("Content-Type", "text/plain").body("a=b");
        let answer = ask.send();
        assert!(answer.status >= 400);
        is_refused_or_fine(&answer);
    }
}

#[test]
fn junk_in_a_path_or_query_does_no_harm_to_any_operation() {
    let mut people = People::new();
    for endpoint in endpoints() {
        for name in endpoint.parameters() {
            let token = token(&mut people, &endpoint);
            for segment in SEGMENTS {
                let path = endpoint.path.replace("{tenant}", "kckps").replace(&format!("{{{name}}}"), segment);
                let answer = people.server.ask(&endpoint.method, &path).token(&token).send_unchecked();
                is_refused_or_fine(&answer);
                assert!(answer.status >= 400, "{:?}", answer.asked);
            }
        }
        if endpoint.changes() {
            continue;
        }
        let token = token(&mut people, &endpoint);
        for query in QUERIES {
            let answer = people.server.get(&format!("{}?{query}", endpoint.at("kckps"))).token(&token).send_unchecked();
            is_refused_or_fine(&answer);
        }
    }
    for segment in SEGMENTS.into_iter().chain(["KCKPS", "kckps%20", "kckps.", "polaris", "kckps%2f..%2fhmsd"]) {
        let answer = people.server.get(&format!("/api/v1/tenants/{segment}/events")).token(&people.tokens["admin"]).send_unchecked();
        is_refused_or_fine(&answer);
        assert!([400, 401, 404].contains(&answer.status), "{:?} {}", answer.asked, answer.status);
    }
}
