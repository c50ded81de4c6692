//! Which version of a thing a change is meant for.

use poem::Request;
use poem::http::header;
use polaris_core::{Error, Result};

/// The strong ETag of a version.
pub(crate) fn etag(version: u32) -> String {
    format!("\"{version}\"")
}

/// The version in `If-Match`: the strong ETag that an answer carried. `None` without the header, or where any version will do (`*`).
///
/// # Errors
///
/// [`Error::BadRequest`] for what no answer of ours carried. A version that is no longer the present one is the core's to refuse.
pub(crate) fn version(request: &Request) -> Result<Option<u32>> {
    let mut given = request.headers().get_all(header::IF_MATCH).iter();
    let Some(value) = given.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" && given.next().is_none() {
        return Ok(None);
    }
    let digits = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    digits
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .filter(|_| given.next().is_none())
        .map(Some)
        .ok_or_else(|| Error::bad_request("If-Match", "must be the one ETag that an answer carried, such as \"3\", with its quotes"))
}
