//! P10: backups made while everything runs, checked, listed and removed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use polaris_core::types::EventId;
use polaris_core::{Actor, Backup, BackupRef, BackupState, NewBackup, NewRestore, NewTenant, PageRequest, Polaris};

use super::support::{REGISTRY_SCHEMA, TENANT_SCHEMA, World, career_day, code, names, raw, titled, wait_until};

pub(super) fn back_up(world: &World) -> Backup {
    world.platform().backups().create(&NewBackup::default()).unwrap()
}

/// The codes of what is wrong with a backup.
fn problems(world: &World, backup: &Backup) -> Vec<&'static str> {
    let found = world.platform().backups().verify(&BackupRef::named(&backup.name)).unwrap();
    let mut codes: Vec<_> = found.problems.iter().map(|problem| problem.code).collect();
    codes.dedup();
    codes
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Changes the text of a manifest.
fn edit(backup: &Backup, change: impl FnOnce(String) -> String) {
    let path = backup.folder.join("manifest.json");
    let text = change(fs::read_to_string(&path).unwrap());
    fs::write(&path, text).unwrap();
}

#[test]
fn a_backup_lies_in_a_dated_folder_for_its_owner_alone_and_is_sound() {
    let world = World::new();
    world.kckps().events().create(career_day()).unwrap();
    let backup = back_up(&world);
    assert_eq!(backup.name, "20260901T120000Z");
    assert_eq!(backup.folder, world.root.path().canonicalize().unwrap().join("backups/20260901T120000Z"));
    assert_eq!(names(&backup.folder), ["manifest.json", "polaris.db", "polaris_hickman.db", "polaris_kckps.db"]);
    assert_eq!((mode(&backup.folder), mode(backup.folder.parent().unwrap())), (0o700, 0o700));
    for name in names(&backup.folder) {
        assert_eq!(mode(&backup.folder.join(name)), 0o600);
    }
    assert_eq!(backup.tenants.iter().map(ToString::to_string).collect::<Vec<_>>(), ["hickman", "kckps"]);
    let checked = world.platform().backups().verify(&BackupRef::named(&backup.name)).unwrap();
    assert_eq!((checked.problems.as_slice(), checked.files.len()), (&[][..], 3));
    assert!(
        checked
            .files
            .iter()
            .all(|file| file.sound && file.schema_version == if file.tenant.is_some() { TENANT_SCHEMA } else { REGISTRY_SCHEMA })
    );
    // One file each, that needs nothing beside it to be read.
    assert_eq!(names(&backup.folder).len(), 4, "{:?}", names(&backup.folder));
    assert_eq!(world.platform().doctor().check().unwrap().findings, []);
}

#[test]
fn everything_acknowledged_before_a_backup_is_in_it_however_many_write_meanwhile() {
    let world = World::new();
    let (acknowledged, stop) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let backups = std::thread::scope(|threads| {
        for writer in 0..3 {
            let (world, acknowledged, stop) = (&world, &acknowledged, &stop);
            threads.spawn(move || {
                let tenant = world.kckps();
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let title = format!("Talk {writer} {number}");
                    tenant.events().create(titled(&title, "2026-10-15T09:00")).unwrap();
                    acknowledged.lock().unwrap().push(title);
                }
            });
        }
        let backups: Vec<_> = (0..5)
            .map(|_| {
                std::thread::sleep(std::time::Duration::from_millis(30));
                let before = acknowledged.lock().unwrap().clone();
                (before, back_up(&world))
            })
            .collect();
        stop.store(true, Ordering::Relaxed);
        backups
    });
    for (before, backup) in backups {
        assert_eq!(problems(&world, &backup), [""; 0], "{}", backup.name);
        let copy = raw(&backup.folder.join("polaris_kckps.db"));
        let mut titles = copy.prepare("SELECT title FROM events").unwrap();
        let titles: std::collections::HashSet<String> = titles.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(before.iter().all(|title| titles.contains(title)), "{} of {}", titles.len(), before.len());
    }
    assert_eq!(
        world.platform().backups().list(PageRequest::default()).unwrap().items.len(),
        5,
        "begun in one second, each has a folder of its own"
    );
}

