//! P1: new tenants are made of ready-made files. Those must never show: a tenant holds what it would hold without them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use polaris_core::{Actor, NewDistrict, NewSchool, NewTenant, Polaris, ReferenceData};

use super::support::{World, names, raw};

/// A copy of the prepared directory in which no tenant was created since the reference data were added.
fn world() -> World {
    let world = World::new();
    add(&world.polaris, "Springfield", &["Springfield High School"]);
    world
}

fn add(polaris: &Polaris, district: &str, schools: &[&str]) {
    let school = |name: &&str| NewSchool { name: (*name).into(), level: "high".into(), ..NewSchool::default() };
    let district = NewDistrict { name: district.into(), aliases: None, schools: schools.iter().map(school).collect() };
    polaris
        .platform(Actor::System)
        .unwrap()
        .reference()
        .import(&ReferenceData { districts: vec![district], ..ReferenceData::default() }.into())
        .unwrap();
}

fn create(polaris: &Polaris, slug: &str, district: &str) -> polaris_core::CreatedTenant {
    let draft = NewTenant { district: Some(district.into()), ..NewTenant::new(slug, "Some") };
    polaris.platform(Actor::System).unwrap().tenants().create(draft).unwrap()
}

fn schools(world: &World, slug: &str) -> Vec<String> {
    let raw = world.raw(slug);
    let mut statement = raw.prepare("SELECT name FROM schools ORDER BY name").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// The images with reference data.
fn images(world: &World) -> Vec<PathBuf> {
    let templates = world.root.path().join("templates");
    names(&templates).into_iter().filter(|name| name.split('-').count() == 4).map(|name| templates.join(name)).collect()
}

fn sound(world: &World) {
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
}

#[test]
fn a_second_tenant_of_a_district_holds_what_the_first_does_and_nothing_of_the_firsts_own() {
    let world = world();
    let counts = |slug: &str| -> Vec<i64> {
        let raw = world.raw(slug);
        ["tenant", "settings", "api_keys", "audit_entries", "events", "schools", "skills", "career_types", "sqlite_sequence"]
            .map(|table| raw.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap())
            .into()
    };
    let first = create(&world.polaris, "first", "KCKPS");
    let inode = |world: &World| fs::metadata(&images(world)[0]).unwrap().ino();
    let made = inode(&world);
    let second = create(&world.polaris, "second", "KCKPS");
    // One whose engine has nothing in memory yet.
    let third = create(&world.another(), "third", "KCKPS");
    assert_eq!((first.copied, second.copied), (second.copied, third.copied));
    assert_eq!((images(&world).len(), inode(&world)), (1, made), "made once");
    for (slug, own) in [("first", &first), ("second", &second), ("third", &third)] {
        assert_eq!(counts(slug), [1, 1, 1, 1, 0, 2, 2, 1, 5]);
        let key: (i64, String) =
            world.raw(slug).query_row("SELECT id, hint FROM api_keys", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(key, (1, own.api_key.hint()));
        world.enter(slug, Some(own.api_key.reveal())).unwrap();
        let mode: String = world.raw(slug).pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }
    sound(&world);
}

#[test]
fn reference_data_added_between_two_creations_are_in_the_second_tenant() {
    let world = world();
    let other = world.another();
    create(&world.polaris, "a", "Springfield");
    add(&world.polaris, "Springfield", &["Shelbyville Elementary"]);
    create(&world.polaris, "b", "Springfield");
    // By another process, so that nothing in this one knows of it.
    add(&other, "Springfield", &["Ogdenville Middle"]);
    assert_eq!(create(&world.polaris, "c", "Springfield").copied.schools, 3);
    assert_eq!(schools(&world, "a"), ["Springfield High School"]);
    assert_eq!(schools(&world, "b"), ["Shelbyville Elementary", "Springfield High School"]);
    assert_eq!(schools(&world, "c"), ["Ogdenville Middle", "Shelbyville Elementary", "Springfield High School"]);
    assert_eq!(images(&world).len(), 1, "those of earlier reference data are gone");
    sound(&world);
}

#[test]
fn a_registry_that_was_restored_and_changed_in_another_way_does_not_take_the_images_of_its_other_life() {
    let world = world();
    let registry = world.root.path().join("polaris.db");
    let backup = world.root.path().join("backup");
    raw(&registry).execute("VACUUM INTO ?1", [backup.to_str().unwrap()]).unwrap();
    add(&world.polaris, "Springfield", &["Shelbyville Elementary"]);
    create(&world.polaris, "a", "Springfield");
    let root = world.root.path().to_owned();
    drop(world.polaris);
    super::support::wait_until("all is closed", || !names(&root).iter().any(|name| name.ends_with("-wal")));
    fs::rename(backup, registry).unwrap();
    fs::remove_file(root.join("polaris_a.db")).unwrap();
    let polaris = Polaris::open(polaris_core::Config::at(&root)).unwrap();
    let world = World { polaris, ..world };
    add(&world.polaris, "Springfield", &["Ogdenville Middle"]);
    create(&world.polaris, "a", "Springfield");
    assert_eq!(schools(&world, "a"), ["Ogdenville Middle", "Springfield High School"]);
}

#[test]
fn an_image_that_is_damaged_or_under_anothers_name_is_not_trusted_and_doctor_clears_it_away() {
    type Break = fn(&PathBuf, &PathBuf);
    let kinds: [Break; 6] = [
        |image, _| fs::write(image, b"").unwrap(),
        // What a power cut can leave: the right length, and nothing in it.
        |image, _| fs::write(image, vec![0; usize::try_from(fs::metadata(image).unwrap().len()).unwrap()]).unwrap(),
        |image, _| fs::OpenOptions::new().write(true).open(image).unwrap().set_len(40_960).unwrap(),
        |image, _| {
            let mut bytes = fs::read(image).unwrap();
            let last = bytes.len() - 10;
            bytes[last] ^= 1;
            fs::write(image, bytes).unwrap();
        },
        |image, other| assert!(fs::copy(other, image).is_ok()),
        |image, other| {
            fs::remove_file(image).unwrap();
            std::os::unix::fs::symlink(other, image).unwrap();
        },
    ];
    for (at, damage) in kinds.into_iter().enumerate() {
        for mend_first in [false, true] {
            let world = world();
            create(&world.polaris, "a", "Hickman Mills C-1");
            let other = images(&world).pop().unwrap();
            create(&world.polaris, "b", "Springfield");
            let image = images(&world).into_iter().find(|image| *image != other).unwrap();
            damage(&image, &other);
            let findings = world.platform().doctor().check().unwrap().findings;
            assert_eq!(findings.len(), 1, "{at}: {findings:?}");
            assert!(findings[0].mendable && findings[0].problem.contains("not as it was made"), "{findings:?}");
            if mend_first {
                assert_eq!(world.platform().doctor().mend().unwrap().0.len(), 1);
                assert!(fs::symlink_metadata(&image).is_err());
            }
            create(&world.another(), "c", "Springfield");
            assert_eq!(schools(&world, "c"), ["Springfield High School"], "{at}");
            assert!(fs::symlink_metadata(&image).unwrap().is_file(), "{at}: made anew");
            sound(&world);
        }
    }
}

#[test]
fn whole_images_renamed_to_another_districts_are_noticed() {
    let world = world();
    create(&world.polaris, "a", "Hickman Mills C-1");
    let hickmans = images(&world).pop().unwrap();
    create(&world.polaris, "b", "Springfield");
    let springfields = images(&world).into_iter().find(|image| *image != hickmans).unwrap();
    // Its own check sum goes along.
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let (hickman, springfield) = (name(&hickmans), name(&springfields));
    let forged = format!("{}.{}", springfield.split_once('.').unwrap().0, hickman.split_once('.').unwrap().1);
    fs::remove_file(&springfields).unwrap();
    fs::rename(&hickmans, hickmans.with_file_name(forged)).unwrap();
    create(&world.another(), "c", "Springfield");
    assert_eq!(schools(&world, "c"), ["Springfield High School"]);
}

#[test]
fn what_a_crash_leaves_in_the_middle_of_an_image_does_no_harm() {
    let world = world();
    // Before it got its name.
    fs::write(world.root.path().join(".unfinished-0123456789abcdef"), vec![0; 70_000]).unwrap();
    create(&world.polaris, "a", "Springfield");
    assert_eq!(schools(&world, "a"), ["Springfield High School"]);
    let (mended, after) = world.platform().doctor().mend().unwrap();
    assert!(mended.iter().any(|found| found.subject.starts_with(".unfinished")), "{mended:?}");
    assert_eq!(after.findings, vec![]);
    // After it got its name and before its elders were removed: they are with the next one that is made.
    let stale = images(&world)[0].with_file_name("tenant-0123456789abcdef-0123456789abcdef-all.00000000.db");
    fs::write(&stale, "stale").unwrap();
    create(&world.polaris, "b", "Hickman Mills C-1");
    assert!(!stale.exists());
    sound(&world);
}

#[test]
fn images_of_a_few_districts_are_kept_and_no_more() {
    let world = world();
    for number in 0..20 {
        add(&world.polaris, &format!("District {number}"), &[&format!("School {number}")]);
    }
    fs::write(world.root.path().join("templates/not-ours"), "x").unwrap();
    for number in 0..20 {
        create(&world.polaris, &format!("t-{number}"), &format!("district {number}"));
        assert_eq!(schools(&world, &format!("t-{number}")), [format!("School {number}")]);
    }
    assert_eq!(images(&world).len(), 16);
    assert!(names(&world.root.path().join("templates")).iter().any(|name| name == "not-ours"));
}

#[test]
fn processes_that_make_an_image_at_once_all_get_it_whole() {
    for round in 0..5 {
        let world = world();
        let many: Vec<_> = (0..40).map(|number| format!("School {number}")).collect();
        add(&world.polaris, "Springfield", &many.iter().map(String::as_str).collect::<Vec<_>>());
        let engines: Vec<_> = (0..4).map(|_| world.another()).collect();
        std::thread::scope(|scope| {
            for (nth, engine) in engines.iter().enumerate() {
                for district in ["Springfield", "KCKPS"] {
                    scope.spawn(move || create(engine, &format!("{}-{nth}", district.to_lowercase()), district));
                }
            }
        });
        for nth in 0..4 {
            assert_eq!(schools(&world, &format!("springfield-{nth}")).len(), 41, "round {round}");
            assert_eq!(schools(&world, &format!("kckps-{nth}")).len(), 2, "round {round}");
        }
        assert_eq!(images(&world).len(), 2, "the same bytes under the same names");
        sound(&world);
    }
}

#[test]
fn whatever_changes_reference_data_leaves_an_entry_that_says_so() {
    // That entry's hash is how a creation knows that an image is out of date.
    for operation in polaris_core::operations::ALL.iter().filter(|operation| operation.id.starts_with("reference_")) {
        assert!(operation.audit.is_none_or(|action| action.starts_with("reference.")), "{}", operation.id);
    }
}
