//! E5 (FR-SELFSERV-205): events found by the words in them, narrowed and sorted; the index of words is never behind the events.

use std::collections::BTreeSet;

use polaris_core::types::fold::fold;
use polaris_core::types::{EventId, EventOrder, EventSort, EventStatus, EventType, TimeZone, parse_date};
use polaris_core::{Error, EventEdit, EventFilter, NewEvent, PageRequest, Patch, TenantEdit};

use super::support::{World, code, titled};

fn list(world: &World, filter: &EventFilter) -> Vec<String> {
    let found = world.kckps().events().list(filter, EventOrder::default(), PageRequest::default()).unwrap();
    assert_eq!(found.total as usize, found.items.len());
    found.items.into_iter().map(|event| event.title).collect()
}

fn search(world: &World, q: &str) -> Vec<String> {
    list(world, &EventFilter { q: Some(q.to_owned()), ..EventFilter::default() })
}

#[test]
fn words_are_found_in_title_description_and_location_whatever_their_case_and_accents() {
    let world = World::new();
    let create = |title: &str, description: &str, location: &str, day: u32| {
        let event = NewEvent {
            title: title.into(),
            description: Some(description.into()),
            location: location.into(),
            starts_at: format!("2026-10-{day}T09:00"),
            ..NewEvent::default()
        };
        world.kckps().events().create(event).unwrap();
    };
    create("Łódź career day", "Bring your résumé", "Main gym", 11);
    create("Straßenfest", "Soccer for all", "Østergård", 12);
    create("Robotics", "Bring friends", "Lodge", 13);
    for (q, expected) in [
        ("LODZ", &["Łódź career day"][..]),
        ("resume", &["Łódź career day"]),
        ("strasse", &["Straßenfest"]),
        ("oster", &["Straßenfest"]),
        ("lod", &["Łódź career day", "Robotics"]),
        ("bring", &["Łódź career day", "Robotics"]),
        ("bring gym", &["Łódź career day"]),
        ("gym bring lodge", &[]),
        ("  ", &["Łódź career day", "Straßenfest", "Robotics"]),
    ] {
        assert_eq!(search(&world, q), expected, "{q:?}");
    }
}

#[test]
fn any_text_that_a_person_may_type_is_safe_to_look_for() {
    let world = World::new();
    world.kckps().events().create(titled("Ⓐ circle 🅰", "2026-10-14T09:00")).unwrap();
    world.kckps().events().create(titled("Gala 🎉 \"night\"", "2026-10-15T09:00")).unwrap();
    let long = "é".repeat(200);
    let words = "a ".repeat(100);
    let nothing: [&str; 0] = [];
    for (q, expected) in [
        ("\"", &["Gala 🎉 \"night\""][..]),
        ("Ⓐ", &["Ⓐ circle 🅰"]),
        ("🅰", &["Ⓐ circle 🅰"]),
        ("🎉", &["Gala 🎉 \"night\""]),
        ("👩‍🏫", &nothing),
        ("\"night\"", &["Gala 🎉 \"night\""]),
        ("gala AND night", &nothing),
        ("gala OR missing", &nothing),
        ("NOT", &nothing),
        ("gala*", &["Gala 🎉 \"night\""]),
        ("title:gala", &nothing),
        ("title : gala", &nothing),
        ("NEAR(gala night)", &nothing),
        ("{title} : gala", &nothing),
        ("^gala", &["Gala 🎉 \"night\""]),
        ("(gala", &["Gala 🎉 \"night\""]),
        ("' OR 1=1 --", &nothing),
        ("%", &nothing),
        ("_", &nothing),
        ("*", &nothing),
        ("-", &nothing),
        ("\u{200d}", &nothing),
        (&long, &nothing),
        (&words, &nothing),
    ] {
        assert_eq!(search(&world, q), expected, "{q:?}");
    }
    for bad in ["a\0b", "a\u{1b}b", "a\nb", "a\tb", "\u{202e}x", &"x".repeat(201), &"x ".repeat(10_000), &"🎉".repeat(10_000)] {
        let filter = EventFilter { q: Some(bad.to_owned()), ..EventFilter::default() };
        let refused = world.kckps().events().list(&filter, EventOrder::default(), PageRequest::default()).unwrap_err();
        let Error::BadRequest { field, message } = refused else { panic!("{refused:?}") };
        assert_eq!(field, "q");
        assert!(message.len() < 200 && message.is_ascii(), "{message}");
    }
}

