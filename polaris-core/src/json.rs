//! Reading JSON from outside, strictly: unknown and repeated fields are refused, and every error names its field.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

use crate::error::{Error, Result};
use crate::types::Patch;

/// Reads one JSON document as a draft.
///
/// ```
/// use polaris_core::{NewEvent, json};
///
/// let error = json::read::<NewEvent>(br#"{"titel": "Career Day"}"#).unwrap_err();
/// assert_eq!(error.code(), "BAD_REQUEST");
/// assert!(error.to_string().starts_with("titel: "));
/// ```
///
/// # Errors
///
/// [`Error::BadRequest`] naming the field, or `body` where the document as a whole can't be read.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::bad_request("body", format!("is not UTF-8 text: a bad byte stands in line {line}"))
    })?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    // serde would also take a list, field by field in an order nobody knows.
    match text.trim_start().chars().next() {
        Some('{') => {}
        None => return Err(Error::bad_request("body", "is empty: send a JSON object")),
        Some('[') => return Err(Error::bad_request("body", "must be a JSON object, not a list")),
        Some(_) => return Err(Error::bad_request("body", "must be a JSON object")),
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, error.inner())
    })?;
    deserializer.end().map_err(|error| explain(".", &error))?;
    Ok(value)
}

/// A field may be called by nothing at all; an answer that names it has to show something.
fn visible(name: String) -> String {
    if name.is_empty() { "\"\"".to_owned() } else { name }
}

/// serde's messages, with the field in front. They name types and places, and of the values no more than their kind.
fn explain(path: &str, error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let place = format!("line {}, column {}", error.line(), error.column());
    let named = |start: &str| text.strip_prefix(start).and_then(|rest| rest.split('`').next()).map(plain).map(visible);
    if let Some(field) = named("duplicate field `") {
        return Error::bad_request(field, format!("is given twice ({place})"));
    }
    if let Some(field) = named("unknown field `") {
        let known = text.split_once("expected one of ").or_else(|| text.split_once(", expected "));
        let known = known.map(|(_, known)| known.split(" at line ").next().unwrap_or(known).replace('`', ""));
        let known = known.map(|known| format!("; there are {known}")).unwrap_or_default();
        return Error::bad_request(field, format!("is not a field of this{known} ({place})"));
    }
    if !error.is_data() {
        return Error::bad_request("body", format!("is not valid JSON ({place})"));
    }
    let field = if path == "." { "body" } else { path };
    Error::bad_request(field, format!("{} ({place})", expected(&text)))
}

/// An object with free names, in which none stands twice; a plain map would quietly keep the last.
pub(crate) fn map_without_repeats<'de, D, V>(deserializer: D) -> std::result::Result<BTreeMap<String, V>, D::Error>
where
    D: Deserializer<'de>,
    V: Deserialize<'de>,
{
    struct Names<V>(PhantomData<V>);

    impl<'de, V: Deserialize<'de>> Visitor<'de> for Names<V> {
        type Value = BTreeMap<String, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some((name, value)) = entries.next_entry::<String, V>()? {
                if map.insert(name.clone(), value).is_some() {
                    return Err(de::Error::custom(format!("duplicate field `{name}`")));
                }
            }
            Ok(map)
        }
    }
    deserializer.deserialize_map(Names(PhantomData))
}

/// As [`map_without_repeats`], where null clears.
pub(crate) fn patched_map_without_repeats<'de, D, V>(deserializer: D) -> std::result::Result<Patch<BTreeMap<String, V>>, D::Error>
where
    D: Deserializer<'de>,
    V: Deserialize<'de>,
{
    struct Names<V>(BTreeMap<String, V>);

    impl<'de, V: Deserialize<'de>> Deserialize<'de> for Names<V> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
            map_without_repeats(deserializer).map(Names)
        }
    }
    Ok(Option::<Names<V>>::deserialize(deserializer)?.map(|Names(map)| map).into())
}

/// A name from outside, fit to be shown.
fn plain(name: &str) -> String {
    name.chars().take(60).flat_map(char::escape_debug).collect()
}

/// "invalid type: string "x", expected i64 at line …" → "must be a whole number". The value itself is left out.
fn expected(text: &str) -> String {
    let wish = text.rsplit_once("expected ").map_or("something else", |(_, wish)| wish);
    let wish = wish.split(" at line ").next().unwrap_or(wish);
    let plain = match wish {
        "i64" | "u64" | "u32" | "i32" => "a whole number",
        "a string" | "a borrowed string" | "string" => "text",
        "a sequence" => "a list",
        "a map" => "an object",
        "a boolean" => "true or false",
        other if other.starts_with("struct ") => "an object",
        other => other,
    };
    format!("must be {plain}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::NewEvent;

    fn refusal(text: &[u8]) -> String {
        match super::read::<NewEvent>(text) {
            Ok(_) => panic!("should be refused"),
            Err(error) => format!("{} {error}", error.code()),
        }
    }

    #[test]
    fn a_flag_given_twice_is_refused_by_name() {
        let error = super::read::<crate::NewTenant>(br#"{"features": {"events": true, "events": false}}"#).unwrap_err();
        assert_eq!(error.to_string(), "events: is given twice (line 1, column 46)");
    }

    #[test]
    fn every_refusal_names_the_field_and_the_place() {
        for (text, expected) in [
            (&b"{\"title\": 5}"[..], "BAD_REQUEST title: must be text (line 1, column 11)"),
            (b"{\"title\": \"a\", \"title\": \"b\"}", "BAD_REQUEST title: is given twice (line 1, column 22)"),
            (
                b"{\"colour\": 1}",
                "BAD_REQUEST colour: is not a field of this; there are title, starts_at, ends_at, time_zone, location, description, event_type, format, \
                 school, volunteers_needed, wanted_skills, registration_deadline, additional_info (line 1, column 9)",
            ),
            (b"{\"volunteers_needed\": \"many\"}", "BAD_REQUEST volunteers_needed: must be a whole number (line 1, column 28)"),
            (b"{\"wanted_skills\": [1]}", "BAD_REQUEST wanted_skills[0]: must be text (line 1, column 20)"),
            (
                b"{\"\": 1}",
                "BAD_REQUEST \"\": is not a field of this; there are title, starts_at, ends_at, time_zone, location, description, event_type, format, \
                 school, volunteers_needed, wanted_skills, registration_deadline, additional_info (line 1, column 3)",
            ),
            (b"[\"Title\"]", "BAD_REQUEST body: must be a JSON object, not a list"),
            (b"7", "BAD_REQUEST body: must be a JSON object"),
            (
                b"{\"\\u001b[31m\": 1}",
                "BAD_REQUEST \\u{1b}[31m: is not a field of this; there are title, starts_at, ends_at, time_zone, location, \
                 description, event_type, format, school, volunteers_needed, wanted_skills, registration_deadline, additional_info \
                 (line 1, column 13)",
            ),
            (b"{\"title\": \"a\"", "BAD_REQUEST body: is not valid JSON (line 1, column 13)"),
            (b"{} {}", "BAD_REQUEST body: is not valid JSON (line 1, column 4)"),
            (b"{\"title\": \"a\0b\"}", "BAD_REQUEST body: is not valid JSON (line 1, column 13)"),
            (b"{\"title\": \"\xff\"}", "BAD_REQUEST body: is not UTF-8 text: a bad byte stands in line 1"),
            (b" ", "BAD_REQUEST body: is empty: send a JSON object"),
        ] {
            assert_eq!(refusal(text), expected);
        }
    }
}
