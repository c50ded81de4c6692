//! The import itself: row by row, in one transaction.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::super::create::{blank, names};
use super::super::row as stored;
use super::super::{Volunteer, Volunteers, skill_cells};
use super::known::Known;
use super::mapping::{self, Columns};
use super::matching::{Dealt, Meant};
use super::report::Told;
use super::row::{self, CheckedRow};
use super::{
    FinishedImport, ImportCounts, ImportField, ImportProgress, ImportedRow, OnProgress, ReportLimits, RowOutcome, RowProblem,
    VolunteerImport, VolunteerImportReport, log, rejected,
};
use crate::audit::Entry;
use crate::error::{Error, Problem, Result, Unavailable};
use crate::operations::VOLUNTEERS_IMPORT;
use crate::store::Transaction;
use crate::tabular::{Row, Sheet, is_blank};
use crate::tenant::signup::{fill_everywhere, note_promoted};
use crate::types::VolunteerId;

/// How long an import may take: 200,000 rows take some seconds, and whoever else changes something in this tenant waits meanwhile.
const LONGEST: Duration = Duration::from_secs(120);
/// What is told of one that takes longer.
const TOO_LONG: &str =
    "took longer than two minutes to import and was stopped, and nothing of it was imported: split it into smaller files";
/// Rows between two looks at whether it should go on.
const ROWS_BETWEEN_LOOKS: u32 = 256;

impl Volunteers<'_> {
    /// Imports a file, or tells what importing it would do. All good rows are imported in one transaction, bad ones are reported and left
    /// out. Importing the same file again changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] on `body` where the file can't be read whole or takes too long, on `sheet` where there is none of that name;
    /// [`Error::Validation`] on `mapping.…` where the columns of first and last names are not known; [`Error::Forbidden`],
    /// [`Error::FeatureDisabled`], [`Error::Unavailable`]; [`Error::Conflict`] for a reference that was used. Nothing was imported then.
    pub fn import(&self, import: &VolunteerImport<'_>) -> Result<FinishedImport> {
        self.import_with(import, &mut |_| ControlFlow::Continue(()))
    }

    /// As [`Self::import`], telling how far it is, from 0 rows on; where others are in the way, it may begin again. To break it off leaves
    /// nothing behind.
    ///
    /// # Errors
    ///
    /// As [`Self::import`]; [`Error::Cancelled`] where it was broken off.
    pub fn import_with(&self, import: &VolunteerImport<'_>, progress: OnProgress<'_>) -> Result<FinishedImport> {
        self.import_within(LONGEST, import, progress)
    }

    fn import_within(&self, longest: Duration, import: &VolunteerImport<'_>, progress: OnProgress<'_>) -> Result<FinishedImport> {
        self.handle.authorize(&VOLUNTEERS_IMPORT)?;
        log::check_reference(import.reference)?;
        let began = Instant::now();
        let sheet = Sheet::read(import.file, import.sheet, |row| mapping::is_header(row, import.mapping))?;
        let columns = mapping::columns(&sheet, import.mapping)?;
        // Whoever asked learns how much there is before others' changes are waited for.
        let total = u32::try_from(sheet.len()).unwrap_or(u32::MAX);
        if progress(ImportProgress { rows: 0, total }).is_break() {
            return Err(Error::Cancelled);
        }
        let limits = import.limits;
        let done = if import.dry_run {
            self.handle.read_within(longest, &VOLUNTEERS_IMPORT, |reading| {
                Ok((None, Run::new(reading.transaction, true, &columns, reading.now).all(&sheet, limits, progress)?))
            })
        } else {
            self.handle.write_within(longest, &VOLUNTEERS_IMPORT, |writing| {
                log::refuse_used(writing.transaction, import.reference)?;
                let report = Run::new(writing.transaction, false, &columns, writing.now).all(&sheet, limits, progress)?;
                let id = log::add(writing.transaction, self.handle.actor(), import.reference, &report, began.elapsed(), writing.now)?;
                let mut details = log::details(&report);
                if report.counts.updated + report.counts.reactivated > 0 {
                    // Those who wait and were passed over may be such as can be told now.
                    note_promoted(&mut details, fill_everywhere(writing)?);
                }
                let entry = Entry::of("volunteer_import", id, details);
                Ok(((Some(id), report), entry))
            })
        };
        let (id, report) = done.map_err(|error| match error {
            // Tried again, the same file would take as long again.
            Error::Unavailable(Unavailable::TookTooLong) => Error::bad_request("body", TOO_LONG),
            error => error,
        })?;
        Ok(FinishedImport { id, dry_run: import.dry_run, duration: began.elapsed(), report })
    }
}

/// Twins who are named; nobody has many.
const MOST_NAMED: usize = 10;

