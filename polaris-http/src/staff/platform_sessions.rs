//! The platform surface: logging in and out, one's own sessions and password (P6).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{
    STAFF_SESSIONS_CHANGE_PASSWORD, STAFF_SESSIONS_END, STAFF_SESSIONS_END_OTHERS, STAFF_SESSIONS_GET, STAFF_SESSIONS_LIST,
    STAFF_SESSIONS_LOG_OUT,
};
use polaris_core::types::SessionId;
use polaris_core::{Error, NewPassword, UsedLink};

use super::credentials::{Credentials, clear_cookie, is_secure};
use super::session::platform;
use super::signing_in::{NewSession, hashing, hashing_timed, listed, welcome};
use super::wire_sessions::{
    EndedBody, LoggedInBody, NewPasswordBody, NewPasswordByLinkBody, NewSessionBody, OwnSessionBody, StaffSessionBody, UsedLinkBody,
};
use crate::State;
use crate::answer::{Answer, Created, Many, Meta, One};
use crate::blocking::Whose;
use crate::body::JsonBody;
use crate::documented::{InPath, WithSession};
use crate::error::Failure;
use crate::frame::RequestId;
use crate::query::path_parts;

/// Logging in on the platform, and one's own account there.
pub(crate) struct StaffSessionsApi {
    pub(crate) state: State,
}

#[OpenApi]
impl StaffSessionsApi {
    /// Log in, by e-mail or username.
    #[oai(path = "/api/v1/platform/session", method = "post", operation_id = "staff_sessions_log_in")]
    async fn log_in(&self, request: &Request, body: JsonBody<NewSessionBody>) -> poem::Result<Answer<One<LoggedInBody>, Created>> {
        let sent: NewSession = body.read().await?;
        let (log_in, cookie) = sent.checked(request, &self.state)?;
        let (polaris, context) = (self.state.polaris.clone(), RequestId::context(request));
        let logged_in = hashing_timed(&self.state, Whose::Platform, move || Ok(polaris.staff_door(context)?.log_in(&log_in)));
        let logged_in = logged_in.await.map_err(Failure::from)?;
        Ok(welcome(&logged_in, cookie, "/api/v1/platform/session".to_owned(), self.meta()))
    }

    /// Show who is logged in and what they may do, and which tenants they have entered.
    #[oai(path = "/api/v1/platform/session", method = "get", operation_id = "staff_sessions_get")]
    async fn get(&self, request: &Request, #[oai(name = "session")] _session: WithSession) -> poem::Result<Answer<One<StaffSessionBody>>> {
        let inside = platform(&self.state, request, &STAFF_SESSIONS_GET).await?;
        let found = self.state.blocking.run(Whose::Platform, move || inside.own_sessions().current()).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(StaffSessionBody::from(&found), self.meta())))
    }

    /// Log out, and leave the tenants that were entered.
    #[oai(path = "/api/v1/platform/session", method = "delete", operation_id = "staff_sessions_log_out")]
    async fn log_out(&self, request: &Request, #[oai(name = "session")] _session: WithSession) -> poem::Result<Answer<One<EndedBody>>> {
        let inside = platform(&self.state, request, &STAFF_SESSIONS_LOG_OUT).await?;
        self.state.blocking.run(Whose::Platform, move || inside.own_sessions().log_out()).await.map_err(Failure::from)?;
        let answer = Answer::new(&One::of(EndedBody { ended: 1 }, self.meta()));
        if !Credentials::by_cookie(request, &self.state.config) {
            return Ok(answer);
        }
        Ok(answer.header(header::SET_COOKIE, clear_cookie(is_secure(request, &self.state.config))))
    }

    /// List one's own sessions, the last used first.
    #[oai(path = "/api/v1/platform/sessions", method = "get", operation_id = "staff_sessions_list")]
    async fn list(&self, request: &Request, #[oai(name = "session")] _session: WithSession) -> poem::Result<Answer<Many<OwnSessionBody>>> {
        let inside = platform(&self.state, request, &STAFF_SESSIONS_LIST).await?;
        let found = self.state.blocking.run(Whose::Platform, move || inside.own_sessions().list()).await.map_err(Failure::from)?;
        Ok(listed(found, self.meta()))
    }

    /// End all of one's own sessions but the present one.
    #[oai(path = "/api/v1/platform/sessions", method = "delete", operation_id = "staff_sessions_end_others")]
    async fn end_others(&self, request: &Request, #[oai(name = "session")] _session: WithSession) -> poem::Result<Answer<One<EndedBody>>> {
        let inside = platform(&self.state, request, &STAFF_SESSIONS_END_OTHERS).await?;
        let ended = self.state.blocking.run(Whose::Platform, move || inside.own_sessions().end_others()).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(EndedBody { ended }, self.meta())))
    }

    /// End one of one's own sessions.
    #[oai(path = "/api/v1/platform/sessions/:id", method = "delete", operation_id = "staff_sessions_end")]
    async fn end(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The session's number.
        #[oai(name = "id")]
        _id: InPath<i64>,
    ) -> poem::Result<Answer<One<EndedBody>>> {
        let inside = platform(&self.state, request, &STAFF_SESSIONS_END).await?;
        let id = path_parts(request).nth(0).and_then(|id| id.parse().ok()).map(SessionId::new);
        let id = id.ok_or(Failure::from(Error::SessionNotFound))?;
        self.state.blocking.run(Whose::Platform, move || inside.own_sessions().end(id)).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(EndedBody { ended: 1 }, self.meta())))
    }

    /// Change one's own password, which ends all other sessions.
    #[oai(path = "/api/v1/platform/password", method = "post", operation_id = "staff_sessions_change_password")]
    async fn change_password(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        body: JsonBody<NewPasswordBody>,
    ) -> poem::Result<Answer<One<EndedBody>>> {
        let inside = platform(&self.state, request, &STAFF_SESSIONS_CHANGE_PASSWORD).await?;
        let new: NewPassword = body.read().await?;
        let changed = hashing_timed(&self.state, Whose::Platform, move || Ok(inside.own_sessions().change_password(&new)));
        let ended = changed.await.map_err(Failure::from)?.sessions_ended;
        Ok(Answer::new(&One::of(EndedBody { ended }, self.meta())))
    }

    /// Set a password with a one-time link: an invitation, or one for a password that was forgotten.
    #[oai(path = "/api/v1/platform/links/use", method = "post", operation_id = "staff_sessions_use_link")]
    async fn use_link(&self, request: &Request, body: JsonBody<NewPasswordByLinkBody>) -> poem::Result<Answer<One<UsedLinkBody>>> {
        let link: UsedLink = body.read().await?;
        let (polaris, context) = (self.state.polaris.clone(), RequestId::context(request));
        let used = hashing(&self.state, Whose::Platform, move || polaris.staff_door(context)?.use_link(&link));
        let purpose = used.await.map_err(Failure::from)?.as_str().to_owned();
        Ok(Answer::new(&One::of(UsedLinkBody { purpose }, self.meta())))
    }
}

impl StaffSessionsApi {
    fn meta(&self) -> Meta {
        Meta::now(None, self.state.now())
    }
}
