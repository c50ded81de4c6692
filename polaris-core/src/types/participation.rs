//! How somebody stands on an event's roster, and the one table of what may follow what (R2).
//!
//! ```
//! use polaris_core::types::ParticipationStatus::{self, *};
//!
//! assert!(Invited.can_become(Confirmed));
//! assert!(!Confirmed.can_become(Invited));
//! assert!(Attended.takes_a_place() && !Waitlisted.takes_a_place());
//! assert_eq!(ParticipationStatus::parse("no_show").unwrap(), NoShow);
//! ```

use super::words::words;

words! {
    /// How somebody stands on an event's roster.
    ParticipationStatus, "roster status", exact {
        /// Asked to come; has not answered.
        Invited = "invited",
        /// Wants to come as soon as a place is free.
        Waitlisted = "waitlisted",
        /// Will come.
        Confirmed = "confirmed",
        /// Will not come.
        Declined = "declined",
        /// Was there.
        Attended = "attended",
        /// Was confirmed and didn't come.
        NoShow = "no_show",
    }
}

impl ParticipationStatus {
    /// What may follow this status. The only place that says so.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Invited => &[Self::Confirmed, Self::Waitlisted, Self::Declined, Self::Attended],
            Self::Waitlisted => &[Self::Confirmed, Self::Declined, Self::Attended],
            Self::Confirmed => &[Self::Declined, Self::Attended, Self::NoShow],
            Self::Declined => &[Self::Invited, Self::Confirmed, Self::Waitlisted, Self::Attended],
            // Back to confirmed: a mark made by mistake.
            Self::Attended => &[Self::NoShow, Self::Confirmed],
            Self::NoShow => &[Self::Attended, Self::Confirmed],
        }
    }

    /// Whether this status may become `to`. Staying is no step.
    #[must_use]
    pub fn can_become(self, to: Self) -> bool {
        self.next().contains(&to)
    }

    /// Whether it tells who came: only known once the event has begun.
    #[must_use]
    pub const fn is_attendance(self) -> bool {
        matches!(self, Self::Attended | Self::NoShow)
    }

    /// Whether it counts among those that the event wants.
    #[must_use]
    pub const fn takes_a_place(self) -> bool {
        matches!(self, Self::Confirmed | Self::Attended)
    }
}

words! {
    /// As what somebody takes part. Read in any case, with `-` or a space for `_`.
    ParticipationType, "way of taking part", folded {
        /// Helps.
        Volunteer = "volunteer",
        /// Speaks.
        Speaker = "speaker",
        /// Mentors.
        Mentor = "mentor",
        /// Leads a group.
        Facilitator = "facilitator",
        /// Organizes.
        Organizer = "organizer",
    }
}