/// A generator without luck: the same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// So many words at most.
    fn text(&mut self, most: usize) -> String {
        const WORDS: &[&str] = &[
            "career",
            "Day",
            "CARE",
            "łódź",
            "Lodge",
            "Straße",
            "STRASSE",
            "strass",
            "naïve",
            "Øst",
            "o'brien",
            "brien",
            "x-y",
            "x",
            "101",
            "1",
            "Đông",
            "Æther",
            "aether",
            "Ẽ",
            "e",
            "ﬀ",
            "🎉",
            "—",
            "日本語",
            "日本",
            "Кафе",
            "кафедра",
        ];
        (0..=self.below(most)).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join([" ", ", ", "\n"][self.below(3)])
    }
}

/// What a search is to find, told by looking at every word of every event.
fn holds(texts: &[String], q: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        // The index knows no ligatures.
        let text = text.replace('ﬀ', "\u{e000}");
        fold(&text).split(|c: char| !c.is_alphanumeric() && c != '\u{e000}').filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    let all: Vec<_> = texts.iter().map(|text| words(text)).collect();
    q.split_whitespace().map(words).filter(|part| !part.is_empty()).all(|part| {
        let (last, before) = part.split_last().unwrap();
        all.iter().any(|text| {
            text.windows(part.len()).any(|window| window[..before.len()] == *before && window[before.len()].starts_with(last.as_str()))
        })
    })
}

#[test]
fn the_index_finds_what_looking_at_every_event_finds_after_changes_of_every_kind() {
    let world = World::new();
    let mut numbers = Numbers(5);
    let raw = world.raw("kckps");
    for step in 0..400 {
        let (title, location) = (numbers.text(3), numbers.text(1));
        let description = (numbers.below(3) > 0).then(|| numbers.text(6));
        let existing: Vec<i64> = {
            let mut rows = raw.prepare("SELECT id FROM events").unwrap();
            rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        match (numbers.below(6), existing.as_slice()) {
            (0..=2, _) | (_, []) => {
                let event = NewEvent {
                    title: title.replace('\n', " "),
                    description,
                    location: location.replace('\n', " "),
                    starts_at: "2026-10-15T09:00".into(),
                    ..NewEvent::default()
                };
                world.kckps().events().create(event).unwrap();
            }
            (3, all) => {
                let sql = "UPDATE events SET title = ?2, folded_title = ?3, description = ?4, location = ?5 WHERE id = ?1";
                raw.execute(sql, rusqlite::params![all[numbers.below(all.len())], title, fold(&title), description, location]).unwrap();
            }
            (4, all) => {
                let sql = "UPDATE events SET description = CASE WHEN description IS NULL THEN ?2 END WHERE id = ?1 OR id = ?3";
                raw.execute(sql, rusqlite::params![all[numbers.below(all.len())], title, all[0]]).unwrap();
            }
            (_, all) => {
                raw.execute("DELETE FROM events WHERE id = ?1", [all[numbers.below(all.len())]]).unwrap();
            }
        }
        if step % 8 == 0 {
            let mut rows = raw.prepare("SELECT id, title, coalesce(description, ''), location FROM events").unwrap();
            let events: Vec<(i64, [String; 3])> =
                rows.query_map([], |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?]))).unwrap().map(Result::unwrap).collect();
            for _ in 0..12 {
                let mut q = numbers.text(2).replace('\n', " ");
                if numbers.below(2) == 0 && q.chars().count() > 2 {
                    q.pop();
                }
                if !q.contains(char::is_alphanumeric) {
                    continue;
                }
                let filter = EventFilter { q: Some(q.clone()), ..EventFilter::default() };
                let page = PageRequest::new(1, 100).unwrap();
                let mut found = BTreeSet::new();
                for number in 1.. {
                    let page = PageRequest::new(number, i64::from(page.per_page())).unwrap();
                    let listed = world.kckps().events().list(&filter, EventOrder::default(), page).unwrap();
                    found.extend(listed.items.iter().map(|event| event.id.get()));
                    if !listed.has_next() {
                        assert_eq!(listed.total as usize, found.len());
                        break;
                    }
                }
                let expected: BTreeSet<i64> = events.iter().filter(|(_, texts)| holds(texts, &q)).map(|(id, _)| *id).collect();
                assert_eq!(found, expected, "step {step}, {q:?}");
            }
        }
    }
    assert_eq!(world.platform().doctor().check().unwrap().findings, []);
}

