//! V4: volunteers taken out as a file, a piece at a time.
//!
//! What is taken out can be imported again and changes nothing then: texts that an import would take for something else, such as "none" or
//! "=1+1", are marked as texts, by an apostrophe in CSV and by their style in a workbook. CSV comes in two kinds: this one for spreadsheets,
//! in which nothing is calculated, and a raw one for programs, in which every cell is what it is and which is not for importing. The cells
//! of a workbook have types.

use chrono::NaiveDateTime;

use super::list::{narrowed, order_by};
use super::row::{COLUMNS, volunteer};
use super::{Volunteer, VolunteerFilter, Volunteers, skill_cells};
use crate::audit::Entry;
use crate::error::Result;
use crate::operations::VOLUNTEERS_EXPORT;
use crate::store::dialect::elements;
use crate::store::params;
use crate::tabular::csv;
use crate::tabular::xlsx::{Cell, Workbook};
use crate::tenant::TenantHandle;
use crate::types::words::words;
use crate::types::{EmailAddress, LocalTime, PhoneNumber, TimeZone, VolunteerId, VolunteerOrder};

words! {
    /// What volunteers are exported as.
    VolunteerExportFormat, "format", exact {
        /// Comma-separated values (RFC 4180), safe to open in a spreadsheet and to import again.
        Csv = "csv",
        /// Comma-separated values for programs: cells are what they are, also where a spreadsheet would calculate with them. Not for
        /// importing, which would take some for formulas or for nothing.
        RawCsv = "raw_csv",
        /// A workbook (Office Open XML) whose cells have types, to be imported again as well.
        Xlsx = "xlsx",
    }
}

impl VolunteerExportFormat {
    /// The media type of such a file.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::RawCsv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// Volunteers read at a time: each piece is a read transaction of some milliseconds.
const PIECE: usize = 500;

/// An export under way: [`Self::next_piece`] until there is no more. Those who are added meanwhile are not in it.
pub struct VolunteerExport {
    handle: TenantHandle,
    format: VolunteerExportFormat,
    zone: TimeZone,
    /// Who is in it, in order, and how many of them were handed out.
    ids: Vec<VolunteerId>,
    at: usize,
    stage: Stage,
}

enum Stage {
    Text { begun: bool },
    Book(Box<Workbook>),
    Done,
}

impl Volunteers<'_> {
    /// Begins to take out the volunteers that pass the filter, in order. That it was done, with how many, is in the audit log before the
    /// first of them is handed out.
    ///
    /// # Errors
    ///
    /// As [`Self::list`].
    pub fn export(&self, filter: &VolunteerFilter, order: VolunteerOrder, format: VolunteerExportFormat) -> Result<VolunteerExport> {
        let (ids, zone) = self.handle.write(&VOLUNTEERS_EXPORT, |writing| {
            let conditions = narrowed(writing.transaction, filter)?;
            let sql = format!("SELECT v.id FROM volunteers v{} ORDER BY {}", conditions.sql(), order_by(order));
            let ids: Vec<VolunteerId> = writing.transaction.all(&sql, &conditions.params(&[]), |row| row.get("id"))?;
            // What was looked for may be a name.
            let narrowed = serde_json::json!({
                "q": filter.q.is_some(), "skill": filter.skill, "career_type": filter.career_type,
                "organization": filter.organization.is_some(), "active": filter.active,
            });
            let details = serde_json::json!({ "format": format, "rows": ids.len(), "filter": narrowed });
            Ok(((ids, writing.settings.time_zone), Entry::of("volunteers", self.handle.slug().as_str(), details)))
        })?;
        let stage = match format {
            VolunteerExportFormat::Csv | VolunteerExportFormat::RawCsv => Stage::Text { begun: false },
            VolunteerExportFormat::Xlsx => {
                let mut book = Workbook::new("Volunteers")?;
                book.header(HEADER.into_iter())?;
                Stage::Book(Box::new(book))
            }
        };
        Ok(VolunteerExport { handle: self.handle.clone(), format, zone, ids, at: 0, stage })
    }
}

