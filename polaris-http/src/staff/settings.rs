//! The tenant surface: its settings (P2).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{SETTINGS_EDIT, SETTINGS_GET};
use polaris_core::{Settings, SettingsEdit};

use super::if_match::{self, etag};
use super::session::tenant;
use super::tenant_wire::{SettingsBody, SettingsEditBody};
use crate::State;
use crate::answer::{Answer, One};
use crate::blocking::Whose;
use crate::body::JsonBody;
use crate::documented::{InHeader, InPath, WithSession};
use crate::error::Failure;
use crate::query::path_parts;

/// The settings of a tenant.
pub(crate) struct SettingsApi {
    pub(crate) state: State,
}

#[OpenApi]
impl SettingsApi {
    /// Show the tenant's settings.
    #[oai(path = "/api/v1/tenants/:tenant/settings", method = "get", operation_id = "settings_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<One<SettingsBody>>> {
        let tenant = tenant(&self.state, request, &path_parts(request).next().unwrap_or_default(), &SETTINGS_GET).await?;
        let slug = tenant.slug().clone();
        let found = self.state.blocking.run(Whose::Tenant(slug.as_str()), move || tenant.administration().settings()).await;
        Ok(self.answer(&*found.map_err(Failure::from)?, slug.as_str()))
    }

    /// Edit what is the tenant's own to settle: branding, portal texts, time zone (for new events), allowed origins, weights of
    /// candidates' scores. What is left out
    /// stays; null clears. Name, district and features are the operator's.
    #[oai(path = "/api/v1/tenants/:tenant/settings", method = "patch", operation_id = "settings_edit")]
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
        body: JsonBody<SettingsEditBody>,
    ) -> poem::Result<Answer<One<SettingsBody>>> {
        let tenant = tenant(&self.state, request, &path_parts(request).next().unwrap_or_default(), &SETTINGS_EDIT).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let edit: SettingsEdit = body.read().await?;
        let slug = tenant.slug().clone();
        let edited =
            self.state.blocking.run(Whose::Tenant(slug.as_str()), move || tenant.administration().edit_settings(&edit, version)).await;
        Ok(self.answer(&edited.map_err(Failure::from)?, slug.as_str()))
    }
}

impl SettingsApi {
    fn answer(&self, settings: &Settings, tenant: &str) -> Answer<One<SettingsBody>> {
        let body = One::of(SettingsBody::from(settings), self.state.meta(tenant));
        Answer::new(&body).header(header::ETAG, etag(settings.version))
    }
}
