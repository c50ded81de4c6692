//! The platform surface: support sessions (P7).

use poem::Request;
use poem::http::header;
use poem_openapi::{Object, OpenApi};
use polaris_core::operations::{SUPPORT_ENTER, SUPPORT_LEAVE, SUPPORT_LIST};
use polaris_core::{NewSupport, SupportStay};
use serde::Serialize;

use super::session::platform;
use crate::State;
use crate::answer::{Answer, Created, Many, Meta, One};
use crate::blocking::Whose;
use crate::body::JsonBody;
use crate::documented::{InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::public_api::utc;
use crate::query::{Query, path_parts};

/// Support sessions.
pub(crate) struct SupportApi {
    pub(crate) state: State,
}

/// A tenant to be entered.
#[derive(Debug, Object)]
#[oai(rename = "NewSupport")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewSupportBody {
    /// Its slug.
    #[oai(validator(min_length = 1))]
    tenant: String,
    /// Why, for both audit logs, where it stays for good: it should name no person. One line of at most 500 characters.
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
}

/// A staff member's stay in a tenant.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SupportStay")]
pub(crate) struct StayBody {
    /// What it is known by in both audit logs.
    id: String,
    /// The tenant's slug.
    tenant: String,
    /// The number of the staff member.
    staff: i64,
    /// Their name.
    staff_name: String,
    /// The number of the session they entered with.
    session: i64,
    /// Why, if they said so.
    reason: Option<String>,
    /// When they entered (UTC).
    created_at: String,
    /// When the stay ends at the latest (UTC).
    expires_at: String,
}

impl From<&SupportStay> for StayBody {
    fn from(stay: &SupportStay) -> Self {
        Self {
            id: stay.id.to_string(),
            tenant: stay.tenant.to_string(),
            staff: stay.staff.get(),
            staff_name: stay.staff_name.clone(),
            session: stay.session.get(),
            reason: stay.reason.clone(),
            created_at: utc(stay.created_at),
            expires_at: utc(stay.expires_at),
        }
    }
}

#[OpenApi]
impl SupportApi {
    /// List who is in which tenant, newest first; support staff see themselves.
    #[oai(path = "/api/v1/platform/support", method = "get", operation_id = "support_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Stays on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
    ) -> poem::Result<Answer<Many<StayBody>>> {
        let platform = platform(&self.state, request, &SUPPORT_LIST).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["page", "per_page"]).map_err(Failure::from)?;
        let page = query.page().map_err(Failure::from)?;
        let found = self.state.blocking.run(Whose::Platform, move || platform.support().list(page)).await.map_err(Failure::from)?;
        Ok(Answer::new(&Many::of(&found, Meta::now(None, self.state.now()))))
    }

    /// Enter a tenant, for 8 hours at most: this session is then good at its paths too.
    #[oai(path = "/api/v1/platform/support", method = "post", operation_id = "support_enter")]
    async fn enter(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        body: JsonBody<NewSupportBody>,
    ) -> poem::Result<Answer<One<StayBody>, Created>> {
        let platform = platform(&self.state, request, &SUPPORT_ENTER).await?;
        let new: NewSupport = body.read().await?;
        let stay = self.state.blocking.run(Whose::Platform, move || platform.support().enter(&new)).await.map_err(Failure::from)?;
        let address = format!("/api/v1/platform/support/{}", stay.tenant);
        let meta = Meta::now(None, self.state.now());
        Ok(Answer::new(&One::of(StayBody::from(&stay), meta)).header(header::LOCATION, address))
    }

    /// Leave a tenant that was entered.
    #[oai(path = "/api/v1/platform/support/:tenant", method = "delete", operation_id = "support_leave")]
    async fn leave(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<One<StayBody>>> {
        let platform = platform(&self.state, request, &SUPPORT_LEAVE).await?;
        let slug = path_parts(request).next().unwrap_or_default();
        let stay = self.state.blocking.run(Whose::Platform, move || platform.support().leave(&slug)).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(StayBody::from(&stay), Meta::now(None, self.state.now()))))
    }
}
