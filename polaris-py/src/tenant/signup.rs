//! Public sign-up: people put themselves on an event's roster, without a log-in.

use polaris_core as core;
use polaris_core::Patience;
use polaris_core::types::SignupState;
use pyo3::prelude::*;

use super::event::Event;
use super::settings::Branding;
use crate::args;
use crate::errors::run;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::time::Instant;
use crate::value::value;

/// Where people sign up for a tenant's events, without a log-in. Obtain one for each request, with the visitor's address in its context.
///
/// What is answered follows from the event alone. Whether somebody is known, or has signed up before, only the mail tells that they get.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Signups(core::Signups);

impl Signups {
    pub(crate) fn enter(py: Python<'_>, polaris: &core::Polaris, slug: &str, context: core::Context) -> PyResult<Self> {
        run(py, || polaris.signup(slug, context, Patience::Wait)).map(Self)
    }

    fn listing(&self) -> Listing {
        let door = self.0.clone();
        Listing::of::<_, SignupEvent>(move |page| door.list(page).map(|found| found.value))
    }
}

#[pymethods]
impl Signups {
    /// The tenant itself: name, colour and logo.
    #[getter]
    fn tenant(&self, py: Python<'_>) -> PyResult<SignupTenant> {
        run(py, || self.0.tenant()).map(SignupTenant::from)
    }

    /// Published events that people can sign up for, and full ones that would take them, by start.
    #[pyo3(signature = (**given), text_signature = "($self, *, page=1, per_page=20)")]
    fn list_events(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |_| Ok(self.listing()))
    }

    /// As list_events, one after the other.
    #[pyo3(signature = (**given), text_signature = "($self, *, per_page=100)")]
    fn iterate_events(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |_| Ok(self.listing()))
    }

    /// One event, by slug or number, also a confirmed one that is on no list, and one that takes nobody any more.
    fn get_event(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> PyResult<SignupEvent> {
        let event = args::event_ref(event)?;
        run(py, || self.0.event(event)).map(|found| found.value.into())
    }

    /// Signs somebody up for an event, by slug or number: for a place, or for the waitlist of a full one. Every call is counted by the
    /// visitor's address, good or bad; after 30 in ten minutes it is RateLimitExceeded, as it is for an e-mail address to which ten mails of
    /// sign-ups and cancellations went within an hour. An event that takes nobody any more is SignupClosed, a full one of a tenant without
    /// waitlists EventFull. Names hold nothing that links and addresses are made of. website is a trap: a field of a form that people don't
    /// see; with anything in it the answer is the usual one, and nobody is signed up.
    #[pyo3(
        signature = (event, **given),
        text_signature = "($self, event, *, first_name, last_name, email, phone=None, organization=None, notes=None, website=None)"
    )]
    fn submit(&self, py: Python<'_>, event: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<SignedUp> {
        let event = args::event_ref(event)?;
        let attempt = run(py, || self.0.attempt())?;
        let draft: core::NewSignup = Given::new(py, given).draft()?;
        run(py, || attempt.submit(event, &draft, None)).map(SignedUp::from)
    }

    /// How somebody stands, by the secret of the link in one of their mails. Any other secret is InvalidLink.
    fn get(&self, py: Python<'_>, secret: &Bound<'_, PyAny>) -> PyResult<ManagedSignup> {
        let secret = args::text("secret", secret)?;
        run(py, || self.0.look(&secret)).map(ManagedSignup::from)
    }

    /// Cancels a sign-up, by the secret of the link in a mail. A place that becomes free goes to the first on the waitlist; both are told by
    /// mail. Who has cancelled already is shown that; once the event has begun it is Conflict.
    fn cancel(&self, py: Python<'_>, secret: &Bound<'_, PyAny>) -> PyResult<ManagedSignup> {
        let secret = args::text("secret", secret)?;
        run(py, || self.0.cancel(&secret)).map(ManagedSignup::from)
    }

    /// Whether whom an outreach mail went to has opted out of more, by the secret of the mail's link. Changes nothing; any other secret is
    /// InvalidLink.
    fn opted_out(&self, py: Python<'_>, secret: &Bound<'_, PyAny>) -> PyResult<bool> {
        let secret = args::secret_text("secret", secret)?;
        run(py, || self.0.look_at_opt_out(&secret)).map(|found| found.opted_out)
    }

    /// Ends outreach to whom an outreach mail went to, by the secret of the mail's link; again changes nothing. As opted_out.
    fn opt_out(&self, py: Python<'_>, secret: &Bound<'_, PyAny>) -> PyResult<()> {
        let secret = args::secret_text("secret", secret)?;
        run(py, || self.0.opt_out(&secret)).map(drop)
    }
}

value! {
    /// A tenant, as people see it who sign up.
    SignupTenant from core::Face [slug, name] {
        /// Its name in addresses.
        slug: String,
        /// Its name, as people know it.
        name: String,
        /// The school district it stands for, if any.
        district: Option<String>,
        /// The IANA zone that its times are in; an event has its own.
        time_zone: String,
        /// Its colour and logo.
        branding: Branding,
    }
}

value! {
    /// An event, as people see it who may sign up.
    SignupEvent from core::SignupEvent [event, state] {
        /// The event; without what was noted with a cancellation.
        event: Event,
        /// The district it belongs to.
        district: Option<String>,
        /// `open`; `waitlist`: full, who signs up comes onto its waitlist; `full`: takes nobody; `deadline_passed`, `begun`, `completed`,
        /// `cancelled`, `withdrawn`: takes nobody any more, or not at present.
        state: String,
    } {
        /// Whether somebody can sign up, for a place or for the waitlist.
        #[getter]
        fn takes_people(&self) -> bool {
            SignupState::parse(&self.state).is_ok_and(SignupState::takes_people)
        }

        /// The state in words, for people.
        #[getter]
        fn message(&self) -> &'static str {
            SignupState::parse(&self.state).map_or("", SignupState::sentence)
        }
    }
}

value! {
    /// What somebody is told who signed up. The same for everybody at the same moment.
    SignedUp from core::SignedUp [status] {
        /// `confirmed` where there was a place, `waitlisted` where all were taken.
        status: String,
    }
}

value! {
    /// A sign-up, as whoever made it sees it.
    ManagedSignup from core::ManagedSignup [event, status, can_cancel] {
        /// The event, whatever has become of it.
        event: SignupEvent,
        /// How they stand on its roster; `declined` where they cancelled.
        status: String,
        /// When they signed up (UTC), if they did.
        signed_up_at: Option<Instant>,
        /// Which one they are on the waitlist, from 1; None where they aren't on it.
        waitlist_position: Option<u32>,
        /// Whether they can cancel now.
        can_cancel: bool,
    }
}
