//! An event's roster: its places, each with the volunteer; and their numbers.

use super::rules::Occasion;
use super::{Participation, Rosters, participation, participation_columns, row};
use crate::error::{Error, Result};
use crate::operations::{ROSTERS_GET, ROSTERS_LIST, ROSTERS_TOTALS};
use crate::page::{Page, PageRequest};
use crate::store::{Transaction, params};
use crate::tenant::volunteers;
use crate::types::{EmailAddress, EventId, EventRef, ParticipationStatus, PhoneNumber, RosterOrder, RosterSort, VolunteerId, VolunteerRef};

/// A place on a roster, with whose it is. Personal: only admins and coordinators see it.
#[derive(Clone, PartialEq, Eq)]
pub struct RosterEntry {
    /// The place.
    pub participation: Participation,
    /// The volunteer's first name.
    pub first_name: String,
    /// The volunteer's last name.
    pub last_name: String,
    /// Their e-mail address.
    pub email: Option<EmailAddress>,
    /// Their phone number.
    pub phone: Option<PhoneNumber>,
    /// Their organization.
    pub organization: Option<String>,
    /// Whether they are still active.
    pub active: bool,
    /// Whether they are not to be contacted.
    pub do_not_contact: bool,
}

/// People stay out of logs, even when a whole value is printed.
impl std::fmt::Debug for RosterEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RosterEntry").field("participation", &self.participation).finish_non_exhaustive()
    }
}

/// Which places are wanted. Everything left out lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterFilter {
    /// In any of these statuses; empty means any at all.
    pub statuses: Vec<ParticipationStatus>,
}

/// How many stand how on a roster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RosterTotals {
    /// Asked to come.
    pub invited: u32,
    /// Waiting for a place.
    pub waitlisted: u32,
    /// Who will come.
    pub confirmed: u32,
    /// Who will not.
    pub declined: u32,
    /// Who was there.
    pub attended: u32,
    /// Who was confirmed and didn't come.
    pub no_show: u32,
    /// Minutes of all who attended, together.
    pub minutes: u32,
}

const COLUMNS: &str = concat!(
    "SELECT ",
    participation_columns!(),
    ", v.first_name, v.last_name, v.email, v.phone, v.organization, v.active, v.do_not_contact
     FROM participations p JOIN volunteers v ON v.id = p.volunteer_id"
);

const TOTALS: &str = "
    SELECT count(*) FILTER (WHERE status = 'invited') AS invited, count(*) FILTER (WHERE status = 'waitlisted') AS waitlisted,
           count(*) FILTER (WHERE status = 'confirmed') AS confirmed, count(*) FILTER (WHERE status = 'declined') AS declined,
           count(*) FILTER (WHERE status = 'attended') AS attended, count(*) FILTER (WHERE status = 'no_show') AS no_show,
           coalesce(sum(minutes) FILTER (WHERE status = 'attended'), 0) AS minutes
    FROM participations WHERE event_id = ?1";

impl Rosters<'_> {
    /// An event's roster, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`]; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn list(
        &self,
        event: impl Into<EventRef>,
        filter: &RosterFilter,
        order: RosterOrder,
        page: PageRequest,
    ) -> Result<Page<RosterEntry>> {
        let reference = event.into();
        self.handle.read(&ROSTERS_LIST, |reading| {
            let event = Occasion::find(reading.transaction, &reference)?.id;
            select(reading.transaction, event, filter, order, page)
        })
    }

    /// How many stand how on an event's roster, and their hours.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`]; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn totals(&self, event: impl Into<EventRef>) -> Result<RosterTotals> {
        let reference = event.into();
        self.handle.read(&ROSTERS_TOTALS, |reading| {
            let event = Occasion::find(reading.transaction, &reference)?.id;
            totals(reading.transaction, event)
        })
    }

    /// One volunteer's place on an event's roster.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`], [`Error::VolunteerNotFound`], [`Error::ParticipationNotFound`]; [`Error::Forbidden`],
    /// [`Error::FeatureDisabled`].
    pub fn get(&self, event: impl Into<EventRef>, volunteer: impl Into<VolunteerRef>) -> Result<Participation> {
        let (reference, named) = (event.into(), volunteer.into());
        self.handle.read(&ROSTERS_GET, |reading| {
            let event = Occasion::find(reading.transaction, &reference)?.id;
            let volunteer: VolunteerId = volunteers::find(reading.transaction, &named)?.id;
            row::find(reading.transaction, event, volunteer)?.ok_or(Error::ParticipationNotFound)
        })
    }
}

fn select(
    transaction: &Transaction<'_>,
    event: EventId,
    filter: &RosterFilter,
    order: RosterOrder,
    page: PageRequest,
) -> Result<Page<RosterEntry>> {
    let mut conditions = "p.event_id = ?1".to_owned();
    if !filter.statuses.is_empty() {
        let words: Vec<_> = filter.statuses.iter().map(|status| format!("'{status}'")).collect();
        conditions.push_str(&format!(" AND p.status IN ({})", words.join(", ")));
    }
    let count = format!("SELECT count(*) AS total FROM participations p WHERE {conditions}");
    let total = transaction.first(&count, params![event], |row| row.get("total"))?.unwrap_or_default();
    let sql = format!("{COLUMNS} WHERE {conditions} ORDER BY {} LIMIT ?2 OFFSET ?3", order_by(order));
    let entries = transaction.all(&sql, params![event, page.per_page(), page.offset()], |row| {
        Ok(RosterEntry {
            participation: participation(row)?,
            first_name: row.get("first_name")?,
            last_name: row.get("last_name")?,
            email: row.get("email")?,
            phone: row.get("phone")?,
            organization: row.get("organization")?,
            active: row.get("active")?,
            do_not_contact: row.get("do_not_contact")?,
        })
    })?;
    Ok(page.of(entries, total))
}

/// A status by its place in the life of a roster.
macro_rules! life {
    () => {
        "CASE p.status WHEN 'invited' THEN 0 WHEN 'waitlisted' THEN 1 WHEN 'confirmed' THEN 2 WHEN 'declined' THEN 3 WHEN 'attended' THEN 4
         ELSE 5 END"
    };
}

/// Ties are settled by name and number, so that pages never overlap.
fn order_by(order: RosterOrder) -> &'static str {
    match (order.by, order.descending) {
        (RosterSort::Name, false) => "v.folded_name, v.id",
        (RosterSort::Name, true) => "v.folded_name DESC, v.id DESC",
        (RosterSort::Status, false) => concat!(life!(), ", v.folded_name, v.id"),
        (RosterSort::Status, true) => concat!(life!(), " DESC, v.folded_name DESC, v.id DESC"),
        (RosterSort::Created, false) => "p.id",
        (RosterSort::Created, true) => "p.id DESC",
    }
}

fn totals(transaction: &Transaction<'_>, event: EventId) -> Result<RosterTotals> {
    let totals = transaction.first(TOTALS, params![event], |row| {
        Ok(RosterTotals {
            invited: row.get("invited")?,
            waitlisted: row.get("waitlisted")?,
            confirmed: row.get("confirmed")?,
            declined: row.get("declined")?,
            attended: row.get("attended")?,
            no_show: row.get("no_show")?,
            minutes: row.get("minutes")?,
        })
    })?;
    Ok(totals.unwrap_or_default())
}
