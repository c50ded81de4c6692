use polaris_core::types::{CancelReason, EventFormat, EventStatus, EventType, LocalTime, instant_text};
use polaris_core::{ChangedEvent, Event, Notices};
use serde::Serialize;

/// An event. Its times carry the offset of its zone, the rest is UTC.
#[derive(Debug, Serialize)]
pub(crate) struct EventView {
    id: i64,
    slug: String,
    title: String,
    description: Option<String>,
    event_type: Option<EventType>,
    format: EventFormat,
    status: EventStatus,
    starts_at: String,
    ends_at: Option<String>,
    registration_deadline: Option<String>,
    time_zone: &'static str,
    location: String,
    school: Option<SchoolView>,
    volunteers_needed: u32,
    volunteers_registered: u32,
    wanted_skills: Vec<String>,
    additional_info: Option<String>,
    completed_at: Option<String>,
    cancelled_at: Option<String>,
    cancel_reason: Option<CancelReason>,
    cancel_note: Option<String>,
    version: u32,
    created_at: String,
    updated_at: String,
}

#[derive(Debug, Serialize)]
struct SchoolView {
    id: i64,
    name: String,
}

impl From<&Event> for EventView {
    fn from(event: &Event) -> Self {
        let time = |time: &Option<LocalTime>| time.as_ref().map(LocalTime::to_rfc3339);
        Self {
            id: event.id.get(),
            slug: event.slug.to_string(),
            title: event.title.clone(),
            description: event.description.clone(),
            event_type: event.event_type,
            format: event.format,
            status: event.status,
            starts_at: event.starts_at.to_rfc3339(),
            ends_at: time(&event.ends_at),
            registration_deadline: time(&event.registration_deadline),
            time_zone: event.starts_at.zone.name(),
            location: event.location.clone(),
            school: event.school.as_ref().map(|school| SchoolView { id: school.id.get(), name: school.name.clone() }),
            volunteers_needed: event.volunteers_needed,
            volunteers_registered: event.volunteers_registered,
            wanted_skills: event.wanted_skills.clone(),
            additional_info: event.additional_info.clone(),
            completed_at: event.completed_at.map(instant_text),
            cancelled_at: event.cancelled_at.map(instant_text),
            cancel_reason: event.cancel_reason,
            cancel_note: event.cancel_note.clone(),
            version: event.version,
            created_at: instant_text(event.created_at),
            updated_at: instant_text(event.updated_at),
        }
    }
}

/// An event after a change that people are told of.
#[derive(Debug, Serialize)]
pub(crate) struct ChangedEventView {
    event: EventView,
    notices: NoticesView,
}

#[derive(Debug, Serialize)]
struct NoticesView {
    told: u32,
    without_email: u32,
    do_not_contact: u32,
}

impl From<&ChangedEvent> for ChangedEventView {
    fn from(changed: &ChangedEvent) -> Self {
        let Notices { told, without_email, do_not_contact } = changed.notices;
        Self { event: EventView::from(&changed.event), notices: NoticesView { told, without_email, do_not_contact } }
    }
}
