//! The platform surface: staff accounts (P6).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::error::Problem;
use polaris_core::operations::{
    Operation, STAFF_CREATE, STAFF_DEACTIVATE, STAFF_EDIT, STAFF_GET, STAFF_LIST, STAFF_REACTIVATE, STAFF_RESET_PASSWORD,
};
use polaris_core::types::{AccountOrder, StaffId};
use polaris_core::{NewStaff, PageRequest, Platform, Result, StaffEdit, StaffFilter, StaffMember, StaffRole};

use super::if_match::{self, etag};
use super::people::{number, whether};
use super::session::platform;
use super::wire_people::{CreatedStaffBody, LinkBody, NewStaffBody, StaffBody, StaffEditBody};
use crate::State;
use crate::answer::{Answer, Created, Many, Meta, One};
use crate::blocking::Whose;
use crate::body::JsonBody;
use crate::documented::{InHeader, InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// The staff accounts.
pub(crate) struct StaffApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl StaffApi {
    /// List staff accounts, by name.
    #[oai(path = "/api/v1/platform/staff", method = "get", operation_id = "staff_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Accounts on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// Words that name, e-mail address or username contain, whatever their case and accents.
        #[oai(name = "q")]
        _q: InQuery<String>,
        /// `admin` or `support`.
        #[oai(name = "role", validator(pattern = "^(admin|support)$"))]
        _role: InQuery<String>,
        /// `true` for those who are active, `false` for those who are deactivated.
        #[oai(name = "active", validator(pattern = "^(true|false)$"))]
        _active: InQuery<String>,
        /// `name` (the default), `email` or `created`; with a `-` in front for the other way round.
        #[oai(name = "sort", validator(pattern = "^-?(name|email|created)$"))]
        _sort: InQuery<String>,
    ) -> poem::Result<Answer<Many<StaffBody>>> {
        let (platform, _) = self.enter(request, &STAFF_LIST).await?;
        let (filter, order, page) = asked(request.uri().query().unwrap_or_default()).map_err(Failure::from)?;
        let found = self.run(platform, move |platform| platform.staff().list(&filter, order, page)).await?;
        Ok(Answer::new(&Many::of(&found, self.meta())))
    }

    /// Create a staff account, with a password; or without one, then the answer holds a one-time link with which it is set within 72 hours.
    #[oai(path = "/api/v1/platform/staff", method = "post", operation_id = "staff_create")]
    async fn create(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        body: JsonBody<NewStaffBody>,
    ) -> poem::Result<Answer<One<CreatedStaffBody>, Created>> {
        let (platform, _) = self.enter(request, &STAFF_CREATE).await?;
        let draft: NewStaff = body.read().await?;
        let created = self.run(platform, move |platform| platform.staff().create(draft)).await?;
        let address = format!("/api/v1/platform/staff/{}", created.staff.id);
        let body = One::of(CreatedStaffBody::from(&created), self.meta());
        Ok(Answer::new(&body).header(header::LOCATION, address).header(header::ETAG, etag(created.staff.version)))
    }

    /// Show one staff account.
    #[oai(path = "/api/v1/platform/staff/:staff", method = "get", operation_id = "staff_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The account's number.
        #[oai(name = "staff")]
        _staff: InPath<i64>,
    ) -> poem::Result<Answer<One<StaffBody>>> {
        let (platform, staff) = self.enter(request, &STAFF_GET).await?;
        Ok(self.answer(&self.run(platform, move |platform| platform.staff().get(staff)).await?))
    }

    /// Change a staff account's name, e-mail, username or role. What is left out stays; null clears the username.
    #[oai(path = "/api/v1/platform/staff/:staff", method = "patch", operation_id = "staff_edit")]
    async fn edit(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The account's number.
        #[oai(name = "staff")]
        _staff: InPath<i64>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
        body: JsonBody<StaffEditBody>,
    ) -> poem::Result<Answer<One<StaffBody>>> {
        let (platform, staff) = self.enter(request, &STAFF_EDIT).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let edit: StaffEdit = body.read().await?;
        Ok(self.answer(&self.run(platform, move |platform| platform.staff().edit(staff, edit, version)).await?))
    }

    /// Deactivate a staff account: its sessions end at once, with their entries into tenants, and its links are void.
    #[oai(path = "/api/v1/platform/staff/:staff/deactivate", method = "post", operation_id = "staff_deactivate")]
    async fn deactivate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The account's number.
        #[oai(name = "staff")]
        _staff: InPath<i64>,
    ) -> poem::Result<Answer<One<StaffBody>>> {
        let (platform, staff) = self.enter(request, &STAFF_DEACTIVATE).await?;
        Ok(self.answer(&self.run(platform, move |platform| platform.staff().deactivate(staff)).await?))
    }

    /// Reactivate a staff account, with the role and the password it had.
    #[oai(path = "/api/v1/platform/staff/:staff/reactivate", method = "post", operation_id = "staff_reactivate")]
    async fn reactivate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The account's number.
        #[oai(name = "staff")]
        _staff: InPath<i64>,
    ) -> poem::Result<Answer<One<StaffBody>>> {
        let (platform, staff) = self.enter(request, &STAFF_REACTIVATE).await?;
        Ok(self.answer(&self.run(platform, move |platform| platform.staff().reactivate(staff)).await?))
    }

    /// Make a one-time link with which a member of staff sets a password: good for an hour, or for 72 where they never had one. Earlier
    /// links are void; nothing else ends before it is used.
    #[oai(path = "/api/v1/platform/staff/:staff/reset-password", method = "post", operation_id = "staff_reset_password")]
    async fn reset_password(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The account's number.
        #[oai(name = "staff")]
        _staff: InPath<i64>,
    ) -> poem::Result<Answer<One<LinkBody>>> {
        let (platform, staff) = self.enter(request, &STAFF_RESET_PASSWORD).await?;
        let link = self.run(platform, move |platform| platform.staff().reset_password(staff)).await?;
        Ok(Answer::new(&One::of(LinkBody::from(&link), self.meta())))
    }
}

impl StaffApi {
    /// The platform, once it is known that the caller may do this there, and the account of the path, if it names one.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(Platform, StaffId), Failure> {
        Ok((platform(&self.state, request, operation).await?, StaffId::new(number(path_parts(request).next()))))
    }

    async fn run<T: Send + 'static>(
        &self,
        platform: Platform,
        work: impl FnOnce(&Platform) -> Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        Ok(self.state.blocking.run(Whose::Platform, move || work(&platform)).await?)
    }

    fn answer(&self, staff: &StaffMember) -> Answer<One<StaffBody>> {
        let body = One::of(StaffBody::from(staff), self.meta());
        Answer::new(&body).header(header::ETAG, etag(staff.version))
    }

    fn meta(&self) -> Meta {
        Meta::now(None, self.state.now())
    }
}

fn asked(query: &str) -> Result<(StaffFilter, AccountOrder, PageRequest)> {
    let query = Query::strict(query, &["page", "per_page", "q", "role", "active", "sort"])?;
    let role: fn(&str) -> Result<StaffRole, Problem> = StaffRole::parse;
    let filter =
        StaffFilter { q: query.get("q").map(str::to_owned), role: query.parse("role", role)?, active: query.parse("active", whether)? };
    Ok((filter, query.parse("sort", AccountOrder::parse)?.unwrap_or_default(), query.page()?))
}
