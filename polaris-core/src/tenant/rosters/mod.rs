//! Rosters (FR-SELFSERV-304, 305): who is asked to an event, comes, was there; their hours.
//!
//! ```
//! # use polaris_core::{Actor, NewEvent, NewParticipation, NewTenant, NewVolunteer, ParticipationEdit, Patch, Polaris};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! # let draft = NewEvent { title: "Career Day".into(), starts_at: "2027-03-04T09:00".into(), location: "Gym".into(), ..NewEvent::default() };
//! # let event = kckps.events().create(draft)?;
//! # let ann = NewVolunteer { first_name: "Ann".into(), last_name: "Lee".into(), ..NewVolunteer::default() };
//! # let ann = kckps.volunteers().create(ann)?.volunteer;
//! kckps.rosters().assign(event.id, &NewParticipation { volunteer_id: Some(ann.id.get()), ..NewParticipation::default() })?;
//! let confirm = ParticipationEdit { status: Patch::Set("confirmed".into()), ..ParticipationEdit::default() };
//! kckps.rosters().edit(event.id, ann.id, &confirm, None)?;
//! assert_eq!(kckps.events().get(event.id)?.volunteers_registered, 1);
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod assign;
mod draft;
mod edit;
mod list;
mod remove;
mod row;
mod rules;
mod step;

use chrono::{DateTime, Utc};

pub(crate) use assign::{NewPlace, overlaps, put_on_roster};
pub use assign::{Overlap, Placed};
pub use draft::{NewParticipation, ParticipationEdit};
pub use list::{RosterEntry, RosterFilter, RosterTotals};
pub(crate) use row::{
    brief, find as find_participation, insert as insert_participation, participation, participation_columns, update as update_participation,
};
pub(crate) use rules::{Occasion, count_registered, end, event_id, rank};
pub(crate) use step::step;

use super::handle::TenantHandle;
use crate::types::{EventId, EventSlug, EventStatus, LocalTime, ParticipationId, ParticipationStatus, ParticipationType, VolunteerId};

/// Somebody's place on an event's roster.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Participation {
    /// Its number in this tenant; never used again.
    pub id: ParticipationId,
    /// Of which event.
    pub event_id: EventId,
    /// Whose.
    pub volunteer_id: VolunteerId,
    /// How they stand.
    pub status: ParticipationStatus,
    /// As what they take part.
    pub participation_type: ParticipationType,
    /// What to know of this one's taking part, such as the sign-up's words.
    pub notes: Option<String>,
    /// Whether a calendar invite was sent to them.
    pub has_invite: bool,
    /// When they signed up themselves, if they did.
    pub signed_up_at: Option<DateTime<Utc>>,
    /// When they were invited. As every stamp: empty where the present status says otherwise.
    pub invited_at: Option<DateTime<Utc>>,
    /// When they came onto the waitlist.
    pub waitlisted_at: Option<DateTime<Utc>>,
    /// When they were confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When they declined.
    pub declined_at: Option<DateTime<Utc>>,
    /// When it was noted that they attended.
    pub attended_at: Option<DateTime<Utc>>,
    /// When it was noted that they didn't come.
    pub no_show_at: Option<DateTime<Utc>>,
    /// Minutes they attended; the event's length unless said otherwise. Only of those who attended.
    pub minutes: Option<u32>,
    /// Rises with every change; give it back when editing.
    pub version: u32,
    /// When they were put on the roster (UTC).
    pub created_at: DateTime<Utc>,
    /// When this was last changed (UTC).
    pub updated_at: DateTime<Utc>,
}

/// An event, as a history shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EventBrief {
    /// Its number.
    pub id: EventId,
    /// Its name in addresses.
    pub slug: EventSlug,
    /// What it is called.
    pub title: String,
    /// Where it stands in its life cycle.
    pub status: EventStatus,
    /// When it begins.
    pub starts_at: LocalTime,
    /// When it ends, if that is known.
    pub ends_at: Option<LocalTime>,
    /// Where it is.
    pub location: String,
}

/// The rosters of a tenant; see [`TenantHandle::rosters`].
pub struct Rosters<'a> {
    handle: &'a TenantHandle,
}

impl<'a> Rosters<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }
}
