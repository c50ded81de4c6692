//! C3: who was asked to which event, how, and what came of it (FR-SELFSERV-403).

use std::sync::Barrier;

use chrono::{DateTime, TimeDelta, Utc};
use polaris_core::types::{EventId, OutreachMethod, OutreachOutcome, ParticipationStatus, VolunteerId};
use polaris_core::{
    Actor, AuditFilter, Error, LoggedOutreach, NewEvent, NewOutreach, NewParticipation, OutreachEdit, OutreachEntry, OutreachFilter,
    PageRequest, ParticipationEdit, Patch, Role, TenantHandle, VolunteerMerge,
};

use super::recruitment::{at, recruiting};
use super::recruitment_candidates::{candidates, reachable};
use super::support::{World, career_day, code, start, titled};
use super::volunteers::{add, why};

use ParticipationStatus::{Attended, Confirmed, Declined, Invited, NoShow, Waitlisted};

fn volunteer(kckps: &TenantHandle, name: &str) -> VolunteerId {
    add(kckps, reachable(name, "Lee")).id
}

/// Career Day of 15 October 2026 at nine in Chicago, for so many.
fn event(kckps: &TenantHandle, needed: i64) -> EventId {
    kckps.events().create(NewEvent { volunteers_needed: Some(needed), ..career_day() }).unwrap().id
}

fn call(volunteer: VolunteerId, outcome: &str) -> NewOutreach {
    NewOutreach {
        volunteer_id: Some(volunteer.get()),
        method: "phone".into(),
        outcome: (!outcome.is_empty()).then(|| outcome.into()),
        ..NewOutreach::default()
    }
}

fn log(kckps: &TenantHandle, event: EventId, volunteer: VolunteerId, outcome: &str) -> LoggedOutreach {
    kckps.outreach().log(event, &call(volunteer, outcome)).unwrap()
}

fn to(outcome: &str) -> OutreachEdit {
    OutreachEdit { outcome: Patch::Set(outcome.into()), ..OutreachEdit::default() }
}

fn status(kckps: &TenantHandle, event: EventId, volunteer: VolunteerId) -> Option<ParticipationStatus> {
    kckps.rosters().get(event, volunteer).ok().map(|place| place.status)
}

/// Puts somebody on a roster by these steps, the first of which is how they are assigned.
fn stand(kckps: &TenantHandle, event: EventId, volunteer: VolunteerId, steps: &[ParticipationStatus]) {
    let invited = NewParticipation { volunteer_id: Some(volunteer.get()), ..NewParticipation::default() };
    kckps.rosters().assign(event, &invited).unwrap();
    for step in steps {
        let edit = ParticipationEdit { status: Patch::Set(step.as_str().into()), over_capacity: true, ..ParticipationEdit::default() };
        kckps.rosters().edit(event, volunteer, &edit, None).unwrap();
    }
}

#[allow(clippy::needless_pass_by_value, reason = "so that a filter can be written where it is used")]
fn all(kckps: &TenantHandle, filter: OutreachFilter) -> Vec<OutreachEntry> {
    kckps.outreach().list(&filter, PageRequest::new(1, 100).unwrap()).unwrap().items
}

