//! The public event API (FR-API-101…108): a district's published and completed events, for its website.
//!
//! Checks come in the order of the contract: key present, tenant known, key valid, rate limit, feature on, parameters, data. An answer is rendered
//! once per state of the tenant: the key and the tenant's revision are read for every request, the events only when the revision has
//! changed or a start or deadline has passed.

mod rendered;
mod wire;

use std::sync::Arc;

use bytes::Bytes;
use poem::Request;
use poem::http::{HeaderValue, header};
use poem_openapi::{ApiResponse, OpenApi};
use polaris_core::operations::{Operation, PUBLIC_EVENTS_GET, PUBLIC_EVENTS_LIST, PUBLIC_EVENTS_UPCOMING};
use polaris_core::types::{EventRef, EventType};
use polaris_core::{Context, Error, EventFilter, Lasting, PublicApi, PublicStatus, Result};

pub(crate) use self::rendered::Rendered;
use self::rendered::{Question, Rendering};
pub(crate) use self::wire::PublicEventBody;
use self::wire::PublicHealth;
pub(crate) use self::wire::utc;
use crate::answer::{Answer, Cached, Entered, Many, Meta, One, Pagination};
use crate::blocking::Whose;
use crate::documented::{InHeader, InPath, InQuery, WithApiKey};
use crate::error::Failure;
use crate::frame::RequestId;
use crate::query::{Query, path_parts};
use crate::{ServerConfig, State};

/// The public event API.
pub(crate) struct PublicEventsApi {
    pub(crate) state: State,
}

type EventList = Answer<Many<PublicEventBody>, Cached>;
type OneEvent = Answer<One<PublicEventBody>, Cached>;

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl PublicEventsApi {
    /// List published or completed events, by start.
    #[oai(path = "/api/v1/district/:tenant/events", method = "get", operation_id = "public_events_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "api_key")] _key: WithApiKey,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Events on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// `published` (the default) or `completed`.
        #[oai(name = "status", validator(pattern = "^(published|completed)$"))]
        _status: InQuery<String>,
        /// The first day, local to the district (`YYYY-MM-DD`).
        #[oai(name = "from_date")]
        _from_date: InQuery<chrono::NaiveDate>,
        /// The last day, local to the district (`YYYY-MM-DD`).
        #[oai(name = "to_date")]
        _to_date: InQuery<chrono::NaiveDate>,
        /// One of the event types, in any case.
        #[oai(name = "event_type", validator(min_length = 1))]
        _event_type: InQuery<String>,
        /// The ETag of an earlier answer.
        #[oai(name = "If-None-Match")]
        _if_none_match: InHeader<String>,
    ) -> poem::Result<EventList> {
        self.answer(Visitor::of(request), Asked::of(request, Selection::List)).await
    }

    /// List published events that have not begun, by start.
    #[oai(path = "/api/v1/district/:tenant/events/upcoming", method = "get", operation_id = "public_events_upcoming")]
    async fn upcoming(
        &self,
        request: &Request,
        #[oai(name = "api_key")] _key: WithApiKey,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Events on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// One of the event types, in any case.
        #[oai(name = "event_type", validator(min_length = 1))]
        _event_type: InQuery<String>,
        /// The ETag of an earlier answer.
        #[oai(name = "If-None-Match")]
        _if_none_match: InHeader<String>,
    ) -> poem::Result<EventList> {
        self.answer(Visitor::of(request), Asked::of(request, Selection::Upcoming)).await
    }

    /// Show one published or completed event.
    #[oai(path = "/api/v1/district/:tenant/events/:event", method = "get", operation_id = "public_events_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "api_key")] _key: WithApiKey,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The event's slug or number.
        #[oai(name = "event")]
        _event: InPath<String>,
        /// The ETag of an earlier answer.
        #[oai(name = "If-None-Match")]
        _if_none_match: InHeader<String>,
    ) -> poem::Result<OneEvent> {
        self.answer(Visitor::of(request), Asked::of(request, Selection::One)).await
    }

    /// Tell that the API answers and that the key is good, as the earlier application did.
    #[oai(path = "/api/v1/district/:tenant/virtual-sessions/health", method = "get", operation_id = "health_public_api")]
    async fn health(
        &self,
        request: &Request,
        #[oai(name = "api_key")] _key: WithApiKey,
        /// The district's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<Answer<PublicHealth>> {
        let (_, entered) = self.enter(Visitor::of(request)).await?;
        Ok(Answer::new(&PublicHealth { success: true, message: "Virtual Sessions API is running".to_owned() }).to(entered))
    }
}

