//! U1, U3: asking for a new password (FR-TENANT-111), and setting one with the link of an invitation or a reset.
//!
//! Opening a link uses nothing up: programs that look through mails open links, too. The secret stands in the path; it goes into no log,
//! which holds routes, and to no other page.

use poem::endpoint::make;
use poem::error::ResponseError;
use poem::http::StatusCode;
use poem::{Request, Response, Route};
use polaris_core::{Error, Face, LinkPurpose, NewReset, UsedLink};
use serde::Serialize;

use super::fault::{after, tell_when};
use super::form::Form;
use super::{Page, Shown, face, see_other};
use crate::State;
use crate::blocking::Whose;
use crate::error::Failure;
use crate::frame::RequestId;
use crate::query::path_parts;
use crate::staff::{hashing, timed};

pub(super) fn routes(state: &State, routes: Route) -> Route {
    macro_rules! page {
        ($handler:ident) => {{
            let state = state.clone();
            make(move |request: Request| {
                let state = state.clone();
                async move { $handler(&state, request).await }
            })
        }};
    }
    routes
        .at("/account/:tenant/forgotten", poem::get(page!(forgotten)).post(page!(ask)))
        .at("/account/:tenant/forgotten/sent", poem::get(page!(sent)))
        .at("/account/:tenant/set-password/:secret", poem::get(page!(link)).post(page!(set)))
        .at("/account/:tenant/password-set", poem::get(page!(done)))
}

#[derive(Default, Serialize)]
struct Forgotten {
    login: Shown,
    /// Why it could not be taken, though nothing is wrong with it.
    refused: Option<String>,
    /// Whether a mail can hold a link.
    links: bool,
}

#[derive(Serialize)]
struct Sent {
    links: bool,
}

fn tenant_of(request: &Request) -> String {
    path_parts(request).next().unwrap_or_default()
}

async fn forgotten(state: &State, request: Request) -> poem::Result<Response> {
    let face = face(state, &request, &tenant_of(&request)).await?;
    Ok(Page::new("account/forgotten.html", &face)
        .render(&state.config, &Forgotten { links: state.polaris.mails_hold_links(), ..Forgotten::default() }))
}

async fn ask(state: &State, mut request: Request) -> poem::Result<Response> {
    let slug = tenant_of(&request);
    let face = face(state, &request, &slug).await?;
    let form = Form::read(&mut request, &state.config, &["login"]).await?;
    let asked = NewReset { login: form.get("login").to_owned() };
    let (polaris, context, wanted) = (state.polaris.clone(), RequestId::context(&request), slug.clone());
    let work = move || Ok(polaris.tenant_door(&wanted, context)?.sessions().request_reset(&asked));
    match timed(state, Whose::Tenant(&slug), work).await {
        Ok(()) => Ok(see_other(&state.config, &format!("/account/{slug}/forgotten/sent"))?),
        Err(Error::Validation(_)) => {
            let problem = Some("Enter your e-mail address or username.".to_owned());
            let login = Shown { value: form.get("login").to_owned(), problem };
            let shown = Forgotten { login, refused: None, links: state.polaris.mails_hold_links() };
            Ok(Page::new("account/forgotten.html", &face).status(StatusCode::UNPROCESSABLE_ENTITY).render(&state.config, &shown))
        }
        Err(error @ Error::RateLimitExceeded { .. }) => {
            let failure = Failure::from(error);
            let again = after(failure.retry_after());
            let refused =
                Some(format!("Too many have asked from your connection. Please send it again {again}: what you typed is still here."));
            let login = Shown { value: form.get("login").to_owned(), problem: None };
            let shown = Forgotten { login, refused, links: state.polaris.mails_hold_links() };
            let mut page = Page::new("account/forgotten.html", &face).status(failure.status()).render(&state.config, &shown);
            tell_when(&failure, &mut page);
            Ok(page)
        }
        Err(other) => Err(super::not_there(other)),
    }
}

async fn sent(state: &State, request: Request) -> poem::Result<Response> {
    let face = face(state, &request, &tenant_of(&request)).await?;
    Ok(Page::new("account/sent.html", &face).render(&state.config, &Sent { links: state.polaris.mails_hold_links() }))
}

#[derive(Serialize)]
struct SetPassword<'a> {
    first: bool,
    email: &'a str,
    password: Shown,
    again: Shown,
}

async fn link(state: &State, request: Request) -> poem::Result<Response> {
    let (face, known) = look(state, &request).await?;
    Ok(show(state, &face, known.as_ref(), [None, None]))
}

/// The tenant, and the link if it is good.
async fn look(state: &State, request: &Request) -> poem::Result<(Face, Option<polaris_core::KnownLink>)> {
    let mut parts = path_parts(request);
    let (slug, secret) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let face = face(state, request, &slug).await?;
    let (polaris, context, wanted) = (state.polaris.clone(), RequestId::context(request), slug.clone());
    let work = move || polaris.tenant_door(&wanted, context)?.sessions().look_at_link(&secret);
    match state.blocking.run(Whose::Tenant(&slug), work).await {
        Ok(known) => Ok((face, Some(known))),
        Err(Error::InvalidLink) => Ok((face, None)),
        Err(other) => Err(super::not_there(other)),
    }
}

fn show(state: &State, face: &Face, known: Option<&polaris_core::KnownLink>, problems: [Option<String>; 2]) -> Response {
    let Some(known) = known else {
        return Page::new("account/no_link.html", face).secret().status(StatusCode::NOT_FOUND).render(&state.config, &());
    };
    let bad = problems.iter().any(Option::is_some);
    // What was typed doesn't come back: a password is in no page.
    let [password, again] = problems.map(|problem| Shown { value: String::new(), problem });
    let shown = SetPassword { first: known.purpose == LinkPurpose::Invitation, email: &known.email, password, again };
    let status = if bad { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new("account/set_password.html", face).secret().status(status).render(&state.config, &shown)
}

async fn set(state: &State, mut request: Request) -> poem::Result<Response> {
    let (face, known) = look(state, &request).await?;
    let form = Form::read_with_secret(&mut request, &["password", "again"]).await?;
    if known.is_none() {
        return Ok(show(state, &face, None, [None, None]));
    }
    if form.get("password") != form.get("again") {
        let differs = Some("The two passwords are not the same. Type it once more.".to_owned());
        return Ok(show(state, &face, known.as_ref(), [None, differs]));
    }
    let mut parts = path_parts(&request);
    let (slug, secret) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let used = UsedLink { link: secret.into(), password: form.get("password").into() };
    let (polaris, context, wanted) = (state.polaris.clone(), RequestId::context(&request), slug.clone());
    let work = move || polaris.tenant_door(&wanted, context)?.sessions().use_link(&used);
    match hashing(state, Whose::Tenant(&slug), work).await {
        Ok(_) => Ok(see_other(&state.config, &format!("/account/{slug}/password-set"))?),
        Err(Error::InvalidLink) => Ok(show(state, &face, None, [None, None])),
        Err(error @ Error::Validation(_)) => {
            let problem = error.fields().first().map(|field| format!("The password {}.", field.message));
            Ok(show(state, &face, known.as_ref(), [problem, None]))
        }
        Err(other) => Err(super::not_there(other)),
    }
}

async fn done(state: &State, request: Request) -> poem::Result<Response> {
    let face = face(state, &request, &tenant_of(&request)).await?;
    Ok(Page::new("account/password_set.html", &face).render(&state.config, &()))
}
