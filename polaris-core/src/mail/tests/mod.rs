#![allow(clippy::unwrap_used, clippy::panic)]
//! M3, M4: what mails say, whom they still reach when they are sent, and what they put into calendars.

mod invites;
mod late;
mod pointless;
mod scene;
mod words;
