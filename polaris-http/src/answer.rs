//! The one answer type. It declares every status there can be, so that the OpenAPI document is complete.

use std::marker::PhantomData;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use poem::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use poem_openapi::{ApiResponse, Object};
use polaris_core::Quota;
use serde::Serialize;

/// What every answer says of itself.
#[derive(Debug, Clone, Object, Serialize)]
pub(crate) struct Meta {
    /// The tenant's slug, where the answer belongs to one.
    pub(crate) tenant: Option<String>,
    /// When the answer was given (UTC).
    pub(crate) generated_at: String,
}

impl Meta {
    pub(crate) fn now(tenant: Option<&str>, now: DateTime<Utc>) -> Self {
        Self { tenant: tenant.map(str::to_owned), generated_at: now.to_rfc3339_opts(SecondsFormat::Secs, true) }
    }
}

/// Where a page of a list stands.
#[derive(Debug, Clone, Object, Serialize)]
pub(crate) struct Pagination {
    /// Which page this is, from 1.
    pub(crate) page: u32,
    /// Items on a full page.
    pub(crate) per_page: u32,
    /// Items in the whole list.
    pub(crate) total_items: u32,
    /// The same as total_items.
    pub(crate) total: u32,
    /// Pages in the whole list.
    pub(crate) total_pages: u32,
    /// Whether a later page has items.
    pub(crate) has_next: bool,
    /// Whether an earlier page exists.
    pub(crate) has_prev: bool,
}

impl Pagination {
    pub(crate) fn of<T>(page: &polaris_core::Page<T>) -> Self {
        Self {
            page: page.page,
            per_page: page.per_page,
            total_items: page.total,
            total: page.total,
            total_pages: page.total_pages(),
            has_next: page.has_next(),
            has_prev: page.has_prev(),
        }
    }
}

/// One thing.
#[derive(Debug, Object, Serialize)]
pub(crate) struct One<T: Type + ToJSON + ParseFromJSON> {
    /// Always true.
    pub(crate) success: bool,
    /// The thing.
    pub(crate) data: T,
    /// About this answer.
    pub(crate) meta: Meta,
}

impl<T: Type + ToJSON + ParseFromJSON> One<T> {
    pub(crate) fn of(data: T, meta: Meta) -> Self {
        Self { success: true, data, meta }
    }
}

/// All there is of what was asked for.
#[derive(Debug, Object, Serialize)]
pub(crate) struct All<T: Type + ToJSON + ParseFromJSON> {
    /// Always true.
    pub(crate) success: bool,
    /// The things.
    pub(crate) data: Vec<T>,
    /// About this answer.
    pub(crate) meta: Meta,
}

/// A page of things.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Many<T: Type + ToJSON + ParseFromJSON> {
    /// Always true.
    pub(crate) success: bool,
    /// The things.
    pub(crate) data: Vec<T>,
    /// Where this page stands.
    pub(crate) pagination: Pagination,
    /// About this answer.
    pub(crate) meta: Meta,
}

impl<T: Type + ToJSON + ParseFromJSON> Many<T> {
    pub(crate) fn of<'a, S>(found: &'a polaris_core::Page<S>, meta: Meta) -> Self
    where
        T: From<&'a S>,
    {
        Self { success: true, data: found.items.iter().map(T::from).collect(), pagination: Pagination::of(found), meta }
    }
}

/// One thing, with a list in it that comes a page at a time.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Paged<T: Type + ToJSON + ParseFromJSON> {
    /// Always true.
    pub(crate) success: bool,
    /// The thing.
    pub(crate) data: T,
    /// Where this page of its list stands.
    pub(crate) pagination: Pagination,
    /// About this answer.
    pub(crate) meta: Meta,
}

/// Why something was not done.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Error")]
pub(crate) struct ErrorEnvelope {
    /// Always false.
    pub(crate) success: bool,
    /// What went wrong.
    pub(crate) error: ErrorBody,
    /// About this answer.
    pub(crate) meta: ErrorMeta,
}

