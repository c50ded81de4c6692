//! P8: data directories of the schema before, as that version left them, upgraded by opening and by `migrate`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use polaris_core::clock::{ManualClock, SeededRandomness};
use polaris_core::types::{EventId, EventOrder};
use polaris_core::{
    Actor, Config, Context, EventFilter, MigrationReport, NewMigration, NewTenant, PageRequest, Patience, Polaris, TenantFilter,
};

use super::support::{REGISTRY_SCHEMA, TENANT_SCHEMA, World, career_day, code, names, raw};

/// The directory that a binary of schema 1 made, and what that version told of it.
pub(super) struct Schema1 {
    pub(super) root: tempfile::TempDir,
    known: Known,
    clock: Arc<ManualClock>,
}

#[derive(serde::Deserialize)]
struct Known {
    made_at: DateTime<Utc>,
    session: String,
    keys: BTreeMap<String, String>,
    events: BTreeMap<String, Vec<(i64, String, String)>>,
}

impl Schema1 {
    pub(super) fn new() -> Self {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
        let root = tempfile::tempdir().unwrap();
        let unpacked = Command::new("tar").arg("-C").arg(root.path()).arg("-xpzf").arg(fixtures.join("schema-1.tar.gz")).status().unwrap();
        assert!(unpacked.success());
        let known: Known = serde_json::from_slice(&fs::read(fixtures.join("schema-1.json")).unwrap()).unwrap();
        let clock = Arc::new(ManualClock::at(known.made_at + TimeDelta::minutes(10)));
        Self { root, known, clock }
    }

    fn config(&self, migrate_on_open: bool) -> Config {
        Config { migrate_on_open, ..Config::at(self.root.path()) }
    }

    fn try_open(&self, migrate_on_open: bool) -> polaris_core::Result<Polaris> {
        let builder = Polaris::builder(self.config(migrate_on_open)).clock(Arc::clone(&self.clock) as _);
        builder.randomness(Arc::new(SeededRandomness::new(99))).open()
    }

    fn open(&self, migrate_on_open: bool) -> Polaris {
        self.try_open(migrate_on_open).unwrap()
    }

    fn file(&self, slug: &str) -> PathBuf {
        self.root.path().join(format!("polaris_{slug}.db"))
    }

