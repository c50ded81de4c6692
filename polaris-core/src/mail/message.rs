//! A mail, whole: what a transport is given.

/// A mail as it is sent, but for the address it comes from and its `Message-ID`, which are the transport's.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// The name it comes from; the tenant's unless it settled another.
    pub(crate) from_name: String,
    /// Where answers go, if not to where it comes from.
    pub(crate) reply_to: Option<String>,
    /// The name of whom it goes to.
    pub(crate) to_name: Option<String>,
    /// The address it goes to.
    pub(crate) to: String,
    pub(crate) subject: String,
    /// For programs that show plain text.
    pub(crate) text: String,
    /// For programs that show HTML: a whole document.
    pub(crate) html: String,
    /// A calendar invite or its cancellation.
    pub(crate) invite: Option<Invite>,
    /// The address that ends outreach with one click (RFC 8058); outreach only.
    pub(crate) unsubscribe: Option<String>,
}

/// A calendar invite (RFC 5546), sent as a part `text/calendar; method=…` and as a file.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Invite {
    /// `REQUEST` or `CANCEL`.
    pub(crate) method: &'static str,
    /// The whole calendar.
    pub(crate) text: String,
}
