//! People who log in: a tenant's users and the operator's staff, by one set of rules over two databases (U2, U3, P6).
//!
//! | file | holds |
//! |---|---|
//! | [`people`] | whose people, and the SQL that differs between the two |
//! | [`attempts`] | how often a password may be guessed |
//! | [`guess`] | one guess at a password: reserved, looked at, settled |
//! | [`log_in`] | logging in |
//! | [`password`] | changing one's own password; setting one with a link |
//! | [`administration`] | what whoever creates, edits and ends accounts has in common for both |
//! | [`sessions`] | one's own sessions: finding the one behind a token, listing, ending |

pub(crate) mod administration;
pub(crate) mod attempts;
mod guess;
mod log_in;
mod password;
pub(crate) mod people;
pub(crate) mod sessions;

pub(crate) use log_in::log_in;
pub use log_in::{LogIn, LoggedIn, Timed};
pub use password::{ChangedPassword, NewPassword, UsedLink};
pub(crate) use password::{change_password, use_link};
pub use sessions::OwnSession;
