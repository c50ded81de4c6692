//! Bytes of a file, made text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::MOST_BYTES;
use crate::error::{Error, Result};

/// UTF-8 with or without a mark, UTF-16 with one, else Windows-1252, which is what spreadsheets without UTF-8 write.
///
/// # Errors
///
/// [`Error::BadRequest`] on `body` for what is no text, UTF-16 without a mark, and more than 16 MiB.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>> {
    if bytes.len() > MOST_BYTES {
        return Err(refused(format!("is larger than {} MiB: split it", MOST_BYTES >> 20)));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(refused("is a workbook or an archive, not CSV: save the sheet as CSV first"));
    }
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None => (WINDOWS_1252, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        let name = if encoding == UTF_16LE || encoding == UTF_16BE { "UTF-16" } else { "UTF-8" };
        refused(format!("begins as {name} and then is not: save it again as CSV in UTF-8"))
    })?;
    if text.contains('\0') {
        return Err(refused("is not text, or UTF-16 without a mark: save it as CSV in UTF-8"));
    }
    Ok(text)
}

fn refused(message: impl Into<String>) -> Error {
    Error::bad_request("body", message)
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
            (b"\xEF\xBB\xBFname\n\xFF".to_vec(), "begins as UTF-8"),
            (b"\xFF\xFEn\0\x00\xD8".to_vec(), "begins as UTF-16"),
            (vec![b'x'; MOST_BYTES + 1], "larger than 16 MiB"),
        ] {
            let error = text(&bytes).unwrap_err();
            assert!(error.code() == "BAD_REQUEST" && error.to_string().contains(why), "{error}");
        }
    }
}
