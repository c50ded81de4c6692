//! Polaris is an embeddable, multi-tenant engine for organisations that run events with volunteers: school districts first.
//!
//! One operator serves many tenants. Each tenant's people and events live in a database file of its own; what they share is the
//! operator's registry. This crate is the whole engine: HTTP, the command line and Python are thin frontends over it.
//!
//! ```
//! use polaris_core::{Actor, NewEvent, NewTenant, Polaris, Role};
//!
//! // `Polaris::open(Config::at("./data"))` for one that lasts.
//! let polaris = Polaris::in_memory()?;
//! polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! let kckps = polaris.tenant("kckps", Actor::tenant_user(1, "Pat Lee", Role::Coordinator))?;
//! let draft = kckps.events().create(NewEvent {
//!     title: "Career Day".into(),
//!     starts_at: "2027-03-04T09:00".into(), // in the tenant's time zone
//!     location: "Main gym".into(),
//!     ..NewEvent::default()
//! })?;
//! let event = kckps.events().publish(draft.id)?;
//! assert_eq!(event.starts_at.to_rfc3339(), "2027-03-04T09:00:00-06:00");
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! The way of every operation: [`Polaris`] finds the tenant, a [`TenantHandle`] knows tenant and actor, a capability (such as
//! [`TenantHandle::events`]) authorizes, checks, applies the rule and writes, and the store commits change and audit entry together.
//! The engine is synchronous, `Send + Sync` and cheap to clone.

mod accounts;
pub mod audit;
pub mod auth;
pub mod clock;
pub mod config;
mod engine;
pub mod error;
pub mod fork;
pub mod json;
mod limits;
pub mod operations;
pub mod page;
pub mod platform;
mod polaris;
mod store;
mod tabular;
pub mod tenant;
pub mod types;

pub use accounts::{ChangedPassword, LogIn, LoggedIn, NewPassword, OwnSession, Timed, UsedLink};
pub use audit::{AuditEntry, AuditExport, AuditFilter, AuditHead, AuditLog, AuditMoment, AuditVerification, ExportFormat, Outcome};
pub use auth::{Actor, Caller, Context, LinkPurpose, LinkSecret, OneTimeLink, Password, Patience, Role, StaffRole};
pub use config::{Config, Durability};
pub use error::{Error, FieldError, Result, Unavailable};
pub use limits::{Quota, RateLimits};
pub use page::{Page, PageRequest};
pub use platform::Platform;
pub use platform::backups::{
    Backup, BackupProblem, BackupRef, BackupState, NewBackup, NewRestore, Pruned, Restored, RestoredDirectory, RestoredTenant,
    Verification, VerifiedFile,
};
pub use platform::doctor::{Finding, Kept, Report, Severity};
pub use platform::own_sessions::{StaffDoor, StaffNavigation};
pub use platform::reference::{
    ImportReport, Imported, NewCareerType, NewDistrict, NewSchool, NewSkill, ReferenceData, ReferenceFilter, ReferenceImport,
    ReferenceItem, ReferenceKind, ReferenceSource, ReferenceSync, SyncReport,
};
pub use platform::sessions::{NewSession, OpenedSession};
pub use platform::staff::{CreatedStaff, NewStaff, StaffEdit, StaffFilter, StaffMember};
pub use platform::support::{NewSupport, SupportStay};
pub use platform::tenants::migrate::{Migration, MigrationOutcome, MigrationReport, NewMigration};
pub use platform::tenants::{CreatedTenant, NewTenant, Tenant, TenantDetails, TenantFilter, TenantState};
pub use polaris::{Builder, Polaris};
pub use tenant::api_keys::{ApiKeyState, MadeApiKey, NewApiKey, NewKeyAdoption, NewKeyRotation};
pub use tenant::events::{ChangedEvent, Event, EventEdit, EventFilter, NewCancellation, NewDuplicate, NewEvent, Notices};
pub use tenant::public_events::{Lasting, PublicEvent, PublicStatus, Revision};
pub use tenant::rosters::{
    EventBrief, NewParticipation, Overlap, Participation, ParticipationEdit, Placed, RosterEntry, RosterFilter, RosterTotals,
};
pub use tenant::sessions::{Navigation, Who};
pub use tenant::settings::{Branding, BrandingEdit, Settings, SettingsEdit, TenantEdit};
pub use tenant::users::{CreatedUser, NewUser, User, UserEdit, UserFilter};
pub use tenant::volunteers::{
    CareerType, HistoryEntry, MergeDecision, MergePlan, MergedField, MergedParticipation, NewNote, NewVolunteer, NoteAuthor, NoteEdit,
    SavedVolunteer, Volunteer, VolunteerDetails, VolunteerEdit, VolunteerFilter, VolunteerMerge, VolunteerNote, VolunteerOutcome,
    VolunteerSuggestion, VolunteerTotals,
};
pub use tenant::{IdempotencyKey, PublicApi, TenantHandle};
pub use types::Patch;
