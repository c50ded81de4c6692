//! Who is asking: the session behind a bearer token.

use poem::Request;
use poem::http::header;
use polaris_core::operations::Operation;
use polaris_core::{Context, Error, Platform, Polaris, Result, TenantHandle};

use crate::State;
use crate::blocking::Whose;
use crate::error::Failure;
use crate::frame::RequestId;

/// What a request says of who asks.
pub(crate) struct Credentials {
    token: Option<String>,
    context: Context,
}

impl Credentials {
    pub(crate) fn of(request: &Request) -> Self {
        let token = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().to_owned());
        Self { token, context: RequestId::context(request) }
    }

    /// The platform, for the staff member behind the session.
    fn platform(self, polaris: &Polaris) -> Result<Platform> {
        let caller = polaris.staff_session(&self.token.ok_or(Error::Unauthenticated)?)?;
        polaris.platform(caller.within(self.context))
    }

    /// A tenant, for the staff member whose session has entered it.
    fn tenant(self, polaris: &Polaris, slug: &str) -> Result<TenantHandle> {
        let caller = polaris.support_session(&self.token.ok_or(Error::Unauthenticated)?, slug)?;
        polaris.tenant(slug, caller.within(self.context))
    }
}

/// The platform, once it is known that the caller may do this there.
pub(crate) async fn platform(state: &State, request: &Request, operation: &'static Operation) -> Result<Platform, Failure> {
    let (credentials, polaris) = (Credentials::of(request), state.polaris.clone());
    let entered = state.blocking.run(Whose::Platform, move || {
        let platform = credentials.platform(&polaris)?;
        platform.authorize(operation)?;
        Ok(platform)
    });
    Ok(entered.await?)
}

/// A tenant, once it is known that the caller may do this there.
pub(crate) async fn tenant(state: &State, request: &Request, slug: &str, operation: &'static Operation) -> Result<TenantHandle, Failure> {
    let (credentials, polaris, wanted) = (Credentials::of(request), state.polaris.clone(), slug.to_owned());
    let entered = state.blocking.run(Whose::Tenant(slug), move || {
        let tenant = credentials.tenant(&polaris, &wanted)?;
        tenant.authorize(operation)?;
        Ok(tenant)
    });
    Ok(entered.await?)
}
