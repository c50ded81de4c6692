//! What happens in the background: checkpoints that keep write-ahead logs small, and closing what should not be open.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use super::database::Database;
use crate::fork;

/// How often the caretaker looks.
const ROUND: Duration = Duration::from_millis(500);
/// A log is moved into its file from this size on.
const CHECKPOINT_AT: u64 = 4 << 20;
/// One that has been moved keeps its size. If that is still the same, it is moved again after so many writes, which may fill the
/// size above.
const CHECKPOINT_AFTER: u64 = 250;
/// A log of this size means that checkpoints fail or a reader never ends.
pub(crate) const ALARM_AT: u64 = 64 << 20;

/// The background thread of one engine; ends when this is dropped.
pub(crate) struct Caretaker {
    _stop: Sender<()>,
}

impl Caretaker {
    /// Starts the thread. `round` is called over and over until it returns false.
    pub(crate) fn start(mut round: impl FnMut() -> bool + Send + 'static) -> Self {
        let (stop, stopped) = mpsc::channel();
        let spawned = std::thread::Builder::new().name("polaris-caretaker".to_owned()).spawn(move || {
            while stopped.recv_timeout(ROUND) == Err(RecvTimeoutError::Timeout) {
                let _no_fork_meanwhile = fork::enter();
                if !round() {
                    return;
                }
            }
        });
        if let Err(error) = spawned {
            // Writers then checkpoint by themselves, later and in somebody's commit.
            tracing::warn!(%error, "no thread for background checkpoints");
        }
        Self { _stop: stop }
    }
}

/// Whether enough may have come into the log since it was last moved into the file.
pub(super) fn is_due(database: &Database) -> bool {
    let (_, log) = database.sizes();
    let (length, writes) = database.since_checkpoint();
    log >= CHECKPOINT_AT && (log != length || writes >= CHECKPOINT_AFTER)
}

/// Checkpoints a database whose log has grown, and raises the alarm when that does not help.
pub(crate) fn tend(database: &Database, name: &str) {
    if !is_due(database) {
        return;
    }
    let (_, log) = database.sizes();
    if let Err(error) = database.checkpoint() {
        tracing::warn!(%error, name, "a checkpoint failed");
    }
    if log >= ALARM_AT {
        tracing::error!(name, bytes = log, "the write-ahead log is too large: something reads for very long, or checkpoints fail");
    }
}
