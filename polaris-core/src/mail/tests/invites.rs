//! M4: one UID of an event and a person for life, and a number that rises with every message.

use chrono::TimeDelta;

use super::scene::{Scene, data};
use crate::mail::invites::InviteStep;
use crate::types::{MailKind, Patch};
use crate::{EventEdit, NewCancellation, NewVolunteer, VolunteerMerge};

/// The value of a property of the last mail's invite.
fn property(scene: &Scene, name: &str) -> String {
    let text = scene.last().invite.unwrap().text.replace("\r\n ", "");
    let line = text.lines().find(|line| line.starts_with(&format!("{name}:")) || line.starts_with(&format!("{name};")));
    line.unwrap_or_else(|| panic!("{name} in {text}"))[name.len() + 1..].to_owned()
}

/// The same of an earlier mail.
fn stamp_of(scene: &Scene, at: usize) -> (String, String, i64) {
    let crate::mail::compose::Composed::Mail(mail) = scene.compose(&scene.outbox()[at], false).unwrap() else { panic!("pointless") };
    let text = mail.invite.unwrap().text.replace("\r\n ", "");
    let of = |name: &str| text.lines().find_map(|line| line.strip_prefix(&format!("{name}:"))).unwrap().to_owned();
    (of("UID"), of("METHOD"), of("SEQUENCE").parse().unwrap())
}

fn stamp(scene: &Scene) -> (String, String, i64) {
    (property(scene, "UID"), property(scene, "METHOD"), property(scene, "SEQUENCE").parse().unwrap())
}

fn elsewhere(scene: &Scene, place: &str) {
    let edit = EventEdit { location: Patch::Set(place.into()), ..EventEdit::default() };
    scene.kckps.events().edit(scene.event.id, edit, None).unwrap();
}

#[test]
fn the_uid_stays_and_the_number_rises_through_everything_that_happens() {
    let scene = Scene::new();
    scene.confirm();
    let (uid, method, first) = stamp(&scene);
    assert_eq!((method.as_str(), first), ("REQUEST", 0));
    assert!(uid.ends_with(&format!("@{}.polaris", scene.kckps.id())));
    let mut last = first;
    let mut next = |scene: &Scene, expected: &str| {
        let (now, method, sequence) = stamp(scene);
        assert_eq!((&now, method.as_str()), (&uid, expected));
        assert!(sequence > last, "{sequence} after {last}");
        last = sequence;
    };
    elsewhere(&scene, "Library");
    next(&scene, "REQUEST");
    let place = scene.place("declined");
    scene.tell(MailKind::SignupCancelled, &place, Some(InviteStep::TakenBack));
    next(&scene, "CANCEL");
    assert!(!scene.roster().unwrap().has_invite);
    // Removed from the roster, and back.
    scene.run("UPDATE outbox SET participation_id = NULL WHERE kind <> ?1", "");
    scene.run("DELETE FROM mail_links WHERE purpose <> ?1", "");
    scene.run("DELETE FROM participations WHERE status = ?1", "declined");
    scene.confirm();
    next(&scene, "REQUEST");
    assert!(scene.roster().unwrap().has_invite);
    elsewhere(&scene, "Hall");
    next(&scene, "REQUEST");
    scene.kckps.events().cancel(scene.event.id, NewCancellation { reason: Some("weather".into()), note: None }).unwrap();
    next(&scene, "CANCEL");
    assert_eq!((property(&scene, "STATUS"), property(&scene, "COMMENT")), ("CANCELLED".into(), "the weather".into()));
}

#[test]
fn the_same_invite_once_more_has_the_same_number() {
    let scene = Scene::new();
    let place = scene.confirm();
    let before = stamp(&scene);
    scene.tell(MailKind::SignupConfirmed, &place, Some(InviteStep::Again));
    assert_eq!(stamp(&scene), before);
}

#[test]
fn an_invite_says_what_calendars_need() {
    let scene = Scene::new();
    scene.confirm();
    let text = scene.last().invite.unwrap().text.replace("\r\n ", "");
    for line in [
        "METHOD:REQUEST",
        "DTSTAMP:20270115T180001Z",
        "DTSTART:20270304T150000Z",
        "DTEND:20270304T170000Z",
        "SUMMARY:Career Day",
        "LOCATION:Gym\\, Wyandotte High School",
        "DESCRIPTION:Park behind the gym.\\nBring a badge.",
        "STATUS:CONFIRMED",
        "ORGANIZER;CN=KCKPS Volunteers:mailto:volunteers@kckps.example",
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE;CN=Ann Lee:mailto:ann@example.org",
        "URL:https://events.example.org/signup/kckps/career-day-2027-03-04",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
    }
    assert!(!text.contains("plml_"), "calendars are shared: no secret stands in them");
}

