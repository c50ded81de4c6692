//! S4: seeing and cancelling one's own sign-up by the link in one's mail, and who gets the place.

use polaris_core::types::{EventId, SignupState};
use polaris_core::{EventEdit, ManagedSignup, NewCancellation, Patch, Result};

use super::signup::{ADDRESS, event_for, from, link, mails, registered, roster, status};
use super::support::{World, code};

fn look(world: &World, secret: &str) -> Result<ManagedSignup> {
    from(world, ADDRESS).look(secret)
}

fn cancel(world: &World, secret: &str) -> Result<ManagedSignup> {
    from(world, ADDRESS).cancel(secret)
}

fn needs(world: &World, event: EventId, places: i64) {
    let edit = EventEdit { volunteers_needed: Patch::Set(places), ..EventEdit::default() };
    world.kckps().events().edit(event, edit, None).unwrap();
}

#[test]
fn the_link_shows_how_one_stands_and_whether_one_can_cancel() {
    let world = World::new();
    let event = event_for(&world, 1);
    for name in ["Ann", "Bob", "Cid"] {
        status(&world, &event, name);
    }
    let (ann, cid) = (link(&world, "Ann"), link(&world, "Cid"));
    let seen = look(&world, &ann).unwrap();
    assert_eq!((seen.status.as_str(), seen.can_cancel, seen.waitlist_position), ("confirmed", true, None));
    assert_eq!((seen.event.event.slug.as_str(), seen.event.state), ("career-day-2026-10-15", SignupState::Waitlist));
    let seen = look(&world, &cid).unwrap();
    assert_eq!((seen.status.as_str(), seen.can_cancel, seen.waitlist_position), ("waitlisted", true, Some(2)));
    world.clock.set("2026-10-15T14:00:00Z".parse().unwrap());
    assert!(!look(&world, &ann).unwrap().can_cancel, "it has begun");
    let error = cancel(&world, &ann).unwrap_err();
    assert_eq!((error.code(), error.to_string().as_str()), ("CONFLICT", "this event has begun: nothing can be cancelled any more"));
    assert_eq!(roster(&world)[0], "Ann confirmed");
}