#[test]
fn a_change_that_fails_leaves_the_index_as_it_was() {
    let world = World::new();
    world.kckps().events().create(titled("Career Day", "2026-10-15T09:00")).unwrap();
    let mut raw = world.raw("kckps");
    let change = raw.transaction().unwrap();
    change.execute("UPDATE events SET title = 'Robotics'", []).unwrap();
    change.rollback().unwrap();
    assert_eq!((search(&world, "career").len(), search(&world, "robotics").len()), (1, 0));
    assert_eq!(world.platform().doctor().check().unwrap().findings, []);
}

#[test]
fn lists_are_narrowed_by_status_type_school_day_and_need() {
    let world = World::new();
    world
        .raw("kckps")
        .execute("INSERT INTO school_aliases SELECT id, 'dotte', 'Dotte' FROM schools WHERE name LIKE 'Wyandotte%'", [])
        .unwrap();
    let create = |title: &str, day: u32, change: &dyn Fn(&mut NewEvent)| {
        let mut event = titled(title, &format!("2026-10-{day}T09:00"));
        change(&mut event);
        world.kckps().events().create(event).unwrap().id
    };
    create("a", 11, &|event| event.event_type = Some("career_fair".into()));
    let b = create("b", 12, &|event| event.school = Some("Wyandotte High School".into()));
    let c = create("c", 13, &|event| event.volunteers_needed = Some(2));
    let d = create("d", 14, &|event| event.volunteers_needed = Some(2));
    let past = world.kckps().events().create(NewEvent { volunteers_needed: Some(9), ..titled("past", "2026-08-01T09:00") }).unwrap();
    world.set_status(b, "confirmed");
    world.set_status(c, "cancelled");
    let all = EventFilter::default;
    let school = |name: &str| EventFilter { school: Some(name.to_owned()), ..all() };
    let needs = |needs| EventFilter { needs_volunteers: Some(needs), ..all() };
    assert_eq!(list(&world, &EventFilter { event_type: Some(EventType::CareerFair), ..all() }), ["a"]);
    assert_eq!(list(&world, &school(" WYANDOTTE high school ")), ["b"]);
    assert_eq!(list(&world, &school("Dotte")), ["b"]);
    assert_eq!(list(&world, &EventFilter { statuses: vec![EventStatus::Confirmed, EventStatus::Cancelled], ..all() }), ["b", "c"]);
    assert_eq!(list(&world, &needs(true)), ["d"], "neither cancelled nor past");
    assert_eq!(list(&world, &needs(false)), ["past", "a", "b", "c"]);
    world.raw("kckps").execute("UPDATE events SET volunteers_registered = 2 WHERE id = ?1", [d.get()]).unwrap();
    assert!(list(&world, &needs(true)).is_empty(), "full");
    world.set_status(past.id, "published");
    assert!(list(&world, &needs(true)).is_empty(), "past");
    let all_at_once = EventFilter {
        q: Some("b main".into()),
        statuses: vec![EventStatus::Confirmed],
        school: Some("dotte".into()),
        from_date: parse_date("2026-10-12").ok(),
        to_date: parse_date("2026-10-12").ok(),
        needs_volunteers: Some(false),
        ..all()
    };
    assert_eq!(list(&world, &all_at_once), ["b"]);
}

#[test]
fn a_school_that_is_not_the_tenants_is_named_rather_than_nothing_found() {
    let world = World::new();
    for bad in ["", "  ", "Hogwarts", "a\0b", &"x".repeat(256)] {
        let filter = EventFilter { school: Some(bad.to_owned()), ..EventFilter::default() };
        let refused = world.kckps().events().list(&filter, EventOrder::default(), PageRequest::default()).unwrap_err();
        assert!(matches!(&refused, Error::BadRequest { field, .. } if field == "school"), "{bad:?}: {refused:?}");
    }
}

