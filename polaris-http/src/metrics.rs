//! `/metrics`: what is counted and measured, in the text format that Prometheus reads (version 0.0.4), for whoever has the token.
//!
//! Requests are counted by surface, status and tenant. A tenant is named only if it exists, as last seen when this was read: what anybody may
//! type into a path makes no series of its own. Nothing is counted where no token is set.

use std::collections::{BTreeMap, HashSet};
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use poem::endpoint::make;
use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response, Result};
use polaris_core::{Error, Measures};
use subtle::ConstantTimeEq;

use crate::State;
use crate::blocking::Whose;
use crate::error::Failure;

/// Where it is read.
pub(crate) const PATH: &str = "/metrics";
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// The least that nobody guesses.
const SHORTEST_TOKEN: usize = 16;

/// What whoever reads `/metrics` has to send: `Authorization: Bearer …`.
#[derive(Clone, PartialEq, Eq)]
pub struct MetricsToken(String);

impl MetricsToken {
    /// A token of 16 characters or more that a header can hold; `None` for any other.
    ///
    /// ```
    /// use polaris_http::MetricsToken;
    ///
    /// assert!(MetricsToken::new("TpGv0mVJ1yqWc8aZ").is_some());
    /// assert!(MetricsToken::new("guess me").is_none());
    /// ```
    #[must_use]
    pub fn new(token: &str) -> Option<Self> {
        let fits = token.len() >= SHORTEST_TOKEN && token.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(token.to_owned()))
    }

    /// Whether a request brings it; the time this takes tells no more than its length.
    fn is_brought_by(&self, request: &Request) -> bool {
        let said = request.headers().get(header::AUTHORIZATION).map(poem::http::HeaderValue::as_bytes).unwrap_or_default();
        let is_bearer = said.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "));
        is_bearer && bool::from(said[7..].ct_eq(self.0.as_bytes()))
    }
}

impl fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsToken(…)")
    }
}

/// Which part of the server a path belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    District,
    Tenants,
    Platform,
    Public,
    Pages,
    Other,
}

impl Part {
    const ALL: [Self; 6] = [Self::District, Self::Tenants, Self::Platform, Self::Public, Self::Pages, Self::Other];

    fn of(path: &str) -> Self {
        const PREFIXES: [(&str, Part); 8] = [
            ("/api/v1/district/", Part::District),
            ("/api/v1/tenants/", Part::Tenants),
            ("/api/v1/platform/", Part::Platform),
            ("/api/v1/public/", Part::Public),
            ("/signup/", Part::Pages),
            ("/account/", Part::Pages),
            ("/calendar/", Part::Pages),
            ("/district/", Part::Pages),
        ];
        PREFIXES.into_iter().find(|(prefix, _)| path.starts_with(prefix)).map_or(Self::Other, |(_, part)| part)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Tenants => "tenants",
            Self::Platform => "platform",
            Self::Public => "public",
            Self::Pages => "pages",
            Self::Other => "other",
        }
    }
}

/// Up to how many microseconds a request took, for each bucket, and as seconds.
const BUCKETS: [(u64, &str); 12] = [
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (2_500_000, "2.5"),
    (10_000_000, "10"),
];

/// How long requests took.
#[derive(Debug, Clone, Copy, Default)]
struct Times {
    /// How many fell into each bucket, and not into one before it.
    buckets: [u64; BUCKETS.len()],
    count: u64,
    microseconds: u64,
}

/// What is counted.
#[derive(Default)]
struct Counts {
    tenants: HashSet<Arc<str>>,
    requests: BTreeMap<(Part, u16, Option<Arc<str>>), u64>,
    times: [Times; Part::ALL.len()],
}

/// What is counted of requests, and who may read it.
pub(crate) struct Metrics {
    token: MetricsToken,
    counts: Mutex<Counts>,
}

