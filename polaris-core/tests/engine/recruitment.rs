//! C1: the dashboard of events that need volunteers (FR-SELFSERV-401), its numbers worked out by hand.

use chrono::{DateTime, Utc};
use polaris_core::types::EventId;
use polaris_core::{Dashboard, DashboardTotals, NewEvent, NewParticipation, PageRequest, Role, TenantEdit, TenantHandle, UrgencyLevel};

use super::support::{World, code, new_volunteer, start, titled};
use super::volunteers::add;

use UrgencyLevel::{Critical, OnTrack, Warning};

/// `kckps` with recruitment on, at seven in the morning of 1 September 2026 in Chicago.
pub(super) fn recruiting() -> World {
    recruiting_with(|_| {})
}

pub(super) fn recruiting_with(configure: impl FnOnce(&mut polaris_core::Config)) -> World {
    let world = World::with(configure);
    recruit(&world);
    world
}

/// Switches recruitment on.
pub(super) fn recruit(world: &World) {
    let on = TenantEdit { features: [("recruitment".to_owned(), Some(true))].into(), ..TenantEdit::default() };
    world.platform().tenants().edit("kckps", &on, None).unwrap();
}

/// Puts the clock forward to an instant.
pub(super) fn at(world: &World, instant: &str) {
    let instant: DateTime<Utc> = instant.parse().unwrap();
    world.clock.advance(instant - start());
}

fn needing(kckps: &TenantHandle, title: &str, starts_at: &str, needed: i64) -> EventId {
    let draft = NewEvent { volunteers_needed: Some(needed), ..titled(title, starts_at) };
    kckps.events().create(draft).unwrap().id
}

/// Says that so many are confirmed, without making that many people.
fn register(world: &World, event: EventId, registered: i64) {
    let sql = "UPDATE events SET volunteers_registered = ?2 WHERE id = ?1";
    world.raw("kckps").execute(sql, (event.get(), registered)).unwrap();
}

fn dashboard(kckps: &TenantHandle) -> Dashboard {
    kckps.recruitment().dashboard(PageRequest::new(1, 100).unwrap()).unwrap()
}

fn titles(dashboard: &Dashboard) -> Vec<&str> {
    dashboard.events.items.iter().map(|of| of.event.title.as_str()).collect()
}

#[test]
fn days_to_the_start_give_points_and_a_level_at_each_boundary() {
    let world = recruiting();
    let kckps = world.kckps();
    // Nobody is confirmed: 50 points for that, with those for the days.
    let expected = [
        ("2026-09-01", 0, 150, Critical),
        ("2026-09-02", 1, 130, Critical),
        ("2026-09-04", 3, 130, Critical),
        ("2026-09-05", 4, 100, Warning),
        ("2026-09-08", 7, 100, Warning),
        ("2026-09-09", 8, 80, OnTrack),
        ("2026-09-15", 14, 80, OnTrack),
        ("2026-09-16", 15, 60, OnTrack),
    ];
    for (date, ..) in expected.iter().rev() {
        needing(&kckps, date, &format!("{date}T09:00"), 4);
    }
    let shown = dashboard(&kckps);
    let found: Vec<_> = shown.events.items.iter().map(|of| (of.event.title.as_str(), of.days, of.score, of.level)).collect();
    assert_eq!(found, expected);
    assert_eq!(shown.totals, DashboardTotals { events: 8, critical: 3, warning: 2, on_track: 3, open_places: 32 });
}

