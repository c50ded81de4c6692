//! How somebody was asked to come to an event, and what came of it (C3).
//!
//! ```
//! use polaris_core::types::{OutreachMethod, OutreachOutcome};
//!
//! assert_eq!(OutreachMethod::parse("In person").unwrap(), OutreachMethod::InPerson);
//! assert_eq!(OutreachOutcome::parse("no_response").unwrap(), OutreachOutcome::NoResponse);
//! assert_eq!(OutreachOutcome::parse("maybe").unwrap_err().code, "UNKNOWN_VALUE");
//! ```

use super::words::words;

words! {
    /// How somebody was asked. Read in any case, with `-` or a space for `_`.
    OutreachMethod, "method", folded {
        /// By e-mail.
        Email = "email",
        /// By phone.
        Phone = "phone",
        /// By text message.
        Text = "text",
        /// Face to face.
        InPerson = "in_person",
    }
}

words! {
    /// What came of asking. Read in any case, with `-` or a space for `_`.
    OutreachOutcome, "outcome", folded {
        /// Asked; nothing is known yet.
        Pending = "pending",
        /// They didn't answer.
        NoResponse = "no_response",
        /// They may come.
        Interested = "interested",
        /// They will not come.
        Declined = "declined",
        /// They will come.
        Confirmed = "confirmed",
    }
}
