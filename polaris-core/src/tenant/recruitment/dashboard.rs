//! C1: the events that need volunteers, the most urgent first (FR-SELFSERV-401).

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::Recruitment;
use super::urgency::{Urgency, UrgencyLevel};
use crate::error::Result;
use crate::operations::RECRUITMENT_DASHBOARD;
use crate::page::{Page, PageRequest};
use crate::store::{Row, params};
use crate::tenant::events::list::NEEDS_VOLUNTEERS;
use crate::tenant::rosters::{EventBrief, brief};
use crate::types::{EventType, LocalTime, TimeZone};

/// An event that needs volunteers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardEvent {
    /// The event.
    pub event: EventBrief,
    /// What kind of event it is.
    pub event_type: Option<EventType>,
    /// How many volunteers it needs.
    pub volunteers_needed: u32,
    /// How many are confirmed or attended.
    pub volunteers_registered: u32,
    /// Days from today to its start, by the tenant's calendar.
    pub days: i64,
    /// How much of the need is covered, in percent, rounded down.
    pub fill_percent: u32,
    /// How urgent it is: 15 (far off, nearly full) to 150 (today, empty).
    pub score: u8,
    /// How urgent it is, in three levels.
    pub level: UrgencyLevel,
}

/// How many events need volunteers, and how many of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DashboardTotals {
    /// Events that need volunteers.
    pub events: u32,
    /// Those that are critical.
    pub critical: u32,
    /// Those that are a warning.
    pub warning: u32,
    /// Those that are on track.
    pub on_track: u32,
    /// Volunteers still missing at all of them.
    pub open_places: u32,
}

/// The events that need volunteers, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// By level, then score, then start, then number.
    pub events: Page<DashboardEvent>,
    /// Of all of them, not only this page's.
    pub totals: DashboardTotals,
}

const SELECT: &str = "
    SELECT e.id AS event_id, e.slug, e.title, e.status AS event_status, e.time_zone, e.starts_at_local, e.starts_at, e.ends_at_local,
           e.ends_at, e.location, e.event_type, e.volunteers_needed, e.volunteers_registered
    FROM events e WHERE ";

impl Recruitment<'_> {
    /// The draft, confirmed and published events that have not begun and need more volunteers, the most urgent first, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::FeatureDisabled`](crate::Error::FeatureDisabled).
    pub fn dashboard(&self, page: PageRequest) -> Result<Dashboard> {
        self.handle.read(&RECRUITMENT_DASHBOARD, |reading| {
            let zone = reading.settings.time_zone;
            let today = LocalTime::from_instant(reading.now, zone).local.date();
            let sql = format!("{SELECT}{}", NEEDS_VOLUNTEERS.replace("??", "?1"));
            let mut events = reading.transaction.all(&sql, params![reading.now], |row| urgent(row, zone, today))?;
            events.sort_by_key(|of| (of.level, Reverse(of.score), of.event.starts_at.instant, of.event.id.get()));
            let totals = totals(&events);
            Ok(Dashboard { events: page.cut(events), totals })
        })
    }
}

fn urgent(row: &Row<'_, '_>, zone: TimeZone, today: NaiveDate) -> Result<DashboardEvent> {
    let event = brief(row)?;
    let (needed, registered): (u32, u32) = (row.get("volunteers_needed")?, row.get("volunteers_registered")?);
    let days = LocalTime::from_instant(event.starts_at.instant, zone).local.date().signed_duration_since(today).num_days();
    let urgency = Urgency::new(days, registered, needed);
    let fill_percent = u64::from(registered) * 100 / u64::from(needed.max(1));
    Ok(DashboardEvent {
        event,
        event_type: row.get("event_type")?,
        volunteers_needed: needed,
        volunteers_registered: registered,
        days,
        fill_percent: u32::try_from(fill_percent).unwrap_or(u32::MAX),
        score: urgency.score(),
        level: urgency.level(),
    })
}

fn totals(events: &[DashboardEvent]) -> DashboardTotals {
    let mut totals = DashboardTotals::default();
    for event in events {
        totals.events += 1;
        totals.open_places += event.volunteers_needed - event.volunteers_registered;
        match event.level {
            UrgencyLevel::Critical => totals.critical += 1,
            UrgencyLevel::Warning => totals.warning += 1,
            UrgencyLevel::OnTrack => totals.on_track += 1,
        }
    }
    totals
}
