//! V2: volunteers read from a file that somebody else's program wrote (FR-SELFSERV-302).
//!
//! A file is looked at ([`Volunteers::preview_import`]), tried (a dry run) and imported, each with the same bytes: nothing of it is kept in
//! between. A dry run and an import go through the same code, row by row; what the rows before have done is kept in memory, so that the one
//! that changes nothing tells exactly what the other does. All rows are one transaction.
//!
//! ```
//! # use polaris_core::{Actor, NewTenant, Polaris};
//! use polaris_core::VolunteerImport;
//!
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! let file = "First Name,Last Name,E-mail Address\nAnn,Lee,ann@example.org\nBob,,\n".as_bytes();
//!
//! let preview = kckps.volunteers().preview_import(file, None)?;
//! assert_eq!(preview.total_rows, 2);
//! let tried = kckps.volunteers().import(&VolunteerImport { dry_run: true, ..VolunteerImport::of(file) })?;
//! let done = kckps.volunteers().import(&VolunteerImport::of(file))?;
//! assert_eq!(tried.report, done.report);
//! assert_eq!((done.report.counts.created, done.report.counts.rejected), (1, 1));
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod cells;
mod headings;
mod known;
mod log;
mod mapping;
mod matching;
mod preview;
mod rejected;
mod report;
mod row;
mod run;
mod spellings;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

pub(super) use cells::is_formula;
pub use log::ImportLogEntry;
pub use preview::{ImportPreview, PreviewColumn, PreviewRow};
pub use report::{ImportCounts, ImportedRow, RowOutcome, RowProblem, VolunteerImportReport};

use crate::tabular::TableFormat;
use crate::types::VolunteerImportId;
use crate::types::words::words;

words! {
    /// What a column of an import holds.
    ImportField, "field", exact {
        /// First names; required.
        FirstName = "first_name",
        /// Last names; required.
        LastName = "last_name",
        /// E-mail addresses.
        Email = "email",
        /// Phone numbers.
        Phone = "phone",
        /// Organizations.
        Organization = "organization",
        /// Titles.
        Title = "title",
        /// Career types, by name or alias.
        CareerType = "career_type",
        /// Skills, by name or alias, separated by `,`, `;` or `|`.
        Skills = "skills",
        /// Cities.
        City = "city",
        /// States.
        State = "state",
        /// Postal codes.
        PostalCode = "postal_code",
        /// Notes.
        Notes = "notes",
        /// Whether they want no mails that ask them to take part: yes or no.
        EmailOptOut = "email_opt_out",
        /// Whether they are not to be asked at all: yes or no.
        DoNotContact = "do_not_contact",
        /// Active or inactive.
        Status = "status",
    }
}

/// Which column holds what: its name as the file spells it, or as the preview shows it.
pub type ImportMapping = BTreeMap<ImportField, String>;

/// A file to be imported, and how.
#[derive(Clone, Copy)]
pub struct VolunteerImport<'f> {
    /// The file: CSV or a workbook (XLSX), at most 16 MiB and 200,000 rows.
    pub file: &'f [u8],
    /// Which sheet of a workbook; the first visible one unless named.
    pub sheet: Option<&'f str>,
    /// Which column holds what; what the preview suggests unless given. What it leaves out is not read.
    pub mapping: Option<&'f ImportMapping>,
    /// Tell what would be done, and change nothing.
    pub dry_run: bool,
    /// What the log can be asked for it by, if anything: at most 64 letters, digits and hyphens, not digits alone; used
    /// once.
    pub reference: Option<&'f str>,
    /// How much of the report is kept; all of it unless given.
    pub limits: Option<ReportLimits>,
}

/// How much of an import's report is kept, for who keeps many: a hostile file makes a report a hundred times its size. Counts are of all rows
/// all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportLimits {
    /// Rows that are told: rejected ones first, then those that were skipped or are warned of, and the rest only where there is room for all;
    /// each in the order of the file.
    pub rows: usize,
    /// Bytes of the file of rejected rows; rows that don't fit are left out.
    pub rejected_bytes: usize,
}

impl<'f> VolunteerImport<'f> {
    /// An import of this file, as the preview suggests it.
    #[must_use]
    pub fn of(file: &'f [u8]) -> Self {
        Self { file, sheet: None, mapping: None, dry_run: false, reference: None, limits: None }
    }
}

/// What a file says is personal: it stays out of logs.
impl fmt::Debug for VolunteerImport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VolunteerImport").field("bytes", &self.file.len()).field("dry_run", &self.dry_run).finish_non_exhaustive()
    }
}

/// An import that was done or tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedImport {
    /// Its number in the log; a dry run is not logged.
    pub id: Option<VolunteerImportId>,
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// How long it took.
    pub duration: Duration,
    /// What became of the rows: the same for a dry run as for an import.
    pub report: VolunteerImportReport,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportProgress {
    /// Rows that were dealt with.
    pub rows: u32,
    /// Rows there are.
    pub total: u32,
}

/// Called now and then while an import runs; [`ControlFlow::Break`] ends it, and nothing was imported.
pub type OnProgress<'p> = &'p mut dyn FnMut(ImportProgress) -> ControlFlow<()>;
