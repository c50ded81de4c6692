//! What kind of event, in what form, in which state; and the one table of the steps from state to state (E3).
//!
//! ```
//! use polaris_core::types::{EventStatus, EventStep, EventType};
//!
//! assert_eq!(EventType::parse("Career Fair").unwrap(), EventType::CareerFair);
//! assert!(EventStatus::Draft.can_become(EventStatus::Published));
//! assert!(EventStatus::Cancelled.is_final());
//! assert_eq!(EventStep::Publish.from(), [EventStatus::Draft, EventStatus::Confirmed]);
//! ```

use super::words::words;

/// The colour, as `#rrggbb`, of the operator's own events in a tenant's calendar.
pub const HOST_EVENT_COLOUR: &str = "#adb5bd";

words! {
    /// How people take part.
    EventFormat, "event format", exact {
        /// All in one place.
        InPerson = "in_person",
        /// On line.
        Virtual = "virtual",
    }
}

words! {
    /// Where an event stands in its life.
    EventStatus, "event status", exact {
        /// Being prepared; only those who manage events see it.
        Draft = "draft",
        /// Takes place; open for sign-up, but not listed publicly.
        Confirmed = "confirmed",
        /// Takes place and is listed publicly.
        Published = "published",
        /// Has taken place. Final.
        Completed = "completed",
        /// Does not take place. Final.
        Cancelled = "cancelled",
    }
}

words! {
    /// A step in the life of an event, named as the operation that takes it: `publish` is what `events_publish` does.
    EventStep, "step in the life of an event", exact {
        /// It will take place.
        Confirm = "confirm",
        /// It is being prepared again.
        ReturnToDraft = "return_to_draft",
        /// It is listed publicly.
        Publish = "publish",
        /// It takes place, but is no longer listed publicly.
        Unpublish = "unpublish",
        /// It has taken place; not before its start.
        Complete = "complete",
        /// It doesn't take place.
        Cancel = "cancel",
    }
}

impl EventStep {
    /// The states it can be taken from, and the one it leads to. The one table of the life cycle.
    const fn ends(self) -> (&'static [EventStatus], EventStatus) {
        use EventStatus::{Cancelled, Completed, Confirmed, Draft, Published};
        match self {
            Self::Confirm => (&[Draft], Confirmed),
            Self::ReturnToDraft => (&[Confirmed], Draft),
            Self::Publish => (&[Draft, Confirmed], Published),
            Self::Unpublish => (&[Published], Confirmed),
            Self::Complete => (&[Confirmed, Published], Completed),
            Self::Cancel => (&[Draft, Confirmed, Published], Cancelled),
        }
    }

    /// The states it can be taken from.
    #[must_use]
    pub const fn from(self) -> &'static [EventStatus] {
        self.ends().0
    }

    /// The state it leads to.
    #[must_use]
    pub const fn to(self) -> EventStatus {
        self.ends().1
    }
}

impl EventStatus {
    /// The step that leads from this state to `to`, if one does.
    #[must_use]
    pub fn step_to(self, to: Self) -> Option<EventStep> {
        EventStep::ALL.iter().copied().find(|step| step.to() == to && step.from().contains(&self))
    }

    /// The states an event may go to from this one.
    #[must_use]
    pub fn next(self) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|to| self.can_become(*to)).collect()
    }

    /// Whether an event may go from this state to `to`. Staying is no step.
    #[must_use]
    pub fn can_become(self, to: Self) -> bool {
        self.step_to(to).is_some()
    }

    /// Whether nothing follows this state.
    #[must_use]
    pub fn is_final(self) -> bool {
        self.next().is_empty()
    }

    /// The colour of such events in a calendar, as `#rrggbb`.
    #[must_use]
    pub const fn colour(self) -> &'static str {
        match self {
            Self::Draft => "#6c757d",
            Self::Confirmed => "#28a745",
            Self::Published => "#007bff",
            Self::Completed => "#A0A0A0",
            Self::Cancelled => "#dc3545",
        }
    }
}

