use polaris_core::types::{NoteOutcome, ParticipationStatus, instant_text};
use polaris_core::{
    MergeDecision, MergePlan, NoteAuthor, SavedVolunteer, Volunteer, VolunteerDetails, VolunteerNote, VolunteerOutcome,
    VolunteerSuggestion, VolunteerTotals,
};
use serde::Serialize;

use super::outreach::OutreachEntryView;
use super::roster::{EventBriefView, HistoryEntryView};

/// A volunteer.
#[derive(Serialize)]
pub(crate) struct VolunteerView {
    id: i64,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    organization: Option<String>,
    title: Option<String>,
    career_type: Option<String>,
    skills: Vec<String>,
    city: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
    notes: Option<String>,
    active: bool,
    email_opt_out: bool,
    do_not_contact: bool,
    version: u32,
    created_at: String,
    updated_at: String,
}

impl From<&Volunteer> for VolunteerView {
    fn from(volunteer: &Volunteer) -> Self {
        Self {
            id: volunteer.id.get(),
            first_name: volunteer.first_name.clone(),
            last_name: volunteer.last_name.clone(),
            email: volunteer.email.as_ref().map(ToString::to_string),
            phone: volunteer.phone.as_ref().map(ToString::to_string),
            organization: volunteer.organization.clone(),
            title: volunteer.title.clone(),
            career_type: volunteer.career_type.as_ref().map(|career| career.name.clone()),
            skills: volunteer.skills.clone(),
            city: volunteer.city.clone(),
            state: volunteer.state.clone(),
            postal_code: volunteer.postal_code.clone(),
            notes: volunteer.notes.clone(),
            active: volunteer.active,
            email_opt_out: volunteer.email_opt_out,
            do_not_contact: volunteer.do_not_contact,
            version: volunteer.version,
            created_at: instant_text(volunteer.created_at),
            updated_at: instant_text(volunteer.updated_at),
        }
    }
}

/// A volunteer who was added.
#[derive(Serialize)]
pub(crate) struct SavedVolunteerView {
    volunteer: VolunteerView,
    outcome: VolunteerOutcome,
}

impl From<&SavedVolunteer> for SavedVolunteerView {
    fn from(saved: &SavedVolunteer) -> Self {
        Self { volunteer: (&saved.volunteer).into(), outcome: saved.outcome }
    }
}

/// A volunteer as a whole.
#[derive(Serialize)]
pub(crate) struct VolunteerDetailsView {
    volunteer: VolunteerView,
    totals: TotalsView,
    participations: Vec<HistoryEntryView>,
    notes: Vec<NoteView>,
    outreach: Vec<OutreachEntryView>,
}

#[derive(Serialize)]
struct TotalsView {
    events: u32,
    attended: u32,
    no_shows: u32,
    minutes: u32,
}

impl From<&VolunteerDetails> for VolunteerDetailsView {
    fn from(details: &VolunteerDetails) -> Self {
        let VolunteerTotals { events, attended, no_shows, minutes } = details.totals;
        Self {
            volunteer: (&details.volunteer).into(),
            totals: TotalsView { events, attended, no_shows, minutes },
            participations: details.participations.iter().map(HistoryEntryView::from).collect(),
            notes: details.notes.iter().map(NoteView::from).collect(),
            outreach: details.outreach.iter().map(OutreachEntryView::from).collect(),
        }
    }
}

/// A volunteer, as far as a list of suggestions shows them.
#[derive(Serialize)]
pub(crate) struct SuggestionView {
    id: i64,
    first_name: String,
    last_name: String,
    organization: Option<String>,
}

impl From<&VolunteerSuggestion> for SuggestionView {
    fn from(one: &VolunteerSuggestion) -> Self {
        Self {
            id: one.id.get(),
            first_name: one.first_name.clone(),
            last_name: one.last_name.clone(),
            organization: one.organization.clone(),
        }
    }
}

/// A note on a volunteer.
#[derive(Serialize)]
pub(crate) struct NoteView {
    id: i64,
    volunteer_id: i64,
    noted_on: String,
    text: String,
    outcome: Option<NoteOutcome>,
    author: NoteAuthor,
    version: u32,
    created_at: String,
    updated_at: String,
}

impl From<&VolunteerNote> for NoteView {
    fn from(note: &VolunteerNote) -> Self {
        Self {
            id: note.id.get(),
            volunteer_id: note.volunteer_id.get(),
            noted_on: note.noted_on.to_string(),
            text: note.text.clone(),
            outcome: note.outcome,
            author: note.author.clone(),
            version: note.version,
            created_at: instant_text(note.created_at),
            updated_at: instant_text(note.updated_at),
        }
    }
}

/// What a merge will do, or did.
#[derive(Serialize)]
pub(crate) struct MergeView {
    survivor: VolunteerView,
    merged: VolunteerView,
    fields: Vec<FieldView>,
    participations: Vec<ParticipationsView>,
    notes: u32,
}

#[derive(Serialize)]
struct FieldView {
    field: String,
    decision: MergeDecision,
    dropped: Option<String>,
}

#[derive(Serialize)]
struct ParticipationsView {
    event: EventBriefView,
    survivor: Option<ParticipationStatus>,
    merged: ParticipationStatus,
    result: ParticipationStatus,
    dropped: Option<String>,
    double_entry: bool,
}

impl From<&MergePlan> for MergeView {
    fn from(plan: &MergePlan) -> Self {
        let fields = plan.fields.iter().map(|field| FieldView {
            field: field.field.clone(),
            decision: field.decision,
            dropped: field.dropped.clone(),
        });
        let participations = plan.participations.iter().map(|both| ParticipationsView {
            event: (&both.event).into(),
            survivor: both.survivor,
            merged: both.merged,
            result: both.result,
            dropped: both.dropped.clone(),
            double_entry: both.double_entry,
        });
        Self {
            survivor: (&plan.survivor).into(),
            merged: (&plan.merged).into(),
            fields: fields.collect(),
            participations: participations.collect(),
            notes: plan.notes,
        }
    }
}
