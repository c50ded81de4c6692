//! Delivering mails, for programs that run no server of Polaris.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::NewDelivery;
use pyo3::prelude::*;

use crate::given::{Given, Keywords};
use crate::progress::run_breakable;
use crate::value::value;

/// The mails of all tenants.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Deliveries(pub(super) Arc<core::Platform>);

#[pymethods]
impl Deliveries {
    /// Delivers the mails that are due, of one tenant (by slug) or all, and tells what was done. For programs beside which no `polaris
    /// serve` runs: call it every minute or so. Several may at once: each mail is sent by one of them. progress is called with how many
    /// mails were dealt with, of how many that is known; what it raises breaks it off, and the rest of the mails wait.
    #[pyo3(signature = (**given), text_signature = "($self, *, tenant=None, progress=None)")]
    fn deliver(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Delivered> {
        let mut given = Given::new(py, given);
        let (progress, delivery, platform) = (given.progress()?, given.draft::<NewDelivery>()?, Arc::clone(&self.0));
        let delivered = run_breakable(py, progress, move |tell| {
            platform.mails().deliver(&delivery, &mut |done| {
                let (dealt, waiting) = (usize::try_from(done.total()), usize::try_from(done.waiting.saturating_sub(done.postponed)));
                let dealt = dealt.unwrap_or(usize::MAX);
                tell(dealt, dealt.saturating_add(waiting.unwrap_or(0))).is_continue()
            })
        });
        delivered.map(Delivered::from)
    }
}

value! {
    /// What was done with mails.
    Delivered from core::Delivered [sent, postponed, failed, held, waiting, tenants_failed] {
        /// Mails that a mail server, or the folder, has taken.
        sent: u64,
        /// Attempts that failed; the mails are tried again later.
        postponed: u64,
        /// Mails that were refused for good, or given up after three days.
        failed: u64,
        /// Mails that are held back: their recipients may not get any, or they have become pointless.
        held: u64,
        /// Mails that wait still, whether it is their turn or not.
        waiting: u64,
        /// Tenants whose mails could not be looked at.
        tenants_failed: u64,
    }
}
