//! `polaris event …`

pub(crate) mod create;
mod draft;
pub(crate) mod list;
pub(crate) mod publish;
pub(crate) mod show;

use clap::Subcommand;
use polaris_core::types::LocalTime;

#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    Create(Box<create::CreateArgs>),
    Publish(publish::PublishArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
}

/// A moment as clocks in the tenant's zone show it.
pub(super) fn local(time: &LocalTime) -> String {
    time.local.format("%a %Y-%m-%d %H:%M").to_string()
}
