//! V2: whatever a file holds, a dry run tells what the import does, and importing it again changes nothing.

use polaris_core::types::{VolunteerId, VolunteerOrder};
use polaris_core::{NewVolunteer, PageRequest, TenantHandle, Volunteer, VolunteerExportFormat, VolunteerFilter};

use super::support::World;
use super::volunteers_import::{import, import_bytes, problems};

/// Numbers that look random and are the same each time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll<'t>(&mut self, faces: &[&'t str]) -> &'t str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        faces[usize::try_from(self.0 >> 33).unwrap() % faces.len()]
    }
}

const FIRST: &[&str] = &["Ann", "ann", "Jos\u{e9}", "Jose", "Null", "Jo\u{b4}", "", "=x", "'=x", "'none"];
const LAST: &[&str] = &["Lee", "L\u{e9}e", "Lee Kim", "O\u{b4} Lee", "Null"];
const EMAIL: &[&str] = &["", "", "", "a@example.org", "A@example.org", "b@example.org", "c@example.org", "<b@example.org>", "bad"];
const ORGANIZATION: &[&str] = &["", "", "Works", "works", "=1+1", "'=1+1", "'n/a", "\u{a8}"];
const PHONE: &[&str] = &["", "", "913-555-0100", "(913) 555 0100", "no"];
const SKILLS: &[&str] = &["", "Chess", "Tuba;Chess", "tuba", "Welding|Oboe", "\"\"\"a; b\"\" | a; b\"", "'none", "n/a"];
const STATUS: &[&str] = &["", "", "active", "inactive"];
const CITY: &[&str] = &["", "Olathe", "Lenexa"];

fn file(dice: &mut Dice, rows: usize) -> String {
    let mut file = String::from("first,last,email,organization,phone,skills,status,city\n");
    for _ in 0..rows {
        let cells = [FIRST, LAST, EMAIL, ORGANIZATION, PHONE, SKILLS, STATUS, CITY].map(|faces| dice.roll(faces));
        file.push_str(&cells.join(","));
        file.push('\n');
    }
    file
}

fn people(tenant: &TenantHandle, dice: &mut Dice, most: i64) {
    for id in 1..=most {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let draft = NewVolunteer {
            first_name: dice.roll(&FIRST[..6]).to_owned(),
            last_name: dice.roll(LAST).to_owned(),
            email: given(dice.roll(&["", "", "", "a@example.org", "d@example.org"])),
            organization: given(dice.roll(&ORGANIZATION[..4])),
            phone: given(dice.roll(&PHONE[..4])),
            city: given(dice.roll(CITY)),
            ..NewVolunteer::default()
        };
        if tenant.volunteers().create(draft).is_ok() && dice.roll(&["", "", "inactive"]) == "inactive" {
            let _ = tenant.volunteers().deactivate(VolunteerId::new(id));
        }
    }
}

#[test]
fn a_dry_run_tells_what_any_import_does_and_importing_again_changes_nothing() {
    let mut dice = Dice(2026);
    let mut seen = std::collections::HashSet::new();
    for round in 0..40 {
        let world = World::new();
        let kckps = world.kckps();
        people(&kckps, &mut dice, 8);
        for _ in 0..3 {
            let file = file(&mut dice, 24);
            let first = import(&kckps, &file);
            seen.extend(first.rows.iter().map(|row| row.outcome));
            let again = import(&kckps, &file);
            let counts = again.counts;
            assert_eq!((counts.created, counts.updated, counts.reactivated), (0, 0, 0), "round {round}\n{file}{first:?}\n{again:?}");
            assert_eq!(again.skills_added.len(), 0);
        }
    }
    assert_eq!(seen.len(), polaris_core::RowOutcome::ALL.len(), "{seen:?}");
}

/// Few people, some of whom have an address in one row and none in another.
#[test]
fn importing_again_changes_nothing_where_rows_with_and_without_an_address_are_alike() {
    let mut dice = Dice(7);
    for round in 0..60 {
        let world = World::new();
        let kckps = world.kckps();
        let mut file = String::from("first,last,email,organization\n");
        for _ in 0..6 {
            let (first, email) = (dice.roll(&["Ann", "Zed"]), dice.roll(&["", "a@example.org", "b@example.org"]));
            file.push_str(&format!("{first},Lee,{email},{}\n", dice.roll(&["", "Works"])));
        }
        import(&kckps, &file);
        let again = import(&kckps, &file);
        let counts = again.counts;
        assert_eq!((counts.created, counts.updated, counts.reactivated), (0, 0, 0), "round {round}\n{file}{again:?}");
    }
}

#[test]
fn an_address_is_that_of_the_first_who_is_meant_with_it() {
    let world = World::new();
    let kckps = world.kckps();
    let file = "first,last,email\nAnn,Lee,\nAnn,Lee,a@example.org\nZed,Kim,a@example.org\n";
    let report = import(&kckps, file);
    let told: Vec<_> = report.rows.iter().map(|row| (row.row, row.outcome.as_str(), row.same_as)).collect();
    assert_eq!(told, [(2, "created", None), (3, "skipped", Some(2)), (4, "skipped", Some(2))]);
    let again = import(&kckps, file).counts;
    assert_eq!((again.created, again.updated), (0, 0), "nobody gets another's name");
}

/// What is known of everybody, without when it was changed.
fn everybody(tenant: &TenantHandle) -> Vec<Volunteer> {
    let mut people =
        tenant.volunteers().list(&VolunteerFilter::default(), VolunteerOrder::default(), PageRequest::new(1, 100).unwrap()).unwrap().items;
    people.sort_by_key(|person| person.id);
    people
}

