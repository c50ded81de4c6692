//! A tenant's audit log.

use poem::Request;
use poem_openapi::OpenApi;
use polaris_core::operations::{AUDIT_EXPORT, AUDIT_HEAD, AUDIT_LIST, AUDIT_VERIFY, Operation};

use super::Asked;
use super::wire::{EntryBody, HeadBody, VerificationBody};
use crate::State;
use crate::answer::{Answer, Download, Many, One};
use crate::documented::{InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::path_parts;
use crate::staff::session::tenant;

/// Audit logs of tenants.
pub(crate) struct AuditApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl AuditApi {
    /// List entries of the tenant's audit log, newest first.
    #[oai(path = "/api/v1/tenants/:tenant/audit", method = "get", operation_id = "audit_list")]
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
        /// Entries on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// `system`, `staff`, `tenant_user`, `api_key` or `public`.
        #[oai(name = "actor_kind", validator(pattern = "^(system|staff|tenant_user|api_key|public)$"))]
        _actor_kind: InQuery<String>,
        /// The actor with this number; needs the kind.
        #[oai(name = "actor_id", validator(minimum(value = "0")))]
        _actor_id: InQuery<i64>,
        /// An action such as `event.publish`, or with a dot at its end (`event.`) all that begin so.
        #[oai(name = "action", validator(min_length = 1, max_length = 100))]
        _action: InQuery<String>,
        /// What kind of thing it was done to.
        #[oai(name = "resource_kind", validator(min_length = 1, max_length = 100))]
        _resource_kind: InQuery<String>,
        /// Which one; needs the kind.
        #[oai(name = "resource_id", validator(min_length = 1, max_length = 100))]
        _resource_id: InQuery<String>,
        /// From this on: a local day (`YYYY-MM-DD`) or a time (RFC 3339).
        #[oai(name = "from", validator(min_length = 10))]
        _from: InQuery<String>,
        /// Up to this, included: a local day (`YYYY-MM-DD`) or a time (RFC 3339).
        #[oai(name = "to", validator(min_length = 10))]
        _to: InQuery<String>,
        /// `done`, `refused` or `pending`.
        #[oai(name = "outcome", validator(pattern = "^(done|refused|pending)$"))]
        _outcome: InQuery<String>,
        /// Only entries with a higher number.
        #[oai(name = "after", validator(minimum(value = "0")))]
        _after: InQuery<i64>,
    ) -> poem::Result<Answer<Many<EntryBody>>> {
        self.asked(request, &AUDIT_LIST).await?.list().await
    }

    /// Export the tenant's audit log, oldest first, as CSV or JSON lines. That it was exported is in the log.
    #[oai(path = "/api/v1/tenants/:tenant/audit/export", method = "get", operation_id = "audit_export")]
    async fn export(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// `csv` (the default) or `jsonl`.
        #[oai(name = "format", validator(pattern = "^(csv|jsonl)$"))]
        _format: InQuery<String>,
        /// `system`, `staff`, `tenant_user`, `api_key` or `public`.
        #[oai(name = "actor_kind", validator(pattern = "^(system|staff|tenant_user|api_key|public)$"))]
        _actor_kind: InQuery<String>,
        /// The actor with this number; needs the kind.
        #[oai(name = "actor_id", validator(minimum(value = "0")))]
        _actor_id: InQuery<i64>,
        /// An action such as `event.publish`, or with a dot at its end (`event.`) all that begin so.
        #[oai(name = "action", validator(min_length = 1, max_length = 100))]
        _action: InQuery<String>,
        /// What kind of thing it was done to.
        #[oai(name = "resource_kind", validator(min_length = 1, max_length = 100))]
        _resource_kind: InQuery<String>,
        /// Which one; needs the kind.
        #[oai(name = "resource_id", validator(min_length = 1, max_length = 100))]
        _resource_id: InQuery<String>,
        /// From this on: a local day (`YYYY-MM-DD`) or a time (RFC 3339).
        #[oai(name = "from", validator(min_length = 10))]
        _from: InQuery<String>,
        /// Up to this, included: a local day (`YYYY-MM-DD`) or a time (RFC 3339).
        #[oai(name = "to", validator(min_length = 10))]
        _to: InQuery<String>,
        /// `done`, `refused` or `pending`.
        #[oai(name = "outcome", validator(pattern = "^(done|refused|pending)$"))]
        _outcome: InQuery<String>,
        /// Only entries with a higher number.
        #[oai(name = "after", validator(minimum(value = "0")))]
        _after: InQuery<i64>,
    ) -> poem::Result<Download> {
        self.asked(request, &AUDIT_EXPORT).await?.export().await
    }

    /// Verify the tenant's audit log: follow its chain of hashes from the first entry to the last, and compare its end with the one last noted.
    #[oai(path = "/api/v1/tenants/:tenant/audit/verify", method = "get", operation_id = "audit_verify")]
    async fn verify(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// A head that was kept safe, to be found in the log: `ID:HASH`.
        #[oai(name = "head", validator(pattern = "^[0-9]+:[0-9A-Fa-f]{64}$"))]
        _head: InQuery<String>,
    ) -> poem::Result<Answer<One<VerificationBody>>> {
        self.asked(request, &AUDIT_VERIFY).await?.verify().await
    }

    /// Show where the tenant's audit log ends, to be kept safe elsewhere.
    #[oai(path = "/api/v1/tenants/:tenant/audit/head", method = "get", operation_id = "audit_head")]
    async fn head(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<One<HeadBody>>> {
        self.asked(request, &AUDIT_HEAD).await?.head().await
    }
}

impl AuditApi {
    /// The log, once it is known that the caller may do this with it.
    async fn asked(&self, request: &Request, operation: &'static Operation) -> Result<Asked, Failure> {
        let slug = path_parts(request).next().unwrap_or_default();
        let tenant = tenant(&self.state, request, &slug, operation).await?;
        Ok(Asked::of(&self.state, tenant.audit(), request))
    }
}
