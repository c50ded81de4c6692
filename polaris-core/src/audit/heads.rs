//! Where logs end, copied from the tenants' files to the registry, so that a tail that was cut off shows.
//!
//! Copied after the commit by the background thread, a few times a second at most, and when a file or the engine is closed: writers never
//! wait for it, and a crash leaves the copy a little behind. It never goes backwards, and forwards only along the chain: before a head is
//! moved, the entry it names must still be in the file. So a log that was written anew can't pass for the old one by growing longer.
//! Heads are compared within one epoch; a restore begins a new one, in the file and in the
//! registry.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::engine::Engine;
use crate::error::{Problem, Result};
use crate::store::error::StoreError;
use crate::store::{Database, Row, Transaction, params};
use crate::tenant::{TenantFile, look_into};
use crate::types::{AuditId, Slug, TenantId};

use super::AuditLog;
use super::log::Verb;

/// Where a log ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// Rises with every restore of the tenant; the operator's own log has none.
    pub epoch: Option<u32>,
    /// The last entry's number.
    pub id: AuditId,
    /// Its hash: 64 hex digits.
    pub hash: String,
}

impl AuditHead {
    /// Reads a head that was kept safe, written `ID:HASH`.
    ///
    /// # Errors
    ///
    /// `BAD_HEAD` for anything else.
    pub fn parse(input: &str) -> Result<Self, Problem> {
        let bad = || Problem::new("BAD_HEAD", "is not a head; write ID:HASH as `audit head` prints it, with a hash of 64 hex digits");
        let (id, hash) = input.trim().split_once(':').ok_or_else(bad)?;
        let id = id.parse().ok().filter(|id| *id > 0).ok_or_else(bad)?;
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(bad());
        }
        Ok(Self { epoch: None, id: AuditId::new(id), hash: hash.to_ascii_lowercase() })
    }
}

impl AuditLog {
    /// Where the log ends now, to be kept safe elsewhere; `None` where it is empty.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::Unavailable`](crate::Error::Unavailable).
    pub fn head(&self) -> Result<Option<AuditHead>> {
        self.read(Verb::Head, |log, _| {
            let epoch = self.tenant_id().map(|_| epoch(log)).transpose()?;
            Ok(last(log)?.map(|(id, hash)| AuditHead { epoch: epoch.and_then(|epoch| epoch.try_into().ok()), id: AuditId::new(id), hash }))
        })
    }
}

/// The end of a tenant's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) epoch: i64,
    pub(crate) id: i64,
    pub(crate) hash: String,
}

impl From<Head> for AuditHead {
    fn from(head: Head) -> Self {
        Self { epoch: u32::try_from(head.epoch).ok(), id: AuditId::new(head.id), hash: head.hash }
    }
}

impl Head {
    /// One row with `epoch`, `entry_id` and `hash`.
    fn read(row: &Row<'_, '_>) -> Result<Self> {
        Ok(Self { epoch: row.get("epoch")?, id: row.get("entry_id")?, hash: row.get("hash")? })
    }

    /// The same of an outer join, where there may be none.
    pub(crate) fn read_joined(row: &Row<'_, '_>) -> Result<Option<Self>> {
        match row.get::<Option<i64>>("epoch")? {
            Some(_) => Self::read(row).map(Some),
            None => Ok(None),
        }
    }
}

/// What the registry noted of a tenant.
pub(crate) fn noted(registry: &Transaction<'_>, tenant: TenantId) -> Result<Option<Head>> {
    registry.first("SELECT epoch, entry_id, hash FROM audit_heads WHERE tenant_uuid = ?1", params![tenant], Head::read)
}

/// The last entry of a log: number and hash.
pub(super) fn last(log: &Transaction<'_>) -> Result<Option<(i64, String)>> {
    log.first("SELECT id, hash FROM audit_entries ORDER BY id DESC LIMIT 1", params![], |row| Ok((row.get("id")?, row.get("hash")?)))
}

/// The epoch that a tenant's file is in.
pub(super) fn epoch(file: &Transaction<'_>) -> Result<i64> {
    let found = file.first("SELECT audit_epoch FROM tenant", params![], |row| row.get("audit_epoch"))?;
    Ok(found.ok_or_else(|| StoreError::BadColumn("audit_epoch".to_owned()))?)
}

