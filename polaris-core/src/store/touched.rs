//! Whether anything may have been written into a database since it was last looked at, told without opening it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::connection::Location;
use super::gate::beside;

/// The times and lengths of a database's file and log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Touched([(u64, i64, i64, u64); 2]);

/// File systems note times in steps: what is written just after looking may bear the same one.
const TOO_FRESH: Duration = Duration::from_secs(2);

/// What the file and its log look like; `None` where that says nothing: for one in memory, one that can't be seen, one just written.
pub(crate) fn touched(location: &Location) -> Option<Touched> {
    let Location::File(path) = location else { return None };
    let file = std::fs::metadata(path).ok()?;
    let log = std::fs::metadata(beside(path, "-wal")).ok();
    let fresh = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.checked_sub(TOO_FRESH)?;
    let settled = |meta: &Metadata| u64::try_from(meta.mtime()).is_ok_and(|seconds| seconds < fresh.as_secs());
    let shown = |meta: &Metadata| (meta.ino(), meta.mtime(), meta.mtime_nsec(), meta.len());
    (settled(&file) && log.as_ref().is_none_or(settled)).then(|| Touched([shown(&file), log.as_ref().map(shown).unwrap_or_default()]))
}
