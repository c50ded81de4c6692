//! S2, S4: nobody who signs up next overtakes those who wait, whatever it was that kept them from having the free place.

use polaris_core::types::{EventId, ParticipationStatus, SignupState, VolunteerId};
use polaris_core::{
    Event, EventEdit, NewParticipation, NewSignup, NewVolunteer, PageRequest, ParticipationEdit, Patch, TenantHandle, VolunteerEdit,
    VolunteerImport, VolunteerMerge,
};

use super::signup::{ADDRESS, event_for, from, mails, person, registered, roster, sign_up, status, without_waitlist};
use super::support::{World, code, new_volunteer, titled};
use super::waitlist::{full, number, promoted, set};

fn sql(world: &World, statements: &str) {
    world.raw("kckps").execute_batch(statements).unwrap();
}

/// What the public is told before it signs up: on the event's own page, and in the list.
fn state(world: &World, event: &Event) -> SignupState {
    let door = from(world, ADDRESS);
    let state = door.event(event.id).unwrap().value.state;
    let listed = door.list(PageRequest::default()).unwrap().value;
    assert!(listed.items.iter().all(|seen| seen.event.id != event.id || seen.state == state), "the list says the same");
    state
}

#[test]
fn an_event_that_is_postponed_after_it_began_gives_its_free_place_to_the_first_who_waits() {
    let world = World::new();
    let event = full(&world);
    world.clock.set("2026-10-15T14:00:00Z".parse().unwrap());
    set(&world, event.id, "Ann", ParticipationStatus::Declined);
    assert_eq!(promoted(&world), Some(0), "it has begun");
    let edit = EventEdit { starts_at: Patch::Set("2026-11-05T09:00".into()), ..EventEdit::default() };
    let event = world.kckps().events().edit(event.id, edit, None).unwrap().event;
    assert_eq!((event.volunteers_registered, promoted(&world), registered(&world, &event)), (1, Some(1), (1, 1)));
    assert_eq!(mails(&world)[3..], ["event_changed bob", "event_changed cid", "signup_promoted bob request:1"]);
    assert_eq!(status(&world, &event, "Dee"), "waitlisted");
    assert_eq!(roster(&world), ["Ann declined", "Bob confirmed", "Cid waitlisted", "Dee waitlisted"]);
}

/// What keeps Bob from being told, and what of it staff or he himself mend.
type Case = (&'static str, &'static str, fn(&World, VolunteerId));

fn edited(world: &World, bob: VolunteerId, edit: VolunteerEdit) {
    world.kckps().volunteers().edit(bob, edit, None).unwrap();
}

const NO_ADDRESS: &str = "UPDATE volunteers SET email = NULL, folded_email = NULL WHERE first_name = 'Bob'";
const DEACTIVATED: &str = "UPDATE volunteers SET active = 0 WHERE first_name = 'Bob'";
const NOT_TO_BE_CONTACTED: &str = "UPDATE volunteers SET do_not_contact = 1 WHERE first_name = 'Bob';
     UPDATE participations SET signed_up_at = NULL WHERE volunteer_id = (SELECT id FROM volunteers WHERE first_name = 'Bob')";

