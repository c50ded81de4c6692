//! Calendars, written once for each state of their tenant: everybody may ask for the public ones, as often as they like, and many programs
//! ask for the secret ones several times an hour. Who may have a secret one is found out for each request, before this is asked.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use polaris_core::types::TenantId;
use polaris_core::{Lasting, PublicCalendar, Result, Revision};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::Written;

/// Bytes of calendars kept at most.
const MOST_BYTES: u64 = 16 << 20;

/// A tenant, and whether all its events are in the calendar: that of one feed is that of another.
type Key = (TenantId, bool);

fn key(entered: &PublicCalendar) -> Key {
    (entered.tenant(), entered.has_all())
}

#[derive(Clone)]
struct One {
    written: Arc<Written>,
    revision: Revision,
    changes: i64,
    until: Option<DateTime<Utc>>,
}

#[derive(Clone)]
struct BySize;

impl Weighter<Key, One> for BySize {
    fn weight(&self, _: &Key, kept: &One) -> u64 {
        kept.written.body.len() as u64 + 200
    }
}

/// The calendars of all tenants.
pub(crate) struct Kept {
    cache: Cache<Key, One, BySize>,
}

impl Kept {
    pub(crate) fn new() -> Self {
        Self { cache: Cache::with_weighter(500, MOST_BYTES, BySize) }
    }

    /// The one that is still true, if there is one.
    pub(super) fn get(&self, entered: &PublicCalendar) -> Option<Arc<Written>> {
        let kept = self.cache.get(&key(entered))?;
        let is_same = kept.revision == entered.revision() && kept.changes == entered.changes();
        let is_true = is_same && kept.until.is_none_or(|until| entered.now() < until);
        is_true.then_some(kept.written)
    }

    /// Writes one and keeps it. Nothing is kept of a failure.
    pub(super) fn render(&self, entered: &PublicCalendar, render: impl FnOnce() -> Result<Lasting<Written>>) -> Result<Arc<Written>> {
        let Lasting { value, revision, until } = render()?;
        let written = Arc::new(value);
        // What has changed since the entry may be in the file already: then the next to come finds it older than it is, and writes it anew.
        let changes = entered.changes();
        self.cache.insert(key(entered), One { written: Arc::clone(&written), revision, changes, until });
        Ok(written)
    }
}
