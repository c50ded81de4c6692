//! S2, S4: whatever staff do that frees a place or makes one, those who wait get it before any stranger.

use polaris_core::types::{EventId, ParticipationStatus, VolunteerId};
use polaris_core::{EventEdit, Participation, ParticipationEdit, Patch, VolunteerMerge};

use super::signup::{event_for, mails, registered, roster, status};
use super::support::World;

fn number(world: &World, first_name: &str) -> VolunteerId {
    world.kckps().volunteers().get(format!("{}@example.org", first_name.to_lowercase()).as_str()).unwrap().volunteer.id
}

fn set(world: &World, event: EventId, first_name: &str, to: ParticipationStatus) -> Participation {
    let edit = ParticipationEdit { status: Patch::Set(to.as_str().into()), ..ParticipationEdit::default() };
    world.kckps().rosters().edit(event, number(world, first_name), &edit, None).unwrap().participation
}

fn wants(world: &World, event: EventId, volunteers: i64) -> polaris_core::Event {
    let edit = EventEdit { volunteers_needed: Patch::Set(volunteers), ..EventEdit::default() };
    world.kckps().events().edit(event, edit, None).unwrap().event
}

/// What the last audit entry says of how many were promoted.
fn promoted(world: &World) -> Option<i64> {
    let sql = "SELECT json_extract(details, '$.promoted') FROM audit_entries ORDER BY id DESC LIMIT 1";
    world.raw("kckps").query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Ann has the one place, Bob and Cid wait.
fn full(world: &World) -> polaris_core::Event {
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
