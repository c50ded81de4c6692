//! The worker that delivers mails in the background of a server.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::rounds::{Delivered, Rounds};
use crate::engine::Engine;
use crate::error::{Error, Result, Unavailable};
use crate::polaris::Polaris;

/// How often it looks for mails that other processes have queued. It is rung for when this one has.
const EVERY: Duration = Duration::from_secs(1);
/// After something unexpected.
const REST: Duration = Duration::from_secs(5);

/// Delivers mails in a thread of its own until it is stopped or dropped. One for each installation is enough; several do no harm.
///
/// It doesn't live on in a forked child: a program that forks starts it afterwards.
///
/// ```
/// # use polaris_core::{Config, MailWorker, Polaris};
/// # let place = tempfile::tempdir()?;
/// let polaris = Polaris::init(Config::at(place.path().join("data")))?;
/// let worker = MailWorker::start(&polaris)?;
/// assert!(polaris.mail_status()?.worker);
/// worker.stop(std::time::Duration::from_secs(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MailWorker {
    engine: Arc<Engine>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl MailWorker {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] for a transport that can't be used as it is configured; [`Error::Unavailable`] when there is no thread for it.
    pub fn start(polaris: &Polaris) -> Result<Self> {
        let engine = Arc::clone(polaris.engine()?);
        let mut rounds = Rounds::new(polaris)?;
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopping);
        engine.mail.employ(true);
        let (state, again) = (Arc::clone(&engine), polaris.clone());
        let work = move || {
            while !stop.load(Ordering::Relaxed) {
                state.mail.beat();
                let rest = match catch_unwind(AssertUnwindSafe(|| round(&mut rounds, &again, &stop))) {
                    Ok(Ok(true)) => continue,
                    Ok(Ok(false)) => EVERY,
                    Ok(Err(error)) => {
                        tracing::warn!(%error, "mails could not be delivered; it is tried again");
                        REST
                    }
                    Err(_) => {
                        tracing::error!("delivering mails has crashed; it begins anew");
                        if let Ok(anew) = Rounds::new(&again) {
                            rounds = anew;
                        }
                        REST
                    }
                };
                state.mail.wait(rest);
            }
            rounds.rest();
        };
        let thread = std::thread::Builder::new().name("polaris-mail".to_owned()).spawn(work);
        let thread = thread.map_err(|error| {
            tracing::error!(%error, "no thread for delivering mails");
            engine.mail.employ(false);
            Error::Unavailable(Unavailable::Overloaded)
        })?;
        Ok(Self { engine, stopping, thread: Some(thread) })
    }

    /// Stops it after the mail it is sending, and waits for that so long. False when the mail was not done by then: it stays marked as being
    /// sent, and whoever comes next takes it up when its time is over.
    #[must_use = "tells whether a mail is still being sent"]
    pub fn stop(mut self, patience: Duration) -> bool {
        self.tell();
        let until = Instant::now() + patience;
        let Some(thread) = self.thread.take() else { return true };
        while !thread.is_finished() {
            if Instant::now() >= until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        thread.join().is_ok()
    }

    fn tell(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.engine.mail.ring();
        self.engine.mail.employ(false);
    }
}

impl Drop for MailWorker {
    fn drop(&mut self) {
        self.tell();
    }
}

/// One round; whether anything was done in it.
fn round(rounds: &mut Rounds, polaris: &Polaris, stop: &AtomicBool) -> Result<bool> {
    let mut done = Delivered::default();
    rounds.begin_round();
    let whole = rounds.pass(None, polaris.now(), &mut done, &mut |_| !stop.load(Ordering::Relaxed))?;
    let busy = whole && done.total() > 0;
    if !busy {
        rounds.rest();
    }
    Ok(busy)
}
