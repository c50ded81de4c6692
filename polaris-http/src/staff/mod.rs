//! The staff surfaces: the platform, and each tenant. They mirror the core's capabilities one to one.
//!
//! Checks come in the order of the contract: session, permission, feature, then what was sent. Who may not do a thing learns nothing by
//! trying.

mod accounts;
mod api_keys;
mod audit;
mod calendar;
mod calendar_wire;
mod credentials;
mod event_changes;
mod events;
mod if_match;
mod imports;
mod maintenance;
mod maintenance_wire;
pub(crate) mod once;
mod outreach;
mod people;
mod platform_sessions;
mod recruitment;
mod reference;
mod reference_wire;
mod rosters;
mod session;
mod settings;
mod signing_in;
mod support;
mod tenant_changes;
mod tenant_sessions;
mod tenant_wire;
mod tenants;
mod users;
mod volunteer_notes;
mod volunteers;
mod wire;
mod wire_events;
mod wire_keys;
mod wire_outreach;
mod wire_people;
mod wire_recruitment;
mod wire_rosters;
mod wire_sessions;
mod wire_volunteers;

pub(crate) use accounts::StaffApi;
pub(crate) use api_keys::ApiKeysApi;
pub(crate) use audit::{AuditApi, PlatformAuditApi};
pub(crate) use calendar::CalendarApi;
pub(crate) use credentials::is_from_elsewhere;
pub(crate) use event_changes::EventChangesApi;
pub(crate) use events::TenantApi;
pub(crate) use imports::{Imports, VolunteerFilesApi};
pub(crate) use maintenance::MaintenanceApi;
pub(crate) use outreach::OutreachApi;
pub(crate) use platform_sessions::StaffSessionsApi;
pub(crate) use recruitment::RecruitmentApi;
pub(crate) use reference::ReferenceApi;
pub(crate) use rosters::RostersApi;
pub(crate) use settings::SettingsApi;
pub(crate) use signing_in::{Hashing, hashing, timed};
pub(crate) use support::SupportApi;
pub(crate) use tenant_changes::TenantChangesApi;
pub(crate) use tenant_sessions::TenantSessionsApi;
pub(crate) use tenants::PlatformApi;
pub(crate) use users::UsersApi;
pub(crate) use volunteer_notes::VolunteerNotesApi;
pub(crate) use volunteers::VolunteersApi;