#[test]
fn the_log_of_an_open_database_is_in_the_backup_too() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    assert!(world.names().contains(&"polaris_kckps.db-wal".to_owned()));
    let backup = back_up(&world);
    let copy = raw(&backup.folder.join("polaris_kckps.db"));
    assert_eq!(copy.query_row("SELECT max(id) FROM events", [], |row| row.get::<_, i64>(0)).unwrap(), event.id.get());
}

#[test]
fn some_tenants_can_be_backed_up_elsewhere_and_never_into_the_data_directory() {
    let world = World::new();
    let outside = tempfile::tempdir().unwrap();
    let into = |place: PathBuf| NewBackup { tenants: vec!["kckps".into()], into: Some(place) };
    let backups = world.platform();
    let backups = backups.backups();
    let backup = backups.create(&into(outside.path().join("new/place"))).unwrap();
    assert_eq!(names(&backup.folder), ["manifest.json", "polaris.db", "polaris_kckps.db"]);
    assert!(backup.folder.starts_with(outside.path().canonicalize().unwrap()));
    assert_eq!(backups.list(PageRequest::default()).unwrap().items, []);
    assert_eq!(backups.list_in(&outside.path().join("new/place"), PageRequest::default()).unwrap().items, std::slice::from_ref(&backup));
    assert!(backups.verify(&BackupRef::Folder(backup.folder.clone())).unwrap().is_sound());

    for place in [world.root.path().to_owned(), world.root.path().join("trash"), world.root.path().join("templates/x")] {
        assert_eq!(code(backups.create(&into(place))), "VALIDATION_FAILED");
    }
    fs::write(outside.path().join("file"), "").unwrap();
    // A disk that isn't mounted, and a place where nobody can make anything.
    std::os::unix::fs::symlink(outside.path().join("missing"), outside.path().join("unmounted")).unwrap();
    for place in [outside.path().join("unmounted"), outside.path().join("unmounted/below"), "/proc/polaris".into()] {
        let refused = backups.create(&into(place.clone())).unwrap_err().to_string();
        assert!(refused.starts_with("into: can't be "), "{place:?}: {refused}");
    }
    let no_place = [PathBuf::new(), "a\0b".into(), "x".repeat(300).into(), outside.path().join("file"), outside.path().join("file/below")];
    for place in no_place {
        let refused = backups.create(&into(place.clone())).unwrap_err();
        assert!(refused.code() == "VALIDATION_FAILED" && refused.to_string().starts_with("into: "), "{place:?}: {refused}");
    }
    let unknown = backups.create(&NewBackup { tenants: vec!["kckps".into(), "nobody".into()], into: None }).unwrap_err();
    assert_eq!(unknown.to_string(), "tenants[1]: there is no such tenant");
    assert_eq!(backups.list(PageRequest::default()).unwrap().items, [], "what is refused leaves nothing behind");
    assert_eq!(code(Polaris::in_memory().unwrap().platform(Actor::System).unwrap().backups().list(PageRequest::default())), "CONFLICT");
}

#[test]
fn a_tenant_that_cant_be_copied_is_left_out_and_told_and_the_rest_is_a_backup() {
    let world = World::new();
    fs::write(world.file("hickman"), vec![7; 8_192]).unwrap();
    let backup = back_up(&world);
    assert_eq!(backup.left_out, [(polaris_core::types::Slug::parse("hickman").unwrap(), "UNAVAILABLE".to_owned())]);
    assert_eq!(names(&backup.folder), ["manifest.json", "polaris.db", "polaris_kckps.db"]);
    assert_eq!(problems(&world, &backup), [""; 0]);
}

