//! Who is acting, what they may do, and how they prove who they are.

mod actor;
pub(crate) mod gate;
pub(crate) mod links;
pub(crate) mod network;
pub(crate) mod passwords;
mod permissions;
mod werkzeug;

pub use actor::{Actor, Caller, Context, Patience, Role, StaffRole};
pub use gate::hashed_at_once;
pub use links::{LinkPurpose, LinkSecret, OneTimeLink};
pub use passwords::{PASSWORD_MAX, PASSWORD_MIN, Password, check_new};
pub(crate) use permissions::{may, may_do};
