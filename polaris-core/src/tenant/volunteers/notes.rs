//! V6: notes on a volunteer: dated, with author and outcome.
//!
//! Whoever manages volunteers may mend or remove a note, since it is the tenant's and not its author's; who wrote it stays.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::draft::silent;
use super::{Volunteers, find, find_to_change, refuse_stale};
use crate::accounts::administration::{edited, put, put_or_clear};
use crate::audit::Entry;
use crate::error::{Error, Problems, Result};
use crate::operations::{VOLUNTEERS_ADD_NOTE, VOLUNTEERS_EDIT_NOTE, VOLUNTEERS_LIST_NOTES, VOLUNTEERS_REMOVE_NOTE};
use crate::page::{Page, PageRequest};
use crate::store::{Row, Transaction, params};
use crate::tenant::handle::Writing;
use crate::types::text::{self, NOTES_MAX};
use crate::types::{NoteId, NoteOutcome, Patch, VolunteerId, VolunteerRef, parse_date};

/// A note on a volunteer. Personal, as the volunteer is.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct VolunteerNote {
    /// Its number in this tenant; never used again.
    pub id: NoteId,
    /// On whom.
    pub volunteer_id: VolunteerId,
    /// The day it is about, local to the tenant.
    pub noted_on: NaiveDate,
    /// What it says.
    pub text: String,
    /// What came of what it tells.
    pub outcome: Option<NoteOutcome>,
    /// Who wrote it.
    pub author: NoteAuthor,
    /// Rises with every change; give it back when editing.
    pub version: u32,
    /// When it was written (UTC).
    pub created_at: DateTime<Utc>,
    /// When it was last changed (UTC).
    pub updated_at: DateTime<Utc>,
}

/// Who wrote a note or logged outreach, as they were called then.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NoteAuthor {
    /// `tenant_user`, `staff`, or `system` for Polaris itself and programs without a person.
    pub kind: String,
    /// Their number, if they have one.
    pub id: Option<i64>,
    /// Their name, if they have one.
    pub name: Option<String>,
}

/// A new note.
#[derive(Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewNote {
    /// What it says; required, at most 5,000 characters.
    pub text: String,
    /// What came of it: `interested`, `follow_up`, `accepted` or `declined`; left out where nothing did.
    pub outcome: Option<String>,
    /// The day it is about, `YYYY-MM-DD`; today in the tenant's zone when left out.
    pub noted_on: Option<String>,
}

/// What to change of a note.
#[derive(Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoteEdit {
    /// Another text.
    pub text: Patch<String>,
    /// Another outcome, or none.
    pub outcome: Patch<String>,
    /// Another day.
    pub noted_on: Patch<String>,
}

silent!(VolunteerNote, NewNote, NoteEdit);

