//! The operator's audit log.

use poem::Request;
use poem_openapi::OpenApi;
use polaris_core::operations::{Operation, PLATFORM_AUDIT_EXPORT, PLATFORM_AUDIT_HEAD, PLATFORM_AUDIT_LIST, PLATFORM_AUDIT_VERIFY};

use super::Asked;
use super::wire::{EntryBody, HeadBody, VerificationBody};
use crate::State;
use crate::answer::{Answer, Download, Many, One};
use crate::documented::{InQuery, WithSession};
use crate::error::Failure;
use crate::staff::session::platform;

/// The operator's own audit log.
pub(crate) struct PlatformAuditApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl PlatformAuditApi {
    /// List entries of the operator's own audit log, newest first.
    #[oai(path = "/api/v1/platform/audit", method = "get", operation_id = "platform_audit_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
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
        /// From this on: a day in UTC (`YYYY-MM-DD`) or a time (RFC 3339).
        #[oai(name = "from", validator(min_length = 10))]
        _from: InQuery<String>,
        /// Up to this, included: a day in UTC (`YYYY-MM-DD`) or a time (RFC 3339).
        #[oai(name = "to", validator(min_length = 10))]
        _to: InQuery<String>,
        /// `done`, `refused` or `pending`.
        #[oai(name = "outcome", validator(pattern = "^(done|refused|pending)$"))]
        _outcome: InQuery<String>,
        /// Only entries with a higher number.
        #[oai(name = "after", validator(minimum(value = "0")))]
        _after: InQuery<i64>,
    ) -> poem::Result<Answer<Many<EntryBody>>> {
        self.asked(request, &PLATFORM_AUDIT_LIST).await?.list().await
    }

    /// Export the operator's own audit log, oldest first, as CSV or JSON lines. That it was exported is in the log.
    #[oai(path = "/api/v1/platform/audit/export", method = "get", operation_id = "platform_audit_export")]
    async fn export(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
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
        /// From this on: a day in UTC (`YYYY-MM-DD`) or a time (RFC 3339).
        #[oai(name = "from", validator(min_length = 10))]
        _from: InQuery<String>,
        /// Up to this, included: a day in UTC (`YYYY-MM-DD`) or a time (RFC 3339).
        #[oai(name = "to", validator(min_length = 10))]
        _to: InQuery<String>,
        /// `done`, `refused` or `pending`.
        #[oai(name = "outcome", validator(pattern = "^(done|refused|pending)$"))]
        _outcome: InQuery<String>,
        /// Only entries with a higher number.
        #[oai(name = "after", validator(minimum(value = "0")))]
        _after: InQuery<i64>,
    ) -> poem::Result<Download> {
        self.asked(request, &PLATFORM_AUDIT_EXPORT).await?.export().await
    }

    /// Verify the operator's own audit log: follow its chain of hashes from the first entry to the last.
    #[oai(path = "/api/v1/platform/audit/verify", method = "get", operation_id = "platform_audit_verify")]
    async fn verify(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// A head that was kept safe, to be found in the log: `ID:HASH`.
        #[oai(name = "head", validator(pattern = "^[0-9]+:[0-9A-Fa-f]{64}$"))]
        _head: InQuery<String>,
    ) -> poem::Result<Answer<One<VerificationBody>>> {
        self.asked(request, &PLATFORM_AUDIT_VERIFY).await?.verify().await
    }

    /// Show where the operator's own audit log ends, to be kept safe elsewhere.
    #[oai(path = "/api/v1/platform/audit/head", method = "get", operation_id = "platform_audit_head")]
    async fn head(&self, request: &Request, #[oai(name = "session")] _session: WithSession) -> poem::Result<Answer<One<HeadBody>>> {
        self.asked(request, &PLATFORM_AUDIT_HEAD).await?.head().await
    }
}

impl PlatformAuditApi {
    /// The log, once it is known that the caller may do this with it.
    async fn asked(&self, request: &Request, operation: &'static Operation) -> Result<Asked, Failure> {
        let platform = platform(&self.state, request, operation).await?;
        Ok(Asked::of(&self.state, platform.audit(), request))
    }
}
