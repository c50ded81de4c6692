//! Which entries are wanted.

use chrono::{DateTime, NaiveDate, SubsecRound as _, TimeDelta, Utc};
use serde_json::{Value as Json, json};

use super::{ActorKind, Outcome};
use crate::error::{Error, Problem, Result};
use crate::store::conditions::Conditions;
use crate::types::{AuditId, LocalTime, TimeZone, instant_text, parse_date};

/// Which entries are wanted. Everything left out lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By this kind of actor.
    pub actor_kind: Option<ActorKind>,
    /// By the actor with this number; needs the kind.
    pub actor_id: Option<i64>,
    /// Of this action (`event.publish`), or of all that begin so where it ends in a dot (`event.`).
    pub action: Option<String>,
    /// About this kind of thing, such as `event`.
    pub resource_kind: Option<String>,
    /// About the one with this id; needs the kind.
    pub resource_id: Option<String>,
    /// At this moment or later; a day means from its beginning.
    pub from: Option<AuditMoment>,
    /// At this moment or earlier; a day means to its end.
    pub to: Option<AuditMoment>,
    /// That came out so.
    pub outcome: Option<Outcome>,
    /// With a higher number than this.
    pub after: Option<AuditId>,
}

/// A bound in time: an instant, or a day in the tenant's zone (in UTC for the operator's log).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditMoment {
    /// A local day, whole.
    Day(NaiveDate),
    /// An instant, to the millisecond.
    Instant(DateTime<Utc>),
}

impl AuditMoment {
    /// Reads a day (`2026-01-15`) or an instant with `Z` or an offset (`2026-01-15T09:00:00-06:00`, RFC 3339).
    ///
    /// # Errors
    ///
    /// `BAD_DATE` or `BAD_TIME`.
    pub fn parse(input: &str) -> Result<Self, Problem> {
        if input.len() == "YYYY-MM-DD".len() {
            return parse_date(input).map(Self::Day);
        }
        let bad = "is neither a date nor a time; write 2026-01-15, or 2026-01-15T15:00:00Z (in an address an offset's + is written %2B)";
        let instant = DateTime::parse_from_rfc3339(input).map_err(|_| Problem::new("BAD_TIME", bad))?;
        Ok(Self::Instant(instant.to_utc().trunc_subsecs(3)))
    }

    /// The first instant of it.
    fn begin(self, zone: TimeZone) -> DateTime<Utc> {
        match self {
            Self::Instant(instant) => instant,
            Self::Day(day) => LocalTime::start_of_day(day, zone).instant,
        }
    }

    /// The last instant of it.
    fn end(self, zone: TimeZone) -> DateTime<Utc> {
        match self {
            Self::Instant(instant) => instant,
            Self::Day(day) => LocalTime::end_of_day(day, zone).instant + TimeDelta::milliseconds(999),
        }
    }
}

/// Longer than any action, kind or id there is.
const LONGEST: usize = 100;

impl AuditFilter {
    /// What SQL needs, or which part makes no sense.
    pub(super) fn checked(&self, zone: TimeZone) -> Result<Narrowed> {
        let Self { actor_kind, actor_id, action, resource_kind, resource_id, from, to, outcome, after } = self;
        if actor_id.is_some() && actor_kind.is_none() {
            return Err(Error::bad_request("actor_id", "needs actor_kind too: staff 7 and user 7 are two people"));
        }
        if resource_id.is_some() && resource_kind.is_none() {
            return Err(Error::bad_request("resource_id", "needs resource_kind too"));
        }
        for (name, text) in [("action", action), ("resource_kind", resource_kind), ("resource_id", resource_id)] {
            if text.as_ref().is_some_and(|text| text.is_empty() || text.len() > LONGEST || text.contains(char::is_control)) {
                return Err(Error::bad_request(name, format!("must be 1 to {LONGEST} characters without control characters")));
            }
        }
        let (from, to) = (from.map(|from| from.begin(zone)), to.map(|to| to.end(zone)));
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Error::bad_request("from", "must not be after to"));
        }
        let mut conditions = Conditions::default();
        // What an index finds exactly comes first: then the numbers give the order.
        if let Some(kind) = actor_kind {
            conditions.add("actor_kind = ??", kind.as_str().to_owned());
        }
        if let Some(id) = actor_id {
            conditions.add("actor_id = ??", *id);
        }
        match action.as_deref().map(|action| (action, action.strip_suffix('.'))) {
            // '/' is what follows '.'.
            Some((prefix, Some(noun))) => {
                conditions.add("action > ??", prefix.to_owned());
                conditions.add("action < ??", format!("{noun}/"));
            }
            Some((action, None)) => conditions.add("action = ??", action.to_owned()),
            None => {}
        }
        if let Some(kind) = resource_kind {
            conditions.add("resource_kind = ??", kind.clone());
        }
        if let Some(id) = resource_id {
            conditions.add("resource_id = ??", id.clone());
        }
        let by_time = conditions.is_empty();
        if let Some(from) = from {
            conditions.add("occurred_at >= ??", instant_text(from));
        }
        if let Some(to) = to {
            conditions.add("occurred_at <= ??", instant_text(to));
        }
        let by_time = by_time && !conditions.is_empty();
        if let Some(outcome) = outcome {
            conditions.add("outcome = ??", outcome.as_str().to_owned());
        }
        if let Some(after) = after {
            conditions.add("id > ??", after.get());
        }
        Ok(Narrowed { conditions, by_time })
    }

    /// The filter as an entry about an export tells it.
    pub(super) fn told(&self) -> Json {
        let moment = |moment: Option<AuditMoment>| match moment {
            Some(AuditMoment::Day(day)) => Some(day.to_string()),
            Some(AuditMoment::Instant(instant)) => Some(instant_text(instant)),
            None => None,
        };
        let mut told = json!({
            "actor_kind": self.actor_kind, "actor_id": self.actor_id, "action": self.action, "resource_kind": self.resource_kind,
            "resource_id": self.resource_id, "from": moment(self.from), "to": moment(self.to), "outcome": self.outcome,
            "after": self.after,
        });
        if let Some(parts) = told.as_object_mut() {
            parts.retain(|_, part| !part.is_null());
        }
        told
    }
}

/// A filter as SQL.
#[derive(Default)]
pub(super) struct Narrowed {
    pub(super) conditions: Conditions,
    /// Whether only the time narrows it down.
    by_time: bool,
}

impl Narrowed {
    /// Newest first. Clocks may step back: within a range of time, time decides, and elsewhere the number.
    pub(super) fn newest_first(&self) -> &'static str {
        if self.by_time { "occurred_at DESC, id DESC" } else { "id DESC" }
    }
}
