//! Roles, staff and features on every operation of the table, called for real: the matrix of the specification, generated.

use polaris_core::operations::{self, Operation, Permission, Surface};
use polaris_core::types::{ApiKeyId, EventId, EventOrder, EventRef, NoteId, OutreachId, SessionId, StaffId, TenantId, UserId, VolunteerId};
use polaris_core::{
    Actor, AuditFilter, Caller, Context, Error, EventEdit, EventFilter, ExportFormat, LogIn, NewCancellation, NewDuplicate, NewPassword,
    NewReset, NewSession, NewSupport, NewTenant, PageRequest, Platform, PublicStatus, ReferenceFilter, ReferenceImport, ReferenceKind,
    ReferenceSync, Role, SettingsEdit, StaffEdit, StaffFilter, StaffRole, TenantEdit, TenantFilter, TenantHandle, UsedLink, UserEdit,
    UserFilter,
};

use super::support::{World, career_day, code, new_staff, new_user, new_volunteer};
use polaris_core::MailTemplateEdit;
use polaris_core::types::{FeedId, FeedSecret, MailId, MailKind};
use polaris_core::{BackupRef, NewApiKey, NewBackup, NewKeyAdoption, NewKeyRotation, NewMigration, NewRestore};
use polaris_core::{CalendarQuery, MailFilter, NewCalendarFeed, NewDelivery, Patience};
use polaris_core::{
    NewNote, NewOutreach, NewOutreachMail, NewParticipation, NewSignup, NoteEdit, OutreachEdit, ParticipationEdit, RosterFilter,
    VolunteerEdit, VolunteerExportFormat, VolunteerFilter, VolunteerImport, VolunteerMerge,
};

fn actors(tenant: TenantId) -> Vec<(&'static str, Actor)> {
    let user = |role| Actor::tenant_user(7, "Pat Lee", role);
    vec![
        ("system", Actor::System),
        ("staff admin", Actor::staff("Robin", StaffRole::Admin)),
        ("staff support", Actor::staff("Sam", StaffRole::Support)),
        ("admin", user(Role::Admin)),
        ("coordinator", user(Role::Coordinator)),
        ("virtual_admin", user(Role::VirtualAdmin)),
        ("viewer", user(Role::Viewer)),
        ("api key", Actor::ApiKey { tenant, id: ApiKeyId::new(1) }),
        ("public", Actor::Public),
    ]
}

/// The rows of the specification's matrix that this version has.
fn permitted(actor: &str, permission: Permission) -> bool {
    let all_of = |names: &[&str]| names.contains(&actor);
    match permission {
        Permission::ReadPublishedEvents => true,
        Permission::ReadEvents => !all_of(&["api key", "public"]),
        Permission::ManageEvents => all_of(&["system", "staff admin", "admin", "coordinator"]),
        Permission::ReadVolunteers => all_of(&["system", "staff admin", "staff support", "admin", "coordinator"]),
        Permission::ManageVolunteers | Permission::ExportVolunteers => all_of(&["system", "staff admin", "admin", "coordinator"]),
        Permission::ReadPlatform => all_of(&["system", "staff admin", "staff support"]),
        Permission::ManagePlatform => all_of(&["system", "staff admin"]),
        Permission::ReadAdministration => all_of(&["system", "staff admin", "staff support", "admin"]),
        Permission::Administer => all_of(&["system", "staff admin", "admin"]),
        Permission::ReadAudit => all_of(&["system", "staff admin", "staff support", "admin"]),
        Permission::ExportData => all_of(&["system", "staff admin", "admin"]),
        Permission::Support => all_of(&["system", "staff admin", "staff support"]),
        Permission::SignUp => all_of(&["system", "public"]),
        Permission::SignIn => true,
        Permission::OwnAccount => !all_of(&["api key", "public"]),
        other => panic!("say who has {other:?}"),
    }
}

/// The platform lets in nobody but the operator's, however much they may in their tenant; only logging in is open to all.
fn may(actor: &str, operation: &Operation) -> bool {
    let let_in =
        operation.surface != Surface::Platform || operation.permission == Permission::SignIn || permitted(actor, Permission::ReadPlatform);
    // Whoever reads events makes feeds of them; support staff change nothing.
    let only_looks = actor == "staff support" && operation.id.starts_with("calendar_feeds") && operation.audit.is_some();
    let_in && permitted(actor, operation.permission) && !only_looks
}

