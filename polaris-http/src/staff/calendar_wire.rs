//! The shapes of the calendar. What is in it has the names that FullCalendar 6 reads.

use poem_openapi::Object;
use polaris_core::{CalendarFeed, CalendarItem, CreatedFeed};
use serde::Serialize;

use crate::public_api::utc;

/// One thing in the calendar, as FullCalendar 6 reads it.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "CalendarItem")]
pub(crate) struct CalendarItemBody {
    /// The event's number, as text.
    id: String,
    /// What it is called.
    title: String,
    /// When it begins (RFC 3339, with the offset of the zone that was asked for).
    start: String,
    /// When it ends, likewise; 60 minutes after its start where nobody said.
    end: String,
    /// Its status as a colour, `#rrggbb`.
    color: String,
    /// `past-event` when it has ended; of an empty text FullCalendar would make a class without a name.
    #[serde(rename = "className")]
    #[oai(rename = "className")]
    class_name: Option<String>,
    /// Where this API shows it.
    url: String,
    /// What else there is to show.
    #[serde(rename = "extendedProps")]
    #[oai(rename = "extendedProps")]
    extended_props: CalendarItemProps,
}

/// What else there is to show of a thing in the calendar.
#[derive(Debug, Object, Serialize)]
pub(crate) struct CalendarItemProps {
    /// Whose it is: `tenant`, the tenant's own.
    source: String,
    /// Its name in addresses.
    slug: String,
    /// Where it is.
    location: String,
    /// The school it is at.
    school: Option<String>,
    /// What kind of event it is.
    #[serde(rename = "type")]
    #[oai(rename = "type")]
    event_type: Option<String>,
    /// `in_person` or `virtual`.
    format: String,
    /// Where it stands: draft, confirmed, published, completed, cancelled.
    status: String,
    /// What it is about: the first 1,000 characters.
    description: Option<String>,
    /// How many volunteers are confirmed or have attended.
    volunteer_count: u32,
    /// How many are wanted; 0: no number was stated.
    volunteers_needed: u32,
    /// The one in percent of the other, rounded down; null where no number was stated.
    fill_percent: Option<u32>,
    /// Whether it has ended.
    is_past: bool,
    /// The IANA time zone of the event itself.
    time_zone: String,
}

impl CalendarItemBody {
    pub(crate) fn of(item: &CalendarItem, tenant: &str) -> Self {
        Self {
            id: item.id.to_string(),
            title: item.title.clone(),
            start: item.starts_at.to_rfc3339(),
            end: item.ends_at.to_rfc3339(),
            color: item.colour().to_owned(),
            class_name: item.is_past.then(|| "past-event".to_owned()),
            url: format!("/api/v1/tenants/{tenant}/events/{}", item.id),
            extended_props: CalendarItemProps {
                source: item.source.as_str().to_owned(),
                slug: item.slug.to_string(),
                location: item.location.clone(),
                school: item.school.clone(),
                event_type: item.event_type.map(|kind| kind.as_str().to_owned()),
                format: item.format.as_str().to_owned(),
                status: item.status.as_str().to_owned(),
                description: item.description.clone(),
                volunteer_count: item.volunteers_registered,
                volunteers_needed: item.volunteers_needed,
                fill_percent: item.fill_percent(),
                is_past: item.is_past,
                time_zone: item.time_zone.name().to_owned(),
            },
        }
    }
}

/// A new calendar feed.
#[derive(Debug, Object)]
#[oai(rename = "NewCalendarFeed")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewCalendarFeedBody {
    /// What it is for, at most 100 characters; `Calendar` when left out.
    #[oai(validator(max_length = 100))]
    name: Option<String>,
    /// Whose it is: e-mail address, username or number of a user. One's own when left out; another's only admins make.
    user: Option<String>,
}

/// A calendar feed, without its secret.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "CalendarFeed")]
pub(crate) struct CalendarFeedBody {
    /// Its number.
    id: i64,
    /// What it is for.
    name: String,
    /// The number of the user whose it is.
    user: i64,
    /// Their name.
    user_name: String,
    /// When it was made (UTC).
    created_at: String,
    /// When it was last read (UTC), to the hour.
    last_used_at: Option<String>,
}

impl From<&CalendarFeed> for CalendarFeedBody {
    fn from(feed: &CalendarFeed) -> Self {
        Self {
            id: feed.id.get(),
            name: feed.name.clone(),
            user: feed.user.get(),
            user_name: feed.user_name.clone(),
            created_at: utc(feed.created_at),
            last_used_at: feed.last_used_at.map(utc),
        }
    }
}

/// A calendar feed just made. This is the one time its address is shown.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "CreatedCalendarFeed")]
pub(crate) struct CreatedFeedBody {
    /// The feed.
    feed: CalendarFeedBody,
    /// The path of its address. Whoever has it sees all events. Null where the request was a repeated one.
    path: Option<String>,
    /// The whole address; null where the server does not know under which the public reaches it, and where the request was a
    /// repeated one.
    url: Option<String>,
}

impl CreatedFeedBody {
    /// `base` is the public address of this installation.
    pub(crate) fn of(created: &CreatedFeed, base: Option<&str>) -> Self {
        let path = created.path();
        let url = base.zip(path.as_deref()).map(|(base, path)| format!("{}{path}", base.trim_end_matches('/')));
        Self { feed: CalendarFeedBody::from(&created.feed), path, url }
    }
}
