//! V5: two records of one person made into one, keeping both histories.

use chrono::TimeDelta;
use polaris_core::types::{EventId, ParticipationStatus, VolunteerId};
use polaris_core::{
    Error, MergeDecision, MergePlan, NewNote, NewParticipation, NewVolunteer, PageRequest, ParticipationEdit, Patch, TenantHandle,
    Volunteer, VolunteerEdit, VolunteerMerge,
};

use super::support::{World, code, new_volunteer, published};
use super::volunteers::{add, why};

fn other(id: VolunteerId) -> VolunteerMerge {
    VolunteerMerge { merged_id: Some(id.get()), ..VolunteerMerge::default() }
}

fn two(kckps: &TenantHandle) -> (Volunteer, Volunteer) {
    let one = add(
        kckps,
        NewVolunteer {
            email: Some("jo@example.org".into()),
            organization: Some("Łódź Works".into()),
            city: Some("Kansas City".into()),
            skills: vec!["Welding".into()],
            ..new_volunteer("Jo", "Hart")
        },
    );
    let two = add(
        kckps,
        NewVolunteer {
            email: Some("joanna@example.org".into()),
            phone: Some("913-555-0100".into()),
            organization: Some("LODZ works".into()),
            title: Some("Welder".into()),
            career_type: Some("Health".into()),
            city: Some("kansas city".into()),
            postal_code: Some("66101".into()),
            notes: Some("Comes by bus".into()),
            skills: vec!["Chess".into(), "Welding".into()],
            do_not_contact: Some(true),
            ..new_volunteer("Joanna", "Hart")
        },
    );
    (one, two)
}

fn decisions(plan: &MergePlan) -> Vec<(&str, MergeDecision)> {
    plan.fields.iter().map(|field| (field.field.as_str(), field.decision)).collect()
}

fn assign(kckps: &TenantHandle, event: EventId, volunteer: VolunteerId, status: &str) {
    let draft = NewParticipation { volunteer_id: Some(volunteer.get()), ..NewParticipation::default() };
    kckps.rosters().assign(event, &draft).unwrap();
    if status != "invited" {
        let edit = ParticipationEdit { status: Patch::Set(status.into()), ..ParticipationEdit::default() };
        kckps.rosters().edit(event, volunteer, &edit, None).unwrap();
    }
}

#[test]
fn a_preview_tells_what_a_merge_does_and_changes_nothing() {
    let world = World::new();
    let kckps = world.kckps();
    let (one, two) = two(&kckps);
    let event = published(&kckps, "Career Day", "2026-10-15T09:00").id;
    assign(&kckps, event, two.id, "confirmed");
    kckps.volunteers().add_note(two.id, &NewNote { text: "Called".into(), ..NewNote::default() }).unwrap();
    let plan = kckps.volunteers().preview_merge(one.id, &other(two.id)).unwrap();
    use MergeDecision::{Combined, Filled, Kept};
    assert_eq!(
        decisions(&plan),
        [
            ("name", Kept),
            ("email", Kept),
            ("phone", Filled),
            ("title", Filled),
            ("career_type", Filled),
            ("postal_code", Filled),
            ("notes", Filled),
            ("skills", Combined),
            ("do_not_contact", Combined),
        ]
    );
    let dropped: Vec<_> = plan.fields.iter().filter_map(|field| field.dropped.as_deref()).collect();
    assert_eq!(dropped, ["Joanna Hart", "joanna@example.org"]);
    assert_eq!((plan.participations.len(), plan.notes), (1, 1));
    assert!(kckps.volunteers().get(one.id).unwrap().volunteer == one && kckps.volunteers().get(two.id).unwrap().volunteer == two);
    let done = kckps.volunteers().merge(one.id, &other(two.id), None).unwrap();
    assert_eq!((decisions(&done), &done.participations, done.notes), (decisions(&plan), &plan.participations, plan.notes));
    let told = Volunteer { version: done.survivor.version, ..plan.survivor };
    assert!(done.survivor == told, "what was told is what was done");
}

