//! The tenant surface: the steps of an event's life, and its copies (E3, E4, E7). Which step leads where the core says.

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{
    EVENTS_CANCEL, EVENTS_COMPLETE, EVENTS_CONFIRM, EVENTS_DUPLICATE, EVENTS_PUBLISH, EVENTS_RETURN_TO_DRAFT, EVENTS_UNPUBLISH, Operation,
};
use polaris_core::types::EventRef;
use polaris_core::{Event, NewCancellation, NewDuplicate, Result, TenantHandle};

use super::events::{answer, changed, enter};
use super::wire::EventBody;
use super::wire_events::{ChangedEventBody, NewCancellationBody, NewDuplicateBody};
use crate::State;
use crate::answer::{Answer, Created, One};
use crate::body::{JsonBody, PerhapsJsonBody};
use crate::documented::{InPath, WithSession};

/// Steps and copies of a tenant's events.
pub(crate) struct EventChangesApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl EventChangesApi {
    /// Confirm an event: it takes place, and its slug stays.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/confirm", method = "post", operation_id = "events_confirm")]
    async fn confirm(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
    ) -> poem::Result<Answer<One<EventBody>>> {
        self.step(request, &EVENTS_CONFIRM, |tenant, event| tenant.events().confirm(event)).await
    }

    /// Make a confirmed event a draft again.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/return-to-draft", method = "post", operation_id = "events_return_to_draft")]
    async fn return_to_draft(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
    ) -> poem::Result<Answer<One<EventBody>>> {
        self.step(request, &EVENTS_RETURN_TO_DRAFT, |tenant, event| tenant.events().return_to_draft(event)).await
    }

    /// Publish an event: from then on the public sees it.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/publish", method = "post", operation_id = "events_publish")]
    async fn publish(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
    ) -> poem::Result<Answer<One<EventBody>>> {
        self.step(request, &EVENTS_PUBLISH, |tenant, event| tenant.events().publish(event)).await
    }

    /// Take an event off the public list. It stays confirmed: it takes place, and whoever has its address may sign up.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/unpublish", method = "post", operation_id = "events_unpublish")]
    async fn unpublish(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
    ) -> poem::Result<Answer<One<EventBody>>> {
        self.step(request, &EVENTS_UNPUBLISH, |tenant, event| tenant.events().unpublish(event)).await
    }

    /// Complete an event that has begun: it has taken place.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/complete", method = "post", operation_id = "events_complete")]
    async fn complete(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
    ) -> poem::Result<Answer<One<EventBody>>> {
        self.step(request, &EVENTS_COMPLETE, |tenant, event| tenant.events().complete(event)).await
    }

    /// Cancel an event. Everyone invited, confirmed or waitlisted is told; who had a calendar invite gets its cancellation. Final.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/cancel", method = "post", operation_id = "events_cancel")]
    async fn cancel(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
        body: PerhapsJsonBody<NewCancellationBody>,
    ) -> poem::Result<Answer<One<ChangedEventBody>>> {
        let (tenant, event) = enter(&self.state, request, &EVENTS_CANCEL).await?;
        let cancellation: NewCancellation = body.read().await?;
        let (event, slug) = self.state.in_tenant(tenant, move |tenant| tenant.events().cancel(event, cancellation)).await?;
        Ok(changed(&self.state, &event, &slug))
    }

    /// Copy an event to a new date, as a draft with nobody on its roster. End and registration deadline keep their distance from the start.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/duplicate", method = "post", operation_id = "events_duplicate")]
    async fn duplicate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
        body: JsonBody<NewDuplicateBody>,
    ) -> poem::Result<Answer<One<EventBody>, Created>> {
        let (tenant, event) = enter(&self.state, request, &EVENTS_DUPLICATE).await?;
        let copy: NewDuplicate = body.read().await?;
        let (event, slug) = self.state.in_tenant(tenant, move |tenant| tenant.events().duplicate(event, copy)).await?;
        let address = format!("/api/v1/tenants/{slug}/events/{}", event.id);
        Ok(answer(&self.state, &event, &slug).header(header::LOCATION, address))
    }
}

impl EventChangesApi {
    async fn step(
        &self,
        request: &Request,
        operation: &'static Operation,
        step: impl FnOnce(&TenantHandle, EventRef) -> Result<Event> + Send + 'static,
    ) -> poem::Result<Answer<One<EventBody>>> {
        let (tenant, event) = enter(&self.state, request, operation).await?;
        let (event, slug) = self.state.in_tenant(tenant, move |tenant| step(tenant, event)).await?;
        Ok(answer(&self.state, &event, &slug))
    }
}
