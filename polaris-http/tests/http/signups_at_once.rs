//! S2, S4: however many come at once, through however many processes, nobody gets a place that is not there, and none is lost.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use polaris_core::types::{EventId, MailSecret};
use polaris_core::{Context, NewEvent, NewSignup, Patience, Polaris};
use serde_json::json;

use super::house::{House, event};

const CROWD: usize = 200;
const PLACES: usize = 20;

fn person(number: usize) -> NewSignup {
    NewSignup { first_name: format!("P{number}"), last_name: "Lee".into(), email: format!("p{number}@example.org"), ..NewSignup::default() }
}

fn for_twenty(house: &House) -> EventId {
    house.publish("kckps", NewEvent { volunteers_needed: Some(20), ..event("Career Day", "2026-03-01T09:00") }).id
}

fn submit(polaris: &Polaris, event: EventId, number: usize) -> &'static str {
    let door = polaris.signup("kckps", Context::default(), Patience::Wait).unwrap();
    door.attempt().unwrap().submit(event, &person(number), None).unwrap().status.as_str()
}

/// What one statement gives, read by another engine's file.
fn texts(house: &House, sql: &str) -> Vec<String> {
    let raw = rusqlite::Connection::open(house.data().join("polaris_kckps.db")).unwrap();
    let mut statement = raw.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// That the roster holds 20 with a place and the rest in the order they came, each told once how they stand.
fn all_is_right(house: House) {
    let statuses = texts(&house, "SELECT status FROM participations ORDER BY id");
    assert_eq!(statuses.len(), CROWD);
    assert!(statuses[..PLACES].iter().all(|status| status == "confirmed"), "whoever came first has a place");
    assert!(statuses[PLACES..].iter().all(|status| status == "waitlisted"));
    let by_turn = texts(&house, "SELECT cast(id AS TEXT) FROM participations WHERE status = 'waitlisted' ORDER BY waitlisted_at, id");
    let by_number = texts(&house, "SELECT cast(id AS TEXT) FROM participations WHERE status = 'waitlisted' ORDER BY id");
    assert_eq!(by_turn, by_number, "the waitlist is in the order they came");
    assert_eq!(texts(&house, "SELECT cast(volunteers_registered AS TEXT) FROM events"), ["20"]);
    let told = "SELECT o.kind || ' ' || p.status || ' ' || count(*) FROM outbox o JOIN participations p ON p.id = o.participation_id
                GROUP BY o.kind, p.status ORDER BY 1";
    assert_eq!(texts(&house, told), ["signup_confirmed confirmed 20", "signup_waitlisted waitlisted 180"]);
    let recipients: BTreeSet<_> = texts(&house, "SELECT recipient FROM outbox").into_iter().collect();
    assert_eq!(recipients.len(), CROWD, "one mail each");
    assert!(house.tenant("kckps").audit().verify(None).unwrap().first_break.is_none());
}

#[test]
fn two_hundred_at_once_over_http_get_twenty_places_and_a_waitlist_in_order() {
    let house = House::new();
    for_twenty(&house);
    let server = house.serve();
    let begin = Barrier::new(CROWD);
    let answers: Vec<String> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CROWD)
            .map(|number| {
                let (server, begin) = (&server, &begin);
                scope.spawn(move || {
                    let body = json!({ "first_name": format!("P{number}"), "last_name": "Lee", "email": format!("p{number}@example.org") });
                    begin.wait();
                    let ask = server.post("/api/v1/public/kckps/events/career-day-2026-03-01/signups").json(&body);
                    ask.send_unchecked().data(201)["status"].as_str().unwrap().to_owned()
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| *answer == "confirmed").count(), PLACES);
    let house = server.end();
    all_is_right(house);
}

#[test]
fn four_engines_and_a_server_at_once_share_the_places() {
    let house = House::new();
    let event = for_twenty(&house);
    let engines: Vec<_> = (0..4).map(|_| house.another_engine()).collect();
    let server = house.serve();
    let begin = Barrier::new(CROWD);
    let confirmed: usize = thread::scope(|scope| {
        let people: Vec<_> = (0..CROWD)
            .map(|number| {
                let (server, begin, engine) = (&server, &begin, engines.get(number % 5));
                scope.spawn(move || {
                    begin.wait();
                    let status = match engine {
                        Some(engine) => submit(engine, event, number).to_owned(),
                        None => {
                            let body = json!({ "first_name": format!("P{number}"), "last_name": "Lee", "email": format!("p{number}@example.org") });
                            let ask = server.post("/api/v1/public/kckps/events/1/signups").json(&body);
                            ask.send_unchecked().data(201)["status"].as_str().unwrap().to_owned()
                        }
                    };
                    usize::from(status == "confirmed")
                })
            })
            .collect();
        people.into_iter().map(|person| person.join().unwrap()).sum()
    });
    assert_eq!(confirmed, PLACES);
    drop(engines);
    all_is_right(server.end());
}

#[test]
fn the_same_person_many_times_at_once_has_one_place() {
    let house = House::new();
    let event = for_twenty(&house);
    let engines = [house.another_engine(), house.another_engine()];
    let begin = Barrier::new(16);
    thread::scope(|scope| {
        for number in 0..16 {
            let (engine, begin) = (&engines[number % 2], &begin);
            scope.spawn(move || {
                begin.wait();
                assert_eq!(submit(engine, event, 7), "confirmed");
            });
        }
    });
    drop(engines);
    assert_eq!(texts(&house, "SELECT status FROM participations"), ["confirmed"]);
    assert_eq!(texts(&house, "SELECT cast(volunteers_registered AS TEXT) FROM events"), ["1"]);
    assert_eq!(texts(&house, "SELECT cast(count(*) AS TEXT) FROM volunteers"), ["1"]);
}

#[test]
fn as_many_are_promoted_as_cancel_at_once_whichever_engine_they_come_to() {
    let house = House::new();
    let event = for_twenty(&house);
    for number in 0..40 {
        submit(&house.polaris, event, number);
    }
    // Ten with a place cancel, each twice, and two who only wait, at the end of the waitlist.
    let places = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 39, 40];
    let secrets: Vec<_> = places.iter().map(|place| MailSecret::generate([*place; 32])).collect();
    let mut house = house;
    for (place, secret) in places.iter().zip(&secrets) {
        let hash = secret.hash();
        let sql = format!(
            "INSERT INTO mail_links (hash, purpose, participation_id, created_at)
             VALUES ('{}', 'manage_signup', {place}, '2026-01-10T15:30:00.000Z')",
            hash.as_str()
        );
        house = house.sql("kckps", &sql);
    }
    let engines = [house.another_engine(), house.another_engine()];
    let begin = Barrier::new(secrets.len() * 2);
    thread::scope(|scope| {
        for engine in &engines {
            for secret in &secrets {
                let begin = &begin;
                scope.spawn(move || {
                    let door = engine.signup("kckps", Context::default(), Patience::Wait).unwrap();
                    begin.wait();
                    assert_eq!(door.cancel(secret.reveal()).unwrap().status.as_str(), "declined");
                });
            }
        }
    });
    drop(engines);
    let count = |status: &str| texts(&house, &format!("SELECT cast(count(*) AS TEXT) FROM participations WHERE status = '{status}'"));
    assert_eq!((count("confirmed"), count("declined"), count("waitlisted")), (vec!["20".into()], vec!["12".into()], vec!["8".into()]));
    let promoted =
        texts(&house, "SELECT cast(participation_id AS TEXT) FROM outbox WHERE kind = 'signup_promoted' ORDER BY participation_id");
    assert_eq!(promoted, (21..=30).map(|id: u32| id.to_string()).collect::<Vec<_>>(), "the first ten of the waitlist, each once");
    assert_eq!(texts(&house, "SELECT cast(count(*) AS TEXT) FROM outbox WHERE kind = 'signup_cancelled'"), ["12"]);
    assert_eq!(texts(&house, "SELECT cast(volunteers_registered AS TEXT) FROM events"), ["20"]);
}
