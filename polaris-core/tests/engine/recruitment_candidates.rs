//! C2: who would suit an event, and who is left out (FR-SELFSERV-402), the points worked out by hand.

use chrono::{NaiveDate, TimeDelta};
use polaris_core::types::{EventId, ParticipationStatus, VolunteerId};
use polaris_core::{
    Candidate, Error, LeftOut, LeftOutReason, NewEvent, NewParticipation, NewVolunteer, PageRequest, ParticipationEdit, Patch, ScoreParts,
    SettingsEdit, TenantHandle, json,
};

use super::recruitment::{at, recruiting};
use super::support::{World, career_day, code, new_volunteer, titled};
use super::volunteers::add;

use ParticipationStatus::{Attended, Confirmed, Declined, Invited, NoShow, Waitlisted};

pub(super) fn reachable(first_name: &str, last_name: &str) -> NewVolunteer {
    NewVolunteer { phone: Some("913 555 0100".into()), ..new_volunteer(first_name, last_name) }
}

fn volunteer(kckps: &TenantHandle, name: &str) -> VolunteerId {
    add(kckps, reachable(name, "Lee")).id
}

/// Puts somebody on a roster with a status, whatever the time: marks of attendance are made by the steps there are.
fn stand(kckps: &TenantHandle, event: EventId, volunteer: VolunteerId, status: ParticipationStatus) {
    let invited = NewParticipation { volunteer_id: Some(volunteer.get()), ..NewParticipation::default() };
    kckps.rosters().assign(event, &invited).unwrap();
    let steps: &[ParticipationStatus] = match status {
        Invited => &[],
        NoShow => &[Confirmed, NoShow],
        _ => &[status],
    };
    for step in steps {
        let edit = ParticipationEdit { status: Patch::Set(step.as_str().into()), ..ParticipationEdit::default() };
        kckps.rosters().edit(event, volunteer, &edit, None).unwrap();
    }
}

/// Has somebody attended an event that began then, local time.
fn attended(kckps: &TenantHandle, volunteer: VolunteerId, starts_at: &str) {
    let event = kckps.events().create(titled(starts_at, starts_at)).unwrap().id;
    stand(kckps, event, volunteer, Attended);
}

pub(super) fn candidates(kckps: &TenantHandle, event: EventId) -> Vec<Candidate> {
    kckps.recruitment().candidates(event, PageRequest::new(1, 100).unwrap()).unwrap().items
}

fn of(kckps: &TenantHandle, event: EventId, volunteer: VolunteerId) -> Candidate {
    candidates(kckps, event).into_iter().find(|candidate| candidate.volunteer.id == volunteer).unwrap()
}

fn left_out(kckps: &TenantHandle, event: EventId) -> Vec<LeftOut> {
    kckps.recruitment().left_out(event, PageRequest::new(1, 100).unwrap()).unwrap().items
}

/// Where a school is, which reference data may say.
fn settle(world: &World, school: &str, postal_code: Option<&str>, city: Option<&str>) {
    let sql = "UPDATE schools SET postal_code = ?2, city = ?3 WHERE name = ?1";
    assert_eq!(world.raw("kckps").execute(sql, (school, postal_code, city)).unwrap(), 1);
}

#[test]
fn a_candidate_is_scored_part_by_part_and_says_why() {
    let world = recruiting();
    let kckps = world.kckps();
    settle(&world, "Wyandotte High School", Some("66102"), Some("Kansas City"));
    at(&world, "2026-10-01T12:00:00Z");
    let skills = vec!["Welding".into(), "Public Speaking".into(), "Chess".into()];
    let ann = add(&kckps, NewVolunteer { skills, postal_code: Some("66112-1234".into()), ..reachable("Ann", "Lee") }).id;
    for date in ["2026-08-01T09:00", "2026-09-05T09:00", "2026-09-19T09:00"] {
        attended(&kckps, ann, date);
    }
    let bea = volunteer(&kckps, "Bea");
    let wanted = NewEvent {
        school: Some("Wyandotte High School".into()),
        wanted_skills: vec!["Welding".into(), "Public Speaking".into()],
        ..career_day()
    };
    let event = kckps.events().create(wanted).unwrap().id;
    let found = kckps.recruitment().candidates("career-day-2026-10-15", PageRequest::default()).unwrap();
    assert_eq!((found.total, found.items.len()), (2, 2));
    let first = &found.items[0];
    // 3 × 5; 12 days ago 20; 2 × 12; 661 in common 10; free 10.
    assert_eq!(first.parts, ScoreParts { history: 15, recency: 20, skills: 24, proximity: 10, availability: 10 });
    assert_eq!((first.volunteer.id, first.score, first.attended), (ann, 79, 3));
    assert_eq!(first.last_attended_at, Some("2026-09-19T14:00:00Z".parse().unwrap()));
    assert_eq!(first.last_asked_at, Some("2026-10-01T12:00:00Z".parse().unwrap()));
    assert_eq!(
        first.reasons,
        [
            "attended 3 events (+15)",
            "last attended 12 days ago (+20)",
            "has what this event wants: Public Speaking, Welding (+24)",
            "same postal area as the school (+10)",
            "free at that time (+10)",
        ]
    );
    let second = of(&kckps, event, bea);
    assert_eq!((second.score, second.attended, second.last_attended_at, second.last_asked_at), (10, 0, None, None));
    assert_eq!(
        second.reasons,
        [
            "attended no event yet (+0)",
            "never attended (+0)",
            "has none of the skills this event wants (+0)",
            "not known to live near the school (+0)",
            "free at that time (+10)",
        ]
    );
    // People stay out of logs.
    assert!(!format!("{first:?}").contains("Ann"), "{first:?}");
}