/// Calls an operation and gives the code of the answer.
fn call(world: &World, operation: &Operation, actor: &Actor) -> &'static str {
    let tenant = || world.polaris.tenant("kckps", actor.clone());
    let platform = || world.polaris.platform(actor.clone());
    let list = |page| (EventFilter::default(), EventOrder::default(), page);
    match operation.id {
        "tenants_create" => code(platform().and_then(|platform| platform.tenants().create(NewTenant::new("north", "North")))),
        "tenants_list" => code(platform().and_then(|platform| platform.tenants().list(&TenantFilter::default(), PageRequest::default()))),
        "tenants_get" => code(platform().and_then(|platform| platform.tenants().get("kckps"))),
        "tenants_edit" => code(platform().and_then(|platform| platform.tenants().edit("kckps", &TenantEdit::default(), None))),
        "tenants_deactivate" => code(platform().and_then(|platform| platform.tenants().deactivate("hickman", None))),
        "tenants_reactivate" => {
            world.platform().tenants().deactivate("hickman", None).unwrap();
            code(platform().and_then(|platform| platform.tenants().reactivate("hickman", None)))
        }
        "tenants_delete" => {
            world.platform().tenants().deactivate("hickman", None).unwrap();
            code(platform().and_then(|platform| platform.tenants().delete("hickman", "hickman")))
        }
        "tenants_undelete" => {
            world.trash("hickman");
            code(platform().and_then(|platform| platform.tenants().undelete("hickman")))
        }
        "tenants_purge" => {
            world.trash("hickman");
            code(platform().and_then(|platform| platform.tenants().purge("hickman", "hickman")))
        }
        "settings_get" => code(tenant().and_then(|tenant| tenant.administration().settings())),
        "settings_edit" => code(tenant().and_then(|tenant| tenant.administration().edit_settings(&SettingsEdit::default(), None))),
        "mail_templates_list" => code(tenant().and_then(|tenant| tenant.mail_templates().list())),
        "mail_templates_get" => code(tenant().and_then(|tenant| tenant.mail_templates().get(MailKind::Outreach))),
        "mail_templates_edit" => {
            code(tenant().and_then(|tenant| tenant.mail_templates().edit(MailKind::Outreach, &MailTemplateEdit::default(), None)))
        }
        "mail_templates_reset" => code(tenant().and_then(|tenant| tenant.mail_templates().reset(MailKind::Outreach, None))),
        "mail_templates_preview" => code(tenant().and_then(|tenant| tenant.mail_templates().preview(MailKind::Outreach))),
        "tenants_migrate" => {
            let all = NewMigration { all: true, ..NewMigration::default() };
            code(platform().and_then(|platform| platform.tenants().migrate(&all)))
        }
        "backups_create" => code(platform().and_then(|platform| platform.backups().create(&NewBackup::default()))),
        "backups_list" => code(platform().and_then(|platform| platform.backups().list(PageRequest::default()))),
        "backups_get" => {
            let backup = world.platform().backups().create(&NewBackup::default()).unwrap();
            code(platform().and_then(|platform| platform.backups().get(&BackupRef::named(&backup.name))))
        }
        "backups_verify" => {
            let backup = world.platform().backups().create(&NewBackup::default()).unwrap();
            code(platform().and_then(|platform| platform.backups().verify(&BackupRef::named(&backup.name))))
        }
        "backups_restore" => {
            let backup = world.platform().backups().create(&NewBackup::default()).unwrap();
            std::fs::write(world.file("hickman"), "damaged").unwrap();
            let damaged = NewRestore { tenant: "hickman".into(), ..NewRestore::default() };
            code(platform().and_then(|platform| platform.backups().restore(&BackupRef::named(&backup.name), &damaged)))
        }
        "backups_prune" => code(platform().and_then(|platform| platform.backups().prune(1))),
        "reference_import" => code(platform().and_then(|platform| platform.reference().import(&ReferenceImport::default()))),
        "reference_list" => {
            let (filter, page) = (ReferenceFilter::default(), PageRequest::default());
            code(platform().and_then(|platform| platform.reference().list(ReferenceKind::Skills, &filter, page)))
        }
        "reference_sync" => code(platform().and_then(|platform| platform.reference().sync(&ReferenceSync::default()))),
        "sessions_open" => {
            let new = NewSession { staff: "Ash".into(), ..NewSession::default() };
            code(platform().and_then(|platform| platform.sessions().open(&new)))
        }
        "audit_list" => code(tenant().and_then(|tenant| tenant.audit().list(&AuditFilter::default(), PageRequest::default()))),
        "audit_export" => code(tenant().and_then(|tenant| tenant.audit().export(&AuditFilter::default(), ExportFormat::Csv))),
        "audit_verify" => code(tenant().and_then(|tenant| tenant.audit().verify(None))),
        "audit_head" => code(tenant().and_then(|tenant| tenant.audit().head())),
        "platform_audit_list" => {
            code(platform().and_then(|platform| platform.audit().list(&AuditFilter::default(), PageRequest::default())))
        }
        "platform_audit_export" => {
            code(platform().and_then(|platform| platform.audit().export(&AuditFilter::default(), ExportFormat::Csv)))
        }
        "platform_audit_verify" => code(platform().and_then(|platform| platform.audit().verify(None))),
        "platform_audit_head" => code(platform().and_then(|platform| platform.audit().head())),
        // These actors have no session, which is asked for once it is known that they may.
        id if id.contains("sessions_") => let_in(call_sessions(world, id, actor)),
        "support_enter" => let_in(platform().and_then(|platform| platform.support().enter(&NewSupport::default()))),
        "support_leave" => let_in(platform().and_then(|platform| platform.support().leave("kckps"))),
        "support_list" => code(platform().and_then(|platform| platform.support().list(PageRequest::default()))),
        id if id.starts_with("api_keys_") => let_in(call_api_keys(&|| world.polaris.tenant("kckps", actor.clone()), id)),
        id if id.starts_with("users_") => call_users(&|| world.polaris.tenant("kckps", actor.clone()), id),
        id if id.starts_with("staff_") => call_staff(&|| world.polaris.platform(actor.clone()), id),
        id if id.starts_with("volunteers_") => call_volunteers(&|| world.polaris.tenant("kckps", actor.clone()), id),
        id if id.starts_with("rosters_") => call_rosters(&|| world.polaris.tenant("kckps", actor.clone()), id),
        id if id.starts_with("recruitment_") => call_recruitment(&tenant, id),
        id if id.starts_with("outreach_") => call_outreach(&tenant, id),
        "mails_deliver" => code(platform().and_then(|platform| platform.mails().deliver(&NewDelivery::default(), &mut |_| true))),
        other if other.starts_with("mails_") => call_mails(world, &tenant, other),
        "doctor_check" => code(platform().and_then(|platform| platform.doctor().check())),
        "doctor_mend" => code(platform().and_then(|platform| platform.doctor().mend())),
        "events_list" => {
            let (filter, order, page) = list(PageRequest::default());
            code(tenant().and_then(|tenant| tenant.events().list(&filter, order, page)))
        }
        id if id.starts_with("events_") => call_events(world, &tenant, id),
        id if id.starts_with("calendar_") || id == "public_calendar_get" => call_calendar(world, id, actor),
        "public_events_list" => code(world.public().list(&PublicStatus::Published, &EventFilter::default(), PageRequest::default())),
        "public_events_upcoming" => code(world.public().upcoming(&EventFilter::default(), PageRequest::default())),
        "public_events_get" => code(world.public().get(&EventRef::parse("career-day-2026-10-15"))),
        // Whoever comes by this door is the public.
        id if id.starts_with("signups_") || id.starts_with("opt_outs_") => call_signups(world, id),
        other => panic!("say how to call {other}"),
    }
}

