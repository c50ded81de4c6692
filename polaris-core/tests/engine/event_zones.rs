//! Times done right: both changes of clocks of a year in three zones, given at creation and by an edit; and a zone that is edited while a
//! tenant has events.

use polaris_core::types::EventId;
use polaris_core::{Event, EventEdit, NewDuplicate, NewEvent, Patch, Result, Role, SettingsEdit};

use super::support::{World, career_day};

const CHICAGO: &str = "America/Chicago";
const PHOENIX: &str = "America/Phoenix";
const AUCKLAND: &str = "Pacific/Auckland";

/// Zone, what is given, and the start this means or the code of the refusal.
const AT_THE_CHANGES: [(&str, &str, &str); 25] = [
    (CHICAGO, "2026-03-08T01:59:59", "2026-03-08T01:59:59-06:00"),
    (CHICAGO, "2026-03-08T02:00", "SKIPPED_TIME"),
    (CHICAGO, "2026-03-08T02:30", "SKIPPED_TIME"),
    (CHICAGO, "2026-03-08T03:00", "2026-03-08T03:00:00-05:00"),
    (CHICAGO, "2026-03-08T02:30:00-06:00", "2026-03-08T03:30:00-05:00"),
    (CHICAGO, "2026-11-01T00:59:59", "2026-11-01T00:59:59-05:00"),
    (CHICAGO, "2026-11-01T01:30", "2026-11-01T01:30:00-05:00"),
    (CHICAGO, "2026-11-01T01:30:00-05:00", "2026-11-01T01:30:00-05:00"),
    (CHICAGO, "2026-11-01T01:30:00-06:00", "2026-11-01T01:30:00-06:00"),
    (CHICAGO, "2026-11-01T07:30:00Z", "2026-11-01T01:30:00-06:00"),
    (CHICAGO, "2026-11-01T02:00", "2026-11-01T02:00:00-06:00"),
    (PHOENIX, "2026-03-08T02:30", "2026-03-08T02:30:00-07:00"),
    (PHOENIX, "2026-11-01T01:30", "2026-11-01T01:30:00-07:00"),
    (PHOENIX, "2026-11-01T01:30:00-06:00", "2026-11-01T00:30:00-07:00"),
    (PHOENIX, "2026-07-01T12:00Z", "2026-07-01T05:00:00-07:00"),
    (AUCKLAND, "2026-04-05T01:59:59", "2026-04-05T01:59:59+13:00"),
    (AUCKLAND, "2026-04-05T02:30", "2026-04-05T02:30:00+13:00"),
    (AUCKLAND, "2026-04-05T02:30:00+12:00", "2026-04-05T02:30:00+12:00"),
    (AUCKLAND, "2026-04-05T03:00", "2026-04-05T03:00:00+12:00"),
    (AUCKLAND, "2026-09-27T01:59:59", "2026-09-27T01:59:59+12:00"),
    (AUCKLAND, "2026-09-27T02:00", "SKIPPED_TIME"),
    (AUCKLAND, "2026-09-27T02:59:59", "SKIPPED_TIME"),
    (AUCKLAND, "2026-09-27T03:00", "2026-09-27T03:00:00+13:00"),
    (AUCKLAND, "2026-12-31T23:59:59", "2026-12-31T23:59:59+13:00"),
    (AUCKLAND, "2026-12-31T12:00:00Z", "2027-01-01T01:00:00+13:00"),
];

fn move_tenant(world: &World, zone: &str) {
    let edit = SettingsEdit { time_zone: Patch::Set(zone.into()), ..SettingsEdit::default() };
    world.as_role(Role::Admin).administration().edit_settings(&edit, None).unwrap();
}

/// The start with its offset, or the code of the problem.
fn told(answer: Result<Event>) -> String {
    match answer {
        Ok(event) => event.starts_at.to_rfc3339(),
        Err(error) => {
            error.fields().iter().map(|field| format!("{}{}", field.code, if field.field == "starts_at" { "" } else { "?" })).collect()
        }
    }
}

fn start(text: &str) -> EventEdit {
    EventEdit { starts_at: Patch::Set(text.into()), ..EventEdit::default() }
}

#[test]
fn times_at_the_changes_of_clocks_mean_the_same_given_at_creation_and_by_an_edit() {
    let world = World::new();
    for (zone, given, means) in AT_THE_CHANGES {
        move_tenant(&world, zone);
        let draft = NewEvent { starts_at: given.into(), ..career_day() };
        assert_eq!(told(world.kckps().events().create(draft.clone())), means, "{given} in {zone}, created");
        let event = world.kckps().events().create(career_day()).unwrap();
        assert_eq!(
            told(world.kckps().events().edit(event.id, start(given), None).map(|changed| changed.event)),
            means,
            "{given} in {zone}, edited"
        );
        // The same zone given with the event, in a tenant of another.
        move_tenant(&world, "Europe/Berlin");
        let elsewhere = NewEvent { time_zone: Some(zone.into()), ..draft };
        assert_eq!(told(world.kckps().events().create(elsewhere)), means, "{given} in {zone}, given with the event");
    }
}

#[test]
fn a_skipped_time_is_refused_with_the_reason() {
    let world = World::new();
    move_tenant(&world, AUCKLAND);
    let error = world.kckps().events().create(NewEvent { starts_at: "2026-09-27T02:30".into(), ..career_day() }).unwrap_err();
    assert_eq!(
        error.fields()[0].message,
        "does not exist in Pacific/Auckland: clocks move from 02:00 to 03:00 on 2026-09-27; choose a time before or after"
    );
}

