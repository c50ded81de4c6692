//! E2, E4, M1, M3: who is told of a change, written into the outbox with the change.

use polaris_core::{Event, EventEdit, NewCancellation, NewEvent, Notices, Patch};
use serde_json::{Value, json};

use super::support::{World, career_day};

/// Somebody on an event's roster.
struct Person {
    name: &'static str,
    status: &'static str,
    email: bool,
    invite: bool,
    do_not_contact: bool,
    by_themselves: bool,
}

const PERSON: Person = Person { name: "Ann", status: "confirmed", email: true, invite: false, do_not_contact: false, by_themselves: false };

fn sign_up(world: &World, event: &Event, people: &[Person]) {
    let raw = world.raw("kckps");
    let now = "2026-09-01T12:00:00.000Z";
    for person in people {
        let email = person.email.then(|| format!("{}@example.org", person.name.to_lowercase()));
        raw.execute(
            "INSERT INTO volunteers (first_name, last_name, folded_name, email, folded_email, email_opt_out, do_not_contact, created_at, updated_at)
             VALUES (?1, 'Lee', lower(?1), ?2, ?2, 1, ?3, ?4, ?4)",
            (person.name, email, person.do_not_contact, now),
        )
        .unwrap();
        raw.execute(
            "INSERT INTO participations (event_id, volunteer_id, status, has_invite, signed_up_at, created_at, updated_at)
             VALUES (?1, last_insert_rowid(), ?2, ?3, ?4, ?5, ?5)",
            (event.id.get(), person.status, person.invite, person.by_themselves.then_some(now), now),
        )
        .unwrap();
    }
}

/// Kind, recipient and data of all that is in the outbox.
fn outbox(world: &World) -> Vec<(String, String, Value)> {
    let raw = world.raw("kckps");
    let mut statement = raw.prepare("SELECT kind, recipient, data FROM outbox ORDER BY id").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))).unwrap();
    rows.map(|row| row.map(|(kind, to, data): (String, String, String)| (kind, to, serde_json::from_str(&data).unwrap())).unwrap())
        .collect()
}

fn recipients(world: &World) -> Vec<String> {
    outbox(world).into_iter().map(|(_, to, _)| to.replace("@example.org", "")).collect()
}

fn at(place: &str) -> EventEdit {
    EventEdit { location: Patch::Set(place.into()), ..EventEdit::default() }
}

const EVERY_STATUS: [Person; 6] = [
    Person { name: "Invited", status: "invited", ..PERSON },
    Person { name: "Waitlisted", status: "waitlisted", ..PERSON },
    Person { name: "Confirmed", status: "confirmed", ..PERSON },
    Person { name: "Declined", status: "declined", ..PERSON },
    Person { name: "Attended", status: "attended", ..PERSON },
    Person { name: "Absent", status: "no_show", ..PERSON },
];

#[test]
fn who_is_signed_up_is_told_of_another_place_and_who_had_an_invite_gets_its_update() {
    let world = World::new();
    let event = world.kckps().events().create(NewEvent { school: Some("Wyandotte High School".into()), ..career_day() }).unwrap();
    sign_up(&world, &event, &EVERY_STATUS);
    sign_up(&world, &event, &[Person { name: "Bea", invite: true, ..PERSON }]);
    let changed = world.kckps().events().edit(event.id, at("Library"), None).unwrap();
    assert_eq!(changed.notices, Notices { told: 3, without_email: 0, do_not_contact: 0 });
    assert_eq!(recipients(&world), ["waitlisted", "confirmed", "bea"]);
    let shown = json!({
        "slug": event.slug, "title": "Career Day", "starts_at": "2026-10-15T09:00:00-05:00", "ends_at": null,
        "time_zone": "America/Chicago", "location": "Library", "school": "Wyandotte High School", "format": "in_person",
    });
    let plain = json!({ "event": shown, "before": { "location": "Main gym" } });
    let mut updated = plain.clone();
    updated["invite"] = json!({ "method": "request", "sequence": 1 });
    let mails = outbox(&world);
    assert!(mails.iter().all(|mail| mail.0 == "event_changed"));
    assert_eq!(mails.into_iter().map(|mail| mail.2).collect::<Vec<_>>(), [plain.clone(), plain, updated], "no name, no note, no phone");
    let (event_id, waiting): (i64, i64) = world
        .raw("kckps")
        .query_row(
            "SELECT min(event_id), count(*) FROM outbox WHERE state = 'waiting' AND volunteer_id IS NOT NULL AND attempts = 0",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!((event_id, waiting), (event.id.get(), 3));
}

#[test]
fn time_and_place_are_what_people_are_told_of_and_nothing_else() {
    let world = World::new();
    let draft = NewEvent { school: Some("Wyandotte High School".into()), ends_at: Some("2026-10-15T11:00".into()), ..career_day() };
    let event = world.kckps().events().create(draft).unwrap();
    sign_up(&world, &event, &[PERSON]);
    let set = |text: &str| Patch::Set(text.to_owned());
    let told = |edit| world.kckps().events().edit(event.id, edit, None).unwrap().notices.told;
    let edit = EventEdit::default;
    for quiet in [
        EventEdit { title: set("Career Night"), ..edit() },
        EventEdit { description: set("More"), additional_info: set("Even more"), event_type: set("ignite"), ..edit() },
        EventEdit { volunteers_needed: Patch::Set(9), wanted_skills: Patch::Set(vec!["Welding".into()]), ..edit() },
        EventEdit { registration_deadline: set("2026-10-01"), ..edit() },
        EventEdit { starts_at: set("2026-10-15T14:00:00Z"), location: set(" Main gym "), ..edit() },
    ] {
        assert_eq!(told(quiet.clone()), 0, "{quiet:?}");
    }
    for loud in [
        EventEdit { starts_at: set("2026-10-15T09:30"), ..edit() },
        EventEdit { ends_at: set("2026-10-15T10:30"), ..edit() },
        EventEdit { ends_at: Patch::Clear, ..edit() },
        EventEdit { time_zone: set("America/Denver"), ..edit() },
        EventEdit { location: set("Library"), ..edit() },
        EventEdit { school: set("Argentine Middle School"), ..edit() },
        EventEdit { format: set("virtual"), ..edit() },
    ] {
        assert_eq!(told(loud.clone()), 1, "{loud:?}");
    }
    let before: Vec<Vec<String>> =
        outbox(&world).into_iter().map(|(_, _, data)| data["before"].as_object().unwrap().keys().cloned().collect()).collect();
    assert_eq!(
        before,
        [vec!["starts_at"], vec!["ends_at"], vec!["ends_at"], vec!["starts_at"], vec!["location"], vec!["school"], vec!["format"]]
    );
}

#[test]
fn nobody_is_told_where_the_caller_says_so_but_invites_count_on() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    sign_up(&world, &event, &[Person { invite: true, ..PERSON }]);
    let quietly = EventEdit { notify: false, ..at("Library") };
    assert_eq!(world.kckps().events().edit(event.id, quietly, None).unwrap().notices, Notices::default());
    assert!(outbox(&world).is_empty());
    world.kckps().events().edit(event.id, at("Aula"), None).unwrap();
    assert_eq!(outbox(&world)[0].2["invite"]["sequence"], 2);
    let cancelled = world.kckps().events().cancel(event.id, NewCancellation::default()).unwrap();
    assert_eq!(cancelled.notices.told, 1);
    assert_eq!(outbox(&world)[1].2["invite"], json!({ "method": "cancel", "sequence": 3 }));
}

