//! The one list of operations: what each needs and what it leaves in the audit log.
//!
//! Permissions and features are read from here and nowhere else. The operation ids of HTTP, the commands of the CLI, the names in
//! Python and the documentation are tested against this table.
//!
//! ```
//! use polaris_core::operations::{self, Permission};
//!
//! let publish = operations::find("events_publish").unwrap();
//! assert_eq!(publish.permission, Permission::ManageEvents);
//! assert_eq!(publish.audit, Some("event.publish"));
//! ```

use std::fmt;

/// What an actor must be permitted to do; the rows of the role matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Permission {
    /// See what the public may see: published and completed events.
    ReadPublishedEvents,
    /// See all events, the calendar and the recruitment dashboard; numbers, no people.
    ReadEvents,
    /// Create, edit, publish, complete and cancel events.
    ManageEvents,
    /// See volunteers, with how to reach them, rosters and outreach.
    ReadVolunteers,
    /// Add and change volunteers, import them, keep rosters and outreach.
    ManageVolunteers,
    /// Take the volunteers out as a file, with how to reach them.
    ExportVolunteers,
    /// See the tenant's users, settings, keys and origins.
    ReadAdministration,
    /// Manage the tenant's users, settings, keys and origins.
    Administer,
    /// Read the audit log.
    ReadAudit,
    /// Take data out of the tenant, whole.
    ExportData,
    /// Sign up for an event, and see or cancel what one signed up for: for the public alone.
    SignUp,
    /// Try to log in, or use a link that was handed over.
    SignIn,
    /// See and end one's own sessions, change one's own password.
    OwnAccount,
    /// See tenants, staff and backups, and check the data directory.
    ReadPlatform,
    /// Create, change and delete tenants, keep reference data, staff, backups and the data directory.
    ManagePlatform,
    /// Enter a tenant to help its people.
    Support,
}

impl Permission {
    /// All permissions.
    pub const ALL: &'static [Self] = &[
        Self::ReadPublishedEvents,
        Self::ReadEvents,
        Self::ManageEvents,
        Self::ReadVolunteers,
        Self::ManageVolunteers,
        Self::ExportVolunteers,
        Self::ReadAdministration,
        Self::Administer,
        Self::ReadAudit,
        Self::ExportData,
        Self::SignUp,
        Self::SignIn,
        Self::OwnAccount,
        Self::ReadPlatform,
        Self::ManagePlatform,
        Self::Support,
    ];

    /// The permission's name, on every wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadPublishedEvents => "read_published_events",
            Self::ReadEvents => "read_events",
            Self::ManageEvents => "manage_events",
            Self::ReadVolunteers => "read_volunteers",
            Self::ManageVolunteers => "manage_volunteers",
            Self::ExportVolunteers => "export_volunteers",
            Self::ReadAdministration => "read_administration",
            Self::Administer => "administer",
            Self::ReadAudit => "read_audit",
            Self::ExportData => "export_data",
            Self::SignUp => "sign_up",
            Self::SignIn => "sign_in",
            Self::OwnAccount => "own_account",
            Self::ReadPlatform => "read_platform",
            Self::ManagePlatform => "manage_platform",
            Self::Support => "support",
        }
    }
}

/// A part of the product that a tenant may have switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Feature {
    /// Events, calendar, feeds, public API, sign-up.
    Events,
    /// Volunteers and rosters.
    Volunteers,
    /// Dashboard, candidates, outreach.
    Recruitment,
    /// The operator's own events, shown to tenants.
    PrepkcVisibility,
    /// Teachers and their usage.
    Teachers,
}

impl Feature {
    /// All features this version knows.
    pub const ALL: &'static [Self] = &[Self::Events, Self::Volunteers, Self::Recruitment, Self::PrepkcVisibility, Self::Teachers];

    /// The name of its flag.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Volunteers => "volunteers",
            Self::Recruitment => "recruitment",
            Self::PrepkcVisibility => "prepkc_visibility",
            Self::Teachers => "teachers",
        }
    }

    /// Whether a new tenant has it unless told otherwise.
    #[must_use]
    pub fn on_by_default(self) -> bool {
        matches!(self, Self::Events | Self::Volunteers | Self::Teachers)
    }

    /// The feature of this flag name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|feature| feature.as_str() == name)
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where an operation lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// On the registry, for staff: `polaris.platform(actor)`.
    Platform,
    /// On a tenant: `polaris.tenant(slug, actor)`.
    Tenant,
    /// On a tenant, for the public: `polaris.public_api(…)` for districts' websites, `polaris.public_calendar(…)` and
    /// `polaris.calendar_feed(…)` for calendar programs, `polaris.signup(…)` for people who sign up.
    PublicApi,
}

