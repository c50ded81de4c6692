//! P5, FR-TENANT-104: reference data imported from CSV and JSON, whole or not at all.

use polaris_core::{
    Error, Imported, NewTenant, PageRequest, ReferenceFilter, ReferenceImport, ReferenceItem, ReferenceKind, ReferenceSource, Result,
};

use super::support::{World, code};

fn csv(kind: ReferenceKind, text: &str) -> ReferenceSource {
    ReferenceSource::csv(kind, text.as_bytes()).unwrap()
}

fn json(text: &str) -> ReferenceSource {
    ReferenceSource::json(text.as_bytes()).unwrap()
}

fn import(world: &World, sources: impl IntoIterator<Item = ReferenceSource>) -> Result<polaris_core::ImportReport> {
    world.platform().reference().import(&ReferenceImport::of(sources))
}

fn refused(world: &World, sources: impl IntoIterator<Item = ReferenceSource>) -> Vec<(String, &'static str)> {
    match import(world, sources) {
        Err(Error::Validation(fields)) => fields.0.into_iter().map(|field| (field.field, field.code)).collect(),
        other => panic!("should be refused: {other:?}"),
    }
}

fn all(world: &World, kind: ReferenceKind) -> Vec<ReferenceItem> {
    world.platform().reference().list(kind, &ReferenceFilter::default(), PageRequest::new(1, 100).unwrap()).unwrap().items
}

fn names(world: &World, kind: ReferenceKind) -> Vec<String> {
    all(world, kind).into_iter().map(|item| item.name).collect()
}

fn find(world: &World, kind: ReferenceKind, name: &str) -> ReferenceItem {
    all(world, kind).into_iter().find(|item| item.name == name).unwrap_or_else(|| panic!("{name} is not there"))
}

fn created(created: u32) -> Imported {
    Imported { created, ..Imported::default() }
}

#[test]
fn files_of_all_kinds_are_imported_together_whatever_their_order_and_again_change_nothing() {
    let world = World::new();
    let sources = || {
        [
            csv(
                ReferenceKind::Schools,
                "district,name,level,city,state,postal_code,aliases\n\
                 center,Center High School,High,Kansas City,mo,64131,Center HS | CHS\n\
                 Center School District 58,Boone Elementary School,elementary,,,,\n",
            ),
            csv(ReferenceKind::Districts, "name;aliases\nCenter School District 58;Center | Center 58\n"),
            csv(ReferenceKind::CareerTypes, "name\tkeywords\nFinance\tbank; accounting ;bank\n"),
            json(r#"{"skills": ["Nursing", {"name": "Public Speaking", "aliases": ["Talks"]}]}"#),
        ]
    };
    let report = import(&world, sources()).unwrap();
    assert_eq!((report.districts, report.schools, report.career_types), (created(1), created(2), created(1)));
    assert_eq!(report.skills, Imported { created: 1, updated: 1, ..Imported::default() }, "Public Speaking was there without an alias");
    let school = find(&world, ReferenceKind::Schools, "Center High School");
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        (school.district, school.level, school.city, school.state, school.postal_code, school.aliases),
        (
            text("Center School District 58"),
            text("high"),
            text("Kansas City"),
            text("MO"),
            text("64131"),
            vec!["Center HS".to_owned(), "CHS".to_owned()]
        )
    );
    assert_eq!(find(&world, ReferenceKind::CareerTypes, "Finance").keywords, ["bank", "accounting"]);
    let again = import(&world, sources()).unwrap();
    for counts in [again.districts, again.schools, again.skills, again.career_types] {
        assert_eq!((counts.created, counts.updated, counts.removed, counts.rejected), (0, 0, 0, 0));
        assert!(counts.unchanged > 0);
    }
    let tenant = NewTenant { district: text("CENTER 58"), ..NewTenant::new("center", "Center") };
    let copied = world.platform().tenants().create(tenant).unwrap().copied;
    assert_eq!((copied.schools, copied.skills, copied.career_types), (2, 3, 2), "and new tenants get them");
    let alias: String =
        world.raw("center").query_row("SELECT alias FROM school_aliases WHERE folded_alias = 'chs'", [], |row| row.get(0)).unwrap();
    assert_eq!(alias, "CHS");
}

