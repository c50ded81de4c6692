//! The tenant surface: its users (U1).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{
    Operation, USERS_CREATE, USERS_DEACTIVATE, USERS_EDIT, USERS_GET, USERS_INVITE, USERS_LIST, USERS_REACTIVATE, USERS_RESET_PASSWORD,
};
use polaris_core::types::{AccountOrder, UserId};
use polaris_core::{NewUser, PageRequest, Result, Role, TenantHandle, User, UserEdit, UserFilter};

use super::if_match::{self, etag};
use super::people::{number, whether};
use super::session::tenant;
use super::wire_people::{CreatedUserBody, LinkBody, NewUserBody, UserBody, UserEditBody};
use crate::State;
use crate::answer::{Answer, Created, Many, One};
use crate::body::JsonBody;
use crate::documented::{InHeader, InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// The users of a tenant.
pub(crate) struct UsersApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl UsersApi {
    /// List users, by name.
    #[oai(path = "/api/v1/tenants/:tenant/users", method = "get", operation_id = "users_list")]
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
        /// Users on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// Words that name, e-mail address or username contain, whatever their case and accents.
        #[oai(name = "q")]
        _q: InQuery<String>,
        /// `admin`, `coordinator`, `virtual_admin` or `viewer` (also written `user`).
        #[oai(name = "role", validator(pattern = "^(admin|coordinator|virtual_admin|viewer|user)$"))]
        _role: InQuery<String>,
        /// `true` for those who are active, `false` for those who are deactivated.
        #[oai(name = "active", validator(pattern = "^(true|false)$"))]
        _active: InQuery<String>,
        /// `name` (the default; the last name first), `email` or `created`; with a `-` in front for the other way round.
        #[oai(name = "sort", validator(pattern = "^-?(name|email|created)$"))]
        _sort: InQuery<String>,
    ) -> poem::Result<Answer<Many<UserBody>>> {
        let (tenant, _) = self.enter(request, &USERS_LIST).await?;
        let (filter, order, page) = asked(request.uri().query().unwrap_or_default()).map_err(Failure::from)?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.users().list(&filter, order, page)).await?;
        Ok(Answer::new(&Many::of(&found, self.state.meta(&slug))))
    }

    /// Create a user, with a password; or without one, then they get a mail with a link to set it within 72 hours, or the answer holds the
    /// link, to be handed over.
    #[oai(path = "/api/v1/tenants/:tenant/users", method = "post", operation_id = "users_create")]
    async fn create(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<NewUserBody>,
    ) -> poem::Result<Answer<One<CreatedUserBody>, Created>> {
        let (tenant, _) = self.enter(request, &USERS_CREATE).await?;
        let draft: NewUser = body.read().await?;
        let (created, slug) = self.state.in_tenant(tenant, move |tenant| tenant.users().create(draft)).await?;
        let address = format!("/api/v1/tenants/{slug}/users/{}", created.user.id);
        let body = One::of(CreatedUserBody::from(&created), self.state.meta(&slug));
        Ok(Answer::new(&body).header(header::LOCATION, address).header(header::ETAG, etag(created.user.version)))
    }

    /// Show one user.
    #[oai(path = "/api/v1/tenants/:tenant/users/:user", method = "get", operation_id = "users_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The user's number.
        #[oai(name = "user")]
        _user: InPath<i64>,
    ) -> poem::Result<Answer<One<UserBody>>> {
        let (tenant, user) = self.enter(request, &USERS_GET).await?;
        let (user, slug) = self.state.in_tenant(tenant, move |tenant| tenant.users().get(user)).await?;
        Ok(self.answer(&user, &slug))
    }

    /// Change a user's e-mail, username, names or role. What is left out stays; null clears the username.
    #[oai(path = "/api/v1/tenants/:tenant/users/:user", method = "patch", operation_id = "users_edit")]
    async fn edit(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The user's number.
        #[oai(name = "user")]
        _user: InPath<i64>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
        body: JsonBody<UserEditBody>,
    ) -> poem::Result<Answer<One<UserBody>>> {
        let (tenant, user) = self.enter(request, &USERS_EDIT).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let edit: UserEdit = body.read().await?;
        let (user, slug) = self.state.in_tenant(tenant, move |tenant| tenant.users().edit(user, edit, version)).await?;
        Ok(self.answer(&user, &slug))
    }

    /// Deactivate a user: their sessions and calendar feeds end at once, their links are void.
    #[oai(path = "/api/v1/tenants/:tenant/users/:user/deactivate", method = "post", operation_id = "users_deactivate")]
    async fn deactivate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The user's number.
        #[oai(name = "user")]
        _user: InPath<i64>,
    ) -> poem::Result<Answer<One<UserBody>>> {
        let (tenant, user) = self.enter(request, &USERS_DEACTIVATE).await?;
        let (user, slug) = self.state.in_tenant(tenant, move |tenant| tenant.users().deactivate(user)).await?;
        Ok(self.answer(&user, &slug))
    }

    /// Reactivate a user, with the role and the password they had.
    #[oai(path = "/api/v1/tenants/:tenant/users/:user/reactivate", method = "post", operation_id = "users_reactivate")]
    async fn reactivate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The user's number.
        #[oai(name = "user")]
        _user: InPath<i64>,
    ) -> poem::Result<Answer<One<UserBody>>> {
        let (tenant, user) = self.enter(request, &USERS_REACTIVATE).await?;
        let (user, slug) = self.state.in_tenant(tenant, move |tenant| tenant.users().reactivate(user)).await?;
        Ok(self.answer(&user, &slug))
    }

    /// Make a one-time link with which the user sets a password: good for an hour, or for 72 where they never had one. Earlier links are
    /// void; nothing else ends before it is used.
    #[oai(path = "/api/v1/tenants/:tenant/users/:user/reset-password", method = "post", operation_id = "users_reset_password")]
    async fn reset_password(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The user's number.
        #[oai(name = "user")]
        _user: InPath<i64>,
    ) -> poem::Result<Answer<One<LinkBody>>> {
        let (tenant, user) = self.enter(request, &USERS_RESET_PASSWORD).await?;
        let (link, slug) = self.state.in_tenant(tenant, move |tenant| tenant.users().reset_password(user)).await?;
        Ok(Answer::new(&One::of(LinkBody::from(&link), self.state.meta(&slug))))
    }

    /// Send a user a mail with a link to set a password: an invitation, good for 72 hours, or where they have one a link for a new one, good for
    /// an hour.
    ///
    /// Where mails can hold no links, because nobody said how the installation is reached (`public_url`), it is refused.
    #[oai(path = "/api/v1/tenants/:tenant/users/:user/invite", method = "post", operation_id = "users_invite")]
    async fn invite(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The user's number.
        #[oai(name = "user")]
        _user: InPath<i64>,
    ) -> poem::Result<Answer<One<UserBody>>> {
        let (tenant, user) = self.enter(request, &USERS_INVITE).await?;
        let (user, slug) = self.state.in_tenant(tenant, move |tenant| tenant.users().invite(user)).await?;
        Ok(self.answer(&user, &slug))
    }
}

impl UsersApi {
    /// The tenant of the path, once it is known that the caller may do this there, and the user of the path, if it names one. E-mail
    /// addresses and usernames don't belong into addresses, which logs and histories keep.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, UserId), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        Ok((handle, UserId::new(number(parts.next()))))
    }

    fn answer(&self, user: &User, tenant: &str) -> Answer<One<UserBody>> {
        let body = One::of(UserBody::from(user), self.state.meta(tenant));
        Answer::new(&body).header(header::ETAG, etag(user.version))
    }
}

fn asked(query: &str) -> Result<(UserFilter, AccountOrder, PageRequest)> {
    let query = Query::strict(query, &["page", "per_page", "q", "role", "active", "sort"])?;
    let filter = UserFilter {
        q: query.get("q").map(str::to_owned),
        role: query.parse("role", Role::read)?,
        active: query.parse("active", whether)?,
    };
    Ok((filter, query.parse("sort", AccountOrder::parse)?.unwrap_or_default(), query.page()?))
}
