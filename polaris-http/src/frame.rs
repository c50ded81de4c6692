//! What surrounds every request: its id, errors as envelopes, security headers, CORS, the log; and a crash in a handler is an answer
//! too.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use futures_util::FutureExt;
use poem::error::{MethodNotAllowedError, NotFoundError};
use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use poem::{Endpoint, Middleware, Request, Response};
use polaris_core::types::Slug;
use polaris_core::{Actor, Caller, Context, Error, Quota};

use crate::answer::{Entered, ErrorBody, ErrorEnvelope, ErrorMeta, FieldBody, JSON, Streamed};
use crate::blocking::Whose;
use crate::error::Failure;
use crate::openapi::Methods;
use crate::pages::fault;
use crate::proxies::Origin;
use crate::staff::once::{Once, REPLAYED};
use crate::{ServerConfig, State, log};

/// What pages of other sites may call, as far as the tenant lets them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shared {
    /// The public event API.
    Events,
    /// Sign-up for other people's forms.
    Signups,
}

impl Shared {
    const ALL: [Self; 2] = [Self::Events, Self::Signups];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Events => "/api/v1/district/",
            Self::Signups => "/api/v1/public/",
        }
    }

    /// Which of them a path belongs to.
    pub(crate) fn of(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shared| path.starts_with(shared.prefix()))
    }

    /// Methods and headers that may be sent, and headers of answers that may be read.
    const fn words(self) -> [&'static str; 3] {
        match self {
            Self::Events => [
                "GET, OPTIONS",
                "X-API-Key, Content-Type, If-None-Match",
                "ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
            ],
            Self::Signups => ["GET, POST, OPTIONS", "Content-Type, Idempotency-Key", "Retry-After, Idempotent-Replayed"],
        }
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The id of a request: the caller's where it is well-formed, else one of ours.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) Arc<str>);

impl RequestId {
    fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(&REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| well_formed(id));
        Self(given.map_or_else(fresh_id, Into::into))
    }

    /// The context of operations done in this request.
    pub(crate) fn context(request: &Request) -> Context {
        Context {
            address: request.data::<Origin>().and_then(|origin| origin.address).map(|address| address.to_string()),
            request_id: request.data::<Self>().map(|id| id.0.to_string()),
        }
    }
}

fn well_formed(id: &str) -> bool {
    (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The start of the process and a count: unique without asking for randomness each time.
fn fresh_id() -> Arc<str> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    static START: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let micros = chrono::Utc::now().timestamp_micros().unsigned_abs();
        format!("{:016x}", micros ^ (u64::from(std::process::id()) << 44))
    });
    format!("{}-{:08x}", *START, COUNT.fetch_add(1, Ordering::Relaxed)).into()
}

/// The middleware.
pub(crate) struct Frame {
    state: State,
    methods: Arc<Methods>,
}

impl Frame {
    pub(crate) fn new(state: State, methods: Methods) -> Self {
        Self { state, methods: Arc::new(methods) }
    }
}

impl<E: Endpoint<Output = Response>> Middleware<E> for Frame {
    type Output = Framed<E>;

    fn transform(&self, inner: E) -> Framed<E> {
        Framed { inner, state: self.state.clone(), methods: Arc::clone(&self.methods) }
    }
}

/// An endpoint in its frame.
pub(crate) struct Framed<E> {
    inner: E,
    state: State,
    methods: Arc<Methods>,
}

impl<E: Endpoint<Output = Response>> Endpoint for Framed<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let began = Instant::now();
        let id = RequestId::of(request.headers());
        let method = request.method().clone();
        let path = request.uri().path().to_owned();
        let origin = request.headers().get(header::ORIGIN).cloned();
        let wants_page = wants_page(&path, request.headers());
        let brings_body = brings_body(&request);
        request.set_data(id.clone());
        request.set_data(Origin::of(&request, &self.state.config.trusted_proxies));
        let once = Once::default();
        request.set_data(once.clone());
        if method == Method::HEAD {
            request.set_method(Method::GET);
        }

        let shared = Shared::of(&path);
        let mut response = if let Some(shared) = shared.filter(|_| method == Method::OPTIONS) {
            preflight(shared)
        } else if has_empty_part(&path) || !is_text(&path) {
            // The router would take the empty part for a name, and leave out what it can't decode.
            self.refuse(&NotFoundError.into(), &path, &id, wants_page)
        } else {
            match AssertUnwindSafe(self.inner.call(request)).catch_unwind().await {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => self.refuse(&error, &path, &id, wants_page),
                Err(_) => self.tell(&Failure::Core(Error::Internal), &id, wants_page),
            }
        };
        if method == Method::HEAD {
            without_body(&mut response).await;
        }
        let status = response.status();
        let entered = response.data::<Entered>().cloned();
        let headers = response.headers_mut();
        if brings_body && !matches!(status, StatusCode::CREATED | StatusCode::SEE_OTHER | StatusCode::UNPROCESSABLE_ENTITY) {
            // The body may not have been read. Then the connection is no good for another request, and the client must know.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if let Ok(value) = HeaderValue::from_str(&id.0) {
            headers.insert(REQUEST_ID, value);
        }
        secure(headers, &self.state.config);
        if once.was_repeated() && status.is_success() {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        if let Some(shared) = shared {
            if let Some(entered) = &entered {
                tell_quota(headers, &entered.quota);
            }
            self.share(shared, headers, status, entered, &path, origin.as_ref()).await;
        }
        if path.starts_with("/api/") || path.starts_with("/health/") {
            headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        }
        if let Some(metrics) = &self.state.metrics {
            metrics.note(&path, self.methods.tenant_of(&path), status, began.elapsed());
        }
        if self.state.config.log_requests {
            self.note(&id, &method, &path, status, began);
        }
        Ok(response)
    }
}

