//! S2, S4: whatever staff do that frees a place or makes one, those who wait get it before any stranger.

use polaris_core::types::{EventId, ParticipationStatus, VolunteerId};
use polaris_core::{EventEdit, Participation, ParticipationEdit, Patch, VolunteerMerge};

use super::recruitment::recruiting;
use super::signup::{event_for, mails, registered, roster, status};
use super::support::World;

pub(super) fn number(world: &World, first_name: &str) -> VolunteerId {
    world.kckps().volunteers().get(format!("{}@example.org", first_name.to_lowercase()).as_str()).unwrap().volunteer.id
}

pub(super) fn set(world: &World, event: EventId, first_name: &str, to: ParticipationStatus) -> Participation {
    let edit = ParticipationEdit { status: Patch::Set(to.as_str().into()), ..ParticipationEdit::default() };
    world.kckps().rosters().edit(event, number(world, first_name), &edit, None).unwrap().participation
}

fn wants(world: &World, event: EventId, volunteers: i64) -> polaris_core::Event {
    let edit = EventEdit { volunteers_needed: Patch::Set(volunteers), ..EventEdit::default() };
    world.kckps().events().edit(event, edit, None).unwrap().event
}

/// What the last audit entry says of how many were promoted.
pub(super) fn promoted(world: &World) -> Option<i64> {
    let sql = "SELECT json_extract(details, '$.promoted') FROM audit_entries ORDER BY id DESC LIMIT 1";
    world.raw("kckps").query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Ann has the one place, Bob and Cid wait.
pub(super) fn full(world: &World) -> polaris_core::Event {
    let event = event_for(world, 1);
    for name in ["Ann", "Bob", "Cid"] {
        status(world, &event, name);
    }
    event
}

#[test]
fn who_is_declined_by_staff_leaves_their_place_to_the_first_on_the_waitlist_and_no_stranger_overtakes() {
    let world = World::new();
    let event = full(&world);
    let before = world.public().revision().public;
    set(&world, event.id, "Ann", ParticipationStatus::Declined);
    assert_eq!((promoted(&world), registered(&world, &event)), (Some(1), (1, 1)));
    assert!(world.public().revision().public > before);
    assert_eq!(status(&world, &event, "Dee"), "waitlisted");
    assert_eq!(roster(&world), ["Ann declined", "Bob confirmed", "Cid waitlisted", "Dee waitlisted"]);
    assert!(mails(&world).contains(&"signup_promoted bob request:0".to_owned()), "{:?}", mails(&world));
    let bob = world.kckps().rosters().get(event.id, number(&world, "Bob")).unwrap();
    assert!(bob.has_invite && bob.confirmed_at.is_some());
    // Who waits and is declined frees nothing.
    set(&world, event.id, "Cid", ParticipationStatus::Declined);
    assert_eq!((promoted(&world), roster(&world)[3].as_str()), (None, "Dee waitlisted"));
}

#[test]
fn who_is_removed_by_staff_leaves_their_place_to_the_first_on_the_waitlist() {
    let world = World::new();
    let event = full(&world);
    world.kckps().rosters().remove(event.id, number(&world, "Ann"), None).unwrap();
    assert_eq!((promoted(&world), registered(&world, &event)), (Some(1), (1, 1)));
    assert_eq!(status(&world, &event, "Dee"), "waitlisted");
    assert_eq!(roster(&world), ["Bob confirmed", "Cid waitlisted", "Dee waitlisted"]);
    assert!(mails(&world).contains(&"signup_promoted bob request:0".to_owned()));
    world.kckps().rosters().remove(event.id, number(&world, "Cid"), None).unwrap();
    assert_eq!((promoted(&world), roster(&world).len()), (Some(0), 2), "who waits frees nothing");
}

#[test]
fn one_person_who_had_two_places_leaves_one_to_the_first_on_the_waitlist() {
    let world = World::new();
    let event = event_for(&world, 2);
    for name in ["Ann", "Anna", "Bob", "Cid"] {
        status(&world, &event, name);
    }
    let merge = VolunteerMerge { merged_id: Some(number(&world, "Anna").get()), ..VolunteerMerge::default() };
    world.kckps().volunteers().merge(number(&world, "Ann"), &merge, None).unwrap();
    assert_eq!(roster(&world), ["Ann confirmed", "Bob confirmed", "Cid waitlisted"]);
    assert_eq!((promoted(&world), registered(&world, &event)), (Some(1), (2, 2)));
    assert!(mails(&world).contains(&"signup_promoted bob request:0".to_owned()));
    // One who waited under the other record held no place.
    let merge = VolunteerMerge { merged_id: Some(number(&world, "Cid").get()), ..VolunteerMerge::default() };
    status(&world, &event, "Dee");
    world.kckps().volunteers().merge(number(&world, "Ann"), &merge, None).unwrap();
    assert_eq!((promoted(&world), roster(&world)[2].as_str()), (Some(0), "Dee waitlisted"));
}

#[test]
fn an_event_that_wants_more_gives_the_places_to_the_first_on_the_waitlist() {
    let world = World::new();
    let event = event_for(&world, 1);
    for name in ["Ann", "Bob", "Cid", "Dee", "Eva", "Fay"] {
        status(&world, &event, name);
    }
    let after = wants(&world, event.id, 3);
    assert_eq!((after.volunteers_registered, promoted(&world), registered(&world, &event)), (3, Some(2), (3, 3)));
    assert_eq!(roster(&world)[1..4], ["Bob confirmed", "Cid confirmed", "Dee waitlisted"]);
    assert_eq!(mails(&world)[6..], ["signup_promoted bob request:0", "signup_promoted cid request:0"]);
    wants(&world, event.id, 2);
    assert_eq!((promoted(&world), registered(&world, &event)), (None, (3, 3)), "nobody loses a place");
    set(&world, event.id, "Ann", ParticipationStatus::Declined);
    assert_eq!((promoted(&world), registered(&world, &event)), (Some(0), (2, 2)), "more had one than are wanted");
    let after = wants(&world, event.id, 0);
    assert_eq!((after.volunteers_registered, promoted(&world), registered(&world, &event)), (5, Some(3), (5, 5)), "no number, no limit");
    assert!(!roster(&world).iter().any(|who| who.ends_with("waitlisted")));
}

#[test]
fn an_event_that_moves_as_it_grows_tells_of_the_move_before_the_place() {
    let world = World::new();
    let event = full(&world);
    let edit = EventEdit { volunteers_needed: Patch::Set(2), location: Patch::Set("Library".into()), ..EventEdit::default() };
    world.kckps().events().edit(event.id, edit, None).unwrap();
    let told = ["event_changed ann request:1", "event_changed bob", "event_changed cid", "signup_promoted bob request:1"];
    assert_eq!(mails(&world)[3..], told);
}

#[test]
fn a_draft_gives_nothing_away_until_it_is_public_again_and_what_has_begun_never() {
    let world = World::new();
    let event = full(&world);
    let kckps = world.kckps();
    kckps.events().unpublish(event.id).unwrap();
    kckps.events().return_to_draft(event.id).unwrap();
    set(&world, event.id, "Ann", ParticipationStatus::Declined);
    assert_eq!((promoted(&world), roster(&world)[1].as_str()), (Some(0), "Bob waitlisted"));
    let event = kckps.events().publish(event.id).unwrap();
    assert_eq!((event.volunteers_registered, promoted(&world)), (1, Some(1)));
    assert_eq!(roster(&world)[1..], ["Bob confirmed", "Cid waitlisted"]);
    world.clock.set("2026-10-15T14:00:00Z".parse().unwrap());
    set(&world, event.id, "Bob", ParticipationStatus::Declined);
    assert_eq!((promoted(&world), roster(&world)[2].as_str()), (Some(0), "Cid waitlisted"), "it has begun");
}

fn event_wide(world: &World) -> polaris_core::Event {
    let event = event_for(world, 2);
    status(world, &event, "Ann");
    status(world, &event, "Bob");
    event
}

#[test]
fn who_is_declined_or_removed_by_staff_has_the_event_taken_out_of_their_calendar() {
    let world = World::new();
    let event = event_wide(&world);
    let ann = set(&world, event.id, "Ann", ParticipationStatus::Declined);
    assert!(!ann.has_invite && !world.kckps().rosters().get(event.id, ann.volunteer_id).unwrap().has_invite);
    world.kckps().rosters().remove(event.id, number(&world, "Bob"), None).unwrap();
    assert_eq!(mails(&world)[2..], ["signup_removed ann cancel:1", "signup_removed bob cancel:1"]);
    // Nothing is left to be taken back, and whoever comes again gets an invite that counts for more.
    world.kckps().rosters().remove(event.id, number(&world, "Ann"), None).unwrap();
    assert_eq!(mails(&world).len(), 4);
    status(&world, &event, "Bob");
    assert_eq!(mails(&world)[4..], ["signup_confirmed bob request:2"]);
}

#[test]
fn who_has_no_invite_or_may_not_be_told_gets_no_mail_when_staff_take_their_place() {
    let world = World::new();
    let event = event_for(&world, 9);
    for name in ["Ann", "Bob", "Cid", "Dee"] {
        status(&world, &event, name);
    }
    world
        .raw("kckps")
        .execute_batch(
            "UPDATE participations SET has_invite = 0 WHERE volunteer_id = (SELECT id FROM volunteers WHERE first_name = 'Ann');
             UPDATE volunteers SET do_not_contact = 1 WHERE first_name IN ('Bob', 'Cid');
             UPDATE participations SET signed_up_at = NULL WHERE volunteer_id = (SELECT id FROM volunteers WHERE first_name = 'Bob')",
        )
        .unwrap();
    for name in ["Ann", "Bob", "Cid"] {
        set(&world, event.id, name, ParticipationStatus::Declined);
    }
    assert_eq!(mails(&world)[4..], ["signup_removed cid cancel:1"], "a sign-up of their own is told of");
    world.clock.set("2026-10-15T14:00:00Z".parse().unwrap());
    world.kckps().rosters().remove(event.id, number(&world, "Dee"), None).unwrap();
    assert_eq!(mails(&world).len(), 5, "it has begun");
}

/// Nothing more is owed to their calendar, whether or not they could be told (R2, M3).
#[test]
fn who_is_declined_by_staff_has_no_invite_any_more_even_where_they_cannot_be_told() {
    let world = World::new();
    let event = event_for(&world, 9);
    for name in ["Ann", "Bob"] {
        status(&world, &event, name);
    }
    let people = ["Ann", "Bob"].map(|name| number(&world, name));
    let raw = world.raw("kckps");
    raw.execute_batch(
        "UPDATE volunteers SET email = NULL, folded_email = NULL WHERE first_name = 'Ann';
         UPDATE volunteers SET do_not_contact = 1 WHERE first_name = 'Bob';
         UPDATE participations SET signed_up_at = NULL WHERE volunteer_id = (SELECT id FROM volunteers WHERE first_name = 'Bob')",
    )
    .unwrap();
    for id in people {
        let edit = ParticipationEdit { status: Patch::Set("declined".into()), ..ParticipationEdit::default() };
        let place = world.kckps().rosters().edit(event.id, id, &edit, None).unwrap().participation;
        let stored = world.kckps().rosters().get(event.id, id).unwrap();
        assert!(!place.has_invite && !stored.has_invite, "{id}");
    }
    assert_eq!(mails(&world).len(), 2, "nobody is told");
    // With an address again she is confirmed after all: what may still stand in her calendar is brought up to date.
    raw.execute_batch("UPDATE volunteers SET email = 'ann@example.org', folded_email = 'ann@example.org' WHERE first_name = 'Ann'")
        .unwrap();
    assert!(set(&world, event.id, "Ann", ParticipationStatus::Confirmed).has_invite);
    assert_eq!(mails(&world)[2..], ["signup_confirmed ann request:1"]);
}

/// Who heard that they are off the list hears that they are on it again (S3); who never heard anything from us does not (R1).
#[test]
fn who_signed_up_and_was_declined_is_told_with_an_invite_when_staff_confirm_them_again() {
    let world = World::new();
    let event = event_for(&world, 9);
    for name in ["Ann", "Bob"] {
        status(&world, &event, name);
    }
    let by_staff = world.kckps().volunteers().create(super::support::new_volunteer("Cid", "Lee")).unwrap().volunteer.id;
    world
        .raw("kckps")
        .execute("UPDATE volunteers SET email = 'cid@example.org', folded_email = 'cid@example.org' WHERE id = ?1", [by_staff.get()])
        .unwrap();
    let draft =
        polaris_core::NewParticipation { volunteer_id: Some(by_staff.get()), status: Some("confirmed".into()), ..Default::default() };
    world.kckps().rosters().assign(event.id, &draft).unwrap();
    for name in ["Ann", "Cid"] {
        set(&world, event.id, name, ParticipationStatus::Declined);
        let place = set(&world, event.id, name, ParticipationStatus::Confirmed);
        assert_eq!(place.has_invite, name == "Ann");
        assert_eq!(world.kckps().rosters().get(event.id, place.volunteer_id).unwrap().has_invite, name == "Ann");
    }
    // By way of being invited again, too.
    for status in [ParticipationStatus::Declined, ParticipationStatus::Invited, ParticipationStatus::Confirmed] {
        set(&world, event.id, "Bob", status);
    }
    let expected =
        ["signup_removed ann cancel:1", "signup_confirmed ann request:2", "signup_removed bob cancel:1", "signup_confirmed bob request:2"];
    assert_eq!(mails(&world)[2..], expected);
    // Who asked not to be contacted is told of a sign-up of their own alone.
    world.raw("kckps").execute_batch("UPDATE volunteers SET do_not_contact = 1; UPDATE participations SET signed_up_at = NULL").unwrap();
    set(&world, event.id, "Ann", ParticipationStatus::Declined);
    assert!(!set(&world, event.id, "Ann", ParticipationStatus::Confirmed).has_invite);
    assert_eq!(mails(&world).len(), 6);
}

#[test]
fn who_signed_up_and_waits_is_told_with_an_invite_when_staff_confirm_them() {
    let world = recruiting();
    let event = full(&world);
    let edit = ParticipationEdit { status: Patch::Set("confirmed".into()), over_capacity: true, ..ParticipationEdit::default() };
    let kckps = world.kckps();
    let cid = kckps.rosters().edit(event.id, number(&world, "Cid"), &edit, None).unwrap().participation;
    assert!(cid.has_invite && kckps.rosters().get(event.id, cid.volunteer_id).unwrap().has_invite);
    assert_eq!(mails(&world)[3..], ["signup_promoted cid request:0"]);
    // By the outcome of outreach, too.
    let said = polaris_core::NewOutreach {
        volunteer_id: Some(number(&world, "Bob").get()),
        method: "phone".into(),
        outcome: Some("confirmed".into()),
        over_capacity: true,
        ..polaris_core::NewOutreach::default()
    };
    let bob = kckps.outreach().log(event.id, &said).unwrap().placed.unwrap().participation;
    assert!(bob.has_invite);
    assert_eq!(mails(&world)[4..], ["signup_promoted bob request:0"]);
    // Who was put on the waitlist by staff was promised nothing.
    status(&world, &event, "Dee");
    world
        .raw("kckps")
        .execute_batch("UPDATE participations SET signed_up_at = NULL WHERE status = 'waitlisted'; DELETE FROM outbox")
        .unwrap();
    let dee = kckps.rosters().edit(event.id, number(&world, "Dee"), &edit, None).unwrap().participation;
    assert!(!dee.has_invite && mails(&world).is_empty());
}
