//! Bytes of a file, made text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{MOST_BYTES, refused};
use crate::error::Result;

/// UTF-8 with or without a mark, UTF-16 with one, else Windows-1252, which is what spreadsheets without UTF-8 write.
///
/// # Errors
///
/// [`Error::BadRequest`](crate::error::Error::BadRequest) on `body` for what is no text, UTF-16 without a mark, and more than 16 MiB.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>> {
    fits(bytes)?;
    if let Some((_, what)) = FOREIGN.iter().find(|(begin, _)| bytes.starts_with(begin)) {
        return Err(refused(format!("is {what}, not CSV: save the sheet as CSV first")));
    }
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None if let Some(line) = broken_utf_8(bytes) => {
            return Err(refused(format!(
                "is UTF-8 but for line {line}, where a character is broken: write it again there, or save the file anew"
            )));
        }
        None if bytes.iter().any(|byte| is_binary(*byte)) => return Err(refused("is not text: save the sheet as CSV in UTF-8")),
        None => (WINDOWS_1252, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        let name = if encoding == UTF_16LE || encoding == UTF_16BE { "UTF-16" } else { "UTF-8" };
        refused(format!("begins as {name} and then is not: save it again as CSV in UTF-8"))
    })?;
    // The mark that old programs put at the end of a text.
    let text = match text.trim_end_matches(['\r', '\n']).strip_suffix('\u{1A}') {
        Some(before) => Cow::Owned(before.to_owned()),
        None => text,
    };
    if text.contains('\0') {
        return Err(refused("is not text, or UTF-16 without a mark: save it as CSV in UTF-8"));
    }
    let start = text.trim_start_matches(|c: char| c.is_whitespace()).get(..14).unwrap_or_default().to_ascii_lowercase();
    if ["<!doctype html", "<html", "<?xml"].iter().any(|begin| start.starts_with(begin)) {
        return Err(refused("is a web page or XML, whatever its name: save the sheet as CSV first"));
    }
    Ok(text)
}

/// The line, from 1, of the first byte that isn't UTF-8, in what is UTF-8 otherwise: it has more whole characters of several bytes than broken
/// ones. In Windows-1252 such bytes stand together by chance alone.
fn broken_utf_8(bytes: &[u8]) -> Option<usize> {
    let (mut whole, mut broken, mut line, mut found) = (0_usize, 0_usize, 1_usize, None);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        line += chunk.valid().matches('\n').count();
        if !chunk.invalid().is_empty() {
            broken += 1;
            found = found.or(Some(line));
        }
    }
    found.filter(|_| whole >= broken && whole > 0)
}

/// Refuses what is larger than any file may be.
pub(super) fn fits(bytes: &[u8]) -> Result<()> {
    if bytes.len() > MOST_BYTES {
        return Err(refused(format!("is larger than {} MiB: split it", MOST_BYTES >> 20)));
    }
    Ok(())
}

/// How files begin that people take for tables.
const FOREIGN: [(&[u8], &str); 6] = [
    (b"PK\x03\x04", "a workbook or an archive"),
    (b"\xD0\xCF\x11\xE0", "an old or protected workbook"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a text document"),
    (b"\x89PNG", "a picture"),
    (b"\xFF\xD8\xFF", "a picture"),
];

/// Whether no text in Windows-1252 has this byte. Old systems end files with U+001A.
fn is_binary(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1A)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn utf_16(text: &str, mark: [u8; 2], order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(order)).collect()
    }

    #[test]
    fn each_encoding_of_spreadsheets_gives_the_same_text() {
        let wanted = "Señor Prärie";
        for bytes in [
            wanted.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", wanted.as_bytes()].concat(),
            b"Se\xF1or Pr\xE4rie".to_vec(),
            utf_16(wanted, [0xFF, 0xFE], u16::to_le_bytes),
            utf_16(wanted, [0xFE, 0xFF], u16::to_be_bytes),
        ] {
            assert_eq!(text(&bytes).unwrap(), wanted);
        }
        assert_eq!(text(b"\x93Caf\xE9\x94 \x80 5").unwrap(), "“Café” € 5", "Windows-1252, not Latin-1");
    }

    #[test]
    fn what_is_no_text_is_refused_whole() {
        for (bytes, why) in [
            (utf_16("name", [b'x', 0], u16::to_le_bytes), "UTF-16 without a mark"),
            (b"name\n\0\x01\x02".to_vec(), "not text"),
            (b"PK\x03\x04\x14\0".to_vec(), "workbook"),
            (b"%PDF-1.7 \xE2\xE3".to_vec(), "PDF"),
            (b"\xE2\xE3\x01\x02\x1B".to_vec(), "is not text"),
            (b"\n <!DOCTYPE HTML><table>".to_vec(), "web page"),
            (b"\xEF\xBB\xBFname\n\xFF".to_vec(), "begins as UTF-8"),
            (b"name\nSe\xC3\xB1or\nCaf\xFF\n".to_vec(), "is UTF-8 but for line 3"),
            (b"\xFF\xFEn\0\x00\xD8".to_vec(), "begins as UTF-16"),
            (vec![b'x'; MOST_BYTES + 1], "larger than 16 MiB"),
        ] {
            let error = text(&bytes).unwrap_err();
            assert!(error.code() == "BAD_REQUEST" && error.to_string().contains(why), "{error}");
        }
    }
}
