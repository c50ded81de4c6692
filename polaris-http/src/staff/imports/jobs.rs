//! Imports that go on beside the request that began them.
//!
//! They are kept in memory, and what they found for an hour after their end: it holds what stands in people's files, which the database keeps
//! nothing of. Where the server ends in between, an import that was done is found in the tenant's log, with its counts; any other was not
//! done, and can be sent again.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use polaris_core::types::TenantId;
use polaris_core::{Error, FinishedImport, ImportMapping, ImportProgress, Result, TenantHandle, Unavailable, VolunteerImport};
use tokio::sync::watch;

use crate::blocking::{Blocking, Whose};

/// Rows up to which the answer is waited for.
pub(super) const ROWS_WAITED_FOR: u32 = 5_000;
/// Imports of one tenant at once: each waits for the one before to be committed.
const AT_ONCE: usize = 2;
/// How long it is waited for that one that was broken off ends.
const CANCEL_WAITED_FOR: Duration = Duration::from_secs(5);
/// How long and how many rows of finished imports are kept.
const KEPT_FOR: Duration = Duration::from_secs(60 * 60);
const ROWS_KEPT: u32 = 1_000_000;

/// All imports under way, and those that ended lately.
#[derive(Clone, Default)]
pub(crate) struct Imports(Arc<Mutex<Vec<Arc<Job>>>>);

/// One import.
pub(super) struct Job {
    pub(super) reference: String,
    pub(super) dry_run: bool,
    tenant: TenantId,
    cancelled: AtomicBool,
    seen: watch::Sender<Seen>,
    end: OnceLock<(Instant, Result<FinishedImport>)>,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// Once the file was read.
    pub(super) progress: Option<ImportProgress>,
    pub(super) ended: bool,
}

/// What is to be imported.
pub(super) struct Order {
    pub(super) file: Vec<u8>,
    pub(super) sheet: Option<String>,
    pub(super) mapping: Option<ImportMapping>,
    pub(super) dry_run: bool,
}

impl Imports {
    fn list(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Job>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an import, which goes on whether or not anybody waits for it.
    pub(super) fn begin(&self, blocking: &Blocking, tenant: TenantHandle, order: Order) -> Result<Arc<Job>> {
        let job = Arc::new(Job {
            reference: tenant.volunteers().new_import_reference(),
            dry_run: order.dry_run,
            tenant: tenant.id(),
            cancelled: AtomicBool::new(false),
            seen: watch::Sender::new(Seen::default()),
            end: OnceLock::new(),
        });
        {
            let mut list = self.list();
            forget_old(&mut list);
            if list.iter().filter(|other| other.tenant == job.tenant && other.end.get().is_none()).count() >= AT_ONCE {
                return Err(Error::Unavailable(Unavailable::Overloaded));
            }
            list.push(Arc::clone(&job));
        }
        let (running, blocking) = (Arc::clone(&job), blocking.clone());
        tokio::spawn(async move {
            let slug = tenant.slug().to_string();
            let working = Arc::clone(&running);
            // A panic inside it is caught by the task; nobody should wait for ever for what it would have told.
            let ending = Ending(Arc::clone(&running));
            let done = blocking.run(Whose::Tenant(&slug), move || working.work(&tenant, &order)).await;
            ending.with(done);
        });
        Ok(job)
    }

    /// An import of this tenant.
    pub(super) fn find(&self, tenant: TenantId, reference: &str) -> Option<Arc<Job>> {
        let mut list = self.list();
        forget_old(&mut list);
        list.iter().find(|job| job.tenant == tenant && job.reference == reference).cloned()
    }
}

/// Forgets what ended long ago, and of the rest the oldest while there is too much of it.
fn forget_old(list: &mut Vec<Arc<Job>>) {
    list.retain(|job| job.end.get().is_none_or(|(when, _)| when.elapsed() < KEPT_FOR));
    let rows = |job: &Arc<Job>| match job.end.get() {
        Some((_, Ok(done))) => done.report.total_rows,
        _ => 0,
    };
    let mut kept: u32 = list.iter().map(rows).fold(0, u32::saturating_add);
    while kept > ROWS_KEPT
        && let Some(oldest) = list.iter().position(|job| rows(job) > 0)
    {
        kept -= rows(&list.remove(oldest));
    }
}

/// Ends a job, also where nothing came of it.
struct Ending(Arc<Job>);

impl Ending {
    fn with(self, done: Result<FinishedImport>) {
        self.0.finish(done);
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.finish(Err(Error::Internal));
    }
}

impl Job {
    fn finish(&self, done: Result<FinishedImport>) {
        // The first end is the end.
        if self.end.set((Instant::now(), done)).is_ok() {
            self.seen.send_modify(|seen| seen.ended = true);
        }
    }

    fn work(&self, tenant: &TenantHandle, order: &Order) -> Result<FinishedImport> {
        let import = VolunteerImport {
            file: &order.file,
            sheet: order.sheet.as_deref(),
            mapping: order.mapping.as_ref(),
            dry_run: order.dry_run,
            reference: (!order.dry_run).then_some(&self.reference),
        };
        tenant.volunteers().import_with(&import, &mut |progress| {
            self.seen.send_modify(|seen| seen.progress = Some(progress));
            if self.cancelled.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    }

    /// How far it is now.
    pub(super) fn seen(&self) -> Seen {
        *self.seen.borrow()
    }

    /// What came of it, once it has ended.
    pub(super) fn end(&self) -> Option<&Result<FinishedImport>> {
        self.end.get().map(|(_, done)| done)
    }

    /// Waits until it has ended, or is known to be a large one.
    pub(super) async fn settled(&self) {
        let mut seen = self.seen.subscribe();
        let large = |seen: &Seen| seen.progress.is_some_and(|progress| progress.total > ROWS_WAITED_FOR);
        // It ends with an error only when there is no sender any more, and that is in this job.
        let _ = seen.wait_for(|seen| seen.ended || large(seen)).await;
    }

    /// Breaks it off, and waits until it has ended: by then it may have been done. One that waits for others' changes ends when it has its
    /// turn, which is not waited for.
    pub(super) async fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        let mut seen = self.seen.subscribe();
        let _ = tokio::time::timeout(CANCEL_WAITED_FOR, seen.wait_for(|seen| seen.ended)).await;
    }
}