#[test]
fn recency_goes_by_local_days_across_a_change_of_the_clocks() {
    let world = recruiting();
    let kckps = world.kckps();
    // Half past midnight of 15 November in Chicago, two weeks after the clocks went back. By hours, an event at half past eleven at night
    // is nearly a day less ago than by the calendar.
    at(&world, "2026-11-15T06:30:00Z");
    let today = NaiveDate::from_ymd_opt(2026, 11, 15).unwrap();
    let event = kckps.events().create(titled("Next", "2026-12-01T09:00")).unwrap().id;
    for (days, points) in [(1, 20), (29, 20), (30, 15), (89, 15), (90, 10), (179, 10), (180, 5), (400, 5)] {
        for time in ["00:10", "23:30"] {
            let ann = volunteer(&kckps, &format!("Ann {days}"));
            attended(&kckps, ann, &format!("{}T{time}", today - TimeDelta::days(days)));
            let found = of(&kckps, event, ann);
            assert_eq!((found.parts.history, found.parts.recency), (5, points), "{days} days ago at {time}");
        }
    }
    let ann = volunteer(&kckps, "Ann today");
    attended(&kckps, ann, "2026-11-15T00:10");
    assert_eq!(of(&kckps, event, ann).reasons[1], "attended today (+20)");
}

#[test]
fn only_attended_events_are_history_and_at_most_six_count() {
    let world = recruiting();
    let kckps = world.kckps();
    at(&world, "2026-10-01T12:00:00Z");
    let event = kckps.events().create(career_day()).unwrap().id;
    for status in [Invited, Waitlisted, Confirmed, Declined, NoShow] {
        let ann = volunteer(&kckps, status.as_str());
        let past = kckps.events().create(titled("Past", "2026-09-10T09:00")).unwrap().id;
        stand(&kckps, past, ann, status);
        let found = of(&kckps, event, ann);
        assert_eq!((found.attended, found.parts.history, found.parts.recency), (0, 0, 0), "{status}");
    }
    let bea = volunteer(&kckps, "Bea");
    for (count, points) in [(1, 5), (2, 10), (5, 25), (6, 30), (7, 30)] {
        while of(&kckps, event, bea).attended < count {
            attended(&kckps, bea, "2026-09-10T09:00");
        }
        assert_eq!(of(&kckps, event, bea).parts.history, points, "{count}");
    }
    assert_eq!(of(&kckps, event, bea).reasons[0], "attended 7 events (+30)");
}

