//! `polaris support …`: who of the staff is in which tenant.

pub(crate) mod list;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum SupportCommand {
    List(list::ListArgs),
}
