//! The shapes of changes of events. Tests hold the names of what is sent in against the core's drafts.

use poem_openapi::Object;
use polaris_core::{ChangedEvent, Notices};
use serde::Serialize;

use super::wire::EventBody;

/// What to change of an event. What is left out stays. Times without an offset are in the event's own zone.
#[derive(Debug, Object)]
#[oai(rename = "EventEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct EventEditBody {
    /// Another title. Can't be cleared. The slug follows it until the event was first confirmed or published.
    #[oai(validator(max_length = 255))]
    title: Option<String>,
    /// Another start, as `YYYY-MM-DDTHH:MM` or RFC 3339. Can't be cleared. The end stays unless it is given too.
    starts_at: Option<String>,
    /// Another end, or none.
    ends_at: Option<String>,
    /// Another IANA zone: its times stay what clocks show, and are read in this zone. Cleared, it is the tenant's.
    time_zone: Option<String>,
    /// Another place. Can't be cleared.
    #[oai(validator(max_length = 255))]
    location: Option<String>,
    /// Another description, or none.
    #[oai(validator(max_length = 20_000))]
    description: Option<String>,
    /// Another type, or none.
    event_type: Option<String>,
    /// `in_person` (also when cleared) or `virtual`.
    format: Option<String>,
    /// Another of the tenant's schools, or none.
    school: Option<String>,
    /// Another number of wanted volunteers; cleared or 0, no number is stated.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    volunteers_needed: Option<i64>,
    /// All skills asked for, in place of those before.
    #[oai(validator(max_items = 20))]
    wanted_skills: Option<Vec<String>>,
    /// Another deadline, or none but the start; a date alone means the end of that day.
    registration_deadline: Option<String>,
    /// Other further information, or none.
    #[oai(validator(max_length = 5_000))]
    additional_info: Option<String>,
    /// Whether those who are confirmed or waitlisted are told of another time or place.
    #[oai(default = "yes")]
    notify: bool,
}

fn yes() -> bool {
    true
}

/// Why an event is cancelled; nothing of it need be said.
#[derive(Debug, Object)]
#[oai(rename = "NewCancellation")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewCancellationBody {
    /// `weather`, `presenter_cancelled`, `teacher_cancelled`, `school_conflict`, `technical_issues`, `low_enrollment`, `scheduling_error`
    /// or `other`. Whoever is told of the cancellation is told the reason too.
    reason: Option<String>,
    /// A note for those who manage events; at least 10 characters with the reason `other`.
    #[oai(validator(max_length = 5_000))]
    note: Option<String>,
}

/// When the copy of an event takes place.
#[derive(Debug, Object)]
#[oai(rename = "NewDuplicate")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewDuplicateBody {
    /// When it begins: `YYYY-MM-DD`, then at the same time of day; or `YYYY-MM-DDTHH:MM` in the event's zone, or RFC 3339.
    #[oai(validator(min_length = 1))]
    starts_at: String,
}

/// An event after a change that people are told of.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ChangedEvent")]
pub(crate) struct ChangedEventBody {
    /// The event as it is now.
    event: EventBody,
    /// Who is told.
    notices: NoticesBody,
}

/// How many people of an event's roster are told of a change; nobody where it is none that people are told of.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Notices")]
pub(crate) struct NoticesBody {
    /// Those who get a mail.
    told: u32,
    /// Those who have no e-mail address: they must be told some other way.
    without_email: u32,
    /// Those who asked not to be contacted, and did not sign up themselves.
    do_not_contact: u32,
}

impl From<&ChangedEvent> for ChangedEventBody {
    fn from(changed: &ChangedEvent) -> Self {
        let Notices { told, without_email, do_not_contact } = changed.notices;
        Self { event: EventBody::from(&changed.event), notices: NoticesBody { told, without_email, do_not_contact } }
    }
}
