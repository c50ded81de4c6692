//! Skills in one cell: names with `;` between them, as exports write and imports read them.
//!
//! A name that would be read as something else stands in quotation marks, such as `"Arts, crafts"`, and those within it are doubled. What a cell
//! says depends on nothing else: were a name known to the tenant read otherwise than another, a file could mean something else the second time.

use std::borrow::Cow;
use std::collections::HashSet;

use super::fields::{self, MOST_SKILLS};
use super::import::is_formula;
use crate::error::Problem;
use crate::tabular::is_blank;
use crate::types::fold::fold;
use crate::types::text::trimmed;

/// What separates names.
const SEPARATORS: [char; 3] = [',', ';', '|'];

/// The cell of these names.
pub(super) fn joined(names: &[String]) -> String {
    let mut cell = String::new();
    for name in names {
        if !cell.is_empty() {
            cell.push_str("; ");
        }
        if name.starts_with('"') || name.contains(SEPARATORS) || is_blank(name) || is_formula(name) {
            cell.push('"');
            cell.push_str(&name.replace('"', "\"\""));
            cell.push('"');
        } else {
            cell.push_str(name);
        }
    }
    cell
}

/// Pieces of a cell that may be no skill before no more of it is looked at.
const MOST_USELESS: usize = 200;

/// The pieces of a cell as they stand there, and whether each is marked as a name, whatever it looks like.
fn pieces(cell: &str) -> impl Iterator<Item = (String, bool)> {
    let mut rest = Some(cell);
    std::iter::from_fn(move || {
        let cell = rest?;
        if let Some((name, behind)) = quoted(cell) {
            rest = behind;
            return Some((name, true));
        }
        let (name, behind) = cell.split_once(SEPARATORS).map_or((cell, None), |(name, behind)| (name, Some(behind)));
        rest = behind;
        Some((trimmed(name).to_owned(), false))
    })
}

/// The names in a cell, each once, and what is wrong with some of them.
pub(super) fn split(cell: &str) -> (Vec<String>, Option<Problem>) {
    let (mut names, mut seen, mut problem) = (Vec::new(), HashSet::new(), None);
    let mut useless = 0;
    for (name, is_marked) in pieces(cell) {
        if useless == MOST_USELESS {
            problem = Some(Problem::new(
                "TOO_MANY",
                format!("holds more than {MOST_USELESS} pieces that are no skill; those beyond were left out"),
            ));
            break;
        }
        if !is_marked && is_blank(&name) {
            continue;
        }
        if !is_marked && is_formula(&name) {
            problem = Some(Problem::new("FORMULA", "holds a formula, which is no skill; it was left out"));
            useless += 1;
            continue;
        }
        match fields::skill(&name) {
            Ok(Some(name)) if seen.contains(&fold(&name)) => {}
            Ok(Some(_)) if names.len() == MOST_SKILLS => {
                problem = Some(Problem::new("TOO_MANY", format!("holds more than {MOST_SKILLS} skills; those beyond were left out")));
                break;
            }
            Ok(Some(name)) => {
                seen.insert(fold(&name));
                names.push(name);
            }
            Ok(None) => {}
            Err(mut bad) => {
                bad.message.push_str("; the skill was left out");
                problem = Some(bad);
                useless += 1;
            }
        }
    }
    (names, problem)
}

/// A cell without what an import would leave out of it as a formula. One that has none stays as it is.
pub(super) fn without_formulas(cell: &str) -> Cow<'_, str> {
    let is_left_out = |name: &str, is_marked: bool| !is_marked && is_formula(name);
    if !pieces(cell).any(|(name, is_marked)| is_left_out(&name, is_marked)) {
        return Cow::Borrowed(cell);
    }
    let kept = pieces(cell).filter(|(name, is_marked)| !is_left_out(name, *is_marked) && (*is_marked || !is_blank(name)));
    Cow::Owned(joined(&kept.map(|(name, _)| name).collect::<Vec<_>>()))
}

/// The name in quotation marks that a cell begins with, and what is behind the separator after it. `None` where it begins otherwise, or the
/// marks are no more than part of a name.
fn quoted(cell: &str) -> Option<(String, Option<&str>)> {
    let mut rest = trimmed(cell).strip_prefix('"')?;
    let mut name = String::new();
    loop {
        let (piece, after) = rest.split_once('"')?;
        name.push_str(piece);
        if let Some(more) = after.strip_prefix('"') {
            name.push('"');
            rest = more;
            continue;
        }
        let after = trimmed(after);
        return if after.is_empty() { Some((name, None)) } else { Some((name, Some(after.strip_prefix(SEPARATORS)?))) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_be_read_as_something_else_are_quoted_and_read_as_they_were() {
        let names = ["Welding", "Arts, crafts", "A;B|C", "none", "=1+1", "\"Bo\"", "5\" pipe", "\"", "#REF!"].map(str::to_owned);
        let cell = joined(&names);
        assert_eq!(cell, r##"Welding; "Arts, crafts"; "A;B|C"; "none"; "=1+1"; """Bo"""; 5" pipe; """"; "#REF!""##);
        let read: Vec<_> = pieces(&cell).map(|(name, _)| name).collect();
        assert_eq!(read, names);
        for part in ["\"never closed; x", "\"in\" the name; x", "x \"y\""] {
            assert_eq!(quoted(part), None, "{part}");
        }
    }

    #[test]
    fn a_cell_of_a_great_many_pieces_is_looked_at_no_further_than_anybody_writes() {
        let cell: String = (0..16_000).map(|number| format!("={number};")).collect();
        let (names, problem) = split(&format!("Chess;{cell}Tuba"));
        assert_eq!((names, problem.map(|problem| problem.code)), (vec!["Chess".to_owned()], Some("TOO_MANY")));
    }

    #[test]
    fn a_formula_goes_and_the_skills_beside_it_stay() {
        for (cell, kept) in [
            ("=1+1; Welding|\u{200B}=x", "Welding"),
            ("=1; \"Arts, crafts\"", "\"Arts, crafts\""),
            ("\"=1\"; Welding", "\"=1\"; Welding"),
            ("=1", ""),
            ("a,b , c", "a,b , c"),
        ] {
            assert_eq!(without_formulas(cell), kept, "{cell}");
        }
    }
}
