//! An engine in memory behaves as one on files, and several in one process don't mix.

use polaris_core::types::{EventOrder, EventRef};
use polaris_core::{Actor, Config, Context, EventFilter, NewTenant, PageRequest, Patience, Polaris, PublicStatus, Role, TenantFilter};

use super::support::{World, career_day, code, fill, published, titled};

/// A story that touches everything; what was answered, word for word.
fn story(polaris: &Polaris) -> Vec<String> {
    let mut told = Vec::new();
    let [key, _] = fill(polaris);
    let platform = polaris.platform(Actor::System).unwrap();
    let coordinator = polaris.tenant("kckps", Actor::tenant_user(1, "Pat", Role::Coordinator)).unwrap();
    for title in ["B", "A", "A"] {
        told.push(coordinator.events().create(titled(title, "2099-10-15T09:00")).unwrap().slug.to_string());
    }
    told.push(code(coordinator.events().publish(polaris_core::types::EventId::new(1))).to_owned());
    told.push(code(coordinator.events().publish(polaris_core::types::EventId::new(1))).to_owned());
    told.push(coordinator.events().create(titled("", "x")).unwrap_err().to_string());
    told.push(code(platform.tenants().create(NewTenant::new("kckps", "Again"))).to_owned());
    told.push(code(polaris.tenant("nobody", Actor::System)).to_owned());
    let list = coordinator.events().list(&EventFilter::default(), EventOrder::parse("title").unwrap(), PageRequest::default()).unwrap();
    told.extend(list.items.iter().map(|event| format!("{} {} {}", event.id, event.slug, event.status)));
    let public = polaris.public_api("kckps", Some(&key), Context::default(), Patience::Wait).unwrap();
    let seen = public.list(&PublicStatus::Published, &EventFilter::default(), PageRequest::default()).unwrap();
    told.push(format!("{} {:?}", seen.value.total, seen.until));
    told.push(code(public.get(&EventRef::parse("2"))).to_owned());
    told.push(format!("{}", platform.tenants().list(&TenantFilter::default(), PageRequest::default()).unwrap().total));
    let shown = platform.tenants().get("kckps").unwrap();
    told.push(format!("{:?} {} {}", shown.events, shown.schools, shown.features.len()));
    told.push(format!("{:?}", platform.doctor().check().unwrap().findings));
    told
}

#[test]
fn the_same_story_on_files_and_in_memory_is_answered_the_same() {
    let root = tempfile::tempdir().unwrap();
    let on_files = story(&Polaris::init(Config::at(root.path().join("data"))).unwrap());
    assert_eq!(story(&Polaris::in_memory().unwrap()), on_files);
}

#[test]
fn engines_in_memory_share_nothing() {
    let (one, two) = (Polaris::in_memory().unwrap(), Polaris::in_memory().unwrap());
    fill(&one);
    assert_eq!(code(two.tenant("kckps", Actor::System)), "TENANT_NOT_FOUND");
    fill(&two);
    published(&one.tenant("kckps", Actor::System).unwrap(), "A", "2026-10-15T09:00");
    let count = |polaris: &Polaris| {
        let kckps = polaris.tenant("kckps", Actor::System).unwrap();
        kckps.events().list(&EventFilter::default(), EventOrder::default(), PageRequest::default()).unwrap().total
    };
    assert_eq!((count(&one), count(&two)), (1, 0));
    drop(one);
    assert_eq!(count(&two), 0);
}

#[test]
fn in_memory_many_threads_read_and_write() {
    let polaris = Polaris::in_memory().unwrap();
    fill(&polaris);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let kckps = polaris.tenant("kckps", Actor::System).unwrap();
                for _ in 0..10 {
                    let event = kckps.events().create(career_day()).unwrap();
                    assert_eq!(kckps.events().get(event.id).unwrap(), event);
                }
            });
        }
    });
    let kckps = polaris.tenant("kckps", Actor::System).unwrap();
    assert_eq!(kckps.events().list(&EventFilter::default(), EventOrder::default(), PageRequest::default()).unwrap().total, 80);
}

#[test]
fn two_engines_on_one_directory_see_each_others_work_at_once() {
    let world = World::new();
    let other = world.another();
    let event = world.kckps().events().create(career_day()).unwrap();
    let there = other.tenant("kckps", Actor::System).unwrap();
    assert_eq!(there.events().get(event.id).unwrap(), event);
    there.events().publish(event.id).unwrap();
    assert_eq!(world.kckps().events().get(event.id).unwrap().version, 2);
    let created = other.platform(Actor::System).unwrap().tenants().create(NewTenant::new("north", "North")).unwrap();
    assert_eq!(code(world.enter("north", Some(created.api_key.reveal()))), "ok");
}

#[test]
fn an_engine_in_memory_has_no_serving_lock_and_is_ready() {
    let polaris = Polaris::in_memory().unwrap();
    assert!(polaris.lock_for_serving().unwrap().is_none());
    polaris.ready().unwrap();
}
