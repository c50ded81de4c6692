//! Engines that are open in this process, so that opening a data directory again costs next to nothing.

use std::os::unix::fs::MetadataExt;
use std::sync::{Mutex, PoisonError};

use polaris_core::{Config, Polaris};

/// Engines kept at most. A program has one data directory; only tests have many.
const MOST: usize = 16;

/// What makes two engines the same: the place, what lies there now (a directory made anew is another), and the options.
#[derive(PartialEq, Eq)]
pub(crate) struct Key {
    config: Config,
    registry: (u64, u64),
}

impl Key {
    /// `None` where there is nothing to open. Asks the file system about the files, and opens none of them.
    pub(crate) fn of(config: &Config) -> Option<Self> {
        let data = std::fs::canonicalize(&config.data).ok()?;
        let registry = std::fs::metadata(data.join("polaris.db")).ok()?;
        Some(Self { config: Config { data, ..config.clone() }, registry: (registry.dev(), registry.ino()) })
    }
}

/// The engines of one process, the one used last in front.
struct Open {
    process: u32,
    engines: Vec<(Key, Polaris)>,
}

/// Held only while attached to the interpreter and never while letting go of it: a fork by another thread of Python can't find it
/// locked.
static OPEN: Mutex<Open> = Mutex::new(Open { process: 0, engines: Vec::new() });

/// The engine that is open already.
pub(crate) fn find(key: &Key) -> Option<Polaris> {
    with_own(|engines| {
        let at = engines.iter().position(|(other, _)| other == key)?;
        let (found, engine) = engines.remove(at);
        engines.insert(0, (found, engine.clone()));
        Some(engine)
    })
}

/// Keeps an engine. Gives the one to use (another thread may have been first) and those that are kept no longer: closing them takes
/// time, which the caller spends detached.
pub(crate) fn keep(key: Key, engine: Polaris) -> (Polaris, Vec<Polaris>) {
    with_own(|engines| {
        if let Some((_, first)) = engines.iter().find(|(other, _)| *other == key) {
            return (first.clone(), vec![engine]);
        }
        engines.insert(0, (key, engine.clone()));
        let gone = engines.split_off(engines.len().min(MOST));
        (engine, gone.into_iter().map(|(_, engine)| engine).collect())
    })
}

fn with_own<T>(work: impl FnOnce(&mut Vec<(Key, Polaris)>) -> T) -> T {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if open.process != process {
        open.process = process;
        // The parent's: not ours to close.
        std::mem::forget(std::mem::take(&mut open.engines));
    }
    work(&mut open.engines)
}
