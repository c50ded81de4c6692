//! The API keys of the demo's tenants, in a file that only its owner can read. The engine keeps hashes alone.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

const NAME: &str = "demo-keys.json";

/// Keys by the tenant's slug.
pub(super) type Keys = BTreeMap<String, String>;

/// Writes them under a name of their own first: the file is there whole or not at all.
pub(super) fn write(directory: &Path, keys: &Keys) -> io::Result<()> {
    let unfinished = directory.join(format!("{NAME}.unfinished"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    serde_json::to_writer_pretty(&mut file, keys)?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(unfinished, directory.join(NAME))
}

/// The keys, or why they can't be had.
pub(super) fn read(directory: &Path) -> Result<Keys, String> {
    let text = fs::read(directory.join(NAME)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("it has no {NAME}"),
        _ => format!("{NAME} can't be read: {error}"),
    })?;
    serde_json::from_slice(&text).map_err(|_| format!("{NAME} holds something else"))
}
