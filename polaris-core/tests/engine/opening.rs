//! Opening: the data directory, how many tenants stay open, inactive ones, and what runs in the background.

use std::fs;
use std::sync::Barrier;
use std::time::Duration;

use polaris_core::{Actor, Config, Error, NewEvent, NewTenant, Polaris, Unavailable};

use super::support::{World, career_day, code, names, wait_until};

fn descriptors(world: &World) -> usize {
    let root = world.root.path().canonicalize().unwrap();
    fs::read_dir("/proc/self/fd")
        .unwrap()
        .flatten()
        .filter(|entry| fs::read_link(entry.path()).is_ok_and(|to| to.starts_with(&root)))
        .count()
}

fn create(world: &World, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| {
            let slug = format!("tenant-{number}");
            world.platform().tenants().create(NewTenant::new(&slug, "T")).unwrap();
            slug
        })
        .collect()
}

fn use_it(world: &World, slug: &str) {
    let handle = world.polaris.tenant(slug, Actor::System).unwrap();
    handle.events().create(career_day()).unwrap();
    handle.settings().unwrap();
}

#[test]
fn at_most_so_many_tenants_are_open_and_their_descriptors_stay_bounded() {
    let world = World::with(|config| config.open_tenants = 5);
    let slugs = create(&world, 20);
    let registry = descriptors(&world);
    for _ in 0..2 {
        for slug in &slugs {
            use_it(&world, slug);
            assert!(world.polaris.open_tenants().unwrap() <= 5);
            // Two readers and a writer at most: two descriptors each, and one for the shared memory.
            assert!(descriptors(&world) <= registry + 4 + 5 * 7, "{} descriptors", descriptors(&world));
        }
    }
    assert_eq!(world.polaris.open_tenants().unwrap(), 5);
}

#[test]
fn a_tenant_that_is_closed_for_another_leaves_no_log_behind() {
    let world = World::with(|config| config.open_tenants = 1);
    use_it(&world, "kckps");
    assert!(world.names().contains(&"polaris_kckps.db-wal".to_owned()));
    use_it(&world, "hickman");
    assert!(!world.names().contains(&"polaris_kckps.db-wal".to_owned()), "{:?}", world.names());
    use_it(&world, "kckps");
}

#[test]
fn with_all_in_use_another_is_refused_until_one_is_given_back() {
    let world = World::with(|config| config.open_tenants = 1);
    let held = world.polaris.tenant("kckps", Actor::System).unwrap();
    let refused = world.polaris.tenant("hickman", Actor::System).map(|_| ()).unwrap_err();
    assert!(matches!(refused, Error::Unavailable(Unavailable::Overloaded)));
    held.events().create(career_day()).unwrap();
    drop(held);
    world.polaris.tenant("hickman", Actor::System).unwrap();
}

#[test]
fn background_work_never_makes_the_engine_refuse_a_tenant() {
    let world = World::with(|config| config.open_tenants = 1);
    let since = std::time::Instant::now();
    // Longer than two rounds of the background thread.
    while since.elapsed() < Duration::from_millis(1_200) {
        for slug in ["kckps", "hickman"] {
            assert_eq!(code(world.polaris.tenant(slug, Actor::System)), "ok");
        }
    }
}

#[test]
fn sixteen_who_ask_at_once_share_one_open_file() {
    let world = World::new();
    let together = Barrier::new(16);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                together.wait();
                world.polaris.tenant("kckps", Actor::System).unwrap()
            });
        }
    });
    assert_eq!(world.polaris.open_tenants().unwrap(), 1);
}

#[test]
fn a_tenant_deactivated_elsewhere_refuses_at_once_on_a_handle_already_open() {
    let world = World::new();
    let handle = world.kckps();
    let event = handle.events().create(career_day()).unwrap();
    world.raw("kckps").execute("UPDATE tenant SET state = 'inactive'", []).unwrap();
    assert_eq!(code(handle.events().get(event.id)), "TENANT_INACTIVE");
    assert_eq!(code(handle.events().create(career_day())), "TENANT_INACTIVE");
    assert_eq!(code(handle.events().publish(event.id)), "TENANT_INACTIVE");
    assert_eq!(code(handle.settings()), "TENANT_INACTIVE");
    assert_eq!(code(world.polaris.tenant("kckps", Actor::System)), "TENANT_INACTIVE");
    world.raw("kckps").execute("UPDATE tenant SET state = 'active'", []).unwrap();
    assert_eq!(code(handle.events().get(event.id)), "ok", "and works again when it is active again");
    assert_eq!(code(world.polaris.tenant("kckps", Actor::System)), "ok");
}

