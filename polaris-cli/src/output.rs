//! Files that commands write into.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use polaris_core::Error;

use crate::failure::Failure;

/// A new file, readable by its owner alone: what was there is never overwritten.
pub(crate) fn create(path: &Path) -> Result<File, Failure> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::bad_request("output", "is there already: choose another name").into(),
        _ => Error::bad_request("output", format!("can't be written: {error}")).into(),
    })
}