/// What went wrong.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ErrorBody {
    /// A stable code.
    pub(crate) code: String,
    /// What is wrong and how to mend it, for a person.
    pub(crate) message: String,
    /// The fields or parameters it is about; all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[oai(default, skip_serializing_if_is_empty)]
    pub(crate) fields: Vec<FieldBody>,
    /// With TOO_MANY_ATTEMPTS and RATE_LIMIT_EXCEEDED: seconds after which to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(skip_serializing_if_is_none)]
    pub(crate) retry_after: Option<u32>,
    /// With CONFLICT, where another volunteer has the e-mail address: their number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[oai(skip_serializing_if_is_none)]
    pub(crate) volunteer_id: Option<i64>,
}

/// One bad field.
#[derive(Debug, Object, Serialize)]
pub(crate) struct FieldBody {
    /// Its name, as it was sent.
    pub(crate) field: String,
    /// A stable code.
    pub(crate) code: String,
    /// What is wrong and how to mend it.
    pub(crate) message: String,
}

/// About an error.
#[derive(Debug, Object, Serialize)]
pub(crate) struct ErrorMeta {
    /// The id of the request, to be quoted when asking for help.
    pub(crate) request_id: String,
}

/// Headers of an answer of the public API, at most; see [`Answer`].
const MOST_HEADERS: usize = 16;

pub(crate) const JSON: &str = "application/json; charset=utf-8";

/// How an operation succeeds.
pub(crate) trait Success {
    const STATUS: u16;
    const DESCRIPTION: &'static str;
    /// Further statuses with the same body.
    const ALSO_SO: &'static [(u16, &'static str)] = &[];
    /// Further statuses without a body.
    const ALSO: &'static [(u16, &'static str)] = &[];
}

/// 200.
pub(crate) struct Done;
impl Success for Done {
    const STATUS: u16 = 200;
    const DESCRIPTION: &'static str = "Done.";
}

/// 200, or 304 where the caller has it already.
pub(crate) struct Cached;
impl Success for Cached {
    const STATUS: u16 = 200;
    const DESCRIPTION: &'static str = "Found.";
    const ALSO: &'static [(u16, &'static str)] = &[(304, "What the caller has is still true.")];
}

/// 200 with what came of it; 202 where it goes on.
pub(crate) struct DoneOrGoingOn;
impl Success for DoneOrGoingOn {
    const STATUS: u16 = 200;
    const DESCRIPTION: &'static str = "Done.";
    const ALSO_SO: &'static [(u16, &'static str)] = &[(202, "Goes on; the Location header says where to ask for it.")];
}

/// 201, with the address of what was made.
pub(crate) struct Created;
impl Success for Created {
    const STATUS: u16 = 201;
    const DESCRIPTION: &'static str = "Created; the Location header says where.";
}

/// 202, whatever comes of it.
pub(crate) struct Accepted;
impl Success for Accepted {
    const STATUS: u16 = 202;
    const DESCRIPTION: &'static str = "Taken; the answer doesn't tell what comes of it.";
}

/// 201 without an address: what was made is shown to nobody but whom it concerns.
pub(crate) struct TakenDown;
impl Success for TakenDown {
    const STATUS: u16 = 201;
    const DESCRIPTION: &'static str = "Done; who signed up is told by mail how they stand.";
}

/// An answer whose body is a `T`, already written as JSON.
pub(crate) struct Answer<T, S = Done> {
    status: StatusCode,
    /// Has room for all that the frame adds: it would grow twice on the way otherwise.
    headers: HeaderMap,
    body: Bytes,
    entered: Option<Entered>,
    kind: PhantomData<fn() -> (T, S)>,
}

/// What the frame says with every answer to somebody who was let in to the public API, errors included.
#[derive(Clone)]
pub(crate) struct Entered {
    /// The web origins that the tenant names; none named means any.
    pub(crate) origins: Vec<String>,
    /// What the key has left.
    pub(crate) quota: Quota,
}

