//! E2: editing an event (FR-SELFSERV-202).

use polaris_core::types::EventId;
use polaris_core::{Event, EventEdit, NewEvent, Patch, Result};

use super::support::{World, career_day, code, titled};

fn set(text: &str) -> Patch<String> {
    Patch::Set(text.to_owned())
}

fn edited(world: &World, event: &Event, edit: EventEdit) -> Result<Event> {
    world.kckps().events().edit(event.id, edit, None).map(|changed| changed.event)
}

/// Field and code of everything that is wrong with an edit, in the order told.
fn broken(world: &World, event: &Event, edit: EventEdit) -> Vec<(String, &'static str)> {
    let error = edited(world, event, edit).expect_err("this must be refused");
    assert_eq!(error.code(), "VALIDATION_FAILED");
    error.fields().iter().map(|field| (field.field.clone(), field.code)).collect()
}

fn only(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

/// From nine to eleven, sign-up until five days before.
fn whole() -> NewEvent {
    NewEvent {
        ends_at: Some("2026-10-15T11:00".into()),
        description: Some("For all.".into()),
        event_type: Some("career_fair".into()),
        format: Some("virtual".into()),
        school: Some("Wyandotte High School".into()),
        volunteers_needed: Some(3),
        wanted_skills: vec!["Welding".into(), "Robotics".into()],
        registration_deadline: Some("2026-10-10".into()),
        additional_info: Some("Park behind the house.".into()),
        ..career_day()
    }
}

#[test]
fn what_is_left_out_stays_what_is_null_is_emptied_and_the_rest_is_changed() {
    let world = World::new();
    let before = world.kckps().events().create(whole()).unwrap();
    world.clock.advance(chrono::TimeDelta::hours(1));
    let after = edited(&world, &before, EventEdit { title: set(" Career Night "), ..EventEdit::default() }).unwrap();
    let expected =
        Event { title: "Career Night".into(), slug: after.slug.clone(), version: 2, updated_at: world.polaris.now(), ..before.clone() };
    assert_eq!(after, expected);
    assert_eq!(world.kckps().events().get(before.id).unwrap(), after);

    let cleared = EventEdit {
        ends_at: Patch::Clear,
        description: Patch::Clear,
        event_type: Patch::Clear,
        format: Patch::Clear,
        school: Patch::Clear,
        volunteers_needed: Patch::Clear,
        wanted_skills: Patch::Clear,
        registration_deadline: Patch::Clear,
        additional_info: set("  "),
        ..EventEdit::default()
    };
    let bare = edited(&world, &before, cleared).unwrap();
    let expected = world.kckps().events().create(titled("Career Night", "2026-10-15T09:00")).unwrap();
    let expected = Event { id: bare.id, slug: bare.slug.clone(), version: 3, created_at: bare.created_at, ..expected };
    assert_eq!(bare, expected, "as one that was made with nothing but its title");

    let filled = EventEdit {
        starts_at: set("2026-10-20 10:00"),
        ends_at: set("2026-10-20T17:00:00Z"),
        location: set("Library"),
        description: set("One\r\ntwo"),
        event_type: set("Ignite"),
        format: set("virtual"),
        school: set("argentine middle school"),
        volunteers_needed: Patch::Set(7),
        wanted_skills: Patch::Set(vec!["robotics".into(), "Public Speaking".into(), "ROBOTICS".into()]),
        registration_deadline: set("2026-10-20"),
        additional_info: set("Ring twice."),
        ..EventEdit::default()
    };
    let event = edited(&world, &before, filled).unwrap();
    assert_eq!(event.starts_at.to_rfc3339(), "2026-10-20T10:00:00-05:00");
    assert_eq!(event.ends_at.unwrap().to_rfc3339(), "2026-10-20T12:00:00-05:00");
    assert_eq!(event.registration_deadline, Some(event.starts_at), "the day of the start means the start");
    assert_eq!((event.location.as_str(), event.description.as_deref()), ("Library", Some("One\ntwo")));
    assert_eq!((event.event_type.unwrap().as_str(), event.format.as_str()), ("ignite", "virtual"));
    assert_eq!((event.school.as_ref().unwrap().name.as_str(), event.volunteers_needed), ("Argentine Middle School", 7));
    assert_eq!(event.wanted_skills, ["Public Speaking", "Robotics"]);
    assert_eq!((event.additional_info.as_deref(), event.version), (Some("Ring twice."), 4));
    assert_eq!(world.kckps().events().get(before.id).unwrap(), event);
}

#[test]
fn title_start_and_location_cant_be_emptied_and_every_broken_field_is_told_at_once() {
    let world = World::new();
    let event = world.kckps().events().create(whole()).unwrap();
    for blank in [Patch::Clear, set(" ")] {
        let edit = EventEdit { title: blank.clone(), starts_at: blank.clone(), location: blank, ..EventEdit::default() };
        let expected: Vec<_> = ["title", "starts_at", "location"].map(|field| (field.to_owned(), "REQUIRED")).into();
        assert_eq!(broken(&world, &event, edit), expected);
    }
    let bad = |text: &str| set(text);
    let edit = EventEdit {
        title: bad(&"x".repeat(256)),
        starts_at: bad("2026-02-30T09:00"),
        ends_at: bad("soon"),
        time_zone: bad("Central"),
        location: bad("a\0"),
        description: bad(&"x".repeat(20_001)),
        event_type: bad("gala"),
        format: bad("hybrid"),
        school: bad("Hogwarts"),
        volunteers_needed: Patch::Set(-1),
        wanted_skills: Patch::Set(vec!["x".repeat(101)]),
        registration_deadline: bad("2026-13-01"),
        additional_info: bad("\u{1b}"),
        notify: true,
    };
    let expected = [
        ("title", "TOO_LONG"),
        ("starts_at", "BAD_DATE"),
        ("ends_at", "BAD_TIME"),
        ("time_zone", "UNKNOWN_TIME_ZONE"),
        ("location", "CONTROL_CHARACTERS"),
        ("description", "TOO_LONG"),
        ("event_type", "UNKNOWN_VALUE"),
        ("format", "UNKNOWN_VALUE"),
        ("volunteers_needed", "OUT_OF_RANGE"),
        ("wanted_skills", "TOO_LONG"),
        ("registration_deadline", "BAD_DATE"),
        ("additional_info", "CONTROL_CHARACTERS"),
        ("school", "UNKNOWN_SCHOOL"),
    ];
    assert_eq!(broken(&world, &event, edit), expected.map(|(field, code)| (field.to_owned(), code)));
    assert_eq!(world.kckps().events().get(event.id).unwrap(), event, "nothing is half done");
}

#[test]
fn an_edit_is_checked_together_with_what_stands() {
    let world = World::new();
    let event = world.kckps().events().create(whole()).unwrap();
    let start = |start: &str| EventEdit { starts_at: set(start), ..EventEdit::default() };
    let end = |end: &str| EventEdit { ends_at: set(end), ..EventEdit::default() };
    assert_eq!(broken(&world, &event, start("2026-10-15T11:00")), only("ends_at", "BEFORE_START"));
    assert_eq!(
        broken(&world, &event, start("2026-10-01T10:59")),
        [("ends_at".to_owned(), "TOO_LATE"), ("registration_deadline".to_owned(), "AFTER_START"),]
    );
    assert_eq!(broken(&world, &event, end("2026-10-15T09:00")), only("ends_at", "BEFORE_START"));
    assert_eq!(broken(&world, &event, end("2026-10-29T09:00:01")), only("ends_at", "TOO_LATE"));
    let deadline = EventEdit { registration_deadline: set("2026-10-15T09:01"), ..EventEdit::default() };
    assert_eq!(broken(&world, &event, deadline), only("registration_deadline", "AFTER_START"));
    let told = edited(&world, &event, start("2026-10-15T11:00")).unwrap_err().to_string();
    assert!(told.contains("it stands at 2026-10-15T11:00:00: give another one too, or clear it"), "{told}");
    let both = EventEdit { starts_at: set("2026-10-12T11:00"), ends_at: set("2026-10-12T12:00"), ..EventEdit::default() };
    assert_eq!(edited(&world, &event, both).unwrap().duration_minutes(), Some(60));
}

#[test]
fn a_deadline_that_is_the_start_goes_where_the_start_goes() {
    let world = World::new();
    let draft = NewEvent { registration_deadline: Some("2026-10-15".into()), ..career_day() };
    let event = world.kckps().events().create(draft).unwrap();
    for start in ["2026-10-15T08:00", "2026-10-20T10:00"] {
        let event = edited(&world, &event, EventEdit { starts_at: set(start), ..EventEdit::default() }).unwrap();
        assert_eq!(event.registration_deadline, Some(event.starts_at), "{start}");
    }
}

#[test]
fn a_stale_version_is_a_conflict_that_names_the_present_one() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    let rename =
        |title: &str, version| world.kckps().events().edit(event.id, EventEdit { title: set(title), ..EventEdit::default() }, version);
    assert_eq!(rename("A", Some(1)).unwrap().event.version, 2);
    let error = rename("B", Some(1)).unwrap_err();
    assert_eq!(error.code(), "CONFLICT");
    assert!(error.to_string().contains("version 2 is current, not 1"), "{error}");
    assert_eq!(code(rename("B", Some(3))), "CONFLICT");
    assert_eq!(rename("B", None).unwrap().event.title, "B", "who gives none doesn't care");
    assert_eq!(code(rename("", Some(1))), "VALIDATION_FAILED", "what was sent is looked at first");
}

