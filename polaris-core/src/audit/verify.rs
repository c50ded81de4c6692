//! X3: the chain followed from the first entry to the last, and its end compared with what was noted elsewhere.
//!
//! A log may be long, so it is read in pieces, each in a read transaction of its own: nothing is ever changed in it, so what came before
//! stays as it was read. Entries that are written meanwhile are left for the next time.

use super::AuditLog;
use super::chain::{BEGINNING, Link, is_genuine};
use super::heads::{self, AuditHead, Head};
use super::log::Verb;
use crate::error::Result;
use crate::store::{Database, Row, Transaction, params};
use crate::types::AuditId;
use crate::types::words::words;

/// Entries read at a time: some milliseconds.
const PIECE: i64 = 1_000;

/// What came of following a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerification {
    /// Entries that were read.
    pub entries: u64,
    /// The first thing that is not as it was written; `None` when all is well.
    pub first_break: Option<Break>,
    /// Where the log ends; `None` where it is empty.
    pub head: Option<AuditHead>,
    /// Where the registry last saw it end; `None` for the operator's own log, which has no copy, and for one that was never noted.
    pub noted: Option<AuditHead>,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// The entry at which it shows.
    pub id: AuditId,
    /// What it is.
    pub kind: BreakKind,
}

words! {
    /// What is wrong with a log.
    BreakKind, "kind of break", exact {
        /// A field of this entry was changed.
        Edited = "edited",
        /// Before this entry others were deleted, put in or moved.
        OutOfOrder = "out_of_order",
        /// The log ends before this entry, which was seen in it.
        CutOff = "cut_off",
        /// This entry is another than was seen here: the log was written anew.
        Rewritten = "rewritten",
        /// The file is older than its last restore: an old one was put back. The entry is the last that was seen.
        OldFile = "old_file",
        /// The file tells of a restore that the registry knows nothing of. The entry is the last that was seen.
        UnknownRestore = "unknown_restore",
    }
}

impl BreakKind {
    /// What was found, for a person, to be put behind the entry's number.
    #[must_use]
    pub fn explained(self) -> &'static str {
        match self {
            Self::Edited => "was changed after it was written",
            Self::OutOfOrder => "does not follow the one before it: entries were deleted, put in or moved",
            Self::CutOff => "is missing though it was there: the end of the log was cut off",
            Self::Rewritten => "is another than the one that was there: the log was written anew",
            Self::OldFile => "was noted after a restore that this file has not seen: an older file was put in its place",
            Self::UnknownRestore => "was noted before a restore that nobody noted: the file was exchanged or changed",
        }
    }
}

impl AuditLog {
    /// Follows the chain to its end and compares that with what the registry noted, and with a head that was kept safe.
    ///
    /// It finds an edited, deleted, moved or inserted entry, a log that was cut off or written anew, and an old file that was put back;
    /// except for what was cut off within the last seconds, before it was noted.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::Unavailable`](crate::Error::Unavailable). What is wrong with the log is no
    /// error.
    pub fn verify(&self, kept: Option<&AuditHead>) -> Result<AuditVerification> {
        self.verify_with(kept, &mut |_, _| {})
    }

    /// As [`Self::verify`], telling how many entries are read, of how many.
    ///
    /// # Errors
    ///
    /// As [`Self::verify`].
    pub fn verify_with(&self, kept: Option<&AuditHead>, progress: &mut dyn FnMut(u64, u64)) -> Result<AuditVerification> {
        // First, so that what is noted is in the log when that is read. Who may not verify learns nothing by it.
        self.read(Verb::Verify, |_, _| Ok(()))?;
        let noted = match self.tenant_id() {
            Some(tenant) => self.look_into_registry(|registry| heads::noted(registry, tenant))?,
            None => None,
        };
        follow(&LogReads(self), self.tenant_id().is_some(), noted, kept, progress)
    }
}

/// Follows the chain of a tenant's file, whoever asks, and compares it with what the registry noted.
pub(crate) fn verify_file(database: &Database, is_tenant: bool, noted: Option<Head>) -> Result<AuditVerification> {
    follow(database, is_tenant, noted, None, &mut |_, _| {})
}

/// The first thing in the chain of a file that is not as it was written, all within one transaction: for a file that nobody else has.
pub(crate) fn first_break(file: &Transaction<'_>) -> Result<Option<Break>> {
    Ok(follow(&OneRead(file), false, None, None, &mut |_, _| {})?.first_break)
}

/// Where a log is read, a piece at a time.
trait Reads {
    fn read_piece<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T>;
}

impl Reads for Database {
    fn read_piece<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.read(work)
    }
}

struct OneRead<'t>(&'t Transaction<'t>);

impl Reads for OneRead<'_> {
    fn read_piece<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        work(self.0)
    }
}

struct LogReads<'l>(&'l AuditLog);

impl Reads for LogReads<'_> {
    fn read_piece<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.0.read(Verb::Verify, |log, _| work(log))
    }
}

