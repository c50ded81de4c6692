//! S1, S2, S4: the pages on which people sign up (FR-SELFSERV-404), see how they stand, and cancel; and (M3) on
//! which they end being asked to come.
//!
//! What they say follows from the event alone: nobody learns here whether somebody is known. The secret of a managed sign-up stands in the
//! path; it goes into no log, which holds routes, and to no other page.

mod event;
mod list;
mod manage;
mod opt_out;
mod shown;

use poem::endpoint::make;
use poem::{Request, Route};
use polaris_core::{Context, Error, Patience, Polaris, Result, Signups};

use super::Page;
use crate::State;
use crate::blocking::Whose;
use crate::error::Failure;
use crate::frame::RequestId;

/// The routes as the log and the `Allow` header know them, and the methods they take.
pub(super) const ROUTES: &[(&str, &str)] = &[
    ("/signup/{tenant}", "GET, HEAD"),
    ("/signup/{tenant}/{event}", "GET, HEAD, POST"),
    ("/signup/{tenant}/done/{event}", "GET, HEAD"),
    ("/signup/{tenant}/manage/{secret}", "GET, HEAD, POST"),
    ("/signup/{tenant}/unsubscribe/{secret}", "GET, HEAD, POST"),
];

pub(super) fn routes(state: &State, routes: Route) -> Route {
    macro_rules! page {
        ($handler:path) => {{
            let state = state.clone();
            make(move |request: Request| {
                let state = state.clone();
                async move { $handler(&state, request).await }
            })
        }};
    }
    routes
        .at("/signup/:tenant", poem::get(page!(list::list)))
        .at("/signup/:tenant/:event", poem::get(page!(event::show)).post(page!(event::submit)))
        .at("/signup/:tenant/done/:event", poem::get(page!(event::done)))
        .at("/signup/:tenant/manage/:secret", poem::get(page!(manage::show)).post(page!(manage::cancel)))
        .at("/signup/:tenant/unsubscribe/:secret", poem::get(page!(opt_out::show)).post(page!(opt_out::end)))
}

/// Runs what is asked at a tenant's door for sign-ups.
async fn at_the_door<T: Send + 'static>(
    state: &State,
    request: &Request,
    slug: &str,
    work: impl FnOnce(&Signups) -> Result<T> + Send + 'static,
) -> poem::Result<T> {
    let (polaris, context, wanted) = (state.polaris.clone(), RequestId::context(request), slug.to_owned());
    let done = state.blocking.run(Whose::Tenant(slug), move || work(&door(&polaris, &wanted, context)?)).await;
    done.map_err(not_there)
}

fn door(polaris: &Polaris, slug: &str, context: Context) -> Result<Signups> {
    polaris.signup(slug, context, Patience::Wait)
}

/// What isn't to be seen is not there, for whatever reason.
fn not_there(error: Error) -> poem::Error {
    match error {
        Error::TenantNotFound | Error::EventNotFound | Error::FeatureDisabled(_) => poem::error::NotFoundError.into(),
        other => Failure::from(other).into(),
    }
}
