use polaris_core::types::{EventType, ParticipationStatus, instant_text};
use polaris_core::{Candidate, Dashboard, DashboardEvent, DashboardTotals, LeftOut, LeftOutReason, ScoreParts, UrgencyLevel};
use serde::Serialize;

use super::page::{Items, PageView};
use super::roster::EventBriefView;
use super::volunteer::VolunteerView;

/// The events that need volunteers, and how many there are.
#[derive(Serialize)]
pub(crate) struct DashboardView<'d> {
    totals: TotalsView,
    #[serde(flatten)]
    events: PageView<Items<'d, DashboardEventView, DashboardEvent>>,
}

#[derive(Serialize)]
struct TotalsView {
    events: u32,
    critical: u32,
    warning: u32,
    on_track: u32,
    open_places: u32,
}

impl<'d> From<&'d Dashboard> for DashboardView<'d> {
    fn from(dashboard: &'d Dashboard) -> Self {
        let DashboardTotals { events, critical, warning, on_track, open_places } = dashboard.totals;
        let totals = TotalsView { events, critical, warning, on_track, open_places };
        Self { totals, events: PageView::<DashboardEventView>::of(&dashboard.events) }
    }
}

/// An event that needs volunteers.
#[derive(Serialize)]
pub(crate) struct DashboardEventView {
    event: EventBriefView,
    event_type: Option<EventType>,
    volunteers_needed: u32,
    volunteers_registered: u32,
    days: i64,
    fill_percent: u32,
    score: u8,
    level: UrgencyLevel,
}

impl From<&DashboardEvent> for DashboardEventView {
    fn from(of: &DashboardEvent) -> Self {
        Self {
            event: (&of.event).into(),
            event_type: of.event_type,
            volunteers_needed: of.volunteers_needed,
            volunteers_registered: of.volunteers_registered,
            days: of.days,
            fill_percent: of.fill_percent,
            score: of.score,
            level: of.level,
        }
    }
}

/// Somebody who may be asked to an event.
#[derive(Serialize)]
pub(crate) struct CandidateView {
    volunteer: VolunteerView,
    score: u8,
    parts: ScoreParts,
    reasons: Vec<String>,
    attended: u32,
    last_attended_at: Option<String>,
    last_asked_at: Option<String>,
}

impl From<&Candidate> for CandidateView {
    fn from(candidate: &Candidate) -> Self {
        Self {
            volunteer: (&candidate.volunteer).into(),
            score: candidate.score,
            parts: candidate.parts,
            reasons: candidate.reasons.clone(),
            attended: candidate.attended,
            last_attended_at: candidate.last_attended_at.map(instant_text),
            last_asked_at: candidate.last_asked_at.map(instant_text),
        }
    }
}

/// Somebody who is no candidate for an event.
#[derive(Serialize)]
pub(crate) struct LeftOutView {
    volunteer_id: i64,
    first_name: String,
    last_name: String,
    reasons: Vec<LeftOutReason>,
    roster_status: Option<ParticipationStatus>,
}

impl From<&LeftOut> for LeftOutView {
    fn from(out: &LeftOut) -> Self {
        Self {
            volunteer_id: out.volunteer_id.get(),
            first_name: out.first_name.clone(),
            last_name: out.last_name.clone(),
            reasons: out.reasons.clone(),
            roster_status: out.roster_status,
        }
    }
}
