//! S2: whose sign-up it is: somebody known by the e-mail address, of whom only blanks are filled, or somebody new.

use polaris_core::types::{EmailAddress, PhoneNumber};
use polaris_core::{NewSignup, NewVolunteer, Volunteer, VolunteerMerge};

use super::signup::{event_for, mails, person, registered, roster, sign_up, status};
use super::support::{World, new_volunteer};

fn full(first_name: &str) -> NewSignup {
    NewSignup {
        phone: Some("(913) 555-0100".into()),
        organization: Some("Bäckerei Lee".into()),
        notes: Some("I can bring a drill.\nAnd bits.".into()),
        ..person(first_name)
    }
}

fn volunteer(world: &World, email: &str) -> Volunteer {
    world.kckps().volunteers().get(email).unwrap().volunteer
}

fn notes(world: &World, event: polaris_core::types::EventId, email: &str) -> Option<String> {
    world.kckps().rosters().get(event, email).unwrap().notes
}

#[test]
fn somebody_new_is_added_with_all_that_they_gave() {
    let world = World::new();
    let event = event_for(&world, 0);
    sign_up(&world, &event, &NewSignup { email: " Ann@Example.org ".into(), ..full("Ann") }).unwrap();
    let ann = volunteer(&world, "ann@example.org");
    assert_eq!((ann.first_name.as_str(), ann.last_name.as_str(), ann.active), ("Ann", "Lee", true));
    assert_eq!(ann.email.as_ref().map(EmailAddress::as_str), Some("Ann@Example.org"));
    assert_eq!(ann.phone.as_ref().map(PhoneNumber::as_str), Some("(913) 555-0100"));
    assert_eq!(ann.organization.as_deref(), Some("Bäckerei Lee"));
    let place = world.kckps().rosters().get(event.id, "ann@example.org").unwrap();
    assert_eq!(place.notes.as_deref(), Some("I can bring a drill.\nAnd bits."));
    let now = Some(world.polaris.now());
    assert_eq!((place.signed_up_at, place.confirmed_at, place.invited_at, place.has_invite), (now, now, None, true));
}

#[test]
fn of_somebody_known_only_blanks_are_filled_and_what_differs_stands_in_the_notes() {
    let world = World::new();
    let event = event_for(&world, 0);
    let known = NewVolunteer {
        email: Some("ann@example.org".into()),
        organization: Some("City Hall".into()),
        do_not_contact: Some(true),
        ..new_volunteer("Anna", "Leigh")
    };
    let before = world.kckps().volunteers().create(known).unwrap().volunteer;
    world.kckps().volunteers().deactivate(before.id).unwrap();
    sign_up(&world, &event, &full("Ann")).unwrap();
    let after = volunteer(&world, "ann@example.org");
    assert_eq!((after.id, after.active, after.do_not_contact), (before.id, true, true), "reactivated, and no more");
    assert_eq!((after.first_name.as_str(), after.last_name.as_str(), after.organization.as_deref()), ("Anna", "Leigh", Some("City Hall")));
    assert_eq!(after.phone.as_ref().map(PhoneNumber::as_str), Some("(913) 555-0100"), "it was blank");
    let expected = "I can bring a drill.\nAnd bits.\n\n\
                    Given at sign-up, and different from the record: name: Ann Lee; organization: Bäckerei Lee";
    assert_eq!(notes(&world, event.id, "ann@example.org").as_deref(), Some(expected));
    // The same again adds nothing, and what is only written otherwise differs in nothing.
    sign_up(&world, &event, &full("Ann")).unwrap();
    let same = NewSignup {
        organization: Some("CITY HALL".into()),
        phone: Some("913.555.0100".into()),
        first_name: "ANNA".into(),
        last_name: "leigh".into(),
        ..person("Ann")
    };
    sign_up(&world, &event, &same).unwrap();
    assert_eq!(notes(&world, event.id, "ann@example.org").as_deref(), Some(expected));
    assert_eq!(volunteer(&world, "ann@example.org").version, after.version, "nothing was left to fill");
    assert_eq!(mails(&world).len(), 1, "asked not to be contacted, but told of what they do themselves");
}

#[test]
fn notes_grow_no_longer_than_notes_are() {
    let world = World::new();
    let event = event_for(&world, 0);
    for number in 0..4 {
        let notes = Some(format!("{number}{}", "é".repeat(2_000)));
        sign_up(&world, &event, &NewSignup { notes, ..person("Ann") }).unwrap();
    }
    let notes = notes(&world, event.id, "ann@example.org").unwrap();
    assert_eq!(notes.chars().count(), 5_000);
    assert!(notes.starts_with("0é"));
}

#[test]
fn the_address_of_one_who_was_merged_leads_to_the_other() {
    let world = World::new();
    let event = event_for(&world, 1);
    let volunteers = |name: &str| {
        let draft = NewVolunteer { email: Some(format!("{name}@example.org")), ..new_volunteer(name, "Lee") };
        world.kckps().volunteers().create(draft).unwrap().volunteer.id
    };
    let (ann, anna) = (volunteers("Ann"), volunteers("Anna"));
    let merge = VolunteerMerge { merged_id: Some(anna.get()), ..VolunteerMerge::default() };
    world.kckps().volunteers().merge(ann, &merge, None).unwrap();
    assert_eq!(status(&world, &event, "Anna"), "confirmed");
    assert_eq!(world.kckps().rosters().get(event.id, ann).unwrap().volunteer_id, ann);
    assert_eq!(mails(&world), ["signup_confirmed anna request:0"], "told at the address that they gave");
    let count: i64 = world.raw("kckps").query_row("SELECT count(*) FROM volunteers", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 1);
}

#[test]
fn a_merge_keeps_links_mails_and_the_invite_of_a_sign_up() {
    let world = World::new();
    let event = event_for(&world, 1);
    status(&world, &event, "Ann");
    let secret = super::signup::link(&world, "Ann");
    let keep = world.kckps().volunteers().create(new_volunteer("Anna", "Lee")).unwrap().volunteer.id;
    let place = polaris_core::NewParticipation { volunteer_id: Some(keep.get()), ..polaris_core::NewParticipation::default() };
    world.kckps().rosters().assign(event.id, &place).unwrap();
    let ann = volunteer(&world, "ann@example.org").id;
    let merge = VolunteerMerge { merged_id: Some(ann.get()), ..VolunteerMerge::default() };
    world.kckps().volunteers().merge(keep, &merge, None).unwrap();
    assert_eq!((roster(&world), registered(&world, &event)), (vec!["Anna confirmed".to_owned()], (1, 1)));
    let seen = super::signup::from(&world, super::signup::ADDRESS).look(&secret).unwrap();
    assert_eq!(seen.status.as_str(), "confirmed");
    let invites: i64 = world.raw("kckps").query_row("SELECT volunteer_id FROM invites", [], |row| row.get(0)).unwrap();
    assert_eq!(invites, keep.get());
    let mail = "SELECT p.volunteer_id FROM outbox o JOIN participations p ON p.id = o.participation_id";
    assert_eq!(world.raw("kckps").query_row(mail, [], |row| row.get::<_, i64>(0)).unwrap(), keep.get());
}
