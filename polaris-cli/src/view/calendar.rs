use polaris_core::types::{EventFormat, EventStatus, EventType, instant_text};
use polaris_core::{Agenda, CalendarFeed, CalendarItem, CreatedFeed};
use serde::Serialize;

/// What is in the calendar in a range. Its times carry the offset of the zone that was asked for.
#[derive(Debug, Serialize)]
pub(crate) struct AgendaView {
    starts_at: String,
    ends_at: String,
    time_zone: &'static str,
    items: Vec<CalendarItemView>,
}

#[derive(Debug, Serialize)]
struct CalendarItemView {
    source: &'static str,
    id: i64,
    slug: String,
    title: String,
    starts_at: String,
    ends_at: String,
    time_zone: &'static str,
    status: EventStatus,
    colour: &'static str,
    event_type: Option<EventType>,
    format: EventFormat,
    location: String,
    school: Option<String>,
    description: Option<String>,
    volunteers_needed: u32,
    volunteers_registered: u32,
    fill_percent: Option<u32>,
    is_past: bool,
}

impl From<&Agenda> for AgendaView {
    fn from(agenda: &Agenda) -> Self {
        Self {
            starts_at: agenda.starts_at.to_rfc3339(),
            ends_at: agenda.ends_at.to_rfc3339(),
            time_zone: agenda.starts_at.zone.name(),
            items: agenda.items.iter().map(CalendarItemView::from).collect(),
        }
    }
}

impl From<&CalendarItem> for CalendarItemView {
    fn from(item: &CalendarItem) -> Self {
        Self {
            source: item.source.as_str(),
            id: item.id.get(),
            slug: item.slug.to_string(),
            title: item.title.clone(),
            starts_at: item.starts_at.to_rfc3339(),
            ends_at: item.ends_at.to_rfc3339(),
            time_zone: item.time_zone.name(),
            status: item.status,
            colour: item.colour(),
            event_type: item.event_type,
            format: item.format,
            location: item.location.clone(),
            school: item.school.clone(),
            description: item.description.clone(),
            volunteers_needed: item.volunteers_needed,
            volunteers_registered: item.volunteers_registered,
            fill_percent: item.fill_percent(),
            is_past: item.is_past,
        }
    }
}

/// A calendar feed, without its secret.
#[derive(Debug, Serialize)]
pub(crate) struct FeedView {
    id: i64,
    name: String,
    user: i64,
    user_name: String,
    created_at: String,
    last_used_at: Option<String>,
}

impl From<&CalendarFeed> for FeedView {
    fn from(feed: &CalendarFeed) -> Self {
        Self {
            id: feed.id.get(),
            name: feed.name.clone(),
            user: feed.user.get(),
            user_name: feed.user_name.clone(),
            created_at: instant_text(feed.created_at),
            last_used_at: feed.last_used_at.map(instant_text),
        }
    }
}

/// A calendar feed just made, with its address.
#[derive(Debug, Serialize)]
pub(crate) struct CreatedFeedView {
    feed: FeedView,
    path: String,
    url: Option<String>,
}

impl CreatedFeedView {
    pub(crate) fn of(created: &CreatedFeed, server: Option<&str>) -> Self {
        let path = created.path().unwrap_or_default();
        let url = server.map(|server| format!("{}{path}", server.trim_end_matches('/')));
        Self { feed: FeedView::from(&created.feed), path, url }
    }

    /// The whole of it where that is known.
    pub(crate) fn address(&self) -> &str {
        self.url.as_deref().unwrap_or(&self.path)
    }
}
