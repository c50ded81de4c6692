//! Answers rendered once and kept while they are true.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::{BufMut, Bytes, BytesMut};
use chrono::{DateTime, Utc};
use poem::http::HeaderValue;
use polaris_core::types::{EventRef, TenantId};
use polaris_core::{EventFilter, Lasting, PageRequest, PublicApi, PublicStatus, Result, Revision};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

/// Bytes of rendered answers kept at most.
const MOST_BYTES: u64 = 32 << 20;

/// What an answer answers.
#[derive(PartialEq, Eq, Hash)]
pub(crate) enum Question {
    One(EventRef),
    List(PublicStatus, EventFilter, PageRequest),
    Upcoming(EventFilter, PageRequest),
}

/// One rendered answer.
pub(crate) struct Rendering {
    pub(crate) etag: HeaderValue,
    /// The body as it was last given, and the second it says. The bytes before its `meta` are always the same.
    written: Mutex<(Option<i64>, Bytes)>,
    before_meta: usize,
    revision: Revision,
    until: Option<DateTime<Utc>>,
}

impl Rendering {
    /// `body` is cut before its `meta`.
    pub(crate) fn of<T>(found: &Lasting<T>, body: Bytes) -> Self {
        let digest: String = Sha256::digest(&body).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        // Hexadecimal digits can always be a header.
        let etag = HeaderValue::from_str(&format!("W/\"{digest}\"")).unwrap_or(HeaderValue::from_static("W/\"\""));
        let before_meta = body.len();
        let written = Mutex::new((None, body));
        Self { etag, written, before_meta, revision: found.revision, until: found.until }
    }

    /// The whole body. Its `meta` says the second of the answer, so within one the same bytes are given again.
    pub(crate) fn body(&self, now: DateTime<Utc>, meta: impl FnOnce() -> Vec<u8>) -> Bytes {
        let second = Some(now.timestamp());
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.0 != second {
            let meta = meta();
            let mut body = BytesMut::with_capacity(self.before_meta + meta.len());
            body.put_slice(&written.1[..self.before_meta]);
            body.put_slice(&meta);
            *written = (second, body.freeze());
        }
        written.1.clone()
    }

    fn is_true(&self, entered: &PublicApi) -> bool {
        self.revision == entered.revision() && self.until.is_none_or(|until| entered.now() < until)
    }
}

#[derive(Clone)]
struct BySize;

impl Weighter<(TenantId, Question), Arc<Rendering>> for BySize {
    fn weight(&self, _: &(TenantId, Question), rendering: &Arc<Rendering>) -> u64 {
        (rendering.before_meta + 400) as u64
    }
}

/// The rendered answers of all tenants.
pub(crate) struct Rendered {
    cache: Cache<(TenantId, Question), Arc<Rendering>, BySize>,
}

impl Rendered {
    pub(crate) fn new() -> Self {
        Self { cache: Cache::with_weighter(4_000, MOST_BYTES, BySize) }
    }

    /// The answer to this question, rendered if there is none that is still true. Nothing is kept of a failure.
    pub(crate) fn get_or_render(
        &self,
        entered: &PublicApi,
        question: Question,
        render: impl FnOnce() -> Result<Rendering>,
    ) -> Result<Arc<Rendering>> {
        let key = (entered.handle().id(), question);
        if let Some(kept) = self.cache.get(&key).filter(|kept| kept.is_true(entered)) {
            return Ok(kept);
        }
        let rendering = Arc::new(render()?);
        self.cache.insert(key, Arc::clone(&rendering));
        Ok(rendering)
    }
}
