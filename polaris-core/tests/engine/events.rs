//! E1, E5: how an event is born, what it is called in addresses, and how events are listed.

use polaris_core::types::{EventOrder, EventRef, EventStatus, EventType, parse_date};
use polaris_core::{EventEdit, EventFilter, NewEvent, PageRequest, Patch};

use super::support::{World, career_day, code, published, start, titled};

#[test]
fn an_event_is_born_a_draft_and_read_back_as_it_was_told() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    assert_eq!((event.status, event.version, event.volunteers_registered), (EventStatus::Draft, 1, 0));
    assert_eq!((event.created_at, event.updated_at), (start(), start()));
    assert_eq!(world.kckps().events().get(event.id).unwrap(), event);
    assert_eq!(world.kckps().events().get(event.slug.as_str()).unwrap(), event);
}

#[test]
fn an_event_with_everything_is_given_as_it_is_read_back() {
    let world = World::new();
    let raw = world.raw("kckps");
    raw.execute("INSERT INTO school_aliases SELECT id, 'wyandotte', 'Wyandotte' FROM schools WHERE name LIKE 'Wyandotte%'", []).unwrap();
    raw.execute("INSERT INTO skill_aliases SELECT 'mig', 'MIG', id FROM skills WHERE name = 'Welding'", []).unwrap();
    drop(raw);
    let skill = |name: &str| name.to_owned();
    let draft = NewEvent {
        title: "  Everything\u{301}  at once ".into(),
        starts_at: "2026-10-15T14:00:00.987654Z".into(),
        ends_at: Some("2026-10-15T11:30".into()),
        time_zone: None,
        location: " Main   gym ".into(),
        description: Some("One\r\n\r\ntwo ".into()),
        event_type: Some("Career Fair".into()),
        format: Some("virtual".into()),
        school: Some(" WYANDOTTE ".into()),
        volunteers_needed: Some(3),
        // By alias and by name, in another case, twice, and one that is new.
        wanted_skills: vec![skill("Zitherspiel"), skill("mig"), skill("WELDING"), skill("public speaking"), skill("ärger"), skill("Ärger")],
        registration_deadline: Some("2026-10-14".into()),
        additional_info: Some(" Park behind the house ".into()),
    };
    let event = world.kckps().events().create(draft).unwrap();
    assert_eq!(world.kckps().events().get(event.id).unwrap(), event);
    assert_eq!(event.wanted_skills, ["ärger", "Public Speaking", "Welding", "Zitherspiel"]);
    assert_eq!(event.school.unwrap().name, "Wyandotte High School");
}

#[test]
fn slugs_are_made_of_title_and_date_and_numbered_when_taken() {
    let world = World::new();
    let create = |title: &str| world.kckps().events().create(titled(title, "2026-10-15T09:00")).unwrap().slug.to_string();
    let slugs: Vec<_> = (0..4).map(|_| create("Career Day!")).collect();
    let expected = ["career-day-2026-10-15", "career-day-2026-10-15-2", "career-day-2026-10-15-3", "career-day-2026-10-15-4"];
    assert_eq!(slugs, expected);
    assert_eq!(create("2026"), "event-2026-10-15", "never digits alone");
    assert_eq!(create("🎉"), "event-2026-10-15-2");
    assert_eq!(create("Carrière d’été"), "carriere-d-ete-2026-10-15");
}

#[test]
fn a_number_freed_in_the_middle_is_found_and_none_is_given_twice() {
    let world = World::new();
    let create = || world.kckps().events().create(career_day()).unwrap();
    let events: Vec<_> = (0..3).map(|_| create()).collect();
    world.raw("kckps").execute("DELETE FROM events WHERE id = ?1", [events[1].id.get()]).unwrap();
    assert_eq!(create().slug.as_str(), "career-day-2026-10-15-2");
    world.raw("kckps").execute("DELETE FROM events", []).unwrap();
    assert!(create().id > events[2].id, "an id is never used again");
}

#[test]
fn the_date_of_a_slug_is_the_local_one() {
    let world = World::new();
    let event = world.kckps().events().create(titled("Night", "2026-10-16T03:00:00Z")).unwrap();
    assert_eq!(event.slug.as_str(), "night-2026-10-15");
}

#[test]
fn sixteen_events_of_one_title_at_once_get_sixteen_slugs() {
    let world = World::new();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| world.kckps().events().create(career_day()).unwrap());
        }
    });
    let raw = world.raw("kckps");
    let (events, slugs): (i64, i64) =
        raw.query_row("SELECT count(*), count(DISTINCT slug) FROM events", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!((events, slugs), (16, 16));
}

#[test]
fn what_does_not_exist_here_is_not_found() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    let hickman = world.polaris.tenant("hickman", polaris_core::Actor::System).unwrap();
    assert_eq!(code(hickman.events().get(event.id)), "EVENT_NOT_FOUND", "it is another tenant's");
    assert_eq!(code(hickman.events().get(event.slug.as_str())), "EVENT_NOT_FOUND");
    assert_eq!(code(hickman.events().publish(event.id)), "EVENT_NOT_FOUND");
    for other in ["", "0", "-1", "career-day", "CAREER-DAY-2026-10-15", "' OR 1=1 --", "a\0"] {
        assert_eq!(code(world.kckps().events().get(EventRef::parse(other))), "EVENT_NOT_FOUND", "{other:?}");
    }
}

fn titles(world: &World, filter: &EventFilter, order: &str) -> Vec<String> {
    let order = EventOrder::parse(order).unwrap();
    world.kckps().events().list(filter, order, PageRequest::default()).unwrap().items.into_iter().map(|event| event.title).collect()
}

