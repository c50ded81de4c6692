//! R1–R4: volunteers on events' rosters: assigned, changed, counted, removed (FR-SELFSERV-304, 305).

use std::sync::Barrier;

use chrono::{DateTime, TimeDelta, Utc};
use polaris_core::types::{EventId, ParticipationStatus, RosterOrder, VolunteerId};
use polaris_core::{
    Actor, Error, NewEvent, NewParticipation, PageRequest, Participation, ParticipationEdit, Patch, RosterFilter, RosterTotals,
    TenantHandle,
};

use super::support::{World, career_day, code, new_volunteer, start, titled};
use super::volunteers::{add, why};

use ParticipationStatus::{Attended, Confirmed, Declined, Invited, NoShow, Waitlisted};

/// Career Day of 15 October 2026, nine to noon in Chicago, for so many.
fn event(kckps: &TenantHandle, needed: i64) -> EventId {
    let draft = NewEvent { ends_at: Some("2026-10-15T12:00".into()), volunteers_needed: Some(needed), ..career_day() };
    kckps.events().create(draft).unwrap().id
}

fn volunteer(kckps: &TenantHandle, name: &str) -> VolunteerId {
    add(kckps, new_volunteer(name, "Lee")).id
}

fn place(volunteer: VolunteerId, status: &str) -> NewParticipation {
    NewParticipation { volunteer_id: Some(volunteer.get()), status: Some(status.into()), ..NewParticipation::default() }
}

fn invite(kckps: &TenantHandle, event: EventId, volunteer: VolunteerId) -> Participation {
    kckps.rosters().assign(event, &place(volunteer, "invited")).unwrap().participation
}

fn to(status: ParticipationStatus) -> ParticipationEdit {
    ParticipationEdit { status: Patch::Set(status.as_str().into()), ..ParticipationEdit::default() }
}

fn set(kckps: &TenantHandle, event: EventId, volunteer: VolunteerId, status: ParticipationStatus) -> polaris_core::Result<Participation> {
    kckps.rosters().edit(event, volunteer, &to(status), None).map(|placed| placed.participation)
}

fn registered(kckps: &TenantHandle, event: EventId) -> u32 {
    kckps.events().get(event).unwrap().volunteers_registered
}

fn public_rev(world: &World) -> i64 {
    world.raw("kckps").query_row("SELECT public_rev FROM tenant", [], |row| row.get(0)).unwrap()
}

/// The event's first moment, and a bit.
fn begin(world: &World) -> DateTime<Utc> {
    let starts_at: DateTime<Utc> = "2026-10-15T14:00:00Z".parse().unwrap();
    world.clock.advance(starts_at - start());
    starts_at
}

/// Steps by which one who is invited comes to a status, once the event has begun.
fn path(status: ParticipationStatus) -> &'static [ParticipationStatus] {
    match status {
        Invited => &[],
        Waitlisted => &[Waitlisted],
        Confirmed => &[Confirmed],
        Declined => &[Declined],
        Attended => &[Attended],
        NoShow => &[Confirmed, NoShow],
    }
}

// R1
#[test]
fn a_volunteer_is_invited_unless_said_otherwise_and_stands_on_a_roster_once() {
    let world = World::new();
    let kckps = world.kckps();
    let (event, ann, bea) = (event(&kckps, 0), volunteer(&kckps, "Ann"), volunteer(&kckps, "Bea"));
    let draft = NewParticipation { status: None, notes: Some("Brings\r\nslides".into()), ..place(ann, "") };
    let placed = kckps.rosters().assign(event, &draft).unwrap();
    let there = &placed.participation;
    assert_eq!((there.status, there.participation_type.as_str(), there.notes.as_deref()), (Invited, "volunteer", Some("Brings\nslides")));
    assert_eq!((there.invited_at, there.confirmed_at, there.minutes, there.version), (Some(start()), None, None, 1));
    assert!(placed.overlaps.is_empty());
    assert_eq!(&kckps.rosters().get(event, ann).unwrap(), there);
    let draft = NewParticipation { participation_type: Some("Speaker".into()), ..place(bea, "confirmed") };
    let there = kckps.rosters().assign("career-day-2026-10-15", &draft).unwrap().participation;
    assert_eq!((there.status, there.participation_type.as_str()), (Confirmed, "speaker"));
    assert_eq!((there.invited_at, there.confirmed_at), (None, Some(start())));
    assert_eq!(
        why(kckps.rosters().assign(event, &place(bea, "invited"))),
        "volunteer 2 is on this event's roster already (confirmed): change the status instead"
    );
}