const CASES: &[Case] = &[
    ("an address is added", NO_ADDRESS, |world, bob| {
        edited(world, bob, VolunteerEdit { email: Patch::Set("bob@example.org".into()), ..VolunteerEdit::default() });
    }),
    ("do-not-contact is lifted", NOT_TO_BE_CONTACTED, |world, bob| {
        edited(world, bob, VolunteerEdit { do_not_contact: Patch::Set(false), ..VolunteerEdit::default() });
    }),
    ("he is reactivated", DEACTIVATED, |world, bob| drop(world.kckps().volunteers().reactivate(bob).unwrap())),
    ("he is added once more", DEACTIVATED, |world, _| {
        let bob = NewVolunteer { email: Some("bob@example.org".into()), ..new_volunteer("Bob", "Lee") };
        world.kckps().volunteers().create(bob).unwrap();
    }),
    ("he signs up for something else", DEACTIVATED, |world, _| {
        let other = world.kckps().events().create(titled("Other", "2026-12-01T09:00")).unwrap();
        let other = world.kckps().events().publish(other.id).unwrap();
        assert_eq!(status(world, &other, "Bob"), "confirmed");
        // The last thing that is asked for below is about the first event.
        sql(world, &format!("DELETE FROM outbox WHERE event_id = {0}; DELETE FROM participations WHERE event_id = {0}", other.id));
    }),
    ("he is imported", DEACTIVATED, |world, _| {
        let file = "first,last,email\nBob,Lee,bob@example.org\n";
        world.kckps().volunteers().import(&VolunteerImport { dry_run: true, ..VolunteerImport::of(file.as_bytes()) }).unwrap();
        assert_eq!(roster(world)[1], "Bob waitlisted", "a dry run gives nothing away");
        world.kckps().volunteers().import(&VolunteerImport::of(file.as_bytes())).unwrap();
    }),
    ("a merge brings an address", NO_ADDRESS, |world, bob| {
        let other = NewVolunteer { email: Some("bob@example.org".into()), ..new_volunteer("Robert", "Lee") };
        let other = world.kckps().volunteers().create(other).unwrap().volunteer.id;
        let merge = VolunteerMerge { merged_id: Some(other.get()), ..VolunteerMerge::default() };
        world.kckps().volunteers().merge(bob, &merge, None).unwrap();
    }),
];

#[test]
fn who_was_passed_over_gets_the_free_place_as_soon_as_they_can_be_told() {
    for (case, hindrance, mended) in CASES {
        let world = World::new();
        let event = event_for(&world, 1);
        status(&world, &event, "Ann");
        status(&world, &event, "Bob");
        let bob = number(&world, "Bob");
        sql(&world, hindrance);
        set(&world, event.id, "Ann", ParticipationStatus::Declined);
        assert_eq!((promoted(&world), state(&world, &event)), (Some(0), SignupState::Open), "{case}: who can't be told is passed over");
        let before = world.public().revision().public;
        mended(&world, bob);
        assert_eq!((promoted(&world), registered(&world, &event)), (Some(1), (1, 1)), "{case}");
        assert_eq!(mails(&world).last().unwrap(), "signup_promoted bob request:0", "{case}");
        assert!(world.public().revision().public > before && state(&world, &event) == SignupState::Waitlist, "{case}");
        assert_eq!(status(&world, &event, "Dee"), "waitlisted", "{case}");
        assert_eq!(roster(&world), ["Ann declined", "Bob confirmed", "Dee waitlisted"], "{case}");
        assert_eq!(mails(&world).iter().filter(|mail| mail.starts_with("signup_promoted")).count(), 1, "{case}");
    }
}

#[test]
fn an_edit_of_one_who_waits_says_nothing_of_promotions_where_none_follows() {
    let world = World::new();
    let event = full(&world);
    edited(&world, number(&world, "Bob"), VolunteerEdit { do_not_contact: Patch::Set(true), ..VolunteerEdit::default() });
    assert_eq!((promoted(&world), registered(&world, &event)), (None, (1, 1)));
}

/// A place is free though Bob and Cid wait: what led there, nobody has seen.
fn unseen(world: &World) -> Event {
    let event = full(world);
    let ann = number(world, "Ann");
    sql(world, &format!("UPDATE participations SET status = 'declined', confirmed_at = NULL WHERE volunteer_id = {ann}"));
    sql(world, "UPDATE events SET volunteers_registered = 0; DELETE FROM outbox");
    event
}

#[test]
fn whoever_signs_up_first_lets_those_pass_who_wait_and_knew_it_before() {
    let world = World::new();
    let event = unseen(&world);
    assert_eq!(state(&world, &event), SignupState::Waitlist);
    let trapped = NewSignup { website: Some("x".into()), ..person("Bot") };
    assert_eq!(sign_up(&world, &event, &trapped).unwrap().status.as_str(), "waitlisted", "the usual answer");
    assert_eq!((registered(&world, &event), mails(&world).len()), ((0, 0), 0), "and nothing is done");
    assert_eq!(status(&world, &event, "Dee"), "waitlisted");
    assert_eq!((promoted(&world), registered(&world, &event)), (Some(1), (1, 1)));
    assert_eq!(mails(&world), ["signup_promoted bob request:0", "signup_waitlisted dee"]);
    assert_eq!(roster(&world), ["Ann declined", "Bob confirmed", "Cid waitlisted", "Dee waitlisted"]);
    assert_eq!(status(&world, &event, "Eva"), "waitlisted");
    assert_eq!(promoted(&world), None);
}