#[test]
fn skills_are_those_the_event_names_and_else_those_that_fit_its_type() {
    let world = recruiting();
    let kckps = world.kckps();
    let held = |name: &str, skills: &[&str]| {
        add(&kckps, NewVolunteer { skills: skills.iter().map(|skill| (*skill).into()).collect(), ..reachable(name, "Lee") }).id
    };
    let ann = held("Ann", &["Welding", "Peer Mentoring", "Life Coaching", "Guidance", "MENTORING children"]);
    let bea = held("Bea", &["Welding", "Public Speaking", "Chess"]);
    let cat = held("Cat", &[]);
    let draft = |wanted: &[&str], event_type: Option<&str>| NewEvent {
        wanted_skills: wanted.iter().map(|skill| (*skill).into()).collect(),
        event_type: event_type.map(Into::into),
        ..career_day()
    };
    let all: &[&str] = &["Welding", "Public Speaking", "Chess"];
    for (wanted, event_type, points) in [
        // 12 for each that is named, and at most 25.
        (&["Welding"][..], None, [12, 12, 0]),
        (&["Welding", "Public Speaking"], None, [12, 24, 0]),
        (all, None, [12, 25, 0]),
        // What is named counts, whatever the type.
        (&["Chess"], Some("mentoring"), [0, 12, 0]),
        // 8 for each with a keyword of the type: mentoring, coaching, guidance; at most 25.
        (&[], Some("mentoring"), [25, 0, 0]),
        // Speaking.
        (&[], Some("classroom_speaker"), [0, 8, 0]),
        // Nothing is named, and no type is known.
        (&[], None, [0, 0, 0]),
    ] {
        let event = kckps.events().create(draft(wanted, event_type)).unwrap().id;
        assert_eq!([ann, bea, cat].map(|who| of(&kckps, event, who).parts.skills), points, "{wanted:?} {event_type:?}");
    }
    let event = kckps.events().create(draft(&[], Some("mentoring"))).unwrap().id;
    let told = "has what fits this type of event: Guidance, Life Coaching, MENTORING children, Peer Mentoring (+25)";
    assert_eq!(of(&kckps, event, ann).reasons[2], told);
    assert_eq!(of(&kckps, event, bea).reasons[2], "has no skill that fits this type of event (+0)");
}

#[test]
fn nearness_is_to_the_events_school() {
    let world = recruiting();
    let kckps = world.kckps();
    settle(&world, "Wyandotte High School", Some("66102-0001"), Some("Kansas City"));
    settle(&world, "Argentine Middle School", None, Some("KANSAS CITY"));
    let at_school = |school: Option<&str>| NewEvent { school: school.map(Into::into), ..career_day() };
    let [high, middle, none] = [Some("Wyandotte High School"), Some("Argentine Middle School"), None]
        .map(|school| kckps.events().create(at_school(school)).unwrap().id);
    for (name, postal_code, city, points) in [
        ("Same five", Some("66102"), Some("Topeka"), [15, 0, 0]),
        ("Same three", Some("66112"), Some("kansas  city"), [10, 5, 0]),
        ("Same city", Some("64108"), Some("Kansas City"), [5, 5, 0]),
        ("Elsewhere", Some("64108"), Some("Topeka"), [0, 0, 0]),
        ("City alone", None, Some("Kánsas City"), [5, 5, 0]),
        ("Unknown", None, None, [0, 0, 0]),
    ] {
        let (postal_code, city) = (postal_code.map(Into::into), city.map(Into::into));
        let who = add(&kckps, NewVolunteer { postal_code, city, ..reachable(name, "Lee") }).id;
        assert_eq!([high, middle, none].map(|event| of(&kckps, event, who).parts.proximity), points, "{name}");
    }
}

#[test]
fn who_is_asked_to_or_comes_to_something_else_at_that_time_is_not_free() {
    let world = recruiting();
    let kckps = world.kckps();
    // Nine to noon in Chicago.
    let event = kckps.events().create(NewEvent { ends_at: Some("2026-10-15T12:00".into()), ..career_day() }).unwrap().id;
    let other = |from: &str, to: Option<&str>| {
        let draft = NewEvent { ends_at: to.map(Into::into), ..titled(from, from) };
        kckps.events().create(draft).unwrap().id
    };
    for (from, to, status, points) in [
        ("2026-10-15T07:00", Some("2026-10-15T09:00"), Invited, 10),
        ("2026-10-15T07:00", Some("2026-10-15T09:01"), Invited, 0),
        // Without an end, sixty minutes.
        ("2026-10-15T08:00", None, Invited, 10),
        ("2026-10-15T08:01", None, Confirmed, 0),
        ("2026-10-15T11:59", None, Invited, 0),
        ("2026-10-15T12:00", None, Invited, 10),
        ("2026-10-15T10:00", Some("2026-10-15T10:30"), Confirmed, 0),
        ("2026-10-15T06:00", Some("2026-10-15T20:00"), Confirmed, 0),
        // Fourteen days, the longest there is, to a minute after it began.
        ("2026-10-01T09:01", Some("2026-10-15T09:01"), Invited, 0),
        ("2026-10-15T10:00", None, Declined, 10),
        ("2026-10-15T10:00", None, Waitlisted, 10),
    ] {
        let ann = volunteer(&kckps, "Ann");
        stand(&kckps, other(from, to), ann, status);
        let found = of(&kckps, event, ann);
        assert_eq!(found.parts.availability, points, "{from} to {to:?}, {status}");
        let told = if points == 0 { "asked to or confirmed for another event at that time (+0)" } else { "free at that time (+10)" };
        assert_eq!(found.reasons[4], told);
    }
    let bea = volunteer(&kckps, "Bea");
    let cancelled = other("2026-10-15T09:30", None);
    stand(&kckps, cancelled, bea, Confirmed);
    assert_eq!(of(&kckps, event, bea).parts.availability, 0);
    world.set_status(cancelled, "cancelled");
    assert_eq!(of(&kckps, event, bea).parts.availability, 10, "what is cancelled keeps nobody");
}

