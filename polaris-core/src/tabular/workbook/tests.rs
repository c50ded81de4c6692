//! Workbooks as spreadsheets write them, and as those do who mean harm.
#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::time::Instant;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::super::sheet::Sheet;
use super::super::{unmarked, xlsx};

/// An archive of parts: name, bytes, and the size it says it unpacks to.
pub(super) fn archive(parts: &[(&str, Vec<u8>, Option<u32>)], flags: u16) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes, claimed) in parts {
        let at = u32::try_from(file.len()).unwrap();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        let packed = encoder.finish().unwrap();
        let fields = |to: &mut Vec<u8>| {
            for field in [20_u16, flags, 8, 0, 33] {
                to.extend_from_slice(&field.to_le_bytes());
            }
            let unpacked = claimed.unwrap_or(u32::try_from(bytes.len()).unwrap());
            for field in [crc32fast::hash(bytes), u32::try_from(packed.len()).unwrap(), unpacked] {
                to.extend_from_slice(&field.to_le_bytes());
            }
            to.extend_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
            to.extend_from_slice(&0_u16.to_le_bytes());
        };
        file.extend_from_slice(b"PK\x03\x04");
        fields(&mut file);
        file.extend_from_slice(name.as_bytes());
        file.extend_from_slice(&packed);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        fields(&mut directory);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (at, size, count) = (file.len(), directory.len(), u16::try_from(parts.len()).unwrap());
    file.extend_from_slice(&directory);
    file.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    file.extend_from_slice(&count.to_le_bytes());
    file.extend_from_slice(&count.to_le_bytes());
    file.extend_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
    file.extend_from_slice(&u32::try_from(at).unwrap().to_le_bytes());
    file.extend_from_slice(&[0, 0]);
    file
}

const TYPE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts round a sheet's, one of which may be put instead of another.
fn parts(sheet: &str) -> Vec<(&'static str, Vec<u8>, Option<u32>)> {
    let related = |entries: &str| format!("<Relationships>{entries}</Relationships>").into_bytes();
    let root = format!("<Relationship Id='a' Type='{TYPE}/officeDocument' Target='/xl/workbook.xml'/>");
    let book = [
        "rels/worksheet:worksheets/sheet1.xml:r1",
        "rels/worksheet:worksheets/sheet2.xml:r2",
        "rels/chartsheet:worksheets/sheet2.xml:r3",
        "rels/styles:styles.xml:r4",
        "rels/sharedStrings:sharedStrings.xml:r5",
    ]
    .map(|relation| {
        let mut said = relation.split(':');
        let (kind, target, id) = (said.next().unwrap(), said.next().unwrap(), said.next().unwrap());
        format!("<Relationship Id='{id}' Type='{TYPE}/{}' Target='{target}'/>", &kind[5..])
    })
    .concat();
    let sheets = "<workbook xmlns:r='r'><workbookPr/><sheets><sheet name='Charts' sheetId='3' r:id='r3'/><sheet name='Old &amp; gone' sheetId='2' \
                  state='hidden' r:id='r2'/><sheet name='People' sheetId='1' r:id='r1'/></sheets></workbook>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy\\-mm\\-dd'/><numFmt numFmtId='165' formatCode='00000'/></numFmts>\
                  <cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='165'/>\
                  <xf numFmtId='22'/><xf numFmtId='49' quotePrefix='1'/><xf numFmtId='0' quotePrefix='1'/></cellXfs></styleSheet>";
    let strings = "<sst><si><t>First</t></si><si><r><t>La</t></r><r><t xml:space='preserve'>st </t></r><rPh><t>no</t></rPh></si><si/>\
                   <si><t>a&amp;b &#233;_x000D_x _x005F_x0041_ _xyz</t></si></sst>";
    let hidden = "<worksheet><sheetData><row><c t='inlineStr'><is><t>hidden</t></is></c></row></sheetData></worksheet>";
    vec![
        ("_rels/.rels", related(&root), None),
        ("xl/workbook.xml", sheets.as_bytes().to_vec(), None),
        ("xl/_rels/workbook.xml.rels", related(&book), None),
        ("xl/styles.xml", styles.as_bytes().to_vec(), None),
        ("xl/sharedStrings.xml", strings.as_bytes().to_vec(), None),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes().to_vec(), None),
        ("xl\\worksheets\\Sheet2.xml", hidden.as_bytes().to_vec(), None),
    ]
}

fn with(part: &str, bytes: Vec<u8>, claimed: Option<u32>) -> Vec<u8> {
    let mut parts = parts("<worksheet><sheetData/></worksheet>");
    let place = parts.iter_mut().find(|(name, ..)| *name == part).unwrap();
    (place.1, place.2) = (bytes, claimed);
    archive(&parts, 0)
}

fn of_rows(rows: &str) -> Vec<u8> {
    archive(&parts(&format!("<x:worksheet xmlns:x='x'><x:sheetData>{rows}</x:sheetData></x:worksheet>")), 0)
}