impl Metrics {
    pub(crate) fn new(token: MetricsToken) -> Self {
        Self { token, counts: Mutex::default() }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns which tenants there are. Those that are no more are forgotten, with what was counted of them.
    pub(crate) fn know(&self, measures: &Measures) {
        let mut counts = self.counts();
        counts.tenants = measures.tenants.iter().map(|slug| Arc::from(slug.as_str())).collect();
        let Counts { tenants, requests, .. } = &mut *counts;
        requests.retain(|(.., tenant), _| tenant.as_ref().is_none_or(|tenant| tenants.contains(tenant)));
    }

    /// Counts a request.
    pub(crate) fn note(&self, path: &str, tenant: Option<&str>, status: StatusCode, took: Duration) {
        let (part, took) = (Part::of(path), crate::log::microseconds(took));
        let mut counts = self.counts();
        let tenant = tenant.and_then(|slug| counts.tenants.get(slug).cloned());
        *counts.requests.entry((part, status.as_u16(), tenant)).or_default() += 1;
        let times = &mut counts.times[part as usize];
        times.count += 1;
        times.microseconds += took;
        if let Some(bucket) = BUCKETS.iter().position(|(most, _)| took <= *most) {
            times.buckets[bucket] += 1;
        }
    }

    fn text(&self, measures: &Measures, now: DateTime<Utc>) -> String {
        let mut text = Text::default();
        let counts = self.counts();
        text.family("polaris_http_requests_total", "counter", "Requests that were answered. Without a tenant: of none that exists.");
        for ((part, status, tenant), count) in &counts.requests {
            let tenant = tenant.as_deref().unwrap_or_default();
            text.line(format_args!("{{surface=\"{}\",status=\"{status}\",tenant=\"{tenant}\"}} {count}", part.name()));
        }
        text.family("polaris_http_request_duration_seconds", "histogram", "How long requests took, up to the head of their answers.");
        for (part, times) in Part::ALL.into_iter().zip(&counts.times) {
            let (part, mut up_to) = (part.name(), 0);
            for ((_, most), count) in BUCKETS.iter().zip(times.buckets) {
                up_to += count;
                text.line(format_args!("_bucket{{surface=\"{part}\",le=\"{most}\"}} {up_to}"));
            }
            text.line(format_args!("_bucket{{surface=\"{part}\",le=\"+Inf\"}} {}", times.count));
            text.line(format_args!("_sum{{surface=\"{part}\"}} {}.{:06}", times.microseconds / 1_000_000, times.microseconds % 1_000_000));
            text.line(format_args!("_count{{surface=\"{part}\"}} {}", times.count));
        }
        drop(counts);
        text.number("polaris_tenants", "Tenants there are.", measures.tenants.len());
        text.number("polaris_open_tenants", "Tenants that this process has open.", measures.open_tenants);
        text.family("polaris_wal_bytes", "gauge", "Bytes in the write-ahead log of each database that has one.");
        text.line(format_args!("{{database=\"polaris.db\"}} {}", measures.registry_log));
        for (slug, bytes) in &measures.tenant_logs {
            text.line(format_args!("{{database=\"{slug}\"}} {bytes}"));
        }
        let mail = &measures.mail;
        text.number("polaris_outbox_waiting", "Mails that wait, of all tenants, as last counted.", mail.waiting);
        let oldest = mail.oldest.map_or(0, |oldest| (now - oldest).num_seconds().max(0));
        text.number("polaris_outbox_oldest_seconds", "For how long the oldest of them has waited; 0 where none waits.", oldest);
        text.number("polaris_mail_trouble", "1 while no mail can be sent, else 0.", u8::from(mail.trouble.is_some()));
        text.text
    }
}

/// The text, and the name of what is written at the moment.
#[derive(Default)]
struct Text {
    text: String,
    name: &'static str,
}

impl Text {
    fn family(&mut self, name: &'static str, kind: &str, about: &str) {
        self.name = name;
        let _ = writeln!(self.text, "# HELP {name} {about}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, rest: fmt::Arguments<'_>) {
        let _ = writeln!(self.text, "{}{rest}", self.name);
    }

    fn number(&mut self, name: &'static str, about: &str, number: impl fmt::Display) {
        self.family(name, "gauge", about);
        self.line(format_args!(" {number}"));
    }
}

/// What answers.
pub(crate) fn endpoint(state: State, metrics: Arc<Metrics>) -> impl Endpoint<Output = Response> {
    make(move |request: Request| {
        let (state, metrics) = (state.clone(), Arc::clone(&metrics));
        async move { read(&state, &metrics, &request).await }
    })
}

async fn read(state: &State, metrics: &Metrics, request: &Request) -> Result<Response> {
    if !metrics.token.is_brought_by(request) {
        return Err(Failure::from(Error::Unauthenticated).into());
    }
    let polaris = state.polaris.clone();
    let measures = state.blocking.run(Whose::Health, move || polaris.measure()).await.map_err(Failure::from)?;
    metrics.know(&measures);
    let text = metrics.text(&measures, state.now());
    Ok(Response::builder().header(header::CONTENT_TYPE, FORMAT).header(header::CACHE_CONTROL, "no-store").body(text))
}
