//! The tenant surface: volunteers (V1, V3, V5).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::error::Problem;
use polaris_core::operations::{
    Operation, VOLUNTEERS_CREATE, VOLUNTEERS_DEACTIVATE, VOLUNTEERS_EDIT, VOLUNTEERS_GET, VOLUNTEERS_HISTORY, VOLUNTEERS_LIST,
    VOLUNTEERS_MERGE, VOLUNTEERS_PREVIEW_MERGE, VOLUNTEERS_REACTIVATE, VOLUNTEERS_SUGGEST,
};
use polaris_core::types::{VolunteerId, VolunteerOrder};
use polaris_core::{NewVolunteer, PageRequest, Result, TenantHandle, Volunteer, VolunteerEdit, VolunteerFilter, VolunteerMerge};

use super::if_match::{self, etag};
use super::people::{number, whether};
use super::session::tenant;
use super::wire_rosters::HistoryEntryBody;
use super::wire_volunteers::{
    MergePlanBody, NewVolunteerBody, NewVolunteerMergeBody, SavedVolunteerBody, VolunteerBody, VolunteerDetailsBody, VolunteerEditBody,
    VolunteerSuggestionBody,
};
use crate::State;
use crate::answer::{Answer, Created, Many, One};
use crate::body::JsonBody;
use crate::documented::{InHeader, InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// The volunteers of a tenant.
pub(crate) struct VolunteersApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl VolunteersApi {
    /// List and search volunteers, by name.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers", method = "get", operation_id = "volunteers_list")]
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
        /// Volunteers on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// Words that name, organization, e-mail address, title or skills hold, whole or their beginning, whatever their case and accents.
        #[oai(name = "q", validator(max_length = 200))]
        _q: InQuery<String>,
        /// Who has this skill, by name or alias.
        #[oai(name = "skill")]
        _skill: InQuery<String>,
        /// Of this career type, by name or alias.
        #[oai(name = "career_type")]
        _career_type: InQuery<String>,
        /// Of this organization, whatever its case and accents.
        #[oai(name = "organization")]
        _organization: InQuery<String>,
        /// `true` for those who are active, `false` for those who are deactivated.
        #[oai(name = "active", validator(pattern = "^(true|false)$"))]
        _active: InQuery<String>,
        /// `name` (the default; the last name first), `organization` or `created`; with a `-` in front for the other way round.
        #[oai(name = "sort", validator(pattern = "^-?(name|organization|created)$"))]
        _sort: InQuery<String>,
    ) -> poem::Result<Answer<Many<VolunteerBody>>> {
        let (tenant, _) = self.enter(request, &VOLUNTEERS_LIST).await?;
        let (filter, order, page) = asked(request.uri().query().unwrap_or_default()).map_err(Failure::from)?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().list(&filter, order, page)).await?;
        Ok(Answer::new(&Many::of(&found, self.state.meta(&slug))))
    }

    /// Add a volunteer. Where a deactivated one has the e-mail address, that one is reactivated, with what is given in place of what was there;
    /// where an active one has it, the conflict tells their number.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers", method = "post", operation_id = "volunteers_create")]
    async fn create(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<NewVolunteerBody>,
    ) -> poem::Result<Answer<One<SavedVolunteerBody>, Created>> {
        let (tenant, _) = self.enter(request, &VOLUNTEERS_CREATE).await?;
        let draft: NewVolunteer = body.read().await?;
        let (saved, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().create(draft)).await?;
        let address = format!("/api/v1/tenants/{slug}/volunteers/{}", saved.volunteer.id);
        let body = One::of(SavedVolunteerBody::from(&saved), self.state.meta(&slug));
        Ok(Answer::new(&body).header(header::LOCATION, address).header(header::ETAG, etag(saved.volunteer.version)))
    }

    /// Suggest at most ten active volunteers for what was typed so far: those whose last name begins so, then others who hold the words.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/suggest", method = "get", operation_id = "volunteers_suggest")]
    async fn suggest(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// What was typed so far.
        #[oai(name = "q", validator(max_length = 200))]
        _q: InQuery<String>,
    ) -> poem::Result<Answer<One<Vec<VolunteerSuggestionBody>>>> {
        let (tenant, _) = self.enter(request, &VOLUNTEERS_SUGGEST).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["q"]).map_err(Failure::from)?;
        let q = query.get("q").unwrap_or_default().to_owned();
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().suggest(&q)).await?;
        let data = found.iter().map(VolunteerSuggestionBody::from).collect();
        Ok(Answer::new(&One::of(data, self.state.meta(&slug))))
    }

    /// Show one volunteer, with what they took part in and notes. The number of one who was merged leads to the other.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer", method = "get", operation_id = "volunteers_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
    ) -> poem::Result<Answer<One<VolunteerDetailsBody>>> {
        let (tenant, volunteer) = self.enter(request, &VOLUNTEERS_GET).await?;
        let (details, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().get(volunteer)).await?;
        let body = One::of(VolunteerDetailsBody::from(&details), self.state.meta(&slug));
        Ok(Answer::new(&body).header(header::ETAG, etag(details.volunteer.version)))
    }

    /// List the events on whose rosters a volunteer stands, in any status, the last one first.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer/history", method = "get", operation_id = "volunteers_history")]
    async fn history(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Events on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
    ) -> poem::Result<Answer<Many<HistoryEntryBody>>> {
        let (tenant, volunteer) = self.enter(request, &VOLUNTEERS_HISTORY).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["page", "per_page"]).map_err(Failure::from)?;
        let page = query.page().map_err(Failure::from)?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().history(volunteer, page)).await?;
        Ok(Answer::new(&Many::of(&found, self.state.meta(&slug))))
    }

    /// Change a volunteer. What is left out stays; null clears.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer", method = "patch", operation_id = "volunteers_edit")]
    async fn edit(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
        body: JsonBody<VolunteerEditBody>,
    ) -> poem::Result<Answer<One<VolunteerBody>>> {
        let (tenant, volunteer) = self.enter(request, &VOLUNTEERS_EDIT).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let edit: VolunteerEdit = body.read().await?;
        let (volunteer, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().edit(volunteer, edit, version)).await?;
        Ok(self.answer(&volunteer, &slug))
    }

    /// Deactivate a volunteer: they are kept with all their history, and can't be put on a roster any more.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer/deactivate", method = "post", operation_id = "volunteers_deactivate")]
    async fn deactivate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
    ) -> poem::Result<Answer<One<VolunteerBody>>> {
        let (tenant, volunteer) = self.enter(request, &VOLUNTEERS_DEACTIVATE).await?;
        let (volunteer, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().deactivate(volunteer)).await?;
        Ok(self.answer(&volunteer, &slug))
    }

    /// Reactivate a volunteer.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer/reactivate", method = "post", operation_id = "volunteers_reactivate")]
    async fn reactivate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
    ) -> poem::Result<Answer<One<VolunteerBody>>> {
        let (tenant, volunteer) = self.enter(request, &VOLUNTEERS_REACTIVATE).await?;
        let (volunteer, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().reactivate(volunteer)).await?;
        Ok(self.answer(&volunteer, &slug))
    }

    /// Show what merging another record into this one would do.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer/merge", method = "get", operation_id = "volunteers_preview_merge")]
    async fn preview_merge(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
        /// The number of the record that would go; required.
        #[oai(name = "merged_id", validator(minimum(value = "1")))]
        _merged_id: InQuery<i64>,
    ) -> poem::Result<Answer<One<MergePlanBody>>> {
        let (tenant, volunteer) = self.enter(request, &VOLUNTEERS_PREVIEW_MERGE).await?;
        let merge = previewed(request.uri().query().unwrap_or_default()).map_err(Failure::from)?;
        let (plan, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().preview_merge(volunteer, &merge)).await?;
        Ok(Answer::new(&One::of(MergePlanBody::from(&plan), self.state.meta(&slug))))
    }

    /// Merge another record into this one, for good: this one keeps its number, the other's leads to it.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer/merge", method = "post", operation_id = "volunteers_merge")]
    async fn merge(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
        body: JsonBody<NewVolunteerMergeBody>,
    ) -> poem::Result<Answer<One<MergePlanBody>>> {
        let (tenant, volunteer) = self.enter(request, &VOLUNTEERS_MERGE).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let merge: VolunteerMerge = body.read().await?;
        let (plan, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().merge(volunteer, &merge, version)).await?;
        let body = One::of(MergePlanBody::from(&plan), self.state.meta(&slug));
        Ok(Answer::new(&body).header(header::ETAG, etag(plan.survivor.version)))
    }
}

