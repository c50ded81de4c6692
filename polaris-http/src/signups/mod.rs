//! Sign-up for other people's forms (S1–S5): a district's open events, signing up, seeing and cancelling one's own sign-up. Nobody logs in;
//! attempts are counted by the address they come from.
//!
//! A secret stands in the path, since it comes from a link in a mail: the request log holds routes, not paths.

mod wire;

use poem::Request;
use poem_openapi::OpenApi;
use polaris_core::operations::{Operation, SIGNUPS_CANCEL, SIGNUPS_GET, SIGNUPS_GET_EVENT, SIGNUPS_LIST_EVENTS, SIGNUPS_SUBMIT};
use polaris_core::types::EventRef;
use polaris_core::{Context, ManagedSignup, NewSignup, Patience, Result, Signups};

use self::wire::{ManagedSignupBody, NewSignupBody, SignedUpBody, SignupEventBody};
use crate::State;
use crate::answer::{Answer, Many, Meta, One, Pagination, TakenDown};
use crate::blocking::Whose;
use crate::body::JsonBody;
use crate::documented::{InPath, InQuery};
use crate::error::Failure;
use crate::frame::RequestId;
use crate::query::{Query, path_parts};
use crate::staff::once::key_of;

/// Sign-up as JSON.
pub(crate) struct SignupsApi {
    pub(crate) state: State,
}

#[OpenApi]
impl SignupsApi {
    /// List the published events that people can sign up for, and full ones that would take them, by start.
    #[oai(path = "/api/v1/public/:tenant/events", method = "get", operation_id = "signups_list_events")]
    async fn list(
        &self,
        request: &Request,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Events on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
    ) -> poem::Result<Answer<Many<SignupEventBody>>> {
        let (base, query) = (self.state.config.public_url.clone(), request.uri().query().unwrap_or_default().to_owned());
        self.read(request, &SIGNUPS_LIST_EVENTS, move |door, meta| {
            let page = Query::read(&query, &["page", "per_page"])?.page()?;
            let (tenant, events) = (door.tenant()?, door.list(page)?.value);
            let data = events.items.iter().map(|event| SignupEventBody::of(event, &tenant, base.as_deref())).collect();
            Ok(Answer::new(&Many { success: true, data, pagination: Pagination::of(&events), meta }))
        })
        .await
    }

    /// Show an event to people who may sign up, and whether they can; also a confirmed one that is on no list.
    #[oai(path = "/api/v1/public/:tenant/events/:event", method = "get", operation_id = "signups_get_event")]
    async fn event(
        &self,
        request: &Request,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's slug or number.
        #[oai(name = "event")]
        _event: InPath<String>,
    ) -> poem::Result<Answer<One<SignupEventBody>>> {
        let (base, event) = (self.state.config.public_url.clone(), named(request));
        self.read(request, &SIGNUPS_GET_EVENT, move |door, meta| {
            let found = door.event(event.clone())?.value;
            let data = SignupEventBody::of(&found, &door.tenant()?, base.as_deref());
            Ok(Answer::new(&One { success: true, data, meta }))
        })
        .await
    }

    /// Sign up for an event: for a place, or for the waitlist of a full one. The answer follows from the event alone, and never tells whether
    /// somebody is known or had signed up before; the mail that is sent tells them how they stand.
    #[oai(path = "/api/v1/public/:tenant/events/:event/signups", method = "post", operation_id = "signups_submit")]
    async fn submit(
        &self,
        request: &Request,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's slug or number.
        #[oai(name = "event")]
        _event: InPath<String>,
        body: JsonBody<NewSignupBody>,
    ) -> poem::Result<Answer<One<SignedUpBody>, TakenDown>> {
        let (event, visitor) = (named(request), Visitor::of(request));
        let tenant = visitor.tenant.clone();
        let door = self.enter(&visitor, &SIGNUPS_SUBMIT).await?;
        // Counted before it is known whether it is any good.
        let attempt = door.attempt().map_err(Failure::from)?;
        let key = key_of(request).map_err(Failure::from)?;
        let draft: NewSignup = body.read().await?;
        let signing_up = self.state.blocking.run(Whose::Tenant(&tenant), move || attempt.submit(event, &draft, key.as_ref()));
        let data = SignedUpBody::from(signing_up.await.map_err(Failure::from)?);
        Ok(Answer::new(&One { success: true, data, meta: Meta::now(Some(&tenant), self.state.now()) }))
    }

