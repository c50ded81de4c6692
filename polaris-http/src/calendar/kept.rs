//! Public calendars, written once for each state of their tenant: everybody may ask for them, as often as they like.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use polaris_core::types::TenantId;
use polaris_core::{Lasting, PublicCalendar, Result, Revision};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::Written;

/// Bytes of calendars kept at most.
const MOST_BYTES: u64 = 16 << 20;

#[derive(Clone)]
struct One {
    written: Arc<Written>,
    revision: Revision,
    until: Option<DateTime<Utc>>,
}

#[derive(Clone)]
struct BySize;

impl Weighter<TenantId, One> for BySize {
    fn weight(&self, _: &TenantId, kept: &One) -> u64 {
        kept.written.body.len() as u64 + 200
    }
}

/// The public calendars of all tenants.
pub(crate) struct Kept {
    cache: Cache<TenantId, One, BySize>,
}

impl Kept {
    pub(crate) fn new() -> Self {
        Self { cache: Cache::with_weighter(500, MOST_BYTES, BySize) }
    }

    /// The one that is still true, if there is one.
    pub(super) fn get(&self, entered: &PublicCalendar) -> Option<Arc<Written>> {
        let kept = self.cache.get(&entered.tenant())?;
        let is_true = kept.revision == entered.revision() && kept.until.is_none_or(|until| entered.now() < until);
        is_true.then_some(kept.written)
    }

    /// Writes one and keeps it. Nothing is kept of a failure.
    pub(super) fn render(&self, entered: &PublicCalendar, render: impl FnOnce() -> Result<Lasting<Written>>) -> Result<Arc<Written>> {
        let Lasting { value, revision, until } = render()?;
        let written = Arc::new(value);
        self.cache.insert(entered.tenant(), One { written: Arc::clone(&written), revision, until });
        Ok(written)
    }
}