impl<T: Serialize, S: Success> Answer<T, S> {
    pub(crate) fn new(body: &T) -> Self {
        // Wire types are plain structures: writing them can't fail.
        Self::written(serde_json::to_vec(body).unwrap_or_default().into())
    }
}

impl<T, S: Success> Answer<T, S> {
    pub(crate) fn written(body: Bytes) -> Self {
        Self::with(StatusCode::from_u16(S::STATUS).unwrap_or(StatusCode::OK), body)
    }

    pub(crate) fn not_modified() -> Self {
        Self::with(StatusCode::NOT_MODIFIED, Bytes::new())
    }

    fn with(status: StatusCode, body: Bytes) -> Self {
        Self { status, headers: HeaderMap::with_capacity(MOST_HEADERS), body, entered: None, kind: PhantomData }
    }

    /// The same as 202: it goes on.
    pub(crate) fn going_on(mut self) -> Self {
        self.status = StatusCode::ACCEPTED;
        self
    }

    /// Adds a header whose value comes from us; one that can't be a header is left out.
    pub(crate) fn header(self, name: HeaderName, value: impl AsRef<str>) -> Self {
        match HeaderValue::from_str(value.as_ref()) {
            Ok(value) => self.header_value(name, value),
            Err(_) => self,
        }
    }

    /// Adds a header whose value is made already.
    pub(crate) fn header_value(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// To somebody who was let in to the public API.
    pub(crate) fn to(mut self, entered: Entered) -> Self {
        self.entered = Some(entered);
        self
    }
}

impl<T: Send, S: Send> IntoResponse for Answer<T, S> {
    fn into_response(self) -> Response {
        let mut headers = self.headers;
        if !self.body.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
        }
        let mut response = Response::builder().status(self.status).body(self.body);
        *response.headers_mut() = headers;
        if let Some(entered) = self.entered {
            response.set_data(entered);
        }
        response
    }
}

const FAILURES: &[(u16, &str)] = &[
    (400, "BAD_REQUEST: a parameter, a header or the body can't be read; `fields` names it."),
    (401, "UNAUTHENTICATED, INVALID_CREDENTIALS, MISSING_API_KEY or INVALID_API_KEY."),
    (403, "FORBIDDEN or FEATURE_DISABLED."),
    (404, "NOT_FOUND, TENANT_NOT_FOUND, EVENT_NOT_FOUND and the like, or INVALID_LINK."),
    (405, "METHOD_NOT_ALLOWED."),
    (409, "CONFLICT, INVALID_TRANSITION, EVENT_FULL, SIGNUP_CLOSED or TENANT_INACTIVE."),
    (413, "PAYLOAD_TOO_LARGE."),
    (415, "UNSUPPORTED_MEDIA_TYPE."),
    (422, "VALIDATION_FAILED: `fields` lists every broken field."),
    (429, "RATE_LIMIT_EXCEEDED or TOO_MANY_ATTEMPTS; Retry-After says when to try again."),
    (500, "INTERNAL: logged under the request id."),
    (503, "UNAVAILABLE, SCHEMA_OUTDATED or SCHEMA_TOO_NEW; Retry-After says when to try again."),
];

impl<T: Type, S: Success> ApiResponse for Answer<T, S> {
    fn meta() -> MetaResponses {
        let mut responses = vec![response(S::STATUS, S::DESCRIPTION, Some(T::schema_ref()))];
        responses.extend(S::ALSO_SO.iter().map(|(status, description)| response(*status, description, Some(T::schema_ref()))));
        responses.extend(S::ALSO.iter().map(|(status, description)| response(*status, description, None)));
        responses.extend(FAILURES.iter().map(|(status, description)| response(*status, description, Some(ErrorEnvelope::schema_ref()))));
        MetaResponses { responses }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
        ErrorEnvelope::register(registry);
    }
}