#[derive(Clone, Copy)]
enum Selection {
    List,
    Upcoming,
    One,
}

impl Selection {
    fn operation(self) -> &'static Operation {
        match self {
            Self::List => &PUBLIC_EVENTS_LIST,
            Self::Upcoming => &PUBLIC_EVENTS_UPCOMING,
            Self::One => &PUBLIC_EVENTS_GET,
        }
    }
}

/// The header with the key.
const KEY: &str = "X-API-Key";

/// What a request asks, taken out of it so that another thread can answer.
struct Asked {
    selection: Selection,
    event: String,
    query: String,
    if_none_match: Option<String>,
}

impl Asked {
    fn of(request: &Request, selection: Selection) -> Self {
        Self {
            selection,
            event: path_parts(request).nth(1).unwrap_or_default(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            if_none_match: tags(request),
        }
    }
}

/// Who asks, and for which tenant.
struct Visitor {
    tenant: String,
    /// As often as it was sent.
    keys: Vec<String>,
    context: Context,
}

impl Visitor {
    fn of(request: &Request) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self {
            tenant: path_parts(request).next().unwrap_or_default(),
            keys: request.headers().get_all(KEY).iter().map(text).filter(|key| !key.is_empty()).collect(),
            context: RequestId::context(request),
        }
    }
}

impl PublicEventsApi {
    /// Lets somebody in, and gives what the frame says with every answer to them.
    async fn enter(&self, visitor: Visitor) -> poem::Result<(PublicApi, Entered)> {
        // None of several keys is the one that was meant.
        if visitor.keys.len() > 1 {
            return Err(Failure::from(Error::bad_request(KEY, "is given twice: give it once")).into());
        }
        let (polaris, visitor) = (self.state.polaris.clone(), Arc::new(visitor));
        let at_the_door = Arc::clone(&visitor);
        let entering = self.state.blocking.read(Whose::Tenant(&visitor.tenant), move |patience| {
            let Visitor { tenant, keys, context } = &*at_the_door;
            polaris.public_api(tenant, keys.first().map(String::as_str), context.clone(), patience)
        });
        // Who is let in is counted: from here on nothing is done twice.
        let inside = entering.await.map_err(Failure::from)?;
        if inside.owes_note() {
            self.note_use(&visitor.tenant, inside.clone());
        }
        let entered = Entered { origins: inside.settings().allowed_origins.clone(), quota: inside.quota() };
        Ok((inside, entered))
    }

    async fn answer<T: Send + 'static>(&self, visitor: Visitor, asked: Asked) -> poem::Result<Answer<T, Cached>>
    where
        Answer<T, Cached>: ApiResponse,
    {
        let tenant = visitor.tenant.clone();
        let (inside, entered) = self.enter(visitor).await?;
        let (rendered, config, wanted) = (Arc::clone(&self.state.rendered), Arc::clone(&self.state.config), asked);
        let found = self.state.blocking.read(Whose::Tenant(&tenant), move |patience| {
            let inside = inside.with_patience(patience);
            inside.authorize(wanted.selection.operation())?;
            let rendering = render(&rendered, &config, &inside, &wanted)?;
            let answer = match &wanted.if_none_match {
                Some(given) if matches(given, rendering.etag.to_str().unwrap_or_default()) => Answer::not_modified(),
                _ => Answer::written(rendering.body(inside.now(), || tail(&inside))),
            };
            let caching = HeaderValue::from_static("private, max-age=60");
            Ok(answer.header_value(header::ETAG, rendering.etag.clone()).header_value(header::CACHE_CONTROL, caching))
        });
        match found.await {
            Ok(answer) => Ok(answer.to(entered)),
            Err(error) => {
                let mut error = poem::Error::from(Failure::from(error));
                error.set_data(entered);
                Err(error)
            }
        }
    }
}

impl PublicEventsApi {
    /// Writes down the use of a key, beside the answer: nobody waits for it, and it is no harm where there is no place for it.
    fn note_use(&self, tenant: &str, mut inside: PublicApi) {
        let (blocking, tenant) = (self.state.blocking.clone(), tenant.to_owned());
        tokio::spawn(async move {
            let noting = blocking.run(Whose::Tenant(&tenant), move || {
                inside.note_use();
                Ok(())
            });
            noting.await
        });
    }
}

