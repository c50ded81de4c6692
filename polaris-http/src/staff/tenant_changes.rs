//! The platform surface: tenants deactivated, reactivated, deleted, taken back and purged (P3, P4).

use poem::Request;
use poem_openapi::OpenApi;
use polaris_core::operations::{TENANTS_DEACTIVATE, TENANTS_DELETE, TENANTS_PURGE, TENANTS_REACTIVATE, TENANTS_UNDELETE};
use polaris_core::{Result, Tenant};

use super::session::platform;
use super::tenant_wire::{Confirmation, ConfirmationBody, PurgedBody, Reason, ReasonBody};
use super::wire::TenantBody;
use crate::State;
use crate::answer::{Answer, Meta, One};
use crate::blocking::Whose;
use crate::body::{JsonBody, PerhapsJsonBody};
use crate::documented::{InPath, WithSession};
use crate::error::Failure;
use crate::query::path_parts;

/// Changes of where tenants stand.
pub(crate) struct TenantChangesApi {
    pub(crate) state: State,
}

#[OpenApi]
impl TenantChangesApi {
    /// Deactivate a tenant: nothing of it can be reached until it is reactivated, its people's sessions end.
    #[oai(path = "/api/v1/platform/tenants/:tenant/deactivate", method = "post", operation_id = "tenants_deactivate")]
    async fn deactivate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: PerhapsJsonBody<ReasonBody>,
    ) -> poem::Result<Answer<One<TenantBody>>> {
        let platform = platform(&self.state, request, &TENANTS_DEACTIVATE).await?;
        let (slug, Reason { reason }) = (slug(request), body.read().await?);
        self.changed(move || platform.tenants().deactivate(&slug, reason.as_deref())).await
    }

    /// Reactivate a deactivated tenant.
    #[oai(path = "/api/v1/platform/tenants/:tenant/reactivate", method = "post", operation_id = "tenants_reactivate")]
    async fn reactivate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: PerhapsJsonBody<ReasonBody>,
    ) -> poem::Result<Answer<One<TenantBody>>> {
        let platform = platform(&self.state, request, &TENANTS_REACTIVATE).await?;
        let (slug, Reason { reason }) = (slug(request), body.read().await?);
        self.changed(move || platform.tenants().reactivate(&slug, reason.as_deref())).await
    }

    /// Move a deactivated tenant to the trash, once no program has its file open. It can be taken back until it is purged.
    #[oai(path = "/api/v1/platform/tenants/:tenant/delete", method = "post", operation_id = "tenants_delete")]
    async fn delete(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<ConfirmationBody>,
    ) -> poem::Result<Answer<One<TenantBody>>> {
        let platform = platform(&self.state, request, &TENANTS_DELETE).await?;
        let (slug, Confirmation { confirm }) = (slug(request), body.read().await?);
        self.changed(move || platform.tenants().delete(&slug, &confirm)).await
    }

    /// Take a tenant back from the trash, deactivated.
    #[oai(path = "/api/v1/platform/tenants/:tenant/undelete", method = "post", operation_id = "tenants_undelete")]
    async fn undelete(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<One<TenantBody>>> {
        let platform = platform(&self.state, request, &TENANTS_UNDELETE).await?;
        let slug = slug(request);
        self.changed(move || platform.tenants().undelete(&slug)).await
    }

    /// Remove a tenant in the trash for good, and free its slug. This can't be undone.
    #[oai(path = "/api/v1/platform/tenants/:tenant/purge", method = "post", operation_id = "tenants_purge")]
    async fn purge(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<ConfirmationBody>,
    ) -> poem::Result<Answer<One<PurgedBody>>> {
        let platform = platform(&self.state, request, &TENANTS_PURGE).await?;
        let (slug, Confirmation { confirm }) = (slug(request), body.read().await?);
        let purged = slug.clone();
        self.state.blocking.run(Whose::Platform, move || platform.tenants().purge(&slug, &confirm)).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(PurgedBody { slug: purged }, Meta::now(None, self.state.now()))))
    }
}

impl TenantChangesApi {
    async fn changed(&self, change: impl FnOnce() -> Result<Tenant> + Send + 'static) -> poem::Result<Answer<One<TenantBody>>> {
        let tenant = self.state.blocking.run(Whose::Platform, change).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(TenantBody::from(&tenant), Meta::now(None, self.state.now()))))
    }
}

fn slug(request: &Request) -> String {
    path_parts(request).next().unwrap_or_default()
}