#[test]
fn what_is_broken_in_an_assignment_is_told_at_once() {
    let world = World::new();
    let kckps = world.kckps();
    let event = event(&kckps, 0);
    let bad = NewParticipation {
        status: Some("attended".into()),
        participation_type: Some("guest".into()),
        notes: Some("x".repeat(5_001)),
        ..NewParticipation::default()
    };
    let error = kckps.rosters().assign(event, &bad).unwrap_err();
    let told: Vec<_> = error.fields().iter().map(|field| (field.field.as_str(), field.code)).collect();
    assert_eq!(
        told,
        [("volunteer_id", "REQUIRED"), ("status", "UNKNOWN_VALUE"), ("participation_type", "UNKNOWN_VALUE"), ("notes", "TOO_LONG")]
    );
    assert_eq!(code(kckps.rosters().assign(EventId::new(99), &place(VolunteerId::new(99), "invited"))), "EVENT_NOT_FOUND");
    assert_eq!(code(kckps.rosters().assign(event, &place(VolunteerId::new(99), "invited"))), "VOLUNTEER_NOT_FOUND");
}

#[test]
fn only_active_volunteers_are_assigned_and_only_to_events_that_are_neither_completed_nor_cancelled() {
    let world = World::new();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps, 0), volunteer(&kckps, "Ann"));
    kckps.volunteers().deactivate(ann).unwrap();
    assert_eq!(why(kckps.rosters().assign(event, &place(ann, "invited"))), "volunteer 1 is deactivated: reactivate them first");
    kckps.volunteers().reactivate(ann).unwrap();
    for closed in ["completed", "cancelled"] {
        world.set_status(event, closed);
        let told = why(kckps.rosters().assign(event, &place(ann, "confirmed")));
        assert_eq!(told, format!("this event is {closed}: nobody can be put on its roster any more"));
    }
    for open in ["draft", "confirmed", "published"] {
        world.set_status(event, open);
        invite(&kckps, event, ann);
        kckps.rosters().remove(event, ann, None).unwrap();
    }
}

#[test]
fn an_assignment_at_the_same_time_is_warned_of_and_done() {
    let world = World::new();
    let kckps = world.kckps();
    let ann = volunteer(&kckps, "Ann");
    let at = |title: &str, from: &str, to: Option<&str>| {
        let draft = NewEvent { ends_at: to.map(|to| format!("2026-10-15T{to}")), ..titled(title, &format!("2026-10-15T{from}")) };
        kckps.events().create(draft).unwrap().id
    };
    let others = [
        at("Before", "07:00", Some("09:00")),
        at("Into", "08:00", Some("09:01")),
        at("No end", "08:30", None),
        at("No end, over", "08:00", None),
        at("After", "12:00", None),
        at("Within", "10:00", Some("10:30")),
        at("Round", "06:00", Some("20:00")),
        at("Declined", "09:00", None),
        at("Cancelled", "09:00", None),
    ];
    let weeks = NewEvent { ends_at: Some("2026-10-15T09:30".into()), ..titled("Two weeks", "2026-10-01T09:30") };
    let weeks = kckps.events().create(weeks).unwrap().id;
    for other in others.into_iter().chain([weeks]) {
        invite(&kckps, other, ann);
    }
    set(&kckps, others[7], ann, Declined).unwrap();
    set(&kckps, others[5], ann, Confirmed).unwrap();
    world.set_status(others[8], "cancelled");
    let event = event(&kckps, 0);
    let placed = kckps.rosters().assign(event, &place(ann, "invited")).unwrap();
    let told: Vec<_> = placed.overlaps.iter().map(|overlap| (overlap.event.title.as_str(), overlap.status)).collect();
    assert_eq!(told, [("Two weeks", Invited), ("Round", Invited), ("Into", Invited), ("No end", Invited), ("Within", Confirmed)]);
    let confirmed = kckps.rosters().edit(event, ann, &to(Confirmed), None).unwrap();
    assert_eq!(confirmed.overlaps.len(), 5, "told again when it becomes certain");
}