impl VolunteersApi {
    /// The tenant of the path, once it is known that the caller may do this there, and the volunteer of the path, if it names one.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, VolunteerId), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        Ok((handle, VolunteerId::new(number(parts.next()))))
    }

    fn answer(&self, volunteer: &Volunteer, tenant: &str) -> Answer<One<VolunteerBody>> {
        let body = One::of(VolunteerBody::from(volunteer), self.state.meta(tenant));
        Answer::new(&body).header(header::ETAG, etag(volunteer.version))
    }
}

/// The parameters that say which volunteers are meant, and in which order.
pub(super) const FILTER: [&str; 6] = ["q", "skill", "career_type", "organization", "active", "sort"];

fn asked(query: &str) -> Result<(VolunteerFilter, VolunteerOrder, PageRequest)> {
    let query = Query::strict(query, &[&FILTER[..], &["page", "per_page"]].concat())?;
    let (filter, order) = filtered(&query)?;
    Ok((filter, order, query.page()?))
}

/// What [`FILTER`] says.
pub(super) fn filtered(query: &Query<'_>) -> Result<(VolunteerFilter, VolunteerOrder)> {
    let text = |name: &str| query.get(name).map(str::to_owned);
    let filter = VolunteerFilter {
        q: text("q"),
        skill: text("skill"),
        career_type: text("career_type"),
        organization: text("organization"),
        active: query.parse("active", whether)?,
    };
    Ok((filter, query.parse("sort", VolunteerOrder::parse)?.unwrap_or_default()))
}

fn previewed(query: &str) -> Result<VolunteerMerge> {
    let query = Query::strict(query, &["merged_id"])?;
    let merged_id = query.parse("merged_id", |text| match number(Some(text.to_owned())) {
        0 => Err(Problem::new("BAD_NUMBER", "must be the number of a volunteer")),
        number => Ok(number),
    })?;
    Ok(VolunteerMerge { merged_id, ..VolunteerMerge::default() })
}
