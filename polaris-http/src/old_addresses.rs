//! Addresses that the earlier application gave out, and that stand in mails and on websites since.

use poem::endpoint::make;
use poem::error::NotFoundError;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Endpoint, Request, Response, Result};
use polaris_core::Error;
use polaris_core::types::EventId;

use crate::State;
use crate::blocking::Whose;
use crate::error::Failure;
use crate::frame::RequestId;
use crate::query::path_parts;

/// Where the sign-up page of an event was.
pub(crate) const SIGN_UP: &str = "/district/:tenant/event/:number/signup";

/// Sends on to where the sign-up page of the event is now. An event that nobody outside has heard of is not there.
pub(crate) fn sign_up(state: State) -> impl Endpoint<Output = Response> {
    make(move |request: Request| {
        let state = state.clone();
        async move { moved(&state, &request).await }
    })
}

async fn moved(state: &State, request: &Request) -> Result<Response> {
    let mut parts = path_parts(request);
    let (tenant, number) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let number = Some(&number).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit())).and_then(|number| number.parse().ok());
    let event = EventId::new(number.ok_or(NotFoundError)?);
    let (polaris, wanted, context) = (state.polaris.clone(), tenant.clone(), RequestId::context(request));
    let looking = state.blocking.run(Whose::Tenant(&tenant), move || polaris.tenant_door(&wanted, context)?.sign_up_slug(event));
    let slug = match looking.await {
        Ok(slug) => slug,
        Err(Error::TenantNotFound | Error::EventNotFound | Error::FeatureDisabled(_)) => return Err(NotFoundError.into()),
        Err(other) => return Err(Failure::from(other).into()),
    };
    let base = state.config.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
    let address = HeaderValue::from_str(&format!("{base}/signup/{tenant}/{slug}")).map_err(|_| Failure::from(Error::Internal))?;
    // For good, but not for ever in everybody's browser.
    let caching = HeaderValue::from_static("public, max-age=3600");
    let moved = Response::builder().status(StatusCode::PERMANENT_REDIRECT);
    Ok(moved.header(header::LOCATION, address).header(header::CACHE_CONTROL, caching).finish())
}
