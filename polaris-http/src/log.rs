//! The request log: one line of JSON for each request, without personal data.
//!
//! Addresses, queries, keys and bodies are never logged, and of the path only the route it matched: anything may be typed into a path.

use std::io::Write;
use std::sync::Once;
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

/// Writes one line at once, so that lines of several threads don't mix. A reader that is gone doesn't stop the server.
pub(crate) fn write(line: &Line<'_>) {
    if let Ok(mut text) = serde_json::to_vec(line) {
        text.push(b'\n');
        let _ = std::io::stdout().lock().write_all(&text);
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
