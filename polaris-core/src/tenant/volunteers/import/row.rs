//! One row, checked by itself: what it says of a person, and what is wrong with it.

use super::super::fields;
use super::ImportField;
use super::cells::{self, Cell};
use super::mapping::Columns;
use super::report::RowProblem;
use crate::error::Problem;
use crate::tabular::{Row, column_letters, is_blank, is_cut_number, whole_number};
use crate::types::text::trimmed;
use crate::types::{EmailAddress, PhoneNumber};

/// Characters of a cell that are told.
const ORIGINAL: usize = 200;

/// What a row says. What is `None` stays as it is stored.
#[derive(Default)]
pub(super) struct CheckedRow {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) email: Option<EmailAddress>,
    pub(super) phone: Option<PhoneNumber>,
    pub(super) organization: Option<String>,
    pub(super) title: Option<String>,
    /// By name or alias; whether there is such a one the database knows.
    pub(super) career_type: Option<String>,
    /// The cell, to be split where it is known which names there are.
    pub(super) skills: Option<String>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) notes: Option<String>,
    pub(super) email_opt_out: Option<bool>,
    pub(super) do_not_contact: Option<bool>,
    pub(super) active: Option<bool>,
}

/// A row being checked.
pub(super) struct Checking<'r> {
    columns: &'r Columns,
    row: Row<'r>,
    /// What makes the row bad, and what it is warned of.
    rejections: Vec<RowProblem>,
    warnings: Vec<RowProblem>,
}

/// Checks a row: gives what it says and what it is warned of, or why it is bad.
pub(super) fn check(columns: &Columns, row: Row<'_>) -> Result<(CheckedRow, Vec<RowProblem>), Vec<RowProblem>> {
    let mut checking = Checking { columns, row, rejections: Vec::new(), warnings: Vec::new() };
    let (first_name, last_name) = checking.names();
    let email = checking.email();
    let checked = CheckedRow {
        first_name: first_name.unwrap_or_default(),
        last_name: last_name.unwrap_or_default(),
        email,
        phone: checking.phone(),
        organization: checking.optional(ImportField::Organization, fields::organization),
        title: checking.optional(ImportField::Title, fields::title),
        career_type: checking.optional(ImportField::CareerType, fields::career_type),
        skills: checking.skills(),
        city: checking.optional(ImportField::City, fields::city),
        state: checking.optional(ImportField::State, fields::state),
        postal_code: checking.postal_code(),
        notes: checking.optional(ImportField::Notes, fields::notes),
        email_opt_out: checking.optional(ImportField::EmailOptOut, |cell| cells::truth(cell).map(Some)),
        do_not_contact: checking.optional(ImportField::DoNotContact, |cell| cells::truth(cell).map(Some)),
        active: checking.optional(ImportField::Status, |cell| cells::status(cell).map(Some)),
    };
    if !checking.rejections.is_empty() {
        return Err(checking.rejections);
    }
    checking.beyond();
    Ok((checked, checking.warnings))
}

