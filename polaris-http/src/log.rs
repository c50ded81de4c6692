//! The request log: one line of JSON for each request, without personal data.
//!
//! Addresses, queries, keys and bodies are never logged, and of the path only the route it matched: anything may be typed into a path.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{LazyLock, Once};
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use serde::Serialize;

/// One request.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    pub(crate) time: String,
    pub(crate) level: &'static str,
    pub(crate) request_id: &'a str,
    pub(crate) method: &'a str,
    pub(crate) route: &'a str,
    pub(crate) tenant: Option<&'a str>,
    pub(crate) status: u16,
    pub(crate) duration_us: u64,
}

pub(crate) fn time() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(crate) fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Lines that wait to be written, at most. A reader of the log that has stopped reading must not stop the server.
const MOST_WAITING: usize = 8_192;

enum Message {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

/// The thread that writes the log, and how many lines it could not take.
static WRITER: LazyLock<SyncSender<Message>> = LazyLock::new(|| {
    let (sender, receiver) = sync_channel(MOST_WAITING);
    let spawned = std::thread::Builder::new().name("polaris-log".to_owned()).spawn(move || {
        while let Ok(message) = receiver.recv() {
            match message {
                Message::Line(text) => drop(std::io::stdout().lock().write_all(&text)),
                Message::Flush(done) => drop(done.send(())),
            }
        }
    });
    if let Err(error) = spawned {
        tracing::error!(%error, "no thread for the request log");
    }
    sender
});
static LOST: AtomicU64 = AtomicU64::new(0);

/// Hands one line to the thread that writes the log; lines of several threads don't mix.
pub(crate) fn write(line: &Line<'_>) {
    if let Ok(mut text) = serde_json::to_vec(line) {
        text.push(b'\n');
        if WRITER.try_send(Message::Line(text)).is_err() && LOST.fetch_add(1, Ordering::Relaxed).is_multiple_of(10_000) {
            tracing::warn!("the request log is not read fast enough: lines are lost");
        }
    }
}

/// Waits a moment for the lines handed over to be written.
pub(crate) fn flush() {
    let (done, written) = sync_channel(1);
    if WRITER.try_send(Message::Flush(done)).is_ok() {
        let _ = written.recv_timeout(Duration::from_secs(1));
    }
}

/// The default panic hook prints the panic's message, which may quote input. For panics on the threads that serve, this one says only
/// where they happened; all others go the way they went before.
pub(crate) fn keep_panics_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if tokio::runtime::Handle::try_current().is_err() {
                return before(panic);
            }
            let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
            tracing::error!(place, "a request ended in a panic");
        }));
    });
}

/// Sends what the engine reports to standard error, a line of JSON each: errors, and while serving warnings too. Call once, at the start of
/// a program; one that has its own subscriber keeps it.
pub fn report_to_stderr(serving: bool) {
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_max_level(if serving { tracing::Level::WARN } else { tracing::Level::ERROR })
        .with_writer(std::io::stderr)
        .finish();
    let _ = tracing::subscriber::set_global_default(subscriber);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_line_is_json_with_these_fields_alone() {
        let line = Line {
            time: "2026-01-10T15:30:00.000Z".to_owned(),
            level: "info",
            request_id: "abc\"def\n",
            method: "GET",
            route: "/api/v1/district/{tenant}/events",
            tenant: Some("kckps"),
            status: 200,
            duration_us: microseconds(Duration::from_millis(2)),
        };
        assert_eq!(
            serde_json::to_string(&line).unwrap(),
            r#"{"time":"2026-01-10T15:30:00.000Z","level":"info","request_id":"abc\"def\n","method":"GET","route":"/api/v1/district/{tenant}/events","tenant":"kckps","status":200,"duration_us":2000}"#
        );
    }

    #[test]
    fn times_are_utc_to_the_millisecond() {
        let now = time();
        assert_eq!(now.len(), "2026-01-10T15:30:00.000Z".len());
        assert!(now.parse::<chrono::DateTime<Utc>>().is_ok() && now.ends_with('Z'));
    }
}
