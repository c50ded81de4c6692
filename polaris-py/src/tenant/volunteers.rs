//! The volunteers of a tenant.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::types::{NoteId, VolunteerId, VolunteerOrder};
use polaris_core::{VolunteerFilter, VolunteerMerge};
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::roster::HistoryEntry;
use super::volunteer::{MergePlan, SavedVolunteer, Volunteer, VolunteerDetails, VolunteerNote, VolunteerSuggestion};
use super::volunteer_files::{self, FinishedImport, ImportLogEntry, ImportPreview, VolunteerExport};
use crate::args;
use crate::errors::{run, run_by};
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};

/// The volunteers of a tenant. A volunteer is named by number, or by e-mail address in any case.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Volunteers(pub(super) Arc<core::TenantHandle>);

impl Volunteers {
    fn listing(&self, given: &mut Given<'_>) -> PyResult<Listing> {
        let (filter, order) = filtered(given)?;
        Ok(Listing::by::<_, _, Volunteer>(&self.0, move |tenant, page| tenant.volunteers().list(&filter, order, page)))
    }
}

/// Which volunteers are meant, and in which order.
fn filtered(given: &mut Given<'_>) -> PyResult<(VolunteerFilter, VolunteerOrder)> {
    let filter = VolunteerFilter {
        q: given.text("q")?,
        skill: given.text("skill")?,
        career_type: given.text("career_type")?,
        organization: given.text("organization")?,
        active: given.flag("active")?,
    };
    Ok((filter, given.word("order", VolunteerOrder::parse)?.unwrap_or_default()))
}

