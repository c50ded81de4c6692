//! P5, FR-TENANT-104: reference data brought to tenants that exist; what a tenant uses or made itself stays.

use polaris_core::platform::reference::{Brought, Changes};
use polaris_core::{NewEvent, NewTenant, ReferenceImport, ReferenceKind, ReferenceSource, ReferenceSync, SyncReport};

use super::support::{World, career_day, code, raw};

fn import(world: &World, kind: ReferenceKind, text: &str) {
    import_as(world, kind, text, false);
}

fn replace(world: &World, kind: ReferenceKind, text: &str) {
    import_as(world, kind, text, true);
}

fn import_as(world: &World, kind: ReferenceKind, text: &str, replace: bool) {
    let source = ReferenceSource::csv(kind, text.as_bytes()).unwrap();
    world.platform().reference().import(&ReferenceImport { replace, ..ReferenceImport::of([source]) }).unwrap();
}

/// A sync of all, after a dry run that told the same.
fn sync(world: &World) -> SyncReport {
    let reference = world.platform();
    let told = reference.reference().sync(&ReferenceSync { dry_run: true, ..ReferenceSync::default() }).unwrap();
    let done = reference.reference().sync(&ReferenceSync::default()).unwrap();
    assert_eq!(SyncReport { dry_run: true, ..done.clone() }, told, "a dry run tells exactly what is done");
    done
}

fn changes(report: &SyncReport, slug: &str) -> Changes {
    report.tenants.iter().find(|done| done.tenant.as_str() == slug).unwrap().outcome.clone().unwrap()
}

