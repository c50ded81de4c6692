//! V2: whom the rows of an import mean, and what becomes of them ("How an import reads a row", FR-SELFSERV-302).

use std::ops::ControlFlow;

use polaris_core::types::VolunteerId;
use polaris_core::{
    Error, FinishedImport, ImportField, ImportMapping, PageRequest, ReportLimits, RowOutcome, TenantHandle, Volunteer, VolunteerImport,
    VolunteerImportReport,
};

use super::support::{World, code, new_volunteer};
use super::volunteers::{add, with_email};
use RowOutcome::{Created, Reactivated, Rejected, Skipped, Unchanged, Updated};

/// Imports a text after a dry run of it, which must have told the same and changed nothing.
pub(super) fn import(tenant: &TenantHandle, file: &str) -> VolunteerImportReport {
    import_bytes(tenant, file.as_bytes())
}

pub(super) fn import_bytes(tenant: &TenantHandle, file: &[u8]) -> VolunteerImportReport {
    let dry_run = VolunteerImport { dry_run: true, ..VolunteerImport::of(file) };
    let tried = tenant.volunteers().import(&dry_run).unwrap();
    let again = tenant.volunteers().import(&dry_run).unwrap();
    let done = tenant.volunteers().import(&VolunteerImport::of(file)).unwrap();
    let json = |import: &FinishedImport| serde_json::to_string(&import.report).unwrap();
    assert_eq!(json(&tried), json(&again), "a dry run changes nothing");
    assert_eq!(json(&tried), json(&done), "a dry run tells what the import does");
    assert_eq!(tried.report.rejected_csv(), done.report.rejected_csv());
    assert_eq!((tried.id, tried.dry_run, done.id.is_some(), done.dry_run), (None, true, true, false));
    let counts = done.report.counts;
    let all = counts.created + counts.updated + counts.reactivated + counts.unchanged + counts.skipped + counts.rejected;
    assert_eq!(all, done.report.total_rows);
    done.report
}

pub(super) fn outcomes(report: &VolunteerImportReport) -> Vec<(u32, RowOutcome)> {
    report.rows.iter().map(|row| (row.row, row.outcome)).collect()
}

/// Each problem: row, column, code, original text.
pub(super) fn problems(report: &VolunteerImportReport) -> Vec<(u32, &str, &'static str, &str)> {
    report
        .rows
        .iter()
        .flat_map(|row| {
            row.problems
                .iter()
                .map(|problem| (row.row, problem.column.as_deref().unwrap_or(""), problem.code, problem.original.as_deref().unwrap_or("")))
        })
        .collect()
}

pub(super) fn volunteer(tenant: &TenantHandle, id: i64) -> Volunteer {
    tenant.volunteers().get(VolunteerId::new(id)).unwrap().volunteer
}