fn call_signups(world: &World, id: &str) -> &'static str {
    let door = world.polaris.signup("kckps", Context::default(), Patience::Wait).unwrap();
    let links = |answer| match answer {
        // There is no such sign-up: that it was looked for is what is asked here.
        Err(Error::InvalidLink) => "ok",
        other => code(other),
    };
    let seen = |answer: polaris_core::Result<polaris_core::OptOut>| match answer {
        Err(Error::InvalidLink) => "ok",
        other => code(other),
    };
    match id {
        "signups_list_events" => code(door.list(PageRequest::default())),
        "signups_get_event" => code(door.event("career-day-2026-10-15")),
        "signups_submit" => {
            let ann =
                NewSignup { first_name: "Ann".into(), last_name: "Lee".into(), email: "ann@example.org".into(), ..NewSignup::default() };
            code(door.attempt().and_then(|attempt| attempt.submit("career-day-2026-10-15", &ann, None)))
        }
        "signups_get" => links(door.look("plml_x")),
        "signups_cancel" => links(door.cancel("plml_x")),
        "opt_outs_get" => seen(door.look_at_opt_out("plml_x")),
        "opt_outs_create" => seen(door.opt_out("plml_x")),
        other => panic!("say how to call {other}"),
    }
}

/// One's own sessions and password. These actors have neither.
fn call_sessions(world: &World, id: &str, actor: &Actor) -> polaris_core::Result<()> {
    let tenant = || world.polaris.tenant("kckps", actor.clone());
    let platform = || world.polaris.platform(actor.clone());
    let door = || world.polaris.staff_door(Context::default());
    match id {
        "sessions_log_in" => tenant()?.sessions().log_in(&LogIn::default()).answer.map(drop),
        "sessions_get" => tenant()?.sessions().current().map(drop),
        "sessions_log_out" => tenant()?.sessions().log_out(),
        "sessions_list" => tenant()?.sessions().list().map(drop),
        "sessions_end" => tenant()?.sessions().end(SessionId::new(1)),
        "sessions_end_others" => tenant()?.sessions().end_others().map(drop),
        "sessions_change_password" => tenant()?.sessions().change_password(&NewPassword::default()).answer.map(drop),
        "sessions_use_link" => tenant()?.sessions().use_link(&UsedLink::default()).map(drop),
        "sessions_request_reset" => tenant()?.sessions().request_reset(&NewReset::default()).answer,
        "staff_sessions_log_in" => door()?.log_in(&LogIn::default()).answer.map(drop),
        "staff_sessions_get" => platform()?.own_sessions().current().map(drop),
        "staff_sessions_log_out" => platform()?.own_sessions().log_out(),
        "staff_sessions_list" => platform()?.own_sessions().list().map(drop),
        "staff_sessions_end" => platform()?.own_sessions().end(SessionId::new(1)),
        "staff_sessions_end_others" => platform()?.own_sessions().end_others().map(drop),
        "staff_sessions_change_password" => platform()?.own_sessions().change_password(&NewPassword::default()).answer.map(drop),
        "staff_sessions_use_link" => door()?.use_link(&UsedLink::default()).map(drop),
        other => panic!("say how to call {other}"),
    }
}

