//! The pages that people see who have no log-in: sign-up for events, accounts' links, and errors outside the API.
//!
//! They are made of templates that are part of the program, escape all they show, and work without a script: none may run, by their own
//! policy. A form that is good is answered by a redirect, so that loading the page anew sends nothing twice; one that isn't comes back with
//! what was typed (but for passwords) and each problem beside its field.
//!
//! | file | holds |
//! |---|---|
//! | `brand` | how a tenant shows itself: its colour, made readable |
//! | `form` | reading forms |
//! | `style` | the one style sheet |
//! | `fault` | the pages of errors |
//! | `when` | moments as people read them |
//! | `account` | a forgotten password, and setting one with a link |
//! | `signup` | open events, signing up, seeing and cancelling that |

pub(crate) mod account;
mod brand;
pub(crate) mod fault;
mod form;
mod signup;
mod style;
mod when;

use std::sync::LazyLock;

use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Response, Route};
use polaris_core::{Error, Face};
use serde::Serialize;

use self::brand::Brand;
use crate::blocking::Whose;
use crate::error::Failure;
use crate::frame::RequestId;
use crate::{ServerConfig, State};

const HTML: &str = "text/html; charset=utf-8";

/// The pages' routes as the log and the `Allow` header know them, and the methods they take.
pub(crate) fn known() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    ROUTES.iter().chain(signup::ROUTES)
}

const ROUTES: &[(&str, &str)] = &[
    ("/assets/{file}", "GET, HEAD"),
    ("/account/{tenant}/forgotten", "GET, HEAD, POST"),
    ("/account/{tenant}/forgotten/sent", "GET, HEAD"),
    ("/account/{tenant}/set-password/{secret}", "GET, HEAD, POST"),
    ("/account/{tenant}/password-set", "GET, HEAD"),
];

/// Adds the pages to what is served.
pub(crate) fn routes(state: &State, routes: Route) -> Route {
    signup::routes(state, account::routes(state, routes.at("/assets/:file", style::serve())))
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    for (name, text) in [
        ("layout.html", include_str!("templates/layout.html")),
        ("parts.html", include_str!("templates/parts.html")),
        ("fault.html", include_str!("templates/fault.html")),
        ("signup/parts.html", include_str!("templates/signup/parts.html")),
        ("signup/list.html", include_str!("templates/signup/list.html")),
        ("signup/event.html", include_str!("templates/signup/event.html")),
        ("signup/done.html", include_str!("templates/signup/done.html")),
        ("signup/manage.html", include_str!("templates/signup/manage.html")),
        ("signup/opt_out.html", include_str!("templates/signup/opt_out.html")),
        ("signup/no_link.html", include_str!("templates/signup/no_link.html")),
        ("account/forgotten.html", include_str!("templates/account/forgotten.html")),
        ("account/sent.html", include_str!("templates/account/sent.html")),
        ("account/set_password.html", include_str!("templates/account/set_password.html")),
        ("account/no_link.html", include_str!("templates/account/no_link.html")),
        ("account/password_set.html", include_str!("templates/account/password_set.html")),
    ] {
        // A test renders each of them.
        if let Err(error) = templates.add_template(name, text) {
            tracing::error!(%error, name, "a page's template is broken");
        }
    }
    templates
});

/// Who may keep a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caching {
    /// Nobody: it has a form, or is one person's.
    None,
    /// As [`Self::None`]; and its address is a secret, which must not be passed on to any other page.
    Secret,
}

/// A page in the making.
struct Page<'a> {
    template: &'static str,
    status: StatusCode,
    face: Option<&'a Face>,
    caching: Caching,
}

impl<'a> Page<'a> {
    fn new(template: &'static str, face: &'a Face) -> Self {
        Self { template, status: StatusCode::OK, face: Some(face), caching: Caching::None }
    }

    /// The same at a secret address.
    fn secret(self) -> Self {
        Self { caching: Caching::Secret, ..self }
    }

    fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    fn render(&self, config: &ServerConfig, shown: &impl Serialize) -> Response {
        let brand = Brand::of(self.face);
        let page = context! {
            base => prefix(config),
            style => style::address(),
            brand => Value::from(Serde(&brand)),
            secret => self.caching == Caching::Secret,
            ..Value::from(Serde(shown))
        };
        let body = match TEMPLATES.get_template(self.template).and_then(|template| template.render(page)) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(error = %format!("{error:#}"), template = self.template, "a page can't be made");
                return plain(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong.");
            }
        };
        let policy = format!(
            "default-src 'none'; style-src 'self' '{}'; img-src https:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            brand.digest
        );
        let mut response = Response::builder()
            .status(self.status)
            .header(header::CONTENT_TYPE, HTML)
            .header(header::CONTENT_SECURITY_POLICY, policy)
            .header(header::CACHE_CONTROL, "no-store");
        if self.caching == Caching::Secret {
            response = response.header(header::REFERRER_POLICY, "no-referrer");
        }
        response.body(body)
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    Response::builder().status(status).header(header::CONTENT_TYPE, "text/plain; charset=utf-8").body(text)
}

/// What the public address has in front of every path of ours, where a proxy hands us on a part of a site.
fn prefix(config: &ServerConfig) -> &str {
    let url = config.public_url.as_deref().unwrap_or_default();
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.find('/').map_or("", |at| rest[at..].trim_end_matches('/'))
}

/// Sends a browser on to another page of ours, which it asks for with GET.
fn see_other(config: &ServerConfig, path: &str) -> Result<Response, Failure> {
    let address = HeaderValue::from_str(&format!("{}{path}", prefix(config))).map_err(|_| Failure::from(Error::Internal))?;
    let sent_on = Response::builder().status(StatusCode::SEE_OTHER);
    Ok(sent_on.header(header::LOCATION, address).header(header::CACHE_CONTROL, "no-store").finish())
}

/// How a tenant shows itself; an error of a path there is not for an unknown or inactive one.
async fn face(state: &State, request: &poem::Request, slug: &str) -> poem::Result<Face> {
    let (polaris, wanted, context) = (state.polaris.clone(), slug.to_owned(), RequestId::context(request));
    let found = state.blocking.run(Whose::Tenant(slug), move || polaris.tenant_door(&wanted, context)?.face()).await;
    found.map_err(not_there)
}

/// As if there were no such path.
fn not_there(error: Error) -> poem::Error {
    match error {
        Error::TenantNotFound | Error::TenantInactive => poem::error::NotFoundError.into(),
        other => Failure::from(other).into(),
    }
}

/// One field of a form that is shown again: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, Serialize)]
struct Shown {
    value: String,
    problem: Option<String>,
}

#[cfg(test)]
mod tests;
