//! What a caller says of an event, new or standing.

use crate::types::Patch;

/// A new event, as a person or a program describes it. Times without an offset are in the event's zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewEvent {
    /// What it is called; required, at most 255 characters.
    pub title: String,
    /// When it begins; required. `YYYY-MM-DDTHH:MM` in the event's zone, or RFC 3339 with an offset. A time that clocks show twice is the
    /// earlier one; the offset tells the later.
    pub starts_at: String,
    /// When it ends, in the same forms; after the start and at most 14 days later.
    pub ends_at: Option<String>,
    /// The IANA zone of its times; the tenant's when left out.
    pub time_zone: Option<String>,
    /// Where it is; required, at most 255 characters.
    pub location: String,
    /// What it is about, at most 20,000 characters.
    pub description: Option<String>,
    /// One of the event types, such as `career_fair`.
    pub event_type: Option<String>,
    /// `in_person` (the default) or `virtual`.
    pub format: Option<String>,
    /// The name of one of the tenant's schools, or an alias.
    pub school: Option<String>,
    /// How many volunteers are wanted, 0 (no number) to 100,000.
    pub volunteers_needed: Option<i64>,
    /// Names of skills; unknown ones are added to the tenant's own. At most 20.
    pub wanted_skills: Vec<String>,
    /// Until when people may sign up; a date alone means the end of that day. Not after the start.
    pub registration_deadline: Option<String>,
    /// What else people should know, at most 5,000 characters.
    pub additional_info: Option<String>,
}

/// What to change of an event. What is kept stays; title, start and location can't be cleared.
///
/// Times are read in the event's own zone, whatever the tenant's is by now. A registration deadline that is the start itself moves with it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventEdit {
    /// Another title. The slug follows it until the event was first confirmed or published.
    pub title: Patch<String>,
    /// Another start, in the forms of [`NewEvent::starts_at`]. The end stays unless it is given too.
    pub starts_at: Patch<String>,
    /// Another end, or none.
    pub ends_at: Patch<String>,
    /// Another zone: its times stay what clocks show, and are read in this zone. Cleared, it is the tenant's.
    pub time_zone: Patch<String>,
    /// Another place.
    pub location: Patch<String>,
    /// Another description, or none.
    pub description: Patch<String>,
    /// Another type, or none.
    pub event_type: Patch<String>,
    /// `in_person` (also when cleared) or `virtual`.
    pub format: Patch<String>,
    /// Another school, or none.
    pub school: Patch<String>,
    /// Another number of wanted volunteers; cleared, no number is stated.
    pub volunteers_needed: Patch<i64>,
    /// All skills asked for, in place of those before.
    pub wanted_skills: Patch<Vec<String>>,
    /// Another deadline, or none but the start.
    pub registration_deadline: Patch<String>,
    /// Other further information, or none.
    pub additional_info: Patch<String>,
    /// Whether those who are signed up are told of another time or place; true unless said otherwise.
    pub notify: bool,
}

impl Default for EventEdit {
    fn default() -> Self {
        Self {
            title: Patch::Keep,
            starts_at: Patch::Keep,
            ends_at: Patch::Keep,
            time_zone: Patch::Keep,
            location: Patch::Keep,
            description: Patch::Keep,
            event_type: Patch::Keep,
            format: Patch::Keep,
            school: Patch::Keep,
            volunteers_needed: Patch::Keep,
            wanted_skills: Patch::Keep,
            registration_deadline: Patch::Keep,
            additional_info: Patch::Keep,
            notify: true,
        }
    }
}

/// What was said of the fields of an event; of a new one nothing is kept.
pub(super) struct Said<'d> {
    pub(super) title: Patch<&'d str>,
    pub(super) starts_at: Patch<&'d str>,
    pub(super) ends_at: Patch<&'d str>,
    pub(super) time_zone: Patch<&'d str>,
    pub(super) location: Patch<&'d str>,
    pub(super) description: Patch<&'d str>,
    pub(super) event_type: Patch<&'d str>,
    pub(super) format: Patch<&'d str>,
    pub(super) school: Patch<&'d str>,
    pub(super) volunteers_needed: Patch<i64>,
    pub(super) wanted_skills: Patch<&'d [String]>,
    pub(super) registration_deadline: Patch<&'d str>,
    pub(super) additional_info: Patch<&'d str>,
}

impl NewEvent {
    pub(super) fn said(&self) -> Said<'_> {
        Said {
            title: Patch::Set(&self.title),
            starts_at: Patch::Set(&self.starts_at),
            ends_at: self.ends_at.as_deref().into(),
            time_zone: self.time_zone.as_deref().into(),
            location: Patch::Set(&self.location),
            description: self.description.as_deref().into(),
            event_type: self.event_type.as_deref().into(),
            format: self.format.as_deref().into(),
            school: self.school.as_deref().into(),
            volunteers_needed: self.volunteers_needed.into(),
            wanted_skills: Patch::Set(&self.wanted_skills),
            registration_deadline: self.registration_deadline.as_deref().into(),
            additional_info: self.additional_info.as_deref().into(),
        }
    }
}

impl EventEdit {
    pub(super) fn said(&self) -> Said<'_> {
        fn text(patch: &Patch<String>) -> Patch<&str> {
            patch.as_ref().map(String::as_str)
        }
        Said {
            title: text(&self.title),
            starts_at: text(&self.starts_at),
            ends_at: text(&self.ends_at),
            time_zone: text(&self.time_zone),
            location: text(&self.location),
            description: text(&self.description),
            event_type: text(&self.event_type),
            format: text(&self.format),
            school: text(&self.school),
            volunteers_needed: self.volunteers_needed,
            wanted_skills: self.wanted_skills.as_ref().map(Vec::as_slice),
            registration_deadline: text(&self.registration_deadline),
            additional_info: text(&self.additional_info),
        }
    }
}
