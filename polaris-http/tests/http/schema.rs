//! Holds answers against the OpenAPI document: a documented status, the documented headers, a body of the documented shape.

use std::sync::OnceLock;

use serde_json::Value;
use ureq::http::HeaderMap;

use super::client::Answer;

pub(crate) fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(&polaris_http::document().unwrap()).unwrap())
}

/// The operation that a request belongs to.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap();
    let fits = |pattern: &str| {
        let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
        pattern.len() == path.len()
            && pattern.iter().zip(&path).all(|(wish, part)| wish == part || (wish.starts_with('{') && !part.is_empty()))
    };
    let paths = document()["paths"].as_object().unwrap();
    let found = paths.get(path).or_else(|| paths.iter().find(|(pattern, _)| fits(pattern)).map(|(_, path)| path))?;
    found.get(if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() })
}

#[track_caller]
pub(crate) fn check(answer: &Answer) {
    let (method, path) = &answer.asked;
    let what = format!("{method} {path} → {}", answer.status);
    let schema = match operation(method, path) {
        // Of what isn't in the document, errors are known all the same.
        None if answer.status >= 400 => &document()["components"]["schemas"]["Error"],
        None => return,
        Some(operation) => {
            let documented = &operation["responses"][answer.status.to_string()];
            assert!(documented.is_object(), "{what} is not documented");
            let wrong = wrong_headers(&answer.headers, documented);
            assert!(wrong.is_empty(), "{what}: {wrong:?}");
            let content = documented["content"].as_object();
            if let Some(content) = content.filter(|content| !content.contains_key("application/json")) {
                // A file.
                let kind = answer.header("content-type").unwrap().split(';').next().unwrap();
                assert!(content.contains_key(kind), "{what}: {kind}");
                return;
            }
            &documented["content"]["application/json"]["schema"]
        }
    };
    if method == "HEAD" || schema.is_null() {
        assert!(answer.body.is_empty(), "{what} has a body");
        return;
    }
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"), "{what}");
    let broken = mismatches(&answer.json(), schema, "body");
    assert!(broken.is_empty(), "{what}: {broken:?}\n{}", answer.text());
}

/// The headers that the document speaks of. Others are said for every answer, and stand in no operation.
const HEADERS: &[&str] = &[
    "ETag",
    "Cache-Control",
    "Location",
    "Retry-After",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "Idempotent-Replayed",
];

/// Where headers are not as a response is documented: missing, of another type, or sent and not documented.
pub(crate) fn wrong_headers(sent: &HeaderMap, response: &Value) -> Vec<String> {
    let documented = |name: &str| {
        let header = &response["headers"][name];
        let named = header["$ref"].as_str().and_then(|name| name.strip_prefix("#/components/headers/"));
        named.map_or(header, |name| &document()["components"]["headers"][name])
    };
    for name in response["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
        assert!(HEADERS.contains(&name.as_str()), "teach the checker `{name}`");
        assert!(documented(name).is_object(), "{name} is a reference to nothing");
    }
    let wrong = HEADERS.iter().filter_map(|name| {
        let header = documented(name);
        match sent.get(*name) {
            None if header["required"] == true => Some(format!("{name} is missing")),
            Some(_) if header.is_null() => Some(format!("{name} is not documented")),
            Some(value) if header["schema"]["type"] == "integer" && value.to_str().unwrap().parse::<u64>().is_err() => {
                Some(format!("{name} is no number: {value:?}"))
            }
            _ => None,
        }
    });
    wrong.collect()
}

/// Where a value is not what a schema says: the part of JSON Schema that the document uses.
pub(crate) fn mismatches(value: &Value, schema: &Value, at: &str) -> Vec<String> {
    if value.is_null() && schema["nullable"] == true {
        return Vec::new();
    }
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/components/schemas/").unwrap();
        return mismatches(value, &document()["components"]["schemas"][name], at);
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().flat_map(|schema| mismatches(value, schema, at)).collect();
    }
    let fits = match schema["type"].as_str() {
        None => true,
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.as_str().is_some_and(|text| !text.is_empty()),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some(other) => panic!("teach the checker `{other}`"),
    };
    if !fits {
        return vec![format!("{at} should be {}, not {value}", schema["type"])];
    }
    let mut broken = Vec::new();
    if let Some(items) = value.as_array() {
        broken.extend(items.iter().enumerate().flat_map(|(n, item)| mismatches(item, &schema["items"], &format!("{at}[{n}]"))));
    }
    if let Some(fields) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                broken.push(format!("{at}.{name} is missing"));
            }
        }
        for (name, field) in fields {
            let shape = schema["properties"].get(name).or_else(|| schema.get("additionalProperties"));
            match shape {
                Some(shape) => broken.extend(mismatches(field, shape, &format!("{at}.{name}"))),
                None if schema["type"] == "object" => broken.push(format!("{at}.{name} is not documented")),
                None => {}
            }
        }
    }
    broken
}

#[test]
fn the_checker_sees_missing_unknown_and_wrong_fields() {
    let schema = serde_json::json!({ "type": "object", "required": ["a", "b"], "properties": {
        "a": { "type": "integer" },
        "b": { "type": "string", "nullable": true },
        "c": { "type": "array", "items": { "type": "boolean" } },
    } });
    let broken = |value| mismatches(&value, &schema, "x");
    assert!(broken(serde_json::json!({ "a": 1, "b": null, "c": [true] })).is_empty());
    assert_eq!(broken(serde_json::json!({ "b": "" })), ["x.a is missing", "x.b should be \"string\", not \"\""]);
    assert_eq!(broken(serde_json::json!({ "a": null, "b": "b", "c": [1], "d": 1 })).len(), 3);
}

#[test]
fn the_checker_sees_missing_unknown_and_wrong_headers() {
    let responses = &document()["paths"]["/api/v1/district/{tenant}/events"]["get"]["responses"];
    let right = [
        ("ETag", "W/\"x\""),
        ("Cache-Control", "private"),
        ("X-RateLimit-Limit", "60"),
        ("X-RateLimit-Remaining", "59"),
        ("X-RateLimit-Reset", "1768059060"),
    ];
    let sent = |headers: &[(&'static str, &'static str)]| -> HeaderMap {
        headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    };
    assert!(wrong_headers(&sent(&right), &responses["200"]).is_empty());
    for (at, (name, _)) in right.iter().enumerate() {
        let without = [&right[..at], &right[at + 1..]].concat();
        assert_eq!(wrong_headers(&sent(&without), &responses["200"]), [format!("{name} is missing")]);
    }
    let more = [&right[..], &[("Location", "/")]].concat();
    assert_eq!(wrong_headers(&sent(&more), &responses["200"]), ["Location is not documented"]);
    let refusal = [("Cache-Control", "no-store"), ("Retry-After", "soon")];
    assert_eq!(wrong_headers(&sent(&refusal), &responses["503"]).len(), 1, "what only a valid key is told may be missing");
}
