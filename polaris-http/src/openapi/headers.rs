//! Which headers the answers carry, in the document. What is said here is held against every answer that the tests get.

use serde_json::{Map, Value, json};

/// Each with its type and what it says.
const HEADERS: &[(&str, &str, &str)] = &[
    ("ETag", "string", "What the answer is known by: send it back in `If-None-Match`, or in `If-Match` with a change."),
    ("Cache-Control", "string", "Who may keep the answer, and for how many seconds; `no-store`: nobody."),
    ("Location", "string", "The address of what was made."),
    ("Retry-After", "integer", "Seconds after which trying again makes sense."),
    ("X-RateLimit-Limit", "integer", "Requests that the key may make in the window that has fewest left."),
    ("X-RateLimit-Remaining", "integer", "How many of them are left."),
    ("X-RateLimit-Reset", "integer", "When that window ends, in seconds since 1970."),
];

/// What is told only to whoever has a valid key, where others may get the same status.
const PERHAPS: &str = ".of-a-valid-key";

/// Adds them to every operation.
pub(super) fn tell(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    for (path, operations) in document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten() {
        for described in operations.as_object_mut().into_iter().flat_map(|operations| operations.values_mut()) {
            let versioned = has_version(described, &schemas);
            let Some(responses) = described.get_mut("responses").and_then(Value::as_object_mut) else { continue };
            // A file for staff is always sent whole.
            if path.ends_with("/calendar/export") {
                responses.remove("304");
            }
            let cached = responses.contains_key("304");
            let goes_on = responses.contains_key("200") && responses.contains_key("202");
            for (status, response) in responses {
                let sent = sent(path, status, versioned, cached, goes_on);
                let Some(headers) = response.as_object_mut().filter(|_| !sent.is_empty()).and_then(headers_of) else { continue };
                for name in sent {
                    let shown = name.strip_suffix(PERHAPS).unwrap_or(&name).to_owned();
                    headers.insert(shown, json!({ "$ref": format!("#/components/headers/{name}") }));
                }
            }
        }
    }
    let mut components = Map::new();
    for (name, kind, description) in HEADERS {
        let header = |required: bool| json!({ "description": description, "required": required, "schema": { "type": kind } });
        components.insert((*name).to_owned(), header(true));
        if name.starts_with("X-RateLimit-") {
            components.insert(format!("{name}{PERHAPS}"), header(false));
        }
    }
    if let Some(all) = document.get_mut("components").and_then(Value::as_object_mut) {
        all.insert("headers".to_owned(), Value::Object(components));
    }
}

/// The headers that a response is documented with, to add to them.
pub(super) fn headers_of(response: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    response.entry("headers").or_insert_with(|| json!({})).as_object_mut()
}

fn sent(path: &str, status: &str, versioned: bool, cached: bool, goes_on: bool) -> Vec<String> {
    let (done, found) = (status.starts_with('2'), matches!(status, "200" | "304"));
    let mut names = Vec::new();
    let mut add = |is_sent: bool, name: &str| names.extend(is_sent.then(|| name.to_owned()));
    add((cached && found) || (versioned && done), "ETag");
    add(path.starts_with("/api/") || path.starts_with("/health/") || (cached && found), "Cache-Control");
    // What may go on for a while has an address, also where it is done at once.
    // A sign-up has an address that is told by mail alone.
    add((status == "201" && !path.starts_with("/api/v1/public/")) || (goes_on && done), "Location");
    add(matches!(status, "429" | "503"), "Retry-After");
    if path.starts_with("/api/v1/district/") {
        for (name, ..) in HEADERS.iter().filter(|(name, ..)| name.starts_with("X-RateLimit-")) {
            add(found || status == "403", name);
            add(matches!(status, "400" | "404" | "429" | "500" | "503"), &format!("{name}{PERHAPS}"));
        }
    }
    names
}

/// Whether an operation answers one thing that has a version: itself, or as the part of the answer that was made or changed.
fn has_version(described: &Value, schemas: &Value) -> bool {
    // It shows what a merge would make; there is no version of that yet.
    if described["operationId"] == "volunteers_preview_merge" {
        return false;
    }
    let named = |shape: &Value| {
        let reference = shape["$ref"].as_str().or_else(|| shape["allOf"][0]["$ref"].as_str())?;
        schemas.get(reference.rsplit('/').next()?)
    };
    let body = ["200", "201"].iter().find_map(|status| named(&described["responses"][status]["content"]["application/json"]["schema"]));
    let Some(data) = body.and_then(|body| named(&body["properties"]["data"])) else { return false };
    let is_versioned = |thing: &Value| thing["properties"].get("version").is_some();
    let parts = data["properties"].as_object();
    is_versioned(data) || parts.into_iter().flat_map(Map::values).any(|part| named(part).is_some_and(is_versioned))
}
