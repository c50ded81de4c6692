//! The tenant surface: which events need volunteers, who would suit one, and who is left out (C1, C2).

use poem::Request;
use poem_openapi::OpenApi;
use polaris_core::operations::{Operation, RECRUITMENT_CANDIDATES, RECRUITMENT_DASHBOARD, RECRUITMENT_LEFT_OUT};
use polaris_core::types::EventRef;
use polaris_core::{PageRequest, Result, TenantHandle};

use super::session::tenant;
use super::wire_recruitment::{CandidateBody, DashboardBody, LeftOutBody};
use crate::State;
use crate::answer::{Answer, Many, Paged, Pagination};
use crate::documented::{InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// Recruitment of a tenant.
pub(crate) struct RecruitmentApi {
    pub(crate) state: State,
}

#[OpenApi]
impl RecruitmentApi {
    /// Show which events need volunteers, the most urgent first, and how many there are.
    #[oai(path = "/api/v1/tenants/:tenant/recruitment", method = "get", operation_id = "recruitment_dashboard")]
    async fn dashboard(
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
    ) -> poem::Result<Answer<Paged<DashboardBody>>> {
        let (tenant, _, page) = self.enter(request, &RECRUITMENT_DASHBOARD).await?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.recruitment().dashboard(page)).await?;
        let pagination = Pagination::of(&found.events);
        Ok(Answer::new(&Paged { success: true, data: DashboardBody::from(&found), pagination, meta: self.state.meta(&slug) }))
    }

    /// Show who would suit an event best, each with why. Equal scores come in the order of who was last asked: never, then longest ago; then
    /// by name.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/candidates", method = "get", operation_id = "recruitment_candidates")]
    async fn candidates(
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
        /// Candidates on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
    ) -> poem::Result<Answer<Many<CandidateBody>>> {
        let (tenant, event, page) = self.enter(request, &RECRUITMENT_CANDIDATES).await?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.recruitment().candidates(event, page)).await?;
        Ok(Answer::new(&Many::of(&found, self.state.meta(&slug))))
    }

    /// Show who is no candidate for an event, each with every reason, by name.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/candidates/left-out", method = "get", operation_id = "recruitment_left_out")]
    async fn left_out(
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
        /// People on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
    ) -> poem::Result<Answer<Many<LeftOutBody>>> {
        let (tenant, event, page) = self.enter(request, &RECRUITMENT_LEFT_OUT).await?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.recruitment().left_out(event, page)).await?;
        Ok(Answer::new(&Many::of(&found, self.state.meta(&slug))))
    }
}

impl RecruitmentApi {
    /// The tenant of the path, once it is known that the caller may do this there, the event of the path, and the page that is wanted.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, EventRef, PageRequest), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        let event = EventRef::parse(&parts.next().unwrap_or_default());
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["page", "per_page"]).map_err(Failure::from)?;
        Ok((handle, event, query.page().map_err(Failure::from)?))
    }
}