/// What is told of a row that may mean each of these.
fn several(alike: &[VolunteerId]) -> Problem {
    let mut numbers: Vec<_> = alike.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    if alike.len() > MOST_NAMED {
        numbers.push("others".to_owned());
    }
    let last = numbers.pop().unwrap_or_default();
    let message = format!(
        "may mean volunteers {} and {last}, who agree in name, organization and phone number: merge them, or edit the one who is meant by hand",
        numbers.join(", ")
    );
    Problem::new("AMBIGUOUS", message)
}

/// One run through a sheet.
struct Run<'t> {
    transaction: &'t Transaction<'t>,
    dry_run: bool,
    columns: &'t Columns,
    now: DateTime<Utc>,
    known: Known<'t>,
    dealt: Dealt,
}

impl<'t> Run<'t> {
    fn new(transaction: &'t Transaction<'t>, dry_run: bool, columns: &'t Columns, now: DateTime<Utc>) -> Self {
        Self { transaction, dry_run, columns, now, known: Known::new(transaction, dry_run), dealt: Dealt::default() }
    }

    fn all(mut self, sheet: &Sheet, limits: Option<ReportLimits>, progress: OnProgress<'_>) -> Result<VolunteerImportReport> {
        let total = u32::try_from(sheet.len()).unwrap_or(u32::MAX);
        let mut counts = ImportCounts { blank: u32::try_from(sheet.blank()).unwrap_or(u32::MAX), ..ImportCounts::default() };
        let mut told = Told::new(limits.map(|limits| limits.rows));
        let mut rejects = rejected::File::of(sheet, self.columns, limits.map(|limits| limits.rejected_bytes));
        let mut done = 0;
        for row in sheet.rows() {
            if done > 0 && done % ROWS_BETWEEN_LOOKS == 0 && progress(ImportProgress { rows: done, total }).is_break() {
                return Err(Error::Cancelled);
            }
            done += 1;
            if row.cells().all(is_blank) {
                counts.blank += 1;
                continue;
            }
            let imported = self.row(row)?;
            if imported.outcome == RowOutcome::Rejected {
                rejects.add(row, &imported);
            }
            counts.count(&imported);
            told.add(imported);
        }
        if progress(ImportProgress { rows: done, total }).is_break() {
            return Err(Error::Cancelled);
        }
        Ok(VolunteerImportReport {
            format: sheet.format,
            sheet: sheet.name.clone(),
            header_row: sheet.header().number,
            mapping: self.columns.mapping(),
            total_rows: told.total(),
            counts,
            skills_added: self.known.added,
            rows: told.finish(),
            rejected_rows: rejects.rows(),
            rejected: rejects.finish(),
        })
    }

    fn row(&mut self, row: Row<'_>) -> Result<ImportedRow> {
        let number = row.number;
        let told = |outcome, volunteer_id, problems| ImportedRow { row: number, outcome, volunteer_id, same_as: None, problems };
        let (checked, mut warnings) = match row::check(self.columns, row) {
            Ok(checked) => checked,
            Err(problems) => return Ok(told(RowOutcome::Rejected, None, problems)),
        };
        let unclear = |problem: Problem| told(RowOutcome::Rejected, None, vec![row::of_the_row(problem)]);
        Ok(match self.dealt.meant(self.transaction, &mut self.known, &checked, number)? {
            Meant::Several(alike) => unclear(several(&alike)),
            Meant::AsUnclear(row) => {
                unclear(Problem::new("AMBIGUOUS", format!("has the address of row {row}, which may mean several volunteers")))
            }
            Meant::Dealt { row, volunteer } => {
                self.dealt.skipped(&checked, row, volunteer);
                ImportedRow { same_as: Some(row), ..told(RowOutcome::Skipped, volunteer, warnings) }
            }
            Meant::Stored(volunteer) => {
                self.dealt.dealt_with(&volunteer, number, &checked);
                let id = volunteer.id;
                let outcome = self.change(&volunteer, checked, row, &mut warnings)?;
                told(outcome, Some(id), warnings)
            }
            Meant::Nobody => {
                self.dealt.made(number, &checked);
                self.make(checked, row, &mut warnings)?;
                told(RowOutcome::Created, None, warnings)
            }
        })
    }

    /// Puts a new volunteer in.
    fn make(&mut self, mut checked: CheckedRow, row: Row<'_>, warnings: &mut Vec<RowProblem>) -> Result<()> {
        let cell = checked.skills.take();
        let mut volunteer = blank(self.now);
        volunteer.active = checked.active.unwrap_or(true);
        self.put_over(&mut volunteer, checked, row, warnings)?;
        let skills = match cell {
            Some(cell) => {
                let wanted = self.skills(&cell, row, warnings);
                self.known.skills(&[], &wanted)?
            }
            None => Vec::new(),
        };
        if !self.dry_run {
            stored::insert(self.transaction, &volunteer, &skills)?;
        }
        Ok(())
    }