#[test]
fn how_full_an_event_is_gives_points_and_a_level_at_each_boundary() {
    let world = recruiting();
    let kckps = world.kckps();
    // In three days, 80 points, and in seven, 50.
    for (registered, fill, points, in_three, in_seven) in [
        (0, 0, 50, Critical, Warning),
        (24, 24, 50, Critical, Warning),
        (25, 25, 35, Critical, Warning),
        (49, 49, 35, Critical, Warning),
        (50, 50, 20, Warning, Warning),
        (74, 74, 20, Warning, Warning),
        (75, 75, 5, OnTrack, OnTrack),
        (99, 99, 5, OnTrack, OnTrack),
    ] {
        let (soon, later) = (needing(&kckps, "Soon", "2026-09-04T09:00", 100), needing(&kckps, "Later", "2026-09-08T09:00", 100));
        register(&world, soon, registered);
        register(&world, later, registered);
        let shown = dashboard(&kckps).events.items;
        let of = |event: EventId| shown.iter().find(|of| of.event.id == event).map(|of| (of.fill_percent, of.score, of.level)).unwrap();
        assert_eq!((of(soon), of(later)), ((fill, 80 + points, in_three), (fill, 50 + points, in_seven)), "{registered} of 100");
    }
    // Thirds and sevenths, which no decimal fraction hits: 1/3, 2/3, 5/7 (0.714…), 6/7 (0.857…).
    for (registered, needed, fill, points) in [(1, 3, 33, 35), (2, 3, 66, 20), (5, 7, 71, 20), (6, 7, 85, 5)] {
        let event = needing(&kckps, "Odd", "2026-12-04T09:00", needed);
        register(&world, event, registered);
        let shown = dashboard(&kckps).events.items.into_iter().find(|of| of.event.id == event).unwrap();
        assert_eq!((shown.fill_percent, shown.score), (fill, 10 + points), "{registered} of {needed}");
    }
}

#[test]
fn days_are_those_of_the_tenants_calendar() {
    // At half past eleven at night of the first, in Chicago: in London it is the second already.
    let world = recruiting();
    let kckps = world.kckps();
    at(&world, "2026-09-02T04:30:00Z");
    needing(&kckps, "Soon after midnight", "2026-09-02T00:10", 1);
    let there = NewEvent { time_zone: Some("America/New_York".into()), ..titled("New York", "2026-09-02T00:45") };
    kckps.events().create(NewEvent { volunteers_needed: Some(1), ..there }).unwrap();
    let shown = dashboard(&kckps);
    let found: Vec<_> = shown.events.items.iter().map(|of| (of.event.title.as_str(), of.days, of.score)).collect();
    assert_eq!(found, [("New York", 0, 150), ("Soon after midnight", 1, 130)], "which in Chicago begins at a quarter to midnight");
}

#[test]
fn days_are_counted_right_when_the_clocks_change() {
    // Clocks go back on 1 November 2026: three days and half an hour by the clock, and an hour more to wait.
    let world = recruiting();
    let kckps = world.kckps();
    at(&world, "2026-11-01T04:30:00Z");
    needing(&kckps, "Autumn", "2026-11-03T23:59", 1);
    assert_eq!((dashboard(&kckps).events.items[0].days, dashboard(&kckps).events.items[0].level), (3, Critical));
    // And forward on 14 March 2027: 72 hours to wait, over midnight of the fourth day.
    let world = recruiting();
    let kckps = world.kckps();
    at(&world, "2027-03-14T05:30:00Z");
    needing(&kckps, "Spring", "2027-03-17T00:30", 1);
    assert_eq!((dashboard(&kckps).events.items[0].days, dashboard(&kckps).events.items[0].level), (4, Warning));
}

#[test]
fn shown_are_the_open_events_that_have_not_begun_and_need_more_people() {
    let world = recruiting();
    let kckps = world.kckps();
    let events = ["draft", "confirmed", "published", "completed", "cancelled"].map(|status| {
        let event = needing(&kckps, status, "2026-09-10T09:00", 2);
        world.set_status(event, status);
        event
    });
    needing(&kckps, "no number", "2026-09-10T09:00", 0);
    let full = needing(&kckps, "full", "2026-09-10T09:00", 2);
    let over = needing(&kckps, "over", "2026-09-10T09:00", 2);
    register(&world, full, 2);
    register(&world, over, 3);
    assert_eq!(titles(&dashboard(&kckps)), ["draft", "confirmed", "published"]);
    // Invited, waitlisted and declined people fill no place, confirmed ones do.
    for (name, status) in [("Ann", "invited"), ("Bea", "confirmed")] {
        let volunteer = add(&kckps, new_volunteer(name, "Lee")).id.get();
        let place = NewParticipation { volunteer_id: Some(volunteer), status: Some(status.into()), ..NewParticipation::default() };
        kckps.rosters().assign(events[1], &place).unwrap();
    }
    let shown = dashboard(&kckps).events.items;
    let of = shown.iter().find(|of| of.event.id == events[1]).unwrap();
    assert_eq!((of.volunteers_registered, of.volunteers_needed, of.fill_percent), (1, 2, 50));
    // At its very start an event has begun.
    at(&world, "2026-09-10T14:00:00Z");
    assert_eq!(titles(&dashboard(&kckps)), Vec::<&str>::new());
}

