//! The tenant surface: the outbox (M1).

use poem::Request;
use poem_openapi::OpenApi;
use polaris_core::operations::{MAILS_GET, MAILS_LIST, MAILS_RETRY, MAILS_RETRY_ALL, Operation};
use polaris_core::types::MailId;
use polaris_core::{Error, MailFilter, PageRequest, Result, TenantHandle};

use super::people::number;
use super::session::tenant;
use super::wire_mails::{MailBody, RetriedMailsBody};
use crate::State;
use crate::answer::{Answer, Many, One, Pagination};
use crate::documented::{InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// The outbox of a tenant.
pub(crate) struct MailsApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl MailsApi {
    /// List mails, the newest first: those that wait, were sent, could not be delivered or are held. Settled ones are forgotten after 90
    /// days.
    #[oai(path = "/api/v1/tenants/:tenant/mails", method = "get", operation_id = "mails_list")]
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
        /// Mails on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// In this state.
        #[oai(name = "state", validator(pattern = "^(waiting|sending|sent|failed|held)$"))]
        _state: InQuery<String>,
        /// Of this kind.
        #[oai(
            name = "kind",
            validator(
                pattern = "^(invitation|reset|signup_confirmed|signup_waitlisted|signup_promoted|signup_cancelled|signup_removed|signup_merged|event_changed|event_cancelled|outreach)$"
            )
        )]
        _kind: InQuery<String>,
        /// About the event with this number.
        #[oai(name = "event", validator(minimum(value = "1")))]
        _event: InQuery<i64>,
        /// About the volunteer with this number.
        #[oai(name = "volunteer", validator(minimum(value = "1")))]
        _volunteer: InQuery<i64>,
    ) -> poem::Result<Answer<Many<MailBody>>> {
        let (tenant, _) = self.enter(request, &MAILS_LIST).await?;
        let (filter, page) = asked(request.uri().query().unwrap_or_default()).map_err(Failure::from)?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.mails().list(&filter, page)).await?;
        let data = found.items.iter().map(MailBody::from).collect();
        Ok(Answer::new(&Many { success: true, data, pagination: Pagination::of(&found), meta: self.state.meta(&slug) }))
    }

    /// Have all mails tried again that failed or are held.
    #[oai(path = "/api/v1/tenants/:tenant/mails/retry", method = "post", operation_id = "mails_retry_all")]
    async fn retry_all(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<One<RetriedMailsBody>>> {
        let (tenant, _) = self.enter(request, &MAILS_RETRY_ALL).await?;
        let (retried, slug) = self.state.in_tenant(tenant, |tenant| tenant.mails().retry_all()).await?;
        Ok(Answer::new(&One::of(RetriedMailsBody::from(&retried), self.state.meta(&slug))))
    }

    /// Show one mail of the outbox.
    #[oai(path = "/api/v1/tenants/:tenant/mails/:mail", method = "get", operation_id = "mails_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The mail's number.
        #[oai(name = "mail")]
        _mail: InPath<i64>,
    ) -> poem::Result<Answer<One<MailBody>>> {
        let (tenant, mail) = self.enter(request, &MAILS_GET).await?;
        let (mail, slug) = self.state.in_tenant(tenant, move |tenant| tenant.mails().get(mail)).await?;
        Ok(Answer::new(&One::of(MailBody::from(&mail), self.state.meta(&slug))))
    }

    /// Have a mail tried again at once that failed, is held or waits.
    #[oai(path = "/api/v1/tenants/:tenant/mails/:mail/retry", method = "post", operation_id = "mails_retry")]
    async fn retry(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The mail's number.
        #[oai(name = "mail")]
        _mail: InPath<i64>,
    ) -> poem::Result<Answer<One<MailBody>>> {
        let (tenant, mail) = self.enter(request, &MAILS_RETRY).await?;
        let (mail, slug) = self.state.in_tenant(tenant, move |tenant| tenant.mails().retry(mail)).await?;
        Ok(Answer::new(&One::of(MailBody::from(&mail), self.state.meta(&slug))))
    }
}

impl MailsApi {
    /// The tenant of the path, once it is known that the caller may do this there, and the mail of the path, if it names one.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, MailId), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        Ok((handle, MailId::new(number(parts.next()))))
    }
}

const PARAMETERS: &[&str] = &["page", "per_page", "state", "kind", "event", "volunteer"];

fn asked(query: &str) -> Result<(MailFilter, PageRequest), Error> {
    let query = Query::strict(query, PARAMETERS)?;
    let filter = MailFilter {
        state: query.get("state").map(str::to_owned),
        kind: query.get("kind").map(str::to_owned),
        event: query.id("event")?,
        volunteer: query.id("volunteer")?,
    };
    Ok((filter, query.page()?))
}