#[test]
fn who_had_no_invite_gets_none_with_a_change() {
    let scene = Scene::new();
    let place = scene.place("confirmed");
    scene.tell(MailKind::SignupConfirmed, &place, None);
    elsewhere(&scene, "Library");
    assert!(scene.last().invite.is_none() && data(scene.outbox().last().unwrap()).get("invite").is_none());
}

#[test]
fn a_mail_whose_invite_is_unknown_gets_one_for_life() {
    let scene = Scene::new();
    scene.confirm();
    scene.run("DELETE FROM invites WHERE uid <> ?1", "");
    let (uid, _, _) = stamp(&scene);
    assert_eq!(stamp(&scene).0, uid);
}

/// Somebody else who is Ann, too.
fn another(scene: &Scene) -> crate::types::VolunteerId {
    let draft = NewVolunteer {
        first_name: "Anna".into(),
        last_name: "Lee".into(),
        email: Some("anna@example.org".into()),
        ..NewVolunteer::default()
    };
    scene.kckps.volunteers().create(draft).unwrap().volunteer.id
}

/// Ann and Anna are both confirmed, with invites that were sent; gives Anna.
pub(super) fn listed_twice(scene: &mut Scene) -> crate::types::VolunteerId {
    scene.confirm();
    let (ann, anna) = (scene.ann, another(scene));
    scene.ann = anna;
    scene.confirm();
    scene.ann = ann;
    scene.run("UPDATE outbox SET state = ?1, attempts = 1", "sent");
    anna
}

pub(super) fn merged(scene: &Scene, survivor: crate::types::VolunteerId, goes: crate::types::VolunteerId) {
    let merge = VolunteerMerge { merged_id: Some(goes.get()), ..VolunteerMerge::default() };
    scene.kckps.volunteers().merge(survivor, &merge, None).unwrap();
}

#[test]
fn an_invite_stays_when_its_person_is_merged_into_another_record() {
    let mut scene = Scene::new();
    scene.confirm();
    let (uid, _, sequence) = stamp(&scene);
    let anna = another(&scene);
    merged(&scene, anna, scene.ann);
    scene.ann = anna;
    elsewhere(&scene, "Library");
    let (now, _, next) = stamp(&scene);
    assert!(now == uid && next > sequence);
}

#[test]
fn of_two_invites_of_one_person_that_stays_which_stands_in_a_calendar() {
    for (own_is_out, theirs_is_out) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut scene = Scene::new();
        scene.confirm();
        let theirs = stamp(&scene).0;
        elsewhere(&scene, "Library");
        let (ann, anna) = (scene.ann, another(&scene));
        scene.ann = anna;
        scene.confirm();
        let own = stamp(&scene).0;
        for (who, out) in [(anna, own_is_out), (ann, theirs_is_out)] {
            let sql = format!("UPDATE participations SET has_invite = {} WHERE volunteer_id = CAST(?1 AS INTEGER)", i32::from(out));
            scene.run(&sql, &who.get().to_string());
        }
        merged(&scene, anna, ann);
        assert_eq!(scene.count("invites"), 1);
        let place = scene.roster().unwrap();
        assert_eq!(place.has_invite, own_is_out || theirs_is_out);
        scene.pass(TimeDelta::seconds(1));
        scene.tell(MailKind::SignupConfirmed, &place, Some(InviteStep::Anew));
        let expected = if theirs_is_out && !own_is_out { &theirs } else { &own };
        assert_eq!(&stamp(&scene).0, expected, "{own_is_out} {theirs_is_out}");
    }
}

/// A merge of two who are confirmed for one event: what the losing record's address has in its calendar leaves it (V5, M4).
#[test]
fn the_double_entry_of_two_records_that_become_one_leaves_the_calendar_it_stands_in() {
    let mut scene = Scene::new();
    let anna = listed_twice(&mut scene);
    let anns = stamp_of(&scene, 0);
    let ann = scene.ann;
    let merge = VolunteerMerge { merged_id: Some(ann.get()), ..VolunteerMerge::default() };
    let seen = scene.kckps.volunteers().preview_merge(anna, &merge).unwrap();
    assert!(seen.participations[0].double_entry, "the preview says it");
    merged(&scene, anna, ann);
    scene.ann = anna;
    // Tried again, it still goes to whose calendar that is.
    scene.run("UPDATE outbox SET state = 'failed' WHERE kind = 'signup_merged' AND id > ?1", "0");
    scene.kckps.mails().retry_all().unwrap();
    let mail = scene.last();
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("ann@example.org", "You were on the list twice: Career Day"));
    assert!(mail.text.contains("You are still signed up.") && mail.text.contains("The double entry leaves your calendar"), "{}", mail.text);
    let (uid, method, sequence) = stamp(&scene);
    assert_eq!((&uid, method.as_str()), (&anns.0, "CANCEL"));
    assert!(sequence > anns.2);
    // The entry that stays goes on by its own UID.
    elsewhere(&scene, "Library");
    assert!(stamp(&scene).0 != anns.0 && scene.last().to == "anna@example.org");
}

