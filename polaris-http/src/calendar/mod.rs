//! The feeds that calendar programs read (E6): the public one of a tenant, and those at secret addresses.
//!
//! Where there is nothing, for whatever reason, the answer is that of a path there is not. The secret stands in the path, since calendar
//! programs can send nothing else: the request log holds routes, not paths.

mod kept;

use std::sync::Arc;

use bytes::Bytes;
use poem::Request;
use poem::error::NotFoundError;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::{Error, PublicCalendar};
use sha2::{Digest, Sha256};

pub(crate) use self::kept::Kept;
use crate::State;
use crate::answer::CalendarAnswer;
use crate::blocking::Whose;
use crate::documented::{InHeader, InPath};
use crate::error::Failure;
use crate::frame::RequestId;
use crate::public_api::{matches, tags};
use crate::query::path_parts;

/// The calendar feeds.
pub(crate) struct FeedsApi {
    pub(crate) state: State,
}

/// A file as it is sent, and the tag it is known by.
pub(crate) struct Written {
    pub(crate) body: Bytes,
    pub(crate) etag: String,
}

impl Written {
    fn of(text: String) -> Self {
        let digest: String = Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { body: text.into(), etag: format!("\"{digest}\"") }
    }
}

#[OpenApi]
impl FeedsApi {
    /// Give published and completed events to calendar programs, from the beginning of the last school year on.
    #[oai(path = "/calendar/:tenant/events.ics", method = "get", operation_id = "public_calendar_get")]
    async fn public(
        &self,
        request: &Request,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The ETag of an earlier answer.
        #[oai(name = "If-None-Match")]
        _if_none_match: InHeader<String>,
    ) -> poem::Result<CalendarAnswer> {
        let (slug, context) = (path_parts(request).next().unwrap_or_default(), RequestId::context(request));
        let (polaris, wanted) = (self.state.polaris.clone(), slug.clone());
        let entered =
            self.state.blocking.read(Whose::Tenant(&slug), move |patience| polaris.public_calendar(&wanted, context.clone(), patience));
        let entered = entered.await.map_err(nothing_there)?;
        let written = self.written(&slug, entered).await?;
        let mut answer = answer(request, &written, "public, max-age=60");
        // Anybody may read it, so any page may: it is the same for all and asked for without credentials.
        answer.headers.push((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()));
        Ok(answer)
    }

    /// Give all events to whoever has a feed's secret address.
    #[oai(path = "/calendar/:tenant/:feed", method = "get", operation_id = "calendar_feeds_read")]
    async fn read(
        &self,
        request: &Request,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The feed's secret, with `.ics` behind it.
        #[oai(name = "feed")]
        _feed: InPath<String>,
        /// The ETag of an earlier answer.
        #[oai(name = "If-None-Match")]
        _if_none_match: InHeader<String>,
    ) -> poem::Result<CalendarAnswer> {
        let mut parts = path_parts(request);
        let (slug, feed) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let (polaris, context, wanted) = (self.state.polaris.clone(), RequestId::context(request), slug.clone());
        let work = move || polaris.secret_calendar(&wanted, feed.strip_suffix(".ics").unwrap_or_default(), context);
        let entered = self.state.blocking.run(Whose::Tenant(&slug), work).await.map_err(nothing_there)?;
        let written = self.written(&slug, entered).await?;
        // No cache in between keeps it: it can be revoked.
        Ok(answer(request, &written, "private, no-cache"))
    }
}

impl FeedsApi {
    /// The file as it was last written, if that is still true, or written anew.
    async fn written(&self, slug: &str, entered: PublicCalendar) -> poem::Result<Arc<Written>> {
        if let Some(kept) = self.state.calendars.get(&entered) {
            return Ok(kept);
        }
        let (calendars, config) = (Arc::clone(&self.state.calendars), Arc::clone(&self.state.config));
        let work =
            move || calendars.render(&entered, || Ok(entered.file(config.public_url.as_deref())?.map(|file| Written::of(file.text))));
        self.state.blocking.run(Whose::Tenant(slug), work).await.map_err(nothing_there)
    }
}

fn answer(request: &Request, written: &Written, caching: &str) -> CalendarAnswer {
    let unchanged = tags(request).is_some_and(|given| matches(&given, &written.etag));
    CalendarAnswer {
        body: (!unchanged).then(|| written.body.clone()),
        headers: vec![(header::ETAG, written.etag.clone()), (header::CACHE_CONTROL, caching.to_owned())],
    }
}

/// As if there were no such path: a browser gets a page.
fn nothing_there(error: Error) -> poem::Error {
    match error {
        Error::NotFound(_) => NotFoundError.into(),
        other => Failure::from(other).into(),
    }
}
