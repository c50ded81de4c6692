//! Polaris over HTTP: the public event API for districts' websites, the staff surfaces, health checks and documentation.
//!
//! A thin frontend: it asks the core who may do what, turns requests into drafts and answers into JSON, and decides nothing.
//!
//! | file | holds |
//! |---|---|
//! | `server`, `connection` | taking connections, their deadlines, the graceful end |
//! | `blocking` | where work that may wait is done |
//! | `proxies` | which proxies are believed, and what they say |
//! | `frame` | what surrounds every request: ids, errors as envelopes, headers, CORS, the log, crashes |
//! | `answer`, `error` | the one answer type, and which status each error code has |
//! | `body`, `query`, `documented` | reading requests, and describing their parameters |
//! | `public_api` | the public event API and its rendered answers |
//! | `signups` | sign-up for other people's forms |
//! | `calendar` | the feeds that calendar programs read |
//! | `opt_outs` | getting no more mails that ask to come |
//! | `staff` | the platform and tenant surfaces |
//! | `old_addresses` | addresses of the earlier application, sent on to where things are now |
//! | `pages` | the pages that people see: accounts' links, errors |
//! | `health`, `metrics` | health checks; what is counted and measured |
//! | `openapi` | the OpenAPI document and its pages |

mod answer;
mod blocking;
mod body;
mod calendar;
mod connection;
mod documented;
mod error;
mod frame;
mod health;
mod log;
mod metrics;
mod old_addresses;
mod openapi;
mod opt_outs;
mod pages;
mod proxies;
mod public_api;
mod query;
mod server;
mod signups;
mod staff;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use poem::{Endpoint, EndpointExt, Response, Route};
use polaris_core::{MailWorker, Polaris, TenantHandle};

pub use log::report_to_stderr;
pub use metrics::MetricsToken;
pub use openapi::document;
pub use proxies::Network;

/// How the server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// The address under which the public reaches this server, such as `https://events.example.org`; addresses in answers are built
    /// on it. Without it, answers hold no sign-up addresses.
    pub public_url: Option<String>,
    /// Whether each request is logged as a line of JSON on standard output.
    pub log_requests: bool,
    /// Connections at once, at most; further ones wait until one ends. Fewer where the descriptor limit demands it.
    pub max_connections: u32,
    /// How long a client may take to send the head of a request. A body has half a minute more.
    pub header_deadline: Duration,
    /// Proxies whose word is taken for where a request comes from (`X-Forwarded-For`, `X-Forwarded-Proto`); nobody's, unless said.
    pub trusted_proxies: Vec<Network>,
    /// Who may read `/metrics`, and that anything is counted for it; nobody and nothing, unless said.
    pub metrics: Option<MetricsToken>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            public_url: None,
            log_requests: false,
            max_connections: 1_024,
            header_deadline: Duration::from_secs(10),
            trusted_proxies: Vec::new(),
            metrics: None,
        }
    }
}

/// What handlers share.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) polaris: Polaris,
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) rendered: Arc<public_api::Rendered>,
    pub(crate) calendars: Arc<calendar::Kept>,
    pub(crate) blocking: blocking::Blocking,
    pub(crate) hashing: staff::Hashing,
    pub(crate) imports: staff::Imports,
    pub(crate) metrics: Option<Arc<metrics::Metrics>>,
}

impl State {
    fn new(polaris: Polaris, config: Arc<ServerConfig>) -> Self {
        let metrics = config.metrics.clone().map(metrics::Metrics::new);
        if let (Some(metrics), Ok(measures)) = (&metrics, polaris.measure()) {
            metrics.know(&measures);
        }
        Self {
            metrics: metrics.map(Arc::new),
            polaris,
            config,
            rendered: Arc::new(public_api::Rendered::new()),
            calendars: Arc::new(calendar::Kept::new()),
            blocking: blocking::Blocking::new(),
            hashing: staff::Hashing::new(),
            imports: staff::Imports::default(),
        }
    }

    /// The present instant by the engine's clock.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.polaris.now()
    }

    /// What an answer of a tenant says of itself.
    pub(crate) fn meta(&self, tenant: &str) -> answer::Meta {
        answer::Meta::now(Some(tenant), self.now())
    }

    /// Does something in a tenant, where waiting holds nobody up; and the tenant's slug.
    pub(crate) async fn in_tenant<T: Send + 'static>(
        &self,
        tenant: TenantHandle,
        work: impl FnOnce(&TenantHandle) -> polaris_core::Result<T> + Send + 'static,
    ) -> Result<(T, String), error::Failure> {
        let slug = tenant.slug().to_string();
        let done = self.blocking.run(blocking::Whose::Tenant(&slug), move || work(&tenant)).await?;
        Ok((done, slug))
    }
}

/// The whole server as an endpoint, without a socket.
pub fn app(polaris: Polaris, config: ServerConfig) -> impl Endpoint<Output = Response> {
    endpoint(State::new(polaris, Arc::new(config)))
}

fn endpoint(state: State) -> impl Endpoint<Output = Response> + 'static {
    let api = || openapi::api(state.clone());
    let described = openapi::pages(&openapi::service(api()));
    let pages = Route::new()
        .at("/docs", poem::get(described.docs))
        .at("/openapi.json", poem::get(described.json))
        .at(old_addresses::SIGN_UP, poem::get(old_addresses::sign_up(state.clone())));
    let pages = match &state.metrics {
        Some(metrics) => pages.at(metrics::PATH, poem::get(metrics::endpoint(state.clone(), Arc::clone(metrics)))),
        None => pages,
    };
    openapi::routes(api(), self::pages::routes(&state, pages)).with(frame::Frame::new(state, openapi::methods()))
}

/// How long a mail under way is given when the server stops.
const LAST_MAIL: Duration = Duration::from_secs(10);

/// Serves on a listening socket until `stop` resolves; then takes no new connections and gives those under way ten seconds. Meanwhile it
/// delivers the mails of all tenants.
///
/// # Errors
///
/// When the socket can't be used, or mails can't be sent as it is configured.
pub async fn serve(
    polaris: Polaris,
    listener: std::net::TcpListener,
    config: ServerConfig,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    log::keep_panics_quiet();
    let (logs, config) = (config.log_requests, Arc::new(config));
    let worker = MailWorker::start(&polaris).map_err(std::io::Error::other)?;
    let served = server::run(endpoint(State::new(polaris, Arc::clone(&config))), listener, config, stop).await;
    let ended = tokio::task::spawn_blocking(move || worker.stop(LAST_MAIL)).await;
    if !matches!(ended, Ok(true)) {
        tracing::warn!("a mail was still being sent; whoever comes next takes it up");
    }
    if logs {
        log::flush();
    }
    served
}
