//! X1–X3: the audit log of a tenant, and the operator's own: listed, taken out, checked.

use std::sync::{Arc, Mutex, PoisonError};

use polaris_core as core;
use polaris_core::audit::ActorKind;
use polaris_core::platform::Progress;
use polaris_core::types::{AuditId, TimeZone};
use polaris_core::{AuditFilter, AuditMoment, ExportFormat, Outcome};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::{Deserialize, Serialize};

use crate::args::{self, Optional};
use crate::draft::Clock;
use crate::errors::{exception, run, run_by};
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::progress::run_telling;
use crate::time::{Clocks, Instant, timeless};
use crate::value::{shown_as, value};

/// The audit log of a tenant, or the operator's own.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct AuditLog(Arc<Log>);

/// A log, and whose it is, if it is a tenant's.
struct Log {
    log: core::AuditLog,
    tenant: Option<Arc<core::TenantHandle>>,
}

impl Clocks for Log {
    fn zone(&self) -> Option<TimeZone> {
        self.tenant.as_ref().and_then(|tenant| tenant.zone())
    }
}

impl AuditLog {
    pub(crate) fn of_tenant(tenant: &Arc<core::TenantHandle>) -> Self {
        Self(Arc::new(Log { log: tenant.audit(), tenant: Some(Arc::clone(tenant)) }))
    }

    pub(crate) fn of_operator(platform: &core::Platform) -> Self {
        Self(Arc::new(Log { log: platform.audit(), tenant: None }))
    }

    fn listing(&self, given: &mut Given<'_>) -> PyResult<Listing> {
        let filter = filter(given)?;
        Ok(Listing::by::<_, _, AuditEntry>(&self.0, move |log, page| log.log.list(&filter, page)))
    }
}

fn filter(given: &mut Given<'_>) -> PyResult<AuditFilter> {
    Ok(AuditFilter {
        actor_kind: given.word("actor_kind", ActorKind::parse)?,
        actor_id: given.whole("actor_id")?,
        action: given.text("action")?,
        resource_kind: given.text("resource_kind")?,
        resource_id: given.text("resource_id")?,
        from: moment(given, "from_")?,
        to: moment(given, "to")?,
        outcome: given.word("outcome", Outcome::parse)?,
        after: given.whole("after")?.map(AuditId::new),
    })
}

/// A day, local to the tenant, or an instant.
fn moment(given: &mut Given<'_>, name: &str) -> PyResult<Option<AuditMoment>> {
    let Some(value) = given.take(name)? else { return Ok(None) };
    let text = args::moment_or_date(name, &value, &Clock::NONE)?;
    AuditMoment::parse(&text).map(Some).map_err(|problem| args::refused(value.py(), name, problem))
}

#[pymethods]
impl AuditLog {
    /// The slug of the tenant; None for the operator's own log.
    #[getter]
    fn tenant(&self) -> Option<&str> {
        self.0.log.tenant()
    }

    /// Entries, newest first, a page at a time. An action that ends in a dot means all that begin so. from_ and to are days, local to the
    /// tenant, or instants with an offset; after is the number of an entry that was seen.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, actor_kind=None, actor_id=None, action=None, resource_kind=None, resource_id=None, from_=None, to=None, \
            outcome=None, after=None, page=1, per_page=20)"
    )]
    fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |given| self.listing(given))
    }

    /// As list, one after the other.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, actor_kind=None, actor_id=None, action=None, resource_kind=None, resource_id=None, from_=None, to=None, \
            outcome=None, after=None, per_page=100)"
    )]
    fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |given| self.listing(given))
    }

    /// The first entries that list would give, oldest first, at most so many: for whoever follows a log, who gives the number of the last
    /// one seen as after the next time.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, actor_kind=None, actor_id=None, action=None, resource_kind=None, resource_id=None, from_=None, to=None, \
            outcome=None, after=None, at_most=100)"
    )]
    fn follow(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Vec<AuditEntry>> {
        let mut given = Given::new(py, given);
        let (filter, at_most) = (filter(&mut given)?, given.number("at_most", 1..=1_000)?.unwrap_or(100));
        given.none_left()?;
        run_by(py, &*self.0, || self.0.log.follow(&filter, at_most))
    }

    /// Begins to take out the entries that list would give, oldest first, as "csv" or "jsonl". That it was done is in the log before
    /// the first piece is handed out.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, format='csv', actor_kind=None, actor_id=None, action=None, resource_kind=None, resource_id=None, \
            from_=None, to=None, outcome=None, after=None)"
    )]
    fn export(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<AuditExport> {
        let mut given = Given::new(py, given);
        let (format, filter) = (given.word("format", ExportFormat::parse)?.unwrap_or(ExportFormat::Csv), filter(&mut given)?);
        given.none_left()?;
        let export = run(py, || self.0.log.export(&filter, format))?;
        let (rows, file_name) = (export.rows(), export.file_name());
        Ok(AuditExport { rows, format: export.format().as_str(), file_name, pieces: Mutex::new(Some(export)) })
    }

    /// Follows the chain of entries to its end, and compares it with what the registry noted and with a head that was kept safe elsewhere
    /// (an AuditHead, or its text). What is wrong with the log is in the answer. progress is called with how many entries are read, of how
    /// many.
    #[pyo3(signature = (kept = None, **given), text_signature = "($self, kept=None, *, progress=None)")]
    fn verify(&self, py: Python<'_>, kept: Optional<'_>, given: Option<Keywords<'_>>) -> PyResult<AuditVerification> {
        let kept = kept.map(|kept| match kept.cast::<AuditHead>() {
            Ok(head) => Ok(head.get().to_core()),
            Err(_) => args::word("kept", &kept, core::AuditHead::parse),
        });
        let (kept, mut given) = (kept.transpose()?, Given::new(py, given));
        let (progress, log) = (given.progress()?, Arc::clone(&self.0));
        given.none_left()?;
        let number = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let work = move |tell: Progress<'_>| log.log.verify_with(kept.as_ref(), &mut |done, total| tell(number(done), number(total)));
        run_telling(py, progress, work).map(AuditVerification::from)
    }

    /// Where the log ends now, to be kept safe elsewhere; None where it is empty.
    fn head(&self, py: Python<'_>) -> PyResult<Option<AuditHead>> {
        Ok(run(py, || self.0.log.head())?.map(AuditHead::from))
    }
}

