//! What people and spreadsheets do to a cell, undone.

use crate::error::Problem;
use crate::tabular::{begins_like_a_formula, is_an_error, is_blank, unmarked, whole_number};
use crate::types::text::trimmed;

/// A cell as it stands in the file, with what our own exports put in front of it taken off.
pub(super) struct Cell<'c> {
    pub(super) text: &'c str,
    /// Whether it was marked as text: it is one, whatever it begins with.
    pub(super) marked: bool,
}

impl<'c> Cell<'c> {
    pub(super) fn of(raw: &'c str) -> Self {
        let (text, marked) = unmarked(raw);
        Self { text, marked }
    }

    pub(super) fn is_blank(&self) -> bool {
        !self.marked && is_blank(self.text)
    }

    /// The same where no text can be one of the words for nothing, however it is marked: in addresses, numbers and names.
    pub(super) fn says_nothing(&self) -> bool {
        is_blank(self.text)
    }

    /// Whether nobody's name begins like this.
    pub(super) fn is_no_name(&self) -> bool {
        !self.marked && begins_like_a_formula(trimmed(self.text))
    }

    /// The same of a phone number, in which signs and strokes are at home.
    pub(super) fn is_formula_phone(&self) -> bool {
        self.is_formula() && !trimmed(self.text).strip_prefix('+').is_some_and(is_a_number)
    }

    /// Whether it is what a spreadsheet calculates, or what one shows where it could not.
    pub(super) fn is_formula(&self) -> bool {
        !self.marked && is_formula(self.text)
    }
}

/// Whether a spreadsheet would calculate with a text. `+`, `-` and `@` begin many that are none: a phone number, a line of a list, a
/// company's name.
pub(in super::super) fn is_formula(text: &str) -> bool {
    let text = trimmed(text);
    let mut rest = text.chars();
    match rest.next() {
        Some('=' | '＝') => true,
        Some('#') => is_an_error(text),
        Some('@' | '＠') => text.contains('('),
        Some('+' | '-' | '＋' | '－') => {
            let rest = rest.as_str();
            let calls = rest.contains(['(', '=', '|', '!', '*', '^']) && !rest.starts_with(' ') && !is_a_number(rest);
            calls || is_arithmetic(rest) || is_a_cell(rest)
        }
        _ => false,
    }
}

/// `(816) 555-0100`.
fn is_a_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '(' | ')' | '-' | '.' | '/' | '*' | '#'))
}

/// `1+1`: two numbers and what is done to them, and not a phone number.
fn is_arithmetic(text: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let operator = |c: char| matches!(c, '+' | '*' | '/' | '^');
    text.chars().any(operator)
        && text.starts_with(digit)
        && text.chars().all(|c| digit(c) || operator(c) || matches!(c, '-' | '.' | ',' | ' '))
}

/// `A1`, alone or in a sum.
fn is_a_cell(text: &str) -> bool {
    let letters = text.chars().take_while(char::is_ascii_uppercase).count();
    let digits = text[letters..].chars().take_while(char::is_ascii_digit).count();
    (1..=3).contains(&letters)
        && digits > 0
        && text[letters + digits..].chars().next().is_none_or(|c| matches!(c, '+' | '-' | '*' | '/' | ':'))
}

/// The address in what mail programs write round one: `Ann Lee <ann@example.org>`, `mailto:ann@example.org`.
pub(super) fn bare_address(text: &str) -> Option<&str> {
    let text = trimmed(text);
    let bare = match text.rsplit_once('<') {
        Some((before, rest)) if !before.contains(['<', '>']) => rest.strip_suffix('>')?.trim(),
        Some(_) => return None,
        None => text.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:")).map(|_| text[7..].trim())?,
    };
    Some(bare.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:")).map_or(bare, |_| &bare[7..]))
}

/// Yes or no. Programs that take a column of both and of blanks for numbers write `1.0`.
pub(super) fn truth(text: &str) -> Result<bool, Problem> {
    match whole_number(trimmed(text)).to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" | "x" | "on" | "✓" | "✔" => Ok(true),
        "no" | "n" | "false" | "f" | "0" | "off" => Ok(false),
        _ => Err(Problem::new("UNKNOWN_VALUE", "must be yes or no")),
    }
}

/// Active or inactive.
pub(super) fn status(text: &str) -> Result<bool, Problem> {
    match trimmed(text).to_lowercase().as_str() {
        "active" | "current" => Ok(true),
        "inactive" | "deactivated" | "former" => Ok(false),
        other => truth(other).map_err(|_| Problem::new("UNKNOWN_VALUE", "must be active or inactive")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_calculates_is_told_from_what_only_begins_so() {
        for formula in [
            "=1+1",
            " =A1",
            "＝1",
            "=",
            "+1+1",
            "-2+3",
            "+A1",
            "-A1+B2",
            "@SUM(A1:A3)",
            "+SUM(A1)",
            "-cmd|' /C calc'!A0",
            "+1*2",
            "#REF!",
            "#n/a",
            "=HYPERLINK(\"http://x\")",
        ] {
            assert!(is_formula(formula), "{formula}");
        }
        for text in [
            "+1 (816) 555-0100",
            "+18165550100",
            "-",
            "- likes children\n- has a van",
            "+Plus Co.",
            "@home",
            "-30- Press",
            "a=b",
            "5",
            "-7",
            "1+1=2?",
            "O'Brien",
            "#1 Plumbing",
            "- one (two)",
            "",
        ] {
            assert!(!is_formula(text), "{text}");
        }
        assert!(is_formula("+49/30/1234567") && !Cell::of("+49/30/1234567").is_formula_phone());
        assert!(Cell::of("=8165550100").is_formula_phone() && Cell::of("+SUM(12345)").is_formula_phone());
    }

    #[test]
    fn yes_and_no_are_read_as_people_and_programs_write_them() {
        for (text, read) in [("Yes", true), (" x ", true), ("1.0", true), ("TRUE", true), ("0.0", false), ("n", false), ("Off", false)] {
            assert_eq!(truth(text).ok(), Some(read), "{text}");
        }
        for text in ["maybe", "2.0", "", "1.00"] {
            assert!(truth(text).is_err(), "{text}");
        }
        assert_eq!((status("Active").ok(), status("former").ok(), status("0.0").ok()), (Some(true), Some(false), Some(false)));
    }

    #[test]
    fn an_address_is_found_in_what_mail_programs_write_round_it() {
        for (text, address) in [
            ("Ann <a@b.org>", Some("a@b.org")),
            ("\"Lee, Ann\" < a@b.org >", Some("a@b.org")),
            ("<a@b.org>", Some("a@b.org")),
            ("mailto:a@b.org", Some("a@b.org")),
            ("Ann <MAILTO:a@b.org>", Some("a@b.org")),
            ("a@b.org", None),
            ("Ann <a@b.org> Bob <b@b.org>", None),
            ("Ann <a@b.org", None),
        ] {
            assert_eq!(bare_address(text), address, "{text}");
        }
    }
}
