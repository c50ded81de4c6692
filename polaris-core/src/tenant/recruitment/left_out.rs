//! C2: who is no candidate for an event, and why.

use super::Recruitment;
use super::candidates::is_candidate;
use crate::error::Result;
use crate::operations::RECRUITMENT_LEFT_OUT;
use crate::page::{Page, PageRequest};
use crate::store::{Row, params};
use crate::tenant::rosters::event_id;
use crate::types::words::words;
use crate::types::{EventRef, ParticipationStatus, VolunteerId};

words! {
    /// Why somebody is no candidate for an event.
    LeftOutReason, "reason for being left out", exact {
        /// They are inactive.
        Inactive = "inactive",
        /// They are not to be contacted.
        DoNotContact = "do_not_contact",
        /// Neither an e-mail address nor a phone number is known.
        Unreachable = "unreachable",
        /// They are on the event's roster already, and did not decline.
        OnRoster = "on_roster",
    }
}

/// Somebody who is no candidate for an event. Personal: only admins and coordinators see it.
#[derive(Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The volunteer's number.
    pub volunteer_id: VolunteerId,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// All reasons.
    pub reasons: Vec<LeftOutReason>,
    /// How they stand on the event's roster, if they are on it.
    pub roster_status: Option<ParticipationStatus>,
}

/// People stay out of logs, even when a whole value is printed.
impl std::fmt::Debug for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LeftOut").field("volunteer_id", &self.volunteer_id).field("reasons", &self.reasons).finish_non_exhaustive()
    }
}

/// Whoever is no candidate.
const COUNT: &str = concat!("SELECT count(*) AS total FROM volunteers v WHERE NOT ", is_candidate!());
const SELECT: &str = concat!(
    "SELECT v.id, v.first_name, v.last_name, v.active, v.do_not_contact, v.email IS NULL AND v.phone IS NULL AS unreachable,
            (SELECT p.status FROM participations p WHERE p.event_id = ?1 AND p.volunteer_id = v.id AND p.status <> 'declined') AS status
     FROM volunteers v WHERE NOT ",
    is_candidate!(),
    " ORDER BY v.folded_name, v.id LIMIT ?2 OFFSET ?3"
);

impl Recruitment<'_> {
    /// Who is no [candidate](Self::candidates) for an event, each with every reason, by last and first name, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`](crate::Error::EventNotFound); [`Error::Forbidden`](crate::Error::Forbidden),
    /// [`Error::FeatureDisabled`](crate::Error::FeatureDisabled).
    pub fn left_out(&self, event: impl Into<EventRef>, page: PageRequest) -> Result<Page<LeftOut>> {
        let reference = event.into();
        self.handle.read(&RECRUITMENT_LEFT_OUT, |reading| {
            let event = event_id(reading.transaction, &reference)?;
            let total = reading.transaction.first(COUNT, params![event], |row| row.get("total"))?;
            let items = reading.transaction.all(SELECT, params![event, page.per_page(), page.offset()], one)?;
            Ok(page.of(items, total.unwrap_or_default()))
        })
    }
}

fn one(row: &Row<'_, '_>) -> Result<LeftOut> {
    let roster_status: Option<ParticipationStatus> = row.get("status")?;
    let applies = [
        (!row.get::<bool>("active")?, LeftOutReason::Inactive),
        (row.get("do_not_contact")?, LeftOutReason::DoNotContact),
        (row.get("unreachable")?, LeftOutReason::Unreachable),
        (roster_status.is_some(), LeftOutReason::OnRoster),
    ];
    Ok(LeftOut {
        volunteer_id: row.get("id")?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        reasons: applies.into_iter().filter_map(|(applies, reason)| applies.then_some(reason)).collect(),
        roster_status,
    })
}