    fn version(&self, file: &str) -> u32 {
        raw(&self.root.path().join(file)).pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    fn snapshots(&self) -> Vec<String> {
        let place = self.root.path().join("snapshots");
        if place.exists() { names(&place) } else { Vec::new() }
    }

    /// Everything that the version before had is there, and works.
    fn check(&self, polaris: &Polaris) {
        for (slug, events) in &self.known.events {
            let key = self.known.keys[slug].as_str();
            assert_eq!(code(polaris.public_api(slug, Some(key), Context::default(), Patience::Wait)), "ok", "{slug}");
            let tenant = polaris.tenant(slug, Actor::System).unwrap();
            for (number, status, event_slug) in events {
                let event = tenant.events().get(EventId::new(*number)).unwrap();
                assert_eq!((event.status.as_str(), event.slug.as_str()), (status.as_str(), event_slug.as_str()));
                let filter = EventFilter { q: Some(event.title.clone()), ..EventFilter::default() };
                let found = tenant.events().list(&filter, EventOrder::default(), PageRequest::new(1, 100).unwrap()).unwrap();
                assert!(found.items.contains(&event), "what was there before there was an index is found by its words");
            }
            assert!(tenant.events().create(career_day()).unwrap().id.get() > events.iter().map(|event| event.0).max().unwrap());
        }
        // The staff session and its entry to one tenant.
        let staff = polaris.staff_session(&self.known.session).unwrap();
        assert_eq!(staff.actor, polaris.support_session(&self.known.session, "kckps").unwrap().actor);
        assert_eq!(code(polaris.support_session(&self.known.session, "hmsd")), "UNAUTHENTICATED");
        polaris.platform(staff).unwrap().tenants().create(NewTenant::new("south", "South Side")).unwrap();
    }

    /// Doctor finds every file whole, its audit log unbroken, and nothing left over.
    fn check_by_doctor(&self, polaris: &Polaris) {
        assert_eq!(polaris.platform(Actor::System).unwrap().doctor().check().unwrap().findings, []);
    }
}

fn migrate(polaris: &Polaris, wanted: &NewMigration) -> MigrationReport {
    polaris.platform(Actor::System).unwrap().tenants().migrate(wanted).unwrap()
}

fn all() -> NewMigration {
    NewMigration { all: true, ..NewMigration::default() }
}

fn outcomes(report: &MigrationReport) -> Vec<String> {
    let told = |tenant: &polaris_core::Migration| format!("{} {:?} {}", tenant.slug, tenant.from, tenant.outcome.as_str());
    report.tenants.iter().map(told).collect()
}

#[test]
fn opening_a_directory_of_the_schema_before_upgrades_it_with_all_that_is_in_it() {
    let old = Schema1::new();
    assert_eq!((old.version("polaris.db"), old.version("polaris_kckps.db")), (1, 1), "the fixture is of schema 1");
    let polaris = old.open(true);
    old.check(&polaris);
    assert_eq!(old.version("polaris_kckps.db"), TENANT_SCHEMA);
    let noted: Vec<u32> = {
        let registry = raw(&old.root.path().join("polaris.db"));
        let mut rows = registry.prepare("SELECT schema_version FROM tenants").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(noted, [TENANT_SCHEMA; 4], "the registry's copies follow");
    old.check_by_doctor(&polaris);
    // What each file was is kept, readable by its owner alone.
    let kept = old.snapshots();
    assert_eq!(kept.len(), 4, "{kept:?}");
    for name in kept {
        use std::os::unix::fs::PermissionsExt;
        let path = old.root.path().join("snapshots").join(&name);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(name.contains(".v1."), "{name}");
        assert_eq!(raw(&path).pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0)).unwrap(), 1);
    }
}

