//! What a browser is shown where something can't be done, outside the API.

use poem::Response;
use poem::error::ResponseError;
use poem::http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::{Caching, Page};
use crate::ServerConfig;
use crate::error::Failure;

#[derive(Serialize)]
struct Fault<'a> {
    title: &'static str,
    text: String,
    request_id: Option<&'a str>,
}

/// The page of an error. It tells no more than the error's envelope would.
pub(crate) fn page(failure: &Failure, request_id: &str, config: &ServerConfig) -> Response {
    let status = failure.status();
    let (title, text) = match status {
        StatusCode::NOT_FOUND => {
            ("Not found", "There is nothing at this address. Check it for typing mistakes, or ask whoever gave it to you.".to_owned())
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            ("Not possible here", "This address can't be used in this way. Open it in a browser as usual.".to_owned())
        }
        StatusCode::TOO_MANY_REQUESTS => {
            ("Too many requests", format!("Too much has come from your connection. Please try again {}.", after(failure.retry_after())))
        }
        StatusCode::SERVICE_UNAVAILABLE => (
            "Not available right now",
            "This doesn't work at the moment. Please try again in a minute; nothing was lost or done twice.".to_owned(),
        ),
        status if status.is_server_error() => {
            ("Something went wrong", "This is our mistake, and it was noted. Please try again later.".to_owned())
        }
        StatusCode::FORBIDDEN => ("Not allowed", sentence(failure)),
        _ => ("This could not be read", sentence(failure)),
    };
    let request_id = status.is_server_error().then_some(request_id);
    let shown = Fault { title, text, request_id };
    let mut response = Page { template: "fault.html", status, face: None, caching: Caching::None }.render(config, &shown);
    tell_when(failure, &mut response);
    response
}

/// Tells programs when to come again.
pub(super) fn tell_when(failure: &Failure, response: &mut Response) {
    if let Some(seconds) = failure.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// When to come again, as the end of a sentence.
pub(super) fn after(seconds: Option<u32>) -> String {
    match seconds.unwrap_or(60).div_ceil(60) {
        0 | 1 => "in a minute".to_owned(),
        minutes => format!("in {minutes} minutes"),
    }
}

/// The error's own words, as a sentence.
fn sentence(failure: &Failure) -> String {
    let message = match failure.fields().first() {
        Some(field) => format!("the {} {}", field.field, field.message),
        None => failure.message(),
    };
    let mut letters = message.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}
