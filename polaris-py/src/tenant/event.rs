//! An event, as Python sees it.

use polaris_core as core;
use polaris_core::types::{EventFormat, EventStatus, EventType};
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};

use crate::time::{Instant, Moment};
use crate::value::value;

/// One event of a tenant.
#[pyclass(frozen, eq, hash, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Event {
    /// Its number in this tenant; never used again.
    #[pyo3(get)]
    id: i64,
    /// Its name in addresses, unique in the tenant.
    #[pyo3(get)]
    slug: String,
    /// What it is called.
    #[pyo3(get)]
    title: String,
    /// What it is about, in plain text.
    #[pyo3(get)]
    description: Option<String>,
    event_type: Option<EventType>,
    format: EventFormat,
    status: EventStatus,
    /// When it begins, in the tenant's zone.
    #[pyo3(get)]
    starts_at: Moment,
    /// When it ends, if that is known.
    #[pyo3(get)]
    ends_at: Option<Moment>,
    /// Until when people may sign up; the start if nothing else was said.
    #[pyo3(get)]
    registration_deadline: Option<Moment>,
    /// Where it is.
    #[pyo3(get)]
    location: String,
    /// At which of the tenant's schools.
    #[pyo3(get)]
    school: Option<School>,
    /// How many volunteers are wanted; 0: no number was stated.
    #[pyo3(get)]
    volunteers_needed: u32,
    /// How many are confirmed or have attended.
    #[pyo3(get)]
    volunteers_registered: u32,
    /// Skills asked for, by name.
    #[pyo3(get)]
    wanted_skills: Vec<String>,
    /// What else people should know.
    #[pyo3(get)]
    additional_info: Option<String>,
    /// Rises with every change; give it back when editing.
    #[pyo3(get)]
    version: u32,
    /// When it was created (UTC).
    #[pyo3(get)]
    created_at: Instant,
    /// When it was last changed (UTC).
    #[pyo3(get)]
    updated_at: Instant,
}

value!(Event[id, slug, title, status, starts_at] {
    /// What kind of event it is, such as `career_fair`.
    #[getter]
    fn event_type(&self) -> Option<&'static str> {
        self.event_type.map(EventType::as_str)
    }

    /// `in_person` or `virtual`.
    #[getter]
    fn format(&self) -> &'static str {
        self.format.as_str()
    }

    /// Where it stands in its life cycle: `draft`, `confirmed`, `published`, `completed` or `cancelled`.
    #[getter]
    fn status(&self) -> &'static str {
        self.status.as_str()
    }

    /// Minutes from start to end; None without an end.
    #[getter]
    fn duration_minutes(&self) -> Option<i64> {
        self.ends_at.map(|end| (end.0.instant - self.starts_at.0.instant).num_minutes())
    }

    /// Places left, never below 0; None where no number of volunteers was stated.
    #[getter]
    fn slots_available(&self) -> Option<u32> {
        (self.volunteers_needed > 0).then(|| self.volunteers_needed.saturating_sub(self.volunteers_registered))
    }
});

impl Event {
    pub(crate) fn of(event: core::Event) -> Self {
        Self {
            id: event.id.get(),
            slug: event.slug.as_str().to_owned(),
            title: event.title,
            description: event.description,
            event_type: event.event_type,
            format: event.format,
            status: event.status,
            starts_at: Moment(event.starts_at),
            ends_at: event.ends_at.map(Moment),
            registration_deadline: event.registration_deadline.map(Moment),
            location: event.location,
            school: event.school.map(|school| School { id: school.id.get(), name: school.name }),
            volunteers_needed: event.volunteers_needed,
            volunteers_registered: event.volunteers_registered,
            wanted_skills: event.wanted_skills,
            additional_info: event.additional_info,
            version: event.version,
            created_at: Instant(event.created_at),
            updated_at: Instant(event.updated_at),
        }
    }
}

/// A school of the tenant.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct School {
    /// Its number in this tenant.
    id: i64,
    /// Its name.
    name: String,
}

value!(School[id, name]);