#[test]
fn of_eight_who_edit_one_version_at_once_one_does() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let edit = |number: usize| EventEdit { title: set(&format!("Title {number}")), ..EventEdit::default() };
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let world = &world;
                let id = event.id;
                scope.spawn(move || code(world.kckps().events().edit(id, edit(number), Some(1))))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| **answer == "ok").count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == "CONFLICT").count(), 7);
}

#[test]
fn an_edit_that_changes_nothing_leaves_the_version_and_what_the_public_knows() {
    let world = World::new();
    let event = world.kckps().events().create(whole()).unwrap();
    let event = world.kckps().events().publish(event.id).unwrap();
    let revision = world.public().revision().public;
    for edit in [
        EventEdit::default(),
        EventEdit {
            title: set(" Career Day "),
            starts_at: set("2026-10-15T14:00:00Z"),
            ends_at: set("2026-10-15 11:00"),
            ..EventEdit::default()
        },
        EventEdit {
            wanted_skills: Patch::Set(vec!["welding".into(), "ROBOTICS".into()]),
            school: set("wyandotte high school"),
            ..EventEdit::default()
        },
        EventEdit { time_zone: set("America/Chicago"), volunteers_needed: Patch::Set(3), ..EventEdit::default() },
    ] {
        assert_eq!(edited(&world, &event, edit).unwrap(), event);
    }
    assert_eq!(world.public().revision().public, revision);
}

