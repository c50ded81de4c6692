//! P2: tenants listed and shown (FR-TENANT-102); P5: reference data.

use polaris_core::types::{EventStatus, parse_date};
use polaris_core::{NewDistrict, NewSchool, NewTenant, PageRequest, ReferenceData, TenantFilter, TenantState};

use super::support::{TENANT_SCHEMA, World, career_day, code, published};

fn found(world: &World, q: &str) -> Vec<String> {
    let filter = TenantFilter { q: Some(q.to_owned()), ..TenantFilter::default() };
    let page = world.platform().tenants().list(&filter, PageRequest::default()).unwrap();
    assert_eq!(page.total as usize, page.items.len());
    page.items.into_iter().map(|tenant| tenant.slug.to_string()).collect()
}

#[test]
fn tenants_are_found_by_slug_name_or_district_whatever_the_case_and_accents() {
    let world = World::new();
    world
        .platform()
        .tenants()
        .create(NewTenant { district: Some("École Ste. Geneviève R-II".into()), ..NewTenant::new("steg", "Straße & Łódź 100%") })
        .unwrap();
    for (q, expected) in [
        ("kck", vec!["kckps"]),
        ("KANSAS", vec!["kckps"]),
        ("mills", vec!["hickman"]),
        ("ecole", vec!["steg"]),
        ("École", vec!["steg"]),
        ("GENEVIÈVE r-ii", vec!["steg"]),
        ("strasse", vec!["steg"]),
        ("lodz", vec!["steg"]),
        ("100%", vec!["steg"]),
        ("%", vec!["steg"]),
        ("_", vec![]),
        ("!", vec![]),
        ("nobody", vec![]),
        ("  ", vec!["hickman", "kckps", "steg"]),
    ] {
        assert_eq!(found(&world, q), expected, "{q}");
    }
}

#[test]
fn absurd_searches_find_nothing_and_do_no_harm() {
    let world = World::new();
    for q in ["x".repeat(1_000), "%".repeat(600), "é".repeat(100_000), "'; DROP TABLE tenants; --".to_owned()] {
        assert!(found(&world, &q).is_empty());
    }
    assert_eq!(found(&world, "").len(), 2);
    let nul = TenantFilter { q: Some("\0".to_owned()), ..TenantFilter::default() };
    assert_eq!(world.platform().tenants().list(&nul, PageRequest::default()).unwrap_err().code(), "BAD_REQUEST");
}

#[test]
fn tenants_are_listed_by_slug_and_state_a_page_at_a_time() {
    let world = World::new();
    world.raw_registry().execute("UPDATE tenants SET state = 'inactive' WHERE slug = 'hickman'", []).unwrap();
    let list = |state, page| world.platform().tenants().list(&TenantFilter { state, ..TenantFilter::default() }, page).unwrap();
    let slugs = |state| list(state, PageRequest::default()).items.into_iter().map(|tenant| tenant.slug.to_string()).collect::<Vec<_>>();
    assert_eq!(slugs(None), ["hickman", "kckps"]);
    assert_eq!(slugs(Some(TenantState::Active)), ["kckps"]);
    assert_eq!(slugs(Some(TenantState::Inactive)), ["hickman"]);
    let second = list(None, PageRequest::new(2, 1).unwrap());
    assert_eq!((second.items[0].slug.as_str(), second.total), ("kckps", 2));
}

#[test]
fn all_at_once_are_the_same_as_page_by_page() {
    let world = World::new();
    for number in 0..5 {
        world.platform().tenants().create(NewTenant::new(&format!("t{number}"), "School")).unwrap();
    }
    world.trash("t3");
    for (q, state) in [(None, None), (Some("school"), None), (None, Some(TenantState::Trashed)), (Some("nobody"), None)] {
        let filter = TenantFilter { q: q.map(Into::into), state };
        let all = world.platform().tenants().list_all(&filter).unwrap();
        let pages = (1..=4).flat_map(|page| world.platform().tenants().list(&filter, PageRequest::new(page, 2).unwrap()).unwrap().items);
        assert_eq!(all, pages.collect::<Vec<_>>(), "{filter:?}");
    }
    let absurd = TenantFilter { q: Some("x".repeat(1_000)), state: None };
    assert!(world.platform().tenants().list_all(&absurd).unwrap().is_empty());
}

