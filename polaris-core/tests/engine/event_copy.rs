//! E7: an event copied to a new date.

use polaris_core::types::{EventId, EventStatus};
use polaris_core::{Event, NewCancellation, NewDuplicate, NewEvent, Result};

use super::support::{World, career_day, code};

fn copy(world: &World, event: &Event, starts_at: &str) -> Result<Event> {
    world.kckps().events().duplicate(event.id, NewDuplicate { starts_at: starts_at.into() })
}

fn whole() -> NewEvent {
    NewEvent {
        ends_at: Some("2026-10-15T11:00".into()),
        description: Some("For all.".into()),
        event_type: Some("career_fair".into()),
        format: Some("virtual".into()),
        school: Some("Wyandotte High School".into()),
        volunteers_needed: Some(3),
        wanted_skills: vec!["Welding".into()],
        registration_deadline: Some("2026-10-10".into()),
        additional_info: Some("Park behind the house.".into()),
        ..career_day()
    }
}

#[test]
fn a_copy_is_a_draft_with_all_that_was_said_of_the_event_on_another_day() {
    let world = World::new();
    let event = world.kckps().events().create(whole()).unwrap();
    let event = world.kckps().events().publish(event.id).unwrap();
    world.clock.advance(chrono::TimeDelta::hours(1));
    let copied = copy(&world, &event, "2027-01-20").unwrap();
    assert_eq!(copied.slug.as_str(), "career-day-2027-01-20");
    assert_eq!(copied.starts_at.to_rfc3339(), "2027-01-20T09:00:00-06:00", "the same time of day");
    assert_eq!(copied.ends_at.unwrap().to_rfc3339(), "2027-01-20T11:00:00-06:00");
    assert_eq!(copied.registration_deadline.unwrap().to_rfc3339(), "2027-01-15T23:59:59-06:00", "as many days before");
    let expected = Event {
        id: copied.id,
        slug: copied.slug.clone(),
        status: EventStatus::Draft,
        starts_at: copied.starts_at,
        ends_at: copied.ends_at,
        registration_deadline: copied.registration_deadline,
        version: 1,
        created_at: world.polaris.now(),
        updated_at: world.polaris.now(),
        ..event.clone()
    };
    assert_eq!(copied, expected);
    assert_eq!(world.kckps().events().get(copied.id).unwrap(), copied);
    assert_eq!(world.kckps().events().get(event.id).unwrap(), event, "the first one is as it was");
    assert_eq!(copy(&world, &event, "2027-01-21T14:30").unwrap().ends_at.unwrap().to_rfc3339(), "2027-01-21T16:30:00-06:00");
}

#[test]
fn an_event_of_any_status_can_be_copied_and_the_copy_has_nothing_of_its_end() {
    let world = World::new();
    for &status in EventStatus::ALL {
        let event = world.kckps().events().create(career_day()).unwrap();
        world.set_status(event.id, status.as_str());
        assert_eq!(copy(&world, &event, "2027-01-20").unwrap().status, EventStatus::Draft, "{status}");
    }
    let event = world.kckps().events().create(career_day()).unwrap();
    let cancellation = NewCancellation { reason: Some("weather".into()), note: Some("Snow.".into()) };
    let cancelled = world.kckps().events().cancel(event.id, cancellation).unwrap().event;
    let copied = copy(&world, &cancelled, "2027-01-20").unwrap();
    assert_eq!((copied.cancelled_at, copied.cancel_reason, copied.cancel_note), (None, None, None));
}

#[test]
fn a_copy_goes_by_the_clock_where_clocks_change_and_by_the_hours_where_it_cant() {
    let world = World::new();
    let from_to = |start: &str, end: &str| {
        let draft = NewEvent { starts_at: start.into(), ends_at: Some(end.into()), ..career_day() };
        world.kckps().events().create(draft).unwrap()
    };
    let days = |event: &Event, date: &str| {
        let copied = copy(&world, event, date).unwrap();
        (copied.starts_at.to_rfc3339(), copied.ends_at.unwrap().to_rfc3339())
    };
    let night = from_to("2026-10-15T22:00", "2026-10-16T06:00");
    // An hour more, or less, passes; clocks show the same.
    assert_eq!(days(&night, "2026-10-31"), ("2026-10-31T22:00:00-05:00".into(), "2026-11-01T06:00:00-06:00".into()));
    assert_eq!(days(&night, "2027-03-13"), ("2027-03-13T22:00:00-06:00".into(), "2027-03-14T06:00:00-05:00".into()));
    let late = from_to("2026-10-15T01:15", "2026-10-15T02:30");
    assert_eq!(days(&late, "2027-03-14"), ("2027-03-14T01:15:00-06:00".into(), "2027-03-14T03:30:00-05:00".into()), "02:30 is skipped");
    let two_weeks = from_to("2026-10-01T09:00", "2026-10-15T09:00");
    let (start, end) = days(&two_weeks, "2026-10-20");
    assert_eq!((start.as_str(), end.as_str()), ("2026-10-20T09:00:00-05:00", "2026-11-03T09:00:00-06:00"), "two weeks by the clock");
    let skipped = from_to("2026-10-15T02:30", "2026-10-15T03:30");
    let error = copy(&world, &skipped, "2027-03-14").unwrap_err();
    assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].code), ("starts_at", "SKIPPED_TIME"));
}

#[test]
fn a_start_that_cant_be_is_refused() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    for (bad, expected) in [
        ("", "REQUIRED"),
        (" ", "REQUIRED"),
        ("2026-02-30", "BAD_DATE"),
        ("tomorrow", "BAD_TIME"),
        ("2201-01-01", "OUT_OF_RANGE"),
        ("2026-11-1é", "BAD_TIME"),
    ] {
        let error = copy(&world, &event, bad).unwrap_err();
        let told = (error.fields()[0].field.as_str(), error.fields()[0].code);
        assert!(told == ("starts_at", expected) || (bad == "2026-11-1é" && told.0 == "starts_at"), "{bad}: {told:?}");
        let unknown = world.kckps().events().duplicate(EventId::new(999), NewDuplicate { starts_at: bad.into() });
        assert_eq!(code(unknown), "VALIDATION_FAILED", "{bad}");
    }
    assert_eq!(
        code(world.kckps().events().duplicate(EventId::new(999), NewDuplicate { starts_at: "2027-01-20".into() })),
        "EVENT_NOT_FOUND"
    );
}
