//! The platform surface: tenants (P1, P2).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::error::Problem;
use polaris_core::operations::{TENANTS_CREATE, TENANTS_EDIT, TENANTS_GET, TENANTS_LIST};
use polaris_core::{NewTenant, TenantEdit, TenantFilter, TenantState};

use super::if_match::{self, etag};
use super::session::platform;
use super::tenant_wire::TenantEditBody;
use super::wire::{CreatedTenantBody, NewTenantBody, TenantBody, TenantDetailsBody};
use crate::State;
use crate::answer::{Answer, Created, Many, Meta, One};
use crate::blocking::Whose;
use crate::body::JsonBody;
use crate::documented::{InHeader, InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// The platform surface.
pub(crate) struct PlatformApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl PlatformApi {
    /// List tenants, by slug.
    #[oai(path = "/api/v1/platform/tenants", method = "get", operation_id = "tenants_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Tenants on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// Text that slug, name or district contain.
        #[oai(name = "q")]
        _q: InQuery<String>,
        /// `active`, `inactive` or `trashed`; left out, those that are active or inactive.
        #[oai(name = "state", validator(pattern = "^(active|inactive|trashed)$"))]
        _state: InQuery<String>,
    ) -> poem::Result<Answer<Many<TenantBody>>> {
        let platform = platform(&self.state, request, &TENANTS_LIST).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["page", "per_page", "q", "state"]).map_err(Failure::from)?;
        let page = query.page().map_err(Failure::from)?;
        let filter = TenantFilter { q: query.get("q").map(str::to_owned), state: query.parse("state", state).map_err(Failure::from)? };
        let found =
            self.state.blocking.run(Whose::Platform, move || platform.tenants().list(&filter, page)).await.map_err(Failure::from)?;
        Ok(Answer::new(&Many::of(&found, Meta::now(None, self.state.now()))))
    }

    /// Create a tenant with its database, reference data and first API key, which is shown this once.
    #[oai(path = "/api/v1/platform/tenants", method = "post", operation_id = "tenants_create")]
    async fn create(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        body: JsonBody<NewTenantBody>,
    ) -> poem::Result<Answer<One<CreatedTenantBody>, Created>> {
        let platform = platform(&self.state, request, &TENANTS_CREATE).await?;
        let draft: NewTenant = body.read().await?;
        let created = self.state.blocking.run(Whose::Platform, move || platform.tenants().create(draft)).await.map_err(Failure::from)?;
        let address = format!("/api/v1/platform/tenants/{}", created.tenant.slug);
        let meta = Meta::now(None, self.state.now());
        Ok(Answer::new(&One::of(CreatedTenantBody::from(&created), meta)).header(header::LOCATION, address))
    }

    /// Show one tenant: features, keys, sizes, schema version, last activity.
    #[oai(path = "/api/v1/platform/tenants/:tenant", method = "get", operation_id = "tenants_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<One<TenantDetailsBody>>> {
        let platform = platform(&self.state, request, &TENANTS_GET).await?;
        let slug = path_parts(request).next().unwrap_or_default();
        let found = self.state.blocking.run(Whose::Platform, move || platform.tenants().get(&slug)).await.map_err(Failure::from)?;
        let meta = Meta::now(None, self.state.now());
        let answer = Answer::new(&One::of(TenantDetailsBody::from(&found), meta));
        Ok(answer.header(header::ETAG, etag(found.version)))
    }

    /// Edit a tenant: name, district, features, branding, portal texts, time zone, allowed origins, weights of
    /// candidates' scores. What is left out stays; null clears.
    #[oai(path = "/api/v1/platform/tenants/:tenant", method = "patch", operation_id = "tenants_edit")]
    async fn edit(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
        body: JsonBody<TenantEditBody>,
    ) -> poem::Result<Answer<One<TenantDetailsBody>>> {
        let platform = platform(&self.state, request, &TENANTS_EDIT).await?;
        let slug = path_parts(request).next().unwrap_or_default();
        let version = if_match::version(request).map_err(Failure::from)?;
        let edit: TenantEdit = body.read().await?;
        let shown = self.state.blocking.run(Whose::Platform, move || platform.tenants().edit(&slug, &edit, version)).await;
        let shown = shown.map_err(Failure::from)?;
        let meta = Meta::now(None, self.state.now());
        let answer = Answer::new(&One::of(TenantDetailsBody::from(&shown), meta));
        Ok(answer.header(header::ETAG, etag(shown.version)))
    }
}

fn state(text: &str) -> Result<TenantState, Problem> {
    TenantState::named(text).ok_or_else(|| Problem::new("UNKNOWN_VALUE", "must be active, inactive or trashed"))
}
