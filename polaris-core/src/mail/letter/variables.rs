//! What the texts of a mail may name: for each kind a list, in which each name says what it stands for.

use crate::types::MailKind;

/// Something that the texts of a mail may name in double braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct TemplateVariable {
    /// What it is called.
    pub name: &'static str,
    /// What it stands for.
    pub meaning: &'static str,
    /// Whether it may be empty: then the words round it should be under a condition.
    pub may_be_empty: bool,
    /// Whether only the HTML of a mail may name it.
    pub html_only: bool,
    /// Whether the text, and the HTML if there is one, must name it: without it the mail would be of no use, or against the law.
    pub required: bool,
}

const fn plain(name: &'static str, meaning: &'static str) -> TemplateVariable {
    TemplateVariable { name, meaning, may_be_empty: false, html_only: false, required: false }
}

const fn perhaps(name: &'static str, meaning: &'static str) -> TemplateVariable {
    TemplateVariable { may_be_empty: true, ..plain(name, meaning) }
}

const fn required(name: &'static str, meaning: &'static str) -> TemplateVariable {
    TemplateVariable { name, meaning, may_be_empty: false, html_only: false, required: true }
}

const EVERY: &[TemplateVariable] = &[
    perhaps("first_name", "the first name of whom it goes to; empty where it could be read as a link"),
    perhaps("last_name", "their last name; empty where it could be read as a link"),
    plain("tenant", "the tenant's name"),
    perhaps("reply_to", "the e-mail address that answers go to"),
    TemplateVariable { html_only: true, ..plain("button", "how links look that are buttons, for a `style`") },
];

const ACCOUNT: &[TemplateVariable] = &[
    required("link", "the address of the page to set a password on"),
    plain("expires", "until when the link is good"),
    plain("login", "the e-mail address they log in with"),
];

const EVENT: &[TemplateVariable] = &[
    plain("title", "the event's title"),
    plain("when", "its date and time, in its time zone"),
    plain("place", "where it is: location and school"),
    plain("location", "its location"),
    perhaps("school", "its school"),
    plain("details", "title, date and time, and place together, as a block"),
    perhaps("additional_info", "what else people should know, of several lines"),
    perhaps("event_link", "the address of its page for sign-up"),
];

const MANAGE: &[TemplateVariable] = &[perhaps("manage_link", "the address of the page to see and cancel one's sign-up")];

const MERGED: &[TemplateVariable] = &[perhaps("signed_up", "the word yes; empty where they have left the list by now")];

const CHANGED: &[TemplateVariable] = &[
    perhaps("changes", "what was and what is now, as a block; empty where it is again as it was"),
    perhaps("was_when", "the date and time before, where they changed"),
    perhaps("was_place", "the place before, where it changed"),
];

const CANCELLED: &[TemplateVariable] = &[perhaps("reason", "why, in words")];

const OUTREACH: &[TemplateVariable] = &[
    plain("subject", "the subject that the coordinator wrote"),
    required("message", "what the coordinator wrote, of several lines"),
    required("unsubscribe_link", "the address of the page to get no more such mails"),
];

/// What the texts of mails of this kind may name.
pub(crate) fn variables(kind: MailKind) -> Vec<TemplateVariable> {
    let own: &[&[TemplateVariable]] = match kind {
        MailKind::Invitation | MailKind::Reset => &[ACCOUNT],
        MailKind::SignupConfirmed | MailKind::SignupWaitlisted | MailKind::SignupPromoted => &[EVENT, MANAGE],
        MailKind::SignupCancelled | MailKind::SignupRemoved => &[EVENT],
        MailKind::SignupMerged => &[EVENT, MERGED],
        MailKind::EventChanged => &[EVENT, CHANGED, MANAGE],
        MailKind::EventCancelled => &[EVENT, CANCELLED],
        MailKind::Outreach => &[OUTREACH, EVENT],
    };
    [EVERY].iter().chain(own).flat_map(|some| some.iter().copied()).collect()
}
