//! What a volunteer was asked to, took part in or declined.

use super::{Volunteers, find};
use crate::error::Result;
use crate::operations::VOLUNTEERS_HISTORY;
use crate::page::{Page, PageRequest};
use crate::store::{Transaction, params};
use crate::tenant::rosters::{EventBrief, Participation, brief, participation, participation_columns};
use crate::types::{VolunteerId, VolunteerRef};

/// An event, and how the volunteer stands on its roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The event.
    pub event: EventBrief,
    /// How they stand on its roster.
    pub participation: Participation,
}

/// What a volunteer did, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct VolunteerTotals {
    /// On how many rosters they stand, in any status.
    pub events: u32,
    /// How many events they attended.
    pub attended: u32,
    /// How often they were confirmed and didn't come.
    pub no_shows: u32,
    /// Minutes of all they attended.
    pub minutes: u32,
}

const SELECT: &str = concat!(
    "SELECT ",
    participation_columns!(),
    ", e.slug, e.title, e.status AS event_status, e.time_zone, e.starts_at_local, e.starts_at, e.ends_at_local, e.ends_at, e.location
     FROM participations p JOIN events e ON e.id = p.event_id WHERE p.volunteer_id = ?1
     ORDER BY e.starts_at DESC, e.id DESC LIMIT ?2 OFFSET ?3"
);

const TOTALS: &str = "
    SELECT count(*) AS events, count(*) FILTER (WHERE status = 'attended') AS attended,
           count(*) FILTER (WHERE status = 'no_show') AS no_shows,
           coalesce(sum(minutes) FILTER (WHERE status = 'attended'), 0) AS minutes
    FROM participations WHERE volunteer_id = ?1";

impl Volunteers<'_> {
    /// The events on whose rosters a volunteer stands, in any status, the last one first, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::VolunteerNotFound`](crate::Error::VolunteerNotFound); [`Error::Forbidden`](crate::Error::Forbidden),
    /// [`Error::FeatureDisabled`](crate::Error::FeatureDisabled).
    pub fn history(&self, volunteer: impl Into<VolunteerRef>, page: PageRequest) -> Result<Page<HistoryEntry>> {
        let named = volunteer.into();
        self.handle.read(&VOLUNTEERS_HISTORY, |reading| {
            let id = find(reading.transaction, &named)?.id;
            select(reading.transaction, id, page)
        })
    }
}

pub(super) fn select(transaction: &Transaction<'_>, id: VolunteerId, page: PageRequest) -> Result<Page<HistoryEntry>> {
    let total = totals(transaction, id)?.events;
    let entries = transaction.all(SELECT, params![id, page.per_page(), page.offset()], |row| {
        Ok(HistoryEntry { participation: participation(row)?, event: brief(row)? })
    })?;
    Ok(page.of(entries, total))
}

pub(super) fn totals(transaction: &Transaction<'_>, id: VolunteerId) -> Result<VolunteerTotals> {
    let totals = transaction.first(TOTALS, params![id], |row| {
        Ok(VolunteerTotals {
            events: row.get("events")?,
            attended: row.get("attended")?,
            no_shows: row.get("no_shows")?,
            minutes: row.get("minutes")?,
        })
    })?;
    Ok(totals.unwrap_or_default())
}