    /// Show how one stands on an event's roster, by the secret of the link in one's mail.
    #[oai(path = "/api/v1/public/:tenant/signups/:secret", method = "get", operation_id = "signups_get")]
    async fn look(
        &self,
        request: &Request,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The secret of the link.
        #[oai(name = "secret")]
        _secret: InPath<String>,
    ) -> poem::Result<Answer<One<ManagedSignupBody>>> {
        let (base, secret) = (self.state.config.public_url.clone(), secret(request));
        self.read(request, &SIGNUPS_GET, move |door, meta| shown(door, &door.look(&secret)?, base.as_deref(), meta)).await
    }

    /// Cancel one's own sign-up, by the secret of the link in one's mail. A place that becomes free goes to the first on the waitlist; both are
    /// told by mail. Who has cancelled already is shown that.
    #[oai(path = "/api/v1/public/:tenant/signups/:secret/cancel", method = "post", operation_id = "signups_cancel")]
    async fn cancel(
        &self,
        request: &Request,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The secret of the link.
        #[oai(name = "secret")]
        _secret: InPath<String>,
    ) -> poem::Result<Answer<One<ManagedSignupBody>>> {
        let (base, secret, visitor) = (self.state.config.public_url.clone(), secret(request), Visitor::of(request));
        let door = self.enter(&visitor, &SIGNUPS_CANCEL).await?.with_patience(Patience::Wait);
        let meta = Meta::now(Some(&visitor.tenant), self.state.now());
        let cancelling = self.state.blocking.run(Whose::Tenant(&visitor.tenant), move || {
            let cancelled = door.cancel(&secret)?;
            shown(&door, &cancelled, base.as_deref(), meta)
        });
        Ok(cancelling.await.map_err(Failure::from)?)
    }
}

/// Who asks, and at which tenant.
struct Visitor {
    tenant: String,
    context: Context,
}

impl Visitor {
    fn of(request: &Request) -> Self {
        Self { tenant: path_parts(request).next().unwrap_or_default(), context: RequestId::context(request) }
    }
}

impl SignupsApi {
    /// Lets somebody in to do this.
    async fn enter(&self, visitor: &Visitor, operation: &'static Operation) -> poem::Result<Signups> {
        let (polaris, tenant, context) = (self.state.polaris.clone(), visitor.tenant.clone(), visitor.context.clone());
        let entering = self.state.blocking.read(Whose::Tenant(&visitor.tenant), move |patience| {
            let door = polaris.signup(&tenant, context.clone(), patience)?;
            door.authorize(operation)?;
            Ok(door)
        });
        Ok(entering.await.map_err(Failure::from)?)
    }

    /// Lets somebody in, and reads.
    async fn read<T: Send + 'static>(
        &self,
        request: &Request,
        operation: &'static Operation,
        work: impl Fn(&Signups, Meta) -> Result<T> + Send + 'static,
    ) -> poem::Result<T> {
        let visitor = Visitor::of(request);
        let door = self.enter(&visitor, operation).await?;
        let (tenant, now) = (visitor.tenant.clone(), self.state.now());
        let reading = self
            .state
            .blocking
            .read(Whose::Tenant(&visitor.tenant), move |patience| work(&door.with_patience(patience), Meta::now(Some(&tenant), now)));
        Ok(reading.await.map_err(Failure::from)?)
    }
}

fn named(request: &Request) -> EventRef {
    EventRef::parse(&path_parts(request).nth(1).unwrap_or_default())
}

fn secret(request: &Request) -> String {
    path_parts(request).nth(1).unwrap_or_default()
}

fn shown(door: &Signups, signup: &ManagedSignup, base: Option<&str>, meta: Meta) -> Result<Answer<One<ManagedSignupBody>>> {
    let data = ManagedSignupBody::of(signup, &door.tenant()?, base);
    Ok(Answer::new(&One { success: true, data, meta }))
}
