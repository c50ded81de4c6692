//! A tenant's events as an iCalendar file.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::Calendar;
use crate::error::Result;
use crate::mail::ical::{Ical, Value};
use crate::operations::CALENDAR_EXPORT;
use crate::store::{Row, params};
use crate::tenant::events::ASSUMED_LENGTH;
use crate::tenant::handle::{Reading, TenantHandle};
use crate::types::{EventFormat, EventId, EventSlug, EventStatus, EventType, LocalTime, TimeZone};

/// An iCalendar file (RFC 5545). The same events are the same text, whenever it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFile {
    /// The file, in UTF-8 with lines that end in CR LF.
    pub text: String,
    /// How many events are in it.
    pub events: usize,
}

/// Which events are in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// All of them: drafts are tentative, cancelled ones say so.
    All,
    /// What the public may see: published and completed.
    Public,
}

/// More than any calendar program shows. The last ones are kept.
const MOST: u32 = 10_000;

const COLUMNS: &str = "
    SELECT e.id, e.slug, e.title, e.description, e.additional_info, e.event_type, e.format, e.status, e.starts_at, e.ends_at, e.location,
           s.name AS school, e.invite_sequence, e.created_at, e.updated_at
    FROM events e LEFT JOIN schools s ON s.id = e.school_id";

impl Calendar<'_> {
    /// The tenant's events as an iCalendar file, from the beginning of the school year before the present one: in every status, drafts as
    /// tentative. `public_url` is where this installation is reached, for links to sign-up pages.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::FeatureDisabled`](crate::Error::FeatureDisabled).
    pub fn export(&self, public_url: Option<&str>) -> Result<CalendarFile> {
        self.handle.read(&CALENDAR_EXPORT, |reading| file(self.handle, reading, Which::All, public_url))
    }
}

/// The first day of the school year before the one that a day is in: 1 August.
pub(super) fn first_day(today: NaiveDate) -> NaiveDate {
    let begun = if today.month() >= 8 { today.year() } else { today.year() - 1 };
    NaiveDate::from_ymd_opt(begun - 1, 8, 1).unwrap_or(today)
}

/// When a file that is made now begins to lack events of a school year that has become too old.
pub(super) fn true_until(reading: &Reading<'_>) -> DateTime<Utc> {
    let zone = reading.settings.time_zone;
    let first = first_day(LocalTime::from_instant(reading.now, zone).local.date());
    let turn = NaiveDate::from_ymd_opt(first.year() + 2, 8, 1).unwrap_or(first);
    LocalTime::start_of_day(turn, zone).instant
}

/// The file. Its times are those of the events, none of when it is made: it is the same as long as they are.
pub(super) fn file(handle: &TenantHandle, reading: &Reading<'_>, which: Which, public_url: Option<&str>) -> Result<CalendarFile> {
    let zone = reading.settings.time_zone;
    let from = LocalTime::start_of_day(first_day(LocalTime::from_instant(reading.now, zone).local.date()), zone).instant;
    let wanted = match which {
        Which::All => "",
        Which::Public => " AND e.status IN ('published', 'completed')",
    };
    let sql = format!("{COLUMNS} WHERE e.starts_at >= ?1{wanted} ORDER BY e.starts_at DESC, e.id DESC LIMIT ?2");
    let mut ical = begin(&reading.settings.name, which, zone);
    let mut entries = reading.transaction.all(&sql, params![from, MOST], entry)?;
    entries.reverse();
    for entry in &entries {
        entry.write(&mut ical, handle, public_url);
    }
    Ok(CalendarFile { text: ical.end(), events: entries.len() })
}

/// The properties of the calendar as a whole: RFC 7986, and the older names of them that programs know better.
fn begin(name: &str, which: Which, zone: TimeZone) -> Ical {
    let name = match which {
        Which::All => format!("{name}: all events"),
        Which::Public => name.to_owned(),
    };
    let mut ical = Ical::begin();
    // No METHOD: this is a calendar that is read, and no message about an event, which would have to say from whom it is (RFC 5546, 3.2.1).
    ical.put("NAME", Value::Text(&name));
    ical.put("X-WR-CALNAME", Value::Text(&name));
    ical.put("X-WR-TIMEZONE", Value::Text(zone.name()));
    ical.put_with("REFRESH-INTERVAL", &[("VALUE", "DURATION")], Value::Plain("PT1H"));
    ical.put("X-PUBLISHED-TTL", Value::Plain("PT1H"));
    ical
}

