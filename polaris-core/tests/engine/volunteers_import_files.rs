//! V2: what files an import reads, and how it finds its way in them (FR-SELFSERV-302).

use polaris_core::{ImportField, Role, TableFormat, VolunteerImport};

use super::support::{World, code};
use super::volunteers_import::{import, import_bytes, outcomes, volunteer};
use polaris_core::RowOutcome::Created;

#[test]
fn a_preview_tells_columns_a_mapping_the_first_rows_and_how_many_there_are() {
    let world = World::new();
    let kckps = world.kckps();
    let rows: String = (0..25).map(|nth| format!("Ann,Lee,a{nth}@example.org,{nth},,x\n")).collect();
    let preview = kckps
        .volunteers()
        .preview_import(format!("Given Name,Surname,E-mail Address,E-mail Address,,Shoe size\n{rows},,\n").as_bytes(), None)
        .unwrap();
    assert_eq!((preview.format, preview.header_row, preview.total_rows, preview.blank_rows), (TableFormat::Csv, 1, 25, 1));
    let columns: Vec<_> = preview.columns.iter().map(|column| (column.name.as_str(), column.letters.as_str(), column.field)).collect();
    assert_eq!(
        columns,
        [
            ("Given Name", "A", Some(ImportField::FirstName)),
            ("Surname", "B", Some(ImportField::LastName)),
            ("E-mail Address", "C", Some(ImportField::Email)),
            ("E-mail Address (2)", "D", None),
            ("Column E", "E", None),
            ("Shoe size", "F", None),
        ]
    );
    let mapped: Vec<_> = preview.mapping.iter().map(|(field, name)| (field.as_str(), name.as_str())).collect();
    assert_eq!(mapped, [("first_name", "Given Name"), ("last_name", "Surname"), ("email", "E-mail Address")]);
    assert_eq!((preview.rows.len(), preview.rows[9].row), (10, 11));
    assert_eq!(preview.rows[1].cells, ["Ann", "Lee", "a1@example.org", "1", "", "x"]);
    assert_eq!(super::volunteers_import::count(&world, "volunteers"), 0);
    let whole = kckps.volunteers().preview_import(b"Full Name,Email\nAnn Lee,a@example.org\n", None).unwrap();
    assert_eq!(whole.whole_name.as_deref(), Some("Full Name"));
}

#[test]
fn of_columns_that_mean_the_same_the_one_that_says_it_best_is_taken() {
    let preview =
        World::new().kckps().volunteers().preview_import(b"Title,First,Last,Work Phone,Phone,Work Email,Email,Job Title\n", None).unwrap();
    let mapped: Vec<_> = preview.mapping.values().map(String::as_str).collect();
    assert_eq!(mapped, ["First", "Last", "Email", "Phone", "Job Title"]);
}

#[test]
fn the_header_is_the_first_of_the_first_ten_rows_with_two_known_names() {
    let world = World::new();
    let kckps = world.kckps();
    for (before, header) in [
        ("", 1),
        ("\n\n", 3),
        ("Volunteers, spring 2026\n\n", 3),
        ("Name of the report,Email\nx,y\n", 1),
        ("\"Volunteers; spring; 2026\"\n,,\nExported by,Robin\n", 4),
        (&"title\n".repeat(9), 10),
    ] {
        let report = kckps.volunteers().preview_import(format!("{before}First Name,Last Name,Email\nAnn,Lee,\n").as_bytes(), None).unwrap();
        if before.starts_with("Name of") {
            // "Email" alone is one known name.
            assert_eq!(report.header_row, 3);
            continue;
        }
        assert_eq!((report.header_row, report.total_rows), (header, 1), "{before:?}");
    }
    let late = format!("{}First Name,Last Name,Email\nAnn,Lee,\n", "title\n".repeat(10));
    assert_eq!(kckps.volunteers().preview_import(late.as_bytes(), None).unwrap().header_row, 1);
    let titled = import(&kckps, "Volunteers 2026\n\nFirst Name;Last Name\nAnn;Lee\n\nBob;Lee\n");
    assert_eq!((outcomes(&titled), titled.header_row, titled.counts.blank), (vec![(4, Created), (6, Created)], 3, 1));
}

#[test]
fn a_file_with_only_a_header_is_a_report_of_no_rows() {
    let report = import(&World::new().kckps(), "First Name,Last Name\n");
    assert_eq!((report.total_rows, report.rows.len(), report.counts), (0, 0, polaris_core::ImportCounts::default()));
}