/// Where the log of a file in the making ends.
pub(crate) fn of_new(file: &Transaction<'_>) -> Result<Option<Head>> {
    Ok(last(file)?.map(|(id, hash)| Head { epoch: 1, id, hash }))
}

/// Notes where the log of a new tenant ends, in the transaction that makes it one.
pub(crate) fn note_new(registry: &Transaction<'_>, tenant: TenantId, head: &Head, now: DateTime<Utc>) -> Result<()> {
    registry.execute(
        "INSERT INTO audit_heads (tenant_uuid, epoch, entry_id, hash, noted_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![tenant, head.epoch, head.id, head.hash, now],
    )?;
    Ok(())
}

/// A step to be noted: from what the registry has to what the file has.
struct Step {
    tenant: TenantId,
    slug: Slug,
    from: Option<Head>,
    to: Head,
}

/// What one open file knows of its head.
pub(crate) struct OpenHead {
    /// What the registry was last seen to have.
    noted: Mutex<Option<Head>>,
    /// At which count of commits the file was last looked at; none at first, so that what an earlier process left behind is caught up.
    looked_at: AtomicU64,
}

const NEVER: u64 = u64::MAX;

impl OpenHead {
    pub(crate) fn new(noted: Option<Head>) -> Self {
        Self { noted: Mutex::new(noted), looked_at: AtomicU64::new(NEVER) }
    }

    fn noted(&self) -> MutexGuard<'_, Option<Head>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How far the file has moved on from what is noted; `None` where there is nothing to note.
fn step(tenant: TenantId, slug: &Slug, from: Option<Head>, file: &Transaction<'_>) -> Result<Option<Step>> {
    // Another tenant may have the slug by now, and its file the name.
    let sql = "SELECT audit_epoch FROM tenant WHERE uuid = ?1";
    let Some(epoch) = file.first(sql, params![tenant], |row| row.get("audit_epoch"))? else { return Ok(None) };
    let Some((id, hash)) = last(file)? else { return Ok(None) };
    let to = Head { epoch, id, hash };
    if let Some(from) = &from {
        if *from == to {
            return Ok(None);
        }
        let there = file.first("SELECT hash FROM audit_entries WHERE id = ?1", params![from.id], |row| row.get::<String>("hash"))?;
        if from.epoch != to.epoch || there.as_ref() != Some(&from.hash) {
            tracing::error!(tenant = %slug, "the audit log is not the one that was there: `polaris audit verify` tells more");
            return Ok(None);
        }
    }
    Ok(Some(Step { tenant, slug: slug.clone(), from, to }))
}

/// Heads of files that were closed, for the background to note.
#[derive(Default)]
pub(crate) struct ClosedHeads(Mutex<Vec<Step>>);

impl ClosedHeads {
    fn lock(&self) -> MutexGuard<'_, Vec<Step>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the head of a file that is about to be closed, if this process has written to it since the last look.
    pub(crate) fn take(&self, file: &TenantFile) {
        let (commits, looked_at) = (file.database.commits(), file.head.looked_at.load(Ordering::Relaxed));
        // One that is deactivated may be on its way to the trash.
        if commits == 0 || commits == looked_at || !file.database.is_of_this_process() || file.database.is_retired() {
            return;
        }
        let from = file.head.noted().clone();
        match file.database.read(|log| step(file.id, &file.slug, from, log)) {
            Ok(Some(step)) => self.lock().push(step),
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "the end of an audit log was not noted; the next opening does it"),
        }
    }
}

