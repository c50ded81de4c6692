//! S1, S2: one event, and the form to sign up for it.

use poem::error::ResponseError;
use poem::http::StatusCode;
use poem::{Request, Response};
use polaris_core::types::{EventRef, SignupState};
use polaris_core::{Error, Face, NewSignup, SignupEvent};
use serde::Serialize;

use super::shown::ShownEvent;
use super::{Page, at_the_door, not_there};
use crate::State;
use crate::error::Failure;
use crate::pages::fault::{after, tell_when};
use crate::pages::form::Form;
use crate::pages::{Shown, see_other};
use crate::query::{Query, path_parts};

/// The form's fields. The last one is a trap: people don't see it.
const FIELDS: &[&str] = &["first_name", "last_name", "email", "phone", "organization", "notes", TRAP];
const TRAP: &str = "website";

#[derive(Serialize)]
struct EventPage {
    event: ShownEvent,
    /// Where it is, for paper.
    address: Option<String>,
    first_name: Shown,
    last_name: Shown,
    email: Shown,
    phone: Shown,
    organization: Shown,
    notes: Shown,
    /// Why a sign-up could not be taken, though nothing is wrong with it.
    refused: Option<String>,
}

impl EventPage {
    fn of(state: &State, tenant: &Face, event: &SignupEvent, form: Option<&Form>, error: Option<&Error>) -> Self {
        let public = state.config.public_url.as_deref();
        let field = |name: &str, label: &str| Shown {
            value: form.map_or_else(String::new, |form| form.get(name).to_owned()),
            problem: error.and_then(|error| error.fields().iter().find(|field| field.field == name)).map(|field| {
                // Something may be typed, and be none: a dash.
                if field.code == "REQUIRED" && form.is_none_or(|form| form.get(name).trim().is_empty()) {
                    format!("Enter {}.", asked_for(name))
                } else {
                    format!("{label} {}.", field.message.trim_end_matches('.'))
                }
            }),
        };
        Self {
            event: ShownEvent::of(event),
            address: public.map(|url| format!("{}/signup/{}/{}", url.trim_end_matches('/'), tenant.slug, event.event.slug)),
            first_name: field("first_name", "The first name"),
            last_name: field("last_name", "The last name"),
            email: field("email", "The e-mail address"),
            phone: field("phone", "The phone number"),
            organization: field("organization", "The organization"),
            notes: field("notes", "The message"),
            refused: None,
        }
    }
}

fn asked_for(name: &str) -> &'static str {
    match name {
        "first_name" => "your first name",
        "last_name" => "your last name",
        _ => "your e-mail address",
    }
}

/// The tenant and the event of a path.
fn named(request: &Request) -> (String, String) {
    let mut parts = path_parts(request);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// What the page of an event is answered with: gone for good, or not any more for now, as far as people are concerned.
fn status(state: SignupState) -> StatusCode {
    if state.is_closed() { StatusCode::GONE } else { StatusCode::OK }
}

fn render(state: &State, tenant: &Face, status: StatusCode, shown: &EventPage) -> Response {
    Page::new("signup/event.html", tenant).status(status).render(&state.config, shown)
}

pub(super) async fn show(state: &State, request: Request) -> poem::Result<Response> {
    let (slug, event) = named(&request);
    let (tenant, seen) = at_the_door(state, &request, &slug, move |door| {
        let seen = door.event(EventRef::parse(&event))?.value;
        Ok((door.tenant()?, seen))
    })
    .await?;
    Ok(render(state, &tenant, status(seen.state), &EventPage::of(state, &tenant, &seen, None, None)))
}

pub(super) async fn submit(state: &State, mut request: Request) -> poem::Result<Response> {
    let (slug, event) = named(&request);
    let form = Form::read(&mut request, &state.config, FIELDS).await;
    let draft = form.as_ref().ok().map(draft);
    let wanted = event.clone();
    // A form that can't be read is an attempt, too.
    let (tenant, seen, answer) = at_the_door(state, &request, &slug, move |door| {
        let attempt = door.attempt();
        let reference = EventRef::parse(&wanted);
        let answer = match (attempt, draft) {
            (Ok(attempt), Some(draft)) => Some(attempt.submit(reference.clone(), &draft, None)),
            (Ok(_), None) => None,
            (Err(refused), Some(_)) => Some(Err(refused)),
            (Err(refused), None) => return Err(refused),
        };
        Ok((door.tenant()?, door.event(reference)?.value, answer))
    })
    .await?;
    let form = form?;
    let error = match answer {
        Some(Ok(signed_up)) => {
            let address = format!("/signup/{slug}/done/{}?status={}", seen.event.slug, signed_up.status);
            return Ok(see_other(&state.config, &address)?);
        }
        Some(Err(error)) => error,
        None => Error::Internal,
    };
    match error {
        Error::Validation(_) => {
            Ok(render(state, &tenant, StatusCode::UNPROCESSABLE_ENTITY, &EventPage::of(state, &tenant, &seen, Some(&form), Some(&error))))
        }
        Error::SignupFull => Ok(render(state, &tenant, StatusCode::CONFLICT, &EventPage::of(state, &tenant, &seen, Some(&form), None))),
        Error::SignupClosed(_) => Ok(render(state, &tenant, StatusCode::GONE, &EventPage::of(state, &tenant, &seen, None, None))),
        Error::RateLimitExceeded { .. } | Error::Unavailable(_) if seen.state.takes_people() => {
            let failure = Failure::from(error);
            let refused = Some(refusal(&failure));
            let shown = EventPage { refused, ..EventPage::of(state, &tenant, &seen, Some(&form), None) };
            let mut page = render(state, &tenant, failure.status(), &shown);
            tell_when(&failure, &mut page);
            Ok(page)
        }
        other => Err(not_there(other)),
    }
}

fn refusal(failure: &Failure) -> String {
    let why = match failure.status() {
        StatusCode::TOO_MANY_REQUESTS => "Too many sign-ups came from your connection, or with this e-mail address.",
        _ => "This doesn’t work at the moment.",
    };
    format!("{why} Please send it again {}: what you typed is still here.", after(failure.retry_after()))
}

fn draft(form: &Form) -> NewSignup {
    let text = |name: &str| form.get(name).to_owned();
    NewSignup {
        first_name: text("first_name"),
        last_name: text("last_name"),
        email: text("email"),
        phone: Some(text("phone")),
        organization: Some(text("organization")),
        notes: Some(text("notes")),
        website: Some(text(TRAP)),
    }
}

#[derive(Serialize)]
struct Done {
    event: ShownEvent,
    waitlisted: bool,
    /// Whether the mail holds a link.
    links: bool,
}

pub(super) async fn done(state: &State, request: Request) -> poem::Result<Response> {
    let (slug, event) = named(&request);
    let (tenant, seen) = at_the_door(state, &request, &slug, move |door| {
        let seen = door.event(EventRef::parse(&event))?.value;
        Ok((door.tenant()?, seen))
    })
    .await?;
    let query = Query::read(request.uri().query().unwrap_or_default(), &["status"]).ok();
    let waitlisted = query.as_ref().and_then(|query| query.get("status")) == Some("waitlisted");
    let shown = Done { event: ShownEvent::of(&seen), waitlisted, links: state.polaris.mails_hold_links() };
    Ok(Page::new("signup/done.html", &tenant).render(&state.config, &shown))
}