/// One event in each status, on five days in a row, entered in another order than they take place.
fn one_of_each(world: &World) {
    let days = [("completed", "c", 11), ("draft", "b", 12), ("cancelled", "a", 13), ("published", "e", 14), ("confirmed", "d", 15)];
    for (at, (status, title, day)) in days.into_iter().rev().enumerate() {
        let event = world.kckps().events().create(titled(title, &format!("2026-10-{day}T09:00"))).unwrap();
        world.set_status(event.id, status);
        world.clock.set(start() + chrono::TimeDelta::seconds(at as i64 + 1));
    }
}

#[test]
fn lists_are_sorted_as_asked_either_way() {
    let world = World::new();
    one_of_each(&world);
    let all = EventFilter::default();
    for (order, expected) in [
        ("start", ["c", "b", "a", "e", "d"]),
        ("title", ["a", "b", "c", "d", "e"]),
        ("created", ["d", "e", "a", "b", "c"]),
        // In the order of an event's life: draft, confirmed, published, completed, cancelled.
        ("status", ["b", "d", "e", "c", "a"]),
    ] {
        assert_eq!(titles(&world, &all, order), expected, "{order}");
        let mut reversed = expected;
        reversed.reverse();
        assert_eq!(titles(&world, &all, &format!("-{order}")), reversed, "-{order}");
    }
}

#[test]
fn titles_are_sorted_as_people_sort_them_whatever_their_case_and_accents() {
    let world = World::new();
    for title in ["Zoo", "élan", "Eagle", "ŁÓDŹ day", "apple", "lodge", "Élan", "Ärzte"] {
        world.kckps().events().create(titled(title, "2026-10-15T09:00")).unwrap();
    }
    let expected = ["apple", "Ärzte", "Eagle", "élan", "Élan", "lodge", "ŁÓDŹ day", "Zoo"];
    assert_eq!(titles(&world, &EventFilter::default(), "title"), expected);
    let mut reversed = expected;
    reversed.reverse();
    assert_eq!(titles(&world, &EventFilter::default(), "-title"), reversed);
}

#[test]
fn filters_narrow_by_status_type_and_local_day() {
    let world = World::new();
    one_of_each(&world);
    let fair = NewEvent { event_type: Some("career_fair".into()), ..titled("fair", "2026-10-20T23:30") };
    world.kckps().events().create(fair).unwrap();
    let with = |change: fn(&mut EventFilter)| {
        let mut filter = EventFilter::default();
        change(&mut filter);
        titles(&world, &filter, "start")
    };
    let day = |text: &str| Some(parse_date(text).unwrap());
    assert_eq!(with(|filter| filter.statuses = vec![EventStatus::Published]), ["e"]);
    assert_eq!(with(|filter| filter.statuses = vec![EventStatus::Published, EventStatus::Cancelled]), ["a", "e"]);
    assert_eq!(with(|filter| filter.event_type = Some(EventType::CareerFair)), ["fair"]);
    let range = |from, to| titles(&world, &EventFilter { from_date: from, to_date: to, ..EventFilter::default() }, "start");
    assert_eq!(range(day("2026-10-13"), day("2026-10-14")), ["a", "e"], "both days belong to it");
    assert_eq!(range(day("2026-10-20"), None), ["fair"], "local days: in UTC it is the 21st");
    assert_eq!(range(None, day("2026-10-11")), ["c"]);
    let backwards = EventFilter { from_date: day("2026-10-14"), to_date: day("2026-10-13"), ..EventFilter::default() };
    let refused = world.kckps().events().list(&backwards, EventOrder::default(), PageRequest::default());
    assert_eq!(code(refused), "BAD_REQUEST");
}

#[test]
fn pages_never_overlap_and_past_the_end_there_is_nothing() {
    let world = World::new();
    for _ in 0..7 {
        world.kckps().events().create(career_day()).unwrap();
    }
    let mut seen = Vec::new();
    for page in 1..=4 {
        let page = world.kckps().events().list(&EventFilter::default(), EventOrder::default(), PageRequest::new(page, 3).unwrap()).unwrap();
        assert_eq!((page.total, page.total_pages()), (7, 3));
        assert_eq!((page.has_prev(), page.has_next()), (page.page > 1, page.page < 3));
        seen.extend(page.items.into_iter().map(|event| event.id.get()));
    }
    assert_eq!(seen, (1..=7).collect::<Vec<_>>());
}

#[test]
fn an_event_on_a_day_of_two_hours_of_the_same_name_sorts_by_its_instant() {
    let world = World::new();
    for (title, start) in [("second", "2026-11-01T01:15:00-06:00"), ("first", "2026-11-01T01:30:00-05:00")] {
        published(&world.kckps(), title, start);
    }
    assert_eq!(titles(&world, &EventFilter::default(), "start"), ["first", "second"]);
}

#[test]
fn an_event_that_is_renamed_is_listed_where_its_new_title_belongs_e2_e5() {
    let world = World::new();
    let events = ["Middle", "Zoo"].map(|title| world.kckps().events().create(titled(title, "2026-10-15T09:00")).unwrap());
    let renamed = EventEdit { title: Patch::Set("Ärztetag".into()), ..EventEdit::default() };
    world.kckps().events().edit(events[1].id, renamed, None).unwrap();
    assert_eq!(titles(&world, &EventFilter::default(), "title"), ["Ärztetag", "Middle"]);
}
