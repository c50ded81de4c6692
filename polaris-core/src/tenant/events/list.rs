//! E5: lists of events, narrowed, searched, sorted and paged.

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::{COLUMNS, Event, Events, event};
use crate::error::{Error, Problem, Result};
use crate::operations::EVENTS_LIST;
use crate::page::{Page, PageRequest};
use crate::store::conditions::Conditions;
use crate::store::{Transaction, full_text, params};
use crate::tenant::handle::Reading;
use crate::types::fold::fold;
use crate::types::text::{self, TITLE_MAX};
use crate::types::time::YEARS;
use crate::types::{EventOrder, EventSort, EventStatus, EventType, LocalTime, TimeZone};

/// Which events are wanted. Everything left out lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct EventFilter {
    /// Words that title, description or location hold, whole or their beginning, whatever their case and accents; at most 200
    /// characters. A text without any word, such as an emoji, is looked for as it stands.
    pub q: Option<String>,
    /// Any of these; empty means any at all.
    pub statuses: Vec<EventStatus>,
    /// Of this type.
    pub event_type: Option<EventType>,
    /// At the tenant's school of this name or alias, whatever its case and accents.
    pub school: Option<String>,
    /// Beginning on this day of the tenant or later.
    pub from_date: Option<NaiveDate>,
    /// Beginning on this day of the tenant or earlier.
    pub to_date: Option<NaiveDate>,
    /// Whether it still needs volunteers: it has yet to begin, is neither completed nor cancelled, and fewer are confirmed or have
    /// attended than it needs. `false` for all others.
    pub needs_volunteers: Option<bool>,
}

impl Events<'_> {
    /// Events that pass the filter, a page at a time (FR-SELFSERV-205). Days are those of the tenant's zone.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming `from_date` when it is after `to_date`, `school` when the tenant has none of that name, `q` when it
    /// holds control characters or is too long; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn list(&self, filter: &EventFilter, order: EventOrder, page: PageRequest) -> Result<Page<Event>> {
        check_range(filter.from_date, filter.to_date)?;
        let events = self.handle.read(&EVENTS_LIST, |reading| select(reading, filter, false, order, page))?;
        Ok(events.map(|event| self.shown(event)))
    }

    /// All events that pass the filter, as they were at one moment: for whoever works through all of them.
    ///
    /// # Errors
    ///
    /// As [`Self::list`].
    pub fn list_all(&self, filter: &EventFilter, order: EventOrder) -> Result<Vec<Event>> {
        check_range(filter.from_date, filter.to_date)?;
        let events = self.handle.read(&EVENTS_LIST, |reading| {
            let conditions = narrowed(filter, reading.settings.time_zone, reading)?;
            let sql = format!("SELECT {COLUMNS}{} ORDER BY {}", conditions.sql(), order_by(order));
            reading.transaction.all(&sql, &conditions.params(&[]), event)
        })?;
        Ok(events.into_iter().map(|event| self.shown(event)).collect())
    }
}

/// A range must not end before it begins.
pub(crate) fn check_range(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<()> {
    match from.zip(to) {
        Some((from, to)) if from > to => Err(Error::bad_request("from_date", "must not be after to_date")),
        _ => Ok(()),
    }
}

/// The page and its total, in one read transaction. `upcoming`: only what has yet to begin.
pub(crate) fn select(
    reading: &Reading<'_>,
    filter: &EventFilter,
    upcoming: bool,
    order: EventOrder,
    page: PageRequest,
) -> Result<Page<Event>> {
    let transaction = reading.transaction;
    let mut conditions = narrowed(filter, reading.settings.time_zone, reading)?;
    if upcoming {
        conditions.add("e.starts_at >= ??", reading.now);
    }
    let total = transaction
        .first(&format!("SELECT count(*) AS total FROM events e{}", conditions.sql()), &conditions.params(&[]), |row| row.get("total"))?
        .unwrap_or_default();
    let events = transaction.all(&page_of(&conditions, order), &conditions.params(&[&page.per_page(), &page.offset()]), event)?;
    Ok(page.of(events, total))
}

/// Which events are on the page is settled before anything of them is read: what is only passed over costs nothing but its place in an
/// index.
fn page_of(conditions: &Conditions, order: EventOrder) -> String {
    format!("SELECT {COLUMNS} WHERE e.id IN ({}) ORDER BY {}", numbers_of(conditions, order), order_by(order))
}

fn numbers_of(conditions: &Conditions, order: EventOrder) -> String {
    let (order, at) = (order_by(order), conditions.next());
    format!("SELECT e.id FROM events e{} ORDER BY {order} LIMIT ?{at} OFFSET ?{}", conditions.sql(), at + 1)
}

/// The filter as SQL on `events e`.
fn narrowed(filter: &EventFilter, zone: TimeZone, reading: &Reading<'_>) -> Result<Conditions> {
    let EventFilter { q, statuses, event_type, school, from_date, to_date, needs_volunteers } = filter;
    let mut conditions = Conditions::default();
    match statuses.as_slice() {
        [] => {}
        [status] => conditions.add("e.status = ??", *status),
        several => {
            let words: Vec<_> = several.iter().map(|status| format!("'{status}'")).collect();
            conditions.add_plain(format!("e.status IN ({})", words.join(", ")));
        }
    }
    if let Some(event_type) = event_type {
        conditions.add("e.event_type = ??", *event_type);
    }
    if let Some(school) = school {
        conditions.add(SCHOOL, known_school(reading.transaction, school)?);
    }
    if let Some(from) = from_date {
        conditions.add("e.starts_at >= ??", LocalTime::start_of_day(within_years(*from), zone).instant);
    }
    if let Some(to) = to_date {
        conditions.add("e.starts_at <= ??", LocalTime::end_of_day(within_years(*to), zone).instant + TimeDelta::milliseconds(999));
    }
    if let Some(needs) = needs_volunteers {
        let not = if *needs { "" } else { "NOT " };
        conditions.add(&format!("{not}({NEEDS_VOLUNTEERS})"), reading.now);
    }
    if let Some(q) = q {
        full_text::EVENTS.narrow(&mut conditions, q)?;
    }
    Ok(conditions)
}

/// Two schools may have one name; then it means both.
const SCHOOL: &str = "e.school_id IN (SELECT id FROM schools WHERE folded_name = ??
                                      UNION SELECT school_id FROM school_aliases WHERE folded_alias = ??)";
