//! V3: volunteers found by words, narrowed, sorted and paged; suggestions while one types (FR-SELFSERV-303).

use polaris_core::types::{VolunteerId, VolunteerOrder};
use polaris_core::{
    NewVolunteer, PageRequest, Patch, ReferenceSync, TenantHandle, Volunteer, VolunteerEdit, VolunteerFilter, VolunteerMerge,
};

use super::support::{World, code, new_volunteer};
use super::volunteers::add;

fn people(kckps: &TenantHandle) -> Vec<Volunteer> {
    let with = |first: &str, last: &str, organization: &str, email: &str, title: &str, skills: &[&str]| {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        NewVolunteer {
            organization: some(organization),
            email: some(email),
            title: some(title),
            skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
            ..new_volunteer(first, last)
        }
    };
    [
        with("José", "García", "Łódź Works", "jose@example.org", "Chief Welder", &["Welding", "Public Speaking"]),
        with("Ann", "O'Brien", "Straße & Søn", "ann.b@mail.example.org", "", &["Chess"]),
        with("Zoë", "Ångström", "lodz works", "", "Engineer", &[]),
        with("李", "小龙", "", "", "🎉", &[]),
        with("Joseph", "Smith", "", "jsmith@example.org", "", &["Welding"]),
    ]
    .map(|draft| add(kckps, draft))
    .into()
}

fn found(kckps: &TenantHandle, filter: &VolunteerFilter) -> Vec<String> {
    let page = kckps.volunteers().list(filter, VolunteerOrder::default(), PageRequest::default()).unwrap();
    assert_eq!(page.total as usize, page.items.len());
    page.items.into_iter().map(|volunteer| volunteer.first_name).collect()
}

fn by(q: &str) -> VolunteerFilter {
    VolunteerFilter { q: Some(q.into()), ..VolunteerFilter::default() }
}

#[test]
fn words_are_found_by_their_beginnings_in_any_field_whatever_case_and_accents() {
    let world = World::new();
    let kckps = world.kckps();
    people(&kckps);
    for (q, expected) in [
        ("jose", &["José", "Joseph"][..]),
        ("JOSÉ", &["José", "Joseph"]),
        ("jose garc", &["José"]),
        ("garcia jose", &["José"]),
        ("o'br", &["Ann"]),
        ("O’Br", &["Ann"]),
        ("brien", &["Ann"]),
        ("lodz", &["Zoë", "José"]),
        ("ŁÓDŹ", &["Zoë", "José"]),
        ("strasse", &["Ann"]),
        ("straße son", &["Ann"]),
        ("angstrom", &["Zoë"]),
        ("jose@exam", &["José"]),
        ("ann.b@mail", &["Ann"]),
        ("jsmith", &["Joseph"]),
        ("chief", &["José"]),
        ("weld jos", &["José", "Joseph"]),
        ("public speak", &["José"]),
        ("小龙", &["李"]),
        ("小", &["李"]),
        ("🎉", &["李"]),
        ("ose", &[]),
        ("jose smith", &["Joseph"]),
        ("jose engineer", &[]),
        ("\" OR 1=1 --", &[]),
        ("first_name:jose", &[]),
        ("%", &[]),
    ] {
        assert_eq!(found(&kckps, &by(q)), expected, "{q}");
    }
    assert_eq!(found(&kckps, &by("  ")).len(), 5);
    for bad in ["a\0b", &"x".repeat(201)] {
        let list = kckps.volunteers().list(&by(bad), VolunteerOrder::default(), PageRequest::default());
        assert_eq!(code(list), "BAD_REQUEST");
        assert_eq!(code(kckps.volunteers().suggest(bad)), "BAD_REQUEST");
    }
}

