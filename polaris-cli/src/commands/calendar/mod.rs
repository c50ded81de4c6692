//! `polaris calendar …`

mod export;
mod feed;
mod show;

use clap::Subcommand;

use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum CalendarCommand {
    Show(show::ShowArgs),
    Export(export::ExportArgs),
    /// make, list and revoke the secret addresses at which calendar programs read
    #[command(subcommand, after_help = "example:\n  polaris calendar feed list kckps")]
    Feed(feed::FeedCommand),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &CalendarCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        CalendarCommand::Show(args) => show::run(args, app),
        CalendarCommand::Export(args) => export::run(args, app),
        CalendarCommand::Feed(command) => feed::run(command, app),
    }
}