fn public_rev(world: &World) -> i64 {
    world.raw("kckps").query_row("SELECT public_rev FROM tenant", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_call_is_logged_with_who_made_it_and_followed_up() {
    let world = recruiting();
    let kckps = world.as_role(Role::Coordinator);
    let (event, ann) = (event(&kckps, 3), volunteer(&world.kckps(), "Ann"));
    let draft = NewOutreach { notes: Some("  Works nights \r\n".into()), ..call(ann, "") };
    let logged = kckps.outreach().log("career-day-2026-10-15", &draft).unwrap();
    assert_eq!(logged.placed, None);
    let asked = logged.outreach;
    assert_eq!((asked.event_id, asked.volunteer_id, asked.version, asked.mail_id), (event, ann, 1, None));
    assert_eq!((asked.method, asked.outcome), (OutreachMethod::Phone, OutreachOutcome::Pending));
    assert_eq!((asked.notes.as_deref(), asked.attempted_at, asked.followed_up_at), (Some("Works nights"), start(), None));
    assert_eq!((asked.author.kind.as_str(), asked.author.name.as_deref()), ("tenant_user", Some("Pat Lee")));
    world.clock.advance(TimeDelta::hours(2));
    let edit = OutreachEdit { notes: Patch::Clear, ..to("interested") };
    let followed = kckps.outreach().edit(asked.id, &edit, Some(1)).unwrap().outreach;
    assert_eq!((followed.outcome, followed.notes.as_deref(), followed.version), (OutreachOutcome::Interested, None, 2));
    assert_eq!((followed.attempted_at, followed.followed_up_at), (start(), Some(start() + TimeDelta::hours(2))));
    let shown = kckps.outreach().get(asked.id).unwrap();
    assert_eq!((&shown.outreach, shown.first_name.as_str(), shown.event.title.as_str()), (&followed, "Ann", "Career Day"));
    assert_eq!(status(&kckps, event, ann), None, "interest is no promise");
    // A second editor who read the first version is told so.
    assert!(why(kckps.outreach().edit(asked.id, &to("declined"), Some(1))).contains("version 2, not 1"));
    assert!(!format!("{shown:?} {draft:?} {followed:?}").contains("Ann"), "people stay out of logs");
}

#[test]
fn what_is_wrong_is_said_field_by_field_and_nothing_is_stored() {
    let world = recruiting();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps, 3), volunteer(&kckps, "Ann"));
    let problems =
        |error: Error| -> Vec<(String, &'static str)> { error.fields().iter().map(|field| (field.field.clone(), field.code)).collect() };
    let error = kckps.outreach().log(event, &NewOutreach::default()).unwrap_err();
    assert_eq!(problems(error), [("volunteer_id".into(), "REQUIRED"), ("method".into(), "REQUIRED")]);
    let bad = NewOutreach {
        method: "pigeon".into(),
        outcome: Some("maybe".into()),
        notes: Some("x".repeat(5_001)),
        // A minute ahead, by the clocks in Chicago, where it is seven in the morning.
        attempted_at: Some("2026-09-01T07:01".into()),
        ..call(ann, "")
    };
    let all_of = |codes: [(&str, &'static str); 4]| codes.map(|(field, code)| (field.to_owned(), code));
    let error = kckps.outreach().log(event, &bad).unwrap_err();
    let expected = [("method", "UNKNOWN_VALUE"), ("outcome", "UNKNOWN_VALUE"), ("notes", "TOO_LONG"), ("attempted_at", "IN_FUTURE")];
    assert_eq!(problems(error), all_of(expected));
    assert_eq!(code(kckps.outreach().log(EventId::new(99), &call(ann, ""))), "EVENT_NOT_FOUND");
    assert_eq!(code(kckps.outreach().log(event, &call(VolunteerId::new(99), ""))), "VOLUNTEER_NOT_FOUND");
    assert_eq!(all(&kckps, OutreachFilter::default()).len(), 0);
    let earlier = NewOutreach { attempted_at: Some("2026-08-31 18:30".into()), ..call(ann, "no_response") };
    let asked = kckps.outreach().log(event, &earlier).unwrap().outreach;
    assert_eq!(asked.attempted_at, "2026-08-31T23:30:00Z".parse::<DateTime<Utc>>().unwrap());
    let bad = OutreachEdit {
        method: Patch::Clear,
        outcome: Patch::Clear,
        attempted_at: Patch::Set("2026-09-01T12:00:01Z".into()),
        ..OutreachEdit::default()
    };
    let error = kckps.outreach().edit(asked.id, &bad, None).unwrap_err();
    assert_eq!(problems(error), [("method".into(), "REQUIRED"), ("outcome".into(), "REQUIRED"), ("attempted_at".into(), "IN_FUTURE")]);
    let now = OutreachEdit { attempted_at: Patch::Set("2026-09-01T12:00:00Z".into()), ..OutreachEdit::default() };
    assert_eq!(kckps.outreach().edit(asked.id, &now, None).unwrap().outreach.attempted_at, start());
}

// C3: "Outcome `confirmed`, at logging or later, puts the person on the roster as confirmed, by R2's rules".
#[test]
fn who_confirms_is_on_the_roster_at_once_and_the_public_sees_one_place_less() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = event(&kckps, 3);
    let other = kckps.events().create(titled("Other", "2026-10-15T09:30")).unwrap().id;
    let (ann, bea) = (volunteer(&kckps, "Ann"), volunteer(&kckps, "Bea"));
    stand(&kckps, other, ann, &[Confirmed]);
    let before = public_rev(&world);
    let logged = log(&kckps, event, ann, "confirmed");
    let placed = logged.placed.unwrap();
    assert_eq!((placed.participation.status, placed.participation.confirmed_at), (Confirmed, Some(start())));
    assert_eq!(placed.overlaps.iter().map(|overlap| overlap.event.id).collect::<Vec<_>>(), [other], "a warning, and no hindrance");
    assert_eq!(kckps.rosters().get(event, ann).unwrap(), placed.participation);
    assert!(public_rev(&world) > before);
    // Later, by a follow-up.
    let asked = log(&kckps, event, bea, "pending").outreach;
    assert_eq!(status(&kckps, event, bea), None);
    let placed = kckps.outreach().edit(asked.id, &to("confirmed"), None).unwrap().placed.unwrap();
    assert_eq!((placed.participation.volunteer_id, placed.participation.status), (bea, Confirmed));
    assert_eq!(kckps.events().get(event).unwrap().volunteers_registered, 2);
    // The same outcome again, after they were taken off the roster by hand, does nothing there.
    kckps.rosters().remove(event, bea, None).unwrap();
    assert_eq!(kckps.outreach().edit(asked.id, &to("confirmed"), None).unwrap().placed, None);
    assert_eq!(status(&kckps, event, bea), None);
    // Nor does another outcome undo what stands on the roster.
    let ann = kckps.outreach().edit(logged.outreach.id, &to("declined"), None).unwrap();
    assert_eq!((ann.placed, status(&kckps, event, ann.outreach.volunteer_id)), (None, Some(Confirmed)));
}

#[test]
fn every_standing_on_the_roster_answers_to_an_outcome_by_the_rules_of_rosters() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = event(&kckps, 0);
    at(&world, "2026-10-15T15:00:00Z");
    for (steps, confirmed, declined) in [
        (&[][..], Confirmed, Declined),
        (&[Waitlisted], Confirmed, Waitlisted),
        (&[Confirmed], Confirmed, Confirmed),
        (&[Declined], Confirmed, Declined),
        // What was seen says more than what was promised.
        (&[Attended], Attended, Attended),
        (&[Confirmed, NoShow], NoShow, NoShow),
    ] {
        for (outcome, expected) in [("confirmed", confirmed), ("declined", declined)] {
            let who = volunteer(&kckps, outcome);
            stand(&kckps, event, who, steps);
            let before = kckps.rosters().get(event, who).unwrap();
            let placed = log(&kckps, event, who, outcome).placed;
            let after = kckps.rosters().get(event, who).unwrap();
            assert_eq!(after.status, expected, "{steps:?} {outcome}");
            assert_eq!(placed.map(|placed| placed.participation), (before != after).then_some(after), "{steps:?} {outcome}");
        }
        for outcome in ["pending", "no_response", "interested"] {
            let who = volunteer(&kckps, outcome);
            stand(&kckps, event, who, steps);
            let before = kckps.rosters().get(event, who).unwrap();
            assert_eq!(log(&kckps, event, who, outcome).placed, None);
            assert_eq!(kckps.rosters().get(event, who).unwrap(), before);
        }
    }
    let nobody = volunteer(&kckps, "Nobody");
    assert_eq!((log(&kckps, event, nobody, "declined").placed, status(&kckps, event, nobody)), (None, None));
}

#[test]
fn a_full_event_refuses_unless_it_is_said_and_an_event_that_is_over_always() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = event(&kckps, 1);
    let (ann, bea, cid) = (volunteer(&kckps, "Ann"), volunteer(&kckps, "Bea"), volunteer(&kckps, "Cid"));
    log(&kckps, event, ann, "confirmed");
    assert_eq!(code(kckps.outreach().log(event, &call(bea, "confirmed"))), "EVENT_FULL");
    let asked = log(&kckps, event, bea, "interested").outreach;
    assert_eq!(code(kckps.outreach().edit(asked.id, &to("confirmed"), None)), "EVENT_FULL");
    let found = all(&kckps, OutreachFilter { volunteer: Some(bea.into()), ..OutreachFilter::default() });
    assert_eq!(found.iter().map(|entry| &entry.outreach).collect::<Vec<_>>(), [&asked], "refused as a whole");
    let over = OutreachEdit { over_capacity: true, ..to("confirmed") };
    assert_eq!(kckps.outreach().edit(asked.id, &over, None).unwrap().placed.unwrap().participation.status, Confirmed);
    let over = NewOutreach { over_capacity: true, ..call(cid, "confirmed") };
    assert!(kckps.outreach().log(event, &over).unwrap().placed.is_some());
    // Who is there already needs no place.
    assert_eq!(log(&kckps, event, ann, "confirmed").placed, None);
    for over in ["completed", "cancelled"] {
        world.set_status(event, over);
        let who = volunteer(&kckps, over);
        assert!(why(kckps.outreach().log(event, &call(who, "confirmed"))).contains(over));
        assert_eq!(code(kckps.outreach().log(event, &call(who, "confirmed"))), "CONFLICT");
        let asked = log(&kckps, event, who, "pending").outreach;
        assert_eq!(code(kckps.outreach().edit(asked.id, &to("confirmed"), None)), "CONFLICT");
        assert_eq!(log(&kckps, event, ann, "confirmed").placed, None, "nothing to be done on the roster");
    }
    // The roster of a cancelled event stays as it is; that somebody declined is kept all the same.
    let dan = volunteer(&kckps, "Dan");
    world.set_status(event, "published");
    stand(&kckps, event, dan, &[]);
    world.set_status(event, "cancelled");
    assert_eq!((log(&kckps, event, dan, "declined").placed, status(&kckps, event, dan)), (None, Some(Invited)));
    // Who is deactivated can't come.
    let open = kckps.events().create(career_day()).unwrap().id;
    kckps.volunteers().deactivate(dan).unwrap();
    assert!(why(kckps.outreach().log(open, &call(dan, "confirmed"))).contains("deactivated"));
    log(&kckps, open, dan, "declined");
}