#[test]
fn what_changes_is_found_as_it_is_now() {
    let world = World::new();
    let kckps = world.kckps();
    let people = people(&kckps);
    let edit = VolunteerEdit {
        organization: Patch::Set("Bakery".into()),
        skills: Patch::Set(vec!["Baking".into()]),
        email: Patch::Clear,
        ..VolunteerEdit::default()
    };
    kckps.volunteers().edit(people[0].id, edit, None).unwrap();
    for (q, expected) in
        [("bakery", &["José"][..]), ("baking", &["José"]), ("lodz", &["Zoë"]), ("welding", &["Joseph"]), ("jose@", &["Joseph"])]
    {
        let with_mail = q == "jose@";
        let expected: &[&str] = if with_mail { &["José", "Joseph"] } else { expected };
        assert_eq!(found(&kckps, &by(q)), expected, "{q}");
    }
    // One who was merged is found by the other's name no more, and the survivor by what they took over.
    let merge = VolunteerMerge { merged_id: Some(people[1].id.get()), ..VolunteerMerge::default() };
    kckps.volunteers().merge(people[2].id, &merge, None).unwrap();
    assert_eq!(
        (found(&kckps, &by("brien")), found(&kckps, &by("chess")), found(&kckps, &by("ann.b"))),
        (vec![], vec!["Zoë".into()], vec!["Zoë".into()])
    );
    assert_eq!(world.platform().doctor().check().unwrap().findings, []);
}

#[test]
fn a_skill_that_gets_another_name_is_found_by_it() {
    let world = World::new();
    let kckps = world.kckps();
    people(&kckps);
    let platform = world.platform();
    let skills = |names: &[&str]| {
        let skills: Vec<_> = names.iter().map(|name| serde_json::json!({ "name": name, "aliases": ["Welding"] })).collect();
        serde_json::from_value(serde_json::json!({ "skills": skills })).unwrap()
    };
    let data: polaris_core::ReferenceData = skills(&["Metalwork"]);
    platform.reference().import(&data.into()).unwrap();
    // As a sync that renames does it, straight in the file.
    world
        .raw("kckps")
        .execute_batch("UPDATE skills SET folded_name = char(1) || id WHERE folded_name = 'welding'; UPDATE skills SET name = 'Metalwork', folded_name = 'metalwork' WHERE folded_name LIKE char(1) || '%'")
        .unwrap();
    platform.reference().sync(&ReferenceSync::default()).unwrap();
    assert_eq!(found(&kckps, &by("metal")), ["José", "Joseph"]);
    assert_eq!(found(&kckps, &by("welding")), [""; 0]);
    assert_eq!(found(&kckps, &by("public metal")), ["José"]);
    assert_eq!(world.platform().doctor().check().unwrap().findings, []);
}

#[test]
fn filters_narrow_together() {
    let world = World::new();
    let kckps = world.kckps();
    let people = people(&kckps);
    let health = VolunteerEdit { career_type: Patch::Set("health".into()), ..VolunteerEdit::default() };
    kckps.volunteers().edit(people[4].id, health, None).unwrap();
    kckps.volunteers().deactivate(people[2].id).unwrap();
    let all = VolunteerFilter::default;
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(found(&kckps, &VolunteerFilter { skill: some("WELDING"), ..all() }), ["José", "Joseph"]);
    assert_eq!(found(&kckps, &VolunteerFilter { organization: some("Łódź works"), ..all() }), ["Zoë", "José"]);
    assert_eq!(found(&kckps, &VolunteerFilter { organization: some("lodz works"), active: Some(true), ..all() }), ["José"]);
    assert_eq!(found(&kckps, &VolunteerFilter { active: Some(false), ..all() }), ["Zoë"]);
    assert_eq!(found(&kckps, &VolunteerFilter { career_type: some("Health"), ..all() }), ["Joseph"]);
    assert_eq!(
        found(&kckps, &VolunteerFilter { skill: some("welding"), career_type: some("health"), active: Some(true), ..by("jos") }),
        ["Joseph"]
    );
    assert_eq!(found(&kckps, &VolunteerFilter { skill: some("chess"), ..by("jos") }), [""; 0]);
    assert_eq!(found(&kckps, &VolunteerFilter { organization: some("nowhere"), ..all() }), [""; 0]);
    for unknown in [VolunteerFilter { skill: some("Alchemy"), ..all() }, VolunteerFilter { career_type: some("Alchemy"), ..all() }] {
        assert_eq!(code(kckps.volunteers().list(&unknown, VolunteerOrder::default(), PageRequest::default())), "BAD_REQUEST");
    }
}

