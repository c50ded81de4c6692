//! V4: volunteers taken out as CSV or workbooks; what was taken out is imported and changes nothing.

use polaris_core::types::{VolunteerId, VolunteerOrder};
use polaris_core::{NewVolunteer, Role, RowOutcome, StaffRole, TenantHandle, VolunteerExportFormat, VolunteerFilter, VolunteerImport};

use super::support::{World, code, new_volunteer};
use super::volunteers::{add, with_email};
use super::volunteers_import::{count, import_bytes};
use super::volunteers_import_again::Dice;
use VolunteerExportFormat::{Csv, RawCsv, Xlsx};

fn export(tenant: &TenantHandle, filter: &VolunteerFilter, format: VolunteerExportFormat) -> Vec<u8> {
    let mut export = tenant.volunteers().export(filter, VolunteerOrder::default(), format).unwrap();
    let mut file = Vec::new();
    while let Some(piece) = export.next_piece().unwrap() {
        file.extend(piece);
    }
    assert!(export.next_piece().unwrap().is_none());
    file
}

fn all(tenant: &TenantHandle, format: VolunteerExportFormat) -> Vec<u8> {
    export(tenant, &VolunteerFilter::default(), format)
}

/// People whose names, notes and skills are hard on spreadsheets.
fn awkward(tenant: &TenantHandle) {
    let names = [
        ("José", "O'Brien"),
        ("Null", "Lee"),
        ("Ann", "None"),
        ("\"Bo\"", "D, E; F"),
        ("=1+1", "@x"),
        ("+Plus", "-Minus"),
        ("'Quoted'", "'=x"),
        ("李", "小龙"),
        ("Łódź", "Ǽ"),
        ("Ann", "Lee Kim"),
        ("Ann Lee", "Kim"),
        ("_x0041_", "true"),
        ("1.0", "007"),
        ("a|b", "<b>&amp;</b>"),
    ];
    for (nth, (first, last)) in names.into_iter().enumerate() {
        let text = |text: &str| Some(text.to_owned());
        let odd = nth % 2 == 1;
        let draft = NewVolunteer {
            email: odd.then(|| format!("a{nth}@example.org")),
            phone: text(["+1 (816) 555-0100", "8165550100", "=816 555 0100", "+49/30/1234567"][nth % 4]),
            organization: text(["=HYPERLINK(\"x\")", "'+x", "Works, \"Inc\"", "- one"][nth % 4]),
            title: text(["@home", "+1+1", " x  y", "# of staff"][nth % 4]),
            career_type: odd.then(|| "Health".to_owned()),
            skills: vec!["Arts, crafts".into(), "Welding".into(), "A;B|C".into(), "=x".into()],
            city: text("Kansas City"),
            state: text("KS"),
            postal_code: text("02134"),
            notes: text(["- one\n- two", "=cmd|' /C calc'!A0", "a\tb\n\n\"c\"", "no more"][nth % 4]),
            email_opt_out: Some(odd),
            do_not_contact: Some(nth % 3 == 0),
            ..new_volunteer(first, last)
        };
        let id = add(tenant, draft).id;
        if nth % 5 == 0 {
            tenant.volunteers().deactivate(id).unwrap();
        }
    }
    // Alike in all that an import goes by.
    for city in ["Olathe", "Lenexa"] {
        add(tenant, NewVolunteer { city: Some(city.into()), ..new_volunteer("Twin", "Hart") });
    }
}

