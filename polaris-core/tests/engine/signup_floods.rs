//! S5: how many mails anybody can cause to one address through the public door, and that nobody learns from it who is known.

use chrono::TimeDelta;
use polaris_core::types::SignupStatus;
use polaris_core::{Error, Event, NewSignup, ParticipationEdit, Patch, VolunteerMerge};

use super::signup::{event_for, from, link, mails, outbox, person, registered, roster, sign_up, status};
use super::support::{World, code};

/// Seconds to wait, where so much went to the address already.
fn wait(world: &World, event: &Event, signup: &NewSignup) -> Option<u32> {
    match sign_up(world, event, signup) {
        Ok(_) => None,
        Err(Error::RateLimitExceeded { retry_after, quota: None }) => Some(retry_after),
        Err(other) => panic!("{other}"),
    }
}

fn set(world: &World, event: &Event, status: &str) {
    let edit = ParticipationEdit { status: Patch::Set(status.into()), ..ParticipationEdit::default() };
    world.kckps().rosters().edit(event.id, "ann@example.org", &edit, None).unwrap();
}

#[test]
fn thirty_who_sign_up_with_one_address_at_once_cause_one_mail() {
    let world = World::new();
    let event = event_for(&world, 2);
    let answers: Vec<_> = std::thread::scope(|threads| {
        let each = (0..30_u8).map(|number| {
            let (world, id) = (&world, event.id);
            threads.spawn(move || {
                let door = from(world, &format!("192.0.2.{number}"));
                door.attempt().unwrap().submit(id, &person("Ann"), None).unwrap().status
            })
        });
        each.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| *answer == SignupStatus::Confirmed), "each is answered as usual");
    assert_eq!((roster(&world), mails(&world)), (vec!["Ann confirmed".to_owned()], vec!["signup_confirmed ann request:0".to_owned()]));
}

#[test]
fn who_signs_up_again_is_told_again_when_ten_minutes_have_passed_or_the_mail_did_not_go_out() {
    let world = World::new();
    let event = event_for(&world, 1);
    for name in ["Ann", "Bob", "Ann", "Bob"] {
        status(&world, &event, name);
    }
    assert_eq!(mails(&world), ["signup_confirmed ann request:0", "signup_waitlisted bob"]);
    let shouted = NewSignup { email: "ANN@Example.org".into(), ..person("Ann") };
    sign_up(&world, &event, &shouted).unwrap();
    assert_eq!(mails(&world).len(), 2, "in any case of letters");
    world.clock.advance(TimeDelta::minutes(10) - TimeDelta::milliseconds(1));
    status(&world, &event, "Ann");
    assert_eq!(mails(&world).len(), 2);
    world.clock.advance(TimeDelta::milliseconds(1));
    status(&world, &event, "Ann");
    status(&world, &event, "Bob");
    assert_eq!(mails(&world)[2..], ["signup_confirmed ann request:0", "signup_waitlisted bob"]);
    for (state, told) in [("sending", 4), ("sent", 4), ("failed", 5), ("held", 6)] {
        world.raw("kckps").execute("UPDATE outbox SET state = ?1", [state]).unwrap();
        status(&world, &event, "Ann");
        assert_eq!(mails(&world).len(), told, "{state}");
    }
    let other = event_for(&world, 0);
    status(&world, &other, "Ann");
    assert_eq!(mails(&world).len(), 7, "another event is another sign-up");
}

#[test]
fn who_cancels_and_signs_up_again_at_once_is_told_of_each() {
    let world = World::new();
    let event = event_for(&world, 1);
    status(&world, &event, "Ann");
    let ann = link(&world, "Ann");
    from(&world, "192.0.2.7").cancel(&ann).unwrap();
    status(&world, &event, "Ann");
    let told = ["signup_confirmed ann request:0", "signup_cancelled ann cancel:1", "signup_confirmed ann request:2"];
    assert_eq!(mails(&world), told);
    // Staff take her off and put her back: she is told of both, and signing up once more tells nothing new.
    set(&world, &event, "declined");
    set(&world, &event, "confirmed");
    status(&world, &event, "Ann");
    assert_eq!(mails(&world)[3..], ["signup_removed ann cancel:3", "signup_confirmed ann request:4"]);
    // A place is somebody else's meanwhile.
    set(&world, &event, "declined");
    status(&world, &event, "Bob");
    status(&world, &event, "Ann");
    assert_eq!(mails(&world).last().unwrap(), "signup_waitlisted ann");
}

