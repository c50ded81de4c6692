//! Answers rendered once and kept while they are true.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use polaris_core::{Lasting, PublicApi, Result, Revision};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

/// Bytes of rendered answers kept at most.
const MOST_BYTES: u64 = 32 << 20;

/// One rendered answer.
pub(crate) struct Rendering {
    /// The body up to its `meta`.
    pub(crate) body: Bytes,
    pub(crate) etag: String,
    revision: Revision,
    until: Option<DateTime<Utc>>,
}

impl Rendering {
    pub(crate) fn of<T>(found: &Lasting<T>, body: Bytes) -> Self {
        let digest: String = Sha256::digest(&body).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Self { body, etag: format!("W/\"{digest}\""), revision: found.revision, until: found.until }
    }

    fn is_true(&self, entered: &PublicApi) -> bool {
        self.revision == entered.revision() && self.until.is_none_or(|until| entered.now() < until)
    }
}

#[derive(Clone)]
struct BySize;

impl Weighter<String, Arc<Rendering>> for BySize {
    fn weight(&self, key: &String, rendering: &Arc<Rendering>) -> u64 {
        (key.len() + rendering.body.len() + 200) as u64
    }
}

/// The rendered answers of all tenants.
pub(crate) struct Rendered {
    cache: Cache<String, Arc<Rendering>, BySize>,
}

impl Rendered {
    pub(crate) fn new() -> Self {
        Self { cache: Cache::with_weighter(4_000, MOST_BYTES, BySize) }
    }

    /// The answer to this question, rendered if there is none that is still true. Nothing is kept of a failure.
    pub(crate) fn get_or_render(
        &self,
        entered: &PublicApi,
        question: &str,
        render: impl FnOnce() -> Result<Rendering>,
    ) -> Result<Arc<Rendering>> {
        let key = format!("{}|{question}", entered.handle().id().get().as_simple());
        if let Some(kept) = self.cache.get(&key).filter(|kept| kept.is_true(entered)) {
            return Ok(kept);
        }
        let rendering = Arc::new(render()?);
        self.cache.insert(key, Arc::clone(&rendering));
        Ok(rendering)
    }
}