#[test]
fn what_is_exported_is_imported_and_changes_nothing() {
    let world = World::new();
    let kckps = world.kckps();
    awkward(&kckps);
    let state = |world: &World| -> Vec<String> {
        let raw = world.raw("kckps");
        let mut rows = raw
            .prepare(
                "SELECT first_name || last_name || coalesce(email, '') || active || version || folded_skills || updated_at FROM volunteers",
            )
            .unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let before = state(&world);
    for format in [Csv, Xlsx] {
        let report = import_bytes(&kckps, &all(&kckps, format));
        for row in &report.rows {
            let what: Vec<_> =
                row.problems.iter().map(|problem| (problem.column.clone(), problem.code, problem.original.clone())).collect();
            assert_eq!((row.outcome, what), (RowOutcome::Unchanged, vec![]), "{format} row {}", row.row);
        }
        assert_eq!(report.total_rows, 16);
        assert_eq!(state(&world), before);
    }
}

#[test]
fn what_is_exported_makes_the_same_people_in_another_tenant() {
    let world = World::new();
    let kckps = world.kckps();
    awkward(&kckps);
    let hickman = world.polaris.tenant("hickman", polaris_core::Actor::System).unwrap();
    let others = count(&world, "volunteers");
    let report = hickman.volunteers().import(&VolunteerImport::of(&all(&kckps, Xlsx))).unwrap().report;
    // Two who are alike are one for an import, and nobody had them.
    assert_eq!((i64::from(report.counts.created), report.counts.skipped, report.counts.rejected), (others - 1, 1, 0));
    for id in 1..=14 {
        let theirs = kckps.volunteers().get(VolunteerId::new(id)).unwrap().volunteer;
        let ours = hickman
            .volunteers()
            .list(&VolunteerFilter::default(), VolunteerOrder::default(), polaris_core::PageRequest::new(1, 100).unwrap())
            .unwrap();
        let same = ours.items.iter().find(|ours| ours.first_name == theirs.first_name && ours.last_name == theirs.last_name).unwrap();
        let mut copied = same.clone();
        (copied.id, copied.version, copied.created_at, copied.updated_at) =
            (theirs.id, theirs.version, theirs.created_at, theirs.updated_at);
        copied.career_type.clone_from(&theirs.career_type);
        assert!(copied == theirs, "{}", theirs.first_name);
    }
}

/// Texts that people have in lists, and that an import would take for nothing, for a formula, for several, or for a spoilt number.
const TEXTS: &[&str] = &[
    "none",
    "None",
    "NaN",
    "null",
    "n/a",
    "N/A",
    "-",
    "'none",
    "''-",
    "=1+1",
    "'=1+1",
    "+1+1",
    "-7",
    "- one",
    "@home",
    "#REF!",
    "#N/A",
    "8E9",
    "7.0",
    "007",
    "a;b",
    "a\"b",
    "\"quoted\"",
    "a,b|c",
    "'",
    "\u{ff1d}1",
    "_x000D_",
    "TRUE",
    "yes",
    "<a&b>",
    "S\u{f8}ren",
    "none of these",
];
const NAMES: &[&str] =
    &["Ann", "None", "null", "NaN", "=1+1", "-7", "-Ann", "+x", "@x", "#REF!", "'none", "7.0", "8E9", "a;b", "\"Bo\"", "Li"];

#[test]
fn whatever_people_are_called_an_export_is_imported_as_it_was_into_the_same_tenant_and_into_an_empty_one() {
    let mut dice = Dice(4);
    for round in 0..6 {
        let world = World::new();
        let (kckps, hickman) = (world.kckps(), world.polaris.tenant("hickman", polaris_core::Actor::System).unwrap());
        for nth in 0..60 {
            let mut text = |odds: &[&'static str]| Some(dice.roll(odds).to_owned()).filter(|_| dice.roll(&["", "x", "x"]) == "x");
            // No two are alike, since such are one for an import.
            let draft = NewVolunteer {
                first_name: text(NAMES).unwrap_or_else(|| "Ann".into()),
                last_name: text(NAMES).unwrap_or_else(|| "Lee".into()),
                email: text(&["a{}@example.org", "-a{}@example.org", "=a{}@example.org", "'+a{}@example.org"]),
                phone: Some(format!(
                    "{}{nth:02}{}",
                    dice.roll(&["816555", "+816555", "=816555", "8165.", "-816"]),
                    dice.roll(&["", ".0", "E9", " (cell)"])
                )),
                organization: None,
                title: None,
                career_type: Some("Health".into()),
                skills: (0..4).map(|_| dice.roll(TEXTS).to_owned()).collect(),
                city: None,
                ..NewVolunteer::default()
            };
            let mut text = |odds: &[&'static str]| Some(dice.roll(odds).to_owned()).filter(|_| dice.roll(&["", "x", "x"]) == "x");
            let draft = NewVolunteer {
                email: draft.email.map(|email| email.replace("{}", &nth.to_string())),
                organization: text(TEXTS),
                title: text(TEXTS),
                city: text(TEXTS),
                state: text(TEXTS),
                postal_code: text(&["-", "none", "NAN", "1E5", "02134", "66101-1234", "SW1A 1AA"]),
                notes: text(TEXTS).map(|note| if dice.roll(&["", "x"]) == "x" { format!("{note}\n\t{note}") } else { note }),
                email_opt_out: Some(dice.roll(&["", "x"]) == "x"),
                ..draft
            };
            if let Ok(saved) = kckps.volunteers().create(draft)
                && dice.roll(&["", "", "x"]) == "x"
            {
                kckps.volunteers().deactivate(saved.volunteer.id).unwrap();
            }
        }
        let people = |tenant: &TenantHandle| {
            let page = polaris_core::PageRequest::new(1, 100).unwrap();
            let all = tenant.volunteers().list(&VolunteerFilter::default(), VolunteerOrder::default(), page).unwrap().items;
            let mut told: Vec<String> = all
                .iter()
                .map(|person| {
                    let mut told = serde_json::to_value(person).unwrap();
                    for own in ["id", "version", "created_at", "updated_at"] {
                        told.as_object_mut().unwrap().remove(own);
                    }
                    told["career_type"] = told["career_type"]["name"].clone();
                    told.to_string()
                })
                .collect();
            told.sort_unstable();
            told
        };
        let before = people(&kckps);
        assert!(before.len() > 45, "{}", before.len());
        for format in [Csv, Xlsx] {
            let report = import_bytes(&kckps, &all(&kckps, format));
            if let Some(row) = report.rows.iter().find(|row| row.outcome != RowOutcome::Unchanged || !row.problems.is_empty()) {
                let what: Vec<_> = row.problems.iter().map(|problem| (problem.field, problem.code, problem.original.clone())).collect();
                panic!("round {round} {format} row {}: {} {what:?}", row.row, row.outcome);
            }
            assert_eq!(people(&kckps), before);
        }
        let report = import_bytes(&hickman, &all(&kckps, if round % 2 == 0 { Csv } else { Xlsx }));
        assert_eq!((report.counts.created as usize, report.counts.warnings), (before.len(), 0), "round {round}");
        assert_eq!(people(&hickman), before, "round {round}");
    }
}

#[test]
fn of_people_who_are_alike_but_for_what_an_import_does_not_go_by_each_gets_their_own_row_again() {
    let world = World::new();
    let kckps = world.kckps();
    let with = |skills: &[&str], career_type: Option<&str>, email_opt_out: bool| NewVolunteer {
        skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
        career_type: career_type.map(str::to_owned),
        email_opt_out: Some(email_opt_out),
        ..new_volunteer("Twin", "Hart")
    };
    for draft in
        [with(&["Chess", "Tuba"], None, false), with(&["Chess"], None, false), with(&[], Some("Health"), false), with(&[], None, true)]
    {
        add(&kckps, draft);
    }
    for order in ["name", "-name", "created", "-created"] {
        let mut export = kckps.volunteers().export(&VolunteerFilter::default(), VolunteerOrder::parse(order).unwrap(), Csv).unwrap();
        let report = import_bytes(&kckps, &export.next_piece().unwrap().unwrap());
        assert_eq!(report.counts.unchanged, 4, "{order}: {report:?}");
    }
}

#[test]
fn a_csv_export_calculates_nothing_and_a_raw_one_says_what_is_stored() {
    let world = World::new();
    let kckps = world.kckps();
    let draft = NewVolunteer {
        organization: Some("=1+1".into()),
        notes: Some("- a\n- b".into()),
        phone: Some("+1 913 555 0100".into()),
        ..with_email("José", "jose@example.org")
    };
    add(&kckps, draft);
    let csv = String::from_utf8(all(&kckps, Csv)).unwrap();
    assert_eq!(
        csv,
        "\u{FEFF}id,first_name,last_name,email,phone,organization,title,career_type,skills,city,state,postal_code,notes,email_opt_out,do_not_contact,status,created_at,updated_at\r\n\
         1,José,Hart,jose@example.org,'+1 913 555 0100,'=1+1,,,,,,,\"'- a\n- b\",no,no,active,2026-09-01T07:00:00-05:00,2026-09-01T07:00:00-05:00\r\n"
    );
    let raw = String::from_utf8(all(&kckps, RawCsv)).unwrap();
    assert!(raw.starts_with("id,first") && raw.contains(",+1 913 555 0100,=1+1,") && raw.contains(",\"- a\n- b\","), "{raw}");
    let nobody = VolunteerFilter { active: Some(false), ..VolunteerFilter::default() };
    assert_eq!(export(&kckps, &nobody, RawCsv).split(|byte| *byte == b'\n').count(), 2, "a header alone");
    assert_eq!(import_bytes(&kckps, &export(&kckps, &nobody, Xlsx)).total_rows, 0);
}

#[test]
fn an_export_has_those_who_pass_the_filter_in_their_order_however_many_and_is_in_the_audit_log_with_their_number() {
    let world = World::new();
    let kckps = world.kckps();
    let rows: String = (0..1_234).map(|nth| format!("Ann{nth:04},Lee,{}\n", if nth % 2 == 0 { "Works" } else { "Mill" })).collect();
    kckps.volunteers().import(&VolunteerImport::of(format!("first,last,organization\n{rows}").as_bytes())).unwrap();
    let filter = VolunteerFilter { q: Some("lee".into()), organization: Some("works".into()), ..VolunteerFilter::default() };
    let mut under_way = kckps.volunteers().export(&filter, VolunteerOrder::default(), Csv).unwrap();
    assert_eq!((under_way.rows(), under_way.file_name()), (617, "volunteers-kckps.csv".to_owned()));
    let mut pieces = 0;
    while under_way.next_piece().unwrap().is_some() {
        pieces += 1;
    }
    assert_eq!(pieces, 2);
    let details: String =
        world.raw("kckps").query_row("SELECT details FROM audit_entries WHERE action = 'volunteer.export'", [], |row| row.get(0)).unwrap();
    assert!(
        details.contains("\"rows\":617") && !details.to_lowercase().contains("lee") && !details.to_lowercase().contains("works"),
        "{details}"
    );
    let text = String::from_utf8(export(&kckps, &filter, RawCsv)).unwrap();
    let names: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    let wanted: Vec<String> = (0..1_234).step_by(2).map(|nth| format!("Ann{nth:04}")).collect();
    assert_eq!(names, wanted);
}

#[test]
fn only_admins_and_coordinators_and_staff_who_are_admins_export() {
    let world = World::new();
    let tried = |tenant: &TenantHandle| code(tenant.volunteers().export(&VolunteerFilter::default(), VolunteerOrder::default(), Csv));
    for (role, expected) in [(Role::Admin, "ok"), (Role::Coordinator, "ok"), (Role::VirtualAdmin, "FORBIDDEN"), (Role::Viewer, "FORBIDDEN")]
    {
        assert_eq!(tried(&world.as_role(role)), expected, "{role:?}");
    }
    for (role, expected) in [(StaffRole::Admin, "ok"), (StaffRole::Support, "FORBIDDEN")] {
        let staff = world.polaris.tenant("kckps", polaris_core::Actor::staff("Robin", role)).unwrap();
        assert_eq!(tried(&staff), expected, "{role:?}");
    }
}