#[test]
fn nothing_is_taken_out_of_a_calendar_that_has_no_double_entry_or_of_whom_may_not_be_told() {
    for (change, twice) in [
        ("UPDATE participations SET has_invite = 0 WHERE volunteer_id = 1 AND id > ?1", false),
        ("UPDATE participations SET has_invite = 0 WHERE volunteer_id = 2 AND id > ?1", false),
        // What still waits is sent with the UID that goes on.
        ("UPDATE outbox SET state = 'waiting', attempts = 0 WHERE id > ?1", false),
        // Tried, but nothing of it had left.
        ("UPDATE outbox SET state = 'waiting', attempts = 3 WHERE id > ?1", false),
        ("UPDATE outbox SET state = 'waiting', attempts = 1, stalled = 1 WHERE id > ?1", true),
        ("UPDATE outbox SET state = 'failed' WHERE id > ?1", false),
        ("UPDATE volunteers SET email = NULL, folded_email = NULL WHERE id = 1 AND id > ?1", false),
        ("UPDATE volunteers SET do_not_contact = 1 WHERE id > ?1", true),
        ("UPDATE participations SET signed_up_at = NULL WHERE id > ?1", true),
        ("DELETE FROM outbox WHERE id > ?1", true),
    ] {
        let mut scene = Scene::new();
        let anna = listed_twice(&mut scene);
        scene.run(change, "0");
        let before = scene.outbox().len();
        merged(&scene, anna, scene.ann);
        let told = scene.outbox()[before..].iter().filter(|mail| mail.kind == MailKind::SignupMerged).count();
        assert_eq!(told, usize::from(twice), "{change}");
    }
    let mut scene = Scene::new();
    let anna = listed_twice(&mut scene);
    scene.run("UPDATE volunteers SET do_not_contact = 1 WHERE id > ?1", "0");
    scene.run("UPDATE participations SET signed_up_at = NULL WHERE id > ?1", "0");
    merged(&scene, anna, scene.ann);
    assert!(scene.outbox().iter().all(|mail| mail.kind != MailKind::SignupMerged), "none of it was a sign-up of their own");
}

/// What other programs are given to read; `polaris-py/tests/test_invites.py` parses it with two calendar libraries.
#[test]
fn invites_are_as_other_programs_have_read_them() {
    let long = "語の長い題名、セミコロン; コンマ, 逆斜線\\ и ещё немного, עברית, 🎉".repeat(3);
    let title: String = long.chars().take(200).collect();
    for (name, title, starts_at, ends_at) in [
        ("plain", "Career Day", "2027-03-04T09:00", "2027-03-04T11:00"),
        ("spring", "Clocks go forward", "2027-03-14T01:30", "2027-03-14T03:30"),
        ("autumn", "Clocks go back", "2027-11-07T00:30", "2027-11-07T03:00"),
        ("letters", title.as_str(), "2027-07-01T09:00", "2027-07-01T17:00"),
    ] {
        let scene = Scene::with("Zoë \"Z\"; Smith,", title);
        let edit = EventEdit {
            starts_at: Patch::Set(starts_at.into()),
            ends_at: Patch::Set(ends_at.into()),
            description: Patch::Set("Line one\nLine two; with, all\\kinds".into()),
            ..EventEdit::default()
        };
        scene.kckps.events().edit(scene.event.id, edit, None).unwrap();
        let event = scene.kckps.events().get(scene.event.id).unwrap();
        let scene = Scene { event, ..scene };
        scene.confirm();
        let request = scene.last().invite.unwrap().text;
        let place = scene.place("declined");
        scene.tell(MailKind::SignupCancelled, &place, Some(InviteStep::TakenBack));
        let cancel = scene.last().invite.unwrap().text;
        let uid = property(&scene, "UID");
        for (method, text) in [("request", request), ("cancel", cancel)] {
            // Folded anew, since the UID is of the same length.
            let text = text.replace("\r\n ", "").replace(&uid, &format!("{}@polaris.example", "0123456789abcdef".repeat(2)));
            let text = text.replace(&scene.kckps.id().to_string(), "tenant");
            let text = text.lines().map(folded).collect::<String>();
            super::words::held_against(&format!("{name}-{method}.ics"), &text);
        }
    }
}

/// A line as it is written.
fn folded(line: &str) -> String {
    let mut written = String::new();
    let mut rest = line;
    let mut room = 75;
    while rest.len() > room {
        let (piece, more) = rest.split_at(rest.floor_char_boundary(room));
        written.push_str(piece);
        written.push_str("\r\n ");
        (rest, room) = (more, 74);
    }
    written + rest + "\r\n"
}
