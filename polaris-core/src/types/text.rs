//! Checked text: what people type, made storable or refused.
//!
//! Text is trimmed and kept in Unicode's composed form (NFC), so that two ways of typing `é` are one text to a search.
//! Refused are control characters, and the direction controls by which a name can be made to read as another.
//!
//! ```
//! use polaris_core::types::text::{self, NAME_MAX};
//!
//! assert_eq!(text::line("  Zoe\u{308} ", NAME_MAX).unwrap().as_deref(), Some("Zoë"));
//! assert_eq!(text::line("   ", NAME_MAX).unwrap(), None);
//! assert_eq!(text::required(text::line("", NAME_MAX)).unwrap_err().code, "REQUIRED");
//! assert_eq!(text::line("two\nlines", NAME_MAX).unwrap_err().code, "CONTROL_CHARACTERS");
//! ```

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::error::Problem;

/// The most characters of a person's or tenant's name.
pub const NAME_MAX: usize = 100;
/// The most characters of an event's title or a person's job title.
pub const TITLE_MAX: usize = 255;
/// The most characters of a location.
pub const LOCATION_MAX: usize = 255;
/// The most characters of an organization's name.
pub const ORGANIZATION_MAX: usize = 150;
/// The most characters of an e-mail address (RFC 5321 leaves 254 for it).
pub const EMAIL_MAX: usize = 254;
/// The most characters of a phone number.
pub const PHONE_MAX: usize = 40;
/// The most characters of a description.
pub const DESCRIPTION_MAX: usize = 20_000;
/// The most characters of the reason that something was done for.
pub const REASON_MAX: usize = 500;
/// The most characters of a note.
pub const NOTES_MAX: usize = 5_000;

/// No character of NFC comes from more than four code points of four bytes each: with more bytes than this for each
/// character, a text can't fit.
const MOST_BYTES_OF_A_CHARACTER: usize = 16;

/// One line of text of at most `max_chars` characters (Unicode scalar values after NFC), trimmed; `None` when blank.
///
/// # Errors
///
/// `CONTROL_CHARACTERS` for any control character inside, line breaks and tabs too; `TOO_LONG` with both numbers.
pub fn line(input: &str, max_chars: usize) -> Result<Option<String>, Problem> {
    let text = trimmed(input);
    fits_roughly(text, max_chars)?;
    match text.chars().find(|&c| is_refused(c)) {
        Some('\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}') => {
            Err(Problem::new("CONTROL_CHARACTERS", "must be a single line; remove the line break"))
        }
        Some('\t') => Err(Problem::new("CONTROL_CHARACTERS", "holds a tab; put a space instead")),
        Some(bad) => Err(refused(bad)),
        None => composed(text, max_chars),
    }
}

/// As [`line()`], but with line breaks (stored as `\n`, whatever system they come from) and tabs inside.
///
/// # Errors
///
/// `CONTROL_CHARACTERS` for any other control character; `TOO_LONG` with both numbers.
pub fn paragraphs(input: &str, max_chars: usize) -> Result<Option<String>, Problem> {
    let text = trimmed(input);
    fits_roughly(text, max_chars)?;
    if let Some(bad) = text.chars().find(|&c| is_refused(c) && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(refused(bad));
    }
    if text.contains('\r') {
        return composed(&text.replace("\r\n", "\n").replace('\r', "\n"), max_chars);
    }
    composed(text, max_chars)
}

/// The same check of a text that must be there.
///
/// # Errors
///
/// `REQUIRED` when blank, else the problem that was found.
pub fn required(checked: Result<Option<String>, Problem>) -> Result<String, Problem> {
    checked?.ok_or_else(Problem::required)
}

/// Without white space round it, and without the invisible characters that spreadsheets and web pages leave there: a
/// name of nothing else would count as given and show as nothing.
pub(crate) fn trimmed(input: &str) -> &str {
    input.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Characters that show as nothing and separate nothing.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

/// Refuses by size alone what can't fit, before any work is spent on its characters.
fn fits_roughly(text: &str, max_chars: usize) -> Result<(), Problem> {
    if text.len() > max_chars.saturating_mul(MOST_BYTES_OF_A_CHARACTER) {
        return Err(too_long(text.chars().count(), max_chars));
    }
    Ok(())
}

fn composed(text: &str, max_chars: usize) -> Result<Option<String>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let text: String = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_owned(),
        _ => text.nfc().collect(),
    };
    let length = text.chars().count();
    if length > max_chars { Err(too_long(length, max_chars)) } else { Ok(Some(text)) }
}

