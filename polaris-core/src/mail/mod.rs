//! What is sent to people and to their calendars.
//!
//! | file | holds |
//! |---|---|
//! | `outbox` | the rows that mails are until they are sent |
//! | `signup` | mails about a place at an event |
//! | `compose`, `letter`, `told`, `links`, `invites`, `message` | what a mail says, made when it is its turn |
//! | `mime`, `ical` | how it is written |
//! | `config`, `transport` | what carries it |
//! | `turns` | one tenant's outbox: whose turn it is, and what became of it |
//! | `rounds`, `worker` | going round the tenants, in the background or once |
//! | `state` | how that goes |

pub(crate) mod compose;
pub(crate) mod config;
pub(crate) mod ical;
pub(crate) mod invites;
pub(crate) mod letter;
pub(crate) mod links;
pub(crate) mod message;
pub(crate) mod mime;
pub(crate) mod outbox;
pub(crate) mod rounds;
pub(crate) mod signup;
pub(crate) mod state;
pub(crate) mod told;
mod transport;
mod turns;
pub(crate) mod worker;

#[cfg(test)]
mod tests;
