//! Files and documents, made rows that know where they stood.

use super::ReferenceKind;
use super::data::{NewCareerType, NewDistrict, NewSchool, NewSkill, ReferenceData};
use crate::error::{Error, Problem, Result};
use crate::json;
use crate::tabular::{self, MOST_BYTES};

/// Reference data with the places where they stood, so that a bad row can be named.
#[derive(Debug, Clone, Default)]
pub struct ReferenceSource {
    pub(super) rows: Vec<(ReferenceKind, Row)>,
    /// What was seen to be wrong with a row on reading it.
    pub(super) problems: Vec<(ReferenceKind, Row, Problem)>,
}

/// One thing as it was given.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) source: Option<String>,
    place: Place,
    pub(super) name: String,
    pub(super) aliases: Option<Vec<String>>,
    pub(super) district: Target,
    pub(super) level: Option<String>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) keywords: Option<Vec<String>>,
}

/// Whose a school is.
#[derive(Debug, Clone, Default)]
pub(super) enum Target {
    /// It is no school.
    #[default]
    None,
    /// The district of this name or alias, from a cell that may be blank.
    Named(Option<String>),
    /// The district that it stands under.
    Under(String),
}

#[derive(Debug, Clone)]
enum Place {
    Line(u64),
    Path { path: String, alone: bool },
}

impl Default for Place {
    fn default() -> Self {
        Self::Line(0)
    }
}

impl Row {
    /// Where a value stands: `schools.csv, line 12, level`, `districts[0].schools[3].level`.
    pub(super) fn place(&self, column: &str) -> String {
        let place = match &self.place {
            Place::Line(line) => format!("line {line}, {column}"),
            Place::Path { path, alone: true } => path.clone(),
            Place::Path { path, alone: false } => format!("{path}.{column}"),
        };
        within(self.source.as_deref(), place)
    }

    /// Where one of several values stands. In a cell they are not numbered.
    pub(super) fn item(&self, column: &str, at: usize) -> String {
        match &self.place {
            Place::Line(_) => self.place(column),
            Place::Path { .. } => format!("{}[{at}]", self.place(column)),
        }
    }

    /// Where the row stands, in a sentence about another row.
    pub(super) fn whereabouts(&self) -> String {
        let place = match &self.place {
            Place::Line(line) => format!("line {line}"),
            Place::Path { path, .. } => path.clone(),
        };
        within(self.source.as_deref(), place)
    }

    /// The line it begins in; what comes from a document is in its order anyway.
    pub(super) fn line(&self) -> u64 {
        match self.place {
            Place::Line(line) => line,
            Place::Path { .. } => 0,
        }
    }

    /// Whether it is a school inside its district.
    pub(super) fn stands_under_its_district(&self) -> bool {
        matches!(self.district, Target::Under(_))
    }

    /// Whether it is a row of a table, whose blank cells mean nothing.
    pub(super) fn is_of_a_table(&self) -> bool {
        matches!(self.place, Place::Line(_))
    }
}

fn within(source: Option<&str>, place: String) -> String {
    match source {
        Some(source) => format!("{source}, {place}"),
        None => place,
    }
}

const COLUMNS: [&[&str]; 4] = [
    &["name", "aliases"],
    &["district", "name", "level", "city", "state", "postal_code", "aliases"],
    &["name", "aliases"],
    &["name", "keywords", "aliases"],
];

impl ReferenceSource {
    /// A JSON document with all kinds; see [`ReferenceData`].
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming the field, or `body` where the document as a whole can't be read or is larger than 16 MiB.
    pub fn json(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MOST_BYTES {
            return Err(Error::bad_request("body", format!("is larger than {} MiB: split it", MOST_BYTES >> 20)));
        }
        Ok(json::read::<ReferenceData>(bytes)?.into())
    }