fn too_long(length: usize, max_chars: usize) -> Problem {
    Problem::new("TOO_LONG", format!("may have at most {max_chars} characters; this has {length}"))
}

/// Control characters, line and paragraph separators, and the direction overrides and isolates of Unicode (UAX #9).
fn is_refused(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn refused(bad: char) -> Problem {
    let number = u32::from(bad);
    Problem::new("CONTROL_CHARACTERS", format!("holds an invisible control character (U+{number:04X}); remove it"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn text_is_trimmed_and_composed() {
        assert_eq!(line("\u{a0}\tAnn\u{3000}\r\n", 10).unwrap().unwrap(), "Ann");
        assert_eq!(line("Jose\u{301}", 4).unwrap().unwrap(), "José");
        assert_eq!(line("\u{1112}\u{1161}\u{11ab}", 1).unwrap().unwrap(), "한");
        assert_eq!(line("\u{FEFF}Ann", 3).unwrap().unwrap(), "Ann");
    }

    #[test]
    fn blank_text_is_none() {
        for blank in ["", " ", "\n\t", "\u{2003}", "\u{200B}", "\u{FEFF} "] {
            assert_eq!(line(blank, 10).unwrap(), None);
            assert_eq!(paragraphs(blank, 10).unwrap(), None);
            assert_eq!(required(line(blank, 10)).unwrap_err(), Problem::required());
        }
    }

    #[test]
    fn other_scripts_and_joined_emoji_are_kept() {
        for good in ["محمد", "李小龙", "Ngũgĩ", "👩\u{200d}🏫", "می\u{200c}خواهم"] {
            assert_eq!(line(good, 20).unwrap().unwrap(), good);
        }
    }

    #[test]
    fn control_characters_are_refused_and_never_echoed() {
        for bad in ["a\0b", "a\u{1b}[0m", "a\u{7f}b", "a\u{9b}b", "a\u{202e}b", "a\u{2066}b", "a\u{2028}b", "a\u{2029}b"] {
            for problem in [line(bad, 10).unwrap_err(), paragraphs(bad, 10).unwrap_err()] {
                assert_eq!(problem.code, "CONTROL_CHARACTERS");
                assert!(problem.message.is_ascii() && !problem.message.contains(char::is_control));
            }
        }
        for bad in ["a\tb", "a\nb", "a\r\nb", "a\u{85}b"] {
            assert_eq!(line(bad, 10).unwrap_err().code, "CONTROL_CHARACTERS");
        }
    }

    #[test]
    fn long_texts_keep_tabs_and_line_breaks_of_any_system() {
        assert_eq!(paragraphs("a\r\nb\rc\n\td", 20).unwrap().unwrap(), "a\nb\nc\n\td");
    }

    #[test]
    fn the_limit_counts_characters_and_is_named() {
        assert_eq!(line(&"é".repeat(100), NAME_MAX).unwrap().unwrap().chars().count(), 100);
        assert_eq!(line(&"👋🏽".repeat(50), NAME_MAX).unwrap().unwrap().chars().count(), 100);
        let problem = line(&"x".repeat(101), NAME_MAX).unwrap_err();
        assert_eq!((problem.code, problem.message.as_str()), ("TOO_LONG", "may have at most 100 characters; this has 101"));
    }

    #[test]
    fn the_widest_composed_characters_pass_the_first_look_at_the_size() {
        // U+16126 is written as three code points of four bytes; no newer composition table makes it less.
        let widest = "\u{1611e}\u{1611e}\u{1611f}".repeat(10);
        assert!(fits_roughly(&widest, 10).is_ok());
        assert_eq!(line(&"\u{3b1}\u{313}\u{300}\u{345}".repeat(10), 10).unwrap().unwrap(), "ᾂ".repeat(10));
    }

    #[test]
    fn absurd_sizes_are_refused_before_any_other_look() {
        let huge = "e\u{301}".repeat(2_000_000);
        assert_eq!(line(&huge, NAME_MAX).unwrap_err().code, "TOO_LONG");
        assert_eq!(paragraphs(&huge, DESCRIPTION_MAX).unwrap_err().code, "TOO_LONG");
    }
}
