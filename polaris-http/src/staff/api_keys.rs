//! The tenant surface: the keys of its public API (FR-API-106).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{API_KEYS_ADOPT, API_KEYS_CREATE, API_KEYS_GET, API_KEYS_LIST, API_KEYS_REVOKE, API_KEYS_ROTATE, Operation};
use polaris_core::types::ApiKeyId;
use polaris_core::{ApiKeyState, MadeApiKey, NewApiKey, NewKeyAdoption, NewKeyRotation, PageRequest, Result, TenantHandle};

use super::people::number;
use super::session::tenant;
use super::wire_keys::{ApiKeyBody, MadeApiKeyBody, NewApiKeyBody, NewKeyAdoptionBody, NewKeyRotationBody};
use crate::State;
use crate::answer::{Answer, Created, Many, One, Pagination};
use crate::body::{JsonBody, PerhapsJsonBody};
use crate::documented::{InPath, WithSession};
use crate::error::Failure;
use crate::query::path_parts;

/// The keys of a tenant's public API.
pub(crate) struct ApiKeysApi {
    pub(crate) state: State,
}

#[OpenApi]
impl ApiKeysApi {
    /// List the keys that are good now, without their secrets, in the order in which they were made.
    #[oai(path = "/api/v1/tenants/:tenant/api-keys", method = "get", operation_id = "api_keys_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<Many<ApiKeyBody>>> {
        let (tenant, _) = self.enter(request, &API_KEYS_LIST).await?;
        let (keys, slug) = self.state.in_tenant(tenant, |tenant| tenant.api_keys().list()).await?;
        // All on one page: there are at most ten.
        let total = u32::try_from(keys.len()).unwrap_or(u32::MAX);
        let page = PageRequest::new(1, 100).unwrap_or_default().of(keys, total);
        let data = page.items.iter().map(ApiKeyBody::from).collect();
        Ok(Answer::new(&Many { success: true, data, pagination: Pagination::of(&page), meta: self.state.meta(&slug) }))
    }

    /// Make a key. The answer shows it this once.
    #[oai(path = "/api/v1/tenants/:tenant/api-keys", method = "post", operation_id = "api_keys_create")]
    async fn create(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<NewApiKeyBody>,
    ) -> poem::Result<Answer<One<MadeApiKeyBody>, Created>> {
        let (tenant, _) = self.enter(request, &API_KEYS_CREATE).await?;
        let draft: NewApiKey = body.read().await?;
        let (made, slug) = self.state.in_tenant(tenant, move |tenant| tenant.api_keys().create(&draft)).await?;
        Ok(self.made(&made, &slug))
    }

    /// Take over a key of the earlier application by its hash, so that websites that have it keep it. For the operator's admins.
    #[oai(path = "/api/v1/tenants/:tenant/api-keys/adopt", method = "post", operation_id = "api_keys_adopt")]
    async fn adopt(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<NewKeyAdoptionBody>,
    ) -> poem::Result<Answer<One<ApiKeyBody>, Created>> {
        let (tenant, _) = self.enter(request, &API_KEYS_ADOPT).await?;
        let adoption: NewKeyAdoption = body.read().await?;
        let (key, slug) = self.state.in_tenant(tenant, move |tenant| tenant.api_keys().adopt(&adoption)).await?;
        let body = One::of(ApiKeyBody::from(&key), self.state.meta(&slug));
        Ok(Answer::new(&body).header(header::LOCATION, address(&slug, &key)))
    }

    /// Show one key that is good now, without its secret.
    #[oai(path = "/api/v1/tenants/:tenant/api-keys/:key", method = "get", operation_id = "api_keys_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The key's number.
        #[oai(name = "key")]
        _key: InPath<i64>,
    ) -> poem::Result<Answer<One<ApiKeyBody>>> {
        let (tenant, key) = self.enter(request, &API_KEYS_GET).await?;
        let (key, slug) = self.state.in_tenant(tenant, move |tenant| tenant.api_keys().get(key)).await?;
        Ok(self.one(&key, &slug))
    }

    /// End a key at once, also one that is in its grace. Answers what it was.
    #[oai(path = "/api/v1/tenants/:tenant/api-keys/:key", method = "delete", operation_id = "api_keys_revoke")]
    async fn revoke(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The key's number.
        #[oai(name = "key")]
        _key: InPath<i64>,
    ) -> poem::Result<Answer<One<ApiKeyBody>>> {
        let (tenant, key) = self.enter(request, &API_KEYS_REVOKE).await?;
        let (key, slug) = self.state.in_tenant(tenant, move |tenant| tenant.api_keys().revoke(key)).await?;
        Ok(self.one(&key, &slug))
    }

    /// Replace a key by a new one, which the answer shows this once. The old one ends at once, or stays good for some hours.
    #[oai(path = "/api/v1/tenants/:tenant/api-keys/:key/rotate", method = "post", operation_id = "api_keys_rotate")]
    async fn rotate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The key's number.
        #[oai(name = "key")]
        _key: InPath<i64>,
        body: PerhapsJsonBody<NewKeyRotationBody>,
    ) -> poem::Result<Answer<One<MadeApiKeyBody>, Created>> {
        let (tenant, key) = self.enter(request, &API_KEYS_ROTATE).await?;
        let rotation: NewKeyRotation = body.read().await?;
        let (made, slug) = self.state.in_tenant(tenant, move |tenant| tenant.api_keys().rotate(key, &rotation)).await?;
        Ok(self.made(&made, &slug))
    }
}

impl ApiKeysApi {
    /// The tenant of the path, once it is known that the caller may do this there, and the key of the path, if it names one.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, ApiKeyId), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        Ok((handle, ApiKeyId::new(number(parts.next()))))
    }

    fn one(&self, key: &ApiKeyState, slug: &str) -> Answer<One<ApiKeyBody>> {
        Answer::new(&One::of(ApiKeyBody::from(key), self.state.meta(slug)))
    }

    fn made(&self, made: &MadeApiKey, slug: &str) -> Answer<One<MadeApiKeyBody>, Created> {
        let body = One::of(MadeApiKeyBody::from(made), self.state.meta(slug));
        Answer::new(&body).header(header::LOCATION, address(slug, &made.key))
    }
}

fn address(slug: &str, key: &ApiKeyState) -> String {
    format!("/api/v1/tenants/{slug}/api-keys/{}", key.id)
}
