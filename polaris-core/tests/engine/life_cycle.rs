//! E3: the life cycle (FR-SELFSERV-206): every step from every status.

use polaris_core::types::{EventId, EventOrder, EventStatus, EventStep};
use polaris_core::{Actor, Error, Event, EventFilter, NewCancellation, PageRequest, Result, Role, StaffRole, TenantHandle};

use super::support::{World, career_day, code, titled};

fn take(handle: &TenantHandle, step: EventStep, event: EventId) -> Result<Event> {
    let events = handle.events();
    match step {
        EventStep::Confirm => events.confirm(event),
        EventStep::ReturnToDraft => events.return_to_draft(event),
        EventStep::Publish => events.publish(event),
        EventStep::Unpublish => events.unpublish(event),
        EventStep::Complete => events.complete(event),
        EventStep::Cancel => events.cancel(event, NewCancellation::default()).map(|changed| changed.event),
    }
}

/// From which status each step leads where; from completed and cancelled nothing does: the table of the specification, written out once more.
const STEPS: [(EventStep, &str, &str); 10] = [
    (EventStep::Confirm, "draft", "confirmed"),
    (EventStep::Publish, "draft", "published"),
    (EventStep::Cancel, "draft", "cancelled"),
    (EventStep::ReturnToDraft, "confirmed", "draft"),
    (EventStep::Publish, "confirmed", "published"),
    (EventStep::Complete, "confirmed", "completed"),
    (EventStep::Cancel, "confirmed", "cancelled"),
    (EventStep::Unpublish, "published", "confirmed"),
    (EventStep::Complete, "published", "completed"),
    (EventStep::Cancel, "published", "cancelled"),
];

#[test]
fn every_step_is_taken_from_the_statuses_of_the_table_and_refused_from_all_others() {
    let world = World::new();
    let begun = titled("Begun", "2026-09-01T06:59");
    for &step in EventStep::ALL {
        for &from in EventStatus::ALL {
            let event = world.kckps().events().create(begun.clone()).unwrap();
            world.set_status(event.id, from.as_str());
            let before = world.kckps().events().get(event.id).unwrap();
            let answer = take(&world.kckps(), step, event.id);
            let after = world.kckps().events().get(event.id).unwrap();
            if let Some((_, _, to)) = STEPS.iter().find(|(taken, state, _)| *taken == step && *state == from.as_str()) {
                assert_eq!(answer.unwrap(), after);
                assert_eq!((after.status.as_str(), after.version), (*to, 2), "{step} from {from}");
                continue;
            }
            let Error::InvalidTransition { from: was, to, reason, .. } = answer.unwrap_err() else { panic!("{step} from {from}") };
            assert_eq!((was, to), (from.as_str(), step.to().as_str()));
            assert!(!reason.is_empty());
            assert_eq!(after, before, "nothing changed");
        }
    }
}

#[test]
fn a_refused_step_says_what_is_allowed_instead() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap().id;
    let refused = |step| take(&world.kckps(), step, event).unwrap_err().to_string();
    assert!(refused(EventStep::Unpublish).contains("`unpublish` is for published; what leads there from draft is `confirm`"));
    assert!(refused(EventStep::ReturnToDraft).contains("it is draft already"));
    assert!(refused(EventStep::Complete).contains("from draft it can become confirmed, published, cancelled"));
    world.kckps().events().publish(event).unwrap();
    assert!(refused(EventStep::Confirm).contains("what leads there from published is `unpublish`"), "nobody hides an event by mistake");
    take(&world.kckps(), EventStep::Cancel, event).unwrap();
    assert!(refused(EventStep::Publish).contains("cancelled is final"));
}

#[test]
fn an_event_is_completed_from_its_start_on_and_not_a_second_before() {
    let world = World::new();
    let event = world.kckps().events().create(titled("Noon", "2026-09-01T12:00:01Z")).unwrap().id;
    world.kckps().events().publish(event).unwrap();
    let error = world.kckps().events().complete(event).unwrap_err();
    assert_eq!(error.code(), "INVALID_TRANSITION");
    assert!(error.to_string().contains("it begins at 2026-09-01T07:00:01-05:00"), "{error}");
    world.clock.advance(chrono::TimeDelta::seconds(1));
    let completed = world.kckps().events().complete(event).unwrap();
    assert_eq!((completed.status, completed.completed_at), (EventStatus::Completed, Some(world.polaris.now())));
}