impl<E> Framed<E> {
    /// The envelope (or page) of an error.
    fn refuse(&self, error: &poem::Error, path: &str, id: &RequestId, wants_page: bool) -> Response {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            let mut response = self.tell(failure, id, wants_page);
            if let Some(entered) = error.data::<Entered>() {
                response.set_data(entered.clone());
            }
            return response;
        }
        if error.is::<NotFoundError>() {
            return self.tell(&Failure::NOT_FOUND, id, wants_page);
        }
        if error.is::<MethodNotAllowedError>() {
            let mut response = self.tell(&Failure::METHOD_NOT_ALLOWED, id, wants_page);
            if let Some(allowed) = self.methods.allowed(path)
                && let Ok(value) = HeaderValue::from_str(&allowed)
            {
                response.headers_mut().insert(header::ALLOW, value);
            }
            return response;
        }
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => self.tell(&Failure::PAYLOAD_TOO_LARGE, id, wants_page),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => self.tell(&Failure::UNSUPPORTED_MEDIA_TYPE, id, wants_page),
            status if status.is_client_error() => {
                self.tell(&Failure::Core(Error::bad_request("request", "could not be understood")), id, wants_page)
            }
            status => {
                tracing::error!(%status, request_id = %id.0, "a request failed outside the engine");
                self.tell(&Failure::Core(Error::Internal), id, wants_page)
            }
        }
    }

    /// A failure as an envelope, or as a page.
    fn tell(&self, failure: &Failure, id: &RequestId, wants_page: bool) -> Response {
        if wants_page { fault::page(failure, &id.0, &self.state.config) } else { render(failure, id) }
    }

    /// CORS for what is shared: any origin where the tenant names none (or isn't known), else the ones it names.
    async fn share(
        &self,
        shared: Shared,
        headers: &mut HeaderMap,
        status: StatusCode,
        entered: Option<Entered>,
        path: &str,
        origin: Option<&HeaderValue>,
    ) {
        let [_, _, readable] = shared.words();
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(readable));
        let origins = match entered {
            Some(entered) => Ok(entered.origins),
            None => self.origins_of(path).await,
        };
        let any = match origins {
            Ok(origins) if !origins.is_empty() => {
                let listed = |origin: &&HeaderValue| origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes());
                if let Some(origin) = origin.filter(listed) {
                    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                }
                headers.insert(header::VARY, HeaderValue::from_static("Origin"));
                false
            }
            Ok(_) | Err(Error::TenantNotFound | Error::TenantInactive) => true,
            // The list can't be read just now: an error may be told to anybody, what holds data may not.
            Err(_) => status.is_client_error() || status.is_server_error(),
        };
        if any {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
    }

    /// The origins that the tenant in a path names, for answers whose handler did not get as far as reading them.
    async fn origins_of(&self, path: &str) -> polaris_core::Result<Vec<String>> {
        let slug = tenant_of(path).ok_or(Error::TenantNotFound)?;
        let (polaris, wanted) = (self.state.polaris.clone(), slug.clone());
        let read = self.state.blocking.read(Whose::Tenant(&slug), move |patience| {
            polaris.tenant(&wanted, Caller::from(Actor::Public).with_patience(patience))?.allowed_origins()
        });
        read.await
    }

    fn note(&self, id: &RequestId, method: &Method, path: &str, status: StatusCode, began: Instant) {
        let tenant = self.methods.tenant_of(path).filter(|part| Slug::parse(part).is_ok());
        log::write(&log::Line {
            time: log::time(),
            level: if status.is_server_error() { "error" } else { "info" },
            request_id: &id.0,
            method: known(method),
            route: self.methods.route(path).unwrap_or("none"),
            tenant,
            status: status.as_u16(),
            duration_us: log::microseconds(began.elapsed()),
        });
    }
}

fn secure(headers: &mut HeaderMap, config: &ServerConfig) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"));
    if config.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

