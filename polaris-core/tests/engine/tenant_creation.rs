//! P1: a tenant is created whole or not at all (FR-TENANT-101/104/106).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use polaris_core::types::slug::RESERVED;
use polaris_core::{Actor, Config, Error, NewDistrict, NewSchool, NewTenant, PageRequest, Polaris, ReferenceData, TenantFilter};

use super::support::{World, code, fill, names};

fn broken(world: &World, draft: NewTenant) -> Vec<(String, &'static str)> {
    let error = world.platform().tenants().create(draft).expect_err("this must be refused");
    assert_eq!(error.code(), "VALIDATION_FAILED");
    error.fields().iter().map(|field| (field.field.clone(), field.code)).collect()
}

fn registered(world: &World) -> Vec<(String, String)> {
    let raw = world.raw_registry();
    let mut statement = raw.prepare("SELECT slug, state FROM tenants ORDER BY slug").unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

fn two_active() -> Vec<(String, String)> {
    ["hickman", "kckps"].map(|slug| (slug.to_owned(), "active".to_owned())).into()
}

#[test]
fn all_broken_fields_are_told_at_once_and_nothing_is_made() {
    let world = World::new();
    let before = world.names();
    let draft = NewTenant {
        slug: "-A".into(),
        name: " ".into(),
        district: Some("x".repeat(151)),
        features: [("Events!".to_owned(), true)].into(),
        time_zone: Some("Central".into()),
        first_admin: None,
    };
    let expected = [
        ("slug", "BAD_CHARACTERS"),
        ("slug", "LEADING_HYPHEN"),
        ("name", "REQUIRED"),
        ("district", "TOO_LONG"),
        ("features", "BAD_FLAG"),
        ("time_zone", "UNKNOWN_TIME_ZONE"),
    ];
    assert_eq!(broken(&world, draft), expected.map(|(field, code)| (field.to_owned(), code)));
    assert_eq!(registered(&world), two_active());
    assert_eq!(world.names(), before);
}

#[test]
fn names_are_bounded_and_slugs_reserved() {
    let world = World::new();
    let field = |slug: &str, name: &str| broken(&world, NewTenant::new(slug, name)).pop().unwrap();
    assert_eq!(field("a", &"x".repeat(101)), ("name".to_owned(), "TOO_LONG"));
    assert_eq!(field("a", "a\0"), ("name".to_owned(), "CONTROL_CHARACTERS"));
    assert_eq!(field(&"x".repeat(51), "A"), ("slug".to_owned(), "TOO_LONG"));
    assert_eq!(field("", "A"), ("slug".to_owned(), "REQUIRED"));
    for slug in RESERVED {
        assert_eq!(field(slug, "A"), ("slug".to_owned(), "RESERVED"));
    }
    for slug in ["x".repeat(50), "7".to_owned(), "a-b-2".to_owned()] {
        world.platform().tenants().create(NewTenant::new(&slug, &"é".repeat(100))).unwrap();
    }
}

#[test]
fn a_created_tenant_is_there_with_its_defaults_and_what_was_copied() {
    let world = World::new();
    let draft = NewTenant { district: Some(" kansas city kansas PUBLIC schools ".into()), ..NewTenant::new("north", "North") };
    let created = world.platform().tenants().create(draft).unwrap();
    assert_eq!(created.tenant.slug.as_str(), "north");
    assert_eq!(created.tenant.time_zone.name(), "America/Chicago");
    assert_eq!((created.copied.schools, created.copied.skills, created.copied.career_types), (2, 2, 1));
    assert_eq!(created.copied.district_known, Some(true));
    assert!(created.api_key.reveal().starts_with("plrs_"));
    let details = world.platform().tenants().get("north").unwrap();
    assert_eq!(details.tenant, created.tenant);
    let features: Vec<_> = details.features.iter().map(|(name, on)| (name.as_str(), *on)).collect();
    let defaults = [("events", true), ("prepkc_visibility", false), ("recruitment", false), ("teachers", true), ("volunteers", true)];
    assert_eq!(features, defaults);
    assert_eq!((details.schools, details.api_keys.len()), (2, 1));
    assert_eq!(details.api_keys[0].hint, created.api_key.hint());
    world.enter("north", Some(created.api_key.reveal())).unwrap();
    let stored: i64 = world
        .raw("north")
        .query_row("SELECT count(*) FROM api_keys WHERE hash = ?1", [created.api_key.reveal()], |row| row.get(0))
        .unwrap();
    assert_eq!(stored, 0, "the key itself is stored nowhere");
}

#[test]
fn a_district_is_known_by_name_or_alias_and_an_unknown_one_brings_no_schools() {
    let world = World::new();
    let copied = |slug: &str, district: Option<&str>| {
        let draft = NewTenant { district: district.map(str::to_owned), ..NewTenant::new(slug, "N") };
        let copied = world.platform().tenants().create(draft).unwrap().copied;
        (copied.district_known, copied.schools)
    };
    assert_eq!(copied("a", Some("Hickman Mills C-1")), (Some(true), 1));
    assert_eq!(copied("b", Some("kckps")), (Some(true), 2), "an alias");
    assert_eq!(copied("c", Some("Springfield")), (Some(false), 0));
    assert_eq!(copied("d", None), (None, 3), "all schools where none is given");
    assert_eq!(copied("e", Some("  ")), (None, 3));
}

#[test]
fn wishes_override_features_and_unknown_flags_are_kept() {
    let world = World::new();
    let features = [("events".to_owned(), false), ("rockets_2".to_owned(), true)].into();
    world
        .platform()
        .tenants()
        .create(NewTenant { features, time_zone: Some("America/Denver".into()), ..NewTenant::new("a", "A") })
        .unwrap();
    let details = world.platform().tenants().get("a").unwrap();
    assert_eq!((details.features["events"], details.features["rockets_2"], details.features["teachers"]), (false, true, true));
    assert_eq!(details.tenant.time_zone.name(), "America/Denver");
}

#[test]
fn a_slug_is_given_once() {
    let world = World::new();
    for _ in 0..2 {
        assert_eq!(code(world.platform().tenants().create(NewTenant::new("kckps", "Other"))), "CONFLICT");
    }
    assert_eq!(world.platform().tenants().get("kckps").unwrap().tenant.name, "Kansas City Kansas");
    world.enter("kckps", Some(world.key())).unwrap();
}

#[test]
fn of_eight_who_create_the_same_slug_at_once_one_does() {
    let world = World::new();
    let other = world.another();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let polaris = if number % 2 == 0 { &world.polaris } else { &other };
                scope.spawn(move || code(polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("north", "North"))))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| **answer == "ok").count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == "CONFLICT").count(), 7, "{answers:?}");
    assert!(!world.names().iter().any(|name| name.starts_with(".unfinished")));
    assert!(world.platform().doctor().check().unwrap().findings.is_empty());
}

