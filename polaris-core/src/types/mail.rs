//! What mails are about.
//!
//! ```
//! use polaris_core::types::MailKind;
//!
//! assert_eq!(MailKind::parse("signup_confirmed").unwrap(), MailKind::SignupConfirmed);
//! assert!(MailKind::Outreach.is_outreach() && !MailKind::EventCancelled.is_outreach());
//! ```

use super::words::words;

words! {
    /// What a mail is about. Each kind has a text of its own, which a tenant may write anew.
    MailKind, "kind of mail", exact {
        /// To a new user: set a first password.
        Invitation = "invitation",
        /// To a user: set a new password in place of a forgotten one.
        Reset = "reset",
        /// To a volunteer who signed up and has a place.
        SignupConfirmed = "signup_confirmed",
        /// To a volunteer who signed up and is on the waitlist.
        SignupWaitlisted = "signup_waitlisted",
        /// To a volunteer who came from the waitlist to a place.
        SignupPromoted = "signup_promoted",
        /// To a volunteer who cancelled their own sign-up.
        SignupCancelled = "signup_cancelled",
        /// To a volunteer whose place staff took back, with the invite that they had.
        SignupRemoved = "signup_removed",
        /// To a volunteer who stood on a list under two records that became one, and has the event in their calendar twice.
        SignupMerged = "signup_merged",
        /// To people of an event whose time or place changed.
        EventChanged = "event_changed",
        /// To people of an event that was cancelled.
        EventCancelled = "event_cancelled",
        /// To a volunteer who is asked to come.
        Outreach = "outreach",
    }
}

impl MailKind {
    /// Whether it is outreach, which people can opt out of; everything else is about what they or their organisation did.
    #[must_use]
    pub const fn is_outreach(self) -> bool {
        matches!(self, Self::Outreach)
    }
}

words! {
    /// Where a mail stands.
    MailState, "state of a mail", exact {
        /// It waits for its turn: the first, or another after one that failed.
        Waiting = "waiting",
        /// It is being sent right now.
        Sending = "sending",
        /// A mail server, or the folder, has taken it.
        Sent = "sent",
        /// It was refused for good, or could not be sent for three days.
        Failed = "failed",
        /// It is held back: for a recipient who may not get mails, in a restored database, or because it has become pointless.
        Held = "held",
    }
}
