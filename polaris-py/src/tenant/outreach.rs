//! Outreach: who was asked to which event, and what came of it.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::OutreachFilter;
use polaris_core::types::{OutreachId, OutreachMethod, OutreachOutcome};
use pyo3::prelude::*;

use super::roster::{EventBrief, Placed};
use super::volunteer::NoteAuthor;
use crate::args;
use crate::errors::{run, run_by};
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::time::Instant;
use crate::value::value;

/// The outreach of a tenant. An event is named by number or slug, a volunteer by number or e-mail address.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Outreach(pub(super) Arc<core::TenantHandle>);

impl Outreach {
    fn listing(&self, given: &mut Given<'_>) -> PyResult<Listing> {
        let filter = OutreachFilter {
            event: given.take("event")?.map(|event| args::event_ref(&event)).transpose()?,
            volunteer: given.take("volunteer")?.map(|volunteer| args::volunteer_ref(&volunteer)).transpose()?,
            methods: given.words("methods", OutreachMethod::parse)?,
            outcomes: given.words("outcomes", OutreachOutcome::parse)?,
        };
        Ok(Listing::by::<_, _, OutreachEntry>(&self.0, move |tenant, page| tenant.outreach().list(&filter, page)))
    }
}

#[pymethods]
impl Outreach {
    /// Logs that a volunteer was asked to come to an event: method is "email", "phone", "text" or "in_person", outcome "pending",
    /// "no_response", "interested", "declined" or "confirmed", attempted_at now unless given and never in the future. Who confirmed comes on
    /// the event's roster, which is EventFull where it is full unless over_capacity is True; who declined and is invited is marked so there.
    #[pyo3(
        signature = (event, **given),
        text_signature = "($self, event, *, volunteer_id, method, outcome=None, notes=None, attempted_at=None, over_capacity=False)"
    )]
    fn log(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<LoggedOutreach> {
        let (event, given) = (args::event_ref(event)?, Given::new(py, given));
        let clock = given.clock(&self.0, None)?;
        let draft = given.draft_by(&clock)?;
        run_by(py, &*self.0, || self.0.outreach().log(event, &draft))
    }

    /// Outreach for an event, to a volunteer, by methods and outcomes, or all of it, the last attempt first, a page at a time.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, event=None, volunteer=None, methods=None, outcomes=None, page=1, per_page=20)"
    )]
    fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |given| self.listing(given))
    }

    /// As list, one after the other.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, event=None, volunteer=None, methods=None, outcomes=None, per_page=100)"
    )]
    fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |given| self.listing(given))
    }

    /// One time that a volunteer was asked.
    fn get(&self, py: Python<'_>, outreach: &Bound<'_, PyAny>) -> PyResult<OutreachEntry> {
        let outreach = number(outreach)?;
        run_by(py, &*self.0, || self.0.outreach().get(outreach))
    }

    /// Changes what is given and keeps the rest, which counts as follow-up; notes=None clears them. Another outcome than before does to the
    /// event's roster what it does when logged. With the version that was read, only if it is still the present one.
    #[pyo3(
        signature = (outreach, **given),
        text_signature = "($self, outreach, *, version=None, method=..., outcome=..., notes=..., attempted_at=..., over_capacity=False)"
    )]
    fn edit(&self, py: Python<'_>, outreach: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<LoggedOutreach> {
        let (outreach, mut given) = (number(outreach)?, Given::new(py, given));
        let version = given.version()?;
        let clock = given.clock(&self.0, None)?;
        let edit = given.draft_by(&clock)?;
        run_by(py, &*self.0, || self.0.outreach().edit(outreach, &edit, version))
    }

    /// Whom send_mail would write to, who would be left out and why, and what the first of them would read. Changes nothing.
    #[pyo3(
        signature = (event, **given),
        text_signature = "($self, event, *, volunteer_ids=None, top=None, subject=None, text=None, again=False)"
    )]
    fn preview_mail(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<OutreachMailPreview> {
        let (event, draft) = (args::event_ref(event)?, Given::new(py, given).draft()?);
        run_by(py, &*self.0, || self.0.outreach().preview_mail(event, &draft))
    }

    /// Asks volunteers by mail to come to an event that has not begun: those of volunteer_ids, or the top so many candidates, at most 200. Each
    /// mail goes into the outbox, and each is logged as outreach. subject and text, the usual ones unless given, may hold {{ first_name }},
    /// {{ last_name }}, {{ tenant }}, {{ title }}, {{ when }}, {{ place }}, {{ location }}, {{ school }} and {{ additional_info }}. Left out,
    /// with every reason, is who may not or can't be written to, who is on the roster, and unless again is True who declined or was asked by
    /// mail within 24 hours. Without a public_url it is Conflict: nobody could opt out.
    #[pyo3(
        signature = (event, **given),
        text_signature = "($self, event, *, volunteer_ids=None, top=None, subject=None, text=None, again=False)"
    )]
    fn send_mail(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<SentOutreachMail> {
        let (event, draft) = (args::event_ref(event)?, Given::new(py, given).draft()?);
        run_by(py, &*self.0, || self.0.outreach().send_mail(event, &draft))
    }

    /// Removes outreach that was logged by mistake; the event's roster stays as it is. Not what a mail of Polaris asked.
    #[pyo3(signature = (outreach, **given), text_signature = "($self, outreach, *, version=None)")]
    fn remove(&self, py: Python<'_>, outreach: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<()> {
        let (outreach, mut given) = (number(outreach)?, Given::new(py, given));
        let version = given.version()?;
        given.none_left()?;
        run(py, || self.0.outreach().remove(outreach, version))
    }
}