fn let_in<T>(answer: polaris_core::Result<T>) -> &'static str {
    match code(answer) {
        // What comes once it is known that they may.
        "UNAUTHENTICATED"
        | "INVALID_CREDENTIALS"
        | "VALIDATION_FAILED"
        | "INVALID_LINK"
        | "SESSION_NOT_FOUND"
        | "USER_NOT_FOUND"
        | "API_KEY_NOT_FOUND"
        | "CONFLICT" => "ok",
        other => other,
    }
}

fn call_api_keys(tenant: &dyn Fn() -> polaris_core::Result<TenantHandle>, operation: &str) -> polaris_core::Result<()> {
    let (tenant, nobodys) = (tenant()?, ApiKeyId::new(99));
    let keys = tenant.api_keys();
    match operation {
        "api_keys_create" => keys.create(&NewApiKey { name: "App".into() }).map(drop),
        "api_keys_list" => keys.list().map(drop),
        "api_keys_get" => keys.get(nobodys).map(drop),
        "api_keys_rotate" => keys.rotate(nobodys, &NewKeyRotation::default()).map(drop),
        "api_keys_revoke" => keys.revoke(nobodys).map(drop),
        "api_keys_adopt" => keys.adopt(&NewKeyAdoption { hash: "a".repeat(64), name: "Website".into() }).map(drop),
        other => panic!("say how to call {other}"),
    }
}

fn call_calendar(world: &World, operation: &str, actor: &Actor) -> &'static str {
    let tenant = || world.polaris.tenant("kckps", actor.clone());
    let new = NewCalendarFeed::default();
    match operation {
        "calendar_get" => code(tenant().and_then(|tenant| tenant.calendar().get(&CalendarQuery::default()))),
        "calendar_export" => code(tenant().and_then(|tenant| tenant.calendar().export(None))),
        "calendar_feeds_create" => let_in(tenant().and_then(|tenant| tenant.calendar().feeds().create(new))),
        "calendar_feeds_list" => code(tenant().and_then(|tenant| tenant.calendar().feeds().list(PageRequest::default()))),
        "calendar_feeds_revoke" => match code(tenant().and_then(|tenant| tenant.calendar().feeds().revoke(FeedId::new(99)))) {
            "NOT_FOUND" => "ok",
            other => other,
        },
        "calendar_feeds_read" => {
            let secret = FeedSecret::generate([7; 32]);
            let raw = world.raw("kckps");
            raw.execute_batch(
                "INSERT OR IGNORE INTO users (id, email, folded_email, first_name, last_name, folded_name, role, created_at, updated_at)
                 VALUES (70, 'v@example.org', 'v@example.org', 'V', 'V', 'v', 'viewer', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')",
            )
            .unwrap();
            let sql =
                "INSERT OR IGNORE INTO calendar_feeds (hash, user_id, name, created_at) VALUES (?1, 70, 'F', '2026-01-01T00:00:00.000Z')";
            raw.execute(sql, [secret.hash().to_string()]).unwrap();
            closed(world.polaris.calendar_feed("kckps", secret.reveal(), Context::default(), None))
        }
        "public_calendar_get" => {
            closed(world.polaris.public_calendar("kckps", Context::default(), Patience::Wait).and_then(|calendar| calendar.file(None)))
        }
        other => panic!("say how to call {other}"),
    }
}

/// Nobody outside learns why there is nothing at an address.
fn closed<T>(answer: polaris_core::Result<T>) -> &'static str {
    match code(answer) {
        "NOT_FOUND" => "FEATURE_DISABLED",
        other => other,
    }
}

fn call_mails(world: &World, tenant: &dyn Fn() -> polaris_core::Result<TenantHandle>, operation: &str) -> &'static str {
    let one = MailId::new(1);
    let sql = "INSERT OR IGNORE INTO outbox (id, kind, recipient, data, state, next_attempt_at, created_at)
               VALUES (1, 'reset', 'v@example.org', '{}', 'held', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')";
    world.raw("kckps").execute(sql, []).unwrap();
    match operation {
        "mails_list" => code(tenant().and_then(|tenant| tenant.mails().list(&MailFilter::default(), PageRequest::default()))),
        "mails_get" => code(tenant().and_then(|tenant| tenant.mails().get(one))),
        "mails_retry" => code(tenant().and_then(|tenant| tenant.mails().retry(one))),
        "mails_retry_all" => code(tenant().and_then(|tenant| tenant.mails().retry_all())),
        other => panic!("say how to call {other}"),
    }
}