// R2, each of the 36 pairs, before the event and after its start.
#[test]
fn every_status_leads_where_the_table_says_and_nowhere_else() {
    let allowed = |from: ParticipationStatus| -> &[ParticipationStatus] {
        match from {
            Invited => &[Confirmed, Waitlisted, Declined, Attended],
            Waitlisted => &[Confirmed, Declined, Attended],
            Confirmed => &[Declined, Attended, NoShow],
            Declined => &[Invited, Confirmed, Waitlisted, Attended],
            Attended => &[NoShow, Confirmed],
            NoShow => &[Attended, Confirmed],
        }
    };
    let world = World::new();
    let kckps = world.kckps();
    let (begun, later) = (event(&kckps, 0), kckps.events().create(titled("Later", "2026-12-01T09:00")).unwrap().id);
    begin(&world);
    let mut steps = 0;
    for (event, has_begun) in [(begun, true), (later, false)] {
        for &from in ParticipationStatus::ALL {
            if !has_begun && from.is_attendance() {
                continue;
            }
            for &next in ParticipationStatus::ALL {
                let one = volunteer(&kckps, "Ann");
                invite(&kckps, event, one);
                for &step in path(from) {
                    set(&kckps, event, one, step).unwrap();
                }
                let before = kckps.rosters().get(event, one).unwrap();
                assert_eq!(before.status, from);
                let answer = set(&kckps, event, one, next);
                let expected =
                    if allowed(from).contains(&next) && (has_begun || !next.is_attendance()) { "ok" } else { "INVALID_TRANSITION" };
                let after = kckps.rosters().get(event, one).unwrap();
                if expected == "ok" {
                    assert_eq!((after.status, after.version), (next, before.version + 1), "{from} → {next}");
                    steps += 1;
                } else {
                    assert_eq!(after, before, "{from} → {next} changes nothing");
                    assert!(
                        matches!(&answer, Err(Error::InvalidTransition { from: f, to: t, .. }) if (*f, *t) == (from.as_str(), next.as_str()))
                    );
                }
                assert_eq!(code(answer), expected, "{from} → {next}, begun: {has_begun}");
            }
        }
    }
    assert_eq!(steps, 18 + 9);
}

#[test]
fn a_new_status_clears_the_stamps_it_contradicts() {
    let world = World::new();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps, 0), volunteer(&kckps, "Ann"));
    let stamps = |place: &Participation| {
        let all = [
            ("invited", place.invited_at),
            ("waitlisted", place.waitlisted_at),
            ("confirmed", place.confirmed_at),
            ("declined", place.declined_at),
            ("attended", place.attended_at),
            ("no_show", place.no_show_at),
        ];
        all.into_iter().filter_map(|(name, stamp)| stamp.map(|_| name)).collect::<Vec<_>>()
    };
    assert_eq!(stamps(&invite(&kckps, event, ann)), ["invited"]);
    begin(&world);
    let mut last = None;
    for (status, expected) in [
        (Waitlisted, &["invited", "waitlisted"][..]),
        (Confirmed, &["invited", "waitlisted", "confirmed"]),
        (Attended, &["invited", "waitlisted", "confirmed", "attended"]),
        (NoShow, &["invited", "waitlisted", "confirmed", "no_show"]),
        (Confirmed, &["invited", "waitlisted", "confirmed"]),
        (Declined, &["invited", "declined"]),
        (Attended, &["invited", "attended"]),
        (Confirmed, &["invited", "confirmed"]),
        (Declined, &["invited", "declined"]),
        (Waitlisted, &["invited", "waitlisted"]),
        (Declined, &["invited", "declined"]),
        (Invited, &["invited"]),
    ] {
        world.clock.advance(TimeDelta::minutes(1));
        let place = set(&kckps, event, ann, status).unwrap();
        assert_eq!(stamps(&place), expected, "{status}");
        assert_eq!(place, kckps.rosters().get(event, ann).unwrap(), "what is answered is what is stored");
        last = Some(place);
    }
    assert_eq!(last.unwrap().invited_at, Some(begin_of_event() + TimeDelta::minutes(12)), "invited anew");
}

