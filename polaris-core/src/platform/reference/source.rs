//! Files and documents, made rows that know where they stood.

use std::sync::Arc;

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
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) source: Option<Arc<str>>,
    given: Given,
}

#[derive(Debug, Clone)]
enum Given {
    /// A row of a table, and the table's columns.
    Cells(tabular::TableRow, Arc<[String]>),
    Object(Box<Object>),
}

/// One thing in a document.
#[derive(Debug, Clone, Default)]
struct Object {
    path: String,
    /// Whether it is its name and nothing else.
    alone: bool,
    name: String,
    aliases: Option<Vec<String>>,
    under: Option<String>,
    level: Option<String>,
    city: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
    keywords: Option<Vec<String>>,
}

/// Whose a school is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'r> {
    /// It is no school.
    None,
    /// The district of this name or alias, from a cell that may be blank.
    Named(Option<&'r str>),
    /// The district that it stands under.
    Under(&'r str),
}

impl Row {
    fn object(object: Object) -> Self {
        Self { source: None, given: Given::Object(Box::new(object)) }
    }

    /// What is given as this, if anything is.
    pub(super) fn text(&self, column: &str) -> Option<&str> {
        match &self.given {
            Given::Cells(row, columns) => row.cell(columns.iter().position(|other| other == column)?),
            Given::Object(object) => match column {
                "name" => Some(&object.name),
                "level" => object.level.as_deref(),
                "city" => object.city.as_deref(),
                "state" => object.state.as_deref(),
                "postal_code" => object.postal_code.as_deref(),
                _ => None,
            },
        }
    }

    /// The several texts given as this, if any are; the first `most`.
    pub(super) fn texts(&self, column: &str, most: usize) -> Option<Vec<&str>> {
        match &self.given {
            Given::Cells(..) => self.text(column).map(|cell| cell.split(['|', ';']).map(str::trim).take(most).collect()),
            Given::Object(object) => {
                let given = match column {
                    "aliases" => &object.aliases,
                    "keywords" => &object.keywords,
                    _ => return None,
                };
                given.as_ref().map(|given| given.iter().map(String::as_str).take(most).collect())
            }
        }
    }

    /// Whose school it is.
    pub(super) fn district(&self) -> Target<'_> {
        match &self.given {
            Given::Cells(_, columns) if columns.iter().any(|column| column == "district") => Target::Named(self.text("district")),
            Given::Cells(..) => Target::None,
            Given::Object(object) => object.under.as_deref().map_or(Target::None, Target::Under),
        }
    }

    /// Whether it is a school inside its district.
    pub(super) fn stands_under_its_district(&self) -> bool {
        matches!(self.district(), Target::Under(_))
    }

    /// Where a value stands: `schools.csv, line 12, level`, `districts[0].schools[3].level`.
    pub(super) fn place(&self, column: &str) -> String {
        let place = match &self.given {
            Given::Cells(row, _) => format!("line {}, {column}", row.line),
            Given::Object(object) if object.alone => object.path.clone(),
            Given::Object(object) => format!("{}.{column}", object.path),
        };
        self.within(place)
    }

    /// Where one of several values stands. In a cell they are not numbered.
    pub(super) fn item(&self, column: &str, at: usize) -> String {
        if self.is_of_a_table() { self.place(column) } else { format!("{}[{at}]", self.place(column)) }
    }

    /// Where the row stands, in a sentence about another row.
    pub(super) fn whereabouts(&self) -> String {
        self.within(match &self.given {
            Given::Cells(row, _) => format!("line {}", row.line),
            Given::Object(object) => object.path.clone(),
        })
    }

    fn within(&self, place: String) -> String {
        match &self.source {
            Some(source) => format!("{source}, {place}"),
            None => place,
        }
    }

    /// The line it begins in; what comes from a document is in its order anyway.
    pub(super) fn line(&self) -> u64 {
        match &self.given {
            Given::Cells(row, _) => row.line,
            Given::Object(_) => 0,
        }
    }

    /// Whether it is a row of a table, whose blank cells mean nothing.
    pub(super) fn is_of_a_table(&self) -> bool {
        matches!(self.given, Given::Cells(..))
    }
}