#[test]
fn the_survivor_keeps_what_it_has_takes_what_it_lacks_and_notes_the_rest() {
    let world = World::new();
    let kckps = world.kckps();
    let (one, two) = two(&kckps);
    kckps.volunteers().add_note(two.id, &NewNote { text: "Called".into(), noted_on: Some("2026-08-01".into()), outcome: None }).unwrap();
    world.clock.advance(TimeDelta::hours(1));
    kckps.volunteers().merge(one.id, &other(two.id), Some(1)).unwrap();
    let shown = kckps.volunteers().get(one.id).unwrap();
    let after = &shown.volunteer;
    assert_eq!((after.first_name.as_str(), after.email.as_ref().unwrap().as_str(), after.version), ("Jo", "jo@example.org", 2));
    assert_eq!(after.phone.as_ref().unwrap().as_str(), "913-555-0100");
    assert_eq!((after.organization.as_deref(), after.title.as_deref()), (Some("Łódź Works"), Some("Welder")));
    assert_eq!((after.city.as_deref(), after.postal_code.as_deref()), (Some("Kansas City"), Some("66101")));
    assert_eq!((after.skills.clone(), after.do_not_contact), (vec!["Chess".to_owned(), "Welding".to_owned()], true));
    assert_eq!(after.created_at, one.created_at);
    let notes: Vec<_> = shown.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(notes, ["Volunteer 2 was merged into this one.\nname: Joanna Hart\nemail: joanna@example.org", "Called"]);
    assert_eq!(shown.notes[0].author.name.as_deref(), Some("Pat Lee"));
    let entry: String = world
        .raw("kckps")
        .query_row("SELECT resource_id || details FROM audit_entries WHERE action = 'volunteer.merge'", [], |row| row.get(0))
        .unwrap();
    assert!(
        entry.starts_with('1') && entry.contains(r#""merged":2"#) && !entry.contains("Joanna") && !entry.contains("example"),
        "{entry}"
    );
}

#[test]
fn nobody_has_more_than_fifty_skills_after_a_merge_and_those_without_room_stand_in_a_note() {
    let world = World::new();
    let kckps = world.kckps();
    let named = |range: std::ops::Range<u32>| range.map(|number| format!("Skill {number:03}")).collect::<Vec<_>>();
    let with = |skills: Vec<String>| add(&kckps, NewVolunteer { skills, ..new_volunteer("Jo", "Hart") });
    // Of the other's: four the survivor has, two for which there is room, and the rest.
    let (one, two) = (with(named(10..58)), with([named(0..9), named(54..58)].concat()));
    let plan = kckps.volunteers().preview_merge(one.id, &other(two.id)).unwrap();
    let beyond = named(2..9).join("; ");
    assert_eq!(plan.survivor.skills, [named(0..2), named(10..58)].concat());
    assert_eq!((decisions(&plan), plan.fields[0].dropped.as_deref()), (vec![("skills", MergeDecision::Combined)], Some(beyond.as_str())));
    let done = kckps.volunteers().merge(one.id, &other(two.id), None).unwrap();
    assert!(done.fields == plan.fields && done.survivor.skills == plan.survivor.skills);
    let notes = kckps.volunteers().list_notes(one.id, PageRequest::default()).unwrap().items;
    assert_eq!(notes[0].text, format!("Volunteer 2 was merged into this one.\nskills: {beyond}"));
    let same = VolunteerEdit { skills: Patch::Set(done.survivor.skills.clone()), ..VolunteerEdit::default() };
    assert!(kckps.volunteers().edit(one.id, same, None).is_ok(), "they can be edited with all of them");
    // Nobody's own skills go: without any room the survivor keeps what they have.
    let three = with(vec!["Chess".into()]);
    let plan = kckps.volunteers().merge(one.id, &other(three.id), None).unwrap();
    assert_eq!((decisions(&plan), plan.fields[0].dropped.as_deref()), (vec![("skills", MergeDecision::Kept)], Some("Chess")));
    assert_eq!(plan.survivor.skills, done.survivor.skills);
}

#[test]
fn skills_without_room_that_are_longer_than_a_note_stand_in_several() {
    let world = World::new();
    let kckps = world.kckps();
    let long = |what: &str| (0..50).map(|number| format!("{what}{number:02}{}", "é".repeat(90))).collect::<Vec<_>>();
    let with = |skills: Vec<String>| add(&kckps, NewVolunteer { skills, ..new_volunteer("Jo", "Hart") });
    let (one, two) = (with(long("own")), with(long("other's")));
    let plan = kckps.volunteers().merge(one.id, &other(two.id), None).unwrap();
    assert_eq!(plan.fields[0].dropped.as_deref(), Some(two.skills.join("; ").as_str()));
    let mut notes = kckps.volunteers().list_notes(one.id, PageRequest::default()).unwrap().items;
    notes.reverse();
    let texts: Vec<_> = notes.iter().map(|note| note.text.as_str()).collect();
    assert!(texts.len() == 2 && texts.iter().all(|text| text.chars().count() <= 5_000));
    assert_eq!(texts.join("; "), format!("Volunteer 2 was merged into this one.\nskills: {}", two.skills.join("; ")));
}

#[test]
fn two_addresses_that_contradict_each_other_are_not_mixed() {
    let world = World::new();
    let kckps = world.kckps();
    let at = |city: &str, code: Option<&str>| NewVolunteer {
        city: Some(city.into()),
        postal_code: code.map(Into::into),
        notes: Some(format!("Of {city}")),
        ..new_volunteer("Jo", "Hart")
    };
    let (one, two) = (add(&kckps, at("Olathe", None)), add(&kckps, at("Lenexa", Some("66215"))));
    let plan = kckps.volunteers().merge(one.id, &other(two.id), None).unwrap();
    assert_eq!(decisions(&plan), [("address", MergeDecision::Kept), ("notes", MergeDecision::Kept)]);
    assert_eq!((plan.survivor.city.as_deref(), plan.survivor.postal_code), (Some("Olathe"), None));
    let notes = kckps.volunteers().list_notes(one.id, PageRequest::default()).unwrap().items;
    let mut texts: Vec<_> = notes.iter().map(|note| note.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["Of Lenexa", "Volunteer 2 was merged into this one.\naddress: Lenexa, 66215"]);
}

#[test]
fn histories_come_together_and_of_two_places_on_one_roster_the_one_that_says_more_stays() {
    let world = World::new();
    let kckps = world.kckps();
    let (one, two) = two(&kckps);
    let cases = [
        ("Only theirs", None, Some("confirmed"), "confirmed"),
        ("Only own", Some("declined"), None, "declined"),
        ("Both confirmed", Some("confirmed"), Some("confirmed"), "confirmed"),
        ("Declined and confirmed", Some("declined"), Some("confirmed"), "confirmed"),
        ("Waitlisted and invited", Some("waitlisted"), Some("invited"), "waitlisted"),
        ("Confirmed and attended", Some("confirmed"), Some("attended"), "attended"),
        ("Invited and declined", Some("invited"), Some("declined"), "invited"),
    ];
    let events: Vec<_> = cases.iter().map(|(title, ..)| published(&kckps, title, "2026-10-15T09:00").id).collect();
    world.clock.advance(TimeDelta::days(60));
    for ((_, own, theirs, _), event) in cases.iter().zip(&events) {
        for (volunteer, status) in [(one.id, own), (two.id, theirs)] {
            if let Some(status) = status {
                assign(&kckps, *event, volunteer, status);
            }
        }
    }
    assert_eq!(kckps.events().get(events[2]).unwrap().volunteers_registered, 2);
    let rev = |world: &World| -> i64 { world.raw("kckps").query_row("SELECT public_rev FROM tenant", [], |row| row.get(0)).unwrap() };
    let before = rev(&world);
    let plan = kckps.volunteers().merge(one.id, &other(two.id), None).unwrap();
    assert_eq!(plan.participations.len(), 6);
    for ((title, own, theirs, expected), event) in cases.iter().zip(&events) {
        let place = kckps.rosters().get(*event, one.id).unwrap();
        assert_eq!(place.status.as_str(), *expected, "{title}");
        assert_eq!((place.attended_at.is_some(), place.minutes), if *expected == "attended" { (true, Some(60)) } else { (false, None) });
        let counted = u32::from(place.status.takes_a_place());
        assert_eq!(kckps.events().get(*event).unwrap().volunteers_registered, counted, "{title}: nobody is counted twice");
        if let (Some(own), Some(theirs)) = (own, theirs) {
            let told = plan.participations.iter().find(|told| told.event.id == *event).unwrap();
            let words = (told.survivor.map(ParticipationStatus::as_str), told.merged.as_str(), told.result.as_str());
            assert_eq!(words, (Some(*own), *theirs, *expected));
        }
    }
    assert!(rev(&world) > before, "the public sees the new numbers");
    assert_eq!(kckps.volunteers().get(one.id).unwrap().totals.events, 7);
}

#[test]
fn the_number_of_who_was_merged_leads_to_the_survivor_and_is_never_used_again() {
    let world = World::new();
    let kckps = world.kckps();
    let (one, two) = two(&kckps);
    let three = add(&kckps, new_volunteer("Jo", "Hart"));
    kckps.volunteers().merge(one.id, &other(two.id), None).unwrap();
    let led = kckps.volunteers().get(two.id).unwrap().volunteer;
    assert_eq!(led.id, one.id);
    // What comes by the old number is not written over the other.
    let edit = VolunteerEdit { city: Patch::Set("Olathe".into()), ..VolunteerEdit::default() };
    assert_eq!(
        why(kckps.volunteers().edit(two.id, edit, None)),
        "this volunteer was merged into volunteer 1: read that one and repeat the change"
    );
    let event = published(&kckps, "Career Day", "2026-10-15T09:00").id;
    let draft = NewParticipation { volunteer_id: Some(two.id.get()), ..NewParticipation::default() };
    assert!(why(kckps.rosters().assign(event, &draft)).contains("merged into volunteer 1"));
    assert!(why(kckps.volunteers().merge(one.id, &other(two.id), None)).contains("merged into volunteer 1"));
    // Through several merges.
    kckps.volunteers().merge(three.id, &other(one.id), None).unwrap();
    assert_eq!(kckps.volunteers().get(two.id).unwrap().volunteer.id, three.id);
    assert_eq!(add(&kckps, new_volunteer("New", "Person")).id, VolunteerId::new(4));
    // The addresses are free, but for the one that survived.
    let again = add(&kckps, NewVolunteer { email: Some("joanna@example.org".into()), ..new_volunteer("Joanna", "Hart") });
    assert_eq!(again.id, VolunteerId::new(5));
    assert_eq!(kckps.volunteers().get("jo@example.org").unwrap().volunteer.id, three.id);
}

#[test]
fn who_is_active_under_one_of_the_records_stays_active() {
    let world = World::new();
    let kckps = world.kckps();
    let (one, two) = two(&kckps);
    kckps.volunteers().deactivate(one.id).unwrap();
    let plan = kckps.volunteers().merge(one.id, &other(two.id), None).unwrap();
    assert!(plan.survivor.active && decisions(&plan).contains(&("active", MergeDecision::Combined)));
}

#[test]
fn a_merge_that_can_not_be_is_refused() {
    let world = World::new();
    let kckps = world.kckps();
    let (one, two) = two(&kckps);
    let merge = |survivor, merge: &VolunteerMerge, version| kckps.volunteers().merge(survivor, merge, version).map(|_| ());
    assert!(why(merge(one.id, &other(one.id), None)).contains("one and the same"));
    assert_eq!(code(merge(one.id, &other(VolunteerId::new(99)), None)), "VOLUNTEER_NOT_FOUND");
    assert_eq!(code(merge(VolunteerId::new(99), &other(two.id), None)), "VOLUNTEER_NOT_FOUND");
    let Err(Error::Validation(fields)) = merge(one.id, &VolunteerMerge::default(), None) else { panic!("should be refused") };
    assert_eq!((fields.0[0].field.as_str(), fields.0[0].code), ("merged_id", "REQUIRED"));
    assert!(why(merge(one.id, &other(two.id), Some(2))).contains("version 1, not 2"));
    let stale = VolunteerMerge { merged_version: Some(5), ..other(two.id) };
    assert!(why(merge(one.id, &stale, None)).contains("version 1, not 5"));
    assert!(kckps.volunteers().get(two.id).unwrap().volunteer == two);
}

#[test]
fn what_two_places_on_one_roster_cannot_both_keep_is_in_the_plan_and_in_a_note() {
    let world = World::new();
    let kckps = world.kckps();
    let (one, two) = (add(&kckps, new_volunteer("Jos\u{e9}", "Hart")), add(&kckps, new_volunteer("Jose", "Hart")));
    let event = published(&kckps, "Career Day", "2026-10-15T09:00").id;
    world.clock.advance(TimeDelta::days(365));
    let long = |letter: &str| letter.repeat(4_000);
    for (volunteer, kind, minutes, notes) in [(one.id, "volunteer", 60, long("a")), (two.id, "speaker", 90, long("b"))] {
        assign(&kckps, event, volunteer, "attended");
        let edit = ParticipationEdit {
            participation_type: Patch::Set(kind.into()),
            minutes: Patch::Set(minutes),
            notes: Patch::Set(notes),
            ..ParticipationEdit::default()
        };
        kckps.rosters().edit(event, volunteer, &edit, None).unwrap();
    }
    let plan = kckps.volunteers().preview_merge(one.id, &other(two.id)).unwrap();
    assert_eq!(plan.participations[0].dropped.as_deref(), Some(&*format!("speaker, 90 minutes, {}", long("b"))));
    assert_eq!(decisions(&plan), [("name", MergeDecision::Kept)], "an accent is a difference");
    let done = kckps.volunteers().merge(one.id, &other(two.id), None).unwrap();
    assert_eq!(done.participations, plan.participations);
    let kept = kckps.rosters().get(event, one.id).unwrap();
    assert_eq!((kept.minutes, kept.notes.unwrap()), (Some(60), long("a")));
    let notes = kckps.volunteers().list_notes(one.id, PageRequest::default()).unwrap().items;
    let text = &notes[0].text;
    assert!(text.contains("name: Jose Hart") && text.contains("Career Day") && text.contains("speaker, 90 minutes, bbb"), "{text}");
}