#[test]
fn each_encoding_and_separator_gives_the_same_people() {
    let world = World::new();
    let text = "First Name,Last Name,Organization\r\nJosé,Müller,\"Prärie, Señor\"\r\n";
    let semicolons = "First Name;Last Name;Organization\nJosé;Müller;Prärie, Señor\n";
    let tabs = "First Name\tLast Name\tOrganization\nJosé\tMüller\tPrärie, Señor\n";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf_16 =
        |mark: [u8; 2], order: fn(u16) -> [u8; 2]| -> Vec<u8> { mark.into_iter().chain(text.encode_utf16().flat_map(order)).collect() };
    let files: Vec<Vec<u8>> = vec![
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        latin,
        utf_16([0xFF, 0xFE], u16::to_le_bytes),
        utf_16([0xFE, 0xFF], u16::to_be_bytes),
        semicolons.as_bytes().to_vec(),
        tabs.as_bytes().to_vec(),
        format!("sep=;\n{semicolons}").into_bytes(),
    ];
    let kckps = world.kckps();
    for (nth, file) in files.iter().enumerate() {
        let report = import_bytes(&kckps, file);
        let row = if nth == 7 { 3 } else { 2 };
        let expected = if nth == 0 { Created } else { polaris_core::RowOutcome::Unchanged };
        assert_eq!(outcomes(&report), [(row, expected)], "file {nth}");
    }
    assert_eq!(volunteer(&kckps, 1).organization.as_deref(), Some("Prärie, Señor"));
}

#[test]
fn what_is_no_table_is_refused_whole() {
    let world = World::new();
    let kckps = world.kckps();
    let no_mark: Vec<u8> = "first,last\nAnn,Lee\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (file, why) in [
        (no_mark, "UTF-16 without a mark"),
        (b"first,last\nAnn,\0\n".to_vec(), "not text"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "old workbook"),
        (b"PK\x03\x04damaged".to_vec(), "damaged"),
        (b"".to_vec(), "is empty"),
        (b"first,last\nAnn,\"Lee\nBob,Hart\n".to_vec(), "never closed"),
        ([b"first,last\n".to_vec(), b"x,".repeat(5_000_000)].concat(), "at most 256 columns"),
        (vec![b'x'; (16 << 20) + 1], "larger than 16 MiB"),
        ([b"first,last\n".to_vec(), b"a,b\n".repeat(200_001)].concat(), "more than 200000 rows"),
    ] {
        for answer in
            [kckps.volunteers().import(&VolunteerImport::of(&file)).map(|_| ()), kckps.volunteers().preview_import(&file, None).map(|_| ())]
        {
            assert_eq!(code(answer.clone()), "BAD_REQUEST", "{why}");
            assert!(answer.unwrap_err().to_string().contains(why), "{why}");
        }
    }
    let sheet = kckps.volunteers().preview_import(b"first,last\n", Some("People"));
    assert!(sheet.unwrap_err().to_string().starts_with("sheet: "));
}

#[test]
fn only_who_manages_volunteers_imports_or_looks_at_files() {
    let world = World::new();
    for role in [Role::Viewer, Role::VirtualAdmin] {
        let tenant = world.as_role(role);
        // Before anything of the file is looked at.
        assert_eq!(code(tenant.volunteers().preview_import(b"", None)), "FORBIDDEN");
        assert_eq!(code(tenant.volunteers().import(&VolunteerImport::of(b""))), "FORBIDDEN");
        assert_eq!(code(tenant.volunteers().import(&VolunteerImport { dry_run: true, ..VolunteerImport::of(b"") })), "FORBIDDEN");
        assert_eq!(code(tenant.volunteers().list_imports(polaris_core::PageRequest::default())), "FORBIDDEN");
    }
}

#[test]
fn the_mark_that_old_programs_end_a_text_with_is_no_row() {
    let world = World::new();
    let kckps = world.kckps();
    for file in ["first,last\nAnn,Lee\n\u{1A}", "first,last\r\nAnn,Lee\u{1A}", "first,last\r\nAnn,Lee\r\n\u{1A}\r\n"] {
        let report = import(&kckps, file);
        assert_eq!((report.total_rows, report.counts.rejected), (1, 0), "{file:?}");
    }
}
