//! One row's values, checked. Every problem is told with its place and column.

use std::sync::Arc;

use super::ReferenceKind;
use super::held::Aliases;
use super::source::{Row, Target};
use crate::error::{Error, FieldError, FieldErrors, Problem, Result};
use crate::tabular::begins_like_a_formula;
use crate::types::fold::fold;
use crate::types::text::{self, NAME_MAX, ORGANIZATION_MAX, TITLE_MAX};

/// Problems that are told one by one; of more, how many.
const MOST_TOLD: usize = 1_000;
/// Aliases or keywords of one thing, at most.
const MOST_NAMES: usize = 50;
const POSTAL_CODE_MAX: usize = 12;
const LEVELS: [&str; 4] = ["elementary", "middle", "high", "other"];

/// What is wrong with an import.
#[derive(Default)]
pub(super) struct Problems {
    told: Vec<(ReferenceKind, Option<Arc<str>>, u64, FieldError)>,
    all: usize,
}

impl Problems {
    /// Notes what is wrong with a row, and at which place.
    pub(super) fn note(&mut self, kind: ReferenceKind, row: &Row, place: String, problem: Problem) {
        self.all += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push((kind, row.source.clone(), row.line(), problem.on(place)));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all == 0
    }

    /// All of them, file by file from top to bottom, the last telling how many there are beyond.
    pub(super) fn told(mut self) -> Vec<FieldError> {
        self.told.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
        let mut told: Vec<FieldError> = self.told.into_iter().map(|(.., problem)| problem).collect();
        if self.all > MOST_TOLD {
            let more = self.all - MOST_TOLD;
            told.push(Problem::new("TOO_MANY", format!("and {more} more problems like these")).on("body"));
        }
        told
    }

    pub(super) fn finish(self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(Error::Validation(FieldErrors(self.told()))) }
    }
}

/// A row's values, fit to be stored. What is `None` stays as it is.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) folded: String,
    pub(super) aliases: Option<Aliases>,
    pub(super) level: Option<String>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) keywords: Option<Vec<String>>,
    pub(super) district: Option<String>,
}

/// The most characters of a name.
fn longest_name(kind: ReferenceKind) -> usize {
    match kind {
        ReferenceKind::Districts => ORGANIZATION_MAX,
        ReferenceKind::Schools => TITLE_MAX,
        ReferenceKind::Skills | ReferenceKind::CareerTypes => NAME_MAX,
    }
}

/// What a row is known by: its folded name, and that of a school's district. Nothing where either is bad.
pub(super) fn known_by(row: &Row, kind: ReferenceKind) -> Option<(Option<String>, String)> {
    let name = name(row, longest_name(kind)).ok()?;
    Some((whose(row).ok()?.as_deref().map(fold), fold(&name)))
}

/// The row's values; nothing where any is bad.
pub(super) fn check(row: &Row, kind: ReferenceKind, problems: &mut Problems) -> Option<Checked> {
    let most = longest_name(kind);
    let before = problems.all;
    let mut take =
        |column: &str, checked: Check| checked.map_err(|problem| problems.note(kind, row, row.place(column), problem)).ok().flatten();
    let name = take("name", name(row, most).map(Some));
    let mut optional = |column: &str, check: fn(&str) -> Check| take(column, row.text(column).map_or(Ok(None), check));
    let level = optional("level", level);
    let city = optional("city", |text| plain(text, NAME_MAX));
    let state = optional("state", state);
    let postal_code = optional("postal_code", postal_code);
    let district = take("district", whose(row));
    let mut names = |column: &str, most: usize| -> Option<Vec<String>> {
        let given = row.texts(column, MOST_NAMES + 1)?;
        if given.len() > MOST_NAMES {
            problems.note(kind, row, row.place(column), Problem::new("TOO_MANY", format!("at most {MOST_NAMES} can be given")));
            return None;
        }
        let mut checked = Vec::with_capacity(given.len());
        for (at, text) in given.iter().enumerate() {
            match plain(text, most) {
                Ok(Some(text)) => checked.push(text),
                Ok(None) if row.is_of_a_table() => {}
                Ok(None) => problems.note(kind, row, row.item(column, at), Problem::required()),
                Err(problem) => problems.note(kind, row, row.item(column, at), problem),
            }
        }
        Some(checked)
    };
    let aliases = names("aliases", most);
    let keywords = names("keywords", NAME_MAX);
    if problems.all > before {
        return None;
    }
    let name = name?;
    let folded = fold(&name);
    let aliases = aliases.map(|given| {
        let mut aliases = Aliases::default();
        let folded_first = given.into_iter().map(|alias| (fold(&alias), alias));
        for (other, alias) in folded_first.filter(|(other, _)| *other != folded && !other.is_empty()) {
            aliases.insert(other, alias);
        }
        aliases
    });
    Some(Checked { name, folded, aliases, level, city, state, postal_code, keywords: keywords.map(without_repeats), district })
}

fn without_repeats(words: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    words.into_iter().filter(|word| seen.insert(fold(word))).collect()
}

/// One line of text that no spreadsheet would run.
fn plain(text: &str, most: usize) -> std::result::Result<Option<String>, Problem> {
    let text = text::line(text, most)?;
    match text {
        Some(text) if begins_like_a_formula(&text) => {
            Err(Problem::new("FORMULA", "begins like a formula: remove the = + - or @ at its start"))
        }
        other => Ok(other),
    }
}

fn name(row: &Row, most: usize) -> std::result::Result<String, Problem> {
    // A name of accents alone would be equal to any other such.
    let name = plain(row.text("name").unwrap_or_default(), most);
    text::required(name.map(|name| name.filter(|name| !fold(name).is_empty())))
}

/// The name of a school's district.
fn whose(row: &Row) -> Check {
    match row.district() {
        Target::None => Ok(None),
        // A bad name of the district that a school stands under is told of the district.
        Target::Under(name) => Ok(text::line(name, ORGANIZATION_MAX).ok().flatten().or_else(|| Some(name.to_owned()))),
        Target::Named(district) => text::required(plain(district.unwrap_or_default(), ORGANIZATION_MAX)).map(Some),
    }
}

type Check = std::result::Result<Option<String>, Problem>;

fn level(text: &str) -> Check {
    let level = fold(text);
    if level.is_empty() || LEVELS.contains(&level.as_str()) {
        return Ok(Some(level).filter(|level| !level.is_empty()));
    }
    Err(Problem::new("UNKNOWN_VALUE", format!("must be one of {}", LEVELS.join(", "))))
}

fn state(text: &str) -> Check {
    match plain(text, NAME_MAX)? {
        Some(state) if state.len() != 2 || !state.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            Err(Problem::new("BAD_STATE", "must be two letters, such as KS"))
        }
        state => Ok(state.map(|state| state.to_ascii_uppercase())),
    }
}

fn postal_code(text: &str) -> Check {
    let code = plain(text, NAME_MAX)?;
    let fits = |code: &String| {
        code.len() <= POSTAL_CODE_MAX && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b' ')
    };
    match code {
        Some(code) if !fits(&code) => {
            Err(Problem::new("BAD_POSTAL_CODE", format!("must be at most {POSTAL_CODE_MAX} letters, digits, spaces and hyphens")))
        }
        code => Ok(code),
    }
}
