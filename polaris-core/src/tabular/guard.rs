//! Apostrophes in front of cells: what keeps a spreadsheet from calculating with a text, and an import from taking it for something else.
//!
//! Both kinds are taken off by the same rule, and no apostrophe of a text's own is ever taken for one of them.

use crate::types::text::{is_invisible, trimmed};

/// Whether a text begins as what a spreadsheet calculates with. Full-width forms are folded to their ASCII ones by some.
pub(crate) fn begins_like_a_formula(text: &str) -> bool {
    // What storing takes off keeps no formula from being one.
    let first = text.trim_start_matches(|c| c == ' ' || is_invisible(c)).chars().next();
    first.is_some_and(|first| matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
}

/// What people and programs write where they have nothing to write.
const NOTHING: [&str; 5] = ["nan", "none", "null", "n/a", "-"];

/// Whether a cell says nothing.
pub(crate) fn is_blank(cell: &str) -> bool {
    trimmed(cell).is_empty() || stands_for_nothing(cell)
}

/// Whether a text says nothing without being empty.
pub(super) fn stands_for_nothing(text: &str) -> bool {
    NOTHING.iter().any(|word| trimmed(text).eq_ignore_ascii_case(word))
}

/// What spreadsheets show in place of a result.
const ERRORS: [&str; 9] = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"];

/// Whether it is what a spreadsheet shows in place of a result.
pub(crate) fn is_an_error(text: &str) -> bool {
    ERRORS.iter().any(|error| trimmed(text).eq_ignore_ascii_case(error))
}

/// A number as it was before a program took it for one with decimals: `8165551234.0`.
pub(crate) fn whole_number(text: &str) -> &str {
    match text.strip_suffix(".0") {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        _ => text,
    }
}

/// Whether a spreadsheet has cut a number's last digits off by writing it like this: `8.17E+09`.
pub(crate) fn is_cut_number(text: &str) -> bool {
    let Some((digits, power)) = text.split_once(['E', 'e']) else { return false };
    let power = power.strip_prefix('+').unwrap_or(power);
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    number(power) && digits.split_once(['.', ',']).map_or_else(|| number(digits), |(whole, part)| number(whole) && number(part))
}

/// A text without the apostrophes it begins with: with one more in front it needs what it needed before.
fn bare(cell: &str) -> &str {
    cell.trim_start_matches('\'')
}

/// Whether a spreadsheet may calculate with a cell, or take the apostrophe that keeps it from that for its own.
pub(super) fn needs_guard(cell: &str) -> bool {
    let bare = bare(cell);
    begins_like_a_formula(bare) && bare.parse::<i64>().is_err()
}

/// Whether a text has to be marked as one, since an import would take it for a formula, for nothing, or for a number that a spreadsheet
/// has spoilt.
pub(crate) fn needs_mark(cell: &str) -> bool {
    let bare = bare(cell);
    begins_like_a_formula(bare) || stands_for_nothing(bare) || is_an_error(bare) || is_cut_number(bare) || whole_number(bare) != bare
}

/// A cell without the apostrophe that marks it as text, and whether it had one.
pub(crate) fn unmarked(cell: &str) -> (&str, bool) {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_mark(rest) => (rest, true),
        _ => (cell, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_import_would_take_for_something_else_is_marked_and_read_as_it_was() {
        for text in [
            "=1+1", "+1 816", "-", " =x", "\tx", "-7", "none", "NaN", "n/A", "null", "'none", "''-", "#REF!", "#n/a", "8E9", "8.17E+09",
            "7.0", "'=1+1", "'-7",
        ] {
            assert!(needs_mark(text), "{text}");
            assert_eq!(unmarked(&format!("'{text}")), (text, true));
        }
        for text in ["7", "'7", "O'Brien", "'", "''", "", "'quoted'", "nonesuch", "a-b", "#1 Plumbing", "1.5", "'Tis none"] {
            assert!(!needs_mark(text), "{text}");
            assert_eq!(unmarked(text), (text, false));
        }
    }

    #[test]
    fn numbers_that_spreadsheets_spoilt_are_known() {
        assert_eq!((whole_number("8165551234.0"), whole_number("1.50"), whole_number(".0")), ("8165551234", "1.50", ".0"));
        for cut in ["8.17E+09", "8.165551234E9", "8E+9", "8,17E+09"] {
            assert!(is_cut_number(cut), "{cut}");
        }
        for whole in ["8165551234", "E9", "8E", "ext. 8E9x", "8.1.7E9"] {
            assert!(!is_cut_number(whole), "{whole}");
        }
    }
}
