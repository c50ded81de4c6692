//! C2: in which order candidates of equal score come, and that it is always the same.

use chrono::TimeDelta;
use polaris_core::types::{EventId, VolunteerId};
use polaris_core::{NewParticipation, NewVolunteer, PageRequest, ParticipationEdit, Patch, TenantHandle};

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
