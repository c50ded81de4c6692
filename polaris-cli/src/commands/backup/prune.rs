//! `polaris backup prune`

use clap::Args;
use serde_json::json;

use super::size;
use crate::app::App;
use crate::confirm;
use crate::failure::Failure;

/// remove old backups, and old copies from before migrations and restores
///
/// Of backups in the data directory the newest are kept, and as many copies of each file from before migrations and restores. Backups
/// elsewhere are let be.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris backup prune --keep 14 --yes")]
pub(crate) struct PruneArgs {
    /// how many of each to keep, at least 1
    #[arg(long, value_name = "N")]
    keep: usize,
    /// don't ask
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(args: &PruneArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let platform = app.platform()?;
    let what =
        format!("removes all but the newest {} backups, and as many copies from before migrations and restores, for good", args.keep);
    confirm::agreed(app, args.yes, &what)?;
    let pruned = platform.backups().prune(args.keep)?;
    app.printer.answer(&json!({ "backups": pruned.backups, "copies": pruned.copies, "bytes": pruned.bytes }), |page| {
        page.line(format_args!("removed {} backups and {} copies: {}", pruned.backups.len(), pruned.copies, size(pruned.bytes)));
    })
}
