//! `polaris reference …`

pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod sync;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ReferenceCommand {
    Import(import::ImportArgs),
    List(list::ListArgs),
    Sync(sync::SyncArgs),
}

/// What reference data there are, as a command's argument.
fn kind(text: &str) -> Result<polaris_core::ReferenceKind, &'static str> {
    polaris_core::ReferenceKind::named(text).ok_or("must be districts, schools, skills or career-types")
}