/// The body up to `meta`, which holds the time of the answer and is written anew each time.
fn render(rendered: &Rendered, config: &ServerConfig, entered: &PublicApi, asked: &Asked) -> Result<Arc<Rendering>> {
    match asked.selection {
        Selection::One => {
            let event = EventRef::parse(&asked.event);
            rendered.get_or_render(entered, Question::One(event.clone()), || {
                let found = entered.get(&event)?;
                Ok(Rendering::of(&found, one(config, entered, &found)))
            })
        }
        Selection::List => {
            let query = Query::read(&asked.query, &["page", "per_page", "status", "from_date", "to_date", "event_type"])?;
            let page = query.page()?;
            let status = query.parse("status", status)?.unwrap_or(PublicStatus::Published);
            let filter = EventFilter {
                event_type: query.parse("event_type", EventType::parse)?,
                from_date: query.date("from_date")?,
                to_date: query.date("to_date")?,
                ..EventFilter::default()
            };
            rendered.get_or_render(entered, Question::List(status.clone(), filter.clone(), page), || {
                let found = entered.list(&status, &filter, page)?;
                Ok(Rendering::of(&found, many(config, entered, &found)))
            })
        }
        Selection::Upcoming => {
            let query = Query::read(&asked.query, &["page", "per_page", "event_type"])?;
            let page = query.page()?;
            let filter = EventFilter { event_type: query.parse("event_type", EventType::parse)?, ..EventFilter::default() };
            rendered.get_or_render(entered, Question::Upcoming(filter.clone(), page), || {
                let found = entered.upcoming(&filter, page)?;
                Ok(Rendering::of(&found, many(config, entered, &found)))
            })
        }
    }
}

fn status(text: &str) -> std::result::Result<PublicStatus, polaris_core::error::Problem> {
    match text {
        "published" => Ok(PublicStatus::Published),
        "completed" => Ok(PublicStatus::Completed),
        _ => Err(polaris_core::error::Problem::new("UNKNOWN_VALUE", "must be published or completed")),
    }
}

fn one(config: &ServerConfig, entered: &PublicApi, found: &Lasting<polaris_core::PublicEvent>) -> Bytes {
    let base = config.public_url.as_deref();
    let meta = Meta { tenant: None, generated_at: String::new() };
    up_to_meta(&One { success: true, data: PublicEventBody::of(&found.value, entered.handle().slug(), base), meta })
}

fn many(config: &ServerConfig, entered: &PublicApi, found: &Lasting<polaris_core::Page<polaris_core::PublicEvent>>) -> Bytes {
    let base = config.public_url.as_deref();
    let slug = entered.handle().slug();
    let data = found.value.items.iter().map(|event| PublicEventBody::of(event, slug, base)).collect();
    let meta = Meta { tenant: None, generated_at: String::new() };
    up_to_meta(&Many { success: true, data, pagination: Pagination::of(&found.value), meta })
}

/// Writes an envelope and cuts it before `meta`, which is its last field.
fn up_to_meta(envelope: &impl serde::Serialize) -> Bytes {
    let mut text = serde_json::to_vec(envelope).unwrap_or_default();
    let meta = br#""meta":"#;
    if let Some(at) = text.windows(meta.len()).rposition(|window| window == meta) {
        text.truncate(at);
    }
    text.into()
}

fn tail(entered: &PublicApi) -> Vec<u8> {
    let meta = Meta::now(Some(entered.handle().slug().as_str()), entered.now());
    let mut tail = br#""meta":"#.to_vec();
    tail.extend(serde_json::to_vec(&meta).unwrap_or_default());
    tail.push(b'}');
    tail
}

/// The tags of `If-None-Match`, which may be spread over several lines (RFC 9110, 5.3).
pub(crate) fn tags(request: &Request) -> Option<String> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let tags: Vec<String> = request.headers().get_all(header::IF_NONE_MATCH).iter().map(text).collect();
    (!tags.is_empty()).then(|| tags.join(","))
}

/// RFC 9110, 13.1.2: a list of tags, compared weakly, or `*`.
pub(crate) fn matches(given: &str, etag: &str) -> bool {
    given.trim() == "*" || given.split(',').any(|tag| bare(tag) == bare(etag))
}

/// A tag without the mark that it is a weak one.
fn bare(tag: &str) -> &str {
    let tag = tag.trim();
    tag.strip_prefix("W/").unwrap_or(tag)
}