impl Volunteers<'_> {
    /// The notes on a volunteer, the last one first, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::VolunteerNotFound`]; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn list_notes(&self, volunteer: impl Into<VolunteerRef>, page: PageRequest) -> Result<Page<VolunteerNote>> {
        let named = volunteer.into();
        self.handle.read(&VOLUNTEERS_LIST_NOTES, |reading| {
            let id = find(reading.transaction, &named)?.id;
            select(reading.transaction, id, page)
        })
    }

    /// Adds a note on a volunteer, by whoever calls.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::VolunteerNotFound`]; [`Error::Conflict`] for one who was merged into
    /// another; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn add_note(&self, volunteer: impl Into<VolunteerRef>, note: &NewNote) -> Result<VolunteerNote> {
        let named = volunteer.into();
        self.handle.write(&VOLUNTEERS_ADD_NOTE, |writing| {
            let mut problems = Problems::default();
            let text = problems.take("text", text::required(text::paragraphs(&note.text, NOTES_MAX)));
            let outcome =
                given(note.outcome.as_deref()).map_or(Some(None), |word| problems.take("outcome", NoteOutcome::parse(word)).map(Some));
            let day = given(note.noted_on.as_deref()).map_or(Some(None), |day| problems.take("noted_on", parse_date(day)).map(Some));
            problems.finish()?;
            let (text, outcome, day) =
                text.zip(outcome).zip(day).map(|((text, outcome), day)| (text, outcome, day)).ok_or(Error::Internal)?;
            let volunteer = find_to_change(writing.transaction, &named)?.id;
            let actor = self.handle.actor();
            let author = NoteAuthor { kind: actor.kind().to_owned(), id: actor.number(), name: actor.name().map(str::to_owned) };
            let day = day.unwrap_or_else(|| today(writing));
            let note = insert(writing.transaction, volunteer, &text, outcome, day, author, writing.now)?;
            let entry = Entry::of("volunteer", volunteer, json!({ "note": note.id, "outcome": note.outcome }));
            Ok((note, entry))
        })
    }

    /// Changes a note. `version` is the one that was read, if the caller wants to be told that somebody else was faster.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing every broken field; [`Error::VolunteerNotFound`], [`Error::NoteNotFound`]; [`Error::Conflict`] for a
    /// stale version; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn edit_note(
        &self,
        volunteer: impl Into<VolunteerRef>,
        note: NoteId,
        edit: &NoteEdit,
        version: Option<u32>,
    ) -> Result<VolunteerNote> {
        let named = volunteer.into();
        self.handle.write(&VOLUNTEERS_EDIT_NOTE, |writing| {
            let transaction = writing.transaction;
            let mut problems = Problems::default();
            let text = edited(&mut problems, "text", &edit.text, |text| text::required(text::paragraphs(text, NOTES_MAX)));
            let outcome = match &edit.outcome {
                Patch::Set(word) if !word.trim().is_empty() => problems.take("outcome", NoteOutcome::parse(word)).map(Patch::Set),
                Patch::Keep => Some(Patch::Keep),
                Patch::Clear | Patch::Set(_) => Some(Patch::Clear),
            };
            let day = edited(&mut problems, "noted_on", &edit.noted_on, parse_date);
            problems.finish()?;
            let ((text, outcome), day) = text.zip(outcome).zip(day).ok_or(Error::Internal)?;
            let volunteer = find_to_change(transaction, &named)?.id;
            let before = stored(transaction, volunteer, note)?;
            refuse_stale("note", version, before.version)?;
            let mut after = VolunteerNote { version: before.version + 1, updated_at: writing.now, ..before.clone() };
            put(&text, &mut after.text);
            put(&day, &mut after.noted_on);
            put_or_clear(&outcome, &mut after.outcome);
            transaction.execute(
                "UPDATE volunteer_notes SET text = ?2, noted_on = ?3, outcome = ?4, version = version + 1, updated_at = ?5 WHERE id = ?1",
                params![note, after.text, after.noted_on, after.outcome, writing.now],
            )?;
            let changed = [
                ("text", before.text != after.text),
                ("outcome", before.outcome != after.outcome),
                ("noted_on", before.noted_on != after.noted_on),
            ];
            let fields: Vec<_> = changed.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect();
            let entry = Entry::of("volunteer", volunteer, json!({ "note": note, "fields": fields }));
            Ok((after, entry))
        })
    }

    /// Removes a note for good.
    ///
    /// # Errors
    ///
    /// [`Error::VolunteerNotFound`], [`Error::NoteNotFound`]; [`Error::Conflict`] for a stale version; [`Error::Forbidden`],
    /// [`Error::FeatureDisabled`].
    pub fn remove_note(&self, volunteer: impl Into<VolunteerRef>, note: NoteId, version: Option<u32>) -> Result<()> {
        let named = volunteer.into();
        self.handle.write(&VOLUNTEERS_REMOVE_NOTE, |writing| {
            let transaction = writing.transaction;
            let volunteer = find_to_change(transaction, &named)?.id;
            let before = stored(transaction, volunteer, note)?;
            refuse_stale("note", version, before.version)?;
            transaction.execute("DELETE FROM volunteer_notes WHERE id = ?1", params![note])?;
            Ok(((), Entry::of("volunteer", volunteer, json!({ "note": note }))))
        })
    }
}

/// What is not blank.
fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// The day it is in the tenant's zone.
pub(super) fn today(writing: &Writing<'_>) -> NaiveDate {
    writing.now.with_timezone(&writing.settings.time_zone.tz()).date_naive()
}

/// Writes a note.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    volunteer_id: VolunteerId,
    text: &str,
    outcome: Option<NoteOutcome>,
    noted_on: NaiveDate,
    author: NoteAuthor,
    now: DateTime<Utc>,
) -> Result<VolunteerNote> {
    let id = NoteId::new(transaction.insert(
        "INSERT INTO volunteer_notes (volunteer_id, noted_on, text, outcome, author_kind, author_id, author_name, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        params![volunteer_id, noted_on, text, outcome, author.kind, author.id, author.name, now],
    )?);
    let text = text.to_owned();
    Ok(VolunteerNote { id, volunteer_id, noted_on, text, outcome, author, version: 1, created_at: now, updated_at: now })
}

const COLUMNS: &str = "id, volunteer_id, noted_on, text, outcome, author_kind, author_id, author_name, version, created_at, updated_at
                       FROM volunteer_notes";

fn stored(transaction: &Transaction<'_>, volunteer: VolunteerId, note: NoteId) -> Result<VolunteerNote> {
    let sql = format!("SELECT {COLUMNS} WHERE id = ?1 AND volunteer_id = ?2");
    transaction.first(&sql, params![note, volunteer], read)?.ok_or(Error::NoteNotFound)
}

pub(super) fn select(transaction: &Transaction<'_>, volunteer: VolunteerId, page: PageRequest) -> Result<Page<VolunteerNote>> {
    let count = "SELECT count(*) AS total FROM volunteer_notes WHERE volunteer_id = ?1";
    let total = transaction.first(count, params![volunteer], |row| row.get("total"))?.unwrap_or_default();
    let sql = format!("SELECT {COLUMNS} WHERE volunteer_id = ?1 ORDER BY noted_on DESC, id DESC LIMIT ?2 OFFSET ?3");
    Ok(page.of(transaction.all(&sql, params![volunteer, page.per_page(), page.offset()], read)?, total))
}

/// One row of [`COLUMNS`].
fn read(row: &Row<'_, '_>) -> Result<VolunteerNote> {
    Ok(VolunteerNote {
        id: row.get("id")?,
        volunteer_id: row.get("volunteer_id")?,
        noted_on: row.get("noted_on")?,
        text: row.get("text")?,
        outcome: row.get("outcome")?,
        author: NoteAuthor { kind: row.get("author_kind")?, id: row.get("author_id")?, name: row.get("author_name")? },
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