    /// A CSV file of one kind: UTF-8 (with or without a mark), Windows-1252 or UTF-16 with a mark; separated by commas, semicolons or
    /// tabs; the first line names the columns. Several aliases or keywords in a cell are separated by `|` or `;`.
    ///
    /// | kind | columns; the first in bold are required |
    /// |---|---|
    /// | districts | **name**, aliases |
    /// | schools | **district**, **name**, **level** (where the school is new), city, state, postal_code, aliases |
    /// | skills | **name**, aliases |
    /// | career types | **name**, keywords, aliases |
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] on `body` where the file as a whole can't be read: no text, no header, more than 16 MiB or 200,000 rows; on
    /// the column's name where it is unknown or a required one is missing. Bad rows are told by the import.
    pub fn csv(kind: ReferenceKind, bytes: &[u8]) -> Result<Self> {
        let table = tabular::read(bytes)?;
        let known = COLUMNS[kind.at()];
        for name in &table.header {
            if !known.contains(&name.as_str()) {
                let name: String = name.chars().take(60).flat_map(char::escape_debug).collect();
                return Err(Error::bad_request(name, format!("is not a column of {kind}; there are {}", known.join(", "))));
            }
        }
        let column = |name: &str| table.header.iter().position(|other| other == name);
        for required in known.iter().take(if kind == ReferenceKind::Schools { 2 } else { 1 }) {
            if column(required).is_none() {
                return Err(Error::bad_request(*required, format!("is missing among the columns: {kind} need it")));
            }
        }
        let mut source = Self::default();
        for row in &table.rows {
            let cell = |name: &str| column(name).and_then(|at| row.cell(at)).map(str::to_owned);
            let several = |name: &str| cell(name).map(|cell| cell.split(['|', ';']).map(|part| part.trim().to_owned()).collect());
            if row.exceeds(table.header.len()) {
                let problem = Problem::new("TOO_MANY_CELLS", "has more cells than the header: quote a cell that holds a separator");
                source.problems.push((kind, Row { place: Place::Line(row.line), ..Row::default() }, problem));
                continue;
            }
            source.rows.push((
                kind,
                Row {
                    source: None,
                    place: Place::Line(row.line),
                    name: cell("name").unwrap_or_default(),
                    aliases: several("aliases"),
                    district: if kind == ReferenceKind::Schools { Target::Named(cell("district")) } else { Target::None },
                    level: cell("level"),
                    city: cell("city"),
                    state: cell("state"),
                    postal_code: cell("postal_code"),
                    keywords: several("keywords"),
                },
            ));
        }
        Ok(source)
    }

    /// The same under a name, which then stands before each place.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        for row in self.rows.iter_mut().map(|(_, row)| row).chain(self.problems.iter_mut().map(|(_, row, _)| row)) {
            row.source = Some(name.to_owned());
        }
        self
    }
}

impl From<ReferenceData> for ReferenceSource {
    fn from(data: ReferenceData) -> Self {
        let mut source = Self::default();
        let mut add = |kind, row| source.rows.push((kind, row));
        for (at, district) in data.districts.into_iter().enumerate() {
            let NewDistrict { name, aliases, schools } = district;
            let place = path(format!("districts[{at}]"), false);
            for (nth, school) in schools.into_iter().enumerate() {
                let NewSchool { name: own, level, city, state, postal_code, aliases } = school;
                let place = path(format!("districts[{at}].schools[{nth}]"), false);
                let district = Target::Under(name.clone());
                let school = Row { place, name: own, level: Some(level), city, state, postal_code, aliases, district, ..Row::default() };
                add(ReferenceKind::Schools, school);
            }
            add(ReferenceKind::Districts, Row { place, name, aliases, ..Row::default() });
        }
        for (at, skill) in data.skills.into_iter().enumerate() {
            let NewSkill { name, aliases } = skill;
            let place = path(format!("skills[{at}]"), aliases.is_none());
            add(ReferenceKind::Skills, Row { place, name, aliases, ..Row::default() });
        }
        for (at, career_type) in data.career_types.into_iter().enumerate() {
            let NewCareerType { name, keywords, aliases } = career_type;
            let place = path(format!("career_types[{at}]"), aliases.is_none() && keywords.is_none());
            add(ReferenceKind::CareerTypes, Row { place, name, aliases, keywords, ..Row::default() });
        }
        source
    }
}

fn path(path: String, alone: bool) -> Place {
    Place::Path { path, alone }
}
