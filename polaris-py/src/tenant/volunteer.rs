//! Volunteers, notes on them and their merging as values. Personal: none of their reprs shows names, addresses or what is noted.

use polaris_core as core;

use super::outreach::OutreachEntry;
use super::roster::{EventBrief, HistoryEntry};
use crate::time::{Day, Instant};
use crate::value::value;

value! {
    /// One volunteer of a tenant.
    Volunteer from core::Volunteer [id, active, version] {
        /// Their number in this tenant; never used again.
        id: i64,
        /// Their first name.
        first_name: String,
        /// Their last name.
        last_name: String,
        /// Their e-mail address, unique in the tenant whatever its case.
        email: Option<String>,
        /// Their phone number, as it was typed.
        phone: Option<String>,
        /// Where they work or whom they come from.
        organization: Option<String>,
        /// What they are there.
        title: Option<String>,
        /// What kind of work they do.
        career_type: Option<CareerType>,
        /// What they can, by name.
        skills: Vec<String>,
        /// The city they live in.
        city: Option<String>,
        /// Its state.
        state: Option<String>,
        /// Its postal code.
        postal_code: Option<String>,
        /// What else to know of them.
        notes: Option<String>,
        /// Whether they are asked to take part at all.
        active: bool,
        /// Whether they want no mails that ask them to take part.
        email_opt_out: bool,
        /// Whether they are not to be asked at all, on any way.
        do_not_contact: bool,
        /// Rises with every change; give it back when editing.
        version: u32,
        /// When they were added.
        created_at: Instant,
        /// When they were last changed.
        updated_at: Instant,
    }
}

value! {
    /// One of the tenant's career types.
    CareerType from core::CareerType [id, name] {
        /// Its number in this tenant.
        id: i64,
        /// Its name.
        name: String,
    }
}

value! {
    /// A volunteer who was added.
    SavedVolunteer from core::SavedVolunteer [volunteer, outcome] {
        /// The volunteer.
        volunteer: Volunteer,
        /// `created`, or `reactivated` where a deactivated one had the e-mail address.
        outcome: String,
    }
}

value! {
    /// A volunteer as a whole: who they are, what they did, what is noted of them.
    VolunteerDetails from core::VolunteerDetails [volunteer, totals] {
        /// The volunteer.
        volunteer: Volunteer,
        /// What they did, in numbers.
        totals: VolunteerTotals,
        /// The latest events they were asked to, at most 20, the last one first.
        participations: Vec<HistoryEntry>,
        /// The latest notes, at most 20, the last one first.
        notes: Vec<VolunteerNote>,
        /// The latest times they were asked to an event, at most 20, the last one first. None where recruitment is switched off.
        outreach: Vec<OutreachEntry>,
    }
}

value! {
    /// What a volunteer did, in numbers.
    VolunteerTotals from core::VolunteerTotals [events, attended, no_shows, minutes] {
        /// On how many rosters they stand, in any status.
        events: u32,
        /// How many events they attended.
        attended: u32,
        /// How often they were confirmed and didn't come.
        no_shows: u32,
        /// Minutes of all they attended.
        minutes: u32,
    }
}

value! {
    /// A volunteer, as far as a list of suggestions shows them.
    VolunteerSuggestion from core::VolunteerSuggestion [id] {
        /// Their number.
        id: i64,
        /// Their first name.
        first_name: String,
        /// Their last name.
        last_name: String,
        /// Their organization, which tells people of one name apart.
        organization: Option<String>,
    }
}

value! {
    /// A note on a volunteer.
    VolunteerNote from core::VolunteerNote [id, volunteer_id, noted_on, outcome] {
        /// Its number in this tenant; never used again.
        id: i64,
        /// On whom.
        volunteer_id: i64,
        /// The day it is about, local to the tenant.
        noted_on: Day,
        /// What it says.
        text: String,
        /// What came of it: `interested`, `follow_up`, `accepted` or `declined`.
        outcome: Option<String>,
        /// Who wrote it.
        author: NoteAuthor,
        /// Rises with every change; give it back when editing.
        version: u32,
        /// When it was written.
        created_at: Instant,
        /// When it was last changed.
        updated_at: Instant,
    }
}

value! {
    /// Who wrote a note or logged outreach, as they were called then.
    NoteAuthor from core::NoteAuthor [kind, id] {
        /// `tenant_user`, `staff`, or `system` for programs without a person.
        kind: String,
        /// Their number, if they have one.
        id: Option<i64>,
        /// Their name, if they have one.
        name: Option<String>,
    }
}

value! {
    /// What a merge will do, or did.
    MergePlan from core::MergePlan [survivor, merged, fields, participations, notes] {
        /// The one who survives, as they will be.
        survivor: Volunteer,
        /// The one who goes, as they are.
        merged: Volunteer,
        /// What is done with fields in which they differ.
        fields: Vec<MergedField>,
        /// The events of the one who goes, the last one first.
        participations: Vec<MergedParticipation>,
        /// How many notes the survivor gets from the other.
        notes: u32,
    }
}

value! {
    /// What a merge does with a field.
    MergedField from core::MergedField [field, decision] {
        /// The field's name.
        field: String,
        /// `kept` (the survivor's differs), `filled` (from the other) or `combined`.
        decision: String,
        /// The other's value where it is not kept, and skills beyond the 50 that anybody has: a note will hold it.
        dropped: Option<String>,
    }
}

value! {
    /// What a merge does with an event on whose roster the other stands.
    MergedParticipation from core::MergedParticipation [event, survivor, merged, result] {
        /// The event.
        event: EventBrief,
        /// How the survivor stands on its roster, if they do.
        survivor: Option<String>,
        /// How the other does.
        merged: String,
        /// How the survivor will.
        result: String,
        /// What is not kept of the place that says less, as text: another type, other minutes, notes for which there is no room. A note will hold it.
        dropped: Option<String>,
        /// Whether the event stands in their calendar twice, by an invite to each address: then a mail to the other's takes that entry out.
        double_entry: bool,
    }
}
