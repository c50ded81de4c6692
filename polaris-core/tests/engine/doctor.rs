//! P9: doctor finds each kind of damage, says how to mend it, and mends only what is safe.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use polaris_core::{Actor, Config, Finding, NewParticipation, Polaris, Severity, StaffRole};

use super::support::{World, career_day, code, fill, names, new_volunteer};

fn findings(world: &World) -> Vec<Finding> {
    world.platform().doctor().check().unwrap().findings
}

/// The one finding there should be.
fn only(world: &World) -> Finding {
    let mut found = findings(world);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn close_all(world: World) -> World {
    let World { root, polaris, clock } = world;
    let config = polaris_core::Config::at(root.path());
    drop(polaris);
    super::support::wait_until("all is closed", || !names(root.path()).iter().any(|name| name.ends_with("-shm")));
    let polaris = polaris_core::Polaris::open(config).unwrap();
    World { root, polaris, clock }
}

#[test]
fn a_sound_directory_has_no_findings() {
    let world = World::new();
    world.kckps().events().create(career_day()).unwrap();
    let report = world.platform().doctor().check().unwrap();
    assert_eq!((report.tenants, report.findings), (2, vec![]));
    assert!(!report.sqlite_version.is_empty() && report.sqlite_options.iter().any(|option| option.starts_with("THREADSAFE")));
    assert_eq!(world.platform().doctor().mend().unwrap().0, vec![]);
    let entries: i64 =
        world.raw_registry().query_row("SELECT count(*) FROM audit_entries WHERE action = 'doctor.mend'", [], |row| row.get(0)).unwrap();
    assert_eq!(entries, 0, "where nothing was mended nothing is noted");
}

#[test]
fn progress_is_told_up_to_the_end() {
    let world = World::new();
    let mut told = Vec::new();
    world.platform().doctor().check_with(&mut |done, of| told.push((done, of))).unwrap();
    assert_eq!(told, [(1, 3), (2, 3), (3, 3)]);
}

#[test]
fn damage_that_only_a_person_can_judge_is_an_error_and_stays() {
    type Break = fn(&World);
    let kinds: [(&str, Break, &str); 9] = [
        ("kckps", |world| fs::remove_file(world.file("kckps")).unwrap(), "its file is missing"),
        ("kckps", |world| fs::write(world.file("kckps"), b"").unwrap(), "can't be used"),
        ("kckps", |world| fs::write(world.file("kckps"), vec![7; 50_000]).unwrap(), "can't be used"),
        ("kckps", |world| fs::OpenOptions::new().write(true).open(world.file("kckps")).unwrap().set_len(20_000).unwrap(), "can't be used"),
        ("kckps", |world| assert!(fs::copy(world.file("hickman"), world.file("kckps")).is_ok()), "that of tenant `hickman`"),
        ("kckps", |world| world.raw("kckps").pragma_update(None, "user_version", 99).unwrap(), "newer Polaris"),
        ("kckps", |world| world.raw("kckps").pragma_update(None, "application_id", 1).unwrap(), "can't be used"),
        ("kckps", |world| assert!(world.raw("kckps").execute("DELETE FROM tenant", []).is_ok()), "does not say whose it is"),
        (
            "kckps",
            |world| {
                let raw = world.raw("kckps");
                raw.pragma_update(None, "foreign_keys", false).unwrap();
                raw.execute("INSERT INTO skill_aliases (folded_alias, alias, skill_id) VALUES ('x', 'x', 777)", []).unwrap();
            },
            "rows of skill_aliases point at rows that don't exist",
        ),
    ];
    for (subject, damage, expected) in kinds {
        let world = World::new();
        damage(&world);
        let found = only(&world);
        assert_eq!((found.severity, found.subject.as_str(), found.mendable), (Severity::Error, subject, false), "{found:?}");
        assert!(found.problem.contains(expected), "{found:?}");
        assert!(!found.remedy.is_empty());
        let (mended, after) = world.platform().doctor().mend().unwrap();
        assert!(mended.is_empty());
        assert_eq!(after.findings, [found], "mending touches nothing of it");
        // The other tenant works on, this one is refused with a clear reason.
        assert_eq!(code(world.polaris.tenant("hickman", Actor::System).and_then(|tenant| tenant.settings())), "ok");
        if !expected.contains("skill_aliases") {
            let answer = code(world.polaris.tenant("kckps", Actor::System).and_then(|tenant| tenant.settings()));
            assert!(matches!(answer, "UNAVAILABLE" | "SCHEMA_TOO_NEW"), "{expected}: {answer}");
        }
    }
}

#[test]
fn swapped_files_are_found_on_both_sides_and_neither_is_served() {
    let world = World::new();
    let aside = world.root.path().join("aside");
    fs::rename(world.file("kckps"), &aside).unwrap();
    fs::rename(world.file("hickman"), world.file("kckps")).unwrap();
    fs::rename(&aside, world.file("hickman")).unwrap();
    let found = findings(&world);
    assert_eq!(found.iter().map(|found| found.subject.as_str()).collect::<Vec<_>>(), ["hickman", "kckps"]);
    assert!(found.iter().all(|found| found.severity == Severity::Error && !found.mendable));
    for slug in ["kckps", "hickman"] {
        assert_eq!(code(world.polaris.tenant(slug, Actor::System)), "UNAVAILABLE");
    }
}

#[test]
fn a_file_of_no_tenant_is_reported_and_left_alone() {
    let world = World::new();
    fs::copy(world.file("kckps"), world.file("stray")).unwrap();
    let found = only(&world);
    assert_eq!((found.subject.as_str(), found.severity, found.mendable), ("polaris_stray.db", Severity::Error, false));
    assert!(world.platform().doctor().mend().unwrap().0.is_empty());
    assert!(world.file("stray").exists());
}

#[test]
fn rights_of_others_are_found_and_taken_away() {
    let world = World::new();
    fs::set_permissions(world.file("kckps"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(world.root.path(), fs::Permissions::from_mode(0o750)).unwrap();
    assert!(findings(&world).iter().all(|found| found.mendable && found.severity == Severity::Warning));
    let (mended, after) = world.platform().doctor().mend().unwrap();
    // The log and the shared memory beside the file have taken its rights.
    assert!(mended.len() >= 2);
    assert_eq!(after.findings, vec![]);
    assert_eq!(fs::metadata(world.file("kckps")).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(world.root.path()).unwrap().mode() & 0o777, 0o700);
}

#[test]
fn the_reserve_is_missed_and_set_aside_again() {
    let world = World::new();
    Polaris::free_reserve(&Config::at(world.root.path())).unwrap();
    assert!(only(&world).problem.contains("no space is set aside"));
    assert_eq!(world.platform().doctor().mend().unwrap().1.findings, vec![]);
    assert!(fs::metadata(world.root.path().join("reserve")).unwrap().len() >= 8 << 20);
}

#[test]
fn the_registrys_copies_are_put_right_from_the_tenants_file() {
    let world = World::new();
    world
        .raw_registry()
        .execute("UPDATE tenants SET name = 'Old', folded_name = 'old', district = NULL, time_zone = 'UTC', state = 'inactive' WHERE slug = 'kckps'", [])
        .unwrap();
    assert_eq!(findings(&world).len(), 4);
    let (mended, after) = world.platform().doctor().mend().unwrap();
    assert_eq!((mended.len(), after.findings), (4, vec![]));
    let shown = world.platform().tenants().get("kckps").unwrap().tenant;
    assert_eq!(
        (shown.name.as_str(), shown.district.as_deref(), shown.time_zone.name()),
        ("Kansas City Kansas", Some("KCKPS"), "America/Chicago")
    );
    let q = Some("kansas city".to_owned());
    let listed = world.platform().tenants().list(&polaris_core::TenantFilter { q, state: None }, polaris_core::PageRequest::default());
    assert_eq!(listed.unwrap().total, 1, "the mended name is found again");
}

#[test]
fn what_a_cut_off_creation_left_is_cleaned_up_and_the_slug_is_free_again() {
    for with_file in [false, true] {
        let world = World::new();
        world.raw_registry().execute("UPDATE tenants SET state = 'creating' WHERE slug = 'hickman'", []).unwrap();
        if !with_file {
            fs::remove_file(world.file("hickman")).unwrap();
        }
        fs::write(world.root.path().join(".unfinished-0123456789abcdef"), "x").unwrap();
        fs::set_permissions(world.root.path().join(".unfinished-0123456789abcdef"), fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(findings(&world).iter().filter(|found| found.mendable).count(), 2);
        let (mended, after) = world.platform().doctor().mend().unwrap();
        assert_eq!((mended.len(), after.findings, after.tenants), (2, vec![], 1));
        assert!(!world.file("hickman").exists());
        assert_eq!(names(&world.root.path().join("trash")).len(), usize::from(with_file), "set aside, not lost");
        world.platform().tenants().create(polaris_core::NewTenant::new("hickman", "Hickman")).unwrap();
        assert!(findings(&world).is_empty());
    }
}

#[test]
fn while_a_tenant_is_being_created_leftovers_are_not_mended() {
    let world = World::new();
    world.raw_registry().execute("UPDATE tenants SET state = 'creating' WHERE slug = 'hickman'", []).unwrap();
    let lock = fs::OpenOptions::new().create(true).truncate(false).write(true).open(world.root.path().join("create.lock")).unwrap();
    lock.lock_shared().unwrap();
    fs::set_permissions(world.root.path().join("create.lock"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(code(world.platform().doctor().mend()), "CONFLICT");
    assert!(world.file("hickman").exists());
    drop(lock);
    assert_eq!(world.platform().doctor().mend().unwrap().0.len(), 1);
}

#[test]
fn a_creation_that_finishes_between_check_and_mending_is_left_alone() {
    let world = World::new();
    let set = |state: &str| world.raw_registry().execute("UPDATE tenants SET state = ?1 WHERE slug = 'hickman'", [state]).unwrap();
    set("creating");
    let unfinished = world.root.path().join(".unfinished-0123456789abcdef");
    fs::write(&unfinished, "x").unwrap();
    fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o600)).unwrap();
    // `hickman` is checked first; by the time the next tenant is checked it has come to life.
    let mut once = 0;
    let (mended, _) = world
        .platform()
        .doctor()
        .mend_with(&mut |done, _| {
            if done == 3 && once == 0 {
                once = 1;
                set("active");
            }
        })
        .unwrap();
    assert!(mended.iter().all(|found| found.subject != "hickman"), "{mended:?}");
    assert!(world.file("hickman").exists(), "a live tenant's file was taken away");
    assert_eq!(code(world.enter("hickman", Some(world.key_of_hickman()))), "ok");
    assert!(names(&world.root.path().join("trash")).is_empty());
}

#[test]
fn instants_that_newer_zone_data_would_move_are_reported() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    world.raw("kckps").execute("UPDATE events SET starts_at = '2026-10-15T13:00:00.000Z' WHERE id = ?1", [event.id.get()]).unwrap();
    let found = only(&world);
    assert_eq!((found.severity, found.mendable), (Severity::Warning, false));
    assert!(found.problem.contains("1 events"), "{found:?}");
}

#[test]
fn a_damaged_page_is_found() {
    let world = World::new();
    for _ in 0..200 {
        world.kckps().events().create(career_day()).unwrap();
    }
    let world = close_all(world);
    let mut bytes = fs::read(world.file("kckps")).unwrap();
    let pages = bytes.len() / 4096;
    for page in pages / 2..pages / 2 + 20 {
        bytes[page * 4096 + 100..page * 4096 + 3_000].fill(0xFF);
    }
    fs::write(world.file("kckps"), bytes).unwrap();
    let found = findings(&world);
    assert!(found.iter().any(|found| found.subject == "kckps" && found.severity == Severity::Error), "{found:#?}");
}

#[test]
fn support_staff_check_but_do_not_mend() {
    let world = World::new();
    let platform = world.polaris.platform(Actor::staff("Sam", StaffRole::Support)).unwrap();
    assert_eq!(code(platform.doctor().check()), "ok");
    assert_eq!(code(platform.doctor().mend()), "FORBIDDEN");
}

#[test]
fn findings_come_worst_first() {
    let world = World::new();
    Polaris::free_reserve(&Config::at(world.root.path())).unwrap();
    fs::remove_file(world.file("kckps")).unwrap();
    let order: Vec<_> = findings(&world).into_iter().map(|found| found.severity).collect();
    assert_eq!(order, [Severity::Error, Severity::Warning]);
}

#[test]
fn an_engine_in_memory_is_checked_too() {
    let polaris = polaris_core::Polaris::in_memory().unwrap();
    fill(&polaris);
    let report = polaris.platform(Actor::System).unwrap().doctor().check().unwrap();
    assert_eq!((report.tenants, report.findings), (2, vec![]));
}

#[test]
fn what_a_symbolic_link_points_at_is_never_changed() {
    let world = World::new();
    let outside = tempfile::tempdir().unwrap();
    let victim = outside.path().join("victim");
    fs::write(&victim, "not ours").unwrap();
    fs::set_permissions(&victim, fs::Permissions::from_mode(0o644)).unwrap();
    std::os::unix::fs::symlink(&victim, world.root.path().join("link")).unwrap();
    world.platform().doctor().mend().unwrap();
    assert_eq!(fs::metadata(&victim).unwrap().mode() & 0o777, 0o644);
}

#[test]
fn a_name_changed_in_the_audit_log_is_found() {
    let world = World::new();
    let pat = Actor::staff("Pat Lee", StaffRole::Admin);
    world.polaris.tenant("kckps", pat).unwrap().events().create(career_day()).unwrap();
    let world = close_all(world);
    let kckps = world.root.path().join("polaris_kckps.db");
    {
        let file = rusqlite::Connection::open(kckps).unwrap();
        file.execute("UPDATE audit_entries SET actor_name = 'Sam Roe' WHERE actor_name = 'Pat Lee'", []).unwrap();
    }
    assert!(only(&world).problem.contains("tampered"));
}

#[test]
fn a_mending_that_fails_does_not_hide_the_others_from_the_log() {
    let world = World::new();
    fs::remove_file(world.root.path().join("reserve")).unwrap();
    fs::create_dir(world.root.path().join("reserve")).unwrap();
    fs::set_permissions(world.root.path().join("polaris_kckps.db"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(world.platform().doctor().mend().is_err());
    let entries: i64 =
        world.raw_registry().query_row("SELECT count(*) FROM audit_entries WHERE action = 'doctor.mend'", [], |row| row.get(0)).unwrap();
    assert_eq!(entries, 1);
}

#[test]
fn a_template_that_is_stale_or_foreign_is_found_and_removed() {
    let world = World::new();
    let templates = world.root.path().join("templates");
    // The one with the schema alone.
    let current = || names(&templates).into_iter().find(|name| name.split('-').count() == 2).map(|name| templates.join(name)).unwrap();
    let template = current();
    for name in ["tenant-0123456789abcdef.db", "notes.txt"] {
        fs::write(templates.join(name), "x").unwrap();
        fs::set_permissions(templates.join(name), fs::Permissions::from_mode(0o600)).unwrap();
        let finding = only(&world);
        assert!(finding.mendable && finding.subject == format!("templates/{name}"), "{finding:?}");
        assert_eq!(world.platform().doctor().mend().unwrap().1.findings, vec![]);
        assert!(!templates.join(name).exists() && template.exists());
    }
    // A key planted there would open every tenant to come.
    let planted = "INSERT INTO api_keys (hash, hint, created_at) VALUES (printf('%064d', 1), 'x', '2026-01-15T15:00:00.250Z')";
    for change in [planted, "CREATE TABLE mine (x TEXT) STRICT", "DROP TRIGGER audit_entries_are_never_deleted"] {
        super::support::raw(&template).execute_batch(change).unwrap();
        assert!(only(&world).problem.contains("not as it was made"), "{change}");
        assert_eq!(world.platform().doctor().mend().unwrap().1.findings, vec![]);
        assert!(!template.exists());
        // So that no image that is there already will do.
        let skills = vec!["Welding".into()];
        world.platform().reference().import(&polaris_core::ReferenceData { skills, ..Default::default() }.into()).unwrap();
        world.platform().tenants().create(polaris_core::NewTenant::new(&format!("t-{}", change.len()), "T")).unwrap();
        assert_eq!(current(), template, "made anew");
        assert_eq!(findings(&world), vec![]);
    }
}

#[test]
fn a_file_that_its_owner_may_not_use_is_a_matter_of_rights_and_not_of_damage() {
    let world = World::new();
    for mode in [0o400, 0o000, 0o200] {
        fs::set_permissions(world.file("kckps"), fs::Permissions::from_mode(mode)).unwrap();
        let finding = only(&world);
        assert_eq!((finding.severity, finding.subject.as_str(), finding.mendable), (Severity::Error, "kckps", true));
        assert!(finding.problem.contains(&format!("mode {mode:04o}")) && !finding.remedy.contains("backup"), "{finding:?}");
        assert_eq!(world.platform().doctor().mend().unwrap().1.findings, vec![]);
        assert_eq!(fs::metadata(world.file("kckps")).unwrap().mode() & 0o777, 0o600);
    }
}

#[test]
fn ends_and_deadlines_that_new_zone_data_would_move_are_found_as_starts_are() {
    let times = polaris_core::NewEvent {
        ends_at: Some("2026-10-15T12:00".into()),
        registration_deadline: Some("2026-10-10T12:00".into()),
        ..career_day()
    };
    for column in ["starts_at", "ends_at", "registration_deadline"] {
        let world = World::new();
        world.kckps().events().create(times.clone()).unwrap();
        assert_eq!(findings(&world), vec![]);
        let earlier = format!("UPDATE events SET {column} = strftime('%Y-%m-%dT%H:%M:%fZ', {column}, '-1 hour')");
        world.raw("kckps").execute(&earlier, []).unwrap();
        assert!(only(&world).problem.contains("1 events have a local time"), "{column}");
    }
}

/// What candidates are ranked by stands beside each volunteer: whoever writes the file by hand leaves it behind.
#[test]
fn histories_that_are_not_what_the_rosters_say_are_found_and_written_anew() {
    for damage in [
        "UPDATE volunteers SET attended = 7 WHERE id = 1",
        "UPDATE volunteers SET last_attended_at = NULL WHERE id = 1",
        "UPDATE volunteers SET last_asked_at = '2026-08-02T12:00:00.000Z' WHERE id = 2",
    ] {
        let world = World::new();
        let event = world.kckps().events().create(career_day()).unwrap().id;
        for name in ["Ann", "Bob"] {
            let id = world.kckps().volunteers().create(new_volunteer(name, "Lee")).unwrap().volunteer.id;
            let place = NewParticipation { volunteer_id: Some(id.get()), ..NewParticipation::default() };
            world.kckps().rosters().assign(event, &place).unwrap();
        }
        let world = close_all(world);
        let raw = world.raw("kckps");
        raw.execute("UPDATE participations SET status = 'attended' WHERE volunteer_id = 1", []).unwrap();
        assert!(findings(&world).is_empty(), "what the database itself follows is right");
        let history = || {
            let sql = "SELECT group_concat(format('%d %s %s', attended, last_attended_at, last_asked_at), '; ') FROM volunteers";
            raw.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap()
        };
        let right = history();
        assert_eq!(raw.execute(damage, []).unwrap(), 1);
        let found = only(&world);
        assert_eq!((found.severity, found.subject.as_str(), found.mendable), (Severity::Warning, "kckps", true), "{found:?}");
        assert!(found.problem.starts_with("of 1 volunteers the history is not what the rosters"), "{found:?}");
        assert_eq!(world.platform().doctor().mend().unwrap().0.len(), 1);
        assert!(findings(&world).is_empty());
        assert_eq!(history(), right);
    }
}

#[test]
fn an_index_of_words_that_is_behind_or_damaged_is_found_and_made_anew() {
    type Break = fn(&World);
    fn changed(world: &World, sql: &str) {
        assert_eq!(world.raw("kckps").execute(sql, []).unwrap(), 1);
    }
    let kinds: [(Break, &str); 4] = [
        (|world| changed(world, "DELETE FROM event_search_data WHERE id > 10"), "searches may miss some"),
        (|world| changed(world, "UPDATE event_search_data SET block = x'0102030405' WHERE id = 10"), "searches may miss some"),
        (
            |world| {
                let raw = world.raw("kckps");
                let trigger: String = raw
                    .query_row("SELECT sql FROM sqlite_schema WHERE name = 'event_search_learns_after_update'", [], |row| row.get(0))
                    .unwrap();
                raw.execute_batch("DROP TRIGGER event_search_learns_after_update").unwrap();
                raw.execute("UPDATE events SET location = 'Cafeteria'", []).unwrap();
                raw.execute_batch(&trigger).unwrap();
            },
            "searches may miss some",
        ),
        (|world| changed(world, "UPDATE events SET folded_title = 'zzz'"), "sorted by a title"),
    ];
    for (damage, expected) in kinds {
        let world = World::new();
        world.kckps().events().create(career_day()).unwrap();
        let world = close_all(world);
        damage(&world);
        let found = only(&world);
        assert_eq!((found.severity, found.subject.as_str(), found.mendable), (Severity::Warning, "kckps", true), "{found:?}");
        assert!(found.problem.contains(expected), "{found:?}");
        let (mended, after) = world.platform().doctor().mend().unwrap();
        assert_eq!((mended.len(), after.findings), (1, vec![]), "{expected}");
        let filter = polaris_core::EventFilter { q: Some("career".into()), ..polaris_core::EventFilter::default() };
        let listed = world.kckps().events().list(&filter, Default::default(), Default::default()).unwrap();
        assert_eq!(listed.total, 1);
    }
}
