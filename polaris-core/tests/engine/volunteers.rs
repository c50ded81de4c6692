//! V1, V6: volunteers added, shown, edited, deactivated; notes on them (FR-SELFSERV-301).

use std::sync::Barrier;

use chrono::TimeDelta;
use polaris_core::types::{NoteId, NoteOutcome, VolunteerId};
use polaris_core::{
    Error, NewNote, NewVolunteer, NoteEdit, PageRequest, Patch, Role, TenantHandle, Volunteer, VolunteerEdit, VolunteerOutcome,
};

use super::support::{World, code, new_volunteer, start};

pub(super) fn add(kckps: &TenantHandle, draft: NewVolunteer) -> Volunteer {
    kckps.volunteers().create(draft).unwrap().volunteer
}

pub(super) fn with_email(name: &str, email: &str) -> NewVolunteer {
    NewVolunteer { email: Some(email.into()), ..new_volunteer(name, "Hart") }
}

fn all_given() -> NewVolunteer {
    NewVolunteer {
        first_name: " Jose\u{301} ".into(),
        last_name: "O'Brien-García".into(),
        email: Some(" Jose@Example.org ".into()),
        phone: Some("(913) 555-0100 ext. 4".into()),
        organization: Some("Łódź Works".into()),
        title: Some("Welder".into()),
        career_type: Some("HEALTH".into()),
        skills: vec!["welding".into(), "Chess".into(), "WELDING".into(), " ".into()],
        city: Some("Kansas City".into()),
        state: Some("ks".into()),
        postal_code: Some("66101".into()),
        notes: Some("Comes\r\nby bus".into()),
        email_opt_out: Some(true),
        do_not_contact: Some(false),
    }
}

/// The broken fields and their codes.
fn broken<T>(answer: Result<T, Error>) -> Vec<(String, &'static str)> {
    let error = answer.err().expect("should be refused");
    assert_eq!(error.code(), "VALIDATION_FAILED", "{error}");
    error.fields().iter().map(|field| (field.field.clone(), field.code)).collect()
}

