//! Keeping forks and the engine's work apart, for embedding programs that fork.
//!
//! A fork copies the locks of every other thread as they are at that instant. SQLite has some of its own for the whole process (its
//! memory statistics, its list of open files), so a child forked while another thread is inside SQLite may hang as soon as it opens a
//! database. A program that forks holds the gate meanwhile; its calls of the engine, and the engine's own background work, pass through
//! it. Programs that never fork need none of this.
//!
//! ```
//! use polaris_core::fork;
//!
//! {
//!     let _passing = fork::enter(); // round each call of the engine
//! }
//! let alone = fork::hold(); // before the fork: waits until no call is under way
//! drop(alone); // after it, in the parent and in the child
//! ```

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

static GATE: RwLock<()> = RwLock::new(());

/// Work under way; no fork happens until it is dropped.
#[must_use]
pub struct Passing {
    _shared: RwLockReadGuard<'static, ()>,
}

/// A fork under way; no work begins until it is dropped.
#[must_use]
pub struct Holding {
    _alone: RwLockWriteGuard<'static, ()>,
}

/// Begins work of the engine, once no fork is under way.
pub fn enter() -> Passing {
    Passing { _shared: GATE.read().unwrap_or_else(PoisonError::into_inner) }
}

/// Waits for the work under way to end and keeps new work from beginning. Drop it in the thread that forked, which is the one that lives
/// on in the child.
pub fn hold() -> Holding {
    Holding { _alone: GATE.write().unwrap_or_else(PoisonError::into_inner) }
}