fn call_users(tenant: &dyn Fn() -> polaris_core::Result<TenantHandle>, operation: &str) -> &'static str {
    let (one, two) = (UserId::new(1), UserId::new(2));
    match operation {
        "users_create" => code(tenant().and_then(|tenant| tenant.users().create(new_user("kim@example.org", "viewer")))),
        "users_list" => {
            code(tenant().and_then(|tenant| tenant.users().list(&UserFilter::default(), Default::default(), Default::default())))
        }
        "users_get" => code(tenant().and_then(|tenant| tenant.users().get(one))),
        "users_edit" => code(tenant().and_then(|tenant| tenant.users().edit(one, UserEdit::default(), None))),
        "users_deactivate" => code(tenant().and_then(|tenant| tenant.users().deactivate(one))),
        "users_reactivate" => code(tenant().and_then(|tenant| tenant.users().reactivate(two))),
        "users_invite" => code(tenant().and_then(|tenant| tenant.users().invite(one))),
        "users_reset_password" => code(tenant().and_then(|tenant| tenant.users().reset_password(one))),
        other => panic!("say how to call {other}"),
    }
}

fn call_volunteers(tenant: &dyn Fn() -> polaris_core::Result<TenantHandle>, operation: &str) -> &'static str {
    let (one, two, page) = (VolunteerId::new(1), VolunteerId::new(2), PageRequest::default());
    let into_two = VolunteerMerge { merged_id: Some(1), ..VolunteerMerge::default() };
    let note = NoteId::new(1);
    match operation {
        "volunteers_create" => code(tenant().and_then(|tenant| tenant.volunteers().create(new_volunteer("Kim", "Hart")))),
        "volunteers_list" => {
            code(tenant().and_then(|tenant| tenant.volunteers().list(&VolunteerFilter::default(), Default::default(), page)))
        }
        "volunteers_suggest" => code(tenant().and_then(|tenant| tenant.volunteers().suggest("one"))),
        "volunteers_get" => code(tenant().and_then(|tenant| tenant.volunteers().get(one))),
        "volunteers_history" => code(tenant().and_then(|tenant| tenant.volunteers().history(one, page))),
        "volunteers_edit" => code(tenant().and_then(|tenant| tenant.volunteers().edit(one, VolunteerEdit::default(), None))),
        "volunteers_deactivate" => code(tenant().and_then(|tenant| tenant.volunteers().deactivate(one))),
        "volunteers_reactivate" => code(tenant().and_then(|tenant| tenant.volunteers().reactivate(VolunteerId::new(3)))),
        "volunteers_preview_merge" => code(tenant().and_then(|tenant| tenant.volunteers().preview_merge(two, &into_two))),
        "volunteers_merge" => code(tenant().and_then(|tenant| tenant.volunteers().merge(two, &into_two, None))),
        "volunteers_list_notes" => code(tenant().and_then(|tenant| tenant.volunteers().list_notes(one, page))),
        "volunteers_add_note" => {
            let draft = NewNote { text: "Called".into(), ..NewNote::default() };
            code(tenant().and_then(|tenant| tenant.volunteers().add_note(one, &draft)))
        }
        "volunteers_edit_note" => code(tenant().and_then(|tenant| tenant.volunteers().edit_note(one, note, &NoteEdit::default(), None))),
        "volunteers_preview_import" => code(tenant().and_then(|tenant| tenant.volunteers().preview_import(b"first,last\n", None))),
        "volunteers_import" => code(tenant().and_then(|tenant| tenant.volunteers().import(&VolunteerImport::of(b"first,last\n")))),
        "volunteers_get_import" => match code(tenant().and_then(|tenant| tenant.volunteers().get_import("1"))) {
            "NOT_FOUND" => "ok",
            other => other,
        },
        "volunteers_cancel_import" => code(tenant().and_then(|tenant| tenant.authorize(&operations::VOLUNTEERS_CANCEL_IMPORT))),
        "volunteers_get_rejected_rows" => code(tenant().and_then(|tenant| tenant.authorize(&operations::VOLUNTEERS_GET_REJECTED_ROWS))),
        "volunteers_list_imports" => code(tenant().and_then(|tenant| tenant.volunteers().list_imports(page))),
        "volunteers_export" => code(
            tenant()
                .and_then(|tenant| tenant.volunteers().export(&VolunteerFilter::default(), Default::default(), VolunteerExportFormat::Csv)),
        ),
        "volunteers_remove_note" => code(tenant().and_then(|tenant| tenant.volunteers().remove_note(one, note, None))),
        other => panic!("say how to call {other}"),
    }
}

fn call_events(world: &World, tenant: &dyn Fn() -> polaris_core::Result<TenantHandle>, operation: &str) -> &'static str {
    let event = EventId::new(1);
    match operation {
        "events_create" => code(tenant().and_then(|tenant| tenant.events().create(career_day()))),
        "events_get" => code(tenant().and_then(|tenant| tenant.events().get(event))),
        "events_edit" => code(tenant().and_then(|tenant| tenant.events().edit(event, EventEdit::default(), None))),
        "events_confirm" => code(tenant().and_then(|tenant| tenant.events().confirm(event))),
        "events_return_to_draft" => {
            world.set_status(event, "confirmed");
            code(tenant().and_then(|tenant| tenant.events().return_to_draft(event)))
        }
        "events_publish" => code(tenant().and_then(|tenant| tenant.events().publish(event))),
        "events_unpublish" => {
            world.set_status(event, "published");
            code(tenant().and_then(|tenant| tenant.events().unpublish(event)))
        }
        "events_complete" => {
            let begun = "UPDATE events SET status = 'published', starts_at = '2026-09-01T00:00:00.000Z'";
            world.raw("kckps").execute(begun, []).unwrap();
            code(tenant().and_then(|tenant| tenant.events().complete(event)))
        }
        "events_cancel" => code(tenant().and_then(|tenant| tenant.events().cancel(event, NewCancellation::default()))),
        "events_duplicate" => {
            let copy = NewDuplicate { starts_at: "2027-01-20".into() };
            code(tenant().and_then(|tenant| tenant.events().duplicate(event, copy)))
        }
        other => panic!("say how to call {other}"),
    }
}

