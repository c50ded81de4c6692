use polaris_core::types::{EventStatus, LocalTime, ParticipationStatus, ParticipationType, instant_text};
use polaris_core::{EventBrief, HistoryEntry, Overlap, Participation, Placed, RosterEntry, RosterTotals};
use serde::Serialize;

/// Somebody's place on an event's roster.
#[derive(Serialize)]
pub(crate) struct ParticipationView {
    id: i64,
    event_id: i64,
    volunteer_id: i64,
    status: ParticipationStatus,
    participation_type: ParticipationType,
    notes: Option<String>,
    has_invite: bool,
    signed_up_at: Option<String>,
    invited_at: Option<String>,
    waitlisted_at: Option<String>,
    confirmed_at: Option<String>,
    declined_at: Option<String>,
    attended_at: Option<String>,
    no_show_at: Option<String>,
    minutes: Option<u32>,
    version: u32,
    created_at: String,
    updated_at: String,
}

impl From<&Participation> for ParticipationView {
    fn from(place: &Participation) -> Self {
        Self {
            id: place.id.get(),
            event_id: place.event_id.get(),
            volunteer_id: place.volunteer_id.get(),
            status: place.status,
            participation_type: place.participation_type,
            notes: place.notes.clone(),
            has_invite: place.has_invite,
            signed_up_at: place.signed_up_at.map(instant_text),
            invited_at: place.invited_at.map(instant_text),
            waitlisted_at: place.waitlisted_at.map(instant_text),
            confirmed_at: place.confirmed_at.map(instant_text),
            declined_at: place.declined_at.map(instant_text),
            attended_at: place.attended_at.map(instant_text),
            no_show_at: place.no_show_at.map(instant_text),
            minutes: place.minutes,
            version: place.version,
            created_at: instant_text(place.created_at),
            updated_at: instant_text(place.updated_at),
        }
    }
}

/// A place that was given or changed.
#[derive(Serialize)]
pub(crate) struct PlacedView {
    participation: ParticipationView,
    overlaps: Vec<OverlapView>,
}

#[derive(Serialize)]
struct OverlapView {
    event: EventBriefView,
    status: ParticipationStatus,
}

impl From<&Placed> for PlacedView {
    fn from(placed: &Placed) -> Self {
        let overlap = |overlap: &Overlap| OverlapView { event: (&overlap.event).into(), status: overlap.status };
        Self { participation: (&placed.participation).into(), overlaps: placed.overlaps.iter().map(overlap).collect() }
    }
}

/// An event, as a history shows it.
#[derive(Serialize)]
pub(crate) struct EventBriefView {
    id: i64,
    slug: String,
    title: String,
    status: EventStatus,
    starts_at: String,
    ends_at: Option<String>,
    time_zone: &'static str,
    location: String,
}

impl From<&EventBrief> for EventBriefView {
    fn from(event: &EventBrief) -> Self {
        Self {
            id: event.id.get(),
            slug: event.slug.to_string(),
            title: event.title.clone(),
            status: event.status,
            starts_at: event.starts_at.to_rfc3339(),
            ends_at: event.ends_at.as_ref().map(LocalTime::to_rfc3339),
            time_zone: event.starts_at.zone.name(),
            location: event.location.clone(),
        }
    }
}

/// An event, and how the volunteer stands on its roster.
#[derive(Serialize)]
pub(crate) struct HistoryEntryView {
    event: EventBriefView,
    participation: ParticipationView,
}

impl From<&HistoryEntry> for HistoryEntryView {
    fn from(entry: &HistoryEntry) -> Self {
        Self { event: (&entry.event).into(), participation: (&entry.participation).into() }
    }
}

/// A place on a roster, with whose it is.
#[derive(Serialize)]
pub(crate) struct RosterEntryView {
    participation: ParticipationView,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    organization: Option<String>,
    active: bool,
    do_not_contact: bool,
}

impl From<&RosterEntry> for RosterEntryView {
    fn from(entry: &RosterEntry) -> Self {
        Self {
            participation: (&entry.participation).into(),
            first_name: entry.first_name.clone(),
            last_name: entry.last_name.clone(),
            email: entry.email.as_ref().map(ToString::to_string),
            phone: entry.phone.as_ref().map(ToString::to_string),
            organization: entry.organization.clone(),
            active: entry.active,
            do_not_contact: entry.do_not_contact,
        }
    }
}

/// How many stand how on a roster.
#[derive(Serialize)]
pub(crate) struct RosterTotalsView {
    invited: u32,
    waitlisted: u32,
    confirmed: u32,
    declined: u32,
    attended: u32,
    no_show: u32,
    minutes: u32,
}

impl From<&RosterTotals> for RosterTotalsView {
    fn from(totals: &RosterTotals) -> Self {
        let RosterTotals { invited, waitlisted, confirmed, declined, attended, no_show, minutes } = *totals;
        Self { invited, waitlisted, confirmed, declined, attended, no_show, minutes }
    }
}