/// Entries on their way out: an iterator of pieces of a file, as bytes.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct AuditExport {
    /// How many entries it has.
    #[pyo3(get)]
    rows: u64,
    /// What it is written as.
    #[pyo3(get)]
    format: &'static str,
    /// A name for the file.
    #[pyo3(get)]
    file_name: String,
    /// Taken out while a piece is made.
    pieces: Mutex<Option<core::AuditExport>>,
}

impl AuditExport {
    fn swap(&self, export: Option<core::AuditExport>) -> Option<core::AuditExport> {
        std::mem::replace(&mut *self.pieces.lock().unwrap_or_else(PoisonError::into_inner), export)
    }
}

#[pymethods]
impl AuditExport {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let Some(mut export) = self.swap(None) else {
            let busy = "another thread is taking the next piece of this export".to_owned();
            return Err(exception(py, &core::Error::Conflict(busy)));
        };
        let piece = run(py, || export.next_piece());
        self.swap(Some(export));
        Ok(piece?.map(|piece| PyBytes::new(py, &piece)))
    }

    fn __repr__(&self) -> String {
        format!("AuditExport(rows={}, file_name='{}')", self.rows, self.file_name)
    }
}

/// A JSON object, as a dict of its own for whoever asks.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Details(String);

impl<'py> IntoPyObject<'py> for Details {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        py.import("json")?.call_method1("loads", (self.0,))
    }
}

timeless! { Details }

shown_as! {
    serde_json::Value: Details = |details| Details(details.to_string());
    ActorKind: String = |it| it.as_str().to_owned();
    AuditId: i64 = AuditId::get;
    Outcome: String = |it| it.as_str().to_owned();
    core::audit::BreakKind: String = |it| it.as_str().to_owned();
}

value! {
    /// One entry of an audit log. Personal while it holds a name and an address: repr shows neither.
    AuditEntry from core::AuditEntry [id, occurred_at, actor_kind, actor_id, action, resource_kind, resource_id, outcome] {
        /// Its number in its log, rising by one.
        id: i64,
        /// When it happened.
        occurred_at: Instant,
        /// What kind of actor did it.
        actor_kind: String,
        /// The actor's number: of a user in the tenant, of staff in the registry, of an API key.
        actor_id: Option<i64>,
        /// The actor's role at that time.
        actor_role: Option<String>,
        /// The actor's name; gone once the person was erased.
        actor_name: Option<String>,
        /// The IP address it came from; gone once the person was erased.
        address: Option<String>,
        /// What was done, as `noun.verb`.
        action: String,
        /// What kind of thing it was done to.
        resource_kind: Option<String>,
        /// Which one.
        resource_id: Option<String>,
        /// The id of the request it was part of.
        request_id: Option<String>,
        /// How it came out: `done`, `refused` or `pending`.
        outcome: String,
        /// Numbers, codes and names of things; no personal data.
        details: Details,
        /// The hash that the next entry follows (SHA-256, hex).
        hash: String,
    }
}

value! {
    /// Where an audit log ends. str() of it is what verify takes.
    AuditHead from core::AuditHead [epoch, id, hash] {
        /// Rises with every restore of the tenant; the operator's own log has none.
        epoch: Option<u32>,
        /// The last entry's number.
        id: i64,
        /// Its hash: 64 hex digits.
        hash: String,
    } {
        fn __str__(&self) -> String {
            format!("{}:{}", self.id, self.hash)
        }
    }
}

impl AuditHead {
    fn to_core(&self) -> core::AuditHead {
        core::AuditHead { epoch: self.epoch, id: AuditId::new(self.id), hash: self.hash.clone() }
    }
}

value! {
    /// What following an audit log found.
    AuditVerification from core::AuditVerification [entries, first_break] {
        /// Entries that were read.
        entries: u64,
        /// The first thing that is not as it was written; None when all is well.
        first_break: Option<Break>,
        /// Where the log ends; None where it is empty.
        head: Option<AuditHead>,
        /// Where the registry last saw it end, if it did.
        noted: Option<AuditHead>,
    }
}

value! {
    /// Something that is not as it was written.
    Break from core::audit::Break [id, kind] {
        /// The entry at which it shows.
        id: i64,
        /// What it is.
        kind: String,
    }
}