#[test]
fn attendance_is_known_from_the_events_start_on() {
    let world = World::new();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps, 0), volunteer(&kckps, "Ann"));
    kckps.rosters().assign(event, &place(ann, "confirmed")).unwrap();
    world.clock.advance(begin_of_event() - start() - TimeDelta::seconds(1));
    for early in [Attended, NoShow] {
        let told = set(&kckps, event, ann, early).unwrap_err().to_string();
        assert!(told.contains("from the event's start on"), "{told}");
    }
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(set(&kckps, event, ann, Attended).unwrap().attended_at, Some(begin_of_event()));
}

fn begin_of_event() -> DateTime<Utc> {
    "2026-10-15T14:00:00Z".parse().unwrap()
}

#[test]
fn nothing_changes_on_a_cancelled_events_roster_and_attendance_goes_on_after_completion() {
    let world = World::new();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps, 0), volunteer(&kckps, "Ann"));
    kckps.rosters().assign(event, &place(ann, "confirmed")).unwrap();
    begin(&world);
    world.set_status(event, "cancelled");
    let before = kckps.rosters().get(event, ann).unwrap();
    for status in [Declined, Attended, NoShow] {
        assert_eq!(code(set(&kckps, event, ann, status)), "INVALID_TRANSITION");
    }
    let notes = ParticipationEdit { notes: Patch::Set("x".into()), ..ParticipationEdit::default() };
    assert!(why(kckps.rosters().edit(event, ann, &notes, None)).contains("cancelled"));
    assert!(why(kckps.rosters().remove(event, ann, None)).contains("cancelled"));
    assert_eq!(kckps.rosters().get(event, ann).unwrap(), before);
    world.set_status(event, "completed");
    for status in [Attended, NoShow, Attended] {
        set(&kckps, event, ann, status).unwrap();
    }
}

#[test]
fn confirming_on_a_full_event_has_to_be_said() {
    let world = World::new();
    let kckps = world.kckps();
    let event = event(&kckps, 2);
    let people: Vec<_> = ["Ann", "Bea", "Cy", "Di"].map(|name| volunteer(&kckps, name)).into();
    kckps.rosters().assign(event, &place(people[0], "confirmed")).unwrap();
    invite(&kckps, event, people[1]);
    set(&kckps, event, people[1], Confirmed).unwrap();
    match kckps.rosters().assign(event, &place(people[2], "confirmed")) {
        Err(error @ Error::EventFull { needed: 2, registered: 2 }) => assert_eq!(error.code(), "EVENT_FULL"),
        other => panic!("{other:?}"),
    }
    invite(&kckps, event, people[2]);
    assert_eq!(code(set(&kckps, event, people[2], Confirmed)), "EVENT_FULL");
    let anyway = ParticipationEdit { over_capacity: true, ..to(Confirmed) };
    kckps.rosters().edit(event, people[2], &anyway, None).unwrap();
    let anyway = NewParticipation { over_capacity: true, ..place(people[3], "confirmed") };
    kckps.rosters().assign(event, &anyway).unwrap();
    assert_eq!((registered(&kckps, event), kckps.events().get(event).unwrap().slots_available()), (4, Some(0)));
    begin(&world);
    // A walk-in is there, full or not; and who was counted already takes no second place when a mark is taken back.
    let walk_in = volunteer(&kckps, "Eve");
    invite(&kckps, event, walk_in);
    set(&kckps, event, walk_in, Attended).unwrap();
    set(&kckps, event, walk_in, Confirmed).unwrap();
    assert_eq!(registered(&kckps, event), 5);
    // Where no number is wanted, there is always a place.
    let open = kckps.events().create(titled("Open", "2026-12-01T09:00")).unwrap().id;
    kckps.rosters().assign(open, &place(people[0], "confirmed")).unwrap();
}