words! {
    /// Why an event was cancelled.
    CancelReason, "reason to cancel", folded {
        Weather = "weather",
        PresenterCancelled = "presenter_cancelled",
        TeacherCancelled = "teacher_cancelled",
        SchoolConflict = "school_conflict",
        TechnicalIssues = "technical_issues",
        LowEnrollment = "low_enrollment",
        SchedulingError = "scheduling_error",
        /// Something else, which a note tells.
        Other = "other",
    }
}

words! {
    /// What kind of event it is. Read in any case, with `-` or a space for `_`.
    EventType, "event type", folded {
        InPerson = "in_person",
        VirtualSession = "virtual_session",
        ConnectorSession = "connector_session",
        CareerJumping = "career_jumping",
        CareerSpeaker = "career_speaker",
        EmployabilitySkills = "employability_skills",
        Ignite = "ignite",
        CareerFair = "career_fair",
        ClientConnectedProject = "client_connected_project",
        PathwayCampusVisits = "pathway_campus_visits",
        WorkplaceVisit = "workplace_visit",
        PathwayWorkplaceVisits = "pathway_workplace_visits",
        CollegeOptions = "college_options",
        DiaClassroomSpeaker = "dia_classroom_speaker",
        Dia = "dia",
        CampusVisit = "campus_visit",
        AdvisorySessions = "advisory_sessions",
        VolunteerOrientation = "volunteer_orientation",
        VolunteerEngagement = "volunteer_engagement",
        Mentoring = "mentoring",
        FinancialLiteracy = "financial_literacy",
        MathRelays = "math_relays",
        ClassroomSpeaker = "classroom_speaker",
        Internship = "internship",
        CollegeApplicationFair = "college_application_fair",
        Fafsa = "fafsa",
        ClassroomActivity = "classroom_activity",
        Historical = "historical",
        DataViz = "data_viz",
        P2gd = "p2gd",
        Sla = "sla",
        Healthstart = "healthstart",
        P2t = "p2t",
        Bfi = "bfi",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_pair_of_states_follows_the_table() {
        // Rows from, columns to: draft, confirmed, published, completed, cancelled.
        let allowed = [
            ("draft", [0, 1, 1, 0, 1]),
            ("confirmed", [1, 0, 1, 1, 1]),
            ("published", [0, 1, 0, 1, 1]),
            ("completed", [0, 0, 0, 0, 0]),
            ("cancelled", [0, 0, 0, 0, 0]),
        ];
        for (from, row) in allowed {
            let from = EventStatus::parse(from).unwrap();
            for (&to, expected) in EventStatus::ALL.iter().zip(row) {
                assert_eq!(from.can_become(to), expected == 1, "{from} to {to}");
            }
            assert_eq!(from.is_final(), row == [0; 5]);
        }
    }

    #[test]
    fn colours_are_those_of_the_calendar() {
        let colours = EventStatus::ALL.iter().map(|status| status.colour()).collect::<Vec<_>>();
        assert_eq!(colours, ["#6c757d", "#28a745", "#007bff", "#A0A0A0", "#dc3545"]);
    }

    #[test]
    fn all_34_types_are_read_as_value_and_as_the_name_older_programs_send() {
        assert_eq!(EventType::ALL.len(), 34);
        for &kind in EventType::ALL {
            for written in [kind.to_string(), kind.as_str().to_uppercase(), kind.as_str().replace('_', "-")] {
                assert_eq!(EventType::parse(&written).unwrap(), kind);
            }
        }
    }

    #[test]
    fn an_unknown_word_is_told_what_is_allowed() {
        let status = EventStatus::parse("Published").unwrap_err();
        assert_eq!(status.code, "UNKNOWN_VALUE");
        assert!(status.message.ends_with("draft, confirmed, published, completed, cancelled"));
        let kind = EventType::parse("<b>gala</b>").unwrap_err();
        assert!(kind.message.contains("all 34 under `EventType`") && !kind.message.contains("gala"));
    }
}