/// One operation of the engine.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// `capability_operation`, the same in every frontend.
    pub id: &'static str,
    /// Where it lives.
    pub surface: Surface,
    /// What its actor must be permitted.
    pub permission: Permission,
    /// What its tenant must have switched on.
    pub feature: Option<Feature>,
    /// The action its audit entry names; reads have none.
    pub audit: Option<&'static str>,
    /// What it does, in a line.
    pub summary: &'static str,
}

macro_rules! operations {
    ($($name:ident: $id:literal, $surface:ident, $permission:ident, $feature:expr, $audit:expr, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $name: Operation = Operation {
                id: $id,
                surface: Surface::$surface,
                permission: Permission::$permission,
                feature: $feature,
                audit: $audit,
                summary: $summary,
            };
        )*
        /// Every operation, in the order of the documentation.
        pub static ALL: &[&Operation] = &[$(&$name),*];
    };
}

use Feature::{Events, Recruitment, Volunteers};

operations! {
    STAFF_SESSIONS_LOG_IN: "staff_sessions_log_in", Platform, SignIn, None, Some("session.log_in"), "Log in as a member of staff, by e-mail or username.";
    STAFF_SESSIONS_GET: "staff_sessions_get", Platform, OwnAccount, None, None, "Show who is logged in, what they may do and which tenants they have entered.";
    STAFF_SESSIONS_LOG_OUT: "staff_sessions_log_out", Platform, OwnAccount, None, Some("session.log_out"), "Log out, and leave the tenants that were entered.";
    STAFF_SESSIONS_LIST: "staff_sessions_list", Platform, OwnAccount, None, None, "List one's own sessions.";
    STAFF_SESSIONS_END: "staff_sessions_end", Platform, OwnAccount, None, Some("session.end"), "End one of one's own sessions.";
    STAFF_SESSIONS_END_OTHERS: "staff_sessions_end_others", Platform, OwnAccount, None, Some("session.end_others"), "End all of one's own sessions but the present one.";
    STAFF_SESSIONS_CHANGE_PASSWORD: "staff_sessions_change_password", Platform, OwnAccount, None, Some("password.change"), "Change one's own password.";
    STAFF_SESSIONS_USE_LINK: "staff_sessions_use_link", Platform, SignIn, None, Some("password.set"), "Set a password with a one-time link.";
    TENANTS_CREATE: "tenants_create", Platform, ManagePlatform, None, Some("tenant.create"), "Create a tenant with its database, reference data and first API key.";
    TENANTS_LIST: "tenants_list", Platform, ReadPlatform, None, None, "List tenants.";
    TENANTS_GET: "tenants_get", Platform, ReadPlatform, None, None, "Show one tenant: features, keys, sizes, schema version, last activity.";
    TENANTS_EDIT: "tenants_edit", Platform, ManagePlatform, None, Some("tenant.edit"), "Edit a tenant: name, district, features, branding, portal texts, time zone, allowed origins, recruitment weights, waitlist, mails.";
    TENANTS_DEACTIVATE: "tenants_deactivate", Platform, ManagePlatform, None, Some("tenant.deactivate"), "Deactivate a tenant: nothing of it can be reached until it is reactivated.";
    TENANTS_REACTIVATE: "tenants_reactivate", Platform, ManagePlatform, None, Some("tenant.reactivate"), "Reactivate a deactivated tenant.";
    TENANTS_DELETE: "tenants_delete", Platform, ManagePlatform, None, Some("tenant.delete"), "Move a deactivated tenant to the trash.";
    TENANTS_UNDELETE: "tenants_undelete", Platform, ManagePlatform, None, Some("tenant.undelete"), "Take a tenant back from the trash, deactivated.";
    TENANTS_PURGE: "tenants_purge", Platform, ManagePlatform, None, Some("tenant.purge"), "Remove a tenant in the trash for good, and free its slug.";
    TENANTS_MIGRATE: "tenants_migrate", Platform, ManagePlatform, None, Some("tenant.migrate"), "Bring tenants' databases to this version's schema, or see which need it.";
    BACKUPS_CREATE: "backups_create", Platform, ManagePlatform, None, Some("backup.create"), "Back up the registry and tenants while everything runs.";
    BACKUPS_LIST: "backups_list", Platform, ReadPlatform, None, None, "List backups.";
    BACKUPS_GET: "backups_get", Platform, ReadPlatform, None, None, "Show one backup: when it was made, which tenants it holds.";
    BACKUPS_VERIFY: "backups_verify", Platform, ReadPlatform, None, None, "Check that a backup is whole and is what it says.";
    BACKUPS_RESTORE: "backups_restore", Platform, ManagePlatform, None, Some("backup.restore"), "Put a tenant back as a backup has it.";
    BACKUPS_PRUNE: "backups_prune", Platform, ManagePlatform, None, Some("backup.prune"), "Remove old backups, and old copies from before migrations and restores.";
    REFERENCE_IMPORT: "reference_import", Platform, ManagePlatform, None, Some("reference.import"), "Import districts, schools, skills and career types from CSV or JSON.";
    REFERENCE_LIST: "reference_list", Platform, ReadPlatform, None, None, "List the reference data of one kind.";
    REFERENCE_SYNC: "reference_sync", Platform, ManagePlatform, None, Some("reference.sync"), "Bring the reference data to tenants that exist, keeping what they use.";
    SESSIONS_OPEN: "sessions_open", Platform, ManagePlatform, None, Some("session.open"), "Open a staff session, optionally with entry to a tenant.";
    SUPPORT_ENTER: "support_enter", Platform, Support, None, Some("support.enter"), "Enter a tenant to help its people.";
    SUPPORT_LEAVE: "support_leave", Platform, Support, None, Some("support.leave"), "Leave a tenant that was entered.";
    SUPPORT_LIST: "support_list", Platform, Support, None, None, "List who is in which tenant; support staff see themselves.";
    STAFF_CREATE: "staff_create", Platform, ManagePlatform, None, Some("staff.create"), "Create a staff account, with a password or a link to set one.";
    STAFF_LIST: "staff_list", Platform, ReadPlatform, None, None, "List staff accounts.";
    STAFF_GET: "staff_get", Platform, ReadPlatform, None, None, "Show one staff account.";
    STAFF_EDIT: "staff_edit", Platform, ManagePlatform, None, Some("staff.edit"), "Change a staff account's name, e-mail, username or role.";
    STAFF_DEACTIVATE: "staff_deactivate", Platform, ManagePlatform, None, Some("staff.deactivate"), "Deactivate a staff account: its sessions end, its links are void.";
    STAFF_REACTIVATE: "staff_reactivate", Platform, ManagePlatform, None, Some("staff.reactivate"), "Reactivate a staff account.";
    STAFF_RESET_PASSWORD: "staff_reset_password", Platform, ManagePlatform, None, Some("staff.reset_password"), "Make a one-time link with which a member of staff sets a password.";
    PLATFORM_AUDIT_LIST: "platform_audit_list", Platform, ReadAudit, None, None, "List entries of the operator's own audit log.";
    PLATFORM_AUDIT_EXPORT: "platform_audit_export", Platform, ExportData, None, Some("audit.export"), "Export the operator's own audit log as CSV or JSON lines.";
    PLATFORM_AUDIT_VERIFY: "platform_audit_verify", Platform, ReadAudit, None, None, "Verify the operator's own audit log.";
    PLATFORM_AUDIT_HEAD: "platform_audit_head", Platform, ReadAudit, None, None, "Show where the operator's own audit log ends, to be kept safe.";
    MAILS_DELIVER: "mails_deliver", Platform, ManagePlatform, None, None, "Deliver the mails that are due, once.";
    DOCTOR_CHECK: "doctor_check", Platform, ReadPlatform, None, None, "Check every file of the data directory.";
    DOCTOR_MEND: "doctor_mend", Platform, ManagePlatform, None, Some("doctor.mend"), "Mend what the check found, where that is safe.";
    SESSIONS_LOG_IN: "sessions_log_in", Tenant, SignIn, None, Some("session.log_in"), "Log in to a tenant, by e-mail or username.";
    SESSIONS_GET: "sessions_get", Tenant, OwnAccount, None, None, "Show who is logged in, what they may do and what the tenant has switched on.";
    SESSIONS_LOG_OUT: "sessions_log_out", Tenant, OwnAccount, None, Some("session.log_out"), "Log out.";
    SESSIONS_LIST: "sessions_list", Tenant, OwnAccount, None, None, "List one's own sessions.";
    SESSIONS_END: "sessions_end", Tenant, OwnAccount, None, Some("session.end"), "End one of one's own sessions.";
    SESSIONS_END_OTHERS: "sessions_end_others", Tenant, OwnAccount, None, Some("session.end_others"), "End all of one's own sessions but the present one.";
    SESSIONS_CHANGE_PASSWORD: "sessions_change_password", Tenant, OwnAccount, None, Some("password.change"), "Change one's own password.";
    SESSIONS_USE_LINK: "sessions_use_link", Tenant, SignIn, None, Some("password.set"), "Set a password with a one-time link.";
    SESSIONS_REQUEST_RESET: "sessions_request_reset", Tenant, SignIn, None, Some("password.request_reset"), "Ask for a mail with a link to set a new password, by e-mail or username.";
    SETTINGS_GET: "settings_get", Tenant, ReadAdministration, None, None, "Show the tenant's settings.";
    SETTINGS_EDIT: "settings_edit", Tenant, Administer, None, Some("settings.edit"), "Edit the tenant's settings: branding, portal texts, time zone, allowed origins, recruitment weights, waitlist, mails.";
    MAIL_TEMPLATES_LIST: "mail_templates_list", Tenant, ReadAdministration, None, None, "List the texts of every kind of mail.";
    MAIL_TEMPLATES_GET: "mail_templates_get", Tenant, ReadAdministration, None, None, "Show the texts of one kind of mail, and what they may name.";
    MAIL_TEMPLATES_EDIT: "mail_templates_edit", Tenant, Administer, None, Some("mail_template.edit"), "Put own texts in place of the usual of a kind of mail.";
    MAIL_TEMPLATES_RESET: "mail_templates_reset", Tenant, Administer, None, Some("mail_template.reset"), "Bring the usual texts of a kind of mail back.";
    MAIL_TEMPLATES_PREVIEW: "mail_templates_preview", Tenant, ReadAdministration, None, None, "Show what a kind of mail looks like, with made-up people.";
    API_KEYS_CREATE: "api_keys_create", Tenant, Administer, None, Some("api_key.create"), "Make a key of the public API; it is shown once.";
    API_KEYS_LIST: "api_keys_list", Tenant, ReadAdministration, None, None, "List the keys of the public API, without their secrets.";
    API_KEYS_GET: "api_keys_get", Tenant, ReadAdministration, None, None, "Show one key of the public API, without its secret.";
    API_KEYS_ROTATE: "api_keys_rotate", Tenant, Administer, None, Some("api_key.rotate"), "Replace a key by a new one: at once, or with a grace in which both are good.";
    API_KEYS_REVOKE: "api_keys_revoke", Tenant, Administer, None, Some("api_key.revoke"), "End a key at once.";
    API_KEYS_ADOPT: "api_keys_adopt", Tenant, ManagePlatform, None, Some("api_key.adopt"), "Take over a key of the earlier application by its hash.";
    USERS_CREATE: "users_create", Tenant, Administer, None, Some("user.create"), "Create a user, with a password or an invitation.";
    USERS_LIST: "users_list", Tenant, ReadAdministration, None, None, "List users.";
    USERS_GET: "users_get", Tenant, ReadAdministration, None, None, "Show one user.";
    USERS_EDIT: "users_edit", Tenant, Administer, None, Some("user.edit"), "Change a user's e-mail, username, names or role.";
    USERS_DEACTIVATE: "users_deactivate", Tenant, Administer, None, Some("user.deactivate"), "Deactivate a user: their sessions and calendar feeds end, their links are void.";
    USERS_REACTIVATE: "users_reactivate", Tenant, Administer, None, Some("user.reactivate"), "Reactivate a user.";
    USERS_RESET_PASSWORD: "users_reset_password", Tenant, Administer, None, Some("user.reset_password"), "Make a one-time link with which a user sets a password.";
    USERS_INVITE: "users_invite", Tenant, Administer, None, Some("user.invite"), "Send a user a mail with a link to set a password.";
    EVENTS_CREATE: "events_create", Tenant, ManageEvents, Some(Events), Some("event.create"), "Create an event as a draft.";
    EVENTS_EDIT: "events_edit", Tenant, ManageEvents, Some(Events), Some("event.edit"), "Change an event; who is signed up is told of another time or place.";
    EVENTS_CONFIRM: "events_confirm", Tenant, ManageEvents, Some(Events), Some("event.confirm"), "Confirm an event: it takes place.";
    EVENTS_RETURN_TO_DRAFT: "events_return_to_draft", Tenant, ManageEvents, Some(Events), Some("event.return_to_draft"), "Make a confirmed event a draft again.";
    EVENTS_PUBLISH: "events_publish", Tenant, ManageEvents, Some(Events), Some("event.publish"), "Publish an event.";
    EVENTS_UNPUBLISH: "events_unpublish", Tenant, ManageEvents, Some(Events), Some("event.unpublish"), "Take an event off the public list; it stays confirmed.";
    EVENTS_COMPLETE: "events_complete", Tenant, ManageEvents, Some(Events), Some("event.complete"), "Complete an event that has begun: it has taken place.";
    EVENTS_CANCEL: "events_cancel", Tenant, ManageEvents, Some(Events), Some("event.cancel"), "Cancel an event; everyone on its roster is told.";
    EVENTS_DUPLICATE: "events_duplicate", Tenant, ManageEvents, Some(Events), Some("event.duplicate"), "Copy an event to a new date, as a draft.";
    EVENTS_GET: "events_get", Tenant, ReadEvents, Some(Events), None, "Show one event.";
    EVENTS_LIST: "events_list", Tenant, ReadEvents, Some(Events), None, "List events.";
    VOLUNTEERS_CREATE: "volunteers_create", Tenant, ManageVolunteers, Some(Volunteers), Some("volunteer.create"), "Add a volunteer, or reactivate the one who has the e-mail address.";
    VOLUNTEERS_LIST: "volunteers_list", Tenant, ReadVolunteers, Some(Volunteers), None, "List and search volunteers.";
    VOLUNTEERS_SUGGEST: "volunteers_suggest", Tenant, ReadVolunteers, Some(Volunteers), None, "Suggest active volunteers for what was typed so far: number, name, organization.";
    VOLUNTEERS_GET: "volunteers_get", Tenant, ReadVolunteers, Some(Volunteers), None, "Show one volunteer, with what they took part in, notes and outreach.";
    VOLUNTEERS_HISTORY: "volunteers_history", Tenant, ReadVolunteers, Some(Volunteers), None, "List what a volunteer was asked to, took part in or declined.";
    VOLUNTEERS_EDIT: "volunteers_edit", Tenant, ManageVolunteers, Some(Volunteers), Some("volunteer.edit"), "Change a volunteer.";
    VOLUNTEERS_DEACTIVATE: "volunteers_deactivate", Tenant, ManageVolunteers, Some(Volunteers), Some("volunteer.deactivate"), "Deactivate a volunteer: they are kept, and asked no more.";
    VOLUNTEERS_REACTIVATE: "volunteers_reactivate", Tenant, ManageVolunteers, Some(Volunteers), Some("volunteer.reactivate"), "Reactivate a volunteer.";
    VOLUNTEERS_PREVIEW_MERGE: "volunteers_preview_merge", Tenant, ReadVolunteers, Some(Volunteers), None, "Show what merging two volunteers into one would do.";
    VOLUNTEERS_MERGE: "volunteers_merge", Tenant, ManageVolunteers, Some(Volunteers), Some("volunteer.merge"), "Merge a volunteer into another, keeping both histories.";
    VOLUNTEERS_LIST_NOTES: "volunteers_list_notes", Tenant, ReadVolunteers, Some(Volunteers), None, "List the notes on a volunteer.";
    VOLUNTEERS_ADD_NOTE: "volunteers_add_note", Tenant, ManageVolunteers, Some(Volunteers), Some("volunteer_note.add"), "Add a note on a volunteer.";
    VOLUNTEERS_EDIT_NOTE: "volunteers_edit_note", Tenant, ManageVolunteers, Some(Volunteers), Some("volunteer_note.edit"), "Change a note on a volunteer.";
    VOLUNTEERS_REMOVE_NOTE: "volunteers_remove_note", Tenant, ManageVolunteers, Some(Volunteers), Some("volunteer_note.remove"), "Remove a note on a volunteer.";
    VOLUNTEERS_PREVIEW_IMPORT: "volunteers_preview_import", Tenant, ManageVolunteers, Some(Volunteers), None, "Look at a file of volunteers: its columns and what they are likely to hold, its first rows.";
    VOLUNTEERS_IMPORT: "volunteers_import", Tenant, ManageVolunteers, Some(Volunteers), Some("volunteer.import"), "Import volunteers from a CSV or XLSX file, or tell what importing it would do.";
    VOLUNTEERS_GET_IMPORT: "volunteers_get_import", Tenant, ManageVolunteers, Some(Volunteers), None, "Show an import of volunteers: how far it is, or what it did.";
    VOLUNTEERS_CANCEL_IMPORT: "volunteers_cancel_import", Tenant, ManageVolunteers, Some(Volunteers), None, "Break off an import of volunteers that is under way: nothing of it stays.";
    VOLUNTEERS_GET_REJECTED_ROWS: "volunteers_get_rejected_rows", Tenant, ManageVolunteers, Some(Volunteers), None, "Download the rejected rows of an import as CSV, to be mended.";
    VOLUNTEERS_LIST_IMPORTS: "volunteers_list_imports", Tenant, ReadVolunteers, Some(Volunteers), None, "List the imports of volunteers that were done.";
    VOLUNTEERS_EXPORT: "volunteers_export", Tenant, ExportVolunteers, Some(Volunteers), Some("volunteer.export"), "Export volunteers as CSV or XLSX.";
    ROSTERS_LIST: "rosters_list", Tenant, ReadVolunteers, Some(Volunteers), None, "List an event's roster.";
    ROSTERS_TOTALS: "rosters_totals", Tenant, ReadVolunteers, Some(Volunteers), None, "Show how many stand how on an event's roster, and their hours.";
    ROSTERS_GET: "rosters_get", Tenant, ReadVolunteers, Some(Volunteers), None, "Show one place on an event's roster.";
    ROSTERS_ASSIGN: "rosters_assign", Tenant, ManageVolunteers, Some(Volunteers), Some("roster.assign"), "Put a volunteer on an event's roster.";
    ROSTERS_EDIT: "rosters_edit", Tenant, ManageVolunteers, Some(Volunteers), Some("roster.edit"), "Change a place on an event's roster: status, type, notes, hours.";
    ROSTERS_REMOVE: "rosters_remove", Tenant, ManageVolunteers, Some(Volunteers), Some("roster.remove"), "Take a volunteer off an event's roster.";
    RECRUITMENT_DASHBOARD: "recruitment_dashboard", Tenant, ReadEvents, Some(Recruitment), None, "Show which events need volunteers, the most urgent first.";
    RECRUITMENT_CANDIDATES: "recruitment_candidates", Tenant, ReadVolunteers, Some(Recruitment), None, "Show who would suit an event best, each with why.";
    RECRUITMENT_LEFT_OUT: "recruitment_left_out", Tenant, ReadVolunteers, Some(Recruitment), None, "Show who is no candidate for an event, and why.";
    OUTREACH_LOG: "outreach_log", Tenant, ManageVolunteers, Some(Recruitment), Some("outreach.log"), "Log that a volunteer was asked to an event, and what came of it.";
    OUTREACH_LIST: "outreach_list", Tenant, ReadVolunteers, Some(Recruitment), None, "List who was asked to what, how, and what came of it.";
    OUTREACH_GET: "outreach_get", Tenant, ReadVolunteers, Some(Recruitment), None, "Show one time that a volunteer was asked to an event.";
    OUTREACH_EDIT: "outreach_edit", Tenant, ManageVolunteers, Some(Recruitment), Some("outreach.edit"), "Follow up on outreach: what came of it.";
    OUTREACH_REMOVE: "outreach_remove", Tenant, ManageVolunteers, Some(Recruitment), Some("outreach.remove"), "Remove outreach that was logged by mistake.";
    OUTREACH_PREVIEW_MAIL: "outreach_preview_mail", Tenant, ReadVolunteers, Some(Recruitment), None, "Show whom a mail that asks to an event would go to, who is left out, and what it says.";
    OUTREACH_SEND_MAIL: "outreach_send_mail", Tenant, ManageVolunteers, Some(Recruitment), Some("outreach.send_mail"), "Ask volunteers to an event by mail; each is logged.";
    CALENDAR_GET: "calendar_get", Tenant, ReadEvents, Some(Events), None, "Show what is in the calendar on a day, in a week, a month or any range.";
    CALENDAR_EXPORT: "calendar_export", Tenant, ReadEvents, Some(Events), None, "Give the tenant's events as an iCalendar file.";
    CALENDAR_FEEDS_CREATE: "calendar_feeds_create", Tenant, ReadEvents, Some(Events), Some("calendar_feed.create"), "Make a secret address at which calendar programs read all events; it is shown once.";
    CALENDAR_FEEDS_LIST: "calendar_feeds_list", Tenant, ReadEvents, Some(Events), None, "List one's own calendar feeds, without their secrets; for admins everybody's.";
    CALENDAR_FEEDS_REVOKE: "calendar_feeds_revoke", Tenant, ReadEvents, Some(Events), Some("calendar_feed.revoke"), "End a calendar feed at once.";
    MAILS_LIST: "mails_list", Tenant, ReadAdministration, None, None, "List the outbox: mails that wait, were sent, could not be delivered or are held.";
    MAILS_GET: "mails_get", Tenant, ReadAdministration, None, None, "Show one mail of the outbox.";
    MAILS_RETRY: "mails_retry", Tenant, Administer, None, Some("mail.retry"), "Try a mail again that failed, is held or waits.";
    MAILS_RETRY_ALL: "mails_retry_all", Tenant, Administer, None, Some("mail.retry_all"), "Try all mails again that failed or are held.";
    AUDIT_LIST: "audit_list", Tenant, ReadAudit, None, None, "List entries of the tenant's audit log.";
    AUDIT_EXPORT: "audit_export", Tenant, ExportData, None, Some("audit.export"), "Export the tenant's audit log as CSV or JSON lines.";
    AUDIT_VERIFY: "audit_verify", Tenant, ReadAudit, None, None, "Verify the tenant's audit log: edits, deletions, a cut-off end.";
    AUDIT_HEAD: "audit_head", Tenant, ReadAudit, None, None, "Show where the tenant's audit log ends, to be kept safe.";
    PUBLIC_EVENTS_LIST: "public_events_list", PublicApi, ReadPublishedEvents, Some(Events), None, "List published or completed events for a website.";
    PUBLIC_EVENTS_UPCOMING: "public_events_upcoming", PublicApi, ReadPublishedEvents, Some(Events), None, "List published events that have not begun.";
    PUBLIC_EVENTS_GET: "public_events_get", PublicApi, ReadPublishedEvents, Some(Events), None, "Show one published or completed event to a website.";
    PUBLIC_CALENDAR_GET: "public_calendar_get", PublicApi, ReadPublishedEvents, Some(Events), None, "Give published and completed events to calendar programs.";
    CALENDAR_FEEDS_READ: "calendar_feeds_read", PublicApi, ReadEvents, Some(Events), None, "Give all events to whoever has a feed's secret address.";
    SIGNUPS_LIST_EVENTS: "signups_list_events", PublicApi, SignUp, Some(Events), None, "List the published events that people can sign up for.";
    SIGNUPS_GET_EVENT: "signups_get_event", PublicApi, SignUp, Some(Events), None, "Show an event to people who may sign up, and whether they can.";
    SIGNUPS_SUBMIT: "signups_submit", PublicApi, SignUp, Some(Events), Some("signup.submit"), "Sign up for an event: for a place, or for the waitlist of a full one.";
    SIGNUPS_GET: "signups_get", PublicApi, SignUp, Some(Events), None, "Show how one stands on an event's roster, by the secret in one's mail.";
    OPT_OUTS_GET: "opt_outs_get", PublicApi, SignUp, None, None, "Show whether one gets mails that ask to come to events, by the secret in one of them.";
    OPT_OUTS_CREATE: "opt_outs_create", PublicApi, SignUp, None, Some("volunteer.opt_out"), "Get no more mails that ask to come to events, by the secret in one of them.";
    SIGNUPS_CANCEL: "signups_cancel", PublicApi, SignUp, Some(Events), Some("signup.cancel"), "Cancel one's own sign-up; the first on the waitlist gets the place.";
}

/// The operation with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Operation> {
    ALL.iter().copied().find(|operation| operation.id == id)
}
