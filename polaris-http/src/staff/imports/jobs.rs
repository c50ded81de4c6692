//! Imports that go on beside the request that began them.
//!
//! They are kept in memory, and what they found for an hour after their end: it holds what stands in people's files, which the database keeps
//! nothing of. How much that is, is bounded for each tenant and for all; whoever has more loses their own oldest ones, never another's. Where the server ends in between, an import that was done is found in the tenant's log, with its counts; any other was not
//! done, and can be sent again.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use polaris_core::types::TenantId;
use polaris_core::{
    Error, FinishedImport, ImportMapping, ImportProgress, ReportLimits, Result, TenantHandle, Unavailable, VolunteerImport,
};
use tokio::sync::watch;

use crate::blocking::{Blocking, Whose};

/// Rows up to which the answer is waited for.
pub(super) const ROWS_WAITED_FOR: u32 = 5_000;
/// Imports of one tenant at once: each waits for the one before to be committed.
const AT_ONCE: usize = 2;
/// How long it is waited for that one that was broken off ends.
const CANCEL_WAITED_FOR: Duration = Duration::from_secs(5);
/// How long finished imports are kept.
const KEPT_FOR: Duration = Duration::from_secs(60 * 60);
/// What is kept of each: a file of cells that are all bad would make a report a hundred times its size.
const LIMITS: ReportLimits = ReportLimits { rows: super::ROWS_TOLD, rejected_bytes: 8 << 20 };
/// How much is kept.
const KEPT: Kept = Kept { imports_of_tenant: 100, bytes_of_tenant: 32 << 20, bytes: 256 << 20 };

/// How much of finished imports is kept.
#[derive(Debug, Clone, Copy)]
struct Kept {
    imports_of_tenant: usize,
    bytes_of_tenant: usize,
    /// Of all tenants together.
    bytes: usize,
}

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
        let (running, blocking, imports) = (Arc::clone(&job), blocking.clone(), self.clone());
        tokio::spawn(async move {
            let slug = tenant.slug().to_string();
            let working = Arc::clone(&running);
            // A panic inside it is caught by the task; nobody should wait for ever for what it would have told.
            let ending = Ending(imports, Arc::clone(&running));
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

/// Forgets what ended long ago.
fn forget_old(list: &mut Vec<Arc<Job>>) {
    list.retain(|job| job.end.get().is_none_or(|(when, _)| when.elapsed() < KEPT_FOR));
}

/// Makes room for an import of this tenant that ends, by forgetting its own oldest ones; gives what of this one there is room for.
fn make_room(list: &mut Vec<Arc<Job>>, tenant: TenantId, done: FinishedImport, kept: Kept) -> FinishedImport {
    forget_old(list);
    let size = done.report.bytes();
    loop {
        let of_all: usize = list.iter().map(|job| job.bytes()).sum();
        let own = || list.iter().filter(|job| job.tenant == tenant && job.end.get().is_some());
        let of_tenant: usize = own().map(|job| job.bytes()).sum();
        let fits = of_tenant + size <= kept.bytes_of_tenant && of_all + size <= kept.bytes;
        if fits && own().count() < kept.imports_of_tenant {
            return done;
        }
        match list.iter().position(|job| job.tenant == tenant && job.end.get().is_some()) {
            Some(oldest) => drop(list.remove(oldest)),
            None if fits => return done,
            // Others hold what there is, or it is too much for itself: what was counted is told all the same.
            None => return FinishedImport { report: done.report.counts_alone(), ..done },
        }
    }
}

/// Ends a job, also where nothing came of it.
struct Ending(Imports, Arc<Job>);

impl Ending {
    fn with(self, done: Result<FinishedImport>) {
        let Self(imports, job) = &self;
        let done = done.map(|done| make_room(&mut imports.list(), job.tenant, done, KEPT));
        job.finish(done);
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.1.finish(Err(Error::Internal));
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
            limits: Some(LIMITS),
        };
        tenant.volunteers().import_with(&import, &mut |progress| {
            self.seen.send_modify(|seen| seen.progress = Some(progress));
            if self.cancelled.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    }

    /// What it holds in memory, roughly.
    fn bytes(&self) -> usize {
        match self.end.get() {
            Some((_, Ok(done))) => done.report.bytes(),
            _ => 0,
        }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use polaris_core::{Actor, NewTenant, Polaris};

    use super::*;

    fn finished(rows: usize) -> FinishedImport {
        let polaris = Polaris::in_memory().unwrap();
        polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
        let file = format!("first,last,zip\n{}", "Ann,,!\n".repeat(rows));
        let import = VolunteerImport { dry_run: true, limits: Some(LIMITS), ..VolunteerImport::of(file.as_bytes()) };
        polaris.tenant("kckps", Actor::System).unwrap().volunteers().import(&import).unwrap()
    }

    fn tenant_of(number: i64) -> TenantId {
        serde_json::from_str(&format!("\"00000000-0000-0000-0000-{number:012}\"")).unwrap()
    }

    fn job(tenant: i64, reference: usize) -> Arc<Job> {
        Arc::new(Job {
            reference: reference.to_string(),
            dry_run: true,
            tenant: tenant_of(tenant),
            cancelled: AtomicBool::new(false),
            seen: watch::Sender::new(Seen::default()),
            end: OnceLock::new(),
        })
    }

    fn held(list: &[Arc<Job>], tenant: i64) -> Vec<&str> {
        list.iter().filter(|job| job.tenant == tenant_of(tenant)).map(|job| job.reference.as_str()).collect()
    }

    #[test]
    fn a_report_that_is_kept_has_a_bound_however_bad_its_file() {
        let (few, many) = (finished(2_000), finished(40_000));
        assert_eq!(many.report.rows.len(), super::super::ROWS_TOLD);
        let rows = many.report.rejected_csv().unwrap().len();
        assert!(many.report.bytes() - rows <= few.report.bytes() && many.report.counts.rejected == 40_000);
    }

    #[test]
    fn whoever_has_too_much_loses_their_own_oldest_imports_and_nobody_elses() {
        let done = finished(50);
        // A copy has no room to spare.
        let done = FinishedImport { report: done.report.clone(), ..done };
        let one = done.report.bytes();
        let kept = Kept { imports_of_tenant: 4, bytes_of_tenant: 3 * one + one / 2, bytes: 5 * one + one / 2 };
        let mut list = Vec::new();
        let end = |list: &mut Vec<Arc<Job>>, tenant, reference| {
            let ending = job(tenant, reference);
            list.push(Arc::clone(&ending));
            let told = make_room(list, ending.tenant, done.clone(), kept);
            let has_rows = !told.report.rows.is_empty();
            ending.finish(Ok(told));
            has_rows
        };
        let running = job(1, 0);
        list.push(Arc::clone(&running));
        for reference in 1..=5 {
            assert!(end(&mut list, 1, reference));
        }
        assert_eq!(held(&list, 1), ["0", "3", "4", "5"], "three have room; one that is under way is kept");
        assert!(end(&mut list, 2, 6) && end(&mut list, 2, 7) && end(&mut list, 2, 8));
        assert_eq!((held(&list, 1), held(&list, 2)), (vec!["0", "3", "4", "5"], vec!["7", "8"]), "five have room in all");
        assert!(!end(&mut list, 3, 9), "nobody loses anything for another, and what was counted is told");
        assert_eq!(held(&list, 1).len(), 4);
        let counts = list.last().unwrap().end().unwrap().as_ref().unwrap().report.counts;
        assert_eq!(counts.rejected, 50);
    }
}
