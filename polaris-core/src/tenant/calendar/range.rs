//! The events that overlap a range.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::query::Range;
use super::{Calendar, CalendarQuery};
use crate::error::{Error, Result};
use crate::operations::CALENDAR_GET;
use crate::store::{Row, Transaction, params};
use crate::tenant::events::{ASSUMED_LENGTH, LONGER_THAN_ANY};
use crate::types::{EventFormat, EventId, EventSlug, EventStatus, EventType, LocalTime, TimeZone};

/// What is in the calendar in a range of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// The first moment of the range.
    pub starts_at: LocalTime,
    /// The first moment after it.
    pub ends_at: LocalTime,
    /// What overlaps it, by start; what only touches it doesn't.
    pub items: Vec<CalendarItem>,
}

/// One thing in the calendar. Numbers, no people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarItem {
    /// Whose it is.
    pub source: CalendarSource,
    /// The event's number.
    pub id: EventId,
    /// Its name in addresses.
    pub slug: EventSlug,
    /// What it is called.
    pub title: String,
    /// When it begins, in the zone that was asked for.
    pub starts_at: LocalTime,
    /// When it ends, in the same zone; 60 minutes after its start where nobody said.
    pub ends_at: LocalTime,
    /// The zone of the event itself.
    pub time_zone: TimeZone,
    /// Where it stands.
    pub status: EventStatus,
    /// What kind of event it is.
    pub event_type: Option<EventType>,
    /// In person or virtual.
    pub format: EventFormat,
    /// Where it is.
    pub location: String,
    /// The school it is at.
    pub school: Option<String>,
    /// What it is about: the first 1,000 characters.
    pub description: Option<String>,
    /// How many volunteers are wanted; 0: no number was stated.
    pub volunteers_needed: u32,
    /// How many are confirmed or have attended.
    pub volunteers_registered: u32,
    /// Whether it had ended when it was asked for.
    pub is_past: bool,
}

/// Whose a thing in the calendar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CalendarSource {
    /// The tenant's own event.
    Tenant,
}

impl CalendarSource {
    /// The source's name, on every wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
        }
    }
}

impl CalendarItem {
    /// Its colour, as `#rrggbb`.
    #[must_use]
    pub fn colour(&self) -> &'static str {
        self.status.colour()
    }

    /// How many of the volunteers it needs it has, in percent, rounded down; more than 100 where it has more. `None` where no number was
    /// stated.
    #[must_use]
    pub fn fill_percent(&self) -> Option<u32> {
        let fill = (u64::from(self.volunteers_registered) * 100).checked_div(u64::from(self.volunteers_needed))?;
        Some(u32::try_from(fill).unwrap_or(u32::MAX))
    }
}

/// More than anybody can look at.
const MOST: usize = 5_000;

/// What overlaps from ?1 to ?2. The longest event that still does began after ?3, and one without an end after ?4.
const OVERLAPPING: &str = "
    SELECT e.id, e.slug, e.title, e.time_zone, e.starts_at_local, e.starts_at, e.ends_at_local, e.ends_at, e.status, e.event_type,
           e.format, e.location, s.name AS school, substr(e.description, 1, 1000) AS description, e.volunteers_needed,
           e.volunteers_registered
    FROM events e LEFT JOIN schools s ON s.id = e.school_id
    WHERE e.starts_at < ?2 AND e.starts_at > ?3 AND (e.ends_at > ?1 OR (e.ends_at IS NULL AND e.starts_at > ?4))
    ORDER BY e.starts_at, e.id LIMIT ?5";

impl Calendar<'_> {
    /// What overlaps a day, a week, a month or any range, in the tenant's zone unless another is asked for. All events are in it, drafts and
    /// cancelled ones too.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming the part of the query that makes no sense, or `end` for more than 5,000 events; [`Error::Forbidden`],
    /// [`Error::FeatureDisabled`].
    pub fn get(&self, query: &CalendarQuery) -> Result<Agenda> {
        self.handle.read(&CALENDAR_GET, |reading| {
            let range = query.check(reading.settings.time_zone, reading.now)?;
            let items = overlapping(reading.transaction, &range, reading.now)?;
            if items.len() > MOST {
                let field = if query.end.is_some() { "end" } else { "view" };
                return Err(Error::bad_request(field, format!("asks for more than {MOST} events: ask for a shorter range")));
            }
            Ok(Agenda { starts_at: range.from, ends_at: range.to, items })
        })
    }
}

fn overlapping(transaction: &Transaction<'_>, range: &Range, now: DateTime<Utc>) -> Result<Vec<CalendarItem>> {
    let (from, to) = (range.from.instant, range.to.instant);
    let most = u32::try_from(MOST + 1).unwrap_or(u32::MAX);
    transaction.all(OVERLAPPING, params![from, to, from - LONGER_THAN_ANY, from - ASSUMED_LENGTH, most], |row| item(row, range.zone, now))
}

fn item(row: &Row<'_, '_>, zone: TimeZone, now: DateTime<Utc>) -> Result<CalendarItem> {
    let (id, slug, title) = (row.get("id")?, row.get("slug")?, row.get("title")?);
    let own_zone = row.get("time_zone")?;
    // In the event's own zone its times are what people agreed on, whatever newer zone data say.
    let time = |local: NaiveDateTime, instant: DateTime<Utc>| match zone == own_zone {
        true => LocalTime { local, zone, instant },
        false => LocalTime::from_instant(instant, zone),
    };
    let starts_at = time(row.get("starts_at_local")?, row.get("starts_at")?);
    let ends_at = match row.get::<Option<_>>("ends_at_local")?.zip(row.get::<Option<_>>("ends_at")?) {
        Some((local, instant)) => time(local, instant),
        None => LocalTime::from_instant(starts_at.instant + ASSUMED_LENGTH, zone),
    };
    Ok(CalendarItem {
        source: CalendarSource::Tenant,
        id,
        slug,
        title,
        starts_at,
        time_zone: own_zone,
        is_past: ends_at.instant <= now,
        ends_at,
        status: row.get("status")?,
        event_type: row.get("event_type")?,
        format: row.get("format")?,
        location: row.get("location")?,
        school: row.get("school")?,
        description: row.get("description")?,
        volunteers_needed: row.get("volunteers_needed")?,
        volunteers_registered: row.get("volunteers_registered")?,
    })
}
