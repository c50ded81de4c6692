//! A new event from a JSON document. Every error names the field it is about.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};

use polaris_core::{Error, NewEvent, Result};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::plain::plain;

/// The largest document read.
const MOST_BYTES: u64 = 1 << 20;

/// Reads a file, or standard input for `-`.
pub(super) fn read(file: &str) -> Result<NewEvent> {
    let bytes = if file == "-" { capped(io::stdin().lock()) } else { File::open(file).and_then(capped) };
    let bytes = bytes.map_err(|error| refuse(format!("{file} can't be read: {error}")))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(refuse("the document is larger than 1 MiB".to_owned()));
    }
    parse(&bytes)
}

fn capped(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn refuse(message: String) -> Error {
    Error::bad_request("from", message)
}

fn parse(bytes: &[u8]) -> Result<NewEvent> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        refuse(format!("the document is not UTF-8 text: a bad byte stands in line {line}"))
    })?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let Fields { fields, twice } = serde_json::from_str(text).map_err(|error| {
        refuse(if error.is_data() {
            format!("the document must be one JSON object: {error}")
        } else {
            format!("the document is not JSON: {error}")
        })
    })?;
    if let Some(name) = twice {
        return Err(Error::bad_request(plain(&name), "is given more than once"));
    }
    // Each field on its own first: only so does an error of a wrong type tell which field it is about.
    for (name, value) in &fields {
        let alone = Value::Object(Map::from_iter([(name.clone(), value.clone())]));
        NewEvent::deserialize(alone).map_err(|error| Error::bad_request(plain(name), explain(&error.to_string())))?;
    }
    NewEvent::deserialize(Value::Object(fields)).map_err(|error| refuse(error.to_string()))
}

/// The reader says "unknown field `x`, expected one of …"; the field's name is told already.
fn explain(message: &str) -> String {
    match message.split_once(", expected one of ") {
        Some((start, known)) if start.starts_with("unknown field") => format!("is not a field of an event; there are {known}"),
        _ => message.to_owned(),
    }
}

/// An object in which no name stands twice; a plain map would quietly keep the last.
struct Fields {
    fields: Map<String, Value>,
    twice: Option<String>,
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Fields, A::Error> {
                let (mut fields, mut twice) = (Map::new(), None);
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if fields.insert(name.clone(), value).is_some() {
                        twice.get_or_insert(name);
                    }
                }
                Ok(Fields { fields, twice })
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn problem(bytes: &[u8]) -> String {
        parse(bytes).unwrap_err().to_string()
    }

    #[test]
    fn every_error_names_its_field() {
        assert!(problem(br#"{"title": 5}"#).starts_with("title: invalid type: integer `5`, expected a string"));
        assert!(problem(br#"{"volunteers_needed": "9"}"#).starts_with("volunteers_needed: "));
        assert!(problem(br#"{"volunteers_needed": 1.5}"#).starts_with("volunteers_needed: "));
        assert!(problem(br#"{"wanted_skills": "Spanish"}"#).starts_with("wanted_skills: "));
        assert!(problem(br#"{"colour": 1}"#).starts_with("colour: is not a field of an event; there are `title`"));
        assert_eq!(problem(br#"{"title": "a", "title": "b"}"#), "title: is given more than once");
        assert!(problem(b"{\"\\u001b[31m\": 1}").starts_with("\\u{1b}[31m: "));
    }

    #[test]
    fn what_is_no_object_is_told_as_such() {
        for bad in [&b""[..], b"{", b"{\"title\": \"a\0b\"}", b"{} {}", b"{'a': 1}"] {
            assert!(problem(bad).starts_with("from: the document is not JSON: "), "{}", problem(bad));
        }
        for bad in [&b"[]"[..], b"7", b"null"] {
            assert!(problem(bad).starts_with("from: the document must be one JSON object: "), "{}", problem(bad));
        }
        assert_eq!(problem(b"{\n\"title\": \"\xff\"}"), "from: the document is not UTF-8 text: a bad byte stands in line 2");
        assert!(problem("[".repeat(100_000).as_bytes()).starts_with("from: "));
    }
}