/// Notes the heads of all open files that have moved on, and of those that were closed; in one commit.
pub(crate) fn note_all(engine: &Engine) -> Result<()> {
    let mut steps = std::mem::take(&mut *engine.closed_heads.lock());
    let closed = steps.len();
    let open = Mutex::new(Vec::new());
    engine.tenants.tend(|file| {
        let commits = file.database.commits();
        if file.database.is_retired() {
            return;
        }
        if file.head.looked_at.swap(commits, Ordering::Relaxed) == commits {
            return;
        }
        let from = file.head.noted().clone();
        match file.database.read(|log| step(file.id, &file.slug, from, log)) {
            Ok(Some(step)) => open.lock().unwrap_or_else(PoisonError::into_inner).push(step),
            Ok(None) => {}
            Err(error) => {
                tracing::debug!(%error, "the end of an audit log could not be read; it is tried again");
                file.head.looked_at.store(NEVER, Ordering::Relaxed);
            }
        }
    });
    steps.append(&mut open.into_inner().unwrap_or_else(PoisonError::into_inner));
    if steps.is_empty() {
        return Ok(());
    }
    let now = engine.now();
    // Where another process was first: what it has noted.
    let passed = engine.registry.write(|registry| {
        let mut passed = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            if !advance(registry, step, now)? {
                passed.push((at, noted(registry, step.tenant)?));
            }
        }
        Ok(passed)
    });
    let passed = match passed {
        Ok(passed) => passed,
        Err(error) => {
            forget(engine, &steps);
            steps.truncate(closed);
            engine.closed_heads.lock().append(&mut steps);
            return Err(error);
        }
    };
    let of = |at: usize| passed.iter().find(|(other, _)| *other == at).map(|(_, noted)| noted);
    engine.tenants.tend(|file| {
        let Some(at) = (closed..steps.len()).find(|at| steps[*at].tenant == file.id) else { return };
        match of(at) {
            None => *file.head.noted() = Some(steps[at].to.clone()),
            Some(noted) => {
                file.head.noted().clone_from(noted);
                file.head.looked_at.store(NEVER, Ordering::Relaxed);
            }
        }
    });
    for (at, noted) in passed.iter().filter(|(at, _)| *at < closed) {
        catch_up(engine, &steps[*at], noted.clone(), now)?;
    }
    Ok(())
}

/// Looks at these again next time.
fn forget(engine: &Engine, steps: &[Step]) {
    engine.tenants.tend(|file| {
        if steps.iter().any(|step| step.tenant == file.id) {
            file.head.looked_at.store(NEVER, Ordering::Relaxed);
        }
    });
}

/// Moves the registry's copy on, if it still is what was seen.
fn advance(registry: &Transaction<'_>, Step { tenant, from, to, .. }: &Step, now: DateTime<Utc>) -> Result<bool> {
    let moved = match from {
        None => registry.execute(
            "INSERT INTO audit_heads (tenant_uuid, epoch, entry_id, hash, noted_at)
             SELECT uuid, ?2, ?3, ?4, ?5 FROM tenants WHERE uuid = ?1
             ON CONFLICT (tenant_uuid) DO NOTHING",
            params![tenant, to.epoch, to.id, to.hash, now],
        )?,
        Some(from) => registry.execute(
            "UPDATE audit_heads SET entry_id = ?2, hash = ?3, noted_at = ?4
             WHERE tenant_uuid = ?1 AND epoch = ?5 AND entry_id = ?6 AND hash = ?7 AND entry_id < ?2",
            params![tenant, to.id, to.hash, now, from.epoch, from.id, from.hash],
        )?,
    };
    Ok(moved > 0)
}

/// Another process has noted something of a file that is closed here: the file tells which is further on.
fn catch_up(engine: &Engine, old: &Step, noted: Option<Head>, now: DateTime<Utc>) -> Result<()> {
    let Some(noted) = noted.filter(|noted| noted.epoch == old.to.epoch && noted.id < old.to.id) else { return Ok(()) };
    // The file of one that is deactivated is let be: it may be on its way to the trash.
    let sql = "SELECT 1 AS one FROM tenants WHERE uuid = ?1 AND slug = ?2 AND state = 'active'";
    let active = engine.registry.read(|registry| registry.first(sql, params![old.tenant, old.slug], |row| row.get::<i64>("one")))?;
    if active.is_none() {
        return Ok(());
    }
    let location = engine.location(old.tenant, &old.slug)?;
    let step = look_into(location, old.tenant, &old.slug, engine.options(), |log, _| step(old.tenant, &old.slug, Some(noted), log))?;
    if let Some(step) = step {
        engine.registry.write(|registry| advance(registry, &step, now))?;
    }
    Ok(())
}

/// Whether this engine's process may still note anything: a forked child may not, nor touch a lock.
pub(crate) fn may_note(registry: &Database) -> bool {
    registry.is_of_this_process()
}
