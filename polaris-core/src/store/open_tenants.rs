//! Which tenants are open: each once, only so many, the least recently used closed when nobody borrows it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::error::{Error, Result, Unavailable};
use crate::types::{Slug, TenantId};

/// The open tenants, keyed by id; found by slug.
pub(crate) struct OpenTenants<T> {
    map: Mutex<Map<T>>,
    at_most: usize,
}

struct Map<T> {
    ids: HashMap<Slug, TenantId>,
    entries: HashMap<TenantId, Arc<Entry<T>>>,
    uses: u64,
}

struct Entry<T> {
    slug: Slug,
    opened: OnceLock<Arc<T>>,
    /// Held by the one who opens; the others of this tenant wait for it, those of other tenants don't.
    opening: Mutex<()>,
    last_use: AtomicU64,
    /// Whether the background is at work on it. Changed under the map's lock alone.
    tended: AtomicBool,
}

impl<T> Entry<T> {
    /// Whether it is open and nobody borrows it or is about to. Entries and their contents are handed out under the map's lock alone,
    /// so under that lock one that is free stays so.
    fn is_free(self: &Arc<Self>) -> bool {
        let ours = 1 + usize::from(self.tended.load(Ordering::Relaxed));
        Arc::strong_count(self) == ours && self.opened.get().is_some_and(|opened| Arc::strong_count(opened) == ours)
    }
}

impl<T> OpenTenants<T> {
    pub(crate) fn new(at_most: usize) -> Self {
        Self { map: Mutex::new(Map { ids: HashMap::new(), entries: HashMap::new(), uses: 0 }), at_most }
    }

    fn map(&self) -> MutexGuard<'_, Map<T>> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tenant of this slug, if it is open.
    pub(crate) fn get(&self, slug: &str) -> Option<Arc<T>>
    where
        Slug: std::borrow::Borrow<str>,
    {
        let mut map = self.map();
        map.uses += 1;
        let id = map.ids.get(slug)?;
        let entry = map.entries.get(id)?;
        entry.last_use.store(map.uses, Ordering::Relaxed);
        entry.opened.get().cloned()
    }

    /// The tenant, opened by the first who asks while the others wait.
    pub(crate) fn get_or_open(&self, id: TenantId, slug: &Slug, open: impl Fn() -> Result<T>) -> Result<Arc<T>> {
        loop {
            let (entry, evicted) = self.entry(id, slug)?;
            // Closing may take a moment, so it happens outside the lock.
            drop(evicted);
            if let Some(opened) = entry.opened.get() {
                return Ok(Arc::clone(opened));
            }
            let opening = entry.opening.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(opened) = entry.opened.get() {
                return Ok(Arc::clone(opened));
            }
            if !self.map().holds(id, &entry) {
                // The one before could not open it and has given the place back.
                drop(opening);
                continue;
            }
            return match open() {
                Ok(opened) => Ok(Arc::clone(entry.opened.get_or_init(|| Arc::new(opened)))),
                Err(error) => {
                    self.forget(id, &entry);
                    Err(error)
                }
            };
        }
    }

    #[allow(clippy::type_complexity, reason = "an entry and the one it replaces")]
    fn entry(&self, id: TenantId, slug: &Slug) -> Result<(Arc<Entry<T>>, Option<Arc<Entry<T>>>)> {
        let mut map = self.map();
        map.uses += 1;
        let uses = map.uses;
        if let Some(entry) = map.entries.get(&id) {
            entry.last_use.store(uses, Ordering::Relaxed);
            return Ok((Arc::clone(entry), None));
        }
        let evicted = if map.entries.len() >= self.at_most { Some(map.evict()?) } else { None };
        let entry = Arc::new(Entry {
            slug: slug.clone(),
            opened: OnceLock::new(),
            opening: Mutex::new(()),
            last_use: AtomicU64::new(uses),
            tended: AtomicBool::new(false),
        });
        map.ids.insert(slug.clone(), id);
        map.entries.insert(id, Arc::clone(&entry));
        Ok((entry, evicted))
    }

    /// Forgets an entry that could not be opened, unless another has taken its place.
    fn forget(&self, id: TenantId, entry: &Arc<Entry<T>>) {
        let mut map = self.map();
        if map.holds(id, entry) {
            map.remove(id);
        }
    }

    /// Does background work on each open tenant in turn. It keeps none of them from being closed for another.
    pub(crate) fn tend(&self, work: impl Fn(&T)) {
        let ids: Vec<_> = self.map().entries.keys().copied().collect();
        for id in ids {
            let Some((entry, opened)) = self.map().begin_tending(id) else { continue };
            work(&opened);
            let map = self.map();
            entry.tended.store(false, Ordering::Relaxed);
            if map.holds(id, &entry) {
                // The map has it too, so this closes nothing.
                drop((entry, opened));
            } else {
                // It was taken out meanwhile: closed here, outside the lock.
                drop(map);
                drop((entry, opened));
            }
        }
    }

    /// Which are open.
    pub(crate) fn ids(&self) -> Vec<TenantId> {
        self.map().entries.keys().copied().collect()
    }

    /// Takes a tenant out, borrowed or not: whoever asks next opens it anew. Gives what was open of it, which is closed when the last
    /// who has it lets go.
    pub(crate) fn discard(&self, id: TenantId) -> Option<Arc<T>> {
        let entry = self.map().remove(id);
        entry.and_then(|entry| entry.opened.get().cloned())
    }

    /// How many are open.
    pub(crate) fn count(&self) -> usize {
        self.map().entries.len()
    }

    /// Closes those that `condemned` names and nobody borrows.
    pub(crate) fn close_where(&self, condemned: impl Fn(&T) -> bool) {
        let mut map = self.map();
        let ids: Vec<_> = map
            .entries
            .iter()
            .filter(|(_, entry)| entry.is_free() && entry.opened.get().is_some_and(|opened| condemned(opened)))
            .map(|(id, _)| *id)
            .collect();
        let closed: Vec<_> = ids.into_iter().filter_map(|id| map.remove(id)).collect();
        drop(map);
        drop(closed);
    }
}

impl<T> Map<T> {
    /// Whether this entry is the tenant's present one.
    fn holds(&self, id: TenantId, entry: &Arc<Entry<T>>) -> bool {
        self.entries.get(&id).is_some_and(|current| Arc::ptr_eq(current, entry))
    }

    fn begin_tending(&self, id: TenantId) -> Option<(Arc<Entry<T>>, Arc<T>)> {
        let entry = self.entries.get(&id)?;
        let opened = entry.opened.get()?;
        entry.tended.store(true, Ordering::Relaxed);
        Some((Arc::clone(entry), Arc::clone(opened)))
    }

    /// Takes out the least recently used tenant that nobody borrows.
    fn evict(&mut self) -> Result<Arc<Entry<T>>> {
        let id = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.is_free())
            .min_by_key(|(_, entry)| entry.last_use.load(Ordering::Relaxed))
            .map(|(id, _)| *id);
        id.and_then(|id| self.remove(id)).ok_or(Error::Unavailable(Unavailable::Overloaded))
    }

    fn remove(&mut self, id: TenantId) -> Option<Arc<Entry<T>>> {
        let entry = self.entries.remove(&id)?;
        if self.ids.get(&entry.slug) == Some(&id) {
            self.ids.remove(&entry.slug);
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests;