#[test]
fn what_a_row_leaves_out_stays_and_what_it_gives_replaces() {
    let world = World::new();
    let row = |rest: &str| csv(ReferenceKind::Schools, &format!("district,name,level,city,aliases\nKCKPS,Wyandotte High School,{rest}\n"));
    import(&world, [row(",Kansas City,WHS|Wyandotte")]).unwrap();
    import(&world, [row(",n/a,")]).unwrap();
    let school = find(&world, ReferenceKind::Schools, "Wyandotte High School");
    assert_eq!((school.level.as_deref(), school.city.as_deref(), school.aliases.len()), (Some("high"), Some("Kansas City"), 2));
    import(&world, [row("other,,Wyandotte")]).unwrap();
    let school = find(&world, ReferenceKind::Schools, "Wyandotte High School");
    assert_eq!((school.level.as_deref(), school.aliases), (Some("other"), vec!["Wyandotte".to_owned()]));
    let none = json(
        r#"{"districts": [{"name": "\uFEFF KANSAS CITY kansas public schools", "aliases": [], "schools": [{"name": "Wyandotte High School"}]}]}"#,
    );
    assert_eq!(import(&world, [none]).unwrap().districts.updated, 1);
    assert!(all(&world, ReferenceKind::Districts).iter().all(|district| district.aliases.is_empty()), "an empty list is a list");
    assert_eq!(names(&world, ReferenceKind::Districts), ["Hickman Mills C-1", "KANSAS CITY kansas public schools"]);
}

#[test]
fn a_row_with_the_present_name_as_an_alias_renames() {
    let world = World::new();
    let before = find(&world, ReferenceKind::Schools, "Argentine Middle School").id;
    let rename = "district,name,level,aliases\nKCKPS,Clara Barton Middle School,middle,Argentine Middle School\n";
    assert_eq!(import(&world, [csv(ReferenceKind::Schools, rename)]).unwrap().schools, Imported { updated: 1, ..Imported::default() });
    let after = find(&world, ReferenceKind::Schools, "Clara Barton Middle School");
    assert_eq!((after.id, after.aliases), (before, vec!["Argentine Middle School".to_owned()]));
    // An alias made the name, and two that change places over both their files.
    let swap = "name,aliases\nPublic Speaking,\nTalks,Welding\n";
    import(&world, [csv(ReferenceKind::Skills, swap)]).unwrap();
    assert_eq!(names(&world, ReferenceKind::Skills), ["Public Speaking", "Talks"]);
    import(&world, [csv(ReferenceKind::Skills, "name,aliases\nWelding,Talks\n")]).unwrap();
    assert_eq!(names(&world, ReferenceKind::Skills), ["Public Speaking", "Welding"]);
}

#[test]
fn two_things_never_go_by_the_same_name() {
    let world = World::new();
    let skills = |rows: &str| [csv(ReferenceKind::Skills, &format!("name,aliases\n{rows}"))];
    import(&world, skills("Nursing,Care|Clinic\n")).unwrap();
    for (rows, place) in [
        ("Care,\n", "line 2, name"),
        ("Medicine,clinic\n", "line 2, aliases"),
        ("Medicine,\nHealing,MEDICINE\n", "line 3, aliases"),
        ("Medicine,Cure\nHealing,Cure\n", "line 3, aliases"),
        // It would rename two.
        ("Doing,Welding|Nursing\n", "line 2, aliases"),
    ] {
        let refused = refused(&world, skills(rows));
        assert!(refused.iter().all(|told| *told == (place.to_owned(), "TAKEN")), "{rows}: {refused:?}");
    }
    assert_eq!(names(&world, ReferenceKind::Skills), ["Nursing", "Public Speaking", "Welding"]);
    // What one gives up in the same import another may have.
    import(&world, skills("Medicine,Clinic\nNursing,Care\n")).unwrap();
    assert_eq!(find(&world, ReferenceKind::Skills, "Medicine").aliases, ["Clinic"]);
    // Schools of two districts may share theirs.
    let schools = "district,name,level,aliases\nKCKPS,Ruskin High School,high,RHS\nHickman Mills C-1,Ruskin High School,,RHS\n";
    assert_eq!(import(&world, [csv(ReferenceKind::Schools, schools)]).unwrap().schools.created, 1);
}