    /// Puts what a row says over what is stored. Skills are added to those somebody has.
    fn change(&mut self, before: &Volunteer, mut checked: CheckedRow, row: Row<'_>, warnings: &mut Vec<RowProblem>) -> Result<RowOutcome> {
        let cell = checked.skills.take();
        let active = checked.active;
        if checked.email.as_ref().map(crate::types::EmailAddress::folded) == before.email.as_ref().map(crate::types::EmailAddress::folded) {
            // Another case is the same address.
            checked.email = None;
        }
        let mut after = before.clone();
        self.put_over(&mut after, checked, row, warnings)?;
        match active {
            Some(false) if before.active => {
                let problem = Problem::new("STILL_ACTIVE", "says inactive, but an import deactivates nobody; deactivate them by hand");
                warnings.push(row::warning(self.columns, row, ImportField::Status, problem));
            }
            Some(false) => {}
            _ => after.active = true,
        }
        let skills = match cell {
            Some(cell) => {
                let wanted = self.skills(&cell, row, warnings);
                let (wanted, problem) = self.known.room_for(&before.skills, wanted)?;
                warnings.extend(problem.map(|problem| row::warning(self.columns, row, ImportField::Skills, problem)));
                Some(self.known.skills(&before.skills, &wanted)?)
            }
            None => None,
        };
        let skills = skills.filter(|skills| names(skills) != before.skills);
        if after == *before && skills.is_none() {
            return Ok(RowOutcome::Unchanged);
        }
        if !self.dry_run {
            after.updated_at = self.now;
            stored::update(self.transaction, &after, skills.as_deref())?;
        }
        Ok(if after.active && !before.active { RowOutcome::Reactivated } else { RowOutcome::Updated })
    }

    fn put_over(&mut self, volunteer: &mut Volunteer, row: CheckedRow, cells: Row<'_>, warnings: &mut Vec<RowProblem>) -> Result<()> {
        fn put<T>(value: &mut Option<T>, given: Option<T>) {
            if given.is_some() {
                *value = given;
            }
        }
        if let Some(name) = &row.career_type {
            match self.known.career_type(name)? {
                Some(known) => volunteer.career_type = Some(known),
                None => {
                    let problem = Problem::new("UNKNOWN_VALUE", "is not one of this tenant's career types; the cell was left out");
                    warnings.push(row::warning(self.columns, cells, ImportField::CareerType, problem));
                }
            }
        }
        volunteer.first_name = row.first_name;
        volunteer.last_name = row.last_name;
        put(&mut volunteer.email, row.email);
        put(&mut volunteer.phone, row.phone);
        put(&mut volunteer.organization, row.organization);
        put(&mut volunteer.title, row.title);
        put(&mut volunteer.city, row.city);
        put(&mut volunteer.state, row.state);
        put(&mut volunteer.postal_code, row.postal_code);
        put(&mut volunteer.notes, row.notes);
        volunteer.email_opt_out = row.email_opt_out.unwrap_or(volunteer.email_opt_out);
        volunteer.do_not_contact = row.do_not_contact.unwrap_or(volunteer.do_not_contact);
        Ok(())
    }

    /// The names in a row's cell of skills.
    fn skills(&self, cell: &str, row: Row<'_>, warnings: &mut Vec<RowProblem>) -> Vec<String> {
        let (names, problem) = skill_cells::split(cell);
        if let Some(problem) = problem {
            warnings.push(row::warning(self.columns, row, ImportField::Skills, problem));
        }
        names
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Actor, NewTenant, Polaris};

    #[test]
    fn whose_file_takes_too_long_is_told_to_split_it_and_not_to_try_it_again() {
        let polaris = Polaris::in_memory().unwrap();
        polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
        let kckps = polaris.tenant("kckps", Actor::System).unwrap();
        let rows: String = (0..2_000).map(|row| format!("Ann{row},Lee\n")).collect();
        let file = format!("first,last\n{rows}");
        for dry_run in [true, false] {
            let import = VolunteerImport { dry_run, ..VolunteerImport::of(file.as_bytes()) };
            let mut slowly = |progress: ImportProgress| {
                if progress.rows == ROWS_BETWEEN_LOOKS {
                    std::thread::sleep(Duration::from_millis(600));
                }
                ControlFlow::Continue(())
            };
            let error = kckps.volunteers().import_within(Duration::from_millis(500), &import, &mut slowly).unwrap_err();
            let told = error.to_string();
            assert!(error.code() == "BAD_REQUEST" && told.contains("split it") && !told.contains("again"), "{told}");
        }
        assert_eq!(kckps.volunteers().list_imports(crate::PageRequest::default()).unwrap().total, 0);
    }
}