#[test]
fn an_end_an_hour_later_by_the_clock_can_be_an_instant_before() {
    let world = World::new();
    let draft = |start: &str, end: &str| NewEvent { starts_at: start.into(), ends_at: Some(end.into()), ..career_day() };
    // 01:30 is the earlier one, 01:15-06:00 is 45 minutes after it.
    let event = world.kckps().events().create(draft("2026-11-01T01:30", "2026-11-01T01:15:00-06:00")).unwrap();
    assert_eq!(event.duration_minutes(), Some(45));
    let error = world.kckps().events().create(draft("2026-11-01T01:30:00-06:00", "2026-11-01T01:45")).unwrap_err();
    assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].code), ("ends_at", "BEFORE_START"));
}

#[test]
fn a_tenants_new_zone_is_for_new_events_and_those_there_are_keep_theirs() {
    let world = World::new();
    let draft = NewEvent { ends_at: Some("2026-10-15T11:00".into()), registration_deadline: Some("2026-10-10".into()), ..career_day() };
    let event = world.kckps().events().create(draft.clone()).unwrap();
    move_tenant(&world, AUCKLAND);
    assert_eq!(world.kckps().events().get(event.id).unwrap(), event);
    assert_eq!(world.kckps().events().create(draft).unwrap().starts_at.to_rfc3339(), "2026-10-15T09:00:00+13:00");
    let edited = |id: EventId, edit| world.kckps().events().edit(id, edit, None).unwrap().event;
    let later = EventEdit {
        ends_at: Patch::Set("2026-10-15T12:00".into()),
        registration_deadline: Patch::Set("2026-10-13".into()),
        ..start("2026-10-15T10:00")
    };
    let event = edited(event.id, later);
    assert_eq!(event.starts_at.to_rfc3339(), "2026-10-15T10:00:00-05:00", "an event's times are in its own zone");
    assert_eq!(event.ends_at.unwrap().to_rfc3339(), "2026-10-15T12:00:00-05:00");
    assert_eq!(event.registration_deadline.unwrap().to_rfc3339(), "2026-10-13T23:59:59-05:00");
    let instant = edited(event.id, start("2026-10-15T05:00:00+13:00"));
    assert_eq!(instant.starts_at.to_rfc3339(), "2026-10-14T11:00:00-05:00", "with an offset it is brought into that zone");
    let copied = world.kckps().events().duplicate(event.id, NewDuplicate { starts_at: "2027-01-20".into() }).unwrap();
    assert_eq!(copied.starts_at.to_rfc3339(), "2027-01-20T11:00:00-06:00", "a copy is in the zone of what it is a copy of");
}

#[test]
fn an_event_can_be_brought_into_another_zone_where_its_clock_times_stay() {
    let world = World::new();
    let draft = NewEvent { ends_at: Some("2026-10-15T11:00".into()), registration_deadline: Some("2026-10-10".into()), ..career_day() };
    let event = world.kckps().events().create(draft).unwrap();
    let zone = |zone: Patch<String>| EventEdit { time_zone: zone, ..EventEdit::default() };
    let edited = |edit| world.kckps().events().edit(event.id, edit, None).unwrap().event;
    let there = edited(zone(Patch::Set(PHOENIX.into())));
    let times = |event: &Event| [Some(event.starts_at), event.ends_at, event.registration_deadline].map(|time| time.unwrap().to_rfc3339());
    assert_eq!(times(&there), ["2026-10-15T09:00:00-07:00", "2026-10-15T11:00:00-07:00", "2026-10-10T23:59:59-07:00"]);
    assert_eq!(
        edited(EventEdit { time_zone: Patch::Set(AUCKLAND.into()), ..start("2026-10-15T08:00") }).starts_at.to_rfc3339(),
        "2026-10-15T08:00:00+13:00"
    );
    move_tenant(&world, "America/Denver");
    assert_eq!(edited(zone(Patch::Clear)).starts_at.to_rfc3339(), "2026-10-15T08:00:00-06:00", "null: the tenant's");
    // What clocks there never show is refused.
    let event = edited(EventEdit { ends_at: Patch::Clear, registration_deadline: Patch::Clear, ..start("2026-09-27T02:30") });
    let error = world.kckps().events().edit(event.id, zone(Patch::Set(AUCKLAND.into())), None).unwrap_err();
    assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].code), ("starts_at", "SKIPPED_TIME"));
}

#[test]
fn what_newer_zone_data_would_move_stays_until_it_is_given_anew() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    // As if clocks had been an hour off when it was stored.
    world.raw("kckps").execute("UPDATE events SET starts_at = '2026-10-15T15:00:00.000Z'", []).unwrap();
    let title = EventEdit { title: Patch::Set("Another".into()), ..EventEdit::default() };
    let kept = world.kckps().events().edit(event.id, title, None).unwrap().event;
    assert_eq!(kept.starts_at.to_rfc3339(), "2026-10-15T09:00:00-06:00");
    let anew = world.kckps().events().edit(event.id, start("2026-10-15T09:00"), None).unwrap().event;
    assert_eq!(anew.starts_at.to_rfc3339(), "2026-10-15T09:00:00-05:00");
}