fn twin(tenant: &TenantHandle, says: impl FnOnce(&mut NewVolunteer)) -> Option<VolunteerId> {
    let mut draft = NewVolunteer { first_name: "Sam".into(), last_name: "Twin".into(), ..NewVolunteer::default() };
    says(&mut draft);
    tenant.volunteers().create(draft).ok().map(|created| created.volunteer.id)
}

/// Of people without an address who agree in all that is compared: found by a reader whose do-not-contact was cleared by the second run.
#[test]
fn of_twins_nobody_is_guessed_and_importing_again_changes_nothing() {
    let mut dice = Dice(41);
    let mut seen = std::collections::HashSet::new();
    for round in 0..120 {
        let world = World::new();
        let kckps = world.kckps();
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        for _ in 0..4 {
            let id = twin(&kckps, |twin| {
                twin.first_name = dice.roll(&["Sam", "Sam", "sam", "Ann"]).to_owned();
                twin.email = given(dice.roll(&["", "", "", "", "a@example.org"]));
                twin.title = given(dice.roll(&["", "Nurse"]));
                twin.city = given(dice.roll(&["", "Olathe"]));
                twin.skills = given(dice.roll(&["", "Chess"])).into_iter().collect();
                twin.do_not_contact = Some(dice.roll(&["", "yes"]) == "yes");
            });
            // An address is one person's.
            let Some(id) = id else { continue };
            if dice.roll(&["", "inactive"]) == "inactive" {
                kckps.volunteers().deactivate(id).unwrap();
            }
        }
        let mut file = String::from("first,last,email,title,city,skills,status,do not contact\n");
        for _ in 0..8 {
            let cells = [
                &["Sam", "Sam", "Sam", "sam", "Ann"][..],
                &["Twin", "Twin", "Twin", "Kim"],
                &["", "", "", "", "a@example.org", "b@example.org", "c@example.org"],
                &["", "", "Nurse", "Welder"],
                &["", "", "Olathe"],
                &["", "", "Chess", "Tuba"],
                &["", "", "active", "inactive"],
                &["", "", "yes", "no"],
            ];
            file.push_str(&cells.map(|faces| dice.roll(faces)).join(","));
            file.push('\n');
        }
        let first = import(&kckps, &file);
        seen.extend(problems(&first).iter().map(|problem| problem.2));
        seen.extend(first.rows.iter().map(|row| row.outcome.as_str()));
        let after = everybody(&kckps);
        for again in 0..2 {
            let report = import(&kckps, &file);
            assert_eq!(everybody(&kckps), after, "round {round}, again {again}\n{file}{first:?}\n{report:?}");
        }
        let mut export =
            kckps.volunteers().export(&VolunteerFilter::default(), VolunteerOrder::default(), VolunteerExportFormat::Csv).unwrap();
        let mut bytes = Vec::new();
        while let Some(piece) = export.next_piece().unwrap() {
            bytes.extend(piece);
        }
        let exported = import_bytes(&kckps, &bytes);
        let counts = exported.counts;
        assert_eq!((counts.unchanged, counts.warnings), (exported.total_rows, 0), "round {round}\n{}", String::from_utf8_lossy(&bytes));
        assert_eq!(everybody(&kckps), after);
    }
    for outcome in ["created", "updated", "reactivated", "unchanged", "skipped", "rejected", "AMBIGUOUS"] {
        assert!(seen.contains(outcome), "{outcome} is never seen: {seen:?}");
    }
}

#[test]
fn a_row_that_may_mean_several_people_is_rejected_and_names_them() {
    let world = World::new();
    let kckps = world.kckps();
    let one = twin(&kckps, |twin| twin.notes = Some("old".into())).unwrap();
    let two = twin(&kckps, |twin| (twin.title, twin.do_not_contact) = (Some("Nurse".into()), Some(true))).unwrap();
    let file = "first,last,email,title,notes,do not contact\n\
                Sam,Twin,,Nurse,,\n\
                Sam,Twin,,Nurse,from file,no\n\
                Sam,Twin,sam@example.org,,,\n\
                Bob,Kim,SAM@example.org,,,\n";
    let before = everybody(&kckps);
    for _ in 0..2 {
        let report = import(&kckps, file);
        let told: Vec<_> = report.rows.iter().map(|row| (row.row, row.outcome.as_str(), row.volunteer_id)).collect();
        assert_eq!(told, [(2, "unchanged", Some(two)), (3, "rejected", None), (4, "rejected", None), (5, "rejected", None)]);
        for row in &report.rows[1..] {
            assert_eq!(row.problems[0].code, "AMBIGUOUS");
        }
        let message = &report.rows[1].problems[0].message;
        assert!(message.contains(&format!("volunteers {one} and {two}")) && message.contains("merge them"), "{message}");
        assert!(report.rows[3].problems[0].message.contains("row 4"));
        assert_eq!(everybody(&kckps), before);
    }
    // The only one who is active is meant.
    kckps.volunteers().deactivate(two).unwrap();
    let report = import(&kckps, "first,last,title,notes\nSam,Twin,Welder,from file\nSam,Twin,Welder,\n");
    let told: Vec<_> = report.rows.iter().map(|row| (row.outcome.as_str(), row.volunteer_id, row.same_as)).collect();
    assert_eq!(told, [("updated", Some(one), None), ("skipped", Some(one), Some(2))]);
}
