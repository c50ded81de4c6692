//! P10: a tenant, or a whole installation, put back from a backup.

use std::fs;
use std::path::Path;

use polaris_core::types::EventId;
use polaris_core::{
    Actor, Backup, BackupRef, Builder, Config, NewBackup, NewRestore, NewSession, NewTenant, Polaris, Restored, RestoredDirectory, Result,
    TenantHandle,
};

use super::backups::back_up;
use super::migration::Schema1;
use super::support::{World, career_day, code, names, new_user, published, raw, titled, wait_until};

fn deactivate(world: &World, slug: &str) {
    world.platform().tenants().deactivate(slug, None).unwrap();
}

fn named(backup: &Backup) -> BackupRef {
    BackupRef::named(&backup.name)
}

/// Puts a tenant back, active.
fn active(slug: &str) -> NewRestore {
    NewRestore { tenant: slug.into(), activate: true, unknown: false }
}

/// Puts `kckps` back, active.
fn restore(world: &World, backup: &Backup) -> Result<Restored> {
    world.platform().backups().restore(&named(backup), &active("kckps"))
}

/// Puts `kckps` back, to be looked at first.
fn restore_inactive(world: &World, backup: &Backup) -> Result<Restored> {
    world.platform().backups().restore(&named(backup), &NewRestore { activate: false, ..active("kckps") })
}

fn titles(tenant: &TenantHandle) -> Vec<String> {
    let page = polaris_core::PageRequest::default();
    let list = tenant.events().list(&Default::default(), polaris_core::types::EventOrder::default(), page).unwrap();
    list.items.into_iter().map(|event| event.title).collect()
}

