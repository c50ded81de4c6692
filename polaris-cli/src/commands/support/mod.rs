//! `polaris support …`: who of the staff is in which tenant.

mod list;

use clap::Subcommand;

use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum SupportCommand {
    List(list::ListArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &SupportCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        SupportCommand::List(args) => list::run(args, app),
    }
}
