//! Getting no more mails that ask to come to events (M3), for other people's pages. Nobody logs in: the secret of the link in a mail is
//! what lets them in, and guesses are counted by the address they come from.
//!
//! The secret stands in the path, since it comes from a link: the request log holds routes, not paths.

use poem::Request;
use poem_openapi::{Object, OpenApi};
use polaris_core::operations::{OPT_OUTS_CREATE, OPT_OUTS_GET, Operation};
use polaris_core::{OptOut, Patience, Result, Signups};
use serde::Serialize;

use crate::State;
use crate::answer::{Answer, Meta, One};
use crate::blocking::Whose;
use crate::documented::InPath;
use crate::error::Failure;
use crate::frame::RequestId;
use crate::query::path_parts;

/// Opting out, as JSON.
pub(crate) struct OptOutsApi {
    pub(crate) state: State,
}

/// Whether somebody gets mails that ask to come to events.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "OptOut")]
pub(crate) struct OptOutBody {
    /// Whether they have opted out.
    opted_out: bool,
}

#[OpenApi]
impl OptOutsApi {
    /// Show whether whom an outreach mail went to gets more of them, by the secret of its link. Changes nothing.
    #[oai(path = "/api/v1/public/:tenant/unsubscribe/:secret", method = "get", operation_id = "opt_outs_get")]
    async fn look(
        &self,
        request: &Request,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The secret of the link.
        #[oai(name = "secret")]
        _secret: InPath<String>,
    ) -> poem::Result<Answer<One<OptOutBody>>> {
        self.run(request, &OPT_OUTS_GET, Signups::look_at_opt_out).await
    }

    /// Get no more mails that ask to come to events, by the secret of the link in one of them. Mails about what one signed up for still come.
    /// Again changes nothing.
    #[oai(path = "/api/v1/public/:tenant/unsubscribe/:secret", method = "post", operation_id = "opt_outs_create")]
    async fn create(
        &self,
        request: &Request,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The secret of the link.
        #[oai(name = "secret")]
        _secret: InPath<String>,
    ) -> poem::Result<Answer<One<OptOutBody>>> {
        self.run(request, &OPT_OUTS_CREATE, Signups::opt_out).await
    }
}

impl OptOutsApi {
    async fn run(
        &self,
        request: &Request,
        operation: &'static Operation,
        work: impl Fn(&Signups, &str) -> Result<OptOut> + Send + 'static,
    ) -> poem::Result<Answer<One<OptOutBody>>> {
        let mut parts = path_parts(request);
        let (tenant, secret) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let (polaris, slug, context) = (self.state.polaris.clone(), tenant.clone(), RequestId::context(request));
        let running = self.state.blocking.run(Whose::Tenant(&tenant), move || {
            let door = polaris.signup(&slug, context, Patience::Wait)?;
            door.authorize(operation)?;
            work(&door, &secret)
        });
        let OptOut { opted_out } = running.await.map_err(Failure::from)?;
        Ok(Answer::new(&One { success: true, data: OptOutBody { opted_out }, meta: Meta::now(Some(&tenant), self.state.now()) }))
    }
}
