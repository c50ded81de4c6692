//! The tenant surface: what its mails say (M3).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{
    MAIL_TEMPLATES_EDIT, MAIL_TEMPLATES_GET, MAIL_TEMPLATES_LIST, MAIL_TEMPLATES_PREVIEW, MAIL_TEMPLATES_RESET, Operation,
};
use polaris_core::types::MailKind;
use polaris_core::{MailTemplate, MailTemplateEdit, PageRequest, Result, TenantHandle};

use super::if_match::{self, etag};
use super::session::tenant;
use super::wire_mail::{MailPreviewBody, MailTemplateBody, MailTemplateEditBody};
use crate::State;
use crate::answer::{Answer, Many, One, Pagination};
use crate::body::JsonBody;
use crate::documented::{InHeader, InPath, WithSession};
use crate::error::Failure;
use crate::query::path_parts;

/// The texts of a tenant's mails.
pub(crate) struct MailTemplatesApi {
    pub(crate) state: State,
}

#[OpenApi]
impl MailTemplatesApi {
    /// List the texts of every kind of mail: the tenant's own, or the usual.
    #[oai(path = "/api/v1/tenants/:tenant/mail-templates", method = "get", operation_id = "mail_templates_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<Many<MailTemplateBody>>> {
        let slug = path_parts(request).next().unwrap_or_default();
        let tenant = tenant(&self.state, request, &slug, &MAIL_TEMPLATES_LIST).await?;
        let (templates, slug) = self.state.in_tenant(tenant, |tenant| tenant.mail_templates().list()).await?;
        // All on one page: there are as many as kinds of mail.
        let total = u32::try_from(templates.len()).unwrap_or(u32::MAX);
        let page = PageRequest::new(1, 100).unwrap_or_default().of(templates, total);
        let data = page.items.iter().map(MailTemplateBody::from).collect();
        Ok(Answer::new(&Many { success: true, data, pagination: Pagination::of(&page), meta: self.state.meta(&slug) }))
    }

    /// Show the texts of one kind of mail, and what they may name in double braces.
    #[oai(path = "/api/v1/tenants/:tenant/mail-templates/:kind", method = "get", operation_id = "mail_templates_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The kind of mail, such as `signup_confirmed`.
        #[oai(name = "kind")]
        _kind: InPath<String>,
    ) -> poem::Result<Answer<One<MailTemplateBody>>> {
        let (tenant, kind) = self.enter(request, &MAIL_TEMPLATES_GET).await?;
        let (template, slug) = self.state.in_tenant(tenant, move |tenant| tenant.mail_templates().get(kind?)).await?;
        Ok(self.one(&template, &slug))
    }

    /// Put own texts in place of the usual, or change them. What is left out stays; but where the text changes and the HTML was the usual, the
    /// HTML is made of the text from then on, as it is where `html` is null. Texts are `{{ name }}` and
    /// `{% if name %} … {% else %} … {% endif %}` with the names that `variables` lists. Mails that wait already are sent with the new texts.
    #[oai(path = "/api/v1/tenants/:tenant/mail-templates/:kind", method = "patch", operation_id = "mail_templates_edit")]
    async fn edit(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The kind of mail, such as `signup_confirmed`.
        #[oai(name = "kind")]
        _kind: InPath<String>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
        body: JsonBody<MailTemplateEditBody>,
    ) -> poem::Result<Answer<One<MailTemplateBody>>> {
        let (tenant, kind) = self.enter(request, &MAIL_TEMPLATES_EDIT).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let edit: MailTemplateEdit = body.read().await?;
        let (template, slug) = self.state.in_tenant(tenant, move |tenant| tenant.mail_templates().edit(kind?, &edit, version)).await?;
        Ok(self.one(&template, &slug))
    }

    /// Bring the usual texts back. Answers them.
    #[oai(path = "/api/v1/tenants/:tenant/mail-templates/:kind", method = "delete", operation_id = "mail_templates_reset")]
    async fn reset(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The kind of mail, such as `signup_confirmed`.
        #[oai(name = "kind")]
        _kind: InPath<String>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
    ) -> poem::Result<Answer<One<MailTemplateBody>>> {
        let (tenant, kind) = self.enter(request, &MAIL_TEMPLATES_RESET).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let (template, slug) = self.state.in_tenant(tenant, move |tenant| tenant.mail_templates().reset(kind?, version)).await?;
        Ok(self.one(&template, &slug))
    }

    /// Show a mail of this kind as it would be sent, about people and an event that don't exist: with the texts as they are where nothing is
    /// given, else as an edit with this body would make them. Nothing is stored.
    #[oai(path = "/api/v1/tenants/:tenant/mail-templates/:kind/preview", method = "post", operation_id = "mail_templates_preview")]
    async fn preview(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The kind of mail, such as `signup_confirmed`.
        #[oai(name = "kind")]
        _kind: InPath<String>,
        body: JsonBody<MailTemplateEditBody>,
    ) -> poem::Result<Answer<One<MailPreviewBody>>> {
        let (tenant, kind) = self.enter(request, &MAIL_TEMPLATES_PREVIEW).await?;
        let edit: MailTemplateEdit = body.read().await?;
        let (preview, slug) = self.state.in_tenant(tenant, move |tenant| tenant.mail_templates().preview_edit(kind?, &edit)).await?;
        Ok(Answer::new(&One::of(MailPreviewBody::from(&preview), self.state.meta(&slug))))
    }
}

impl MailTemplatesApi {
    /// The tenant of the path, once it is known that the caller may do this there, and the kind of mail of the path, if it names one.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, Result<MailKind>), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        let kind = MailKind::parse(&parts.next().unwrap_or_default()).map_err(|_| polaris_core::Error::NotFound("kind of mail"));
        Ok((handle, kind))
    }

    fn one(&self, template: &MailTemplate, slug: &str) -> Answer<One<MailTemplateBody>> {
        let body = One::of(MailTemplateBody::from(template), self.state.meta(slug));
        Answer::new(&body).header(header::ETAG, etag(template.version))
    }
}