#[test]
fn an_event_is_edited_until_it_is_completed_or_cancelled() {
    let world = World::new();
    for (status, expected) in
        [("draft", "ok"), ("confirmed", "ok"), ("published", "ok"), ("completed", "CONFLICT"), ("cancelled", "CONFLICT")]
    {
        let event = world.kckps().events().create(career_day()).unwrap();
        world.set_status(event.id, status);
        assert_eq!(code(edited(&world, &event, EventEdit { location: set("Library"), ..EventEdit::default() })), expected, "{status}");
    }
    let unknown = |edit| code(world.kckps().events().edit(EventId::new(999), edit, None));
    assert_eq!(unknown(EventEdit::default()), "EVENT_NOT_FOUND");
    assert_eq!(unknown(EventEdit { title: set(""), ..EventEdit::default() }), "VALIDATION_FAILED", "what was sent is looked at first");
    let all = EventEdit { title: set("A"), starts_at: set("2026-10-15T09:00"), location: set("B"), ..EventEdit::default() };
    assert_eq!(unknown(all), "EVENT_NOT_FOUND");
}

#[test]
fn the_slug_follows_title_and_date_until_it_is_frozen() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    let other = world.kckps().events().create(titled("Career Night", "2026-10-15T09:00")).unwrap();
    let slug = |edit| edited(&world, &event, edit).unwrap().slug.to_string();
    let title = |title: &str| EventEdit { title: set(title), ..EventEdit::default() };
    assert_eq!(slug(title("Career night!")), "career-night-2026-10-15-2", "the other one has it");
    assert_eq!(slug(title("CAREER NIGHT")), "career-night-2026-10-15-2", "it stays where it needn't change");
    assert_eq!(slug(EventEdit { starts_at: set("2026-10-16T09:00"), ..EventEdit::default() }), "career-night-2026-10-16");
    assert_eq!(slug(EventEdit { starts_at: set("2026-10-16T10:00"), ..EventEdit::default() }), "career-night-2026-10-16");
    world.kckps().events().confirm(event.id).unwrap();
    assert_eq!(slug(title("Something else")), "career-night-2026-10-16");
    world.kckps().events().return_to_draft(event.id).unwrap();
    assert_eq!(slug(title("Something new")), "career-night-2026-10-16", "the address was given out");
    assert_eq!(world.kckps().events().get(other.id).unwrap(), other);
}

#[test]
fn the_public_revision_rises_with_an_edit_that_somebody_outside_may_see() {
    let world = World::new();
    for (status, seen) in [("draft", false), ("confirmed", true), ("published", true)] {
        let event = world.kckps().events().create(career_day()).unwrap();
        world.set_status(event.id, status);
        let before = world.public().revision().public;
        edited(&world, &event, EventEdit { description: set("New"), ..EventEdit::default() }).unwrap();
        assert_eq!(world.public().revision().public > before, seen, "{status}");
    }
}

#[test]
fn the_audit_log_names_the_fields_and_nothing_that_was_in_them() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    edited(&world, &event, EventEdit { title: set("Secret"), location: set("Hidden"), ..EventEdit::default() }).unwrap();
    let details: String = world
        .raw("kckps")
        .query_row("SELECT details FROM audit_entries WHERE action = 'event.edit' AND resource_id = ?1", [event.id.to_string()], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(details, r#"{"fields":["title","location"],"told":0}"#);
}