fn one<T: rusqlite::types::FromSql>(connection: &rusqlite::Connection, sql: &str) -> T {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn doctor_is_content(world: &World) {
    assert_eq!(world.platform().doctor().check().unwrap().findings, []);
}

const HEAD_OF_KCKPS: &str = "SELECT epoch, entry_id, hash FROM audit_heads JOIN tenants ON uuid = tenant_uuid WHERE slug = 'kckps'";

#[test]
fn a_deactivated_tenant_is_put_back_as_it_was_and_stays_deactivated_until_reactivated() {
    let world = World::new();
    published(&world.kckps(), "Before", "2026-10-15T09:00");
    let backup = back_up(&world);
    published(&world.kckps(), "After", "2026-10-16T09:00");
    world.polaris.tenant("hickman", Actor::System).unwrap().events().create(career_day()).unwrap();
    assert_eq!(code(restore_inactive(&world, &backup)), "INVALID_TRANSITION", "it is active");
    deactivate(&world, "kckps");
    let restored = restore_inactive(&world, &backup).unwrap();
    assert_eq!((restored.epoch, restored.active, restored.access_kept, restored.api_keys), (2, false, true, 1));
    assert_eq!(code(world.polaris.tenant("kckps", Actor::System)), "TENANT_INACTIVE");
    doctor_is_content(&world);

    let restored = restore(&world, &backup).unwrap();
    assert_eq!((restored.epoch, restored.active), (3, true));
    assert_eq!(titles(&world.kckps()), ["Before"]);
    assert_eq!(code(world.enter("kckps", Some(world.key()))), "ok");
    doctor_is_content(&world);
    // Nobody else was touched, and what was replaced is kept.
    assert_eq!(titles(&world.polaris.tenant("hickman", Actor::System).unwrap()), ["Career Day"]);
    let aside = world.root.path().join("trash").join(restored.replaced.unwrap());
    assert_eq!(one::<u32>(&raw(&aside), "SELECT count(*) FROM events"), 1, "the one restored before");
    assert_eq!(world.platform().doctor().check().unwrap().kept.replaced.0, 2);
    assert_eq!(world.platform().backups().prune(1).unwrap().copies, 1);
    assert_eq!(names(&world.root.path().join("trash")), [aside.file_name().unwrap().to_str().unwrap()], "the newest");
}

#[test]
fn a_restore_begins_a_new_epoch_of_the_audit_log_and_both_logs_tell_of_it() {
    let world = World::new();
    published(&world.kckps(), "Before", "2026-10-15T09:00");
    let backup = back_up(&world);
    deactivate(&world, "kckps");
    // The registry has seen later epochs than the backup or the file know of.
    world
        .raw_registry()
        .execute(
            "INSERT INTO audit_heads (tenant_uuid, epoch, entry_id, hash, noted_at)
             SELECT uuid, 7, 1, 'x', '2026-09-01T12:00:00.000Z' FROM tenants WHERE slug = 'kckps'
             ON CONFLICT DO UPDATE SET epoch = 7",
            [],
        )
        .unwrap();
    assert_eq!(restore(&world, &backup).unwrap().epoch, 8);
    let file = world.raw("kckps");
    assert_eq!(one::<i64>(&file, "SELECT audit_epoch FROM tenant"), 8);
    let (action, actor, details): (String, String, String) = file
        .query_row("SELECT action, actor_name, details FROM audit_entries ORDER BY id DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!((action.as_str(), actor.as_str()), ("backup.restore", "Robin"));
    assert!(details.contains(&backup.name) && details.contains("\"epoch\":8"), "{details}");
    let registry = world.raw_registry();
    let told: Vec<String> = {
        let mut rows = registry.prepare("SELECT outcome FROM audit_entries WHERE action = 'backup.restore' ORDER BY id").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(told, ["pending", "done"]);
    let head: (i64, i64, String) = registry.query_row(HEAD_OF_KCKPS, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let last: (i64, String) =
        file.query_row("SELECT id, hash FROM audit_entries ORDER BY id DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(head, (8, last.0, last.1));
    doctor_is_content(&world);
}

#[test]
fn old_sessions_links_and_keys_dont_revive_and_passwords_and_roles_stay_as_they_are_now() {
    let world = World::new();
    let now = "2026-09-01T12:00:00.000Z";
    let file = world.raw("kckps");
    let user = format!(
        "INSERT INTO users (email, folded_email, first_name, last_name, folded_name, role, active, password_hash, created_at, updated_at)
         VALUES (?1, ?1, 'A', 'B', 'a b', 'admin', 1, 'old', '{now}', '{now}')"
    );
    file.execute(&user, ["kept@example.org"]).unwrap();
    file.execute(&user, ["left@example.org"]).unwrap();
    let hash = |byte: &str| byte.repeat(64);
    file.execute_batch(&format!(
        "INSERT INTO sessions (token_hash, user_id, created_at, last_used_at, expires_at) VALUES ('{}', 1, '{now}', '{now}', '{now}');
         INSERT INTO one_time_links (hash, user_id, purpose, created_at, expires_at) VALUES ('{}', 1, 'reset', '{now}', '{now}');",
        hash("a"),
        hash("b")
    ))
    .unwrap();
    let backup = back_up(&world);
    // Since then: a password changed, a person gone and demoted, the key replaced.
    file.execute("UPDATE users SET password_hash = 'new' WHERE id = 1", []).unwrap();
    file.execute("UPDATE users SET active = 0, role = 'viewer' WHERE id = 2", []).unwrap();
    file.execute("DELETE FROM api_keys", []).unwrap();
    file.execute("INSERT INTO api_keys (hash, hint, created_at) VALUES (?1, 'plrs_new', ?2)", [hash("c").as_str(), now]).unwrap();
    drop(file);
    deactivate(&world, "kckps");
    let restored = restore(&world, &backup).unwrap();
    assert!(restored.access_kept);
    let file = world.raw("kckps");
    assert_eq!(one::<u32>(&file, "SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM one_time_links)"), 0);
    assert_eq!(one::<String>(&file, "SELECT password_hash FROM users WHERE id = 1"), "new");
    assert_eq!(one::<String>(&file, "SELECT role || active FROM users WHERE id = 2"), "viewer0");
    assert_eq!(one::<String>(&file, "SELECT hint FROM api_keys"), "plrs_new");
    assert_eq!(code(world.enter("kckps", Some(world.key()))), "INVALID_API_KEY");
}

/// M3, M4, S4: mails that were sent since have arrived all the same.
#[test]
fn who_wanted_no_mails_since_gets_none_links_of_mails_stay_good_and_calendars_take_the_next_message() {
    let world = World::new();
    let event = super::signup::event_for(&world, 9);
    for name in ["Ann", "Bob", "Cid"] {
        super::signup::status(&world, &event, name);
    }
    let backup = back_up(&world);
    let move_it = |place: &str| {
        let edit = polaris_core::EventEdit { location: polaris_core::Patch::Set(place.into()), ..Default::default() };
        world.kckps().events().edit(event.id, edit, None).unwrap();
    };
    let sequence =
        || -> i64 { one(&world.raw("kckps"), "SELECT json_extract(data, '$.invite.sequence') FROM outbox ORDER BY id DESC LIMIT 1") };
    let mut last = 0;
    for round in 0..2 {
        for place in ["Hall", "Library", "Yard"] {
            move_it(&format!("{place} {round}"));
        }
        assert!(sequence() > last);
        last = sequence();
        let file = world.raw("kckps");
        if round == 0 {
            super::signup::status(&world, &event, "Dee");
            file.execute_batch(
                "UPDATE volunteers SET email_opt_out = 1 WHERE first_name = 'Ann';
                 UPDATE volunteers SET do_not_contact = 1 WHERE first_name = 'Bob';",
            )
            .unwrap();
        }
        let links = if round == 0 { ["Ann", "Dee"].map(|name| super::signup::link(&world, name)) } else { Default::default() };
        drop(file);
        deactivate(&world, "kckps");
        restore(&world, &backup).unwrap();
        let file = world.raw("kckps");
        assert_eq!(one::<String>(&file, "SELECT group_concat(email_opt_out || do_not_contact, ' ') FROM volunteers"), "10 01 00");
        if round == 0 {
            let door = super::signup::from(&world, super::signup::ADDRESS);
            assert_eq!(door.look(&links[0]).unwrap().status.as_str(), "confirmed");
            assert_eq!(code(door.look(&links[1])), "INVALID_LINK", "what it was about came after the backup");
        }
    }
    move_it("Roof");
    assert!(sequence() > last);
    doctor_is_content(&world);
}

/// M4: one UID of event and person for life, also of who was first confirmed after the backup.
#[test]
fn who_was_first_told_of_a_place_after_the_backup_keeps_their_entry_and_it_is_moved_and_cancelled() {
    let world = World::new();
    let event = super::signup::event_for(&world, 2);
    for name in ["Ann", "Bob", "Cid"] {
        super::signup::status(&world, &event, name);
    }
    let backup = back_up(&world);
    let decline = |name: &str| {
        let edit = polaris_core::ParticipationEdit { status: polaris_core::Patch::Set("declined".into()), ..Default::default() };
        world.kckps().rosters().edit(event.id, format!("{name}@example.org").as_str(), &edit, None).unwrap();
    };
    let uid = || {
        one::<String>(
            &world.raw("kckps"),
            "SELECT i.uid FROM invites i JOIN volunteers v ON v.id = i.volunteer_id WHERE v.first_name = 'Cid'",
        )
    };
    let said = || {
        let sql = "SELECT json_extract(data, '$.invite.method') || ' ' || json_extract(data, '$.invite.sequence') FROM outbox
                   WHERE recipient = 'cid@example.org' ORDER BY id DESC LIMIT 1";
        let said: String = one(&world.raw("kckps"), sql);
        let (method, sequence) = said.split_once(' ').unwrap();
        (method.to_owned(), sequence.parse::<i64>().unwrap())
    };
    let put_back = || {
        deactivate(&world, "kckps");
        restore(&world, &backup).unwrap();
    };
    decline("ann");
    let (first, (method, mut last)) = (uid(), said());
    assert_eq!(method, "request");
    // Somebody who wasn't known then, or not for this event, is not there again.
    super::signup::status(&world, &event, "Dee");
    put_back();
    assert_eq!((uid(), one::<i64>(&world.raw("kckps"), "SELECT count(*) FROM invites")), (first.clone(), 3));
    assert_eq!(super::signup::roster(&world)[2], "Cid waitlisted");
    let has_invite = |world: &World| world.kckps().rosters().get(event.id, "cid@example.org").unwrap().has_invite;
    assert!(has_invite(&world), "it stands in the calendar: its cancellation is owed");
    decline("ann");
    let (method, next) = said();
    assert!(method == "request" && uid() == first && next > last, "{next} after {last}");
    last = next;
    // A restore again, and the event is cancelled while they wait.
    put_back();
    world.kckps().events().cancel(event.id, polaris_core::NewCancellation::default()).unwrap();
    let (method, next) = said();
    assert!(method == "cancel" && uid() == first && next > last, "{method} {next} after {last}");
    doctor_is_content(&world);
}

/// Numbers are not given twice; should a file say otherwise, the entry of one is not put into the calendar of another.
#[test]
fn an_entry_is_not_taken_for_that_of_another_person_or_event_of_the_same_number() {
    for table in ["events", "volunteers"] {
        let world = World::new();
        let event = super::signup::event_for(&world, 1);
        for name in ["Ann", "Bob"] {
            super::signup::status(&world, &event, name);
        }
        let backup = back_up(&world);
        let edit = polaris_core::ParticipationEdit { status: polaris_core::Patch::Set("declined".into()), ..Default::default() };
        world.kckps().rosters().edit(event.id, "ann@example.org", &edit, None).unwrap();
        world.raw("kckps").execute(&format!("UPDATE {table} SET created_at = '2026-01-01T12:00:00.000Z'"), []).unwrap();
        deactivate(&world, "kckps");
        restore(&world, &backup).unwrap();
        assert_eq!(one::<i64>(&world.raw("kckps"), "SELECT count(*) FROM invites"), 1, "{table}");
        assert_eq!(one::<i64>(&world.raw("kckps"), "SELECT sum(has_invite) FROM participations"), 1, "{table}");
    }
}

#[test]
fn numbers_given_since_the_backup_are_not_given_again_and_no_cached_answer_is_taken_for_a_new_one() {
    let world = World::new();
    published(&world.kckps(), "Before", "2026-10-15T09:00");
    let backup = back_up(&world);
    let last = (0..5).map(|_| published(&world.kckps(), "After", "2026-10-16T09:00").id).max().unwrap();
    let revision = |world: &World| one::<i64>(&world.raw("kckps"), "SELECT public_rev FROM tenant");
    let before = revision(&world);
    deactivate(&world, "kckps");
    restore(&world, &backup).unwrap();
    assert!(revision(&world) > before);
    assert!(world.kckps().events().create(career_day()).unwrap().id > last);
    doctor_is_content(&world);
}

#[test]
fn a_tenant_whose_file_is_missing_or_damaged_is_put_back_though_it_was_active() {
    type Spoil = fn(&Path);
    let spoils: [(&str, Spoil); 3] = [
        ("missing", |path| fs::remove_file(path).unwrap()),
        ("overwritten", |path| fs::write(path, vec![7; 16_384]).unwrap()),
        ("damaged inside", |path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[8_192..].fill(0x55);
            fs::write(path, bytes).unwrap();
        }),
    ];
    for (what, spoil) in spoils {
        let world = World::new();
        published(&world.kckps(), "Before", "2026-10-15T09:00");
        let backup = back_up(&world);
        let World { root, polaris, clock } = world;
        drop(polaris);
        wait_until("all is closed", || !names(root.path()).iter().any(|name| name.ends_with("-wal")));
        spoil(&root.path().join("polaris_kckps.db"));
        let polaris = Polaris::builder(Config::at(root.path())).clock(std::sync::Arc::clone(&clock) as _).open().unwrap();
        let world = World { root, polaris, clock };
        let restored = restore(&world, &backup).unwrap();
        assert_eq!((restored.active, restored.replaced.is_some()), (true, what != "missing"), "{what}");
        if what != "damaged inside" {
            assert!(!restored.access_kept, "{what}");
        }
        assert_eq!(titles(&world.kckps()), ["Before"], "{what}");
        // How far the numbers had come can't be known any more: a gap makes sure.
        assert!(world.kckps().events().create(career_day()).unwrap().id.get() > 1, "{what}");
        doctor_is_content(&world);
    }
}

#[test]
fn a_tenant_that_the_registry_no_longer_knows_is_known_again_with_uuid_and_slug() {
    let world = World::new();
    published(&world.kckps(), "Before", "2026-10-15T09:00");
    let id = world.kckps().id();
    let backup = back_up(&world);
    world.trash("kckps");
    world.platform().tenants().purge("kckps", "kckps").unwrap();
    fs::write(world.file("kckps"), "unknown to the registry").unwrap();
    assert_eq!(code(restore(&world, &backup)), "CONFLICT");
    fs::remove_file(world.file("kckps")).unwrap();
    restore(&world, &backup).unwrap();
    assert_eq!(world.kckps().id(), id);
    let shown = world.platform().tenants().get("kckps").unwrap().tenant;
    assert_eq!((shown.name.as_str(), shown.district.as_deref()), ("Kansas City Kansas", Some("KCKPS")));
    assert_eq!(titles(&world.kckps()), ["Before"]);
    doctor_is_content(&world);
}

#[test]
fn a_slug_that_is_anothers_by_now_and_a_tenant_in_the_trash_are_refused() {
    let world = World::new();
    let backup = back_up(&world);
    world.trash("kckps");
    assert_eq!(code(restore(&world, &backup)), "INVALID_TRANSITION");
    world.platform().tenants().purge("kckps", "kckps").unwrap();
    world.platform().tenants().create(NewTenant::new("kckps", "Another")).unwrap();
    assert_eq!(code(restore(&world, &backup)), "CONFLICT");
    assert_eq!(world.platform().tenants().get("kckps").unwrap().tenant.name, "Another");
    assert_eq!(code(world.platform().backups().restore(&named(&backup), &active("nobody"))), "NOT_FOUND");
    assert_eq!(code(world.platform().backups().restore(&BackupRef::named("20200101T000000Z"), &active("kckps"))), "NOT_FOUND");
}

#[test]
fn a_check_before_restoring_changes_nothing() {
    let world = World::new();
    let backup = back_up(&world);
    let before = world.names();
    world.platform().backups().check_restore(&named(&backup), "kckps").unwrap();
    assert_eq!(world.names(), before);
    assert_eq!(code(world.platform().backups().check_restore(&named(&backup), "nobody")), "NOT_FOUND");
    fs::write(backup.folder.join("polaris_kckps.db"), "x").unwrap();
    assert_eq!(code(world.platform().backups().check_restore(&named(&backup), "kckps")), "VALIDATION_FAILED");
    assert_eq!(world.names(), before);
}

#[test]
fn a_file_that_some_program_has_open_is_not_replaced() {
    let world = World::with(|config| config.deadline = std::time::Duration::from_millis(600));
    published(&world.kckps(), "Before", "2026-10-15T09:00");
    let backup = back_up(&world);
    deactivate(&world, "kckps");
    let reader = world.raw("kckps");
    reader.execute_batch("BEGIN; SELECT count(*) FROM events").unwrap();
    let refused = restore(&world, &backup).unwrap_err();
    assert_eq!(refused.code(), "CONFLICT", "{refused}");
    assert!(!world.names().iter().any(|name| name.starts_with(".unfinished")));
    drop(reader);
    restore(&world, &backup).unwrap();
}

#[test]
fn a_backup_of_the_schema_before_is_migrated_and_a_newer_one_is_refused() {
    let old = Schema1::new();
    let polaris = Polaris::builder(Config { migrate_on_open: true, ..Config::at(old.root.path()) }).open().unwrap();
    let backups = || polaris.platform(Actor::System).unwrap();
    // Only the registry is migrated by then.
    let backup = backups().backups().create(&NewBackup::default()).unwrap();
    let found = backups().backups().verify(&named(&backup)).unwrap();
    assert!(found.is_sound(), "{:?}", found.problems);
    assert_eq!(found.files.iter().map(|file| file.schema_version).collect::<Vec<_>>(), [3, 1, 1, 1]);
    fs::remove_file(old.root.path().join("polaris_kckps.db")).unwrap();
    let restored = backups().backups().restore(&named(&backup), &active("kckps")).unwrap();
    assert_eq!((restored.from_schema, restored.epoch), (1, 2));
    polaris.tenant("kckps", Actor::System).unwrap().events().get(EventId::new(1)).unwrap();

    let world = World::new();
    deactivate(&world, "kckps");
    world.raw("kckps").pragma_update(None, "user_version", 9).unwrap();
    let newer = back_up(&world);
    assert_eq!(code(restore(&world, &newer)), "SCHEMA_TOO_NEW");
    let found = world.platform().backups().verify(&named(&newer)).unwrap();
    assert_eq!(found.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["SCHEMA_TOO_NEW"]);
}

fn restore_directory(world: &World, backup: &Backup, data: &Path) -> Result<RestoredDirectory> {
    let builder: Builder = Polaris::builder(Config::at(data)).clock(std::sync::Arc::clone(&world.clock) as _);
    builder.restore(&backup.folder, Actor::System, &mut |_, _| {})
}

#[test]
fn a_whole_installation_is_put_back_into_a_new_directory_without_a_registry() {
    let world = World::new();
    published(&world.kckps(), "Before", "2026-10-15T09:00");
    let session = world.platform().sessions().open(&NewSession { staff: "Ash".into(), ..NewSession::default() }).unwrap();
    let backup = back_up(&world);
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let restored = restore_directory(&world, &backup, &data).unwrap();
    assert_eq!(restored.tenants.iter().map(|tenant| tenant.missing.clone()).collect::<Vec<_>>(), [None, None]);
    // The old one may be gone altogether.
    let polaris = Polaris::open(Config::at(&data)).unwrap();
    assert_eq!(polaris.platform(Actor::System).unwrap().doctor().check().unwrap().findings, []);
    let kckps = polaris.tenant("kckps", Actor::System).unwrap();
    assert_eq!(titles(&kckps), ["Before"]);
    assert_eq!(kckps.id(), world.kckps().id());
    let public = polaris.public_api("kckps", Some(world.key()), Default::default(), Default::default());
    assert_eq!(code(public), "ok");
    assert_eq!(code(polaris.staff_session(session.token.reveal())), "UNAUTHENTICATED", "sessions don't revive");
    let registry = raw(&data.join("polaris.db"));
    assert_eq!(one::<u32>(&registry, "SELECT count(*) FROM audit_heads WHERE epoch = 2"), 2);
    assert_eq!(one::<String>(&registry, "SELECT action FROM audit_entries ORDER BY id DESC LIMIT 1"), "backup.restore");
    // Again, into what is a data directory by now.
    assert_eq!(code(restore_directory(&world, &backup, &data)), "CONFLICT");
    let full = place.path().join("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("letter.txt"), "Dear …").unwrap();
    assert_eq!(code(restore_directory(&world, &backup, &full)), "DATA_DIRECTORY");
}

#[test]
fn what_a_backup_lacks_is_told_and_the_rest_of_the_installation_is_put_back() {
    let world = World::new();
    world.platform().tenants().create(NewTenant::new("north", "North")).unwrap();
    let new = NewBackup { tenants: vec!["kckps".into(), "north".into()], into: None };
    let backup = world.platform().backups().create(&new).unwrap();
    fs::write(backup.folder.join("polaris_north.db"), "spoilt").unwrap();
    let place = tempfile::tempdir().unwrap();
    let restored = restore_directory(&world, &backup, &place.path().join("data")).unwrap();
    let told: Vec<_> =
        restored.tenants.iter().map(|tenant| (tenant.slug.as_str(), tenant.missing.as_ref().map(|(code, _)| *code))).collect();
    assert_eq!(told, [("hickman", Some("NOT_FOUND")), ("kckps", None), ("north", Some("VALIDATION_FAILED"))]);
    // Another backup may have them.
    let whole = back_up(&world);
    let polaris = Polaris::open(Config::at(place.path().join("data"))).unwrap();
    let platform = polaris.platform(Actor::System).unwrap();
    assert_eq!(platform.doctor().check().unwrap().findings.len(), 2);
    for slug in ["hickman", "north"] {
        let from = BackupRef::Folder(whole.folder.clone());
        // It was made after what was put back.
        assert_eq!(code(platform.backups().restore(&from, &active(slug))), "VALIDATION_FAILED");
        platform.backups().restore(&from, &NewRestore { unknown: true, ..active(slug) }).unwrap();
    }
    assert_eq!(platform.doctor().check().unwrap().findings, []);
}

#[test]
fn an_installation_is_not_put_back_from_a_backup_whose_registry_is_damaged() {
    let world = World::new();
    let backup = back_up(&world);
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let registry = backup.folder.join("polaris.db");
    let bytes = fs::read(&registry).unwrap();
    fs::write(&registry, &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(code(restore_directory(&world, &backup, &data)), "VALIDATION_FAILED");
    assert!(!data.join("polaris.db").exists());
    // What was begun doesn't stand in the way of another try.
    fs::write(&registry, bytes).unwrap();
    restore_directory(&world, &backup, &data).unwrap();
    assert_eq!(code(Polaris::open(Config::at(&data)).unwrap().tenant("kckps", Actor::System)), "ok");
}

#[test]
fn a_tenant_being_served_by_another_engine_can_be_put_back_once_it_is_deactivated() {
    let world = World::new();
    let serving = world.another();
    let there = serving.tenant("kckps", Actor::System).unwrap();
    there.events().create(titled("Before", "2026-10-15T09:00")).unwrap();
    let backup = back_up(&world);
    there.events().create(titled("After", "2026-10-16T09:00")).unwrap();
    deactivate(&world, "kckps");
    assert_eq!(code(there.events().get(EventId::new(1))), "TENANT_INACTIVE");
    drop(there);
    restore(&world, &backup).unwrap();
    assert_eq!(titles(&serving.tenant("kckps", Actor::System).unwrap()), ["Before"]);
}

#[test]
fn a_restore_that_was_cut_off_right_after_the_exchange_leaves_a_tenant_that_can_be_reactivated() {
    let world = World::new();
    published(&world.kckps(), "Before", "2026-10-15T09:00");
    let backup = back_up(&world);
    deactivate(&world, "kckps");
    restore_inactive(&world, &backup).unwrap();
    // What the registry has when the power goes before it is told: that it was begun.
    world.raw_registry().execute("DELETE FROM audit_heads", []).unwrap();
    doctor_is_content(&world);
    world.platform().tenants().reactivate("kckps", None).unwrap();
    assert_eq!(titles(&world.kckps()), ["Before"]);
    doctor_is_content(&world);
}

#[test]
fn a_restore_that_fails_leaves_the_tenant_as_it_was_and_says_so_in_the_log() {
    let world = World::with(|config| config.deadline = std::time::Duration::from_millis(400));
    published(&world.kckps(), "Before", "2026-10-15T09:00");
    let backup = back_up(&world);
    deactivate(&world, "kckps");
    let head = "SELECT coalesce(max(epoch || ' ' || entry_id || hash), '') FROM audit_heads h JOIN tenants t ON t.uuid = h.tenant_uuid WHERE slug = 'kckps'";
    world.raw_registry().execute("INSERT INTO audit_heads SELECT uuid, 1, 1, 'x', '2026-09-01T12:00:00.000Z' FROM tenants WHERE slug = 'kckps' ON CONFLICT DO NOTHING", []).unwrap();
    let noted = one::<String>(&world.raw_registry(), head);
    let reader = world.raw("kckps");
    reader.execute_batch("BEGIN; SELECT count(*) FROM events").unwrap();
    assert_eq!(code(restore(&world, &backup)), "CONFLICT");
    drop(reader);
    assert_eq!(one::<String>(&world.raw_registry(), head), noted);
    let outcomes = "SELECT group_concat(outcome) FROM (SELECT outcome FROM audit_entries WHERE action = 'backup.restore' ORDER BY id)";
    assert_eq!(one::<String>(&world.raw_registry(), outcomes), "pending,refused");
    assert!(!world.names().iter().any(|name| name.starts_with(".unfinished")));
    assert!(names(&world.root.path().join("trash")).is_empty());
}

// Check sums tell of chance alone: whoever can write a folder can make up a manifest that fits.
#[test]
fn a_backup_that_the_operators_log_does_not_know_is_refused_unless_its_owner_says_otherwise() {
    let world = World::new();
    let backups = world.platform();
    let made = backups.backups().create(&NewBackup::default()).unwrap();
    deactivate(&world, "kckps");
    let forget = "DROP TRIGGER audit_entries_are_never_deleted; DELETE FROM audit_entries WHERE action = 'backup.create'";
    world.raw_registry().execute_batch(forget).unwrap();
    let which = named(&made);
    let found = backups.backups().verify(&which).unwrap();
    assert!(found.problems.iter().any(|problem| problem.code == "UNKNOWN"), "{found:?}");
    let refused = backups.backups().restore(&which, &active("kckps")).unwrap_err();
    assert!(refused.code() == "VALIDATION_FAILED" && refused.to_string().contains("made it up"), "{refused}");
    assert_eq!(code(backups.backups().check_restore(&which, "kckps")), "VALIDATION_FAILED");
    backups.backups().restore(&which, &NewRestore { unknown: true, ..active("kckps") }).unwrap();
    assert!(polaris_core::json::read::<NewRestore>(br#"{"tenant": "kckps", "unknown": true}"#).is_err(), "nobody asks for it from afar");
}

#[test]
fn two_restores_in_a_row_bring_nobody_back_who_was_deactivated() {
    let world = World::new();
    let tenant = world.polaris.tenant("kckps", Actor::System).unwrap();
    let stays = tenant.users().create(new_user("stays@kckps.org", "admin")).unwrap().user.id;
    let before = world.platform().backups().create(&NewBackup::default()).unwrap();
    let fired = tenant.users().create(new_user("fired@kckps.org", "admin")).unwrap().user.id;
    let after = world.platform().backups().create(&NewBackup::default()).unwrap();
    tenant.users().deactivate(fired).unwrap();
    deactivate(&world, "kckps");
    let first = restore_inactive(&world, &before).unwrap();
    assert_eq!((first.shut_out, first.active_admins), (0, 1));
    let second = restore(&world, &after).unwrap();
    assert_eq!((second.shut_out, second.active_admins), (1, 1));
    let tenant = world.polaris.tenant("kckps", Actor::System).unwrap();
    assert!(!tenant.users().get(fired).unwrap().active);
    assert!(tenant.users().get(stays).unwrap().active);
}

#[test]
fn a_restore_that_leaves_no_active_admin_says_so() {
    let world = World::new();
    let tenant = world.polaris.tenant("kckps", Actor::System).unwrap();
    let one = tenant.users().create(new_user("one@kckps.org", "admin")).unwrap().user.id;
    let backup = world.platform().backups().create(&NewBackup::default()).unwrap();
    tenant.users().create(new_user("two@kckps.org", "admin")).unwrap();
    tenant.users().deactivate(one).unwrap();
    deactivate(&world, "kckps");
    assert_eq!(restore(&world, &backup).unwrap().active_admins, 0);
}

#[test]
fn a_backup_of_another_installation_is_refused() {
    let world = World::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Polaris::init(Config::at(elsewhere.path().join("data"))).unwrap();
    let platform = other.platform(Actor::System).unwrap();
    platform.tenants().create(NewTenant::new("north", "North")).unwrap();
    let backup = platform.backups().create(&NewBackup::default()).unwrap();
    let refused = world.platform().backups().restore(&BackupRef::Folder(backup.folder.clone()), &active("north")).unwrap_err();
    assert!(refused.code() == "VALIDATION_FAILED" && refused.to_string().contains("another installation"), "{refused}");
    assert_eq!(code(world.platform().backups().check_restore(&BackupRef::Folder(backup.folder), "north")), "VALIDATION_FAILED");
}