fn all(bytes: &[u8], named: Option<&str>) -> Vec<(u32, Vec<String>)> {
    let sheet = Sheet::read(bytes, named, |_| false).unwrap();
    let cells = |row: super::super::Row<'_>| (row.number, row.cells().map(str::to_owned).collect());
    std::iter::once(cells(sheet.header())).chain(sheet.rows().map(cells)).collect()
}

fn refusal(bytes: &[u8]) -> String {
    let began = Instant::now();
    let error = Sheet::read(bytes, None, |_| false).err().unwrap();
    assert!(error.code() == "BAD_REQUEST" && began.elapsed().as_secs() < 20, "{error} after {:?}", began.elapsed());
    error.to_string()
}

fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
    (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

#[test]
fn cells_of_each_type_are_the_text_that_a_person_sees() {
    let rows = "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>\
        <x:row r='3'><x:c r='B3'><x:v>8165551234</x:v></x:c><c r='D3'><v>8.165551234E9</v></c></x:row>\
        <row r='4'><c r='A4' s='1'><v>46082</v></c><c r='B4' s='2'><v>2134</v></c><c r='C4' s='3'><v>46082.5</v></c><c r='D4' t='b'><v>1</v></c>\
        <c r='E4' t='e'><v>#N/A</v></c><c r='F4' t='str'><f>A1&amp;B1</f><v>AnnLee</v></c><c r='G4' t='d'><v>2026-03-01</v></c><c r='H4'><f>1+1</f></c></row>\
        <row><c><v>1.50</v></c><c t='inlineStr'><is><r><t>in</t></r><r><t>line</t></r></is></c><c t='s'><v>3</v></c><c s='4' t='inlineStr'><is><t>=1+1</t></is></c></row>";
    assert_eq!(
        all(&of_rows(rows), None),
        [
            row(1, &["First", "Last "]),
            row(3, &["", "8165551234", "", "8165551234"]),
            row(4, &["2026-03-01", "02134", "2026-03-01 12:00", "TRUE", "#N/A", "AnnLee", "2026-03-01"]),
            row(5, &["1.5", "inline", "a&b é\rx _x0041_ _xyz", "'=1+1"]),
        ]
    );
}

#[test]
fn the_first_visible_sheet_is_read_unless_another_is_named() {
    let book = of_rows("<row r='2'><c><v>1</v></c></row>");
    assert_eq!(all(&book, None), [row(2, &["1"])]);
    assert_eq!(all(&book, Some("old & GONE")), [row(1, &["hidden"])]);
    let error = Sheet::read(&book, Some("secret"), |_| false).err().unwrap().to_string();
    assert!(error.starts_with("sheet: ") && !error.contains("secret"), "{error}");
    let sheet = Sheet::read(&book, None, |_| false).unwrap();
    assert_eq!((sheet.name.as_deref(), sheet.names), (Some("People"), vec!["Old & gone".to_owned(), "People".to_owned()]));
}

#[test]
fn what_is_no_workbook_is_refused_saying_what_it_is() {
    let sheet = || parts("<worksheet/>");
    let protected: Vec<u8> =
        [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    for (bytes, why) in [
        (protected, "protected with a password"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "old workbook (.xls)"),
        (archive(&sheet(), 1), "protected with a password"),
        (archive(&[("content.xml", b"<a/>".to_vec(), None)], 0), "OpenDocument"),
        (archive(&[("xl/workbook.bin", b"x".to_vec(), None)], 0), ".xlsb"),
        (archive(&[("Index/Document.iwa", b"x".to_vec(), None)], 0), "Numbers"),
        (archive(&[("people.csv", b"x".to_vec(), None)], 0), "an archive, not a workbook"),
        (archive(&[], 0), "an archive, not a workbook"),
        (
            with("xl/workbook.xml", b"<workbook><sheets><sheet name='a' state='hidden' r:id='r1'/></sheets></workbook>".to_vec(), None),
            "no visible sheet",
        ),
        (with("xl/worksheets/sheet1.xml", b"<worksheet><sheetData/></worksheet>".to_vec(), None), "is empty"),
    ] {
        let told = refusal(&bytes);
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn a_workbook_cut_off_anywhere_is_refused() {
    let whole = of_rows("<row r='1'><c><v>1</v></c></row>");
    for length in (4..whole.len()).step_by(7) {
        refusal(&whole[..length]);
    }
    // Each byte changed in turn: refused or read, but never a crash.
    for at in (0..whole.len()).step_by(3) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        let _ = Sheet::read(&changed, None, |_| false);
    }
}

#[test]
fn what_would_unpack_to_more_than_it_says_or_may_is_refused_within_bounds() {
    let zeros = |size: usize| [b"<sst><si><t>".to_vec(), vec![b'0'; size], b"</t></si></sst>".to_vec()].concat();
    // One text of 100 MiB, told truly, and told as a few bytes.
    assert!(refusal(&with("xl/sharedStrings.xml", zeros(100 << 20), None)).contains("too long"));
    assert!(refusal(&with("xl/sharedStrings.xml", zeros(100 << 20), Some(500))).contains("too long"));
    assert!(refusal(&with("xl/worksheets/sheet1.xml", b"<worksheet/>".to_vec(), Some(u32::MAX - 1))).contains("more than 512 MiB"));
    assert!(refusal(&with("xl/worksheets/sheet1.xml", b"<worksheet><sheetData/></worksheet>".to_vec(), Some(5))).contains("damaged"));
    let nested = [b"<worksheet>".to_vec(), b"<a>".repeat(1_000_000)].concat();
    assert!(refusal(&with("xl/worksheets/sheet1.xml", nested, None)).contains("nested too deeply"));
}

#[test]
fn bombs_of_shared_strings_and_columns_are_refused_within_bounds() {
    let long = format!("<si><t>{}</t></si>", "x".repeat(30_000));
    assert!(
        refusal(&with("xl/sharedStrings.xml", format!("<sst>{}</sst>", long.repeat(2_500)).into_bytes(), None)).contains("64 MiB of text")
    );
    let many = format!("<sst>{}</sst>", "<si/>".repeat(4_000_001)).into_bytes();
    assert!(refusal(&with("xl/sharedStrings.xml", many, None)).contains("4000000 texts"));
    // A text of 30,000 characters in each of 10,000 cells.
    let strings = format!("<sst>{long}</sst>").into_bytes();
    let rows: String = (1..=10_000).map(|row| format!("<row r='{row}'><c t='s'><v>0</v></c></row>")).collect();
    let mut all_parts = parts(&format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"));
    all_parts[4].1 = strings;
    assert!(refusal(&archive(&all_parts, 0)).contains("64 MiB of text"));
    assert!(refusal(&of_rows(&format!("<row r='1'>{}</row>", "<c><v>1</v></c>".repeat(10_000_000)))).contains("column IW of row 1"));
    assert!(refusal(&of_rows("<row r='1'><c r='XFD1'><v>1</v></c></row>")).contains("column XFD of row 1"));
    assert!(refusal(&of_rows("<row r='1'><c r='AAAA1'><v>1</v></c></row>")).contains("out of order"));
    assert!(refusal(&of_rows(&"<row/>".repeat(1_048_577))).contains("out of order"));
    assert!(refusal(&of_rows(&format!("<row r='7'>{}</row>", "<c t='s'><v>77</v></c>"))).contains("text is missing"));
    let entities = "<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><worksheet><sheetData><row r='1'><c t='str'><v>x&b;y</v></c></row></sheetData></worksheet>";
    assert!(refusal(&with("xl/worksheets/sheet1.xml", entities.as_bytes().to_vec(), None)).contains("names a character that is none"));
    // A NUL by its number would be lost, and with it where a name ends.
    assert!(refusal(&of_rows("<row r='1'><c t='str'><v>a&#0;b</v></c></row>")).contains("names a character that is none"));
}

#[test]
fn a_word_for_nothing_is_a_text_where_the_cell_is_for_texts_and_marked_and_nowhere_else() {
    let cell = |style: u8, text: &str| format!("<c s='{style}' t='inlineStr'><is><t>{text}</t></is></c>");
    let rows = [cell(4, "none"), cell(5, "none"), cell(5, "-"), cell(4, "-"), cell(0, "none"), cell(5, "=1"), cell(4, "plain")].concat();
    assert_eq!(all(&of_rows(&format!("<row>{rows}</row>")), None), [row(1, &["'none", "none", "-", "'-", "none", "'=1", "plain"])]);
}

#[test]
fn blank_rows_and_formatted_ones_at_the_end_leave_nothing_but_numbers() {
    let sheet =
        of_rows("<row r='2'><c><v>1</v></c></row><row r='3'><c s='1'/></row><row r='6'><c><v>2</v></c></row><row r='7'><c s='1'/></row>");
    let sheet = Sheet::read(&sheet, None, |_| false).unwrap();
    assert_eq!((sheet.header().number, sheet.len(), sheet.blank()), (2, 1, 3));
}

#[test]
fn what_is_written_is_read_as_it_was() {
    let texts = [
        "plain",
        " spaced ",
        "a<b>&\"c\"",
        "line\nbreak\ttab",
        "=1+1",
        "'=1+1",
        "+1 816 555",
        "_x0041_",
        "Łódź 李 👋🏽",
        "007",
        "\u{FFFE}",
        "none",
        "-",
        "8E9",
    ];
    let mut book = xlsx::Workbook::new("People & more").unwrap();
    book.header(["first_name", "second"].into_iter()).unwrap();
    let mut bytes = book.take();
    let time = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(17, 45, 0).unwrap();
    for text in texts {
        let cells = [xlsx::Cell::Text(text), xlsx::Cell::Empty, xlsx::Cell::Whole(7), xlsx::Cell::Truth(true), xlsx::Cell::Time(time)];
        book.row(cells.into_iter()).unwrap();
        bytes.extend(book.take());
    }
    bytes.extend(book.finish().unwrap());
    let read = all(&bytes, Some("people & MORE"));
    assert_eq!(read[0], row(1, &["first_name", "second"]));
    for (row, text) in read[1..].iter().zip(texts) {
        assert_eq!(unmarked(&row.1[0]).0, text);
        assert_eq!(row.1[1..], ["", "7", "TRUE", "2026-03-01 17:45"]);
    }
}