#[test]
fn tenants_seen_inactive_are_closed_by_the_sweep() {
    let world = World::new();
    let handle = world.kckps();
    use_it(&world, "hickman");
    world.raw("kckps").execute("UPDATE tenant SET state = 'inactive'", []).unwrap();
    assert_eq!(code(handle.settings()), "TENANT_INACTIVE");
    assert_eq!(world.polaris.open_tenants().unwrap(), 2, "not while somebody holds it");
    drop(handle);
    wait_until("the sweep has closed it", || world.polaris.open_tenants().unwrap() == 1);
    wait_until("its file is closed", || !world.names().contains(&"polaris_kckps.db-shm".to_owned()));
}

#[test]
fn settings_changed_elsewhere_are_seen_with_the_next_operation() {
    let world = World::new();
    let handle = world.kckps();
    assert_eq!(handle.settings().unwrap().name, "Kansas City Kansas");
    world
        .raw("kckps")
        .execute_batch("BEGIN; UPDATE settings SET name = 'KCK'; UPDATE tenant SET settings_rev = settings_rev + 1; COMMIT;")
        .unwrap();
    assert_eq!(handle.settings().unwrap().name, "KCK");
}

#[test]
fn a_file_that_went_missing_while_closed_is_refused_and_not_made_anew() {
    let world = World::new();
    fs::remove_file(world.file("kckps")).unwrap();
    for _ in 0..3 {
        assert_eq!(code(world.polaris.tenant("kckps", Actor::System)), "UNAVAILABLE");
    }
    assert!(!world.file("kckps").exists());
    assert_eq!(world.polaris.open_tenants().unwrap(), 0);
    use_it(&world, "hickman");
}

#[test]
fn the_log_stays_small_while_much_is_written() {
    let world = World::new();
    let handle = world.kckps();
    let log = world.root.path().join("polaris_kckps.db-wal");
    let mut largest = 0;
    let (since, mut events) = (std::time::Instant::now(), 0);
    // On a busy machine the first seconds bring too little to be worth moving.
    while since.elapsed() < Duration::from_secs(3) || events < 600 {
        events += 20;
        for _ in 0..20 {
            handle.events().create(NewEvent { description: Some("x".repeat(20_000)), ..career_day() }).unwrap();
        }
        largest = largest.max(fs::metadata(&log).unwrap().len());
    }
    assert!(largest < 64 << 20, "{largest} bytes of log");
    // It is moved in the background, which on a busy machine comes late.
    let written = || fs::metadata(world.file("kckps")).unwrap().len();
    let patience = std::time::Instant::now() + Duration::from_secs(10);
    while written() <= largest / 2 && std::time::Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(written() > largest / 2, "{} bytes have reached the file, the log has {largest}", written());
    drop(handle);
}

#[test]
fn many_open_tenants_need_no_threads_of_their_own() {
    let world = World::new();
    let slugs = create(&world, 60);
    let threads = || {
        let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
        tasks.filter(|task| fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.starts_with("polaris-places"))).count()
    };
    let held: Vec<_> = slugs.iter().map(|slug| world.polaris.tenant(slug, Actor::System).unwrap()).collect();
    assert_eq!(world.polaris.open_tenants().unwrap(), 60);
    assert_eq!(threads(), 1);
    drop(held);
}

#[test]
fn a_second_init_is_a_conflict_and_the_first_is_untouched() {
    let world = World::new();
    world.kckps().events().create(career_day()).unwrap();
    let before = world.names();
    assert_eq!(code(Polaris::init(Config::at(world.root.path()))), "CONFLICT");
    assert_eq!(world.names(), before);
    assert_eq!(code(world.kckps().events().get(polaris_core::types::EventId::new(1))), "ok");
}

