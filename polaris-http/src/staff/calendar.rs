//! The tenant surface: its calendar (E6), and the feeds that calendar programs read.

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{
    CALENDAR_EXPORT, CALENDAR_FEEDS_CREATE, CALENDAR_FEEDS_LIST, CALENDAR_FEEDS_REVOKE, CALENDAR_GET, Operation,
};
use polaris_core::types::FeedId;
use polaris_core::{CalendarQuery, Error, NewCalendarFeed, Result, TenantHandle};

use super::calendar_wire::{CalendarFeedBody, CalendarItemBody, CreatedFeedBody, NewCalendarFeedBody};
use super::people::number;
use super::session::tenant;
use crate::State;
use crate::answer::{All, Answer, CalendarAnswer, Created, Many, One};
use crate::body::JsonBody;
use crate::documented::{InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// The calendar of a tenant.
pub(crate) struct CalendarApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl CalendarApi {
    /// Show what is in the calendar: this month, a day, a week or a month, or from start to end. `data` is what FullCalendar 6 reads; give
    /// it `eventSourceSuccess: (answer) => answer.data`.
    #[oai(path = "/api/v1/tenants/:tenant/calendar", method = "get", operation_id = "calendar_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// `day`, `week` (from Sunday on) or `month` (the default).
        #[oai(name = "view", validator(pattern = "^(day|week|month)$"))]
        _view: InQuery<String>,
        /// A day in it (`YYYY-MM-DD`); today when left out.
        #[oai(name = "date")]
        _date: InQuery<chrono::NaiveDate>,
        /// Instead of both: the first moment, a day or a time (ISO 8601, with or without an offset).
        #[oai(name = "start", validator(min_length = 10))]
        _start: InQuery<String>,
        /// And the first moment after it; at most 400 days later.
        #[oai(name = "end", validator(min_length = 10))]
        _end: InQuery<String>,
        /// The IANA time zone in which all this is meant and answered; the tenant's when left out.
        #[oai(name = "timeZone", validator(min_length = 1))]
        _time_zone: InQuery<String>,
    ) -> poem::Result<Answer<All<CalendarItemBody>>> {
        let (tenant, _) = self.enter(request, &CALENDAR_GET).await?;
        let query = asked(request.uri().query().unwrap_or_default()).map_err(Failure::from)?;
        let (agenda, slug) = self.state.in_tenant(tenant, move |tenant| tenant.calendar().get(&query).map_err(as_asked)).await?;
        Ok(Answer::new(&All {
            success: true,
            data: agenda.items.iter().map(|item| CalendarItemBody::of(item, &slug)).collect(),
            meta: self.state.meta(&slug),
        }))
    }

    /// Give the tenant's events as an iCalendar file, from the beginning of the last school year on.
    #[oai(path = "/api/v1/tenants/:tenant/calendar/export", method = "get", operation_id = "calendar_export")]
    async fn export(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
    ) -> poem::Result<CalendarAnswer> {
        let (tenant, _) = self.enter(request, &CALENDAR_EXPORT).await?;
        Query::strict(request.uri().query().unwrap_or_default(), &[]).map_err(Failure::from)?;
        let config = self.state.config.clone();
        let (file, slug) = self.state.in_tenant(tenant, move |tenant| tenant.calendar().export(config.public_url.as_deref())).await?;
        let name = format!("attachment; filename=\"{slug}.ics\"");
        Ok(CalendarAnswer { body: Some(file.text.into()), headers: vec![(header::CONTENT_DISPOSITION, name)] })
    }

    /// Make a secret address at which calendar programs read all events, for oneself or, by admins, for another user. It is shown once.
    #[oai(path = "/api/v1/tenants/:tenant/calendar/feeds", method = "post", operation_id = "calendar_feeds_create")]
    async fn create_feed(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        body: JsonBody<NewCalendarFeedBody>,
    ) -> poem::Result<Answer<One<CreatedFeedBody>, Created>> {
        let (tenant, _) = self.enter(request, &CALENDAR_FEEDS_CREATE).await?;
        let draft: NewCalendarFeed = body.read().await?;
        let (created, slug) = self.state.in_tenant(tenant, move |tenant| tenant.calendar().feeds().create(draft)).await?;
        let address = format!("/api/v1/tenants/{slug}/calendar/feeds/{}", created.feed.id);
        let data = CreatedFeedBody::of(&created, self.state.config.public_url.as_deref());
        let body = One::of(data, self.state.meta(&slug));
        Ok(Answer::new(&body).header(header::LOCATION, address))
    }

    /// List one's own calendar feeds, the newest first, without their secrets; for admins everybody's.
    #[oai(path = "/api/v1/tenants/:tenant/calendar/feeds", method = "get", operation_id = "calendar_feeds_list")]
    async fn list_feeds(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Feeds on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
    ) -> poem::Result<Answer<Many<CalendarFeedBody>>> {
        let (tenant, _) = self.enter(request, &CALENDAR_FEEDS_LIST).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["page", "per_page"]);
        let page = query.and_then(|query| query.page()).map_err(Failure::from)?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.calendar().feeds().list(page)).await?;
        Ok(Answer::new(&Many::of(&found, self.state.meta(&slug))))
    }

    /// End a calendar feed at once. One's own; admins end anybody's.
    #[oai(path = "/api/v1/tenants/:tenant/calendar/feeds/:feed", method = "delete", operation_id = "calendar_feeds_revoke")]
    async fn revoke_feed(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The feed's number.
        #[oai(name = "feed")]
        _feed: InPath<i64>,
    ) -> poem::Result<Answer<One<CalendarFeedBody>>> {
        let (tenant, feed) = self.enter(request, &CALENDAR_FEEDS_REVOKE).await?;
        let (revoked, slug) = self.state.in_tenant(tenant, move |tenant| tenant.calendar().feeds().revoke(feed)).await?;
        let meta = self.state.meta(&slug);
        Ok(Answer::new(&One::of(CalendarFeedBody::from(&revoked), meta)))
    }
}

impl CalendarApi {
    /// The tenant of the path, once it is known that the caller may do this there, and the feed of the path, if it names one.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, FeedId), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        Ok((handle, FeedId::new(number(parts.next()))))
    }
}

fn asked(query: &str) -> Result<CalendarQuery> {
    let query = Query::strict(query, &["view", "date", "start", "end", "timeZone"])?;
    let text = |name: &str| query.get(name).map(str::to_owned);
    Ok(CalendarQuery { view: text("view"), date: text("date"), start: text("start"), end: text("end"), time_zone: text("timeZone") })
}

/// The zone has another name here: the one that FullCalendar gives it.
fn as_asked(error: Error) -> Error {
    match error {
        Error::BadRequest { field, message } if field == "time_zone" => Error::BadRequest { field: "timeZone".to_owned(), message },
        other => other,
    }
}