#[test]
fn outreach_is_listed_for_an_event_a_volunteer_a_method_and_an_outcome_the_last_first() {
    let world = recruiting();
    let kckps = world.kckps();
    let [one, other] = ["One", "Other"].map(|title| kckps.events().create(titled(title, "2026-12-01T09:00")).unwrap());
    let (ann, bea) = (volunteer(&kckps, "Ann"), volunteer(&kckps, "Bea"));
    let mut ids = Vec::new();
    for (event, who, method, outcome) in [
        (&one, ann, "phone", "no_response"),
        (&one, ann, "text", "interested"),
        (&one, bea, "phone", "pending"),
        (&other, ann, "in_person", "pending"),
    ] {
        world.clock.advance(TimeDelta::minutes(1));
        let draft = NewOutreach { method: method.into(), ..call(who, outcome) };
        ids.push(kckps.outreach().log(event.id, &draft).unwrap().outreach.id);
    }
    // Logged last, and attempted first.
    let late = NewOutreach { attempted_at: Some("2026-08-01T09:00".into()), ..call(bea, "no_response") };
    ids.push(kckps.outreach().log(other.id, &late).unwrap().outreach.id);
    let places = |filter: OutreachFilter| -> Vec<usize> {
        all(&kckps, filter).iter().map(|entry| ids.iter().position(|id| *id == entry.outreach.id).unwrap()).collect()
    };
    let any = OutreachFilter::default;
    assert_eq!(places(any()), [3, 2, 1, 0, 4]);
    assert_eq!(places(OutreachFilter { event: Some(one.slug.as_str().into()), ..any() }), [2, 1, 0]);
    assert_eq!(places(OutreachFilter { volunteer: Some(ann.into()), ..any() }), [3, 1, 0]);
    assert_eq!(places(OutreachFilter { event: Some(other.id.into()), volunteer: Some(bea.into()), ..any() }), [4]);
    assert_eq!(places(OutreachFilter { methods: vec![OutreachMethod::Phone, OutreachMethod::Text], ..any() }), [2, 1, 0, 4]);
    let open = vec![OutreachOutcome::Pending, OutreachOutcome::Interested];
    assert_eq!(places(OutreachFilter { outcomes: open, volunteer: Some(ann.into()), ..any() }), [3, 1]);
    let page = kckps.outreach().list(&any(), PageRequest::new(2, 2).unwrap()).unwrap();
    assert_eq!((page.total, page.items.iter().map(|entry| entry.outreach.id).collect::<Vec<_>>()), (5, vec![ids[1], ids[0]]));
    let unknown = OutreachFilter { event: Some(EventId::new(99).into()), ..any() };
    assert_eq!(code(kckps.outreach().list(&unknown, PageRequest::default())), "EVENT_NOT_FOUND");
    let unknown = OutreachFilter { volunteer: Some(VolunteerId::new(99).into()), ..any() };
    assert_eq!(code(kckps.outreach().list(&unknown, PageRequest::default())), "VOLUNTEER_NOT_FOUND");
    // V1: the volunteer's own page tells it, too, where recruitment is on.
    let told = kckps.volunteers().get(ann).unwrap().outreach;
    assert_eq!(told.iter().map(|entry| entry.outreach.id).collect::<Vec<_>>(), [ids[3], ids[1], ids[0]]);
    let off = polaris_core::TenantEdit { features: [("recruitment".to_owned(), Some(false))].into(), ..Default::default() };
    world.platform().tenants().edit("kckps", &off, None).unwrap();
    assert!(kckps.volunteers().get(ann).unwrap().outreach.is_empty());
    assert_eq!(code(kckps.outreach().list(&any(), PageRequest::default())), "FEATURE_DISABLED");
}

