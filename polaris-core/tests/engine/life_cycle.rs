//! E3: publishing, from each status.

use polaris_core::types::EventStatus;
use polaris_core::{Actor, Error};

use super::support::{World, career_day, code};

#[test]
fn an_event_is_published_from_the_statuses_of_the_table_and_no_other() {
    let world = World::new();
    for &from in EventStatus::ALL {
        let event = world.kckps().events().create(career_day()).unwrap();
        world.set_status(event.id, from.as_str());
        let answer = world.kckps().events().publish(event.id);
        let after = world.kckps().events().get(event.id).unwrap();
        if matches!(from, EventStatus::Draft | EventStatus::Confirmed) {
            assert_eq!(answer.unwrap(), after);
            assert_eq!((after.status, after.version), (EventStatus::Published, 2), "{from}");
        } else {
            match answer.unwrap_err() {
                Error::InvalidTransition { from: was, to, reason, .. } => {
                    assert_eq!((was, to), (from.as_str(), "published"));
                    assert!(!reason.is_empty());
                }
                other => panic!("{other}"),
            }
            assert_eq!((after.status, after.version), (from, 1), "nothing changed");
        }
    }
}

#[test]
fn publishing_freezes_the_slug_raises_the_version_and_notes_the_time() {
    let world = World::new();
    let draft = world.kckps().events().create(career_day()).unwrap();
    let frozen = || -> i64 { world.raw("kckps").query_row("SELECT slug_frozen FROM events", [], |row| row.get(0)).unwrap() };
    assert_eq!(frozen(), 0);
    world.clock.advance(chrono::TimeDelta::hours(2));
    let event = world.kckps().events().publish(draft.id).unwrap();
    assert_eq!(frozen(), 1);
    assert_eq!((&event.slug, event.created_at), (&draft.slug, draft.created_at));
    assert_eq!(event.version, draft.version + 1);
    assert_eq!(event.updated_at - draft.updated_at, chrono::TimeDelta::hours(2));
}

#[test]
fn of_eight_who_publish_at_once_one_does() {
    let world = World::new();
    let draft = world.kckps().events().create(career_day()).unwrap();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| code(world.kckps().events().publish(draft.id)))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| **answer == "ok").count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == "INVALID_TRANSITION").count(), 7);
    assert_eq!(world.kckps().events().get(draft.id).unwrap().version, 2);
}

#[test]
fn the_public_revision_rises_when_something_is_published_and_not_before() {
    let world = World::new();
    let revision = || world.public().revision().public;
    let first = revision();
    let draft = world.kckps().events().create(career_day()).unwrap();
    assert_eq!(revision(), first, "nobody outside sees a draft");
    world.kckps().events().publish(draft.id).unwrap();
    assert_eq!(revision(), first + 1);
    assert_eq!(code(world.kckps().events().publish(draft.id)), "INVALID_TRANSITION");
    assert_eq!(revision(), first + 1);
}

#[test]
fn an_unknown_event_is_not_published() {
    let world = World::new();
    let system = world.polaris.tenant("kckps", Actor::System).unwrap();
    for id in [0, -1, 999, i64::MAX] {
        assert_eq!(code(system.events().publish(polaris_core::types::EventId::new(id))), "EVENT_NOT_FOUND");
    }
}
