//! Whether people can sign up for an event, and what became of a sign-up.
//!
//! ```
//! use polaris_core::types::{SignupState, SignupStatus};
//!
//! assert!(SignupState::Waitlist.takes_people() && !SignupState::Begun.takes_people());
//! assert_eq!(SignupStatus::parse("waitlisted").unwrap(), SignupStatus::Waitlisted);
//! ```

use super::words::words;

words! {
    /// Whether people can sign up for an event at this moment, and if not, why.
    SignupState, "state of sign-up", exact {
        /// Who signs up has a place.
        Open = "open",
        /// All places are taken: who signs up comes onto the waitlist.
        Waitlist = "waitlist",
        /// All places are taken, and this tenant keeps no waitlist.
        Full = "full",
        /// The deadline for signing up has passed.
        DeadlinePassed = "deadline_passed",
        /// It has begun, and may be over.
        Begun = "begun",
        /// It has taken place.
        Completed = "completed",
        /// It was cancelled.
        Cancelled = "cancelled",
        /// It is being changed, and is not public at present.
        Withdrawn = "withdrawn",
    }
}

impl SignupState {
    /// Whether somebody can sign up, for a place or for the waitlist.
    #[must_use]
    pub const fn takes_people(self) -> bool {
        matches!(self, Self::Open | Self::Waitlist)
    }

    /// Whether sign-up is over, other than for want of places.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        !matches!(self, Self::Open | Self::Waitlist | Self::Full)
    }

    /// In words, for people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Open => "you can sign up for this event",
            Self::Waitlist => "this event is full; who signs up comes onto its waitlist",
            Self::Full => "this event is full and takes no more sign-ups",
            Self::DeadlinePassed => "sign-up for this event is over: its deadline has passed",
            Self::Begun => "sign-up for this event is over: it has begun",
            Self::Completed => "sign-up for this event is over: it has taken place",
            Self::Cancelled => "this event was cancelled",
            Self::Withdrawn => "this event takes no sign-ups at present",
        }
    }
}

words! {
    /// What became of a sign-up. It follows from the event alone, and says nothing of whether somebody was known.
    SignupStatus, "what became of a sign-up", exact {
        /// There was a place.
        Confirmed = "confirmed",
        /// All places were taken.
        Waitlisted = "waitlisted",
    }
}