#[test]
fn an_address_gets_ten_mails_an_hour_and_then_nobody_signs_up_with_it() {
    let world = World::new();
    let events: Vec<_> = (0..12).map(|_| event_for(&world, 0)).collect();
    for event in &events[..10] {
        assert_eq!(wait(&world, event, &person("Ann")), None);
        world.clock.advance(TimeDelta::minutes(1));
    }
    let before = (roster(&world), outbox(&world), world.public().revision());
    let entries = || world.raw("kckps").query_row("SELECT count(*) FROM audit_entries", [], |row| row.get::<_, i64>(0)).unwrap();
    let entered = entries();
    let shouted = NewSignup { email: " ANN@example.ORG ".into(), phone: Some("555-0100".into()), ..person("Ann") };
    assert_eq!(wait(&world, &events[10], &shouted), Some(50 * 60), "until the first of them is an hour old");
    assert_eq!(wait(&world, &events[9], &shouted), Some(50 * 60), "also where she is signed up");
    let bot = NewSignup { website: Some("https://spam.example".into()), ..person("Ann") };
    assert_eq!(wait(&world, &events[10], &bot), Some(50 * 60), "and a program");
    assert_eq!((roster(&world), outbox(&world), world.public().revision(), entries()), (before.0, before.1, before.2, entered));
    assert_eq!(code(sign_up(&world, &events[10], &NewSignup { first_name: String::new(), ..shouted })), "VALIDATION_FAILED");
    assert_eq!(wait(&world, &events[10], &person("Bob")), None, "others are not concerned");
    assert_eq!(registered(&world, &events[10]), (1, 1));
    world.clock.advance(TimeDelta::minutes(50));
    assert_eq!(wait(&world, &events[10], &person("Ann")), None);
    assert_eq!(wait(&world, &events[11], &person("Ann")), Some(60));
}

#[test]
fn cancelling_counts_is_never_refused_and_another_tenant_counts_for_itself() {
    let world = World::new();
    let event = event_for(&world, 0);
    for _ in 0..5 {
        assert_eq!(wait(&world, &event, &person("Ann")), None);
        from(&world, "192.0.2.7").cancel(&link(&world, "Ann")).unwrap();
    }
    assert_eq!(wait(&world, &event, &person("Ann")), Some(3600));
    let other = event_for(&world, 0);
    for _ in 0..9 {
        world.clock.advance(TimeDelta::minutes(11));
        wait(&world, &other, &person("Bob"));
    }
    from(&world, "192.0.2.7").cancel(&link(&world, "Bob")).unwrap();
    assert_eq!(mails(&world).last().unwrap(), "signup_cancelled bob cancel:1");
}

/// Somebody known to staff in whatever way is refused exactly when somebody unknown is.
#[test]
fn nobody_learns_from_being_refused_whether_an_address_is_known() {
    let refused = |known: Option<&str>| {
        let world = World::new();
        let events: Vec<_> = (0..12).map(|_| event_for(&world, 1)).collect();
        if let Some(status) = known {
            let raw = world.raw("kckps");
            let now = "2026-08-01T12:00:00.000Z";
            let sql = "INSERT INTO volunteers (first_name, last_name, folded_name, email, folded_email, created_at, updated_at)
                       VALUES ('Ann', 'Lee', 'lee ann', 'ann@example.org', 'ann@example.org', ?1, ?1)";
            raw.execute(sql, [now]).unwrap();
            let sql = "INSERT INTO participations (event_id, volunteer_id, status, created_at, updated_at) VALUES (?1, 1, ?2, ?3, ?3)";
            for event in events.iter().take(5) {
                raw.execute(sql, (event.id.get(), status, now)).unwrap();
            }
            // What staff cause to go to her tells nothing either.
            let sql = "INSERT INTO outbox (kind, recipient, volunteer_id, data, next_attempt_at, created_at)
                       VALUES (?1, 'ann@example.org', 1, '{}', ?2, ?2)";
            for kind in ["signup_promoted", "signup_removed", "event_changed", "event_cancelled", "outreach", "reset"] {
                raw.execute(sql, (kind, "2026-09-01T12:00:00.000Z")).unwrap();
            }
        }
        let twice = events.iter().flat_map(|event| [event, event]);
        twice.map(|event| wait(&world, event, &person("Ann"))).collect::<Vec<_>>()
    };
    let unknown = refused(None);
    assert_eq!(unknown.iter().filter(|answer| answer.is_some()).count(), 5, "of the tenth event the second, and both of the last two");
    for known in ["invited", "confirmed", "waitlisted", "declined", "attended", "no_show"] {
        assert_eq!(refused(Some(known)), unknown, "{known}");
    }
}

#[test]
fn the_count_of_an_addresses_mails_is_read_from_an_index() {
    let world = World::new();
    let sql = "EXPLAIN QUERY PLAN SELECT created_at FROM outbox
               WHERE lower(recipient) = 'a' AND created_at > 'b' AND kind IN ('signup_confirmed', 'signup_waitlisted', 'signup_cancelled')
               ORDER BY created_at DESC LIMIT 1 OFFSET 9";
    let plan: String = world.raw("kckps").query_row(sql, [], |row| row.get("detail")).unwrap();
    assert_eq!(plan, "SEARCH outbox USING INDEX outbox_by_door (<expr>=? AND created_at>?)");
}

#[test]
fn two_addresses_of_one_person_are_told_once_each_like_those_of_two() {
    let world = World::new();
    let event = event_for(&world, 0);
    let door = event_for(&world, 0);
    for name in ["Ann", "Bob"] {
        status(&world, &event, name);
    }
    let number = |email: &str| world.kckps().volunteers().get(email).unwrap().volunteer.id;
    let merge = VolunteerMerge { merged_id: Some(number("bob@example.org").get()), ..VolunteerMerge::default() };
    world.kckps().volunteers().merge(number("ann@example.org"), &merge, None).unwrap();
    let before = mails(&world).len();
    for _ in 0..11 {
        for name in ["Ann", "Bob"] {
            assert_eq!(wait(&world, &door, &person(name)), None);
        }
    }
    assert_eq!(mails(&world)[before..].len(), 2, "{:?}", mails(&world));
}