#[test]
fn migrate_upgrades_all_tenants_and_a_second_run_finds_nothing_to_do() {
    let old = Schema1::new();
    assert_eq!(Polaris::migrate_registry(&old.config(false), false).unwrap(), (1, REGISTRY_SCHEMA));
    let polaris = old.open(false);
    let report = migrate(&polaris, &all());
    assert_eq!(outcomes(&report), ["hmsd Some(1) migrated", "kckps Some(1) migrated", "north Some(1) migrated"]);
    let again = migrate(&polaris, &all());
    assert_eq!(outcomes(&again), ["hmsd", "kckps", "north"].map(|slug| format!("{slug} Some({TENANT_SCHEMA}) up_to_date")));
    assert_eq!(old.snapshots().len(), 4, "nothing to do, nothing copied");
    old.check_by_doctor(&polaris);
    old.check(&polaris);
    old.check_by_doctor(&polaris);
    // Both logs tell of it.
    for file in ["polaris.db", "polaris_kckps.db"] {
        let told: u32 = raw(&old.root.path().join(file))
            .query_row(
                "SELECT count(*) FROM audit_entries WHERE action = 'tenant.migrate' AND details = ?1",
                [format!("{{\"from\":1,\"to\":{TENANT_SCHEMA}}}")],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(told, if file == "polaris.db" { 3 } else { 1 }, "{file}");
    }
}

#[test]
fn where_migrating_on_opening_is_not_allowed_each_database_is_refused_until_it_is_migrated() {
    let old = Schema1::new();
    assert_eq!(code(old.try_open(false)), "SCHEMA_OUTDATED");
    assert_eq!(old.version("polaris.db"), 1);
    Polaris::migrate_registry(&old.config(false), false).unwrap();
    let polaris = old.open(false);
    assert_eq!(code(polaris.tenant("kckps", Actor::System)), "SCHEMA_OUTDATED");
    assert_eq!(code(polaris.tenant("north", Actor::System)), "SCHEMA_OUTDATED");
    let one = migrate(&polaris, &NewMigration { tenants: vec!["kckps".into()], ..NewMigration::default() });
    assert_eq!(outcomes(&one), ["kckps Some(1) migrated"]);
    assert_eq!(code(polaris.tenant("kckps", Actor::System)), "ok");
    assert_eq!(code(polaris.tenant("north", Actor::System)), "SCHEMA_OUTDATED");
}

#[test]
fn a_dry_run_tells_what_would_be_done_and_changes_not_a_byte() {
    let old = Schema1::new();
    let before: Vec<_> = names(old.root.path()).into_iter().filter(|name| name.ends_with(".db")).collect();
    let bytes = |name: &String| fs::read(old.root.path().join(name)).unwrap();
    let contents: Vec<_> = before.iter().map(bytes).collect();
    let config = old.config(false);
    assert_eq!(Polaris::migrate_registry(&config, true).unwrap(), (1, REGISTRY_SCHEMA));
    let preview = Polaris::preview_migration(&config, &all()).unwrap();
    assert_eq!(outcomes(&preview), ["hmsd Some(1) pending", "kckps Some(1) pending", "north Some(1) pending"]);
    assert!(preview.dry_run);
    assert_eq!(before.iter().map(bytes).collect::<Vec<_>>(), contents);

    Polaris::migrate_registry(&config, false).unwrap();
    let report = migrate(&old.open(false), &NewMigration { dry_run: true, ..all() });
    assert_eq!(outcomes(&report), outcomes(&preview));
    assert_eq!(before[1..].iter().map(bytes).collect::<Vec<_>>(), contents[1..]);
    assert_eq!(old.snapshots().len(), 1, "the registry's");
}

#[test]
fn one_that_is_damaged_missing_swapped_or_newer_doesnt_keep_the_others_from_being_migrated() {
    type Spoil = fn(&Schema1);
    let spoil: [(&str, Spoil, &str); 4] = [
        ("damaged", |old| fs::write(old.file("kckps"), vec![7; 8_192]).unwrap(), "UNAVAILABLE"),
        ("missing", |old| fs::remove_file(old.file("kckps")).unwrap(), "UNAVAILABLE"),
        ("newer", |old| raw(&old.file("kckps")).pragma_update(None, "user_version", 9).unwrap(), "SCHEMA_TOO_NEW"),
        ("another's", |old| fs::copy(old.file("north"), old.file("kckps")).map(|_| ()).unwrap(), "UNAVAILABLE"),
    ];
    for (what, spoil, expected) in spoil {
        let old = Schema1::new();
        spoil(&old);
        Polaris::migrate_registry(&old.config(false), false).unwrap();
        let polaris = old.open(false);
        let report = migrate(&polaris, &all());
        let told: Vec<_> = report.tenants.iter().map(|tenant| tenant.outcome.as_str()).collect();
        assert_eq!(told, ["migrated", "failed", "migrated"], "{what}");
        let polaris_core::MigrationOutcome::Failed { code, message } = &report.tenants[1].outcome else { panic!("{what}") };
        assert_eq!(*code, expected, "{what}");
        assert!(!message.contains('/'), "{what}: no paths in {message}");
        assert!(!old.snapshots().iter().any(|name| name.contains("kckps")), "{what}: a copy of what was not migrated");
        assert_eq!(code_of_open(&polaris), if what == "newer" { "SCHEMA_TOO_NEW" } else { expected }, "{what}");
    }
}

fn code_of_open(polaris: &Polaris) -> &'static str {
    match code(polaris.tenant("kckps", Actor::System)) {
        // Not migrated, and so not looked into.
        "SCHEMA_OUTDATED" => "UNAVAILABLE",
        other => other,
    }
}

