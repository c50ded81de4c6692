//! The shapes of recruitment.

use poem_openapi::Object;
use polaris_core::types::{EventType, ParticipationStatus};
use polaris_core::{Candidate, Dashboard, DashboardEvent, DashboardTotals, LeftOut, LeftOutReason, ScoreParts, Weights};
use serde::Serialize;

use super::wire_rosters::EventBriefBody;
use super::wire_volunteers::VolunteerBody;
use crate::public_api::utc;

/// The events that need volunteers, and how many there are.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Dashboard")]
pub(crate) struct DashboardBody {
    /// Of all of them, not only this page's.
    totals: DashboardTotalsBody,
    /// By level, then score, then start, then number.
    events: Vec<DashboardEventBody>,
}

impl From<&Dashboard> for DashboardBody {
    fn from(dashboard: &Dashboard) -> Self {
        Self { totals: dashboard.totals.into(), events: dashboard.events.items.iter().map(DashboardEventBody::from).collect() }
    }
}

/// How many events need volunteers, and how many of them.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "DashboardTotals")]
pub(crate) struct DashboardTotalsBody {
    /// Events that need volunteers.
    events: u32,
    /// Those that are critical.
    critical: u32,
    /// Those that are a warning.
    warning: u32,
    /// Those that are on track.
    on_track: u32,
    /// Volunteers still missing at all of them.
    open_places: u32,
}

impl From<DashboardTotals> for DashboardTotalsBody {
    fn from(DashboardTotals { events, critical, warning, on_track, open_places }: DashboardTotals) -> Self {
        Self { events, critical, warning, on_track, open_places }
    }
}

/// An event that needs volunteers.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "DashboardEvent")]
pub(crate) struct DashboardEventBody {
    /// The event.
    event: EventBriefBody,
    /// What kind of event it is.
    event_type: Option<String>,
    /// How many volunteers it needs.
    volunteers_needed: u32,
    /// How many are confirmed or attended.
    volunteers_registered: u32,
    /// Days from today to its start, by the tenant's calendar.
    days: i64,
    /// How much of the need is covered, in percent, rounded down.
    fill_percent: u32,
    /// How urgent it is: 15 (far off, nearly full) to 150 (today, empty).
    score: u32,
    /// `critical` (in three days or less, not half full), `warning` (in seven or less, not three quarters full) or `on_track`.
    level: String,
}

impl From<&DashboardEvent> for DashboardEventBody {
    fn from(of: &DashboardEvent) -> Self {
        Self {
            event: EventBriefBody::from(&of.event),
            event_type: of.event_type.map(EventType::as_str).map(str::to_owned),
            volunteers_needed: of.volunteers_needed,
            volunteers_registered: of.volunteers_registered,
            days: of.days,
            fill_percent: of.fill_percent,
            score: of.score.into(),
            level: of.level.as_str().to_owned(),
        }
    }
}

/// Somebody who may be asked to an event.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Candidate")]
pub(crate) struct CandidateBody {
    /// The volunteer.
    volunteer: VolunteerBody,
    /// 0 to 100: the parts together.
    score: u32,
    /// The points, part by part.
    parts: ScorePartsBody,
    /// Why, a line for each part in their order, such as `attended 3 events (+15)`.
    reasons: Vec<String>,
    /// How many events they attended.
    attended: u32,
    /// When the last of them began (UTC).
    last_attended_at: Option<String>,
    /// When they were last asked to an event (UTC), if they ever were.
    last_asked_at: Option<String>,
}

impl From<&Candidate> for CandidateBody {
    fn from(candidate: &Candidate) -> Self {
        Self {
            volunteer: VolunteerBody::from(&candidate.volunteer),
            score: candidate.score.into(),
            parts: candidate.parts.into(),
            reasons: candidate.reasons.clone(),
            attended: candidate.attended,
            last_attended_at: candidate.last_attended_at.map(utc),
            last_asked_at: candidate.last_asked_at.map(utc),
        }
    }
}

/// The points of a candidate, part by part.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ScoreParts")]
pub(crate) struct ScorePartsBody {
    /// For events attended.
    history: u32,
    /// For how long ago the last one was.
    recency: u32,
    /// For skills the event wants.
    skills: u32,
    /// For living near the event's school.
    proximity: u32,
    /// For being free then.
    availability: u32,
}

impl From<ScoreParts> for ScorePartsBody {
    fn from(ScoreParts { history, recency, skills, proximity, availability }: ScoreParts) -> Self {
        Self {
            history: history.into(),
            recency: recency.into(),
            skills: skills.into(),
            proximity: proximity.into(),
            availability: availability.into(),
        }
    }
}

/// Somebody who is no candidate for an event.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "LeftOutVolunteer")]
pub(crate) struct LeftOutBody {
    /// The volunteer's number.
    volunteer_id: i64,
    /// Their first name.
    first_name: String,
    /// Their last name.
    last_name: String,
    /// All of `inactive`, `do_not_contact`, `unreachable` (neither e-mail nor phone), `on_roster` (and did not decline) that apply.
    reasons: Vec<String>,
    /// How they stand on the event's roster, if they are on it.
    roster_status: Option<String>,
}

impl From<&LeftOut> for LeftOutBody {
    fn from(out: &LeftOut) -> Self {
        Self {
            volunteer_id: out.volunteer_id.get(),
            first_name: out.first_name.clone(),
            last_name: out.last_name.clone(),
            reasons: out.reasons.iter().copied().map(LeftOutReason::as_str).map(str::to_owned).collect(),
            roster_status: out.roster_status.map(ParticipationStatus::as_str).map(str::to_owned),
        }
    }
}

/// What the parts of a candidate's score count for.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Weights")]
pub(crate) struct WeightsBody {
    /// Events attended.
    history: u32,
    /// How long ago the last one was.
    recency: u32,
    /// Skills the event wants.
    skills: u32,
    /// How near the event's school they live.
    proximity: u32,
    /// Whether they are free then.
    availability: u32,
}

impl From<Weights> for WeightsBody {
    fn from(Weights { history, recency, skills, proximity, availability }: Weights) -> Self {
        Self {
            history: history.into(),
            recency: recency.into(),
            skills: skills.into(),
            proximity: proximity.into(),
            availability: availability.into(),
        }
    }
}

/// What the parts of a candidate's score shall count for: all five, together 100.
#[derive(Debug, Object)]
#[oai(rename = "NewWeights")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewWeightsBody {
    /// Events attended.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    history: i64,
    /// How long ago the last one was.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    recency: i64,
    /// Skills the event wants.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    skills: i64,
    /// How near the event's school they live.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    proximity: i64,
    /// Whether they are free then.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    availability: i64,
}
