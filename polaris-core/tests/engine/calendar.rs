//! E6 (FR-SELFSERV-204): what overlaps a range of the calendar, in which zone and colour; and the same as an iCalendar file.

use polaris_core::types::EventId;
use polaris_core::{Agenda, CalendarQuery, Error, NewEvent, Patch, Role, TenantEdit};

use super::support::{World, code, start, titled};

fn between(start: &str, end: &str) -> CalendarQuery {
    CalendarQuery { start: Some(start.to_owned()), end: Some(end.to_owned()), ..CalendarQuery::default() }
}

fn view(view: &str, date: &str) -> CalendarQuery {
    CalendarQuery { view: Some(view.to_owned()), date: Some(date.to_owned()), ..CalendarQuery::default() }
}

fn titles(agenda: &Agenda) -> Vec<&str> {
    agenda.items.iter().map(|item| item.title.as_str()).collect()
}

fn create(world: &World, title: &str, starts_at: &str, ends_at: Option<&str>) -> EventId {
    let event = NewEvent { ends_at: ends_at.map(str::to_owned), ..titled(title, starts_at) };
    world.kckps().events().create(event).unwrap().id
}

#[test]
fn what_overlaps_is_shown_and_what_only_touches_is_not() {
    let world = World::new();
    create(&world, "ends as the day begins", "2026-10-14T20:00", Some("2026-10-15T00:00"));
    create(&world, "a second too long", "2026-10-14T20:00:01", Some("2026-10-15T00:00:01"));
    create(&world, "an hour is assumed", "2026-10-14T23:30", None);
    create(&world, "which has passed", "2026-10-14T23:00", None);
    create(&world, "two weeks", "2026-10-01T00:00:01", Some("2026-10-15T00:00:01"));
    create(&world, "within", "2026-10-15T09:00", Some("2026-10-15T10:00"));
    create(&world, "around", "2026-10-10T09:00", Some("2026-10-20T10:00"));
    create(&world, "at the last second", "2026-10-15T23:59:59", None);
    create(&world, "the next day", "2026-10-16T00:00", None);
    let day = world.kckps().calendar().get(&view("day", "2026-10-15")).unwrap();
    let expected = ["two weeks", "around", "a second too long", "an hour is assumed", "within", "at the last second"];
    assert_eq!(titles(&day), expected);
    assert_eq!(day, world.kckps().calendar().get(&between("2026-10-15", "2026-10-16")).unwrap());
    let night = world.kckps().calendar().get(&between("2026-10-15T23:59:59", "2026-10-16T00:00")).unwrap();
    assert_eq!(titles(&night), ["around", "at the last second"]);
}

#[test]
fn a_month_shows_every_status_with_its_colour_its_fill_and_its_end() {
    let world = World::new();
    let statuses = ["draft", "confirmed", "published", "completed", "cancelled"];
    for (day, status) in statuses.iter().enumerate() {
        let event = NewEvent {
            volunteers_needed: Some(3),
            event_type: Some("career_fair".into()),
            school: Some("Wyandotte High School".into()),
            description: Some("é".repeat(1_500)),
            ..titled(status, &format!("2026-10-{}T09:00", day + 10))
        };
        let id = world.kckps().events().create(event).unwrap().id;
        world.set_status(id, status);
    }
    create(&world, "no number", "2026-08-31T23:30", None);
    world.raw("kckps").execute("UPDATE events SET volunteers_registered = id", []).unwrap();
    let month = world.kckps().calendar().get(&view("month", "2026-10-31")).unwrap();
    assert_eq!(titles(&month), statuses);
    let colours: Vec<_> = month.items.iter().map(polaris_core::CalendarItem::colour).collect();
    assert_eq!(colours, ["#6c757d", "#28a745", "#007bff", "#A0A0A0", "#dc3545"]);
    let fills: Vec<_> = month.items.iter().map(polaris_core::CalendarItem::fill_percent).collect();
    assert_eq!(fills, [Some(33), Some(66), Some(100), Some(133), Some(166)]);
    let item = &month.items[0];
    assert_eq!((item.source.as_str(), item.is_past, item.school.as_deref()), ("tenant", false, Some("Wyandotte High School")));
    assert_eq!(item.description.as_ref().unwrap().chars().count(), 1_000);
    assert_eq!(item.ends_at.to_rfc3339(), "2026-10-10T10:00:00-05:00");
    // It is 1 September, 7:00 in Chicago.
    let august = world.kckps().calendar().get(&view("month", "2026-08-01")).unwrap();
    assert_eq!((august.items[0].fill_percent(), august.items[0].is_past), (None, true));
    assert_eq!(august.items[0].ends_at.to_rfc3339(), "2026-09-01T00:30:00-05:00");
    let today = world.kckps().calendar().get(&CalendarQuery { view: Some("day".into()), ..CalendarQuery::default() }).unwrap();
    assert_eq!((today.starts_at.to_rfc3339().as_str(), titles(&today)), ("2026-09-01T00:00:00-05:00", vec!["no number"]));
}

