//! The one style sheet, under a name that changes with what it says, so that browsers may keep it for ever.

use std::sync::LazyLock;

use poem::endpoint::make_sync;
use poem::error::NotFoundError;
use poem::http::header;
use poem::{Request, Response, RouteMethod};
use sha2::{Digest, Sha256};

use crate::query::path_parts;

const TEXT: &str = include_str!("style.css");

static NAME: LazyLock<String> = LazyLock::new(|| {
    let digest: String = Sha256::digest(TEXT).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("pages-{digest}.css")
});

/// Its path.
pub(super) fn address() -> String {
    format!("/assets/{}", *NAME)
}

pub(super) fn serve() -> RouteMethod {
    poem::get(make_sync(|request: Request| {
        if path_parts(&request).next().as_deref() != Some(NAME.as_str()) {
            return Err(poem::Error::from(NotFoundError));
        }
        Ok(Response::builder()
            .header(header::CONTENT_TYPE, "text/css; charset=utf-8")
            .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
            .body(TEXT))
    }))
}
