//! Workbooks (Office Open XML, ECMA-376), read part by part from their archive without ever holding a whole part.
//!
//! A workbook is XML in a ZIP archive, and 16 MiB of that can claim to be many GiB. What libraries for it do first is unpack the shared
//! strings and the sheet whole; so this reads the archive itself: each part is unpacked as it is parsed, and whatever goes beyond the
//! limits ends it there.

use std::collections::HashMap;

mod archive;
mod cells;
mod parts;
mod styles;
mod xml;

use archive::Archive;
use parts::Book;

use super::refused;
use super::rows::Rows;
use crate::error::{Error, Result};
use crate::types::fold::fold;

/// Whether a file is a workbook or something that people take for one.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") || bytes.starts_with(OLE)
}

/// How old workbooks begin, and new ones that are encrypted.
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Reads a sheet: the one of this name, whatever its case, else the first that is visible. Gives its name, all names, and its rows.
pub(super) fn read(bytes: &[u8], named: Option<&str>) -> Result<(String, Vec<String>, Rows)> {
    if bytes.starts_with(OLE) {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Err(if bytes.windows(name.len()).any(|window| window == name) {
            refused("is protected with a password: save it without one")
        } else {
            refused("is an old workbook (.xls): save it as .xlsx or CSV")
        });
    }
    let archive = Archive::open(bytes)?;
    let book = Book::read(&archive)?;
    let wanted = match named {
        Some(named) => {
            let exact = book.sheets.iter().find(|sheet| sheet.name == named);
            exact
                .or_else(|| book.sheets.iter().find(|sheet| fold(&sheet.name) == fold(named)))
                .ok_or_else(|| Error::bad_request("sheet", "is not the name of a sheet in this workbook; the preview lists them"))?
        }
        None => book.sheets.iter().find(|sheet| sheet.visible).ok_or_else(|| refused("has no visible sheet with cells"))?,
    };
    let styles = match &book.styles {
        Some(part) => styles::read(&archive, part)?,
        None => Vec::new(),
    };
    let shared = match &book.shared_strings {
        Some(part) => cells::Shared::read(&archive, part)?,
        None => cells::Shared::default(),
    };
    let rows = cells::rows(&archive, &wanted.part, &shared, &styles, book.from_1904)?;
    Ok((wanted.name.clone(), book.sheets.iter().map(|sheet| sheet.name.clone()).collect(), rows))
}

/// What is told of a workbook whose parts don't make one.
fn damaged(what: &str) -> Error {
    refused(format!("is a damaged or cut-off workbook ({what}): open it in a spreadsheet and save it again, or as CSV"))
}

/// What a part relates to: type and target by id.
type Relations = HashMap<String, (String, String)>;

#[cfg(test)]
mod tests;