#[test]
fn the_calendar_is_in_the_tenants_zone_or_in_the_one_that_is_asked_for() {
    let world = World::new();
    create(&world, "late", "2026-10-31T23:30", Some("2026-11-01T03:00"));
    let october = view("month", "2026-10-01");
    let item = |query: &CalendarQuery| {
        let found = world.kckps().calendar().get(query).unwrap().items;
        found.first().map(|item| (item.starts_at.to_rfc3339(), item.ends_at.to_rfc3339(), item.time_zone.name()))
    };
    let told = |starts_at: &str, ends_at: &str| Some((starts_at.to_owned(), ends_at.to_owned(), "America/Chicago"));
    // The clocks are put back in between.
    assert_eq!(item(&october), told("2026-10-31T23:30:00-05:00", "2026-11-01T03:00:00-06:00"));
    let elsewhere = |zone: &str, date: &str| CalendarQuery { time_zone: Some(zone.to_owned()), ..view("month", date) };
    assert_eq!(item(&elsewhere("Pacific/Auckland", "2026-10-01")), None);
    assert_eq!(item(&elsewhere("Pacific/Auckland", "2026-11-01")), told("2026-11-01T17:30:00+13:00", "2026-11-01T22:00:00+13:00"));
    assert_eq!(item(&elsewhere("UTC", "2026-11-01")), told("2026-11-01T04:30:00+00:00", "2026-11-01T09:00:00+00:00"));
    let edit = TenantEdit { time_zone: Patch::Set("America/New_York".into()), ..TenantEdit::default() };
    world.platform().tenants().edit("kckps", &edit, None).unwrap();
    assert_eq!(item(&october), None, "October is over in New York");
    assert_eq!(item(&view("day", "2026-11-01")), told("2026-11-01T00:30:00-04:00", "2026-11-01T04:00:00-05:00"));
}

#[test]
fn everybody_with_a_role_sees_the_calendar_and_nobody_else() {
    let world = World::new();
    for role in Role::ALL {
        world.as_role(*role).calendar().get(&CalendarQuery::default()).unwrap();
        world.as_role(*role).calendar().export(None).unwrap();
    }
    let public = world.public().handle().clone();
    assert_eq!(code(public.calendar().get(&CalendarQuery::default())), "FORBIDDEN");
    assert_eq!(code(public.calendar().export(None)), "FORBIDDEN");
    let edit = TenantEdit { features: [("events".to_owned(), Some(false))].into(), ..TenantEdit::default() };
    world.platform().tenants().edit("kckps", &edit, None).unwrap();
    assert_eq!(code(world.kckps().calendar().get(&CalendarQuery::default())), "FEATURE_DISABLED");
}