pub(super) fn count(world: &World, table: &str) -> i64 {
    world.raw("kckps").query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn a_row_with_an_unknown_e_mail_and_name_is_a_new_volunteer_with_all_that_it_says() {
    let world = World::new();
    let kckps = world.kckps();
    let report = import(
        &kckps,
        "First Name,Last Name,E-mail Address,Phone,Company,Job Title,Career Type,Skills,City,State,Zip,Notes,Email Opt Out,Do Not Contact\n\
         José,O'Brien,Jose@Example.org,(913) 555-0100,Łódź Works,Welder,health,welding; Chess | Public speaking,Kansas City,ks,66101,\"Comes\nby bus\",yes,no\n",
    );
    assert_eq!((outcomes(&report), problems(&report)), (vec![(2, Created)], vec![]));
    assert_eq!(report.skills_added, ["Chess"]);
    let jose = kckps.volunteers().get("jose@example.org").unwrap().volunteer;
    assert_eq!((jose.first_name.as_str(), jose.last_name.as_str()), ("José", "O'Brien"));
    assert_eq!(jose.phone.as_ref().unwrap().as_str(), "(913) 555-0100");
    assert_eq!((jose.organization.as_deref(), jose.title.as_deref()), (Some("Łódź Works"), Some("Welder")));
    assert_eq!(jose.career_type.as_ref().unwrap().name, "Health");
    assert_eq!(jose.skills, ["Chess", "Public Speaking", "Welding"]);
    assert_eq!(
        (jose.city.as_deref(), jose.state.as_deref(), jose.postal_code.as_deref()),
        (Some("Kansas City"), Some("KS"), Some("66101"))
    );
    assert_eq!((jose.notes.as_deref(), jose.email_opt_out, jose.do_not_contact, jose.active), (Some("Comes\nby bus"), true, false, true));
}

#[test]
fn a_given_e_mail_decides_whatever_the_name_and_its_case() {
    let world = World::new();
    let kckps = world.kckps();
    let ann = add(&kckps, with_email("Ann", "ann@example.org"));
    add(&kckps, new_volunteer("Bob", "Lee"));
    let report = import(&kckps, "first,last,email,phone\nAnna,Lee,ANN@example.org,913-555-0100\n");
    assert_eq!((outcomes(&report), report.rows[0].volunteer_id), (vec![(2, Updated)], Some(ann.id)));
    let after = volunteer(&kckps, ann.id.get());
    assert_eq!((after.first_name.as_str(), after.last_name.as_str(), after.version), ("Anna", "Lee", 2));
    assert_eq!(after.email.unwrap().as_str(), "ann@example.org", "another case is the same address");
}

#[test]
fn an_unknown_e_mail_goes_to_the_record_without_one_that_agrees_in_name_organization_and_phone() {
    let world = World::new();
    let kckps = world.kckps();
    let mut draft = new_volunteer("José", "García");
    (draft.organization, draft.phone) = (Some("Łódź Works".into()), Some("(913) 555-0100".into()));
    let jose = add(&kckps, draft);
    let file = "first,last,email,organization,phone\njose,GARCIA,jose@example.org,lodz works,913.555.0100\n";
    let report = import(&kckps, file);
    assert_eq!((outcomes(&report), report.rows[0].volunteer_id), (vec![(2, Updated)], Some(jose.id)));
    assert_eq!(volunteer(&kckps, jose.id.get()).email.unwrap().as_str(), "jose@example.org");
    assert_eq!(outcomes(&import(&kckps, file)), [(2, Unchanged)]);
}

#[test]
fn whoever_differs_in_name_organization_or_phone_is_somebody_else() {
    let world = World::new();
    let kckps = world.kckps();
    let mut draft = new_volunteer("Ann", "Lee Kim");
    (draft.organization, draft.phone) = (Some("Works".into()), Some("913-555-0100".into()));
    add(&kckps, draft);
    add(&kckps, with_email("Ann", "ann@example.org"));
    let file = "first,last,email,organization,phone\n\
                Ann,Lee Kim,one@example.org,Works,913-555-0101\n\
                Ann,Lee Kim,two@example.org,Work,913-555-0100\n\
                Anne,Lee Kim,three@example.org,Works,913-555-0100\n\
                Ann,Lee Kim,four@example.org,Works,\n\
                Ann,Lee Kim,five@example.org,,913-555-0100\n\
                Ann Lee,Kim,six@example.org,Works,913-555-0100\n\
                Ann,Hart,,,\n";
    let report = import(&kckps, file);
    assert!(report.rows.iter().all(|row| row.outcome == Created), "{:?}", outcomes(&report));
    assert!(import(&kckps, file).rows.iter().all(|row| row.outcome == Unchanged), "and again nobody is new");
}

#[test]
fn without_an_e_mail_the_record_without_one_that_agrees_in_all_three_is_meant_and_blank_equals_blank() {
    let world = World::new();
    let kckps = world.kckps();
    let ann = add(&kckps, new_volunteer("Ann", "Lee"));
    let file = "first,last,email,organization,phone,city\nann,lée,n/a,-,,Olathe\n";
    let report = import(&kckps, file);
    assert_eq!((outcomes(&report), report.rows[0].volunteer_id), (vec![(2, Updated)], Some(ann.id)));
    assert_eq!(volunteer(&kckps, ann.id.get()).city.as_deref(), Some("Olathe"));
    assert_eq!(outcomes(&import(&kckps, file)), [(2, Unchanged)]);
    assert_eq!(outcomes(&import(&kckps, "first,last,organization\nAnn,Lee,Works\n")), [(2, Created)]);
}

#[test]
fn a_row_that_means_a_person_of_an_earlier_row_is_skipped_naming_that_row() {
    let world = World::new();
    let kckps = world.kckps();
    let file = "first,last,email,phone\n\
                Ann,Lee,ann@example.org,913-555-0100\n\
                Ann,Lee,ANN@example.org,913-555-0199\n\
                Bob,Hart,,\n\
                bob,hart,,\n\
                Bob,Hart,bob@example.org,\n\
                Ann,Lee,,913-555-0100\n";
    let first = import(&kckps, file);
    assert_eq!(outcomes(&first), [(2, Created), (3, Skipped), (4, Created), (5, Skipped), (6, Skipped), (7, Created)]);
    let named: Vec<_> = first.rows.iter().map(|row| row.same_as).collect();
    assert_eq!(named, [None, Some(2), None, Some(4), Some(4), None]);
    let again = import(&kckps, file);
    assert_eq!(outcomes(&again), [(2, Unchanged), (3, Skipped), (4, Unchanged), (5, Skipped), (6, Skipped), (7, Unchanged)]);
    assert_eq!(count(&world, "volunteers"), 3, "importing a file again changes nothing");
    assert_eq!(volunteer(&kckps, 1).version, 1);
}

#[test]
fn who_got_an_e_mail_from_an_earlier_row_is_nobody_without_one_any_more() {
    let world = World::new();
    let kckps = world.kckps();
    add(&kckps, new_volunteer("Ann", "Lee"));
    let file = "first,last,email\nAnn,Lee,ann@example.org\nAnn,Lee,\nAnn,Lee,other@example.org\n";
    let report = import(&kckps, file);
    assert_eq!(outcomes(&report), [(2, Updated), (3, Created), (4, Skipped)]);
    assert_eq!(report.rows[2].same_as, Some(3));
    assert_eq!(outcomes(&import(&kckps, file)), [(2, Unchanged), (3, Unchanged), (4, Skipped)]);
}

#[test]
fn of_several_who_are_alike_each_row_means_another() {
    let world = World::new();
    let kckps = world.kckps();
    for city in ["Olathe", "Lenexa", "Olathe"] {
        add(&kckps, polaris_core::NewVolunteer { city: Some(city.into()), ..new_volunteer("Ann", "Lee") });
    }
    kckps.volunteers().deactivate(VolunteerId::new(3)).unwrap();
    let report =
        import(&kckps, "first,last,city,status\nAnn,Lee,Olathe,inactive\nAnn,Lee,Lenexa,active\nAnn,Lee,Olathe,active\nAnn,Lee,Olathe,\n");
    assert_eq!(outcomes(&report), [(2, Unchanged), (3, Unchanged), (4, Unchanged), (5, Skipped)]);
    assert_eq!(report.rows[3].same_as, Some(4), "who is active in Olathe was meant there");
}

#[test]
fn an_inactive_volunteer_is_reactivated_unless_the_row_says_inactive_and_an_import_deactivates_nobody() {
    let world = World::new();
    let kckps = world.kckps();
    for (name, email) in [("Ann", "ann@example.org"), ("Bob", "bob@example.org"), ("Cy", "cy@example.org")] {
        let id = add(&kckps, with_email(name, email)).id;
        if name != "Cy" {
            kckps.volunteers().deactivate(id).unwrap();
        }
    }
    let report = import(
        &kckps,
        "first,last,email,status\nAnn,Hart,ann@example.org,\nBob,Hart,bob@example.org,Inactive\nCy,Hart,cy@example.org,inactive\nDi,Hart,di@example.org,inactive\n",
    );
    assert_eq!(outcomes(&report), [(2, Reactivated), (3, Unchanged), (4, Unchanged), (5, Created)]);
    assert_eq!(problems(&report), [(4, "status", "STILL_ACTIVE", "inactive")]);
    let active: Vec<bool> = (1..=4).map(|id| volunteer(&kckps, id).active).collect();
    assert_eq!(active, [true, false, true, false]);
}

#[test]
fn a_blank_cell_keeps_what_is_stored_and_words_for_nothing_are_blank() {
    let world = World::new();
    let kckps = world.kckps();
    let full = "first,last,email,phone,organization,title,career type,skills,city,state,zip,notes,email opt out\n\
                Ann,Lee,ann@example.org,913-555-0100,Works,Welder,Health,Chess,Olathe,KS,66101,Hello,yes\n";
    import(&kckps, full);
    let before = volunteer(&kckps, 1);
    for blank in ["", "nan", "None", "NULL", "n/a", "N/A", "-", " - "] {
        let cells = [blank; 10].join(",");
        let report = import(
            &kckps,
            &format!(
                "first,last,email,phone,organization,title,career type,skills,city,state,zip,notes,email opt out\nAnn,Lee,ann@example.org,{cells}\n"
            ),
        );
        assert_eq!((outcomes(&report), problems(&report)), (vec![(2, Unchanged)], vec![]), "{blank:?}");
    }
    assert_eq!(volunteer(&kckps, 1), before);
}

#[test]
fn people_may_be_called_none_null_or_nan_beside_another_real_name_and_never_a_dash() {
    let world = World::new();
    let kckps = world.kckps();
    let report = import(
        &kckps,
        "first,last,email\nAnn,Null,a@example.org\nNone,Lee,b@example.org\nNan,Hart,c@example.org\n\
         None,Null,d@example.org\nnan,-,e@example.org\n-,Lee,f@example.org\nAnn,n/a,g@example.org\n,Lee,h@example.org\n",
    );
    assert_eq!(
        outcomes(&report),
        [(2, Created), (3, Created), (4, Created), (5, Rejected), (6, Rejected), (7, Rejected), (8, Rejected), (9, Rejected)]
    );
    assert_eq!(volunteer(&kckps, 1).last_name, "Null");
    let told = problems(&report);
    assert_eq!(told[0..2], [(5, "first", "REQUIRED", "None"), (5, "last", "REQUIRED", "Null")]);
    assert_eq!(told[4..], [(7, "first", "REQUIRED", "-"), (8, "last", "REQUIRED", "n/a"), (9, "first", "REQUIRED", "")]);
}

#[test]
fn a_bad_name_or_e_mail_rejects_the_row_with_its_number_column_reason_and_text() {
    let world = World::new();
    let kckps = world.kckps();
    let long = "x".repeat(101);
    let report = import(
        &kckps,
        &format!(
            "Given Name,Surname,E-mail\n{long},Lee,\n=1+1,Lee,\n+A,Lee,\n@x,Lee,\n-Ann,\"=HYPERLINK(\"\"x\"\")\",\nAnn,Lee,notanemail\n\
             Ann,Lee,a@b.org; c@d.org\nAnn,Lee,=x@example.org\n"
        ),
    );
    assert!(report.rows.iter().all(|row| row.outcome == Rejected && row.volunteer_id.is_none()));
    assert_eq!(
        problems(&report),
        [
            (2, "Given Name", "TOO_LONG", long.as_str()),
            (3, "Given Name", "FORMULA", "=1+1"),
            (4, "Given Name", "FORMULA", "+A"),
            (5, "Given Name", "FORMULA", "@x"),
            (6, "Given Name", "FORMULA", "-Ann"),
            (6, "Surname", "FORMULA", "=HYPERLINK(\"x\")"),
            (7, "E-mail", "BAD_EMAIL", "notanemail"),
            (8, "E-mail", "BAD_EMAIL", "a@b.org; c@d.org"),
            (9, "E-mail", "FORMULA", "=x@example.org"),
        ]
    );
    assert_eq!((report.rows[0].problems[0].field, report.counts.warnings), (Some(ImportField::FirstName), 0));
    assert_eq!(count(&world, "volunteers"), 0);
}

#[test]
fn an_address_within_brackets_is_taken_with_a_warning() {
    let world = World::new();
    let kckps = world.kckps();
    let report =
        import(&kckps, "first,last,email\nAnn,Lee,Ann Lee <ann@example.org>\nBob,Lee,mailto:bob@example.org\nCy,Lee,Cy <notanemail>\n");
    assert_eq!(outcomes(&report), [(2, Created), (3, Created), (4, Rejected)]);
    assert_eq!(problems(&report)[0], (2, "email", "EMAIL_CLEANED", "Ann Lee <ann@example.org>"));
    assert_eq!(report.counts.warnings, 2);
    assert!(kckps.volunteers().get("ann@example.org").is_ok() && kckps.volunteers().get("bob@example.org").is_ok());
}

#[test]
fn a_bad_optional_cell_is_left_out_with_a_warning_and_the_row_kept() {
    let world = World::new();
    let kckps = world.kckps();
    let long = "o".repeat(151);
    let report = import(
        &kckps,
        &format!(
            "first,last,phone,organization,title,career type,skills,city,zip,notes,email opt out,status\n\
             Ann,Lee,ask the office,{long},=1+1,Juggling,=x;Chess,@SUM(1),!!,=cmd|' /C calc'!A0,maybe,perhaps\n\
             Bob,Lee,8.17E+09,+1+1,#REF!,,,,2134,- likes children,,\n\
             Cy,Lee,8165551234.0,+Plus Co.,@home,,,,2134.0,,,\n"
        ),
    );
    assert!(report.rows.iter().all(|row| row.outcome == Created), "{:?}", problems(&report));
    let told: Vec<_> = problems(&report).into_iter().map(|(row, column, code, _)| (row, column, code)).collect();
    assert_eq!(
        told,
        [
            (2, "phone", "BAD_PHONE"),
            (2, "organization", "TOO_LONG"),
            (2, "title", "FORMULA"),
            (2, "city", "FORMULA"),
            (2, "zip", "BAD_POSTAL_CODE"),
            (2, "notes", "FORMULA"),
            (2, "email opt out", "UNKNOWN_VALUE"),
            (2, "status", "UNKNOWN_VALUE"),
            (2, "career type", "UNKNOWN_VALUE"),
            (2, "skills", "FORMULA"),
            (3, "phone", "CUT_NUMBER"),
            (3, "organization", "FORMULA"),
            (3, "title", "FORMULA"),
            (3, "zip", "LOST_ZERO"),
            (4, "zip", "LOST_ZERO"),
        ]
    );
    assert_eq!(report.counts.warnings, 15);
    let ann = volunteer(&kckps, 1);
    assert_eq!(
        (ann.phone, ann.organization, ann.title, ann.city, ann.notes, ann.skills),
        (None, None, None, None, None, vec!["Chess".to_owned()])
    );
    let bob = volunteer(&kckps, 2);
    assert_eq!((bob.phone, bob.organization, bob.postal_code.as_deref()), (None, None, Some("2134")));
    assert_eq!(bob.notes.as_deref(), Some("- likes children"));
    let cy = volunteer(&kckps, 3);
    assert_eq!(cy.phone.unwrap().as_str(), "8165551234");
    assert_eq!((cy.organization.as_deref(), cy.title.as_deref()), (Some("+Plus Co."), Some("@home")));
}

#[test]
fn skills_are_known_by_name_or_alias_or_added_as_the_tenants_own_and_stay() {
    let world = World::new();
    let kckps = world.kckps();
    add(&kckps, polaris_core::NewVolunteer { skills: vec!["Arts, crafts".into(), "Chess".into()], ..with_email("Ann", "ann@example.org") });
    let report = import(
        &kckps,
        "first,last,email,skills\n\
         Ann,Hart,ann@example.org,\"WELDING, \"\"arts, Crafts\"\"; Juggling | Juggling,\"\n\
         Bob,Hart,bob@example.org,juggling|Tuba,n/a\n",
    );
    assert_eq!(report.skills_added, ["Juggling", "Tuba"]);
    assert_eq!(volunteer(&kckps, 1).skills, ["Arts, crafts", "Chess", "Juggling", "Welding"], "added to those somebody has");
    assert_eq!(volunteer(&kckps, 2).skills, ["Juggling", "Tuba"]);
    let own: i64 = world
        .raw("kckps")
        .query_row("SELECT count(*) FROM skills WHERE source = 'own' AND name IN ('Juggling', 'Tuba')", [], |row| row.get(0))
        .unwrap();
    assert_eq!(own, 2);
    assert_eq!(
        world
            .polaris
            .tenant("hickman", polaris_core::Actor::System)
            .unwrap()
            .volunteers()
            .list_imports(PageRequest::default())
            .unwrap()
            .total,
        0,
        "of this tenant alone"
    );
}

#[test]
fn skills_of_rows_that_are_rejected_or_skipped_are_not_added() {
    let world = World::new();
    let kckps = world.kckps();
    let report = import(&kckps, "first,last,email,skills\nAnn,,a@example.org,Tuba\nBob,Lee,b@example.org,\nBob,Lee,b@example.org,Oboe\n");
    assert_eq!((outcomes(&report), report.skills_added.len()), (vec![(2, Rejected), (3, Created), (4, Skipped)], 0));
}

#[test]
fn cells_beyond_the_header_are_a_warning() {
    let world = World::new();
    let report = import(&world.kckps(), "first,last\nAnn,Lee,,stray\nBob,Lee,,\n");
    assert_eq!(
        (outcomes(&report), problems(&report)),
        (vec![(2, Created), (3, Created)], vec![(2, "Column D", "TOO_MANY_CELLS", "stray")])
    );
}

#[test]
fn blank_rows_are_counted_as_blank_and_keep_the_numbers_of_the_others() {
    let world = World::new();
    let report = import(&world.kckps(), "first,last,email\n\nAnn,Lee,\n,,\nnan,NaN,-\n\"Bob\n\",Lee,\n,,\n\n");
    assert_eq!(outcomes(&report), [(3, Created), (6, Created)]);
    assert_eq!((report.counts.blank, report.total_rows), (4, 2));
}

#[test]
fn rejected_rows_are_a_file_that_can_be_mended_and_imported() {
    let world = World::new();
    let kckps = world.kckps();
    let file = "Liste der Freiwilligen\n\nFirst Name;Last Name;E-mail;E-mail;Notes;Org\n\
                Ann;;ann@example.org;x;\"- one\n- two\";Works\nBob;Lee;bob@example.org;;;\nCy;Lee;bad;y;=1+1;\"a \"\"b\"\"; c\"\n";
    let report = import(&kckps, file);
    assert_eq!(outcomes(&report), [(4, Rejected), (5, Created), (6, Rejected)]);
    let rejected = std::str::from_utf8(report.rejected_csv().unwrap()).unwrap();
    assert_eq!(
        rejected,
        "\u{FEFF}First Name,Last Name,E-mail,E-mail (2),Notes,Org,import_row,import_problem\r\n\
         Ann,,ann@example.org,x,\"'- one\n- two\",Works,4,Last Name is required\r\n\
         Cy,Lee,bad,y,,\"a \"\"b\"\"; c\",6,\"E-mail needs an @, as in pat@example.org\"\r\n"
    );
    let again = import(&kckps, rejected);
    assert_eq!(outcomes(&again), [(2, Rejected), (3, Rejected)], "a cell of two lines is in one row");
}

#[test]
fn a_rejected_file_that_is_mended_says_no_more_than_the_first_one_did() {
    let world = World::new();
    let kckps = world.kckps();
    let report = import(&kckps, "First,Last,Email,Phone,Org\n,Lee,-,n/a,-\nBob,Lee,=a@b.org,none,null\n");
    assert_eq!(outcomes(&report), [(2, Rejected), (3, Rejected)]);
    let rejected = std::str::from_utf8(report.rejected_csv().unwrap()).unwrap();
    assert_eq!(
        outcomes(&import(&kckps, rejected)),
        [(2, Rejected), (3, Rejected)],
        "who isn't mended doesn't lose the address: {rejected}"
    );
    let mended = rejected.replace("\n,Lee", "\nAnn,Lee").replace("mend this: =", "");
    let done = import(&kckps, &mended);
    assert_eq!((outcomes(&done), problems(&done)), (vec![(2, Created), (3, Created)], vec![]), "{mended}");
    let (ann, bob) = (volunteer(&kckps, 1), volunteer(&kckps, 2));
    assert_eq!((ann.email, ann.phone, ann.organization), (None, None, None));
    assert_eq!((bob.email.unwrap().as_str(), bob.phone, bob.organization), ("a@b.org", None, None));
}

#[test]
fn what_was_marked_as_text_is_text_in_a_rejected_file_and_what_a_spreadsheet_spoilt_is_not() {
    let world = World::new();
    let kckps = world.kckps();
    let report = import(&kckps, "First,Last,Email,Phone,Org,Title\nAnn,'null,bad,8.17E+09,'none,'=1+1\n");
    let rejected = std::str::from_utf8(report.rejected_csv().unwrap()).unwrap();
    assert!(rejected.contains("\r\nAnn,'null,bad,8.17E+09,'none,'=1+1,2,"), "{rejected}");
    let done = import(&kckps, &rejected.replace("bad", "ann@example.org"));
    assert_eq!((outcomes(&done), problems(&done)), (vec![(2, Created)], vec![(2, "Phone", "CUT_NUMBER", "8.17E+09")]));
    let ann = volunteer(&kckps, 1);
    assert_eq!((ann.last_name.as_str(), ann.organization.as_deref(), ann.title.as_deref()), ("null", Some("none"), Some("=1+1")));
}

#[test]
fn skills_in_quotation_marks_are_one_name_each() {
    let world = World::new();
    let kckps = world.kckps();
    let report = import(
        &kckps,
        "first,last,skills\nAnn,Lee,\"\"\"Arts, crafts\"\"; Chess, \"\"none\"\" | \"\"\"\"\"\"Bo\"\"\"\"\"\"\"\nBob,Lee,\"\"\"never closed, 5\"\" pipe\"\n",
    );
    assert_eq!(report.skills_added, ["Arts, crafts", "Chess", "none", "\"Bo\"", "\"never closed", "5\" pipe"]);
    // Two skills that are known are two, also where somebody once put both into one name.
    add(&kckps, polaris_core::NewVolunteer { skills: vec!["Chess; Tuba".into(), "Tuba".into()], ..with_email("Cy", "cy@example.org") });
    import(&kckps, "first,last,email,skills\nDee,Lee,dee@example.org,Chess; Tuba\n");
    assert_eq!(kckps.volunteers().get("dee@example.org").unwrap().volunteer.skills, ["Chess", "Tuba"]);
}

#[test]
fn a_skill_that_a_cell_names_many_times_is_one() {
    let world = World::new();
    let kckps = world.kckps();
    let report = import(
        &kckps,
        &format!("first,last,skills\nAnn,Lee,\"{}Tuba\"\nBob,Lee,\"{}x\"\n", "chess, Chess; ".repeat(1_000), ";,| ".repeat(5_000)),
    );
    assert_eq!((report.skills_added, report.counts.warnings), (vec!["chess".to_owned(), "Tuba".into(), "x".into()], 0));
    assert_eq!(volunteer(&kckps, 1).skills, ["chess", "Tuba"]);
}

#[test]
fn nobody_gets_more_than_fifty_skills_by_imports() {
    let world = World::new();
    let kckps = world.kckps();
    let with = |from: usize| {
        let skills: Vec<_> = (from..from + 45).map(|number| format!("Skill {number}")).collect();
        import(&kckps, &format!("First,Last,Email,Skills\nAnn,Lee,ann@example.org,{}\n", skills.join("; ")))
    };
    with(0);
    let second = with(40);
    let warned: Vec<_> = problems(&second).iter().map(|problem| problem.2).collect();
    assert_eq!((outcomes(&second), second.counts.warnings), (vec![(2, Updated)], 1));
    assert_eq!((warned, volunteer(&kckps, 1).skills.len()), (vec!["TOO_MANY"], 50));
    assert_eq!(outcomes(&with(40)), [(2, Unchanged)]);
}

#[test]
fn a_mapping_without_both_names_refuses_the_file() {
    let world = World::new();
    let kckps = world.kckps();
    let refused = |file: &str, mapping: Option<&[(ImportField, &str)]>| {
        let mapping: Option<ImportMapping> = mapping.map(|given| given.iter().map(|(field, name)| (*field, (*name).to_owned())).collect());
        let error =
            kckps.volunteers().import(&VolunteerImport { mapping: mapping.as_ref(), ..VolunteerImport::of(file.as_bytes()) }).unwrap_err();
        assert_eq!(error.code(), "VALIDATION_FAILED", "{error}");
        error.fields().iter().map(|field| (field.field.clone(), field.code, field.message.clone())).collect::<Vec<_>>()
    };
    let told = refused("Email,First Name\na@b.org,Ann\n", None);
    assert_eq!((told.len(), told[0].0.as_str(), told[0].1), (1, "mapping.last_name", "REQUIRED"));
    let told = refused("Email,Full Name\na@b.org,Ann Lee\n", None);
    assert!(told.len() == 2 && told[0].2.contains("split the column \"Full Name\""), "{told:?}");
    let told = refused("Email,First Name,Last Name\n", Some(&[(ImportField::FirstName, "First Name")]));
    assert_eq!(told[0].0, "mapping.last_name", "what a mapping leaves out is not read, whatever it is called");
    let told = refused(
        "Email,First Name,Last Name\n",
        Some(&[(ImportField::FirstName, "First Name"), (ImportField::LastName, "first name"), (ImportField::Email, "Mail")]),
    );
    let told: Vec<_> = told.iter().map(|(field, code, _)| (field.as_str(), *code)).collect();
    assert_eq!(told, [("mapping.last_name", "DUPLICATE"), ("mapping.email", "UNKNOWN_VALUE")]);
    assert_eq!(count(&world, "volunteers") + count(&world, "volunteer_imports"), 0);
}

#[test]
fn a_mapping_says_which_column_holds_what_in_any_language() {
    let world = World::new();
    let kckps = world.kckps();
    let file = "Bericht\nRufname,Zuname,Büro,Post,Notes\nAnn,Lee,Works,a@example.org,secret\n";
    let mapping = [
        (ImportField::FirstName, "Rufname"),
        (ImportField::LastName, "zuname"),
        (ImportField::Organization, "Buro"),
        (ImportField::Email, "Post"),
    ];
    let mapping: ImportMapping = mapping.iter().map(|(field, name)| (*field, (*name).to_owned())).collect();
    let done = kckps.volunteers().import(&VolunteerImport { mapping: Some(&mapping), ..VolunteerImport::of(file.as_bytes()) }).unwrap();
    assert_eq!((outcomes(&done.report), done.report.header_row), (vec![(3, Created)], 2));
    let ann = volunteer(&kckps, 1);
    assert_eq!((ann.organization.as_deref(), ann.email.unwrap().as_str(), ann.notes), (Some("Works"), "a@example.org", None));
}

#[test]
fn an_import_is_one_transaction_that_is_logged_with_its_counts() {
    let world = World::new();
    let kckps = world.kckps();
    let report = import(&kckps, "first,last,email\nAnn,Lee,ann@example.org\nBob,,\n");
    let log = kckps.volunteers().list_imports(PageRequest::default()).unwrap();
    assert_eq!((log.total, log.items[0].counts, log.items[0].total_rows), (1, report.counts, 2));
    assert!(log.items[0].actor_name.is_some());
    let (action, details): (String, String) = world
        .raw("kckps")
        .query_row("SELECT action, details FROM audit_entries ORDER BY id DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(action, "volunteer.import");
    assert!(details.contains("\"created\":1") && !details.contains("Ann") && !details.contains("example"), "{details}");
}

#[test]
fn an_import_that_is_broken_off_leaves_nothing_behind() {
    let world = World::new();
    let kckps = world.kckps();
    let rows: String = (0..2_000).map(|nth| format!("Ann{nth},Lee,a{nth}@example.org,Tuba\n")).collect();
    let file = format!("first,last,email,skills\n{rows}");
    let mut seen = Vec::new();
    let error = kckps.volunteers().import_with(&VolunteerImport::of(file.as_bytes()), &mut |progress| {
        seen.push(progress.rows);
        assert_eq!(progress.total, 2_000);
        if progress.rows > 1_000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(code(error), "CANCELLED");
    assert_eq!(seen, [0, 256, 512, 768, 1_024]);
    assert_eq!(count(&world, "volunteers") + count(&world, "volunteer_imports") + count(&world, "volunteer_skills"), 0);
    let mut last = 0;
    let progress = &mut |progress: polaris_core::ImportProgress| {
        last = progress.rows;
        ControlFlow::Continue(())
    };
    kckps.volunteers().import_with(&VolunteerImport::of(file.as_bytes()), progress).unwrap();
    assert_eq!((last, count(&world, "volunteers")), (2_000, 2_000));
}

#[test]
fn two_who_import_a_file_at_once_make_each_of_its_people_once() {
    let world = World::new();
    let rows: String = (0..1_500)
        .map(|nth| format!("Ann{nth},Lee,{},Tuba\n", if nth % 2 == 0 { format!("a{nth}@example.org") } else { String::new() }))
        .collect();
    let file = format!("first,last,email,skills\n{rows}");
    let both: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> =
            (0..2).map(|_| scope.spawn(|| world.kckps().volunteers().import(&VolunteerImport::of(file.as_bytes())).unwrap())).collect();
        running.into_iter().map(|one| one.join().unwrap().report.counts).collect()
    });
    let mut made: Vec<_> = both.iter().map(|counts| (counts.created, counts.unchanged)).collect();
    made.sort_unstable();
    assert_eq!(made, [(0, 1_500), (1_500, 0)]);
    assert_eq!((count(&world, "volunteers"), count(&world, "volunteer_imports")), (1_500, 2));
}

#[test]
fn a_reference_finds_an_import_that_was_done_and_is_used_once() {
    let world = World::new();
    let kckps = world.kckps();
    let import = VolunteerImport { reference: Some("job-7"), ..VolunteerImport::of(b"first,last\nAnn,Lee\n") };
    assert_eq!(code(kckps.volunteers().get_import("job-7")), "NOT_FOUND");
    let done = kckps.volunteers().import(&import).unwrap();
    let found = kckps.volunteers().get_import("job-7").unwrap();
    assert_eq!(kckps.volunteers().get_import(&found.id.to_string()).unwrap(), found);
    assert_eq!((Some(found.id), found.counts), (done.id, done.report.counts));
    assert!(matches!(kckps.volunteers().import(&import), Err(Error::Conflict(_))));
    assert_eq!(code(kckps.volunteers().import(&VolunteerImport { reference: Some("no good"), ..import })), "BAD_REQUEST");
}

#[test]
fn what_a_cell_of_skills_says_does_not_depend_on_the_skills_there_are() {
    let world = World::new();
    let kckps = world.kckps();
    let file = "first,last,email,skills\n\
                Ann,Lee,ann@example.org,\"Arts, crafts\"\n\
                Bob,Lee,bob@example.org,\"\"\"Arts, crafts\"\"; \"\"=1+1\"\"\"\n\
                Cy,Lee,cy@example.org,=1+1; Chess\n";
    let first = import(&kckps, file);
    assert_eq!(first.skills_added, ["Arts", "crafts", "Arts, crafts", "=1+1", "Chess"]);
    assert_eq!(problems(&first), [(4, "skills", "FORMULA", "=1+1; Chess")]);
    let again = import(&kckps, file);
    assert_eq!((outcomes(&again), problems(&again)), (vec![(2, Unchanged), (3, Unchanged), (4, Unchanged)], problems(&first)));
    let skills: Vec<_> = (1..=3).map(|id| volunteer(&kckps, id).skills).collect();
    assert_eq!(skills, [vec!["Arts", "crafts"], vec!["=1+1", "Arts, crafts"], vec!["Chess"]]);
}

#[test]
fn what_storing_takes_off_hides_no_formula_and_no_word_for_nothing() {
    let world = World::new();
    let kckps = world.kckps();
    for invisible in ["\u{200B}", "\u{2060}", "\u{FEFF}", "\u{A0}", " \u{200B} "] {
        let report = import(
            &kckps,
            &format!(
                "first,last,email,phone,organization,title,skills,city,email opt out\n\
                 Ann,Lee,{invisible}n/a,{invisible}none,{invisible}=1+1,none{invisible},{invisible}=1;{invisible}-{invisible};Chess,{invisible}#REF!,{invisible}no\n\
                 {invisible}=cmd,Lee,,,,,,,\n{invisible}-,Lee,,,,,,,\n"
            ),
        );
        let codes: Vec<_> = problems(&report).into_iter().map(|(row, column, code, _)| (row, column.to_owned(), code)).collect();
        let told = |row: u32, column: &str, code| (row, column.to_owned(), code);
        assert_eq!(
            codes,
            [
                told(2, "organization", "FORMULA"),
                told(2, "city", "FORMULA"),
                told(2, "skills", "FORMULA"),
                told(3, "first", "FORMULA"),
                told(4, "first", "REQUIRED")
            ],
            "{invisible:?}"
        );
        let ann = volunteer(&kckps, 1);
        assert_eq!((ann.email, ann.phone, ann.organization, ann.title, ann.city), (None, None, None, None, None));
        assert_eq!((ann.skills, ann.email_opt_out), (vec!["Chess".to_owned()], false));
    }
    assert_eq!(count(&world, "volunteers"), 1);
}

#[test]
fn a_file_that_would_add_ten_thousand_skills_is_refused_whole() {
    let world = World::new();
    let kckps = world.kckps();
    let mut file = String::from("first,last,skills\n");
    for row in 0..201 {
        let skills: Vec<_> = (0..50).map(|skill| format!("s{row}x{skill}")).collect();
        file.push_str(&format!("Ann{row},Lee,{}\n", skills.join(";")));
    }
    for dry_run in [true, false] {
        let refused = kckps.volunteers().import(&VolunteerImport { dry_run, ..VolunteerImport::of(file.as_bytes()) });
        let told = refused.unwrap_err().to_string();
        assert!(told.contains("10,000 skills"), "{told}");
    }
    assert_eq!(count(&world, "volunteers"), 0);
}

#[test]
fn a_report_within_limits_tells_rejected_rows_first_and_counts_all() {
    let world = World::new();
    let kckps = world.kckps();
    let mut file = String::from("first,last,zip\n");
    for row in 0..30 {
        file.push_str(&format!("Ann{row},{},{}\n", if row % 3 == 2 { "" } else { "Lee" }, if row % 2 == 0 { "!" } else { "" }));
    }
    let whole = kckps.volunteers().import(&VolunteerImport { dry_run: true, ..VolunteerImport::of(file.as_bytes()) }).unwrap().report;
    let rows_of = |report: &VolunteerImportReport| report.rows.iter().map(|row| row.row).collect::<Vec<_>>();
    assert_eq!((rows_of(&whole), whole.rejected_csv_rows()), ((2..32).collect::<Vec<_>>(), 10));
    let most = whole.rejected_csv().unwrap().len() / 2;
    let within = |rows, rejected_bytes, dry_run| {
        let limits = Some(ReportLimits { rows, rejected_bytes });
        kckps.volunteers().import(&VolunteerImport { dry_run, limits, ..VolunteerImport::of(file.as_bytes()) }).unwrap().report
    };
    let all = within(30, usize::MAX, true);
    let rejected: Vec<u32> = (0..10).map(|nth| 4 + 3 * nth).collect();
    let others = (2..32).filter(|row| !rejected.contains(row));
    assert_eq!(rows_of(&all), rejected.iter().copied().chain(others.clone()).collect::<Vec<_>>());
    let warned = others.filter(|row| row % 2 == 0);
    let (tried, done) = (within(12, most, true), within(12, most, false));
    assert_eq!(tried, done);
    assert_eq!(rows_of(&done), rejected.iter().copied().chain(warned).take(12).collect::<Vec<_>>());
    assert_eq!((done.counts, done.total_rows), (whole.counts, 30));
    let file = done.rejected_csv().unwrap();
    assert!(file.len() <= most && file.ends_with(b"\n") && whole.rejected_csv().unwrap().starts_with(file));
    assert_eq!(done.rejected_csv_rows(), 4);
    assert_eq!(rows_of(&within(3, most, true)), &rejected[..3]);
    assert!(whole.bytes() > done.bytes() && done.counts_alone().rows.is_empty());
}

#[test]
fn a_rejected_row_keeps_the_skills_beside_a_formula() {
    let world = World::new();
    let report = import(&world.kckps(), "first,last,skills\nAnn,,\"=1+1; Welding; \"\"=x\"\"\"\n");
    let file = String::from_utf8(report.rejected_csv().unwrap().to_vec()).unwrap();
    assert!(!file.contains("=1+1") && file.contains("Welding") && file.contains("=x"), "{file}");
    let mended = import(&world.kckps(), &file.replace("Ann,,", "Ann,Lee,"));
    assert_eq!(
        (mended.skills_added, volunteer(&world.kckps(), 1).skills),
        (vec!["=x".to_owned()], vec!["=x".to_owned(), "Welding".to_owned()])
    );
}