#[test]
fn what_lies_under_the_name_already_is_a_conflict_and_nothing_is_touched() {
    let world = World::new();
    type Make = fn(&Path);
    let in_the_way: [(&str, Make); 3] = [
        ("a-file", |path| fs::write(path, "precious").unwrap()),
        ("a-directory", |path| fs::create_dir(path).unwrap()),
        ("a-link", |path| std::os::unix::fs::symlink("/nowhere", path).unwrap()),
    ];
    for (slug, make) in in_the_way {
        make(&world.file(slug));
        let before = world.names();
        assert_eq!(code(world.platform().tenants().create(NewTenant::new(slug, "A"))), "CONFLICT", "{slug}");
        assert_eq!(
            world.names().into_iter().filter(|name| name != "create.lock").collect::<Vec<_>>(),
            before.into_iter().filter(|name| name != "create.lock").collect::<Vec<_>>()
        );
        assert_eq!(registered(&world), two_active());
    }
    assert_eq!(fs::read_to_string(world.file("a-file")).unwrap(), "precious");
    // Once it is out of the way, the slug is free.
    fs::remove_file(world.file("a-file")).unwrap();
    world.platform().tenants().create(NewTenant::new("a-file", "A")).unwrap();
}

#[test]
fn a_failure_while_the_file_is_made_leaves_no_file_and_no_row() {
    let world = World::new();
    let templates = world.root.path().join("templates");
    fs::remove_dir_all(&templates).unwrap();
    fs::write(&templates, "in the way").unwrap();
    assert!(world.platform().tenants().create(NewTenant::new("north", "North")).is_err());
    assert_eq!(registered(&world), two_active());
    assert!(!world.names().iter().any(|name| name.starts_with(".unfinished") || name.contains("north")), "{:?}", world.names());
}

