//! One tenant's data, for one actor: a module per capability, each with its types, its rules and its SQL side by side.

pub mod api_keys;
pub mod calendar;
pub mod events;
mod file;
pub(crate) mod handle;
pub mod mail_templates;
pub mod mails;
mod once;
mod public_door;
pub mod public_events;
pub mod recruitment;
pub mod rosters;
pub mod sessions;
pub mod settings;
pub mod signup;
mod skills;
pub mod users;
pub mod volunteers;

pub(crate) use file::{Heads, TenantFile, look_into, state_in};
pub use handle::TenantHandle;
pub(crate) use once::Answer;
pub use once::IdempotencyKey;
pub use public_events::PublicApi;
