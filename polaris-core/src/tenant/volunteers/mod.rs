//! Volunteers (FR-SELFSERV-301, 303): added, shown, found, edited, deactivated, merged; notes on them.
//!
//! ```
//! # use polaris_core::{Actor, NewTenant, NewVolunteer, Polaris};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! let saved = kckps.volunteers().create(NewVolunteer {
//!     first_name: "José".into(),
//!     last_name: "García".into(),
//!     email: Some("jose@example.org".into()),
//!     skills: vec!["Welding".into()],
//!     ..NewVolunteer::default()
//! })?;
//! kckps.volunteers().deactivate(saved.volunteer.id)?;
//! assert!(!kckps.volunteers().get("jose@example.org")?.volunteer.active);
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod active;
mod create;
mod draft;
mod edit;
mod export;
pub(crate) mod fields;
mod history;
mod import;
mod list;
mod merge;
mod notes;
pub(crate) mod row;
mod skill_cells;

use chrono::{DateTime, Utc};

pub(crate) use create::blank;
pub use create::{SavedVolunteer, VolunteerOutcome};
pub(crate) use draft::{CheckedVolunteer, check, silent};
pub use draft::{NewVolunteer, VolunteerEdit};
pub use export::{VolunteerExport, VolunteerExportFormat};
pub use history::{HistoryEntry, VolunteerTotals};
pub use import::{
    FinishedImport, ImportCounts, ImportField, ImportLogEntry, ImportMapping, ImportPreview, ImportProgress, ImportedRow, OnProgress,
    PreviewColumn, PreviewRow, ReportLimits, RowOutcome, RowProblem, VolunteerImport, VolunteerImportReport,
};
pub use list::{VolunteerFilter, VolunteerSuggestion};
#[cfg(test)]
pub(crate) use merge::{BY_HAND, FOLLOW};
pub use merge::{MergeDecision, MergePlan, MergedField, MergedParticipation, VolunteerMerge};
pub use notes::{NewNote, NoteAuthor, NoteEdit, VolunteerNote};

use super::handle::TenantHandle;
use super::recruitment::outreach::{self, OutreachEntry};
pub use super::skills::CareerType;
use crate::error::{Error, Result};
use crate::operations::{Feature, VOLUNTEERS_GET};
use crate::page::PageRequest;
use crate::store::{Transaction, params};
use crate::types::{EmailAddress, PhoneNumber, VolunteerId, VolunteerRef};

/// One volunteer of a tenant. Personal: only admins and coordinators see it.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Volunteer {
    /// Their number in this tenant; never used again.
    pub id: VolunteerId,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// Their e-mail address, unique in the tenant whatever its case.
    pub email: Option<EmailAddress>,
    /// Their phone number, as it was typed.
    pub phone: Option<PhoneNumber>,
    /// Where they work or whom they come from.
    pub organization: Option<String>,
    /// What they are there.
    pub title: Option<String>,
    /// What kind of work they do.
    pub career_type: Option<CareerType>,
    /// What they can, by name.
    pub skills: Vec<String>,
    /// The city they live in.
    pub city: Option<String>,
    /// Its state.
    pub state: Option<String>,
    /// Its postal code.
    pub postal_code: Option<String>,
    /// What else to know of them.
    pub notes: Option<String>,
    /// Whether they are asked to take part at all; who left is kept, deactivated.
    pub active: bool,
    /// Whether they want no mails that ask them to take part.
    pub email_opt_out: bool,
    /// Whether they are not to be asked at all, on any way.
    pub do_not_contact: bool,
    /// Rises with every change; give it back when editing.
    pub version: u32,
    /// When they were added (UTC).
    pub created_at: DateTime<Utc>,
    /// When they were last changed (UTC).
    pub updated_at: DateTime<Utc>,
}

