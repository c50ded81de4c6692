//! `polaris tenant …`

pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod state;
pub(crate) mod trash;

use clap::Subcommand;

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
