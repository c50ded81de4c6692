//! M3: the page on which somebody says that they want no more mails that ask them to come. It takes the one click of mail programs, too
//! (RFC 8058): a POST with `List-Unsubscribe=One-Click`.

use poem::http::StatusCode;
use poem::{Request, Response};
use polaris_core::{Error, Face, OptOut, Signups};
use serde::Serialize;

use super::{Page, at_the_door};
use crate::State;
use crate::pages::form::Form;
use crate::pages::see_other;
use crate::query::path_parts;

#[derive(Serialize)]
struct Shown {
    opted_out: bool,
}

fn named(request: &Request) -> (String, String) {
    let mut parts = path_parts(request);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

type Found = (Face, Option<OptOut>);

fn found(door: &Signups, answer: polaris_core::Result<OptOut>) -> polaris_core::Result<Found> {
    let face = door.tenant()?;
    match answer {
        Ok(opt_out) => Ok((face, Some(opt_out))),
        Err(Error::InvalidLink) => Ok((face, None)),
        Err(other) => Err(other),
    }
}

fn render(state: &State, (face, found): &Found) -> Response {
    match found {
        Some(found) => Page::new("signup/opt_out.html", face).secret().render(&state.config, &Shown { opted_out: found.opted_out }),
        None => Page::new("signup/no_link.html", face).secret().status(StatusCode::NOT_FOUND).render(&state.config, &()),
    }
}

/// Looking ends nothing: programs that check mails open links, too.
pub(super) async fn show(state: &State, request: Request) -> poem::Result<Response> {
    let (slug, secret) = named(&request);
    let found = at_the_door(state, &request, &slug, move |door| found(door, door.look_at_opt_out(&secret))).await?;
    Ok(render(state, &found))
}

pub(super) async fn end(state: &State, mut request: Request) -> poem::Result<Response> {
    let (slug, secret) = named(&request);
    let one_click = Form::is_one_click(&mut request).await?;
    let used = secret.clone();
    let found = at_the_door(state, &request, &slug, move |door| found(door, door.opt_out(&used))).await?;
    // Mail programs want an answer, not an address (RFC 8058, 3.1).
    if found.1.is_none() || one_click {
        return Ok(render(state, &found));
    }
    Ok(see_other(&state.config, &format!("/signup/{slug}/unsubscribe/{secret}"))?)
}
