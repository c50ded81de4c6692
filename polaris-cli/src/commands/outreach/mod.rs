//! `polaris outreach …`: who was asked to come to which event, how, and what came of it (C3); volunteers asked by mail (C4).

mod edit;
mod list;
mod log;
mod mail;
mod remove;

use clap::Subcommand;
use polaris_core::{LoggedOutreach, OutreachEntry};

use super::event::local;
use super::roster::warn;
use crate::app::App;
use crate::failure::Failure;
use crate::printer::Page;

#[derive(Debug, Subcommand)]
pub(crate) enum OutreachCommand {
    Log(log::LogArgs),
    List(list::ListArgs),
    Show(list::ShowArgs),
    Edit(edit::EditArgs),
    Remove(remove::RemoveArgs),
    PreviewMail(mail::PreviewArgs),
    SendMail(mail::SendArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &OutreachCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        OutreachCommand::Log(args) => log::run(args, app),
        OutreachCommand::List(args) => list::run(args, app),
        OutreachCommand::Show(args) => list::show(args, app),
        OutreachCommand::Edit(args) => edit::run(args, app),
        OutreachCommand::Remove(args) => remove::run(args, app),
        OutreachCommand::PreviewMail(args) => mail::preview(args, app),
        OutreachCommand::SendMail(args) => mail::send(args, app),
    }
}

pub(crate) const HEADER: &[&str] =
    &["outreach", "asked (UTC)", "volunteer", "name", "event", "starts", "by", "outcome", "logged by", "notes"];

pub(crate) fn row(entry: &OutreachEntry) -> Vec<String> {
    let asked = &entry.outreach;
    vec![
        asked.id.to_string(),
        asked.attempted_at.format("%Y-%m-%d %H:%M").to_string(),
        asked.volunteer_id.to_string(),
        format!("{} {}", entry.first_name, entry.last_name),
        entry.event.title.clone(),
        local(&entry.event.starts_at),
        asked.method.to_string(),
        asked.outcome.to_string(),
        asked.author.name.clone().unwrap_or_else(|| asked.author.kind.clone()),
        asked.notes.clone().unwrap_or_default(),
    ]
}

/// What was logged or changed, and what became of the roster.
fn told(page: &mut Page, logged: &LoggedOutreach, what: &str) {
    let asked = &logged.outreach;
    let (volunteer, event) = (asked.volunteer_id, asked.event_id);
    page.line(format_args!(
        "{what} outreach {} to volunteer {volunteer} for event {event}: {} ({})",
        asked.id, asked.outcome, asked.method
    ));
    if let Some(placed) = &logged.placed {
        page.line(format_args!("on the roster: {}", placed.participation.status));
        warn(page, placed);
    }
}
