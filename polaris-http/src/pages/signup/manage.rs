//! S4: seeing and cancelling one's own sign-up, with the link of one's mail.

use poem::http::StatusCode;
use poem::{Request, Response};
use polaris_core::types::ParticipationStatus;
use polaris_core::{Error, Face, ManagedSignup, Signups};
use serde::Serialize;

use super::shown::ShownEvent;
use super::{Page, at_the_door};
use crate::State;
use crate::pages::form::Form;
use crate::pages::see_other;
use crate::query::path_parts;

#[derive(Serialize)]
struct Manage {
    event: ShownEvent,
    status: &'static str,
    waitlist_position: Option<u32>,
    can_cancel: bool,
    /// Whether it is asked if they really want to.
    asks: bool,
    /// The event was cancelled: how they stood means nothing any more.
    called_off: bool,
    /// Why it could not be cancelled.
    refused: Option<String>,
}

type Found = (Face, Option<ManagedSignup>, Option<String>);

fn named(request: &Request) -> (String, String) {
    let mut parts = path_parts(request);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

fn look(door: &Signups, secret: &str) -> polaris_core::Result<Found> {
    let face = door.tenant()?;
    match door.look(secret) {
        Ok(found) => Ok((face, Some(found), None)),
        Err(Error::InvalidLink) => Ok((face, None, None)),
        Err(other) => Err(other),
    }
}

fn render(state: &State, (face, found, refused): &Found, asks: bool) -> Response {
    let Some(found) = found else {
        return Page::new("signup/no_link.html", face).secret().status(StatusCode::NOT_FOUND).render(&state.config, &());
    };
    let shown = Manage {
        event: ShownEvent::of(&found.event),
        status: found.status.as_str(),
        waitlist_position: found.waitlist_position,
        can_cancel: found.can_cancel,
        asks: asks && found.can_cancel,
        called_off: found.event.state == polaris_core::types::SignupState::Cancelled && found.status != ParticipationStatus::Declined,
        refused: refused.clone(),
    };
    let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Page::new("signup/manage.html", face).secret().status(status).render(&state.config, &shown)
}

pub(super) async fn show(state: &State, request: Request) -> poem::Result<Response> {
    let (slug, secret) = named(&request);
    let found = at_the_door(state, &request, &slug, move |door| look(door, &secret)).await?;
    Ok(render(state, &found, request.uri().query() == Some("cancel")))
}

pub(super) async fn cancel(state: &State, mut request: Request) -> poem::Result<Response> {
    let (slug, secret) = named(&request);
    Form::read_with_secret(&mut request, &["cancel"]).await?;
    let used = secret.clone();
    let found = at_the_door(state, &request, &slug, move |door| {
        let refused = match door.cancel(&used) {
            Ok(_) => None,
            Err(Error::Conflict(why)) => Some(why),
            Err(Error::InvalidLink) => return Ok((door.tenant()?, None, None)),
            Err(other) => return Err(other),
        };
        let (face, found, _) = look(door, &used)?;
        Ok((face, found, refused))
    })
    .await?;
    if found.1.is_none() || found.2.is_some() {
        return Ok(render(state, &found, false));
    }
    Ok(see_other(&state.config, &format!("/signup/{slug}/manage/{secret}"))?)
}
