//! What is sent to people and to their calendars.

pub(crate) mod compose;
pub(crate) mod ical;
pub(crate) mod invites;
pub(crate) mod letter;
pub(crate) mod links;
pub(crate) mod message;
pub(crate) mod outbox;
pub(crate) mod signup;
mod told;

#[cfg(test)]
mod tests;