#[test]
fn the_event_counts_who_is_confirmed_or_attended_and_the_public_sees_it() {
    let world = World::new();
    let kckps = world.kckps();
    let event = event(&kckps, 3);
    kckps.events().publish(event).unwrap();
    let (ann, bea) = (volunteer(&kckps, "Ann"), volunteer(&kckps, "Bea"));
    let mut rev = public_rev(&world);
    let mut expect = |count: u32, changed: bool, what: &str| {
        assert_eq!(registered(&kckps, event), count, "{what}");
        let shown = world.public().get(&event.into()).unwrap().value;
        assert_eq!((shown.event.volunteers_registered, shown.event.slots_available()), (count, Some(3 - count)), "{what}");
        let now = public_rev(&world);
        assert_eq!(now > rev, changed, "{what}: the public's revision");
        rev = now;
    };
    invite(&kckps, event, ann);
    expect(0, false, "invited");
    set(&kckps, event, ann, Confirmed).unwrap();
    expect(1, true, "confirmed");
    kckps.rosters().assign(event, &place(bea, "confirmed")).unwrap();
    expect(2, true, "assigned as confirmed");
    set(&kckps, event, bea, Declined).unwrap();
    expect(1, true, "declined");
    begin(&world);
    set(&kckps, event, ann, Attended).unwrap();
    expect(1, false, "attended");
    set(&kckps, event, ann, NoShow).unwrap();
    expect(0, true, "no-show");
    set(&kckps, event, ann, Confirmed).unwrap();
    expect(1, true, "a mistake");
    kckps.rosters().remove(event, ann, None).unwrap();
    expect(0, true, "removed");
    kckps.rosters().remove(event, bea, None).unwrap();
    expect(0, false, "one removed who had declined");
}

// R3
#[test]
fn who_attended_has_the_events_length_unless_said_otherwise() {
    let world = World::new();
    let kckps = world.kckps();
    let (long, no_end) = (event(&kckps, 0), kckps.events().create(titled("No end", "2026-10-15T09:00")).unwrap().id);
    let ann = volunteer(&kckps, "Ann");
    for event in [long, no_end] {
        kckps.rosters().assign(event, &place(ann, "confirmed")).unwrap();
    }
    let minutes = |minutes: i64| ParticipationEdit { minutes: Patch::Set(minutes), ..ParticipationEdit::default() };
    let early = kckps.rosters().edit(long, ann, &minutes(10), None).unwrap_err();
    assert_eq!((early.code(), early.fields()[0].field.as_str(), early.fields()[0].code), ("VALIDATION_FAILED", "minutes", "NOT_ATTENDED"));
    begin(&world);
    assert_eq!(set(&kckps, long, ann, Attended).unwrap().minutes, Some(180));
    assert_eq!(set(&kckps, no_end, ann, Attended).unwrap().minutes, Some(60));
    assert_eq!(kckps.rosters().edit(long, ann, &minutes(95), None).unwrap().participation.minutes, Some(95));
    assert_eq!(kckps.volunteers().get(ann).unwrap().totals.minutes, 155);
    assert_eq!((kckps.rosters().totals(long).unwrap().minutes, kckps.rosters().totals(no_end).unwrap().minutes), (95, 60));
    let again = ParticipationEdit { minutes: Patch::Clear, ..ParticipationEdit::default() };
    assert_eq!(kckps.rosters().edit(long, ann, &again, None).unwrap().participation.minutes, Some(180));
    assert_eq!(set(&kckps, long, ann, NoShow).unwrap().minutes, None, "who wasn't there has none");
    assert_eq!(kckps.volunteers().get(ann).unwrap().totals.minutes, 60);
    let both = ParticipationEdit { minutes: Patch::Set(0), ..to(Attended) };
    assert_eq!(kckps.rosters().edit(long, ann, &both, None).unwrap().participation.minutes, Some(0));
    for bad in [-1, 20_161, i64::MAX] {
        assert_eq!(code(kckps.rosters().edit(long, ann, &minutes(bad), None)), "VALIDATION_FAILED");
    }
}