/// C1: what the recruitment dashboard shows.
pub(crate) const NEEDS_VOLUNTEERS: &str =
    "e.volunteers_registered < e.volunteers_needed AND e.status IN ('draft', 'confirmed', 'published') AND e.starts_at > ??";

/// The folded name, if a school of the tenant has it.
fn known_school(transaction: &Transaction<'_>, name: &str) -> Result<String> {
    let unknown = || Error::bad_request("school", "is not one of this tenant's schools");
    let name = text::line(name, TITLE_MAX).map_err(|Problem { message, .. }| Error::bad_request("school", message))?;
    let folded = fold(&name.ok_or_else(unknown)?);
    let sql = "SELECT 1 AS one FROM schools WHERE folded_name = ?1 UNION ALL SELECT 1 FROM school_aliases WHERE folded_alias = ?1 LIMIT 1";
    match transaction.first(sql, params![folded], |row| row.get::<i64>("one"))? {
        Some(_) => Ok(folded),
        None => Err(unknown()),
    }
}

/// No event begins outside of these years, and instants far outside don't sort as text.
fn within_years(day: NaiveDate) -> NaiveDate {
    let year = day.year().clamp(YEARS.start() - 1, YEARS.end() + 1);
    if year == day.year() { day } else { NaiveDate::from_ymd_opt(year, 7, 1).unwrap_or(day) }
}

/// A status by its place in the life of an event, as the index has it.
macro_rules! life {
    () => {
        "CASE e.status WHEN 'draft' THEN 0 WHEN 'confirmed' THEN 1 WHEN 'published' THEN 2 WHEN 'completed' THEN 3 ELSE 4 END"
    };
}

/// Ties are settled by start and number, so that pages never overlap.
fn order_by(order: EventOrder) -> &'static str {
    match (order.by, order.descending) {
        (EventSort::Start, false) => "e.starts_at, e.id",
        (EventSort::Start, true) => "e.starts_at DESC, e.id DESC",
        (EventSort::Title, false) => "e.folded_title, e.starts_at, e.id",
        (EventSort::Title, true) => "e.folded_title DESC, e.starts_at DESC, e.id DESC",
        (EventSort::Status, false) => concat!(life!(), ", e.starts_at, e.id"),
        (EventSort::Status, true) => concat!(life!(), " DESC, e.starts_at DESC, e.id DESC"),
        (EventSort::Created, false) => "e.created_at, e.id",
        (EventSort::Created, true) => "e.created_at DESC, e.id DESC",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::types::parse_date;
    use crate::{Actor, NewTenant, Polaris};

    /// How SQLite would find the events of a page.
    fn plan(filter: &EventFilter, order: &str) -> String {
        let polaris = Polaris::in_memory().unwrap();
        polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
        let kckps = polaris.tenant("kckps", Actor::System).unwrap();
        let steps = kckps.read(&EVENTS_LIST, |reading| {
            let conditions = narrowed(filter, TimeZone::default(), reading)?;
            let sql = format!("EXPLAIN QUERY PLAN {}", numbers_of(&conditions, EventOrder::parse(order).unwrap()));
            reading.transaction.all(&sql, &conditions.params(&[&20_u32, &0_i64]), |row| row.get::<String>("detail"))
        });
        steps.unwrap().join("; ")
    }

    #[test]
    fn every_order_has_an_index_that_is_read_either_way() {
        for (order, index) in
            [("start", "events_by_start"), ("title", "events_by_title"), ("created", "events_by_creation"), ("status", "events_by_life")]
        {
            for order in [order.to_owned(), format!("-{order}")] {
                let plan = plan(&EventFilter::default(), &order);
                assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{order}: {plan}");
            }
        }
    }

    #[test]
    fn words_days_and_single_statuses_find_their_events_by_an_index() {
        let all = EventFilter::default;
        let day = parse_date("2026-10-15").ok();
        for (filter, index) in [
            (EventFilter { q: Some("career".into()), ..all() }, "VIRTUAL TABLE INDEX"),
            (EventFilter { from_date: day, ..all() }, "events_by_start"),
            (EventFilter { from_date: day, to_date: day, ..all() }, "events_by_start"),
            (EventFilter { statuses: vec![EventStatus::Published], from_date: day, ..all() }, "events_by_status"),
        ] {
            let plan = plan(&filter, "start");
            assert!(plan.contains(index), "{filter:?}: {plan}");
        }
    }
}