/// An event, as a calendar shows it.
struct Entry {
    id: EventId,
    slug: EventSlug,
    title: String,
    description: Option<String>,
    additional_info: Option<String>,
    event_type: Option<EventType>,
    format: EventFormat,
    status: EventStatus,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    location: String,
    school: Option<String>,
    sequence: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn entry(row: &Row<'_, '_>) -> Result<Entry> {
    let starts_at: DateTime<Utc> = row.get("starts_at")?;
    Ok(Entry {
        id: row.get("id")?,
        slug: row.get("slug")?,
        title: row.get("title")?,
        description: row.get("description")?,
        additional_info: row.get("additional_info")?,
        event_type: row.get("event_type")?,
        format: row.get("format")?,
        status: row.get("status")?,
        ends_at: row.get::<Option<_>>("ends_at")?.unwrap_or(starts_at + ASSUMED_LENGTH),
        starts_at,
        location: row.get("location")?,
        school: row.get("school")?,
        sequence: row.get("invite_sequence")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

impl Entry {
    /// Who looks at a district's calendar is not therefore busy: the events take no time of theirs.
    fn write(&self, ical: &mut Ical, handle: &TenantHandle, public_url: Option<&str>) {
        let tenant = handle.id();
        ical.open("VEVENT");
        // The event's for life: it is neither its slug nor its title.
        ical.put("UID", Value::Text(&format!("event-{}@{tenant}.polaris", self.id)));
        ical.put("SEQUENCE", Value::Number(self.sequence));
        // Without a METHOD, it is when the event was last revised (RFC 5545, 3.8.7.2).
        ical.put("DTSTAMP", Value::Instant(self.updated_at));
        ical.put("CREATED", Value::Instant(self.created_at));
        ical.put("LAST-MODIFIED", Value::Instant(self.updated_at));
        ical.put("DTSTART", Value::Instant(self.starts_at));
        ical.put("DTEND", Value::Instant(self.ends_at));
        ical.put("SUMMARY", Value::Text(&self.title));
        let texts: Vec<&str> = [&self.description, &self.additional_info].into_iter().flatten().map(String::as_str).collect();
        if !texts.is_empty() {
            ical.put("DESCRIPTION", Value::Text(&texts.join("\n\n")));
        }
        let place = match &self.school {
            Some(school) if !self.location.contains(school.as_str()) => format!("{}, {school}", self.location),
            _ => self.location.clone(),
        };
        ical.put("LOCATION", Value::Text(&place));
        let mut categories = vec![self.format.as_str()];
        categories.extend(self.event_type.map(EventType::as_str));
        ical.put("CATEGORIES", Value::Plain(&categories.join(",")));
        ical.put(
            "STATUS",
            Value::Plain(match self.status {
                EventStatus::Draft => "TENTATIVE",
                EventStatus::Confirmed | EventStatus::Published | EventStatus::Completed => "CONFIRMED",
                EventStatus::Cancelled => "CANCELLED",
            }),
        );
        ical.put("TRANSP", Value::Plain("TRANSPARENT"));
        if let (EventStatus::Published, Some(base)) = (self.status, public_url) {
            let page = format!("{}/signup/{}/{}", base.trim_end_matches('/'), handle.slug(), self.slug);
            ical.put("URL", Value::Plain(&page));
        }
        ical.close("VEVENT");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::types::parse_date;

    #[test]
    fn a_file_begins_with_the_school_year_before_the_present_one() {
        for (today, first) in
            [("2026-07-31", "2024-08-01"), ("2026-08-01", "2025-08-01"), ("2026-12-31", "2025-08-01"), ("2027-01-01", "2025-08-01")]
        {
            assert_eq!(first_day(parse_date(today).unwrap()), parse_date(first).unwrap(), "{today}");
        }
    }
}