#[test]
fn what_was_logged_by_mistake_is_removed_and_the_roster_stays() {
    let world = recruiting();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps, 3), volunteer(&kckps, "Ann"));
    let asked = log(&kckps, event, ann, "confirmed").outreach;
    assert!(why(kckps.outreach().remove(asked.id, Some(2))).contains("version 1, not 2"));
    kckps.outreach().remove(asked.id, Some(1)).unwrap();
    for answer in [code(kckps.outreach().remove(asked.id, None)), code(kckps.outreach().get(asked.id))] {
        assert_eq!(answer, "OUTREACH_NOT_FOUND");
    }
    assert_eq!(code(kckps.outreach().edit(asked.id, &to("pending"), None)), "OUTREACH_NOT_FOUND");
    assert_eq!(status(&kckps, event, ann), Some(Confirmed));
    // Its number is never given again.
    assert!(log(&kckps, event, ann, "pending").outreach.id > asked.id);
}

#[test]
fn each_change_is_in_the_audit_log_without_a_name_or_a_note() {
    let world = recruiting();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps, 3), volunteer(&kckps, "Ann"));
    let draft = NewOutreach { notes: Some("Secretive".into()), ..call(ann, "pending") };
    let asked = kckps.outreach().log(event, &draft).unwrap().outreach.id;
    kckps.outreach().edit(asked, &to("confirmed"), None).unwrap();
    kckps.outreach().remove(asked, None).unwrap();
    let entries = world.as_role(Role::Admin).audit().list(&AuditFilter::default(), PageRequest::default()).unwrap().items;
    let told: Vec<_> = entries.iter().take(3).map(|entry| (entry.action.as_str(), entry.resource_kind.as_deref())).collect();
    assert_eq!(told, [("outreach.remove", Some("event")), ("outreach.edit", Some("event")), ("outreach.log", Some("event"))]);
    let details: Vec<_> = entries.iter().take(3).map(|entry| entry.details.to_string()).collect();
    assert!(details[1].contains(r#""outcome":{"from":"pending","to":"confirmed"},"outreach":1,"roster":"confirmed""#), "{details:?}");
    assert!(details.iter().all(|text| !text.contains("Secretive") && !text.contains("Ann")), "{details:?}");
}

// V5: "two records of one person into one, keeping history".
#[test]
fn a_merge_keeps_the_outreach_of_both_and_the_old_number_is_not_written_to() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = event(&kckps, 3);
    let (one, two) = (volunteer(&kckps, "Jo"), volunteer(&kckps, "Joanna"));
    world.clock.advance(TimeDelta::days(1));
    let theirs = log(&kckps, event, two, "interested").outreach.id;
    let merge = VolunteerMerge { merged_id: Some(two.get()), ..VolunteerMerge::default() };
    kckps.volunteers().merge(one, &merge, None).unwrap();
    let found = all(&kckps, OutreachFilter { volunteer: Some(two.into()), ..OutreachFilter::default() });
    assert_eq!(found.iter().map(|entry| (entry.outreach.id, entry.outreach.volunteer_id)).collect::<Vec<_>>(), [(theirs, one)]);
    assert_eq!(kckps.volunteers().get(one).unwrap().outreach.len(), 1);
    let survivor = candidates(&kckps, event).into_iter().find(|candidate| candidate.volunteer.id == one).unwrap();
    assert_eq!(survivor.last_asked_at, Some(start() + TimeDelta::days(1)));
    assert!(why(kckps.outreach().log(event, &call(two, "pending"))).contains("merged into volunteer 1"));
    // What was logged on the other record is followed up on the one that is left.
    assert_eq!(kckps.outreach().edit(theirs, &to("confirmed"), None).unwrap().placed.unwrap().participation.volunteer_id, one);
}