fn response(status: u16, description: &'static str, schema: Option<MetaSchemaRef>) -> MetaResponse {
    MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content: schema.map(|schema| MetaMediaType { content_type: "application/json", schema }).into_iter().collect(),
        headers: vec![],
    }
}

/// An iCalendar file, or 304 where the caller has it already.
pub(crate) struct CalendarAnswer {
    /// None: the caller has it.
    pub(crate) body: Option<Bytes>,
    pub(crate) headers: Vec<(HeaderName, String)>,
}

impl IntoResponse for CalendarAnswer {
    fn into_response(self) -> Response {
        let mut response = Response::builder();
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        match self.body {
            Some(body) => response.header(header::CONTENT_TYPE, "text/calendar; charset=utf-8").body(body),
            None => response.status(StatusCode::NOT_MODIFIED).finish(),
        }
    }
}

impl ApiResponse for CalendarAnswer {
    fn meta() -> MetaResponses {
        let file = MetaMediaType { content_type: "text/calendar", schema: String::schema_ref() };
        let mut found = response(200, "An iCalendar file (RFC 5545), in UTF-8.", None);
        found.content.push(file);
        let failures = FAILURES.iter().map(|(status, description)| response(*status, description, Some(ErrorEnvelope::schema_ref())));
        let unchanged = response(304, "What the caller has is still true.", None);
        MetaResponses { responses: [found, unchanged].into_iter().chain(failures).collect() }
    }

    fn register(registry: &mut Registry) {
        ErrorEnvelope::register(registry);
    }
}

/// What files an operation hands out.
pub(crate) trait Files {
    const MEDIA_TYPES: &'static [&'static str];
}

/// CSV or JSON lines.
pub(crate) struct Lines;
impl Files for Lines {
    const MEDIA_TYPES: &'static [&'static str] = &["text/csv", "application/x-ndjson"];
}

/// CSV alone.
pub(crate) struct Csv;
impl Files for Csv {
    const MEDIA_TYPES: &'static [&'static str] = &["text/csv"];
}

/// CSV or a workbook.
pub(crate) struct Tables;
impl Files for Tables {
    const MEDIA_TYPES: &'static [&'static str] = &["text/csv", crate::body::XLSX];
}

/// A file, handed out as it is made.
pub(crate) struct Download<F = Lines> {
    kind: PhantomData<fn() -> F>,
    media_type: &'static str,
    name: String,
    body: poem::Body,
}

/// Marks an answer that must not be held in memory whole, for the frame.
#[derive(Clone)]
pub(crate) struct Streamed;

impl<F> Download<F> {
    /// `name` is one of ours: letters, digits, `-` and a dot.
    pub(crate) fn new(
        media_type: &'static str,
        name: &str,
        pieces: impl futures_util::Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static,
    ) -> Self {
        Self { kind: PhantomData, media_type, name: name.to_owned(), body: poem::Body::from_bytes_stream(pieces) }
    }
}

impl<F: Send> IntoResponse for Download<F> {
    fn into_response(self) -> Response {
        let mut response = Response::builder()
            .header(header::CONTENT_TYPE, self.media_type)
            .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.name))
            .body(self.body);
        response.set_data(Streamed);
        response
    }
}

impl<F: Files> ApiResponse for Download<F> {
    fn meta() -> MetaResponses {
        let content = F::MEDIA_TYPES.iter().map(|content_type| MetaMediaType { content_type, schema: String::schema_ref() });
        let done = MetaResponse {
            description: "A file, named by Content-Disposition. One that breaks off is not whole.",
            status: Some(200),
            status_range: None,
            content: content.collect(),
            headers: vec![],
        };
        let failures = FAILURES.iter().map(|(status, description)| response(*status, description, Some(ErrorEnvelope::schema_ref())));
        MetaResponses { responses: std::iter::once(done).chain(failures).collect() }
    }

    fn register(registry: &mut Registry) {
        ErrorEnvelope::register(registry);
    }
}
