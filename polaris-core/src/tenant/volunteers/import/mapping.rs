//! Which column of a sheet holds what.

use super::headings::{Meaning, meaning};
use super::{ImportField, ImportMapping};
use crate::error::{Error, Problem, Problems, Result};
use crate::tabular::{Row, Sheet, column_letters};
use crate::types::fold::fold;

/// The columns of a sheet and what they are read as.
pub(super) struct Columns {
    /// Each column's name, no two the same.
    pub(super) names: Vec<String>,
    /// Which column holds a field.
    places: [Option<usize>; ImportField::ALL.len()],
}

/// Whether a row names columns: two of its cells are known names.
pub(super) fn is_header(row: Row<'_>, given: Option<&ImportMapping>) -> bool {
    let given: Vec<String> = given.into_iter().flat_map(|mapping| mapping.values().map(|name| fold(name))).collect();
    let mut known: Vec<Meaning> = Vec::new();
    let mut named = 0;
    for cell in row.cells() {
        match meaning(cell) {
            // The same thing twice is less than two things, but two columns all the same.
            Some(Meaning::Field(field, _)) if !known.contains(&Meaning::Field(field, 0)) => known.push(Meaning::Field(field, 0)),
            Some(Meaning::WholeName) if !known.contains(&Meaning::WholeName) => known.push(Meaning::WholeName),
            _ if !cell.trim().is_empty() && given.contains(&fold(cell)) => named += 1,
            _ => {}
        }
    }
    known.len() + named >= 2
}

impl Columns {
    /// The columns under their names. Those without one have their letters, those with one that was there already are counted.
    pub(super) fn of(sheet: &Sheet) -> Self {
        let mut names: Vec<String> = Vec::new();
        for (at, cell) in sheet.header().cells().enumerate() {
            let told = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
            let base: String = if told.is_empty() { format!("Column {}", column_letters(at)) } else { told.chars().take(200).collect() };
            let mut name = base.clone();
            let mut nth = 1;
            while names.contains(&name) {
                nth += 1;
                name = format!("{base} ({nth})");
            }
            names.push(name);
        }
        Self { names, places: [None; ImportField::ALL.len()] }
    }

    /// Reads them as what their names mean: of several that mean the same, the one that says it best.
    pub(super) fn suggested(mut self) -> Self {
        for field in ImportField::ALL {
            let ranks = self.names.iter().enumerate().filter_map(|(at, name)| match meaning(name) {
                Some(Meaning::Field(found, rank)) if found == *field => Some((rank, at)),
                _ => None,
            });
            self.places[*field as usize] = ranks.min().map(|(_, at)| at);
        }
        self
    }

    /// Reads them as somebody says.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] on `mapping.…` where there is no such column, or it is to be two things.
    pub(super) fn mapped(mut self, mapping: &ImportMapping) -> Result<Self> {
        let mut problems = Problems::default();
        for (field, name) in mapping {
            let exact = self.names.iter().position(|known| known == name);
            let column = exact.or_else(|| self.names.iter().position(|known| fold(known) == fold(name)));
            let on = format!("mapping.{field}");
            match column {
                None => {
                    problems.note(&on, Problem::new("UNKNOWN_VALUE", "is not the name of a column of this file; the preview lists them"));
                }
                Some(column) if self.places.contains(&Some(column)) => {
                    problems.note(&on, Problem::new("DUPLICATE", "names a column that is read as something else already: give each once"));
                }
                Some(column) => self.places[*field as usize] = Some(column),
            }
        }
        problems.finish()?;
        Ok(self)
    }

    /// Refuses columns in which nobody's name can be found.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] on `mapping.first_name` and `mapping.last_name`.
    pub(super) fn complete(self) -> Result<Self> {
        let mut problems = Problems::default();
        for (field, what) in [(ImportField::FirstName, "first"), (ImportField::LastName, "last")] {
            if self.place(field).is_none() {
                let message = match self.whole_name() {
                    Some(name) => format!("is needed: split the column {name:?} into first and last names, in two columns"),
                    None => format!("is needed: say which column holds the {what} names, or name it `{field}` in the file"),
                };
                problems.note(&format!("mapping.{field}"), Problem::new("REQUIRED", message));
            }
        }
        problems.finish()?;
        Ok(self)
    }

    /// The column that holds first and last names in one, if there is such a one.
    pub(super) fn whole_name(&self) -> Option<&str> {
        self.names.iter().find(|name| meaning(name) == Some(Meaning::WholeName)).map(String::as_str)
    }

    /// The column that holds a field.
    pub(super) fn place(&self, field: ImportField) -> Option<usize> {
        self.places[field as usize]
    }

    /// What a column is read as.
    pub(super) fn field(&self, column: usize) -> Option<ImportField> {
        ImportField::ALL.iter().copied().find(|field| self.place(*field) == Some(column))
    }

    /// The same as it is told.
    pub(super) fn mapping(&self) -> ImportMapping {
        ImportField::ALL.iter().filter_map(|field| Some((*field, self.names.get(self.place(*field)?)?.clone()))).collect()
    }
}

/// The columns of a sheet as they are to be read: as somebody says, or as their names say.
pub(super) fn columns(sheet: &Sheet, mapping: Option<&ImportMapping>) -> Result<Columns, Error> {
    let columns = Columns::of(sheet);
    match mapping {
        Some(mapping) => columns.mapped(mapping),
        None => Ok(columns.suggested()),
    }?
    .complete()
}