/// A head to be found on the way.
struct Expected {
    id: i64,
    hash: String,
    found: bool,
}

fn follow(
    log: &impl Reads,
    is_tenant: bool,
    noted: Option<Head>,
    kept: Option<&AuditHead>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<AuditVerification> {
    let (epoch, head) = log.read_piece(|log| {
        let epoch = if is_tenant { Some(heads::epoch(log)?) } else { None };
        Ok((epoch, heads::last(log)?))
    })?;
    let mut expected = Vec::new();
    let mut first_break = None;
    if let Some(noted) = &noted {
        match epoch.unwrap_or_default().cmp(&noted.epoch) {
            std::cmp::Ordering::Equal => expected.push(Expected { id: noted.id, hash: noted.hash.clone(), found: false }),
            std::cmp::Ordering::Less => first_break = Some(Break { id: AuditId::new(noted.id), kind: BreakKind::OldFile }),
            std::cmp::Ordering::Greater => first_break = Some(Break { id: AuditId::new(noted.id), kind: BreakKind::UnknownRestore }),
        }
    }
    expected.extend(kept.map(|kept| Expected { id: kept.id.get(), hash: kept.hash.clone(), found: false }));
    let last = head.as_ref().map_or(0, |(id, _)| *id);
    let mut walk = Walk { previous: BEGINNING.to_owned(), after: 0, entries: 0, expected };
    while walk.after < last {
        if let Some(found) = log.read_piece(|log| walk.piece(log, last))? {
            first_break = Some(found);
            break;
        }
        progress(walk.entries, last.unsigned_abs());
    }
    let entries = walk.entries;
    let first_break = first_break.or_else(|| walk.expected.iter().find_map(|expected| expected.missing(last)));
    let epoch_shown = epoch.and_then(|epoch| u32::try_from(epoch).ok());
    Ok(AuditVerification {
        entries,
        first_break,
        head: head.map(|(id, hash)| AuditHead { epoch: epoch_shown, id: AuditId::new(id), hash }),
        noted: noted.map(AuditHead::from),
    })
}

impl Expected {
    /// What it means that this head was not found in a log that ends at `last`.
    fn missing(&self, last: i64) -> Option<Break> {
        let kind = if self.id > last { BreakKind::CutOff } else { BreakKind::Rewritten };
        (!self.found).then_some(Break { id: AuditId::new(self.id), kind })
    }
}

/// Where following stands.
struct Walk {
    previous: String,
    after: i64,
    entries: u64,
    expected: Vec<Expected>,
}

/// One entry with all that its hash and its digest cover.
struct Read {
    id: i64,
    link: Link,
    previous: String,
    hash: String,
    genuine: bool,
}

impl Read {
    fn from(row: &Row<'_, '_>, id: i64) -> Result<Self> {
        let link = Link::read(row)?;
        let (previous, hash) = (row.get("previous_hash")?, row.get("hash")?);
        let (name, address): (Option<String>, Option<String>) = (row.get("actor_name")?, row.get("address")?);
        let salt: Option<String> = row.get("personal_salt")?;
        let genuine = is_genuine(&link, salt.as_deref(), name.as_deref(), address.as_deref());
        Ok(Self { id, link, previous, hash, genuine })
    }
}

const ENTRIES: &str = "
    SELECT id, occurred_at, actor_kind, actor_id, actor_role, personal_digest, action, resource_kind, resource_id,
           request_id, outcome, details, previous_hash, hash, actor_name, address, personal_salt
    FROM audit_entries WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3";

impl Walk {
    /// Follows the next entries; gives the first that breaks the chain.
    fn piece(&mut self, log: &Transaction<'_>, last: i64) -> Result<Option<Break>> {
        let entries = log.all(ENTRIES, params![self.after, last, PIECE], |row| {
            let id: i64 = row.get("id")?;
            // What was never written so can't be read.
            Ok(Read::from(row, id).map_err(|_| id))
        })?;
        if entries.is_empty() {
            // The last one was there a moment ago.
            return Ok(Some(Break { id: AuditId::new(last), kind: BreakKind::CutOff }));
        }
        for entry in entries {
            let Read { id, link, previous, hash, genuine } = match entry {
                Ok(entry) => entry,
                Err(id) => return Ok(Some(Break { id: AuditId::new(id), kind: BreakKind::Edited })),
            };
            let kind = if previous != self.previous {
                BreakKind::OutOfOrder
            } else if !genuine || link.hash(&previous) != hash {
                BreakKind::Edited
            } else {
                self.entries += 1;
                for expected in self.expected.iter_mut().filter(|expected| expected.id == id) {
                    expected.found = expected.hash == hash;
                }
                (self.previous, self.after) = (hash, id);
                continue;
            };
            return Ok(Some(Break { id: AuditId::new(id), kind }));
        }
        Ok(None)
    }
}