#[test]
fn cancelling_frees_the_place_for_the_first_on_the_waitlist_and_both_are_told() {
    let world = World::new();
    let event = event_for(&world, 1);
    for name in ["Ann", "Bob", "Cid"] {
        status(&world, &event, name);
    }
    let before = world.public().revision().public;
    let seen = cancel(&world, &link(&world, "Ann")).unwrap();
    assert_eq!((seen.status.as_str(), seen.can_cancel), ("declined", false));
    assert_eq!(roster(&world), ["Ann declined", "Bob confirmed", "Cid waitlisted"]);
    assert_eq!(registered(&world, &event), (1, 1));
    assert_eq!(mails(&world)[3..], ["signup_cancelled ann cancel:1", "signup_promoted bob request:0"]);
    assert!(world.public().revision().public > before);
    let promoted = world.kckps().rosters().get(event.id, "bob@example.org").unwrap();
    assert_eq!((promoted.confirmed_at, promoted.has_invite), (Some(world.polaris.now()), true));
    assert!(promoted.waitlisted_at.is_some() && promoted.signed_up_at.is_some());
    // Who was taken out of the calendar and comes again gets an invite that counts for more than its cancellation.
    cancel(&world, &link(&world, "Cid")).unwrap();
    cancel(&world, &link(&world, "Bob")).unwrap();
    assert_eq!(status(&world, &event, "Ann"), "confirmed");
    let later = ["signup_cancelled cid", "signup_cancelled bob cancel:1", "signup_confirmed ann request:2"];
    assert_eq!(mails(&world)[5..], later, "who only waited had no invite");
    let details: String = world
        .raw("kckps")
        .query_row("SELECT details FROM audit_entries WHERE action = 'signup.cancel' ORDER BY id LIMIT 1", [], |row| row.get(0))
        .unwrap();
    assert_eq!(details, r#"{"promoted":1,"status":{"from":"confirmed","to":"declined"},"volunteer":1}"#);
}

#[test]
fn cancelling_twice_is_cancelling_once() {
    let world = World::new();
    let event = event_for(&world, 1);
    for name in ["Ann", "Bob", "Cid"] {
        status(&world, &event, name);
    }
    let ann = link(&world, "Ann");
    cancel(&world, &ann).unwrap();
    let entries = || world.raw("kckps").query_row("SELECT count(*) FROM audit_entries", [], |row| row.get::<_, i64>(0)).unwrap();
    let (told, entered) = (mails(&world), entries());
    assert_eq!(cancel(&world, &ann).unwrap().status.as_str(), "declined");
    assert_eq!((mails(&world), entries()), (told, entered));
    assert_eq!(roster(&world), ["Ann declined", "Bob confirmed", "Cid waitlisted"]);
}

#[test]
fn who_waits_and_leaves_gives_no_place_away_nor_does_an_event_with_more_than_it_wants() {
    let world = World::new();
    let event = event_for(&world, 2);
    for name in ["Ann", "Bob", "Cid", "Dee"] {
        status(&world, &event, name);
    }
    cancel(&world, &link(&world, "Cid")).unwrap();
    assert_eq!(roster(&world), ["Ann confirmed", "Bob confirmed", "Cid declined", "Dee waitlisted"]);
    needs(&world, event.id, 1);
    cancel(&world, &link(&world, "Ann")).unwrap();
    assert_eq!((roster(&world)[3].as_str(), registered(&world, &event)), ("Dee waitlisted", (1, 1)), "one is all it wants now");
    cancel(&world, &link(&world, "Bob")).unwrap();
    assert_eq!(roster(&world)[3], "Dee confirmed");
}

#[test]
fn who_can_not_be_told_or_has_left_is_passed_over_and_a_draft_gives_nothing_away() {
    let world = World::new();
    let event = event_for(&world, 1);
    for name in ["Ann", "Bob", "Cid", "Dee", "Eva"] {
        status(&world, &event, name);
    }
    let volunteers = world.kckps();
    volunteers.volunteers().deactivate(volunteers.volunteers().get("bob@example.org").unwrap().volunteer.id).unwrap();
    let raw = world.raw("kckps");
    raw.execute_batch(
        "UPDATE volunteers SET email = NULL, folded_email = NULL WHERE first_name = 'Cid';
         UPDATE volunteers SET do_not_contact = 1 WHERE first_name IN ('Dee', 'Eva');
         UPDATE participations SET signed_up_at = NULL WHERE volunteer_id = (SELECT id FROM volunteers WHERE first_name = 'Dee')",
    )
    .unwrap();
    cancel(&world, &link(&world, "Ann")).unwrap();
    assert_eq!(roster(&world)[4], "Eva confirmed", "who signed up themselves is told of it");
    let kckps = world.kckps();
    kckps.events().unpublish(event.id).unwrap();
    kckps.events().return_to_draft(event.id).unwrap();
    raw.execute_batch("UPDATE volunteers SET active = 1 WHERE first_name = 'Bob'").unwrap();
    let eva = link(&world, "Eva");
    assert_eq!(look(&world, &eva).unwrap().event.state, SignupState::Withdrawn);
    cancel(&world, &eva).unwrap();
    assert_eq!((roster(&world)[1].as_str(), registered(&world, &event)), ("Bob waitlisted", (0, 0)));
}

#[test]
fn unknown_and_expired_links_get_one_answer() {
    let world = World::new();
    let event = event_for(&world, 1);
    status(&world, &event, "Ann");
    let ann = link(&world, "Ann");
    let raw = world.raw("kckps");
    raw.execute(
        "INSERT INTO mail_links (hash, purpose, volunteer_id, created_at)
         VALUES (?1, 'unsubscribe', 1, '2026-09-01T12:00:00.000Z')",
        [polaris_core::types::MailSecret::generate([200; 32]).hash().as_str()],
    )
    .unwrap();
    let other_purpose = polaris_core::types::MailSecret::generate([200; 32]);
    for wrong in ["", "guess", "../x", "plml_", &ann.to_uppercase(), &ann[..47], other_purpose.reveal()] {
        assert_eq!(code(look(&world, wrong)), "INVALID_LINK", "{wrong}");
        assert_eq!(code(cancel(&world, wrong)), "INVALID_LINK", "{wrong}");
    }
    let hickman = world.polaris.signup("hickman", polaris_core::Context::default(), polaris_core::Patience::Wait).unwrap();
    assert_eq!(code(hickman.look(&ann)), "INVALID_LINK", "another tenant's");
    world.clock.set("2026-11-14T15:00:00Z".parse().unwrap());
    assert!(look(&world, &ann).is_ok());
    world.clock.set("2026-11-14T15:00:01Z".parse().unwrap());
    assert_eq!(code(look(&world, &ann)), "INVALID_LINK", "30 days after its end");
}

#[test]
fn nothing_is_left_to_cancel_of_a_cancelled_event() {
    let world = World::new();
    let event = event_for(&world, 1);
    status(&world, &event, "Ann");
    let ann = link(&world, "Ann");
    world.kckps().events().cancel(event.id, NewCancellation::default()).unwrap();
    let seen = look(&world, &ann).unwrap();
    assert_eq!((seen.event.state, seen.can_cancel), (SignupState::Cancelled, false));
    assert_eq!(cancel(&world, &ann).unwrap_err().to_string(), "this event was cancelled: there is nothing left to cancel");
}