#[test]
fn the_most_urgent_come_first_then_the_score_then_the_start_then_the_number() {
    let world = recruiting();
    let kckps = world.kckps();
    let make = |title: &str, starts_at: &str, registered: i64| {
        let event = needing(&kckps, title, starts_at, 100);
        register(&world, event, registered);
    };
    // Nearly full tomorrow is on track with 85 points, though a warning may have 70.
    make("on track, 85", "2026-09-02T09:00", 75);
    make("warning, 70", "2026-09-08T09:00", 50);
    make("warning, 100 (lower number)", "2026-09-06T09:00", 0);
    make("warning, 100 (the same)", "2026-09-06T09:00", 0);
    make("warning, 100 (before)", "2026-09-06T08:00", 0);
    make("critical, 115", "2026-09-04T09:00", 49);
    make("on track, 60", "2026-10-04T09:00", 0);
    let all = [
        "critical, 115",
        "warning, 100 (before)",
        "warning, 100 (lower number)",
        "warning, 100 (the same)",
        "warning, 70",
        "on track, 85",
        "on track, 60",
    ];
    assert_eq!(titles(&dashboard(&kckps)), all);
    // A page at a time, always with what there is in all.
    let mut pages = Vec::new();
    for page in 1..=4 {
        let shown = kckps.recruitment().dashboard(PageRequest::new(page, 2).unwrap()).unwrap();
        assert_eq!((shown.events.total, shown.totals.events, shown.totals.critical, shown.totals.warning), (7, 7, 1, 4));
        assert_eq!(shown.totals.open_places, 25 + 50 + 100 + 100 + 100 + 51 + 100);
        pages.extend(titles(&shown).into_iter().map(str::to_owned));
    }
    assert_eq!(pages, all);
}

#[test]
fn viewers_see_it_and_only_their_own_tenant_and_only_where_recruitment_is_on() {
    let world = World::new();
    let page = PageRequest::default();
    assert_eq!(code(world.kckps().recruitment().dashboard(page)), "FEATURE_DISABLED", "off by default");
    assert_eq!(code(world.kckps().recruitment().candidates(EventId::new(1), page)), "FEATURE_DISABLED");
    assert_eq!(code(world.kckps().recruitment().left_out(EventId::new(1), page)), "FEATURE_DISABLED");
    let world = recruiting();
    let hickman = world.polaris.tenant("hickman", polaris_core::Actor::System).unwrap();
    needing(&hickman, "Elsewhere", "2026-09-10T09:00", 2);
    needing(&world.kckps(), "Here", "2026-09-10T09:00", 2);
    for role in [Role::Viewer, Role::VirtualAdmin, Role::Coordinator, Role::Admin] {
        assert_eq!(titles(&dashboard(&world.as_role(role))), ["Here"]);
    }
    assert_eq!(code(hickman.recruitment().dashboard(page)), "FEATURE_DISABLED");
    let off = TenantEdit { features: [("recruitment".to_owned(), None)].into(), ..TenantEdit::default() };
    world.platform().tenants().edit("kckps", &off, None).unwrap();
    assert_eq!(code(world.kckps().recruitment().dashboard(page)), "FEATURE_DISABLED");
}
