//! `polaris tenant …`

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod show;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum TenantCommand {
    Create(create::CreateArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
}
