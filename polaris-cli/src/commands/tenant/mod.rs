//! `polaris tenant …`

pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod state;
pub(crate) mod trash;

use clap::Subcommand;

use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum TenantCommand {
    Create(create::CreateArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Edit(edit::EditArgs),
    Deactivate(state::DeactivateArgs),
    Reactivate(state::ReactivateArgs),
    Delete(trash::DeleteArgs),
    Undelete(trash::UndeleteArgs),
    Purge(trash::PurgeArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &TenantCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        TenantCommand::Create(args) => create::run(args, app),
        TenantCommand::List(args) => list::run(args, app),
        TenantCommand::Show(args) => show::run(args, app),
        TenantCommand::Edit(args) => edit::run(args, app),
        TenantCommand::Deactivate(args) => state::deactivate(args, app),
        TenantCommand::Reactivate(args) => state::reactivate(args, app),
        TenantCommand::Delete(args) => trash::delete(args, app),
        TenantCommand::Undelete(args) => trash::undelete(args, app),
        TenantCommand::Purge(args) => trash::purge(args, app),
    }
}
