//! What mails say unless a tenant wrote it anew.

use super::Texts;
use crate::types::MailKind;

macro_rules! usual {
    ($($kind:ident = $name:literal;)*) => {
        /// The usual texts of a kind of mail.
        pub(crate) fn usual(kind: MailKind) -> Texts {
            let (text, html) = match kind {
                $(MailKind::$kind => (
                    include_str!(concat!("../templates/", $name, ".txt")),
                    include_str!(concat!("../templates/", $name, ".html")),
                ),)*
            };
            // The first line is the subject, the second is blank.
            let (subject, text) = text.split_once("\n\n").unwrap_or((text, text));
            Texts { subject: subject.to_owned(), text: text.to_owned(), html: Some(html.to_owned()), own: false }
        }
    };
}

usual! {
    Invitation = "invitation";
    Reset = "reset";
    SignupConfirmed = "signup_confirmed";
    SignupWaitlisted = "signup_waitlisted";
    SignupPromoted = "signup_promoted";
    SignupCancelled = "signup_cancelled";
    SignupRemoved = "signup_removed";
    SignupMerged = "signup_merged";
    EventChanged = "event_changed";
    EventCancelled = "event_cancelled";
    Outreach = "outreach";
}
