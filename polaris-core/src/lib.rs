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
//! The engine is synchronous, `Send + Sync` and cheap to clone: keep one for each data directory and process. In an asynchronous program
//! call it on threads that may block.
//!
//! # A data directory
//!
//! ```
//! use polaris_core::{Config, Polaris};
//!
//! # let place = tempfile::tempdir()?;
//! # let data = place.path().join("data");
//! Polaris::init(Config::at(&data))?; // once: readable by its owner alone
//! let polaris = Polaris::open(Config::at(&data))?; // from then on, in as many processes as one likes
//! polaris.ready()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Only Polaris may open the files in it; no other SQLite, not even to read.
//!
//! # Who acts
//!
//! Whoever asks for a handle says who acts: [`Actor::tenant_user`] for a user the embedding program knows, [`Actor::staff`] for the
//! operator's people, [`Actor::System`] for the program itself. What they may do is checked at every operation
//! ([`operations`] is the table of them), and their name goes to the audit log, with the address and request id of a [`Context`] if one
//! is given.
//!
//! ```
//! use polaris_core::{Actor, Caller, Context, Polaris, Role};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! let viewer = Actor::tenant_user(8, "Kim Roe", Role::Viewer);
//! let context = Context { address: Some("192.0.2.7".into()), request_id: Some("7f3a".into()) };
//! let kckps = polaris.tenant("kckps", Caller::new(viewer, context))?;
//! assert_eq!(kckps.events().publish("career-day-2027-03-04").unwrap_err().code(), "FORBIDDEN");
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # Tenants
//!
//! ```
//! use polaris_core::types::Patch;
//! use polaris_core::{Actor, NewTenant, PageRequest, Polaris, TenantEdit, TenantFilter};
//!
//! # let polaris = Polaris::in_memory()?;
//! let platform = polaris.platform(Actor::System)?;
//! let created = platform.tenants().create(NewTenant {
//!     district: Some("Kansas City Kansas Public Schools".into()),
//!     ..NewTenant::new("kckps", "Kansas City Kansas")
//! })?;
//! println!("{} schools; the first API key, shown this once: {}", created.copied.schools, created.api_key.reveal());
//!
//! let edit = TenantEdit { name: Patch::Set("KCKPS".into()), ..TenantEdit::default() };
//! platform.tenants().edit("kckps", &edit, None)?; // a version instead of None: refused if somebody was quicker
//! platform.tenants().deactivate("kckps", Some("the summer"))?; // at once, in every process
//! assert_eq!(polaris.tenant("kckps", Actor::System).err().map(|error| error.code()), Some("TENANT_INACTIVE"));
//! platform.tenants().reactivate("kckps", None)?;
//! assert_eq!(platform.tenants().list(&TenantFilter::default(), PageRequest::default())?.items[0].name, "KCKPS");
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # Reference data
//!
//! Districts, schools, skills and career types are the operator's, and each tenant works on a copy of its own; see
//! [`platform::reference`].
//!
//! ```
//! use polaris_core::{Actor, Polaris, ReferenceImport, ReferenceKind, ReferenceSource, ReferenceSync};
//! # use polaris_core::NewTenant;
//!
//! # let polaris = Polaris::in_memory()?;
//! # let platform = polaris.platform(Actor::System)?;
//! # platform.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let skills = ReferenceSource::csv(ReferenceKind::Skills, b"name,aliases\nWelding,\nPublic Speaking,Talks\n")?;
//! assert_eq!(platform.reference().import(&ReferenceImport::of([skills]))?.skills.created, 2);
//! assert!(platform.reference().sync(&ReferenceSync::default())?.is_complete());
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # Users, and logging in
//!
//! A program may know its users itself (above), or leave that to Polaris: [`tenant::users`] and [`tenant::sessions`], and for the
//! operator's people [`platform::staff`] and [`platform::own_sessions`].
//!
//! ```
//! use polaris_core::{Actor, Context, LogIn, NewUser, Patience, Polaris};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! kckps.users().create(NewUser {
//!     email: "pat@example.org".into(),
//!     first_name: "Pat".into(),
//!     last_name: "Lee".into(),
//!     role: "coordinator".into(),
//!     password: Some("correct horse battery".into()), // without one they get a mail to set one
//!     ..NewUser::default()
//! })?;
//!
//! let door = polaris.tenant_door("kckps", Context::default())?;
//! let log_in = LogIn { login: "Pat@Example.org".into(), password: "correct horse battery".into() };
//! let token = door.sessions().log_in(&log_in).wait()?.token;
//!
//! // At each request that brings the token:
//! let caller = polaris.tenant_session(token.reveal(), "kckps", Patience::Wait)?;
//! let kckps = polaris.tenant("kckps", caller)?;
//! assert_eq!(kckps.sessions().current()?.who.name.as_deref(), Some("Pat Lee"));
//! kckps.sessions().log_out()?;
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # Events
//!
//! Drafts are what people typed; what comes back is typed and can't be wrong. Lists come in pages; see [`tenant::events`].
//!
//! ```
//! use polaris_core::types::EventOrder;
//! use polaris_core::{Actor, EventFilter, NewEvent, PageRequest, Polaris};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! # let kckps = polaris.tenant("kckps", Actor::System)?;
//! # let day = NewEvent { title: "Career Day".into(), starts_at: "2027-03-04T09:00".into(), location: "Gym".into(), ..NewEvent::default() };
//! # kckps.events().create(day)?;
//!
//! let page = kckps.events().list(&EventFilter::default(), EventOrder::default(), PageRequest::default())?;
//! assert_eq!((page.total, page.items[0].slug.as_str()), (1, "career-day-2027-03-04"));
//! assert_eq!(kckps.events().get(page.items[0].id)?, page.items[0]);
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # Volunteers and rosters
//!
//! Who comes to an event; see [`tenant::volunteers`] and [`tenant::rosters`].
//!
//! ```
//! use polaris_core::{Actor, NewParticipation, NewVolunteer, Polaris};
//! # use polaris_core::{NewEvent, NewTenant};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! # let kckps = polaris.tenant("kckps", Actor::System)?;
//! # let day = NewEvent { title: "Career Day".into(), starts_at: "2027-03-04T09:00".into(), location: "Gym".into(), ..NewEvent::default() };
//! # let event = kckps.events().create(day)?;
//!
//! let ann = NewVolunteer { first_name: "Ann".into(), last_name: "Lee".into(), ..NewVolunteer::default() };
//! let ann = kckps.volunteers().create(ann)?.volunteer;
//! let place = NewParticipation { volunteer_id: Some(ann.id.get()), status: Some("confirmed".into()), ..NewParticipation::default() };
//! kckps.rosters().assign(event.id, &place)?;
//! assert_eq!(kckps.rosters().totals(event.id)?.confirmed, 1);
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # Recruitment
//!
//! Which events need volunteers most, and who would suit one; see [`tenant::recruitment`].
//!
//! ```
//! use polaris_core::{Actor, OutreachFilter, PageRequest, Polaris, TenantEdit};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! let platform = polaris.platform(Actor::System)?;
//! # platform.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let features = [("recruitment".to_owned(), Some(true))].into();
//! platform.tenants().edit("kckps", &TenantEdit { features, ..TenantEdit::default() }, None)?;
//!
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! for urgent in kckps.recruitment().dashboard(PageRequest::default())?.events.items {
//!     let candidates = kckps.recruitment().candidates(urgent.event.id, PageRequest::default())?;
//!     println!("{} ({}): ask one of {}", urgent.event.title, urgent.level, candidates.total);
//! }
//! // Who was asked, how, and what came of it.
//! assert_eq!(kckps.outreach().list(&OutreachFilter::default(), PageRequest::default())?.total, 0);
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # What the public sees
//!
//! With a tenant's API key: published and completed events, no people; see [`tenant::public_events`].
//!
//! ```
//! use polaris_core::{Actor, Context, EventFilter, NewApiKey, PageRequest, Patience, Polaris};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # let created = polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! # let key = created.api_key;
//!
//! let website = polaris.public_api("kckps", Some(key.reveal()), Context::default(), Patience::Wait)?;
//! let upcoming = website.upcoming(&EventFilter::default(), PageRequest::default())?;
//! assert_eq!(upcoming.value.total, 0); // and holds until `upcoming.until`, or another revision
//!
//! // The tenant's admins make, rotate and revoke keys.
//! let keys = polaris.tenant("kckps", Actor::System)?;
//! let made = keys.api_keys().create(&NewApiKey { name: "Mobile app".into() })?;
//! println!("shown this once: {}", made.api_key.reveal());
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # Public sign-up
//!
//! People put themselves on an event's roster, without a log-in; see [`tenant::signup`].
//!
//! ```
//! use polaris_core::{Actor, Context, NewSignup, PageRequest, Patience, Polaris};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! let visitor = Context { address: Some("192.0.2.7".into()), ..Context::default() }; // attempts are counted by it
//! let door = polaris.signup("kckps", visitor, Patience::Wait)?;
//! for open in door.list(PageRequest::default())?.value.items {
//!     println!("{}: {}", open.event.title, open.state);
//! }
//! let refused = door.attempt()?.submit("career-day-2027-03-04", &NewSignup::default(), None).unwrap_err();
//! assert_eq!(refused.fields().len(), 3); // all that is missing, at once
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # The calendar
//!
//! What overlaps a range of time, for screens; feeds at secret addresses and a public one, for calendar programs; see
//! [`tenant::calendar`].
//!
//! ```
//! use polaris_core::{Actor, CalendarQuery, Context, PageRequest, Patience, Polaris};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! let week = CalendarQuery { view: Some("week".into()), ..CalendarQuery::default() };
//! assert!(kckps.calendar().get(&week)?.items.is_empty());
//! assert_eq!(kckps.calendar().feeds().list(PageRequest::default())?.total, 0);
//! let public = polaris.public_calendar("kckps", Context::default(), Patience::Wait)?.file(None)?;
//! assert!(public.value.text.starts_with("BEGIN:VCALENDAR"));
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # Settings
//!
//! A tenant's admins edit what is theirs; see [`tenant::settings`]. [`types::Patch`] tells "leave it" from "clear it".
//!
//! ```
//! use polaris_core::types::Patch;
//! use polaris_core::{Actor, Polaris, Role, SettingsEdit};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! let kckps = polaris.tenant("kckps", Actor::tenant_user(1, "Pat Lee", Role::Admin))?;
//! let before = kckps.administration().settings()?;
//! let edit = SettingsEdit { time_zone: Patch::Set("America/Denver".into()), ..SettingsEdit::default() };
//! kckps.administration().edit_settings(&edit, Some(before.version))?;
//! assert_eq!(kckps.administration().edit_settings(&edit, Some(before.version)).unwrap_err().code(), "CONFLICT");
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # Mail
//!
//! Every mail is written down with the change that causes it, and delivered later: [`tenant::mails`] is the outbox. A tenant may put texts of
//! its own in place of the usual ones; see [`tenant::mail_templates`].
//!
//! ```
//! use polaris_core::types::MailKind;
//! use polaris_core::{Actor, MailFilter, MailTemplateEdit, PageRequest, Patch, Polaris, Role};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! let kckps = polaris.tenant("kckps", Actor::tenant_user(1, "Pat Lee", Role::Admin))?;
//! let edit = MailTemplateEdit { subject: Patch::Set("See you: {{ title }}".into()), ..MailTemplateEdit::default() };
//! kckps.mail_templates().edit(MailKind::SignupConfirmed, &edit, None)?;
//! assert_eq!(kckps.mail_templates().preview(MailKind::SignupConfirmed)?.subject, "See you: Career Day");
//!
//! // What was sent, what waits and why.
//! assert_eq!(kckps.mails().list(&MailFilter::default(), PageRequest::default())?.total, 0);
//!
//! // Mails that ask to come hold a link to get no more of them.
//! let door = polaris.signup("kckps", Default::default(), polaris_core::Patience::Wait)?;
//! assert_eq!(door.opt_out("a guess").unwrap_err().code(), "INVALID_LINK");
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # What was done: the audit log
//!
//! Every change leaves an entry in its own transaction, chained to the one before; see [`audit`]. The operator's own log is at
//! [`Platform::audit`].
//!
//! ```
//! use polaris_core::{Actor, AuditFilter, PageRequest, Polaris};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! let log = polaris.tenant("kckps", Actor::System)?.audit();
//! assert_eq!(log.list(&AuditFilter::default(), PageRequest::default())?.items[0].action, "tenant.create");
//! assert!(log.verify(None)?.first_break.is_none());
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! # Staff, and support
//!
//! The operator's people have accounts ([`platform::staff`]), and enter a tenant to help there; both logs tell. See [`platform::support`].
//!
//! ```
//! use polaris_core::{Actor, Context, LogIn, NewStaff, NewSupport, Polaris};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! polaris.platform(Actor::System)?.staff().create(NewStaff {
//!     name: "Robin Ray".into(),
//!     email: "robin@example.org".into(),
//!     role: "support".into(),
//!     password: Some("correct horse battery".into()),
//!     ..NewStaff::default()
//! })?;
//! let log_in = LogIn { login: "robin@example.org".into(), password: "correct horse battery".into() };
//! let token = polaris.staff_door(Context::default())?.log_in(&log_in).wait()?.token;
//!
//! let robin = polaris.platform(polaris.staff_session(token.reveal())?)?;
//! robin.support().enter(&NewSupport { tenant: "kckps".into(), reason: Some("asked by phone".into()) })?;
//! let inside = polaris.tenant("kckps", polaris.support_session(token.reveal(), "kckps")?)?;
//! assert!(inside.users().list(&Default::default(), Default::default(), Default::default()).is_ok()); // support staff read
//! robin.own_sessions().log_out()?; // which leaves
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! At the machine, where the operating system knows who one is, [`Platform::sessions`] opens a session without a password.
//!
//! # Backups, migrations, doctor
//!
//! All while everything runs; see [`platform::backups`], [`platform::tenants::migrate`] and [`platform::doctor`].
//!
//! ```
//! use polaris_core::{Actor, BackupRef, Config, NewBackup, NewMigration, NewRestore, Polaris};
//! # use polaris_core::NewTenant;
//! # let place = tempfile::tempdir()?;
//! # let polaris = Polaris::init(Config::at(place.path().join("data")))?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! let platform = polaris.platform(Actor::System)?;
//! let backup = BackupRef::named(&platform.backups().create(&NewBackup::default())?.name);
//! assert!(platform.backups().verify(&backup)?.is_sound());
//!
//! platform.tenants().deactivate("kckps", None)?; // nobody works in what is about to be replaced
//! let restored = platform.backups().restore(&backup, &NewRestore { tenant: "kckps".into(), activate: true, ..NewRestore::default() })?;
//! assert!(restored.active && restored.access_kept);
//!
//! let report = platform.tenants().migrate(&NewMigration { all: true, ..NewMigration::default() })?;
//! assert_eq!(report.count("up_to_date"), 1);
//! assert!(platform.doctor().check()?.findings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Errors
//!
//! Every operation gives [`Error`], with a code that stays ([`Error::code`]), a sentence for people, and all fields that are wrong at once
//! ([`Error::fields`]).
//!
//! ```
//! use polaris_core::{Actor, NewEvent, Polaris};
//! # use polaris_core::NewTenant;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! # let kckps = polaris.tenant("kckps", Actor::System)?;
//!
//! let error = kckps.events().create(NewEvent { ends_at: Some("tomorrow".into()), ..NewEvent::default() }).unwrap_err();
//! assert_eq!(error.code(), "VALIDATION_FAILED");
//! let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
//! assert_eq!(fields, ["title", "starts_at", "ends_at", "location"]);
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! What stays from version to version is written in `docs/stability.md` of the repository.

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
mod mail;
mod measures;
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
pub use limits::{Quota, RateLimits, SignupLimits};
pub use mail::config::{MailConfig, MailTransport, SmtpConfig, SmtpLogin, SmtpSecurity};
pub use mail::rounds::{Delivered, OnDelivery};
pub use mail::state::MailStatus;
pub use mail::worker::MailWorker;
pub use measures::Measures;
pub use page::{Page, PageRequest};
pub use platform::Platform;
pub use platform::backups::{
    Backup, BackupProblem, BackupRef, BackupState, NewBackup, NewRestore, Pruned, Restored, RestoredDirectory, RestoredTenant,
    Verification, VerifiedFile,
};
pub use platform::doctor::{Finding, Kept, Report, Severity};
pub use platform::mails::NewDelivery;
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
pub use tabular::TableFormat;
pub use tenant::api_keys::{ApiKeyState, MadeApiKey, NewApiKey, NewKeyAdoption, NewKeyRotation};
pub use tenant::calendar::{
    Agenda, CalendarFeed, CalendarFile, CalendarItem, CalendarQuery, CalendarSource, CreatedFeed, NewCalendarFeed, PublicCalendar,
};
pub use tenant::events::{ChangedEvent, Event, EventEdit, EventFilter, NewCancellation, NewDuplicate, NewEvent, Notices};
pub use tenant::mail_templates::{MailPreview, MailTemplate, MailTemplateEdit, MailTemplates, TemplateVariable};
pub use tenant::mails::{Mail, MailFilter, RetriedMails};
pub use tenant::public_events::{Lasting, PublicEvent, PublicStatus, Revision};
pub use tenant::recruitment::outreach::{
    LoggedOutreach, MailRecipient, MailedVolunteer, NewOutreach, NewOutreachMail, NotMailed, NotMailedReason, OutreachAttempt,
    OutreachEdit, OutreachEntry, OutreachFilter, OutreachMailPreview, SentOutreachMail,
};
pub use tenant::recruitment::{
    Candidate, Dashboard, DashboardEvent, DashboardTotals, LeftOut, LeftOutReason, NewWeights, ScoreParts, UrgencyLevel, Weights,
};
pub use tenant::rosters::{
    EventBrief, NewParticipation, Overlap, Participation, ParticipationEdit, Placed, RosterEntry, RosterFilter, RosterTotals,
};
pub use tenant::sessions::{KnownLink, Navigation, NewReset, Who};
pub use tenant::settings::{Branding, BrandingEdit, Face, MailEdit, MailSettings, Settings, SettingsEdit, TenantEdit};
pub use tenant::signup::{ManagedSignup, NewSignup, OptOut, SignedUp, SignupAttempt, SignupEvent, Signups};
pub use tenant::users::{CreatedUser, NewUser, User, UserEdit, UserFilter};
pub use tenant::volunteers::{
    CareerType, FinishedImport, HistoryEntry, ImportCounts, ImportField, ImportLogEntry, ImportMapping, ImportPreview, ImportProgress,
    ImportedRow, MergeDecision, MergePlan, MergedField, MergedParticipation, NewNote, NewVolunteer, NoteAuthor, NoteEdit, OnProgress,
    PreviewColumn, PreviewRow, ReportLimits, RowOutcome, RowProblem, SavedVolunteer, Volunteer, VolunteerDetails, VolunteerEdit,
    VolunteerExport, VolunteerExportFormat, VolunteerFilter, VolunteerImport, VolunteerImportReport, VolunteerMerge, VolunteerNote,
    VolunteerOutcome, VolunteerSuggestion, VolunteerTotals,
};
pub use tenant::{IdempotencyKey, PublicApi, TenantHandle};
pub use types::Patch;