#[test]
fn a_file_under_another_tenants_name_is_not_backed_up_as_that_tenants() {
    let world = World::new();
    fs::copy(world.file("kckps"), world.file("hickman")).unwrap();
    let backup = back_up(&world);
    assert_eq!(backup.left_out.len(), 1);
    assert_eq!(names(&backup.folder), ["manifest.json", "polaris.db", "polaris_kckps.db"]);
}

#[test]
fn whatever_was_done_to_a_backup_is_found() {
    type Spoil = fn(&Backup);
    let spoils: [(&str, Spoil, &[&str]); 15] = [
        ("a byte in the middle", |backup| flip(&backup.folder.join("polaris_kckps.db")), &["DAMAGED"]),
        ("cut off", |backup| cut(&backup.folder.join("polaris_kckps.db")), &["DAMAGED"]),
        ("a file is gone", |backup| fs::remove_file(backup.folder.join("polaris.db")).unwrap(), &["MISSING"]),
        ("a link", |backup| link(&backup.folder.join("polaris_kckps.db")), &["NOT_OURS"]),
        ("swapped", |backup| swap(backup), &["DAMAGED"]),
        ("a stray log", |backup| fs::write(backup.folder.join("polaris_kckps.db-wal"), "x").unwrap(), &["UNEXPECTED"]),
        ("a stray journal", |backup| fs::write(backup.folder.join("polaris.db-journal"), "x").unwrap(), &["UNEXPECTED"]),
        ("no manifest", |backup| fs::remove_file(backup.folder.join("manifest.json")).unwrap(), &["UNFINISHED"]),
        ("a manifest of something else", |backup| edit(backup, |_| "{}".into()), &["EDITED"]),
        ("no JSON", |backup| edit(backup, |_| "\u{0}\u{1}".into()), &["EDITED"]),
        ("a field more", |backup| edit(backup, |text| text.replacen("\"format\"", "\"more\": 1, \"format\"", 1)), &["EDITED"]),
        ("another slug", |backup| edit(backup, |text| text.replace("kckps", "other")), &["EDITED"]),
        ("a way out", |backup| edit(backup, |text| text.replace("\"polaris.db\"", "\"../../etc/passwd\"")), &["EDITED"]),
        ("a newer form", |backup| edit(backup, |text| text.replacen("\"format\": 1", "\"format\": 2", 1)), &["SCHEMA_TOO_NEW"]),
        ("a link for a manifest", |backup| link(&backup.folder.join("manifest.json")), &["NOT_A_BACKUP"]),
    ];
    for (what, spoil, expected) in spoils {
        let world = World::new();
        let backup = back_up(&world);
        spoil(&backup);
        assert_eq!(problems(&world, &backup), expected, "{what}");
        // And is not put back.
        world.platform().tenants().deactivate("kckps", None).unwrap();
        if !matches!(what, "a file is gone" | "a stray journal") {
            let refused = world
                .platform()
                .backups()
                .restore(&BackupRef::named(&backup.name), &NewRestore { tenant: "kckps".into(), ..NewRestore::default() })
                .unwrap_err();
            assert!(refused.code() == "VALIDATION_FAILED" || refused.code() == "SCHEMA_TOO_NEW", "{what}: {refused}");
            assert!(!refused.to_string().contains(world.root.path().to_str().unwrap()), "{what}: {refused}");
        }
        assert!(!world.names().iter().any(|name| name.starts_with(".unfinished")), "{what}");
    }
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn cut(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() - 4_096]).unwrap();
}

fn link(path: &Path) {
    let aside = path.with_extension("aside");
    fs::rename(path, &aside).unwrap();
    symlink(&aside, path).unwrap();
}

fn swap(backup: &Backup) {
    let [one, two] = ["polaris_kckps.db", "polaris_hickman.db"].map(|name| backup.folder.join(name));
    let aside = backup.folder.join("aside");
    fs::rename(&one, &aside).unwrap();
    fs::rename(&two, &one).unwrap();
    fs::rename(&aside, &two).unwrap();
}

