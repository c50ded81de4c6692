//! Who is asking: the session behind a request, where it is good.

use poem::Request;
use polaris_core::operations::Operation;
use polaris_core::{Patience, Platform, Polaris, Result, TenantHandle};

use super::credentials::Credentials;
use super::once;
use crate::State;
use crate::blocking::Whose;
use crate::error::Failure;

impl Credentials {
    /// The platform, for the staff member behind the session.
    fn platform(self, polaris: &Polaris) -> Result<Platform> {
        let (token, context) = self.token()?;
        let caller = polaris.staff_session(&token)?;
        polaris.platform(caller.within(context))
    }
}

/// The platform, once it is known that the caller may do this there.
pub(crate) async fn platform(state: &State, request: &Request, operation: &'static Operation) -> Result<Platform, Failure> {
    let (credentials, polaris) = (Credentials::noting(request, &state.config, operation)?, state.polaris.clone());
    let entered = state.blocking.run(Whose::Platform, move || {
        let platform = credentials.platform(&polaris)?;
        platform.authorize(operation)?;
        Ok(platform)
    });
    Ok(entered.await?)
}

/// A tenant, once it is known that the caller may do this there: one of its users, or a member of staff who has entered it. A POST with an
/// `Idempotency-Key` is carried out once.
pub(crate) async fn tenant(state: &State, request: &Request, slug: &str, operation: &'static Operation) -> Result<TenantHandle, Failure> {
    let (token, context) = Credentials::noting(request, &state.config, operation)?.token()?;
    let (polaris, wanted) = (state.polaris.clone(), slug.to_owned());
    // Two short indexed reads, done right here where nobody need wait for them.
    let entered = state.blocking.read(Whose::Tenant(slug), move |patience| {
        let caller = polaris.tenant_session(&token, &wanted, patience)?.within(context.clone());
        let tenant = polaris.tenant(&wanted, caller.clone().with_patience(patience))?;
        tenant.authorize(operation)?;
        if patience == Patience::Wait { Ok(tenant) } else { polaris.tenant(&wanted, caller) }
    });
    Ok(once::begin(request, entered.await?)?)
}
