//! Rosters as values.

use polaris_core as core;

use crate::time::{Instant, Moment};
use crate::value::value;

value! {
    /// Somebody's place on an event's roster. Stamps are None where the present status says otherwise.
    Participation from core::Participation [id, event_id, volunteer_id, status, participation_type] {
        /// Its number in this tenant; never used again.
        id: i64,
        /// Of which event.
        event_id: i64,
        /// Whose.
        volunteer_id: i64,
        /// `invited`, `waitlisted`, `confirmed`, `declined`, `attended` or `no_show`.
        status: String,
        /// `volunteer`, `speaker`, `mentor`, `facilitator` or `organizer`.
        participation_type: String,
        /// What to know of this one's taking part.
        notes: Option<String>,
        /// Whether a calendar invite was sent to them.
        has_invite: bool,
        /// When they signed up themselves, if they did.
        signed_up_at: Option<Instant>,
        /// When they were invited.
        invited_at: Option<Instant>,
        /// When they came onto the waitlist.
        waitlisted_at: Option<Instant>,
        /// When they were confirmed.
        confirmed_at: Option<Instant>,
        /// When they declined.
        declined_at: Option<Instant>,
        /// When it was noted that they attended.
        attended_at: Option<Instant>,
        /// When it was noted that they didn't come.
        no_show_at: Option<Instant>,
        /// Minutes they attended. Only of those who attended.
        minutes: Option<u32>,
        /// Rises with every change; give it back when editing.
        version: u32,
        /// When they were put on the roster.
        created_at: Instant,
        /// When this was last changed.
        updated_at: Instant,
    }
}

value! {
    /// A place that was given or changed.
    Placed from core::Placed [participation, overlaps] {
        /// The place.
        participation: Participation,
        /// Other events at the same time to which the volunteer is asked or comes: a warning, and no hindrance.
        overlaps: Vec<Overlap>,
    }
}

value! {
    /// Another event at the same time.
    Overlap from core::Overlap [event, status] {
        /// The event.
        event: EventBrief,
        /// How the volunteer stands on its roster.
        status: String,
    }
}

value! {
    /// An event, as a history shows it.
    EventBrief from core::EventBrief [id, slug, title, status, starts_at] {
        /// Its number.
        id: i64,
        /// Its name in addresses.
        slug: String,
        /// What it is called.
        title: String,
        /// Where it stands in its life cycle.
        status: String,
        /// When it begins.
        starts_at: Moment,
        /// When it ends, if that is known.
        ends_at: Option<Moment>,
        /// Where it is.
        location: String,
    }
}

value! {
    /// An event, and how the volunteer stands on its roster.
    HistoryEntry from core::HistoryEntry [event, participation] {
        /// The event.
        event: EventBrief,
        /// How they stand on its roster.
        participation: Participation,
    }
}

value! {
    /// A place on a roster, with whose it is. Personal: repr shows no names and no addresses.
    RosterEntry from core::RosterEntry [participation, active] {
        /// The place.
        participation: Participation,
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
}

value! {
    /// How many stand how on a roster.
    RosterTotals from core::RosterTotals [invited, waitlisted, confirmed, declined, attended, no_show, minutes] {
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
}