impl VolunteerExport {
    /// How many volunteers it has.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.ids.len() as u64
    }

    /// What it is written as.
    #[must_use]
    pub fn format(&self) -> VolunteerExportFormat {
        self.format
    }

    /// A name for the file, such as `volunteers-kckps.csv`.
    #[must_use]
    pub fn file_name(&self) -> String {
        let ending = if self.format == VolunteerExportFormat::Xlsx { "xlsx" } else { "csv" };
        format!("volunteers-{}.{ending}", self.handle.slug())
    }

    /// The next piece of the file; `None` at its end.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::TenantInactive`](crate::Error::TenantInactive),
    /// [`Error::Unavailable`](crate::Error::Unavailable); what was handed out is then not whole.
    pub fn next_piece(&mut self) -> Result<Option<Vec<u8>>> {
        let next: Vec<i64> = self.ids.iter().skip(self.at).take(PIECE).map(|id| id.get()).collect();
        let people = self.people(&next)?;
        let last = self.at + next.len() == self.ids.len();
        self.at += next.len();
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Done => Ok(None),
            Stage::Text { begun } => {
                let guarded = self.format == VolunteerExportFormat::Csv;
                let mut piece = Vec::new();
                if !begun {
                    if guarded {
                        // Without the mark spreadsheets take it for an older encoding.
                        piece.extend_from_slice("\u{FEFF}".as_bytes());
                    }
                    csv::line(&mut piece, HEADER.into_iter());
                }
                for person in &people {
                    let cells = texts(person, self.zone);
                    let cells = cells.iter().map(String::as_str);
                    if guarded { csv::marked_line(&mut piece, cells) } else { csv::raw_line(&mut piece, cells) }
                }
                if !last {
                    self.stage = Stage::Text { begun: true };
                }
                Ok(Some(piece))
            }
            Stage::Book(mut book) => {
                for person in &people {
                    let skills = skill_cells::joined(&person.skills);
                    book.row(cells(person, &skills, self.zone).into_iter())?;
                }
                if last {
                    return book.finish().map(Some);
                }
                let piece = book.take();
                self.stage = Stage::Book(book);
                Ok(Some(piece))
            }
        }
    }

    /// Those of these numbers who are still there, in this order.
    fn people(&self, ids: &[i64]) -> Result<Vec<Volunteer>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let list = serde_json::to_string(ids).map_err(|_| crate::Error::Internal)?;
        let sql = format!(concat!("SELECT {} WHERE v.id IN ", elements!("?1")), COLUMNS);
        let mut found = self.handle.read(&VOLUNTEERS_EXPORT, |reading| reading.transaction.all(&sql, params![list], volunteer))?;
        let places: std::collections::HashMap<i64, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        found.sort_by_key(|person| places.get(&person.id.get()).copied());
        Ok(found)
    }
}

/// The columns, under the names that fields have everywhere: an import knows them.
const HEADER: [&str; 18] = [
    "id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "organization",
    "title",
    "career_type",
    "skills",
    "city",
    "state",
    "postal_code",
    "notes",
    "email_opt_out",
    "do_not_contact",
    "status",
    "created_at",
    "updated_at",
];

fn status(person: &Volunteer) -> &'static str {
    if person.active { "active" } else { "inactive" }
}

fn texts(person: &Volunteer, zone: TimeZone) -> [String; 18] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let truth = |truth: bool| if truth { "yes" } else { "no" }.to_owned();
    [
        person.id.to_string(),
        person.first_name.clone(),
        person.last_name.clone(),
        person.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        person.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        text(&person.organization),
        text(&person.title),
        person.career_type.as_ref().map(|career| career.name.clone()).unwrap_or_default(),
        skill_cells::joined(&person.skills),
        text(&person.city),
        text(&person.state),
        text(&person.postal_code),
        text(&person.notes),
        truth(person.email_opt_out),
        truth(person.do_not_contact),
        status(person).to_owned(),
        LocalTime::from_instant(person.created_at, zone).to_rfc3339(),
        LocalTime::from_instant(person.updated_at, zone).to_rfc3339(),
    ]
}

fn cells<'c>(person: &'c Volunteer, skills: &'c str, zone: TimeZone) -> [Cell<'c>; 18] {
    fn text(text: Option<&str>) -> Cell<'_> {
        text.filter(|text| !text.is_empty()).map_or(Cell::Empty, Cell::Text)
    }
    let local = |instant: chrono::DateTime<chrono::Utc>| -> NaiveDateTime { instant.with_timezone(&zone.tz()).naive_local() };
    [
        Cell::Whole(person.id.get()),
        text(Some(&person.first_name)),
        text(Some(&person.last_name)),
        text(person.email.as_ref().map(EmailAddress::as_str)),
        text(person.phone.as_ref().map(PhoneNumber::as_str)),
        text(person.organization.as_deref()),
        text(person.title.as_deref()),
        text(person.career_type.as_ref().map(|career| career.name.as_str())),
        text(Some(skills)),
        text(person.city.as_deref()),
        text(person.state.as_deref()),
        text(person.postal_code.as_deref()),
        text(person.notes.as_deref()),
        Cell::Truth(person.email_opt_out),
        Cell::Truth(person.do_not_contact),
        Cell::Text(status(person)),
        Cell::Time(local(person.created_at)),
        Cell::Time(local(person.updated_at)),
    ]
}