#[test]
fn deactivated_tenants_are_migrated_too_and_stay_deactivated() {
    let old = Schema1::new();
    for (file, sql) in [
        ("polaris_kckps.db", "UPDATE tenant SET state = 'inactive'"),
        ("polaris.db", "UPDATE tenants SET state = 'inactive' WHERE slug = 'kckps'"),
    ] {
        raw(&old.root.path().join(file)).execute(sql, []).unwrap();
    }
    let polaris = old.open(true);
    assert_eq!(outcomes(&migrate(&polaris, &all()))[1], "kckps Some(1) migrated");
    assert_eq!(code(polaris.tenant("kckps", Actor::System)), "TENANT_INACTIVE");
}

#[test]
fn what_is_asked_for_is_checked_before_anything_is_done() {
    let world = World::new();
    let refused = |wanted: &NewMigration| world.platform().tenants().migrate(wanted).unwrap_err().to_string();
    let named = |slugs: &[&str]| NewMigration { tenants: slugs.iter().map(|slug| (*slug).to_owned()).collect(), ..NewMigration::default() };
    assert!(refused(&NewMigration::default()).contains("ask for all"));
    assert!(refused(&NewMigration { all: true, ..named(&["kckps"]) }).contains("ask for all"));
    assert_eq!(refused(&named(&["kckps", "nobody", "../x"])), "tenants[1]: there is no such tenant; tenants[2]: there is no such tenant");
    assert!(refused(&NewMigration { jobs: Some(0), ..all() }).contains("1 to 16"));
    assert!(refused(&NewMigration { jobs: Some(17), ..all() }).contains("1 to 16"));
}

#[test]
fn progress_is_told_for_each_tenant() {
    let world = World::new();
    let mut told = Vec::new();
    world.platform().tenants().migrate_with(&all(), &mut |done, total| told.push((done, total))).unwrap();
    assert_eq!(told, [(1, 2), (2, 2)]);
    assert_eq!(world.platform().tenants().list(&TenantFilter::default(), Default::default()).unwrap().total, 2);
}

#[test]
fn two_runs_at_once_migrate_each_tenant_once() {
    let old = Schema1::new();
    Polaris::migrate_registry(&old.config(false), false).unwrap();
    let engines = [old.open(false), old.open(false)];
    std::thread::scope(|threads| {
        for polaris in &engines {
            threads.spawn(|| assert_eq!(migrate(polaris, &all()).count("failed"), 0));
        }
    });
    drop(engines);
    let polaris = old.open(false);
    old.check_by_doctor(&polaris);
    old.check(&polaris);
    let entries: u32 = raw(&old.file("kckps"))
        .query_row("SELECT count(*) FROM audit_entries WHERE action = 'tenant.migrate'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(entries, 1);
}

/// P5: copies of reference data from before they had keys are found by their names.
#[test]
fn reference_data_reach_tenants_of_the_schema_before_without_doubling_anything() {
    let old = Schema1::new();
    let polaris = old.open(true);
    let platform = polaris.platform(Actor::System).unwrap();
    let counts = || {
        let count = |table: &str| -> u32 {
            raw(&old.file("kckps")).query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
        };
        ["schools", "skills", "career_types"].map(count)
    };
    let before = counts();
    for _ in 0..2 {
        let report = platform.reference().sync(&polaris_core::ReferenceSync::default()).unwrap();
        assert!(report.is_complete(), "{report:?}");
        for done in &report.tenants {
            let changes = done.outcome.clone().unwrap();
            let kinds = [changes.schools, changes.skills, changes.career_types];
            assert!(kinds.iter().all(|kind| kind.added + kind.changed + kind.removed == 0), "{changes:?}");
        }
    }
    assert_eq!(counts(), before);
    let without =
        raw(&old.file("kckps")).query_row("SELECT count(*) FROM schools WHERE reference_key IS NULL", [], |row| row.get::<_, u32>(0));
    assert_eq!(without.unwrap(), 0);
}