fn call_rosters(tenant: &dyn Fn() -> polaris_core::Result<TenantHandle>, operation: &str) -> &'static str {
    let (event, one, page) = (EventId::new(1), VolunteerId::new(1), PageRequest::default());
    let two = NewParticipation { volunteer_id: Some(2), ..NewParticipation::default() };
    match operation {
        "rosters_list" => {
            code(tenant().and_then(|tenant| tenant.rosters().list(event, &RosterFilter::default(), Default::default(), page)))
        }
        "rosters_totals" => code(tenant().and_then(|tenant| tenant.rosters().totals(event))),
        "rosters_get" => code(tenant().and_then(|tenant| tenant.rosters().get(event, one))),
        "rosters_assign" => code(tenant().and_then(|tenant| tenant.rosters().assign(event, &two))),
        "rosters_edit" => code(tenant().and_then(|tenant| tenant.rosters().edit(event, one, &ParticipationEdit::default(), None))),
        "rosters_remove" => code(tenant().and_then(|tenant| tenant.rosters().remove(event, one, None))),
        other => panic!("say how to call {other}"),
    }
}

fn call_recruitment(tenant: &dyn Fn() -> polaris_core::Result<TenantHandle>, operation: &str) -> &'static str {
    let (event, page) = (EventId::new(1), PageRequest::default());
    match operation {
        "recruitment_dashboard" => code(tenant().and_then(|tenant| tenant.recruitment().dashboard(page))),
        "recruitment_candidates" => code(tenant().and_then(|tenant| tenant.recruitment().candidates(event, page))),
        "recruitment_left_out" => code(tenant().and_then(|tenant| tenant.recruitment().left_out(event, page))),
        other => panic!("say how to call {other}"),
    }
}

fn call_outreach(tenant: &dyn Fn() -> polaris_core::Result<TenantHandle>, operation: &str) -> &'static str {
    let (event, asked) = (EventId::new(1), OutreachId::new(1));
    let mail = NewOutreachMail { volunteer_ids: Some(vec![2]), ..NewOutreachMail::default() };
    let two = NewOutreach { volunteer_id: Some(2), method: "phone".into(), ..NewOutreach::default() };
    match operation {
        "outreach_log" => code(tenant().and_then(|tenant| tenant.outreach().log(event, &two))),
        "outreach_list" => code(tenant().and_then(|tenant| tenant.outreach().list(&Default::default(), PageRequest::default()))),
        "outreach_get" => code(tenant().and_then(|tenant| tenant.outreach().get(asked))),
        "outreach_edit" => code(tenant().and_then(|tenant| tenant.outreach().edit(asked, &OutreachEdit::default(), None))),
        "outreach_preview_mail" => code(tenant().and_then(|tenant| tenant.outreach().preview_mail(event, &mail))),
        "outreach_send_mail" => code(tenant().and_then(|tenant| tenant.outreach().send_mail(event, &mail))),
        "outreach_remove" => code(tenant().and_then(|tenant| tenant.outreach().remove(asked, None))),
        other => panic!("say how to call {other}"),
    }
}

/// Volunteers one and two, and three who is deactivated; on one a note, and they stand on the roster of event 1.
fn add_volunteers(world: &World) {
    let kckps = world.kckps();
    for name in ["One", "Two", "Three"] {
        kckps.volunteers().create(new_volunteer(name, "Person")).unwrap();
    }
    kckps.volunteers().deactivate(VolunteerId::new(3)).unwrap();
    kckps.volunteers().add_note(VolunteerId::new(1), &NewNote { text: "Called".into(), ..NewNote::default() }).unwrap();
    let one = NewParticipation { volunteer_id: Some(1), ..NewParticipation::default() };
    kckps.rosters().assign(EventId::new(1), &one).unwrap();
    // As somebody had asked the first.
    let sql = "INSERT INTO outreach (event_id, volunteer_id, method, outcome, attempted_at, author_kind, created_at, updated_at)
               VALUES (1, 1, 'phone', 'pending', ?1, 'system', ?1, ?1)";
    world.raw("kckps").execute(sql, ["2026-08-01T00:00:00.000Z"]).unwrap();
}

fn has_volunteers(operation: &Operation) -> bool {
    ["volunteers_", "rosters_", "recruitment_", "outreach_"].iter().any(|capability| operation.id.starts_with(capability))
}

