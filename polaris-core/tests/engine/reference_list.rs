//! P5: what reference data there are, listed by kind.

use polaris_core::{PageRequest, ReferenceFilter, ReferenceImport, ReferenceKind, ReferenceSource};

use super::support::{World, code};

fn world() -> World {
    let world = World::new();
    let schools = "district,name,level,city,aliases\nHickman Mills C-1,Ángel Elementary,elementary,Grandview,Angelitos 100%\n";
    let source = ReferenceSource::csv(ReferenceKind::Schools, schools.as_bytes()).unwrap();
    world.platform().reference().import(&ReferenceImport::of([source])).unwrap();
    world
}

fn names(world: &World, kind: ReferenceKind, q: Option<&str>, district: Option<&str>) -> Vec<String> {
    let filter = ReferenceFilter { q: q.map(Into::into), district: district.map(Into::into) };
    let page = world.platform().reference().list(kind, &filter, PageRequest::default()).unwrap();
    assert_eq!(page.total as usize, page.items.len());
    page.items.into_iter().map(|item| item.name).collect()
}

#[test]
fn each_kind_is_listed_by_name_and_found_by_name_alias_city_and_district() {
    let world = world();
    let schools = |q: Option<&str>, district: Option<&str>| names(&world, ReferenceKind::Schools, q, district);
    assert_eq!(schools(None, None), ["Ángel Elementary", "Argentine Middle School", "Ruskin High School", "Wyandotte High School"]);
    assert_eq!(schools(Some("angel"), None), ["Ángel Elementary"]);
    assert_eq!(schools(Some("GRANDVIEW"), None), ["Ángel Elementary"]);
    assert_eq!(schools(Some("100%"), None), ["Ángel Elementary"]);
    assert!(schools(Some("10%0"), None).is_empty() && schools(Some(&"x".repeat(2_000)), None).is_empty());
    assert_eq!(schools(None, Some("kckps")), ["Argentine Middle School", "Wyandotte High School"]);
    assert_eq!(schools(Some("high"), Some("Hickman Mills C-1")), ["Ruskin High School"]);
    assert!(schools(None, Some("nowhere")).is_empty());
    assert_eq!(names(&world, ReferenceKind::Districts, Some("kckps"), None), ["Kansas City Kansas Public Schools"]);
    assert_eq!(names(&world, ReferenceKind::Skills, Some("weld"), None), ["Welding"]);
    assert_eq!(names(&world, ReferenceKind::CareerTypes, Some(""), None), ["Health"]);
}

#[test]
fn lists_come_in_pages_and_districts_tell_how_many_schools_they_have() {
    let world = world();
    let reference = world.platform();
    let page = reference.reference().list(ReferenceKind::Schools, &ReferenceFilter::default(), PageRequest::new(2, 3).unwrap()).unwrap();
    assert_eq!((page.total, page.items.len(), &*page.items[0].name), (4, 1, "Wyandotte High School"));
    let page = reference.reference().list(ReferenceKind::Districts, &ReferenceFilter::default(), PageRequest::default()).unwrap();
    assert_eq!(page.items.iter().map(|district| district.schools).collect::<Vec<_>>(), [Some(2), Some(2)]);
}

#[test]
fn a_filter_that_means_nothing_is_refused_by_name() {
    let world = world();
    let list = |kind, filter| world.platform().reference().list(kind, &filter, PageRequest::default());
    let district = ReferenceFilter { district: Some("KCKPS".into()), ..ReferenceFilter::default() };
    let error = list(ReferenceKind::Skills, district).unwrap_err();
    assert!(error.code() == "BAD_REQUEST" && error.to_string().starts_with("district: "));
    let nul = ReferenceFilter { q: Some("a\0".into()), ..ReferenceFilter::default() };
    assert_eq!(code(list(ReferenceKind::Skills, nul)), "BAD_REQUEST");
}
