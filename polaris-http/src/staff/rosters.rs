//! The tenant surface: events' rosters (R1–R4).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{Operation, ROSTERS_ASSIGN, ROSTERS_EDIT, ROSTERS_GET, ROSTERS_LIST, ROSTERS_REMOVE, ROSTERS_TOTALS};
use polaris_core::types::{EventRef, ParticipationStatus, RosterOrder, VolunteerId};
use polaris_core::{NewParticipation, PageRequest, ParticipationEdit, Placed, Result, RosterFilter, TenantHandle};

use super::if_match::{self, etag};
use super::people::number;
use super::session::tenant;
use super::wire_rosters::{NewParticipationBody, ParticipationBody, ParticipationEditBody, PlacedBody, RosterEntryBody, RosterTotalsBody};
use super::wire_volunteers::RemovedBody;
use crate::State;
use crate::answer::{Answer, Created, Many, One, Success};
use crate::body::JsonBody;
use crate::documented::{InHeader, InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// The rosters of a tenant's events.
pub(crate) struct RostersApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl RostersApi {
    /// List an event's roster, by name.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/roster", method = "get", operation_id = "rosters_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Places on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// One or more of invited, waitlisted, confirmed, declined, attended, no_show, with commas between.
        #[oai(
            name = "status",
            validator(
                pattern = "^(invited|waitlisted|confirmed|declined|attended|no_show)(,(invited|waitlisted|confirmed|declined|attended|no_show))*$"
            )
        )]
        _status: InQuery<String>,
        /// `name` (the default; the last name first), `status` or `created`; with a `-` in front for the other way round.
        #[oai(name = "sort", validator(pattern = "^-?(name|status|created)$"))]
        _sort: InQuery<String>,
    ) -> poem::Result<Answer<Many<RosterEntryBody>>> {
        let (tenant, event, _) = self.enter(request, &ROSTERS_LIST).await?;
        let (filter, order, page) = asked(request.uri().query().unwrap_or_default()).map_err(Failure::from)?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.rosters().list(event, &filter, order, page)).await?;
        Ok(Answer::new(&Many::of(&found, self.state.meta(&slug))))
    }

    /// Put an active volunteer on an event's roster, once; the answer warns of other events at the same time.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/roster", method = "post", operation_id = "rosters_assign")]
    async fn assign(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
        body: JsonBody<NewParticipationBody>,
    ) -> poem::Result<Answer<One<PlacedBody>, Created>> {
        let (tenant, event, _) = self.enter(request, &ROSTERS_ASSIGN).await?;
        let draft: NewParticipation = body.read().await?;
        let (placed, slug) = self.state.in_tenant(tenant, move |tenant| tenant.rosters().assign(event, &draft)).await?;
        let place = &placed.participation;
        let address = format!("/api/v1/tenants/{slug}/events/{}/roster/{}", place.event_id, place.volunteer_id);
        Ok(self.answer(&placed, &slug).header(header::LOCATION, address))
    }

    /// Show how many stand how on an event's roster, and their hours.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/roster/totals", method = "get", operation_id = "rosters_totals")]
    async fn totals(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
    ) -> poem::Result<Answer<One<RosterTotalsBody>>> {
        let (tenant, event, _) = self.enter(request, &ROSTERS_TOTALS).await?;
        let (totals, slug) = self.state.in_tenant(tenant, move |tenant| tenant.rosters().totals(event)).await?;
        Ok(Answer::new(&One::of(RosterTotalsBody::from(totals), self.state.meta(&slug))))
    }

    /// Show a volunteer's place on an event's roster.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/roster/:volunteer", method = "get", operation_id = "rosters_get")]
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
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
    ) -> poem::Result<Answer<One<ParticipationBody>>> {
        let (tenant, event, volunteer) = self.enter(request, &ROSTERS_GET).await?;
        let (place, slug) = self.state.in_tenant(tenant, move |tenant| tenant.rosters().get(event, volunteer)).await?;
        let body = One::of(ParticipationBody::from(&place), self.state.meta(&slug));
        Ok(Answer::new(&body).header(header::ETAG, etag(place.version)))
    }

    /// Change a volunteer's place on an event's roster: status, type, notes, hours.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/roster/:volunteer", method = "patch", operation_id = "rosters_edit")]
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
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
        body: JsonBody<ParticipationEditBody>,
    ) -> poem::Result<Answer<One<PlacedBody>>> {
        let (tenant, event, volunteer) = self.enter(request, &ROSTERS_EDIT).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let edit: ParticipationEdit = body.read().await?;
        let (placed, slug) = self.state.in_tenant(tenant, move |tenant| tenant.rosters().edit(event, volunteer, &edit, version)).await?;
        Ok(self.answer(&placed, &slug))
    }

    /// Take a volunteer off an event's roster. Not while they count as attended.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/roster/:volunteer", method = "delete", operation_id = "rosters_remove")]
    async fn remove(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
    ) -> poem::Result<Answer<One<RemovedBody>>> {
        let (tenant, event, volunteer) = self.enter(request, &ROSTERS_REMOVE).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let ((), slug) = self.state.in_tenant(tenant, move |tenant| tenant.rosters().remove(event, volunteer, version)).await?;
        Ok(Answer::new(&One::of(RemovedBody { removed: 1 }, self.state.meta(&slug))))
    }
}

impl RostersApi {
    /// The tenant of the path, once it is known that the caller may do this there, and the event and the volunteer of the path.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, EventRef, VolunteerId), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        let event = EventRef::parse(&parts.next().unwrap_or_default());
        Ok((handle, event, VolunteerId::new(number(parts.next()))))
    }

    fn answer<S: Success>(&self, placed: &Placed, tenant: &str) -> Answer<One<PlacedBody>, S> {
        let body = One::of(PlacedBody::from(placed), self.state.meta(tenant));
        Answer::new(&body).header(header::ETAG, etag(placed.participation.version))
    }
}

fn asked(query: &str) -> Result<(RosterFilter, RosterOrder, PageRequest)> {
    let query = Query::strict(query, &["page", "per_page", "status", "sort"])?;
    let statuses = query.parse("status", |text| text.split(',').map(ParticipationStatus::parse).collect::<Result<Vec<_>, _>>())?;
    let filter = RosterFilter { statuses: statuses.unwrap_or_default() };
    Ok((filter, query.parse("sort", RosterOrder::parse)?.unwrap_or_default(), query.page()?))
}