fn call_staff(platform: &dyn Fn() -> polaris_core::Result<Platform>, operation: &str) -> &'static str {
    let (one, two) = (StaffId::new(1), StaffId::new(2));
    match operation {
        "staff_create" => code(platform().and_then(|platform| platform.staff().create(new_staff("Kim", "kim@example.org")))),
        "staff_list" => {
            code(platform().and_then(|platform| platform.staff().list(&StaffFilter::default(), Default::default(), Default::default())))
        }
        "staff_get" => code(platform().and_then(|platform| platform.staff().get(one))),
        "staff_edit" => code(platform().and_then(|platform| platform.staff().edit(one, StaffEdit::default(), None))),
        "staff_deactivate" => code(platform().and_then(|platform| platform.staff().deactivate(one))),
        "staff_reactivate" => code(platform().and_then(|platform| platform.staff().reactivate(two))),
        "staff_reset_password" => code(platform().and_then(|platform| platform.staff().reset_password(one))),
        other => panic!("say how to call {other}"),
    }
}

/// Two accounts of either kind, the first active and the second not.
fn add_people(world: &World) {
    let (users, staff) = (world.as_role(Role::Admin), world.platform());
    for name in ["one", "two"] {
        users.users().create(new_user(&format!("{name}@example.org"), "viewer")).unwrap();
        staff.staff().create(new_staff(name, &format!("{name}@example.org"))).unwrap();
    }
    users.users().deactivate(UserId::new(2)).unwrap();
    staff.staff().deactivate(StaffId::new(2)).unwrap();
}

fn tenant_id(world: &World) -> TenantId {
    world.kckps().id()
}

#[test]
fn every_operation_is_done_for_exactly_the_actors_of_the_matrix() {
    for operation in operations::ALL {
        let world = World::new();
        for (name, actor) in actors(tenant_id(&world)) {
            let world = World::new();
            // So that every operation has what it needs.
            let draft = world.kckps().events().create(career_day()).unwrap();
            let has_people = operation.id.starts_with("users_") || operation.id.starts_with("staff_");
            if has_people {
                add_people(&world);
            }
            if has_volunteers(operation) {
                add_volunteers(&world);
            }
            if operation.surface == Surface::PublicApi {
                world.kckps().events().publish(draft.id).unwrap();
            }
            if let Some(feature) = operation.feature {
                switch(&world, feature.as_str(), true);
            }
            // The public surface is entered with a key, whoever holds it.
            let allowed = operation.surface == Surface::PublicApi || may(name, operation);
            let answer = call(&world, operation, &actor);
            assert_eq!(answer, if allowed { "ok" } else { "FORBIDDEN" }, "{} as {name}", operation.id);
        }
    }
}

#[test]
fn asking_first_and_doing_agree() {
    let world = World::new();
    for operation in operations::ALL {
        if let Some(feature) = operation.feature {
            switch(&world, feature.as_str(), true);
        }
        for (name, actor) in actors(tenant_id(&world)) {
            let asked = match operation.surface {
                Surface::Platform if operation.permission == Permission::SignIn => {
                    code(world.polaris.staff_door(Context::default()).and_then(|door| door.authorize(operation)))
                }
                Surface::Platform => code(world.polaris.platform(actor.clone()).and_then(|platform| platform.authorize(operation))),
                Surface::Tenant | Surface::PublicApi => {
                    code(world.polaris.tenant("kckps", actor.clone()).and_then(|tenant| tenant.authorize(operation)))
                }
            };
            let expected = if may(name, operation) { "ok" } else { "FORBIDDEN" };
            assert_eq!(asked, expected, "{} as {name}", operation.id);
        }
    }
}

#[test]
fn a_feature_that_is_off_closes_every_operation_of_its_capability() {
    for operation in operations::ALL {
        let world = World::new();
        let draft = world.kckps().events().create(career_day()).unwrap();
        if operation.surface == Surface::PublicApi {
            world.kckps().events().publish(draft.id).unwrap();
        }
        if has_volunteers(operation) {
            add_volunteers(&world);
        }
        let Some(feature) = operation.feature else {
            // Who wants no more mails says so whatever is switched off.
            let stays = operation.id.starts_with("opt_outs_");
            assert!(operation.surface != Surface::PublicApi || stays, "{} belongs to no feature", operation.id);
            continue;
        };
        switch(&world, feature.as_str(), false);
        assert_eq!(call(&world, operation, &Actor::System), "FEATURE_DISABLED", "{}", operation.id);
        if operation.surface == Surface::Tenant {
            let viewer = Actor::tenant_user(1, "V", Role::Viewer);
            let viewed = call(&world, operation, &viewer);
            let expected = if permitted("viewer", operation.permission) { "FEATURE_DISABLED" } else { "FORBIDDEN" };
            assert_eq!(viewed, expected, "{}: who may not do it learns nothing of features", operation.id);
        }
        switch(&world, feature.as_str(), true);
        assert_eq!(call(&world, operation, &Actor::System), "ok", "{}: on again, on the same handles", operation.id);
    }
}

