//! The outbox: mails that wait, were sent, could not be delivered or are held.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::MailFilter;
use polaris_core::types::MailId;
use pyo3::prelude::*;

use crate::args;
use crate::errors::run_by;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::time::Instant;
use crate::value::value;

/// The outbox of a tenant, for its admins.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Mails(pub(super) Arc<core::TenantHandle>);

impl Mails {
    fn listing(&self, given: &mut Given<'_>) -> PyResult<Listing> {
        let (state, kind) = (given.text("state")?, given.text("kind")?);
        let filter = MailFilter { state, kind, event: given.whole("event")?, volunteer: given.whole("volunteer")? };
        Ok(Listing::by::<_, _, Mail>(&self.0, move |tenant, page| tenant.mails().list(&filter, page)))
    }
}

#[pymethods]
impl Mails {
    /// Mails, the newest first, a page at a time: those in a state ("waiting", "sending", "sent", "failed" or "held"), of a kind, about an
    /// event or a volunteer, by number. Those that were sent, failed or are held are forgotten after 90 days.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, state=None, kind=None, event=None, volunteer=None, page=1, per_page=20)"
    )]
    fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |given| self.listing(given))
    }

    /// As list, one after the other.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, state=None, kind=None, event=None, volunteer=None, per_page=100)"
    )]
    fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |given| self.listing(given))
    }

    /// One mail, by number.
    fn get(&self, py: Python<'_>, mail: &Bound<'_, PyAny>) -> PyResult<Mail> {
        let mail = number(mail)?;
        run_by(py, &*self.0, || self.0.mails().get(mail))
    }

    /// Has a mail tried again at once that failed, is held or waits, for another three days.
    fn retry(&self, py: Python<'_>, mail: &Bound<'_, PyAny>) -> PyResult<Mail> {
        let mail = number(mail)?;
        run_by(py, &*self.0, || self.0.mails().retry(mail))
    }

    /// Has all mails tried again that failed or are held, and tells how many they are.
    fn retry_all(&self, py: Python<'_>) -> PyResult<u32> {
        run_by(py, &*self.0, || self.0.mails().retry_all().map(|retried| retried.mails))
    }
}

fn number(mail: &Bound<'_, PyAny>) -> PyResult<MailId> {
    args::number("mail", mail).map(MailId::new)
}

value! {
    /// A mail of the outbox. Personal, as its recipient's address is.
    Mail from core::Mail [id, kind, state, attempts, last_error] {
        /// Its number in this tenant; never used again.
        id: i64,
        /// What it is about, such as `signup_confirmed`.
        kind: String,
        /// `waiting`, `sending`, `sent`, `failed` or `held`.
        state: String,
        /// The address it goes to.
        recipient: String,
        /// The volunteer it concerns.
        volunteer_id: Option<i64>,
        /// The event it concerns.
        event_id: Option<i64>,
        /// The place on a roster it concerns.
        participation_id: Option<i64>,
        /// The outreach it is.
        outreach_id: Option<i64>,
        /// The user it concerns.
        user_id: Option<i64>,
        /// How often it was tried.
        attempts: u32,
        /// When it is its turn, if it waits.
        next_attempt_at: Option<Instant>,
        /// Why the last attempt failed, or why it is held.
        last_error: Option<String>,
        /// When it was written.
        created_at: Instant,
        /// When it was sent.
        sent_at: Option<Instant>,
    }
}
