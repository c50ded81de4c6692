//! `polaris roster …`: who is asked to an event, comes, was there (R1–R4).

mod assign;
mod edit;
mod list;
mod remove;
mod show;

use clap::{Args, Subcommand};
use polaris_core::{Participation, Placed};

use super::event::local;
use crate::app::App;
use crate::failure::Failure;
use crate::printer::Page;

#[derive(Debug, Subcommand)]
pub(crate) enum RosterCommand {
    List(list::ListArgs),
    Totals(list::TotalsArgs),
    Show(show::ShowArgs),
    Assign(assign::AssignArgs),
    Edit(edit::EditArgs),
    Remove(remove::RemoveArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &RosterCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        RosterCommand::List(args) => list::run(args, app),
        RosterCommand::Totals(args) => list::totals(args, app),
        RosterCommand::Show(args) => show::run(args, app),
        RosterCommand::Assign(args) => assign::run(args, app),
        RosterCommand::Edit(args) => edit::run(args, app),
        RosterCommand::Remove(args) => remove::run(args, app),
    }
}

/// Whose place on which roster.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// the tenant's slug
    tenant: String,
    /// the event's number or slug
    event: String,
    /// the volunteer's number or e-mail
    volunteer: String,
}

/// Minutes as hours: 95 as `1:35`.
pub(super) fn hours(minutes: u32) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// A moment, in UTC.
pub(super) fn moment(instant: Option<chrono::DateTime<chrono::Utc>>) -> Option<String> {
    instant.map(|instant| instant.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// What is known of a place; what isn't is left out.
fn pairs(place: &Participation) -> Vec<(&'static str, String)> {
    let pairs = [
        ("event", Some(place.event_id.to_string())),
        ("volunteer", Some(place.volunteer_id.to_string())),
        ("stands", Some(place.status.to_string())),
        ("as", Some(place.participation_type.to_string())),
        ("hours", place.minutes.map(hours)),
        ("signed up", moment(place.signed_up_at)),
        ("invited", moment(place.invited_at)),
        ("waitlisted", moment(place.waitlisted_at)),
        ("confirmed", moment(place.confirmed_at)),
        ("declined", moment(place.declined_at)),
        ("attended", moment(place.attended_at)),
        ("no-show", moment(place.no_show_at)),
        ("notes", place.notes.clone()),
        ("version", Some(place.version.to_string())),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Warns of other events at the same time.
pub(super) fn warn(page: &mut Page, placed: &Placed) {
    for overlap in &placed.overlaps {
        let event = &overlap.event;
        page.line(format_args!("at the same time: {} (event {}, {}), {}", event.title, event.id, local(&event.starts_at), overlap.status));
    }
}
