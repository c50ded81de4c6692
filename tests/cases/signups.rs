//! S2, S4, M1: `kill -9` at any moment of signing up and cancelling: no place is lost or doubled, no mail is without its sign-up and no
//! sign-up without its mail. And programs of every kind at once share an event's places.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::process::{Command, Stdio};

use polaris_core::types::MailSecret;
use polaris_core::{Actor, Config, Context, NewEvent, NewSignup, NewTenant, Patience, Polaris};

use crate::crash::{doctor_leaves_nothing, killed_after, moment, rounds};
use crate::support::{Server, python, said};

/// A district with one event that wants so many.
fn with_an_event(data: &Path, places: i64) {
    let polaris = Polaris::init(Config::at(data)).unwrap();
    polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
    let kckps = polaris.tenant("kckps", Actor::System).unwrap();
    let draft = NewEvent {
        title: "Career Day".into(),
        starts_at: "2099-03-04T09:00".into(),
        location: "Gym".into(),
        volunteers_needed: Some(places),
        ..NewEvent::default()
    };
    let id = kckps.events().create(draft).unwrap().id;
    kckps.events().publish(id).unwrap();
}

/// Rows of two texts, read while nobody has the file open.
fn pairs(data: &Path, sql: &str) -> Vec<(String, String)> {
    let raw = rusqlite::Connection::open(data.join("polaris_kckps.db")).unwrap();
    let mut statement = raw.prepare(sql).unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

fn number(data: &Path, sql: &str) -> u32 {
    rusqlite::Connection::open(data.join("polaris_kckps.db")).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

/// What the event counts is what its roster holds, and no more than it wants.
fn places_add_up(data: &Path, places: u32) {
    let counted = number(data, "SELECT volunteers_registered FROM events");
    assert_eq!(counted, number(data, "SELECT count(*) FROM participations WHERE status = 'confirmed'"));
    let waiting = number(data, "SELECT count(*) FROM participations WHERE status = 'waitlisted'");
    assert!(counted <= places && (waiting == 0 || counted == places), "{counted} of {places}, {waiting} wait");
}

#[test]
fn sign_ups_acknowledged_before_a_kill_are_there_with_their_mail_and_nothing_is_half_done() {
    const PLACES: u32 = 40;
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    with_an_event(&data, PLACES.into());
    let mut acknowledged: HashMap<String, String> = HashMap::new();
    for round in 0..rounds() {
        for line in killed_after(&data, "signups", &format!("r{round}"), moment(round)) {
            let [_, email, status] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            assert_eq!(acknowledged.insert(email.to_owned(), status.to_owned()), None);
        }
        let polaris = Polaris::open(Config::at(&data)).unwrap();
        doctor_leaves_nothing(&polaris);
        assert!(polaris.tenant("kckps", Actor::System).unwrap().audit().verify(None).unwrap().first_break.is_none());
        drop(polaris);
        places_add_up(&data, PLACES);
        let stored =
            pairs(&data, "SELECT v.email, p.status FROM participations p JOIN volunteers v ON v.id = p.volunteer_id ORDER BY p.id");
        let mails = pairs(&data, "SELECT recipient, replace(kind, 'signup_', '') FROM outbox ORDER BY participation_id");
        assert_eq!(stored, mails, "one mail each, which says how they stand");
        let people = pairs(&data, "SELECT email, 'one' FROM volunteers").len();
        assert_eq!(people, stored.len(), "nobody was added without a sign-up");
        let entries = number(&data, "SELECT count(*) FROM audit_entries WHERE action = 'signup.submit'");
        assert_eq!(usize::try_from(entries).unwrap(), stored.len());
        let stored: HashMap<_, _> = stored.into_iter().collect();
        for (email, status) in &acknowledged {
            assert_eq!(stored.get(email), Some(status), "{email} was told so");
        }
    }
    assert!(acknowledged.len() > 40, "only {} were acknowledged: the test tested little", acknowledged.len());
    println!("{} rounds, {} sign-ups acknowledged, none lost", rounds(), acknowledged.len());
}

#[test]
fn places_given_up_before_a_kill_are_given_to_the_next_exactly_once() {
    const PLACES: u32 = 10;
    const PEOPLE: u32 = 600;
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    with_an_event(&data, PLACES.into());
    let polaris = Polaris::open(Config::at(&data)).unwrap();
    let door = polaris.signup("kckps", Context::default(), Patience::Wait).unwrap();
    for person in 1..=PEOPLE {
        let email = format!("p{person}@example.org");
        let draft = NewSignup { first_name: "Ann".into(), last_name: "Lee".into(), email, ..NewSignup::default() };
        door.attempt().unwrap().submit("career-day-2099-03-04", &draft, None).unwrap();
    }
    drop((door, polaris));
    let mut raw = rusqlite::Connection::open(data.join("polaris_kckps.db")).unwrap();
    let links = raw.transaction().unwrap();
    for person in 1..=PEOPLE {
        let mut bytes = [7; 32];
        bytes[..4].copy_from_slice(&person.to_be_bytes());
        let hash = MailSecret::generate(bytes).hash();
        let sql = "INSERT INTO mail_links (hash, purpose, participation_id, created_at) VALUES (?1, 'manage_signup', ?2, '2026-01-01T00:00:00.000Z')";
        links.execute(sql, (hash.as_str(), person)).unwrap();
    }
    links.commit().unwrap();
    drop(raw);
    let mut first = 1;
    for round in 0..rounds() {
        let lines = killed_after(&data, "cancels", &first.to_string(), moment(round) / 4 + std::time::Duration::from_millis(20));
        let polaris = Polaris::open(Config::at(&data)).unwrap();
        doctor_leaves_nothing(&polaris);
        drop(polaris);
        places_add_up(&data, PLACES);
        for line in lines {
            let cancelled: u32 = line.rsplit(' ').next().unwrap().parse().unwrap();
            let sql = format!("SELECT count(*) FROM participations WHERE id = {cancelled} AND status = 'declined'");
            assert_eq!(number(&data, &sql), 1, "{cancelled} was told so");
            first = first.max(cancelled + 1);
        }
        let declined = pairs(&data, "SELECT cast(id AS TEXT), '' FROM participations WHERE status = 'declined' ORDER BY id");
        let told =
            pairs(&data, "SELECT cast(participation_id AS TEXT), '' FROM outbox WHERE kind = 'signup_cancelled' ORDER BY participation_id");
        assert_eq!(declined, told, "who cancelled is told, once");
        // Everybody who came from the waitlist to a place, whatever they did with it, was told of it exactly once.
        let promoted =
            "SELECT cast(participation_id AS TEXT), count(*) || '' FROM outbox WHERE kind = 'signup_promoted' GROUP BY 1 ORDER BY 1";
        let promoted = pairs(&data, promoted);
        assert!(promoted.iter().all(|(_, times)| times == "1"), "{promoted:?}");
        let promoted: BTreeSet<_> = promoted.into_iter().map(|(id, _)| id).collect();
        let confirmed = format!("SELECT cast(id AS TEXT), '' FROM participations WHERE status = 'confirmed' AND id > {PLACES}");
        for (id, _) in pairs(&data, &confirmed) {
            assert!(promoted.contains(&id), "{id} has a place and was not told");
        }
        if first > PEOPLE {
            break;
        }
    }
    assert!(first > 10, "hardly anything was cancelled: the test tested little");
    println!("{} cancelled", first - 1);
}

/// Each signs up as many people as it is told, as fast as it can.
const PYTHON: &str = r"
import sys, polaris
door = polaris.Polaris.open(sys.argv[1]).signup('kckps')
for number in range(int(sys.argv[3])):
    door.submit(1, first_name='Ann', last_name='Lee', email=f'{sys.argv[2]}{number}@example.org')
";

#[test]
fn a_server_and_two_pythons_at_once_share_the_places_of_an_event() {
    const EACH: usize = 50;
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    with_an_event(&data, 20);
    let server = Server::start(&data);
    let pythons: Vec<_> = ["bea", "cid"]
        .map(|name| {
            let mut command = Command::new(python());
            command.arg("-c").arg(PYTHON).arg(&data).args([name, &EACH.to_string()]).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .into_iter()
        .collect();
    std::thread::scope(|threads| {
        for client in 0..EACH * 2 {
            let server = &server;
            threads.spawn(move || {
                let body = format!(r#"{{"first_name": "Ann", "last_name": "Lee", "email": "ann{client}@example.org"}}"#);
                let (status, answer) = server.post("/api/v1/public/kckps/events/1/signups", "", &body);
                assert_eq!(status, 201, "{answer}");
            });
        }
    });
    for python in pythons {
        let output = python.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }
    server.stop();
    places_add_up(&data, 20);
    assert_eq!(number(&data, "SELECT volunteers_registered FROM events"), 20);
    let statuses: Vec<_> =
        pairs(&data, "SELECT status, '' FROM participations ORDER BY id").into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses.len(), EACH * 4);
    assert!(statuses[..20].iter().all(|status| status == "confirmed") && statuses[20..].iter().all(|status| status == "waitlisted"));
    let order =
        |by: &str| pairs(&data, &format!("SELECT cast(id AS TEXT), '' FROM participations WHERE status = 'waitlisted' ORDER BY {by}"));
    assert_eq!(order("waitlisted_at, id"), order("id"), "in the order they came");
    assert_eq!(number(&data, "SELECT count(DISTINCT recipient) FROM outbox"), 200);
    assert_eq!(number(&data, "SELECT count(*) FROM outbox"), 200);
}
