//! `polaris reference …`

mod import;
mod list;
mod sync;

use clap::Subcommand;

use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum ReferenceCommand {
    Import(import::ImportArgs),
    List(list::ListArgs),
    Sync(sync::SyncArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &ReferenceCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        ReferenceCommand::Import(args) => import::run(args, app),
        ReferenceCommand::List(args) => list::run(args, app),
        ReferenceCommand::Sync(args) => sync::run(args, app),
    }
}

/// Offered to whoever completes.
fn kinds() -> Vec<&'static str> {
    vec!["districts", "schools", "skills", "career-types"]
}

/// What reference data there are, as a command's argument.
fn kind(text: &str) -> Result<polaris_core::ReferenceKind, &'static str> {
    polaris_core::ReferenceKind::named(text).ok_or("must be districts, schools, skills or career-types")
}
