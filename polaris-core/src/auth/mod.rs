//! Who is acting, and what they may do.

mod actor;
mod permissions;

pub use actor::{Actor, Caller, Context, Patience, Role, StaffRole};
pub(crate) use permissions::may;