#[test]
fn a_failure_of_the_last_step_takes_the_file_back() {
    let world = World::new();
    world
        .raw_registry()
        .execute_batch("CREATE TRIGGER not_now BEFORE UPDATE OF state ON tenants BEGIN SELECT RAISE(ABORT, 'not now'); END;")
        .unwrap();
    assert!(world.platform().tenants().create(NewTenant::new("north", "North")).is_err());
    assert_eq!(registered(&world), two_active());
    assert!(!world.names().iter().any(|name| name.contains("north")), "{:?}", world.names());
    world.raw_registry().execute_batch("DROP TRIGGER not_now").unwrap();
    world.platform().tenants().create(NewTenant::new("north", "North")).unwrap();
}

/// A small file system in memory, where this user may mount one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=48m,mode=0700", "tmpfs"]).arg(at.path()).output();
        mounted.is_ok_and(|done| done.status.success()).then(|| Self(at))
    }

    /// Leaves this many bytes free.
    fn leave(&self, free: u64) {
        let filler = self.0.path().join("data/templates/filler");
        let _ = fs::remove_file(&filler);
        let output = Command::new("df").args(["--output=avail", "-B1"]).arg(self.0.path()).output().unwrap();
        let available: u64 = String::from_utf8(output.stdout).unwrap().lines().nth(1).unwrap().trim().parse().unwrap();
        fs::write(&filler, vec![1; usize::try_from(available.saturating_sub(free)).unwrap()]).unwrap();
        fs::set_permissions(filler, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

#[test]
fn on_a_full_disk_a_tenant_is_created_whole_or_not_at_all() {
    // Where file systems can't be mounted, the store's own tests fill a database instead.
    let Some(disk) = SmallDisk::mount() else { return };
    let data = disk.0.path().join("data");
    let polaris = Polaris::init(Config::at(&data)).unwrap();
    fill(&polaris);
    let platform = polaris.platform(Actor::System).unwrap();
    // Enough that a new tenant's file grows when its log is moved into it: that is where a full disk is easily overlooked.
    let schools = (0..400).map(|number| NewSchool { name: format!("School {number}"), level: "high".into(), ..NewSchool::default() });
    let district = NewDistrict { name: "Large".into(), aliases: None, schools: schools.collect() };
    platform.reference().import(&ReferenceData { districts: vec![district], ..ReferenceData::default() }.into()).unwrap();
    const STEPS: usize = 32;
    let mut answers = Vec::new();
    for step in 0..STEPS {
        disk.leave(step as u64 * 20_480);
        let slug = format!("tenant-{step}");
        let answer = platform.tenants().create(NewTenant::new(&slug, "A"));
        disk.leave(3 << 20);
        answers.push(answer.is_ok());
        match answer {
            Ok(created) => {
                assert_eq!(platform.tenants().get(&slug).unwrap().tenant, created.tenant, "{step}");
                assert_eq!(platform.tenants().get(&slug).unwrap().api_keys.len(), 1, "{step}");
            }
            Err(error) => {
                assert!(matches!(error, Error::Unavailable(_)), "{step}: {error:?}");
                assert_eq!(code(platform.tenants().get(&slug)), "TENANT_NOT_FOUND");
                assert!(
                    !names(&data).iter().any(|name| name.starts_with(".unfinished") || name.contains(&slug)),
                    "{step}: {:?}",
                    names(&data)
                );
                // What could not be taken back on a full disk, doctor settles.
                let report = platform.doctor().check().unwrap();
                assert!(report.findings.iter().all(|found| found.mendable || found.subject == "disk"), "{report:?}");
            }
        }
    }
    assert!(!answers[0] && answers[STEPS - 1], "{answers:?}");
    let listed = platform.tenants().list(&TenantFilter::default(), PageRequest::new(1, 100).unwrap()).unwrap().total;
    assert_eq!(listed as usize, 2 + answers.iter().filter(|ok| **ok).count());
}