/// What a key has left (FR-API-105). It ends at the full second that begins with or after the end of the window.
fn tell_quota(headers: &mut HeaderMap, quota: &Quota) {
    let end = quota.resets_at.timestamp() + i64::from(quota.resets_at.timestamp_subsec_nanos() > 0);
    headers.insert(LIMIT, HeaderValue::from(quota.limit));
    headers.insert(REMAINING, HeaderValue::from(quota.remaining));
    headers.insert(RESET, HeaderValue::from(end));
}

/// The tenant in a path of what is shared, decoded as the router does it. What would be no slug anyway may stay undecoded.
fn tenant_of(path: &str) -> Option<String> {
    let part = path.strip_prefix(Shared::of(path)?.prefix())?.split('/').next()?;
    let (slug, _) = form_urlencoded::parse(part.as_bytes()).next().filter(|_| !part.contains(['+', '&', '=']))?;
    Some(slug.into_owned())
}

/// Whether a path has nothing between two slashes, or behind the last one.
fn has_empty_part(path: &str) -> bool {
    path.contains("//") || (path.len() > 1 && path.ends_with('/'))
}

/// Whether a path is text once its escapes are decoded.
fn is_text(path: &str) -> bool {
    !path.contains('%') || percent_encoding::percent_decode_str(path).decode_utf8().is_ok()
}

/// Whether a body comes with this request. In HTTP/2 it stands for itself.
fn brings_body(request: &Request) -> bool {
    let headers = request.headers();
    let length = headers.get(header::CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0");
    request.version() <= Version::HTTP_11 && (length || headers.contains_key(header::TRANSFER_ENCODING))
}

/// The answer to HEAD: all that GET's has but the body, whose length is still told.
async fn without_body(response: &mut Response) {
    let body = response.take_body();
    if response.data::<Streamed>().is_some() {
        return;
    }
    let length = body.into_bytes().await.map_or(0, |body| body.len());
    if length > 0 {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
}

/// The method, for the log. Clients can make up their own.
fn known(method: &Method) -> &str {
    match method.as_str() {
        method @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "TRACE" | "CONNECT") => method,
        _ => "other",
    }
}

/// Answers every preflight: it needs no key and says nothing about the tenant.
fn preflight(shared: Shared) -> Response {
    let [methods, sent, _] = shared.words();
    Response::builder()
        .status(StatusCode::NO_CONTENT)
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, methods)
        .header(header::ACCESS_CONTROL_ALLOW_HEADERS, sent)
        .header(header::ACCESS_CONTROL_MAX_AGE, "600")
        .finish()
}

/// The headers and the body of the answer to a request that no handler has seen, which is noted in the log as well.
pub(crate) fn refuse_unread(failure: &Failure, status: StatusCode, config: &ServerConfig) -> (HeaderMap, Vec<u8>) {
    let id = RequestId(fresh_id());
    let body = envelope(failure, &id);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID, value);
    }
    secure(&mut headers, config);
    if config.log_requests {
        log::write(&log::Line {
            time: log::time(),
            level: "info",
            request_id: &id.0,
            method: "other",
            route: "none",
            tenant: None,
            status: status.as_u16(),
            duration_us: 0,
        });
    }
    (headers, body)
}

fn envelope(failure: &Failure, id: &RequestId) -> Vec<u8> {
    let envelope = ErrorEnvelope {
        success: false,
        error: ErrorBody {
            code: failure.code().to_owned(),
            message: failure.message(),
            fields: failure
                .fields()
                .into_iter()
                .map(|error| FieldBody { field: error.field, code: error.code.to_owned(), message: error.message })
                .collect(),
            retry_after: match failure {
                Failure::Core(Error::TooManyAttempts { retry_after } | Error::RateLimitExceeded { retry_after, .. }) => Some(*retry_after),
                _ => None,
            },
            volunteer_id: match failure {
                Failure::Core(Error::VolunteerExists { volunteer, .. }) => Some(volunteer.get()),
                _ => None,
            },
        },
        meta: ErrorMeta { request_id: id.0.to_string() },
    };
    serde_json::to_vec(&envelope).unwrap_or_default()
}

fn render(failure: &Failure, id: &RequestId) -> Response {
    let mut response = Response::builder().status(poem::error::ResponseError::status(failure)).header(header::CONTENT_TYPE, JSON);
    if let Some(seconds) = failure.retry_after() {
        response = response.header(header::RETRY_AFTER, seconds.to_string());
    }
    if poem::error::ResponseError::status(failure) == StatusCode::UNAUTHORIZED && failure.code() == "UNAUTHENTICATED" {
        response = response.header(header::WWW_AUTHENTICATE, "Bearer");
    }
    let mut response = response.body(envelope(failure, id));
    if let Failure::Core(Error::RateLimitExceeded { quota: Some(quota), .. }) = failure {
        tell_quota(response.headers_mut(), quota);
    }
    response
}

/// Outside the API a browser gets a page.
fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    !path.starts_with("/api/")
        && headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

#[cfg(test)]
mod tests;
