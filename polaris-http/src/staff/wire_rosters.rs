//! The shapes of rosters and of what volunteers took part in.

use poem_openapi::Object;
use polaris_core::types::LocalTime;
use polaris_core::{EventBrief, HistoryEntry, Overlap, Participation, Placed, RosterEntry, RosterTotals};
use serde::Serialize;

use crate::public_api::utc;

/// A new place on a roster.
#[derive(Debug, Object)]
#[oai(rename = "NewParticipation")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewParticipationBody {
    /// The volunteer's number.
    volunteer_id: i64,
    /// `invited` (the default) or `confirmed`.
    status: Option<String>,
    /// `volunteer` (the default), `speaker`, `mentor`, `facilitator` or `organizer`.
    participation_type: Option<String>,
    /// What to know of it.
    #[oai(validator(max_length = 5_000))]
    notes: Option<String>,
    /// Confirm even where the event is full.
    #[oai(default)]
    over_capacity: bool,
}

/// What to change of a place on a roster: what is left out stays, null clears.
#[derive(Debug, Object)]
#[oai(rename = "ParticipationEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct ParticipationEditBody {
    /// The next status: from invited to confirmed, waitlisted, declined, attended; from waitlisted to confirmed, declined, attended; from
    /// confirmed to declined, attended, no_show; from declined to invited, confirmed, waitlisted, attended; from attended to no_show,
    /// confirmed; from no_show to attended, confirmed. Attended and no_show only from the event's start on. Can't be cleared.
    status: Option<String>,
    /// `volunteer`, `speaker`, `mentor`, `facilitator` or `organizer`. Can't be cleared.
    participation_type: Option<String>,
    /// What to know of it, or nothing.
    #[oai(validator(max_length = 5_000))]
    notes: Option<String>,
    /// Minutes of one who attended; null: the event's length again.
    #[oai(validator(minimum(value = "0"), maximum(value = "20160")))]
    minutes: Option<i64>,
    /// Confirm even where the event is full.
    #[oai(default)]
    over_capacity: bool,
}

/// Somebody's place on an event's roster. Stamps are empty where the present status says otherwise.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Participation")]
pub(crate) struct ParticipationBody {
    /// Its number.
    id: i64,
    /// Of which event.
    event_id: i64,
    /// Whose.
    volunteer_id: i64,
    /// `invited`, `waitlisted`, `confirmed`, `declined`, `attended` or `no_show`.
    status: String,
    /// `volunteer`, `speaker`, `mentor`, `facilitator` or `organizer`.
    participation_type: String,
    /// What to know of it.
    notes: Option<String>,
    /// Whether a calendar invite was sent to them.
    has_invite: bool,
    /// When they signed up themselves (UTC), if they did.
    signed_up_at: Option<String>,
    /// When they were invited (UTC).
    invited_at: Option<String>,
    /// When they came onto the waitlist (UTC).
    waitlisted_at: Option<String>,
    /// When they were confirmed (UTC).
    confirmed_at: Option<String>,
    /// When they declined (UTC).
    declined_at: Option<String>,
    /// When it was noted that they attended (UTC).
    attended_at: Option<String>,
    /// When it was noted that they didn't come (UTC).
    no_show_at: Option<String>,
    /// Minutes they attended.
    minutes: Option<u32>,
    /// Rises with every change.
    version: u32,
    /// When they were put on the roster (UTC).
    created_at: String,
    /// When this was last changed (UTC).
    updated_at: String,
}

impl From<&Participation> for ParticipationBody {
    fn from(place: &Participation) -> Self {
        Self {
            id: place.id.get(),
            event_id: place.event_id.get(),
            volunteer_id: place.volunteer_id.get(),
            status: place.status.as_str().to_owned(),
            participation_type: place.participation_type.as_str().to_owned(),
            notes: place.notes.clone(),
            has_invite: place.has_invite,
            signed_up_at: place.signed_up_at.map(utc),
            invited_at: place.invited_at.map(utc),
            waitlisted_at: place.waitlisted_at.map(utc),
            confirmed_at: place.confirmed_at.map(utc),
            declined_at: place.declined_at.map(utc),
            attended_at: place.attended_at.map(utc),
            no_show_at: place.no_show_at.map(utc),
            minutes: place.minutes,
            version: place.version,
            created_at: utc(place.created_at),
            updated_at: utc(place.updated_at),
        }
    }
}