#[test]
fn of_two_who_confirm_for_the_last_place_at_once_one_is_refused() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = event(&kckps, 1);
    let people: Vec<_> = (0..4).map(|number| volunteer(&kckps, &format!("Ann {number}"))).collect();
    let together = Barrier::new(people.len());
    let answers: Vec<_> = std::thread::scope(|scope| {
        let each = people.iter().map(|who| {
            let (kckps, together) = (&kckps, &together);
            scope.spawn(move || {
                together.wait();
                code(kckps.outreach().log(event, &call(*who, "confirmed")))
            })
        });
        each.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| **answer == "EVENT_FULL").count(), 3, "{answers:?}");
    assert_eq!(kckps.events().get(event).unwrap().volunteers_registered, 1);
    assert_eq!(all(&kckps, OutreachFilter::default()).len(), 1, "what was refused left nothing");
}

#[test]
fn another_tenants_outreach_is_not_here() {
    let world = recruiting();
    let kckps = world.kckps();
    let on = polaris_core::TenantEdit { features: [("recruitment".to_owned(), Some(true))].into(), ..Default::default() };
    world.platform().tenants().edit("hickman", &on, None).unwrap();
    let hickman = world.polaris.tenant("hickman", Actor::System).unwrap();
    let (theirs, elsa) = (event(&hickman, 3), volunteer(&hickman, "Elsa"));
    let asked = log(&hickman, theirs, elsa, "pending").outreach.id;
    assert_eq!(code(kckps.outreach().get(asked)), "OUTREACH_NOT_FOUND");
    assert_eq!(code(kckps.outreach().edit(asked, &to("declined"), None)), "OUTREACH_NOT_FOUND");
    assert_eq!(code(kckps.outreach().remove(asked, None)), "OUTREACH_NOT_FOUND");
    assert_eq!(code(kckps.outreach().log(theirs, &call(elsa, "pending"))), "EVENT_NOT_FOUND");
    assert!(all(&kckps, OutreachFilter::default()).is_empty());
    assert_eq!(hickman.outreach().get(asked).unwrap().outreach.outcome, OutreachOutcome::Pending);
}