#[test]
fn with_a_place_more_than_people_wait_the_next_one_gets_it() {
    let world = World::new();
    let event = unseen(&world);
    sql(&world, "UPDATE events SET volunteers_needed = 3");
    assert_eq!(state(&world, &event), SignupState::Open);
    assert_eq!(status(&world, &event, "Dee"), "confirmed");
    assert_eq!((promoted(&world), registered(&world, &event)), (Some(2), (3, 3)));
    assert_eq!(mails(&world), ["signup_promoted bob request:0", "signup_promoted cid request:0", "signup_confirmed dee request:0"]);
}

#[test]
fn who_waits_and_signs_up_again_when_their_turn_has_come_is_told_once() {
    let world = World::new();
    let event = unseen(&world);
    assert_eq!(status(&world, &event, "Bob"), "waitlisted", "as anybody");
    assert_eq!(mails(&world), ["signup_promoted bob request:0"]);
    assert_eq!(roster(&world), ["Ann declined", "Bob confirmed", "Cid waitlisted"]);
}

#[test]
fn a_stranger_who_is_turned_away_leaves_the_place_to_those_who_wait() {
    let world = World::new();
    let event = unseen(&world);
    without_waitlist(&world);
    assert_eq!(state(&world, &event), SignupState::Full);
    assert_eq!(code(sign_up(&world, &event, &person("Dee"))), "EVENT_FULL");
    assert_eq!(roster(&world), ["Ann declined", "Bob confirmed", "Cid waitlisted"]);
    assert_eq!((mails(&world), registered(&world, &event)), (vec!["signup_promoted bob request:0".to_owned()], (1, 1)));
}

fn invited(kckps: &TenantHandle, event: EventId, name: &str) -> VolunteerId {
    let draft = NewVolunteer { email: Some(format!("{}@example.org", name.to_lowercase())), ..new_volunteer(name, "Lee") };
    let id = kckps.volunteers().create(draft).unwrap().volunteer.id;
    kckps.rosters().assign(event, &NewParticipation { volunteer_id: Some(id.get()), ..NewParticipation::default() }).unwrap();
    id
}

#[test]
fn whom_staff_put_on_the_waitlist_while_a_place_is_free_has_it_before_whoever_signs_up_next() {
    let to_wait = ParticipationEdit { status: Patch::Set("waitlisted".into()), ..ParticipationEdit::default() };
    for (places, before, next) in
        [(1, SignupState::Waitlist, "waitlisted"), (2, SignupState::Open, "confirmed"), (0, SignupState::Open, "confirmed")]
    {
        let world = World::new();
        let event = event_for(&world, places);
        let eva = invited(&world.kckps(), event.id, "Eva");
        // As R2 has it: what staff say is done.
        let placed = world.kckps().rosters().edit(event.id, eva, &to_wait, None).unwrap();
        assert_eq!(placed.participation.status, ParticipationStatus::Waitlisted);
        assert_eq!((roster(&world), state(&world, &event)), (vec!["Eva waitlisted".to_owned()], before));
        assert_eq!(status(&world, &event, "Dee"), next);
        assert_eq!(roster(&world), ["Eva confirmed".to_owned(), format!("Dee {next}")]);
    }
}

#[test]
fn staff_can_put_somebody_behind_those_to_whom_the_free_place_goes() {
    let world = World::new();
    let event = unseen(&world);
    let eva = invited(&world.kckps(), event.id, "Eva");
    let to_wait = ParticipationEdit { status: Patch::Set("waitlisted".into()), ..ParticipationEdit::default() };
    world.kckps().rosters().edit(event.id, eva, &to_wait, None).unwrap();
    assert_eq!(status(&world, &event, "Dee"), "waitlisted");
    assert_eq!(roster(&world), ["Ann declined", "Bob confirmed", "Cid waitlisted", "Eva waitlisted", "Dee waitlisted"]);
}