#[test]
fn lists_are_sorted_either_way_and_pages_never_overlap() {
    let world = World::new();
    let kckps = world.kckps();
    people(&kckps);
    let sorted = |order: &str| {
        let order = VolunteerOrder::parse(order).unwrap();
        let page = |page| kckps.volunteers().list(&VolunteerFilter::default(), order, PageRequest::new(page, 2).unwrap()).unwrap();
        let pages: Vec<_> = (1..=3).map(page).collect();
        assert!(pages.iter().all(|page| page.total == 5));
        pages.into_iter().flat_map(|page| page.items).map(|volunteer| volunteer.first_name).collect::<Vec<_>>()
    };
    let reversed = |mut names: Vec<String>| {
        names.reverse();
        names
    };
    assert_eq!(sorted("name"), ["Zoë", "José", "Ann", "Joseph", "李"]);
    assert_eq!(sorted("organization"), ["Zoë", "José", "Ann", "Joseph", "李"], "who has none comes last");
    assert_eq!(sorted("created"), ["José", "Ann", "Zoë", "李", "Joseph"]);
    for order in ["name", "organization", "created"] {
        assert_eq!(sorted(&format!("-{order}")), reversed(sorted(order)));
    }
}

#[test]
fn suggestions_are_ten_active_people_the_last_names_first() {
    let world = World::new();
    let kckps = world.kckps();
    let people = people(&kckps);
    let suggested = |q: &str| -> Vec<String> {
        kckps.volunteers().suggest(q).unwrap().into_iter().map(|one| format!("{} {}", one.first_name, one.last_name)).collect()
    };
    assert_eq!(suggested("s"), ["Joseph Smith", "José García", "Ann O'Brien"], "Smith, then who speaks and who is of Straße & Søn");
    assert_eq!(suggested("jos"), ["José García", "Joseph Smith"]);
    assert_eq!(suggested("jos smi"), ["Joseph Smith"]);
    assert_eq!(suggested("garcia j"), ["José García"]);
    assert_eq!(suggested("O'Br"), ["Ann O'Brien"]);
    for none in ["", " ", "🎉", "%", "zzz"] {
        assert_eq!(suggested(none), [""; 0], "{none}");
    }
    kckps.volunteers().deactivate(people[0].id).unwrap();
    assert_eq!(suggested("jos"), ["Joseph Smith"]);
    for at in 0..12 {
        add(&kckps, new_volunteer(&format!("P{at}"), "Jostle"));
    }
    let ten = kckps.volunteers().suggest("jos").unwrap();
    assert!(ten.len() == 10 && ten.iter().all(|one| one.last_name == "Jostle") && ten[0].id == VolunteerId::new(6));
}

#[test]
fn another_tenants_people_are_not_found() {
    let world = World::new();
    people(&world.kckps());
    let hickman = world.polaris.tenant("hickman", polaris_core::Actor::System).unwrap();
    assert_eq!(found(&hickman, &by("jose")), [""; 0]);
    assert!(hickman.volunteers().suggest("jose").unwrap().is_empty());
}

#[test]
fn however_many_deactivated_people_hold_a_word_the_active_ones_are_suggested() {
    let world = World::new();
    let kckps = world.kckps();
    let mut file = String::from("first,last,organization,status\n");
    for person in 0..1_100 {
        file.push_str(&format!("Ann{person},Lee,Railway,inactive\n"));
    }
    file.push_str("Zoe,Kim,Railway,active\n");
    super::volunteers_import::import(&kckps, &file);
    let found = kckps.volunteers().suggest("railway").unwrap();
    assert_eq!(found.iter().map(|person| person.first_name.as_str()).collect::<Vec<_>>(), ["Zoe"]);
}

#[test]
fn letters_that_no_accent_makes_are_found_by_those_they_look_like() {
    let world = World::new();
    let kckps = world.kckps();
    super::volunteers_import::import(&kckps, "first,last\nGuðrún,Ħal Işık\n");
    for q in ["gudrun", "Guðrún", "hal", "isik", "Ħal ışık"] {
        assert_eq!(kckps.volunteers().suggest(q).unwrap().len(), 1, "{q}");
    }
}
