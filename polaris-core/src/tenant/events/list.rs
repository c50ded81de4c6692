//! E5: lists of events.

use chrono::NaiveDate;

use super::{COLUMNS, Event, Events, event};
use crate::error::{Error, Result};
use crate::operations::EVENTS_LIST;
use crate::page::{Page, PageRequest};
use crate::store::dialect::folded;
use crate::store::value::Param;
use crate::store::{Transaction, params};
use crate::types::{EventOrder, EventSort, EventStatus, EventType};

/// Which events are wanted. Everything left out lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct EventFilter {
    /// Any of these; empty means any at all.
    pub statuses: Vec<EventStatus>,
    /// Of this type.
    pub event_type: Option<EventType>,
    /// Beginning on this local day or later.
    pub from_date: Option<NaiveDate>,
    /// Beginning on this local day or earlier.
    pub to_date: Option<NaiveDate>,
}

impl Events<'_> {
    /// Events that pass the filter, a page at a time (FR-SELFSERV-205).
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] when `from_date` is after `to_date`; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn list(&self, filter: &EventFilter, order: EventOrder, page: PageRequest) -> Result<Page<Event>> {
        check_range(filter.from_date, filter.to_date)?;
        self.handle.read(&EVENTS_LIST, |reading| select(reading.transaction, filter, None, order, page))
    }
}

/// A range must not end before it begins.
pub(crate) fn check_range(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<()> {
    match from.zip(to) {
        Some((from, to)) if from > to => Err(Error::bad_request("from_date", "must not be after to_date")),
        _ => Ok(()),
    }
}

/// The page and its total, in one read transaction. `not_before` is an instant.
pub(crate) fn select(
    transaction: &Transaction<'_>,
    filter: &EventFilter,
    not_before: Option<chrono::DateTime<chrono::Utc>>,
    order: EventOrder,
    page: PageRequest,
) -> Result<Page<Event>> {
    let from = filter.from_date.map(|day| format!("{day}T00:00:00"));
    let to = filter.to_date.map(|day| format!("{day}T23:59:59"));
    let mut params: Vec<&dyn Param> = params![].to_vec();
    let mut conditions: Vec<String> = Vec::new();
    let mut condition = |sql: &str, param| {
        params.push(param);
        conditions.push(sql.replace("??", &format!("?{}", params.len())));
    };
    if let [status] = filter.statuses.as_slice() {
        condition("e.status = ??", status);
    }
    if let Some(event_type) = &filter.event_type {
        condition("e.event_type = ??", event_type);
    }
    if let Some(from) = &from {
        condition("e.starts_at_local >= ??", from);
    }
    if let Some(to) = &to {
        condition("e.starts_at_local <= ??", to);
    }
    if let Some(instant) = &not_before {
        condition("e.starts_at >= ??", instant);
    }
    if filter.statuses.len() > 1 {
        let words: Vec<_> = filter.statuses.iter().map(|status| format!("'{status}'")).collect();
        conditions.push(format!("e.status IN ({})", words.join(", ")));
    }
    let conditions = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let total = transaction
        .first(&format!("SELECT count(*) AS total FROM events e{conditions}"), &params, |row| row.get("total"))?
        .unwrap_or_default();
    let (limit, offset) = (page.per_page(), page.offset());
    let (at_limit, at_offset) = (params.len() + 1, params.len() + 2);
    params.push(&limit);
    params.push(&offset);
    let sql = format!("SELECT {COLUMNS}{conditions} ORDER BY {} LIMIT ?{at_limit} OFFSET ?{at_offset}", order_by(order));
    let events = transaction.all(&sql, &params, event)?;
    Ok(page.of(events, total))
}

/// A status by its place in the life of an event.
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
        (EventSort::Title, false) => concat!(folded!("e.title"), ", e.starts_at, e.id"),
        (EventSort::Title, true) => concat!(folded!("e.title"), " DESC, e.starts_at DESC, e.id DESC"),
        (EventSort::Status, false) => concat!(life!(), ", e.starts_at, e.id"),
        (EventSort::Status, true) => concat!(life!(), " DESC, e.starts_at DESC, e.id DESC"),
        (EventSort::Created, false) => "e.created_at, e.id",
        (EventSort::Created, true) => "e.created_at DESC, e.id DESC",
    }
}