#[test]
fn days_are_those_of_the_tenants_zone_also_after_it_was_edited() {
    let world = World::new();
    // 23:30 on the 15th in Chicago, 0:30 on the 16th in New York.
    world.kckps().events().create(titled("late", "2026-10-15T23:30")).unwrap();
    let on = |day: &str| {
        let day = parse_date(day).ok();
        list(&world, &EventFilter { from_date: day, to_date: day, ..EventFilter::default() }).len()
    };
    assert_eq!((on("2026-10-15"), on("2026-10-16")), (1, 0));
    let edit = TenantEdit { time_zone: Patch::Set("America/New_York".into()), ..TenantEdit::default() };
    world.platform().tenants().edit("kckps", &edit, None).unwrap();
    assert_eq!((on("2026-10-15"), on("2026-10-16")), (0, 1));
    let event = world.kckps().events().get("late-2026-10-15").unwrap();
    assert_eq!(event.starts_at.zone, TimeZone::default(), "the event stays what people agreed on");
}

#[test]
fn days_at_both_changes_of_the_clocks_have_all_their_hours() {
    for (zone, short, long) in [
        ("America/Chicago", "2026-03-08", "2026-11-01"),
        ("America/Phoenix", "2026-03-08", "2026-11-01"),
        ("Pacific/Auckland", "2026-09-27", "2026-04-05"),
    ] {
        let world = World::new();
        let edit = TenantEdit { time_zone: Patch::Set(zone.into()), ..TenantEdit::default() };
        world.platform().tenants().edit("kckps", &edit, None).unwrap();
        for day in [short, long] {
            let date = parse_date(day).unwrap();
            for (title, at) in [("before", date.pred_opt().unwrap()), ("first", date), ("after", date.succ_opt().unwrap())] {
                world.kckps().events().create(titled(title, &format!("{at}T00:00"))).unwrap();
            }
            world.kckps().events().create(titled("last", &format!("{day}T23:59:59"))).unwrap();
            let filter = EventFilter { from_date: Some(date), to_date: Some(date), ..EventFilter::default() };
            assert_eq!(list(&world, &filter), ["first", "last"], "{zone} {day}");
        }
    }
}

#[test]
fn any_day_of_the_calendar_may_bound_a_list() {
    let world = World::new();
    world.kckps().events().create(titled("only", "2026-10-15T09:00")).unwrap();
    let date = |text: &str| parse_date(text).unwrap();
    for (from, to) in [("0000-01-01", "9999-12-31"), ("0001-01-01", "2026-10-15"), ("2026-10-15", "9999-12-31")] {
        let filter = EventFilter { from_date: Some(date(from)), to_date: Some(date(to)), ..EventFilter::default() };
        assert_eq!(list(&world, &filter), ["only"], "{from} to {to}");
    }
    for (from, to) in [("9999-01-01", "9999-12-31"), ("0000-01-01", "0000-12-31")] {
        let filter = EventFilter { from_date: Some(date(from)), to_date: Some(date(to)), ..EventFilter::default() };
        assert!(list(&world, &filter).is_empty(), "{from} to {to}");
    }
    let backwards = EventFilter { from_date: Some(date("2026-10-16")), to_date: Some(date("2026-10-15")), ..EventFilter::default() };
    assert_eq!(code(world.kckps().events().list(&backwards, EventOrder::default(), PageRequest::default())), "BAD_REQUEST");
}

#[test]
fn an_event_that_gets_another_title_is_sorted_by_it() {
    let world = World::new();
    let kckps = world.kckps();
    for title in ["Zebra day", "Mole day", "Badger day"] {
        kckps.events().create(titled(title, "2026-10-14T09:00")).unwrap();
    }
    let edit = EventEdit { title: Patch::Set("Ångström day".into()), ..EventEdit::default() };
    kckps.events().edit(EventId::new(1), edit, None).unwrap();
    let order = EventOrder { by: EventSort::Title, ..EventOrder::default() };
    let found = kckps.events().list(&EventFilter::default(), order, PageRequest::default()).unwrap();
    let titles: Vec<_> = found.items.iter().map(|event| event.title.as_str()).collect();
    assert_eq!(titles, ["Ångström day", "Badger day", "Mole day"]);
}
