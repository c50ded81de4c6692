//! `polaris event …`

mod create;
mod draft;
mod list;
mod publish;
mod show;

use chrono::{Datelike as _, Timelike as _};
use clap::Subcommand;
use polaris_core::types::LocalTime;

use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    Create(Box<create::CreateArgs>),
    Publish(publish::PublishArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &EventCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        EventCommand::Create(args) => create::run(args, app),
        EventCommand::Publish(args) => publish::run(args, app),
        EventCommand::List(args) => list::run(args, app),
        EventCommand::Show(args) => show::run(args, app),
    }
}

/// A moment as clocks in the tenant's zone show it.
pub(super) fn local(time: &LocalTime) -> String {
    let LocalTime { local, .. } = time;
    // Not by a pattern, which would be read anew for each row.
    format!("{} {} {:02}:{:02}", local.weekday(), local.date(), local.hour(), local.minute())
}