#[test]
fn a_manifest_forged_whole_is_found_by_what_the_operators_log_noted() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    let backup = back_up(&world);
    // Someone changes a database and writes a manifest that fits it, as a second backup of such a database would have.
    world.raw("kckps").execute("UPDATE events SET title = 'Forged' WHERE id = ?1", [event.id.get()]).unwrap();
    let forged = back_up(&world);
    edit(&forged, |text| text.replace(&forged.name, &backup.name));
    for name in ["polaris_kckps.db", "polaris.db"] {
        fs::copy(forged.folder.join(name), backup.folder.join(name)).unwrap();
    }
    fs::copy(forged.folder.join("manifest.json"), backup.folder.join("manifest.json")).unwrap();
    assert_eq!(problems(&world, &backup), ["EDITED"]);
    world.platform().tenants().deactivate("kckps", None).unwrap();
    let wanted = NewRestore { tenant: "kckps".into(), ..NewRestore::default() };
    assert_eq!(code(world.platform().backups().restore(&BackupRef::named(&backup.name), &wanted)), "VALIDATION_FAILED");
}

#[test]
fn a_backup_whose_audit_log_was_changed_first_is_told() {
    let world = World::new();
    world.kckps().events().create(career_day()).unwrap();
    let file = world.raw("kckps");
    file.execute_batch("DROP TRIGGER audit_entries_are_never_edited; UPDATE audit_entries SET details = '{}' WHERE id = 1").unwrap();
    drop(file);
    let backup = back_up(&world);
    assert_eq!(problems(&world, &backup), ["TAMPERED"]);
}

// A log that was cut is whole in itself: only where it was seen to end tells.
#[test]
fn a_backup_of_a_log_that_was_cut_is_told_too() {
    let world = World::new();
    for _ in 0..3 {
        world.kckps().events().create(career_day()).unwrap();
    }
    let end = |connection: &rusqlite::Connection, sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap_or_default();
    let last = end(&world.raw("kckps"), "SELECT max(id) FROM audit_entries");
    let seen = "SELECT entry_id FROM audit_heads JOIN tenants ON uuid = tenant_uuid WHERE slug = 'kckps'";
    wait_until("the end is noted", || end(&world.raw_registry(), seen) == last);
    let whole = back_up(&world);
    assert!(problems(&world, &whole).is_empty());
    let cut = "DROP TRIGGER audit_entries_are_never_deleted; DELETE FROM audit_entries WHERE id > 2";
    world.raw("kckps").execute_batch(cut).unwrap();
    let backup = back_up(&world);
    assert_eq!(problems(&world, &backup), ["TAMPERED"]);
}

#[test]
fn names_that_lead_elsewhere_are_no_backups() {
    let world = World::new();
    let backup = back_up(&world);
    for name in ["", ".", "..", "../backups", "nothing", "20260901T120001Z", "20260901T120000Z/..", "/etc", "/nowhere"] {
        let found = world.platform().backups().verify(&BackupRef::named(name));
        let told = found.map_or_else(|error| error.code(), |found| found.problems[0].code);
        assert!(matches!(told, "NOT_FOUND" | "NOT_A_BACKUP"), "{name}: {told}");
    }
    symlink(&backup.folder, world.root.path().join("backups/20260901T120009Z")).unwrap();
    assert_eq!(world.platform().backups().verify(&BackupRef::named("20260901T120009Z")).unwrap().problems[0].code, "NOT_A_BACKUP");
    assert_eq!(world.platform().backups().list(PageRequest::default()).unwrap().items.len(), 1);
}

