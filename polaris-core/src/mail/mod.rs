//! What is sent to people and to their calendars.

pub(crate) mod ical;
pub(crate) mod message;
pub(crate) mod outbox;
