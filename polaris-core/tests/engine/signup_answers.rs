//! S2: what is answered to who signs up. It follows from the event alone; the mail tells how they stand.

use polaris_core::types::EventId;
use polaris_core::{Context, IdempotencyKey, NewSignup, ParticipationEdit, Patch, Patience};

use super::signup::{event_for, mails, outbox, person, registered, roster, sign_up, status, without_waitlist};
use super::support::{World, code, titled};

fn set(world: &World, event: EventId, email: &str, status: &str) {
    let edit = ParticipationEdit { status: Patch::Set(status.into()), ..ParticipationEdit::default() };
    world.kckps().rosters().edit(event, email, &edit, None).unwrap();
}

#[test]
fn a_name_that_holds_a_link_or_an_address_is_refused_beside_its_field_s5() {
    let world = World::new();
    let event = event_for(&world, 2);
    for evil in ["evil.example/win", "https://evil.example", "me@evil", "WWW.evil", "evil\\win"] {
        let draft = NewSignup { first_name: evil.into(), last_name: evil.into(), ..person("Ann") };
        let error = sign_up(&world, &event, &draft).unwrap_err();
        let fields: Vec<_> = error.fields().iter().map(|field| (field.field.as_str(), field.code)).collect();
        assert_eq!(fields, [("first_name", "HOLDS_ADDRESS"), ("last_name", "HOLDS_ADDRESS")], "{evil}");
        assert!(error.to_string().contains("enter the name without"), "{error}");
    }
    assert_eq!(outbox(&world), []);
}

#[test]
fn who_signs_up_has_a_place_until_all_are_taken_and_then_waits() {
    let world = World::new();
    let event = event_for(&world, 2);
    let answers: Vec<_> = ["Ann", "Bob", "Cid", "Dee"].map(|name| status(&world, &event, name)).into();
    assert_eq!(answers, ["confirmed", "confirmed", "waitlisted", "waitlisted"]);
    assert_eq!(roster(&world), ["Ann confirmed", "Bob confirmed", "Cid waitlisted", "Dee waitlisted"]);
    assert_eq!(registered(&world, &event), (2, 2));
    let expected = ["signup_confirmed ann request:0", "signup_confirmed bob request:0", "signup_waitlisted cid", "signup_waitlisted dee"];
    assert_eq!(mails(&world), expected, "each is told, and only who has a place gets it into the calendar");
    let (_, _, data) = &outbox(&world)[0];
    assert_eq!((&data["event"]["title"], &data["event"]["location"]), (&"Career Day".into(), &event.location.as_str().into()));
}