fn number(outreach: &Bound<'_, PyAny>) -> PyResult<OutreachId> {
    args::number("outreach", outreach).map(OutreachId::new)
}

value! {
    /// One time that a volunteer was asked to come to an event. Personal: repr shows no notes.
    OutreachAttempt from core::OutreachAttempt [id, event_id, volunteer_id, method, outcome] {
        /// Its number in this tenant; never used again.
        id: i64,
        /// To which event.
        event_id: i64,
        /// Who was asked.
        volunteer_id: i64,
        /// `email`, `phone`, `text` or `in_person`.
        method: String,
        /// `pending`, `no_response`, `interested`, `declined` or `confirmed`.
        outcome: String,
        /// What else to know of it.
        notes: Option<String>,
        /// When they were asked.
        attempted_at: Instant,
        /// When it was last followed up: changed after it was logged.
        followed_up_at: Option<Instant>,
        /// The mail by which they were asked, if Polaris wrote it.
        mail_id: Option<i64>,
        /// Who logged it.
        author: NoteAuthor,
        /// Rises with every change; give it back when editing.
        version: u32,
        /// When it was logged.
        created_at: Instant,
        /// When it was last changed.
        updated_at: Instant,
    }
}

value! {
    /// One time that a volunteer was asked, with whom and to what. Personal: repr shows no names.
    OutreachEntry from core::OutreachEntry [outreach] {
        /// How they were asked, and what came of it.
        outreach: OutreachAttempt,
        /// To which event.
        event: EventBrief,
        /// The volunteer's first name.
        first_name: String,
        /// The volunteer's last name.
        last_name: String,
    }
}

value! {
    /// Outreach that was logged or followed up.
    LoggedOutreach from core::LoggedOutreach [outreach, placed] {
        /// The outreach.
        outreach: OutreachAttempt,
        /// The place on the event's roster that this gave or changed, if it did.
        placed: Option<Placed>,
    }
}

value! {
    /// What was written to whom.
    SentOutreachMail from core::SentOutreachMail [mailed, left_out] {
        /// Who gets a mail, in the order in which they were named or ranked.
        mailed: Vec<MailedVolunteer>,
        /// Who gets none, in that order.
        left_out: Vec<NotMailed>,
    }
}

value! {
    /// Somebody who gets a mail, and their outreach.
    MailedVolunteer from core::MailedVolunteer [volunteer_id, outreach_id, mail_id] {
        /// The volunteer.
        volunteer_id: i64,
        /// As what it was logged.
        outreach_id: i64,
        /// The mail in the outbox.
        mail_id: i64,
    }
}

value! {
    /// Somebody who gets no mail.
    NotMailed from core::NotMailed [volunteer_id, reasons] {
        /// Their number, as it was given.
        volunteer_id: i64,
        /// All of `unknown`, `inactive`, `do_not_contact`, `email_opt_out`, `no_email`, `on_roster`, `declined`, `asked_lately` that apply.
        reasons: Vec<String>,
    }
}

value! {
    /// Somebody who would get a mail. Personal: repr shows no names and no addresses.
    MailRecipient from core::MailRecipient [volunteer_id] {
        /// The volunteer.
        volunteer_id: i64,
        /// Their first name.
        first_name: String,
        /// Their last name.
        last_name: String,
        /// Their e-mail address.
        email: String,
    }
}

value! {
    /// What would be written to whom. Personal: repr shows nothing of what it says.
    OutreachMailPreview from core::OutreachMailPreview [recipients, left_out] {
        /// Who would get a mail, in the order in which they were named or ranked.
        recipients: Vec<MailRecipient>,
        /// Who would get none, in that order.
        left_out: Vec<NotMailed>,
        /// The subject as the first of them would get it; None where nobody gets a mail.
        subject: Option<String>,
        /// What it says to the first of them.
        text: Option<String>,
    }
}