#[test]
fn type_and_notes_change_without_a_step_and_a_stale_version_is_told() {
    let world = World::new();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps, 0), volunteer(&kckps, "Ann"));
    invite(&kckps, event, ann);
    let edit = ParticipationEdit {
        participation_type: Patch::Set("mentor".into()),
        notes: Patch::Set("In room 4".into()),
        ..ParticipationEdit::default()
    };
    let after = kckps.rosters().edit(event, ann, &edit, Some(1)).unwrap().participation;
    assert_eq!((after.status, after.participation_type.as_str(), after.notes.as_deref()), (Invited, "mentor", Some("In room 4")));
    assert!(why(kckps.rosters().edit(event, ann, &edit, Some(1))).contains("version 2, not 1"));
    let bad = ParticipationEdit { status: Patch::Clear, participation_type: Patch::Set("x".into()), ..ParticipationEdit::default() };
    let error = kckps.rosters().edit(event, ann, &bad, None).unwrap_err();
    assert_eq!(error.fields().iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["status", "participation_type"]);
    let bea = volunteer(&kckps, "Bea");
    assert_eq!(code(kckps.rosters().edit(event, bea, &edit, None)), "PARTICIPATION_NOT_FOUND");
    assert_eq!(code(kckps.rosters().get(event, bea)), "PARTICIPATION_NOT_FOUND");
    let entry: String =
        world.raw("kckps").query_row("SELECT details FROM audit_entries WHERE action = 'roster.edit'", [], |row| row.get(0)).unwrap();
    assert_eq!(entry, r#"{"fields":["participation_type","notes"],"volunteer":1}"#);
}

// R4
#[test]
fn who_attended_is_not_removed() {
    let world = World::new();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps, 0), volunteer(&kckps, "Ann"));
    invite(&kckps, event, ann);
    begin(&world);
    set(&kckps, event, ann, Attended).unwrap();
    assert!(why(kckps.rosters().remove(event, ann, None)).contains("they attended"));
    set(&kckps, event, ann, Confirmed).unwrap();
    assert!(why(kckps.rosters().remove(event, ann, Some(1))).contains("version 3, not 1"));
    kckps.rosters().remove(event, ann, Some(3)).unwrap();
    assert_eq!(code(kckps.rosters().remove(event, ann, None)), "PARTICIPATION_NOT_FOUND");
    assert!(kckps.volunteers().history(ann, PageRequest::default()).unwrap().items.is_empty());
}

#[test]
fn a_roster_is_listed_with_its_people_sorted_filtered_and_counted() {
    let world = World::new();
    let kckps = world.kckps();
    let (event, other) = (event(&kckps, 0), kckps.events().create(titled("Other", "2026-11-01T09:00")).unwrap().id);
    let people: Vec<_> = ["Zoë", "ann", "Émile"].map(|name| volunteer(&kckps, name)).into();
    for (one, status) in people.iter().zip(["confirmed", "invited", "confirmed"]) {
        kckps.rosters().assign(event, &place(*one, status)).unwrap();
    }
    invite(&kckps, other, people[0]);
    let list = |statuses: &[ParticipationStatus], order: &str| {
        let (filter, order) = (RosterFilter { statuses: statuses.to_vec() }, RosterOrder::parse(order).unwrap());
        let page = kckps.rosters().list(event, &filter, order, PageRequest::default()).unwrap();
        assert_eq!(page.total as usize, page.items.len());
        page.items.into_iter().map(|entry| entry.first_name).collect::<Vec<_>>()
    };
    assert_eq!(list(&[], "name"), ["ann", "Émile", "Zoë"]);
    assert_eq!(list(&[], "-name"), ["Zoë", "Émile", "ann"]);
    assert_eq!(list(&[], "status"), ["ann", "Émile", "Zoë"]);
    assert_eq!(list(&[], "created"), ["Zoë", "ann", "Émile"]);
    assert_eq!(list(&[Confirmed, Attended], "name"), ["Émile", "Zoë"]);
    assert_eq!(kckps.rosters().totals(event).unwrap(), RosterTotals { confirmed: 2, invited: 1, ..RosterTotals::default() });
    assert_eq!(
        kckps.rosters().list(event, &RosterFilter::default(), RosterOrder::default(), PageRequest::new(2, 2).unwrap()).unwrap().items.len(),
        1
    );
    assert_eq!(code(kckps.rosters().totals(EventId::new(99))), "EVENT_NOT_FOUND");
}

