//! C2: in which order candidates of equal score come, and that it is always the same.

use chrono::TimeDelta;
use polaris_core::types::{EventId, VolunteerId};
use polaris_core::{NewOutreach, NewParticipation, NewVolunteer, OutreachEdit, PageRequest, ParticipationEdit, Patch, TenantHandle};

use super::recruitment::recruiting;
use super::recruitment_candidates::{candidates, reachable};
use super::support::{career_day, titled};
use super::volunteers::add;

/// Asked to something far from the event that is looked at, and declined: their score is that of those never asked.
fn ask(kckps: &TenantHandle, event: EventId, volunteer: VolunteerId) {
    let invited = NewParticipation { volunteer_id: Some(volunteer.get()), ..NewParticipation::default() };
    kckps.rosters().assign(event, &invited).unwrap();
    let declined = ParticipationEdit { status: Patch::Set("declined".into()), ..ParticipationEdit::default() };
    kckps.rosters().edit(event, volunteer, &declined, None).unwrap();
}

fn names(kckps: &TenantHandle, event: EventId) -> Vec<String> {
    let name = |of: &polaris_core::Candidate| format!("{} {}", of.volunteer.first_name, of.volunteer.last_name);
    candidates(kckps, event).iter().map(name).collect()
}

#[test]
fn the_score_comes_first_then_never_asked_then_longest_ago_then_the_name_then_the_number() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = kckps.events().create(career_day()).unwrap().id;
    let [one, other] = ["One", "Other"].map(|title| kckps.events().create(titled(title, "2026-12-01T09:00")).unwrap().id);
    let who = |first: &str, last: &str| add(&kckps, reachable(first, last)).id;
    let (lately, again) = (who("Ann", "Aa"), who("Amy", "Aa"));
    let (long_ago, twice) = (who("Zoe", "Zz"), who("Yan", "Zz"));
    let second = who("Same", "Name");
    let third = who("SAME", "Name");
    who("Éva", "Ábel");
    who("Eve", "Abel");
    who("Bob", "abel");
    ask(&kckps, one, long_ago);
    ask(&kckps, one, twice);
    world.clock.advance(TimeDelta::hours(1));
    ask(&kckps, one, again);
    ask(&kckps, one, lately);
    world.clock.advance(TimeDelta::hours(1));
    ask(&kckps, other, twice);
    let welder = NewVolunteer { skills: vec!["Welding".into()], ..reachable("Last", "Zz") };
    let skilled = add(&kckps, welder).id;
    ask(&kckps, one, skilled);
    let expected = [
        // Never asked, by folded names; of one name, by number.
        "Bob abel",
        "Éva Ábel",
        "Eve Abel",
        "Same Name",
        "SAME Name",
        // Then the longest ago.
        "Zoe Zz",
        "Amy Aa",
        "Ann Aa",
        // The last time counts.
        "Last Zz",
        "Yan Zz",
    ];
    assert_eq!(names(&kckps, event), expected);
    assert!(second < third);
    // A higher score comes before all that.
    let wanted = polaris_core::NewEvent { wanted_skills: vec!["Welding".into()], ..career_day() };
    let welding = kckps.events().create(wanted).unwrap().id;
    assert_eq!(names(&kckps, welding)[0], "Last Zz");
}

// C2, C3: "ties by last asked (never first, then longest ago)": a call counts as an invitation does.
#[test]
fn outreach_of_any_kind_and_invitations_count_as_asking_and_the_last_of_them_decides() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = kckps.events().create(career_day()).unwrap().id;
    let other = kckps.events().create(titled("Other", "2026-12-01T09:00")).unwrap().id;
    let who = |first: &str| add(&kckps, reachable(first, "Lee")).id;
    let [called, invited, both, never, wrote] = ["Called", "Invited", "Both", "Never", "Wrote"].map(who);
    let asked = |volunteer: VolunteerId, method: &str, at: &str| {
        let draft = NewOutreach {
            volunteer_id: Some(volunteer.get()),
            method: method.into(),
            attempted_at: Some(at.into()),
            outcome: Some("no_response".into()),
            ..NewOutreach::default()
        };
        kckps.outreach().log(other, &draft).unwrap().outreach.id
    };
    ask(&kckps, other, invited);
    ask(&kckps, other, both);
    asked(called, "phone", "2026-08-20T09:00");
    asked(wrote, "email", "2026-08-10T09:00");
    world.clock.advance(TimeDelta::days(1));
    let last = asked(both, "in_person", "2026-09-02T06:30");
    assert_eq!(names(&kckps, event), ["Never Lee", "Wrote Lee", "Called Lee", "Invited Lee", "Both Lee"]);
    let of = |volunteer: VolunteerId| candidates(&kckps, event).into_iter().find(|of| of.volunteer.id == volunteer).unwrap().last_asked_at;
    assert_eq!(of(both).unwrap().to_rfc3339(), "2026-09-02T11:30:00+00:00");
    assert_eq!((of(never), of(called).unwrap().to_rfc3339().as_str()), (None, "2026-08-20T14:00:00+00:00"));
    // Moved to before the invitation, or removed: the invitation is the last again.
    let earlier = OutreachEdit { attempted_at: Patch::Set("2026-08-01T09:00".into()), ..OutreachEdit::default() };
    kckps.outreach().edit(last, &earlier, None).unwrap();
    assert_eq!(of(both), of(invited));
    kckps.outreach().remove(last, None).unwrap();
    assert_eq!(of(both), of(invited));
    assert_eq!(names(&kckps, event), ["Never Lee", "Wrote Lee", "Called Lee", "Both Lee", "Invited Lee"]);
}

#[test]
fn the_same_question_has_the_same_answer_from_every_process_and_pages_fit_together() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = kckps.events().create(career_day()).unwrap().id;
    for number in 0..57 {
        let skills = if number % 3 == 0 { vec!["Welding".into(), format!("Skill {}", number % 5)] } else { Vec::new() };
        add(&kckps, NewVolunteer { skills, ..reachable(&format!("Ann {}", number % 7), "Lee") });
    }
    let all = candidates(&kckps, event);
    assert_eq!(all.len(), 57);
    let another = world.another().tenant("kckps", polaris_core::Actor::System).unwrap();
    for handle in [&kckps, &another] {
        assert_eq!(candidates(handle, event), all);
        let mut pages = Vec::new();
        for number in 1..=7 {
            let page = handle.recruitment().candidates(event, PageRequest::new(number, 10).unwrap()).unwrap();
            assert_eq!(page.total, 57);
            pages.extend(page.items);
        }
        assert_eq!(pages, all);
    }
    assert!(all.iter().all(|of| u32::from(of.score) == of.reasons.iter().map(|reason| points(reason)).sum::<u32>()), "the reasons add up");
}

fn points(reason: &str) -> u32 {
    reason.rsplit_once("(+").unwrap().1.trim_end_matches(')').parse().unwrap()
}