/// A volunteer as a whole: who they are, what they did, what is noted of them, what they were asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolunteerDetails {
    /// The volunteer.
    pub volunteer: Volunteer,
    /// What they did, in numbers.
    pub totals: VolunteerTotals,
    /// The latest events they were asked to, at most 20, the last one first; [`Volunteers::history`] has them all.
    pub participations: Vec<HistoryEntry>,
    /// The latest notes, at most 20, the last one first; [`Volunteers::list_notes`] has them all.
    pub notes: Vec<VolunteerNote>,
    /// The latest times they were asked to an event, at most 20, the last one first; [`Outreach::list`] has them all. None where
    /// recruitment is switched off.
    ///
    /// [`Outreach::list`]: crate::tenant::recruitment::outreach::Outreach::list
    pub outreach: Vec<OutreachEntry>,
}

/// People stay out of logs, even when a whole value is printed.
impl std::fmt::Debug for Volunteer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Volunteer").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

/// The volunteers of a tenant; see [`TenantHandle::volunteers`].
pub struct Volunteers<'a> {
    handle: &'a TenantHandle,
}

impl<'a> Volunteers<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }

    /// One volunteer, by number or e-mail address, with what they took part in, notes and outreach. The number of one who was merged leads to the
    /// other.
    ///
    /// # Errors
    ///
    /// [`Error::VolunteerNotFound`], also for another tenant's; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn get(&self, volunteer: impl Into<VolunteerRef>) -> Result<VolunteerDetails> {
        let named = volunteer.into();
        self.handle.read(&VOLUNTEERS_GET, |reading| {
            let transaction = reading.transaction;
            let volunteer = find(transaction, &named)?;
            let id = volunteer.id;
            Ok(VolunteerDetails {
                volunteer,
                totals: history::totals(transaction, id)?,
                participations: history::select(transaction, id, PageRequest::default())?.items,
                notes: notes::select(transaction, id, PageRequest::default())?.items,
                outreach: if reading.settings.has(Feature::Recruitment) { outreach::latest(transaction, id)? } else { Vec::new() },
            })
        })
    }
}

/// The volunteer that is named, to be read: who was merged into another is the other.
pub(crate) fn find(transaction: &Transaction<'_>, named: &VolunteerRef) -> Result<Volunteer> {
    match look(transaction, named)? {
        Found::Here(volunteer) => Ok(*volunteer),
        Found::MergedInto(id) => row::stored(transaction, id),
    }
}

/// The volunteer that is named, to be changed: who was merged into another is not changed by the old number, which may stand on a page
/// that was opened before.
pub(crate) fn find_to_change(transaction: &Transaction<'_>, named: &VolunteerRef) -> Result<Volunteer> {
    match look(transaction, named)? {
        Found::Here(volunteer) => Ok(*volunteer),
        Found::MergedInto(id) => {
            Err(Error::Conflict(format!("this volunteer was merged into volunteer {id}: read that one and repeat the change")))
        }
    }
}

enum Found {
    Here(Box<Volunteer>),
    MergedInto(VolunteerId),
}

fn look(transaction: &Transaction<'_>, named: &VolunteerRef) -> Result<Found> {
    let found = match named {
        VolunteerRef::Number(id) => transaction.first(row::BY_ID, params![id], row::volunteer)?,
        VolunteerRef::Email(text) => transaction.first(row::BY_EMAIL, params![EmailAddress::fold(text)], row::volunteer)?,
    };
    if let Some(volunteer) = found {
        return Ok(Found::Here(Box::new(volunteer)));
    }
    let VolunteerRef::Number(id) = named else { return Err(Error::VolunteerNotFound) };
    let led =
        transaction.first("SELECT volunteer_id FROM volunteer_merges WHERE merged_id = ?1", params![id], |row| row.get("volunteer_id"))?;
    led.map(Found::MergedInto).ok_or(Error::VolunteerNotFound)
}

/// Refuses a change of what has been changed since it was read.
pub(crate) fn refuse_stale(what: &str, expected: Option<u32>, version: u32) -> Result<()> {
    match expected {
        Some(expected) if expected != version => Err(Error::Conflict(format!(
            "this {what} was changed meanwhile (version {version}, not {expected}): read it again and repeat the change"
        ))),
        _ => Ok(()),
    }
}
