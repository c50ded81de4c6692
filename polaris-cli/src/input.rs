//! Files that commands read.

use std::fs::File;
use std::io::{self, Read};

use polaris_core::Error;

/// The largest file read; larger ones are refused by the engine.
const MOST_BYTES: u64 = 16 << 20;

/// What a file holds, or standard input where it is called `-`.
pub(crate) fn read(file: &str) -> Result<Vec<u8>, Error> {
    let bytes = if file == "-" { capped(io::stdin().lock()) } else { File::open(file).and_then(capped) };
    bytes.map_err(|error| Error::bad_request(file, format!("can't be read: {error}")))
}

fn capped(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
