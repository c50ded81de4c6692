//! Full-text search, which each engine does its own way: SQLite by FTS5.
//!
//! An index is kept in step with its table by the triggers of the migration that made it. It folds case and accents; the letters that Unicode
//! doesn't take apart are written out in the view that the index reads, and by [`LETTERS`] in what is looked for; or its texts are stored folded,
//! and what is looked for is folded alike.

use unicode_normalization::char::is_combining_mark;

use super::conditions::Conditions;
use super::dialect::containing;
use super::error::StoreError;
use super::{Transaction, params};
use crate::error::{Error, Problem, Result};
use crate::types::fold::{LETTERS, fold};
use crate::types::text;

/// The most characters of a text that can be looked for.
pub(crate) const LONGEST: usize = 200;

/// An index over some texts of a table.
pub(crate) struct FullText {
    /// The index; its rows have the numbers of the table's.
    index: &'static str,
    /// The table's number and its texts, as statements call them.
    number: &'static str,
    texts: &'static [&'static str],
    /// Whether these texts are stored as [`fold`] makes them.
    folded: bool,
}

/// Title, description and location of events, called `e`.
pub(crate) const EVENTS: FullText =
    FullText { index: "event_search", number: "e.id", texts: &["e.title", "e.description", "e.location"], folded: false };

/// Name, organization, e-mail address, title and skills of volunteers, called `v`.
pub(crate) const VOLUNTEERS: FullText = FullText {
    index: "volunteer_search",
    number: "v.id",
    texts: &["v.folded_name", "v.folded_organization", "v.folded_email", "v.folded_title", "v.folded_skills"],
    folded: true,
};

/// All indexes of a tenant.
pub(crate) const ALL: [FullText; 2] = [EVENTS, VOLUNTEERS];

/// What is looked for.
pub(crate) enum Sought {
    /// Nothing: all are let through.
    All,
    /// Words, as the index is asked for them.
    Words(String),
    /// What has no word in it, as it stands.
    Literally(String),
}

impl FullText {
    /// Lets through the rows that hold, for each word of this text, a word that begins with it, whatever their case and accents. A text
    /// without any word (an emoji, punctuation) is looked for as it stands. A blank one lets all through.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming `q`, for control characters and for more than [`LONGEST`] characters.
    pub(crate) fn narrow(&self, conditions: &mut Conditions, q: &str) -> Result<()> {
        match self.sought(q)? {
            Sought::All => {}
            Sought::Words(query) => {
                let Self { index, number, .. } = self;
                conditions.add(&format!("{number} IN (SELECT rowid FROM {index} WHERE {index} MATCH ??)"), query);
            }
            Sought::Literally(text) => {
                let each: Vec<_> = self.texts.iter().map(|text| format!("{text} LIKE ?? ESCAPE '!'")).collect();
                conditions.add(&format!("({})", each.join(" OR ")), containing(&text));
            }
        }
        Ok(())
    }

    /// What a text looks for, as [`Self::narrow`] reads it.
    pub(crate) fn sought(&self, q: &str) -> Result<Sought> {
        let Some(text) = text::line(q, LONGEST).map_err(|Problem { message, .. }| Error::bad_request("q", message))? else {
            return Ok(Sought::All);
        };
        let (text, letters) = if self.folded { (fold(&text), &[][..]) } else { (text, LETTERS) };
        Ok(prefixes(&text, letters).map_or(Sought::Literally(text), Sought::Words))
    }

    /// The numbers of some rows of a table that hold the words of [`Sought::Words`], which are the first parameter, and pass a condition: quick
    /// however many there are.
    pub(crate) fn some(&self, table: &str, condition: &str, most: u32) -> String {
        let Self { index, number, .. } = self;
        format!(
            "SELECT {number} AS id FROM {index} CROSS JOIN {table} ON {number} = {index}.rowid WHERE {index} MATCH ?1 AND {condition} LIMIT {most}"
        )
    }

    /// How many rows hold the words of [`Sought::Words`], which are the first parameter, as `total`.
    pub(crate) fn count(&self) -> String {
        let index = self.index;
        format!("SELECT count(*) AS total FROM {index} WHERE {index} MATCH ?1")
    }

    /// Whether the index says of every row what its texts say. Looking takes the writer's lock, though nothing is changed.
    pub(crate) fn is_in_step(&self, file: &Transaction<'_>) -> Result<bool> {
        let sql = format!("INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)", index = self.index);
        match file.try_execute(&sql, params![]) {
            Ok(_) => Ok(true),
            Err(StoreError::Damaged(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes the index anew from the texts.
    pub(crate) fn rebuild(&self, file: &Transaction<'_>) -> Result<()> {
        file.execute(&format!("INSERT INTO {index} ({index}) VALUES ('rebuild')", index = self.index), params![])?;
        Ok(())
    }
}

/// Whether this is what SQLite's own check says of an index that [`FullText::rebuild`] mends: the table is whole.
pub(super) fn is_about_an_index(line: &str) -> bool {
    line.starts_with("fts5: ") || line.contains(" FTS5 table ")
}

/// Whether FTS5 takes this for part of a word: letters and digits, but neither marks by themselves nor symbols that look like letters (`Ⓐ`).
fn is_of_words(character: char) -> bool {
    let is_symbol = matches!(character, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F189}');
    character.is_alphanumeric() && !is_symbol && !is_combining_mark(character)
}

/// What FTS5 is asked for: each part of the text as a phrase whose last word may go on. Within quotes nothing has a meaning of its own.
/// `None` where there is no word.
fn prefixes(text: &str, letters: &[(char, &str)]) -> Option<String> {
    let mut query = String::with_capacity(text.len() + 8);
    for part in text.split_whitespace().filter(|part| part.contains(is_of_words)) {
        query.push_str(if query.is_empty() { "\"" } else { " \"" });
        for letter in part.chars() {
            match letters.iter().find(|(special, _)| *special == letter) {
                Some((_, written_out)) => query.push_str(written_out),
                None if letter == '"' => query.push_str("\"\""),
                None => query.push(letter),
            }
        }
        query.push_str("\"*");
    }
    (!query.is_empty()).then_some(query)
}

#[cfg(test)]
mod tests;