fn column(world: &World, slug: &str, sql: &str) -> Vec<String> {
    let raw = world.raw(slug);
    let mut statement = raw.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn schools(world: &World, slug: &str) -> Vec<String> {
    column(world, slug, "SELECT name FROM schools ORDER BY name")
}

fn skills(world: &World, slug: &str) -> Vec<String> {
    column(world, slug, "SELECT name || ' ' || source FROM skills ORDER BY name")
}

fn event_at(world: &World, school: &str, skill: &str) -> polaris_core::Event {
    let new = NewEvent { school: Some(school.into()), wanted_skills: vec![skill.into()], ..career_day() };
    world.kckps().events().create(new).unwrap()
}

fn unchanged(unchanged: u32) -> Brought {
    Brought { unchanged, ..Brought::default() }
}

#[test]
fn tenants_that_are_up_to_date_are_left_alone() {
    let world = World::new();
    let entries = |slug: &str| column(&world, slug, "SELECT action FROM audit_entries").len();
    let before = entries("kckps");
    let report = sync(&world);
    assert!(report.is_complete() && report.skipped.is_empty());
    assert_eq!(
        changes(&report, "kckps"),
        Changes { district_known: Some(true), schools: unchanged(2), skills: unchanged(2), career_types: unchanged(1) }
    );
    assert_eq!(entries("kckps"), before, "nothing was written");
}

#[test]
fn what_is_new_is_added_and_what_was_changed_is_changed_in_each_tenants_own_district() {
    let world = World::new();
    import(
        &world,
        ReferenceKind::Schools,
        "district,name,level,city,aliases\nKCKPS,Harmon High School,high,Kansas City,JC Harmon\n\
         KCKPS,Wyandotte High School,,Kansas City,WHS\nHickman Mills C-1,Ruskin High,high,,Ruskin High School\n",
    );
    import(&world, ReferenceKind::Skills, "name,aliases\nNursing,Care\nWelding,Metal Work\n");
    import(&world, ReferenceKind::CareerTypes, "name,keywords,aliases\nHealth,nurse|clinic,Medicine\n");
    let report = sync(&world);
    let (kckps, hickman) = (changes(&report, "kckps"), changes(&report, "hickman"));
    assert_eq!(kckps.schools, Brought { added: 1, changed: 1, unchanged: 1, ..Brought::default() });
    assert_eq!(kckps.skills, Brought { added: 1, changed: 1, unchanged: 1, ..Brought::default() });
    assert_eq!(kckps.career_types, Brought { changed: 1, ..Brought::default() });
    assert_eq!(hickman.schools, Brought { changed: 1, ..Brought::default() });
    assert_eq!(schools(&world, "kckps"), ["Argentine Middle School", "Harmon High School", "Wyandotte High School"]);
    assert_eq!(schools(&world, "hickman"), ["Ruskin High"], "renamed, not added beside the old");
    assert_eq!(column(&world, "kckps", "SELECT alias FROM school_aliases ORDER BY alias"), ["JC Harmon", "WHS"]);
    assert_eq!(
        column(&world, "kckps", "SELECT keywords || alias FROM career_types JOIN career_type_aliases"),
        [r#"["nurse","clinic"]Medicine"#]
    );
    let event = event_at(&world, "jc harmon", "metal work");
    assert_eq!((event.school.unwrap().name, event.wanted_skills), ("Harmon High School".into(), vec!["Welding".into()]));
    assert_eq!(changes(&sync(&world), "kckps").schools, unchanged(3));
    assert!(world.platform().doctor().check().unwrap().findings.is_empty());
}

#[test]
fn what_is_gone_is_removed_unless_the_tenant_uses_it() {
    let world = World::new();
    let event = event_at(&world, "Wyandotte High School", "Welding");
    event_at(&world, "Wyandotte High School", "Basket Weaving");
    replace(&world, ReferenceKind::Schools, "district,name,level\nKCKPS,Harmon High School,high\n");
    replace(&world, ReferenceKind::Skills, "name\nNursing\n");
    let report = sync(&world);
    let kckps = changes(&report, "kckps");
    assert_eq!(kckps.schools, Brought { added: 1, removed: 1, used: 1, ..Brought::default() });
    assert_eq!(kckps.skills, Brought { added: 1, removed: 1, used: 1, own: 1, ..Brought::default() });
    assert_eq!(kckps.career_types, unchanged(1));
    assert_eq!(changes(&report, "hickman").skills, Brought { added: 1, removed: 2, ..Brought::default() });
    assert_eq!(schools(&world, "kckps"), ["Harmon High School", "Wyandotte High School"]);
    assert_eq!(skills(&world, "kckps"), ["Basket Weaving own", "Nursing reference", "Welding reference"]);
    let event = world.kckps().events().get(event.id).unwrap();
    assert_eq!((event.school.unwrap().name, event.wanted_skills), ("Wyandotte High School".into(), vec!["Welding".into()]));
    // It comes back, as what it was.
    import(&world, ReferenceKind::Skills, "name,aliases\nWelding,Metal\n");
    assert_eq!(changes(&sync(&world), "kckps").skills, Brought { changed: 1, unchanged: 1, own: 1, ..Brought::default() });
    assert_eq!(skills(&world, "kckps"), ["Basket Weaving own", "Nursing reference", "Welding reference"]);
}

#[test]
fn a_tenants_own_skill_of_the_same_name_becomes_the_reference_datas_and_its_events_keep_it() {
    let world = World::new();
    let event = event_at(&world, "Wyandotte High School", "nursing");
    import(&world, ReferenceKind::Skills, "name\nNursing\n");
    assert_eq!(changes(&sync(&world), "kckps").skills, Brought { changed: 1, unchanged: 2, ..Brought::default() });
    assert_eq!(skills(&world, "kckps"), ["Nursing reference", "Public Speaking reference", "Welding reference"]);
    assert_eq!(world.kckps().events().get(event.id).unwrap().wanted_skills, ["Nursing"]);
}

#[test]
fn a_name_that_something_of_the_tenants_own_has_is_not_taken_from_it() {
    let world = World::new();
    event_at(&world, "Wyandotte High School", "Metal Work");
    import(&world, ReferenceKind::Skills, "name,aliases\nMetal Work,Welding\n");
    // And what had the name before can't have it either.
    import(&world, ReferenceKind::Skills, "name,aliases\nMetal Work,\"\"\nPublic Speaking,\n");
    let json = br#"{"skills": [{"name": "Metal Work", "aliases": []}, "Welding"]}"#;
    let source = ReferenceSource::json(json).unwrap();
    world.platform().reference().import(&ReferenceImport::of([source])).unwrap();
    for _ in 0..2 {
        let kckps = changes(&sync(&world), "kckps").skills;
        assert_eq!(kckps, Brought { unchanged: 1, own: 1, clashing: 2, ..Brought::default() });
        assert_eq!(skills(&world, "kckps"), ["Metal Work own", "Public Speaking reference", "Welding reference"]);
    }
    assert_eq!(skills(&world, "hickman"), ["Metal Work reference", "Public Speaking reference", "Welding reference"]);
}

#[test]
fn two_that_have_changed_names_do_so_in_tenants_too() {
    let world = World::new();
    let event = event_at(&world, "Wyandotte High School", "Welding");
    for rows in ["X,Welding\n", "Welding,Public Speaking\nX,x\n", "Public Speaking,X\nWelding,w\n"] {
        import(&world, ReferenceKind::Skills, &format!("name,aliases\n{rows}"));
    }
    assert_eq!(changes(&sync(&world), "kckps").skills, Brought { changed: 2, ..Brought::default() });
    assert_eq!(world.kckps().events().get(event.id).unwrap().wanted_skills, ["Public Speaking"]);
}

#[test]
fn a_registry_that_was_restored_and_changed_in_another_way_renames_nothing() {
    let world = World::new();
    let backup = world.root.path().join("backup");
    world.raw_registry().execute("VACUUM INTO ?1", [backup.to_str().unwrap()]).unwrap();
    import(&world, ReferenceKind::Skills, "name\nNursing\n");
    sync(&world);
    let event = event_at(&world, "Wyandotte High School", "Nursing");
    // The same number as Nursing had in the other life.
    raw(&backup).execute("INSERT INTO skills (name, folded_name, reference_key) VALUES ('Sewing', 'sewing', 'another')", []).unwrap();
    let skill = |path: &std::path::Path| -> i64 { raw(path).query_row("SELECT max(id) FROM skills", [], |row| row.get(0)).unwrap() };
    assert_eq!(skill(&backup), skill(&world.root.path().join("polaris.db")));
    let registry = world.raw_registry();
    registry
        .execute_batch(&format!("ATTACH '{}' AS b; DELETE FROM skills; INSERT INTO skills SELECT * FROM b.skills;", backup.display()))
        .unwrap();
    assert_eq!(changes(&sync(&world), "kckps").skills, Brought { added: 1, unchanged: 2, used: 1, ..Brought::default() });
    assert_eq!(world.kckps().events().get(event.id).unwrap().wanted_skills, ["Nursing"]);
    std::fs::remove_file(backup).unwrap();
}

#[test]
fn a_tenant_whose_district_is_not_known_keeps_its_schools_and_one_without_gets_all() {
    let world = World::new();
    world
        .raw("kckps")
        .execute_batch("UPDATE settings SET district = 'Atlantis'; UPDATE tenant SET settings_rev = settings_rev + 1")
        .unwrap();
    world.raw("hickman").execute_batch("UPDATE settings SET district = NULL; UPDATE tenant SET settings_rev = settings_rev + 1").unwrap();
    let report = sync(&world);
    let kckps = changes(&report, "kckps");
    assert_eq!((kckps.district_known, kckps.schools, kckps.skills), (Some(false), Brought::default(), unchanged(2)));
    assert_eq!(schools(&world, "kckps").len(), 2);
    let hickman = changes(&report, "hickman");
    assert_eq!((hickman.district_known, hickman.schools), (None, Brought { added: 2, unchanged: 1, ..Brought::default() }));
    // A tenant that moves to another district loses what it doesn't use there.
    world
        .raw("hickman")
        .execute_batch("UPDATE settings SET district = 'KCKPS'; UPDATE tenant SET settings_rev = settings_rev + 1")
        .unwrap();
    assert_eq!(changes(&sync(&world), "hickman").schools, Brought { unchanged: 2, removed: 1, ..Brought::default() });
}

#[test]
fn copies_from_before_there_were_keys_are_found_by_name() {
    let world = World::new();
    let forget =
        "UPDATE schools SET reference_key = NULL; UPDATE skills SET reference_key = NULL; UPDATE career_types SET reference_key = NULL";
    world.raw("kckps").execute_batch(forget).unwrap();
    assert_eq!(changes(&sync(&world), "kckps").schools, unchanged(2));
    assert_eq!(column(&world, "kckps", "SELECT name FROM schools WHERE reference_key IS NULL"), Vec::<String>::new());
    import(&world, ReferenceKind::Schools, "district,name,level,aliases\nKCKPS,Argentine School,,Argentine Middle School\n");
    assert_eq!(changes(&sync(&world), "kckps").schools, Brought { changed: 1, unchanged: 1, ..Brought::default() });
}

#[test]
fn one_bad_tenant_does_not_stop_the_rest_and_deactivated_ones_are_left_out() {
    let world = World::new();
    for slug in ["aaa", "bbb", "zzz"] {
        world.platform().tenants().create(NewTenant { district: Some("KCKPS".into()), ..NewTenant::new(slug, "Some") }).unwrap();
    }
    let polaris = world.another();
    std::fs::write(world.file("aaa"), b"not a database at all").unwrap();
    world.raw("bbb").execute("UPDATE tenant SET state = 'inactive'", []).unwrap();
    world.raw_registry().execute("UPDATE tenants SET state = 'inactive' WHERE slug = 'zzz'", []).unwrap();
    import(&world, ReferenceKind::Skills, "name\nNursing\n");
    let platform = polaris.platform(polaris_core::Actor::System).unwrap();
    let mut seen = Vec::new();
    let report = platform.reference().sync_with(&ReferenceSync::default(), |done, all| seen.push((done, all))).unwrap();
    let outcomes: Vec<_> = report
        .tenants
        .iter()
        .map(|done| (done.tenant.as_str(), done.outcome.as_ref().map_or_else(|failure| failure.code, |_| "ok")))
        .collect();
    assert_eq!(outcomes, [("aaa", "UNAVAILABLE"), ("bbb", "TENANT_INACTIVE"), ("hickman", "ok"), ("kckps", "ok")]);
    assert_eq!(report.skipped.iter().map(polaris_core::types::Slug::as_str).collect::<Vec<_>>(), ["zzz"]);
    assert!(!report.is_complete());
    assert_eq!(seen, [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]);
    assert_eq!(skills(&world, "kckps").len(), 3);
}

#[test]
fn some_tenants_can_be_named_and_unknown_ones_are_refused_before_anything_is_done() {
    let world = World::new();
    import(&world, ReferenceKind::Skills, "name\nNursing\n");
    let sync = |tenants: &[&str]| {
        let tenants = Some(tenants.iter().map(|slug| (*slug).to_owned()).collect());
        world.platform().reference().sync(&ReferenceSync { tenants, dry_run: false })
    };
    let error = sync(&["kckps", "atlantis"]).unwrap_err();
    assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].code), ("tenants[1]", "UNKNOWN_VALUE"));
    assert_eq!(code(sync(&[])), "VALIDATION_FAILED");
    assert_eq!(skills(&world, "kckps").len(), 2);
    let report = sync(&["kckps", "kckps"]).unwrap();
    assert_eq!(report.tenants.len(), 1);
    assert_eq!((skills(&world, "kckps").len(), skills(&world, "hickman").len()), (3, 2));
}