#[test]
fn every_bad_row_is_named_with_line_column_and_reason_and_nothing_is_imported() {
    let world = World::new();
    let log = || -> i64 { world.raw_registry().query_row("SELECT count(*) FROM audit_entries", [], |row| row.get(0)).unwrap() };
    let (before, entries) = (ReferenceKind::ALL.iter().map(|kind| all(&world, *kind)).collect::<Vec<_>>(), log());
    let schools = "district,name,level,city,state,postal_code,aliases\n\
        KCKPS,Good School,high,,,,\n\
        \n\
        KCKPS,,high,,,,\n\
        Atlantis,School,high,,,,\n\
        ,School,high,,,,\n\
        KCKPS,New One,,,,,\n\
        KCKPS,Odd One,college,,Kansas,6610$,\n\
        KCKPS,\"=HYPERLINK(\"\"http://x\"\")\",high,+1,@x,-1,=A1\n\
        KCKPS,good SCHOOL,high,,,,\n\
        KCKPS,\"Two\nlines\",high,,,,\n\
        KCKPS,Wide,high,,,,,more\n\
        KCKPS,Long,high,,,,X\n";
    let schools = schools.replace("Long", &"L".repeat(256)).replace(",X\n", &format!(",{}\n", "a|".repeat(51)));
    let expected = [
        ("schools.csv, line 4, name", "REQUIRED"),
        ("schools.csv, line 5, district", "UNKNOWN_DISTRICT"),
        ("schools.csv, line 6, district", "REQUIRED"),
        ("schools.csv, line 7, level", "REQUIRED"),
        ("schools.csv, line 8, level", "UNKNOWN_VALUE"),
        ("schools.csv, line 8, state", "BAD_STATE"),
        ("schools.csv, line 8, postal_code", "BAD_POSTAL_CODE"),
        ("schools.csv, line 9, name", "FORMULA"),
        ("schools.csv, line 9, city", "FORMULA"),
        ("schools.csv, line 9, state", "FORMULA"),
        ("schools.csv, line 9, postal_code", "FORMULA"),
        ("schools.csv, line 9, aliases", "FORMULA"),
        ("schools.csv, line 10, name", "DUPLICATE"),
        ("schools.csv, line 11, name", "CONTROL_CHARACTERS"),
        ("schools.csv, line 13", "TOO_MANY_CELLS"),
        ("schools.csv, line 14, name", "TOO_LONG"),
        ("schools.csv, line 14, aliases", "TOO_MANY"),
        ("skills[1].aliases[0]", "FORMULA"),
        ("career_types[0]", "REQUIRED"),
    ]
    .map(|(place, code)| (place.to_owned(), code));
    let sources = || {
        [
            csv(ReferenceKind::Schools, &schools).named("schools.csv"),
            json(r#"{"skills": ["Good", {"name": "Bad", "aliases": ["=1+1"]}], "career_types": [""]}"#),
        ]
    };
    assert_eq!(refused(&world, sources()), expected);
    let error = import(&world, sources()).unwrap_err().to_string();
    assert!(error.contains("names the same school as schools.csv, line 2") && error.contains("such as KS"), "{error}");
    let dry = ReferenceImport { dry_run: true, ..ReferenceImport::of(sources()) };
    let report = world.platform().reference().import(&dry).unwrap();
    assert_eq!(report.problems.into_iter().map(|field| (field.field, field.code)).collect::<Vec<_>>(), expected);
    assert_eq!(report.schools, Imported { created: 1, rejected: 10, ..Imported::default() });
    assert_eq!((report.skills, report.career_types.rejected), (Imported { created: 1, rejected: 1, ..Imported::default() }, 1));
    assert_eq!(ReferenceKind::ALL.iter().map(|kind| all(&world, *kind)).collect::<Vec<_>>(), before, "nothing half imported");
    assert_eq!(log(), entries);
}

#[test]
fn of_very_many_problems_the_first_thousand_are_told() {
    let world = World::new();
    let rows = "=x\n".repeat(5_000);
    let told = refused(&world, [csv(ReferenceKind::Skills, &format!("name\n{rows}"))]);
    assert_eq!(told.len(), 1_001);
    assert_eq!((&*told[999].0, told[1_000].1), ("line 1001, name", "TOO_MANY"));
}

#[test]
fn columns_and_fields_that_are_not_known_are_refused_by_name() {
    for (text, told) in [
        ("name,level\nA,high", "level: is not a column of skills; there are name, aliases"),
        ("aliases\nA", "name: is missing among the columns: skills need it"),
        ("", "body: is empty"),
    ] {
        let error = ReferenceSource::csv(ReferenceKind::Skills, text.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with(told) && error.code() == "BAD_REQUEST", "{error}");
    }
    let error = ReferenceSource::csv(ReferenceKind::Schools, b"name,level\nA,high").unwrap_err();
    assert!(error.to_string().starts_with("district: is missing"));
    for (text, told) in [
        (r#"{"colours": []}"#, "colours: is not a field of this; there are districts, skills, career_types"),
        (r#"{"skills": [{"name": "A", "level": "high"}]}"#, "level: is not a field of this; there are name or aliases"),
        (r#"{"skills": ["A", 5]}"#, "skills[1]: must be the skill's name, or an object"),
        (r#"{"career_types": [{"name": "A", "keywords": "b"}]}"#, "career_types[0].keywords: must be a list"),
        ("[]", "body: must be a JSON object, not a list"),
    ] {
        let error = ReferenceSource::json(text.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with(told) && error.code() == "BAD_REQUEST", "{error}");
    }
    assert_eq!(code(ReferenceSource::json(&vec![b' '; (16 << 20) + 1])), "BAD_REQUEST");
}

#[test]
fn spreadsheets_of_any_encoding_give_the_same_names() {
    let world = World::new();
    let text = "name;aliases\nDiseño gráfico;“Señas”\n";
    let windows: Vec<u8> = text
        .chars()
        .map(|c| match c {
            '“' => 0x93,
            '”' => 0x94,
            c => u8::try_from(u32::from(c)).unwrap(),
        })
        .collect();
    let utf_16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (nth, bytes) in [text.as_bytes().to_vec(), [b"\xEF\xBB\xBF", text.as_bytes()].concat(), windows, utf_16].into_iter().enumerate() {
        let report = import(&world, [ReferenceSource::csv(ReferenceKind::Skills, &bytes).unwrap()]).unwrap();
        assert_eq!((report.skills.created, report.skills.unchanged), if nth == 0 { (1, 0) } else { (0, 1) });
    }
    assert_eq!(find(&world, ReferenceKind::Skills, "Diseño gráfico").aliases, ["“Señas”"]);
}

#[test]
fn a_dry_run_tells_what_the_run_does_and_does_nothing() {
    let world = World::new();
    let rows = "name,aliases\nNursing,Care\nWelding,Metal Work\nPublic Speaking,\n";
    for replace in [false, true] {
        let import = ReferenceImport { replace, ..ReferenceImport::of([csv(ReferenceKind::Skills, rows)]) };
        let held = all(&world, ReferenceKind::Skills);
        let told = world.platform().reference().import(&ReferenceImport { dry_run: true, ..import.clone() }).unwrap();
        assert!(told.dry_run);
        assert_eq!(all(&world, ReferenceKind::Skills), held);
        let done = world.platform().reference().import(&import).unwrap();
        assert_eq!(polaris_core::ImportReport { dry_run: true, ..done }, told);
    }
}

#[test]
fn a_replacing_import_removes_what_the_files_do_not_have_of_the_kinds_and_districts_they_have() {
    let world = World::new();
    let replace =
        |source| world.platform().reference().import(&ReferenceImport { replace: true, ..ReferenceImport::of([source]) }).unwrap();
    let report = replace(csv(ReferenceKind::Schools, "district,name\nKCKPS,Wyandotte High School\n"));
    assert_eq!((report.schools.removed, report.schools.unchanged), (1, 1));
    assert_eq!(names(&world, ReferenceKind::Schools), ["Ruskin High School", "Wyandotte High School"], "another district's stay");
    let report = replace(csv(ReferenceKind::Districts, "name\nKansas City Kansas Public Schools\n"));
    assert_eq!((report.districts.removed, report.schools.removed), (1, 1), "a district takes its schools along");
    assert_eq!(names(&world, ReferenceKind::Schools), ["Wyandotte High School"]);
    assert_eq!(names(&world, ReferenceKind::Skills).len(), 2);
    assert!(world.platform().doctor().check().unwrap().findings.is_empty());
}

#[test]
fn an_import_leaves_an_entry_with_its_counts() {
    let world = World::new();
    import(&world, [csv(ReferenceKind::Skills, "name\nNursing\nWelding\n")]).unwrap();
    let (action, details): (String, String) = world
        .raw_registry()
        .query_row("SELECT action, details FROM audit_entries ORDER BY id DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(action, "reference.import");
    assert!(details.contains(r#""skills":{"created":1,"rejected":0,"removed":0,"unchanged":1,"updated":0}"#), "{details}");
}

#[test]
fn the_kind_of_a_file_is_told_by_its_name() {
    for (name, kind) in [
        ("schools.csv", Some(ReferenceKind::Schools)),
        ("data/KC-Schools.2026.CSV", Some(ReferenceKind::Schools)),
        ("career types.csv", Some(ReferenceKind::CareerTypes)),
        ("career-types_v2.csv", Some(ReferenceKind::CareerTypes)),
        ("preschools.csv", None),
        ("districts-schools.csv", None),
        ("export.csv", None),
    ] {
        assert_eq!(ReferenceKind::of_file(name), kind, "{name}");
    }
}

#[test]
fn a_large_file_is_imported_within_the_deadline_and_again() {
    let world = World::new();
    let rows: String = (0..20_000).map(|number| format!("KCKPS,School No. {number},high,S{number}\n")).collect();
    let source = csv(ReferenceKind::Schools, &format!("district,name,level,aliases\n{rows}"));
    assert_eq!(import(&world, [source.clone()]).unwrap().schools.created, 20_000);
    assert_eq!(import(&world, [source]).unwrap().schools.unchanged, 20_000);
}