const COLUMNS: [&[&str]; 4] = [
    &["name", "aliases"],
    &["district", "name", "level", "city", "state", "postal_code", "aliases"],
    &["name", "aliases"],
    &["name", "keywords", "aliases"],
];

impl ReferenceSource {
    /// A file: a JSON document with all kinds, or CSV of one kind, which is said or told by the name ([`ReferenceKind::of_file`]). The name
    /// stands before each place.
    ///
    /// A name that ends in `.json` is JSON's; one that tells no kind too, where what is in the file begins as JSON does.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] on `kind` where a JSON document comes with one; on `body` where neither is known; else as [`Self::json`] and
    /// [`Self::csv`].
    pub fn file(name: &str, kind: Option<ReferenceKind>, bytes: &[u8]) -> Result<Self> {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
        let begins_as_json = text.starts_with(b"{") || text.starts_with(b"[");
        let is_json = match name.rsplit_once('.') {
            Some((_, extension)) if extension.eq_ignore_ascii_case("json") => true,
            Some((_, extension)) if extension.eq_ignore_ascii_case("csv") => false,
            _ => begins_as_json,
        };
        let source = match kind.or_else(|| ReferenceKind::of_file(name)) {
            _ if is_json && kind.is_some() => {
                return Err(Error::bad_request("kind", "goes with CSV: a JSON document says itself what it holds"));
            }
            _ if is_json => Self::json(bytes),
            Some(kind) => Self::csv(kind, bytes),
            None => {
                let message = "doesn't tell by its name what it holds: name it after its kind, such as schools.csv, or say the kind";
                return Err(Error::bad_request("body", message));
            }
        };
        Ok(source?.named(name))
    }

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
        let columns: Arc<[String]> = table.header.into();
        let mut source = Self { rows: Vec::with_capacity(table.rows.len()), problems: Vec::new() };
        for row in table.rows {
            let too_long = row.exceeds(columns.len());
            let row = Row { source: None, given: Given::Cells(row, Arc::clone(&columns)) };
            if too_long {
                let problem = Problem::new("TOO_MANY_CELLS", "has more cells than the header: quote a cell that holds a separator");
                source.problems.push((kind, row, problem));
            } else {
                source.rows.push((kind, row));
            }
        }
        Ok(source)
    }

    /// The same under a name, which then stands before each place.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        let name: Arc<str> = name.into();
        for row in self.rows.iter_mut().map(|(_, row)| row).chain(self.problems.iter_mut().map(|(_, row, _)| row)) {
            row.source = Some(Arc::clone(&name));
        }
        self
    }
}

impl From<ReferenceData> for ReferenceSource {
    fn from(data: ReferenceData) -> Self {
        let mut source = Self::default();
        let mut add = |kind, object| source.rows.push((kind, Row::object(object)));
        for (at, district) in data.districts.into_iter().enumerate() {
            let NewDistrict { name, aliases, schools } = district;
            for (nth, school) in schools.into_iter().enumerate() {
                let NewSchool { name: own, level, city, state, postal_code, aliases } = school;
                let path = format!("districts[{at}].schools[{nth}]");
                let (under, level) = (Some(name.clone()), Some(level));
                let school = Object { path, name: own, level, city, state, postal_code, aliases, under, ..Object::default() };
                add(ReferenceKind::Schools, school);
            }
            add(ReferenceKind::Districts, Object { path: format!("districts[{at}]"), name, aliases, ..Object::default() });
        }
        for (at, skill) in data.skills.into_iter().enumerate() {
            let NewSkill { name, aliases } = skill;
            let (path, alone) = (format!("skills[{at}]"), aliases.is_none());
            add(ReferenceKind::Skills, Object { path, alone, name, aliases, ..Object::default() });
        }
        for (at, career_type) in data.career_types.into_iter().enumerate() {
            let NewCareerType { name, keywords, aliases } = career_type;
            let (path, alone) = (format!("career_types[{at}]"), aliases.is_none() && keywords.is_none());
            add(ReferenceKind::CareerTypes, Object { path, alone, name, aliases, keywords, ..Object::default() });
        }
        source
    }
}
