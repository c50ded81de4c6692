//! The tenant surface: logging in and out, one's own sessions and password (U2, U4).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{
    SESSIONS_CHANGE_PASSWORD, SESSIONS_END, SESSIONS_END_OTHERS, SESSIONS_GET, SESSIONS_LIST, SESSIONS_LOG_OUT,
};
use polaris_core::types::SessionId;
use polaris_core::{Error, NewPassword, NewReset, UsedLink};

use super::credentials::{Credentials, clear_cookie, is_secure};
use super::session::tenant;
use super::signing_in::{NewSession, hashing, hashing_timed, listed, timed, welcome};
use super::wire_sessions::{
    AcceptedBody, EndedBody, LoggedInBody, NewPasswordBody, NewPasswordByLinkBody, NewResetBody, NewSessionBody, OwnSessionBody,
    SessionBody, UsedLinkBody,
};
use crate::State;
use crate::answer::{Accepted, Answer, Created, Many, One};
use crate::blocking::Whose;
use crate::body::JsonBody;
use crate::documented::{InPath, WithSession};
use crate::error::Failure;
use crate::frame::RequestId;
use crate::query::path_parts;

/// Logging in to a tenant, and one's own account there.
pub(crate) struct TenantSessionsApi {
    pub(crate) state: State,
}

#[OpenApi]
impl TenantSessionsApi {
    /// Log in, by e-mail or username.
    #[oai(path = "/api/v1/tenants/:tenant/session", method = "post", operation_id = "sessions_log_in")]
    async fn log_in(
        &self,
        request: &Request,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<NewSessionBody>,
    ) -> poem::Result<Answer<One<LoggedInBody>, Created>> {
        let sent: NewSession = body.read().await?;
        let (log_in, cookie) = sent.checked(request, &self.state)?;
        let (polaris, context) = (self.state.polaris.clone(), RequestId::context(request));
        let slug = path_parts(request).next().unwrap_or_default();
        let wanted = slug.clone();
        let logged_in =
            hashing_timed(&self.state, Whose::Tenant(&slug), move || Ok(polaris.tenant_door(&wanted, context)?.sessions().log_in(&log_in)));
        let logged_in = logged_in.await.map_err(Failure::from)?;
        Ok(welcome(&logged_in, cookie, format!("/api/v1/tenants/{slug}/session"), self.state.meta(&slug)))
    }

