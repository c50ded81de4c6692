//! What a mail tells of an event: as it was when the mail was caused, and what has become of it.

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use serde_json::Value as Json;

use super::letter::{Facts, Said, when};
use crate::error::Result;
use crate::store::error::StoreError;
use crate::tenant::events::ASSUMED_LENGTH;
use crate::types::{CancelReason, EventFormat, TimeZone};

/// An event as the outbox holds it; see [`Shown`](super::outbox::Shown).
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Told {
    pub(crate) title: String,
    pub(crate) starts_at: DateTime<FixedOffset>,
    pub(crate) ends_at: Option<DateTime<FixedOffset>>,
    pub(crate) time_zone: String,
    pub(crate) location: String,
    pub(crate) school: Option<String>,
    pub(crate) format: String,
}

impl Told {
    pub(crate) fn read(data: &Json) -> Result<Self> {
        Ok(Self::deserialize(data).map_err(|_| StoreError::BadColumn("data".to_owned()))?)
    }

    /// The event before a change, of which only what is different now is stored.
    pub(crate) fn before(&self, before: &Json) -> Self {
        let text = |field: &str| before.get(field).and_then(Json::as_str).map(str::to_owned);
        let moment = |field: &str| text(field).and_then(|moment| DateTime::parse_from_rfc3339(&moment).ok());
        let has = |field: &str| before.get(field).is_some();
        Self {
            starts_at: moment("starts_at").unwrap_or(self.starts_at),
            ends_at: if has("ends_at") { moment("ends_at") } else { self.ends_at },
            location: text("location").unwrap_or_else(|| self.location.clone()),
            school: if has("school") { text("school") } else { self.school.clone() },
            format: text("format").unwrap_or_else(|| self.format.clone()),
            ..self.clone()
        }
    }

    fn zone(&self) -> TimeZone {
        TimeZone::parse(&self.time_zone).unwrap_or_default()
    }

    /// When it ends, or is taken to.
    pub(crate) fn end(&self) -> DateTime<FixedOffset> {
        self.ends_at.unwrap_or(self.starts_at + ASSUMED_LENGTH)
    }

    pub(crate) fn when(&self) -> String {
        when::span(self.starts_at, self.ends_at, self.zone())
    }

    /// Where it is: location and school, unless the one names the other.
    pub(crate) fn place(&self) -> String {
        let mut place = self.location.clone();
        if let Some(school) = self.school.as_deref().filter(|school| !place.contains(school)) {
            place = format!("{place}, {school}");
        }
        if self.format == EventFormat::Virtual.as_str() { format!("{place} (online)") } else { place }
    }

    /// What is known of it, for the texts of mails.
    pub(crate) fn facts(&self, facts: &mut Facts) {
        let details = vec![("", self.title.clone()), ("When", self.when()), ("Where", self.place())];
        facts.insert("title", Said::Line(self.title.clone()));
        facts.insert("when", Said::Line(self.when()));
        facts.insert("place", Said::Line(self.place()));
        facts.insert("location", Said::Line(self.location.clone()));
        facts.insert("school", Said::Line(self.school.clone().unwrap_or_default()));
        facts.insert("details", Said::Block(details));
    }

    /// What a change is, for the texts of mails.
    pub(crate) fn changes(&self, before: &Json, facts: &mut Facts) {
        let was = self.before(before);
        let differs = |one: String, other: &str| if one == other { String::new() } else { one };
        let (was_when, was_place) = (differs(was.when(), &self.when()), differs(was.place(), &self.place()));
        let mut changes = Vec::new();
        if !was_when.is_empty() {
            changes.extend([("Was", was_when.clone()), ("Is now", self.when())]);
        }
        if !was_place.is_empty() {
            changes.extend([("Was at", was_place.clone()), ("Is now at", self.place())]);
        }
        facts.insert("was_when", Said::Line(was_when));
        facts.insert("was_place", Said::Line(was_place));
        facts.insert("changes", Said::Block(changes));
    }
}

/// Why an event is cancelled, as the end of a sentence; nothing where it was not said in a word.
pub(crate) fn reason(word: Option<&str>) -> &'static str {
    match word.and_then(|word| CancelReason::parse(word).ok()) {
        Some(CancelReason::Weather) => "the weather",
        Some(CancelReason::PresenterCancelled) => "the presenter can't come",
        Some(CancelReason::TeacherCancelled) => "the teacher can't take part",
        Some(CancelReason::SchoolConflict) => "something else takes place at the school",
        Some(CancelReason::TechnicalIssues) => "technical problems",
        Some(CancelReason::LowEnrollment) => "too few people signed up",
        Some(CancelReason::SchedulingError) => "a mistake in the schedule",
        Some(CancelReason::Other) | None => "",
    }
}
