//! The tenant surface: events, listed, created, shown and edited (E1, E2, E5).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{EVENTS_CREATE, EVENTS_EDIT, EVENTS_GET, EVENTS_LIST, Operation};
use polaris_core::types::{EventOrder, EventRef, EventStatus, EventType};
use polaris_core::{ChangedEvent, Error, Event, EventEdit, EventFilter, NewEvent, TenantHandle};

use super::if_match::{self, etag};
use super::people::whether;
use super::session::tenant;
use super::wire::{EventBody, NewEventBody};
use super::wire_events::{ChangedEventBody, EventEditBody};
use crate::State;
use crate::answer::{Answer, Created, Many, One, Success};
use crate::blocking::Whose;
use crate::body::JsonBody;
use crate::documented::{InHeader, InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// The tenant surface.
pub(crate) struct TenantApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl TenantApi {
    /// List events.
    #[oai(path = "/api/v1/tenants/:tenant/events", method = "get", operation_id = "events_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Events on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// Words that title, description or location hold, whole or their beginning, whatever their case and accents.
        #[oai(name = "q", validator(max_length = 200))]
        _q: InQuery<String>,
        /// One or more of draft, confirmed, published, completed, cancelled, with commas between.
        #[oai(
            name = "status",
            validator(pattern = "^(draft|confirmed|published|completed|cancelled)(,(draft|confirmed|published|completed|cancelled))*$")
        )]
        _status: InQuery<String>,
        /// One of the event types, in any case.
        #[oai(name = "event_type", validator(min_length = 1))]
        _event_type: InQuery<String>,
        /// One of the tenant's schools, by name or alias.
        #[oai(name = "school", validator(min_length = 1, max_length = 255))]
        _school: InQuery<String>,
        /// The first day, local to the tenant (`YYYY-MM-DD`).
        #[oai(name = "from_date")]
        _from_date: InQuery<chrono::NaiveDate>,
        /// The last day, local to the tenant (`YYYY-MM-DD`).
        #[oai(name = "to_date")]
        _to_date: InQuery<chrono::NaiveDate>,
        /// `true` for those that have yet to begin and still need volunteers, `false` for all others.
        #[oai(name = "needs_volunteers", validator(pattern = "^(true|false)$"))]
        _needs_volunteers: InQuery<String>,
        /// `start` (the default), `title`, `status` or `created`; with a `-` in front for the other way round.
        #[oai(name = "sort", validator(pattern = "^-?(start|title|status|created)$"))]
        _sort: InQuery<String>,
    ) -> poem::Result<Answer<Many<EventBody>>> {
        let (tenant, _) = self.enter(request, &EVENTS_LIST).await?;
        let slug = tenant.slug().clone();
        let (filter, order, page) = asked(request.uri().query().unwrap_or_default()).map_err(Failure::from)?;
        let found = self
            .state
            .blocking
            .run(Whose::Tenant(slug.as_str()), move || tenant.events().list(&filter, order, page))
            .await
            .map_err(Failure::from)?;
        Ok(Answer::new(&Many::of(&found, self.state.meta(slug.as_str()))))
    }

    /// Create an event as a draft.
    #[oai(path = "/api/v1/tenants/:tenant/events", method = "post", operation_id = "events_create")]
    async fn create(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<NewEventBody>,
    ) -> poem::Result<Answer<One<EventBody>, Created>> {
        let (tenant, _) = self.enter(request, &EVENTS_CREATE).await?;
        let draft: NewEvent = body.read().await?;
        let slug = tenant.slug().clone();
        let event =
            self.state.blocking.run(Whose::Tenant(slug.as_str()), move || tenant.events().create(draft)).await.map_err(Failure::from)?;
        let address = format!("/api/v1/tenants/{slug}/events/{}", event.id);
        Ok(answer(&self.state, &event, slug.as_str()).header(header::LOCATION, address))
    }

    /// Show one event.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event", method = "get", operation_id = "events_get")]
    async fn get(
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
        let (tenant, event) = self.enter(request, &EVENTS_GET).await?;
        let slug = tenant.slug().clone();
        let event =
            self.state.blocking.run(Whose::Tenant(slug.as_str()), move || tenant.events().get(event)).await.map_err(Failure::from)?;
        Ok(answer(&self.state, &event, slug.as_str()))
    }

    /// Change an event, until it is completed or cancelled. What is left out stays; null clears. Who is signed up is told of another time
    /// or place, unless `notify` is false.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event", method = "patch", operation_id = "events_edit")]
    async fn edit(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
        body: JsonBody<EventEditBody>,
    ) -> poem::Result<Answer<One<ChangedEventBody>>> {
        let (tenant, event) = self.enter(request, &EVENTS_EDIT).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let edit: EventEdit = body.read().await?;
        let slug = tenant.slug().clone();
        let work = move || tenant.events().edit(event, edit, version);
        let event = self.state.blocking.run(Whose::Tenant(slug.as_str()), work).await.map_err(Failure::from)?;
        Ok(changed(&self.state, &event, slug.as_str()))
    }
}

impl TenantApi {
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, EventRef), Failure> {
        enter(&self.state, request, operation).await
    }
}

/// The tenant of the path, once it is known that the caller may do this there, and the event of the path, if it names one.
pub(super) async fn enter(state: &State, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, EventRef), Failure> {
    let mut parts = path_parts(request);
    let handle = tenant(state, request, &parts.next().unwrap_or_default(), operation).await?;
    Ok((handle, EventRef::parse(&parts.next().unwrap_or_default())))
}

/// An event, with its version.
pub(super) fn answer<S: Success>(state: &State, event: &Event, tenant: &str) -> Answer<One<EventBody>, S> {
    let body = One::of(EventBody::from(event), state.meta(tenant));
    Answer::new(&body).header(header::ETAG, etag(event.version))
}

/// An event after a change, with who is told.
pub(super) fn changed(state: &State, changed: &ChangedEvent, tenant: &str) -> Answer<One<ChangedEventBody>> {
    let body = One::of(ChangedEventBody::from(changed), state.meta(tenant));
    Answer::new(&body).header(header::ETAG, etag(changed.event.version))
}

const PARAMETERS: &[&str] =
    &["page", "per_page", "q", "status", "event_type", "school", "from_date", "to_date", "needs_volunteers", "sort"];

fn asked(query: &str) -> Result<(EventFilter, EventOrder, polaris_core::PageRequest), Error> {
    let query = Query::strict(query, PARAMETERS)?;
    let filter = EventFilter {
        q: query.get("q").map(str::to_owned),
        statuses: query.parse("status", |list| list.split(',').map(EventStatus::parse).collect())?.unwrap_or_default(),
        event_type: query.parse("event_type", EventType::parse)?,
        school: query.get("school").map(str::to_owned),
        from_date: query.date("from_date")?,
        to_date: query.date("to_date")?,
        needs_volunteers: query.parse("needs_volunteers", whether)?,
    };
    Ok((filter, query.parse("sort", EventOrder::parse)?.unwrap_or_default(), query.page()?))
}