fn switch(world: &World, feature: &str, on: bool) {
    world
        .raw("kckps")
        .execute_batch(&format!(
            "BEGIN IMMEDIATE;
             UPDATE settings SET features = json_set(features, '$.{feature}', json('{on}'));
             UPDATE tenant SET settings_rev = settings_rev + 1;
             COMMIT;"
        ))
        .unwrap();
}

#[test]
fn every_operation_has_an_id_of_its_own_and_writes_name_their_audit_action() {
    let mut ids: Vec<_> = operations::ALL.iter().map(|operation| operation.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), operations::ALL.len());
    for operation in operations::ALL {
        assert_eq!(operations::find(operation.id), Some(*operation));
        // What a permission to do more than read lets one see.
        // Who reads events makes feeds of them.
        let feeds = ["calendar_feeds_create", "calendar_feeds_revoke"].contains(&operation.id);
        let writes = (feeds || !format!("{:?}", operation.permission).starts_with("Read"))
            && ![
                "support_list",
                // What becomes of mails is bookkeeping, and each stands in its outbox.
                "mails_deliver",
                "volunteers_preview_import",
                "volunteers_get_import",
                "volunteers_cancel_import",
                "volunteers_get_rejected_rows",
                "signups_list_events",
                "signups_get_event",
                "signups_get",
                "opt_outs_get",
            ]
            .contains(&operation.id)
            && !["sessions_get", "sessions_list"].iter().any(|read| operation.id.ends_with(read));
        assert_eq!(operation.audit.is_some(), writes, "{}", operation.id);
        if let Some(action) = operation.audit {
            assert_eq!(action.split('.').count(), 2, "{action} reads noun.verb");
        }
    }
}

#[test]
fn a_key_is_good_for_its_own_tenant_alone() {
    let world = World::new();
    let key = Actor::ApiKey { tenant: tenant_id(&world), id: ApiKeyId::new(1) };
    assert_eq!(code(world.polaris.tenant("kckps", key.clone())), "ok");
    assert_eq!(code(world.polaris.tenant("hickman", key)), "INVALID_API_KEY");
}

#[test]
fn settings_are_for_whoever_may_read_events_and_origins_for_all() {
    let world = World::new();
    for actor in [Actor::Public, Actor::ApiKey { tenant: world.kckps().id(), id: ApiKeyId::new(1) }] {
        let kckps = world.polaris.tenant("kckps", actor).unwrap();
        assert_eq!(code(kckps.settings()), "FORBIDDEN");
        assert!(kckps.allowed_origins().unwrap().is_empty());
    }
}

#[test]
fn who_enters_with_texts_that_no_log_can_keep_is_told_which() {
    let world = World::new();
    let context = |address: Option<&str>, id: Option<&str>| Context { address: address.map(Into::into), request_id: id.map(Into::into) };
    let with = |context: Context| Caller::new(Actor::staff("Robin", StaffRole::Admin), context);
    let field = |caller: Caller| match (world.polaris.tenant("kckps", caller.clone()), world.polaris.platform(caller)) {
        (Err(Error::BadRequest { field, .. }), Err(Error::BadRequest { field: other, .. })) if field == other => field,
        (Ok(_), Ok(_)) => "ok".to_owned(),
        (tenant, platform) => panic!("{:?} {:?}", tenant.err(), platform.err()),
    };
    for bad in
        ["localhost", "10.0.0.1:80", "unix:", "1.2.3", "10.0.0.1, 10.0.0.2", "10.0.0.1%eth0", "fe80::1%", "%eth0", &"1".repeat(10_000)]
    {
        assert_eq!(field(with(context(Some(bad), None))), "address", "{bad}");
    }
    for bad in ["two words", "a\nb", "a\0", "é", &"x".repeat(129)] {
        assert_eq!(field(with(context(None, Some(bad)))), "request_id", "{bad}");
    }
    for bad in ["", "  ", "two\nlines", "\u{202e}nimda", &"x".repeat(101)] {
        assert_eq!(field(Actor::staff(bad, StaffRole::Admin).into()), "name", "{bad:?}");
    }
    for good in
        [context(None, None), context(Some(""), Some(" ")), context(Some("2001:DB8::7"), Some("r-1")), context(Some(" 192.0.2.7 "), None)]
    {
        assert_eq!(field(with(good)), "ok");
    }
    // The zone in an address of a neighbour on the same link names an interface of this machine, and isn't kept.
    for (given, kept) in [("2001:DB8:0::7", "2001:db8::7"), ("fe80::1%eth0", "fe80::1"), ("FE80::1%2", "fe80::1")] {
        let caller = Caller::new(Actor::staff(" Zoe\u{308} ", StaffRole::Admin), context(Some(given), Some("r-1")));
        world.polaris.tenant("kckps", caller).unwrap().events().create(super::support::career_day()).unwrap();
        let found: (String, String, String) = world
            .raw("kckps")
            .query_row("SELECT actor_name, address, request_id FROM audit_entries ORDER BY id DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!(found, ("Zoë".into(), kept.into(), "r-1".into()));
    }
}