/// Who waits, by their turn.
fn waiting(world: &World) -> String {
    let sql =
        "SELECT group_concat(first_name, ' ') FROM (SELECT v.first_name FROM participations p JOIN volunteers v ON v.id = p.volunteer_id
               WHERE p.status = 'waitlisted' ORDER BY p.waitlisted_at, p.id)";
    world.raw("kckps").query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn who_comes_back_within_the_same_millisecond_or_by_a_clock_that_is_behind_comes_last() {
    let world = World::new();
    let event = full(&world);
    let eva = invited(&world.kckps(), event.id, "Eva");
    for name in ["Fay", "Gil"] {
        status(&world, &event, name);
    }
    set(&world, event.id, "Bob", ParticipationStatus::Declined);
    assert_eq!(status(&world, &event, "Bob"), "waitlisted");
    assert_eq!(waiting(&world), "Cid Fay Gil Bob", "all in one moment");
    // By another process, whose clock is behind.
    world.clock.advance(chrono::TimeDelta::seconds(-2));
    set(&world, event.id, "Fay", ParticipationStatus::Declined);
    status(&world, &event, "Hal");
    status(&world, &event, "Fay");
    let place = set(&world, event.id, "Eva", ParticipationStatus::Waitlisted);
    assert_eq!((place.volunteer_id, waiting(&world).as_str()), (eva, "Cid Gil Bob Hal Fay Eva"), "staff's turn is after theirs, too");
    set(&world, event.id, "Cid", ParticipationStatus::Declined);
    set(&world, event.id, "Cid", ParticipationStatus::Waitlisted);
    assert_eq!(waiting(&world), "Gil Bob Hal Fay Eva Cid");
}

#[test]
fn of_two_records_of_one_person_who_waits_under_both_the_earlier_turn_counts() {
    let world = World::new();
    let event = event_for(&world, 1);
    for name in ["Ann", "Bob", "Cid", "Bobby"] {
        status(&world, &event, name);
        world.clock.advance(chrono::TimeDelta::minutes(1));
    }
    let merge = VolunteerMerge { merged_id: Some(number(&world, "Bob").get()), ..VolunteerMerge::default() };
    world.kckps().volunteers().merge(number(&world, "Bobby"), &merge, None).unwrap();
    assert_eq!(waiting(&world), "Bobby Cid");
    set(&world, event.id, "Ann", ParticipationStatus::Declined);
    assert_eq!(roster(&world), ["Ann declined", "Cid waitlisted", "Bobby confirmed"]);
    assert!(mails(&world).contains(&"signup_promoted bobby request:0".to_owned()), "{:?}", mails(&world));
}

#[test]
fn of_two_places_that_say_the_same_the_earlier_stamps_stay() {
    let world = World::new();
    let event = event_for(&world, 9);
    let kckps = world.kckps();
    let bob = invited(&kckps, event.id, "Bob");
    let first = world.polaris.now();
    world.clock.advance(chrono::TimeDelta::minutes(1));
    set(&world, event.id, "Bob", ParticipationStatus::Confirmed);
    world.clock.advance(chrono::TimeDelta::minutes(1));
    let bobby = invited(&kckps, event.id, "Bobby");
    set(&world, event.id, "Bobby", ParticipationStatus::Confirmed);
    let merge = VolunteerMerge { merged_id: Some(bob.get()), ..VolunteerMerge::default() };
    kckps.volunteers().merge(bobby, &merge, None).unwrap();
    let place = kckps.rosters().get(event.id, bobby).unwrap();
    let confirmed = first + chrono::TimeDelta::minutes(1);
    assert_eq!((place.status, place.invited_at, place.confirmed_at), (ParticipationStatus::Confirmed, Some(first), Some(confirmed)));
    assert_eq!(place.waitlisted_at, None);
}