// Other weights: ⌊points × weight ÷ default weight⌋.
#[test]
fn a_tenants_weights_scale_each_part_and_round_down() {
    let world = recruiting();
    let kckps = world.kckps();
    settle(&world, "Wyandotte High School", Some("66102"), None);
    at(&world, "2026-10-01T12:00:00Z");
    let draft = NewVolunteer { skills: vec!["Welding".into()], postal_code: Some("66112".into()), ..reachable("Ann", "Lee") };
    let ann = add(&kckps, draft).id;
    attended(&kckps, ann, "2026-08-01T09:00");
    attended(&kckps, ann, "2026-08-02T09:00");
    let wanted = NewEvent { school: Some("Wyandotte High School".into()), wanted_skills: vec!["Welding".into()], ..career_day() };
    let event = kckps.events().create(wanted).unwrap().id;
    let set = |text: &str| {
        let edit: SettingsEdit = json::read(text.as_bytes()).unwrap();
        world.as_role(polaris_core::Role::Admin).administration().edit_settings(&edit, None).unwrap()
    };
    let parts = |history, recency, skills, proximity, availability| ScoreParts { history, recency, skills, proximity, availability };
    assert_eq!(of(&kckps, event, ann).parts, parts(10, 15, 12, 10, 10));
    // 10 × 50 ÷ 30 = 16.6; 15 × 9 ÷ 20 = 6.75; 12 × 21 ÷ 25 = 10.08; 10 × 13 ÷ 15 = 8.6; 10 × 7 ÷ 10.
    set(r#"{"recruitment_weights": {"history": 50, "recency": 9, "skills": 21, "proximity": 13, "availability": 7}}"#);
    let found = of(&kckps, event, ann);
    assert_eq!((found.parts, found.score), (parts(16, 6, 10, 8, 7), 47));
    assert_eq!(found.reasons[0], "attended 2 events (+16)");
    set(r#"{"recruitment_weights": {"history": 0, "recency": 0, "skills": 0, "proximity": 0, "availability": 100}}"#);
    assert_eq!((of(&kckps, event, ann).parts, of(&kckps, event, ann).score), (parts(0, 0, 0, 0, 100), 100));
    set(r#"{"recruitment_weights": null}"#);
    assert_eq!(of(&kckps, event, ann).parts, parts(10, 15, 12, 10, 10), "the usual ones again");
}

#[test]
fn whoever_is_no_candidate_is_listed_with_every_reason() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = kckps.events().create(career_day()).unwrap().id;
    let candidate = volunteer(&kckps, "Zoe");
    let by_mail = add(&kckps, NewVolunteer { email: Some("ann@example.org".into()), ..new_volunteer("Ann", "Lee") }).id;
    let inactive = volunteer(&kckps, "Ina");
    kckps.volunteers().deactivate(inactive).unwrap();
    let closed = add(&kckps, NewVolunteer { do_not_contact: Some(true), ..reachable("Don", "Lee") }).id;
    let unreachable = add(&kckps, new_volunteer("Una", "Lee")).id;
    let everything = add(&kckps, NewVolunteer { do_not_contact: Some(true), ..new_volunteer("Eve", "Lee") }).id;
    stand(&kckps, event, everything, Waitlisted);
    kckps.volunteers().deactivate(everything).unwrap();
    let (asked, coming, declined) = (volunteer(&kckps, "Amy"), volunteer(&kckps, "Bob"), volunteer(&kckps, "Cid"));
    for (who, status) in [(asked, Invited), (coming, Confirmed), (declined, Declined)] {
        stand(&kckps, event, who, status);
    }
    use LeftOutReason::{DoNotContact, Inactive, OnRoster, Unreachable};
    let found: Vec<_> = left_out(&kckps, event).into_iter().map(|out| (out.volunteer_id, out.reasons, out.roster_status)).collect();
    let expected = [
        (asked, vec![OnRoster], Some(Invited)),
        (coming, vec![OnRoster], Some(Confirmed)),
        (closed, vec![DoNotContact], None),
        (everything, vec![Inactive, DoNotContact, Unreachable, OnRoster], Some(Waitlisted)),
        (inactive, vec![Inactive], None),
        (unreachable, vec![Unreachable], None),
    ];
    assert_eq!(found, expected, "by last and first name");
    let mut chosen: Vec<_> = candidates(&kckps, event).iter().map(|candidate| candidate.volunteer.id).collect();
    chosen.sort();
    assert_eq!(chosen, [candidate, by_mail, declined], "who declined may be asked again; nobody is in neither list");
    // On another event's roster they are candidates here.
    let other = kckps.events().create(titled("Other", "2026-11-15T09:00")).unwrap().id;
    assert_eq!(of(&kckps, other, coming).volunteer.id, coming);
    // A page at a time, and silent about people in logs.
    let page = kckps.recruitment().left_out(event, PageRequest::new(2, 4).unwrap()).unwrap();
    assert_eq!((page.total, page.items.len(), page.items[0].first_name.as_str(), page.items[0].last_name.as_str()), (6, 2, "Ina", "Lee"));
    assert!(!format!("{page:?}").contains("Lee"));
    // Attended and no-show are on the roster, too.
    at(&world, "2026-10-15T14:00:00Z");
    for (who, status) in [(candidate, Attended), (by_mail, NoShow)] {
        stand(&kckps, event, who, status);
        assert!(left_out(&kckps, event).iter().any(|out| out.volunteer_id == who && out.roster_status == Some(status)));
    }
}

#[test]
fn unknown_events_and_those_of_other_tenants_are_not_found() {
    let world = recruiting();
    let (kckps, page) = (world.kckps(), PageRequest::default());
    let hickman = world.polaris.tenant("hickman", polaris_core::Actor::System).unwrap();
    let event = hickman.events().create(career_day()).unwrap();
    add(&hickman, reachable("Elsa", "Where"));
    for answer in [
        code(kckps.recruitment().candidates(event.id, page)),
        code(kckps.recruitment().candidates(event.slug.as_str(), page)),
        code(kckps.recruitment().left_out(event.id, page)),
        code(kckps.recruitment().left_out("career-day-2026-10-15", page)),
    ] {
        assert_eq!(answer, "EVENT_NOT_FOUND");
    }
    let own = kckps.events().create(career_day()).unwrap().id;
    assert!(candidates(&kckps, own).is_empty() && left_out(&kckps, own).is_empty(), "people of other tenants are in neither");
}

#[test]
fn weights_are_refused_that_do_not_add_up_or_lack_one() {
    let world = recruiting();
    let refused = |text: &str| -> Vec<(String, &'static str)> {
        let edit: SettingsEdit = json::read(text.as_bytes()).unwrap();
        let error = world.as_role(polaris_core::Role::Admin).administration().edit_settings(&edit, None).unwrap_err();
        error.fields().iter().map(|field| (field.field.clone(), field.code)).collect()
    };
    let of = |history: i64, recency: i64| {
        format!(
            r#"{{"recruitment_weights": {{"history": {history}, "recency": {recency}, "skills": 25, "proximity": 15, "availability": 10}}}}"#
        )
    };
    let whole = "recruitment_weights".to_owned();
    assert_eq!(refused(&of(30, 21)), [(whole.clone(), "NOT_100")]);
    assert_eq!(refused(&of(30, 19)), [(whole.clone(), "NOT_100")]);
    assert_eq!(refused(&of(-1, 51)), [("recruitment_weights.history".into(), "OUT_OF_RANGE")]);
    let range = |part: &str| (format!("recruitment_weights.{part}"), "OUT_OF_RANGE");
    assert_eq!(refused(&of(101, 300)), [range("history"), range("recency")]);
    let required = |part: &str| (format!("recruitment_weights.{part}"), "REQUIRED");
    assert_eq!(
        refused(r#"{"recruitment_weights": {"history": 100, "recency": null}}"#),
        [required("recency"), required("skills"), required("proximity"), required("availability")]
    );
    for bad in [r#"{"recruitment_weights": {"luck": 100}}"#, r#"{"recruitment_weights": {"history": "30"}}"#] {
        assert!(matches!(json::read::<SettingsEdit>(bad.as_bytes()), Err(Error::BadRequest { .. })), "{bad}");
    }
    let stored = world.kckps().settings().unwrap();
    assert_eq!((stored.recruitment_weights, stored.version), (None, 2), "nothing was stored");
}