#[test]
fn the_slug_stays_from_the_first_confirmation_or_publication_on() {
    let world = World::new();
    let frozen = |event: EventId| -> i64 {
        world.raw("kckps").query_row("SELECT slug_frozen FROM events WHERE id = ?1", [event.get()], |row| row.get(0)).unwrap()
    };
    for step in [EventStep::Confirm, EventStep::Publish] {
        let event = world.kckps().events().create(career_day()).unwrap().id;
        assert_eq!(frozen(event), 0);
        take(&world.kckps(), step, event).unwrap();
        assert_eq!(frozen(event), 1, "{step}");
    }
    let event = world.kckps().events().create(career_day()).unwrap().id;
    world.kckps().events().confirm(event).unwrap();
    world.kckps().events().return_to_draft(event).unwrap();
    assert_eq!(frozen(event), 1, "its address was given out");
    let event = world.kckps().events().create(career_day()).unwrap().id;
    take(&world.kckps(), EventStep::Cancel, event).unwrap();
    assert_eq!(frozen(event), 0);
}

#[test]
fn cancelling_keeps_the_reason_and_the_note() {
    let world = World::new();
    let cancel = |reason: Option<&str>, note: Option<&str>| {
        let event = world.kckps().events().create(career_day()).unwrap();
        let cancellation = NewCancellation { reason: reason.map(Into::into), note: note.map(Into::into) };
        world.kckps().events().cancel(event.id, cancellation).map(|changed| changed.event)
    };
    let event = cancel(Some(" Low-Enrollment "), Some(" Too\r\nfew ")).unwrap();
    assert_eq!(event.cancel_reason.unwrap().as_str(), "low_enrollment");
    assert_eq!((event.cancel_note.as_deref(), event.cancelled_at), (Some("Too\nfew"), Some(world.polaris.now())));
    for blank in [None, Some(""), Some(" ")] {
        let event = cancel(blank, blank).unwrap();
        assert_eq!((event.cancel_reason, event.cancel_note), (None, None));
    }
    cancel(Some("other"), Some("0123456789")).unwrap();
    cancel(None, Some("short")).unwrap();
    let broken = |reason: &str, note: &str| {
        let error = cancel(Some(reason), Some(note)).unwrap_err();
        error.fields().iter().map(|field| format!("{} {}", field.field, field.code)).collect::<Vec<_>>()
    };
    assert_eq!(broken("other", ""), ["note REQUIRED"]);
    assert_eq!(broken("other", "   123456789   "), ["note TOO_SHORT"]);
    assert_eq!(broken("rain", &"x".repeat(5_001)), ["reason UNKNOWN_VALUE", "note TOO_LONG"]);
    assert_eq!(broken("other", "nine\0"), ["note CONTROL_CHARACTERS"]);
}

#[test]
fn the_note_of_a_cancellation_stays_with_those_who_manage_events() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    let cancellation = NewCancellation { reason: Some("other".into()), note: Some("Bob is ill, call 555-0100".into()) };
    world.kckps().events().cancel(event.id, cancellation).unwrap();
    let noted = |actor: Actor| {
        let handle = world.polaris.tenant("kckps", actor).unwrap();
        let (events, all) = (handle.events(), EventFilter::default());
        let list = events.list(&all, EventOrder::default(), PageRequest::default()).unwrap().items;
        let shown = [events.get(event.id).unwrap(), list[0].clone(), events.list_all(&all, EventOrder::default()).unwrap()[0].clone()];
        let notes = shown.map(|event| (event.cancel_reason.is_some(), event.cancel_note.is_some()));
        assert!(notes.iter().all(|one| *one == notes[0]), "{notes:?}");
        notes[0]
    };
    let user = |role| Actor::tenant_user(1, "Pat Lee", role);
    for actor in [Actor::System, Actor::staff("Sam", StaffRole::Admin), user(Role::Admin), user(Role::Coordinator)] {
        assert_eq!(noted(actor.clone()), (true, true), "{actor:?}");
    }
    for actor in [Actor::staff("Sam", StaffRole::Support), user(Role::Viewer), user(Role::VirtualAdmin)] {
        assert_eq!(noted(actor.clone()), (true, false), "{actor:?}");
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
fn the_public_revision_rises_with_every_step_that_somebody_outside_may_see() {
    let world = World::new();
    let revision = || world.public().revision().public;
    let rises = |step: EventStep, from: &str| {
        let event = world.kckps().events().create(titled("Begun", "2026-09-01T06:59")).unwrap().id;
        world.set_status(event, from);
        let before = revision();
        take(&world.kckps(), step, event).unwrap();
        revision() > before
    };
    for (step, from, _) in STEPS {
        assert_eq!(rises(step, from), (step, from) != (EventStep::Cancel, "draft"), "{step} from {from}");
    }
}

#[test]
fn an_unknown_event_takes_no_step() {
    let world = World::new();
    let system = world.polaris.tenant("kckps", Actor::System).unwrap();
    for id in [0, -1, 999, i64::MAX] {
        for &step in EventStep::ALL {
            assert_eq!(code(take(&system, step, EventId::new(id))), "EVENT_NOT_FOUND");
        }
    }
    let cancellation = NewCancellation { reason: Some("rain".into()), note: None };
    assert_eq!(code(system.events().cancel(EventId::new(999), cancellation)), "VALIDATION_FAILED", "what was sent is looked at first");
}