#[test]
fn both_logs_tell_of_a_sync_under_one_id_and_a_dry_run_leaves_none() {
    let world = World::new();
    import(&world, ReferenceKind::Skills, "name\nNursing\n");
    world.platform().reference().sync(&ReferenceSync { dry_run: true, ..ReferenceSync::default() }).unwrap();
    let noted = |connection: rusqlite::Connection| -> Vec<(String, String, String, Option<String>)> {
        let sql = "SELECT resource_id, outcome, details, actor_name FROM audit_entries WHERE action = 'reference.sync' ORDER BY id";
        let mut statement = connection.prepare(sql).unwrap();
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        statement.query_map([], row).unwrap().map(Result::unwrap).collect()
    };
    assert!(noted(world.raw_registry()).is_empty() && noted(world.raw("kckps")).is_empty());
    world.platform().reference().sync(&ReferenceSync::default()).unwrap();
    let (operator, tenant) = (noted(world.raw_registry()), noted(world.raw("kckps")));
    assert_eq!(operator.iter().map(|entry| entry.1.as_str()).collect::<Vec<_>>(), ["pending", "done"]);
    assert!(operator[1].2.contains(r#""failed":[]"#), "{operator:?}");
    assert_eq!((tenant.len(), &tenant[0].0, tenant[0].3.as_deref()), (1, &operator[0].0, Some("Robin")));
    assert!(tenant[0].2.contains(r#""skills":{"added":1"#), "{tenant:?}");
    assert!(world.platform().doctor().check().unwrap().findings.is_empty(), "the chains hold");
}

#[test]
fn a_renamed_school_shows_to_the_public_at_once() {
    let world = World::new();
    let event = event_at(&world, "Wyandotte High School", "Welding");
    world.kckps().events().publish(event.id).unwrap();
    let revision = || -> i64 { world.raw("kckps").query_row("SELECT public_rev FROM tenant", [], |row| row.get(0)).unwrap() };
    let before = revision();
    import(&world, ReferenceKind::Skills, "name\nNursing\n");
    sync(&world);
    assert_eq!(revision(), before, "skills don't show there");
    import(&world, ReferenceKind::Schools, "district,name,aliases\nKCKPS,Wyandotte High,Wyandotte High School\n");
    sync(&world);
    assert_eq!(revision(), before + 1);
    let shown = world.public().get(&polaris_core::types::EventRef::parse("career-day-2026-10-15")).unwrap();
    assert_eq!(shown.value.event.school.unwrap().name, "Wyandotte High");
}

#[test]
fn bringing_reference_data_to_tenants_spoils_no_image() {
    let world = World::new();
    import(&world, ReferenceKind::Skills, "name\nNursing\n");
    let create = |slug: &str| {
        world.platform().tenants().create(NewTenant { district: Some("KCKPS".into()), ..NewTenant::new(slug, "Some") }).unwrap();
        let names = super::support::names(&world.root.path().join("templates"));
        names.into_iter().filter(|name| name.split('-').count() == 4).collect::<Vec<_>>()
    };
    let made = create("a");
    sync(&world);
    assert_eq!(create("b"), made);
    assert_eq!(changes(&sync(&world), "b").skills, unchanged(3), "who was just made is up to date");
}