#[test]
fn more_than_anybody_can_look_at_is_refused() {
    let world = World::new();
    create(&world, "one", "2026-10-15T09:00", None);
    world
        .raw("kckps")
        .execute_batch(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5000)
             INSERT INTO events (slug, title, format, status, time_zone, starts_at_local, starts_at, location, created_at, updated_at)
             SELECT 'more-' || n, 'more', format, status, time_zone, starts_at_local, starts_at, location, created_at, updated_at
             FROM events, n WHERE id = 1",
        )
        .unwrap();
    let refused = |query: &CalendarQuery| match world.kckps().calendar().get(query) {
        Err(Error::BadRequest { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!((refused(&view("month", "2026-10-01")), refused(&between("2026-10-01", "2026-11-01"))), ("view".into(), "end".into()));
    world.raw("kckps").execute("DELETE FROM events WHERE id = 1", []).unwrap();
    assert_eq!(world.kckps().calendar().get(&view("month", "2026-10-01")).unwrap().items.len(), 5_000);
}

/// The lines of a file, put together again.
pub(super) fn lines(text: &str) -> Vec<String> {
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

#[test]
fn a_file_says_of_each_event_all_that_a_calendar_program_wants_to_know() {
    let world = World::new();
    let event = NewEvent {
        title: "Łódź, career; day \\ 日本語".into(),
        description: Some("One\n\ntwo, three".into()),
        additional_info: Some("Park behind".into()),
        ends_at: Some("2026-11-01T03:00".into()),
        school: Some("Wyandotte High School".into()),
        event_type: Some("career_fair".into()),
        ..titled("", "2026-10-31T23:30")
    };
    let event = world.kckps().events().create(event).unwrap();
    world.clock.set(start() + chrono::TimeDelta::hours(1));
    world.kckps().events().publish(event.id).unwrap();
    let file = world.kckps().calendar().export(Some("https://events.example.org/")).unwrap();
    let tenant = world.kckps().id();
    let expected = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Polaris//Polaris//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "NAME:Kansas City Kansas: all events".to_owned(),
        "X-WR-CALNAME:Kansas City Kansas: all events".to_owned(),
        "X-WR-TIMEZONE:America/Chicago".to_owned(),
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H".to_owned(),
        "X-PUBLISHED-TTL:PT1H".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:event-1@{tenant}.polaris"),
        "SEQUENCE:0".to_owned(),
        "DTSTAMP:20260901T130000Z".to_owned(),
        "CREATED:20260901T120000Z".to_owned(),
        "LAST-MODIFIED:20260901T130000Z".to_owned(),
        "DTSTART:20261101T043000Z".to_owned(),
        "DTEND:20261101T090000Z".to_owned(),
        "SUMMARY:Łódź\\, career\\; day \\\\ 日本語".to_owned(),
        "DESCRIPTION:One\\n\\ntwo\\, three\\n\\nPark behind".to_owned(),
        "LOCATION:Main gym\\, Wyandotte High School".to_owned(),
        "CATEGORIES:in_person,career_fair".to_owned(),
        "STATUS:CONFIRMED".to_owned(),
        "TRANSP:TRANSPARENT".to_owned(),
        format!("URL:https://events.example.org/signup/kckps/{}", event.slug),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    assert_eq!(lines(&file.text), expected);
    assert_eq!(file.events, 1);
    world.clock.set(start() + chrono::TimeDelta::days(40));
    let again = world.kckps().calendar().export(Some("https://events.example.org")).unwrap();
    assert_eq!(again, file, "the same events are the same text");
}

#[test]
fn a_file_tells_drafts_and_cancelled_events_apart_and_leaves_out_what_is_long_over() {
    let world = World::new();
    for (title, day, status) in [
        ("ages ago", "2025-07-31", "completed"),
        ("last school year", "2025-08-01", "completed"),
        ("draft", "2026-10-11", "draft"),
        ("confirmed", "2026-10-12", "confirmed"),
        ("published", "2026-10-13", "published"),
        ("cancelled", "2026-10-14", "cancelled"),
        ("far ahead", "2031-10-14", "draft"),
    ] {
        let id = create(&world, title, &format!("{day}T00:00"), None);
        world.set_status(id, status);
    }
    let text = world.kckps().calendar().export(None).unwrap().text;
    let found: Vec<_> = lines(&text).into_iter().filter(|line| line.starts_with("SUMMARY") || line.starts_with("STATUS")).collect();
    let expected = [
        ("last school year", "CONFIRMED"),
        ("draft", "TENTATIVE"),
        ("confirmed", "CONFIRMED"),
        ("published", "CONFIRMED"),
        ("cancelled", "CANCELLED"),
        ("far ahead", "TENTATIVE"),
    ];
    let expected: Vec<_> = expected.iter().flat_map(|(title, status)| [format!("SUMMARY:{title}"), format!("STATUS:{status}")]).collect();
    assert_eq!(found, expected);
    assert!(!text.contains("URL:"), "where nobody says under which address");
}
