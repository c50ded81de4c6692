//! A new event from a JSON document. Every error names the field it is about.

use std::fs::File;
use std::io::{self, Read};

use polaris_core::{Error, NewEvent, Result, json};

/// The largest document read.
const MOST_BYTES: u64 = 1 << 20;

/// Reads a file, or standard input for `-`.
pub(super) fn read(file: &str) -> Result<NewEvent> {
    let bytes = if file == "-" { capped(io::stdin().lock()) } else { File::open(file).and_then(capped) };
    let bytes = bytes.map_err(|error| Error::bad_request("from", format!("{file} can't be read: {error}")))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Error::bad_request("from", "the document is larger than 1 MiB"));
    }
    json::read(&bytes).map_err(|error| match error {
        // What the engine calls the body is here what the flag names.
        Error::BadRequest { field, message } if field == "body" => Error::bad_request("from", format!("the document {message}")),
        other => other,
    })
}

fn capped(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
