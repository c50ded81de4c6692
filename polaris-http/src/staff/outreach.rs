//! The tenant surface: who was asked to which event, and what came of it (C3); volunteers asked by mail (C4).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::error::Problem;
use polaris_core::operations::{
    OUTREACH_EDIT, OUTREACH_GET, OUTREACH_LIST, OUTREACH_LOG, OUTREACH_PREVIEW_MAIL, OUTREACH_REMOVE, OUTREACH_SEND_MAIL, Operation,
};
use polaris_core::types::{EventRef, OutreachId, OutreachMethod, OutreachOutcome, VolunteerId};
use polaris_core::{LoggedOutreach, NewOutreach, NewOutreachMail, OutreachEdit, OutreachFilter, PageRequest, Result, TenantHandle};

use super::if_match::{self, etag};
use super::people::number;
use super::session::tenant;
use super::wire_outreach::{
    LoggedOutreachBody, NewOutreachBody, NewOutreachMailBody, OutreachEditBody, OutreachEntryBody, OutreachMailPreviewBody,
    SentOutreachMailBody,
};
use super::wire_volunteers::RemovedBody;
use crate::State;
use crate::answer::{Answer, Created, Many, One, Success};
use crate::body::JsonBody;
use crate::documented::{InHeader, InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// The outreach of a tenant.
pub(crate) struct OutreachApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl OutreachApi {
    /// List who was asked to what, how, and what came of it; the last attempt first.
    #[oai(path = "/api/v1/tenants/:tenant/outreach", method = "get", operation_id = "outreach_list")]
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
        /// Attempts on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// For the event of this number or slug.
        #[oai(name = "event")]
        _event: InQuery<String>,
        /// To the volunteer of this number.
        #[oai(name = "volunteer")]
        _volunteer: InQuery<i64>,
        /// One or more of email, phone, text, in_person, with commas between.
        #[oai(name = "method", validator(pattern = "^(email|phone|text|in_person)(,(email|phone|text|in_person))*$"))]
        _method: InQuery<String>,
        /// One or more of pending, no_response, interested, declined, confirmed, with commas between.
        #[oai(
            name = "outcome",
            validator(
                pattern = "^(pending|no_response|interested|declined|confirmed)(,(pending|no_response|interested|declined|confirmed))*$"
            )
        )]
        _outcome: InQuery<String>,
    ) -> poem::Result<Answer<Many<OutreachEntryBody>>> {
        let (tenant, _) = self.enter(request, &OUTREACH_LIST).await?;
        let (filter, page) = asked(request.uri().query().unwrap_or_default()).map_err(Failure::from)?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.outreach().list(&filter, page)).await?;
        Ok(Answer::new(&Many::of(&found, self.state.meta(&slug))))
    }

    /// Log that a volunteer was asked to come to an event, and what came of it. Who confirmed comes on its roster; who declined and is
    /// invited is marked so there.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/outreach", method = "post", operation_id = "outreach_log")]
    async fn log(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
        body: JsonBody<NewOutreachBody>,
    ) -> poem::Result<Answer<One<LoggedOutreachBody>, Created>> {
        let (tenant, event) = self.enter(request, &OUTREACH_LOG).await?;
        let draft: NewOutreach = body.read().await?;
        let event = EventRef::parse(&event);
        let (logged, slug) = self.state.in_tenant(tenant, move |tenant| tenant.outreach().log(event, &draft)).await?;
        let address = format!("/api/v1/tenants/{slug}/outreach/{}", logged.outreach.id);
        Ok(self.answer(&logged, &slug).header(header::LOCATION, address))
    }

    /// Show whom a mail that asks to an event would go to, who is left out, and what it would say to the first of them. Changes nothing.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/outreach/mail/preview", method = "post", operation_id = "outreach_preview_mail")]
    async fn preview_mail(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
        body: JsonBody<NewOutreachMailBody>,
    ) -> poem::Result<Answer<One<OutreachMailPreviewBody>>> {
        let (tenant, event) = self.enter(request, &OUTREACH_PREVIEW_MAIL).await?;
        let draft: NewOutreachMail = body.read().await?;
        let event = EventRef::parse(&event);
        let (preview, slug) = self.state.in_tenant(tenant, move |tenant| tenant.outreach().preview_mail(event, &draft)).await?;
        Ok(Answer::new(&One::of(OutreachMailPreviewBody::from(&preview), self.state.meta(&slug))))
    }

    /// Ask volunteers by mail to come to an event that has not begun; each is logged as outreach, and whoever is left out is named with why.
    ///
    /// Refused where mails can hold no links (`public_url`): nobody could opt out.
    #[oai(path = "/api/v1/tenants/:tenant/events/:event/outreach/mail", method = "post", operation_id = "outreach_send_mail")]
    async fn send_mail(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's number or slug.
        #[oai(name = "event")]
        _event: InPath<String>,
        body: JsonBody<NewOutreachMailBody>,
    ) -> poem::Result<Answer<One<SentOutreachMailBody>, Created>> {
        let (tenant, event) = self.enter(request, &OUTREACH_SEND_MAIL).await?;
        let draft: NewOutreachMail = body.read().await?;
        let named = EventRef::parse(&event);
        let (sent, slug) = self.state.in_tenant(tenant, move |tenant| tenant.outreach().send_mail(named, &draft)).await?;
        let answer = Answer::new(&One::of(SentOutreachMailBody::from(&sent), self.state.meta(&slug)));
        let event: String = form_urlencoded::byte_serialize(event.as_bytes()).collect();
        Ok(answer.header(header::LOCATION, format!("/api/v1/tenants/{slug}/outreach?event={event}&method=email")))
    }

    /// Show one time that a volunteer was asked to an event.
    #[oai(path = "/api/v1/tenants/:tenant/outreach/:outreach", method = "get", operation_id = "outreach_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The outreach's number.
        #[oai(name = "outreach")]
        _outreach: InPath<i64>,
    ) -> poem::Result<Answer<One<OutreachEntryBody>>> {
        let (tenant, id) = self.enter(request, &OUTREACH_GET).await?;
        let (entry, slug) = self.state.in_tenant(tenant, move |tenant| tenant.outreach().get(outreach(id))).await?;
        let body = One::of(OutreachEntryBody::from(&entry), self.state.meta(&slug));
        Ok(Answer::new(&body).header(header::ETAG, etag(entry.outreach.version)))
    }

    /// Follow up on outreach: what came of it, or what was noted wrong.
    #[oai(path = "/api/v1/tenants/:tenant/outreach/:outreach", method = "patch", operation_id = "outreach_edit")]
    async fn edit(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The outreach's number.
        #[oai(name = "outreach")]
        _outreach: InPath<i64>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
        body: JsonBody<OutreachEditBody>,
    ) -> poem::Result<Answer<One<LoggedOutreachBody>>> {
        let (tenant, id) = self.enter(request, &OUTREACH_EDIT).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let edit: OutreachEdit = body.read().await?;
        let (logged, slug) = self.state.in_tenant(tenant, move |tenant| tenant.outreach().edit(outreach(id), &edit, version)).await?;
        Ok(self.answer(&logged, &slug))
    }

    /// Remove outreach that was logged by mistake; the event's roster stays as it is. Not what a mail of Polaris asked.
    #[oai(path = "/api/v1/tenants/:tenant/outreach/:outreach", method = "delete", operation_id = "outreach_remove")]
    async fn remove(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The outreach's number.
        #[oai(name = "outreach")]
        _outreach: InPath<i64>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
    ) -> poem::Result<Answer<One<RemovedBody>>> {
        let (tenant, id) = self.enter(request, &OUTREACH_REMOVE).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let ((), slug) = self.state.in_tenant(tenant, move |tenant| tenant.outreach().remove(outreach(id), version)).await?;
        Ok(Answer::new(&One::of(RemovedBody { removed: 1 }, self.state.meta(&slug))))
    }
}