#[test]
fn who_signed_up_and_waits_is_told_when_staff_decline_or_remove_them() {
    let world = World::new();
    let event = event_for(&world, 1);
    for name in ["Ann", "Bob", "Cid", "Dee", "Eva"] {
        status(&world, &event, name);
    }
    let fay = invited(&world.kckps(), event.id, "Fay");
    set(&world, event.id, "Fay", ParticipationStatus::Waitlisted);
    // Of a sign-up of their own everybody is told who has an address.
    let cid = number(&world, "Cid");
    sql(&world, "UPDATE volunteers SET do_not_contact = 1 WHERE first_name = 'Cid'");
    sql(&world, "UPDATE volunteers SET email = NULL, folded_email = NULL WHERE first_name = 'Dee'; DELETE FROM outbox");
    let dee: i64 = world.raw("kckps").query_row("SELECT id FROM volunteers WHERE first_name = 'Dee'", [], |row| row.get(0)).unwrap();
    let bob = set(&world, event.id, "Bob", ParticipationStatus::Declined);
    assert!(!bob.has_invite && bob.waitlisted_at.is_none());
    for volunteer in [cid, VolunteerId::new(dee), fay] {
        world.kckps().rosters().remove(event.id, volunteer, None).unwrap();
    }
    assert_eq!(mails(&world), ["signup_removed bob", "signup_removed cid"], "no calendar part, and nothing for who was put there by staff");
    // Who was told that they are off is not told again, and nothing is told of what has begun.
    world.kckps().rosters().remove(event.id, number(&world, "Bob"), None).unwrap();
    world.clock.set("2026-10-15T14:00:00Z".parse().unwrap());
    set(&world, event.id, "Eva", ParticipationStatus::Declined);
    assert_eq!(mails(&world).len(), 2);
}

fn confirmed(world: &World, event: EventId, id: VolunteerId) -> bool {
    let draft = NewParticipation { volunteer_id: Some(id.get()), status: Some("confirmed".into()), ..NewParticipation::default() };
    world.kckps().rosters().assign(event, &draft).unwrap().participation.has_invite
}

#[test]
fn who_waits_and_is_merged_into_a_record_that_has_a_place_is_told_of_it() {
    let world = World::new();
    let event = event_for(&world, 1);
    let kckps = world.kckps();
    let eva = kckps.volunteers().create(NewVolunteer { email: Some("eva@example.org".into()), ..new_volunteer("Eva", "Lee") });
    let eva = eva.unwrap().volunteer.id;
    assert!(!confirmed(&world, event.id, eva), "staff put them there and tell them");
    assert_eq!(status(&world, &event, "Bob"), "waitlisted");
    let merge = VolunteerMerge { merged_id: Some(number(&world, "Bob").get()), ..VolunteerMerge::default() };
    kckps.volunteers().merge(eva, &merge, None).unwrap();
    assert_eq!(mails(&world), ["signup_waitlisted bob", "signup_promoted eva request:0"]);
    assert!(kckps.rosters().get(event.id, eva).unwrap().has_invite);
}

#[test]
fn who_was_told_of_a_place_and_of_its_end_is_told_of_the_next() {
    let world = World::new();
    let event = full(&world);
    let set = |name: &str, to| set(&world, event.id, name, to);
    set("Ann", ParticipationStatus::Declined);
    let bob = number(&world, "Bob");
    // Nothing is known any more of how Bob came to it.
    sql(&world, "UPDATE participations SET signed_up_at = NULL");
    set("Bob", ParticipationStatus::Declined);
    set("Cid", ParticipationStatus::Declined);
    set("Bob", ParticipationStatus::Waitlisted);
    let before = mails(&world).len();
    assert!(set("Bob", ParticipationStatus::Confirmed).has_invite);
    assert_eq!(mails(&world)[before..], ["signup_promoted bob request:2"]);
    world.kckps().rosters().remove(event.id, bob, None).unwrap();
    assert_eq!(mails(&world)[before + 1..], ["signup_removed bob cancel:3"]);
    assert!(confirmed(&world, event.id, bob));
    assert_eq!(mails(&world)[before + 2..], ["signup_confirmed bob request:4"]);
}