pub(super) fn why<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Conflict(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// The details of the last audit entry, as text.
fn audited(world: &World) -> (String, String, String) {
    let sql = "SELECT action, resource_id, details FROM audit_entries ORDER BY id DESC LIMIT 1";
    world.raw("kckps").query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap()
}

fn count(world: &World, table: &str) -> i64 {
    world.raw("kckps").query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn a_volunteer_is_added_with_all_that_is_known_of_them() {
    let world = World::new();
    let kckps = world.kckps();
    let saved = kckps.volunteers().create(all_given()).unwrap();
    let volunteer = &saved.volunteer;
    assert_eq!((saved.outcome, volunteer.id, volunteer.version), (VolunteerOutcome::Created, VolunteerId::new(1), 1));
    assert_eq!((volunteer.first_name.as_str(), volunteer.last_name.as_str()), ("José", "O'Brien-García"));
    assert_eq!(volunteer.email.as_ref().unwrap().as_str(), "Jose@Example.org", "kept as typed");
    assert_eq!(volunteer.phone.as_ref().unwrap().as_str(), "(913) 555-0100 ext. 4", "kept as typed");
    assert_eq!(volunteer.career_type.as_ref().unwrap().name, "Health");
    assert_eq!(volunteer.skills, ["Chess", "Welding"], "known ones by their own name, unknown ones added, each once");
    assert_eq!((volunteer.state.as_deref(), volunteer.notes.as_deref()), (Some("KS"), Some("Comes\nby bus")));
    assert_eq!((volunteer.active, volunteer.email_opt_out, volunteer.do_not_contact), (true, true, false));
    assert_eq!((volunteer.created_at, volunteer.updated_at), (start(), start()));
    let shown = kckps.volunteers().get(volunteer.id).unwrap();
    assert_eq!(&shown.volunteer, volunteer, "what is answered is what is stored");
    assert!(shown.participations.is_empty() && shown.notes.is_empty() && shown.totals == polaris_core::VolunteerTotals::default());
    assert_eq!(kckps.volunteers().get("JOSE@example.org").unwrap().volunteer.id, volunteer.id);
    let own: String = world.raw("kckps").query_row("SELECT source FROM skills WHERE name = 'Chess'", [], |row| row.get(0)).unwrap();
    assert_eq!(own, "own");
}

#[test]
fn names_are_all_that_is_required() {
    let world = World::new();
    let volunteer =
        add(&world.kckps(), NewVolunteer { email: Some(" ".into()), phone: Some(String::new()), ..new_volunteer("Ann", "Lee") });
    assert_eq!((volunteer.email, volunteer.phone, volunteer.organization, volunteer.career_type), (None, None, None, None));
    // Any number of people without an address, even of one name.
    assert_eq!(add(&world.kckps(), new_volunteer("Ann", "Lee")).id, VolunteerId::new(2));
}

#[test]
fn every_broken_field_is_told_at_once_and_nothing_is_written() {
    let world = World::new();
    let draft = NewVolunteer {
        first_name: "  ".into(),
        last_name: "x".repeat(101),
        email: Some("nobody".into()),
        phone: Some("no number".into()),
        organization: Some("x".repeat(151)),
        title: Some("x".repeat(256)),
        career_type: Some("Alchemy".into()),
        skills: vec!["Chess".into(); 51],
        city: Some("a\nb".into()),
        state: Some("x".repeat(101)),
        postal_code: Some("66101;DROP".into()),
        notes: Some("x".repeat(5_001)),
        ..NewVolunteer::default()
    };
    let told = broken(world.kckps().volunteers().create(draft));
    let expected = [
        ("first_name", "REQUIRED"),
        ("last_name", "TOO_LONG"),
        ("email", "BAD_EMAIL"),
        ("phone", "BAD_PHONE"),
        ("organization", "TOO_LONG"),
        ("title", "TOO_LONG"),
        ("skills", "TOO_MANY"),
        ("city", "CONTROL_CHARACTERS"),
        ("state", "TOO_LONG"),
        ("postal_code", "BAD_POSTAL_CODE"),
        ("notes", "TOO_LONG"),
        ("career_type", "UNKNOWN_VALUE"),
    ];
    assert_eq!(told.iter().map(|(field, code)| (field.as_str(), *code)).collect::<Vec<_>>(), expected);
    assert_eq!((count(&world, "volunteers"), count(&world, "skills")), (0, 2));
}

#[test]
fn an_email_that_an_active_volunteer_has_is_refused_with_their_number() {
    let world = World::new();
    let kckps = world.kckps();
    let ann = add(&kckps, with_email("Ann", "ann@example.org"));
    let refused = kckps.volunteers().create(with_email("Other", "ANN@Example.org"));
    match refused {
        Err(error @ Error::VolunteerExists { volunteer, active: true }) => {
            assert_eq!((volunteer, error.code()), (ann.id, "CONFLICT"));
            assert_eq!(error.to_string(), "email: volunteer 1 has this e-mail address already");
        }
        other => panic!("{other:?}"),
    }
    let bea = add(&kckps, with_email("Bea", "bea@example.org"));
    let edit = VolunteerEdit { email: Patch::Set("Ann@example.org".into()), ..VolunteerEdit::default() };
    assert!(matches!(kckps.volunteers().edit(bea.id, edit, None), Err(Error::VolunteerExists { volunteer, .. }) if volunteer == ann.id));
    // Each tenant's record of a person is independent of any other's.
    let hickman = world.polaris.tenant("hickman", polaris_core::Actor::System).unwrap();
    assert_eq!(add(&hickman, with_email("Ann", "ann@example.org")).id, VolunteerId::new(1));
}

#[test]
fn an_email_that_a_deactivated_volunteer_has_brings_them_back_with_what_is_given() {
    let world = World::new();
    let kckps = world.kckps();
    let before = add(&kckps, all_given());
    kckps.volunteers().deactivate(before.id).unwrap();
    let draft =
        NewVolunteer { organization: Some("New Works".into()), skills: vec!["Baking".into()], ..with_email("Joe", "JOSE@example.org") };
    let saved = kckps.volunteers().create(draft).unwrap();
    assert_eq!((saved.outcome, saved.volunteer.id), (VolunteerOutcome::Reactivated, before.id));
    let after = saved.volunteer;
    assert!(after.active && after.version == 3);
    assert_eq!((after.first_name.as_str(), after.organization.as_deref()), ("Joe", Some("New Works")));
    assert_eq!((&after.phone, &after.title, after.email_opt_out), (&before.phone, &before.title, true), "what is left out stays");
    assert_eq!(after.skills, ["Baking", "Chess", "Welding"]);
    assert_eq!(audited(&world), ("volunteer.create".into(), "1".into(), r#"{"outcome":"reactivated"}"#.into()));
    // Who is deactivated is in the way of an edit, and told as such.
    kckps.volunteers().deactivate(before.id).unwrap();
    let other = add(&kckps, new_volunteer("Other", "Person"));
    let edit = VolunteerEdit { email: Patch::Set("jose@example.org".into()), ..VolunteerEdit::default() };
    assert!(matches!(kckps.volunteers().edit(other.id, edit, None), Err(Error::VolunteerExists { active: false, .. })));
}

#[test]
fn nobody_comes_back_with_more_than_fifty_skills() {
    let world = World::new();
    let kckps = world.kckps();
    let skills = |range: std::ops::Range<u32>| range.map(|number| format!("Skill {number:02}")).collect::<Vec<_>>();
    let before = add(&kckps, NewVolunteer { skills: skills(0..40), ..all_given() });
    kckps.volunteers().deactivate(before.id).unwrap();
    let back = |skills: Vec<String>| kckps.volunteers().create(NewVolunteer { skills, ..all_given() });
    assert_eq!(broken(back(skills(20..51))), [("skills".to_owned(), "TOO_MANY")]);
    assert!(!kckps.volunteers().get(before.id).unwrap().volunteer.active);
    assert_eq!(back(skills(20..50)).unwrap().volunteer.skills, skills(0..50));
}

#[test]
fn people_are_called_none_null_or_nan_beside_another_real_name_and_never_a_dash() {
    let world = World::new();
    let kckps = world.kckps();
    let create = |first: &str, last: &str| kckps.volunteers().create(new_volunteer(first, last));
    for (first, last) in [("Ann", "Null"), ("None", "Lee"), ("nan", "Hart"), ("Nona", "N/Aru"), ("--", "Li")] {
        assert!(create(first, last).is_ok(), "{first} {last}");
    }
    for (first, last, fields) in [
        ("-", "Lee", &["first_name"][..]),
        ("Ann", "n/a", &["last_name"]),
        ("N/A", " - ", &["first_name", "last_name"]),
        ("None", "Null", &["last_name"]),
        ("NaN", "n/a", &["last_name"]),
    ] {
        let told = broken(create(first, last));
        let wanted: Vec<_> = fields.iter().map(|field| ((*field).to_owned(), "REQUIRED")).collect();
        assert_eq!(told, wanted, "{first} {last}");
    }
    let edit = |id: i64, first: Patch<&str>, last: Patch<&str>| {
        let given = |patch: Patch<&str>| patch.map(str::to_owned);
        let edit = VolunteerEdit { first_name: given(first), last_name: given(last), ..VolunteerEdit::default() };
        kckps.volunteers().edit(VolunteerId::new(id), edit, None)
    };
    assert_eq!(broken(edit(1, Patch::Set("-"), Patch::Keep)), [("first_name".to_owned(), "REQUIRED")]);
    assert_eq!(broken(edit(1, Patch::Set("None"), Patch::Keep)), [("first_name".to_owned(), "REQUIRED")]);
    assert_eq!(broken(edit(2, Patch::Keep, Patch::Set("null"))), [("last_name".to_owned(), "REQUIRED")]);
    assert!(edit(1, Patch::Set("Null"), Patch::Set("Ann")).is_ok());
}

#[test]
fn no_text_of_a_volunteer_holds_a_nul_whatever_way_it_comes() {
    let world = World::new();
    let kckps = world.kckps();
    let nul = || Some("a\0b".to_owned());
    let draft = NewVolunteer {
        email: Some("a\0b@example.org".into()),
        phone: Some("816\x005550100".into()),
        organization: nul(),
        title: nul(),
        career_type: nul(),
        skills: vec!["a\0b".into()],
        city: nul(),
        state: nul(),
        postal_code: nul(),
        notes: nul(),
        ..new_volunteer("a\0b", "a\0b")
    };
    let told = broken(kckps.volunteers().create(draft));
    assert_eq!(told.len(), 12, "{told:?}");
    assert!(told.iter().all(|(_, code)| *code == "CONTROL_CHARACTERS"), "{told:?}");
    let id = add(&kckps, new_volunteer("Ann", "Lee")).id;
    let edit = VolunteerEdit { notes: Patch::Set("a\0b".into()), ..VolunteerEdit::default() };
    assert_eq!(broken(kckps.volunteers().edit(id, edit, None)), [("notes".to_owned(), "CONTROL_CHARACTERS")]);
    let note = kckps.volunteers().add_note(id, &NewNote { text: "a\0b".into(), ..NewNote::default() });
    assert_eq!(broken(note), [("text".to_owned(), "CONTROL_CHARACTERS")]);
}

#[test]
fn an_edit_changes_what_it_names_clears_what_it_clears_and_keeps_the_rest() {
    let world = World::new();
    let kckps = world.kckps();
    let before = add(&kckps, all_given());
    world.clock.advance(TimeDelta::hours(1));
    let edit = VolunteerEdit {
        last_name: Patch::Set("Hart".into()),
        email: Patch::Clear,
        phone: Patch::Set(" ".into()),
        career_type: Patch::Clear,
        skills: Patch::Set(vec!["Public speaking".into()]),
        email_opt_out: Patch::Set(false),
        ..VolunteerEdit::default()
    };
    let after = kckps.volunteers().edit(before.id, edit, Some(1)).unwrap();
    let expected = Volunteer {
        last_name: "Hart".into(),
        email: None,
        phone: None,
        career_type: None,
        skills: vec!["Public Speaking".into()],
        email_opt_out: false,
        version: 2,
        updated_at: start() + TimeDelta::hours(1),
        ..before
    };
    assert!(after == expected && kckps.volunteers().get(after.id).unwrap().volunteer == expected);
    let (action, resource, details) = audited(&world);
    assert_eq!((action.as_str(), resource.as_str()), ("volunteer.edit", "1"));
    assert_eq!(details, r#"{"fields":["last_name","email","phone","career_type","skills","email_opt_out"]}"#, "names of fields, no values");
    // The address is free again.
    assert_eq!(add(&kckps, with_email("New", "jose@example.org")).id, VolunteerId::new(2));
    let none = VolunteerEdit { skills: Patch::Clear, ..VolunteerEdit::default() };
    assert!(kckps.volunteers().edit(after.id, none, None).unwrap().skills.is_empty());
}

#[test]
fn an_edit_that_breaks_rules_changes_nothing() {
    let world = World::new();
    let kckps = world.kckps();
    let before = add(&kckps, all_given());
    let edit = VolunteerEdit {
        first_name: Patch::Clear,
        last_name: Patch::Set(" ".into()),
        email: Patch::Set("x".into()),
        career_type: Patch::Set("Alchemy".into()),
        do_not_contact: Patch::Clear,
        ..VolunteerEdit::default()
    };
    let told = broken(kckps.volunteers().edit(before.id, edit, None));
    assert_eq!(
        told.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(),
        ["first_name", "last_name", "email", "do_not_contact", "career_type"]
    );
    let city = VolunteerEdit { city: Patch::Set("Olathe".into()), ..VolunteerEdit::default() };
    assert!(why(kckps.volunteers().edit(before.id, city.clone(), Some(7))).contains("version 1, not 7"));
    assert_eq!(code(kckps.volunteers().edit(VolunteerId::new(99), city, None)), "VOLUNTEER_NOT_FOUND");
    assert!(kckps.volunteers().get(before.id).unwrap().volunteer == before);
}

#[test]
fn who_is_deactivated_is_kept_and_comes_back() {
    let world = World::new();
    let kckps = world.kckps();
    let ann = add(&kckps, with_email("Ann", "ann@example.org"));
    assert!(!kckps.volunteers().deactivate(ann.id).unwrap().active);
    assert!(why(kckps.volunteers().deactivate("ann@example.org")).contains("deactivated already"));
    assert_eq!(kckps.volunteers().get(ann.id).unwrap().volunteer.email, ann.email);
    let back = kckps.volunteers().reactivate(ann.id).unwrap();
    assert!(back.active && back.version == 3);
    assert!(why(kckps.volunteers().reactivate(ann.id)).contains("active already"));
    for nobody in [VolunteerId::new(0), VolunteerId::new(-1), VolunteerId::new(2), VolunteerId::new(i64::MAX)] {
        assert_eq!(code(kckps.volunteers().get(nobody)), "VOLUNTEER_NOT_FOUND");
        assert_eq!(code(kckps.volunteers().deactivate(nobody)), "VOLUNTEER_NOT_FOUND");
    }
}

#[test]
fn another_tenants_volunteer_does_not_exist() {
    let world = World::new();
    let ann = add(&world.kckps(), with_email("Ann", "ann@example.org"));
    let hickman = world.polaris.tenant("hickman", polaris_core::Actor::System).unwrap();
    assert_eq!(code(hickman.volunteers().get(ann.id)), "VOLUNTEER_NOT_FOUND");
    assert_eq!(code(hickman.volunteers().get("ann@example.org")), "VOLUNTEER_NOT_FOUND");
}

// "One person, two tenants" apart, two coordinators of one tenant: whoever comes second is told.
#[test]
fn of_many_who_add_one_address_at_once_one_succeeds_and_the_others_learn_the_number() {
    let world = World::new();
    let engines = [world.polaris.clone(), world.another()];
    let barrier = Barrier::new(8);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|at| {
                let (polaris, barrier) = (&engines[at % 2], &barrier);
                scope.spawn(move || {
                    let kckps = polaris.tenant("kckps", polaris_core::Actor::System).unwrap();
                    barrier.wait();
                    kckps.volunteers().create(with_email("Ann", "ann@example.org"))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let told = |answer: &Result<_, Error>| matches!(answer, Err(Error::VolunteerExists { volunteer, .. }) if volunteer.get() == 1);
    assert_eq!(answers.iter().filter(|answer| told(answer)).count(), 7);
}

#[test]
fn of_two_edits_with_the_same_version_the_second_is_told() {
    let world = World::new();
    let kckps = world.kckps();
    let ann = add(&kckps, new_volunteer("Ann", "Lee"));
    let barrier = Barrier::new(4);
    let done = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|at| {
                let (kckps, barrier) = (&kckps, &barrier);
                scope.spawn(move || {
                    let edit = VolunteerEdit { city: Patch::Set(format!("City {at}")), ..VolunteerEdit::default() };
                    barrier.wait();
                    kckps.volunteers().edit(ann.id, edit, Some(1))
                })
            })
            .collect();
        threads.into_iter().map(|thread| code(thread.join().unwrap())).filter(|code| *code == "ok").count()
    });
    assert_eq!((done, kckps.volunteers().get(ann.id).unwrap().volunteer.version), (1, 2));
}

fn note(text: &str) -> NewNote {
    NewNote { text: text.into(), ..NewNote::default() }
}

#[test]
fn a_note_is_dated_and_has_its_author_and_outcome() {
    let world = World::new();
    let kckps = world.kckps();
    let ann = add(&kckps, new_volunteer("Ann", "Lee"));
    // Half past one in UTC is still the day before in Kansas City.
    world.clock.advance(TimeDelta::minutes(13 * 60 + 30));
    let first = kckps.volunteers().add_note(ann.id, &note("Called,\r\nleft a message")).unwrap();
    assert_eq!(
        (first.id, first.noted_on.to_string().as_str(), first.text.as_str()),
        (NoteId::new(1), "2026-09-01", "Called,\nleft a message")
    );
    let author = &first.author;
    assert_eq!((author.kind.as_str(), author.id, author.name.as_deref()), ("tenant_user", Some(7), Some("Pat Lee")));
    let draft = NewNote { outcome: Some("Follow up".into()), noted_on: Some("2026-10-01".into()), ..note("Wants to speak") };
    let second = kckps.volunteers().add_note(ann.id, &draft).unwrap();
    assert_eq!((second.outcome, second.version), (Some(NoteOutcome::FollowUp), 1));
    let old = NewNote { noted_on: Some("2026-08-01".into()), ..note("Met at the fair") };
    kckps.volunteers().add_note(ann.id, &old).unwrap();
    let listed = kckps.volunteers().list_notes(ann.id, PageRequest::default()).unwrap();
    assert_eq!(listed.items.iter().map(|note| note.id.get()).collect::<Vec<_>>(), [2, 1, 3], "the last day first");
    assert_eq!(kckps.volunteers().get(ann.id).unwrap().notes, listed.items);
    assert_eq!(kckps.volunteers().list_notes(ann.id, PageRequest::new(2, 2).unwrap()).unwrap().items.len(), 1);
    assert!(!audited(&world).2.contains("Met"), "what it says is personal");
}

#[test]
fn a_note_can_be_mended_and_removed_by_whoever_manages_volunteers() {
    let world = World::new();
    let kckps = world.kckps();
    let (ann, bea) = (add(&kckps, new_volunteer("Ann", "Lee")), add(&kckps, new_volunteer("Bea", "Lee")));
    let first = kckps.volunteers().add_note(ann.id, &NewNote { outcome: Some("declined".into()), ..note("Said no") }).unwrap();
    let edit = NoteEdit { text: Patch::Set("Said yes".into()), outcome: Patch::Set("accepted".into()), ..NoteEdit::default() };
    let edited = world.as_role(Role::Admin).volunteers().edit_note(ann.id, first.id, &edit, Some(1)).unwrap();
    assert_eq!((edited.text.as_str(), edited.outcome, edited.version), ("Said yes", Some(NoteOutcome::Accepted), 2));
    assert_eq!((&edited.author, edited.noted_on), (&first.author, first.noted_on));
    assert!(kckps.volunteers().list_notes(ann.id, PageRequest::default()).unwrap().items == [edited]);
    assert!(why(kckps.volunteers().edit_note(ann.id, first.id, &edit, Some(1))).contains("version 2, not 1"));
    let none = NoteEdit { outcome: Patch::Clear, ..NoteEdit::default() };
    assert_eq!(kckps.volunteers().edit_note(ann.id, first.id, &none, None).unwrap().outcome, None);
    let bad = NoteEdit { text: Patch::Clear, outcome: Patch::Set("maybe".into()), noted_on: Patch::Set("yesterday".into()) };
    assert_eq!(
        broken(kckps.volunteers().edit_note(ann.id, first.id, &bad, None)),
        [("text".to_owned(), "REQUIRED"), ("outcome".to_owned(), "UNKNOWN_VALUE"), ("noted_on".to_owned(), "BAD_DATE")]
    );
    // Not by way of another volunteer.
    assert_eq!(code(kckps.volunteers().edit_note(bea.id, first.id, &edit, None)), "NOTE_NOT_FOUND");
    assert_eq!(code(kckps.volunteers().remove_note(bea.id, first.id, None)), "NOTE_NOT_FOUND");
    assert!(why(kckps.volunteers().remove_note(ann.id, first.id, Some(9))).contains("version 3, not 9"));
    kckps.volunteers().remove_note(ann.id, first.id, Some(3)).unwrap();
    assert_eq!(code(kckps.volunteers().remove_note(ann.id, first.id, None)), "NOTE_NOT_FOUND");
    assert_eq!(kckps.volunteers().add_note(ann.id, &note("Again")).unwrap().id, NoteId::new(2), "numbers are never used again");
}

#[test]
fn a_broken_note_is_refused_field_by_field() {
    let world = World::new();
    let kckps = world.kckps();
    let ann = add(&kckps, new_volunteer("Ann", "Lee"));
    let bad = NewNote { text: " ".into(), outcome: Some("maybe".into()), noted_on: Some("2026-02-30".into()) };
    let told = broken(kckps.volunteers().add_note(ann.id, &bad));
    assert_eq!(told, [("text".to_owned(), "REQUIRED"), ("outcome".to_owned(), "UNKNOWN_VALUE"), ("noted_on".to_owned(), "BAD_DATE")]);
    assert_eq!(broken(kckps.volunteers().add_note(ann.id, &note(&"x".repeat(5_001)))), [("text".to_owned(), "TOO_LONG")]);
    assert_eq!(code(kckps.volunteers().add_note(VolunteerId::new(9), &note("x"))), "VOLUNTEER_NOT_FOUND");
    assert_eq!(count(&world, "volunteer_notes"), 0);
}

#[test]
fn a_printed_volunteer_shows_nothing_personal() {
    let world = World::new();
    let volunteer = add(&world.kckps(), all_given());
    let note = world.kckps().volunteers().add_note(volunteer.id, &note("Very private")).unwrap();
    let printed = format!("{volunteer:?} {:?} {note:?} {:?}", all_given(), world.kckps().volunteers().get(volunteer.id).unwrap());
    for secret in ["José", "Brien", "Example", "913", "Łódź", "bus", "private"] {
        assert!(!printed.contains(secret), "{secret}: {printed}");
    }
}

#[test]
fn no_entry_of_the_audit_log_holds_what_is_personal() {
    let world = World::new();
    let kckps = world.kckps();
    let volunteer = add(&kckps, all_given());
    let edit = VolunteerEdit { phone: Patch::Set("816-555-0199".into()), ..VolunteerEdit::default() };
    kckps.volunteers().edit(volunteer.id, edit, None).unwrap();
    kckps.volunteers().add_note(volunteer.id, &note("Very private")).unwrap();
    kckps.volunteers().deactivate(volunteer.id).unwrap();
    let entries: Vec<String> = {
        let raw = world.raw("kckps");
        let mut rows = raw.prepare("SELECT action || details FROM audit_entries WHERE resource_kind = 'volunteer'").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(entries.len(), 4);
    for secret in ["José", "Brien", "xample.org", "555", "Łódź", "bus", "private"] {
        assert!(!entries.iter().any(|entry| entry.contains(secret)), "{secret}: {entries:?}");
    }
}
