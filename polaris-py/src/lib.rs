//! Polaris for Python: the compiled module `polaris._polaris` under the public package `polaris`.
//!
//! Every class here is a thin cover of a type of the core with the same name; nothing about districts is decided here. The way of a
//! call: arguments are read by [`args`] (what can't be read is an exception that names the argument), the interpreter is let go of
//! while the core works ([`errors::run`]), and what comes back is wrapped, not copied into Python until somebody asks for it.

mod accounts;
mod actor;
mod args;
mod audit;
mod cache;
mod draft;
mod engine;
mod errors;
mod file;
mod fork;
mod given;
mod mail;
mod operations;
mod page;
mod platform;
mod progress;
mod secret;
mod tenant;
mod time;
mod unset;
mod value;

use pyo3::pymodule;

/// The compiled half of `polaris`; import from there.
#[pymodule]
mod _polaris {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::accounts::{CreatedStaff, CreatedUser, OneTimeLink, Staff, StaffMember, User, Users};
    #[pymodule_export]
    use crate::actor::{Actor, Caller, Context, Who};
    #[pymodule_export]
    use crate::audit::{AuditEntry, AuditExport, AuditHead, AuditLog, AuditVerification, Break};
    #[pymodule_export]
    use crate::engine::Polaris;
    #[pymodule_export]
    use crate::errors::FieldError;
    #[pymodule_export]
    use crate::operations::{Operation, operations};
    #[pymodule_export]
    use crate::page::{Items, Page};
    #[pymodule_export]
    use crate::platform::Platform;
    #[pymodule_export]
    use crate::platform::backups::{
        Backup, BackupProblem, Backups, Pruned, Restored, RestoredDirectory, RestoredTenant, Verification, VerifiedFile,
    };
    #[pymodule_export]
    use crate::platform::doctor::{Doctor, Finding, Kept, Report};
    #[pymodule_export]
    use crate::platform::mails::{Delivered, Deliveries};
    #[pymodule_export]
    use crate::platform::migrate::{Migration, MigrationReport};
    #[pymodule_export]
    use crate::platform::own_sessions::{OwnSessions, StaffDoor, StaffNavigation};
    #[pymodule_export]
    use crate::platform::reference::{
        Brought, Changes, ImportReport, Imported, Reference, ReferenceItem, ReferenceSource, SyncReport, TenantSync,
    };
    #[pymodule_export]
    use crate::platform::sessions::{ChangedPassword, LoggedIn, OpenedSession, OwnSession, Sessions};
    #[pymodule_export]
    use crate::platform::support::{Support, SupportStay};
    #[pymodule_export]
    use crate::platform::tenants::{Copied, CreatedTenant, Tenant, TenantDetails, Tenants};
    #[pymodule_export]
    use crate::secret::{ApiKey, FeedSecret, LinkSecret, SessionToken};
    #[pymodule_export]
    use crate::tenant::TenantHandle;
    #[pymodule_export]
    use crate::tenant::api_keys::{ApiKeyState, ApiKeys, MadeApiKey, Quota};
    #[pymodule_export]
    use crate::tenant::calendar::{Agenda, Calendar, CalendarFeed, CalendarFeeds, CalendarFile, CalendarItem, CreatedFeed};
    #[pymodule_export]
    use crate::tenant::event::{ChangedEvent, Event, Notices, School};
    #[pymodule_export]
    use crate::tenant::events::Events;
    #[pymodule_export]
    use crate::tenant::mail_templates::{MailPreview, MailTemplate, MailTemplates, TemplateVariable};
    #[pymodule_export]
    use crate::tenant::mails::{Mail, Mails};
    #[pymodule_export]
    use crate::tenant::outreach::{
        LoggedOutreach, MailRecipient, MailedVolunteer, NotMailed, Outreach, OutreachAttempt, OutreachEntry, OutreachMailPreview,
        SentOutreachMail,
    };
    #[pymodule_export]
    use crate::tenant::public_events::{PublicApi, PublicEvent};
    #[pymodule_export]
    use crate::tenant::recruitment::{Candidate, Dashboard, DashboardEvent, DashboardTotals, LeftOut, Recruitment, ScoreParts, Weights};
    #[pymodule_export]
    use crate::tenant::roster::{EventBrief, HistoryEntry, Overlap, Participation, Placed, RosterEntry, RosterTotals};
    #[pymodule_export]
    use crate::tenant::rosters::Rosters;
    #[pymodule_export]
    use crate::tenant::sessions::{Navigation, UserSessions};
    #[pymodule_export]
    use crate::tenant::settings::{Administration, Branding, MailSettings, Settings};
    #[pymodule_export]
    use crate::tenant::signup::{ManagedSignup, SignedUp, SignupEvent, SignupTenant, Signups};
    #[pymodule_export]
    use crate::tenant::volunteer::{
        CareerType, MergePlan, MergedField, MergedParticipation, NoteAuthor, SavedVolunteer, Volunteer, VolunteerDetails, VolunteerNote,
        VolunteerSuggestion, VolunteerTotals,
    };
    #[pymodule_export]
    use crate::tenant::volunteer_files::{
        FinishedImport, ImportCounts, ImportLogEntry, ImportPreview, ImportedRow, PreviewColumn, PreviewRow, RowProblem, VolunteerExport,
        VolunteerImportReport,
    };
    #[pymodule_export]
    use crate::tenant::volunteers::Volunteers;
    #[pymodule_export]
    use crate::unset::Unset;

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        // Not for programs, so not in `__all__`.
        module.setattr("_unpickle", wrap_pyfunction!(crate::value::unpickle, module)?)?;
        module.add("UNSET", crate::unset::unset(module.py())?)?;
        crate::fork::watch(module)
    }
}
