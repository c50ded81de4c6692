//! Outreach of an event, of a volunteer, or of all.

use super::row::{entries, entry};
use super::{Outreach, OutreachEntry};
use crate::error::Result;
use crate::operations::OUTREACH_LIST;
use crate::page::{Page, PageRequest};
use crate::store::Transaction;
use crate::store::conditions::Conditions;
use crate::tenant::rosters::event_id;
use crate::tenant::volunteers;
use crate::types::{EventRef, OutreachMethod, OutreachOutcome, VolunteerId, VolunteerRef};

/// Which outreach is wanted. Everything left out lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutreachFilter {
    /// For this event.
    pub event: Option<EventRef>,
    /// To this volunteer. The number of one who was merged leads to the other.
    pub volunteer: Option<VolunteerRef>,
    /// In any of these ways; empty means any at all.
    pub methods: Vec<OutreachMethod>,
    /// With any of these outcomes; empty means any at all.
    pub outcomes: Vec<OutreachOutcome>,
}

impl Outreach<'_> {
    /// Outreach that passes the filter, the last attempt first, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`](crate::Error::EventNotFound), [`Error::VolunteerNotFound`](crate::Error::VolunteerNotFound);
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::FeatureDisabled`](crate::Error::FeatureDisabled).
    pub fn list(&self, filter: &OutreachFilter, page: PageRequest) -> Result<Page<OutreachEntry>> {
        self.handle.read(&OUTREACH_LIST, |reading| {
            let conditions = narrowed(reading.transaction, filter)?;
            select(reading.transaction, &conditions, page)
        })
    }
}

/// The latest outreach to a volunteer, as their profile shows it.
pub(crate) fn latest(transaction: &Transaction<'_>, volunteer: VolunteerId) -> Result<Vec<OutreachEntry>> {
    let mut conditions = Conditions::default();
    conditions.add("o.volunteer_id = ??", volunteer);
    rows(transaction, &conditions, PageRequest::default())
}

fn narrowed(transaction: &Transaction<'_>, filter: &OutreachFilter) -> Result<Conditions> {
    let mut conditions = Conditions::default();
    if let Some(event) = &filter.event {
        conditions.add("o.event_id = ??", event_id(transaction, event)?);
    }
    if let Some(volunteer) = &filter.volunteer {
        conditions.add("o.volunteer_id = ??", volunteers::find(transaction, volunteer)?.id);
    }
    let listed = |words: Vec<String>| words.join(", ");
    if !filter.methods.is_empty() {
        let words = filter.methods.iter().map(|method| format!("'{method}'")).collect();
        conditions.add_plain(format!("o.method IN ({})", listed(words)));
    }
    if !filter.outcomes.is_empty() {
        let words = filter.outcomes.iter().map(|outcome| format!("'{outcome}'")).collect();
        conditions.add_plain(format!("o.outcome IN ({})", listed(words)));
    }
    Ok(conditions)
}

fn select(transaction: &Transaction<'_>, conditions: &Conditions, page: PageRequest) -> Result<Page<OutreachEntry>> {
    let count = format!("SELECT count(*) AS total FROM outreach o{}", conditions.sql());
    let total = transaction.first(&count, &conditions.params(&[]), |row| row.get("total"))?.unwrap_or_default();
    Ok(page.of(rows(transaction, conditions, page)?, total))
}

fn rows(transaction: &Transaction<'_>, conditions: &Conditions, page: PageRequest) -> Result<Vec<OutreachEntry>> {
    let at = conditions.next();
    let sql = format!("{}{} ORDER BY o.attempted_at DESC, o.id DESC LIMIT ?{at} OFFSET ?{}", entries!(), conditions.sql(), at + 1);
    transaction.all(&sql, &conditions.params(&[&page.per_page(), &page.offset()]), entry)
}
