//! Files that are read for a call.

use std::fs::File;
use std::io::{Error, Read};
use std::path::Path;

use pyo3::prelude::*;

use crate::errors::bad;

/// The largest file that is read; the core refuses larger ones.
const MOST_BYTES: u64 = 16 << 20;

/// What a file holds; `place` is the argument that it is told of.
pub(crate) fn read(py: Python<'_>, place: &str, path: &Path) -> PyResult<Vec<u8>> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    py.detach(read).map_err(|failure: Error| bad(py, place, format!("{} can't be read: {failure}", path.display())))
}
