//! `polaris volunteer list-notes`, `add-note`, `edit-note` and `remove-note`

use clap::Args;
use polaris_core::types::{NoteId, NoteOutcome};
use polaris_core::{Error, NewNote, NoteEdit, VolunteerNote};
use serde_json::json;

use super::Named;
use crate::app::App;
use crate::commands::people::{set, set_or_clear};
use crate::commands::tenant::list::Paging;
use crate::confirm::agreed;
use crate::failure::Failure;
use crate::offered;
use crate::view::{NoteView, PageView, standing};

/// list the notes on a volunteer, the last day first
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer list-notes kckps 1")]
pub(crate) struct ListArgs {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    paging: Paging,
}

/// add a note on a volunteer
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer add-note kckps 1 --text \"Will speak\" --outcome accepted")]
pub(crate) struct AddArgs {
    #[command(flatten)]
    named: Named,
    /// what it says
    #[arg(long, value_name = "TEXT")]
    text: String,
    /// what came of it: interested, follow_up, accepted or declined
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(NoteOutcome))]
    outcome: Option<String>,
    /// the day it is about [default: today in the tenant's zone]
    #[arg(long, value_name = "DATE")]
    noted_on: Option<String>,
}

/// Which note.
#[derive(Debug, Args)]
struct NamedNote {
    #[command(flatten)]
    named: Named,
    /// the note's number
    note: i64,
}

/// edit a note; what isn't named stays, an empty outcome clears it
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer edit-note kckps 1 1 --outcome declined")]
pub(crate) struct EditArgs {
    #[command(flatten)]
    note: NamedNote,
    /// another text
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// another outcome, or "" for none
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(NoteOutcome))]
    outcome: Option<String>,
    /// another day
    #[arg(long, value_name = "DATE")]
    noted_on: Option<String>,
    /// only if this is still the note's version
    #[arg(long, value_name = "NUMBER")]
    if_version: Option<u32>,
}

/// remove a note for good
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer remove-note kckps 1 1 --yes")]
pub(crate) struct RemoveArgs {
    #[command(flatten)]
    note: NamedNote,
    /// don't ask once more
    #[arg(long)]
    yes: bool,
}

pub(super) const HEADER: &[&str] = &["note", "day", "by", "outcome", "text"];

pub(super) fn row(note: &VolunteerNote) -> Vec<String> {
    vec![
        note.id.to_string(),
        note.noted_on.to_string(),
        note.author.name.clone().unwrap_or_else(|| note.author.kind.clone()),
        note.outcome.map(|outcome| outcome.to_string()).unwrap_or_default(),
        note.text.clone(),
    ]
}

pub(crate) fn list(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let found = app.tenant(&args.named.tenant)?.volunteers().list_notes(args.named.volunteer.as_str(), args.paging.request()?)?;
    app.printer.answer(&PageView::<NoteView>::of(&found), |page| {
        if found.items.is_empty() {
            page.line("no notes here");
        } else {
            page.table(HEADER, found.items.iter().map(row));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
    })
}

pub(crate) fn add(args: &AddArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let draft = NewNote { text: args.text.clone(), outcome: args.outcome.clone(), noted_on: args.noted_on.clone() };
    let note = app.tenant(&args.named.tenant)?.volunteers().add_note(args.named.volunteer.as_str(), &draft)?;
    app.printer.answer(&NoteView::from(&note), |page| {
        page.line(format_args!("added note {} on volunteer {}, of {}", note.id, note.volunteer_id, note.noted_on));
    })
}

pub(crate) fn edit(args: &EditArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let edit =
        NoteEdit { text: set(args.text.as_ref()), outcome: set_or_clear(args.outcome.as_ref()), noted_on: set(args.noted_on.as_ref()) };
    if edit == NoteEdit::default() {
        return Err(Error::bad_request("edit", "names nothing to change").into());
    }
    let NamedNote { named, note } = &args.note;
    let tenant = app.tenant(&named.tenant)?;
    let note = tenant.volunteers().edit_note(named.volunteer.as_str(), NoteId::new(*note), &edit, args.if_version)?;
    app.printer.answer(&NoteView::from(&note), |page| {
        page.line(format_args!("edited note {} on volunteer {}", note.id, note.volunteer_id));
        page.table(HEADER, [row(&note)]);
    })
}

pub(crate) fn remove(args: &RemoveArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let NamedNote { named, note } = &args.note;
    let tenant = app.tenant(&named.tenant)?;
    agreed(app, args.yes, &format!("removes note {note} for good"))?;
    tenant.volunteers().remove_note(named.volunteer.as_str(), NoteId::new(*note), None)?;
    app.printer.answer(&json!({ "id": note }), |page| page.line(format_args!("removed note {note}")))
}
