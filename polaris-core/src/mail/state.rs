//! How delivering mails goes in this process: kept up by whoever delivers, read by health checks.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// Without a sign of life for so long, who delivers hangs or is dead. One mail may take minutes at a slow server.
const ALIVE_WITHIN: Duration = Duration::from_secs(1_200);

/// How delivering mails goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailStatus {
    /// Whether this process has a worker that delivers mails.
    pub worker: bool,
    /// Whether that has shown a sign of life lately; true where there is none.
    pub alive: bool,
    /// Whether mail is switched off: all mails wait.
    pub off: bool,
    /// Mails that wait to be sent, of all tenants, as last counted.
    pub waiting: u64,
    /// Since when the oldest of those waits (UTC).
    pub oldest: Option<DateTime<Utc>>,
    /// Why nothing can be sent at the moment, if nothing can.
    pub trouble: Option<String>,
}

/// The same, as it is kept.
#[derive(Default)]
pub(crate) struct Deliveries {
    seen: Mutex<Seen>,
    /// Rung when a mail was put into an outbox.
    rung: Mutex<bool>,
    bell: Condvar,
    worker: AtomicBool,
}

#[derive(Default)]
struct Seen {
    life: Option<Instant>,
    waiting: u64,
    oldest: Option<DateTime<Utc>>,
    trouble: Option<String>,
}

impl Deliveries {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the worker.
    pub(crate) fn ring(&self) {
        if self.worker.load(Ordering::Relaxed) {
            *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
            self.bell.notify_all();
        }
    }

    /// Waits until it is rung for, at most so long.
    pub(crate) fn wait(&self, at_most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rung, _) = self.bell.wait_timeout_while(rung, at_most, |rung| !*rung).unwrap_or_else(PoisonError::into_inner);
        *rung = false;
    }

    /// That a worker has begun, or ended as it was told to.
    pub(crate) fn employ(&self, worker: bool) {
        self.worker.store(worker, Ordering::Relaxed);
        self.beat();
    }

    /// A sign of life.
    pub(crate) fn beat(&self) {
        self.seen().life = Some(Instant::now());
    }

    pub(crate) fn count(&self, waiting: u64, oldest: Option<DateTime<Utc>>) {
        let mut seen = self.seen();
        (seen.waiting, seen.oldest) = (waiting, oldest);
    }

    /// Notes why nothing can be sent, or that it can again. True where that is news.
    pub(crate) fn trouble(&self, why: Option<&str>) -> bool {
        let mut seen = self.seen();
        let news = seen.trouble.as_deref() != why;
        if news {
            seen.trouble = why.map(str::to_owned);
        }
        news
    }

    pub(crate) fn status(&self, off: bool) -> MailStatus {
        let (worker, seen) = (self.worker.load(Ordering::Relaxed), self.seen());
        MailStatus {
            worker,
            alive: !worker || seen.life.is_some_and(|life| life.elapsed() < ALIVE_WITHIN),
            off,
            waiting: seen.waiting,
            oldest: seen.oldest,
            trouble: seen.trouble.clone(),
        }
    }
}