#[test]
fn a_cancellation_is_told_to_the_invited_too_with_its_reason_and_without_its_note() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    sign_up(&world, &event, &EVERY_STATUS);
    let cancellation = NewCancellation { reason: Some("weather".into()), note: Some("Ann's house burnt down".into()) };
    let cancelled = world.kckps().events().cancel(event.id, cancellation).unwrap();
    assert_eq!(cancelled.notices, Notices { told: 3, without_email: 0, do_not_contact: 0 });
    assert_eq!(recipients(&world), ["invited", "waitlisted", "confirmed"]);
    for (kind, _, data) in outbox(&world) {
        assert_eq!((kind.as_str(), &data["reason"], &data["event"]["title"]), ("event_cancelled", &json!("weather"), &json!("Career Day")));
        assert!(!data.to_string().contains("burnt"));
    }
    let details: String =
        world.raw("kckps").query_row("SELECT details FROM audit_entries WHERE action = 'event.cancel'", [], |row| row.get(0)).unwrap();
    assert_eq!(details, r#"{"from":"draft","reason":"weather","to":"cancelled","told":3}"#);
}

#[test]
fn people_without_an_address_and_those_who_want_no_contact_are_counted() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    let silent = Person { do_not_contact: true, ..PERSON };
    sign_up(
        &world,
        &event,
        &[
            PERSON,
            Person { name: "Nomail", email: false, ..PERSON },
            Person { name: "Put", ..silent },
            Person { name: "Self", by_themselves: true, ..silent },
            Person { name: "Selfwait", by_themselves: true, status: "waitlisted", ..silent },
            // Invited again after they had signed up and declined: that was not their doing.
            Person { name: "Again", by_themselves: true, status: "invited", ..silent },
            Person { name: "Putnomail", email: false, ..silent },
            Person { name: "Selfnomail", email: false, by_themselves: true, ..silent },
        ],
    );
    let changed = world.kckps().events().edit(event.id, at("Library"), None).unwrap();
    assert_eq!(changed.notices, Notices { told: 3, without_email: 2, do_not_contact: 2 });
    assert_eq!(recipients(&world), ["ann", "self", "selfwait"]);
    let cancelled = world.kckps().events().cancel(event.id, NewCancellation::default()).unwrap();
    assert_eq!(cancelled.notices, Notices { told: 3, without_email: 2, do_not_contact: 3 });
}

#[test]
fn what_is_refused_tells_nobody_and_other_events_people_hear_nothing() {
    let world = World::new();
    let [event, other] = [(); 2].map(|()| world.kckps().events().create(career_day()).unwrap());
    sign_up(&world, &event, &[PERSON]);
    sign_up(&world, &other, &[Person { name: "Other", ..PERSON }]);
    assert!(world.kckps().events().edit(event.id, at("Library"), Some(9)).is_err());
    assert!(world.kckps().events().edit(event.id, EventEdit { title: Patch::Clear, ..at("Library") }, None).is_err());
    assert!(outbox(&world).is_empty());
    world.kckps().events().edit(event.id, at("Library"), None).unwrap();
    assert_eq!(recipients(&world), ["ann"]);
}

#[test]
fn an_event_that_could_not_tell_its_people_is_not_changed() {
    let world = World::new();
    let event = world.kckps().events().create(career_day()).unwrap();
    sign_up(&world, &event, &[PERSON]);
    world.raw("kckps").execute_batch("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no'); END").unwrap();
    assert!(world.kckps().events().edit(event.id, at("Library"), None).is_err());
    assert!(world.kckps().events().cancel(event.id, NewCancellation::default()).is_err());
    assert_eq!(world.kckps().events().get(event.id).unwrap(), event);
    world.raw("kckps").execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(world.kckps().events().edit(event.id, at("Library"), None).unwrap().notices.told, 1);
}