impl OutreachApi {
    /// The tenant of the path, once it is known that the caller may do this there, and what the path names in it.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, String), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        Ok((handle, parts.next().unwrap_or_default()))
    }

    fn answer<S: Success>(&self, logged: &LoggedOutreach, tenant: &str) -> Answer<One<LoggedOutreachBody>, S> {
        let body = One::of(LoggedOutreachBody::from(logged), self.state.meta(tenant));
        Answer::new(&body).header(header::ETAG, etag(logged.outreach.version))
    }
}

fn outreach(id: String) -> OutreachId {
    OutreachId::new(number(Some(id)))
}

fn asked(query: &str) -> Result<(OutreachFilter, PageRequest)> {
    let query = Query::strict(query, &["page", "per_page", "event", "volunteer", "method", "outcome"])?;
    let methods = query.parse("method", |text| text.split(',').map(OutreachMethod::parse).collect::<Result<Vec<_>, _>>())?;
    let outcomes = query.parse("outcome", |text| text.split(',').map(OutreachOutcome::parse).collect::<Result<Vec<_>, _>>())?;
    let number = |text: &str| text.parse().map_err(|_| Problem::new("NOT_A_NUMBER", "must be a volunteer's number"));
    let volunteer: Option<i64> = query.parse("volunteer", number)?;
    let filter = OutreachFilter {
        event: query.get("event").map(EventRef::parse),
        volunteer: volunteer.map(|id| VolunteerId::new(id).into()),
        methods: methods.unwrap_or_default(),
        outcomes: outcomes.unwrap_or_default(),
    };
    Ok((filter, query.page()?))
}