#[test]
fn a_volunteers_history_shows_their_events_the_last_first() {
    let world = World::new();
    let kckps = world.kckps();
    let ann = volunteer(&kckps, "Ann");
    for (at, title) in ["One", "Two", "Three"].into_iter().enumerate() {
        let event = kckps.events().create(titled(title, &format!("2026-10-0{}T09:00", at + 1))).unwrap().id;
        invite(&kckps, event, ann);
        if title != "Two" {
            set(&kckps, event, ann, Confirmed).unwrap();
        }
    }
    world.clock.advance(TimeDelta::days(60));
    set(&kckps, EventId::new(1), ann, Attended).unwrap();
    set(&kckps, EventId::new(3), ann, NoShow).unwrap();
    let shown = kckps.volunteers().get(ann).unwrap();
    let told: Vec<_> = shown.participations.iter().map(|entry| (entry.event.title.as_str(), entry.participation.status)).collect();
    assert_eq!(told, [("Three", NoShow), ("Two", Invited), ("One", Attended)]);
    let totals = shown.totals;
    assert_eq!((totals.events, totals.attended, totals.no_shows, totals.minutes), (3, 1, 1, 60));
    let second = kckps.volunteers().history(ann, PageRequest::new(2, 2).unwrap()).unwrap();
    assert_eq!((second.total, second.items.len(), second.items[0].event.title.as_str()), (3, 1, "One"));
}

#[test]
fn the_last_place_is_given_once_however_many_confirm_at_once() {
    let world = World::new();
    let kckps = world.kckps();
    let event = event(&kckps, 3);
    let people: Vec<_> = (0..12).map(|at| volunteer(&kckps, &format!("P{at}"))).collect();
    for one in &people {
        invite(&kckps, event, *one);
    }
    let engines = [world.polaris.clone(), world.another()];
    let barrier = Barrier::new(people.len());
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let (polaris, barrier) = (&engines[at % 2], &barrier);
                scope.spawn(move || {
                    let kckps = polaris.tenant("kckps", Actor::System).unwrap();
                    barrier.wait();
                    code(set(&kckps, event, *one, Confirmed))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| **answer == "ok").count(), 3, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == "EVENT_FULL").count(), 9, "{answers:?}");
    assert_eq!((registered(&kckps, event), kckps.rosters().totals(event).unwrap().confirmed), (3, 3));
}

#[test]
fn two_people_who_change_one_roster_at_once_lose_nothing() {
    let world = World::new();
    let kckps = world.kckps();
    let event = event(&kckps, 0);
    let people: Vec<_> = (0..20).map(|at| volunteer(&kckps, &format!("P{at}"))).collect();
    for one in &people {
        invite(&kckps, event, *one);
    }
    // Both go through the whole roster: one confirms everybody, the other gives everybody a type, each with the version it has read, and
    // reads again when it is told that the other was faster.
    let engines = [world.polaris.clone(), world.another()];
    let edits = [to(Confirmed), ParticipationEdit { participation_type: Patch::Set("mentor".into()), ..ParticipationEdit::default() }];
    let told = std::thread::scope(|scope| {
        let threads: Vec<_> = engines
            .iter()
            .zip(&edits)
            .map(|(polaris, edit)| {
                let people = &people;
                scope.spawn(move || {
                    let kckps = polaris.tenant("kckps", Actor::System).unwrap();
                    let mut told = 0;
                    for one in people {
                        loop {
                            let version = kckps.rosters().get(event, *one).unwrap().version;
                            match kckps.rosters().edit(event, *one, edit, Some(version)) {
                                Ok(_) => break,
                                Err(Error::Conflict(_)) => told += 1,
                                Err(other) => panic!("{other}"),
                            }
                        }
                    }
                    told
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<u32>()
    });
    for one in &people {
        let place = kckps.rosters().get(event, *one).unwrap();
        assert_eq!((place.status, place.participation_type.as_str(), place.version), (Confirmed, "mentor", 3), "{told} were told");
    }
    assert_eq!(registered(&kckps, event), 20);
}

#[test]
fn a_roster_of_another_tenant_does_not_exist() {
    let world = World::new();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps, 0), volunteer(&kckps, "Ann"));
    invite(&kckps, event, ann);
    let hickman = world.polaris.tenant("hickman", Actor::System).unwrap();
    assert_eq!(code(hickman.rosters().get(event, ann)), "EVENT_NOT_FOUND");
    let own = hickman.events().create(career_day()).unwrap().id;
    assert_eq!(code(hickman.rosters().assign(own, &place(ann, "invited"))), "VOLUNTEER_NOT_FOUND");
}