    /// Show who is logged in and what they may do, and what the tenant has switched on.
    #[oai(path = "/api/v1/tenants/:tenant/session", method = "get", operation_id = "sessions_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<One<SessionBody>>> {
        let slug = path_parts(request).next().unwrap_or_default();
        let inside = tenant(&self.state, request, &slug, &SESSIONS_GET).await?;
        let found = self.state.blocking.run(Whose::Tenant(&slug), move || inside.sessions().current()).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(SessionBody::from(&found), self.state.meta(&slug))))
    }

    /// Log out.
    #[oai(path = "/api/v1/tenants/:tenant/session", method = "delete", operation_id = "sessions_log_out")]
    async fn log_out(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<One<EndedBody>>> {
        let slug = path_parts(request).next().unwrap_or_default();
        let inside = tenant(&self.state, request, &slug, &SESSIONS_LOG_OUT).await?;
        self.state.blocking.run(Whose::Tenant(&slug), move || inside.sessions().log_out()).await.map_err(Failure::from)?;
        let answer = Answer::new(&One::of(EndedBody { ended: 1 }, self.state.meta(&slug)));
        if !Credentials::by_cookie(request, &self.state.config) {
            return Ok(answer);
        }
        Ok(answer.header(header::SET_COOKIE, clear_cookie(is_secure(request, &self.state.config))))
    }

    /// List one's own sessions, the last used first.
    #[oai(path = "/api/v1/tenants/:tenant/sessions", method = "get", operation_id = "sessions_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<Many<OwnSessionBody>>> {
        let slug = path_parts(request).next().unwrap_or_default();
        let inside = tenant(&self.state, request, &slug, &SESSIONS_LIST).await?;
        let found = self.state.blocking.run(Whose::Tenant(&slug), move || inside.sessions().list()).await.map_err(Failure::from)?;
        Ok(listed(found, self.state.meta(&slug)))
    }

    /// End all of one's own sessions but the present one.
    #[oai(path = "/api/v1/tenants/:tenant/sessions", method = "delete", operation_id = "sessions_end_others")]
    async fn end_others(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<One<EndedBody>>> {
        let slug = path_parts(request).next().unwrap_or_default();
        let inside = tenant(&self.state, request, &slug, &SESSIONS_END_OTHERS).await?;
        let ended = self.state.blocking.run(Whose::Tenant(&slug), move || inside.sessions().end_others()).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(EndedBody { ended }, self.state.meta(&slug))))
    }

    /// End one of one's own sessions.
    #[oai(path = "/api/v1/tenants/:tenant/sessions/:id", method = "delete", operation_id = "sessions_end")]
    async fn end(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The session's number.
        #[oai(name = "id")]
        _id: InPath<i64>,
    ) -> poem::Result<Answer<One<EndedBody>>> {
        let slug = path_parts(request).next().unwrap_or_default();
        let inside = tenant(&self.state, request, &slug, &SESSIONS_END).await?;
        let id = path_parts(request).nth(1).and_then(|id| id.parse().ok()).map(SessionId::new);
        let id = id.ok_or(Failure::from(Error::SessionNotFound))?;
        self.state.blocking.run(Whose::Tenant(&slug), move || inside.sessions().end(id)).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(EndedBody { ended: 1 }, self.state.meta(&slug))))
    }

    /// Change one's own password, which ends all other sessions.
    #[oai(path = "/api/v1/tenants/:tenant/password", method = "post", operation_id = "sessions_change_password")]
    async fn change_password(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<NewPasswordBody>,
    ) -> poem::Result<Answer<One<EndedBody>>> {
        let slug = path_parts(request).next().unwrap_or_default();
        let inside = tenant(&self.state, request, &slug, &SESSIONS_CHANGE_PASSWORD).await?;
        let new: NewPassword = body.read().await?;
        let changed = hashing_timed(&self.state, Whose::Tenant(&slug), move || Ok(inside.sessions().change_password(&new)));
        let ended = changed.await.map_err(Failure::from)?.sessions_ended;
        Ok(Answer::new(&One::of(EndedBody { ended }, self.state.meta(&slug))))
    }

    /// Set a password with a one-time link: an invitation, or one for a password that was forgotten.
    #[oai(path = "/api/v1/tenants/:tenant/links/use", method = "post", operation_id = "sessions_use_link")]
    async fn use_link(
        &self,
        request: &Request,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<NewPasswordByLinkBody>,
    ) -> poem::Result<Answer<One<UsedLinkBody>>> {
        let link: UsedLink = body.read().await?;
        let (polaris, context) = (self.state.polaris.clone(), RequestId::context(request));
        let slug = path_parts(request).next().unwrap_or_default();
        let wanted = slug.clone();
        let used = hashing(&self.state, Whose::Tenant(&slug), move || polaris.tenant_door(&wanted, context)?.sessions().use_link(&link));
        let purpose = used.await.map_err(Failure::from)?.as_str().to_owned();
        Ok(Answer::new(&One::of(UsedLinkBody { purpose }, self.state.meta(&slug))))
    }

    /// Ask for a mail with a link to set a new password. The answer is the same whether or not there is such an account.
    #[oai(path = "/api/v1/tenants/:tenant/password-resets", method = "post", operation_id = "sessions_request_reset")]
    async fn request_reset(
        &self,
        request: &Request,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<NewResetBody>,
    ) -> poem::Result<Answer<One<AcceptedBody>, Accepted>> {
        let asked: NewReset = body.read().await?;
        let (polaris, context) = (self.state.polaris.clone(), RequestId::context(request));
        let slug = path_parts(request).next().unwrap_or_default();
        let wanted = slug.clone();
        let work = move || Ok(polaris.tenant_door(&wanted, context)?.sessions().request_reset(&asked));
        timed(&self.state, Whose::Tenant(&slug), work).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(AcceptedBody { accepted: true }, self.state.meta(&slug))))
    }
}

impl TenantSessionsApi {}
