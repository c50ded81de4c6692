//! E1: what makes an event, field by field (FR-SELFSERV-201).

use polaris_core::NewEvent;

use super::support::{World, career_day, code};

/// Field and code of everything that is wrong with a draft, in the order told.
fn broken(world: &World, draft: NewEvent) -> Vec<(String, &'static str)> {
    let error = world.kckps().events().create(draft).expect_err("this must be refused");
    assert_eq!(error.code(), "VALIDATION_FAILED");
    error.fields().iter().map(|field| (field.field.clone(), field.code)).collect()
}

fn only(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn title_start_and_location_are_required_and_all_are_told_at_once() {
    let world = World::new();
    for blank in ["", "  ", "\n\t", "\u{2003}"] {
        let draft = NewEvent { title: blank.into(), starts_at: blank.into(), location: blank.into(), ..NewEvent::default() };
        let expected: Vec<_> = ["title", "starts_at", "location"].map(|field| (field.to_owned(), "REQUIRED")).into();
        assert_eq!(broken(&world, draft), expected, "{blank:?}");
    }
}

#[test]
fn every_broken_field_of_a_draft_is_told_at_once() {
    let world = World::new();
    let draft = NewEvent {
        title: String::new(),
        starts_at: "2026-02-30T09:00".into(),
        ends_at: Some("soon".into()),
        time_zone: Some("Central".into()),
        location: "x".repeat(256),
        description: Some("\0".into()),
        event_type: Some("gala".into()),
        format: Some("hybrid".into()),
        school: Some("Hogwarts".into()),
        volunteers_needed: Some(-1),
        wanted_skills: vec!["x".repeat(101)],
        registration_deadline: Some("2026-13-01".into()),
        additional_info: Some("x".repeat(5_001)),
    };
    let expected = [
        ("title", "REQUIRED"),
        ("starts_at", "BAD_DATE"),
        ("ends_at", "BAD_TIME"),
        ("time_zone", "UNKNOWN_TIME_ZONE"),
        ("location", "TOO_LONG"),
        ("description", "CONTROL_CHARACTERS"),
        ("event_type", "UNKNOWN_VALUE"),
        ("format", "UNKNOWN_VALUE"),
        ("volunteers_needed", "OUT_OF_RANGE"),
        ("wanted_skills", "TOO_LONG"),
        ("registration_deadline", "BAD_DATE"),
        ("additional_info", "TOO_LONG"),
        ("school", "UNKNOWN_SCHOOL"),
    ];
    assert_eq!(broken(&world, draft), expected.map(|(field, code)| (field.to_owned(), code)));
    let events: i64 = world.raw("kckps").query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    let entries: i64 =
        world.raw("kckps").query_row("SELECT count(*) FROM audit_entries WHERE action = 'event.create'", [], |row| row.get(0)).unwrap();
    assert_eq!((events, entries), (0, 0), "nothing is half done");
}

/// Sets one text field.
type Set = fn(&mut NewEvent, String);

const TEXTS: [(&str, usize, Set); 4] = [
    ("title", 255, |draft, text| draft.title = text),
    ("location", 255, |draft, text| draft.location = text),
    ("description", 20_000, |draft, text| draft.description = Some(text)),
    ("additional_info", 5_000, |draft, text| draft.additional_info = Some(text)),
];

#[test]
fn texts_may_be_as_long_as_their_bound_and_no_longer() {
    let world = World::new();
    for (field, max, set) in TEXTS {
        for (letter, letters) in [("x", max), ("é", max), ("👋", max)] {
            let mut draft = career_day();
            set(&mut draft, letter.repeat(letters));
            world.kckps().events().create(draft).unwrap();
            let mut draft = career_day();
            set(&mut draft, letter.repeat(letters + 1));
            assert_eq!(broken(&world, draft), only(field, "TOO_LONG"));
        }
    }
}

#[test]
fn control_characters_are_refused_but_line_breaks_in_long_texts_stay() {
    let world = World::new();
    for (field, max, set) in TEXTS {
        for bad in ["a\0b", "a\u{1b}[31mb", "a\u{7f}", "a\u{202e}b"] {
            let mut draft = career_day();
            set(&mut draft, bad.to_owned() + "c");
            assert_eq!(broken(&world, draft), only(field, "CONTROL_CHARACTERS"), "{bad:?}");
        }
        let mut draft = career_day();
        set(&mut draft, "two\r\nlines\tand a tab".into());
        match max {
            255 => assert_eq!(broken(&world, draft), only(field, "CONTROL_CHARACTERS")),
            _ => assert_eq!(code(world.kckps().events().create(draft)), "ok"),
        }
    }
}

#[test]
fn unicode_is_kept_and_composed_and_blanks_become_nothing() {
    let world = World::new();
    let draft = NewEvent {
        title: "  Día de Jose\u{301} 職業 ".into(),
        description: Some("   ".into()),
        additional_info: Some("línea 1\r\nlínea 2".into()),
        event_type: Some(" ".into()),
        school: Some(String::new()),
        ends_at: Some(String::new()),
        registration_deadline: Some(" ".into()),
        format: Some(String::new()),
        ..career_day()
    };
    let event = world.kckps().events().create(draft).unwrap();
    assert_eq!(event.title, "Día de José 職業");
    assert_eq!(event.additional_info.as_deref(), Some("línea 1\nlínea 2"));
    assert_eq!(
        (event.description, event.event_type, event.school, event.ends_at, event.registration_deadline),
        (None, None, None, None, None)
    );
}

#[test]
fn an_end_comes_after_the_start_and_at_most_14_days_later() {
    let world = World::new();
    let ending = |end: &str| NewEvent { ends_at: Some(end.into()), ..career_day() };
    for early in ["2026-10-15T09:00", "2026-10-15T08:59:59", "2025-10-15T10:00", "2026-10-15T14:00:00Z"] {
        assert_eq!(broken(&world, ending(early)), only("ends_at", "BEFORE_START"), "{early}");
    }
    for late in ["2026-10-29T09:00:01", "2027-10-15T09:00"] {
        assert_eq!(broken(&world, ending(late)), only("ends_at", "TOO_LATE"), "{late}");
    }
    for (good, minutes) in [("2026-10-15T09:00:01", 0), ("2026-10-15T10:30", 90), ("2026-10-29T09:00", 14 * 24 * 60)] {
        let event = world.kckps().events().create(ending(good)).unwrap();
        assert_eq!(event.duration_minutes(), Some(minutes), "{good}");
    }
    assert_eq!(world.kckps().events().create(career_day()).unwrap().duration_minutes(), None);
    // Two weeks are two weeks by the clock, where an hour more or less passes too.
    for (start, good, late) in
        [("2027-10-31T09:00", "2027-11-14T09:00", "2027-11-14T09:00:01"), ("2027-03-07T09:00", "2027-03-21T09:00", "2027-03-21T09:00:01")]
    {
        let lasting = |end: &str| NewEvent { starts_at: start.into(), registration_deadline: None, ..ending(end) };
        world.kckps().events().create(lasting(good)).unwrap();
        assert_eq!(broken(&world, lasting(late)), only("ends_at", "TOO_LATE"), "{late}");
    }
}

#[test]
fn a_deadline_is_never_after_the_start_and_a_date_means_the_end_of_that_day() {
    let world = World::new();
    let closing = |deadline: &str| NewEvent { registration_deadline: Some(deadline.into()), ..career_day() };
    for late in ["2026-10-15T09:00:01", "2026-10-16", "2026-10-15T14:00:01Z"] {
        assert_eq!(broken(&world, closing(late)), only("registration_deadline", "AFTER_START"), "{late}");
    }
    for (given, means) in [
        ("2026-10-14", "2026-10-14T23:59:59-05:00"),
        ("2026-10-15T09:00", "2026-10-15T09:00:00-05:00"),
        ("2026-10-15", "2026-10-15T09:00:00-05:00"),
        ("2026-10-01T12:00:00Z", "2026-10-01T07:00:00-05:00"),
    ] {
        let event = world.kckps().events().create(closing(given)).unwrap();
        assert_eq!(event.registration_deadline.unwrap().to_rfc3339(), means, "{given}");
    }
}

#[test]
fn times_follow_the_tenants_zone_and_its_changes_of_clocks() {
    let world = World::new();
    let starting = |start: &str| NewEvent { starts_at: start.into(), ..career_day() };
    assert_eq!(broken(&world, starting("2027-03-14T02:30")), only("starts_at", "SKIPPED_TIME"));
    for (given, means) in [
        ("2026-11-01T01:30", "2026-11-01T01:30:00-05:00"),
        ("2026-11-01T01:30:00-06:00", "2026-11-01T01:30:00-06:00"),
        ("2027-03-14 03:00", "2027-03-14T03:00:00-05:00"),
        ("2026-12-01T15:00:00Z", "2026-12-01T09:00:00-06:00"),
    ] {
        let event = world.kckps().events().create(starting(given)).unwrap();
        assert_eq!(event.starts_at.to_rfc3339(), means, "{given}");
        assert_eq!(world.kckps().events().get(event.id).unwrap(), event, "the same when read again");
    }
    for bad in ["tomorrow", "2026-10-15", "15.10.2026 09:00", "2026-10-15T25:00"] {
        assert_eq!(broken(&world, starting(bad)), only("starts_at", "BAD_TIME"), "{bad}");
    }
    for bad in ["1969-12-31T23:00", "2201-01-01T00:00"] {
        assert_eq!(broken(&world, starting(bad)), only("starts_at", "OUT_OF_RANGE"), "{bad}");
    }
}

#[test]
fn volunteers_needed_is_a_number_that_can_be() {
    let world = World::new();
    let needing = |needed| NewEvent { volunteers_needed: needed, ..career_day() };
    for absurd in [-1, 100_001, i64::MAX, i64::MIN] {
        assert_eq!(broken(&world, needing(Some(absurd))), only("volunteers_needed", "OUT_OF_RANGE"));
    }
    for (given, stored, slots) in [(None, 0, None), (Some(0), 0, None), (Some(1), 1, Some(1)), (Some(100_000), 100_000, Some(100_000))] {
        let event = world.kckps().events().create(needing(given)).unwrap();
        assert_eq!((event.volunteers_needed, event.slots_available()), (stored, slots));
    }
}

#[test]
fn types_and_formats_are_those_of_the_list() {
    let world = World::new();
    let typed = |kind: &str, format: &str| NewEvent { event_type: Some(kind.into()), format: Some(format.into()), ..career_day() };
    assert_eq!(broken(&world, typed("gala", "virtual")), only("event_type", "UNKNOWN_VALUE"));
    assert_eq!(broken(&world, typed("career_fair", "hybrid")), only("format", "UNKNOWN_VALUE"));
    let event = world.kckps().events().create(typed("Career Fair", "virtual")).unwrap();
    assert_eq!((event.event_type.unwrap().as_str(), event.format.as_str()), ("career_fair", "virtual"));
    assert_eq!(world.kckps().events().create(career_day()).unwrap().format.as_str(), "in_person");
}

#[test]
fn a_school_is_one_of_the_tenants_by_name_or_alias() {
    let world = World::new();
    let raw = world.raw("kckps");
    raw.execute_batch(
        "INSERT INTO school_aliases (school_id, folded_alias, alias) SELECT id, 'wyhs', 'WyHS' FROM schools WHERE level = 'high';
         INSERT INTO schools (name, folded_name, level) VALUES ('Central', 'central', 'high'), ('Central', 'central', 'middle');",
    )
    .unwrap();
    let at = |school: &str| NewEvent { school: Some(school.into()), ..career_day() };
    for name in ["Wyandotte High School", "  wyandotte  HIGH school", "WyHS", "wyhs"] {
        let event = world.kckps().events().create(at(name)).unwrap();
        assert_eq!(event.school.unwrap().name, "Wyandotte High School", "{name}");
    }
    for unknown in ["Ruskin High School", "Wyandotte"] {
        assert_eq!(broken(&world, at(unknown)), only("school", "UNKNOWN_SCHOOL"), "{unknown}: another tenant's, or none");
    }
    assert_eq!(broken(&world, at("Central")), only("school", "AMBIGUOUS"));
    assert_eq!(broken(&world, at(&"x".repeat(256))), only("school", "TOO_LONG"));
    assert_eq!(broken(&world, at("a\0")), only("school", "CONTROL_CHARACTERS"));
}

#[test]
fn wanted_skills_are_known_ones_or_become_the_tenants_own() {
    let world = World::new();
    let wanting = |skills: &[&str]| NewEvent { wanted_skills: skills.iter().map(|skill| (*skill).to_owned()).collect(), ..career_day() };
    let event = world.kckps().events().create(wanting(&["welding", "Robotics", " ", "ROBOTICS", "Welding"])).unwrap();
    assert_eq!(event.wanted_skills, ["Robotics", "Welding"]);
    assert_eq!(world.kckps().events().get(event.id).unwrap().wanted_skills, event.wanted_skills);
    let own: Vec<String> = {
        let raw = world.raw("kckps");
        let mut statement = raw.prepare("SELECT name FROM skills WHERE source = 'own'").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(own, ["Robotics"]);
    let many: Vec<String> = (0..21).map(|number| format!("skill {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(broken(&world, wanting(&many)), only("wanted_skills", "TOO_MANY"));
    world.kckps().events().create(wanting(&many[..20])).unwrap();
    assert_eq!(broken(&world, wanting(&["a\nb"])), only("wanted_skills", "CONTROL_CHARACTERS"));
}