#[test]
fn an_event_that_states_no_number_takes_everybody_and_one_without_waitlist_refuses_the_next() {
    let world = World::new();
    let (any, one) = (event_for(&world, 0), event_for(&world, 1));
    without_waitlist(&world);
    assert!((0..30).all(|number| status(&world, &any, &format!("A{number}")) == "confirmed"));
    assert_eq!(status(&world, &one, "Ann"), "confirmed");
    let (people, told) = (roster(&world).len(), mails(&world).len());
    let error = sign_up(&world, &one, &person("Bob")).unwrap_err();
    assert_eq!((error.code(), error.to_string().as_str()), ("EVENT_FULL", "this event is full and takes no more sign-ups"));
    assert_eq!(code(sign_up(&world, &one, &person("Ann"))), "EVENT_FULL", "also for one who has a place");
    assert_eq!((roster(&world).len(), mails(&world).len()), (people, told));
    let bob = "SELECT count(*) FROM volunteers WHERE first_name = 'Bob'";
    assert_eq!(world.raw("kckps").query_row(bob, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn the_answer_is_the_same_whoever_asks_and_the_mail_tells_the_truth() {
    // For each way in which somebody may be known already: what they are told by mail at an open and at a full event.
    for (before, open, full) in [
        ("confirmed", "signup_confirmed", "signup_confirmed"),
        ("waitlisted", "signup_promoted", "signup_waitlisted"),
        ("invited", "signup_confirmed", "signup_waitlisted"),
        ("declined", "signup_confirmed", "signup_waitlisted"),
        ("attended", "signup_confirmed", "signup_confirmed"),
        ("no_show", "signup_confirmed", "signup_waitlisted"),
    ] {
        for (places, answer, told) in [(9, "confirmed", open), (1, "waitlisted", full)] {
            let world = World::new();
            let event = event_for(&world, places);
            status(&world, &event, "Full");
            let raw = world.raw("kckps");
            let now = "2026-08-01T12:00:00.000Z";
            raw.execute(
                "INSERT INTO volunteers (first_name, last_name, folded_name, email, folded_email, created_at, updated_at)
                 VALUES ('Ann', 'Lee', 'lee ann', 'ann@example.org', 'ann@example.org', ?1, ?1)",
                [now],
            )
            .unwrap();
            raw.execute(
                "INSERT INTO participations (event_id, volunteer_id, status, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
                (event.id.get(), raw.last_insert_rowid(), before, now),
            )
            .unwrap();
            raw.execute_batch(
                "UPDATE events SET volunteers_registered =
                     (SELECT count(*) FROM participations WHERE status IN ('confirmed', 'attended'))",
            )
            .unwrap();
            assert_eq!(status(&world, &event, "Ann"), answer, "{before} {places}");
            assert_eq!(status(&world, &event, "New"), answer, "{before} {places}: as for somebody new");
            assert!(mails(&world)[1].starts_with(&format!("{told} ann")), "{before} {places}: {:?}", mails(&world));
            let (counted, there) = registered(&world, &event);
            assert_eq!(counted, there, "{before} {places}");
            let twice = "SELECT count(*) FROM participations p JOIN volunteers v ON v.id = p.volunteer_id WHERE v.first_name = 'Ann'";
            assert_eq!(raw.query_row(twice, [], |row| row.get::<_, i64>(0)).unwrap(), 1, "{before}: no second record");
        }
    }
}

#[test]
fn who_signs_up_again_keeps_their_turn_and_who_declined_comes_anew() {
    let world = World::new();
    let event = event_for(&world, 1);
    for name in ["Ann", "Bob", "Cid", "Bob"] {
        status(&world, &event, name);
    }
    let waiting =
        "SELECT group_concat(first_name) FROM (SELECT v.first_name FROM participations p JOIN volunteers v ON v.id = p.volunteer_id
                   WHERE p.status = 'waitlisted' ORDER BY p.waitlisted_at, p.id)";
    assert_eq!(world.raw("kckps").query_row(waiting, [], |row| row.get::<_, String>(0)).unwrap(), "Bob,Cid");
    world.clock.advance(chrono::TimeDelta::hours(1));
    set(&world, event.id, "bob@example.org", "declined");
    assert_eq!(status(&world, &event, "Bob"), "waitlisted");
    assert_eq!(world.raw("kckps").query_row(waiting, [], |row| row.get::<_, String>(0)).unwrap(), "Cid,Bob");
    let place = world.kckps().rosters().get(event.id, "bob@example.org").unwrap();
    assert_eq!((place.signed_up_at, place.waitlisted_at, place.declined_at), (Some(world.polaris.now()), Some(world.polaris.now()), None));
}

#[test]
fn every_broken_field_is_named_at_once_and_nothing_is_written() {
    let world = World::new();
    let event = event_for(&world, 0);
    let broken = NewSignup {
        first_name: " ".into(),
        last_name: "x".repeat(101),
        email: "ann at example".into(),
        phone: Some("call me".into()),
        organization: Some("two\nlines".into()),
        notes: Some("\u{1}".into()),
        website: None,
    };
    let error = sign_up(&world, &event, &broken).unwrap_err();
    let fields: Vec<_> = error.fields().iter().map(|field| (field.field.as_str(), field.code)).collect();
    let named = ["first_name", "last_name", "email", "phone", "organization", "notes"];
    assert_eq!(fields.iter().map(|(field, _)| *field).collect::<Vec<_>>(), named, "{fields:?}");
    let error = sign_up(&world, &event, &NewSignup::default()).unwrap_err();
    let required: Vec<_> = error.fields().iter().map(|field| (field.field.as_str(), field.code)).collect();
    assert_eq!(required, [("first_name", "REQUIRED"), ("last_name", "REQUIRED"), ("email", "REQUIRED")]);
    assert!(roster(&world).is_empty() && mails(&world).is_empty());
    assert!(!format!("{broken:?}").contains("example"), "who signs up stays out of logs");
}

#[test]
fn an_event_that_is_over_refuses_and_says_why() {
    let world = World::new();
    let event = event_for(&world, 1);
    status(&world, &event, "Ann");
    world.clock.set("2026-10-15T14:00:00Z".parse().unwrap());
    let error = sign_up(&world, &event, &person("Bob")).unwrap_err();
    assert_eq!((error.code(), error.to_string().as_str()), ("SIGNUP_CLOSED", "sign-up for this event is over: it has begun"));
    assert_eq!(code(sign_up(&world, &event, &person("Ann"))), "SIGNUP_CLOSED");
    let draft = world.kckps().events().create(titled("Draft", "2026-12-01T09:00")).unwrap();
    assert_eq!(code(sign_up(&world, &draft, &person("Bob"))), "EVENT_NOT_FOUND");
    assert_eq!(mails(&world).len(), 1);
}

#[test]
fn a_repeated_request_gets_the_first_answer_and_the_key_is_its_addresses_own() {
    let world = World::new();
    let event = event_for(&world, 1);
    let door = world.polaris.signup("kckps", Context::default(), Patience::Wait).unwrap();
    let submit = |name: &str, body: &str| {
        let key = IdempotencyKey::new("k").unwrap().for_body(body.as_bytes());
        let answer = door.attempt().unwrap().submit(event.id, &person(name), Some(&key));
        (answer.as_ref().map_or_else(polaris_core::Error::code, |signed_up| signed_up.status.as_str()), key.was_repeated())
    };
    assert_eq!(submit("Ann", "1"), ("confirmed", false));
    assert_eq!(submit("Ann", "1"), ("confirmed", true), "though the event is full by now");
    assert_eq!(submit("Ann", "2"), ("CONFLICT", false));
    assert_eq!(submit("Bob", "1"), ("waitlisted", false), "another's key is another key");
    assert_eq!(mails(&world).len(), 2);
}

#[test]
fn the_audit_log_tells_of_it_without_personal_data_and_what_the_public_sees_is_made_anew() {
    let world = World::new();
    let event = event_for(&world, 1);
    let before = world.public().revision().public;
    status(&world, &event, "Ann");
    assert_eq!(world.public().revision().public, before + 1);
    status(&world, &event, "Bob");
    assert_eq!(world.public().revision().public, before + 1, "nothing that the public sees has changed");
    let raw = world.raw("kckps");
    let entry: (String, String, String, String) = raw
        .query_row(
            "SELECT actor_kind, resource_kind || ' ' || resource_id, details, coalesce(actor_name, '') FROM audit_entries
             WHERE action = 'signup.submit' ORDER BY id LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    let details = r#"{"outcome":"created","status":{"from":null,"to":"confirmed"},"volunteer":1}"#;
    assert_eq!(entry, ("public".into(), format!("event {}", event.id), details.into(), String::new()));
}