#[pymethods]
impl Volunteers {
    /// Adds a volunteer. If a deactivated one has the e-mail address, that one is reactivated, with what is given in place of what was
    /// there. If an active one has it, Conflict tells their number: error.volunteer_id.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, first_name, last_name, email=None, phone=None, organization=None, title=None, career_type=None, \
            skills=None, city=None, state=None, postal_code=None, notes=None, email_opt_out=None, do_not_contact=None)"
    )]
    fn create(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<SavedVolunteer> {
        let draft = Given::new(py, given).draft()?;
        run_by(py, &*self.0, || self.0.volunteers().create(draft))
    }

    /// Volunteers, a page at a time. q: words that name, organization, e-mail, title or skills hold, whole or their beginning, whatever
    /// their case and accents; skill and career_type: a name or alias. The order is name, organization or created, with a "-" before it
    /// for descending.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, q=None, skill=None, career_type=None, organization=None, active=None, order='name', page=1, \
            per_page=20)"
    )]
    fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |given| self.listing(given))
    }

    /// As list, one after the other.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, q=None, skill=None, career_type=None, organization=None, active=None, order='name', per_page=100)"
    )]
    fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |given| self.listing(given))
    }

    /// At most ten active volunteers for what was typed so far: those whose last name begins so, then others who hold the words.
    fn suggest(&self, py: Python<'_>, q: &Bound<'_, PyAny>) -> PyResult<Vec<VolunteerSuggestion>> {
        let q = args::text("q", q)?;
        run_by(py, &*self.0, || self.0.volunteers().suggest(&q))
    }

    /// One volunteer, with what they took part in, notes and outreach. The number of one who was merged leads to the other.
    fn get(&self, py: Python<'_>, volunteer: &Bound<'_, PyAny>) -> PyResult<VolunteerDetails> {
        let volunteer = args::volunteer_ref(volunteer)?;
        run_by(py, &*self.0, || self.0.volunteers().get(volunteer))
    }

    /// The events on whose rosters a volunteer stands, in any status, the last one first, a page at a time.
    #[pyo3(signature = (volunteer, **given), text_signature = "($self, volunteer, *, page=1, per_page=20)")]
    fn history(&self, py: Python<'_>, volunteer: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        let volunteer = args::volunteer_ref(volunteer)?;
        Listing::page(py, given, |_| {
            Ok(Listing::by::<_, _, HistoryEntry>(&self.0, move |tenant, page| tenant.volunteers().history(volunteer.clone(), page)))
        })
    }

    /// Changes what is given and keeps the rest; None clears all but the names. With the version that was read, only if it is still the
    /// present one.
    #[pyo3(
        signature = (volunteer, **given),
        text_signature = "($self, volunteer, *, version=None, first_name=..., last_name=..., email=..., phone=..., organization=..., \
            title=..., career_type=..., skills=..., city=..., state=..., postal_code=..., notes=..., email_opt_out=..., \
            do_not_contact=...)"
    )]
    fn edit(&self, py: Python<'_>, volunteer: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Volunteer> {
        let (volunteer, mut given) = (args::volunteer_ref(volunteer)?, Given::new(py, given));
        let version = given.version()?;
        let edit = given.draft()?;
        run_by(py, &*self.0, || self.0.volunteers().edit(volunteer, edit, version))
    }

    /// Deactivates a volunteer: they are kept with all their history, and can't be put on a roster any more.
    fn deactivate(&self, py: Python<'_>, volunteer: &Bound<'_, PyAny>) -> PyResult<Volunteer> {
        let volunteer = args::volunteer_ref(volunteer)?;
        run_by(py, &*self.0, || self.0.volunteers().deactivate(volunteer))
    }

    /// Reactivates a deactivated volunteer.
    fn reactivate(&self, py: Python<'_>, volunteer: &Bound<'_, PyAny>) -> PyResult<Volunteer> {
        let volunteer = args::volunteer_ref(volunteer)?;
        run_by(py, &*self.0, || self.0.volunteers().reactivate(volunteer))
    }

    /// What merge would do. Both by number.
    #[pyo3(signature = (volunteer, **given), text_signature = "($self, volunteer, *, merged_id, merged_version=None)")]
    fn preview_merge(&self, py: Python<'_>, volunteer: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<MergePlan> {
        let volunteer = number(volunteer)?;
        let merge: VolunteerMerge = Given::new(py, given).draft()?;
        run_by(py, &*self.0, || self.0.volunteers().preview_merge(volunteer, &merge))
    }

    /// Merges the record merged_id into this one, for good: this one keeps its number, the other's leads to it. With the versions that
    /// were seen, only if they are still the present ones.
    #[pyo3(signature = (volunteer, **given), text_signature = "($self, volunteer, *, merged_id, version=None, merged_version=None)")]
    fn merge(&self, py: Python<'_>, volunteer: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<MergePlan> {
        let (volunteer, mut given) = (number(volunteer)?, Given::new(py, given));
        let version = given.version()?;
        let merge: VolunteerMerge = given.draft()?;
        run_by(py, &*self.0, || self.0.volunteers().merge(volunteer, &merge, version))
    }

    /// Looks at a CSV or XLSX file of volunteers, given by its path or as bytes: its columns and what they are likely to hold, its first rows,
    /// how many there are. sheet names a sheet of a workbook; the first visible one is shown otherwise.
    #[pyo3(signature = (file, **given), text_signature = "($self, file, *, sheet=None)")]
    fn preview_import(&self, py: Python<'_>, file: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<ImportPreview> {
        volunteer_files::preview(py, &self.0, file, given)
    }

    /// Imports volunteers from a CSV or XLSX file, given by its path or as bytes: all good rows in one transaction; bad ones are in the report.
    /// mapping says which column holds what, {"first_name": "Vorname", …}: what it leaves out is not read; otherwise columns are recognised by
    /// their names. dry_run tells what would be done and changes nothing. progress is called with how many rows are dealt with, of how many;
    /// if it raises, or at Ctrl-C, the import is broken off and nothing of it stays. Importing a file again changes nothing.
    #[pyo3(
        signature = (file, **given),
        text_signature = "($self, file, *, sheet=None, mapping=None, dry_run=False, reference=None, progress=None)"
    )]
    fn import_(&self, py: Python<'_>, file: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<FinishedImport> {
        volunteer_files::import(py, &self.0, file, given)
    }

    /// The imports that were done, the last one first, a page at a time.
    #[pyo3(signature = (**given), text_signature = "($self, *, page=1, per_page=20)")]
    fn list_imports(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |_| {
            Ok(Listing::by::<_, _, ImportLogEntry>(&self.0, |tenant, page| tenant.volunteers().list_imports(page)))
        })
    }

    /// One import that was done, by its number or the reference it was done under.
    fn get_import(&self, py: Python<'_>, import_: &Bound<'_, PyAny>) -> PyResult<ImportLogEntry> {
        let import = match import_.is_instance_of::<PyString>() {
            true => args::text("import_", import_)?,
            false => args::number("import_", import_)?.to_string(),
        };
        run_by(py, &*self.0, || self.0.volunteers().get_import(&import))
    }

    /// Begins to take out the volunteers that list would give, as "csv" (safe to open in a spreadsheet), "raw_csv" (for programs) or "xlsx".
    /// That it was done is in the audit log before the first piece is handed out. What was exported can be imported, and changes nothing;
    /// but not "raw_csv", in which nothing tells a text from a formula or a blank cell.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, format='csv', q=None, skill=None, career_type=None, organization=None, active=None, order='name')"
    )]
    fn export(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<VolunteerExport> {
        let mut given = Given::new(py, given);
        let (format, (filter, order)) = (volunteer_files::format(&mut given)?, filtered(&mut given)?);
        given.none_left()?;
        run(py, || self.0.volunteers().export(&filter, order, format)).map(VolunteerExport::of)
    }

    /// The notes on a volunteer, the last day first, a page at a time.
    #[pyo3(signature = (volunteer, **given), text_signature = "($self, volunteer, *, page=1, per_page=20)")]
    fn list_notes(&self, py: Python<'_>, volunteer: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        let volunteer = args::volunteer_ref(volunteer)?;
        Listing::page(py, given, |_| {
            Ok(Listing::by::<_, _, VolunteerNote>(&self.0, move |tenant, page| tenant.volunteers().list_notes(volunteer.clone(), page)))
        })
    }

    /// Adds a note on a volunteer, by the actor; noted_on is today in the tenant's zone unless given.
    #[pyo3(signature = (volunteer, **given), text_signature = "($self, volunteer, *, text, outcome=None, noted_on=None)")]
    fn add_note(&self, py: Python<'_>, volunteer: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<VolunteerNote> {
        let (volunteer, note) = (args::volunteer_ref(volunteer)?, Given::new(py, given).draft()?);
        run_by(py, &*self.0, || self.0.volunteers().add_note(volunteer, &note))
    }

    /// Changes what is given of a note and keeps the rest; outcome=None clears it. Its author stays.
    #[pyo3(
        signature = (volunteer, note, **given),
        text_signature = "($self, volunteer, note, *, version=None, text=..., outcome=..., noted_on=...)"
    )]
    fn edit_note(
        &self,
        py: Python<'_>,
        volunteer: &Bound<'_, PyAny>,
        note: &Bound<'_, PyAny>,
        given: Option<Keywords<'_>>,
    ) -> PyResult<VolunteerNote> {
        let (volunteer, note, mut given) = (args::volunteer_ref(volunteer)?, note_number(note)?, Given::new(py, given));
        let version = given.version()?;
        let edit = given.draft()?;
        run_by(py, &*self.0, || self.0.volunteers().edit_note(volunteer, note, &edit, version))
    }

    /// Removes a note for good.
    #[pyo3(signature = (volunteer, note, **given), text_signature = "($self, volunteer, note, *, version=None)")]
    fn remove_note(
        &self,
        py: Python<'_>,
        volunteer: &Bound<'_, PyAny>,
        note: &Bound<'_, PyAny>,
        given: Option<Keywords<'_>>,
    ) -> PyResult<()> {
        let (volunteer, note, mut given) = (args::volunteer_ref(volunteer)?, note_number(note)?, Given::new(py, given));
        let version = given.version()?;
        given.none_left()?;
        run(py, || self.0.volunteers().remove_note(volunteer, note, version))
    }
}

fn number(volunteer: &Bound<'_, PyAny>) -> PyResult<VolunteerId> {
    args::number("volunteer", volunteer).map(VolunteerId::new)
}

fn note_number(note: &Bound<'_, PyAny>) -> PyResult<NoteId> {
    args::number("note", note).map(NoteId::new)
}
