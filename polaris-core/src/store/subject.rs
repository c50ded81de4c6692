//! Which database a thread is at work on, so that what goes wrong there is logged under its name.

use std::cell::RefCell;
use std::sync::Arc;

use super::connection::Location;

thread_local! {
    static SUBJECT: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Names the database of this thread's work until dropped.
pub(super) struct Subject {
    before: Option<Arc<str>>,
}

impl Subject {
    pub(super) fn set(name: &Arc<str>) -> Self {
        Self { before: SUBJECT.replace(Some(Arc::clone(name))) }
    }

    /// The one of this thread; empty where it is at work on none.
    pub(super) fn name() -> Arc<str> {
        SUBJECT.with_borrow(|name| name.clone().unwrap_or_default())
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        SUBJECT.set(self.before.take());
    }
}

/// The tenant's slug, or the name of the file where it isn't a tenant's.
pub(super) fn name_of(location: &Location) -> Arc<str> {
    match location {
        Location::File(path) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.strip_prefix("polaris_").and_then(|name| name.strip_suffix(".db")).unwrap_or(&name).into()
        }
        Location::Memory(name) => name.as_str().into(),
    }
}