impl<'r> Checking<'r> {
    fn cell(&self, field: ImportField) -> Cell<'r> {
        Cell::of(self.columns.place(field).map_or("", |column| self.row.cell(column)))
    }

    /// Both names. People are called None or Null, beside another real name; nobody is called "-" or "n/a".
    fn names(&mut self) -> (Option<String>, Option<String>) {
        let (first, last) = (self.cell(ImportField::FirstName), self.cell(ImportField::LastName));
        let (first_is_real, last_is_real) = (!first.says_nothing(), !last.says_nothing());
        (self.name(ImportField::FirstName, &first, last_is_real), self.name(ImportField::LastName, &last, first_is_real))
    }

    fn name(&mut self, field: ImportField, cell: &Cell<'_>, other_is_real: bool) -> Option<String> {
        let problem = if cell.says_nothing() && !other_is_real {
            Problem::required()
        } else if !cell.says_nothing() && (cell.is_no_name() || cell.is_formula()) {
            Problem::new("FORMULA", "begins like a formula: write the name itself")
        } else {
            match fields::name(cell.text) {
                Ok(name) => return Some(name),
                Err(problem) => problem,
            }
        };
        self.reject(field, problem);
        None
    }

    fn email(&mut self) -> Option<EmailAddress> {
        let field = ImportField::Email;
        let cell = self.cell(field);
        if cell.says_nothing() {
            return None;
        }
        match fields::email(cell.text) {
            Ok(_) if cell.is_formula() => {
                self.reject(field, Problem::new("FORMULA", "begins like a formula: write the address itself"));
                None
            }
            Ok(email) => email,
            Err(problem) => match cells::bare_address(cell.text).map(EmailAddress::parse) {
                Some(Ok(email)) => {
                    self.warn(field, Problem::new("EMAIL_CLEANED", "has more round the address; the address alone was taken"));
                    Some(email)
                }
                Some(Err(_)) | None => {
                    self.reject(field, problem);
                    None
                }
            },
        }
    }

    fn phone(&mut self) -> Option<PhoneNumber> {
        let field = ImportField::Phone;
        let cell = self.cell(field);
        if cell.says_nothing() {
            return None;
        }
        let text = if cell.marked { cell.text } else { whole_number(trimmed(cell.text)) };
        let checked = if cell.is_formula_phone() {
            Err(formula())
        } else if !cell.marked && is_cut_number(text) {
            Err(cut_number())
        } else {
            fields::phone(text)
        };
        self.kept(field, checked)
    }

    fn postal_code(&mut self) -> Option<String> {
        let field = ImportField::PostalCode;
        let cell = self.cell(field);
        if cell.is_blank() {
            return None;
        }
        let text = if cell.marked { cell.text } else { whole_number(trimmed(cell.text)) };
        if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.warn(
                field,
                Problem::new("LOST_ZERO", "has four digits, as when a spreadsheet drops a leading zero; it was kept as it is"),
            );
        }
        let checked = if cell.is_formula() {
            Err(formula())
        } else if !cell.marked && is_cut_number(text) {
            Err(cut_number())
        } else {
            fields::postal_code(text)
        };
        self.kept(field, checked)
    }

    /// Each of the names in the cell is checked where it is split.
    fn skills(&self) -> Option<String> {
        let cell = self.cell(ImportField::Skills);
        (!cell.is_blank()).then(|| cell.text.to_owned())
    }

    /// A cell that may be left out: where it is bad, it is.
    fn optional<T>(&mut self, field: ImportField, read: impl FnOnce(&str) -> fields::Checked<T>) -> Option<T> {
        let cell = self.cell(field);
        if cell.is_blank() {
            return None;
        }
        let checked = if cell.is_formula() { Err(formula()) } else { read(cell.text) };
        self.kept(field, checked)
    }

    fn kept<T>(&mut self, field: ImportField, checked: fields::Checked<T>) -> Option<T> {
        checked
            .map_err(|mut problem| {
                problem.message.push_str("; the cell was left out");
                self.warn(field, problem);
            })
            .ok()
            .flatten()
    }

    /// Cells beyond the header belong to no column.
    fn beyond(&mut self) {
        let columns = self.columns.names.len();
        if let Some(at) = self.row.cells().skip(columns).position(|cell| !is_blank(cell)) {
            let at = columns + at;
            self.warnings.push(RowProblem {
                column: Some(format!("Column {}", column_letters(at))),
                field: None,
                code: "TOO_MANY_CELLS",
                message: "stands beyond the header and was left out: is a cell with a separator not quoted?".to_owned(),
                original: original(self.row.cell(at)),
            });
        }
    }

    fn problem(&self, field: ImportField, problem: Problem) -> RowProblem {
        let column = self.columns.place(field);
        RowProblem {
            column: column.and_then(|column| self.columns.names.get(column)).cloned(),
            field: Some(field),
            code: problem.code,
            message: problem.message,
            original: column.and_then(|column| original(self.row.cell(column))),
        }
    }

    fn reject(&mut self, field: ImportField, problem: Problem) {
        let problem = self.problem(field, problem);
        self.rejections.push(problem);
    }

    fn warn(&mut self, field: ImportField, problem: Problem) {
        let problem = self.problem(field, problem);
        self.warnings.push(problem);
    }
}

/// What a warning about a row says of the column that holds a field.
pub(super) fn warning(columns: &Columns, row: Row<'_>, field: ImportField, problem: Problem) -> RowProblem {
    Checking { columns, row, rejections: Vec::new(), warnings: Vec::new() }.problem(field, problem)
}

/// What is told of a row as a whole.
pub(super) fn of_the_row(problem: Problem) -> RowProblem {
    RowProblem { column: None, field: None, code: problem.code, message: problem.message, original: None }
}

fn formula() -> Problem {
    Problem::new("FORMULA", "is a formula or a spreadsheet's error, not a value")
}

fn cut_number() -> Problem {
    Problem::new("CUT_NUMBER", "was shortened by a spreadsheet and has lost digits: format the column as text there")
}

fn original(cell: &str) -> Option<String> {
    (!cell.is_empty()).then(|| cell.chars().take(ORIGINAL).collect())
}