#[test]
fn opening_what_is_no_data_directory_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(code(Polaris::open(Config::at(root.path().join("missing")))), "DATA_DIRECTORY");
    assert_eq!(code(Polaris::open(Config::at(root.path()))), "DATA_DIRECTORY");
    assert!(names(root.path()).is_empty());
    fs::write(root.path().join("mine.txt"), "x").unwrap();
    assert_eq!(code(Polaris::init(Config::at(root.path()))), "DATA_DIRECTORY");
    assert_eq!(names(root.path()), ["mine.txt"]);
}

#[test]
fn one_engine_serves_at_a_time() {
    let world = World::new();
    let other = world.another();
    let lock = world.polaris.lock_for_serving().unwrap();
    assert_eq!(code(other.lock_for_serving()), "CONFLICT");
    assert_eq!(code(world.polaris.lock_for_serving()), "CONFLICT");
    drop(lock);
    other.lock_for_serving().unwrap();
}

#[test]
fn a_damaged_registry_is_refused_with_its_reason() {
    for (damage, expected) in [(b"".to_vec(), "DATA_DIRECTORY"), (vec![1; 10_000], "DATA_DIRECTORY")] {
        let world = World::new();
        let registry = world.root.path().join("polaris.db");
        let copy = tempfile::tempdir().unwrap();
        fs::write(copy.path().join("polaris.db"), &damage).unwrap();
        assert_eq!(code(Polaris::open(Config::at(copy.path()))), expected);
        assert_eq!(fs::read(copy.path().join("polaris.db")).unwrap(), damage);
        assert!(registry.exists());
    }
    let world = World::new();
    world.raw_registry().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(code(Polaris::open(Config::at(world.root.path()))), "SCHEMA_TOO_NEW");
}

#[test]
fn a_ready_engine_says_so() {
    World::new().polaris.ready().unwrap();
}

#[test]
fn an_engine_whose_directory_was_moved_away_is_not_ready() {
    let away = tempfile::tempdir().unwrap();
    let world = World::new();
    let aside = away.path().join("data");
    fs::rename(world.root.path(), &aside).unwrap();
    assert!(matches!(world.polaris.ready(), Err(Error::Unavailable(Unavailable::Moved))));
    // Another in its place is not it either.
    fs::create_dir(world.root.path()).unwrap();
    fs::copy(aside.join("polaris.db"), world.root.path().join("polaris.db")).unwrap();
    assert!(matches!(world.polaris.ready(), Err(Error::Unavailable(Unavailable::Moved))));
    fs::remove_dir_all(world.root.path()).unwrap();
    fs::rename(&aside, world.root.path()).unwrap();
    world.polaris.ready().unwrap();
}

#[test]
fn many_who_make_the_same_directory_at_once_are_one_and_conflicts() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let made: Vec<_> = std::thread::scope(|threads| {
        let makers: Vec<_> =
            (0..8).map(|_| threads.spawn(|| polaris_core::Polaris::init(polaris_core::Config::at(&data)).map(drop))).collect();
        makers.into_iter().map(|maker| maker.join().unwrap()).collect()
    });
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    for error in made.into_iter().filter_map(Result::err) {
        assert_eq!(error.code(), "CONFLICT", "{error}");
    }
}

#[test]
fn a_tenant_waits_for_a_place_that_another_gives_back() {
    let root = tempfile::tempdir().unwrap();
    let config = polaris_core::Config { open_tenants: 1, ..polaris_core::Config::at(root.path().join("data")) };
    let polaris = polaris_core::Polaris::init(config).unwrap();
    for slug in ["one", "two"] {
        let platform = polaris.platform(polaris_core::Actor::System).unwrap();
        platform.tenants().create(polaris_core::NewTenant::new(slug, "A district")).unwrap();
    }
    let one = polaris.tenant("one", polaris_core::Actor::System).unwrap();
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| polaris.tenant("two", polaris_core::Actor::System).map(drop));
        std::thread::sleep(std::time::Duration::from_millis(50));
        drop(one);
        assert!(waiting.join().unwrap().is_ok());
    });
}