#[test]
fn a_tenant_in_the_making_is_not_shown() {
    let world = World::new();
    world.raw_registry().execute("UPDATE tenants SET state = 'creating' WHERE slug = 'hickman'", []).unwrap();
    assert_eq!(found(&world, ""), ["kckps"]);
    assert_eq!(code(world.platform().tenants().get("hickman")), "TENANT_NOT_FOUND");
    assert_eq!(code(world.polaris.tenant("hickman", polaris_core::Actor::System)), "TENANT_NOT_FOUND");
    assert_eq!(code(world.platform().tenants().create(NewTenant::new("hickman", "H"))), "CONFLICT");
}

#[test]
fn a_tenant_is_shown_with_what_its_file_tells() {
    let world = World::new();
    world.clock.advance(chrono::TimeDelta::hours(1));
    published(&world.kckps(), "A", "2026-10-15T09:00");
    world.kckps().events().create(career_day()).unwrap();
    let shown = world.platform().tenants().get("kckps").unwrap();
    assert_eq!(shown.events, [(EventStatus::Draft, 1), (EventStatus::Published, 1)]);
    assert_eq!(shown.last_activity, Some(super::support::start() + chrono::TimeDelta::hours(1)));
    assert_eq!((shown.schema_version, shown.schools), (TENANT_SCHEMA, 2));
    assert!(shown.file_bytes.0 > 10_000);
    assert_eq!(code(world.platform().tenants().get("nobody")), "TENANT_NOT_FOUND");
    assert_eq!(code(world.platform().tenants().get("../kckps")), "TENANT_NOT_FOUND");
    assert!(parse_date("2026-01-01").is_ok());
}

#[test]
fn a_deactivated_tenant_is_shown_to_staff_with_all_its_file_tells() {
    let world = World::new();
    published(&world.kckps(), "A", "2026-10-15T09:00");
    let active = world.platform().tenants().get("kckps").unwrap();
    world.raw("kckps").execute("UPDATE tenant SET state = 'inactive'", []).unwrap();
    for registry in ["active", "inactive"] {
        // Also while the registry's copy is out of date.
        world.raw_registry().execute("UPDATE tenants SET state = ?1 WHERE slug = 'kckps'", [registry]).unwrap();
        let shown = world.platform().tenants().get("kckps").unwrap();
        assert_eq!(shown.tenant.state, TenantState::Inactive);
        assert_eq!((&shown.features, &shown.api_keys, &shown.events), (&active.features, &active.api_keys, &active.events));
        assert_eq!((shown.schema_version, shown.schools), (TENANT_SCHEMA, 2));
        assert!(shown.file_bytes.0 > 10_000);
    }
    assert_eq!(code(world.polaris.tenant("kckps", polaris_core::Actor::System)), "TENANT_INACTIVE", "nothing else opens it");
}

#[test]
fn reference_data_are_imported_whole_or_not_at_all_and_again_change_nothing() {
    let world = World::new();
    let school = |name: &str, level: &str| NewSchool { name: name.into(), level: level.into(), ..NewSchool::default() };
    let district = |schools| NewDistrict { name: "Lee's Summit".into(), aliases: Some(vec!["LSR7".into()]), schools };
    let bad = ReferenceData {
        districts: vec![district(vec![school("West", "high"), school(" ", "huge")])],
        skills: vec!["x".repeat(101).into()],
        career_types: vec![],
    };
    let error = world.platform().reference().import(&bad.into()).unwrap_err();
    let fields: Vec<_> = error.fields().iter().map(|field| (field.field.as_str(), field.code)).collect();
    let expected =
        [("districts[0].schools[1].name", "REQUIRED"), ("districts[0].schools[1].level", "UNKNOWN_VALUE"), ("skills[0]", "TOO_LONG")];
    assert_eq!(fields, expected);
    let count =
        |table: &str| -> i64 { world.raw_registry().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap() };
    assert_eq!(count("districts"), 2);
    let good = ReferenceData { districts: vec![district(vec![school("West", "high")])], ..ReferenceData::default() };
    for _ in 0..2 {
        world.platform().reference().import(&good.clone().into()).unwrap();
        assert_eq!((count("districts"), count("schools"), count("district_aliases")), (3, 4, 2));
    }
    let copied =
        world.platform().tenants().create(NewTenant { district: Some("lsr7".into()), ..NewTenant::new("ls", "LS") }).unwrap().copied;
    assert_eq!(copied.schools, 1);
}