/// A place that was given or changed.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Placed")]
pub(crate) struct PlacedBody {
    /// The place.
    participation: ParticipationBody,
    /// Other events at the same time to which the volunteer is asked or comes: a warning, and no hindrance.
    overlaps: Vec<OverlapBody>,
}

impl From<&Placed> for PlacedBody {
    fn from(placed: &Placed) -> Self {
        let overlap =
            |overlap: &Overlap| OverlapBody { event: EventBriefBody::from(&overlap.event), status: overlap.status.as_str().to_owned() };
        Self { participation: ParticipationBody::from(&placed.participation), overlaps: placed.overlaps.iter().map(overlap).collect() }
    }
}

/// Another event at the same time.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Overlap")]
pub(crate) struct OverlapBody {
    /// The event.
    event: EventBriefBody,
    /// How the volunteer stands on its roster.
    status: String,
}

/// An event, as a history shows it.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "EventBrief")]
pub(crate) struct EventBriefBody {
    /// Its number.
    id: i64,
    /// Its name in addresses.
    slug: String,
    /// What it is called.
    title: String,
    /// Where it stands: draft, confirmed, published, completed, cancelled.
    status: String,
    /// When it begins (RFC 3339, with the local offset).
    starts_at: String,
    /// When it ends (RFC 3339, with the local offset).
    ends_at: Option<String>,
    /// The IANA time zone of the local times.
    time_zone: String,
    /// Where it is.
    location: String,
}

impl From<&EventBrief> for EventBriefBody {
    fn from(event: &EventBrief) -> Self {
        Self {
            id: event.id.get(),
            slug: event.slug.to_string(),
            title: event.title.clone(),
            status: event.status.as_str().to_owned(),
            starts_at: event.starts_at.to_rfc3339(),
            ends_at: event.ends_at.as_ref().map(LocalTime::to_rfc3339),
            time_zone: event.starts_at.zone.name().to_owned(),
            location: event.location.clone(),
        }
    }
}

/// An event, and how the volunteer stands on its roster.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "HistoryEntry")]
pub(crate) struct HistoryEntryBody {
    /// The event.
    event: EventBriefBody,
    /// How they stand on its roster.
    participation: ParticipationBody,
}

impl From<&HistoryEntry> for HistoryEntryBody {
    fn from(entry: &HistoryEntry) -> Self {
        Self { event: EventBriefBody::from(&entry.event), participation: ParticipationBody::from(&entry.participation) }
    }
}

/// A place on a roster, with whose it is.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "RosterEntry")]
pub(crate) struct RosterEntryBody {
    /// The place.
    participation: ParticipationBody,
    /// The volunteer's first name.
    first_name: String,
    /// The volunteer's last name.
    last_name: String,
    /// Their e-mail address.
    email: Option<String>,
    /// Their phone number.
    phone: Option<String>,
    /// Their organization.
    organization: Option<String>,
    /// Whether they are still active.
    active: bool,
    /// Whether they are not to be contacted.
    do_not_contact: bool,
}

impl From<&RosterEntry> for RosterEntryBody {
    fn from(entry: &RosterEntry) -> Self {
        Self {
            participation: ParticipationBody::from(&entry.participation),
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
#[derive(Debug, Object, Serialize)]
#[oai(rename = "RosterTotals")]
pub(crate) struct RosterTotalsBody {
    /// Asked to come.
    invited: u32,
    /// Waiting for a place.
    waitlisted: u32,
    /// Who will come.
    confirmed: u32,
    /// Who will not.
    declined: u32,
    /// Who was there.
    attended: u32,
    /// Who was confirmed and didn't come.
    no_show: u32,
    /// Minutes of all who attended, together.
    minutes: u32,
}

impl From<RosterTotals> for RosterTotalsBody {
    fn from(totals: RosterTotals) -> Self {
        let RosterTotals { invited, waitlisted, confirmed, declined, attended, no_show, minutes } = totals;
        Self { invited, waitlisted, confirmed, declined, attended, no_show, minutes }
    }
}
