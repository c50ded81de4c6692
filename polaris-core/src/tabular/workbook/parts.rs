//! Which parts make up a workbook: its sheets in order, its styles, its shared strings.

use super::super::refused;
use super::archive::Archive;
use super::xml::{Told, Xml, attribute, name};
use super::{Relations, damaged};
use crate::error::Result;

/// Sheets of one workbook, at most.
const MOST_SHEETS: usize = 1_000;

/// A workbook's table of contents.
pub(super) struct Book {
    pub(super) sheets: Vec<SheetPart>,
    pub(super) styles: Option<String>,
    pub(super) shared_strings: Option<String>,
    /// Whether its days are counted from 1904, as old Macintoshes did.
    pub(super) from_1904: bool,
}

/// One sheet with cells.
pub(super) struct SheetPart {
    pub(super) name: String,
    pub(super) visible: bool,
    pub(super) part: String,
}

impl Book {
    pub(super) fn read(archive: &Archive<'_>) -> Result<Self> {
        let main = if archive.has("_rels/.rels") {
            let related = relations(archive, "_rels/.rels", "")?;
            related.into_values().find(|(kind, _)| kind.ends_with("/officeDocument")).map(|(_, target)| target)
        } else {
            None
        };
        let main = main.filter(|part| archive.has(part)).unwrap_or_else(|| "xl/workbook.xml".to_owned());
        if !archive.has(&main) || main.ends_with(".bin") {
            return Err(refused(other_kind(archive)));
        }
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let related = relations(archive, &format!("{folder}/_rels/{file}.rels"), folder)?;
        let of_kind =
            |wanted: &str| related.values().find(|(kind, part)| kind.ends_with(wanted) && archive.has(part)).map(|(_, part)| part.clone());
        let mut book = Self { sheets: Vec::new(), styles: of_kind("/styles"), shared_strings: of_kind("/sharedStrings"), from_1904: false };
        let mut xml = Xml::new(archive.unpack(&main)?);
        loop {
            match xml.next()? {
                Told::Begin(element, _) if name(&element) == "workbookPr" => {
                    book.from_1904 = attribute(&element, "date1904").is_some_and(|on| matches!(&*on, "1" | "true"));
                }
                Told::Begin(element, _) if name(&element) == "sheet" => {
                    let id = attribute(&element, "id").unwrap_or_default();
                    // Sheets of charts alone have no cells.
                    let Some((kind, part)) = related.get(&*id) else { continue };
                    if !kind.ends_with("/worksheet") || book.sheets.len() == MOST_SHEETS {
                        continue;
                    }
                    let visible = !attribute(&element, "state").is_some_and(|state| matches!(&*state, "hidden" | "veryHidden"));
                    let name = attribute(&element, "name").unwrap_or_default().into_owned();
                    book.sheets.push(SheetPart { name, visible, part: part.clone() });
                }
                Told::Nothing => break,
                _ => {}
            }
        }
        Ok(book)
    }
}

/// What an archive is that is no workbook.
fn other_kind(archive: &Archive<'_>) -> &'static str {
    if archive.has("xl/workbook.bin") {
        "is a binary workbook (.xlsb): save it as .xlsx or CSV"
    } else if archive.has("content.xml") {
        "is an OpenDocument file: save it as .xlsx or CSV"
    } else if archive.has("Index/Document.iwa") || archive.has("index.apxl") {
        "is a Numbers document: export it as Excel (.xlsx) or CSV"
    } else {
        "is an archive, not a workbook: take the file out of it, and save it as .xlsx or CSV"
    }
}

/// The relations listed in a part, with the names of parts made whole.
fn relations(archive: &Archive<'_>, part: &str, folder: &str) -> Result<Relations> {
    let mut related = Relations::new();
    if !archive.has(part) {
        return Err(damaged("a list of parts is missing"));
    }
    let mut xml = Xml::new(archive.unpack(part)?);
    loop {
        match xml.next()? {
            Told::Begin(element, _) if name(&element) == "Relationship" => {
                let said = |wanted| attribute(&element, wanted).unwrap_or_default().into_owned();
                if related.len() < MOST_SHEETS * 4 {
                    related.insert(said("Id"), (said("Type"), resolved(folder, &said("Target"))));
                }
            }
            Told::Nothing => return Ok(related),
            _ => {}
        }
    }
}

/// The name of a part as seen from a folder.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}