#[test]
fn both_logs_are_told_and_the_registrys_entry_has_the_manifests_check_sum() {
    let world = World::new();
    let backup = back_up(&world);
    let (resource, details): (String, String) = world
        .raw_registry()
        .query_row("SELECT resource_id, details FROM audit_entries WHERE action = 'backup.create'", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(resource, backup.name);
    let text = fs::read_to_string(backup.folder.join("manifest.json")).unwrap();
    let written: serde_json::Value = serde_json::from_str(&text).unwrap();
    let noted: serde_json::Value = serde_json::from_str(&details).unwrap();
    assert_eq!(noted["manifest"], written["sha256"]);
    assert_eq!((&noted["tenants"], &noted["left_out"]), (&2.into(), &serde_json::json!([])));
}

#[test]
fn an_unfinished_backup_is_listed_as_such_not_restored_and_mended_by_doctor() {
    let world = World::new();
    let backup = back_up(&world);
    let kept = back_up(&world);
    fs::remove_file(backup.folder.join("manifest.json")).unwrap();
    let states: Vec<_> =
        world.platform().backups().list(PageRequest::default()).unwrap().items.into_iter().map(|backup| backup.state).collect();
    assert_eq!(states, [BackupState::Finished, BackupState::Unfinished]);
    let report = world.platform().doctor().check().unwrap();
    assert_eq!(report.findings.len(), 1);
    assert!(report.findings[0].mendable && report.findings[0].problem.contains("cut off"), "{:?}", report.findings);
    assert!(report.kept.backups.0 == 7 && report.kept.backups.1 > 500_000, "{:?}", report.kept);
    // Also one that was cut off before anything was in it.
    for name in names(&backup.folder) {
        fs::remove_file(backup.folder.join(name)).unwrap();
    }
    assert_eq!(world.platform().backups().get(&BackupRef::named(&backup.name)).unwrap().state, BackupState::Unfinished);
    assert_eq!(world.platform().doctor().check().unwrap().findings.len(), 1);
    // One that is under way is let be.
    let locked = fs::File::open(&backup.folder).unwrap();
    locked.lock().unwrap();
    assert_eq!(world.platform().doctor().check().unwrap().findings, []);
    drop(locked);
    let (mended, after) = world.platform().doctor().mend().unwrap();
    assert_eq!((mended.len(), after.findings.as_slice()), (1, &[][..]));
    assert_eq!(names(&world.root.path().join("backups")), [kept.name]);
}

#[test]
fn pruning_keeps_the_newest_and_what_isnt_ours() {
    let world = World::new();
    let made: Vec<_> = (0..4).map(|_| back_up(&world)).collect();
    fs::write(made[1].folder.join("notes.txt"), "of the operator").unwrap();
    fs::set_permissions(made[1].folder.join("notes.txt"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(code(world.platform().backups().prune(0)), "VALIDATION_FAILED");
    let pruned = world.platform().backups().prune(2).unwrap();
    assert_eq!(pruned.backups, [made[1].name.clone(), made[0].name.clone()]);
    assert!(pruned.bytes > 600_000);
    // A file that isn't ours stays, in its folder.
    assert_eq!(names(&made[1].folder), ["notes.txt"]);
    let finished = world
        .platform()
        .backups()
        .list(PageRequest::default())
        .unwrap()
        .items
        .into_iter()
        .filter(|backup| backup.state == BackupState::Finished);
    assert_eq!(finished.map(|backup| backup.name).collect::<Vec<_>>(), [made[3].name.clone(), made[2].name.clone()]);
    assert_eq!(world.platform().doctor().check().unwrap().findings, []);
}

#[test]
fn tenants_being_created_or_deactivated_meanwhile_do_no_harm() {
    let world = World::new();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            for number in 0..20 {
                world.platform().tenants().create(NewTenant::new(&format!("t-{number}"), "T")).unwrap();
            }
        });
        for _ in 0..5 {
            let backup = back_up(&world);
            assert_eq!(backup.left_out, []);
            assert_eq!(problems(&world, &backup), [""; 0]);
        }
    });
    assert_eq!(code(world.kckps().events().get(EventId::new(1))), "EVENT_NOT_FOUND");
}
