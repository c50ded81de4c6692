//! Takes out of an answer what differs from run to run, and says what stood there.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::{Value, json};

use crate::support::Home;

/// What is looked for, in this order, and what stands there then. Times of the years from 2090 on are those of the tests themselves.
const REPLACED: [(&str, &str); 17] = [
    (r"\b(pl[a-z]{2}_)[A-Za-z0-9_-]{4}…", "$1[hint]…"),
    (r"\b(pl[a-z]{2}_)[A-Za-z0-9_-]{20,}", "$1[secret]"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "[uuid]"),
    (r"\b[0-9a-f]{64}\b", "[hash]"),
    (r"\b[0-9a-f]{32}\b", "[id]"),
    (r"\b20[0-8]\d{5}T\d{6,12}Z(-\d+)?", "[moment]"),
    (r"\b20[0-8]\d-\d\d-\d\d", "YYYY-MM-DD"),
    (r"YYYY-MM-DD([T ])\d\d:\d\d", "YYYY-MM-DD${1}hh:mm"),
    (r"hh:mm:\d\d(\.\d+)?", "hh:mm:ss"),
    (r"\b\d+(\.\d)? [KM]iB", "[size]"),
    (r"\b\d+ bytes\b", "[size] bytes"),
    (r"\bhad \d+ when", "had [size] when"),
    (r"^wrote \d+ pages", "wrote [all] pages"),
    (r"\bin \d+ days\b", "in [n] days"),
    (r"\bschema \d+", "schema [version]"),
    (r"\bSQLite \d+\.\d+\.\d+", "SQLite [version]"),
    (r"^polaris \d+\.\d+\.\d+", "polaris [version]"),
];

/// An answer, and the places and people in it.
pub(crate) fn text(answer: &str, home: &Home) -> String {
    static PATTERNS: OnceLock<Vec<(Regex, &str)>> = OnceLock::new();
    let patterns = PATTERNS.get_or_init(|| REPLACED.iter().map(|(pattern, name)| (Regex::new(pattern).unwrap(), *name)).collect());
    let here = answer.replace(home.path().to_str().unwrap(), "[here]");
    let scrubbed = patterns.iter().fold(here, |text, (pattern, name)| pattern.replace_all(&text, *name).into_owned());
    you().replace_all(&scrubbed, "[you]").into_owned()
}

/// The operating system's user, who is the actor of everything the command line does.
fn you() -> &'static Regex {
    static YOU: OnceLock<Regex> = OnceLock::new();
    YOU.get_or_init(|| {
        let name = std::process::Command::new("id").arg("-un").output().unwrap().stdout;
        let name = regex::escape(String::from_utf8(name).unwrap().trim());
        Regex::new(&format!(r"\b{name}\b")).unwrap()
    })
}

/// A document without sizes, versions of schemas and what SQLite was built with.
pub(crate) fn json(document: Value) -> Value {
    match document {
        Value::Array(items) => items.into_iter().map(json).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let value = match name.as_str() {
                    "sqlite_version" => json!("[version]"),
                    "sqlite_options" => json!(["[options]"]),
                    "schema_version" | "from_schema" => json!("[version]"),
                    "days" => json!("[n]"),
                    "from" | "to" if value.is_number() => json!("[version]"),
                    "duration_ms" => json!("[duration]"),
                    "pages" if value.is_array() => json!([value[0], "[the others]"]),
                    size if size.ends_with("bytes") => json!("[size]"),
                    _ => json(value),
                };
                (name, value)
            })
            .collect(),
        other => other,
    }
}
