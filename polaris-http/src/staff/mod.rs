//! The staff surfaces: the platform, and each tenant. They mirror the core's capabilities one to one.
//!
//! Checks come in the order of the contract: session, permission, feature, then what was sent. Who may not do a thing learns nothing by
//! trying.

mod events;
mod session;
mod tenants;
mod wire;
#[allow(dead_code, reason = "staff accounts follow")]
mod wire_people;

pub(crate) use events::TenantApi;
pub(crate) use tenants::PlatformApi;
